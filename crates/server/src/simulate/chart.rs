//! The chart of a simulation: how many visitors wait over time under each strategy, as one SVG file that needs nothing else.

use std::fmt::Write as _;

use guanxi_model::live_code::simulate::Report;
use jiff::{Timestamp, tz::TimeZone};

use super::words;

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 420.0;
/// Room for the numbers and names around the lines.
const LEFT: f64 = 64.0;
const TOP: f64 = 64.0;
const BOTTOM: f64 = 48.0;
const RIGHT: f64 = 24.0;
/// Points of a line: more cannot be told apart.
const POINTS: usize = 480;

const STYLE: &str = "text{font:13px system-ui,sans-serif;fill:#2b2a27}.title{font-size:17px;font-weight:600}\
.axis{stroke:#d9d4ca}.line{fill:none;stroke-width:2.2;stroke-linejoin:round}.s0{stroke:#1f5a4a}.s1{stroke:#c2541b}\
.s2{stroke:#35608f}.s3{stroke:#7a5195}.s0t{fill:#1f5a4a}.s1t{fill:#a94513}.s2t{fill:#35608f}.s3t{fill:#7a5195}\
.ground{fill:#fff}@media(prefers-color-scheme:dark){text{fill:#ece8df}.ground{fill:#1c1b19}.axis{stroke:#45423c}\
.s0{stroke:#7fc4ae}.s1{stroke:#e88a57}.s2{stroke:#8db4de}.s3{stroke:#c29bdc}.s0t{fill:#7fc4ae}.s1t{fill:#e88a57}\
.s2t{fill:#8db4de}.s3t{fill:#c29bdc}}";

/// Draws reports of one scenario.
pub(super) fn draw(title: &str, zone: &TimeZone, reports: &[Report]) -> String {
    let slots = || reports.iter().flat_map(|report| &report.slots);
    let highest = slots().map(|slot| slot.waiting).max().unwrap_or(0).max(1);
    let first = slots().map(|slot| slot.at_ms).min().unwrap_or(0);
    let last = slots()
        .map(|slot| slot.at_ms)
        .max()
        .unwrap_or(1)
        .max(first + 1);
    let x =
        |at_ms: i64| LEFT + (at_ms - first) as f64 / (last - first) as f64 * (WIDTH - LEFT - RIGHT);
    let y = |waiting: f64| HEIGHT - BOTTOM - waiting / highest as f64 * (HEIGHT - TOP - BOTTOM);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\"><title>{0}</title>\
         <style>{STYLE}</style><rect class=\"ground\" width=\"{WIDTH}\" height=\"{HEIGHT}\"/>\
         <text class=\"title\" x=\"{LEFT}\" y=\"26\">{0}: visitors who wait</text>",
        escaped(title)
    );
    for step in 0..=4 {
        let waiting = highest as f64 * f64::from(step) / 4.0;
        let at = y(waiting);
        let _ = write!(
            svg,
            "<path class=\"axis\" d=\"M{LEFT} {at:.1}H{:.0}\"/><text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{waiting:.0}</text>",
            WIDTH - RIGHT,
            LEFT - 8.0,
            at + 4.0
        );
    }
    for step in 0..=6 {
        let at_ms = first + (last - first) * step / 6;
        let _ = write!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.0}\" text-anchor=\"middle\">{}</text>",
            x(at_ms),
            HEIGHT - BOTTOM + 24.0,
            clock(zone, at_ms, last - first)
        );
    }
    let mut name_x = LEFT;
    for (at, report) in reports.iter().enumerate() {
        let class = at % 4;
        let _ = write!(
            svg,
            "<path class=\"line s{class}\" d=\"{}\"/>",
            line(report, &x, &y)
        );
        let name = words::strategy(report.strategy);
        let _ = write!(
            svg,
            "<text class=\"s{class}t\" x=\"{name_x:.0}\" y=\"48\">{name}</text>"
        );
        name_x += name.len() as f64 * 7.5 + 28.0;
    }
    svg.push_str("</svg>\n");
    svg
}

/// One line, thinned by the highest of each stretch, so that no peak is lost.
fn line(report: &Report, x: &impl Fn(i64) -> f64, y: &impl Fn(f64) -> f64) -> String {
    let stretch = report.slots.len().div_ceil(POINTS).max(1);
    let mut path = String::new();
    for slots in report.slots.chunks(stretch) {
        let Some(slot) = slots.iter().max_by_key(|slot| slot.waiting) else {
            continue;
        };
        let command = if path.is_empty() { 'M' } else { 'L' };
        let _ = write!(
            path,
            "{command}{:.1} {:.1}",
            x(slot.at_ms),
            y(slot.waiting as f64)
        );
    }
    path
}

fn clock(zone: &TimeZone, at_ms: i64, span_ms: i64) -> String {
    let form = if span_ms > 2 * 86_400_000 {
        "%d %b %H:%M"
    } else {
        "%H:%M"
    };
    Timestamp::from_millisecond(at_ms)
        .map(|at| at.to_zoned(zone.clone()).strftime(form).to_string())
        .unwrap_or_default()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
