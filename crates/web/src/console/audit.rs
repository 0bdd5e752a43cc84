//! The audit log for those who may read it: pages with filters, one entry in full, a check of the chain, files of any size.

mod export;
pub mod words;

use askama::Template;
use axum::{extract::Path, response::Response};
use guanxi_app::{Cx, Error, Me, Result, audit};
use guanxi_model::{
    audit::{Entry, Head},
    id::{AuditId, MemberId},
    role::Right,
};
use guanxi_store::{
    Tx,
    audit::{Filter, Stored},
};
use jiff::{ToSpan as _, civil::Date, tz::TimeZone};

pub use export::{csv_file, json_file};

use crate::{
    auth::{Actor, Form, Posted},
    console,
    error::Failure,
    locale::Locale,
    page::{Flash, Place, Shell, encoded},
    reply,
};

/// Rows of a page.
const ROWS: i64 = 50;
/// Most people of one name among whom the reader may choose.
const NAMESAKES: i64 = 8;

/// What the reader asked for, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Asked {
    group: String,
    /// One action, from a link.
    action: String,
    /// `kind:id` from a link, or a name or account as typed.
    actor: String,
    /// The same for whom or what it was done to.
    object: String,
    from: String,
    until: String,
    before: Option<AuditId>,
}

/// The same as the store understands it.
#[derive(Debug, Clone)]
struct Wanted {
    filter: Filter,
    /// Several have the name that was typed: one of them is to be chosen.
    namesakes: Vec<(MemberId, String)>,
    /// The field in which that name, or one that nobody has, was typed.
    field: &'static str,
    /// Nobody has it.
    is_unknown: bool,
}

/// Whom somebody's name or account in a filter means.
enum Meant {
    /// Exactly as stored.
    One(String),
    Several(Vec<(MemberId, String)>),
    Nobody,
}

fn meant(tx: &mut Tx<'_>, cx: &Cx, text: &str) -> Result<Meant> {
    if text.is_empty() || text.contains(':') {
        return Ok(Meant::One(text.to_owned()));
    }
    let found = audit::people(tx, cx, text, NAMESAKES)?;
    Ok(match found.as_slice() {
        [] => Meant::Nobody,
        [(id, _)] => Meant::One(format!("member:{id}")),
        _ => Meant::Several(found),
    })
}

/// A line of the list.
#[derive(Debug, Clone)]
struct Line {
    id: AuditId,
    at_ms: i64,
    who: String,
    /// Stored form of the actor, for a filter; members alone have a seal.
    actor: String,
    member: Option<MemberId>,
    what: String,
    from: String,
    seq: Option<i64>,
}

#[derive(Template)]
#[template(path = "audit.html")]
struct ListPage {
    shell: Shell,
    asked: Asked,
    /// Names for what the filter holds as ids.
    actor_name: String,
    object_name: String,
    namesakes: Vec<(String, String)>,
    /// What was typed for several or for nobody, and in which field.
    typed: String,
    field: &'static str,
    is_unknown: bool,
    lines: Vec<Line>,
    older: Option<String>,
    /// Where the log begins; number 0 at its very first entry.
    base: Head,
    head: Head,
    checked: Option<Checked>,
    /// The head as one line to keep elsewhere.
    noted: String,
}

/// The last check of the chain, whoever made it.
#[derive(Debug, Clone)]
struct Checked {
    at_ms: i64,
    is_whole: bool,
    /// The last entry that was found whole, or the first that was not.
    seq: i64,
    fault: String,
}

impl Checked {
    fn find(tx: &mut Tx<'_>, me: &Me) -> Result<Option<Self>> {
        let newest = Filter {
            action: "audit.checked".to_owned(),
            actor: String::new(),
            object: String::new(),
            from_ms: 0,
            until_ms: i64::MAX,
            before: AuditId::from_u128(u128::MAX),
            limit: 1,
        };
        let found = audit::page(tx, me, &newest)?.pop();
        Ok(found.map(|Stored { entry, .. }| {
            let detail: serde_json::Value = serde_json::from_str(&entry.detail).unwrap_or_default();
            Self {
                at_ms: entry.at_ms,
                is_whole: detail["whole"].as_bool().unwrap_or_default(),
                seq: detail["seq"].as_i64().unwrap_or_default(),
                fault: detail["fault"].as_str().unwrap_or_default().to_owned(),
            }
        }))
    }
}

