//! What is wrong with a plan, place by place, before it may be published. Whether members and departments exist is not known here.

use std::collections::HashSet;

use super::{
    Choice, ENTRIES_MAX, Entry, LAYERS_MAX, Layer, Marks, NAME_MAX, POINTS_MAX, POOLS_MAX, Plan,
    PoolPlan, STATE_MAX, TAGS_MAX, TEXT_MAX, WEIGHTS, Words,
};
use crate::{
    field,
    live_code::{hours::Hours, near::Point, pool::Strategy},
};

/// Minutes for which a card may keep its place.
pub const HOLD_MIN: std::ops::RangeInclusive<u32> = 1..=24 * 60;
/// Open conversations that a member may handle well.
pub const CAPACITY: std::ops::RangeInclusive<u32> = 1..=1000;
/// Adds that a cap may name.
pub const CAP: std::ops::RangeInclusive<u32> = 0..=1_000_000;
/// Radius that may be chosen, in metres: half around the earth reaches everybody.
pub const RADIUS_M: std::ops::RangeInclusive<f64> = 100.0..=20_100_000.0;
/// Choices of one question.
pub const CHOICES_MAX: usize = 20;
/// Welcome messages of a code.
pub const WELCOMES_MAX: usize = 10;
/// Dates of their own that one entry may have.
pub const DATES_MAX: usize = 400;
/// Stretches of one day.
pub const STRETCHES_MAX: usize = 8;
/// Longest name of a choice in links.
pub const KEY_MAX: usize = 24;
/// Refusals that are named at once; a plan has room for many more.
const NAMED_MAX: usize = 200;

/// One thing that is wrong: where, as a path of members and numbers, and a stable code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// For example `pools.0.entries.3.weight`.
    pub place: String,
    /// For example `out_of_range`.
    pub code: &'static str,
}

impl Wrong {
    /// Names a place and what is wrong there.
    pub fn new(place: impl Into<String>, code: &'static str) -> Self {
        let place = place.into();
        Self { place, code }
    }
}

/// All that is wrong with a plan, in its order; nothing if it may be published.
pub fn check(plan: &Plan, now_ms: i64) -> Vec<Wrong> {
    let mut found = Found(Vec::new());
    found.line("name", &plan.name, 1, NAME_MAX);
    found.line("group", &plan.group, 0, NAME_MAX);
    found.line("state", &plan.state, 0, STATE_MAX);
    found.unless(
        HOLD_MIN.contains(&plan.hold_min),
        "hold_min",
        "out_of_range",
    );
    let is_over = plan.expires_at_ms.is_some_and(|end| end <= now_ms);
    found.unless(!is_over, "expires_at_ms", "in_the_past");
    found.words("title", &plan.title, false);
    found.words("intro", &plan.intro, false);
    found.marks(&plan.marks);
    found.unless(!plan.pools.is_empty(), "pools", "required");
    found.unless(plan.pools.len() <= POOLS_MAX, "pools", "too_many");
    for (number, pool) in plan.pools.iter().enumerate().take(POOLS_MAX) {
        found.pool(plan, number, pool);
    }
    found.layer("entry", &plan.entry, 1, plan.pools.len());
    found.0.truncate(NAMED_MAX);
    found.0
}

struct Found(Vec<Wrong>);

impl Found {
    fn unless(&mut self, is_right: bool, place: &str, code: &'static str) {
        if !is_right {
            self.0.push(Wrong::new(place, code));
        }
    }

    fn line(&mut self, place: &str, value: &str, min: usize, max: usize) {
        if let Err(invalid) = field::line("", value, min, max) {
            self.0.push(Wrong::new(place, invalid.code));
        }
    }

    fn words(&mut self, place: &str, words: &Words, is_required: bool) {
        for (language, text) in [("zh", &words.zh), ("en", &words.en)] {
            if let Err(invalid) = field::text("", text, 0, TEXT_MAX) {
                self.0
                    .push(Wrong::new(format!("{place}.{language}"), invalid.code));
            }
        }
        let is_empty = words.zh.trim().is_empty() && words.en.trim().is_empty();
        self.unless(!(is_required && is_empty), place, "required");
    }

    fn marks(&mut self, marks: &Marks) {
        self.unless(marks.tags.len() <= TAGS_MAX, "marks.tags", "too_many");
        for (number, tag) in marks.tags.iter().enumerate().take(TAGS_MAX) {
            self.line(&format!("marks.tags.{number}"), tag, 1, NAME_MAX);
        }
        self.line("marks.remark", &marks.remark, 0, TEXT_MAX);
        let is_few = marks.welcome.len() <= WELCOMES_MAX;
        self.unless(is_few, "marks.welcome", "too_many");
        for (number, welcome) in marks.welcome.iter().enumerate().take(WELCOMES_MAX) {
            let place = format!("marks.welcome.{number}");
            self.words(&format!("{place}.text"), &welcome.text, true);
            self.hours(&format!("{place}.hours"), &welcome.hours);
        }
    }

