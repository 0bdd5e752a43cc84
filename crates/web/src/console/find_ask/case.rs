//! The page of one question: who may be meant, why he is not found, and what can be done about it.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use guanxi_app::{
    Error,
    find_ask::{self, Candidate, Diagnosis, Verdict, Widening},
    visibility::{self, Listing},
};
use guanxi_model::{
    field::Invalid,
    id::{AskId, MemberId, RuleId},
    member::Status,
    visibility::{Kind, Subject},
};

use super::{directory_of, picker};
use crate::{
    auth::{Actor, Form},
    console::{
        self,
        visibility::{
            names_of,
            rule::draft_path,
            words::{self, Check, Names},
        },
    },
    error::{Failure, sentence},
    locale::Locale,
    page::{Errors, Place, Shell},
    reply,
};

#[derive(Template)]
#[template(path = "find-ask.html")]
struct Page {
    shell: Shell,
    id: AskId,
    title: String,
    asker: Person,
    query: String,
    message: String,
    asked_at_ms: i64,
    is_open: bool,
    answer: String,
    answered_by: String,
    answered_at_ms: i64,
    candidates: Vec<Row>,
    chosen: Option<Chosen>,
    remedy: String,
    text: String,
    errors: Errors,
    /// Why nothing was done, where that is no matter of a field.
    refused: String,
}

struct Person {
    id: MemberId,
    name: String,
    places: String,
}

/// Somebody who may be meant.
struct Row {
    person: Person,
    verdict: &'static str,
    tag: &'static str,
    is_current: bool,
}

/// The one whom the page is about.
struct Chosen {
    person: Person,
    employee_no: String,
    status: &'static str,
    verdict: &'static str,
    says: String,
    checks: Vec<Check>,
    can_grant: bool,
    exception: Option<Exception>,
}

/// The remedy that changes a rule, in words.
struct Exception {
    rule: RuleId,
    label: String,
    hint: String,
    /// Whether another rule would still stand between the two.
    is_short: bool,
    /// The rule's page with this exception in the draft.
    try_out: String,
}

impl Row {
    fn new(names: &Names, candidate: &Candidate, chosen: Option<MemberId>) -> Self {
        let verdict = candidate.verdict.name();
        Self {
            tag: match candidate.verdict {
                Verdict::Visible => "ok",
                Verdict::NotActivated => "wait",
                Verdict::Hidden(_) => "bad",
                Verdict::Disabled | Verdict::Left => "",
            },
            person: person(names, &candidate.member),
            verdict,
            is_current: chosen == Some(candidate.member.id),
        }
    }
}

fn person(names: &Names, member: &guanxi_store::member::Member) -> Person {
    let places = member
        .profile
        .places
        .iter()
        .map(|place| names.path(place.department));
    let places: Vec<String> = places.collect();
    Person {
        id: member.id,
        name: member.profile.name.clone(),
        places: places.join(&names.l.t("visibility-or")),
    }
}

/// What the page reads in one transaction.
struct Read {
    frame: console::Frame,
    listing: Listing,
    diagnosis: Diagnosis,
    chosen: Option<usize>,
    widening: Option<Widening>,
}

/// Shows a question; `form` names the candidate and, after a refusal, holds what was typed.
pub(super) async fn show(
    actor: &Actor,
    id: AskId,
    form: &Form,
    invalid: &[Invalid],
    refused: Option<&Error>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let directory = directory_of(actor).await?;
    let index = directory.clone();
    let wanted = picker::member(form, "candidate");
    let read = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let diagnosis = find_ask::diagnose(tx, cx, &frame.me, &index, id)?;
            let listing = visibility::list(tx, cx, &frame.me)?;
            let chosen = choose(&diagnosis, wanted);
            let candidate = chosen.and_then(|at| diagnosis.candidates.get(at));
            let widening = match candidate.map(|c| (c.member.id, c.verdict)) {
                Some((target, Verdict::Hidden(Some(rule)))) if diagnosis.asked.ask.is_open => {
                    find_ask::widening(tx, cx, &frame.me, id, target, rule)?
                }
                _ => None,
            };
            Ok(Read {
                frame,
                listing,
                diagnosis,
                chosen,
                widening,
            })
        })
        .await?;
    let mut errors = Errors::default();
    for field in invalid {
        errors.refuse(field.field, actor.l, field);
    }
    let names = names_of(actor, &read.frame, &directory, read.listing.names.clone());
    let refused = refused.map(|error| sentence(actor.l, error, &names.tz));
    let page = page(
        actor,
        &names,
        read,
        form,
        errors,
        refused.unwrap_or_default(),
    );
    Ok(reply::page_with(status, &page.shell, &page))
}

/// The candidate in the address, else the first who is hidden, else the first of all.
fn choose(diagnosis: &Diagnosis, wanted: Option<MemberId>) -> Option<usize> {
    let all = &diagnosis.candidates;
    let at = |is: &dyn Fn(&Candidate) -> bool| all.iter().position(is);
    wanted
        .and_then(|id| at(&|candidate| candidate.member.id == id))
        .or_else(|| at(&|candidate| matches!(candidate.verdict, Verdict::Hidden(_))))
        .or_else(|| (!all.is_empty()).then_some(0))
}

