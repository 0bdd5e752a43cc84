//! Who is behind a token: sessions in use, kept in memory so that a page costs no look-up for it.

use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
};

use guanxi_model::id::{PersonId, SessionId};
use guanxi_store::{self as store, person::Person, session::Session};

use super::token_hash;
use crate::{Actor, Env, Error, Result, throttle::Throttle};

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
    kept: RwLock<Kept>,
    pub(crate) throttle: Throttle,
}

#[derive(Debug, Default)]
struct Kept {
    copies: HashMap<[u8; 32], Arc<Identity>>,
    /// How often something was forgotten, so that what was read before is not kept after.
    forgotten: u64,
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
        if let Ok(mut kept) = self.kept.write() {
            kept.copies.retain(|_, identity| keep(identity));
            kept.forgotten += 1;
        }
    }

    fn find(&self, hash: &[u8; 32]) -> Option<Arc<Identity>> {
        self.kept.read().ok()?.copies.get(hash).cloned()
    }

    fn forgotten(&self) -> u64 {
        self.kept.read().map_or(0, |kept| kept.forgotten)
    }

    /// Keeps what was read when so much had been forgotten.
    fn keep(&self, hash: [u8; 32], identity: &Arc<Identity>, forgotten: u64) {
        if let Ok(mut kept) = self.kept.write()
            && kept.forgotten == forgotten
        {
            if kept.copies.len() >= KEPT_COPIES {
                kept.copies.clear();
            }
            kept.copies.insert(hash, Arc::clone(identity));
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
    let forgotten = env.sessions.forgotten();
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
    env.sessions.keep(hash, &identity, forgotten);
    Ok(Some(identity))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_before_an_ending_is_not_kept_after_it() {
        let (id, person) = (SessionId::from_u128(1), PersonId::from_u128(2));
        let identity = Arc::new(Identity {
            session: Session {
                id,
                person,
                account: None,
                device: String::new(),
                address: String::new(),
                created_at_ms: 0,
                seen_at_ms: 0,
                expires_at_ms: 1,
            },
            person: Person {
                id: person,
                mobile: None,
                name: String::new(),
                language: None,
                theme: None,
                created_at_ms: 0,
            },
            checked_at_ms: 0,
        });
        let sessions = Sessions::default();
        let read_at = sessions.forgotten();
        sessions.forget(&[id]);
        sessions.keep([0; 32], &identity, read_at);
        assert!(sessions.find(&[0; 32]).is_none());
        sessions.keep([0; 32], &identity, sessions.forgotten());
        assert!(sessions.find(&[0; 32]).is_some());
    }
}
