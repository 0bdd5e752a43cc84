//! The stream behind live pages: tells an open page which of its parts to fetch again, and nothing else.
//!
//! A page asks for those parts like for any page, so visibility and rights hold by the same code, and the stream carries
//! no data that could leak.

use std::{collections::BTreeSet, convert::Infallible, sync::Arc, time::Duration};

use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use guanxi_app::{
    Env,
    event::{Ears, Page, Topic},
    session::Identity,
};
use guanxi_model::role::Roles;

use crate::{auth::Actor, error::Failure};

/// `GET /live`: the browser opens the stream again when it ends, which it does when the node stops.
pub async fn stream(
    actor: Actor,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Failure> {
    let account = actor.identity.session.account;
    let ears = Ears {
        session: actor.identity.session.id,
        person: actor.identity.person.id,
        corp: account.map(|(corp, _)| corp),
        party: account.map(|(_, member)| member.as_u128()),
    };
    let listener = Listener {
        roles: roles(&actor).await?,
        env: Arc::clone(&actor.app.env),
        page: actor.app.env.hub.listen(ears),
        identity: actor.identity,
        is_over: false,
    };
    let events = futures_util::stream::unfold(listener, |mut listener| async move {
        let topics = listener.next().await?;
        let names: Vec<&str> = topics.iter().map(|topic| wire(*topic)).collect();
        Some((
            Ok(Event::default().event("refresh").data(names.join(" "))),
            listener,
        ))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(20))))
}

/// What the actor may do in the company with which he works, if he works with one.
async fn roles(actor: &Actor) -> Result<Roles, Failure> {
    if actor.identity.session.account.is_none() {
        return Ok(Roles::default());
    }
    let me = actor.read(|tx, cx| cx.me(tx)).await?;
    Ok(me.roles().clone())
}

/// One open page.
struct Listener {
    env: Arc<Env>,
    page: Page,
    identity: Arc<Identity>,
    /// As they were last known: while the company's state is being read anew, these count.
    roles: Roles,
    /// The page has been told that its session is over.
    is_over: bool,
}

impl Listener {
    /// Topics that concern this page; None when the session or the server is over.
    async fn next(&mut self) -> Option<BTreeSet<Topic>> {
        if self.is_over {
            return None;
        }
        loop {
            // Whatever came in the same moment travels together.
            let mut topics = self.page.stirred().await;
            let is_expired = self.identity.session.expires_at_ms <= self.env.clock.now_ms();
            if is_expired || topics.contains(&Topic::Stopping) {
                return None;
            }
            topics.retain(|topic| self.may_hear(*topic));
            if !topics.is_empty() {
                self.is_over = topics.contains(&Topic::SignedOut);
                return Some(topics);
            }
        }
    }

    /// Whether the page may be told of this topic.
    fn may_hear(&mut self, topic: Topic) -> bool {
        let Some(right) = topic.right() else {
            return true;
        };
        let account = self.identity.session.account;
        let state = account.and_then(|(corp, _)| self.env.corps.peek(corp));
        if let Some((state, (_, member))) = state.zip(account) {
            self.roles.clone_from(state.roles_of(member));
        }
        self.roles.allow_somewhere(right)
    }
}

/// Name of a topic as `data-live` has it; a star is every part of the page.
const fn wire(topic: Topic) -> &'static str {
    match topic {
        Topic::All | Topic::SignedOut => "*",
        named => named.name(),
    }
}
