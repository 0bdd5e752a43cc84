//! The page of one rule, new or changed: the draft is the query of the address, and what it would do stands beside it.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use guanxi_app::{
    Cx, Error, Me,
    visibility::{self, Draft, Impact, Preview, Trial},
};
use guanxi_model::{
    field::Invalid,
    id::{MemberId, RuleId},
    role::Right,
    visibility::{Extent, Kind, Rule, Subject},
};
use guanxi_store::Tx;

use super::{
    RULES, directory_of, id, names_of,
    picker::{self, Picker, Purpose},
    preview::{Seen, VIEWER},
    query, read,
    words::{Names, rule_path},
};
use crate::{
    auth::{Actor, Form, Posted},
    error::Failure,
    page::{Errors, Flash, Place, Shell},
    reply,
};

const fn purpose(
    name: &'static str,
    find: &'static str,
    key: &'static str,
    is_many: bool,
) -> Purpose {
    Purpose {
        name,
        find,
        key,
        is_many,
        has_departments: true,
    }
}

const SUBJECT: Purpose = purpose("subject", "find_subject", "visibility-subject", false);
const LISTED: Purpose = purpose("listed", "find_listed", "visibility-listed", true);
const EXCEPTIONS: Purpose = purpose(
    "exceptions",
    "find_exceptions",
    "visibility-exceptions-of",
    true,
);

/// As whom to look; nobody chosen is the first whom the draft concerns.
const AS: Purpose = Purpose {
    key: "visibility-as",
    ..VIEWER
};

/// Extents under names that the template can compare with.
pub const OWN: Extent = Extent::OwnDepartment;
/// See [`OWN`].
pub const SELF: Extent = Extent::OnlySelf;
/// See [`OWN`].
pub const ONLY_LISTED: Extent = Extent::Listed;

/// A rule as the form has it, complete or not.
#[derive(Debug, Clone, Default)]
struct Wanted {
    is_limit: bool,
    extent: Option<Extent>,
    subject: Option<Subject>,
    listed: Vec<Subject>,
    exceptions: Vec<Subject>,
    note: String,
    viewer: Option<MemberId>,
}

impl Wanted {
    fn read(form: &Form) -> Self {
        Self {
            is_limit: form.text("what") == "limit",
            extent: match form.text("extent") {
                "own" => Some(OWN),
                "self" => Some(SELF),
                "listed" => Some(ONLY_LISTED),
                _ => None,
            },
            subject: picker::one(form, SUBJECT.name),
            listed: picker::subjects(form, LISTED.name),
            exceptions: picker::subjects(form, EXCEPTIONS.name),
            note: form.text("note").to_owned(),
            viewer: picker::member(form, VIEWER.name),
        }
    }

    fn of(rule: Rule) -> Self {
        let (extent, listed) = match rule.kind {
            Kind::Hide => (None, Vec::new()),
            Kind::Limit { extent, listed } => (Some(extent), listed),
        };
        Self {
            is_limit: extent.is_some(),
            extent,
            subject: Some(rule.subject),
            listed,
            exceptions: rule.exceptions,
            note: rule.note,
            viewer: None,
        }
    }

    fn extent(&self) -> Extent {
        self.extent.unwrap_or(OWN)
    }

    /// The draft; None while nobody is chosen whom it is about.
    fn draft(&self, id: Option<RuleId>) -> Option<Draft> {
        let kind = if self.is_limit {
            Kind::Limit {
                extent: self.extent(),
                listed: self.listed.clone(),
            }
        } else {
            Kind::Hide
        };
        Some(Draft {
            id,
            kind,
            subject: self.subject?,
            exceptions: self.exceptions.clone(),
            note: self.note.clone(),
        })
    }
}

/// What the draft would do.
#[derive(Default)]
struct Tried {
    impact: Option<Impact>,
    viewer: Option<MemberId>,
    preview: Option<Preview>,
}

