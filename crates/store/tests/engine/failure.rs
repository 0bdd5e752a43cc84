//! What happens when the disk or the server does not.

use std::{
    sync::atomic::{AtomicUsize, Ordering::SeqCst},
    time::{Duration, Instant},
};

use guanxi_store::{Engine, Error, Options, Store, both_engines, params, testing::TestStore};

use crate::{count, insert, schema};

both_engines!(
    schema = schema;
    lost_connections_are_replaced,
    a_server_that_is_gone_is_told_at_once,
    a_full_disk_is_told_and_ends,
    a_damaged_or_missing_file_is_told,
    a_read_only_database_is_told_and_ends,
);

async fn lost_connections_are_replaced(store: TestStore) {
    let Some(name) = store.database() else { return };
    let end =
        format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    for id in 0..20 {
        store.administrate(&[&end]);
        assert_eq!(store.write(move |tx| insert(tx, id)).await, Ok(()));
        assert_eq!(count(&store).await, id as i64 + 1);
    }
    // In the middle of a transaction as well: nothing was committed, so it runs again.
    let runs = AtomicUsize::new(0);
    let kill = store.write(move |tx| {
        const OWN: &str =
            "SELECT pg_terminate_backend(pg_backend_pid()) FROM migration WHERE number = $1";
        insert(tx, 100)?;
        let first = runs.fetch_add(1, SeqCst) == 0;
        tx.execute(OWN, params![i64::from(first)]).map(drop)
    });
    assert_eq!(kill.await, Ok(()));
    assert_eq!(count(&store).await, 21);
}

async fn a_server_that_is_gone_is_told_at_once(store: TestStore) {
    let Some(name) = store.database() else { return };
    store.write(|tx| insert(tx, 1)).await.unwrap();
    store.administrate(&[
        &format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"),
        &format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"),
    ]);
    for _ in 0..50 {
        let asked = Instant::now();
        let written = store.write(|tx| insert(tx, 2)).await;
        assert!(matches!(written, Err(Error::Unavailable(_))), "{written:?}");
        let read = store
            .read(|tx| tx.get(crate::COUNT, &[], |row| row.get::<i64>(0)))
            .await;
        assert!(matches!(read, Err(Error::Unavailable(_))), "{read:?}");
        assert!(
            asked.elapsed() < Duration::from_secs(1),
            "{:?}",
            asked.elapsed()
        );
    }
    assert!(store.health().await.is_err());
    store.administrate(&[&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true")]);
    let back = Instant::now();
    while store.health().await.is_err() {
        assert!(
            back.elapsed() < Duration::from_secs(10),
            "the store finds back"
        );
        tokio::time::timeout(Duration::from_millis(20), std::future::pending::<()>())
            .await
            .unwrap_err();
    }
    assert_eq!(store.write(|tx| insert(tx, 2)).await, Ok(()));
    assert_eq!(count(&store).await, 2);
}

async fn a_full_disk_is_told_and_ends(store: TestStore) {
    const GROW: &str = "INSERT INTO thing (id, name) VALUES ($1, $2)";
    if store.engine() != Engine::Sqlite {
        return;
    }
    let pages: i64 = store
        .read(|tx| tx.get("PRAGMA page_count", &[], |row| row.get(0)))
        .await
        .unwrap();
    assert!(pages < 60);
    store
        .write(|tx| tx.find("PRAGMA max_page_count = 60", &[], |_| Ok(())))
        .await
        .unwrap();
    let text = "x".repeat(3_000);
    let mut stored = 0;
    let full = loop {
        let (id, text) = (stored as u128, text.clone());
        match store
            .write(move |tx| tx.execute(GROW, params![id, text]))
            .await
        {
            Ok(_) => stored += 1,
            Err(error) => break error,
        }
    };
    assert_eq!(full, Error::DiskFull);
    assert_eq!(
        store.health().await,
        Ok(()),
        "a write that needs no room still works"
    );
    assert_eq!(
        count(&store).await,
        stored,
        "what was acknowledged is there"
    );
    store
        .write(|tx| tx.find("PRAGMA max_page_count = 1000", &[], |_| Ok(())))
        .await
        .unwrap();
    let grown = store.write(move |tx| tx.execute(GROW, params![9999_u128, text.clone()]));
    assert_eq!(grown.await, Ok(1));
}

async fn a_damaged_or_missing_file_is_told(store: TestStore) {
    let Some(folder) = store.folder() else {
        let nowhere = Options::postgres("postgres://nobody:secret@127.0.0.1:1/nothing");
        let refused = Store::open_with(&nowhere, &schema()).unwrap_err();
        assert!(matches!(refused, Error::Unavailable(_)), "{refused:?}");
        assert!(!format!("{nowhere:?} {refused:?} {refused}").contains("secret"));
        return;
    };
    let damaged = folder.join("damaged.db");
    std::fs::write(&damaged, "no database at all, only words ".repeat(100)).unwrap();
    assert_eq!(
        Store::open_with(&Options::sqlite(damaged), &schema()).unwrap_err(),
        Error::Corrupt
    );
    let missing = Store::open_with(
        &Options::sqlite(folder.join("no/such/folder.db")),
        &schema(),
    )
    .unwrap_err();
    assert!(matches!(missing, Error::Unavailable(_)), "{missing:?}");
}

async fn a_read_only_database_is_told_and_ends(mut store: TestStore) {
    let sealed = match store.engine() {
        Engine::Sqlite => "PRAGMA query_only = ON",
        Engine::Postgres => "SET TRANSACTION READ ONLY",
    };
    let refused = store.write(move |tx| {
        tx.execute(sealed, &[])?;
        insert(tx, 1)
    });
    assert_eq!(refused.await, Err(Error::ReadOnly));
    assert_eq!(count(&store).await, 0, "reads go on");
    if store.engine() == Engine::Sqlite {
        assert_eq!(
            store.health().await,
            Err(Error::ReadOnly),
            "as long as it lasts"
        );
        store.open(|_| {});
    }
    assert_eq!(store.health().await, Ok(()));
    assert_eq!(store.write(|tx| insert(tx, 1)).await, Ok(()));
}
