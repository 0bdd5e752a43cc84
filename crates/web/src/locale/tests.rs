//! All languages say the same things, and templates ask only for things that are said.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use jiff::tz::TimeZone;

use super::*;
use crate::page::{Place, Theme};

const HOUR: i64 = 3_600_000;

/// Reads the keys of a language with the variables in each text.
fn keys(tag: &str) -> BTreeMap<String, BTreeSet<String>> {
    let folder = FOLDER.get_dir(tag).unwrap();
    let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in folder.files() {
        let mut current = String::new();
        for line in file.contents_utf8().unwrap().lines() {
            if let Some((key, _)) = line.split_once('=')
                && line.starts_with(|c: char| c.is_ascii_alphabetic())
            {
                key.trim().clone_into(&mut current);
                let first = keys.insert(current.clone(), BTreeSet::new()).is_none();
                assert!(
                    first,
                    "{current} stands twice in {tag}, again in {}",
                    file.path().display()
                );
            }
            if line.starts_with('#') {
                continue;
            }
            for part in line.split('$').skip(1) {
                let name: String = part
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_' || *c == '-')
                    .collect();
                keys.get_mut(&current).unwrap().insert(name);
            }
        }
    }
    keys
}

#[test]
fn languages_have_the_same_keys_and_variables() {
    let first = keys(FIRST);
    for locale in Locale::all() {
        let other = keys(locale.tag());
        for (key, variables) in &first {
            let theirs = other.get(key);
            assert_eq!(
                theirs,
                Some(variables),
                "{key}: {FIRST} and {} differ",
                locale.tag()
            );
        }
        for key in other.keys() {
            assert!(
                first.contains_key(key),
                "{key} is in {} but not in {FIRST}",
                locale.tag()
            );
        }
    }
}

fn collect(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
            continue;
        }
        let text: String = fs::read_to_string(&path)
            .unwrap()
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .flat_map(|line| [line, "\n"])
            .collect();
        for call in [".t(", ".n(", ".t1(", ".t2(", ".with("] {
            for part in text.split(call).skip(1) {
                let Some((key, _)) = part
                    .trim_start()
                    .strip_prefix('"')
                    .and_then(|rest| rest.split_once('"'))
                else {
                    continue;
                };
                if !key
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
                {
                    continue;
                }
                found.push((key.to_owned(), path.display().to_string()));
            }
        }
    }
}

#[test]
fn every_key_in_use_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut used = Vec::new();
    collect(&root.join("templates"), &mut used);
    collect(&root.join("src"), &mut used);
    assert!(used.len() > 20);
    let missing: Vec<_> = used
        .iter()
        .filter(|(key, _)| !Locale::default().has(key))
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
    for place in Place::MEMBER
        .iter()
        .chain(&Place::MANAGE)
        .chain(&[Place::Profile])
    {
        assert!(Locale::default().has(place.key()), "{place:?}");
    }
    for theme in Theme::ALL {
        assert!(Locale::default().has(theme.key()), "{theme:?}");
    }
}

#[test]
fn the_reader_is_addressed_in_his_language() {
    let choose = |setting, cookie, accept| Locale::choose(setting, cookie, accept).tag();
    assert_eq!(choose(None, None, None), "zh-Hans");
    assert_eq!(choose(None, None, Some("fr, en-GB;q=0.8, zh;q=0.5")), "en");
    assert_eq!(choose(None, None, Some("en;q=0, zh-TW")), "zh-Hans");
    assert_eq!(choose(None, Some("en"), Some("zh")), "en");
    assert_eq!(choose(Some("zh-CN"), Some("en"), None), "zh-Hans");
    assert_eq!(choose(Some("tlh"), Some("nonsense"), Some("*")), "zh-Hans");
}

#[test]
fn numbers_in_texts_have_separators_and_plurals() {
    let (zh, en) = (Locale::find("zh").unwrap(), Locale::find("en").unwrap());
    assert_eq!(en.n("form-left", 1), "1 character left");
    assert_eq!(en.n("form-left", 1238), "1,238 characters left");
    assert_eq!(zh.n("form-left", 34_u64), "还可写 34 字");
    assert_eq!(en.number(1_234_567_u64), "1,234,567");
    assert_eq!(en.number(-1234), "-1,234");
}

