//! What a simulation came to, as text for a terminal.

use std::fmt::Write as _;

use guanxi_model::live_code::{
    pool::Strategy,
    simulate::{Report, SeatReport},
};

/// Name of a strategy, for people.
pub(super) const fn strategy(strategy: Strategy) -> &'static str {
    match strategy {
        Strategy::RoundRobin => "round robin",
        Strategy::Weighted => "weighted",
        Strategy::LeastLoaded => "least loaded",
        Strategy::Nearest => "nearest",
    }
}

/// One strategy: the numbers of the day, then a line for each group of members.
pub(super) fn report(report: &Report, groups: &[(String, usize)]) -> String {
    let mut text = String::new();
    let answered = (report.kept + report.broken).max(1);
    let _ = writeln!(
        text,
        "{}\n  scans {}, adds {}, left a number {} (found somebody full: {}), still waiting {}\n  \
         first answer within {} for half, {} for 9 of 10, {} for 99 of 100\n  \
         promise kept {:.1} %, broken {}",
        strategy(report.strategy),
        grouped(report.scans),
        grouped(report.adds),
        grouped(report.left_numbers),
        grouped(report.found_full),
        grouped(report.still_waiting),
        span(report.wait_p50_s),
        span(report.wait_p90_s),
        span(report.wait_p99_s),
        report.kept as f64 * 100.0 / answered as f64,
        grouped(report.broken),
    );
    let mut members = report.members.as_slice();
    for (name, count) in groups {
        let (group, rest) = members.split_at((*count).min(members.len()));
        members = rest;
        text.push_str(&line(name, group));
    }
    text
}

fn line(name: &str, group: &[SeatReport]) -> String {
    let adds = || group.iter().map(|member| member.adds);
    let slowest = group
        .iter()
        .map(|member| member.wait_p90_s)
        .fold(0.0, f64::max);
    format!(
        "  {name}: {} members, {} adds ({} to {} each), {} at their caps, slowest {} for 9 of 10\n",
        grouped(group.len() as u64),
        grouped(adds().sum()),
        grouped(adds().min().unwrap_or(0)),
        grouped(adds().max().unwrap_or(0)),
        grouped(group.iter().filter(|member| member.is_full).count() as u64),
        span(slowest),
    )
}

/// 1234567 as 1,234,567.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Seconds as somebody would say them.
fn span(seconds: f64) -> String {
    let whole = seconds.round() as i64;
    match whole {
        ..60 => format!("{whole} s"),
        60..3600 => format!("{} min {} s", whole / 60, whole % 60),
        _ => format!("{} h {} min", whole / 3600, whole % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_spans_read_well() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(999), "999");
        assert_eq!(span(59.4), "59 s");
        assert_eq!(span(61.0), "1 min 1 s");
        assert_eq!(span(7260.0), "2 h 1 min");
    }
}