#[derive(Template)]
#[template(path = "audit-entry.html")]
struct EntryPage {
    shell: Shell,
    line: Line,
    entry: Entry,
    /// Kind of the action in words.
    kind: String,
    object: Option<(String, String)>,
    hash: String,
    differences: Vec<words::Difference>,
    is_change: bool,
    raw: String,
}

impl Asked {
    fn read(actor: &Actor) -> Self {
        let form = Form::read(
            actor
                .path
                .split_once('?')
                .map_or("", |(_, query)| query)
                .as_bytes(),
        );
        let text = |name: &str| form.text(name).trim().to_owned();
        Self {
            group: text("group"),
            action: text("action"),
            actor: text("actor"),
            object: text("object"),
            from: text("from"),
            until: text("until"),
            before: form.parse("before"),
        }
    }

    /// Whether anything is left out.
    fn is_narrow(&self) -> bool {
        *self
            != Self {
                before: self.before,
                ..Self::default()
            }
    }

    /// Address of a page with these filters.
    fn path(&self, page: &str, before: Option<AuditId>) -> String {
        let fields = [
            ("group", &self.group),
            ("action", &self.action),
            ("actor", &self.actor),
            ("object", &self.object),
            ("from", &self.from),
            ("until", &self.until),
        ];
        let mut query: Vec<String> = fields
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        query.extend(before.map(|id| format!("before={id}")));
        if query.is_empty() {
            page.to_owned()
        } else {
            format!("{page}?{}", query.join("&"))
        }
    }

    /// Turns days into moments and names into ids.
    fn resolve(&self, tx: &mut Tx<'_>, cx: &Cx, me: &Me, limit: i64) -> Result<Wanted> {
        let tz = me.corp.settings.zone();
        let day = |text: &str| text.parse::<Date>().ok();
        let group = Some(self.group.as_str()).filter(|group| words::groups().contains(group));
        let mut wanted = Wanted {
            filter: Filter {
                action: match (self.action.as_str(), group) {
                    ("", group) => group.map_or_else(String::new, |group| format!("{group}.")),
                    (action, _) => action.to_owned(),
                },
                actor: String::new(),
                object: String::new(),
                from_ms: day(&self.from)
                    .and_then(|day| start_of(day, &tz))
                    .unwrap_or(0),
                until_ms: day(&self.until)
                    .and_then(|day| start_of(day.saturating_add(1.day()), &tz))
                    .unwrap_or(i64::MAX),
                before: self.before.unwrap_or(AuditId::from_u128(u128::MAX)),
                limit,
            },
            namesakes: Vec::new(),
            field: "actor",
            is_unknown: false,
        };
        for (field, text) in [("object", &self.object), ("actor", &self.actor)] {
            match meant(tx, cx, text)? {
                Meant::One(stored) if field == "actor" => wanted.filter.actor = stored,
                Meant::One(stored) => wanted.filter.object = stored,
                Meant::Several(people) => (wanted.namesakes, wanted.field) = (people, field),
                Meant::Nobody => (wanted.is_unknown, wanted.field) = (true, field),
            }
        }
        Ok(wanted)
    }
}

fn start_of(day: Date, tz: &TimeZone) -> Option<i64> {
    Some(day.to_zoned(tz.clone()).ok()?.timestamp().as_millisecond())
}

fn line(l: Locale, stored: &Stored, names: &words::Names) -> Line {
    let entry = &stored.entry;
    Line {
        id: entry.id,
        at_ms: entry.at_ms,
        who: names.actor(l, &entry.actor),
        actor: guanxi_store::audit::text(&entry.actor),
        member: (entry.actor.kind == "member")
            .then(|| entry.actor.id.parse().ok())
            .flatten(),
        what: words::sentence(l, entry, names),
        from: entry.from.clone().unwrap_or_default(),
        seq: stored.seq,
    }
}

