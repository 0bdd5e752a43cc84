//! The plan of a live code: what its administrators write, draft by draft, and publish. Texts, layers, pools and who stands
//! in them; what is chosen from it is the business of [`super::pool`].

pub mod check;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    hours::Hours,
    near::Point,
    pool::{Strategy, Terms},
    turn::WEIGHT_MAX,
};
use crate::{department::DepartmentId, id::MemberId};

/// Layers that may lie above each other: a question, the questions of its choices, and so on, and the pool at the end.
pub const LAYERS_MAX: usize = 5;
/// Pools of a code.
pub const POOLS_MAX: usize = 100;
/// Members behind a code, after departments have been resolved.
pub const MEMBERS_MAX: usize = 10_000;
/// Entries that a pool lists.
pub const ENTRIES_MAX: usize = 10_000;
/// Longest name of a code, a group, a pool or a choice, in characters.
pub const NAME_MAX: usize = 32;
/// Longest channel tag (`state`), in characters.
pub const STATE_MAX: usize = 30;
/// Longest text shown to a customer, in characters.
pub const TEXT_MAX: usize = 500;
/// Places of one member.
pub const POINTS_MAX: usize = 10;
/// Tags that a code gives a customer.
pub const TAGS_MAX: usize = 10;

/// A text in the languages that were written; the reader's own comes first, then the company's, then any.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Words {
    /// 简体中文.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Words {
    /// The text for a reader's language tag; empty if none was written.
    pub fn pick(&self, language: &str) -> &str {
        let (first, second) = if language.starts_with("zh") {
            (&self.zh, &self.en)
        } else {
            (&self.en, &self.zh)
        };
        if first.is_empty() { second } else { first }
    }
}

/// A welcome for some hours of the day; the first that applies is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Welcome {
    /// When it is sent; always by default.
    pub hours: Hours,
    /// What it says; `{customer}`, `{member}` and `{company}` are filled in.
    pub text: Words,
}

/// What a code does with the customer that it brings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Marks {
    /// Tags of the contact.
    pub tags: Vec<String>,
    /// Remark of the contact; `{customer}`, `{code}`, `{date}` and `{state}` are filled in. Empty for none.
    pub remark: String,
    /// Welcome messages.
    pub welcome: Vec<Welcome>,
}

/// Who an entry of a pool stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// One member.
    Member(MemberId),
    /// Everybody of a department and what lies below it; follows the directory.
    Department(DepartmentId),
}

/// An entry of a pool. A member meant by several entries takes the first one that names him, else the first department.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Who.
    pub who: Who,
    /// Share among the others, 0 to 1000; each member of a department has it whole.
    #[serde(default = "one")]
    pub weight: u32,
    /// Open conversations that one handles well.
    #[serde(default = "ten")]
    pub capacity: u32,
    /// Adds in a day of the corp, or none.
    #[serde(default)]
    pub daily_cap: Option<u32>,
    /// Adds in all, or none.
    #[serde(default)]
    pub lifetime_cap: Option<u32>,
    /// When he receives customers.
    #[serde(default)]
    pub hours: Hours,
    /// Where he is.
    #[serde(default)]
    pub points: Vec<Point>,
}

const fn one() -> u32 {
    1
}

const fn ten() -> u32 {
    10
}

impl Entry {
    /// Somebody on the usual terms.
    pub fn of(who: Who) -> Self {
        Self {
            who,
            weight: 1,
            capacity: 10,
            daily_cap: None,
            lifetime_cap: None,
            hours: Hours::default(),
            points: Vec::new(),
        }
    }
}

/// A pool: who may be chosen, and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PoolPlan {
    /// Name on the console.
    pub name: String,
    /// How it chooses.
    pub strategy: Strategy,
    /// Farthest member that may be chosen by nearest, in metres.
    #[serde(default)]
    pub radius_m: Option<f64>,
    /// Who stands in it.
    pub entries: Vec<Entry>,
    /// Pool that is asked when nobody of this one may be chosen, by its place among the pools of the plan.
    #[serde(default)]
    pub backup: Option<usize>,
}

impl PoolPlan {
    /// Terms of seats that stand for these entries.
    pub fn terms(&self, seats: impl Iterator<Item = usize>) -> Vec<Terms> {
        // Once for each entry, not for each member of a department.
        let hours: Vec<Arc<Hours>> = self
            .entries
            .iter()
            .map(|entry| Arc::new(entry.hours.clone()))
            .collect();
        seats
            .map(|at| {
                self.entries
                    .get(at)
                    .map_or_else(Terms::default, |entry| Terms {
                        weight: entry.weight,
                        capacity: entry.capacity,
                        daily_cap: entry.daily_cap,
                        lifetime_cap: entry.lifetime_cap,
                        hours: Arc::clone(&hours[at]),
                        points: entry.points.clone(),
                    })
            })
            .collect()
    }
}

