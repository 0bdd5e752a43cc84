//! Parts of a draft as forms: what each of them changes in the plan, and what was typed that makes no sense.
//!
//! A form is read into the plan as it is now, so that two who edit different parts do not undo each other.

use guanxi_model::{
    id::MemberId,
    live_code::{
        plan::{Choice, Entry, Layer, Marks, Plan, PoolPlan, Welcome, Who, Words, check::Wrong},
        pool::Strategy,
    },
};
use jiff::tz::TimeZone;

use super::hours::{self, Typed};
use crate::auth::Form;

/// Strategies in the order of the form.
pub(super) const STRATEGIES: [Strategy; 4] = [
    Strategy::RoundRobin,
    Strategy::Weighted,
    Strategy::LeastLoaded,
    Strategy::Nearest,
];

/// Stable name of a strategy, for forms and keys of texts.
pub(super) const fn strategy_name(strategy: Strategy) -> &'static str {
    match strategy {
        Strategy::RoundRobin => "round_robin",
        Strategy::Weighted => "weighted",
        Strategy::LeastLoaded => "least_loaded",
        Strategy::Nearest => "nearest",
    }
}

/// Welcome messages that the form has room for.
pub(super) const WELCOMES: usize = 3;
/// Empty lines that the form of a question offers.
pub(super) const NEW_CHOICES: usize = 3;

/// One form of the editor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// Names, texts, marks and terms.
    Basics,
    /// A pool with the terms of its entries.
    Pool(usize),
    /// Members and departments that are added to a pool.
    Add(usize),
    /// One entry: its hours and places.
    Entry(usize, Who),
    /// The layer after these choices.
    Layer(Vec<String>),
    /// A new pool.
    NewPool,
    /// A pool that is taken away.
    DropPool(usize),
}

/// What a form came to.
pub(super) type Read = Result<(), Vec<Wrong>>;

impl Part {
    /// Whether the plan has this part.
    pub(super) fn is_in(&self, plan: &Plan) -> bool {
        match self {
            Self::Basics | Self::NewPool => true,
            Self::Pool(pool) | Self::Add(pool) | Self::DropPool(pool) => *pool < plan.pools.len(),
            Self::Entry(pool, entry) => plan
                .pools
                .get(*pool)
                .is_some_and(|pool| pool.entries.iter().any(|one| one.who == *entry)),
            Self::Layer(path) => layer_at(&plan.entry, path).is_some(),
        }
    }

