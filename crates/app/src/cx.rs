//! The context of one request or job: who acts, when, and where new ids come from.

use std::sync::{Arc, OnceLock};

use guanxi_model::{
    audit::Named,
    department::ROOT,
    id::{CorpId, MemberId, PersonId, SessionId, TokenId, time_ordered},
    member::{Place, Profile, Status},
    party::Party,
    role::{Right, Roles},
};
use guanxi_store::{self as store, Store, Tx, member::Member};

use crate::{
    Error, Result, corp,
    directory::Directories,
    event::Hub,
    outside::{Chance, Clock, Post, Sms},
    session::Sessions,
};

/// What all requests of a node share. Everything in memory here is a copy that events keep up to date.
#[derive(Debug)]
pub struct Env {
    /// The database.
    pub store: Store,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub chance: Arc<dyn Chance>,
    /// Carrier of text messages.
    pub sms: Arc<dyn Sms>,
    /// Poster to endpoints of companies, set before the jobs start; a node without one sends nothing.
    pub post: OnceLock<Arc<dyn Post>>,
    /// Keys the hashes of one-time codes and form tokens; the same on all nodes.
    pub pepper: [u8; 32],
    /// Number of this node, new at each start.
    pub node: u128,
    /// Settings, trees, rules and roles of corps.
    pub corps: corp::Cache,
    /// Published plans of live codes.
    pub plans: crate::live_code::Plans,
    /// Desks at which scans of live codes are decided.
    pub desks: crate::live_code::desk::Desks,
    /// Search indexes of corps.
    pub directories: Directories,
    /// Sessions in use.
    pub sessions: Sessions,
    /// Scans that were slowed and are not on record yet.
    pub slowed: crate::qr_code::flood::Slowed,
    /// Checks of audit logs under way.
    pub checks: crate::audit::Checks,
    /// Hands events to live pages and to the memories above.
    pub hub: Hub,
}

impl Env {
    /// Puts a node together over an open and migrated store.
    pub async fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
        sms: Arc<dyn Sms>,
    ) -> Result<Arc<Self>> {
        let mut proposal = [0; 32];
        chance.fill(&mut proposal);
        let pepper = store
            .write(move |tx| {
                guanxi_store::node::secret(tx, "pepper", &proposal).map_err(Error::from)
            })
            .await?
            .try_into()
            .map_err(|_| Error::Internal("the stored pepper has a wrong length".into()))?;
        let node = chance.number();
        Ok(Arc::new(Self {
            corps: corp::Cache::default(),
            plans: crate::live_code::Plans::default(),
            desks: crate::live_code::desk::Desks::default(),
            directories: Directories::default(),
            sessions: Sessions::default(),
            slowed: crate::qr_code::flood::Slowed::default(),
            checks: crate::audit::Checks::default(),
            hub: Hub::new(),
            store,
            clock,
            chance,
            sms,
            post: OnceLock::new(),
            pepper,
            node,
        }))
    }

    /// Context of a background job.
    pub fn job(self: &Arc<Self>, name: &'static str) -> Cx {
        self.cx(Actor::System(name), String::new(), String::new())
    }

    /// Context of a request.
    pub fn cx(self: &Arc<Self>, actor: Actor, address: String, language: String) -> Cx {
        Cx {
            env: Arc::clone(self),
            actor,
            now_ms: self.clock.now_ms(),
            address,
            language,
        }
    }
}

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A job of the server itself, or a command of its operator.
    System(&'static str),
    /// Nobody has signed in.
    Nobody,
    /// A signed-in person, with the account that he works with.
    Person {
        /// Who.
        person: PersonId,
        /// By which session.
        session: SessionId,
        /// As which member, if he belongs to a corp.
        account: Option<(CorpId, MemberId)>,
    },
    /// A program that bears an access token.
    Token(Bearer),
}

/// For whom a token stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bearer {
    /// The token.
    pub token: TokenId,
    /// The corp that it works for.
    pub corp: CorpId,
    /// Whose token it is, with the person behind the account; None for one of the company's own.
    pub member: Option<(MemberId, Option<PersonId>)>,
}

/// Context of one request or job.
#[derive(Debug, Clone)]
pub struct Cx {
    /// What the node shares.
    pub env: Arc<Env>,
    /// Who acts.
    pub actor: Actor,
    now_ms: i64,
    /// Shortened address of the caller, or empty.
    pub address: String,
    /// Language of the reader.
    pub language: String,
}

/// The acting member, as the open transaction sees him.
#[derive(Debug, Clone)]
pub struct Me {
    /// He as a party.
    pub party: Party,
    /// His corp.
    pub corp_id: CorpId,
    /// His account, with departments.
    pub member: Member,
    /// Settings, tree, rules and roles, as of this transaction.
    pub corp: Arc<corp::State>,
    /// Roles of a token of the company's own, which is no member.
    pub own_roles: Option<Roles>,
}

impl Cx {
    /// The time of the request, the same from beginning to end.
    pub const fn now(&self) -> i64 {
        self.now_ms
    }

    /// The same request, acted by somebody else from here on.
    #[must_use]
    pub fn by(&self, actor: Actor) -> Self {
        Self {
            actor,
            ..self.clone()
        }
    }

