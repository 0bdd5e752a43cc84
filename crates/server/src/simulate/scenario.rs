//! A scenario file: days of scans and the members who meet them, in TOML.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use anyhow::{Context as _, Result, bail, ensure};
use guanxi_model::live_code::{
    hours::{Hours, Stretch},
    pool::{Strategy, Terms},
    simulate::{self, Pace, Rate, Visitors},
    turn::WEIGHT_MAX,
};
use jiff::{ToSpan as _, civil::Date, tz::TimeZone};
use serde::Deserialize;

/// Members of one scenario at the most.
const MEMBERS_MAX: u32 = 10_000;
/// Days of one scenario at the most.
const DAYS_MAX: u32 = 31;
/// Minutes of a day.
const DAY_MIN: u16 = 24 * 60;

/// Scenarios in the binary, by the names under which they are asked for.
pub(super) const SHIPPED: [(&str, &str); 3] = [
    ("sale-day", include_str!("../../scenarios/sale-day.toml")),
    (
        "quiet-week",
        include_str!("../../scenarios/quiet-week.toml"),
    ),
    (
        "crowded-pool",
        include_str!("../../scenarios/crowded-pool.toml"),
    ),
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: String,
    zone: String,
    date: String,
    from: String,
    to: String,
    #[serde(default = "one")]
    days: u32,
    #[serde(default)]
    seed: u64,
    strategies: Vec<Strategy>,
    promise_s: u32,
    #[serde(default = "ten")]
    hold_min: u32,
    visitors: Guests,
    #[serde(default)]
    curve: Vec<Knee>,
    scans: Option<String>,
    members: Vec<Group>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Guests {
    adding: f64,
    add_s: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Knee {
    at: String,
    per_hour: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    name: String,
    #[serde(default = "one")]
    count: u32,
    #[serde(default = "one")]
    weight: u32,
    #[serde(default = "ten")]
    capacity: u32,
    daily_cap: Option<u32>,
    lifetime_cap: Option<u32>,
    #[serde(default)]
    hours: Vec<(String, String)>,
    #[serde(default)]
    days_off: Vec<String>,
    answer_s: f64,
    open_min: f64,
}

const fn one() -> u32 {
    1
}

const fn ten() -> u32 {
    10
}

/// A scenario that can be played.
pub(super) struct Scenario {
    /// What it is called.
    pub(super) title: String,
    /// Strategies to compare.
    pub(super) strategies: Vec<Strategy>,
    /// Names of the groups, with how many members each has, in the order of the members.
    pub(super) groups: Vec<(String, usize)>,
    /// The days.
    pub(super) day: simulate::Scenario,
}

/// Reads a scenario by its name in the binary or from a file.
pub(super) fn read(name: &str) -> Result<Scenario> {
    if let Some((_, text)) = SHIPPED.iter().find(|(known, _)| *known == name) {
        return parse(text, Path::new("."));
    }
    let path = Path::new(name);
    let text = std::fs::read_to_string(path).with_context(|| {
        let known: Vec<&str> = SHIPPED.iter().map(|(name, _)| *name).collect();
        format!(
            "no file {name}, and no scenario of that name; there are {}",
            known.join(", ")
        )
    })?;
    parse(&text, path.parent().unwrap_or(Path::new(".")))
        .with_context(|| format!("the scenario {name} cannot be played"))
}

fn parse(text: &str, folder: &Path) -> Result<Scenario> {
    let file: File = toml::from_str(text)?;
    let zone = TimeZone::get(&file.zone).with_context(|| format!("no time zone {}", file.zone))?;
    let date: Date = file
        .date
        .parse()
        .with_context(|| format!("{} is no date", file.date))?;
    ensure!((1..=DAYS_MAX).contains(&file.days), "days: 1 to {DAYS_MAX}");
    ensure!(!file.strategies.is_empty(), "strategies: at least one");
    ensure!(
        (0.0..=1.0).contains(&file.visitors.adding),
        "visitors.adding: 0 to 1"
    );
    let from = minute(&file.from)?;
    let to = minute(&file.to)?;
    ensure!(from < to, "to: later than from");
    let at = |day: u32, minute: u16| moment(&zone, date, day, minute);
    let mut scans = match &file.scans {
        Some(path) => past_scans(&folder.join(path), &zone)?,
        None => curve(&file, &at)?,
    };
    scans.sort_unstable();
    ensure!(
        scans.len() < simulate::SCANS_MAX,
        "more than {} scans in one run",
        simulate::SCANS_MAX
    );
    let members = members(&file.members)?;
    let groups = file.members.iter();
    let groups = groups.map(|group| (group.name.clone(), group.count as usize));
    let last = scans.last().copied().unwrap_or_default();
    Ok(Scenario {
        title: file.title,
        strategies: file.strategies,
        groups: groups.collect(),
        day: simulate::Scenario {
            seed: file.seed,
            starts_at_ms: at(0, from)?.min(scans.first().copied().unwrap_or(i64::MAX)),
            ends_at_ms: at(file.days - 1, to)?.max(last),
            zone,
            scans,
            visitors: Visitors {
                adding: file.visitors.adding,
                add_s: positive("visitors.add_s", file.visitors.add_s)?,
            },
            members,
            hold_ms: i64::from(file.hold_min) * 60_000,
            promise_s: i64::from(file.promise_s),
        },
    })
}

fn curve(file: &File, at: &impl Fn(u32, u16) -> Result<i64>) -> Result<Vec<i64>> {
    ensure!(
        file.curve.len() > 1,
        "curve: at least two points, or scans = \"FILE\""
    );
    let mut rates = Vec::new();
    for day in 0..file.days {
        for knee in &file.curve {
            ensure!(
                knee.per_hour >= 0.0 && knee.per_hour.is_finite(),
                "curve.per_hour: 0 or more"
            );
            rates.push(Rate {
                at_ms: at(day, minute(&knee.at)?)?,
                per_hour: knee.per_hour,
            });
        }
    }
    ensure!(
        rates.is_sorted_by_key(|rate| rate.at_ms),
        "curve: later times come later"
    );
    Ok(simulate::arrivals(file.seed, &rates))
}

/// Times of a file of past scans: the first column, a time with its offset or one on the wall of the scenario's zone.
fn past_scans(path: &Path, zone: &TimeZone) -> Result<Vec<i64>> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("no file {}", path.display()))?;
    let mut scans = Vec::new();
    for (number, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let first = line.split([',', ';', '\t']).next().unwrap_or_default();
        let first = first.trim().trim_matches('"');
        match time(first, zone) {
            Some(at_ms) => scans.push(at_ms),
            // A head is no time.
            None if number == 0 || first.is_empty() => {}
            None => bail!(
                "{}, line {}: {first} is no time",
                path.display(),
                number + 1
            ),
        }
    }
    Ok(scans)
}

