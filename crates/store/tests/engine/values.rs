//! Values come back as they went in, and keys have the same names on both engines.

use guanxi_model::id::MemberId;
use guanxi_store::{Error, Param, both_engines, params, testing::TestStore};

use crate::{INSERT, insert, schema};

both_engines!(
    schema = schema;
    values_come_back,
    placeholders_are_numbers,
    a_nul_is_refused,
    wrong_types_are_told,
    keys_have_names,
    rows_stream_and_stop,
    many_rows_at_once,
    reads_cannot_write,
    a_single_read_takes_one_statement,
);

const PUT: &str = "INSERT INTO thing (id, number, name, body, flag) VALUES ($1, $2, $3, $4, $5)";
const TAKE: &str = "SELECT id, number, name, body, flag FROM thing WHERE id = $1";

async fn values_come_back(store: TestStore) {
    let names = [
        None,
        Some(""),
        Some("张伟"),
        Some("🧧 e\u{301}'\"$1 --"),
        Some("\u{10ffff}"),
    ];
    for (number, name) in (0_i64..).zip(names) {
        let id = MemberId::from_u128(u128::MAX - number as u128);
        let number = if number == 0 {
            i64::MIN
        } else {
            i64::MAX - number
        };
        let body: Option<Vec<u8>> =
            name.map(|name| name.as_bytes().iter().copied().chain([0, 255]).collect());
        let flag = name.map(str::is_empty);
        let stored = store
            .write(move |tx| {
                tx.execute(PUT, params![id, number, name, body, flag])?;
                tx.get(TAKE, params![id], |row| {
                    let name: Option<String> = row.get(2)?;
                    Ok((
                        row.get::<MemberId>(0)?,
                        row.get::<i64>(1)?,
                        name,
                        row.get(3)?,
                        row.get(4)?,
                    ))
                })
            })
            .await
            .unwrap();
        let body: Option<Vec<u8>> =
            name.map(|name| name.as_bytes().iter().copied().chain([0, 255]).collect());
        assert_eq!(stored, (id, number, name.map(str::to_owned), body, flag));
    }
}

async fn placeholders_are_numbers(store: TestStore) {
    const SWAPPED: &str = "INSERT INTO thing (number, name, id) VALUES ($2, $3, $1)";
    const REPEATED: &str =
        "SELECT number FROM thing WHERE id = $1 AND (name = $2 OR name = $2) AND name <> '$1'";
    let number = store.write(|tx| {
        tx.execute(SWAPPED, params![7_u128, 42, "seven"])?;
        tx.get(REPEATED, params![7_u128, "seven"], |row| row.get::<i64>(0))
    });
    assert_eq!(number.await, Ok(42));
    let short = store
        .read(|tx| tx.find(REPEATED, params![7_u128], |_| Ok(())))
        .await;
    assert!(matches!(short, Err(Error::Internal(_))), "{short:?}");
}

async fn a_nul_is_refused(store: TestStore) {
    let put = store
        .write(|tx| tx.execute(PUT, params![1_u128, 1, "a\0b", None::<Vec<u8>>, true]))
        .await;
    assert_eq!(put, Err(Error::Nul));
}

async fn wrong_types_are_told(store: TestStore) {
    store.write(|tx| insert(tx, 1)).await.unwrap();
    let read = store
        .read(|tx| tx.get(TAKE, params![1_u128], |row| row.get::<String>(1)))
        .await;
    assert!(
        matches!(read, Err(Error::Mismatch { column: 1, .. })),
        "{read:?}"
    );
    let null = store
        .read(|tx| tx.get(TAKE, params![1_u128], |row| row.get::<String>(2)))
        .await;
    assert!(
        matches!(null, Err(Error::Mismatch { column: 2, .. })),
        "{null:?}"
    );
    let beyond = store
        .read(|tx| tx.get(TAKE, params![1_u128], |row| row.get::<i64>(9)))
        .await;
    assert!(
        matches!(beyond, Err(Error::Mismatch { column: 9, .. })),
        "{beyond:?}"
    );
    let wrote = store
        .write(|tx| tx.execute(INSERT, &[Param::Id(2), Param::Text("secret")]))
        .await;
    assert!(
        matches!(&wrote, Err(Error::Internal(text)) if !text.contains("secret")),
        "{wrote:?}"
    );
}

