//! Working hours: when a member receives customers, by the clock on the wall of the corp's time zone.
//!
//! Hours are wall times, so that nine o'clock stays nine o'clock when clocks are changed. A wall time that a change leaves out
//! never comes; one that comes twice counts both times.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, DateTime, Time, Weekday},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};

use crate::corp::DAY_MS;

/// Minutes of a day on the wall.
const DAY_MIN: u16 = 24 * 60;
/// Days that are searched for the next change; beyond them nothing is planned.
const HORIZON_DAYS: i64 = 370;

/// A stretch of a day, in minutes since midnight. One that ends at or before its beginning reaches into the next day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch {
    /// First minute.
    pub from_min: u16,
    /// First minute that no longer belongs to it; 1,440 is the end of the day.
    pub to_min: u16,
}

/// Hours of a week with exceptions for single dates. The default is always on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hours {
    /// Stretches of each weekday, Monday first; no days at all mean always.
    pub week: Vec<Vec<Stretch>>,
    /// Stretches of single dates, in place of those of their weekdays; an empty list is a day off.
    #[serde(with = "by_date")]
    pub dates: BTreeMap<Date, Vec<Stretch>>,
}

/// Dates are written as texts.
mod by_date {
    use std::collections::BTreeMap;

    use jiff::civil::Date;
    use serde::{Deserialize, Deserializer, Serializer, de};

    use super::Stretch;

    type Dates = BTreeMap<Date, Vec<Stretch>>;

    pub(super) fn serialize<S: Serializer>(dates: &Dates, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(dates.iter().map(|(date, day)| (date.to_string(), day)))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Dates, D::Error> {
        BTreeMap::<String, Vec<Stretch>>::deserialize(from)?
            .into_iter()
            .map(|(date, day)| Ok((date.parse().map_err(de::Error::custom)?, day)))
            .collect()
    }
}

/// Hours that make no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongHours {
    /// A week has seven days, or none for always.
    #[error("a week has seven days")]
    Week,
    /// A minute lies outside the day.
    #[error("a minute lies outside the day")]
    Minute,
}

impl WrongHours {
    /// Stable code, for interfaces and keys of texts.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Week => "hours_week",
            Self::Minute => "hours_minute",
        }
    }
}

impl Hours {
    /// Checks that every stretch lies within a day.
    pub fn checked(self) -> Result<Self, WrongHours> {
        if !matches!(self.week.len(), 0 | 7) {
            return Err(WrongHours::Week);
        }
        let mut all = self.week.iter().chain(self.dates.values()).flatten();
        if all.any(|stretch| stretch.from_min >= DAY_MIN || stretch.to_min > DAY_MIN) {
            return Err(WrongHours::Minute);
        }
        Ok(self)
    }

    /// Whether these hours never end.
    pub fn is_always(&self) -> bool {
        self.week.is_empty() && self.dates.is_empty()
    }

    fn of(&self, date: Date) -> Option<&[Stretch]> {
        if let Some(special) = self.dates.get(&date) {
            return Some(special);
        }
        let day = date.weekday().since(Weekday::Monday);
        self.week
            .get(usize::try_from(day).unwrap_or_default())
            .map(Vec::as_slice)
    }

    /// Whether a moment, in milliseconds since 1970, lies within the hours.
    pub fn are_on(&self, zone: &TimeZone, at_ms: i64) -> bool {
        if self.is_always() {
            return true;
        }
        let Ok(at) = Timestamp::from_millisecond(at_ms) else {
            return false;
        };
        let wall = zone.to_datetime(at);
        let minute = minute_of(wall.time());
        // Without a week, only the dates that are named are limited.
        let today = self.of(wall.date()).map_or(self.week.is_empty(), |day| {
            day.iter().any(|stretch| {
                let end = if stretch.to_min > stretch.from_min {
                    stretch.to_min
                } else {
                    DAY_MIN
                };
                (stretch.from_min..end).contains(&minute)
            })
        });
        today
            || wall.date().yesterday().is_ok_and(|yesterday| {
                self.of(yesterday).is_some_and(|day| {
                    day.iter().any(|stretch| {
                        stretch.to_min <= stretch.from_min && minute < stretch.to_min
                    })
                })
            })
    }

    /// When the hours begin or end next after a moment, in milliseconds since 1970; None if nothing changes within a year.
    pub fn next_change(&self, zone: &TimeZone, at_ms: i64) -> Option<i64> {
        if self.is_always() {
            return None;
        }
        let at = Timestamp::from_millisecond(at_ms).ok()?;
        let is_on = self.are_on(zone, at_ms);
        let mut day = zone.to_datetime(at).date().yesterday().ok()?;
        // A change of the clock may begin or end hours without any of their edges.
        let until = at.checked_add((HORIZON_DAYS * 24).hours()).ok()?;
        let mut edges: BTreeSet<i64> = zone
            .following(at)
            .map(|shift| shift.timestamp())
            .take_while(|shift| *shift < until)
            .map(Timestamp::as_millisecond)
            .collect();
        for _ in 0..HORIZON_DAYS {
            edges.extend(self.edges(zone, day));
            day = day.tomorrow().ok()?;
            // A clock may skip a whole day, so that edges of later days come first: those of the last days wait for them.
            let midnight = instants(zone, day.to_datetime(Time::midnight()));
            let sure_ms = midnight.into_iter().min()? - 2 * DAY_MS;
            while edges.first().is_some_and(|edge| *edge <= sure_ms) {
                let edge = edges.pop_first()?;
                if edge > at_ms && self.are_on(zone, edge) != is_on {
                    return Some(edge);
                }
            }
        }
        None
    }

