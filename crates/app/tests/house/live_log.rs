//! What becomes of the board of a live code when a transaction fails, and when a node starts: the log and its snapshot are all there is.

use std::sync::Arc;

use guanxi_app::{
    Result,
    live_code::desk::{self, Shown},
};
use guanxi_model::{
    id::MemberId,
    live_code::{
        plan::{Entry as Seat, Plan},
        pool::Strategy,
        receipt::Reason,
    },
};
use guanxi_store::{self as store, Param, testing::TestStore};
use rustc_hash::FxHashMap;

use crate::{
    live_desk::{another, ask, awake, publish, scan, seat},
    support::House,
};

guanxi_store::both_engines!(
    a_transaction_that_failed_leaves_no_trace_on_the_board,
    a_node_that_starts_reads_the_snapshot_and_no_more,
);

async fn run(house: &House, sql: &'static str) {
    let done = house.env.store.write(move |tx| -> Result<()> {
        tx.execute(sql, &[])?;
        Ok(())
    });
    done.await.unwrap();
}

async fn a_transaction_that_failed_leaves_no_trace_on_the_board(store: TestStore) {
    let house = House::new(&store).await;
    let named = [("lin", 3), ("chen", 2), ("wang", 1)];
    awake(&house, &named.map(|(userid, _)| userid)).await;
    let seats = named.map(|(userid, weight)| Seat {
        daily_cap: Some(30),
        ..seat(&house, userid, weight)
    });
    let plan = Plan::simple("断", Strategy::Weighted, seats.to_vec());
    let code = publish(&house, plan).await;
    let mut met = Vec::new();
    for visitor in 0..4 {
        met.push(scan(&house.env, ask(house.corp, code, visitor)).await);
    }
    // Everything is chosen by then, and cannot be written.
    run(&house, "ALTER TABLE live_log RENAME TO live_log_away").await;
    for visitor in 100..107 {
        let lost = desk::scan(&house.env, ask(house.corp, code, visitor)).await;
        assert!(lost.is_err(), "what is not stored is not answered");
    }
    run(&house, "ALTER TABLE live_log_away RENAME TO live_log").await;
    for visitor in 100..130 {
        met.push(scan(&house.env, ask(house.corp, code, visitor)).await);
    }
    let mut had = FxHashMap::<MemberId, u32>::default();
    for (before, shown) in met.into_iter().enumerate() {
        let shown = shown.unwrap();
        assert_eq!(shown.reason, Reason::Strategy, "nobody holds a lost place");
        *had.entry(shown.member).or_default() += 1;
        for (userid, weight) in named {
            let exact = (before + 1) as f64 * f64::from(weight) / 6.0;
            let had = had.get(&house.id(userid)).copied().unwrap_or(0);
            assert!((f64::from(had) - exact).abs() < 1.0, "{userid}: {had}");
        }
    }
    // And what this node goes on with is what another one reads.
    let fresh = another(&house, &store).await;
    let here = scan(&house.env, ask(house.corp, code, 129)).await.unwrap();
    let there = scan(&fresh, ask(house.corp, code, 129)).await.unwrap();
    assert_eq!((here.member, there.reason), (there.member, Reason::Held));
}

async fn a_node_that_starts_reads_the_snapshot_and_no_more(store: TestStore) {
    const SCANS: u128 = 5600;
    let house = House::new(&store).await;
    awake(&house, &["chen", "wang"]).await;
    let seats = vec![seat(&house, "chen", 1), seat(&house, "wang", 1)];
    let code = publish(&house, Plan::simple("快照", Strategy::RoundRobin, seats)).await;
    let scans: Vec<_> = (0..SCANS)
        .map(|visitor| {
            let (env, corp) = (Arc::clone(&house.env), house.corp);
            tokio::spawn(async move { scan(&env, ask(corp, code, visitor)).await.unwrap() })
        })
        .collect();
    let mut shown = Vec::new();
    for scanned in scans {
        shown.push(scanned.await.unwrap());
    }
    let corp = house.corp;
    let at = house.env.store.write(move |tx| -> Result<i64> {
        let (at, _) = store::live_log::snapshot(tx, corp)?.expect("a snapshot");
        // What lies before it is not needed any more, so nobody may ask for it.
        tx.execute("DELETE FROM live_log WHERE seq <= $1", &[Param::Int(at)])?;
        Ok(at)
    });
    let at = at.await.unwrap();
    let known: Vec<&Shown> = shown.iter().filter(|shown| shown.seq <= at).collect();
    assert!(known.len() >= 5000, "{} of {at}", known.len());
    let fresh = another(&house, &store).await;
    for (visitor, before) in shown.iter().enumerate().step_by(700) {
        let again = ask(house.corp, code, visitor as u128);
        let again = scan(&fresh, again).await.unwrap();
        assert_eq!((again.member, again.reason), (before.member, Reason::Held));
    }
    let mut had = FxHashMap::<MemberId, u32>::default();
    for member in shown.iter().map(|shown| shown.member) {
        *had.entry(member).or_default() += 1;
    }
    for visitor in SCANS..SCANS + 10 {
        let next = scan(&fresh, ask(house.corp, code, visitor)).await.unwrap();
        *had.entry(next.member).or_default() += 1;
    }
    assert!(had.values().all(|had| 2 * u128::from(*had) == SCANS + 10));
}
