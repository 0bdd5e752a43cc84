//! The directory: tree, search as one types, card with the request form. What is done on a card is in `act`, many at
//! once in `batch`.

mod act;
mod batch;
mod card;
mod export;
mod row;
mod tree;
mod view;

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
    response::Response,
};
use guanxi_app::{
    Error, avatar,
    contact::standings,
    directory::{self, Directory, Found, Lens, Listed, Search},
};
use guanxi_model::{
    department::{DepartmentId, ROOT},
    id::MemberId,
};
use guanxi_search::{Entry, Total};

pub use act::{accept, ask_block, block, decline, request, unblock, undo, withdraw};
pub use batch::{choose, result, send};
pub use export::file;

use crate::{
    auth::Actor,
    console::{self, Frame},
    error::{Failure, sentence},
    page::{Pager, Place, Shell},
    reply,
};
use card::{Read, Side};
use row::{Row, Shelf};
use tree::Node;
use view::View;

/// The viewer with what he sees.
pub(super) struct Sight {
    pub(super) directory: Arc<Directory>,
    pub(super) lens: Arc<Lens>,
}

impl Sight {
    /// Opens the directory of the actor's corp through his eyes.
    pub(super) async fn open(actor: &Actor) -> Result<Self, Failure> {
        let (corp, viewer) = actor.cx.account()?;
        let (directory, corp) = directory::open(&actor.app.env, corp).await?;
        let lens = directory.lens(&actor.cx, &corp, viewer)?;
        Ok(Self { directory, lens })
    }

    /// The department whose list stands where nothing is searched.
    fn department(&self, view: &View) -> DepartmentId {
        view.department
            .or(self.lens.departments.first().copied())
            .unwrap_or(ROOT)
    }

    /// Entry of a colleague whom the viewer sees.
    pub(super) fn entry(&self, id: MemberId) -> Option<Entry> {
        let entry = self.directory.entry(id)?;
        let departments = entry.departments.iter().copied().map(DepartmentId);
        let departments: Vec<DepartmentId> = departments.collect();
        self.lens.sees(id, &departments).then_some(entry)
    }

    /// Name of a colleague whom the viewer sees.
    pub(super) fn name(&self, id: MemberId) -> Option<String> {
        self.entry(id).map(|entry| entry.name)
    }

    /// Post and department of a colleague in one line, as far as the viewer may know them.
    pub(super) fn place(&self, entry: &Entry) -> String {
        let departments = entry.departments.iter().copied().map(DepartmentId);
        let known = departments.filter(|id| self.lens.scope.sees_department(*id));
        let path = known
            .map(|id| self.lens.path(id))
            .next()
            .unwrap_or_default();
        let department = path.last().copied().unwrap_or_default();
        let parts = [entry.position.as_str(), department];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(" · ")
    }
}

/// The middle of the page.
#[derive(Default)]
struct List {
    /// What the list is, as its heading and for screen readers.
    title: String,
    is_search: bool,
    /// Name of the department that the search is limited to, and the same search without the limit.
    limit: Option<(String, String)>,
    rows: Vec<Row>,
    pager: Pager,
}

impl List {
    /// Whether somebody on the page can be asked, and so chosen.
    fn has_choice(&self) -> bool {
        self.rows.iter().any(|row| row.state.is_open())
    }
}

#[derive(Template)]
#[template(path = "directory.html", blocks = ["hits"])]
struct Page {
    shell: Shell,
    view: View,
    tree: Vec<Node>,
    list: List,
    side: Side,
    /// Address of the department whose list this is, to be marked in the tree; empty where the list is of no department.
    here: String,
}

impl Page {
    /// The list as a file.
    fn export(&self) -> String {
        let view = View {
            page: 0,
            is_tree: false,
            ..self.view.without_member()
        };
        format!("/directory/export.csv{}", view.query())
    }

    /// "Why can't I find", with what was typed.
    fn find_href(&self) -> String {
        if self.view.text.is_empty() {
            "/directory/find".to_owned()
        } else {
            format!(
                "/directory/find?q={}",
                crate::page::encoded(&self.view.text)
            )
        }
    }
}