    fn pool(&mut self, plan: &Plan, number: usize, pool: &PoolPlan) {
        let place = format!("pools.{number}");
        self.line(&format!("{place}.name"), &pool.name, 1, NAME_MAX);
        if let Some(radius) = pool.radius_m {
            let at = format!("{place}.radius_m");
            let is_near = pool.strategy == Strategy::Nearest;
            self.unless(is_near, &at, "radius_without_nearest");
            self.unless(!is_near || RADIUS_M.contains(&radius), &at, "out_of_range");
        }
        if let Some(backup) = pool.backup {
            let at = format!("{place}.backup");
            self.unless(backup < plan.pools.len(), &at, "unknown_pool");
            self.unless(!comes_back(plan, number), &at, "backup_circle");
        }
        let entries = format!("{place}.entries");
        self.unless(!pool.entries.is_empty(), &entries, "pool_empty");
        self.unless(pool.entries.len() <= ENTRIES_MAX, &entries, "too_many");
        let mut seen = HashSet::new();
        for (row, entry) in pool.entries.iter().enumerate().take(ENTRIES_MAX) {
            let at = format!("{entries}.{row}");
            self.unless(seen.insert(entry.who), &format!("{at}.who"), "named_twice");
            self.entry(&at, entry);
        }
    }

    fn entry(&mut self, place: &str, entry: &Entry) {
        let is_in = |range: &std::ops::RangeInclusive<u32>, value: Option<u32>| {
            value.is_none_or(|value| range.contains(&value))
        };
        for (name, is_right) in [
            ("weight", WEIGHTS.contains(&entry.weight)),
            ("capacity", CAPACITY.contains(&entry.capacity)),
            ("daily_cap", is_in(&CAP, entry.daily_cap)),
            ("lifetime_cap", is_in(&CAP, entry.lifetime_cap)),
        ] {
            if !is_right {
                self.0
                    .push(Wrong::new(format!("{place}.{name}"), "out_of_range"));
            }
        }
        if !entry.hours.is_always() {
            self.hours(&format!("{place}.hours"), &entry.hours);
        }
        if entry.points.len() > POINTS_MAX {
            self.0
                .push(Wrong::new(format!("{place}.points"), "too_many"));
        }
        for (number, point) in entry.points.iter().enumerate().take(POINTS_MAX) {
            if Point::new(point.latitude, point.longitude).is_none() {
                self.0.push(Wrong::new(
                    format!("{place}.points.{number}"),
                    "outside_the_globe",
                ));
            }
        }
    }

    fn hours(&mut self, place: &str, hours: &Hours) {
        if let Err(wrong) = hours.clone().checked() {
            self.0.push(Wrong::new(place, wrong.code()));
        }
        let is_few = hours.dates.len() <= DATES_MAX;
        self.unless(is_few, &format!("{place}.dates"), "too_many");
        let mut days = hours.week.iter().chain(hours.dates.values());
        let is_short = days.all(|day| day.len() <= STRETCHES_MAX);
        self.unless(is_short, place, "too_many");
    }

    fn layer(&mut self, place: &str, layer: &Layer, depth: usize, pools: usize) {
        match layer {
            Layer::Pool(pool) => self.unless(*pool < pools, place, "unknown_pool"),
            Layer::Ask {
                question,
                choices,
                fallback,
            } => {
                // The pool at the end is a layer as well.
                if depth >= LAYERS_MAX {
                    self.unless(false, place, "too_deep");
                    return;
                }
                self.words(&format!("{place}.question"), question, true);
                if let Some(pool) = fallback {
                    let at = format!("{place}.fallback");
                    self.unless(*pool < pools, &at, "unknown_pool");
                }
                let at = format!("{place}.choices");
                self.unless(!choices.is_empty(), &at, "required");
                self.unless(choices.len() <= CHOICES_MAX, &at, "too_many");
                self.choices(&at, choices, depth, pools);
            }
        }
    }

    fn choices(&mut self, place: &str, choices: &[Choice], depth: usize, pools: usize) {
        let mut seen = HashSet::new();
        for (number, choice) in choices.iter().enumerate().take(CHOICES_MAX) {
            let at = format!("{place}.{number}");
            self.unless(is_key(&choice.key), &format!("{at}.key"), "key_form");
            let is_first = seen.insert(choice.key.as_str());
            self.unless(is_first, &format!("{at}.key"), "key_taken");
            self.words(&format!("{at}.label"), &choice.label, true);
            self.layer(&format!("{at}.then"), &choice.then, depth + 1, pools);
        }
    }
}

