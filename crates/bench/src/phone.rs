//! Phone numbers to E.164: ours, the library below it, and Python's; and whether they agree on Google's examples.

use std::{
    fmt::Write as _,
    hint::black_box,
    time::{Duration, Instant},
};

use guanxi_model::person::Phone;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, PhoneNumberType, Region};
use serde::Deserialize;

use crate::{
    Cli, Part,
    peer::python::{self, Python},
    report::Report,
    turn::{Taken, in_turn, side},
};

const TYPES: [PhoneNumberType; 11] = [
    PhoneNumberType::FixedLine,
    PhoneNumberType::Mobile,
    PhoneNumberType::FixedLineOrMobile,
    PhoneNumberType::TollFree,
    PhoneNumberType::PremiumRate,
    PhoneNumberType::SharedCost,
    PhoneNumberType::VoIP,
    PhoneNumberType::PersonalNumber,
    PhoneNumberType::Pager,
    PhoneNumberType::UAN,
    PhoneNumberType::VoiceMail,
];
const NOTATIONS: [PhoneNumberFormat; 3] = [
    PhoneNumberFormat::National,
    PhoneNumberFormat::International,
    PhoneNumberFormat::E164,
];

/// An example number in one notation.
#[derive(Debug)]
struct Example {
    region: Region,
    code: String,
    text: String,
    e164: String,
}

/// What the script prints.
#[derive(Debug, Deserialize)]
struct Read {
    per_second: f64,
    others: usize,
}

/// Measures all examples in turn, in this process and on one thread.
pub(crate) fn measure(cli: &Cli, report: &mut Report) -> anyhow::Result<()> {
    let (examples, time) = (examples(), cli.time());
    let mut list = String::new();
    for example in &examples {
        let Example {
            code, text, e164, ..
        } = example;
        writeln!(list, "{code}\t{text}\t{e164}")?;
    }
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), list)?;
    let python = Python::find(&cli.python);
    let ours = |example: &Example| {
        let phone = Phone::parse(&example.text, &example.code).ok()?;
        Some(phone.to_string())
    };
    let library = |example: &Example| {
        let number = PHONE_NUMBER_UTIL
            .parse(&example.text, Some(example.region))
            .ok()?;
        number
            .is_valid()
            .then(|| number.format_as(PhoneNumberFormat::E164).into_owned())
    };
    let mut sides = vec![
        side("rlibphonenumber alone", "/s", |_| {
            Ok(again(time, &examples, library))
        }),
        side("guanxi", "/s", |_| Ok(again(time, &examples, ours))),
    ];
    if let Some(python) = &python {
        sides.push(side("python phonenumbers", "/s", |_| {
            let seconds = time.as_secs_f64().to_string();
            let read: Read = python.run(python::PHONE, &[&file.path(), &seconds])?;
            let note = format!(
                "{} of {} read otherwise by its own metadata",
                read.others,
                examples.len()
            );
            Ok(Taken::from(read.per_second).with(note))
        }));
    }
    in_turn(
        report,
        (Part::Phone, "phone number to E.164", 0),
        cli.rounds,
        sides,
    )?;
    let others = examples
        .iter()
        .filter(|example| ours(example).as_ref() != Some(&example.e164))
        .count();
    let sides = vec![side(
        "guanxi, differing from Google's examples",
        "numbers",
        |_| Ok(Taken::from(others as f64).with(format!("of {}", examples.len()))),
    )];
    in_turn(report, (Part::Phone, "phone number to E.164", 0), 1, sides)
}

/// Every example of the metadata, in three notations.
fn examples() -> Vec<Example> {
    let mut regions: Vec<Region> = PHONE_NUMBER_UTIL.get_supported_regions().collect();
    regions.sort_by_key(ToString::to_string);
    let mut examples = Vec::new();
    for region in regions {
        for kind in TYPES {
            let found = PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(region, kind);
            let Ok(number) = found else {
                continue;
            };
            let e164 = number.format_as(PhoneNumberFormat::E164).into_owned();
            examples.extend(NOTATIONS.map(|notation| Example {
                region,
                code: region.to_string(),
                text: number.format_as(notation).into_owned(),
                e164: e164.clone(),
            }));
        }
    }
    examples
}

fn again(time: Duration, examples: &[Example], read: impl Fn(&Example) -> Option<String>) -> Taken {
    // Patterns are prepared when they are first met.
    for example in examples {
        black_box(read(example));
    }
    let (started, mut count, mut unread) = (Instant::now(), 0_usize, 0_usize);
    while started.elapsed() < time {
        for example in examples {
            unread += usize::from(black_box(read(example)).is_none());
        }
        count += examples.len();
    }
    let per_second = count as f64 / started.elapsed().as_secs_f64();
    let note = format!(
        "{} of {} not read",
        unread * examples.len() / count,
        examples.len()
    );
    Taken::from(per_second).with(note)
}
