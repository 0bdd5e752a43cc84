//! Many members at once through the application: phone numbers, checks, rows, audit, and the index built over them.

use std::{fmt::Write as _, time::Instant};

use guanxi_model::{corp::Settings, member::Profile, person::Phone};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    Cli, Part,
    crowd::{self, Home},
    peer::{
        Database,
        python::{self, Python},
    },
    report::Report,
    turn::{Side, Taken, in_turn, side},
};

/// Members of the smallest import.
const MEMBERS: usize = 1_000;
const GROUP: &str = "import of members";

/// What the script prints: seconds of each step.
#[derive(Debug, Default, Clone, Copy, Deserialize)]
struct Steps {
    openpyxl: f64,
    phonenumbers: f64,
    pypinyin: f64,
    copy: f64,
}

/// Measures three sizes on each engine, beside rows alone and beside a Python script.
pub(crate) fn measure(cli: &Cli, report: &mut Report) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    let python = Python::find(&cli.python);
    for size in cli.sizes_from(MEMBERS) {
        let rows = rows(size);
        let mut sides = vec![side("rows alone, rusqlite", "s", |_| alone(&rows))];
        for engine in 0..=usize::from(cli.postgres.is_some()) {
            let name = ["guanxi, SQLite", "guanxi, PostgreSQL"][engine];
            let (rows, runtime) = (&rows, &runtime);
            sides.push(side(name, "s", move |_| {
                let place = crowd::places(cli.postgres.as_deref())?.swap_remove(engine);
                runtime.block_on(import(&place, rows))
            }));
        }
        if let (Some(python), Some(postgres)) = (&python, &cli.postgres) {
            sides.push(script(python, postgres, &rows)?);
        }
        in_turn(report, (Part::Import, GROUP, size), cli.rounds, sides)?;
    }
    Ok(())
}

/// Rows as they stand in a list: the mobile number as people write it.
fn rows(size: usize) -> Vec<(Profile, String)> {
    (0..size)
        .map(|number| {
            // A block in which every number is valid.
            let written = format!("138 {:04} {:04}", number / 10_000, number % 10_000);
            (crowd::profile(number), written)
        })
        .collect()
}

async fn import(place: &Home, rows: &[(Profile, String)]) -> anyhow::Result<Taken> {
    let env = crowd::node(&place.options).await?;
    let corp = crowd::corp(&env, Settings::default()).await?;
    let rows = rows.to_vec();
    let count = rows.len();
    let started = Instant::now();
    let profiles = rows
        .into_iter()
        .map(|(profile, written)| {
            let mobile =
                Some(Phone::parse(&written, "CN").map_err(|why| anyhow::anyhow!("{why}"))?);
            Ok(Profile { mobile, ..profile })
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    let read_s = started.elapsed().as_secs_f64();
    let created = crowd::import(&env, corp, profiles).await?.len();
    anyhow::ensure!(created == count, "{created} of {count} were imported");
    let written_s = started.elapsed().as_secs_f64() - read_s;
    guanxi_app::directory::load(&env, corp).await?;
    let whole_s = started.elapsed().as_secs_f64();
    let note = format!(
        "numbers {read_s:.2}, checks and rows {written_s:.2}, pinyin and index {:.2} s",
        whole_s - written_s - read_s
    );
    Ok(Taken::from(whole_s).with(note))
}

/// The rows in one transaction, with the keys that such a table has.
fn alone(rows: &[(Profile, String)]) -> anyhow::Result<f64> {
    let folder = tempfile::tempdir()?;
    let mut database = rusqlite::Connection::open(folder.path().join("alone.db"))?;
    database.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         CREATE TABLE member (userid TEXT PRIMARY KEY, name TEXT NOT NULL, mobile TEXT NOT NULL, position TEXT NOT NULL,
             extension TEXT NOT NULL, employee_no TEXT NOT NULL) WITHOUT ROWID;
         CREATE INDEX by_mobile ON member (mobile)",
    )?;
    let started = Instant::now();
    let change = database.transaction()?;
    {
        let mut insert = change.prepare("INSERT INTO member VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
        for (profile, written) in rows {
            insert.execute([
                &profile.userid,
                &profile.name,
                written,
                &profile.position,
                &profile.extension,
                &profile.employee_no,
            ])?;
        }
    }
    change.commit()?;
    Ok(started.elapsed().as_secs_f64())
}

/// The script over a spreadsheet with the same rows; reading the spreadsheet is told apart, since we are given rows.
fn script<'a>(
    python: &'a Python,
    postgres: &str,
    rows: &[(Profile, String)],
) -> anyhow::Result<Side<'a>> {
    let folder = tempfile::tempdir()?;
    let (list, book) = (
        folder.path().join("rows.tsv"),
        folder.path().join("rows.xlsx"),
    );
    let mut text = String::new();
    for (profile, written) in rows {
        let department = profile.places.first().map_or(0, |place| place.department.0);
        let (userid, name) = (&profile.userid, &profile.name);
        let (position, extension) = (&profile.position, &profile.extension);
        let number = &profile.employee_no;
        writeln!(
            text,
            "{userid}\t{name}\t{written}\t{position}\t{extension}\t{number}\t{department}"
        )?;
    }
    std::fs::write(&list, text)?;
    let _: Value = python.run(python::IMPORT, &[&"make", &list, &book])?;
    let database = Database::create(postgres)?;
    let name = "phonenumbers, pypinyin, COPY (python)";
    Ok(side(name, "s", move |_| {
        // The folder lives as long as its book is read.
        let _ = &folder;
        let steps: Steps = python.run(python::IMPORT, &[&"read", &book, &database.url])?;
        let Steps {
            openpyxl,
            phonenumbers,
            pypinyin,
            copy,
        } = steps;
        let note = format!(
            "numbers {phonenumbers:.2}, pinyin {pypinyin:.2}, COPY {copy:.2} s; with reading the xlsx by openpyxl {:.2} s",
            openpyxl + phonenumbers + pypinyin + copy
        );
        Ok(Taken::from(phonenumbers + pypinyin + copy).with(note))
    }))
}
