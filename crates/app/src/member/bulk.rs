//! Members in and out by the thousand: imports that happen as a whole or not at all, and exports in bounded memory.

use std::sync::Arc;

use guanxi_model::{
    field::Invalid,
    id::{CorpId, MemberId},
    member::Profile,
    role::Right,
};
use guanxi_store::{self as store, Tx, member::Member};
use rustc_hash::FxHashSet;
use serde_json::json;

use super::{is_readable, new_member};
use crate::{
    Actor, Cx, Error, Result, audit, corp,
    event::{self, Event},
};

/// A row that cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// Position among the rows, from 0.
    pub row: usize,
    /// What is wrong with it.
    pub refused: Vec<Invalid>,
}

/// What an import came to. With a bad row among them, nobody is created.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// The new members, in the order of the rows.
    pub created: Vec<MemberId>,
    /// Rows to be corrected.
    pub refused: Vec<BadRow>,
}

/// Makes many members, all or none, with one audit entry and one event. Also for the operator's commands, which name the corp.
///
/// On SQLite nobody else writes meanwhile, some seconds for 100,000 rows: who needs no all-or-none gives a few thousand at a time.
pub fn import(tx: &mut Tx<'_>, cx: &Cx, corp: CorpId, rows: Vec<Profile>) -> Result<Imported> {
    let state = importing(tx, cx, corp, Right::EditPeople)?;
    let mut taken = Taken::default();
    store::member::keys(tx, corp, |userid, mobile, email| {
        taken.take(userid, mobile, email);
    })?;
    let mut members = Vec::with_capacity(rows.len());
    let mut refused = Vec::new();
    for (row, profile) in rows.into_iter().enumerate() {
        match checked(&state, &mut taken, profile) {
            Ok(profile) => {
                let id = cx.new_id(MemberId::from_u128);
                members.push(new_member(cx, id, profile));
            }
            Err(why) => refused.push(BadRow { row, refused: why }),
        }
    }
    if members.is_empty() || !refused.is_empty() {
        let created = Vec::new();
        return Ok(Imported { created, refused });
    }
    store::member::insert_many(tx, corp, &members).map_err(super::taken)?;
    let object = Some(("corp", corp.to_string()));
    let detail = json!({ "members": members.len() });
    audit::record(tx, cx, corp, "member.imported", object, &detail)?;
    let reloaded = Event::DirectoryReloaded { corp };
    event::emit(tx, cx, corp.as_u128(), &reloaded)?;
    let places = members.iter().flat_map(|member| &member.profile.places);
    if places.into_iter().any(|place| place.leads) {
        corp::touch(tx, cx, corp)?;
    }
    let created = members.iter().map(|member| member.id).collect();
    Ok(Imported { created, refused })
}

/// The corp that is imported into, for the operator or for one who has the right in all of it.
pub(crate) fn importing(
    tx: &mut Tx<'_>,
    cx: &Cx,
    corp: CorpId,
    right: Right,
) -> Result<Arc<corp::State>> {
    if matches!(cx.actor, Actor::System(_)) {
        return corp::state(tx, &cx.env, corp);
    }
    let me = cx.me_with(tx, right)?;
    if me.corp_id == corp {
        Ok(me.corp)
    } else {
        Err(Error::not_found("corp"))
    }
}

/// Keys that members of the corp and rows before have.
#[derive(Default)]
struct Taken {
    userids: FxHashSet<String>,
    mobiles: FxHashSet<String>,
    emails: FxHashSet<String>,
}

impl Taken {
    /// Takes the keys, and says which of them others had before.
    fn take(
        &mut self,
        userid: String,
        mobile: Option<String>,
        email: Option<String>,
    ) -> Vec<Invalid> {
        let mut refused = Vec::new();
        if !self.userids.insert(userid) {
            refused.push(Invalid::new("userid", "userid_taken"));
        }
        if mobile.is_some_and(|mobile| !self.mobiles.insert(mobile)) {
            refused.push(Invalid::new("mobile", "mobile_taken"));
        }
        if email.is_some_and(|email| !self.emails.insert(email)) {
            refused.push(Invalid::new("email", "email_taken"));
        }
        refused
    }
}

fn checked(
    corp: &corp::State,
    taken: &mut Taken,
    profile: Profile,
) -> Result<Profile, Vec<Invalid>> {
    let profile = profile.checked()?;
    let mut refused = taken.take(
        profile.userid.to_ascii_lowercase(),
        profile.mobile.map(|mobile| mobile.to_string()),
        profile
            .email
            .as_ref()
            .map(|email| email.as_str().to_owned()),
    );
    let mut places = profile.places.iter();
    if places.any(|place| corp.tree().find(place.department).is_none()) {
        refused.push(Invalid::new("department", "unknown_department"));
    }
    if refused.is_empty() {
        Ok(profile)
    } else {
        Err(refused)
    }
}

/// Records that an export begins, which the export itself cannot do, since it only reads.
pub fn announce_export(tx: &mut Tx<'_>, cx: &Cx) -> Result<()> {
    let me = cx.me_with_some(tx, Right::ReadPeople)?;
    let object = Some(("corp", me.corp_id.to_string()));
    audit::record(tx, cx, me.corp_id, "member.exported", object, &json!({}))
}

/// Hands over all members whom the actor may read, by userid, in bounded memory. [`announce_export`] goes before it.
pub fn export(tx: &mut Tx<'_>, cx: &Cx, mut each: impl FnMut(&Member) -> Result<()>) -> Result<()> {
    let me = cx.me_with_some(tx, Right::ReadPeople)?;
    store::member::for_each(tx, me.corp_id, |member| {
        if is_readable(&me, &member) {
            each(&member)
        } else {
            Ok(())
        }
    })
}
