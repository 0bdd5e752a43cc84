//! A whole chain is found whole, and each way of altering it is named.

use super::*;
use crate::{
    audit::{Entry, Hash, Named, TRIMMED},
    id::CorpId,
};

fn entry(number: u128) -> Entry {
    Entry {
        corp: CorpId::from_u128(1),
        id: AuditId::from_u128(number),
        at_ms: 1_790_000_000_000 + number as i64,
        actor: Named::new("member", number),
        action: "request.accepted".into(),
        object: Some(Named::new("request", 7)),
        from: Some("203.0.113.0/24".into()),
        detail: r#"{"after":{"state":"accepted"}}"#.into(),
    }
}

fn log(length: u128) -> Vec<Sealed> {
    let mut head = Head::default();
    let seal = |number| {
        let sealed = head.seal(entry(number));
        head = sealed.head();
        sealed
    };
    (1..=length).map(seal).collect()
}

fn fault(rows: &[Sealed]) -> Option<(FaultKind, i64, Option<u128>)> {
    verify(Head::default(), rows.to_vec(), &[])
        .err()
        .map(|fault| (fault.kind, fault.seq, fault.entry.map(AuditId::as_u128)))
}

fn renumber(rows: &mut [Sealed]) {
    rows.iter_mut()
        .zip(1..)
        .for_each(|(row, seq)| row.seq = seq);
}

#[test]
fn a_whole_log_passes_in_one_go_and_page_by_page() {
    let rows = log(200);
    let end = rows[199].head();
    assert_eq!(verify(Head::default(), rows.clone(), &[end]), Ok(end));
    assert_eq!(
        verify(Head::default(), rows.clone(), &[rows[30].head()]),
        Ok(end)
    );
    let mut head = Head::default();
    for page in rows.chunks(33) {
        head = verify(head, page.to_vec(), &[]).unwrap();
    }
    assert_eq!(head, end);
    assert_eq!(verify(end, Vec::new(), &[]), Ok(end));
}

#[test]
fn the_bytes_of_an_entry_stay_as_they_are() {
    let hash = Head::default().seal(entry(1)).hash;
    assert_eq!(
        hash.to_string(),
        "dee0d3a5511836ddd8606437f72d74c8b6167b050bf515effbd3e96d03e332c3"
    );
    assert_eq!(hash.to_string().parse::<Hash>(), Ok(hash));
}

#[test]
fn one_changed_byte_in_any_field_is_found() {
    type Change = fn(&mut Sealed);
    let changes: [Change; 12] = [
        |row| row.entry.corp = CorpId::from_u128(2),
        |row| row.entry.at_ms += 1,
        |row| row.entry.actor.kind = "system".into(),
        |row| row.entry.actor.id.push('1'),
        |row| row.entry.action = "request.declined".into(),
        |row| row.entry.object = None,
        |row| row.entry.object = Some(Named::new("request7", "")),
        |row| row.entry.from = None,
        |row| row.entry.from = Some(String::new()),
        |row| row.entry.detail = row.entry.detail.replace("accepted", "declined"),
        |row| row.hash.0[31] ^= 1,
        |row| row.hash.0[0] ^= 0x80,
    ];
    for (number, change) in changes.into_iter().enumerate() {
        for at in [0, 4, 9] {
            let mut rows = log(10);
            change(&mut rows[at]);
            let (seq, id) = (at as i64 + 1, at as u128 + 1);
            assert_eq!(
                fault(&rows),
                Some((FaultKind::Altered, seq, Some(id))),
                "change {number} at {at}"
            );
        }
    }
}

#[test]
fn a_changed_identifier_is_found() {
    let mut rows = log(10);
    rows[4].entry.id = AuditId::from_u128(50);
    assert_eq!(fault(&rows), Some((FaultKind::Altered, 5, Some(50))));
}

#[test]
fn a_deletion_is_found() {
    let mut rows = log(10);
    rows.drain(4..6);
    assert_eq!(fault(&rows), Some((FaultKind::Missing, 5, Some(7))));
    renumber(&mut rows);
    assert_eq!(
        fault(&rows),
        Some((FaultKind::Missing, 5, Some(7))),
        "the others were renumbered"
    );
    let mut rows = log(10);
    rows.remove(0);
    assert_eq!(fault(&rows), Some((FaultKind::Missing, 1, Some(2))));
}

#[test]
fn a_log_cut_short_or_written_anew_is_found_against_a_known_head() {
    let rows = log(10);
    let end = rows[9].head();
    let cut = verify(Head::default(), rows[..8].to_vec(), &[end]);
    let missing = Fault {
        kind: FaultKind::Missing,
        seq: 9,
        entry: Some(AuditId::from_u128(8)),
        at_ms: Some(entry(8).at_ms),
    };
    assert_eq!(cut, Err(missing));
    let mut anew = rows[..9].to_vec();
    anew.push(rows[8].head().seal(entry(77)));
    let altered = Fault {
        kind: FaultKind::Altered,
        seq: 10,
        entry: Some(AuditId::from_u128(77)),
        at_ms: Some(entry(77).at_ms),
    };
    assert_eq!(verify(Head::default(), anew, &[end]), Err(altered));
}