/// `GET /admin/audit`
pub async fn page(actor: Actor) -> Result<Response, Failure> {
    let (asked, l) = (Asked::read(&actor), actor.l);
    let wanted = asked.clone();
    let (frame, wanted, lines, more, (actor_name, object_name), (base, head, checked)) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let wanted = wanted.resolve(tx, cx, &frame.me, ROWS + 1)?;
            let is_open = wanted.namesakes.is_empty() && !wanted.is_unknown;
            let entries = if is_open {
                audit::page(tx, &frame.me, &wanted.filter)?
            } else {
                Vec::new()
            };
            let names = words::names(tx, cx, &frame.me, &entries)?;
            let mut lines: Vec<Line> = entries
                .iter()
                .map(|stored| line(l, stored, &names))
                .collect();
            let more = lines.len() as i64 > ROWS;
            lines.truncate(ROWS as usize);
            let titles = titles(tx, cx, &frame.me, &wanted.filter)?;
            let corp = frame.me.corp_id;
            let ends = (audit::base(tx, corp)?, audit::head(tx, corp)?);
            let checked = Checked::find(tx, &frame.me)?;
            Ok((
                frame,
                wanted,
                lines,
                more,
                titles,
                (ends.0, ends.1, checked),
            ))
        })
        .await?;
    let path = Place::Audit.path();
    let older = lines
        .last()
        .filter(|_| more)
        .map(|last| asked.path(path, Some(last.id)));
    let choose = |(id, name): (MemberId, String)| {
        let mut chosen = asked.clone();
        match wanted.field {
            "object" => chosen.object = format!("member:{id}"),
            _ => chosen.actor = format!("member:{id}"),
        }
        (chosen.path(path, None), name)
    };
    let namesakes = wanted.namesakes.into_iter().map(choose).collect();
    let shell = frame.shell(&actor, Place::Audit);
    let typed = match wanted.field {
        "object" => asked.object.clone(),
        _ => asked.actor.clone(),
    };
    let noted = format!("{}:{}", head.seq, head.hash);
    let page = ListPage {
        shell,
        asked,
        actor_name,
        object_name,
        namesakes,
        typed,
        field: wanted.field,
        is_unknown: wanted.is_unknown,
        lines,
        older,
        base,
        head,
        checked,
        noted,
    };
    Ok(reply::page(&page.shell, &page))
}

/// Names of the actor and the object that the filter holds.
fn titles(tx: &mut Tx<'_>, cx: &Cx, me: &Me, filter: &Filter) -> Result<(String, String)> {
    let mut name = |stored: &str| -> Result<String> {
        let Some((kind, id)) = stored.split_once(':') else {
            return Ok(String::new());
        };
        let found = if kind == "member" {
            audit::names(tx, cx, me.corp_id, [id])?.remove(id)
        } else {
            None
        };
        Ok(found.unwrap_or_else(|| stored.to_owned()))
    };
    Ok((name(&filter.actor)?, name(&filter.object)?))
}

/// `GET /admin/audit/{id}`
pub async fn entry(actor: Actor, Path(id): Path<String>) -> Result<Response, Failure> {
    let id: AuditId = id.parse().map_err(|_| Error::not_found("audit"))?;
    let l = actor.l;
    let (frame, [stored], names) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let entries = [audit::find(tx, &frame.me, id)?];
            let names = words::names(tx, cx, &frame.me, &entries)?;
            Ok((frame, entries, names))
        })
        .await?;
    let object = stored.entry.object.as_ref();
    let group = stored.entry.action.split('.').next().unwrap_or_default();
    let differences = words::differences(l, &stored.entry.detail, &names);
    let page = EntryPage {
        shell: frame.shell(&actor, Place::Audit),
        line: line(l, &stored, &names),
        object: object.map(|object| (guanxi_store::audit::text(object), names.object(object))),
        hash: stored.hash.map(|hash| hash.to_string()).unwrap_or_default(),
        is_change: differences.iter().any(|one| one.before.is_some()),
        differences,
        raw: stored.entry.detail.clone(),
        kind: l.t(&format!("audit-group-{group}")).into_owned(),
        entry: stored.entry,
    };
    Ok(reply::page(&page.shell, &page))
}

/// `POST /admin/audit/check`: follows the chain from its first entry.
pub async fn check(Posted { actor, .. }: Posted) -> Result<Response, Failure> {
    let me = actor
        .read(|tx, cx| cx.me_with(tx, Right::ReadAudit))
        .await?;
    let _alone = actor.app.env.checks.begin(me.corp_id)?;
    let outcome = audit::verify(&actor.app.env, me.corp_id, None).await?;
    actor
        .write(move |tx, cx| audit::announce_check(tx, cx, &outcome))
        .await?;
    let text = match outcome.found {
        Ok(head) => actor.l.n("audit-whole", head.seq),
        Err(fault) => actor.l.t2(
            "audit-broken",
            "seq",
            fault.seq,
            "kind",
            actor.l.t(&format!("audit-fault-{}", fault.kind.name())),
        ),
    };
    if let Err(fault) = outcome.found {
        tracing::error!(corp.id = %me.corp_id, %fault, "an audit log is not whole");
    }
    Ok(reply::see_other_with(
        Place::Audit.path(),
        &Flash::text(text),
        &actor.secret,
    ))
}