#[derive(Template)]
#[template(path = "directory-card.html")]
struct CardPage {
    shell: Shell,
    name: String,
    side: Side,
}

/// What an act on the card that did not happen leaves to say.
#[derive(Debug, Clone)]
pub(super) struct Problem {
    status: StatusCode,
    /// Near the message if that is to be corrected.
    message: Option<String>,
    text: String,
    typed: Option<String>,
}

/// `GET /directory`
pub async fn page(actor: Actor, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    show(actor, View::read(query.as_deref()), None).await
}

/// `GET /directory/members/{id}`
pub async fn member(
    actor: Actor,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let mut view = View::read(query.as_deref());
    view.member = Some(member_id(&id)?);
    view.is_alone = true;
    show(actor, view, None).await
}

pub(super) fn member_id(text: &str) -> Result<MemberId, Error> {
    text.parse().map_err(|_| Error::not_found("member"))
}

/// Rows before it is known how the viewer stands with each.
enum Rows {
    Found(Vec<Found>),
    Listed(Vec<Listed>),
}

impl Rows {
    fn ids(&self) -> Vec<MemberId> {
        match self {
            Self::Found(found) => found.iter().map(|found| found.id).collect(),
            Self::Listed(listed) => listed.iter().map(|listed| listed.id).collect(),
        }
    }
}

/// Whether a part of the page has to be worked out.
fn wants(actor: &Actor, part: &str) -> bool {
    let asked = &actor.fragments;
    asked.is_empty() || asked.iter().any(|id| id == part || id == "main")
}

/// Shows the view; a script that asks for parts gets only those worked out.
async fn show(actor: Actor, view: View, problem: Option<Problem>) -> Result<Response, Failure> {
    let sight = Sight::open(&actor).await?;
    let sees = |id: &DepartmentId| sight.lens.scope.sees_department(*id);
    let department = view.department.filter(sees);
    let view = View { department, ..view };
    let (rows, list) = if view.is_alone || !wants(&actor, "hits") {
        (Rows::Listed(Vec::new()), List::default())
    } else if view.text.is_empty() {
        sight.browse(&actor, &view)
    } else {
        sight.search(&actor, &view)
    };
    let status = problem.as_ref().map_or(StatusCode::OK, |p| p.status);
    let (frame, rows, side) = sight.read(&actor, &view, rows, problem).await?;
    if view.is_alone {
        return alone(&actor, frame, status, side);
    }
    let department = sight.department(&view);
    let is_limited = view.text.is_empty() || view.department.is_some();
    let tree = if wants(&actor, "tree") {
        let counts = sight.directory.counts(&sight.lens);
        tree::nodes(&sight.lens, counts, department, is_limited)
    } else {
        Vec::new()
    };
    let page = Page {
        shell: frame.shell(&actor, Place::Directory),
        here: if is_limited {
            View::of(department).url()
        } else {
            String::new()
        },
        view,
        tree,
        list: List { rows, ..list },
        side,
    };
    if status == StatusCode::OK && page.shell.wants("hits") {
        return Ok(reply::fragment(&page.as_hits()));
    }
    Ok(reply::page_with(status, &page.shell, &page))
}

fn alone(actor: &Actor, frame: Frame, status: StatusCode, side: Side) -> Result<Response, Failure> {
    let Side::Card(card) = &side else {
        return Err(Error::not_found("member").into());
    };
    let name = card.name.clone();
    let shell = frame.shell(actor, Place::Directory);
    let page = CardPage { shell, name, side };
    Ok(reply::page_with(status, &page.shell, &page))
}

impl Sight {
    fn browse(&self, actor: &Actor, view: &View) -> (Rows, List) {
        let department = self.department(view);
        let offset = view.offset();
        let listed = self
            .directory
            .browse(&self.lens, department, offset, view::LISTED);
        let counts = self.directory.counts(&self.lens);
        let total = if department == ROOT {
            counts.total()
        } else {
            counts.below(department.0)
        };
        let (l, name) = (actor.l, self.lens.title(department));
        let list = List {
            title: l
                .t2("directory-in", "department", name, "n", total)
                .into_owned(),
            pager: pager(view, offset, listed.len(), total, Some(total)),
            ..List::default()
        };
        (Rows::Listed(listed), list)
    }

