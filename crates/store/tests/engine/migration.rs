//! A database comes to the schema of the binary once, whoever starts first, and never leaves it.

use guanxi_store::{Error, Migration, Migrations, Store, both_engines, testing::TestStore};

use crate::schema;

both_engines!(schema = schema; changed_or_newer_is_refused, two_nodes_may_start_at_once, a_failed_step_leaves_nothing);

fn step(number: i64, text: &str) -> Migration {
    Migration {
        number,
        name: format!("step_{number}"),
        sqlite: text.into(),
        postgres: text.into(),
    }
}

fn with(steps: impl IntoIterator<Item = Migration>) -> Migrations {
    let mut all = schema().steps().to_vec();
    all.extend(steps);
    Migrations::new(all).unwrap()
}

async fn changed_or_newer_is_refused(store: TestStore) {
    let options = store.options();
    let second = step(2, "CREATE TABLE second (id BIGINT)");
    drop(Store::open_with(&options, &with([second.clone()])).unwrap());
    drop(Store::open_with(&options, &with([second])).unwrap());
    let newer = Store::open_with(&options, &schema()).unwrap_err();
    assert!(
        matches!(&newer, Error::Migration(text) if text.contains("newer")),
        "{newer:?}"
    );
    let changed = with([step(2, "CREATE TABLE second (id BIGINT, name TEXT)")]);
    let changed = Store::open_with(&options, &changed).unwrap_err();
    assert!(
        matches!(&changed, Error::Migration(text) if text.contains("another text")),
        "{changed:?}"
    );
    assert!(Migrations::new(vec![step(2, ""), step(2, "")]).is_err());
}

async fn two_nodes_may_start_at_once(store: TestStore) {
    let slow = "CREATE TABLE big (n BIGINT);
        INSERT INTO big WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 50000) SELECT n FROM s";
    let schema = with([step(2, slow), step(3, "CREATE TABLE third (id BIGINT)")]);
    let nodes: Vec<_> = (0..4)
        .map(|_| {
            let (options, schema) = (store.options(), schema.clone());
            std::thread::spawn(move || Store::open_with(&options, &schema))
        })
        .collect();
    for node in nodes {
        let node = tokio::task::block_in_place(|| node.join().unwrap()).unwrap();
        let rows = node
            .read(|tx| tx.get("SELECT COUNT(*) FROM big", &[], |row| row.get::<i64>(0)))
            .await;
        assert_eq!(rows, Ok(50_000));
    }
}

async fn a_failed_step_leaves_nothing(store: TestStore) {
    let options = store.options();
    let broken = with([step(
        2,
        "CREATE TABLE half (id BIGINT); INSERT INTO missing VALUES (1)",
    )]);
    let failed = Store::open_with(&options, &broken).unwrap_err();
    assert!(
        matches!(&failed, Error::Migration(text) if text.contains("step_2")),
        "{failed:?}"
    );
    let mended = with([step(2, "CREATE TABLE half (id BIGINT)")]);
    drop(Store::open_with(&options, &mended).unwrap());
}