    /// A new id; write it as `cx.new_id(MemberId::from_u128)`.
    pub fn new_id<T>(&self, make: impl FnOnce(u128) -> T) -> T {
        make(time_ordered(self.now_ms, self.env.chance.number()))
    }

    /// The actor as the audit log names him.
    pub fn named(&self) -> Named {
        match &self.actor {
            Actor::System(job) => Named::new("system", job),
            Actor::Nobody => Named::new("nobody", ""),
            Actor::Person {
                account: Some((_, member)),
                ..
            }
            | Actor::Token(Bearer {
                member: Some((member, _)),
                ..
            }) => Named::new("member", member),
            Actor::Person { person, .. } => Named::new("person", person),
            Actor::Token(bearer) => Named::new("token", bearer.token),
        }
    }

    /// Where the request comes from as the audit log tells it: the address, and the token if a program acts.
    pub fn origin(&self) -> Option<String> {
        match &self.actor {
            Actor::Token(bearer) => {
                let token = format!("token {}", bearer.token);
                let address = Some(&self.address).filter(|address| !address.is_empty());
                Some(address.map_or_else(|| token.clone(), |address| format!("{address}, {token}")))
            }
            _ => Some(self.address.clone()).filter(|address| !address.is_empty()),
        }
    }

    /// The account that the actor works with, without a look at the database.
    pub fn account(&self) -> Result<(CorpId, MemberId)> {
        match &self.actor {
            Actor::Person {
                account: Some(account),
                ..
            } => Ok(*account),
            Actor::Token(Bearer {
                corp,
                member: Some((member, _)),
                ..
            }) => Ok((*corp, *member)),
            _ => Err(Error::SignedOut),
        }
    }

    /// The acting member, his session and account checked in this transaction. Every operation of a member begins here.
    pub fn me(&self, tx: &mut Tx<'_>) -> Result<Me> {
        let (corp_id, id) = self.account()?;
        let now_ms = self.now_ms;
        let found = match &self.actor {
            Actor::Person { session, .. } => {
                store::member::find_acting(tx, corp_id, id, *session, now_ms)?
            }
            Actor::Token(bearer) => {
                store::member::find_acting_by_token(tx, corp_id, id, bearer.token, now_ms)?
            }
            Actor::System(_) | Actor::Nobody => None,
        };
        let (member, version) = found
            .filter(|(member, _)| member.status == Status::Active)
            .ok_or(Error::SignedOut)?;
        let corp = corp::state_of(tx, &self.env, corp_id, version)?;
        Ok(Me {
            party: Party::Member { corp: corp_id, id },
            corp_id,
            member,
            corp,
            own_roles: None,
        })
    }

    /// As [`Cx::me`], and for a token of the company's own somebody who is no member but has its roles. For what concerns the
    /// company; an operation on what is a member's own asks [`Cx::me`].
    pub fn acting(&self, tx: &mut Tx<'_>) -> Result<Me> {
        let Actor::Token(
            bearer @ Bearer {
                corp: corp_id,
                member: None,
                ..
            },
        ) = self.actor
        else {
            return self.me(tx);
        };
        let (version, name, roles) =
            store::token::find_acting(tx, corp_id, bearer.token, self.now_ms)?
                .ok_or(Error::SignedOut)?;
        let corp = corp::state_of(tx, &self.env, corp_id, version)?;
        let member = stand_in(bearer, name, self.now_ms);
        Ok(Me {
            party: Party::Member {
                corp: corp_id,
                id: member.id,
            },
            corp_id,
            member,
            corp,
            own_roles: Some(Roles(roles)),
        })
    }

    /// The acting member or token, who must have a right in the whole corp.
    pub fn me_with(&self, tx: &mut Tx<'_>, right: Right) -> Result<Me> {
        let me = self.acting(tx)?;
        me.require(right)?;
        Ok(me)
    }

    /// The acting member or token, who must have a right at least somewhere; the operation checks where.
    pub fn me_with_some(&self, tx: &mut Tx<'_>, right: Right) -> Result<Me> {
        let me = self.acting(tx)?;
        me.require_some(right)?;
        Ok(me)
    }
}

/// Whom a token of the company's own shows where an operation looks at the one who acts.
fn stand_in(bearer: Bearer, name: String, now_ms: i64) -> Member {
    Member {
        id: MemberId::from_u128(bearer.token.as_u128()),
        profile: Profile {
            name,
            places: vec![Place {
                department: ROOT,
                leads: false,
                order: 0,
            }],
            ..Profile::default()
        },
        status: Status::Active,
        person: None,
        created_at_ms: now_ms,
        updated_at_ms: now_ms,
        left_at_ms: None,
        avatar: None,
    }
}

impl Me {
    /// His roles.
    pub fn roles(&self) -> &Roles {
        let own = self.own_roles.as_ref();
        own.unwrap_or_else(|| self.corp.roles_of(self.member.id))
    }

    /// Refuses one who has no right in the whole corp.
    pub fn require(&self, right: Right) -> Result<()> {
        if self.roles().allow(right) {
            Ok(())
        } else {
            Err(Error::Forbidden { right })
        }
    }

    /// Refuses one who has a right nowhere; the operation checks where.
    pub fn require_some(&self, right: Right) -> Result<()> {
        if self.roles().allow_somewhere(right) {
            Ok(())
        } else {
            Err(Error::Forbidden { right })
        }
    }
}
