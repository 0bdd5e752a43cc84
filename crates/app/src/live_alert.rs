//! Alerts of live codes: the job looks how it stands with each code and opens and closes them, people see them and say so.

use std::collections::HashMap;

use guanxi_model::{
    id::{AlertId, CorpId, LiveCodeId},
    live_code::alert::{Alert, Kind, NEARLY_MS, PROMISES_MS, Standing, Step, step},
    role::Right,
};
use guanxi_store::{self as store, Tx, live_report::Span};
use serde_json::json;

use crate::{
    Cx, Error, Me, Result, audit,
    corp::{self, State},
    event::{self, AlertTurn, Event},
    live_report::room,
};

/// How long alerts are kept that are over, in milliseconds.
pub const KEPT_MS: i64 = 90 * guanxi_model::corp::DAY_MS;

/// What has to be done about one reason of one code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    step: Step,
    /// The alert as it is, or as it is to be opened.
    alert: Alert,
}

/// How it stands with each code of a company that is open, or that somebody waits at.
fn standings(tx: &mut Tx<'_>, cx: &Cx, corp: &State) -> Result<HashMap<LiveCodeId, Standing>> {
    let mut all: HashMap<LiveCodeId, Standing> = HashMap::new();
    let size = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    for one in room::look(tx, cx, corp, None)?.codes {
        let standing = Standing {
            is_open: true,
            active: size(one.active),
            on_duty: size(one.on_duty),
            free: size(one.free),
            caps: one.caps,
            ..Standing::default()
        };
        all.insert(one.code, standing);
    }
    for (code, n) in store::live_alert::lined_up(tx, corp.id)? {
        all.entry(code).or_default().lined_up = n;
    }
    for (code, n) in store::live_alert::overdue(tx, corp.id, cx.now() + NEARLY_MS)? {
        all.entry(code).or_default().overdue = n;
    }
    let span = Span {
        corp: corp.id,
        code: None,
        from_ms: cx.now() - PROMISES_MS,
        before_ms: cx.now() + 1,
    };
    for answers in store::live_report::answers(tx, &span, cx.now())? {
        let (kept, broken) = &mut all.entry(answers.code).or_default().promises;
        match answers.kept {
            1 => *kept += answers.times,
            2 => *broken += answers.times,
            _ => {}
        }
    }
    Ok(all)
}

/// What has to be done about the codes of a company now; nothing is written.
pub fn look(tx: &mut Tx<'_>, cx: &Cx, corp: CorpId) -> Result<Vec<Change>> {
    let corp = corp::state(tx, &cx.env, corp)?;
    let standings = standings(tx, cx, &corp)?;
    let mut open: HashMap<(LiveCodeId, Kind), Alert> = HashMap::new();
    for alert in store::live_alert::list_open(tx, corp.id)? {
        open.insert((alert.code, alert.kind), alert);
    }
    let mut changes = Vec::new();
    for (code, standing) in &standings {
        for kind in Kind::ALL {
            let known = open.remove(&(*code, kind));
            let Some(step) = step(kind, standing, known.as_ref(), cx.now()) else {
                continue;
            };
            let alert = known.unwrap_or_else(|| {
                let (count, whole) = standing.measure(kind);
                Alert {
                    id: cx.new_id(AlertId::from_u128),
                    code: *code,
                    kind,
                    count,
                    whole,
                    opened_at_ms: cx.now(),
                    calm_since_ms: None,
                    closed_at_ms: None,
                    seen: None,
                }
            });
            changes.push(Change { step, alert });
        }
    }
    // Codes that serve nobody any more, and at which nobody waits.
    for ((_, kind), alert) in open {
        let over = step(kind, &Standing::default(), Some(&alert), cx.now());
        changes.extend(over.map(|step| Change { step, alert }));
    }
    Ok(changes)
}

