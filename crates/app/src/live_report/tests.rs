//! Days that are compared, and answers that are counted.

use super::*;

#[test]
fn a_day_is_compared_with_the_same_weekday_up_to_the_same_moment() {
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    let now: Timestamp = "2026-07-14T15:30:00+08:00".parse().unwrap();
    let days = Days::new(Period::Today, &zone, now.as_millisecond());
    let at = |text: &str| text.parse::<Timestamp>().unwrap().as_millisecond();
    assert_eq!(days.from_ms, at("2026-07-14T00:00:00+08:00"));
    assert_eq!(days.before_ms, at("2026-07-07T00:00:00+08:00"));
    assert_eq!(days.reached(at("2026-07-07T14:00:00+08:00"), 8), 8);
    assert_eq!(days.reached(at("2026-07-07T15:00:00+08:00"), 8), 4);
    assert_eq!(days.reached(at("2026-07-07T16:00:00+08:00"), 8), 0);
    let month = Days::new(Period::Month, &zone, now.as_millisecond());
    assert_eq!(month.from_ms, at("2026-06-15T00:00:00+08:00"));
    assert_eq!(month.before_ms, at("2026-05-16T00:00:00+08:00"));
    assert_eq!(steps(Period::Month, &zone, month).len(), 30);
}

#[test]
fn half_of_the_answers_lie_within_a_bin() {
    let mut first = First::default();
    assert_eq!(first.half_ms(), None);
    first.bins[0] = (3, 0);
    first.bins[1] = (2, 1);
    assert_eq!(first.half_ms(), Some(60_000));
    first.bins[7] = (0, 9);
    assert_eq!(first.half_ms(), None, "it took longer than an hour");
}
