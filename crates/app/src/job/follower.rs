//! Keeps the directories in memory in step with what happened.

use std::sync::Arc;

use guanxi_model::id::{CorpId, MemberId};
use guanxi_store as store;
use rustc_hash::FxHashSet;
use tokio::sync::{mpsc, oneshot, watch};

use super::{Stop, insist};
use crate::{
    Env, Error, directory,
    event::{Event, Part},
};

/// Events taken in one go.
const BATCH: usize = 1024;
/// With so many changed members it is quicker to read the directory anew.
const RELOAD_FROM: usize = 5_000;
/// A node with more corps than this loads a directory when somebody first asks for it.
const CORPS_AT_START: usize = 500;

/// Loads the directories and follows events until the node stops.
pub(super) async fn run(
    env: Arc<Env>,
    begin: oneshot::Receiver<()>,
    mut feed: mpsc::UnboundedReceiver<Event>,
    loaded: watch::Sender<bool>,
    mut stop: Stop,
) {
    // Events of other nodes must be read from a place before what is loaded. Without a reader there is nothing to wait for.
    let _ = begin.await;
    load_all(&env, &mut stop).await;
    loaded.send_replace(true);
    let mut events = Vec::new();
    loop {
        tokio::select! {
            biased;
            () = stop.wait() => return,
            taken = feed.recv_many(&mut events, BATCH) => if taken == 0 { return },
        }
        for event in merged(std::mem::take(&mut events)) {
            insist(&env, "following the directory", &mut stop, || {
                let (env, event) = (Arc::clone(&env), event.clone());
                async move { directory::follow(&env, &event).await }
            })
            .await;
        }
    }
}

async fn load_all(env: &Arc<Env>, stop: &mut Stop) {
    let corps = insist(env, "listing corps", stop, || {
        let env = Arc::clone(env);
        async move {
            let corps = env.store.read(store::corp::list).await;
            corps.map_err(Error::from)
        }
    });
    let corps = corps.await.unwrap_or_default();
    if corps.len() > CORPS_AT_START {
        return;
    }
    for corp in corps.into_iter().map(|corp| corp.id) {
        if stop.is_set() {
            return;
        }
        insist(env, "loading a directory", stop, || {
            let env = Arc::clone(env);
            async move { directory::open(&env, corp).await.map(drop) }
        })
        .await;
    }
}

/// What events that wait together come to for one corp.
#[derive(Debug)]
struct Change {
    corp: CorpId,
    corp_changed: bool,
    reload: bool,
    members: Vec<MemberId>,
}

/// Makes as few events of many as lead to the same directory.
fn merged(events: Vec<Event>) -> Vec<Event> {
    let mut changes: Vec<Change> = Vec::new();
    let mut seen = FxHashSet::default();
    for event in events {
        let (Event::MembersChanged { corp, .. }
        | Event::DirectoryReloaded { corp }
        | Event::CorpChanged { corp, .. }) = event
        else {
            continue;
        };
        let at = changes.iter().position(|change| change.corp == corp);
        let at = at.unwrap_or_else(|| {
            changes.push(Change {
                corp,
                corp_changed: false,
                reload: false,
                members: Vec::new(),
            });
            changes.len() - 1
        });
        let change = &mut changes[at];
        match event {
            Event::MembersChanged { members, .. } => {
                let new = members.into_iter().filter(|id| seen.insert((corp, *id)));
                change.members.extend(new);
            }
            Event::DirectoryReloaded { .. } => change.reload = true,
            _ => change.corp_changed = true,
        }
    }
    changes.into_iter().flat_map(Change::events).collect()
}

impl Change {
    /// Departments come first: members may have moved to new ones.
    fn events(self) -> impl Iterator<Item = Event> {
        let Self {
            corp,
            corp_changed,
            reload,
            members,
        } = self;
        let reload = reload || members.len() >= RELOAD_FROM;
        let reloaded = reload.then_some(Event::DirectoryReloaded { corp });
        let changed = (corp_changed && !reload).then_some(Event::CorpChanged {
            corp,
            part: Part::default(),
        });
        let moved =
            (!reload && !members.is_empty()).then_some(Event::MembersChanged { corp, members });
        reloaded.into_iter().chain(changed).chain(moved)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_that_wait_together_become_few() {
        let (a, b) = (CorpId::from_u128(1), CorpId::from_u128(2));
        let members = |corp, ids: &[u128]| Event::MembersChanged {
            corp,
            members: ids.iter().copied().map(MemberId::from_u128).collect(),
        };
        let events = vec![
            members(a, &[1, 2]),
            members(b, &[1]),
            Event::CorpChanged {
                corp: a,
                part: Part::default(),
            },
            members(a, &[2, 3]),
            Event::DirectoryReloaded { corp: b },
        ];
        assert_eq!(
            merged(events),
            [
                Event::CorpChanged {
                    corp: a,
                    part: Part::default()
                },
                members(a, &[1, 2, 3]),
                Event::DirectoryReloaded { corp: b },
            ]
        );
        let many: Vec<u128> = (0..RELOAD_FROM as u128).collect();
        assert_eq!(
            merged(vec![members(a, &many)]),
            [Event::DirectoryReloaded { corp: a }]
        );
    }
}