/// Whether a text can name a choice in links.
pub fn is_key(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=KEY_MAX).contains(&text.len()) && text.bytes().all(is_part)
}

/// Whether backups lead from a pool back to it.
fn comes_back(plan: &Plan, start: usize) -> bool {
    let mut at = start;
    for _ in 0..=plan.pools.len() {
        match plan.pools.get(at).and_then(|pool| pool.backup) {
            Some(next) if next == start => return true,
            Some(next) => at = next,
            None => return false,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{id::MemberId, live_code::plan::Who};

    fn plan() -> Plan {
        let entry = Entry::of(Who::Member(MemberId::from_u128(7)));
        Plan::simple("双十一", Strategy::RoundRobin, vec![entry])
    }

    fn codes(plan: &Plan) -> Vec<(String, &'static str)> {
        let wrong = check(plan, 1000);
        wrong.into_iter().map(|one| (one.place, one.code)).collect()
    }

    fn one(place: &str, code: &'static str) -> Vec<(String, &'static str)> {
        vec![(place.to_owned(), code)]
    }

    fn ask(then: Layer) -> Layer {
        let words = Words {
            zh: "买什么？".into(),
            en: String::new(),
        };
        Layer::Ask {
            question: words.clone(),
            choices: vec![Choice {
                key: "sofa".into(),
                label: words,
                then,
            }],
            fallback: None,
        }
    }

    #[test]
    fn a_simple_plan_may_be_published() {
        assert_eq!(check(&plan(), 0), []);
    }

    #[test]
    fn numbers_and_texts_have_bounds() {
        let mut wrong = plan();
        wrong.pools[0].entries[0].weight = 1001;
        assert_eq!(
            codes(&wrong),
            one("pools.0.entries.0.weight", "out_of_range")
        );
        let mut wrong = plan();
        wrong.name = String::new();
        assert_eq!(codes(&wrong), one("name", "required"));
        let mut wrong = plan();
        wrong.expires_at_ms = Some(1000);
        assert_eq!(codes(&wrong), one("expires_at_ms", "in_the_past"));
        let mut wrong = plan();
        wrong.pools[0].radius_m = Some(5000.0);
        assert_eq!(
            codes(&wrong),
            one("pools.0.radius_m", "radius_without_nearest")
        );
        wrong.pools[0].strategy = Strategy::Nearest;
        assert_eq!(codes(&wrong), []);
        wrong.pools[0].radius_m = Some(f64::NAN);
        assert_eq!(codes(&wrong), one("pools.0.radius_m", "out_of_range"));
        wrong = plan();
        wrong.pools[0].entries[0].points = vec![Point {
            latitude: 91.0,
            longitude: 0.0,
        }];
        let place = "pools.0.entries.0.points.0";
        assert_eq!(codes(&wrong), one(place, "outside_the_globe"));
    }

    #[test]
    fn pools_are_known_filled_and_in_no_circle() {
        let mut wrong = plan();
        wrong.entry = Layer::Pool(1);
        assert_eq!(codes(&wrong), one("entry", "unknown_pool"));
        let mut wrong = plan();
        wrong.pools.push(wrong.pools[0].clone());
        wrong.pools[0].backup = Some(1);
        assert_eq!(codes(&wrong), []);
        wrong.pools[1].backup = Some(0);
        let both = ["pools.0.backup", "pools.1.backup"];
        let both = both.map(|place| (place.to_owned(), "backup_circle"));
        assert_eq!(codes(&wrong), both);
        let mut wrong = plan();
        wrong.pools[0].entries.clear();
        assert_eq!(codes(&wrong), one("pools.0.entries", "pool_empty"));
        let mut wrong = plan();
        let again = wrong.pools[0].entries[0].clone();
        wrong.pools[0].entries.push(again);
        assert_eq!(codes(&wrong), one("pools.0.entries.1.who", "named_twice"));
    }

    #[test]
    fn layers_end_after_five_and_keys_are_their_own() {
        let mut deep = plan();
        for _ in 1..LAYERS_MAX {
            deep.entry = ask(deep.entry);
        }
        assert_eq!(codes(&deep), []);
        deep.entry = ask(deep.entry);
        assert_eq!(codes(&deep).len(), 1);
        assert_eq!(codes(&deep)[0].1, "too_deep");
        let mut wrong = plan();
        wrong.entry = ask(Layer::Pool(0));
        let Layer::Ask { choices, .. } = &mut wrong.entry else {
            unreachable!()
        };
        choices.push(choices[0].clone());
        assert_eq!(codes(&wrong), one("entry.choices.1.key", "key_taken"));
        let Layer::Ask { choices, .. } = &mut wrong.entry else {
            unreachable!()
        };
        choices[1].key = "so.fa".into();
        assert_eq!(codes(&wrong), one("entry.choices.1.key", "key_form"));
    }
}