    fn search(&self, actor: &Actor, view: &View) -> (Rows, List) {
        let department = view.department.filter(|id| *id != ROOT);
        let wanted = Search {
            text: &view.text,
            department,
            offset: view.offset(),
            limit: view::HITS,
        };
        let results = self.directory.search(&self.lens, &wanted);
        let l = actor.l;
        let (total, is_exact) = match results.total {
            Total::Exact(total) => (total, true),
            Total::AtLeast(total) => (total, false),
        };
        let key = match (total, results.corrected, is_exact) {
            (0, ..) => "directory-none",
            (_, true, _) => "directory-corrected",
            (_, _, true) => "directory-found",
            _ => "directory-found-many",
        };
        let found = results.found.len();
        let list = List {
            title: l
                .t2(key, "n", total, "text", view.text.as_str())
                .into_owned(),
            is_search: true,
            limit: department.map(|id| {
                let everywhere = View {
                    department: None,
                    page: 0,
                    ..view.clone()
                };
                (self.lens.title(id), everywhere.url())
            }),
            pager: pager(view, wanted.offset, found, total, is_exact.then_some(total)),
            ..List::default()
        };
        (Rows::Found(results.found), list)
    }

    /// Reads in one transaction what the index does not know: the frame, how the viewer stands with each, the open card.
    async fn read(
        &self,
        actor: &Actor,
        view: &View,
        rows: Rows,
        problem: Option<Problem>,
    ) -> Result<(Frame, Vec<Row>, Side), Failure> {
        let chosen = view.member.filter(|_| wants(actor, "card"));
        let ids = rows.ids();
        let (lens, directory) = (Arc::clone(&self.lens), Arc::clone(&self.directory));
        let (frame, standings, avatars, card) = actor
            .read(move |tx, cx| {
                let frame = console::frame(tx, cx)?;
                let standings = standings(tx, cx, &frame.me, &ids)?;
                let avatars = avatar::among(tx, &frame.me, &ids)?;
                let card = match chosen.map(|id| Read::of(tx, cx, &frame.me, &directory, &lens, id))
                {
                    None => Ok(None),
                    Some(Err(error @ Error::NotFound { .. })) => Err(error),
                    Some(read) => Ok(Some(read?)),
                };
                Ok((frame, standings, avatars, card))
            })
            .await?;
        let maker = Shelf {
            l: actor.l,
            lens: &self.lens,
            view,
            avatars,
        };
        let rows = match rows {
            Rows::Found(found) => maker.found(found, &standings),
            Rows::Listed(listed) => maker.listed(listed, &standings, self.department(view)),
        };
        Ok((frame, rows, self.side(actor, view, card, problem)))
    }

    /// The card beside the list, with what the last act on it left to say.
    fn side(
        &self,
        actor: &Actor,
        view: &View,
        card: Result<Option<Read>, Error>,
        problem: Option<Problem>,
    ) -> Side {
        match card {
            Ok(None) => Side::Empty,
            Err(error) => Side::Gone(sentence(actor.l, &error, &self.lens.corp.settings.zone())),
            Ok(Some(read)) => {
                let mut card = read.shown(actor.l, &self.lens, view);
                if let Some(problem) = problem {
                    card.form.message = problem.typed.unwrap_or(card.form.message);
                    card.form.problem = problem.text;
                    if let Some(text) = problem.message {
                        card.form.errors.add("message", text);
                    }
                }
                Side::Card(Box::new(card))
            }
        }
    }
}

/// The part of a list on this page and its neighbours.
fn pager(view: &View, offset: usize, rows: usize, reach: usize, total: Option<usize>) -> Pager {
    let view = view.without_member();
    let has_more = offset + rows < reach && rows > 0;
    Pager {
        from: offset as u64 + 1,
        to: (offset + rows) as u64,
        total: total.map(|total| total as u64),
        previous: (view.page > 0).then(|| view.at_page(view.page - 1).url()),
        next: has_more.then(|| view.at_page(view.page + 1).url()),
    }
}