impl Tried {
    /// Tries the draft out. One that cannot be saved as it is does nothing yet; saving it says why.
    fn read(
        tx: &mut Tx<'_>,
        cx: &Cx,
        me: &Me,
        wanted: &Wanted,
        id: Option<RuleId>,
    ) -> guanxi_app::Result<Self> {
        let nothing = Self {
            viewer: wanted.viewer,
            ..Self::default()
        };
        let Some(mut draft) = wanted.draft(id) else {
            return Ok(nothing);
        };
        // The administrator's own words change nothing, whatever is wrong with them.
        draft.note.clear();
        let impact = match visibility::impact(tx, cx, me, draft.clone()) {
            Ok(impact) => impact,
            Err(Error::Invalid(_)) => return Ok(nothing),
            Err(error) => return Err(error),
        };
        let viewer = wanted.viewer.or(impact.example);
        let preview =
            viewer.map(|viewer| visibility::preview(tx, cx, me, viewer, Trial::Put(draft)));
        Ok(Self {
            impact: Some(impact),
            viewer,
            preview: preview.transpose()?,
        })
    }
}

/// The page of a rule with this draft in it, and what a member would see beside it.
pub fn draft_path(rule: Rule, viewer: MemberId) -> String {
    let id = rule.id;
    let wanted = Wanted::of(rule);
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("what", if wanted.is_limit { "limit" } else { "hide" });
    let extent = match wanted.extent() {
        Extent::OwnDepartment => "own",
        Extent::OnlySelf => "self",
        Extent::Listed => "listed",
    };
    query.append_pair("extent", extent);
    let fields = [
        (SUBJECT.name, wanted.subject.into_iter().collect()),
        (LISTED.name, wanted.listed),
        (EXCEPTIONS.name, wanted.exceptions),
        (VIEWER.name, vec![Subject::Member(viewer)]),
    ];
    for (name, subjects) in fields {
        for subject in subjects {
            query.append_pair(name, &picker::value(subject));
        }
    }
    query.append_pair("note", &wanted.note);
    format!("{}?{}", rule_path(id), query.finish())
}

#[derive(Template)]
#[template(path = "visibility-rule.html")]
struct Page {
    shell: Shell,
    id: Option<RuleId>,
    action: String,
    is_limit: bool,
    extent: Extent,
    subject: Picker,
    listed: Picker,
    exceptions: Picker,
    viewer: Picker,
    note: String,
    errors: Errors,
    /// The draft as a sentence, with exceptions and numbers; empty while it is incomplete.
    says: Vec<String>,
    seen: Option<Seen>,
}

/// `GET /admin/visibility/rules/new`
pub async fn new(actor: Actor) -> Result<Response, Failure> {
    let wanted = Wanted::read(&query(&actor));
    show(&actor, None, Some(wanted), Vec::new(), StatusCode::OK).await
}

/// `GET /admin/visibility/rules/{id}`
pub async fn edit(Path(rule): Path<String>, actor: Actor) -> Result<Response, Failure> {
    let rule = id::<RuleId>(&rule, "rule")?;
    let form = query(&actor);
    // Without a draft in the address the page shows the rule as it is.
    let wanted = form.find("what").map(|_| Wanted::read(&form));
    show(&actor, Some(rule), wanted, Vec::new(), StatusCode::OK).await
}

/// `POST /admin/visibility/rules/new`
pub async fn create(posted: Posted) -> Result<Response, Failure> {
    save(posted, None).await
}

/// `POST /admin/visibility/rules/{id}`
pub async fn update(Path(rule): Path<String>, posted: Posted) -> Result<Response, Failure> {
    let rule = id::<RuleId>(&rule, "rule")?;
    save(posted, Some(rule)).await
}

