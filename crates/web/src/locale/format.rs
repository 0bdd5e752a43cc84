//! Times, durations, counts and phone numbers as words of a language.
//!
//! The patterns of dates are texts too (`time-format-…`), so a language brings its own order of day and month. Only the server's clock counts: `now` comes
//! in as an argument.

use std::borrow::Cow;

use fluent_bundle::FluentValue;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::{Locale, Whole};

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

impl Locale {
    /// Writes a count with thousands separators.
    pub fn number(self, n: impl Whole) -> String {
        grouped(&n.whole().to_string())
    }

    /// Says how long ago something was up to a day, then its date and time.
    pub fn ago(self, now_ms: impl Whole, then_ms: impl Whole, tz: &TimeZone) -> Cow<'static, str> {
        let (now_ms, then_ms) = (now_ms.whole(), then_ms.whole());
        let gone = (now_ms - then_ms).max(0);
        if gone < MINUTE {
            return self.t("time-just-now");
        }
        if gone < HOUR {
            return self.n("time-minutes-ago", gone / MINUTE);
        }
        if gone < DAY {
            return self.n("time-hours-ago", gone / HOUR);
        }
        let (now, then) = (zoned(now_ms, tz), zoned(then_ms, tz));
        if now.date().yesterday().is_ok_and(|date| date == then.date()) {
            return self.t1("time-yesterday", "time", self.clock(then_ms, tz));
        }
        format!(
            "{} {}",
            self.date_near(now_ms, then_ms, tz),
            self.clock(then_ms, tz)
        )
        .into()
    }

    /// Writes date and time in full.
    pub fn date_time(self, ms: impl Whole, tz: &TimeZone) -> String {
        let ms = ms.whole();
        format!("{} {}", self.date(ms, tz), self.clock(ms, tz))
    }

    /// Writes the date with its year.
    pub fn date(self, ms: impl Whole, tz: &TimeZone) -> String {
        self.pattern("time-format-date", &zoned(ms.whole(), tz))
    }

    /// Writes the date, with its year only if that is not the current one.
    pub fn date_near(self, now_ms: impl Whole, ms: impl Whole, tz: &TimeZone) -> String {
        let then = zoned(ms.whole(), tz);
        let same_year = then.year() == zoned(now_ms.whole(), tz).year();
        let key = if same_year {
            "time-format-day"
        } else {
            "time-format-date"
        };
        self.pattern(key, &then)
    }

    /// Writes day, month and weekday.
    pub fn day(self, ms: impl Whole, tz: &TimeZone) -> String {
        let day = zoned(ms.whole(), tz);
        let key = format!("time-weekday-{}", day.weekday().to_monday_one_offset());
        let weekday = self.t(&key);
        let date = self.pattern("time-format-day", &day);
        self.t2("time-day-weekday", "date", date, "weekday", weekday)
            .into_owned()
    }

    /// Writes hours and minutes of the day.
    pub fn clock(self, ms: impl Whole, tz: &TimeZone) -> String {
        self.pattern("time-format-clock", &zoned(ms.whole(), tz))
    }

    /// Says how long something takes, in at most two units.
    pub fn duration(self, ms: impl Whole) -> Cow<'static, str> {
        let ms = ms.whole().max(0);
        let units = [
            ("time-days", ms / DAY),
            ("time-hours", ms % DAY / HOUR),
            ("time-minutes", ms % HOUR / MINUTE),
            ("time-seconds", ms % MINUTE / SECOND),
        ];
        let first = units
            .iter()
            .position(|(_, n)| *n > 0)
            .unwrap_or(units.len() - 1);
        let (key, n) = units[first];
        let text = self.n(key, n);
        // "30 days", not "30 days 2 hours": the smaller unit only where it tells something.
        match units.get(first + 1) {
            Some((key, rest)) if *rest > 0 && (key != &"time-hours" || n < 3) => {
                format!("{text} {}", self.n(key, *rest)).into()
            }
            _ => text,
        }
    }

    /// Says how much time is left: from two days on in whole days, of which the last counts as begun.
    pub fn remaining(self, ms: impl Whole) -> Cow<'static, str> {
        let ms = ms.whole();
        if ms >= 2 * DAY {
            self.n("time-days", ms.saturating_add(DAY - 1) / DAY)
        } else {
            self.duration(ms)
        }
    }

    /// Writes a moment to the second, of today by its time alone.
    pub fn moment(self, now_ms: impl Whole, ms: impl Whole, tz: &TimeZone) -> String {
        let (now_ms, ms) = (now_ms.whole(), ms.whole());
        let then = zoned(ms, tz);
        let day = if then.date() == zoned(now_ms, tz).date() {
            self.t("time-today").into_owned()
        } else {
            self.date_near(now_ms, ms, tz)
        };
        format!("{day} {}", self.pattern("time-format-second", &then))
    }

    fn pattern(self, key: &str, time: &Zoned) -> String {
        time.strftime(&*self.t(key)).to_string()
    }
}

/// Writes a time as RFC 3339 in the given zone, for `datetime` attributes.
pub(crate) fn machine_time(ms: i64, tz: &TimeZone) -> String {
    zoned(ms, tz).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// Hides the middle of a phone number: `138 **** 2046`.
pub fn mask_phone(number: &str) -> String {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    let local = match digits.as_slice() {
        ['8', '6', rest @ ..] if number.starts_with('+') && rest.len() == 11 => rest,
        all => all,
    };
    if local.len() < 7 {
        return "****".to_owned();
    }
    let (head, tail) = (&local[..3], &local[local.len() - 4..]);
    // Short numbers would be spelled out by seven visible digits.
    if local.len() < 9 {
        return format!("**** {}", tail[2..].iter().collect::<String>());
    }
    format!(
        "{} **** {}",
        head.iter().collect::<String>(),
        tail.iter().collect::<String>()
    )
}

/// Writes numbers inside texts with thousands separators.
pub(super) fn group_digits<M>(value: &FluentValue<'_>, _memoizer: &M) -> Option<String> {
    match value {
        FluentValue::Number(number) => Some(grouped(&number.as_string())),
        _ => None,
    }
}

fn grouped(number: &str) -> String {
    let (sign, digits) = number
        .strip_prefix('-')
        .map_or(("", number), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut text = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

fn zoned(ms: i64, tz: &TimeZone) -> Zoned {
    Timestamp::from_millisecond(ms)
        .unwrap_or_default()
        .to_zoned(tz.clone())
}
