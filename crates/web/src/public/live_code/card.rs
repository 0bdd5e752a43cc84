//! The card of the member who was chosen, with what he promises and the way to add him; and of the one whom a visitor has already.

use std::sync::Arc;

use askama::Template;
use axum::{http::StatusCode, response::Response};
use data_encoding::BASE64;
use guanxi_app::{
    conversation::{self, Offer},
    live_code::{Code, desk::Shown},
};
use guanxi_model::{id::ConversationId, live_code::plan::Plan};
use guanxi_store::member::Member;

use super::{Visit, Who, seq_of};
use crate::{
    auth::COOKIE,
    cookie, csrf,
    error::Failure,
    page::Errors,
    public::{Frame, answer},
};

/// Largest picture that travels with the card, in bytes; a larger one is left out, so that the card comes in one answer on any
/// connection.
const PICTURE_MAX: usize = 7000;

#[derive(Template)]
#[template(path = "live-card.html")]
struct Card {
    frame: Frame,
    token: String,
    to: String,
    at: String,
    seq: String,
    corp: String,
    member: String,
    position: String,
    /// The picture itself.
    picture: Option<String>,
    intro: String,
    confirm: bool,
    /// What is promised, in words; empty for nothing.
    promise: String,
    note: String,
    is_stranger: bool,
    typed: Who,
    errors: Errors,
    csrf: String,
    browser: String,
}

/// The member as the database has him, and what is promised for him.
struct Chosen {
    member: Member,
    picture: Option<Vec<u8>>,
    offer: Offer,
}

async fn look(
    visit: &Visit,
    code: &Code,
    plan: &Arc<Plan>,
    shown: &Shown,
) -> Result<Chosen, Failure> {
    let (cx, corp, id) = (visit.cx.clone(), Arc::clone(&code.corp), shown.member);
    let plan = Arc::clone(plan);
    let (version, pool, entry) = shown.stands;
    // Published anew in between, the places of the old version mean nothing.
    let place = (i64::from(version) == code.row.version).then_some((pool, entry));
    let store = &visit.guest.app.env.store;
    let chosen = store
        .read(move |tx| -> guanxi_app::Result<Chosen> {
            let member = guanxi_store::member::find(tx, corp.id, id)?
                .ok_or(guanxi_app::Error::not_found("live_code"))?;
            let picture = match member.avatar {
                Some(_) => guanxi_store::avatar::find(tx, corp.id, id)?,
                None => None,
            };
            Ok(Chosen {
                member,
                picture: picture.map(|(_, bytes)| bytes),
                offer: conversation::offer(tx, &cx, &corp, &plan, id, place)?,
            })
        })
        .await?;
    Ok(chosen)
}

/// What is promised, in words.
fn promise(visit: &Visit, code: &Code, chosen: &Chosen) -> String {
    let (l, now_ms) = (visit.l, visit.cx.now());
    let zone = code.corp.settings.zone();
    match (chosen.offer.duty.back_at_ms, chosen.offer.promised_at_ms) {
        (Some(at), _) => {
            let at = l.moment(now_ms, at, &zone);
            l.t1("live-back", "at", at).into_owned()
        }
        (None, Some(at)) => {
            let wait = l.duration(at - now_ms);
            l.t1("live-promise", "wait", wait).into_owned()
        }
        (None, None) => String::new(),
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "what the page shows, once for the first time and once with what was typed"
)]
pub(super) async fn show(
    visit: &Visit,
    code: &Code,
    plan: &Arc<Plan>,
    shown: Shown,
    typed: Who,
    errors: Errors,
    note: &'static str,
    status: StatusCode,
) -> Result<Response, Failure> {
    let chosen = look(visit, code, plan, &shown).await?;
    let token = cookie::find(&visit.guest.headers, COOKIE).unwrap_or_default();
    let chance = &visit.guest.app.env.chance;
    let secret = csrf::session_key(&visit.guest.app.env.pepper, token);
    let picture = chosen
        .picture
        .as_ref()
        .filter(|bytes| bytes.len() <= PICTURE_MAX);
    let profile = &chosen.member.profile;
    let page = Card {
        frame: visit.frame(),
        token: visit.token.clone(),
        to: visit.to.joined(),
        at: visit.to.place.clone(),
        seq: seq_of(&shown),
        corp: code.corp.name.clone(),
        member: profile.name.clone(),
        position: profile.position.clone(),
        picture: picture.map(|bytes| format!("data:image/jpeg;base64,{}", BASE64.encode(bytes))),
        intro: plan.intro.pick(visit.l.tag()).to_owned(),
        confirm: plan.confirm,
        promise: promise(visit, code, &chosen),
        note: if note.is_empty() {
            String::new()
        } else {
            visit.l.t1(note, "name", profile.name.as_str()).into_owned()
        },
        is_stranger: visit.guest.identity.is_none(),
        typed,
        errors,
        csrf: csrf::token(&secret, chance.number() as u64),
        browser: format!("{:032x}", visit.browser),
    };
    Ok(answer(status, &page))
}

#[derive(Template)]
#[template(path = "live-known.html")]
struct Known {
    frame: Frame,
    corp: String,
    member: String,
    talk: ConversationId,
}

/// The page of a visitor who has come by this code before and is served: nobody is chosen anew.
pub(super) async fn known(visit: &Visit, code: &Code) -> Result<Option<Response>, Failure> {
    if visit.guest.identity.is_none() {
        return Ok(None);
    }
    let (cx, id) = (visit.cx.clone(), code.row.id);
    let store = &visit.guest.app.env.store;
    let found = store
        .read(move |tx| conversation::find_by_code(tx, &cx, id))
        .await;
    let found = match found {
        Ok(found) => found,
        // A session that has just ended makes a stranger of him.
        Err(guanxi_app::Error::SignedOut) => None,
        Err(error) => return Err(error.into()),
    };
    Ok(found.map(|partner| {
        let page = Known {
            frame: visit.frame(),
            corp: code.corp.name.clone(),
            member: partner.name,
            talk: partner.conversation.id,
        };
        answer(StatusCode::OK, &page)
    }))
}
