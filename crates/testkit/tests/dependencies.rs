//! The rules of deny.toml on licences, banned crates and sources, checked with nothing but cargo.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// Returns the crates of this platform that come from outside.
fn foreign_crates() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version=1",
            "--locked",
            "--filter-platform",
        ])
        .arg(host())
        .current_dir(ROOT)
        .output()
        .expect("cargo can be run");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo writes json");
    let packages = metadata["packages"].as_array().cloned().unwrap_or_default();
    packages
        .into_iter()
        .filter(|package| !package["source"].is_null())
        .collect()
}

fn host() -> String {
    let output = Command::new("rustc")
        .arg("-vV")
        .output()
        .expect("rustc can be run");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().find_map(|line| line.strip_prefix("host: "));
    line.expect("rustc names its host").to_owned()
}

fn rules() -> toml::Table {
    let text =
        std::fs::read_to_string(Path::new(ROOT).join("deny.toml")).expect("deny.toml is there");
    text.parse().expect("deny.toml is toml")
}

fn texts(list: &toml::Value) -> Vec<String> {
    let items = list.as_array().into_iter().flatten();
    items
        .filter_map(toml::Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// Crates that use another one directly.
fn users(name: &str) -> Vec<String> {
    let lock = std::fs::read_to_string(Path::new(ROOT).join("Cargo.lock")).expect("a lock file");
    let lock: toml::Table = lock.parse().expect("the lock file is toml");
    let packages = lock["package"].as_array().into_iter().flatten();
    packages
        .filter(|package| {
            let uses = package.get("dependencies").map(texts).unwrap_or_default();
            // A version follows where there are several.
            uses.iter().any(|used| used.split(' ').next() == Some(name))
        })
        .filter_map(|package| package["name"].as_str().map(str::to_owned))
        .collect()
}

#[test]
fn licences_are_allowed() {
    let rules = rules();
    let licences = &rules["licenses"];
    let allowed = texts(&licences["allow"]);
    let exceptions = licences["exceptions"]
        .as_array()
        .expect("exceptions are a list");
    let refused: Vec<String> = foreign_crates()
        .iter()
        .filter(|package| {
            let mut allowed = allowed.clone();
            let own = exceptions
                .iter()
                .filter(|exception| exception["crate"].as_str() == package["name"].as_str());
            own.for_each(|exception| allowed.extend(texts(&exception["allow"])));
            let expression = package["license"].as_str().unwrap_or_default();
            !is_satisfied(expression, &allowed)
        })
        .map(|package| {
            format!(
                "{} {}: {}",
                package["name"], package["version"], package["license"]
            )
        })
        .collect();
    assert!(
        refused.is_empty(),
        "licences that deny.toml does not allow: {refused:#?}"
    );
}

#[test]
fn banned_crates_and_foreign_sources_are_absent() {
    let rules = rules();
    let banned = rules["bans"]["deny"].as_array().expect("bans are a list");
    for package in foreign_crates() {
        let name = package["name"].as_str().unwrap_or_default();
        let ban = banned
            .iter()
            .find(|ban| ban["crate"].as_str() == Some(name))
            .filter(|ban| {
                let wrappers = ban.get("wrappers").map(texts).unwrap_or_default();
                !users(name).iter().all(|user| wrappers.contains(user))
            });
        assert!(
            ban.is_none(),
            "{name} is banned: {}",
            ban.map_or("", |ban| ban["reason"].as_str().unwrap_or(""))
        );
        let source = package["source"].as_str().unwrap_or_default();
        assert!(
            source.starts_with("registry+"),
            "{name} comes from {source}"
        );
    }
}

#[test]
fn expressions_are_read_as_spdx_means_them() {
    let allowed = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned);
    for good in [
        "MIT",
        "GPL-2.0-only OR MIT",
        "MIT/GPL-3.0",
        "(MIT OR ISC) AND Apache-2.0",
        "ISC AND GPL-3.0 OR MIT",
        "Apache-2.0 WITH LLVM-exception",
        "((MIT))",
    ] {
        assert!(is_satisfied(good, &allowed), "{good}");
    }
    for bad in [
        "",
        "ISC",
        "MIT AND ISC",
        "(MIT OR ISC) AND GPL-3.0",
        "MIT WITH LLVM-exception",
        "(MIT",
        "MIT ISC",
    ] {
        assert!(!is_satisfied(bad, &allowed), "{bad}");
    }
}

/// Tells whether an SPDX expression can be met by allowed licences; what cannot be read is not met.
fn is_satisfied(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    any_of(&mut rest, allowed) == Some(true) && rest.is_empty()
}

/// Reads terms joined by OR, which binds weaker than AND.
fn any_of(words: &mut &[&str], allowed: &[String]) -> Option<bool> {
    let mut is_met = all_of(words, allowed)?;
    while take(words, "OR") {
        is_met |= all_of(words, allowed)?;
    }
    Some(is_met)
}

fn all_of(words: &mut &[&str], allowed: &[String]) -> Option<bool> {
    let mut is_met = licence(words, allowed)?;
    while take(words, "AND") {
        is_met &= licence(words, allowed)?;
    }
    Some(is_met)
}

fn licence(words: &mut &[&str], allowed: &[String]) -> Option<bool> {
    if take(words, "(") {
        let is_met = any_of(words, allowed)?;
        return take(words, ")").then_some(is_met);
    }
    let (&name, rest) = words.split_first()?;
    *words = rest;
    if !take(words, "WITH") {
        return Some(allowed.iter().any(|allowed| allowed == name));
    }
    let (&exception, rest) = words.split_first()?;
    *words = rest;
    let whole = format!("{name} WITH {exception}");
    Some(allowed.contains(&whole))
}

fn take(words: &mut &[&str], expected: &str) -> bool {
    let Some((&first, rest)) = words.split_first() else {
        return false;
    };
    if first == expected {
        *words = rest;
    }
    first == expected
}
