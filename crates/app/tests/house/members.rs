//! Members in lists, many at once, in and out as files.

use guanxi_app::{
    Cx, Error, Result,
    member::{self, Changed, Filter},
};
use guanxi_model::{
    corp::Settings,
    id::MemberId,
    member::{Change, Profile, Status},
};
use guanxi_store::testing::TestStore;

use crate::{
    member::{SALES_ADMIN, change, everybody, give_role, update},
    support::{BOARD, House, MINUTE, RESEARCH, SALES, STORE, profile},
};

guanxi_store::both_engines!(
    a_bulk_act_is_guarded,
    many_have_a_result_each,
    moving_changes_one_place_or_all,
    the_list_is_paged_and_filtered,
    names_are_found_whatever_their_case,
    an_import_happens_whole_or_not_at_all,
    an_export_holds_what_one_may_read,
);

pub(crate) async fn change_many(
    house: &House,
    cx: &Cx,
    userids: &[&str],
    change: Change,
    confirmed: bool,
) -> Result<Vec<Changed>> {
    let ids: Vec<MemberId> = userids.iter().map(|userid| house.id(userid)).collect();
    let act = house.write(cx, move |tx, cx| {
        member::change_many(tx, cx, &ids, change, confirmed)
    });
    act.await
}

async fn a_bulk_act_is_guarded(store: TestStore) {
    let settings = Settings {
        bulk_guard_percent: 30,
        ..Settings::default()
    };
    let house = House::with(&store, settings).await;
    let owner = house.cx("owner").await;
    // Seven are listed: two are less than 30 percent, three are more.
    let guard = Err(Error::Conflict { code: "bulk_guard" });
    let three = ["chen", "wang", "zhao", "chen"];
    let refused = change_many(&house, &owner, &three, Change::Leave, false).await;
    assert_eq!(refused.map(drop), guard);
    assert_eq!(house.member("chen").await.status, Status::NotActivated);
    let two = change_many(&house, &owner, &three[..2], Change::Disable, false).await;
    assert_eq!(two.unwrap().len(), 2);
    let gone = change_many(&house, &owner, &three[..2], Change::Leave, false).await;
    assert_eq!(gone.unwrap().len(), 2, "they were not listed any more");
    let rest = ["zhao", "qian", "sun"];
    let confirmed = change_many(&house, &owner, &rest, Change::Leave, true)
        .await
        .unwrap();
    assert!(confirmed.iter().all(|changed| changed.outcome == Ok(())));
}

async fn many_have_a_result_each(store: TestStore) {
    let house = House::new(&store).await;
    let owner = house.cx("owner").await;
    let unknown = MemberId::from_u128(1);
    let ids = [
        house.id("owner"),
        house.id("chen"),
        unknown,
        house.id("chen"),
    ];
    let act = house.write(&owner, move |tx, cx| {
        member::change_many(tx, cx, &ids, Change::Disable, true)
    });
    let codes: Vec<_> = act
        .await
        .unwrap()
        .into_iter()
        .map(|c| c.outcome.map_err(|e| e.code()))
        .collect();
    assert_eq!(codes, [Err("last_owner"), Ok(()), Err("not_found")]);
    let none = change_many(&house, &owner, &[], Change::Disable, true).await;
    assert_eq!(none.map(drop), Err(Error::invalid("members", "required")));
}

async fn moving_changes_one_place_or_all(store: TestStore) {
    let house = House::new(&store).await;
    let owner = house.cx("owner").await;
    let both = profile("wang", "王晓明", 3, &[STORE, RESEARCH]);
    update(&house, &owner, "wang", both).await.unwrap();
    let (lin, wang) = (house.id("lin"), house.id("wang"));
    let ids = [lin, wang];
    house.pass(MINUTE);
    let act = house.write(&owner, move |tx, cx| {
        member::move_many(tx, cx, &ids, Some(STORE), BOARD)
    });
    let results = act.await.unwrap();
    let not_there = Err(Error::Conflict {
        code: "not_in_department",
    });
    assert_eq!(
        (&results[0].outcome, &results[1].outcome),
        (&not_there, &Ok(()))
    );
    let places = house.member("wang").await.profile.places;
    let departments: Vec<_> = places.iter().map(|place| place.department).collect();
    assert_eq!(departments, [BOARD, RESEARCH]);
    let changed_at_ms = house.member("wang").await.updated_at_ms;
    assert_eq!(changed_at_ms, house.now_ms(), "a form opened before is old");

    assert_eq!(house.state().await.leads(lin), [SALES]);
    let act = house.write(&owner, move |tx, cx| {
        member::move_many(tx, cx, &ids, None, RESEARCH)
    });
    assert!(
        act.await
            .unwrap()
            .iter()
            .all(|changed| changed.outcome == Ok(()))
    );
    for userid in ["lin", "wang"] {
        let places = house.member(userid).await.profile.places;
        assert_eq!(
            places.iter().map(|p| p.department).collect::<Vec<_>>(),
            [RESEARCH]
        );
    }
    assert!(house.state().await.leads(lin).is_empty());
}

