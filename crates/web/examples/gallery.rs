//! Serves every component in every state, to be looked at: `cargo run -p guanxi-web --example gallery`, then <http://127.0.0.1:8090>.

// The templates say `crate::…`.
use guanxi_web::{assets, locale, page, preference, reply};

use askama::Template;
use axum::Router;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use page::{Counts, Me, Place, Shell, Theme};

#[derive(Template)]
#[template(path = "gallery.html")]
struct Gallery {
    shell: Shell,
}

fn shell(headers: &HeaderMap) -> Shell {
    Shell {
        l: preference::locale(headers, None),
        theme: Theme::chosen(headers),
        corp: "青禾家居".into(),
        me: Me {
            key: "m1".into(),
            name: "林知夏".into(),
            department: "西湖门店".into(),
        },
        here: Place::Home,
        manage: Place::MANAGE.to_vec(),
        counts: Counts {
            waiting: 6,
            requests: 3,
            find_asks: 1,
        },
        csrf: "token".into(),
        flash: None,
        fragments: page::fragments(headers),
        now_ms: 1_784_014_200_000,
        tz: jiff::tz::TimeZone::get("Asia/Shanghai").unwrap_or(jiff::tz::TimeZone::UTC),
    }
}

async fn gallery(headers: HeaderMap) -> Response {
    let page = Gallery {
        shell: shell(&headers),
    };
    reply::page(&page.shell, &page)
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let router = Router::new()
        .route("/", get(gallery))
        .merge(assets::routes())
        .merge(preference::routes());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8090").await?;
    axum::serve(listener, reply::finish(router)).await
}
