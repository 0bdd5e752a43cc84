//! The audit log: what is recorded, the chain, and who reads it.

use guanxi_app::{Error, audit};
use guanxi_model::{
    audit::{FaultKind, Head},
    corp::Settings,
    id::{AuditId, CodeId, ScanId},
    role::Right,
};
use guanxi_store::{audit::Filter, params, testing::TestStore};

use crate::{
    request::{accept, asked},
    support::{DAY, House},
};

guanxi_store::both_engines!(
    acts_are_recorded,
    the_chain_shows_an_alteration,
    what_is_kept_no_longer_goes_and_the_rest_stays_provable,
    a_beginning_that_nobody_signed_off_is_missed,
    scans_go_with_their_rule,
    filters_find_the_same_by_every_index,
    only_auditors_read,
);

fn everything() -> Filter {
    Filter {
        action: String::new(),
        actor: String::new(),
        object: String::new(),
        from_ms: 0,
        until_ms: i64::MAX,
        before: AuditId::from_u128(u128::MAX),
        limit: 1000,
    }
}

/// Actions of the log, the oldest first.
pub(crate) async fn actions(house: &House) -> Vec<String> {
    let owner = house.cx("owner").await;
    let page = house.read(&owner, |tx, cx| {
        let me = cx.me(tx)?;
        audit::page(tx, &me, &everything())
    });
    let rows = page.await.unwrap();
    rows.iter()
        .rev()
        .map(|row| row.entry.action.to_string())
        .collect()
}

async fn acts_are_recorded(store: TestStore) {
    let house = House::new(&store).await;
    let (chen, zhao) = (house.cx("chen").await, house.cx("zhao").await);
    house.pass(1);
    let id = asked(&house, &chen, "zhao").await;
    house.pass(1);
    accept(&house, &zhao, id).await.unwrap();
    let owner = house.cx("owner").await;
    let filter = Filter {
        action: "request.".into(),
        ..everything()
    };
    let page = house.read(&owner, move |tx, cx| {
        let me = cx.me(tx)?;
        audit::page(tx, &me, &filter)
    });
    let rows = page.await.unwrap();
    let (accepted, sent) = (&rows[0].entry, &rows[1].entry);
    assert_eq!(accepted.action, "request.accepted");
    assert_eq!(accepted.actor.id, house.id("zhao").to_string());
    assert_eq!(sent.action, "request.sent");
    assert_eq!(sent.object.as_ref().unwrap().id, id.to_string());
    assert_eq!(sent.from.as_deref(), Some("203.0.113.0/24"));
}

async fn seal_all(house: &House) {
    let corp = house.corp;
    while house
        .write(house.job(), move |tx, _| audit::seal(tx, corp))
        .await
        .unwrap()
        > 0
    {}
}

async fn the_chain_shows_an_alteration(store: TestStore) {
    let house = House::new(&store).await;
    let (chen, zhao) = (house.cx("chen").await, house.cx("zhao").await);
    seal_all(&house).await;
    let id = asked(&house, &chen, "zhao").await;
    house.pass(1);
    accept(&house, &zhao, id).await.unwrap();
    seal_all(&house).await;
    let corp = house.corp;
    let head = house.read(house.job(), move |tx, _| audit::head(tx, corp));
    let head = head.await.unwrap();
    let whole = audit::verify(&house.env, corp, Some(head)).await.unwrap();
    assert_eq!(whole.found, Ok(head));
    assert_eq!(whole.base, Head::default());
    let ahead = Head {
        seq: head.seq + 1,
        ..head
    };
    let cut = audit::verify(&house.env, corp, Some(ahead)).await.unwrap();
    assert_eq!(cut.found.unwrap_err().kind, FaultKind::Missing);

    let altered = house.write(house.job(), move |tx, _| {
        let sql = "UPDATE audit SET detail = '{}' WHERE corp_id = $1 AND seq = $2";
        Ok(tx.execute(sql, params![corp, head.seq])?)
    });
    assert_eq!(altered.await, Ok(1));
    let fault = audit::verify(&house.env, corp, None).await.unwrap().found;
    let fault = fault.unwrap_err();
    assert_eq!((fault.kind, fault.seq), (FaultKind::Altered, head.seq));
    let entry = fault.entry.unwrap();
    let owner = house.cx("owner").await;
    let found = house.read(&owner, move |tx, cx| {
        let me = cx.me(tx)?;
        audit::find(tx, &me, entry)
    });
    let found = found.await.unwrap();
    assert_eq!(found.entry.action, "request.accepted");
    assert_eq!(fault.at_ms, Some(found.entry.at_ms));
}