    /// All moments at which stretches of a date may begin or end.
    fn edges(&self, zone: &TimeZone, date: Date) -> Vec<i64> {
        let mut edges = instants(zone, date.to_datetime(Time::midnight()));
        for stretch in self.of(date).unwrap_or_default() {
            let ends_next_day = stretch.to_min <= stretch.from_min || stretch.to_min == DAY_MIN;
            let end = if ends_next_day {
                date.tomorrow().unwrap_or(date)
            } else {
                date
            };
            for (day, minute) in [(date, stretch.from_min), (end, stretch.to_min % DAY_MIN)] {
                edges.extend(instants(zone, at_minute(day, minute)));
            }
        }
        edges
    }
}

fn minute_of(time: Time) -> u16 {
    u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs())
}

fn at_minute(date: Date, minute: u16) -> DateTime {
    let part = |value: u16| i8::try_from(value).unwrap_or_default();
    date.at(part(minute / 60), part(minute % 60), 0, 0)
}

/// The moments that a wall time may stand for: one, or two around a change of the clock.
fn instants(zone: &TimeZone, wall: DateTime) -> Vec<i64> {
    let ambiguous = zone.to_ambiguous_timestamp(wall);
    let mut found: Vec<i64> = [ambiguous.earlier(), ambiguous.later()]
        .into_iter()
        .flatten()
        .map(Timestamp::as_millisecond)
        .collect();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stretch(from_min: u16, to_min: u16) -> Stretch {
        Stretch { from_min, to_min }
    }

    fn at(zone: &TimeZone, wall: &str) -> i64 {
        let wall: DateTime = wall.parse().unwrap();
        zone.to_timestamp(wall).unwrap().as_millisecond()
    }

    #[test]
    fn office_hours_begin_and_end() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let week = (0..7).map(|day| {
            if day < 5 {
                vec![stretch(540, 1080)]
            } else {
                vec![]
            }
        });
        let hours = Hours {
            week: week.collect(),
            ..Hours::default()
        };
        // A Friday evening: on again on Monday morning.
        let friday = at(&zone, "2026-11-27T18:00");
        assert!(hours.are_on(&zone, friday - 1));
        assert!(!hours.are_on(&zone, friday));
        assert_eq!(
            hours.next_change(&zone, friday),
            Some(at(&zone, "2026-11-30T09:00"))
        );
    }

    #[test]
    fn a_night_reaches_into_the_next_day() {
        let zone = TimeZone::UTC;
        let mut hours = Hours {
            week: vec![vec![]; 7],
            ..Hours::default()
        };
        hours.week[4] = vec![stretch(1320, 360)];
        let begins = at(&zone, "2026-11-27T22:00");
        assert_eq!(hours.next_change(&zone, begins - 1), Some(begins));
        assert_eq!(
            hours.next_change(&zone, begins),
            Some(at(&zone, "2026-11-28T06:00"))
        );
    }

    #[test]
    fn a_date_of_its_own_replaces_its_weekday() {
        let zone = TimeZone::UTC;
        let mut hours = Hours {
            week: vec![vec![stretch(0, 1440)]; 7],
            ..Hours::default()
        };
        hours.dates.insert("2026-10-01".parse().unwrap(), vec![]);
        let off = at(&zone, "2026-10-01T00:00");
        assert_eq!(hours.next_change(&zone, off - 1000), Some(off));
        assert_eq!(hours.next_change(&zone, off), Some(off + 86_400_000));
    }

    #[test]
    fn always_never_changes() {
        let hours = Hours::default();
        assert!(hours.are_on(&TimeZone::UTC, 0));
        assert_eq!(hours.next_change(&TimeZone::UTC, 0), None);
        let wrong = Hours {
            week: vec![vec![stretch(0, 1441)]; 7],
            ..Hours::default()
        };
        assert_eq!(wrong.checked(), Err(WrongHours::Minute));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        /// Minute by minute over days in which clocks are changed.
        #[test]
        fn changes_are_found_to_the_minute(
            zone in prop::sample::select(vec![
                "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo",
                "Pacific/Apia", "Africa/Casablanca", "Asia/Kathmandu", "Asia/Shanghai",
            ]),
            start in prop::sample::select(vec![
                "2026-03-07T00:00Z", "2026-03-28T00:00Z", "2026-10-24T00:00Z", "2026-10-31T00:00Z",
                "2011-12-29T00:00Z", "2018-11-03T00:00Z", "2026-04-04T00:00Z",
            ]),
            week in prop::collection::vec(
                prop::collection::vec((0_u16..1440, 0_u16..=1440), 0..3), 7),
        ) {
            let zone = TimeZone::get(zone).unwrap();
            let week = week
                .into_iter()
                .map(|day| day.into_iter().map(|(from, to)| stretch(from, to)).collect())
                .collect();
            let hours = Hours { week, ..Hours::default() }.checked().unwrap();
            let start: Timestamp = start.parse().unwrap();
            let start_ms = start.as_millisecond();
            let minutes = (0..3 * 1440).map(|minute| start_ms + minute * 60_000);
            let mut expected = Vec::new();
            let mut before = hours.are_on(&zone, start_ms);
            for minute in minutes {
                let now = hours.are_on(&zone, minute);
                if now != before {
                    expected.push(minute);
                    before = now;
                }
            }
            let mut found = Vec::new();
            let mut at = start_ms;
            while let Some(next) = hours.next_change(&zone, at) {
                if next >= start_ms + 3 * 1440 * 60_000 {
                    break;
                }
                found.push(next);
                at = next;
            }
            prop_assert_eq!(found, expected);
        }
    }
}
