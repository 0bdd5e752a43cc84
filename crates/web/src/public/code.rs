//! What a visitor does with a member's QR code: sees the card, proves a number, becomes a contact.

mod act;
mod logo;
mod vcard;

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use guanxi_app::{
    Cx, Error,
    qr_code::{
        flood::{self, Step},
        visit::{self, Card, Standing},
    },
};
use guanxi_model::{
    corp::{DeadTells, MobileShown},
    id::LogoId,
    qr_code::{Dead, Slug},
};

pub use act::{add, code, done, number, try_code};
pub use logo::file as logo;

use super::{
    Frame, answer,
    note::{Note, language, refused},
    proof::Who,
};
use crate::{
    auth::{COOKIE, Guest},
    console::sign_in::pending::browser,
    cookie, csrf,
    error::Failure,
    locale::Locale,
    page::Errors,
};

/// One visit: who comes with which token.
struct Visit {
    guest: Guest,
    cx: Cx,
    l: Locale,
    token: String,
    slug: Slug,
}

impl Visit {
    /// Identifies the code of a token.
    fn of(guest: Guest, token: String) -> Result<Self, Box<(Guest, Error)>> {
        let env = &guest.app.env;
        let (address, now_ms) = (guest.cx.address.clone(), guest.cx.now());
        match visit::identify(env, &guest.app.codes, &token, &address, now_ms) {
            Ok(slug) => Ok(Self {
                cx: guest
                    .identity
                    .as_ref()
                    .map_or_else(|| guest.cx.clone(), |who| guest.cx.by(who.actor())),
                l: language(&guest),
                guest,
                token,
                slug,
            }),
            Err(error) => Err(Box::new((guest, error))),
        }
    }

    fn frame(&self) -> Frame {
        Frame {
            l: self.l,
            back: format!("/q/{}", self.token),
        }
    }

    /// Lets the visitor take a step, unless too many come from where he is.
    async fn admit(&self, step: Step) -> guanxi_app::Result<()> {
        flood::admit(&self.cx, self.slug, step, browser(&self.guest)).await
    }

    /// The card without another scan.
    async fn read(&self) -> guanxi_app::Result<Card> {
        let (cx, slug) = (self.cx.clone(), self.slug);
        let store = &self.guest.app.env.store;
        store.read(move |tx| visit::read(tx, &cx, slug)).await
    }
}

/// Why a code leads to nobody, and what to do next; without names where the corp wants that.
fn dead_page(visit: &Visit, card: &Card, dead: Dead) -> Response {
    let is_quiet = card.corp.settings.code_dead_tells == DeadTells::Corp;
    // That somebody is away for good or for now is no business of a visitor's there.
    let told = match dead {
        Dead::OwnerLeft | Dead::OwnerDisabled if is_quiet => Dead::OwnerLeft,
        dead => dead,
    };
    let key = format!("visit-dead-{}", told.code());
    let (owner, corp) = (card.owner.profile.name.as_str(), card.corp.name.as_str());
    let text = |key: &str| {
        let text = visit.l.t2(key, "owner", owner, "corp", corp);
        text.into_owned()
    };
    let (told, next) = if is_quiet {
        (text("visit-quiet-text"), text("visit-quiet-next"))
    } else {
        (text(&format!("{key}-text")), text(&format!("{key}-next")))
    };
    let page = Note {
        frame: visit.frame(),
        corp: corp.to_owned(),
        owner: if is_quiet { corp } else { owner }.to_owned(),
        title: text(&key),
        text: told,
        more: if is_quiet || card.code.handed_from.is_empty() {
            String::new()
        } else {
            let from = card.code.handed_from.as_str();
            let more = visit.l.t2("visit-dead-after", "owner", owner, "name", from);
            more.into_owned()
        },
        next,
        retry: String::new(),
    };
    answer(StatusCode::GONE, &page)
}

/// What a code shows of its owner.
struct Shown {
    corp: String,
    /// The logo of the corp.
    logo: Option<LogoId>,
    owner: String,
    position: String,
    handed_from: String,
    confirm: bool,
    /// Label and value of what else the owner shows.
    facts: Vec<(String, String)>,
}