async fn save(Posted { actor, form }: Posted, id: Option<RuleId>) -> Result<Response, Failure> {
    let wanted = Wanted::read(&form);
    let Some(draft) = wanted.draft(id) else {
        let missing = vec![Invalid::new("subject", "required")];
        return show(
            &actor,
            id,
            Some(wanted),
            missing,
            StatusCode::UNPROCESSABLE_ENTITY,
        )
        .await;
    };
    let write = move |tx: &mut Tx<'_>, cx: &Cx| {
        // A rule that somebody has just deleted comes back by undo only, not by saving an old page.
        if let Some(id) = id {
            let me = cx.me_with(tx, Right::EditVisibility)?;
            let rules = &me.corp.rules;
            rules
                .iter()
                .find(|rule| rule.id == id)
                .ok_or(Error::not_found("rule"))?;
        }
        Ok(visibility::put_rule(tx, cx, draft.clone())?.id)
    };
    let written = if id.is_none() {
        actor.write_once(write).await
    } else {
        actor.write(write).await
    };
    match written {
        Ok(rule) => {
            let undo = format!("{}/undo", rule_path(rule));
            let flash = Flash::undo(actor.l.t("visibility-rule-saved"), undo);
            Ok(reply::see_other_with(RULES, &flash, &actor.secret))
        }
        Err(Error::Invalid(fields)) => {
            show(
                &actor,
                id,
                Some(wanted),
                fields,
                StatusCode::UNPROCESSABLE_ENTITY,
            )
            .await
        }
        Err(error) => Err(error.into()),
    }
}

async fn show(
    actor: &Actor,
    id: Option<RuleId>,
    wanted: Option<Wanted>,
    invalid: Vec<Invalid>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let directory = directory_of(actor).await?;
    let (frame, listing, wanted, tried) = actor
        .read(move |tx, cx| {
            let (frame, listing) = read(tx, cx)?;
            let stored = match id {
                None => None,
                Some(id) => {
                    let found = listing.rules.iter().find(|rule| rule.id == id).cloned();
                    Some(found.ok_or(Error::not_found("rule"))?)
                }
            };
            let wanted = wanted
                .clone()
                .or_else(|| stored.map(Wanted::of))
                .unwrap_or_default();
            let tried = Tried::read(tx, cx, &frame.me, &wanted, id)?;
            Ok((frame, listing, wanted, tried))
        })
        .await?;
    let names = names_of(actor, &frame, &directory, listing.names);
    let shell = frame.shell(actor, Place::Visibility);
    let page = page(&names, shell, id, &query(actor), wanted, &tried, &invalid);
    Ok(reply::page_with(status, &page.shell, &page))
}

fn page(
    names: &Names,
    shell: Shell,
    id: Option<RuleId>,
    typed: &Form,
    wanted: Wanted,
    tried: &Tried,
    invalid: &[Invalid],
) -> Page {
    let mut errors = Errors::default();
    for field in invalid {
        errors.refuse(field.field, names.l, field);
    }
    let picker = |purpose: Purpose, chosen: &[Subject]| {
        Picker::new(
            names,
            purpose,
            chosen,
            typed.text(purpose.find),
            errors.on(purpose.name),
        )
    };
    let viewer: Vec<Subject> = wanted.viewer.map(Subject::Member).into_iter().collect();
    let subject: Vec<Subject> = wanted.subject.into_iter().collect();
    let seen = tried.viewer.zip(tried.preview.as_ref());
    Page {
        id,
        action: id.map_or_else(|| format!("{RULES}/rules/new"), rule_path),
        is_limit: wanted.is_limit,
        extent: wanted.extent(),
        subject: picker(SUBJECT, &subject),
        listed: picker(LISTED, &wanted.listed),
        exceptions: picker(EXCEPTIONS, &wanted.exceptions),
        viewer: picker(AS, &viewer),
        says: says(names, &wanted, tried),
        seen: seen.map(|(viewer, preview)| Seen::new(names, viewer, true, preview)),
        note: wanted.note,
        errors,
        shell,
    }
}

fn says(names: &Names, wanted: &Wanted, tried: &Tried) -> Vec<String> {
    let Some((draft, impact)) = wanted.draft(None).zip(tried.impact) else {
        return Vec::new();
    };
    let rule = Rule {
        id: RuleId::from_u128(0),
        kind: draft.kind,
        subject: draft.subject,
        exceptions: draft.exceptions,
        note: draft.note,
        created_at_ms: 0,
        created_by: None,
    };
    let says = [
        names.rule(&rule),
        names.exceptions(&rule),
        names.impact(&rule, impact),
    ];
    says.into_iter().filter(|text| !text.is_empty()).collect()
}