#[test]
fn time_is_relative_up_to_a_day() {
    let (zh, en) = (Locale::find("zh").unwrap(), Locale::find("en").unwrap());
    let tz = TimeZone::get("Asia/Shanghai").unwrap();
    let now: i64 = "2026-07-14T15:30:00+08:00"
        .parse::<jiff::Timestamp>()
        .unwrap()
        .as_millisecond();
    assert_eq!(zh.ago(now, now - 5_000, &tz), "刚刚");
    assert_eq!(zh.ago(now, now + 5_000, &tz), "刚刚");
    assert_eq!(zh.ago(now, now - 5 * 60_000, &tz), "5 分钟前");
    assert_eq!(en.ago(now, now - HOUR, &tz), "1 hour ago");
    assert_eq!(zh.ago(now, now - 23 * HOUR, &tz), "23 小时前");
    assert_eq!(zh.ago(now, now - 25 * HOUR, &tz), "昨天 14:30");
    assert_eq!(zh.ago(now, now - 50 * HOUR, &tz), "7 月 12 日 13:30");
    assert_eq!(en.ago(now, now - 365 * 24 * HOUR, &tz), "14 Jul 2025 15:30");
    assert_eq!(zh.day(now, &tz), "7 月 14 日 周二");
    assert_eq!(machine_time(now, &tz), "2026-07-14T15:30:00+08:00");
}

#[test]
fn durations_take_two_units_at_most() {
    let (zh, en) = (Locale::find("zh").unwrap(), Locale::find("en").unwrap());
    assert_eq!(zh.duration(91_000), "1 分钟 31 秒");
    assert_eq!(zh.duration(0), "0 秒");
    assert_eq!(en.duration(2 * HOUR), "2 hours");
    assert_eq!(en.duration(27 * HOUR), "1 day 3 hours");
    assert_eq!(zh.duration((30 * 24 + 5) * HOUR), "30 天");
}

#[test]
fn what_is_left_counts_the_day_that_has_begun() {
    let zh = Locale::find("zh").unwrap();
    assert_eq!(zh.remaining(30 * 24 * HOUR - 1), "30 天");
    assert_eq!(zh.remaining(49 * HOUR), "3 天");
    assert_eq!(zh.remaining(30 * HOUR), "1 天 6 小时");
}

#[test]
fn phone_numbers_are_masked() {
    assert_eq!(mask_phone("+8613812342046"), "138 **** 2046");
    assert_eq!(mask_phone("13812342046"), "138 **** 2046");
    assert_eq!(mask_phone("+442071838750"), "442 **** 8750");
    assert_eq!(mask_phone("8032"), "****");
    assert_eq!(mask_phone("83920112"), "**** 12");
}

/// Texts in the sources of the layers below that follow one of these openings, up to the next quotation mark.
fn codes_after(openings: &[&str]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for layer in ["app", "model"] {
        let mut folders = vec![
            Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("..")
                .join(layer)
                .join("src"),
        ];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = fs::read_to_string(path).unwrap();
                let text: String = text.split_whitespace().collect();
                for opening in openings {
                    let parts = text.split(opening).skip(1);
                    found.extend(
                        parts
                            .filter_map(|rest| rest.split('"').next())
                            .map(str::to_owned),
                    );
                }
            }
        }
    }
    found
}

#[test]
fn every_refusal_has_a_sentence() {
    // Never answered to anybody: a job of another node has the lease, or a test made it up.
    let internal = ["sealing_elsewhere", "spreading_elsewhere"];
    let codes = codes_after(&["Conflict{code:\"", "OverLimit{code:\""]);
    assert!(codes.len() > 10, "{codes:?}");
    let l = Locale::default();
    for code in codes
        .iter()
        .filter(|code| !internal.contains(&code.as_str()))
    {
        assert!(l.has(&format!("error-{code}")), "error-{code} is missing");
    }
    // The second text of `invalid("name", "required")` is the code.
    let fields = codes_after(&["invalid(\"", "Invalid::new(\""]);
    assert!(fields.len() > 10, "{fields:?}");
    let mut pairs = BTreeSet::new();
    for field in &fields {
        for opening in ["invalid(", "Invalid::new("] {
            let opening = format!("{opening}\"{field}\",\"");
            pairs.extend(
                codes_after(&[&opening])
                    .into_iter()
                    .map(|code| (field.clone(), code)),
            );
        }
    }
    assert!(pairs.len() > 20, "{pairs:?}");
    for (field, code) in pairs {
        let is_said = l.has(&format!("field-{field}-{code}")) || l.has(&format!("field-{code}"));
        assert!(is_said, "field-{code} is missing");
    }
}
