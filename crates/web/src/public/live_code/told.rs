//! What a visitor of a live code is told where there is no card: a question, or that the code is closed.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use guanxi_app::live_code::{Closed, Code};
use guanxi_model::live_code::plan::Plan;

use super::Visit;
use crate::public::{Frame, answer, note::Note};

/// Why a code serves nobody, and what to do next.
pub(super) fn closed(visit: &Visit, code: &Code, closed: Option<Closed>) -> Response {
    let closed = closed.unwrap_or(Closed::Unpublished);
    let corp = code.corp.name.as_str();
    let text = |part: &str| {
        let key = format!("live-closed-{}{part}", closed.name());
        visit.l.t1(&key, "corp", corp).into_owned()
    };
    let page = Note {
        frame: visit.frame(),
        corp: corp.to_owned(),
        owner: corp.to_owned(),
        title: text(""),
        text: text("-text"),
        more: String::new(),
        next: visit.l.t1("live-closed-next", "corp", corp).into_owned(),
        retry: String::new(),
    };
    let status = match closed {
        Closed::Paused | Closed::Unpublished => StatusCode::SERVICE_UNAVAILABLE,
        Closed::Expired | Closed::Deleted => StatusCode::GONE,
    };
    answer(status, &page)
}

#[derive(Template)]
#[template(path = "live-choose.html")]
struct Choose {
    frame: Frame,
    corp: String,
    title: String,
    intro: String,
    question: String,
    /// Label and address.
    choices: Vec<(String, String)>,
    /// Where the question before stands.
    before: Option<String>,
}

/// The question that stands after what was chosen; a way that leads nowhere begins where it went wrong.
pub(super) fn question(visit: &Visit, code: &Code, plan: &Plan) -> Response {
    let tag = visit.l.tag();
    let mut keys = visit.to.keys();
    let (question, choices) = loop {
        if let Some(found) = plan.question(&keys) {
            break found;
        }
        if keys.pop().is_none() {
            return closed(visit, code, None);
        }
    };
    let so_far = keys.join(".");
    let address = |key: &str| {
        let to = if so_far.is_empty() {
            key.to_owned()
        } else {
            format!("{so_far}.{key}")
        };
        format!("/c/{}?to={to}", visit.token)
    };
    let corp = code.corp.name.clone();
    let title = plan.title.pick(tag);
    let asked = question.pick(tag);
    let page = Choose {
        title: if title.is_empty() { &corp } else { title }.to_owned(),
        intro: plan.intro.pick(tag).to_owned(),
        question: if asked.is_empty() {
            visit.l.t("live-question").into_owned()
        } else {
            asked.to_owned()
        },
        choices: choices
            .iter()
            .map(|choice| {
                let label = choice.label.pick(tag);
                let label = if label.is_empty() { &choice.key } else { label };
                (label.to_owned(), address(&choice.key))
            })
            .collect(),
        before: keys.pop().map(|_| {
            let to = keys.join(".");
            format!(
                "/c/{}{}",
                visit.token,
                if to.is_empty() {
                    to
                } else {
                    format!("?to={to}")
                }
            )
        }),
        frame: visit.frame(),
        corp,
    };
    answer(StatusCode::OK, &page)
}