fn page(
    actor: &Actor,
    names: &Names,
    read: Read,
    form: &Form,
    errors: Errors,
    refused: String,
) -> Page {
    let Read {
        frame,
        listing,
        diagnosis,
        chosen,
        widening,
    } = read;
    let asked = &diagnosis.asked;
    let candidate = chosen.and_then(|at| diagnosis.candidates.get(at));
    let id = candidate.map(|candidate| candidate.member.id);
    let rows = diagnosis
        .candidates
        .iter()
        .map(|candidate| Row::new(names, candidate, id));
    let chosen = candidate.map(|candidate| {
        let exception =
            widening.and_then(|widening| exception(names, &listing, asked.asker.id, widening));
        case(names, &asked.asker.profile.name, candidate, exception)
    });
    let (remedy, text) = match form.find("remedy") {
        Some(remedy) => (remedy.to_owned(), form.text("answer").to_owned()),
        None => (
            proposed(chosen.as_ref()).to_owned(),
            proposal(names, candidate),
        ),
    };
    Page {
        id: asked.ask.id,
        title: super::title(actor.l, &asked.asker.profile.name, &asked.ask.query),
        asker: person(names, &asked.asker),
        query: asked.ask.query.clone(),
        message: asked.ask.message.clone(),
        asked_at_ms: asked.ask.created_at_ms,
        is_open: asked.ask.is_open,
        answer: asked.ask.answer.clone(),
        answered_by: asked
            .ask
            .answered_by
            .map(|id| names.member(id))
            .unwrap_or_default(),
        answered_at_ms: asked.ask.answered_at_ms.unwrap_or_default(),
        candidates: rows.collect(),
        chosen,
        remedy,
        text,
        errors,
        refused,
        shell: frame.shell(actor, Place::FindAsks),
    }
}

fn case(names: &Names, asker: &str, candidate: &Candidate, exception: Option<Exception>) -> Chosen {
    let name = &candidate.member.profile.name;
    let key = format!("find-ask-says-{}", candidate.verdict.name());
    let (one, other) = (
        words::set_apart(names.l, asker),
        words::set_apart(names.l, name),
    );
    Chosen {
        says: names
            .l
            .t2(&key, "viewer", one, "target", other)
            .into_owned(),
        checks: words::checks(names, &candidate.explained, asker, name),
        can_grant: matches!(candidate.verdict, Verdict::Hidden(_)),
        employee_no: candidate.member.profile.employee_no.clone(),
        status: candidate.member.status.name(),
        verdict: candidate.verdict.name(),
        person: person(names, &candidate.member),
        exception,
    }
}

fn exception(
    names: &Names,
    listing: &Listing,
    asker: MemberId,
    widening: Widening,
) -> Option<Exception> {
    let rule = listing.rules.iter().find(|rule| rule.id == widening.rule)?;
    let department = names.department(widening.department);
    let values = [
        ("department", department.into()),
        ("rule", names.rule(rule).into()),
        ("viewers", widening.viewers.into()),
        ("hidden", widening.hidden.unwrap_or_default().into()),
    ];
    let hint = match rule.kind {
        Kind::Hide => "find-ask-exception-hide",
        Kind::Limit { .. } => "find-ask-exception-limit",
    };
    let mut draft = rule.clone();
    draft
        .exceptions
        .push(Subject::Department(widening.department));
    Some(Exception {
        rule: rule.id,
        label: names.l.with("find-ask-exception", &values).into_owned(),
        hint: names.l.with(hint, &values).into_owned(),
        is_short: !widening.suffices,
        try_out: draft_path(draft, asker),
    })
}

/// The remedy that the page proposes.
fn proposed(chosen: Option<&Chosen>) -> &'static str {
    match chosen {
        Some(chosen) if chosen.can_grant => "grant",
        _ => "answer",
    }
}

/// The answer that the page proposes, where there is nothing to open; in the language of the corp, like all answers.
fn proposal(names: &Names, candidate: Option<&Candidate>) -> String {
    let l = Locale::find(&names.corp().settings.language).unwrap_or_default();
    let Some(candidate) = candidate else {
        return l.t("find-ask-propose-nobody").into_owned();
    };
    let name = &candidate.member.profile.name;
    let key = match (candidate.verdict, candidate.member.status) {
        (Verdict::Hidden(_), _) => return String::new(),
        (Verdict::Left, _) | (_, Status::Left) => "find-ask-propose-left",
        (Verdict::Disabled, _) => "find-ask-propose-disabled",
        (Verdict::NotActivated, _) => "find-ask-propose-not_activated",
        (Verdict::Visible, _) => "find-ask-propose-visible",
    };
    l.t1(key, "name", name).into_owned()
}
