//! What a visitor does with a live code: he says what it is about, is shown the member who was chosen for him, and adds him.

mod act;
mod card;
mod place;
mod told;
mod wait;

use axum::{extract::Path, http::StatusCode, response::Response};
use guanxi_app::{
    Cx, Error,
    live_code::{
        self, Code,
        desk::{self, Answer, Ask, Shown},
    },
    qr_code::{
        flood::{self, Step},
        visit,
    },
};
use guanxi_model::{
    id::PersonId,
    live_code::{plan::Plan, pool::Strategy},
    qr_code::Slug,
};

pub use act::{add, code, number, try_code};
pub use wait::wait;

use super::{
    Frame,
    note::{language, refused},
    proof::Who,
};
use crate::{
    auth::{Form, Guest},
    console::sign_in::pending::{browser, browser_cookie},
    csrf,
    error::Failure,
    locale::Locale,
    page::Errors,
};

/// One visit: who comes with which token, and what he has chosen so far.
struct Visit {
    guest: Guest,
    cx: Cx,
    l: Locale,
    token: String,
    slug: Slug,
    /// Number of his browser.
    browser: u128,
    /// What he has chosen.
    to: To,
}

/// What a visitor has chosen on the page: the ways of the layers, and where he is.
#[derive(Debug, Clone, Default, PartialEq)]
struct To {
    /// Keys of choices.
    path: Vec<String>,
    /// The place as it was chosen or told: a number of the list, `none`, or `latitude~longitude`.
    place: String,
}

impl To {
    fn of(form: &Form) -> Self {
        let is_key = |key: &&str| {
            let is_sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
            !key.is_empty() && key.len() <= 64 && key.chars().all(is_sign)
        };
        let path = form.text("to").split('.').filter(is_key).take(8);
        let is_place = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '~');
        let place = form.text("at").chars().filter(|c| is_place(*c)).take(48);
        Self {
            path: path.map(str::to_owned).collect(),
            place: place.collect(),
        }
    }

    fn keys(&self) -> Vec<&str> {
        self.path.iter().map(String::as_str).collect()
    }

    fn joined(&self) -> String {
        self.path.join(".")
    }

    /// The query that leads to the same again.
    fn query(&self) -> String {
        let mut query = String::new();
        for (name, value) in [("to", self.joined()), ("at", self.place.clone())] {
            if !value.is_empty() {
                query.push(if query.is_empty() { '?' } else { '&' });
                query.push_str(name);
                query.push('=');
                query.push_str(&value);
            }
        }
        query
    }
}

impl Visit {
    /// Identifies the code of a token.
    fn of(guest: Guest, token: String, form: &Form) -> Result<Self, Box<(Guest, Error)>> {
        let env = &guest.app.env;
        let (address, now_ms) = (guest.cx.address.clone(), guest.cx.now());
        match visit::identify(env, &guest.app.codes, &token, &address, now_ms) {
            Ok(slug) => Ok(Self {
                cx: guest
                    .identity
                    .as_ref()
                    .map_or_else(|| guest.cx.clone(), |who| guest.cx.by(who.actor())),
                l: language(&guest),
                browser: browser(&guest).unwrap_or_else(|| env.chance.number()),
                to: To::of(form),
                guest,
                token,
                slug,
            }),
            Err(error) => Err(Box::new((guest, error))),
        }
    }

    fn path(&self) -> String {
        format!("/c/{}{}", self.token, self.to.query())
    }

    fn frame(&self) -> Frame {
        Frame {
            l: self.l,
            back: self.path(),
        }
    }

    fn person(&self) -> Option<PersonId> {
        self.guest.identity.as_ref().map(|who| who.person.id)
    }

    /// Number of the visitor in the log: the person once he is known, else his browser, of which the log does not keep the number
    /// itself.
    fn visitor(&self) -> u128 {
        self.person()
            .map_or_else(|| self.device(), PersonId::as_u128)
    }

