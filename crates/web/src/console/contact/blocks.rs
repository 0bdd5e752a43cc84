//! Colleagues whom the member has blocked, page by page and as a file.

use askama::Template;
use axum::response::Response;
use guanxi_app::{
    Cx, Me, Result,
    contact::{self, Peer, peers},
    export,
};
use guanxi_store::Tx;

use crate::{
    auth::{Actor, Form},
    console,
    csv::{self, Rows},
    error::Failure,
    page::{Pager, Place, Shell},
    reply,
};

/// Rows of a page.
const LIMIT: usize = 50;
/// Address of the list.
const HERE: &str = "/contacts/blocks";

#[derive(Template)]
#[template(path = "contact-blocks.html")]
struct Blocks {
    shell: Shell,
    /// How many there are in all.
    all: usize,
    rows: Vec<(Peer, i64)>,
    pager: Pager,
}

impl Blocks {
    fn lift_path(peer: &Peer) -> String {
        format!("/blocks/{}/lift", peer.id)
    }
}

/// Names those whom the member has blocked since some time.
fn named(
    tx: &mut Tx<'_>,
    cx: &Cx,
    me: &Me,
    blocks: Vec<(guanxi_model::party::Party, i64)>,
) -> Result<Vec<(Peer, i64)>> {
    let ids = blocks.iter().filter_map(|(party, _)| party.member());
    let mut named = peers(tx, cx, me, ids)?;
    let rows = blocks.into_iter().filter_map(|(party, since_ms)| {
        let id = party.member()?;
        Some((named.remove(&id).unwrap_or(Peer::unknown(id)), since_ms))
    });
    Ok(rows.collect())
}

/// `GET /contacts/blocks?page=`
pub async fn blocks(actor: Actor) -> Result<Response, Failure> {
    let number = Form::query(&actor.path).parse("page");
    let (frame, all, rows, pager) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let mut blocks = contact::list_blocks(tx, &frame.me)?;
            let all = blocks.len();
            let address = |number| format!("{HERE}?page={number}");
            let pager = Pager::cut(&mut blocks, number, LIMIT, address);
            let rows = named(tx, cx, &frame.me, blocks)?;
            Ok((frame, all, rows, pager))
        })
        .await?;
    let page = Blocks {
        shell: frame.shell(&actor, Place::Contacts),
        all,
        rows,
        pager,
    };
    Ok(reply::page(&page.shell, &page))
}

/// `GET /contacts/blocks/export.csv`
pub async fn blocks_file(actor: Actor) -> Result<Response, Failure> {
    let (found, tz) = actor
        .write(|tx, cx| {
            let me = export::announce(tx, cx, export::List::Blocks, "")?;
            let blocks = contact::list_blocks(tx, &me)?;
            let tz = me.corp.settings.zone();
            Ok((named(tx, cx, &me, blocks)?, tz))
        })
        .await?;
    let l = actor.l;
    let mut head = Rows::default();
    let columns = ["name", "department", "position", "since"];
    head.push(columns.map(|name| l.t(&format!("list-column-{name}"))));
    let mut rows = Rows::default();
    for (peer, since_ms) in &found {
        rows.push([
            peer.name.clone(),
            peer.department.clone(),
            peer.position.clone(),
            l.date_time(*since_ms, &tz),
        ]);
    }
    Ok(csv::whole(&l.t("list-file-blocks"), head, rows))
}
