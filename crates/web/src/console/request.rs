//! Contact requests: what waits for the member, what he sent, what is settled, and the answers.

mod act;
mod export;
mod rows;

use askama::Template;
use axum::{http::StatusCode, response::Response};
use guanxi_app::{
    Cx, Error,
    contact::pipeline::{Budget, budget},
    request::{self, Page},
};
use guanxi_model::id::RequestId;
use guanxi_store::Tx;

pub use act::{accept, accept_all, ask_accept_all, ask_decline, decline, undo, withdraw};
pub use export::file;
pub(super) use rows::{Row, Side, named, received};

use crate::{
    auth::{Actor, Form},
    console::{self, Frame},
    error::{Failure, sentence},
    page::{Place, Shell},
    reply,
};

/// Rows of a page.
const LIMIT: i64 = 20;
/// Own requests beside the list.
const MINE: i64 = 5;

/// A part of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tab {
    Received,
    Sent,
    Settled,
}

impl Tab {
    const ALL: [Self; 3] = [Self::Received, Self::Sent, Self::Settled];

    fn named(word: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|tab| tab.word() == word)
            .unwrap_or(Self::Received)
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Sent => "sent",
            Self::Settled => "settled",
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Received => "/requests",
            Self::Sent => "/requests?tab=sent",
            Self::Settled => "/requests?tab=settled",
        }
    }
}

#[derive(Template)]
#[template(path = "requests.html")]
struct List {
    shell: Shell,
    tab: Tab,
    rows: Vec<Row>,
    mine: Vec<Row>,
    budget: Budget,
    cool_down_days: u32,
    ttl_days: u32,
    /// Number of the first row, from 1.
    from: usize,
    next: Option<String>,
    /// Where an answer leads back to.
    back: String,
    /// Address of the list as a file.
    export: String,
    /// Address that hides a settled row, but for its number.
    hide: String,
    notice: String,
}

impl List {
    fn is_received(&self) -> bool {
        self.tab == Tab::Received
    }

    fn is_sent(&self) -> bool {
        self.tab == Tab::Sent
    }

    fn is_at(&self, word: &str) -> bool {
        self.tab.word() == word
    }

    fn tab_key(&self) -> String {
        format!("request-tab-{}", self.tab.word())
    }

    fn empty_key(&self, part: &str) -> String {
        format!("request-empty-{}{part}", self.tab.word())
    }

    fn to(&self) -> usize {
        self.from + self.rows.len().saturating_sub(1)
    }
}

/// What a list is asked for.
#[derive(Debug, Clone)]
struct Wanted {
    tab: Tab,
    before: Option<RequestId>,
    from: usize,
    /// A request that was settled meanwhile, to be shown once more.
    gone: Option<RequestId>,
    /// Settled requests that are not to be shown again.
    hidden: Vec<RequestId>,
}

impl Wanted {
    fn of_path(path: &str) -> Self {
        let query = Form::query(path);
        let before = query.parse("before");
        let from = if before.is_some() {
            query.parse("from").unwrap_or(1)
        } else {
            1
        };
        Self {
            tab: Tab::named(query.text("tab")),
            before,
            from,
            gone: None,
            hidden: received::hidden(&query),
        }
    }

    fn first(tab: Tab) -> Self {
        Self {
            tab,
            before: None,
            from: 1,
            gone: None,
            hidden: Vec::new(),
        }
    }
}

struct Read {
    frame: Frame,
    rows: Vec<Row>,
    has_more: bool,
    mine: Vec<Row>,
    budget: Budget,
}

fn read(tx: &mut Tx<'_>, cx: &Cx, wanted: &Wanted) -> guanxi_app::Result<Read> {
    let frame = console::frame(tx, cx)?;
    let page = Page {
        before: wanted.before,
        limit: LIMIT + 1,
    };
    let mut requests = match wanted.tab {
        Tab::Received => request::list_received(tx, cx, &frame.me, page)?,
        Tab::Sent => request::list_sent(tx, &frame.me, page)?,
        Tab::Settled => request::list_settled(tx, cx, &frame.me, page)?,
    };
    let limit = usize::try_from(LIMIT).unwrap_or_default();
    let has_more = requests.len() > limit;
    requests.truncate(limit);
    if wanted.tab == Tab::Received && wanted.before.is_none() {
        received::add_gone(
            tx,
            cx,
            &frame.me,
            &mut requests,
            wanted.gone,
            &wanted.hidden,
            limit,
        )?;
    }
    let side = if wanted.tab == Tab::Sent {
        Side::Sent
    } else {
        Side::Received
    };
    let rows = rows::named(tx, cx, &frame.me, requests, side)?;
    let mine = if wanted.tab == Tab::Received {
        request::list_sent_pending(tx, cx, &frame.me, MINE)?
    } else {
        Vec::new()
    };
    let mine = rows::named(tx, cx, &frame.me, mine, Side::Sent)?;
    let budget = budget(tx, cx, &frame.me)?;
    Ok(Read {
        frame,
        rows,
        has_more,
        mine,
        budget,
    })
}

/// `GET /requests`
pub async fn list(actor: Actor) -> Result<Response, Failure> {
    let wanted = Wanted::of_path(&actor.path);
    let back = actor.path.clone();
    list_page(&actor, wanted, StatusCode::OK, back, String::new()).await
}

async fn list_page(
    actor: &Actor,
    wanted: Wanted,
    status: StatusCode,
    back: String,
    notice: String,
) -> Result<Response, Failure> {
    let hide = received::hide(Tab::Received.path(), &wanted.hidden);
    let (tab, first) = (wanted.tab, wanted.from);
    let read = actor.read(move |tx, cx| read(tx, cx, &wanted)).await?;
    let Read {
        frame,
        rows,
        has_more,
        mine,
        budget,
    } = read;
    let settings = &frame.me.corp.settings;
    let (cool_down_days, ttl_days) = (settings.cool_down_days, settings.request_ttl_days);
    let next = rows.last().filter(|_| has_more).map(|last| {
        let from = first + rows.len();
        format!(
            "/requests?tab={}&before={}&from={from}",
            tab.word(),
            last.request.id
        )
    });
    let page = List {
        shell: frame.shell(actor, Place::Requests),
        tab,
        rows,
        mine,
        budget,
        cool_down_days,
        ttl_days,
        from: first,
        export: format!("/requests/export.csv?tab={}", tab.word()),
        next,
        back,
        hide,
        notice,
    };
    Ok(reply::page_with(status, &page.shell, &page))
}

/// The list after an answer that came too late: the row stays, grey, and says what became of it.
async fn conflict(
    actor: &Actor,
    tab: Tab,
    id: RequestId,
    error: Error,
) -> Result<Response, Failure> {
    let Error::Refused(_) = error else {
        return Err(error.into());
    };
    let wanted = Wanted {
        gone: (tab == Tab::Received).then_some(id),
        ..Wanted::first(tab)
    };
    let notice = match tab {
        Tab::Received => String::new(),
        _ => sentence(actor.l, &error, &actor.zone()),
    };
    list_page(
        actor,
        wanted,
        StatusCode::CONFLICT,
        tab.path().to_owned(),
        notice,
    )
    .await
}