/// Does it. Where another node was faster nothing happens.
pub fn apply(tx: &mut Tx<'_>, cx: &Cx, corp: CorpId, changes: &[Change]) -> Result<()> {
    for Change { step, alert } in changes {
        let (is_news, turn) = match step {
            Step::Open => {
                let is_news = store::live_alert::open(tx, corp, alert)?;
                (is_news, AlertTurn::Opened)
            }
            Step::Calm => {
                let is_news = store::live_alert::calm(tx, corp, alert.id, Some(cx.now()))?;
                (is_news, AlertTurn::Moved)
            }
            Step::Again => {
                let is_news = store::live_alert::calm(tx, corp, alert.id, None)?;
                (is_news, AlertTurn::Moved)
            }
            Step::Close => {
                let is_news = store::live_alert::close(tx, corp, alert.id, cx.now())?;
                (is_news, AlertTurn::Closed)
            }
        };
        if is_news {
            emit(tx, cx, corp, alert.id, turn)?;
        }
    }
    Ok(())
}

fn emit(tx: &mut Tx<'_>, cx: &Cx, corp: CorpId, alert: AlertId, turn: AlertTurn) -> Result<()> {
    let changed = Event::LiveAlertChanged { corp, alert, turn };
    event::emit(tx, cx, corp.as_u128(), &changed)
}

/// An alert as people read it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The alert.
    pub alert: Alert,
    /// Name of its code; None once it is deleted.
    pub code: Option<String>,
    /// Who has seen it, by name.
    pub seen_by: Option<String>,
}

fn shown(tx: &mut Tx<'_>, me: &Me, alerts: Vec<Alert>) -> Result<Vec<Shown>> {
    let mut names: HashMap<LiveCodeId, Option<String>> = HashMap::new();
    let mut all = Vec::with_capacity(alerts.len());
    for alert in alerts {
        let code = if let Some(known) = names.get(&alert.code) {
            known.clone()
        } else {
            let found = store::live_code::find(tx, me.corp_id, alert.code)?;
            let found = found.filter(|code| code.deleted_at_ms.is_none());
            let name = found.map(|code| code.name);
            names.insert(alert.code, name.clone());
            name
        };
        let seen_by = match alert.seen {
            Some((member, _)) => store::member::find(tx, me.corp_id, member)?,
            None => None,
        };
        all.push(Shown {
            code,
            seen_by: seen_by.map(|member| member.profile.name),
            alert,
        });
    }
    Ok(all)
}

/// Open alerts, the most urgent first; of one code or all.
pub fn open(tx: &mut Tx<'_>, me: &Me, code: Option<LiveCodeId>) -> Result<Vec<Shown>> {
    me.require(Right::ReadLive)?;
    let mut alerts = store::live_alert::list_open(tx, me.corp_id)?;
    alerts.retain(|alert| code.is_none_or(|code| alert.code == code));
    let urgency = |kind| Kind::ALL.iter().position(|one| *one == kind);
    alerts.sort_by_key(|alert| (alert.calm_since_ms.is_some(), urgency(alert.kind)));
    shown(tx, me, alerts)
}

/// Alerts that are over, the newest first; `before` is the last row of the page before.
pub fn past(tx: &mut Tx<'_>, me: &Me, before: Option<AlertId>, limit: i64) -> Result<Vec<Shown>> {
    me.require(Right::ReadLive)?;
    let before = before.unwrap_or(AlertId::from_u128(u128::MAX));
    let alerts = store::live_alert::list_past(tx, me.corp_id, before, limit)?;
    shown(tx, me, alerts)
}

/// How many are open that nobody has seen.
pub fn count_new(tx: &mut Tx<'_>, me: &Me) -> Result<i64> {
    me.require(Right::ReadLive)?;
    Ok(store::live_alert::count_new(tx, me.corp_id)?)
}

/// Notes that the actor has seen an alert and looks after it; the first one is kept.
pub fn see(tx: &mut Tx<'_>, cx: &Cx, id: AlertId) -> Result<()> {
    let me = cx.me_with(tx, Right::EditCodes)?;
    let alert =
        store::live_alert::find(tx, me.corp_id, id)?.ok_or(Error::not_found("live_alert"))?;
    if !store::live_alert::seen(tx, me.corp_id, id, me.member.id, cx.now())? {
        return Ok(());
    }
    let code = store::live_code::find(tx, me.corp_id, alert.code)?;
    let detail = json!({
        "name": code.map(|code| code.name).unwrap_or_default(),
        "reason": alert.kind.name(),
    });
    let object = Some(("live_code", alert.code.to_string()));
    audit::record(tx, cx, me.corp_id, "live_code.alert_seen", object, &detail)?;
    emit(tx, cx, me.corp_id, id, AlertTurn::Moved)
}
