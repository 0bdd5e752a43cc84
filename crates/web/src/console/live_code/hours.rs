//! Hours, moments and places as they are typed: `9:00-12:00, 13:00-18:00` for a day, one date or point in a line.

use std::collections::BTreeMap;

use guanxi_model::live_code::{
    hours::{Hours, Stretch},
    near::Point,
    plan::check::Wrong,
};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

use crate::auth::Form;

/// Keys of the days of a week, Monday first, for fields and texts.
pub(super) const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Reads hours out of a form.
pub(super) struct Typed;

impl Typed {
    /// The stretches of a day; none for an empty text.
    pub(super) fn day(text: &str) -> Result<Vec<Stretch>, ()> {
        let parts = text.split([',', '，', '、', ';']).map(str::trim);
        parts
            .filter(|part| !part.is_empty())
            .map(|part| {
                let (from, to) = part.split_once(['-', '–', '—', '~', '至']).ok_or(())?;
                Ok(Stretch {
                    from_min: minute(from)?,
                    to_min: minute(to)?,
                })
            })
            .collect()
    }

    /// The hours of fields that begin with `at`: `at.kind` is `always` or `week`, `at.mon` … the days, `at.dates` special dates.
    pub(super) fn read(form: &Form, at: &str) -> Result<Hours, Vec<Wrong>> {
        let mut wrong = Vec::new();
        let mut week = Vec::new();
        if form.text(&format!("{at}.kind")) == "week" {
            for day in DAYS {
                let name = format!("{at}.{day}");
                week.push(Self::day(form.text(&name)).unwrap_or_else(|()| {
                    wrong.push(Wrong::new(name, "hours_form"));
                    Vec::new()
                }));
            }
        }
        let mut dates = BTreeMap::new();
        let lines = form.text(&format!("{at}.dates")).lines().map(str::trim);
        for line in lines.filter(|line| !line.is_empty()) {
            let (date, rest) = line.split_once([' ', '\u{3000}']).unwrap_or((line, ""));
            match (date.parse(), Self::day(rest)) {
                (Ok(date), Ok(day)) => drop(dates.insert(date, day)),
                _ => wrong.push(Wrong::new(format!("{at}.dates"), "dates_form")),
            }
        }
        if wrong.is_empty() {
            Ok(Hours { week, dates })
        } else {
            Err(wrong)
        }
    }
}

fn minute(text: &str) -> Result<u16, ()> {
    let text = text.trim().replace('：', ":");
    let (hour, minute) = text.split_once(':').unwrap_or((&text, "0"));
    let (hour, minute): (u16, u16) = (hour.parse().map_err(drop)?, minute.parse().map_err(drop)?);
    if hour > 24 || minute > 59 {
        return Err(());
    }
    Ok(hour * 60 + minute)
}

/// The stretches of a day as they are typed.
pub(super) fn day_text(day: &[Stretch]) -> String {
    let clock = |minute: u16| format!("{}:{:02}", minute / 60, minute % 60);
    let parts = day
        .iter()
        .map(|one| format!("{}-{}", clock(one.from_min), clock(one.to_min)));
    parts.collect::<Vec<_>>().join(", ")
}

/// The stretches of the first day of the week as they are typed, for a field that has room for one day.
pub(super) fn first_day_text(hours: &Hours) -> String {
    hours
        .week
        .first()
        .map_or_else(String::new, |day| day_text(day))
}

/// Special dates as they are typed.
pub(super) fn dates_text(hours: &Hours) -> String {
    let lines = hours.dates.iter().map(|(date, day)| {
        let day = day_text(day);
        format!("{date} {day}").trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The same stretches on every day; always where there are none.
pub(super) fn every_day(day: Vec<Stretch>) -> Hours {
    if day.is_empty() {
        return Hours::default();
    }
    Hours {
        week: vec![day; 7],
        dates: BTreeMap::new(),
    }
}

/// A moment as typed on the wall of a zone; None for an empty text.
pub(super) fn moment(text: &str, zone: &TimeZone) -> Result<Option<i64>, ()> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let wall: DateTime = text.replace(' ', "T").parse().map_err(drop)?;
    let moment = zone.to_timestamp(wall).map_err(drop)?;
    Ok(Some(moment.as_millisecond()))
}

/// A moment as a field takes it.
pub(super) fn moment_text(at_ms: Option<i64>, zone: &TimeZone) -> String {
    let moment = at_ms.and_then(|at| Timestamp::from_millisecond(at).ok());
    moment.map_or_else(String::new, |moment| {
        zone.to_datetime(moment)
            .strftime("%Y-%m-%dT%H:%M")
            .to_string()
    })
}

/// Places as typed, one in a line: latitude, longitude.
pub(super) fn points(text: &str) -> Result<Vec<Point>, ()> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let (north, east) = line.split_once([',', '，', ' ']).ok_or(())?;
            let number = |text: &str| text.trim().parse::<f64>().map_err(drop);
            Ok(Point {
                latitude: number(north)?,
                longitude: number(east)?,
            })
        })
        .collect()
}

/// Places as they are typed.
pub(super) fn points_text(points: &[Point]) -> String {
    let lines = points
        .iter()
        .map(|point| format!("{}, {}", point.latitude, point.longitude));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_reads_back_as_it_is_written() {
        let day = Typed::day("9:00-12:00，13：30–18").unwrap();
        assert_eq!(day_text(&day), "9:00-12:00, 13:30-18:00");
        assert_eq!(Typed::day(""), Ok(Vec::new()));
        assert!(Typed::day("9 to 5").is_err() && Typed::day("9:00-25:00").is_err());
    }

    #[test]
    fn moments_and_points_read_back() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let at = moment("2026-11-11T23:59", &zone).unwrap();
        assert_eq!(moment_text(at, &zone), "2026-11-11T23:59");
        assert!(moment("soon", &zone).is_err());
        let text = "30.25, 120.125\n-33.5, 151";
        assert_eq!(points_text(&points(text).unwrap()), text);
        assert!(points("here").is_err());
    }
}
