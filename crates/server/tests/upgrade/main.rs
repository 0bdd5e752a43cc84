//! A database of every earlier schema is brought to today's: each row is kept, and the pages read it.
//!
//! Rows come from a company that lives in today's schema. Of each table an old schema gets the columns it knows; what it
//! needs besides stands in [`extra`].

#![expect(
    clippy::unwrap_used,
    reason = "a failed unwrap in a test is a failed test"
)]

mod dump;
mod house;

use axum::http::StatusCode;
use guanxi_store::{Engine, Error, Migrations, Options, Store, testing::Database};
use guanxi_testkit::world::{START_MS, World};

use crate::{
    dump::{Rows, insert, rows, tables},
    house::House,
};

const HOUR_MS: i64 = 3_600_000;

/// Tables of which an upgrade keeps nothing on purpose, with the step that throws the rows away.
const FORGOTTEN: [(&str, i64); 1] = [("one_time_code", 5)];

/// The step up to which every table has a row here; to be raised together with rows of later tables.
const REPRESENTED_UNTIL: i64 = 12;

/// What nobody has done in the house, as rows: an endpoint with a message and a try, paused so that nothing is sent; a form
/// that made something, an act on many that is over, roles to be given back, a picture.
const BESIDES: [&str; 9] = [
    "INSERT INTO webhook (corp_id, hook_id, url, description, events, secret, state, made_by, created_at_ms)
    SELECT corp_id, member_id, 'https://hooks.example.com/in', 'crm', '[]', value, 'paused', member_id, 1
    FROM member, secret LIMIT 1",
    "INSERT INTO webhook_delivery (corp_id, hook_id, delivery_id, place, subject, name, body, standing, since_ms,
        failures, next_at_ms, done_at_ms)
    SELECT corp_id, hook_id, hook_id, 1, hook_id, 'member.created', '{}', 1, 1, 0, 1, 2 FROM webhook",
    "INSERT INTO webhook_try (corp_id, hook_id, delivery_id, at_ms, latency_ms, excerpt)
    SELECT corp_id, hook_id, delivery_id, 2, 1, 'ok' FROM webhook_delivery",
    "INSERT INTO once (corp_id, member_id, once_id, result, created_at_ms)
    SELECT corp_id, member_id, member_id, '/codes', 1 FROM member LIMIT 1",
    "INSERT INTO bulk_act (corp_id, bulk_id, member_id, deed, members, total, taken, created_at_ms, updated_at_ms)
    SELECT corp_id, member_id, member_id, 'disable', '[]', 1, 1, 1, 1 FROM member LIMIT 1",
    "INSERT INTO bulk_part (corp_id, bulk_id, first, results) SELECT corp_id, bulk_id, 0, '[]' FROM bulk_act",
    "INSERT INTO role_taken (corp_id, member_id, role, department_id)
    SELECT corp_id, member_id, 'auditor', 0 FROM member LIMIT 1",
    "INSERT INTO avatar (corp_id, member_id, avatar_id, picture, created_at_ms)
    SELECT corp_id, member_id, member_id, value, 1 FROM member, secret LIMIT 1",
    "INSERT INTO corp_logo (corp_id, logo_id, picture, created_at_ms)
    SELECT corp_id, corp_id, value, 1 FROM corp, secret LIMIT 1",
];

/// Rows of an old schema that cannot be made from today's, as statements for both engines.
fn extra(step: i64) -> Vec<String> {
    let mut statements = Vec::new();
    if step < 5 {
        statements.push(
            "INSERT INTO one_time_code (mobile, code_hash, sent_at_ms, expires_at_ms, attempts, day, sent_today)
            SELECT '+8613900000009', value, 1, 2, 0, 20260714, 1 FROM secret LIMIT 1"
                .to_owned(),
        );
    }
    statements
}

/// A place for a database that goes with the value.
enum Place {
    Sqlite(tempfile::TempDir),
    Postgres(Database),
}

