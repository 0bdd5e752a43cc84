//! Whatever is done to the table of the audit log behind the server's back is found and named, on both databases.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use guanxi_model::{
    audit::{Entry, Fault, FaultKind, Head, Named, Sealed},
    id::{AuditId, CorpId},
};
use guanxi_store::{Engine, Error, Tx, audit, both_engines, testing::TestStore};

both_engines!(
    a_changed_byte_in_any_column_is_named,
    a_removed_row_is_named,
    rows_that_changed_places_are_named,
    a_row_that_was_put_in_is_named,
    a_head_that_was_set_back_is_named,
);

/// Entries of the log: more than are read at once, so that what is looked for lies on both sides of a page.
const ENTRIES: i64 = audit::chain::PAGE + 150;
/// The entry that is meddled with: the last one of the first page.
const AT: i64 = audit::chain::PAGE;
const CORP: CorpId = CorpId::from_u128(0x0102_0304_0506_0708_090a_0b0c_0d0e_0f10);

fn id(seq: i64) -> AuditId {
    AuditId::from_u128(0xaa00_0000_0000_0000_0000_0000_0000_0000 + seq as u128 * 256)
}

fn log() -> Vec<Sealed> {
    let mut head = Head::default();
    let seal = |seq| {
        let sealed = head.seal(Entry {
            corp: CORP,
            id: id(seq),
            at_ms: 1_790_000_000_000 + seq,
            actor: Named::new("member", format!("{seq:032x}")),
            action: "request.accepted".into(),
            object: Some(Named::new("request", format!("{seq:032x}"))),
            from: Some("203.0.113.0/24".into()),
            detail: format!(r#"{{"after":{{"state":"accepted"}},"n":{seq}}}"#),
        });
        head = sealed.head();
        sealed
    };
    (1..=ENTRIES).map(seal).collect()
}

/// Carries what was found out of a transaction that is never committed.
#[derive(Debug)]
enum Undone {
    Found(Result<Head, Fault>),
    Failed(#[expect(dead_code, reason = "shown by a failed test")] Error),
}

impl From<Error> for Undone {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// A store with a whole log.
async fn filled(store: &TestStore) {
    let whole = store.write(|tx| {
        let rows = log();
        audit::insert_sealed(tx, &rows)?;
        audit::put_head(tx, CORP, rows[rows.len() - 1].head())?;
        audit::chain::verify(tx, CORP)
    });
    assert_eq!(whole.await.unwrap().unwrap().seq, ENTRIES);
}

/// What a check finds after some statements, which are taken back.
async fn after(store: &TestStore, statements: &[String]) -> Result<Head, Fault> {
    let statements: Vec<&'static str> = statements
        .iter()
        .map(|sql| &*Box::leak(sql.clone().into_boxed_str()))
        .collect();
    let meddled = store.write(move |tx: &mut Tx<'_>| -> Result<(), Undone> {
        for sql in &statements {
            tx.execute(sql, &[])?;
        }
        Err(Undone::Found(audit::chain::verify(tx, CORP)?))
    });
    match meddled.await {
        Err(Undone::Found(found)) => found,
        other => panic!("{other:?}"),
    }
}

/// The same, as kind, number and the entry that shows it.
async fn fault(store: &TestStore, statements: &[String]) -> (FaultKind, i64, Option<AuditId>) {
    let fault = after(store, statements).await.expect_err("it is found out");
    assert_eq!(fault.entry.is_some(), fault.at_ms.is_some());
    (fault.kind, fault.seq, fault.entry)
}

/// An identifier or hash in the words of the engine.
fn literal(store: &TestStore, id: AuditId) -> String {
    let hex = format!("{:032x}", id.as_u128());
    match store.engine() {
        Engine::Sqlite => format!("x'{hex}'"),
        Engine::Postgres => format!("'{hex}'"),
    }
}

async fn a_changed_byte_in_any_column_is_named(store: TestStore) {
    filled(&store).await;
    let hash = match store.engine() {
        Engine::Sqlite => {
            "hash = unhex(substr(hex(hash), 1, 62) || CASE substr(hex(hash), 63) WHEN '00' THEN '01' ELSE '00' END)"
        }
        Engine::Postgres => "hash = set_byte(hash, 31, get_byte(hash, 31) # 1)",
    };
    let shorter = match store.engine() {
        Engine::Sqlite => "hash = substr(hash, 1, 31)",
        Engine::Postgres => "hash = substring(hash from 1 for 31)",
    };
    let changed = literal(&store, AuditId::from_u128(id(AT).as_u128() + 1));
    let changes = [
        "at_ms = at_ms + 1",
        "actor = replace(actor, 'member', 'nember')",
        "actor = substr(actor, 1, length(actor) - 1) || 'f'",
        "actor = replace(actor, ':', ';')",
        "action = 'request.bccepted'",
        "object = replace(object, 'request', 'requesu')",
        "object = replace(object, ':', ';')",
        "object = ''",
        "address = '203.0.113.0/25'",
        "address = ''",
        "detail = replace(detail, 'accepted', 'bccepted')",
        "detail = detail || ' '",
        hash,
        shorter,
    ];
    for change in changes {
        for seq in [1, AT, ENTRIES] {
            let sql = format!("UPDATE audit SET {change} WHERE seq = {seq}");
            assert_eq!(
                fault(&store, &[sql]).await,
                (FaultKind::Altered, seq, Some(id(seq))),
                "{change} at {seq}"
            );
        }
    }
    let sql = format!("UPDATE audit SET audit_id = {changed} WHERE seq = {AT}");
    let (kind, seq, entry) = fault(&store, &[sql]).await;
    assert_eq!((kind, seq), (FaultKind::Altered, AT));
    assert_ne!(entry, Some(id(AT)));
    // An entry that was given to another company, to another place or to none at all is missing here.
    let other = literal(&store, AuditId::from_u128(CORP.as_u128() + 1));
    for change in [
        format!("corp_id = {other}"),
        "seq = seq + 100000".to_owned(),
        "seq = NULL".to_owned(),
    ] {
        let sql = format!("UPDATE audit SET {change} WHERE seq = {AT}");
        assert_eq!(
            fault(&store, &[sql]).await,
            (FaultKind::Missing, AT, Some(id(AT + 1))),
            "{change}"
        );
    }
}

async fn a_removed_row_is_named(store: TestStore) {
    filled(&store).await;
    for (seq, shown_at) in [
        (1, 2),
        (AT, AT + 1),
        (AT + 1, AT + 2),
        (ENTRIES, ENTRIES - 1),
    ] {
        let sql = format!("DELETE FROM audit WHERE seq = {seq}");
        assert_eq!(
            fault(&store, &[sql]).await,
            (FaultKind::Missing, seq, Some(id(shown_at))),
            "{seq}"
        );
    }
    // With the others moved up to close the gap.
    let closed = [
        format!("DELETE FROM audit WHERE seq = {AT}"),
        format!("UPDATE audit SET seq = -seq WHERE seq > {AT}"),
        "UPDATE audit SET seq = -seq - 1 WHERE seq < 0".to_owned(),
    ];
    assert_eq!(
        fault(&store, &closed).await,
        (FaultKind::Missing, AT, Some(id(AT + 1)))
    );
    let all = ["DELETE FROM audit".to_owned()];
    assert_eq!(fault(&store, &all).await, (FaultKind::Missing, 1, None));
}

async fn rows_that_changed_places_are_named(store: TestStore) {
    filled(&store).await;
    for (one, other) in [
        (1, 2),
        (AT, AT + 1),
        (AT - 9, AT + 20),
        (ENTRIES - 1, ENTRIES),
    ] {
        let numbers = [
            format!("UPDATE audit SET seq = -1 WHERE seq = {one}"),
            format!("UPDATE audit SET seq = {one} WHERE seq = {other}"),
            format!("UPDATE audit SET seq = {other} WHERE seq = -1"),
        ];
        assert_eq!(
            fault(&store, &numbers).await,
            (FaultKind::Reordered, one, Some(id(other))),
            "numbers and hashes of {one} and {other}"
        );
        // Only the entries: numbers and hashes stay where they were.
        let mut contents = numbers.to_vec();
        let hashes = log();
        let hash = |seq: i64| {
            let hash = hashes[seq as usize - 1].hash;
            match store.engine() {
                Engine::Sqlite => format!("x'{hash}'"),
                Engine::Postgres => format!("'\\x{hash}'"),
            }
        };
        contents.push(format!(
            "UPDATE audit SET hash = {} WHERE seq = {one}",
            hash(one)
        ));
        contents.push(format!(
            "UPDATE audit SET hash = {} WHERE seq = {other}",
            hash(other)
        ));
        assert_eq!(
            fault(&store, &contents).await,
            (FaultKind::Reordered, one, Some(id(other))),
            "contents of {one} and {other}"
        );
    }
}

async fn a_row_that_was_put_in_is_named(store: TestStore) {
    filled(&store).await;
    let forged = AuditId::from_u128(0xbb);
    let insert = |seq: i64, source: i64| {
        format!(
            "INSERT INTO audit (corp_id, audit_id, seq, at_ms, actor, action, object, address, detail, hash)
            SELECT corp_id, {}, {seq}, at_ms, 'member:x', action, object, address, detail, hash
            FROM audit WHERE seq = {source}",
            literal(&store, forged)
        )
    };
    let expected = |seq| (FaultKind::Inserted, seq, Some(forged));
    // In the middle, with the others moved on; before the first; behind the last.
    let middle = [
        format!("UPDATE audit SET seq = -seq WHERE seq > {AT}"),
        "UPDATE audit SET seq = -seq + 1 WHERE seq < 0".to_owned(),
        insert(AT + 1, AT),
    ];
    assert_eq!(fault(&store, &middle).await, expected(AT + 1));
    assert_eq!(fault(&store, &[insert(0, 1)]).await, expected(1));
    assert_eq!(
        fault(&store, &[insert(ENTRIES + 1, ENTRIES)]).await,
        expected(ENTRIES + 1)
    );
    // Twice the same number, where the key that forbids it was dropped first. Which of the two is read first is chance.
    for seq in [AT, AT + 1] {
        let twice = ["DROP INDEX audit_seq".to_owned(), insert(seq, seq)];
        let (kind, found, _) = fault(&store, &twice).await;
        assert!(
            matches!(kind, FaultKind::Inserted | FaultKind::Altered)
                && (seq..=seq + 1).contains(&found),
            "{kind:?} {found}"
        );
    }
}

async fn a_head_that_was_set_back_is_named(store: TestStore) {
    filled(&store).await;
    let back = format!("UPDATE audit_head SET seq = {}", ENTRIES - 1);
    assert_eq!(
        fault(&store, &[back]).await,
        (FaultKind::Inserted, ENTRIES, Some(id(ENTRIES)))
    );
    let gone = "DELETE FROM audit_head".to_owned();
    let (kind, seq, _) = fault(&store, &[gone]).await;
    assert_eq!((kind, seq), (FaultKind::Inserted, 1));
}