    fn device(&self) -> u128 {
        let pepper = &self.guest.app.env.pepper;
        let hash = csrf::session_key(pepper, &format!("visitor {:032x}", self.browser));
        let mut start = [0; 16];
        start.copy_from_slice(&hash[..16]);
        u128::from_be_bytes(start)
    }

    /// Lets the visitor take a step, unless too many come from where he is.
    async fn admit(&self, step: Step) -> guanxi_app::Result<()> {
        flood::admit(&self.cx, self.slug, step, browser(&self.guest)).await
    }

    /// The code as it is now.
    async fn code(&self) -> guanxi_app::Result<Code> {
        let (cx, slug) = (self.cx.clone(), self.slug);
        let store = &self.guest.app.env.store;
        store.read(move |tx| live_code::find(tx, &cx, slug)).await
    }

    /// The scan itself: whoever reloads is shown the same member again.
    async fn scan(&self, code: &Code, from: place::From) -> guanxi_app::Result<Answer> {
        let ask = Ask {
            code: code.row.id,
            corp: code.corp.id,
            visitor: self.visitor(),
            path: self.to.path.clone(),
            from: from.point,
            person: self.person(),
            except: Vec::new(),
            address: self.cx.address.clone(),
        };
        desk::scan(&self.guest.app.env, ask).await
    }

    /// Gives a browser without a number one, so that a reload is the same visitor.
    fn remember(&self, mut response: Response) -> Response {
        let value = browser_cookie(&self.guest, self.browser);
        response
            .headers_mut()
            .append(axum::http::header::SET_COOKIE, value);
        response
    }
}

/// Whether the way that was chosen may be decided by where the visitor is.
fn needs_place(plan: &Plan, path: &[&str]) -> bool {
    let route = plan.route(path).unwrap_or_default();
    let first = route.first().and_then(|pool| plan.pools.get(*pool));
    first.is_some_and(|pool| pool.strategy == Strategy::Nearest)
}

/// `GET /c/{slug}?to=&at=`: the questions of the code, then the member's card; each card is a scan on record.
pub async fn page(Path(token): Path<String>, guest: Guest) -> Result<Response, Failure> {
    let form = Form::query(&guest.path);
    let visit = match Visit::of(guest, token, &form) {
        Ok(visit) => visit,
        Err(refusal) => return refused(&refusal.0, refusal.1),
    };
    if let Err(error) = visit.admit(Step::Scan).await {
        return refused(&visit.guest, error);
    }
    let note = match form.text("note") {
        "again" => "live-again",
        _ => "",
    };
    meet(
        &visit,
        Who::default(),
        Errors::default(),
        note,
        StatusCode::OK,
    )
    .await
}

/// Shows a visitor what comes next: a question, where he is, the card, or that nobody is free.
async fn meet(
    visit: &Visit,
    typed: Who,
    errors: Errors,
    note: &'static str,
    status: StatusCode,
) -> Result<Response, Failure> {
    let code = match visit.code().await {
        Ok(code) => code,
        Err(error) => return refused(&visit.guest, error),
    };
    let plan = match (&code.plan, code.closed) {
        (Some(plan), None) => std::sync::Arc::clone(plan),
        (_, closed) => return Ok(told::closed(visit, &code, closed)),
    };
    if let Some(known) = card::known(visit, &code).await? {
        return Ok(known);
    }
    let keys = visit.to.keys();
    if plan.route(&keys).is_none() {
        return Ok(visit.remember(told::question(visit, &code, &plan)));
    }
    let from = match place::read(visit, &code, &plan).await? {
        Ok(from) => from,
        Err(page) => return Ok(visit.remember(page)),
    };
    let answered = match visit.scan(&code, from).await {
        Ok(Answer::Shown(shown)) => {
            card::show(visit, &code, &plan, shown, typed, errors, note, status).await
        }
        Ok(Answer::Nobody { .. }) => wait::show(visit, &code, typed, errors, status).await,
        Err(error) => return refused(&visit.guest, error),
    };
    Ok(visit.remember(answered?))
}

/// The place that a scan keeps, as forms carry it.
fn seq_of(shown: &Shown) -> String {
    shown.seq.to_string()
}
