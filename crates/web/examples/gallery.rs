//! Serves every component in every state, to be looked at: `cargo run -p guanxi-web --example gallery`, then <http://127.0.0.1:8090>.

// The templates name these as `crate::…`.
use guanxi_web::{assets, locale, page, preference, reply};

use std::convert::Infallible;
use std::time::Duration;

use askama::Template;
use axum::Router;
use axum::extract::{Form, Query};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use futures_util::{Stream, stream};
use guanxi_model::id::MemberId;
use page::{Counts, Errors, Flash, Gate, Me, Pager, Place, Shell, Theme};
use serde::Deserialize;

const SECRET: &[u8] = b"gallery";
const PEOPLE: [(&str, &str); 6] = [
    ("曾诗涵", "西湖门店 · 家居顾问"),
    ("张思远", "滨江门店 · 店长"),
    ("Zara Stein", "海外采购 · Sourcing lead"),
    ("尉迟静", "客户服务中心 · 主管"),
    ("郑少军", "华南大区 · 渠道经理"),
    ("Jean-Luc Martin", "供应链中心"),
];
const ICONS: [&str; 37] = [
    "home", "people", "inbox", "customer", "audit", "link", "gear", "search", "plus", "check", "x",
    "clock", "next", "down", "more", "warn", "info", "undo", "down2", "lock", "eye", "ask", "me",
    "member", "tree", "rules", "prev", "edit", "copy", "trash", "leave", "block", "star", "device",
    "phone", "mail", "globe",
];

type People = Vec<(&'static str, &'static str)>;

#[derive(Template)]
#[template(path = "gallery/all.html")]
struct Components {
    shell: Shell,
    errors: Errors,
    icons: &'static [&'static str],
    people: People,
    pager: Pager,
}

#[derive(Template)]
#[template(path = "gallery/directory.html", blocks = ["hits"])]
struct Directory {
    shell: Shell,
    query: String,
    hits: People,
}

#[derive(Template)]
#[template(path = "gallery/requests.html")]
struct Requests {
    shell: Shell,
    waiting: People,
}

#[derive(Template)]
#[template(path = "gallery/confirm.html")]
struct Confirm {
    shell: Shell,
}

#[derive(Template)]
#[template(path = "gallery/sign_in.html")]
struct SignIn {
    gate: Gate,
}

#[derive(Template)]
#[template(path = "error.html")]
struct Failure {
    gate: Gate,
    title: &'static str,
    text: &'static str,
    code: &'static str,
    reference: Option<&'static str>,
}

#[derive(Deserialize)]
struct Search {
    #[serde(default)]
    q: String,
}

#[derive(Deserialize)]
struct Accept {
    #[serde(default)]
    id: String,
}

/// A member for each text.
fn someone(key: impl std::fmt::Display) -> MemberId {
    MemberId::from_u128(key.to_string().bytes().map(u128::from).sum())
}

fn shell(headers: &HeaderMap, here: Place) -> Shell {
    Shell {
        l: preference::locale(headers, None),
        theme: Theme::chosen(headers),
        corp: "青禾家居".into(),
        me: Me {
            id: MemberId::from_u128(1),
            avatar: None,
            name: "林知夏".into(),
            department: "西湖门店".into(),
        },
        here,
        manage: Place::MANAGE.to_vec(),
        counts: Counts {
            alerts: 0,
            waiting: 6,
            conversations: 2,
            requests: 3,
            find_asks: 1,
            webhooks_off: 0,
        },
        csrf: "token".into(),
        flash: Flash::take(headers, SECRET),
        fragments: page::fragments(headers),
        now_ms: 1_784_014_200_000,
        tz: jiff::tz::TimeZone::get("Asia/Shanghai").unwrap_or(jiff::tz::TimeZone::UTC),
    }
}

