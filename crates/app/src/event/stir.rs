//! Open live pages by whom they belong to, so that a signal wakes those that it concerns and no others.
//!
//! A page that is slow to listen has topics that stirred kept as one bit each: it can fall behind, but misses nothing and takes no room.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, RwLock,
        atomic::{AtomicU32, AtomicUsize, Ordering},
    },
};

use guanxi_model::id::{CorpId, PersonId, SessionId};
use rustc_hash::FxHashMap;
use tokio::sync::Notify;

use super::Topic;

/// Whom a signal concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Audience {
    /// One party, on all its pages.
    Party(u128),
    /// One person, with whichever account he works.
    Person(u128),
    /// All open pages of a corp; each page asks only for what it shows.
    Corp(u128),
    /// Pages of one session.
    Session(SessionId),
    /// Every page of this node.
    Everyone,
}

/// Whose page it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ears {
    /// Its session.
    pub session: SessionId,
    /// Who has signed in.
    pub person: PersonId,
    /// The corp with which it works, if it works with one.
    pub corp: Option<CorpId>,
    /// The party as which it acts there.
    pub party: Option<u128>,
}

impl Ears {
    fn audiences(self) -> impl Iterator<Item = Audience> {
        let corp = self.corp.map(|corp| Audience::Corp(corp.as_u128()));
        let person = Audience::Person(self.person.as_u128());
        [Audience::Everyone, Audience::Session(self.session), person]
            .into_iter()
            .chain(self.party.map(Audience::Party))
            .chain(corp)
    }
}

/// All open pages of this node.
#[derive(Debug, Default)]
pub(super) struct Pages {
    by_audience: RwLock<FxHashMap<Audience, Vec<Arc<Stirred>>>>,
    count: AtomicUsize,
}

/// What has stirred since a page was last told.
#[derive(Debug, Default)]
struct Stirred {
    topics: AtomicU32,
    wake: Notify,
}

impl Pages {
    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// Wakes the pages of an audience.
    pub(super) fn stir(&self, audience: Audience, topic: Topic) {
        let Ok(pages) = self.by_audience.read() else {
            return;
        };
        for page in pages.get(&audience).into_iter().flatten() {
            // One that has not yet taken an earlier topic is awake already.
            if page.topics.fetch_or(topic.bit(), Ordering::AcqRel) == 0 {
                page.wake.notify_one();
            }
        }
    }
}

/// An open page; it hears nothing more once it is dropped.
#[derive(Debug)]
pub struct Page {
    all: Arc<Pages>,
    ears: Ears,
    own: Arc<Stirred>,
}

impl Page {
    pub(super) fn open(all: &Arc<Pages>, ears: Ears) -> Self {
        let own = Arc::new(Stirred::default());
        if let Ok(mut pages) = all.by_audience.write() {
            for audience in ears.audiences() {
                pages.entry(audience).or_default().push(Arc::clone(&own));
            }
        }
        all.count.fetch_add(1, Ordering::Relaxed);
        Self {
            all: Arc::clone(all),
            ears,
            own,
        }
    }

    /// Waits until something stirs that concerns the page, and takes all that has.
    pub async fn stirred(&mut self) -> BTreeSet<Topic> {
        loop {
            let topics = self.take();
            if !topics.is_empty() {
                return topics;
            }
            self.own.wake.notified().await;
        }
    }

    /// Takes what has stirred since the last time, without waiting.
    pub fn take(&mut self) -> BTreeSet<Topic> {
        Topic::of_bits(self.own.topics.swap(0, Ordering::AcqRel))
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        if let Ok(mut pages) = self.all.by_audience.write() {
            for audience in self.ears.audiences() {
                let Some(listed) = pages.get_mut(&audience) else {
                    continue;
                };
                listed.retain(|page| !Arc::ptr_eq(page, &self.own));
                if listed.is_empty() {
                    pages.remove(&audience);
                }
            }
        }
        self.all.count.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(pages: &Arc<Pages>, session: u128, corp: u128, party: u128) -> Page {
        let ears = Ears {
            session: SessionId::from_u128(session),
            person: PersonId::from_u128(party),
            corp: Some(CorpId::from_u128(corp)),
            party: Some(party),
        };
        Page::open(pages, ears)
    }

    #[test]
    fn each_hears_what_concerns_it_once() {
        let pages = Arc::new(Pages::default());
        let (mut one, mut other) = (page(&pages, 1, 7, 11), page(&pages, 2, 7, 12));
        let mut stranger = page(&pages, 3, 8, 13);
        pages.stir(Audience::Party(11), Topic::Requests);
        pages.stir(Audience::Party(11), Topic::Requests);
        pages.stir(Audience::Corp(7), Topic::Directory);
        pages.stir(Audience::Session(SessionId::from_u128(3)), Topic::SignedOut);
        assert_eq!(
            one.take(),
            BTreeSet::from([Topic::Requests, Topic::Directory])
        );
        assert_eq!(one.take(), BTreeSet::new());
        assert_eq!(other.take(), BTreeSet::from([Topic::Directory]));
        assert_eq!(stranger.take(), BTreeSet::from([Topic::SignedOut]));
        pages.stir(Audience::Everyone, Topic::All);
        assert!([&mut one, &mut other, &mut stranger].map(|page| page.take().len()) == [1, 1, 1]);
    }

    #[test]
    fn a_closed_page_leaves_nothing_behind() {
        let pages = Arc::new(Pages::default());
        let (one, mut other) = (page(&pages, 1, 7, 11), page(&pages, 1, 7, 11));
        assert_eq!(pages.count(), 2);
        drop(one);
        pages.stir(Audience::Party(11), Topic::Contacts);
        assert_eq!(other.take(), BTreeSet::from([Topic::Contacts]));
        drop(other);
        assert_eq!(pages.count(), 0);
        assert!(pages.by_audience.read().is_ok_and(|left| left.is_empty()));
    }

    #[tokio::test]
    async fn what_stirs_before_one_waits_is_not_missed() {
        let pages = Arc::new(Pages::default());
        let mut page = page(&pages, 1, 7, 11);
        for topic in [Topic::Requests, Topic::Contacts] {
            pages.stir(Audience::Party(11), topic);
            assert_eq!(page.stirred().await, BTreeSet::from([topic]));
        }
        let waits = tokio::spawn(async move { page.stirred().await });
        tokio::task::yield_now().await;
        pages.stir(Audience::Party(11), Topic::Codes);
        assert_eq!(waits.await.unwrap(), BTreeSet::from([Topic::Codes]));
    }
}