fn time(text: &str, zone: &TimeZone) -> Option<i64> {
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return Some(at.as_millisecond());
    }
    let wall: jiff::civil::DateTime = text.parse().ok()?;
    Some(zone.to_timestamp(wall).ok()?.as_millisecond())
}

fn members(groups: &[Group]) -> Result<Vec<(Terms, Pace)>> {
    let mut members = Vec::new();
    for group in groups {
        ensure!(
            group.weight <= WEIGHT_MAX,
            "members.weight: 0 to {WEIGHT_MAX}"
        );
        let terms = Terms {
            weight: group.weight,
            capacity: group.capacity,
            daily_cap: group.daily_cap,
            lifetime_cap: group.lifetime_cap,
            hours: Arc::new(hours(group)?),
            points: Vec::new(),
        };
        let pace = Pace {
            answer_s: positive("members.answer_s", group.answer_s)?,
            open_s: positive("members.open_min", group.open_min)? * 60.0,
        };
        ensure!(
            members.len() + group.count as usize <= MEMBERS_MAX as usize,
            "members: {MEMBERS_MAX} at the most"
        );
        members.extend((0..group.count).map(|_| (terms.clone(), pace)));
    }
    Ok(members)
}

fn hours(group: &Group) -> Result<Hours> {
    let mut day = Vec::new();
    for (from, to) in &group.hours {
        day.push(Stretch {
            from_min: minute(from)?,
            to_min: minute(to)?,
        });
    }
    let mut dates = BTreeMap::new();
    for off in &group.days_off {
        dates.insert(
            off.parse().with_context(|| format!("{off} is no date"))?,
            Vec::new(),
        );
    }
    let week = if day.is_empty() {
        Vec::new()
    } else {
        vec![day; 7]
    };
    Ok(Hours { week, dates }.checked()?)
}