async fn keys_have_names(store: TestStore) {
    const PART: &str = "INSERT INTO part (thing_id, word) VALUES ($1, $2)";
    store
        .write(|tx| {
            tx.execute(INSERT, params![1_u128, 5])?;
            tx.execute(PART, params![1_u128, "one"])
        })
        .await
        .unwrap();
    let index = store
        .write(|tx| tx.execute(INSERT, params![2_u128, 5]))
        .await
        .unwrap_err();
    assert!(index.is_unique_on("thing_number"), "{index:?}");
    let primary = store
        .write(|tx| tx.execute(INSERT, params![1_u128, 6]))
        .await
        .unwrap_err();
    assert!(primary.is_unique_on("thing_pkey"), "{primary:?}");
    let rowid = store
        .write(|tx| tx.execute("INSERT INTO counter (id, value) VALUES (1, 1)", &[]))
        .await;
    assert!(
        rowid.as_ref().unwrap_err().is_unique_on("counter_pkey"),
        "{rowid:?}"
    );
    let clause = store
        .write(|tx| {
            tx.execute(INSERT, params![3_u128, 0])?;
            tx.execute(PART, params![3_u128, "one"])
        })
        .await
        .unwrap_err();
    assert!(clause.is_unique_on("part_word_key"), "{clause:?}");
    let orphan = store
        .write(|tx| tx.execute(PART, params![9_u128, "two"]))
        .await;
    assert_eq!(orphan, Err(Error::ForeignKey));
    let missing = store
        .read(|tx| tx.get("SELECT 1 FROM thing WHERE number = 99", &[], |_| Ok(())))
        .await;
    assert_eq!(missing, Err(Error::Missing));
}

async fn rows_stream_and_stop(store: TestStore) {
    const SERIES: &str = "WITH RECURSIVE series (n) AS (
        SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM series WHERE n < 100000
    ) SELECT n FROM series";
    let sum = store.read(|tx| {
        let mut sum = 0_i64;
        tx.for_each(SERIES, &[], |row| {
            sum += row.get::<i64>(0)?;
            Ok::<_, Error>(())
        })?;
        Ok::<_, Error>(sum)
    });
    assert_eq!(sum.await, Ok(5_000_050_000));
    let stopped = store.read(|tx| {
        let stopped = tx.for_each(SERIES, &[], |row| {
            if row.get::<i64>(0)? < 1000 {
                Ok(())
            } else {
                Err(Error::Busy)
            }
        });
        // An early end leaves the transaction usable.
        let first = tx.find(SERIES, &[], |row| row.get::<i64>(0))?;
        Ok::<_, Error>((stopped, first))
    });
    assert_eq!(stopped.await, Ok((Err(Error::Busy), Some(1))));
}

async fn many_rows_at_once(store: TestStore) {
    let inserted = store.write(|tx| {
        tx.execute_many(
            INSERT,
            (1..=1000_i64).map(|n| [Param::Id(n as u128), Param::Int(n)]),
        )
    });
    assert_eq!(inserted.await, Ok(1000));
    assert_eq!(crate::count(&store).await, 1000);
    let twice = store.write(|tx| {
        tx.execute_many(
            INSERT,
            (2000..3000_i64).map(|n| [Param::Id(n as u128), Param::Int(n / 2)]),
        )
    });
    assert!(twice.await.unwrap_err().is_unique_on("thing_number"));
    assert_eq!(crate::count(&store).await, 1000);
    let none = store.write(|tx| tx.execute_many(INSERT, std::iter::empty::<[Param<'_>; 2]>()));
    assert_eq!(none.await, Ok(0));
}

async fn reads_cannot_write(store: TestStore) {
    let written = store.read(|tx| insert(tx, 1)).await;
    assert_eq!(written, Err(Error::ReadOnly));
    assert_eq!(
        store.health().await,
        Ok(()),
        "which says nothing about the disk"
    );
}

async fn a_single_read_takes_one_statement(store: TestStore) {
    store.write(|tx| insert(tx, 1)).await.unwrap();
    let one = store.read_one(|tx| tx.get(crate::COUNT, &[], |row| row.get::<i64>(0)));
    assert_eq!(one.await, Ok(1));
    let two = store.read_one(|tx| {
        tx.get(crate::COUNT, &[], |row| row.get::<i64>(0))?;
        tx.get(crate::COUNT, &[], |row| row.get::<i64>(0))
    });
    assert!(matches!(two.await, Err(Error::Internal(_))));
    assert_eq!(
        store.read_one(|tx| insert(tx, 2)).await,
        Err(Error::ReadOnly)
    );
    let unknown = store.read_one(|tx| tx.find("SELECT nothing FROM thing", &[], |_| Ok(())));
    assert!(matches!(unknown.await, Err(Error::Internal(_))));
    let both = store.read(|tx| tx.get(crate::COUNT, &[], |row| row.get::<i64>(0)));
    assert_eq!(both.await, Ok(1), "the connection is as before");
}
