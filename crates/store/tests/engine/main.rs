//! The promises of the engine, each on both databases, over a schema of their own.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod batch;
mod bus;
mod failure;
mod migration;
mod values;

use guanxi_store::{Error, Migration, Migrations, Store, Tx, params};

/// Two tables that have one of everything.
fn schema() -> Migrations {
    let text = |id: &str, blob: &str, flag: &str, strict: &str| {
        format!(
            "CREATE TABLE thing (
                id {id} NOT NULL PRIMARY KEY,
                number BIGINT NOT NULL DEFAULT 0,
                name TEXT,
                body {blob},
                flag {flag}
            ) {strict};
            CREATE UNIQUE INDEX thing_number ON thing (number) WHERE number > 0;
            CREATE TABLE part (
                thing_id {id} NOT NULL REFERENCES thing (id),
                word TEXT NOT NULL UNIQUE,
                PRIMARY KEY (thing_id, word)
            ) {strict};
            CREATE TABLE counter (id BIGINT NOT NULL PRIMARY KEY, value BIGINT NOT NULL);
            INSERT INTO counter (id, value) VALUES (1, 0);"
        )
    };
    let step = Migration {
        number: 1,
        name: "things".into(),
        sqlite: text("BLOB", "BLOB", "INTEGER", "STRICT").replace("BIGINT", "INTEGER"),
        postgres: text("UUID", "BYTEA", "BOOLEAN", ""),
    };
    Migrations::new(vec![step]).unwrap()
}

const INSERT: &str = "INSERT INTO thing (id, number) VALUES ($1, $2)";
const COUNT: &str = "SELECT COUNT(*) FROM thing";

fn insert(tx: &mut Tx<'_>, id: u128) -> Result<(), Error> {
    tx.execute(INSERT, params![id, 0]).map(drop)
}

async fn count(store: &Store) -> i64 {
    store
        .read(|tx| tx.get(COUNT, &[], |row| row.get(0)))
        .await
        .unwrap()
}