impl Place {
    fn new(engine: Engine) -> Option<Self> {
        Some(match engine {
            Engine::Sqlite => Self::Sqlite(tempfile::tempdir().unwrap()),
            Engine::Postgres => Self::Postgres(Database::fresh()?),
        })
    }

    fn options(&self) -> Options {
        match self {
            Self::Sqlite(folder) => Options::sqlite(folder.path().join("guanxi.db")),
            Self::Postgres(database) => Options {
                readers: 2,
                writers: 2,
                ..Options::postgres(database.url())
            },
        }
    }
}

fn every_schema_is_brought_up_to_date(engine: Engine) {
    let Some(source) = Place::new(engine) else {
        return;
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let house = runtime.block_on(async {
        let world = World::at(&source.options(), START_MS).await;
        House::furnish(&world).await
    });
    let today = {
        let store = Store::open(&source.options()).unwrap();
        dump::run(&store, BESIDES.map(str::to_owned).to_vec());
        tables(&store)
    };
    let schema = Migrations::embedded().unwrap();
    for (number, step) in schema.steps().iter().enumerate() {
        let earlier = Migrations::new(schema.steps()[..=number].to_vec()).unwrap();
        let place = Place::new(engine).unwrap();
        let old = fill(&source.options(), &place.options(), &earlier, &today);
        for (table, _, rows) in &old {
            let is_new = step.number > REPRESENTED_UNTIL;
            assert!(
                is_new || !rows.is_empty(),
                "table {table} is not represented"
            );
        }
        {
            let store = Store::open(&place.options()).unwrap();
            assert_kept(&store, step.number, &old);
        }
        runtime.block_on(async {
            // A while later, for the numbers of a test's world begin anew and are told apart by their time.
            let world = World::at(&place.options(), START_MS + HOUR_MS).await;
            house.visit(&world, step.number).await;
        });
        if step.number < schema.steps().last().unwrap().number {
            let newer = Store::open_with(&place.options(), &earlier).map(drop);
            assert!(
                matches!(&newer, Err(Error::Migration(text)) if text.contains("newer")),
                "an older binary keeps away: {newer:?}"
            );
        }
    }
}

/// Makes a database of an earlier schema and gives it today's rows as far as it knows them; returns what it got.
fn fill(
    source: &Options,
    options: &Options,
    earlier: &Migrations,
    today: &[(String, Vec<String>)],
) -> Vec<(String, Vec<String>, Rows)> {
    let source = Store::open(source).unwrap();
    let store = Store::open_with(options, earlier).unwrap();
    let last = earlier.steps().last().unwrap().number;
    let mut filled = Vec::new();
    for (table, columns) in tables(&store) {
        let is_forgotten = FORGOTTEN
            .iter()
            .any(|(name, step)| *name == table && last < *step);
        if is_forgotten {
            continue;
        }
        let known = today.iter().find(|(name, _)| *name == table);
        let known = known.map_or(&[][..], |(_, columns)| columns);
        let shared: Vec<String> = columns
            .into_iter()
            .filter(|column| known.contains(column))
            .collect();
        let rows = rows(&source, &table, &shared);
        insert(&store, &table, &shared, &rows);
        filled.push((table, shared, rows));
    }
    dump::run(&store, extra(last));
    filled
}

fn assert_kept(store: &Store, step: i64, old: &[(String, Vec<String>, Rows)]) {
    for (table, columns, before) in old {
        let after = rows(store, table, columns);
        assert_eq!(&after, before, "table {table} from step {step} on");
    }
    for (table, until) in FORGOTTEN {
        if step < until {
            let columns = ["day".to_owned()];
            assert_eq!(rows(store, table, &columns), Rows::new(), "{table}");
        }
    }
}

#[test]
fn every_schema_on_sqlite() {
    every_schema_is_brought_up_to_date(Engine::Sqlite);
}

#[test]
fn every_schema_on_postgres() {
    every_schema_is_brought_up_to_date(Engine::Postgres);
}

/// What a page must be.
fn assert_page(answer: &guanxi_testkit::world::Answer, what: &str) {
    assert_eq!(answer.status, StatusCode::OK, "{what}: {}", answer.body);
}
