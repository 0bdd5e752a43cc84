//! What live codes bring, on a page that follows what happens, on a wall, and as a file.

mod figures;
mod file;

use askama::Template;
use axum::response::Response;
use guanxi_app::{
    directory,
    live_report::{self, Asked, Period},
};

use figures::Figures;
pub use file::{csv, xlsx};

use crate::{
    auth::{Actor, Form},
    console,
    error::Failure,
    page::{Place, Shell},
    reply,
};

/// The switch of the page.
pub(crate) const PERIODS: [Period; 3] = Period::ALL;

#[derive(Template)]
#[template(path = "live-report.html")]
struct One {
    shell: Shell,
    f: Figures,
}

#[derive(Template)]
#[template(path = "live-wall.html")]
struct Wall {
    shell: Shell,
    f: Figures,
}

/// What an address asks for.
fn asked(path: &str) -> Asked {
    let query = Form::query(path);
    Asked {
        period: Period::named(query.text("period")),
        code: query.parse("code"),
    }
}

/// Frame and figures.
async fn read(actor: &Actor, asked: Asked) -> Result<(Shell, Figures), Failure> {
    let (corp, _) = actor.cx.account()?;
    let (directory, _) = directory::open(&actor.app.env, corp).await?;
    let (frame, report) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let report = live_report::read(tx, cx, &frame.me, asked)?;
            Ok((frame, report))
        })
        .await?;
    let shell = frame.shell(actor, Place::Live);
    let figures = Figures::new(&shell, asked, report, directory);
    Ok((shell, figures))
}

/// `GET /admin/live?period=&code=`
pub async fn page(actor: Actor) -> Result<Response, Failure> {
    let (shell, f) = read(&actor, asked(&actor.path)).await?;
    let page = One { shell, f };
    Ok(reply::page(&page.shell, &page))
}

/// `GET /admin/live/wall?code=`
pub async fn wall(actor: Actor) -> Result<Response, Failure> {
    let asked = Asked {
        period: Period::Today,
        ..asked(&actor.path)
    };
    let (shell, f) = read(&actor, asked).await?;
    let page = Wall { shell, f };
    Ok(reply::page(&page.shell, &page))
}