/// Saves a rule on how long records are kept.
async fn keep(house: &House, audit_days: u32, scan_days: u32) {
    let owner = house.cx("owner").await;
    let saved = house.write(&owner, move |tx, cx| {
        guanxi_app::corp::change(tx, cx, |now| {
            let settings = Settings {
                audit_days,
                scan_days,
                ..now.settings.clone()
            };
            Ok((now.name.clone(), settings))
        })
    });
    saved.await.unwrap();
}

async fn trimmed(house: &House) -> i64 {
    let (cx, corp) = (house.env.job("retention"), house.corp);
    let mut sum = 0;
    loop {
        let count = house.write(&cx, move |tx, cx| audit::retention::trim(tx, cx, corp));
        let count = count.await.unwrap();
        sum += count;
        if count < audit::retention::BATCH {
            return sum;
        }
    }
}

/// Writes so many entries, one second apart, and seals them.
async fn written(house: &House, count: i64) {
    let cx = house.job().clone();
    let corp = house.corp;
    let write = house.write(&cx, move |tx, cx| {
        for number in 0..count {
            let detail = serde_json::json!({ "number": number });
            audit::record(tx, cx, corp, "member.updated", None, &detail)?;
        }
        Ok(())
    });
    write.await.unwrap();
    seal_all(house).await;
}

async fn what_is_kept_no_longer_goes_and_the_rest_stays_provable(store: TestStore) {
    let house = House::new(&store).await;
    written(&house, 2 * audit::retention::BATCH + 300).await;
    let corp = house.corp;
    let head = house.read(house.job(), move |tx, _| audit::head(tx, corp));
    let old = head.await.unwrap();
    house.pass(181 * DAY);
    written(&house, 20).await;
    assert_eq!(
        trimmed(&house).await,
        0,
        "nothing goes unless a rule says so"
    );

    keep(&house, 181, 0).await;
    assert_eq!(trimmed(&house).await, 0, "the day is not over yet");
    keep(&house, 180, 0).await;
    assert_eq!(trimmed(&house).await, old.seq);
    assert_eq!(trimmed(&house).await, 0, "once a day is enough");
    // Before the job of another node has sealed anything.
    let whole = audit::verify(&house.env, corp, None).await.unwrap();
    assert_eq!(whole.base, old, "the base is the last entry that went");
    let end = whole.found.unwrap();
    let rows = house.read(house.job(), move |tx, _| {
        Ok(guanxi_store::audit::count(tx, corp)?)
    });
    assert_eq!(rows.await, Ok(end.seq - old.seq));

    let early = Head {
        seq: old.seq - 1,
        ..old
    };
    let early = audit::verify(&house.env, corp, Some(early)).await;
    assert_eq!(
        early.unwrap_err(),
        Error::invalid("known", "removed_by_retention")
    );
    let other = Head {
        seq: old.seq,
        ..end
    };
    let other = audit::verify(&house.env, corp, Some(other)).await.unwrap();
    assert_eq!(other.found.unwrap_err().kind, FaultKind::Altered);
    assert!(
        audit::verify(&house.env, corp, Some(old))
            .await
            .unwrap()
            .found
            .is_ok()
    );

    // The checkpoints are entries like others, and the next round removes them in their turn.
    let signed = actions(&house).await;
    assert_eq!(
        signed
            .iter()
            .filter(|action| *action == "audit.trimmed")
            .count(),
        3
    );
    seal_all(&house).await;
    let end = audit::verify(&house.env, corp, None).await.unwrap();
    let end = end.found.unwrap();
    house.pass(200 * DAY);
    assert_eq!(trimmed(&house).await, end.seq - old.seq);
    let whole = audit::verify(&house.env, corp, None).await.unwrap();
    assert_eq!((whole.base, whole.found.unwrap().seq), (end, end.seq + 1));
}

async fn a_beginning_that_nobody_signed_off_is_missed(store: TestStore) {
    let house = House::new(&store).await;
    written(&house, 50).await;
    house.pass(200 * DAY);
    keep(&house, 180, 0).await;
    trimmed(&house).await;
    let corp = house.corp;
    assert!(
        audit::verify(&house.env, corp, None)
            .await
            .unwrap()
            .found
            .is_ok()
    );
    let taken = house.write(house.job(), move |tx, _| {
        // Somebody takes one entry more and moves the base along.
        let next = guanxi_store::audit::chain::stretch(tx, corp, None, 1)?.rows[0].head();
        Ok(guanxi_store::audit::chain::remove(tx, corp, next)?)
    });
    assert_eq!(taken.await, Ok(1));
    let fault = audit::verify(&house.env, corp, None).await.unwrap();
    let seq = fault.base.seq;
    let fault = fault.found.unwrap_err();
    assert_eq!((fault.kind, fault.seq), (FaultKind::Missing, seq));
}