impl Shown {
    fn of(card: &Card, l: Locale) -> Self {
        let (profile, shown) = (&card.owner.profile, &card.code.shown);
        let mut facts = Vec::new();
        let mut fact = |key: &str, value: String| facts.push((l.t(key).into_owned(), value));
        if let Some(mobile) = mobile(card) {
            fact("visit-fact-mobile", mobile.readable());
        }
        if let Some(email) = profile.email.as_ref().filter(|_| shown.email) {
            fact("visit-fact-email", email.as_str().to_owned());
        }
        if shown.employee_no && !profile.employee_no.is_empty() {
            fact("visit-fact-employee_no", profile.employee_no.clone());
        }
        for (name, value) in &profile.custom {
            if shown.custom.contains(name) && !value.is_empty() {
                facts.push((name.clone(), value.clone()));
            }
        }
        Self {
            corp: card.corp.name.clone(),
            logo: card.corp.logo,
            owner: profile.name.clone(),
            position: profile.position.clone(),
            handed_from: if card.corp.settings.code_dead_tells == DeadTells::Names {
                card.code.handed_from.clone()
            } else {
                String::new()
            },
            confirm: card.code.confirm,
            facts,
        }
    }
}

/// The number, if the owner shows it and his corp does not keep numbers to its administrators.
fn mobile(card: &Card) -> Option<guanxi_model::person::Phone> {
    let is_shown = card.code.shown.mobile && card.corp.settings.mobile_shown != MobileShown::Nobody;
    card.owner.profile.mobile.filter(|_| is_shown)
}

#[derive(Template)]
#[template(path = "public-card.html")]
struct CardPage {
    frame: Frame,
    token: String,
    card: Shown,
    standing: Standing,
    typed: Who,
    errors: Errors,
    csrf: String,
    /// Number for the visitor's browser, so that a number sent twice asks for one code.
    browser: String,
}

impl CardPage {
    fn is_stranger(&self) -> bool {
        self.standing == Standing::Stranger
    }

    fn is_oneself(&self) -> bool {
        self.standing == Standing::Oneself
    }

    fn is_asked(&self) -> bool {
        self.standing == Standing::Asked
    }

    fn is_contact(&self) -> bool {
        self.standing == Standing::Contacts
    }
}

fn card_page(
    visit: &Visit,
    card: &Card,
    status: StatusCode,
    typed: Who,
    errors: Errors,
) -> Response {
    if let Some(dead) = card.dead {
        return dead_page(visit, card, dead);
    }
    let token = cookie::find(&visit.guest.headers, COOKIE).unwrap_or_default();
    let secret = csrf::session_key(&visit.guest.app.env.pepper, token);
    let page = CardPage {
        frame: visit.frame(),
        token: visit.token.clone(),
        card: Shown::of(card, visit.l),
        standing: card.standing,
        typed,
        errors,
        csrf: csrf::token(&secret, visit.guest.app.env.chance.number() as u64),
        browser: format!("{:032x}", visit.guest.app.env.chance.number()),
    };
    answer(status, &page)
}

/// `GET /q/{token}`: the card; each call is a scan on record.
pub async fn page(Path(token): Path<String>, guest: Guest) -> Result<Response, Failure> {
    let visit = match Visit::of(guest, token) {
        Ok(visit) => visit,
        Err(refusal) => return refused(&refusal.0, refusal.1),
    };
    if let Err(error) = visit.admit(Step::Scan).await {
        return refused(&visit.guest, error);
    }
    let (cx, slug) = (visit.cx.clone(), visit.slug);
    let store = visit.guest.app.env.store.clone();
    match store.write(move |tx| visit::scan(tx, &cx, slug)).await {
        Ok(card) => Ok(card_page(
            &visit,
            &card,
            StatusCode::OK,
            Who::default(),
            Errors::default(),
        )),
        Err(error) => refused(&visit.guest, error),
    }
}

/// `GET /q/{token}/card.vcf`: the card for the visitor's own phone, while the code is alive.
pub async fn file(Path(token): Path<String>, guest: Guest) -> Result<Response, Failure> {
    let visit = match Visit::of(guest, token) {
        Ok(visit) => visit,
        Err(refusal) => return refused(&refusal.0, refusal.1),
    };
    match visit.read().await {
        Ok(card) => Ok(match card.dead {
            Some(dead) => dead_page(&visit, &card, dead),
            None => vcard::file(&visit, &card),
        }),
        Err(error) => refused(&visit.guest, error),
    }
}
