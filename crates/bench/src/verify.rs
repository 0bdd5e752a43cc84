//! Checking an audit log from its first entry to its head, by the command that an operator calls.

use std::{hint::black_box, process::Command, time::Instant};

use anyhow::Context as _;
use guanxi_model::{
    audit::{Entry, Head, Named, Sealed},
    corp::Settings,
    id::{AuditId, CorpId},
};
use guanxi_store as store;
use sha2::{Digest as _, Sha256};

use crate::{
    Cli, Part, crowd,
    report::Report,
    server::watch,
    turn::{Taken, in_turn, side},
};

/// Entries of the smallest log.
const ENTRIES: usize = 10_000;
/// Entries that are written at once.
const BATCH: usize = 10_000;
/// 1 January 2026.
const START_MS: i64 = 1_767_225_600_000;

/// Measures three sizes on each engine, beside reading and hashing alone.
pub(crate) fn measure(cli: &Cli, report: &mut Report) -> anyhow::Result<()> {
    for size in cli.sizes_from(ENTRIES) {
        let places = crowd::places(cli.postgres.as_deref())?;
        let file = places
            .first()
            .and_then(|place| place.file.clone())
            .context("the first place is a file")?;
        let runtime = tokio::runtime::Runtime::new()?;
        for place in &places {
            runtime.block_on(prepare(place, size))?;
        }
        drop(runtime);
        let rows = entries(CorpId::from_u128(1), Head::default(), size);
        let mut sides = vec![
            side("hashing alone, in memory", "s", |_| {
                let started = Instant::now();
                black_box(hash(&rows));
                Ok(started.elapsed().as_secs_f64())
            }),
            side("reading alone, rusqlite", "s", |_| {
                let started = Instant::now();
                black_box(read(&file)?);
                Ok(started.elapsed().as_secs_f64())
            }),
        ];
        for place in &places {
            sides.push(side(
                format!("guanxi audit verify, {}", place.engine),
                "s",
                |_| {
                    let mut command = Command::new(&cli.binary);
                    command.args(["audit", "verify"]).args(&place.arguments);
                    let (most_mib, time) = watch(command)?;
                    let note = format!("peak {most_mib:.0} MiB");
                    Ok(Taken::from(time.as_secs_f64()).with(note))
                },
            ));
        }
        in_turn(
            report,
            (Part::Verify, "audit verify", size),
            cli.rounds,
            sides,
        )?;
    }
    Ok(())
}

/// Makes a corp with a log of so many sealed entries.
async fn prepare(place: &crowd::Home, size: usize) -> anyhow::Result<()> {
    let env = crowd::node(&place.options).await?;
    let corp = crowd::corp(&env, Settings::default()).await?;
    // On SQLite the making of the corp has its place in the chain already.
    let end = env
        .store
        .read(move |tx| guanxi_app::audit::head(tx, corp))
        .await?;
    let rows = entries(corp, end, size);
    let head = rows.last().map_or(end, Sealed::head);
    for batch in rows.chunks(BATCH) {
        let batch = batch.to_vec();
        env.store
            .write(move |tx| -> guanxi_app::Result<_> {
                Ok(store::audit::insert_sealed(tx, &batch)?)
            })
            .await?;
    }
    env.store
        .write(move |tx| -> guanxi_app::Result<_> { Ok(store::audit::put_head(tx, corp, head)?) })
        .await?;
    Ok(())
}

/// A log as in life, the same each time.
fn entries(corp: CorpId, end: Head, size: usize) -> Vec<Sealed> {
    let mut head = end;
    (0..size)
        .map(|number| {
            let at_ms = START_MS + number as i64 * 1000;
            let member = |of: usize| format!("{:032x}", (of as u128) << 64 | 0x51f);
            let entry = Entry {
                corp,
                id: AuditId::from_u128(((at_ms as u128) << 80) | number as u128),
                at_ms,
                actor: Named::new("member", member(number % 2_000)),
                action: ["request.sent", "request.accepted", "code.scanned"][number % 3].into(),
                object: Some(Named::new("member", member(number % 1_999))),
                from: Some(format!("10.{}.{}.0/24", number / 250 % 250, number % 250)),
                detail: format!(
                    r#"{{"channel":"directory","message":"您好，我是{}","number":{number}}}"#,
                    crowd::profile(number % 2_000).name
                ),
            };
            let sealed = head.seal(entry);
            head = sealed.head();
            sealed
        })
        .collect()
}

/// The hashes alone, as the chain has them.
fn hash(rows: &[Sealed]) -> [u8; 32] {
    rows.iter().fold([0; 32], |before, row| {
        let mut digest = Sha256::new();
        digest.update(before);
        digest.update(row.seq.to_be_bytes());
        digest.update(row.entry.canonical());
        digest.finalize().into()
    })
}

/// The rows alone, in the order of the chain; their bytes.
fn read(file: &std::path::Path) -> rusqlite::Result<usize> {
    let database = rusqlite::Connection::open(file)?;
    let mut statement = database.prepare(
        "SELECT corp_id, audit_id, at_ms, actor, action, object, address, detail, seq, hash
         FROM audit WHERE seq IS NOT NULL ORDER BY corp_id, seq",
    )?;
    let mut rows = statement.query([])?;
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        for column in 3..8 {
            bytes += row.get_ref(column)?.as_str().map_or(0, str::len);
        }
    }
    Ok(bytes)
}
