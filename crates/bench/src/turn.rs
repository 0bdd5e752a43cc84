//! Comparisons: several sides, each measured briefly, one after the other, again and again.

use crate::{
    Part,
    load::Run,
    report::{Report, Row},
};

/// What one short run of a side came to.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    value: f64,
    p99_ms: Option<f64>,
    note: String,
}

impl Taken {
    /// The latency of the slowest hundredth is what is measured, and the rest is said beside it.
    pub(crate) fn slowest(run: &Run) -> Self {
        Self {
            value: run.at_ms(0.99),
            p99_ms: None,
            note: format!("p50 {:.2} ms", run.at_ms(0.5)),
        }
    }

    /// Adds facts in words.
    pub(crate) fn with(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }
}

impl From<f64> for Taken {
    fn from(value: f64) -> Self {
        Self {
            value,
            ..Self::default()
        }
    }
}

impl From<Run> for Taken {
    fn from(run: Run) -> Self {
        Self {
            value: run.per_second,
            p99_ms: Some(run.at_ms(0.99)),
            note: run.note(),
        }
    }
}

/// One side of a comparison.
pub(crate) struct Side<'a> {
    name: String,
    unit: &'static str,
    run: Box<dyn FnMut(usize) -> anyhow::Result<Taken> + 'a>,
}

/// A side with the unit of its values, and how to measure it; that is told the number of the round.
pub(crate) fn side<'a, T: Into<Taken>>(
    name: impl Into<String>,
    unit: &'static str,
    mut run: impl FnMut(usize) -> anyhow::Result<T> + 'a,
) -> Side<'a> {
    Side {
        name: name.into(),
        unit,
        run: Box::new(move |round| run(round).map(Into::into)),
    }
}

/// Measures the sides in turn, so many rounds, and reports a row for each; the note is that of the last round.
pub(crate) fn in_turn(
    report: &mut Report,
    (part, group, size): (Part, &str, usize),
    rounds: usize,
    mut sides: Vec<Side<'_>>,
) -> anyhow::Result<()> {
    let mut taken: Vec<Vec<Taken>> = sides.iter().map(|_| Vec::new()).collect();
    for round in 0..rounds {
        for (side, taken) in sides.iter_mut().zip(&mut taken) {
            taken.push((side.run)(round)?);
        }
    }
    for (side, taken) in sides.into_iter().zip(taken) {
        let note = taken.last().map_or(String::new(), |last| last.note.clone());
        report.add(Row {
            part,
            group: group.to_owned(),
            name: side.name,
            size,
            unit: side.unit.to_owned(),
            values: taken.iter().map(|taken| taken.value).collect(),
            p99_ms: taken.iter().filter_map(|taken| taken.p99_ms).collect(),
            note,
        });
    }
    Ok(())
}
