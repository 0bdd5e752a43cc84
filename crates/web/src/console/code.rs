//! QR codes in the console: a member's own, each with its picture, its address and what came of it, and all codes for administrators.

mod act;
mod admin;
mod export;
mod form;
mod picture;

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use guanxi_app::{
    Error, logo,
    qr_code::{self, Listed},
};
use guanxi_model::{
    corp::Settings,
    id::{CodeId, ScanId},
    qr_code::Slug,
};
use guanxi_store::qr_code::Scan;

pub use act::{extend, restore, revoke};
pub use admin::{ask_hand_over, ask_hand_over_all, hand_over, hand_over_all, list_all};
pub use export::{all_file, file, own_file};
pub use form::{create, new};
pub(crate) use picture::{Poster, brand, file as drawing};
pub use picture::{picture, png, poster, signature, signature_source, svg};

use crate::{
    auth::{Actor, Form},
    code_image::Brand,
    console,
    error::Failure,
    locale::Locale,
    page::{Errors, Place, Shell},
    reply,
};

/// Codes of a page.
const LIMIT: usize = 30;
/// Scans of a page.
const SCANS: usize = 30;
/// Lives that are offered, in days; 0 is for ever.
const DAYS: [u32; 5] = [1, 7, 30, 90, 0];

/// The code that an address names.
fn named(Path(id): Path<String>) -> Result<CodeId, Failure> {
    id.parse().map_err(|_| Error::not_found("code").into())
}

/// The address that a code carries.
fn address(actor: &Actor, slug: Slug) -> String {
    let token = actor.app.codes.token(slug);
    format!("{}/q/{token}", actor.app.public_url)
}

fn too_long() -> Failure {
    Error::Internal("an address is too long for a QR code".into()).into()
}

/// Lives that a corp allows.
fn days_allowed(settings: &Settings) -> Vec<u32> {
    let max = settings.code_days_max;
    let fits = |days: &u32| max == 0 || (*days != 0 && *days <= max);
    DAYS.into_iter().filter(fits).collect()
}

/// A life in words.
fn life(l: Locale, days: u32) -> String {
    if days == 0 {
        l.t("code-permanent").into_owned()
    } else {
        l.n("code-days", days).into_owned()
    }
}

/// A code as lists show it.
struct Row {
    listed: Listed,
    expires_at_ms: Option<i64>,
}

impl Row {
    fn new(listed: Listed, settings: &Settings) -> Self {
        let expires_at_ms = listed.code.expires_at(settings);
        Self {
            listed,
            expires_at_ms,
        }
    }

    fn name(&self, l: &Locale) -> String {
        if self.listed.code.name.is_empty() {
            l.t("code-unnamed").into_owned()
        } else {
            self.listed.code.name.clone()
        }
    }

    fn owner(&self) -> String {
        let owner = self.listed.owner.as_ref();
        owner.map_or_else(String::new, |owner| owner.profile.name.clone())
    }

    fn is_alive(&self) -> bool {
        self.listed.dead.is_none()
    }

    fn is_owner_gone(&self) -> bool {
        self.listed.dead == Some(guanxi_model::qr_code::Dead::OwnerLeft)
    }

    /// Kind of the tag of its state.
    fn tag(&self) -> &'static str {
        if self.is_alive() {
            "ok"
        } else if self.is_owner_gone() {
            "warn"
        } else {
            ""
        }
    }

    /// The state in one or two words.
    fn state(&self, l: &Locale) -> String {
        let state = self.listed.dead.map_or("alive", |dead| dead.code());
        l.t(&format!("code-state-{state}")).into_owned()
    }

    /// How long it lives, or why it does not.
    fn life(&self, shell: &Shell) -> String {
        let l = shell.l;
        match (self.listed.dead, self.expires_at_ms) {
            (Some(dead), _) => l.t(&format!("code-why-{}", dead.code())).into_owned(),
            (None, Some(at)) => l
                .t1("code-until", "time", l.date_time(at, &shell.tz))
                .into_owned(),
            (None, None) => l.t("code-for-ever").into_owned(),
        }
    }

    fn last_at_ms(&self) -> i64 {
        self.listed.counted.last_at_ms.unwrap_or_default()
    }

    fn path(&self, act: &str) -> String {
        format!("/codes/{}{act}", self.listed.code.id)
    }
}

