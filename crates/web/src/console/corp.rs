//! What a company has chosen: the policies of contact requests, and its name, language, time and region.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use guanxi_app::{Cx, Error, Me, Result, corp};
use guanxi_model::corp::{self as model, DeadTells, MobileShown, Settings};
use guanxi_store::Tx;

use crate::{
    auth::{Actor, Form, Posted},
    console::{self, audit::words},
    error::{Failure, field_sentence},
    locale::Locale,
    page::{Errors, Flash, Place, Shell},
    reply,
};

/// Zones with a name of their own.
const ZONES: [&str; 10] = [
    "Asia/Shanghai",
    "Asia/Hong_Kong",
    "Asia/Taipei",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Asia/Seoul",
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "America/Los_Angeles",
];
/// Regions that are offered; one that is set stays besides.
const REGIONS: [&str; 12] = [
    "CN", "HK", "MO", "TW", "SG", "JP", "KR", "US", "GB", "DE", "FR", "AU",
];
/// Changes that a page shows.
const CHANGES: i64 = 5;

/// A template of the verification message in one language.
#[derive(Debug, Clone)]
struct Message {
    tag: &'static str,
    language: String,
    id: String,
    value: String,
    /// As a colleague will read it, from the administrator himself.
    preview: String,
    error: String,
}

/// The policies as typed.
#[derive(Debug, Clone)]
struct Policies {
    requests_per_day: String,
    request_ttl_days: String,
    cool_down_days: String,
    bulk_guard_percent: String,
    code_days_max: String,
    code_dead_tells: DeadTells,
    templates: Vec<(&'static str, String)>,
    mobile_shown: MobileShown,
    mobile_search: bool,
}

/// Name and place of the company as typed.
#[derive(Debug, Clone)]
struct House {
    name: String,
    language: String,
    time_zone: String,
    region: String,
    /// Days, or empty for good.
    audit_days: String,
    scan_days: String,
    logo_in_codes: bool,
}

/// One change of the past.
#[derive(Debug, Clone)]
struct Changed {
    at_ms: i64,
    who: String,
    differences: Vec<words::Difference>,
}

#[derive(Template)]
#[template(path = "policies.html")]
struct PoliciesPage {
    shell: Shell,
    typed: Policies,
    /// The corp's version as the form was opened.
    seen: i64,
    now: Settings,
    templates: Vec<Message>,
    /// What fills the templates in the previews.
    sample: [String; 3],
    errors: Errors,
    changes: Vec<Changed>,
}

#[derive(Template)]
#[template(path = "settings.html")]
struct SettingsPage {
    shell: Shell,
    typed: House,
    /// The corp's version as the form was opened.
    seen: i64,
    now: House,
    corpid: String,
    /// Zones of the places most asked for, with their names; then all others.
    zones: Vec<(&'static str, String)>,
    other_zones: Vec<String>,
    /// Countries and regions with their names.
    regions: Vec<(String, String)>,
    clock: String,
    errors: Errors,
    changes: Vec<Changed>,
}

impl Policies {
    fn of(settings: &Settings) -> Self {
        Self {
            requests_per_day: settings.requests_per_day.to_string(),
            request_ttl_days: settings.request_ttl_days.to_string(),
            cool_down_days: settings.cool_down_days.to_string(),
            bulk_guard_percent: settings.bulk_guard_percent.to_string(),
            code_days_max: settings.code_days_max.to_string(),
            code_dead_tells: settings.code_dead_tells,
            templates: Locale::all()
                .map(|l| {
                    (
                        l.tag(),
                        settings.templates.get(l.tag()).cloned().unwrap_or_default(),
                    )
                })
                .collect(),
            mobile_shown: settings.mobile_shown,
            mobile_search: settings.mobile_search,
        }
    }

    fn read(form: &Form) -> Self {
        let text = |name: &str| form.text(name).trim().to_owned();
        let shown = form.text("mobile_shown");
        Self {
            requests_per_day: text("requests_per_day"),
            request_ttl_days: text("request_ttl_days"),
            cool_down_days: text("cool_down_days"),
            bulk_guard_percent: text("bulk_guard_percent"),
            code_days_max: text("code_days_max"),
            code_dead_tells: DeadTells::ALL
                .into_iter()
                .find(|choice| choice.name() == form.text("code_dead_tells"))
                .unwrap_or(DeadTells::Names),
            templates: Locale::all()
                .map(|l| (l.tag(), text(&format!("template-{}", l.tag()))))
                .collect(),
            mobile_shown: MobileShown::ALL
                .into_iter()
                .find(|choice| choice.name() == shown)
                .unwrap_or(MobileShown::Contacts),
            mobile_search: form.is_on("mobile_search"),
        }
    }