fn gate(headers: &HeaderMap, path: &str) -> Gate {
    Gate {
        l: preference::locale(headers, None),
        theme: Theme::chosen(headers),
        corp: "青禾家居".into(),
        path: path.into(),
    }
}

fn components(headers: &HeaderMap, errors: Errors) -> Components {
    Components {
        shell: shell(headers, Place::Home),
        errors,
        icons: &ICONS,
        people: PEOPLE.to_vec(),
        pager: Pager {
            from: 51,
            to: 100,
            total: Some(1238),
            previous: Some("/?page=1".into()),
            next: Some("/?page=3".into()),
        },
    }
}

async fn show(headers: HeaderMap) -> Response {
    let mut errors = Errors::default();
    errors.add("phone", "少了 4 位。中国大陆手机号是 11 位。");
    let page = components(&headers, errors);
    reply::page(&page.shell, &page)
}

async fn refuse(headers: HeaderMap) -> Response {
    let mut errors = Errors::default();
    errors.add("phone", "还是少了 4 位。");
    let page = components(&headers, errors);
    reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page.shell, &page)
}

async fn directory(headers: HeaderMap, Query(search): Query<Search>) -> Response {
    let hits = PEOPLE
        .into_iter()
        .filter(|(name, _)| name.contains(&search.q))
        .collect();
    let page = Directory {
        shell: shell(&headers, Place::Directory),
        query: search.q,
        hits,
    };
    if page.shell.wants("hits") {
        return reply::fragment(&page.as_hits());
    }
    reply::page(&page.shell, &page)
}

async fn requests(headers: HeaderMap) -> Response {
    let page = Requests {
        shell: shell(&headers, Place::Requests),
        waiting: PEOPLE[..4].to_vec(),
    };
    reply::page(&page.shell, &page)
}

async fn accept(Form(form): Form<Accept>) -> Response {
    let flash = Flash::undo(format!("已接受{}的申请", form.id), "/undo");
    reply::see_other_with("/requests", &flash, SECRET)
}

async fn confirm(headers: HeaderMap) -> Response {
    let page = Confirm {
        shell: shell(&headers, Place::People),
    };
    reply::page(&page.shell, &page)
}

async fn sign_in(headers: HeaderMap) -> Response {
    reply::html(
        StatusCode::OK,
        &SignIn {
            gate: gate(&headers, "/gate"),
        },
    )
}

async fn failure(headers: HeaderMap) -> Response {
    let page = Failure {
        gate: gate(&headers, "/error"),
        title: "这个页面不在了",
        text: "地址可能写错了，或者它已经被删除。",
        code: "not_found",
        reference: Some("9f3a2c"),
    };
    reply::html(StatusCode::NOT_FOUND, &page)
}

async fn live() -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let ticks = tokio::time::interval(Duration::from_secs(20));
    let events = stream::unfold(ticks, |mut ticks| async move {
        ticks.tick().await;
        Some((
            Ok(Event::default().event("refresh").data("requests")),
            ticks,
        ))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

async fn export() -> Response {
    (
        [
            ("content-type", "text/csv"),
            ("content-disposition", "attachment"),
        ],
        "a,b\n",
    )
        .into_response()
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let router = Router::new()
        .route("/", get(show))
        .route("/form", post(refuse))
        .route("/directory", get(directory))
        .route("/requests", get(requests))
        .route("/accept", post(accept))
        .route(
            "/undo",
            post(|| async {
                reply::see_other_with("/requests", &Flash::text("已撤销"), SECRET)
            }),
        )
        .route("/confirm", get(confirm))
        .route("/gate", get(sign_in))
        .route("/error", get(failure))
        .route("/live", get(live))
        .route("/export.csv", get(export))
        .route(
            "/preference",
            post(|body: axum::body::Bytes| async move {
                preference::answer(&guanxi_web::auth::Form::read(&body))
            }),
        )
        .merge(assets::routes());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8090").await?;
    axum::serve(listener, router).await
}
