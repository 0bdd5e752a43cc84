//! How a member stands with live codes: whether he is served, why not, his ledger, and the switch by which he rests.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use guanxi_app::{
    Error,
    live_code::own::{self, Place as Stand, Standing, Why},
};
use jiff::{civil::DateTime, tz::TimeZone};

use crate::{
    auth::{Actor, Form, Posted},
    console,
    error::Failure,
    locale::Locale,
    page::{Errors, Flash, Place, Shell},
    reply,
};

/// Address of the page.
const OWN: &str = "/codes/live";
const HOUR_MS: i64 = 60 * 60 * 1000;

/// A code in which he stands, in words.
struct Row {
    name: String,
    facts: String,
    kind: &'static str,
    why: String,
}

/// Turns given or taken, in words.
struct Entry {
    turns: String,
    /// The code, and why.
    reason: String,
    at_ms: i64,
}

#[derive(Template)]
#[template(path = "live-own.html")]
struct Own {
    shell: Shell,
    rows: Vec<Row>,
    open: u32,
    is_off: bool,
    state: String,
    chosen: String,
    until: String,
    ledger: Vec<Entry>,
    errors: Errors,
}

fn row(l: Locale, stand: &Stand, now_ms: i64, tz: &TimeZone) -> Row {
    let mut facts = vec![
        l.t1("own-live-share", "weight", stand.weight).into_owned(),
        l.n("own-live-today-count", stand.today).into_owned(),
    ];
    if let Some(cap) = stand.daily_cap {
        facts.push(l.n("own-live-cap", cap).into_owned());
    }
    if let Some(Why::OffDuty {
        back_at_ms: Some(at),
    }) = stand.why
    {
        let at = l.moment(now_ms, at, tz);
        facts.push(l.t1("own-live-back", "at", at).into_owned());
    }
    Row {
        name: stand.name.clone(),
        facts: facts.join(" · "),
        kind: if stand.why.is_some() { "wait" } else { "ok" },
        why: match stand.why {
            Some(why) => l.t(&format!("own-live-why-{}", why.name())).into_owned(),
            None => l.t("own-live-turn").into_owned(),
        },
    }
}

/// `GET /codes/live`
pub async fn page(actor: Actor) -> Result<Response, Failure> {
    show(&actor, &Form::default(), Errors::default()).await
}

async fn show(actor: &Actor, typed: &Form, errors: Errors) -> Result<Response, Failure> {
    let (frame, standing) = actor
        .read(|tx, cx| {
            let frame = console::frame(tx, cx)?;
            let standing = own::standing(tx, cx, &frame.me)?;
            Ok((frame, standing))
        })
        .await?;
    let shell = frame.shell(actor, Place::Codes);
    let l = actor.l;
    let Standing {
        rest,
        open,
        places,
        credits,
    } = standing;
    let state = match rest {
        None => l.t("own-live-on").into_owned(),
        Some(rest) => match rest.until_ms {
            Some(at) => {
                let at = l.moment(shell.now_ms, at, &shell.tz);
                l.t1("own-live-off-until", "at", at).into_owned()
            }
            None => l.t("own-live-off").into_owned(),
        },
    };
    let rows = places.iter();
    let page = Own {
        rows: rows
            .map(|stand| row(l, stand, shell.now_ms, &shell.tz))
            .collect(),
        open,
        is_off: rest.is_some(),
        state,
        chosen: match typed.text("for") {
            "" => "today".to_owned(),
            other => other.to_owned(),
        },
        until: typed.text("until").to_owned(),
        ledger: credits
            .into_iter()
            .map(|(credit, name)| Entry {
                turns: l.n("own-live-turns", credit.turns).into_owned(),
                reason: [name, credit.reason].join(" · "),
                at_ms: credit.made_at_ms,
            })
            .collect(),
        errors,
        shell,
    };
    let status = if page.errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    Ok(reply::page_with(status, &page.shell, &page))
}

/// Until when somebody rests, by what he chose; None until he switches himself on.
fn until(actor: &Actor, form: &Form, tz: &TimeZone) -> Result<Option<i64>, Error> {
    let now_ms = actor.cx.now();
    let today = || {
        let now = jiff::Timestamp::from_millisecond(now_ms)
            .ok()?
            .to_zoned(tz.clone());
        let end = now.tomorrow().ok()?.start_of_day().ok()?;
        Some(end.timestamp().as_millisecond())
    };
    let moment = || {
        let typed: DateTime = form.text("until").trim().parse().ok()?;
        let at = typed.to_zoned(tz.clone()).ok()?;
        Some(at.timestamp().as_millisecond())
    };
    match form.text("for") {
        "hour" => Ok(Some(now_ms + HOUR_MS)),
        "open" => Ok(None),
        "until" => moment()
            .map(Some)
            .ok_or(Error::invalid("until", "required")),
        _ => today().map(Some).ok_or(Error::invalid("until", "required")),
    }
}

/// `POST /codes/live/off`
pub async fn off(Posted { actor, form }: Posted) -> Result<Response, Failure> {
    let (corp, _) = actor.cx.account()?;
    let corp = guanxi_app::corp::current(&actor.app.env, corp).await?;
    let done = match until(&actor, &form, &corp.settings.zone()) {
        Ok(until_ms) => {
            actor
                .write(move |tx, cx| own::switch_off(tx, cx, until_ms))
                .await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => {
            let flash = Flash::undo(actor.l.t("own-live-is-off"), "/codes/live/on");
            Ok(reply::see_other_with(OWN, &flash, &actor.secret))
        }
        Err(Error::Invalid(fields)) => {
            let mut errors = Errors::default();
            for field in &fields {
                errors.refuse(field.field, actor.l, field);
            }
            show(&actor, &form, errors).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /codes/live/on`
pub async fn on(Posted { actor, .. }: Posted) -> Result<Response, Failure> {
    actor.write(own::switch_on).await?;
    let flash = Flash::text(actor.l.t("own-live-is-on"));
    Ok(reply::see_other_with(OWN, &flash, &actor.secret))
}
