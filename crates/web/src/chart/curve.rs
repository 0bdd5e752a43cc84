//! Several lines over time, each with its name above them: on a page, or as a picture of its own.

use std::fmt::Write as _;

use super::{WIDTHS, begin, escaped, grid_step};

/// Points of a line: more cannot be told apart.
const POINTS: usize = 480;
/// Room above, below and beside the lines.
const TOP: f64 = 34.0;
const BELOW: f64 = 24.0;
const LEFT: f64 = 44.0;
const RIGHT: f64 = 16.0;

/// A line: its name, and moments with a number each, in their order.
#[derive(Debug, Clone)]
pub struct Curve {
    /// What it is called.
    pub name: String,
    /// Milliseconds since 1970, and how many.
    pub points: Vec<(i64, i64)>,
}

/// Draws lines for a page; `clock` names a moment.
pub fn curves(curves: &[Curve], clock: impl Fn(i64) -> String, label: &str) -> String {
    let mut all = String::new();
    for (class, width) in WIDTHS {
        let size = (width as f64, 250.0);
        let _ = write!(
            all,
            "{}{}</svg>",
            begin(class, (width, 250), label),
            curves_in(curves, size, &clock)
        );
    }
    all
}

/// What stands in a picture of this size: `.l1`, `.l2` and so on are the lines, `.f1` and so on the marks beside their names.
pub fn curves_in(
    curves: &[Curve],
    (width, height): (f64, f64),
    clock: impl Fn(i64) -> String,
) -> String {
    let points = || curves.iter().flat_map(|curve| &curve.points);
    let most = points().map(|point| point.1).max().unwrap_or(0).max(1);
    let first = points().map(|point| point.0).min().unwrap_or(0);
    let last = points()
        .map(|point| point.0)
        .max()
        .unwrap_or(0)
        .max(first + 1);
    let step = grid_step(most);
    let top = (most + step - 1) / step * step;
    let (right, bottom) = (width - RIGHT, height - BELOW);
    let x = |at_ms: i64| LEFT + (right - LEFT) * (at_ms - first) as f64 / (last - first) as f64;
    let y = |value: i64| bottom - (bottom - TOP) * value as f64 / top as f64;
    let mut svg = String::new();
    for line in (0..=top / step).map(|line| line * step) {
        let (kind, at) = (if line == 0 { "base" } else { "grid" }, y(line));
        let _ = write!(
            svg,
            "<path class=\"{kind}\" d=\"M{LEFT} {at:.1}H{right}\"/><text class=\"e\" x=\"{:.0}\" y=\"{:.1}\">{line}</text>",
            LEFT - 6.0,
            at + 4.0
        );
    }
    let steps = if width < 400.0 { 4 } else { 6 };
    for step in 0..=steps {
        let at_ms = first + (last - first) * step / steps;
        let class = if step == steps { "e" } else { "m" };
        let shift = if step == steps { RIGHT - 2.0 } else { 0.0 };
        let _ = write!(
            svg,
            "<text class=\"{class}\" x=\"{:.1}\" y=\"{:.0}\">{}</text>",
            x(at_ms) + shift,
            height - 6.0,
            escaped(&clock(at_ms))
        );
    }
    let mut name_x = LEFT;
    for (number, curve) in curves.iter().enumerate() {
        let (name, number) = (escaped(&curve.name), number + 1);
        let _ = write!(
            svg,
            "<path class=\"ln l{number}\" d=\"{}\"/><rect class=\"f{number}\" x=\"{name_x:.0}\" y=\"6\" width=\"10\" height=\"10\" rx=\"2\"/><text class=\"strong\" x=\"{:.0}\" y=\"16\">{name}</text>",
            path(curve, &x, &y),
            name_x + 15.0
        );
        let wide = |sign: char| if sign.is_ascii() { 6.8 } else { 12.5 };
        name_x += 34.0 + curve.name.chars().map(wide).sum::<f64>();
    }
    svg
}

/// One line, thinned by the highest of each stretch, so that no peak is lost.
fn path(curve: &Curve, x: &impl Fn(i64) -> f64, y: &impl Fn(i64) -> f64) -> String {
    let stretch = curve.points.len().div_ceil(POINTS).max(1);
    let mut path = String::new();
    for points in curve.points.chunks(stretch) {
        if let Some((at_ms, value)) = points.iter().max_by_key(|point| point.1) {
            let mark = if path.is_empty() { 'M' } else { 'L' };
            let _ = write!(path, "{mark}{:.1} {:.1}", x(*at_ms), y(*value));
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_peak_is_lost_and_no_name_leaves_its_text() {
        let mut points: Vec<(i64, i64)> = (0..10_000).map(|at| (at, 1)).collect();
        points[7003].1 = 90;
        let curve = Curve {
            name: "<b>".to_owned(),
            points,
        };
        let svg = curves(&[curve], |at| at.to_string(), "waits");
        assert!(svg.contains("&lt;b&gt;") && !svg.contains("<b>"));
        assert!(svg.matches('L').count() <= 2 * POINTS);
        // The grid ends at 100; the peak stands a tenth below its top.
        assert!(svg.contains(" 53.2"), "{svg}");
        assert!(curves(&[], |_| String::new(), "none").ends_with("</svg>"));
    }
}
