//! The card of a colleague: what the viewer may see of him, and how the two stand with one another.

use guanxi_model::{
    corp::MobileShown, department::DepartmentId, id::MemberId, member::Place, person::Phone,
    role::Right,
};
use guanxi_store::{Tx, member::Member};

use super::{Directory, Lens};
use crate::{
    Cx, Me, Result,
    contact::{self, Standing, pipeline},
};

/// Leaders named on a card.
const LEADERS_MAX: usize = 3;

/// A colleague as the viewer may see him.
#[derive(Debug, Clone)]
pub struct Card {
    /// The colleague, without departments that the viewer may not see and without his number, which is in `mobile`.
    pub member: Member,
    /// His mobile number, as far as the corp shows it.
    pub mobile: Mobile,
    /// Who leads him, as far as the viewer sees them.
    pub leaders: Vec<Leader>,
    /// How the viewer stands with him.
    pub standing: Standing,
    /// Whether this is the viewer himself.
    pub is_me: bool,
}

/// A mobile number on a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mobile {
    /// Here it is.
    Shown(Phone),
    /// There is one, for contacts to see.
    ForContacts,
    /// There is none, or nobody may see it.
    Hidden,
}

/// Somebody who leads the colleague.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leader {
    /// Who.
    pub id: MemberId,
    /// His name.
    pub name: String,
}

/// The card of a colleague whom the actor may see. Whether somebody is hidden, gone or was never there is one answer.
pub fn card(
    tx: &mut Tx<'_>,
    cx: &Cx,
    me: &Me,
    directory: &Directory,
    lens: &Lens,
    id: MemberId,
) -> Result<Card> {
    let mut member = pipeline::reachable(tx, cx, me, id)?;
    let standings = contact::standings(tx, cx, me, &[id])?;
    let standing = standings.into_iter().next();
    let standing = standing.ok_or(crate::Error::not_found("member"))?;
    let is_me = id == me.member.id;
    let mobile = mobile(me, &member, is_me || standing.contact.is_some(), is_me);
    member.profile.mobile = None;
    let leaders = leaders(me, directory, lens, &member);
    let sees = |place: &Place| lens.scope.sees_department(place.department);
    member.profile.places.retain(sees);
    Ok(Card {
        member,
        mobile,
        leaders,
        standing,
        is_me,
    })
}

fn mobile(me: &Me, member: &Member, is_near: bool, is_me: bool) -> Mobile {
    let Some(number) = member.profile.mobile else {
        return Mobile::Hidden;
    };
    let mut places = member.profile.places.iter();
    let manages = places.any(|place| {
        let (roles, tree) = (me.roles(), me.corp.tree());
        roles.allow_in(Right::ReadPeople, tree, place.department)
    });
    match me.corp.settings.mobile_shown {
        _ if manages || is_me => Mobile::Shown(number),
        MobileShown::Colleagues => Mobile::Shown(number),
        MobileShown::Contacts if is_near => Mobile::Shown(number),
        MobileShown::Contacts => Mobile::ForContacts,
        MobileShown::Nobody => Mobile::Hidden,
    }
}

/// Leaders of the main department; where the viewer sees none but the colleague himself, those of the next one above. Whom
/// he does not see does not stop the climb, so that an empty answer tells of nobody.
fn leaders(me: &Me, directory: &Directory, lens: &Lens, member: &Member) -> Vec<Leader> {
    let mut next = member.profile.main_department();
    while let Some(department) = next {
        let others = directory.seats().leaders_of(department).into_iter();
        let visible = others
            .filter(|leader| *leader != member.id)
            .filter_map(|id| {
                let entry = directory.entry(id)?;
                let departments = entry.departments.iter().copied().map(DepartmentId);
                let departments: Vec<DepartmentId> = departments.collect();
                let name = entry.name;
                lens.sees(id, &departments).then_some(Leader { id, name })
            });
        let visible: Vec<Leader> = visible.take(LEADERS_MAX).collect();
        if !visible.is_empty() {
            return visible;
        }
        next = me.corp.tree().find(department).and_then(|d| d.parent);
    }
    Vec::new()
}
