//! Measures closures a second with many callers waiting, each write durable before its answer.
//!
//! `cargo run --release -p guanxi-store --features testing --example commit_rate -- [callers] [seconds]`, with `GUANXI_TEST_POSTGRES`
//! set for the PostgreSQL half.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use guanxi_store::{
    Engine, Error, Migration, Migrations, Param, Store, params, testing::TestStore,
};

const INSERT: &str = "INSERT INTO thing (id, number, name) VALUES ($1, $2, $3)";
const FIND: &str = "SELECT number, name FROM thing WHERE id = $1";
const COUNT: &str = "SELECT COUNT(*) FROM thing WHERE id = $1";
const BULK: u128 = 20_000;

fn main() {
    let mut arguments = std::env::args().skip(1).map(|word| word.parse::<u64>());
    let callers = arguments.next().and_then(Result::ok).unwrap_or(32);
    let seconds = arguments.next().and_then(Result::ok).unwrap_or(3);
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(mut store) = TestStore::new(engine, &schema()) else {
            continue;
        };
        store.open(|options| {
            (options.readers, options.writers) = match engine {
                Engine::Sqlite => (number("READERS", 4), 1),
                Engine::Postgres => (number("READERS", 8), number("WRITERS", 16)),
            };
        });
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build();
        runtime
            .expect("a runtime starts")
            .block_on(measure(&store, engine, callers, seconds));
    }
}

fn number(variable: &str, usual: usize) -> usize {
    std::env::var(variable)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(usual)
}

fn schema() -> Migrations {
    let text = |id: &str| {
        format!("CREATE TABLE thing (id {id} NOT NULL PRIMARY KEY, number BIGINT, name TEXT)")
    };
    let step = Migration {
        number: 1,
        name: "thing".into(),
        sqlite: text("BLOB"),
        postgres: text("UUID"),
    };
    Migrations::new(vec![step]).expect("one step is in order")
}

async fn measure(store: &TestStore, engine: Engine, callers: u64, seconds: u64) {
    let begun = Instant::now();
    store
        .write(|tx| {
            let rows = (0..BULK).map(|id| [Param::Id(id), Param::Int(1), Param::Text("bulk")]);
            tx.execute_many(INSERT, rows)
        })
        .await
        .expect("rows are loaded");
    println!(
        "{engine:?}: bulk load {:.0} rows/s",
        BULK as f64 / begun.elapsed().as_secs_f64()
    );
    let single = |store: Store, n: u128| async move {
        let id = n.wrapping_mul(7919) % BULK;
        store
            .read_one(move |tx| {
                tx.find(FIND, params![id], |row| row.get::<i64>(0))
                    .map(drop)
            })
            .await
    };
    report(
        store,
        engine,
        "single reads",
        run(store, callers, seconds, single).await,
    );
    let found = |store: Store, n: u128| async move {
        let id = n.wrapping_mul(7919) % BULK;
        store
            .read(move |tx| {
                tx.find(FIND, params![id], |row| row.get::<i64>(0))
                    .map(drop)
            })
            .await
    };
    report(
        store,
        engine,
        "one-row reads",
        run(store, callers, seconds, found).await,
    );
    let twice = |store: Store, n: u128| async move {
        let id = n.wrapping_mul(7919) % BULK;
        store
            .read(move |tx| {
                tx.find(FIND, params![id], |row| row.get::<i64>(0))?;
                tx.get(COUNT, params![id], |row| row.get::<i64>(0))
                    .map(drop)
            })
            .await
    };
    report(
        store,
        engine,
        "two-statement reads",
        run(store, callers, seconds, twice).await,
    );
    let inserted = |store: Store, n: u128| async move {
        let id = n + BULK;
        store
            .write(move |tx| {
                tx.execute(INSERT, params![id, 1, "a name of usual length"])
                    .map(drop)
            })
            .await
    };
    report(
        store,
        engine,
        "one-row writes",
        run(store, callers, seconds, inserted).await,
    );
}

/// Answered closures a second, and their waits in order.
struct Figures {
    rate: f64,
    waits: Vec<Duration>,
}

async fn run<F: Future<Output = Result<(), Error>> + Send>(
    store: &Store,
    callers: u64,
    seconds: u64,
    call: impl Fn(Store, u128) -> F + Copy + Send + 'static,
) -> Figures {
    let (stop, next) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicU64::new(0)),
    );
    let begun = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..callers {
        let (store, stop, next) = (store.clone(), Arc::clone(&stop), Arc::clone(&next));
        tasks.spawn(async move {
            let mut waits = Vec::new();
            while !stop.load(Relaxed) {
                let asked = Instant::now();
                call(store.clone(), next.fetch_add(1, Relaxed).into())
                    .await
                    .expect("the store answers");
                waits.push(asked.elapsed());
            }
            waits
        });
    }
    let mut timer = tokio::time::interval(Duration::from_secs(seconds));
    timer.tick().await;
    timer.tick().await;
    stop.store(true, Relaxed);
    let mut waits: Vec<Duration> = tasks.join_all().await.into_iter().flatten().collect();
    let rate = waits.len() as f64 / begun.elapsed().as_secs_f64();
    waits.sort_unstable();
    Figures { rate, waits }
}

fn report(store: &Store, engine: Engine, what: &str, Figures { rate, waits }: Figures) {
    let at = |share: f64| {
        waits
            .get((waits.len() as f64 * share) as usize)
            .or(waits.last())
            .copied()
            .unwrap_or_default()
    };
    let stats = store.stats();
    println!(
        "{engine:?}: {what} {rate:.0}/s, median {:?}, p99 {:?}, longest {:?}; {:.1} writes a transaction, {} retries",
        at(0.5),
        at(0.99),
        at(1.0),
        stats.writes as f64 / stats.batches.max(1) as f64,
        stats.retries,
    );
}
