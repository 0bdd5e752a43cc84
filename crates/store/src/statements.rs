//! Every statement is prepared and every column compared, on both databases, so that a slip shows before it is reached.

use crate::{
    Engine, Result, Tx, audit, avatar, batch, bulk, contact, conversation, corp, customer,
    department, event, find_ask, idempotency, live_alert, live_code, live_log, live_report,
    live_rest, live_scan, live_waiting, logo, member, node, once, person, qr_code, request, role,
    session, testing::TestStore, token, visibility, webhook,
};

crate::both_engines!(every_statement_can_be_prepared);

const SHARED: &[&[&str]] = &[
    audit::STATEMENTS,
    avatar::STATEMENTS,
    audit::PAGE_STATEMENTS,
    audit::chain::STATEMENTS,
    batch::STATEMENTS,
    bulk::STATEMENTS,
    contact::STATEMENTS,
    conversation::STATEMENTS,
    corp::STATEMENTS,
    customer::STATEMENTS,
    department::STATEMENTS,
    event::STATEMENTS,
    find_ask::STATEMENTS,
    idempotency::STATEMENTS,
    live_alert::STATEMENTS,
    live_code::STATEMENTS,
    live_log::STATEMENTS,
    live_scan::STATEMENTS,
    live_report::STATEMENTS,
    logo::STATEMENTS,
    live_rest::STATEMENTS,
    live_waiting::STATEMENTS,
    member::STATEMENTS,
    member::acting::STATEMENTS,
    member::among::STATEMENTS,
    member::list::STATEMENTS,
    node::STATEMENTS,
    once::STATEMENTS,
    person::STATEMENTS,
    qr_code::STATEMENTS,
    request::STATEMENTS,
    role::STATEMENTS,
    session::STATEMENTS,
    token::STATEMENTS,
    visibility::STATEMENTS,
    webhook::STATEMENTS,
    webhook::delivery::STATEMENTS,
];

const SQLITE_COLUMNS: &str = "SELECT m.name || '.' || c.name FROM sqlite_master m
    JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'";
const POSTGRES_COLUMNS: &str =
    "SELECT table_name || '.' || column_name FROM information_schema.columns
    WHERE table_schema = 'public'";
const SQLITE_INDEXES: &str =
    "SELECT name FROM sqlite_master WHERE type = 'index' AND name NOT LIKE 'sqlite_%'";
/// Without the one that readers of events need where transactions overlap.
const POSTGRES_INDEXES: &str = "SELECT indexname::text FROM pg_indexes
    WHERE schemaname = 'public' AND indexname NOT LIKE '%_pkey' AND indexname <> 'event_by_xid'";

async fn every_statement_can_be_prepared(store: TestStore) {
    let prepare = store.read(|tx| -> Result<()> {
        let own = match tx.engine() {
            Engine::Sqlite => [
                live_log::SQLITE,
                member::hold::SQLITE,
                member::list::SQLITE,
                event::SQLITE,
                live_code::SQLITE,
            ],
            Engine::Postgres => [
                live_log::POSTGRES,
                member::hold::POSTGRES,
                member::list::POSTGRES,
                event::POSTGRES,
                live_code::POSTGRES,
            ],
        };
        for sql in SHARED.iter().chain(&own).copied().flatten() {
            tx.prepare(sql)
                .unwrap_or_else(|error| panic!("{error} in {sql}"));
        }
        Ok(())
    });
    prepare.await.unwrap();
}

fn names(tx: &mut Tx<'_>, sqlite: &'static str, postgres: &'static str) -> Result<Vec<String>> {
    let sql = tx.dialect(sqlite, postgres);
    let mut names: Vec<String> = tx.list(sql, &[], |row| row.get(0))?;
    names.sort_unstable();
    Ok(names)
}

#[test]
fn both_schemas_have_the_same_columns_and_indexes() {
    let schema = crate::testing::guanxi();
    let of = |engine| {
        let store = TestStore::new(engine, &schema)?;
        let read = store.read_blocking(|tx| {
            Ok::<_, crate::Error>((
                names(tx, SQLITE_COLUMNS, POSTGRES_COLUMNS)?,
                names(tx, SQLITE_INDEXES, POSTGRES_INDEXES)?,
            ))
        });
        Some(read.unwrap())
    };
    let Some(postgres) = of(Engine::Postgres) else {
        return;
    };
    let sqlite = of(Engine::Sqlite).unwrap();
    assert_eq!(sqlite.0, postgres.0);
    assert_eq!(sqlite.1, postgres.1);
}