async fn scans_go_with_their_rule(store: TestStore) {
    let house = House::new(&store).await;
    let chen = house.cx("chen").await;
    let code = house.write(&chen, |tx, cx| {
        guanxi_app::qr_code::create(tx, cx, guanxi_model::qr_code::Terms::default())
    });
    let code = code.await.unwrap().id;
    let corp = house.corp;
    let scan = async |count: usize| {
        let cx = house.env.job("test");
        let write = house.write(&cx, move |tx, cx| {
            for _ in 0..count {
                let scan = guanxi_store::qr_code::Scan {
                    id: cx.new_id(ScanId::from_u128),
                    outcome: guanxi_model::qr_code::Outcome::Shown,
                    person: None,
                    address: String::new(),
                    at_ms: cx.now(),
                    times: 1,
                };
                guanxi_store::qr_code::scanned(tx, corp, code, &scan)?;
            }
            Ok(())
        });
        write.await.unwrap();
    };
    let count = async || {
        let count = house.read(house.job(), move |tx, _| {
            Ok(guanxi_store::qr_code::count_scans(tx, corp, code)?.scans)
        });
        count.await.unwrap()
    };
    let old = 2 * audit::retention::BATCH + 7;
    scan(old as usize).await;
    house.pass(40 * DAY);
    scan(3).await;
    let forget = async || {
        let cx = house.env.job("retention");
        let mut after = Some(CodeId::from_u128(0));
        while let Some(code) = after {
            let next = house.write(&cx, move |tx, cx| {
                audit::retention::forget_scans(tx, cx, corp, code)
            });
            after = next.await.unwrap();
        }
    };
    forget().await;
    assert_eq!(count().await, old + 3, "without a rule all stay");
    keep(&house, 0, 31).await;
    forget().await;
    assert_eq!(count().await, 3);
}

async fn filters_find_the_same_by_every_index(store: TestStore) {
    let house = House::new(&store).await;
    let corp = house.corp;
    let acts = [
        "member.updated",
        "member.moved",
        "request.sent",
        "code.scanned",
    ];
    for number in 0..240_i64 {
        let cx = house
            .env
            .job(["expiry", "sweeper", "sync"][(number % 3) as usize]);
        let action = acts[(number % 4) as usize];
        let write = house.write(&cx, move |tx, cx| {
            let object = Some(("member", (number % 5).to_string()));
            audit::record(tx, cx, corp, action, object, &serde_json::json!({}))
        });
        write.await.unwrap();
        house.pass(1);
    }
    let owner = house.cx("owner").await;
    let ask = async |filter: Filter| {
        let page = house.read(&owner, move |tx, cx| {
            let me = cx.me(tx)?;
            audit::page(tx, &me, &filter)
        });
        page.await.unwrap()
    };
    let all = ask(everything()).await;
    for action in ["", "member.", "member.moved", "request.", "nothing."] {
        for actor in ["", "system:sync", "system:nobody"] {
            for object in ["", "member:3"] {
                let filter = Filter {
                    action: action.into(),
                    actor: actor.into(),
                    object: object.into(),
                    limit: 7,
                    ..everything()
                };
                let expected = all.iter().filter(|row| {
                    let entry = &row.entry;
                    let acts = if action.is_empty() || action.ends_with('.') {
                        entry.action.starts_with(action)
                    } else {
                        entry.action == action
                    };
                    let text = guanxi_store::audit::text;
                    acts && (actor.is_empty() || text(&entry.actor) == actor)
                        && (object.is_empty()
                            || entry.object.as_ref().is_some_and(|one| text(one) == object))
                });
                let expected: Vec<AuditId> = expected.map(|row| row.entry.id).collect();
                let (mut found, mut before) = (Vec::new(), filter.before);
                loop {
                    let page = ask(Filter {
                        before,
                        ..filter.clone()
                    })
                    .await;
                    found.extend(page.iter().map(|row| row.entry.id));
                    if page.len() < 7 {
                        break;
                    }
                    before = page[6].entry.id;
                }
                assert_eq!(found, expected, "{action} {actor} {object}");
            }
        }
    }
}

async fn only_auditors_read(store: TestStore) {
    let house = House::new(&store).await;
    let chen = house.cx("chen").await;
    let page = house.read(&chen, |tx, cx| {
        let me = cx.me(tx)?;
        audit::page(tx, &me, &everything())
    });
    let right = Right::ReadAudit;
    assert_eq!(page.await.map(drop), Err(Error::Forbidden { right }));
}
