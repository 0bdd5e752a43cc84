//! A corp (企业), the tenant: its public id and the settings that rule its people and requests.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::field::{self, Invalid};

/// Milliseconds in a day of fixed length; calendar days go through [`Settings::day`].
pub const DAY_MS: i64 = 86_400_000;

/// Builds the public `corpid`: `ww` and 16 hexadecimal digits, as integrators know it.
pub fn corpid(chance: u64) -> String {
    format!("ww{chance:016x}")
}

/// Who may see a member's mobile number on his card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MobileShown {
    /// Every colleague who can see the card.
    Colleagues,
    /// Confirmed contacts only.
    Contacts,
    /// Administrators only.
    Nobody,
}

impl MobileShown {
    /// All choices, in the order in which pages list them.
    pub const ALL: [Self; 3] = [Self::Colleagues, Self::Contacts, Self::Nobody];

    /// Stable name, as in forms and keys of texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Colleagues => "colleagues",
            Self::Contacts => "contacts",
            Self::Nobody => "nobody",
        }
    }
}

/// What the page of a dead code tells of those behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeadTells {
    /// Whose code it is, and from whom he took it over.
    Names,
    /// The corp alone; not even whether somebody has left.
    Corp,
}

impl DeadTells {
    /// All choices, in the order in which pages list them.
    pub const ALL: [Self; 2] = [Self::Names, Self::Corp];

    /// Stable name, as in forms and keys of texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Names => "names",
            Self::Corp => "corp",
        }
    }
}

/// What a corp has chosen. Stored as JSON; a field that an older version did not know takes its default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Language of pages for those who chose none, for example `zh-Hans`.
    pub language: String,
    /// IANA time zone in which the corp's days begin and end.
    pub time_zone: String,
    /// Region of phone numbers without a country code, for example `CN`.
    pub region: String,
    /// Contact requests that a member may send in one day.
    pub requests_per_day: u32,
    /// Days until an unanswered request expires.
    pub request_ttl_days: u32,
    /// Days that a sender waits after a decline.
    pub cool_down_days: u32,
    /// Verification message by language; `{department}`, `{name}` and `{position}` are filled in.
    pub templates: BTreeMap<String, String>,
    /// Who sees mobile numbers.
    pub mobile_shown: MobileShown,
    /// Whether the search box finds colleagues by mobile number.
    pub mobile_search: bool,
    /// Whether leaders see everybody below them, whatever the visibility rules say.
    pub leaders_see_below: bool,
    /// Highest share, in percent, of members that one bulk act may disable without a second confirmation.
    pub bulk_guard_percent: u32,
    /// Longest life of a member's QR code, in days; 0 allows permanent ones.
    pub code_days_max: u32,
    /// Days that entries of the audit log are kept; 0 keeps them for good.
    pub audit_days: u32,
    /// Days that scans of QR codes are kept; 0 keeps them for good.
    pub scan_days: u32,
    /// What the page of a dead code tells.
    pub code_dead_tells: DeadTells,
    /// Whether the logo, where there is one, stands in the middle of QR codes.
    pub logo_in_codes: bool,
}

/// Fewest days that a corp may keep its audit log: half a year, as the law of the Chinese mainland asks for network logs.
pub const AUDIT_DAYS_MIN: u32 = 180;
/// Fewest days that a corp may keep scans, so that counts of a month stay true.
pub const SCAN_DAYS_MIN: u32 = 31;
/// Most days that a corp may choose; what should stay longer stays for good.
pub const KEPT_DAYS_MAX: u32 = 3650;

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: "zh-Hans".into(),
            time_zone: "Asia/Shanghai".into(),
            region: "CN".into(),
            requests_per_day: 50,
            request_ttl_days: 30,
            cool_down_days: 7,
            templates: [
                ("zh-Hans", "我是{department}的{name}"),
                ("en", "This is {name} from {department}"),
            ]
            .into_iter()
            .map(|(language, text)| (language.to_owned(), text.to_owned()))
            .collect(),
            mobile_shown: MobileShown::Contacts,
            mobile_search: true,
            leaders_see_below: true,
            bulk_guard_percent: 20,
            code_days_max: 0,
            audit_days: 0,
            scan_days: 0,
            code_dead_tells: DeadTells::Names,
            logo_in_codes: true,
        }
    }
}

impl Settings {
    /// Checks what an administrator typed; every refused field is named.
    pub fn check(&self) -> Result<(), Vec<Invalid>> {
        let mut refused = Vec::new();
        let ranges = [
            ("requests_per_day", self.requests_per_day, 1, 10_000),
            ("request_ttl_days", self.request_ttl_days, 1, 365),
            ("cool_down_days", self.cool_down_days, 0, 365),
            ("bulk_guard_percent", self.bulk_guard_percent, 1, 100),
            (
                "code_days_max",
                self.code_days_max,
                0,
                crate::qr_code::DAYS_MAX,
            ),
        ];
        for (field, value, min, max) in ranges {
            if !(min..=max).contains(&value) {
                refused.push(Invalid::new(field, "out_of_range"));
            }
        }
        let kept = [
            ("audit_days", self.audit_days, AUDIT_DAYS_MIN),
            ("scan_days", self.scan_days, SCAN_DAYS_MIN),
        ];
        for (field, value, min) in kept {
            if value != 0 && !(min..=KEPT_DAYS_MAX).contains(&value) {
                refused.push(Invalid::new(field, "out_of_range"));
            }
        }
        if jiff::tz::TimeZone::get(&self.time_zone).is_err() {
            refused.push(Invalid::new("time_zone", "unknown_time_zone"));
        }
        if self.region.len() != 2 || !self.region.bytes().all(|b| b.is_ascii_uppercase()) {
            refused.push(Invalid::new("region", "unknown_region"));
        }
        let templates = self.templates.values();
        refused.extend(templates.filter_map(|text| template(text).err()));
        if refused.is_empty() {
            Ok(())
        } else {
            Err(refused)
        }
    }

