//! Colleagues as lists of requests and contacts name them.
//!
//! Whoever asks or is a contact is named, even where the rules hide him by now; his department and position then stay out.

use std::collections::{HashMap, HashSet};

use guanxi_model::{
    department::DepartmentId,
    id::{AvatarId, CorpId, MemberId},
    member::{Profile, Status},
    party::Party,
    visibility::{Scope, Target},
};
use guanxi_store::{self as store, Tx, contact::Contact, member::Member};

use crate::{Cx, Me, Result};

/// A colleague as a row of a list shows him.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// Who.
    pub id: MemberId,
    /// Name; empty if nothing is known of him any more.
    pub name: String,
    /// Other name, or empty.
    pub alias: String,
    /// Main department as far as the actor may see it, or empty.
    pub department: String,
    /// Job title, or empty.
    pub position: String,
    /// State of his account.
    pub status: Status,
    /// Whether the actor finds him in the directory.
    pub is_visible: bool,
    /// The picture that he shows, if the actor may see it.
    pub avatar: Option<AvatarId>,
    /// Whether he is no colleague but a person outside; the id is then his own number.
    pub is_outside: bool,
}

impl Peer {
    /// Somebody of whom nothing is known any more.
    pub const fn unknown(id: MemberId) -> Self {
        Self {
            id,
            name: String::new(),
            alias: String::new(),
            department: String::new(),
            position: String::new(),
            status: Status::Left,
            is_visible: false,
            avatar: None,
            is_outside: false,
        }
    }

    /// A person outside the corp.
    fn outside(person: store::person::Person) -> Self {
        Self {
            name: person.name,
            status: Status::Active,
            is_outside: true,
            ..Self::unknown(MemberId::from_u128(person.id.as_u128()))
        }
    }

    /// Whether his account is switched off or he has left.
    pub const fn is_gone(&self) -> bool {
        !self.status.is_listed()
    }

    /// Key of the name of his state.
    pub fn status_key(&self) -> String {
        format!("person-status-{}", self.status.name())
    }

    /// Department and position as one line.
    pub fn post(&self) -> String {
        let parts = [self.department.as_str(), self.position.as_str()];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(" · ")
    }
}

/// What the actor sees, worked out once for a whole list.
struct Eyes<'a> {
    me: &'a Me,
    scope: Scope,
}

impl<'a> Eyes<'a> {
    fn of(me: &'a Me, cx: &Cx) -> Self {
        let scope = me
            .corp
            .scope(me.member.id, places(&me.member.profile), cx.now());
        Self { me, scope }
    }

    fn peer(&self, member: Member) -> Peer {
        let places = places(&member.profile);
        let sees = self.scope.sees(&Target {
            id: member.id,
            departments: &places,
        });
        let department = places
            .into_iter()
            .filter(|id| sees && self.scope.sees_department(*id))
            .find_map(|id| self.me.corp.tree().find(id));
        Peer {
            id: member.id,
            department: department
                .map(|department| department.name.clone())
                .unwrap_or_default(),
            position: if sees {
                member.profile.position
            } else {
                String::new()
            },
            is_visible: sees && member.status.is_listed(),
            avatar: member.avatar.filter(|_| sees && member.status.is_listed()),
            is_outside: false,
            name: member.profile.name,
            alias: member.profile.alias,
            status: member.status,
        }
    }
}

fn places(profile: &Profile) -> Vec<DepartmentId> {
    profile
        .places
        .iter()
        .map(|place| place.department)
        .collect()
}

/// Names some colleagues, as on a page of requests.
pub fn peers(
    tx: &mut Tx<'_>,
    cx: &Cx,
    me: &Me,
    ids: impl IntoIterator<Item = MemberId>,
) -> Result<HashMap<MemberId, Peer>> {
    let ids: HashSet<MemberId> = ids.into_iter().collect();
    let ids: Vec<MemberId> = ids.into_iter().collect();
    let eyes = Eyes::of(me, cx);
    let members = store::member::list_among(tx, me.corp_id, &ids)?;
    let peers = members.into_iter();
    Ok(peers.map(|member| (member.id, eyes.peer(member))).collect())
}