    /// Puts what was typed into the settings; what is no number becomes one that no rule allows.
    fn put_into(&self, settings: &mut Settings) {
        let number = |text: &str| text.parse().unwrap_or(u32::MAX);
        settings.requests_per_day = number(&self.requests_per_day);
        settings.request_ttl_days = number(&self.request_ttl_days);
        settings.cool_down_days = number(&self.cool_down_days);
        settings.bulk_guard_percent = number(&self.bulk_guard_percent);
        settings.code_days_max = number(&self.code_days_max);
        settings.code_dead_tells = self.code_dead_tells;
        for (tag, text) in &self.templates {
            settings.templates.insert((*tag).to_owned(), text.clone());
        }
        settings.mobile_shown = self.mobile_shown;
        settings.mobile_search = self.mobile_search;
    }
}

impl House {
    fn read(form: &Form) -> Self {
        let text = |name: &str| form.text(name).trim().to_owned();
        Self {
            name: text("name"),
            language: text("language"),
            time_zone: text("time_zone"),
            region: text("region").to_ascii_uppercase(),
            audit_days: text("audit_days"),
            scan_days: text("scan_days"),
            logo_in_codes: form.is_on("logo_in_codes"),
        }
    }

    /// Puts what was typed into the settings; what is no number becomes one that no rule allows.
    fn put_into(&self, settings: &mut Settings) {
        let days = |text: &str| match text {
            "" => 0,
            text => text.parse().unwrap_or(u32::MAX),
        };
        settings.language.clone_from(&self.language);
        settings.time_zone.clone_from(&self.time_zone);
        settings.region.clone_from(&self.region);
        settings.audit_days = days(&self.audit_days);
        settings.scan_days = days(&self.scan_days);
        settings.logo_in_codes = self.logo_in_codes;
    }

    fn of(name: &str, settings: &Settings) -> Self {
        let days = |days: u32| match days {
            0 => String::new(),
            days => days.to_string(),
        };
        Self {
            name: name.to_owned(),
            language: settings.language.clone(),
            time_zone: settings.time_zone.clone(),
            region: settings.region.clone(),
            audit_days: days(settings.audit_days),
            scan_days: days(settings.scan_days),
            logo_in_codes: settings.logo_in_codes,
        }
    }
}

/// The version that a form carries; one without it has seen none.
fn seen(form: &Form) -> i64 {
    form.parse("seen").unwrap_or_default()
}

/// Refuses what was typed while somebody else has changed the company.
fn check_seen(now: &corp::State, seen: i64) -> Result<()> {
    if now.version == seen {
        Ok(())
    } else {
        Err(Error::Conflict {
            code: "changed_meanwhile",
        })
    }
}

/// Status and sentences for a form that is shown again.
fn refusal(l: Locale, error: Error) -> Result<(StatusCode, Errors), Failure> {
    let fields = match error {
        Error::Invalid(fields) => fields,
        Error::Conflict {
            code: "changed_meanwhile",
        } => {
            let mut errors = Errors::default();
            errors.add("seen", l.t("policy-changed-meanwhile"));
            return Ok((StatusCode::CONFLICT, errors));
        }
        other => return Err(other.into()),
    };
    let mut errors = Errors::default();
    for invalid in &fields {
        let ranged = format!("policy-range-{}", invalid.field);
        let is_range = invalid.code == "out_of_range" && l.has(&ranged);
        errors.add(
            invalid.field,
            if is_range {
                l.t(&ranged).into_owned()
            } else {
                field_sentence(l, invalid)
            },
        );
    }
    Ok((StatusCode::UNPROCESSABLE_ENTITY, errors))
}

/// `GET /admin/policies`
pub async fn policies(actor: Actor) -> Result<Response, Failure> {
    policies_page(&actor, StatusCode::OK, None, Errors::default()).await
}

async fn policies_page(
    actor: &Actor,
    status: StatusCode,
    typed: Option<(Policies, i64)>,
    errors: Errors,
) -> Result<Response, Failure> {
    let l = actor.l;
    let (frame, changes) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let changes = changes(tx, cx, &frame.me, l)?;
            Ok((frame, changes))
        })
        .await?;
    let now = frame.me.corp.settings.clone();
    let profile = &frame.me.member.profile;
    let department = profile
        .main_department()
        .and_then(|id| frame.me.corp.tree().find(id));
    let department = department.map_or_else(String::new, |department| department.name.clone());
    let sample = [department, profile.name.clone(), profile.position.clone()];
    let version = frame.me.corp.version;
    let (typed, seen) = typed.unwrap_or_else(|| (Policies::of(&now), version));
    let templates = messages(actor.l, &typed, &sample);
    let shell = frame.shell(actor, Place::Policies);
    let page = PoliciesPage {
        shell,
        typed,
        seen,
        now,
        templates,
        sample,
        errors,
        changes,
    };
    Ok(reply::page_with(status, &page.shell, &page))
}

fn messages(l: Locale, typed: &Policies, sample: &[String; 3]) -> Vec<Message> {
    let mut drafts = Settings::default();
    typed.put_into(&mut drafts);
    let message = |(tag, value): &(&'static str, String)| {
        let refused = model::template(value).err();
        let [department, name, position] = sample;
        Message {
            tag,
            language: Locale::find(tag)
                .map(|l| l.name().into_owned())
                .unwrap_or_default(),
            id: format!("template-{tag}"),
            value: value.clone(),
            preview: drafts.verification_message(tag, department, name, position),
            error: refused
                .map(|invalid| field_sentence(l, &invalid))
                .unwrap_or_default(),
        }
    };
    typed.templates.iter().map(message).collect()
}

