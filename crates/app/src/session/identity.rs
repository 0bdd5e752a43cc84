//! Who is behind a token: sessions in use, kept in memory so that a page costs no look-up for it.

use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
};

use guanxi_model::id::{PersonId, SessionId};
use guanxi_store::{self as store, person::Person, session::Session};

use super::{throttle::Throttle, token_hash};
use crate::{Actor, Env, Error, Result};

/// A session in use is written down again after this time, in milliseconds.
const SEEN_EVERY_MS: i64 = 10 * 60 * 1000;
/// How long a node trusts its copy of a session; endings reach it sooner by event.
const TRUSTED_MS: i64 = 30 * 1000;
/// Sessions that a node keeps copies of.
const KEPT_COPIES: usize = 100_000;

/// Who is behind a token.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The session.
    pub session: Session,
    /// The person.
    pub person: Person,
    checked_at_ms: i64,
}

impl Identity {
    /// The actor that the session makes.
    pub const fn actor(&self) -> Actor {
        Actor::Person {
            person: self.person.id,
            session: self.session.id,
            account: self.session.account,
        }
    }
}

/// Copies of sessions in use, by hash of the token.
#[derive(Debug, Default)]
pub struct Sessions {
    copies: RwLock<HashMap<[u8; 32], Arc<Identity>>>,
    pub(super) throttle: Throttle,
}

impl Sessions {
    /// Forgets sessions that have ended or changed.
    pub fn forget(&self, ended: &[SessionId]) {
        self.retain(|identity| !ended.contains(&identity.session.id));
    }

    /// Forgets the sessions of a person who has changed.
    pub fn forget_person(&self, person: PersonId) {
        self.retain(|identity| identity.person.id != person);
    }

    fn retain(&self, keep: impl Fn(&Identity) -> bool) {
        if let Ok(mut copies) = self.copies.write() {
            copies.retain(|_, identity| keep(identity));
        }
    }

    fn find(&self, hash: &[u8; 32]) -> Option<Arc<Identity>> {
        self.copies.read().ok()?.get(hash).cloned()
    }

    fn keep(&self, hash: [u8; 32], identity: &Arc<Identity>) {
        if let Ok(mut copies) = self.copies.write() {
            if copies.len() >= KEPT_COPIES {
                copies.clear();
            }
            copies.insert(hash, Arc::clone(identity));
        }
    }
}

/// Finds out who is behind a token. Pages trust a copy for some seconds; every write looks again, in [`crate::Cx::me`].
pub async fn authenticate(env: &Arc<Env>, token: &str) -> Result<Option<Arc<Identity>>> {
    let hash = token_hash(token);
    let now_ms = env.clock.now_ms();
    if let Some(copy) = env.sessions.find(&hash)
        && now_ms < copy.session.expires_at_ms
        && (0..TRUSTED_MS).contains(&(now_ms - copy.checked_at_ms))
    {
        return Ok(Some(copy));
    }
    let found = env
        .store
        .read(move |tx| -> Result<_> {
            let Some(session) = store::session::find_by_token(tx, &hash)? else {
                return Ok(None);
            };
            if session.expires_at_ms <= now_ms {
                return Ok(None);
            }
            let person =
                store::person::find(tx, session.person)?.ok_or(Error::not_found("person"))?;
            Ok(Some(Identity {
                session,
                person,
                checked_at_ms: now_ms,
            }))
        })
        .await?;
    let Some(mut identity) = found else {
        return Ok(None);
    };
    if now_ms - identity.session.seen_at_ms >= SEEN_EVERY_MS {
        let id = identity.session.id;
        identity.session.seen_at_ms = now_ms;
        env.store
            .write(move |tx| store::session::seen(tx, id, now_ms).map_err(Error::from))
            .await?;
    }
    let identity = Arc::new(identity);
    env.sessions.keep(hash, &identity);
    Ok(Some(identity))
}