/// Names some parties, colleagues and persons outside, by their numbers.
pub fn peers_of(
    tx: &mut Tx<'_>,
    cx: &Cx,
    me: &Me,
    parties: &[Party],
) -> Result<HashMap<u128, Peer>> {
    let members = parties.iter().filter_map(|party| party.member());
    let mut named: HashMap<u128, Peer> = peers(tx, cx, me, members)?
        .into_iter()
        .map(|(id, peer)| (id.as_u128(), peer))
        .collect();
    for party in parties {
        if let Party::Person { id } = party
            && !named.contains_key(&id.as_u128())
            && let Some(person) = store::person::find(tx, *id)?
        {
            named.insert(id.as_u128(), Peer::outside(person));
        }
    }
    Ok(named)
}

/// Name of a party on which the actor has just acted; empty if nothing is known of it.
pub fn name_of_party(tx: &mut Tx<'_>, party: Party) -> Result<String> {
    match party {
        Party::Member { corp, id } => name_of(tx, corp, id),
        Party::Person { id } => {
            let person = store::person::find(tx, id)?;
            Ok(person.map_or_else(String::new, |person| person.name))
        }
    }
}

/// Name of somebody on whom the actor has just acted, whoever may see him now; empty if nothing is known of him.
pub fn name_of(tx: &mut Tx<'_>, corp: CorpId, id: MemberId) -> Result<String> {
    Ok(store::member::name(tx, corp, id)?.unwrap_or_default())
}

/// One contact of the actor's with the colleague behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The actor's side.
    pub contact: Contact,
    /// The colleague.
    pub peer: Peer,
    /// His mobile number, where the corp lets contacts see it.
    pub mobile: Option<guanxi_model::person::Phone>,
    /// His e-mail address.
    pub email: Option<String>,
    /// His extension, or empty.
    pub extension: String,
}

/// All contacts of the actor with the colleagues behind them, in no order.
pub fn known(tx: &mut Tx<'_>, cx: &Cx, me: &Me) -> Result<Vec<Known>> {
    let eyes = Eyes::of(me, cx);
    let contacts = store::contact::list(tx, me.party)?;
    let members = store::member::contacts_of(tx, me.party)?;
    Ok(eyes.each(contacts, members))
}

/// How many contacts the actor has, and those whom he met last.
pub fn recent(tx: &mut Tx<'_>, cx: &Cx, me: &Me, limit: usize) -> Result<(usize, Vec<Known>)> {
    let count = usize::try_from(store::contact::count(tx, me.party)?).unwrap_or_default();
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let contacts = store::contact::list_recent(tx, me.party, limit)?;
    let ids = contacts.iter().filter_map(|contact| contact.peer.member());
    let ids: Vec<MemberId> = ids.collect();
    let members = store::member::list_among(tx, me.corp_id, &ids)?;
    Ok((count, Eyes::of(me, cx).each(contacts, members)))
}

/// One contact of the actor's.
pub fn find_known(tx: &mut Tx<'_>, cx: &Cx, me: &Me, peer: MemberId) -> Result<Known> {
    let contact = super::own(tx, me, peer)?;
    let member =
        store::member::find(tx, me.corp_id, peer)?.ok_or(crate::Error::not_found("contact"))?;
    Ok(Eyes::of(me, cx).known(contact, member))
}

impl Eyes<'_> {
    /// Contacts, in their order, with the members behind them.
    fn each(&self, contacts: Vec<Contact>, members: Vec<Member>) -> Vec<Known> {
        let members = members.into_iter().map(|member| (member.id, member));
        let mut members: HashMap<MemberId, Member> = members.collect();
        let known = contacts.into_iter().filter_map(|contact| {
            let member = members.remove(&contact.peer.member()?)?;
            Some(self.known(contact, member))
        });
        known.collect()
    }

    fn known(&self, contact: Contact, member: Member) -> Known {
        use guanxi_model::corp::MobileShown;
        let shown = self.me.corp.settings.mobile_shown != MobileShown::Nobody;
        let (mobile, email) = (member.profile.mobile, member.profile.email.clone());
        let extension = member.profile.extension.clone();
        let peer = self.peer(member);
        // Whoever left can no longer be reached by the company's means.
        let reachable = peer.is_visible;
        Known {
            contact,
            mobile: mobile.filter(|_| shown && reachable),
            email: email
                .filter(|_| reachable)
                .map(|email| email.as_str().to_owned()),
            extension: if reachable { extension } else { String::new() },
            peer,
        }
    }
}
