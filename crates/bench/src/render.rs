//! Pictures of QR codes: ours, the bare matrix, and what a Python or shell user would call.

use std::{
    fmt::Write as _,
    hint::black_box,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use fast_qr::{ECL, QRBuilder};
use guanxi_web::code_image::Matrix;
use serde::Deserialize;

use crate::{
    Cli, Part,
    peer::{
        find,
        python::{self, Python},
    },
    report::Report,
    turn::{Taken, in_turn, side},
};

/// Different addresses that are drawn in turn.
const ADDRESSES: usize = 1000;
/// Width of a PNG.
const PIXELS: u32 = 512;

/// What a script prints.
#[derive(Debug, Deserialize)]
struct Drawn {
    per_second: f64,
    bytes: usize,
}

/// Measures both pictures, in this process and on one thread.
pub(crate) fn measure(cli: &Cli, report: &mut Report) -> anyhow::Result<()> {
    let (texts, time) = (addresses(), cli.time());
    let mut list = String::new();
    for text in &texts {
        writeln!(list, "{text}")?;
    }
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), list)?;
    let python = Python::find(&cli.python);
    let qrencode = find("qrencode");
    let segno = |kind: &'static str| {
        let (python, file) = (python.as_ref(), file.path());
        python.map(move |python| {
            side(format!("segno {kind}"), "/s", move |_| {
                let seconds = time.as_secs_f64().to_string();
                let drawn: Drawn = python.run(python::QR, &[&file, &seconds, &kind])?;
                Ok(Taken::from(drawn.per_second).with(format!("{} bytes", drawn.bytes)))
            })
        })
    };
    let mut sides = vec![
        side("fast_qr, matrix alone", "/s", |_| {
            again(time, &texts, |text| {
                QRBuilder::new(text)
                    .ecl(ECL::M)
                    .build()
                    .map(|code| code.size)
                    .ok()
            })
        }),
        side("guanxi svg", "/s", |_| {
            again(time, &texts, |text| Some(Matrix::of(text)?.svg().len()))
        }),
        side("guanxi png", "/s", |_| {
            again(time, &texts, |text| {
                Some(Matrix::of(text)?.png(PIXELS).len())
            })
        }),
    ];
    sides.extend(segno("svg"));
    sides.extend(segno("png"));
    if let Some(qrencode) = &qrencode {
        let texts = &texts;
        sides.push(side("qrencode svg, a process each", "/s", move |_| {
            again(time, texts, |text| {
                let mut command = Command::new(qrencode);
                command.args(["-t", "SVG", "-l", "M", "-m", "4", "-o", "-", text]);
                command.output().ok().map(|output| output.stdout.len())
            })
        }));
    }
    in_turn(report, (Part::Render, "QR code", 0), cli.rounds, sides)?;
    let sides = vec![
        side("largest svg", "bytes", |_| {
            largest(&texts, |text| Some(Matrix::of(text)?.svg().len()))
        }),
        side("largest png, 1 bit, 512 pixels", "bytes", |_| {
            largest(&texts, |text| Some(Matrix::of(text)?.png(PIXELS).len()))
        }),
    ];
    in_turn(report, (Part::Render, "QR code", 0), 1, sides)
}

/// Addresses as codes have them.
fn addresses() -> Vec<String> {
    use guanxi_app::outside::{Chance as _, SystemChance};
    (0..ADDRESSES)
        .map(|_| {
            let token = format!("{:032x}", SystemChance.number());
            format!("https://guanxi.example/q/{}", &token[..24])
        })
        .collect()
}

/// Draws one after the other until the time is over.
fn again(
    time: Duration,
    texts: &[String],
    mut draw: impl FnMut(&str) -> Option<usize>,
) -> anyhow::Result<Taken> {
    let (started, mut count, mut bytes) = (Instant::now(), 0, 0);
    while started.elapsed() < time {
        let text = &texts[count % texts.len()];
        bytes = black_box(draw(text)).context("cannot be drawn")?;
        count += 1;
    }
    let per_second = count as f64 / started.elapsed().as_secs_f64();
    let note = if bytes > 100 {
        format!("{bytes} bytes")
    } else {
        String::new()
    };
    Ok(Taken::from(per_second).with(note))
}

fn largest(texts: &[String], draw: impl Fn(&str) -> Option<usize>) -> anyhow::Result<f64> {
    let sizes = texts.iter().filter_map(|text| draw(text));
    Ok(sizes.max().context("nothing was drawn")? as f64)
}
