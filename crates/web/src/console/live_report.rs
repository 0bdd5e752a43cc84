//! What live codes bring, on a page that follows what happens, on a wall, and as a file.

mod figures;
mod file;

use askama::Template;
use axum::response::Response;
use guanxi_app::{
    directory, live_alert,
    live_report::{self, Asked, Period},
};

use figures::Figures;
pub use file::{csv, xlsx};

use crate::{
    auth::{Actor, Form},
    console::{self, live_alert::Band},
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
    band: Band,
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
async fn read(actor: &Actor, asked: Asked) -> Result<(Shell, Figures, Band), Failure> {
    let (corp, _) = actor.cx.account()?;
    let (directory, _) = directory::open(&actor.app.env, corp).await?;
    let (frame, report, alerts) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let report = live_report::read(tx, cx, &frame.me, asked)?;
            let alerts = live_alert::open(tx, &frame.me, asked.code)?;
            Ok((frame, report, alerts))
        })
        .await?;
    let band = Band::new(&frame, alerts, "live");
    let shell = frame.shell(actor, Place::Live);
    let figures = Figures::new(&shell, asked, report, directory);
    Ok((shell, figures, band))
}

/// `GET /admin/live?period=&code=`
pub async fn page(actor: Actor) -> Result<Response, Failure> {
    let (shell, f, band) = read(&actor, asked(&actor.path)).await?;
    let page = One { shell, f, band };
    Ok(reply::page(&page.shell, &page))
}

/// `GET /admin/live/wall?code=`
pub async fn wall(actor: Actor) -> Result<Response, Failure> {
    let asked = Asked {
        period: Period::Today,
        ..asked(&actor.path)
    };
    let (shell, f, _) = read(&actor, asked).await?;
    let page = Wall { shell, f };
    Ok(reply::page(&page.shell, &page))
}
