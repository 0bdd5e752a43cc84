//! The audit log: what is recorded, the chain, and who reads it.

use guanxi_app::{Error, Result, audit};
use guanxi_model::{
    audit::{FaultKind, Head, Sealed, verify},
    id::AuditId,
    role::Right,
};
use guanxi_store::{Tx, audit::Filter, testing::TestStore};

use crate::{
    request::{accept, asked},
    support::House,
};

guanxi_store::both_engines!(
    acts_are_recorded,
    the_chain_shows_an_alteration,
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

fn chain(tx: &mut Tx<'_>, corp: guanxi_model::id::CorpId) -> Result<Vec<Sealed>> {
    let mut chain = Vec::new();
    guanxi_store::audit::for_each(tx, corp, |stored| -> Result<()> {
        chain.push(Sealed {
            seq: stored.seq.unwrap(),
            hash: stored.hash.unwrap(),
            entry: stored.entry,
        });
        Ok(())
    })?;
    Ok(chain)
}

async fn the_chain_shows_an_alteration(store: TestStore) {
    let house = House::new(&store).await;
    let (chen, zhao) = (house.cx("chen").await, house.cx("zhao").await);
    seal_all(&house).await;
    let id = asked(&house, &chen, "zhao").await;
    accept(&house, &zhao, id).await.unwrap();
    seal_all(&house).await;
    let corp = house.corp;
    let read = house.read(house.job(), move |tx, _| {
        Ok((chain(tx, corp)?, audit::head(tx, corp)?))
    });
    let (mut chain, head) = read.await.unwrap();
    assert_eq!(head.seq, chain.len() as i64);
    assert_eq!(
        verify(Head::default(), chain.iter().cloned(), Some(head)),
        Ok(head)
    );
    let last = chain.len() - 1;
    chain[last].entry.detail = "{}".into();
    let fault = verify(Head::default(), chain.iter().cloned(), Some(head)).unwrap_err();
    assert_eq!(fault.seq, head.seq);
    assert_eq!(fault.kind, FaultKind::Altered);
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
