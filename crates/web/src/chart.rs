//! Charts as SVG within a page: lines, bars and distances. The words around them, and the table of their numbers, are the page's.

use std::fmt::Write as _;

mod curve;

pub use curve::{Curve, curves, curves_in};

/// How wide a chart is drawn: twice, so that its text keeps its size on a telephone.
pub const WIDTHS: [(&str, i64); 2] = [("wide", 470), ("narrow", 340)];
/// Room right of the lines, for the name of the dotted one.
const RIGHT: f64 = 30.0;
/// Top and bottom of the area in which numbers are drawn.
const TOP: f64 = 16.0;
const BOTTOM: f64 = 196.0;

/// A point of a line: what stands below it, and two numbers of which the first may not have come yet.
#[derive(Debug, Clone)]
pub struct Point {
    /// What stands below it.
    pub label: String,
    /// This time.
    pub now: Option<i64>,
    /// The time before.
    pub before: i64,
}

/// A bar: what stands below it, and its two parts.
#[derive(Debug, Clone)]
pub struct Bar {
    /// What stands below it.
    pub label: String,
    /// The lower part.
    pub good: i64,
    /// The upper part.
    pub late: i64,
}

/// Somebody who got more or less than was due.
#[derive(Debug, Clone)]
pub struct Distance {
    /// Who.
    pub name: String,
    /// By how much.
    pub by: f64,
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// A round distance between lines of a grid of which about three reach a number.
fn grid_step(most: i64) -> i64 {
    let mut step = 1;
    loop {
        for round in [1, 2, 5] {
            if step * round * 4 >= most {
                return step * round;
            }
        }
        step *= 10;
    }
}

fn begin(class: &str, (width, height): (i64, i64), label: &str) -> String {
    let label = escaped(label);
    format!(
        "<svg class=\"{class}\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{label}\">"
    )
}

/// Draws lines: this time with a wash below it, the time before dashed; names stand at their ends.
pub fn lines(points: &[Point], (now, before): (&str, &str), label: &str) -> String {
    let most = points
        .iter()
        .map(|point| point.before.max(point.now.unwrap_or_default()));
    let most = most.max().unwrap_or_default().max(1);
    let step = grid_step(most);
    let top = (most + step - 1) / step * step;
    let mut all = String::new();
    for (class, width) in WIDTHS {
        let (left, right) = (34.0, width as f64 - RIGHT);
        let last = points.len().saturating_sub(1).max(1) as f64;
        let x = |at: usize| left + (right - left) * at as f64 / last;
        let y = |value: i64| BOTTOM - (BOTTOM - TOP) * value as f64 / top as f64;
        let mut svg = begin(class, (width, 220), label);
        for line in (0..=top / step).map(|line| line * step) {
            let (kind, at) = (if line == 0 { "base" } else { "grid" }, y(line));
            let _ = write!(
                svg,
                "<path class=\"{kind}\" d=\"M{left} {at:.1}H{right}\"/><text class=\"e\" x=\"28\" y=\"{:.1}\">{line}</text>",
                at + 4.0
            );
        }
        let between = points
            .len()
            .div_ceil(if class == "wide" { 7 } else { 5 })
            .max(1);
        for (at, point) in points.iter().enumerate().step_by(between) {
            let text = escaped(&point.label);
            let _ = write!(
                svg,
                "<text class=\"m\" x=\"{:.1}\" y=\"214\">{text}</text>",
                x(at)
            );
        }
        let path = |values: &[(usize, i64)]| {
            let mut path = String::new();
            for (number, (at, value)) in values.iter().enumerate() {
                let mark = if number == 0 { 'M' } else { 'L' };
                let _ = write!(path, "{mark}{:.1} {:.1}", x(*at), y(*value));
            }
            path
        };
        let old: Vec<(usize, i64)> = points
            .iter()
            .map(|point| point.before)
            .enumerate()
            .collect();
        let new: Vec<(usize, i64)> = points
            .iter()
            .enumerate()
            .filter_map(|(at, point)| Some((at, point.now?)))
            .collect();
        if let (Some((first, _)), Some((end, value))) = (new.first(), new.last()) {
            let line = path(&new);
            let _ = write!(
                svg,
                "<path class=\"wash\" d=\"{line}L{:.1} {BOTTOM}L{:.1} {BOTTOM}z\"/><path class=\"ln l0\" d=\"{}\"/><path class=\"ln l1\" d=\"{line}\"/><circle class=\"f1\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"4\"/>",
                x(*end),
                x(*first),
                path(&old),
                x(*end),
                y(*value)
            );
            let is_at_end = x(*end) > right - 40.0;
            let (anchor, shift) = if is_at_end { ("e", -6.0) } else { ("m", 0.0) };
            let _ = write!(
                svg,
                "<text class=\"strong {anchor}\" x=\"{:.1}\" y=\"{:.1}\">{} {value}</text>",
                x(*end) + shift,
                (y(*value) - 9.0).max(11.0),
                escaped(now)
            );
        }
        if let Some((_, value)) = old.last() {
            let _ = write!(
                svg,
                "<text class=\"e\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                right + RIGHT - 2.0,
                (y(*value) - 8.0).max(11.0),
                escaped(before)
            );
        }
        all.push_str(&svg);
        all.push_str("</svg>");
    }
    all
}

/// Draws bars, each with its number above it; their late part lies on top.
pub fn bars(bars: &[Bar], label: &str) -> String {
    let most = bars.iter().map(|bar| bar.good + bar.late).max();
    let most = most.unwrap_or_default().max(1) as f64;
    let mut all = String::new();
    for (class, width) in WIDTHS {
        let each = (width as f64 - 16.0) / bars.len().max(1) as f64;
        let mut svg = begin(class, (width, 220), label);
        for (number, bar) in bars.iter().enumerate() {
            let (x, sum) = (8.0 + each * number as f64, bar.good + bar.late);
            let height = |value: i64| (BOTTOM - TOP - 10.0) * value as f64 / most;
            let mut floor = BOTTOM;
            for (kind, value) in [("f1", bar.good), ("f2", bar.late)] {
                if value > 0 {
                    floor -= height(value);
                    let _ = write!(
                        svg,
                        "<rect class=\"{kind}\" x=\"{:.1}\" y=\"{floor:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"2\"/>",
                        x + 2.0,
                        each - 4.0,
                        height(value)
                    );
                }
            }
            let middle = x + each / 2.0;
            let _ = write!(
                svg,
                "<text class=\"m\" x=\"{middle:.1}\" y=\"{:.1}\">{sum}</text><text class=\"m\" x=\"{middle:.1}\" y=\"214\">{}</text>",
                floor - 5.0,
                escaped(&bar.label)
            );
        }
        let _ = write!(
            svg,
            "<path class=\"base\" d=\"M8 {BOTTOM}H{}\"/></svg>",
            width - 8
        );
        all.push_str(&svg);
    }
    all
}

/// Draws how far each is from what was due; within one turn nobody needs to look.
pub fn distances(rows: &[Distance], (less, due, more): (&str, &str, &str), label: &str) -> String {
    let most = rows.iter().map(|row| row.by.abs()).fold(2.0, f64::max);
    let height = 28 + 26 * rows.len() as i64;
    let mut all = String::new();
    for (class, width) in WIDTHS {
        let (left, right) = (92.0, width as f64 - 44.0);
        let middle = f64::midpoint(left, right);
        let scale = (right - middle - 34.0) / most;
        let mut svg = begin(class, (width, height), label);
        let _ = write!(
            svg,
            "<text x=\"{left}\" y=\"12\">{}</text><text class=\"m\" x=\"{middle}\" y=\"12\">{}</text><text class=\"e\" x=\"{}\" y=\"12\">{}</text><rect class=\"wash\" x=\"{:.1}\" y=\"22\" width=\"{:.1}\" height=\"{}\"/><path class=\"base\" d=\"M{middle} 22V{}\"/>",
            escaped(less),
            escaped(due),
            width - 10,
            escaped(more),
            middle - scale,
            scale * 2.0,
            height - 28,
            height - 6
        );
        for (number, row) in rows.iter().enumerate() {
            let y = 39 + 26 * number as i64;
            let x = middle + row.by * scale;
            let far = if row.by.abs() > 1.0 { 2 } else { 1 };
            let (anchor, shift) = if row.by < 0.0 {
                ("e", -10.0)
            } else {
                ("s", 10.0)
            };
            let by = format!("{:+.1}", row.by).replace('-', "−");
            let name: String = row.name.chars().take(9).collect();
            let _ = write!(
                svg,
                "<text class=\"strong\" x=\"0\" y=\"{y}\">{}</text><path class=\"ln l{far}\" d=\"M{middle} {}H{x:.1}\"/><circle class=\"f{far}\" cx=\"{x:.1}\" cy=\"{}\" r=\"5.5\"/><text class=\"{anchor}\" x=\"{:.1}\" y=\"{y}\">{by}</text>",
                escaped(&name),
                y - 4,
                y - 4,
                x + shift
            );
        }
        all.push_str(&svg);
        all.push_str("</svg>");
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grids_are_round() {
        for (most, step) in [(1, 1), (4, 1), (5, 2), (57, 20), (400, 100), (4001, 2000)] {
            assert_eq!(grid_step(most), step, "{most}");
        }
    }

    #[test]
    fn names_cannot_leave_their_text() {
        let row = Distance {
            name: "<b>\"x".to_owned(),
            by: -1.5,
        };
        let svg = distances(&[row], ("less", "due", "more"), "a \"label\"");
        assert!(
            svg.contains("&lt;b&gt;&quot;x") && svg.contains("−1.5"),
            "{svg}"
        );
        assert!(svg.contains("aria-label=\"a &quot;label&quot;\""));
    }

    #[test]
    fn nothing_can_be_drawn() {
        assert!(lines(&[], ("now", "before"), "none").ends_with("</svg>"));
        assert!(bars(&[], "none").ends_with("</svg>"));
    }
}