    /// Reads the form into the plan.
    pub(super) fn read(&self, form: &Form, plan: &mut Plan, zone: &TimeZone) -> Read {
        let mut wrong = Vec::new();
        match self {
            Self::Basics => basics(form, plan, zone, &mut wrong),
            Self::Pool(number) => pool(form, *number, plan, &mut wrong),
            Self::Add(number) => add(form, *number, plan),
            Self::Entry(pool, entry) => one(form, *pool, *entry, plan, &mut wrong),
            Self::Layer(path) => layer(form, path, plan, &mut wrong),
            Self::NewPool => plan.pools.push(PoolPlan {
                name: form.text("name").trim().to_owned(),
                strategy: Strategy::RoundRobin,
                radius_m: None,
                entries: Vec::new(),
                backup: None,
            }),
            Self::DropPool(number) => drop_pool(plan, *number, &mut wrong),
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}

fn text(form: &Form, name: &str) -> String {
    form.text(name).trim().to_owned()
}

fn words(form: &Form, name: &str) -> Words {
    Words {
        zh: text(form, &format!("{name}.zh")),
        en: text(form, &format!("{name}.en")),
    }
}

/// A whole number; an empty field is what `empty` says.
fn number<T: std::str::FromStr>(
    form: &Form,
    name: &str,
    empty: Option<T>,
    wrong: &mut Vec<Wrong>,
) -> Option<T> {
    let typed = form.text(name).trim();
    if typed.is_empty() {
        return empty;
    }
    let read = typed.parse().ok();
    if read.is_none() {
        wrong.push(Wrong::new(name, "number"));
    }
    read
}

fn basics(form: &Form, plan: &mut Plan, zone: &TimeZone, wrong: &mut Vec<Wrong>) {
    plan.name = text(form, "name");
    plan.group = text(form, "group");
    plan.state = text(form, "state");
    plan.hold_min = number(form, "hold_min", Some(10), wrong).unwrap_or(plan.hold_min);
    if let Ok(moment) = hours::moment(form.text("expires_at_ms"), zone) {
        plan.expires_at_ms = moment;
    } else {
        wrong.push(Wrong::new("expires_at_ms", "moment"));
    }
    plan.sticky = form.is_on("sticky");
    plan.confirm = form.is_on("confirm");
    plan.promise = form.is_on("promise");
    plan.title = words(form, "title");
    plan.intro = words(form, "intro");
    let tags = form.text("marks.tags").split(['\n', ',', '，', '、']);
    let tags = tags.map(|tag| tag.trim().to_owned());
    let mut welcome = Vec::new();
    for row in 0..WELCOMES.max(plan.marks.welcome.len()) {
        let place = format!("marks.welcome.{row}");
        let said = words(form, &format!("{place}.text"));
        if said == Words::default() {
            continue;
        }
        let typed = form.text(&format!("{place}.hours"));
        // The field has room for hours that are the same every day: others, which came by REST, stay unless it is changed.
        let before = plan.marks.welcome.get(row).map(|one| &one.hours);
        if let Some(kept) = before.filter(|one| hours::first_day_text(one) == typed.trim()) {
            welcome.push(Welcome {
                hours: kept.clone(),
                text: said,
            });
            continue;
        }
        match Typed::day(typed) {
            Ok(day) => welcome.push(Welcome {
                hours: hours::every_day(day),
                text: said,
            }),
            Err(()) => wrong.push(Wrong::new(format!("{place}.hours"), "hours_form")),
        }
    }
    plan.marks = Marks {
        tags: tags.filter(|tag| !tag.is_empty()).collect(),
        remark: text(form, "marks.remark"),
        welcome,
    };
}

/// The terms of one entry, from fields that begin with `at`.
fn terms(form: &Form, at: &str, entry: &mut Entry, wrong: &mut Vec<Wrong>) {
    let name = |field: &str| format!("{at}.{field}");
    entry.weight = number(form, &name("weight"), Some(1), wrong).unwrap_or(entry.weight);
    entry.capacity = number(form, &name("capacity"), Some(10), wrong).unwrap_or(entry.capacity);
    entry.daily_cap = number(form, &name("daily_cap"), None, wrong);
    entry.lifetime_cap = number(form, &name("lifetime_cap"), None, wrong);
}

fn pool(form: &Form, number_of: usize, plan: &mut Plan, wrong: &mut Vec<Wrong>) {
    let pools = plan.pools.len();
    let pool = &mut plan.pools[number_of];
    let place = format!("pools.{number_of}");
    pool.name = text(form, "name");
    let strategy = form.text("strategy");
    let chosen = STRATEGIES
        .into_iter()
        .find(|one| strategy_name(*one) == strategy);
    pool.strategy = chosen.unwrap_or(pool.strategy);
    let radius: Option<f64> = number(form, "radius_km", None, wrong);
    pool.radius_m = radius.map(|km| km * 1000.0);
    pool.backup = form.parse("backup").filter(|backup| *backup < pools);
    for entry in &mut pool.entries {
        let at = format!("{place}.entries.{}", value(entry.who));
        // Rows of other pages were not sent.
        if form.find(&format!("{at}.weight")).is_some() {
            terms(form, &at, entry, wrong);
        }
    }
    let ticked: Vec<Who> = form.all("pick").filter_map(who).collect();
    let meant = |entry: &Entry| form.text("meant") == "all" || ticked.contains(&entry.who);
    match form.text("act") {
        "remove" => pool.entries.retain(|entry| !meant(entry)),
        "set" => {
            let hours = match Typed::read(form, "many.hours") {
                Ok(hours) => hours,
                Err(more) => {
                    wrong.extend(more);
                    return;
                }
            };
            let weight: Option<u32> = number(form, "many.weight", None, wrong);
            let capacity: Option<u32> = number(form, "many.capacity", None, wrong);
            let daily: Option<u32> = number(form, "many.daily_cap", None, wrong);
            let lifetime: Option<u32> = number(form, "many.lifetime_cap", None, wrong);
            for entry in pool.entries.iter_mut().filter(|entry| meant(entry)) {
                entry.weight = weight.unwrap_or(entry.weight);
                entry.capacity = capacity.unwrap_or(entry.capacity);
                entry.daily_cap = daily.or(entry.daily_cap);
                entry.lifetime_cap = lifetime.or(entry.lifetime_cap);
                if form.is_on("many.hours.set") {
                    entry.hours.clone_from(&hours);
                }
            }
        }
        _ => {}
    }
}

/// Who is meant by a value of a form: `d12` or `m` and the member's id.
pub(super) fn who(value: &str) -> Option<Who> {
    let (kind, id) = value.split_at_checked(1)?;
    match kind {
        "m" => id.parse::<MemberId>().ok().map(Who::Member),
        "d" => {
            let id = id.parse().ok()?;
            Some(Who::Department(guanxi_model::department::DepartmentId(id)))
        }
        _ => None,
    }
}

/// The same as text.
pub(super) fn value(who: Who) -> String {
    match who {
        Who::Member(id) => format!("m{id}"),
        Who::Department(id) => format!("d{}", id.0),
    }
}

fn add(form: &Form, number: usize, plan: &mut Plan) {
    let pool = &mut plan.pools[number];
    for who in form.all("who").filter_map(who) {
        if pool.entries.iter().all(|entry| entry.who != who) {
            pool.entries.push(Entry::of(who));
        }
    }
}

fn one(form: &Form, pool: usize, who: Who, plan: &mut Plan, wrong: &mut Vec<Wrong>) {
    let mut entries = plan.pools[pool].entries.iter_mut();
    let Some(entry) = entries.find(|entry| entry.who == who) else {
        return;
    };
    let at = "one";
    terms(form, at, entry, wrong);
    match Typed::read(form, &format!("{at}.hours")) {
        Ok(hours) => entry.hours = hours,
        Err(more) => wrong.extend(more),
    }
    match hours::points(form.text(&format!("{at}.points"))) {
        Ok(points) => entry.points = points,
        Err(()) => wrong.push(Wrong::new(format!("{at}.points"), "points_form")),
    }
}

/// The layer that a path of choices leads to.
pub(super) fn layer_at<'a>(mut layer: &'a Layer, path: &[String]) -> Option<&'a Layer> {
    for key in path {
        let Layer::Ask { choices, .. } = layer else {
            return None;
        };
        layer = &choices.iter().find(|choice| choice.key == *key)?.then;
    }
    Some(layer)
}

