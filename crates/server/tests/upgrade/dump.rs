//! Rows of any table as literals, read and written without knowing what they mean.

use guanxi_store::{Engine, Result, Store, Tx};

/// Rows as lists of literals, sorted.
pub(crate) type Rows = Vec<String>;

const SQLITE_TABLES: &str =
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
    ORDER BY rowid";
const POSTGRES_TABLES: &str = "SELECT relname::text FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY oid";
/// What the migration itself keeps is no row of the application.
const OWN: &str = "migration";

/// A text that lives as long as the test, as the store wants its statements.
fn kept(sql: String) -> &'static str {
    Box::leak(sql.into_boxed_str())
}

fn list(store: &Store, sql: &'static str) -> Vec<String> {
    store
        .read_blocking(move |tx: &mut Tx<'_>| tx.list(sql, &[], |row| row.get::<String>(0)))
        .unwrap()
}

/// Tables with their columns, those first that others point at.
pub(crate) fn tables(store: &Store) -> Vec<(String, Vec<String>)> {
    let names = list(
        store,
        match store.engine() {
            Engine::Sqlite => SQLITE_TABLES,
            Engine::Postgres => POSTGRES_TABLES,
        },
    );
    let columns = |table: &String| {
        let sql = match store.engine() {
            Engine::Sqlite => format!("SELECT name FROM pragma_table_info('{table}')"),
            Engine::Postgres => format!(
                "SELECT column_name::text FROM information_schema.columns
                WHERE table_schema = 'public' AND table_name = '{table}' ORDER BY ordinal_position"
            ),
        };
        list(store, kept(sql))
    };
    names
        .into_iter()
        .filter(|name| name != OWN)
        .map(|name| {
            let columns = columns(&name);
            (name, columns)
        })
        .collect()
}

/// The rows of a table in these columns.
pub(crate) fn rows(store: &Store, table: &str, columns: &[String]) -> Rows {
    let literals: Vec<String> = columns
        .iter()
        .map(|column| match store.engine() {
            Engine::Sqlite => format!("quote({column})"),
            Engine::Postgres => format!("quote_nullable({column}::text)"),
        })
        .collect();
    if literals.is_empty() {
        return Rows::new();
    }
    let sql = format!("SELECT {} FROM {table}", literals.join(" || ', ' || "));
    let mut rows = list(store, kept(sql));
    rows.sort();
    rows
}

/// Writes rows into a table.
pub(crate) fn insert(store: &Store, table: &str, columns: &[String], rows: &Rows) {
    // A number that the database would give itself keeps the one that it has.
    let given = match store.engine() {
        Engine::Sqlite => "",
        Engine::Postgres => "OVERRIDING SYSTEM VALUE",
    };
    let numbered = store.engine() == Engine::Postgres && table == "event" && !rows.is_empty();
    let columns = columns.join(", ");
    let statements = rows
        .iter()
        .map(|row| format!("INSERT INTO {table} ({columns}) {given} VALUES ({row})"));
    // A step may have put rows there itself.
    let mut statements: Vec<String> = std::iter::once(format!("DELETE FROM {table}"))
        .chain(statements)
        .collect();
    if numbered {
        // The next number follows the last one that was given, as where the rows came about.
        let next = "SELECT setval(pg_get_serial_sequence('event', 'seq'), max(seq)) FROM event";
        statements.push(next.to_owned());
    }
    run(store, statements);
}

/// Runs statements in one transaction.
pub(crate) fn run(store: &Store, statements: Vec<String>) {
    let statements: Vec<&'static str> = statements.into_iter().map(kept).collect();
    let done = store.write_blocking(move |tx| -> Result<()> {
        for sql in &statements {
            tx.execute(sql, &[])?;
        }
        Ok(())
    });
    done.unwrap();
}