async fn the_list_is_paged_and_filtered(store: TestStore) {
    let house = House::new(&store).await;
    let owner = house.cx("owner").await;
    change(&house, &owner, "zhao", Change::Leave).await.unwrap();
    let list = async |filter: Filter| {
        let page = house.read(&owner, move |tx, cx| {
            let me = cx.me(tx)?;
            member::page(tx, &me, &filter)
        });
        let page = page.await.unwrap();
        let rows = page.rows.into_iter().map(|row| row.member.profile.userid);
        (rows.collect::<Vec<_>>(), page.next)
    };
    let all = everybody(4);
    let (first, next) = list(all.clone()).await;
    assert_eq!(first, ["chen", "lin", "owner", "qian"]);
    let (second, end) = list(Filter {
        after: next,
        ..all.clone()
    })
    .await;
    assert_eq!(
        (second, end),
        (vec!["sun".into(), "wang".into(), "zhao".into()], None)
    );
    let back = Filter {
        before: Some("sun".into()),
        ..all.clone()
    };
    assert_eq!(list(back).await.0, first);
    let left = Filter {
        status: Some(Status::Left),
        ..all.clone()
    };
    assert_eq!(list(left).await.0, ["zhao"]);
    let sales = Filter {
        department: Some(SALES),
        ..all.clone()
    };
    assert_eq!(list(sales).await.0, ["chen", "lin", "wang"]);
    for (text, found) in [("思远", "chen"), ("QIAN", "qian"), ("0130006", "sun")] {
        let by_text = Filter {
            text: text.into(),
            ..all.clone()
        };
        assert_eq!(list(by_text).await.0, [found]);
    }
    let percent = Filter {
        text: "%".into(),
        ..all
    };
    assert!(list(percent).await.0.is_empty());
}

async fn names_are_found_whatever_their_case(store: TestStore) {
    let house = House::new(&store).await;
    let owner = house.cx("owner").await;
    for (userid, name, number) in [("wang", "Émile Öztürk", 3), ("lin", "ИВАН", 1)] {
        let renamed = profile(userid, name, number, &[SALES]);
        update(&house, &owner, userid, renamed).await.unwrap();
    }
    for (text, userid) in [
        ("émile", "wang"),
        ("ÉMILE", "wang"),
        ("öztürk", "wang"),
        ("ÖZTÜRK", "wang"),
        ("иван", "lin"),
    ] {
        let filter = Filter {
            text: text.into(),
            ..everybody(4)
        };
        let page = house.read(&owner, move |tx, cx| {
            let me = cx.me(tx)?;
            member::page(tx, &me, &filter)
        });
        let rows = page.await.unwrap().rows.into_iter();
        let found: Vec<_> = rows.map(|row| row.member.profile.userid).collect();
        assert_eq!(found, [userid], "{text}");
    }
}

async fn an_import_happens_whole_or_not_at_all(store: TestStore) {
    let house = House::new(&store).await;
    let (owner, corp) = (house.cx("owner").await, house.corp);
    let rows = vec![
        profile("a", "甲", 11, &[SALES]),
        profile("Chen", "乙", 12, &[SALES]),
        profile("c", "", 13, &[SALES]),
        profile("A", "丁", 11, &[guanxi_model::department::DepartmentId(77)]),
    ];
    let import = house.write(&owner, move |tx, cx| {
        member::import(tx, cx, corp, rows.clone())
    });
    let refused = import.await.unwrap();
    assert!(refused.created.is_empty());
    let found: Vec<(usize, Vec<&str>)> = refused
        .refused
        .iter()
        .map(|bad| (bad.row, bad.refused.iter().map(|i| i.code).collect()))
        .collect();
    assert_eq!(
        found,
        [
            (1, vec!["userid_taken"]),
            (2, vec!["required"]),
            (
                3,
                vec!["userid_taken", "mobile_taken", "unknown_department"]
            ),
        ]
    );
    let before = house.directory(&owner).await.0.len();
    let rows: Vec<Profile> = (0..300)
        .map(|n| profile(&format!("u{n}"), "新人", 1000 + n, &[SALES]))
        .collect();
    let import = house.write(&owner, move |tx, cx| {
        member::import(tx, cx, corp, rows.clone())
    });
    let created = import.await.unwrap().created;
    assert_eq!(created.len(), 300);
    assert_eq!(house.directory(&owner).await.0.len(), before + 300);
}

async fn an_export_holds_what_one_may_read(store: TestStore) {
    let house = House::new(&store).await;
    give_role(&house, "lin", SALES_ADMIN).await;
    let export = async |cx: &Cx| {
        house.write(cx, member::announce_export).await.unwrap();
        let rows = house.read(cx, |tx, cx| {
            let mut rows = Vec::new();
            member::export(tx, cx, |member| {
                rows.push((member.profile.userid.clone(), member.profile.places.len()));
                Ok(())
            })?;
            Ok(rows)
        });
        rows.await.unwrap()
    };
    let lin = house.cx("lin").await;
    let rows = export(&lin).await;
    assert_eq!(
        rows,
        [("chen".into(), 1), ("lin".into(), 1), ("wang".into(), 1)]
    );
    let owner = house.cx("owner").await;
    assert_eq!(export(&owner).await.len(), 7);
    house.pass(MINUTE);
    let log = crate::audit::actions(&house).await;
    assert_eq!(
        log.iter()
            .filter(|action| *action == "member.exported")
            .count(),
        2
    );
}