/// A layer: a question to the visitor, or the pool at the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// A pool, by its place among the pools of the plan.
    Pool(usize),
    /// A question.
    Ask {
        /// What is asked.
        question: Words,
        /// What can be chosen, in this order.
        choices: Vec<Choice>,
        /// Pool that is asked when nobody below can be chosen: the parent layer.
        #[serde(default)]
        fallback: Option<usize>,
    },
}

/// One answer to the question of a layer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Name in links (`/c/{slug}?to=sofa.leather`) and reports: letters, digits, `-`, `_`.
    pub key: String,
    /// What the visitor reads.
    pub label: Words,
    /// Where it leads.
    pub then: Layer,
}

/// The plan of a code, as it is drafted, published and kept in the history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Name on the console.
    pub name: String,
    /// Group of codes that it is listed with; empty for none.
    #[serde(default)]
    pub group: String,
    /// Channel tag, handed on with the customer.
    #[serde(default)]
    pub state: String,
    /// The pools, which layers and backups name by their place.
    pub pools: Vec<PoolPlan>,
    /// Where a scan begins.
    pub entry: Layer,
    /// A returning customer goes to his member.
    #[serde(default = "yes")]
    pub sticky: bool,
    /// The member confirms a customer before they are contacts.
    #[serde(default)]
    pub confirm: bool,
    /// Minutes for which a shown card keeps its place with the member.
    #[serde(default = "ten")]
    pub hold_min: u32,
    /// Promise a response time on the page.
    #[serde(default = "yes")]
    pub promise: bool,
    /// Heading of the page; the company's name if empty.
    #[serde(default)]
    pub title: Words,
    /// Text below it.
    #[serde(default)]
    pub intro: Words,
    /// What the customer gets.
    #[serde(default)]
    pub marks: Marks,
    /// Last moment at which a scan is served, in milliseconds since 1970.
    #[serde(default)]
    pub expires_at_ms: Option<i64>,
}

const fn yes() -> bool {
    true
}

impl Plan {
    /// A code of one pool.
    pub fn simple(name: &str, strategy: Strategy, entries: Vec<Entry>) -> Self {
        Self {
            name: name.to_owned(),
            group: String::new(),
            state: String::new(),
            pools: vec![PoolPlan {
                name: name.to_owned(),
                strategy,
                radius_m: None,
                entries,
                backup: None,
            }],
            entry: Layer::Pool(0),
            sticky: true,
            confirm: false,
            hold_min: 10,
            promise: true,
            title: Words::default(),
            intro: Words::default(),
            marks: Marks::default(),
            expires_at_ms: None,
        }
    }

    /// The pools that serve a path of choices, in the order in which they are asked: the pool at its end with its backups, then
    /// the fallbacks of the layers above, nearest first. None while the path does not reach a pool or names an unknown choice.
    pub fn route(&self, path: &[&str]) -> Option<Vec<usize>> {
        let (mut layer, mut fallbacks, mut path) = (&self.entry, Vec::new(), path.iter());
        let end = loop {
            match layer {
                Layer::Pool(pool) => break *pool,
                Layer::Ask {
                    choices, fallback, ..
                } => {
                    fallbacks.extend(*fallback);
                    let key = path.next()?;
                    layer = &choices.iter().find(|choice| choice.key == **key)?.then;
                }
            }
        };
        let mut route = Vec::new();
        for first in std::iter::once(end).chain(fallbacks.into_iter().rev()) {
            let mut next = Some(first);
            while let Some(pool) = next.filter(|pool| !route.contains(pool)) {
                route.push(pool);
                next = self.pools.get(pool)?.backup;
            }
        }
        Some(route)
    }

    /// The question that stands after a path of choices; None if the path ends at a pool or leads nowhere.
    pub fn question(&self, path: &[&str]) -> Option<(&Words, &[Choice])> {
        let mut layer = &self.entry;
        for key in path {
            let Layer::Ask { choices, .. } = layer else {
                return None;
            };
            layer = &choices.iter().find(|choice| choice.key == *key)?.then;
        }
        match layer {
            Layer::Pool(_) => None,
            Layer::Ask {
                question, choices, ..
            } => Some((question, choices)),
        }
    }
}

/// Weights that an entry may have.
pub const WEIGHTS: std::ops::RangeInclusive<u32> = 0..=WEIGHT_MAX;
