//! The console: pages of members and administrators. One file per noun; each handler extracts, makes one call of the
//! application, and shapes the answer.

pub mod api_reference;
pub mod audit;
pub mod avatar;
pub mod code;
pub mod contact;
pub mod conversation;
pub mod corp;
pub mod customer;
pub mod department;
pub mod directory;
pub mod find;
pub mod find_ask;
pub mod home;
pub mod live_alert;
pub mod live_code;
pub mod live_own;
pub mod live_report;
pub mod logo;
pub mod member;
pub mod person;
pub mod profile;
pub mod request;
pub mod scan;
pub mod sign_in;
pub mod token;
pub mod visibility;
pub mod webhook;

use guanxi_app::{Cx, Me, Result};
use guanxi_model::role::Right;
use guanxi_store::Tx;

use crate::{
    auth::Actor,
    page::{self, Counts, Place, Shell},
};

/// What the frame of every page shows, read in the same transaction as the page itself.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The acting member.
    pub me: Me,
    counts: Counts,
}

/// Reads the frame. Every page of the console begins its transaction with it.
pub fn frame(tx: &mut Tx<'_>, cx: &Cx) -> Result<Frame> {
    let me = cx.me(tx)?;
    let requests =
        u64::try_from(guanxi_app::request::count_waiting(tx, cx, me.party)?).unwrap_or_default();
    let find_asks = if me.roles().allow(Right::AnswerAsks) {
        u64::try_from(guanxi_app::find_ask::count_open(tx, &me)?).unwrap_or_default()
    } else {
        0
    };
    let webhooks_off = if me.roles().allow(Right::EditWebhooks) {
        u64::try_from(guanxi_app::webhook::count_off(tx, &me)?).unwrap_or_default()
    } else {
        0
    };
    let alerts = if me.roles().allow(Right::EditCodes) && me.roles().allow(Right::ReadLive) {
        u64::try_from(guanxi_app::live_alert::count_new(tx, &me)?).unwrap_or_default()
    } else {
        0
    };
    let conversations = u64::from(guanxi_app::conversation::count_waiting(tx, &me)?);
    Ok(Frame {
        me,
        counts: Counts {
            waiting: requests + find_asks + webhooks_off + conversations + alerts,
            conversations,
            requests,
            find_asks,
            webhooks_off,
            alerts,
        },
    })
}

/// Places of administration that a member may enter.
fn manage(me: &Me) -> Vec<Place> {
    let roles = me.roles();
    let needs = |place: Place| match place {
        Place::People => roles.allow_somewhere(Right::ReadPeople),
        Place::Departments => roles.allow_somewhere(Right::EditDepartments),
        Place::Visibility => roles.allow(Right::EditVisibility),
        Place::FindAsks => roles.allow(Right::AnswerAsks),
        Place::AllCodes | Place::AllCustomers | Place::LiveCodes => roles.allow(Right::EditCodes),
        Place::Live => roles.allow(Right::ReadLive),
        Place::AllTokens => roles.allow(Right::EditTokens),
        Place::Policies => roles.allow(Right::EditPolicies),
        Place::Webhooks => roles.allow(Right::EditWebhooks),
        Place::Audit => roles.allow(Right::ReadAudit),
        Place::Settings => roles.allow(Right::EditSettings),
        _ => false,
    };
    Place::MANAGE
        .into_iter()
        .filter(|place| needs(*place))
        .collect()
}

impl Frame {
    /// The frame as the templates take it.
    pub fn shell(self, actor: &Actor, here: Place) -> Shell {
        let Self { me, counts } = self;
        let profile = &me.member.profile;
        let department = profile
            .main_department()
            .and_then(|id| me.corp.tree().find(id));
        Shell {
            l: actor.l,
            theme: actor.theme,
            corp: me.corp.name.clone(),
            me: page::Me {
                id: me.member.id,
                avatar: me.member.avatar,
                name: profile.name.clone(),
                department: department
                    .map(|department| department.name.clone())
                    .unwrap_or_default(),
            },
            here,
            manage: manage(&me),
            counts,
            csrf: actor.csrf(),
            flash: actor.flash(),
            fragments: actor.fragments.clone(),
            now_ms: actor.cx.now(),
            tz: me.corp.settings.zone(),
        }
    }
}
