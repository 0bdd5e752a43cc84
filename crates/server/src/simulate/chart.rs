//! The chart of a simulation: how many visitors wait over time under each strategy, as one SVG file that needs nothing else.

use guanxi_model::live_code::simulate::Report;
use guanxi_web::chart::{Curve, curves_in};
use jiff::{Timestamp, tz::TimeZone};

use super::words;

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 400.0;
/// Room for the title.
const TITLE: f64 = 36.0;

const STYLE: &str = "text{font:13px system-ui,sans-serif;fill:#2b2a27}.title{font-size:17px}.title,.strong{font-weight:600}\
.e{text-anchor:end}.m{text-anchor:middle}.grid,.base{stroke:#d9d4ca}.ln{fill:none;stroke-width:2.2;stroke-linejoin:round}\
.l1{stroke:#1f5a4a}.l2{stroke:#c2541b}.l3{stroke:#35608f}.l4{stroke:#7a5195}.f1{fill:#1f5a4a}.f2{fill:#c2541b}.f3{fill:#35608f}\
.f4{fill:#7a5195}.ground{fill:#fff}@media(prefers-color-scheme:dark){text{fill:#ece8df}.ground{fill:#1c1b19}.grid,.base{stroke:#45423c}\
.l1{stroke:#7fc4ae}.l2{stroke:#e88a57}.l3{stroke:#8db4de}.l4{stroke:#c29bdc}.f1{fill:#7fc4ae}.f2{fill:#e88a57}.f3{fill:#8db4de}\
.f4{fill:#c29bdc}}";

/// Draws reports of one scenario.
pub(super) fn draw(title: &str, zone: &TimeZone, reports: &[Report]) -> String {
    let curves: Vec<Curve> = reports
        .iter()
        .map(|report| Curve {
            name: words::strategy(report.strategy).to_owned(),
            points: report.waiting(),
        })
        .collect();
    let moments = || curves.iter().flat_map(|curve| &curve.points);
    let first = moments().map(|point| point.0).min().unwrap_or(0);
    let last = moments().map(|point| point.0).max().unwrap_or(0);
    let lines = curves_in(&curves, (WIDTH, HEIGHT), |at_ms| {
        clock(zone, at_ms, last - first)
    });
    let (title, height) = (escaped(title), HEIGHT + TITLE);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\"><title>{title}</title>\
         <style>{STYLE}</style><rect class=\"ground\" width=\"{WIDTH}\" height=\"{height}\"/>\
         <text class=\"title\" x=\"44\" y=\"26\">{title}: visitors who wait</text>\
         <g transform=\"translate(0 {TITLE})\">{lines}</g></svg>\n"
    )
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
