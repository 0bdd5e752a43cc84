//! The list of contacts: in the order of their names, the starred first, with an index of letters, tags and a search box.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::Response;
use guanxi_app::{
    Result,
    contact::{Known, known},
};
use guanxi_search::Sound;

use crate::{
    auth::{Actor, Form},
    console,
    error::Failure,
    page::{Pager, Place, Shell, encoded},
    reply,
};

/// Rows of a page.
const LIMIT: usize = 50;
/// Contacts from which on an index of letters saves scrolling.
const INDEXED: usize = 30;
/// Stands for names that begin with no Latin letter.
const OTHER: char = '#';
/// Stands for the starred ones.
const STAR: char = '*';

/// A contact under the name that its owner gave it.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) known: Known,
    sound: Sound,
}

impl Row {
    fn of(known: Known) -> Self {
        let sound = Sound::of(shown(&known));
        Self { known, sound }
    }

    /// The remark, or else the name.
    pub(super) fn shown(&self) -> &str {
        shown(&self.known)
    }

    fn has_remark(&self) -> bool {
        !self.known.contact.remark.is_empty()
    }

    /// Address of an act on the contact.
    fn path(&self, act: &str) -> String {
        format!("/contacts/{}/{act}", self.known.peer.id)
    }

    /// Letter of the index, or the star.
    fn letter(&self) -> char {
        if self.known.contact.starred {
            return STAR;
        }
        let first = self
            .sound
            .letters
            .chars()
            .next()
            .unwrap_or(OTHER)
            .to_ascii_uppercase();
        if first.is_ascii_uppercase() {
            first
        } else {
            OTHER
        }
    }

    fn order(&self) -> (u8, char, &str, &str) {
        let group = match self.letter() {
            STAR => 0,
            OTHER => 2,
            _ => 1,
        };
        let letter = if group == 1 { self.letter() } else { ' ' };
        (group, letter, &self.sound.letters, self.shown())
    }

    /// Whether name, remark, tag, department or pinyin has what was typed.
    fn matches(&self, typed: &str) -> bool {
        let Known { contact, peer, .. } = &self.known;
        let has = |text: &str| text.to_lowercase().contains(typed);
        let texts = [
            &peer.name,
            &peer.alias,
            &contact.remark,
            &peer.department,
            &peer.position,
        ];
        if texts.into_iter().chain(&contact.tags).any(|text| has(text)) {
            return true;
        }
        let bare: String = typed
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '\'')
            .collect();
        let sounds =
            |sound: &Sound| sound.letters.starts_with(&bare) || sound.initials.starts_with(&bare);
        bare.is_ascii()
            && (sounds(&self.sound) || (self.has_remark() && sounds(&Sound::of(&peer.name))))
    }
}

fn shown(known: &Known) -> &str {
    if known.contact.remark.is_empty() {
        &known.peer.name
    } else {
        &known.contact.remark
    }
}

/// What the list is asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    pub(crate) q: String,
    pub(crate) tag: String,
}

impl Filter {
    pub(super) fn of(query: &Form) -> Self {
        Self {
            q: query.text("q").trim().chars().take(64).collect(),
            tag: query.text("tag").to_owned(),
        }
    }

    /// Whether all contacts are wanted.
    fn is_empty(&self) -> bool {
        self.q.is_empty() && self.tag.is_empty()
    }

    /// The same as a query that more can be added to.
    fn query(&self) -> String {
        let part = |name, value: &str| {
            if value.is_empty() {
                String::new()
            } else {
                format!("&{name}={}", encoded(value))
            }
        };
        format!("{}{}", part("q", &self.q), part("tag", &self.tag))
    }
}

/// Contacts in the order of the list.
pub(crate) fn sorted(all: Vec<Known>, filter: &Filter) -> Vec<Row> {
    let typed = filter.q.to_lowercase();
    let mut rows: Vec<Row> = all
        .into_iter()
        .filter(|known| filter.tag.is_empty() || known.contact.tags.contains(&filter.tag))
        .map(Row::of)
        .filter(|row| typed.is_empty() || row.matches(&typed))
        .collect();
    rows.sort_by(|a, b| a.order().cmp(&b.order()));
    rows
}

/// A letter of the index and where its rows begin.
struct Letter {
    name: char,
    href: String,
}

