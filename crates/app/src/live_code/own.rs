//! What a member sees and does about live codes himself: where he stands, why he receives customers or not, and switching himself off.

use std::{collections::HashMap, sync::Arc};

use guanxi_model::{
    corp::DAY_MS,
    department::DepartmentId,
    id::LiveCodeId,
    live_code::plan::{Entry, Plan, Who},
};
use guanxi_store::{
    self as store, Tx,
    live_rest::{Credit, Rest},
};
use serde_json::json;

use super::{Code, met, visit};
use crate::{Cx, Error, Me, Result, audit, corp};

/// Longest time for which somebody switches himself off, in milliseconds.
pub const REST_MAX_MS: i64 = 366 * DAY_MS;
/// Turns given or taken that are listed.
const CREDITS: i64 = 50;

/// Why a member receives nobody by a code now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The code serves nobody.
    Closed,
    /// He has switched himself off.
    Off,
    /// It is not his hour; he is back then, if ever.
    OffDuty {
        /// When.
        back_at_ms: Option<i64>,
    },
    /// He has had as many today as he is to have.
    Full,
    /// His share is 0.
    NoShare,
}

impl Why {
    /// Stable name, for keys of texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Off => "off",
            Self::OffDuty { .. } => "off_duty",
            Self::Full => "full",
            Self::NoShare => "no_share",
        }
    }
}

/// A code in which the member stands.
#[derive(Debug, Clone)]
pub struct Place {
    /// The code.
    pub code: LiveCodeId,
    /// What it is called.
    pub name: String,
    /// His share among the others.
    pub weight: u32,
    /// Adds that he may have in a day, if that is limited.
    pub daily_cap: Option<u32>,
    /// Adds that he had today.
    pub today: u32,
    /// Why nobody comes now; None where he is served in turn.
    pub why: Option<Why>,
}

/// How a member stands with the live codes of his company.
#[derive(Debug, Clone)]
pub struct Standing {
    /// He has switched himself off.
    pub rest: Option<Rest>,
    /// Conversations that he has open.
    pub open: u32,
    /// Codes in which he stands.
    pub places: Vec<Place>,
    /// Turns given to him or taken, with the name of the code.
    pub credits: Vec<(Credit, String)>,
}

/// The entry by which somebody of these departments stands in a plan: one that names him, or else a department of his.
pub(crate) fn entry_in<'a>(
    plan: &'a Plan,
    corp: &corp::State,
    member: guanxi_model::id::MemberId,
    places: &[DepartmentId],
) -> Option<&'a Entry> {
    let entries = || plan.pools.iter().flat_map(|pool| &pool.entries);
    entries()
        .find(|entry| entry.who == Who::Member(member))
        .or_else(|| {
            entries().find(|entry| match entry.who {
                Who::Department(top) => {
                    let tree = corp.tree();
                    places.iter().any(|place| tree.contains(top, *place))
                }
                Who::Member(_) => false,
            })
        })
}

/// How the acting member stands.
pub fn standing(tx: &mut Tx<'_>, cx: &Cx, me: &Me) -> Result<Standing> {
    let (corp, member, now_ms) = (me.corp_id, me.member.id, cx.now());
    let rest = store::live_rest::find(tx, corp, member, now_ms)?;
    let today_ms = me.corp.settings.day_begins_ms(now_ms);
    let adds: HashMap<LiveCodeId, i64> = store::live_rest::adds(tx, corp, member, today_ms)?
        .into_iter()
        .collect();
    let held = me.member.profile.places.iter();
    let held: Vec<DepartmentId> = held.map(|place| place.department).collect();
    let (mut places, mut names) = (Vec::new(), HashMap::new());
    for row in store::live_code::list(tx, corp)? {
        names.insert(row.id, row.name.clone());
        if row.deleted_at_ms.is_some() {
            continue;
        }
        let code = met(tx, cx, Arc::clone(&me.corp), row)?;
        let today = adds.get(&code.row.id).copied().unwrap_or_default();
        places.extend(place(&code, me, &held, today, rest, now_ms));
    }
    let credits = store::live_rest::credits(tx, corp, member, CREDITS)?;
    Ok(Standing {
        rest,
        open: store::conversation::count_open(tx, corp, member)?,
        places,
        credits: credits
            .into_iter()
            .map(|credit| {
                let name = names.get(&credit.code).cloned().unwrap_or_default();
                (credit, name)
            })
            .collect(),
    })
}

fn place(
    code: &Code,
    me: &Me,
    held: &[DepartmentId],
    today: i64,
    rest: Option<Rest>,
    now_ms: i64,
) -> Option<Place> {
    let plan = code.plan.as_ref()?;
    let entry = entry_in(plan, &me.corp, me.member.id, held)?;
    let zone = me.corp.settings.zone();
    let today = u32::try_from(today).unwrap_or(u32::MAX);
    let why = if code.closed.is_some() {
        Some(Why::Closed)
    } else if rest.is_some() {
        Some(Why::Off)
    } else if entry.weight == 0 {
        Some(Why::NoShare)
    } else if !entry.hours.are_on(&zone, now_ms) {
        Some(Why::OffDuty {
            back_at_ms: entry.hours.next_change(&zone, now_ms),
        })
    } else if entry.daily_cap.is_some_and(|cap| today >= cap) {
        Some(Why::Full)
    } else {
        None
    };
    Some(Place {
        code: code.row.id,
        name: code.row.name.clone(),
        weight: entry.weight,
        daily_cap: entry.daily_cap,
        today,
        why,
    })
}

/// Switches the acting member off for all codes, until a moment or until he switches himself on.
pub fn switch_off(tx: &mut Tx<'_>, cx: &Cx, until_ms: Option<i64>) -> Result<()> {
    let me = cx.me(tx)?;
    if let Some(until_ms) = until_ms {
        if until_ms <= cx.now() {
            return Err(Error::invalid("until", "in_the_past"));
        }
        if until_ms > cx.now() + REST_MAX_MS {
            return Err(Error::invalid("until", "too_late"));
        }
    }
    let rest = Rest {
        until_ms,
        made_at_ms: cx.now(),
    };
    store::live_rest::put(tx, me.corp_id, me.member.id, rest)?;
    told(tx, cx, &me, "live_code.switched_off", until_ms)
}

/// Switches the acting member on again.
pub fn switch_on(tx: &mut Tx<'_>, cx: &Cx) -> Result<()> {
    let me = cx.me(tx)?;
    if !store::live_rest::delete(tx, me.corp_id, me.member.id)? {
        return Ok(());
    }
    told(tx, cx, &me, "live_code.switched_on", None)
}

/// Records the switch, and tells the pools and whoever looks at the codes.
fn told(
    tx: &mut Tx<'_>,
    cx: &Cx,
    me: &Me,
    action: &'static str,
    until_ms: Option<i64>,
) -> Result<()> {
    let object = Some(("member", me.member.id.to_string()));
    let detail = json!({ "until_at_ms": until_ms });
    audit::record(tx, cx, me.corp_id, action, object, &detail)?;
    visit::tell(tx, cx, me.corp_id, &visit::Note::Member(me.member.id))?;
    for place in standing(tx, cx, me)?.places {
        super::changed(tx, cx, me.corp_id, place.code)?;
    }
    Ok(())
}
