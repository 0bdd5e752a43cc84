//! `guanxi simulate`, run as somebody who plans a day runs it.

use crate::visitor::{run, text};

/// A day that is over quickly.
const SMALL: &str = r#"
title = "Opening"
zone = "Europe/Berlin"
date = "2026-10-25"
from = "00:00"
to = "12:00"
seed = 5
strategies = ["round_robin", "least_loaded"]
promise_s = 120

[visitors]
adding = 0.8
add_s = 15

[[curve]]
at = "00:00"
per_hour = 100
[[curve]]
at = "12:00"
per_hour = 200

[[members]]
name = "Night"
count = 6
hours = [["22:00", "08:00"]]
daily_cap = 40
answer_s = 20
open_min = 4

[[members]]
name = "Day"
count = 4
hours = [["08:00", "18:00"]]
answer_s = 20
open_min = 4
"#;

#[test]
fn a_day_is_played_under_each_strategy_and_drawn() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("opening.toml"), SMALL).unwrap();
    let output = run(
        home.path(),
        &[],
        &["simulate", "opening.toml", "--chart", "waits.svg"],
    );
    let told = text(&output);
    assert!(output.status.success(), "{told}");
    for part in [
        "Opening:",
        "round robin",
        "least loaded",
        "Night: 6 members",
        "promise kept",
    ] {
        assert!(told.contains(part), "{part} in {told}");
    }
    let svg = std::fs::read_to_string(home.path().join("waits.svg")).unwrap();
    assert_eq!(svg.matches("class=\"ln ").count(), 2);
    // It needs no database and leaves none behind.
    assert!(!home.path().join("guanxi-data").exists());
}

#[test]
fn the_same_scenario_has_the_same_outcome_and_never_passes_a_cap() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("opening.toml"), SMALL).unwrap();
    let play = || {
        let output = run(home.path(), &[], &["simulate", "opening.toml", "--json"]);
        assert!(output.status.success(), "{}", text(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let first = play();
    assert_eq!(first, play());
    let reports: serde_json::Value = serde_json::from_str(&first).unwrap();
    for report in reports.as_array().unwrap() {
        let night = &report["members"].as_array().unwrap()[..6];
        assert!(
            night
                .iter()
                .all(|member| member["adds"].as_u64() <= Some(40))
        );
        assert_eq!(
            report["adds"].as_u64().unwrap(),
            report["kept"].as_u64().unwrap() + report["broken"].as_u64().unwrap()
        );
    }
}

#[test]
fn a_scenario_that_is_none_is_told_with_the_names_of_those_there_are() {
    let home = tempfile::tempdir().unwrap();
    let output = run(home.path(), &[], &["simulate", "sale"]);
    assert!(!output.status.success());
    let told = text(&output);
    assert!(
        told.contains("sale-day, quiet-week, crowded-pool"),
        "{told}"
    );
}