/// `POST /admin/policies`
pub async fn save_policies(Posted { actor, form }: Posted) -> Result<Response, Failure> {
    let (typed, seen) = (Policies::read(&form), seen(&form));
    let wanted = typed.clone();
    let saved = actor.write(move |tx, cx| {
        corp::change(tx, cx, |now| {
            check_seen(now, seen)?;
            let mut settings = now.settings.clone();
            wanted.put_into(&mut settings);
            Ok((now.name.clone(), settings))
        })
    });
    match saved.await {
        Ok(()) => {
            let flash = Flash::text(actor.l.t("policy-saved"));
            Ok(reply::see_other_with(
                Place::Policies.path(),
                &flash,
                &actor.secret,
            ))
        }
        Err(error) => {
            let (status, errors) = refusal(actor.l, error)?;
            policies_page(&actor, status, Some((typed, seen)), errors).await
        }
    }
}

/// `GET /admin/settings`
pub async fn settings(actor: Actor) -> Result<Response, Failure> {
    settings_page(&actor, StatusCode::OK, None, Errors::default()).await
}

async fn settings_page(
    actor: &Actor,
    status: StatusCode,
    typed: Option<(House, i64)>,
    errors: Errors,
) -> Result<Response, Failure> {
    let l = actor.l;
    let (frame, changes) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let changes = changes(tx, cx, &frame.me, l)?;
            Ok((frame, changes))
        })
        .await?;
    let corp = std::sync::Arc::clone(&frame.me.corp);
    let now = House::of(&corp.name, &corp.settings);
    let shell = frame.shell(actor, Place::Settings);
    let (typed, seen) = typed.unwrap_or_else(|| (now.clone(), corp.version));
    let page = SettingsPage {
        clock: actor.l.clock(actor.cx.now(), &shell.tz),
        shell,
        other_zones: other_zones(&typed.time_zone),
        regions: regions(l, &typed.region),
        typed,
        seen,
        now,
        corpid: corp.corpid.clone(),
        zones: ZONES
            .map(|zone| (zone, named(l, "zone", zone)))
            .into_iter()
            .collect(),
        errors,
        changes,
    };
    Ok(reply::page_with(status, &page.shell, &page))
}

/// The name of a zone or a region in words, else as it is.
fn named(l: Locale, kind: &str, code: &str) -> String {
    let key = format!("settings-{kind}-{}", code.replace(['/', '_'], "-"));
    if l.has(&key) {
        l.t(&key).into_owned()
    } else {
        code.to_owned()
    }
}

/// All zones without a name, with the one that was chosen even if there is no such zone.
fn other_zones(chosen: &str) -> Vec<String> {
    let mut zones: Vec<String> = jiff::tz::db()
        .available()
        .map(|zone| zone.to_string())
        .filter(|zone| zone.contains('/'))
        .collect();
    if !zones.iter().any(|zone| zone == chosen) {
        zones.push(chosen.to_owned());
    }
    zones.retain(|zone| !ZONES.contains(&zone.as_str()));
    zones
}

fn regions(l: Locale, now: &str) -> Vec<(String, String)> {
    let own = Some(now).filter(|now| !REGIONS.contains(now));
    own.into_iter()
        .chain(REGIONS)
        .map(|code| (code.to_owned(), named(l, "region", code)))
        .collect()
}

/// `POST /admin/settings`
pub async fn save_settings(Posted { actor, form }: Posted) -> Result<Response, Failure> {
    let (typed, seen) = (House::read(&form), seen(&form));
    let wanted = typed.clone();
    let saved = actor.write(move |tx, cx| {
        corp::change(tx, cx, |now| {
            check_seen(now, seen)?;
            if Locale::find(&wanted.language).is_none() {
                return Err(Error::invalid("language", "unknown_language"));
            }
            let mut settings = now.settings.clone();
            wanted.put_into(&mut settings);
            Ok((wanted.name.clone(), settings))
        })
    });
    match saved.await {
        Ok(()) => {
            let flash = Flash::text(actor.l.t("settings-saved"));
            Ok(reply::see_other_with(
                Place::Settings.path(),
                &flash,
                &actor.secret,
            ))
        }
        Err(error) => {
            let (status, errors) = refusal(actor.l, error)?;
            settings_page(&actor, status, Some((typed, seen)), errors).await
        }
    }
}

/// What was changed before, by whom, from what to what.
fn changes(tx: &mut Tx<'_>, cx: &Cx, me: &Me, l: Locale) -> Result<Vec<Changed>> {
    let entries = corp::changes(tx, me, CHANGES)?;
    let names = words::names(tx, cx, me, &entries)?;
    let changed = |stored: &guanxi_store::audit::Stored| Changed {
        at_ms: stored.entry.at_ms,
        who: names.actor(l, &stored.entry.actor),
        differences: words::differences(l, &stored.entry.detail, &names),
    };
    Ok(entries.iter().map(changed).collect())
}