fn layer_mut<'a>(mut layer: &'a mut Layer, path: &[String]) -> Option<&'a mut Layer> {
    for key in path {
        let Layer::Ask { choices, .. } = layer else {
            return None;
        };
        layer = &mut choices.iter_mut().find(|choice| choice.key == *key)?.then;
    }
    Some(layer)
}

/// A target as typed: the number of a pool, or `ask` for a question of its own, which keeps the one that is there.
fn target(typed: &str, old: Option<&Layer>) -> Layer {
    match (typed.parse(), old) {
        (Ok(pool), _) => Layer::Pool(pool),
        (Err(_), Some(ask @ Layer::Ask { .. })) => ask.clone(),
        (Err(_), _) => Layer::Ask {
            question: Words::default(),
            choices: Vec::new(),
            fallback: None,
        },
    }
}

fn layer(form: &Form, path: &[String], plan: &mut Plan, wrong: &mut Vec<Wrong>) {
    let Some(layer) = layer_mut(&mut plan.entry, path) else {
        wrong.push(Wrong::new("layer", "changed"));
        return;
    };
    if let Some(to) = form.find("begin") {
        let old = layer.clone();
        *layer = target(to, Some(&old));
    }
    let Layer::Ask {
        question,
        choices,
        fallback,
    } = layer
    else {
        return;
    };
    if form.find("question.zh").is_none() {
        return;
    }
    *question = words(form, "question");
    *fallback = form.parse("fallback");
    let mut new = Vec::new();
    for row in 0..choices.len() + NEW_CHOICES {
        let at = format!("choices.{row}");
        let key = text(form, &format!("{at}.key"));
        let label = words(form, &format!("{at}.label"));
        if key.is_empty() && label == Words::default() {
            continue;
        }
        let old = choices.get(row).map(|choice| &choice.then);
        let then = target(form.text(&format!("{at}.then")), old);
        new.push(Choice { key, label, then });
    }
    *choices = new;
}

/// Takes a pool away that nothing leads to; numbers of those behind it move up.
fn drop_pool(plan: &mut Plan, number: usize, wrong: &mut Vec<Wrong>) {
    let is_backup = plan.pools.iter().any(|pool| pool.backup == Some(number));
    if is_backup || leads_to(&plan.entry, number) {
        wrong.push(Wrong::new("pool", "pool_in_use"));
        return;
    }
    plan.pools.remove(number);
    for pool in &mut plan.pools {
        pool.backup = pool.backup.map(|one| one - usize::from(one > number));
    }
    renumber(&mut plan.entry, number);
}

fn leads_to(layer: &Layer, number: usize) -> bool {
    match layer {
        Layer::Pool(pool) => *pool == number,
        Layer::Ask {
            choices, fallback, ..
        } => *fallback == Some(number) || choices.iter().any(|one| leads_to(&one.then, number)),
    }
}

fn renumber(layer: &mut Layer, gone: usize) {
    match layer {
        Layer::Pool(pool) => *pool -= usize::from(*pool > gone),
        Layer::Ask {
            choices, fallback, ..
        } => {
            *fallback = fallback.map(|one| one - usize::from(one > gone));
            for choice in choices {
                renumber(&mut choice.then, gone);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use guanxi_model::live_code::hours::{Hours, Stretch};

    use super::*;

    #[test]
    fn hours_of_a_welcome_stay_that_the_field_has_no_room_for() {
        let stretch = |from_min, to_min| Stretch { from_min, to_min };
        let mut hours: Hours = hours::every_day(vec![stretch(540, 720)]);
        hours.week[6] = vec![stretch(600, 660)];
        let mut plan = Plan::simple("门店", Strategy::RoundRobin, Vec::new());
        plan.marks.welcome = vec![Welcome {
            hours: hours.clone(),
            text: Words::default(),
        }];
        let (zone, mut wrong) = (TimeZone::UTC, Vec::new());
        let form = |typed: &str| {
            let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
            let text = field("marks.welcome.0.text.zh", "您好");
            Form::from(vec![text, field("marks.welcome.0.hours", typed)])
        };
        basics(&form("9:00-12:00"), &mut plan, &zone, &mut wrong);
        assert_eq!(plan.marks.welcome[0].hours, hours);
        basics(&form("10:00-12:00"), &mut plan, &zone, &mut wrong);
        let flat = hours::every_day(vec![stretch(600, 720)]);
        assert_eq!(plan.marks.welcome[0].hours, flat);
    }
}