#[derive(Template)]
#[template(path = "codes.html")]
struct List {
    shell: Shell,
    rows: Vec<Row>,
    older: Option<String>,
    is_first: bool,
}

/// The page that follows, if there is more than one page holds.
fn cut<T>(rows: &mut Vec<T>, limit: usize, id: impl Fn(&T) -> String) -> Option<String> {
    if rows.len() <= limit {
        return None;
    }
    rows.truncate(limit);
    rows.last().map(id)
}

/// `GET /codes`
pub async fn list(actor: Actor) -> Result<Response, Failure> {
    let before: Option<CodeId> = Form::query(&actor.path).parse("before");
    let (frame, listed) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let listed = qr_code::list_own(tx, cx, &frame.me, before, LIMIT as i64 + 1)?;
            Ok((frame, listed))
        })
        .await?;
    let settings = frame.me.corp.settings.clone();
    let mut rows: Vec<Row> = listed
        .into_iter()
        .map(|listed| Row::new(listed, &settings))
        .collect();
    let older = cut(&mut rows, LIMIT, |row| {
        format!("/codes?before={}", row.listed.code.id)
    });
    let page = List {
        shell: frame.shell(&actor, Place::Codes),
        rows,
        older,
        is_first: before.is_none(),
    };
    Ok(reply::page(&page.shell, &page))
}

#[derive(Template)]
#[template(path = "code.html")]
struct One {
    shell: Shell,
    row: Row,
    is_own: bool,
    address: String,
    svg: String,
    scans: Vec<Scan>,
    older: Option<String>,
    is_first: bool,
    days: Vec<u32>,
    errors: Errors,
}

impl One {
    fn is_revoked(&self) -> bool {
        self.row.listed.code.revoked_at_ms.is_some()
    }

    fn outcome(&self, scan: &Scan) -> String {
        let key = format!("code-outcome-{}", scan.outcome.name());
        self.shell.l.t(&key).into_owned()
    }

    fn life(&self, days: u32) -> String {
        life(self.shell.l, days)
    }
}

/// `GET /codes/{id}`
pub async fn page(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    show(&actor, named(id)?, StatusCode::OK, Errors::default()).await
}

async fn show(
    actor: &Actor,
    id: CodeId,
    status: StatusCode,
    errors: Errors,
) -> Result<Response, Failure> {
    let before: Option<ScanId> = Form::query(&actor.path).parse("before");
    let (frame, listed, mut scans, logo) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let listed = qr_code::find(tx, cx, &frame.me, id)?;
            let scans = qr_code::list_scans(tx, &frame.me, id, before, SCANS as i64 + 1)?;
            let logo = logo::in_codes(tx, &frame.me.corp)?;
            Ok((frame, listed, scans, logo))
        })
        .await?;
    let settings = frame.me.corp.settings.clone();
    let is_own = listed.code.owner == frame.me.member.id;
    let address = address(actor, listed.code.slug);
    let brand = Brand {
        name: frame.me.corp.name.clone(),
        logo,
    };
    let older = cut(&mut scans, SCANS, |scan| {
        format!("/codes/{id}?before={}", scan.id)
    });
    let place = if is_own {
        Place::Codes
    } else {
        Place::AllCodes
    };
    let page = One {
        shell: frame.shell(actor, place),
        row: Row::new(listed, &settings),
        is_own,
        svg: brand.svg(&address).ok_or_else(too_long)?,
        address,
        scans,
        older,
        is_first: before.is_none(),
        days: days_allowed(&settings),
        errors,
    };
    Ok(reply::page_with(status, &page.shell, &page))
}
