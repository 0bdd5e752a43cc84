//! The results as a table that people read: three sizes side by side, how the cost grows, and which goals are reached.

use std::{collections::BTreeSet, fmt::Write as _, path::Path};

use anyhow::Context as _;

use crate::{
    goal, page,
    report::{Report, Row, figure},
};

/// Rows of pages that are shown: the slowest and the heaviest.
const PAGES: usize = 5;

/// Writes `table.md`.
pub(crate) fn write(report: &Report, folder: &Path) -> anyhow::Result<()> {
    let mut text = format!(
        "Measured on {}; median of {} runs (smallest – largest).\n\n",
        report.machine,
        report
            .rows
            .iter()
            .map(|row| row.values.len())
            .max()
            .unwrap_or_default()
    );
    text.push_str(&goal::table(report)?);
    text.push_str(
        "\n| what | ×1 | ×10 | ×100 | cost grows as | p99 at the largest | note |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | --- |\n",
    );
    let mut parts: Vec<_> = report.rows.iter().map(|row| row.part).collect();
    parts.sort_unstable();
    parts.dedup();
    for part in parts {
        let mut groups: Vec<&str> = Vec::new();
        for row in report.rows.iter().filter(|row| row.part == part) {
            if !groups.contains(&row.group.as_str()) {
                groups.push(&row.group);
            }
        }
        for group in groups {
            let rows: Vec<&Row> = report
                .rows
                .iter()
                .filter(|row| row.group == group)
                .collect();
            write_group(&mut text, group, &rows)?;
        }
    }
    std::fs::write(folder.join("table.md"), text).context("cannot write table.md")
}

fn write_group(text: &mut String, group: &str, rows: &[&Row]) -> anyhow::Result<()> {
    let sizes: BTreeSet<usize> = rows
        .iter()
        .map(|row| row.size)
        .filter(|&size| size > 0)
        .collect();
    let listed: Vec<String> = sizes.iter().map(|&size| figure(size as f64)).collect();
    let listed = if listed.is_empty() {
        String::new()
    } else {
        format!(" ({})", listed.join(" / "))
    };
    writeln!(text, "| **{group}**{listed} | | | | | | |")?;
    let mut names: Vec<&str> = Vec::new();
    for row in rows {
        if !names.contains(&row.name.as_str()) {
            names.push(&row.name);
        }
    }
    if [page::TIMES, page::VISITS].contains(&group) {
        names.sort_by(|a, b| median_of(rows, b).total_cmp(&median_of(rows, a)));
        writeln!(
            text,
            "| {} pages, the first {PAGES} of which are: | | | | | | |",
            names.len()
        )?;
        names.truncate(PAGES);
    }
    for name in names {
        let mut own: Vec<&Row> = rows
            .iter()
            .copied()
            .filter(|row| row.name == name)
            .collect();
        own.sort_by_key(|row| row.size);
        write_line(text, name, &sizes, &own)?;
    }
    Ok(())
}

fn median_of(rows: &[&Row], name: &str) -> f64 {
    rows.iter()
        .find(|row| row.name == name)
        .map_or(0.0, |row| row.median())
}

fn write_line(
    text: &mut String,
    name: &str,
    sizes: &BTreeSet<usize>,
    own: &[&Row],
) -> anyhow::Result<()> {
    write!(text, "| {name} |")?;
    let columns: Vec<usize> = if sizes.is_empty() {
        vec![0]
    } else {
        sizes.iter().copied().collect()
    };
    for at in 0..3 {
        let row = columns
            .get(at)
            .and_then(|size| own.iter().find(|row| row.size == *size));
        match row {
            Some(row) => write!(text, " {} |", cell(row))?,
            None => text.push_str(" |"),
        }
    }
    let grows = exponent(own).map_or(String::new(), |power| format!("n^{power:.2}"));
    let last = own.last().context("a name without rows")?;
    let p99 = last
        .median_p99_ms()
        .map_or(String::new(), |ms| format!("{} ms", figure(ms)));
    writeln!(text, " {grows} | {p99} | {} |", last.note)?;
    Ok(())
}

fn cell(row: &Row) -> String {
    let (min, max) = row.range();
    let [median, min, max] = [row.median(), min, max].map(figure);
    if row.values.len() < 2 {
        return format!("{median} {}", row.unit);
    }
    format!("{median} {} ({min} – {max})", row.unit)
}

/// Power of the size with which the cost grows, by least squares over the logarithms; None for fewer than two sizes.
pub(crate) fn exponent(rows: &[&Row]) -> Option<f64> {
    let points: Vec<(f64, f64)> = rows
        .iter()
        .filter(|row| row.size > 0 && row.median() > 0.0)
        .map(|row| {
            let cost = if row.unit == "/s" {
                1.0 / row.median()
            } else {
                row.median()
            };
            ((row.size as f64).ln(), cost.ln())
        })
        .collect();
    let count = points.len() as f64;
    if count < 2.0 {
        return None;
    }
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (x_mean, y_mean) = (mean(|point| point.0), mean(|point| point.1));
    let slope = |point: &(f64, f64)| (point.0 - x_mean) * (point.1 - y_mean);
    let spread: f64 = points.iter().map(|point| (point.0 - x_mean).powi(2)).sum();
    (spread > 0.0).then(|| points.iter().map(slope).sum::<f64>() / spread)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Part;

    fn row(size: usize, unit: &str, value: f64) -> Row {
        Row {
            part: Part::Search,
            group: String::new(),
            name: String::new(),
            size,
            unit: unit.to_owned(),
            values: vec![value],
            p99_ms: Vec::new(),
            note: String::new(),
        }
    }

    #[test]
    fn the_exponent_is_that_of_the_cost() {
        let linear = [
            row(10, "s", 2.0),
            row(100, "s", 20.0),
            row(1000, "s", 200.0),
        ];
        let power = exponent(&linear.each_ref()).unwrap();
        assert!((power - 1.0).abs() < 1e-9);
        let falling = [row(10, "/s", 400.0), row(1000, "/s", 40.0)];
        let power = exponent(&falling.each_ref()).unwrap();
        assert!((power - 0.5).abs() < 1e-9);
        assert_eq!(exponent(&[&row(10, "s", 1.0)]), None);
    }
}