    /// The corp's time zone; UTC if the stored name is unknown to this build.
    pub fn zone(&self) -> jiff::tz::TimeZone {
        jiff::tz::TimeZone::get(&self.time_zone).unwrap_or(jiff::tz::TimeZone::UTC)
    }

    /// Calendar day in the corp's time zone as `yyyymmdd`, the key of day limits.
    pub fn day(&self, at_ms: i64) -> i64 {
        let date = jiff::Timestamp::from_millisecond(at_ms)
            .unwrap_or_default()
            .to_zoned(self.zone())
            .date();
        i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day())
    }

    /// When the day of a moment began in the corp's time zone, in milliseconds UTC.
    pub fn day_begins_ms(&self, at_ms: i64) -> i64 {
        let at = jiff::Timestamp::from_millisecond(at_ms).unwrap_or_default();
        let began = at.to_zoned(self.zone()).start_of_day();
        began.map_or(at_ms, |began| began.timestamp().as_millisecond())
    }

    /// Begin of the oldest day that a rule of so many days keeps, in milliseconds UTC; None where it keeps all.
    pub fn kept_since(&self, days: u32, now_ms: i64) -> Option<i64> {
        if days == 0 {
            return None;
        }
        let zone = self.zone();
        let today = jiff::Timestamp::from_millisecond(now_ms)
            .ok()?
            .to_zoned(zone.clone())
            .date();
        let first = today
            .checked_sub(jiff::ToSpan::days(i64::from(days)))
            .ok()?;
        Some(first.to_zoned(zone).ok()?.timestamp().as_millisecond())
    }

    /// First message of a request: the template of the language, or of the corp's own, filled in and cut to length.
    pub fn verification_message(
        &self,
        language: &str,
        department: &str,
        name: &str,
        position: &str,
    ) -> String {
        let template = self
            .templates
            .get(language)
            .or_else(|| self.templates.get(&self.language));
        let text = template.map_or("", String::as_str);
        let marks = [
            ("{department}", department),
            ("{name}", name),
            ("{position}", position),
        ];
        let message = field::filled(text, &marks);
        message.chars().take(crate::request::MESSAGE_MAX).collect()
    }
}

/// Checks a template of the verification message.
pub fn template(value: &str) -> Result<String, Invalid> {
    field::line("template", value, 1, crate::request::MESSAGE_MAX)
}

/// Checks a corp's name.
pub fn name(value: &str) -> Result<String, Invalid> {
    field::line("name", value, 1, 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_midnight_of_the_corp() {
        let settings = Settings::default();
        let before = 1_784_044_799_999; // 2026-07-14T23:59:59.999+08:00
        assert_eq!(settings.day(before), 20_260_714);
        assert_eq!(settings.day(before + 1), 20_260_715);
    }

    #[test]
    fn a_rule_keeps_whole_days_of_the_corp() {
        let settings = Settings::default();
        let morning = 1_784_080_800_000; // 2026-07-15T10:00+08:00
        let midnight = 1_784_044_800_000;
        assert_eq!(settings.kept_since(0, morning), None);
        assert_eq!(
            settings.kept_since(180, morning),
            Some(midnight - 180 * DAY_MS)
        );
        for (audit_days, scan_days, refused) in [
            (0, 0, 0),
            (180, 31, 0),
            (3650, 3650, 0),
            (179, 30, 2),
            (3651, 0, 1),
        ] {
            let settings = Settings {
                audit_days,
                scan_days,
                ..Settings::default()
            };
            let count = settings.check().map_or_else(|fields| fields.len(), |()| 0);
            assert_eq!(count, refused, "{audit_days} {scan_days}");
        }
    }

    #[test]
    fn a_template_fills_in_once() {
        let mut settings = Settings::default();
        assert_eq!(
            settings.verification_message("zh-Hans", "西湖门店", "林知夏", ""),
            "我是西湖门店的林知夏"
        );
        settings
            .templates
            .insert("en".into(), "{name} {x} {position}".into());
        assert_eq!(
            settings.verification_message("en", "", "{position}", "lead"),
            "{position} {x} lead"
        );
        assert_eq!(
            settings.verification_message("fr", "西湖门店", "林知夏", ""),
            "我是西湖门店的林知夏"
        );
    }

    #[test]
    fn old_settings_read_with_defaults() {
        let settings: Settings = serde_json::from_str(r#"{"requests_per_day": 9}"#).expect("reads");
        assert_eq!(
            settings,
            Settings {
                requests_per_day: 9,
                ..Settings::default()
            }
        );
        assert!(settings.check().is_ok());
        let wrong = Settings {
            time_zone: "Mars/Olympus".into(),
            ..Settings::default()
        };
        assert_eq!(
            wrong.check(),
            Err(vec![Invalid::new("time_zone", "unknown_time_zone")])
        );
    }
}