fn positive(name: &str, value: f64) -> Result<f64> {
    ensure!(value > 0.0 && value.is_finite(), "{name}: more than 0");
    Ok(value)
}

/// Minutes since midnight; 24:00 is the end of the day.
fn minute(text: &str) -> Result<u16> {
    let parts = text
        .split_once(':')
        .map(|(hour, minute)| (hour.parse::<u16>(), minute.parse::<u16>()));
    match parts {
        Some((Ok(hour), Ok(minute))) if minute < 60 && hour * 60 + minute <= DAY_MIN => {
            Ok(hour * 60 + minute)
        }
        _ => bail!("{text} is no time of a day, such as 09:30"),
    }
}

fn moment(zone: &TimeZone, first: Date, day: u32, minute: u16) -> Result<i64> {
    let date = first.checked_add(i64::from(day).days())?;
    let wall = date
        .at(0, 0, 0, 0)
        .checked_add(i64::from(minute).minutes())?;
    Ok(zone.to_timestamp(wall)?.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_scenario_can_be_played() {
        for (name, _) in SHIPPED {
            let scenario = read(name).unwrap();
            assert!(!scenario.day.scans.is_empty(), "{name}");
            assert!(scenario.strategies.len() > 1, "{name}");
        }
    }

    #[test]
    fn a_mistake_is_told_by_its_place() {
        let good = SHIPPED[1].1;
        let wrong = [
            (
                "zone = \"Europe/Berlin\"",
                "zone = \"Europe/Bonn\"",
                "no time zone Europe/Bonn",
            ),
            (
                "date = \"2026-03-23\"",
                "date = \"2026-02-30\"",
                "is no date",
            ),
            ("adding = 0.6", "adding = 6.0", "visitors.adding"),
            ("answer_s = 120", "answer_s = 0", "members.answer_s"),
            ("\"13:00\"", "\"1 pm\"", "1 pm is no time of a day"),
            ("days = 7", "days = 700", "days: 1 to 31"),
            ("seed = 3", "sead = 3", "sead"),
        ];
        for (from, to, told) in wrong {
            let text = good.replace(from, to);
            assert_ne!(text, good, "{from}");
            let error = parse(&text, Path::new(".")).err().unwrap();
            assert!(format!("{error:#}").contains(told), "{error:#}");
        }
    }

    #[test]
    fn past_scans_are_read_with_or_without_an_offset() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scans.csv");
        let text = "\u{feff}time,outcome\r\n2026-03-23 09:30:00,shown\r\n\"2026-03-23T09:31:00+01:00\",added\r\n";
        std::fs::write(&path, text).unwrap();
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let scans = past_scans(&path, &zone).unwrap();
        assert_eq!(scans[1] - scans[0], 60_000);
        std::fs::write(&path, "time\nyesterday\n").unwrap();
        let error = past_scans(&path, &zone).unwrap_err().to_string();
        assert!(error.contains("line 2: yesterday is no time"), "{error}");
    }
}
