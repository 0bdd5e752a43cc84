//! Measures the demo and the sealer: `cargo run --release -p guanxi-app --example demo_rate [folder or postgres address]`.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use guanxi_app::{
    Env, Error, audit, demo, directory, job,
    outside::{LogSms, SystemChance, SystemClock},
};
use guanxi_model::id::CorpId;
use guanxi_store::{self as store, Options, Store};
use serde_json::json;

/// Entries for the sealer.
const ENTRIES: usize = 20_000;

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let place = std::env::args().nth(1).unwrap_or_else(|| ".".into());
    let options = if place.starts_with("postgres") {
        Options::postgres(place)
    } else {
        Options::sqlite(Path::new(&place).join("demo_rate.db"))
    };
    let (clock, chance) = (Arc::new(SystemClock), Arc::new(SystemChance));
    let env = Env::new(
        Store::open(&options)?,
        clock,
        chance,
        Arc::new(LogSms::default()),
    )
    .await?;
    let started = Instant::now();
    let summary = demo::fill(&env).await?;
    println!("filled: {} in {:?}", summary.is_new, started.elapsed());
    let corps = env.store.read(store::corp::list).await?;
    for corp in &corps {
        let started = Instant::now();
        let (directory, _) = directory::open(&env, corp.id).await?;
        let (members, bytes) = (directory.len(), directory.heap_bytes());
        println!(
            "{members} members searchable after {:?}, {bytes} bytes",
            started.elapsed()
        );
    }
    if let Some(corp) = corps.first() {
        seal(&env, corp.id).await?;
        beside_writers(&env, corp.id).await?;
    }
    Ok(())
}

/// Writes many entries in few transactions.
async fn record(env: &Arc<Env>, corp: CorpId) -> Result<(), Failure> {
    for _ in 0..ENTRIES / 1000 {
        let cx = env.job("bench");
        let write = env.store.write(move |tx| {
            (0..1000).try_for_each(|at| {
                audit::record(tx, &cx, corp, "bench.done", None, &json!({ "at": at }))
            })
        });
        write.await?;
    }
    Ok(())
}

/// How fast the sealer is when much waits.
async fn seal(env: &Arc<Env>, corp: CorpId) -> Result<(), Failure> {
    record(env, corp).await?;
    let (started, mut sealed) = (Instant::now(), 0);
    loop {
        let count = env.store.write(move |tx| audit::seal(tx, corp)).await?;
        sealed += count;
        if count < audit::SEAL_BATCH {
            break;
        }
    }
    let rate = sealed as f64 / started.elapsed().as_secs_f64();
    println!("sealed {sealed} waiting entries: {rate:.0} a second");
    Ok(())
}

/// How many transactions it takes beside writers that write one entry each, and how long until all is sealed.
async fn beside_writers(env: &Arc<Env>, corp: CorpId) -> Result<(), Failure> {
    let jobs = job::start(env);
    let (started, before) = (Instant::now(), env.store.stats());
    let writers = (0..64).map(|_| {
        let env = Arc::clone(env);
        tokio::spawn(async move {
            for at in 0..ENTRIES / 64 {
                let cx = env.job("bench");
                let write = env.store.write(move |tx| {
                    audit::record(tx, &cx, corp, "bench.done", None, &json!({ "at": at }))
                });
                write.await?;
            }
            Ok::<_, Error>(())
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await??;
    }
    let (written, after) = (started.elapsed(), env.store.stats());
    let mut ticks = tokio::time::interval(Duration::from_millis(1));
    while !env
        .store
        .read(store::audit::corps_with_unsealed)
        .await?
        .is_empty()
    {
        ticks.tick().await;
    }
    let lag = started.elapsed().saturating_sub(written);
    let closures = after.writes - before.writes;
    println!(
        "beside the sealer: {ENTRIES} entries in {written:?}, {} closures besides, {} retries, all sealed {lag:?} later",
        closures.saturating_sub((ENTRIES / 64 * 64) as u64),
        after.retries - before.retries,
    );
    jobs.stop().await;
    Ok(())
}