impl Letter {
    fn is_star(&self) -> bool {
        self.name == STAR
    }
}

/// Rows under one letter.
struct Group {
    letter: char,
    rows: Vec<Row>,
}

impl Group {
    fn is_star(&self) -> bool {
        self.letter == STAR
    }

    fn anchor(&self) -> String {
        anchor(self.letter)
    }
}

/// Name of a group within the page: its letter, in words for the others.
fn anchor(letter: char) -> String {
    match letter {
        STAR => "star".to_owned(),
        OTHER => "other".to_owned(),
        letter => letter.to_string(),
    }
}

/// A tag and how many contacts bear it.
struct Tag {
    name: String,
    count: usize,
    href: String,
    is_current: bool,
}

#[derive(Template)]
#[template(path = "contacts.html")]
struct List {
    shell: Shell,
    filter: Filter,
    /// Contacts in all.
    all: usize,
    /// Of them, those that the filter leaves.
    found: usize,
    groups: Vec<Group>,
    letters: Vec<Letter>,
    tags: Vec<Tag>,
    pager: Pager,
    back: String,
}

impl List {
    fn export(&self) -> String {
        format!(
            "/contacts/export.csv?{}",
            self.filter.query().trim_start_matches('&')
        )
    }
}

/// `GET /contacts`
pub async fn page(actor: Actor) -> Result<Response, Failure> {
    let (frame, all) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let all = known(tx, cx, &frame.me)?;
            Ok((frame, all))
        })
        .await?;
    let query = Form::query(&actor.path);
    let filter = Filter::of(&query);
    let (count, tags) = (all.len(), tags(&all, &filter));
    let rows = sorted(all, &filter);
    let found = rows.len();
    let number = query
        .parse::<usize>("page")
        .unwrap_or(1)
        .clamp(1, found.div_ceil(LIMIT).max(1));
    let page = List {
        shell: frame.shell(&actor, Place::Contacts),
        all: count,
        found,
        letters: letters(&rows, &filter),
        tags,
        pager: pager(number, found, &filter),
        groups: groups(rows, number),
        filter,
        back: actor.path.clone(),
    };
    Ok(reply::page(&page.shell, &page))
}

fn address(number: usize, filter: &Filter) -> String {
    format!("/contacts?page={number}{}", filter.query())
}

fn pager(number: usize, found: usize, filter: &Filter) -> Pager {
    let from = (number - 1) * LIMIT;
    Pager {
        from: from as u64 + 1,
        to: found.min(from + LIMIT) as u64,
        total: Some(found as u64),
        previous: (number > 1).then(|| address(number - 1, filter)),
        next: (from + LIMIT < found).then(|| address(number + 1, filter)),
    }
}

/// Letters with the page on which each begins; none for a short list.
fn letters(rows: &[Row], filter: &Filter) -> Vec<Letter> {
    let mut letters: Vec<Letter> = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let name = row.letter();
        if letters.last().is_none_or(|last| last.name != name) {
            let href = format!("{}#{}", address(at / LIMIT + 1, filter), anchor(name));
            letters.push(Letter { name, href });
        }
    }
    if rows.len() >= INDEXED {
        letters
    } else {
        Vec::new()
    }
}

/// Rows of one page by letter.
fn groups(rows: Vec<Row>, number: usize) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for row in rows.into_iter().skip((number - 1) * LIMIT).take(LIMIT) {
        let letter = row.letter();
        match groups.last_mut() {
            Some(last) if last.letter == letter => last.rows.push(row),
            _ => groups.push(Group {
                letter,
                rows: vec![row],
            }),
        }
    }
    groups
}

fn tags(all: &[Known], filter: &Filter) -> Vec<Tag> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for tag in all.iter().flat_map(|known| &known.contact.tags) {
        *counts.entry(tag).or_default() += 1;
    }
    let tag = |(name, count): (&str, usize)| {
        let is_current = filter.tag == name;
        let tag = if is_current {
            String::new()
        } else {
            name.to_owned()
        };
        let chosen = Filter {
            q: filter.q.clone(),
            tag,
        };
        let href = format!("/contacts?{}", chosen.query().trim_start_matches('&'));
        Tag {
            name: name.to_owned(),
            count,
            href,
            is_current,
        }
    };
    counts.into_iter().map(tag).collect()
}