#[test]
fn a_swap_is_found() {
    for (one, other) in [(3, 4), (0, 9), (2, 7)] {
        let mut rows = log(12);
        rows.swap(one, other);
        let expected = Some((
            FaultKind::Reordered,
            one as i64 + 1,
            Some(other as u128 + 1),
        ));
        assert_eq!(fault(&rows), expected, "in the stream");
        renumber(&mut rows);
        assert_eq!(fault(&rows), expected, "in the numbers");
    }
}

#[test]
fn contents_that_changed_places_are_found() {
    let mut rows = log(12);
    let (one, other) = (rows[3].entry.clone(), rows[7].entry.clone());
    (rows[3].entry, rows[7].entry) = (other, one);
    assert_eq!(fault(&rows), Some((FaultKind::Reordered, 4, Some(8))));
}

#[test]
fn a_log_ends_where_its_head_says() {
    let rows = log(10);
    let whole = |rows: &[Sealed], head: Head| {
        verify_log(Head::default(), rows.to_vec(), &[], || head)
            .map_err(|fault| (fault.kind, fault.seq, fault.entry.map(AuditId::as_u128)))
    };
    let end = rows[9].head();
    assert_eq!(whole(&rows, end), Ok(end));
    assert_eq!(
        whole(&rows[..9], end),
        Err((FaultKind::Missing, 10, Some(9)))
    );
    assert_eq!(whole(&[], end), Err((FaultKind::Missing, 1, None)));
    assert_eq!(
        whole(&rows, rows[8].head()),
        Err((FaultKind::Inserted, 10, Some(10)))
    );
    let mut longer = rows.clone();
    longer.push(Sealed {
        seq: 11,
        hash: Hash([7; 32]),
        entry: entry(55),
    });
    assert_eq!(
        whole(&longer, end),
        Err((FaultKind::Inserted, 11, Some(55)))
    );
    let other = Head {
        seq: 10,
        hash: Hash([7; 32]),
    };
    assert_eq!(whole(&rows, other), Err((FaultKind::Altered, 10, Some(10))));
}

/// A log whose first `removed` entries are gone, with the entry that signs this off at its end.
fn trimmed(length: u128, removed: usize) -> (Head, Vec<Sealed>) {
    let mut rows = log(length);
    let base = rows[removed - 1].head();
    let checkpoint = Checkpoint {
        seq: base.seq,
        hash: base.hash,
        removed: base.seq,
        until_at_ms: rows[removed - 1].entry.at_ms,
        days: 180,
    };
    let signed = Entry {
        action: TRIMMED.into(),
        detail: serde_json::to_string(&checkpoint).unwrap(),
        ..entry(length + 1)
    };
    rows.push(rows[rows.len() - 1].head().seal(signed));
    rows.drain(..removed);
    (base, rows)
}

#[test]
fn what_retention_removed_must_be_signed_off() {
    let (base, rows) = trimmed(20, 8);
    let end = rows[rows.len() - 1].head();
    let followed = |base, rows: &[Sealed], known: &[Head]| {
        let end = rows[rows.len() - 1].head();
        verify_log(base, rows.to_vec(), known, || end).map_err(|fault| (fault.kind, fault.seq))
    };
    assert_eq!(followed(base, &rows, &[base, end]), Ok(end));
    let unsigned = &rows[..rows.len() - 1];
    assert_eq!(followed(base, unsigned, &[]), Err((FaultKind::Missing, 8)));
    let further = (rows[0].head(), &rows[1..]);
    assert_eq!(
        followed(further.0, further.1, &[]),
        Err((FaultKind::Missing, 9)),
        "one more than was signed off"
    );
    assert_eq!(
        followed(Head::default(), &rows, &[]),
        Err((FaultKind::Missing, 1)),
        "the base was taken away"
    );
    let other = Head {
        hash: Hash([7; 32]),
        ..base
    };
    assert_eq!(
        followed(base, &rows, &[other]),
        Err((FaultKind::Altered, 8)),
        "another base was known"
    );
}

#[test]
fn an_insertion_is_found() {
    let mut forged = log(10);
    let garbage = Sealed {
        seq: 5,
        hash: Hash([7; 32]),
        entry: entry(55),
    };
    forged.insert(4, garbage);
    assert_eq!(fault(&forged), Some((FaultKind::Inserted, 5, Some(55))));
    renumber(&mut forged);
    assert_eq!(fault(&forged), Some((FaultKind::Inserted, 5, Some(55))));

    let mut sealed = log(10);
    sealed.insert(4, sealed[3].head().seal(entry(55)));
    assert_eq!(
        fault(&sealed),
        Some((FaultKind::Inserted, 5, Some(55))),
        "with a proper hash"
    );
    renumber(&mut sealed);
    assert_eq!(fault(&sealed), Some((FaultKind::Inserted, 5, Some(55))));

    let mut twice = log(10);
    twice.insert(5, twice[4].clone());
    assert_eq!(fault(&twice), Some((FaultKind::Inserted, 5, Some(5))));
}
