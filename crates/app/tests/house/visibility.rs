//! Visibility rules, trying them out, and permissions that end.

use guanxi_app::{
    Cx, Error, Result,
    contact::Outcome,
    department, directory,
    visibility::{self, Draft, Preview, Trial},
};
use guanxi_model::{
    department::ROOT,
    id::{MemberId, RuleId},
    role::Right,
    visibility::{Extent, Kind, Rule, Subject},
};
use guanxi_store::testing::TestStore;

use crate::{
    member::update,
    request::ask,
    support::{BOARD, DAY, House, MINUTE, RESEARCH, SALES, STORE, profile},
};

guanxi_store::both_engines!(
    rules_are_checked,
    a_deleted_rule_comes_back,
    a_rule_comes_back_only_for_those_who_exist,
    a_hidden_leader_leaves_no_gap,
    a_preview_is_what_comes,
    an_explanation_names_the_rule,
    permissions_end,
    only_administrators_look,
);

pub(crate) fn hide(subject: Subject) -> Draft {
    Draft {
        id: None,
        kind: Kind::Hide,
        subject,
        exceptions: Vec::new(),
        note: "董事会不公开".into(),
    }
}

pub(crate) async fn put(house: &House, cx: &Cx, draft: Draft) -> Result<Rule> {
    house
        .write(cx, move |tx, cx| {
            visibility::put_rule(tx, cx, draft.clone())
        })
        .await
}

/// Hides the board from everybody outside it.
pub(crate) async fn hide_board(house: &House) -> Rule {
    let owner = house.cx("owner").await;
    put(house, &owner, hide(Subject::Department(BOARD)))
        .await
        .unwrap()
}

async fn preview(house: &House, cx: &Cx, viewer: &str, trial: Trial) -> Result<Preview> {
    let viewer = house.id(viewer);
    let act = house.read(cx, move |tx, cx| {
        let me = cx.me(tx)?;
        visibility::preview(tx, cx, &me, viewer, trial.clone())
    });
    act.await
}

async fn rules_are_checked(store: TestStore) {
    let house = House::new(&store).await;
    let owner = house.cx("owner").await;
    let unknown = Subject::Member(MemberId::from_u128(1));
    let refused = put(&house, &owner, hide(unknown)).await;
    assert_eq!(
        refused.map(drop),
        Err(Error::invalid("subject", "unknown_subject"))
    );
    let draft = Draft {
        exceptions: vec![unknown],
        ..hide(Subject::Department(BOARD))
    };
    let refused = put(&house, &owner, draft).await;
    assert_eq!(
        refused.map(drop),
        Err(Error::invalid("exceptions", "unknown_subject"))
    );
    let draft = Draft {
        note: "长".repeat(61),
        ..hide(Subject::Department(BOARD))
    };
    let refused = put(&house, &owner, draft).await;
    assert_eq!(refused.map(drop), Err(Error::invalid("note", "too_long")));
    let draft = Draft {
        kind: Kind::Limit {
            extent: Extent::Listed,
            listed: Vec::new(),
        },
        ..hide(Subject::Department(STORE))
    };
    let refused = put(&house, &owner, draft).await;
    assert_eq!(refused.map(drop), Err(Error::invalid("listed", "required")));
    for _ in 0..visibility::RULES_MAX {
        put(&house, &owner, hide(Subject::Department(BOARD)))
            .await
            .unwrap();
    }
    let refused = put(&house, &owner, hide(Subject::Department(BOARD))).await;
    assert_eq!(
        refused.map(drop),
        Err(Error::Conflict { code: "rule_limit" })
    );
    let id = house.state().await.rules[0].id;
    house.pass(MINUTE);
    let delete = house.write(&owner, move |tx, cx| visibility::delete_rule(tx, cx, id));
    delete.await.unwrap();
    put(&house, &owner, hide(Subject::Department(BOARD)))
        .await
        .unwrap();
    let undo = house.write(&owner, move |tx, cx| visibility::undo(tx, cx, id));
    assert_eq!(undo.await, Err(Error::Conflict { code: "rule_limit" }));
}

async fn a_rule_comes_back_only_for_those_who_exist(store: TestStore) {
    let house = House::new(&store).await;
    let owner = house.cx("owner").await;
    let create = house.write(&owner, |tx, cx| {
        department::create(tx, cx, ROOT, "秘书处", 0)
    });
    let id = create.await.unwrap();
    let rule = put(&house, &owner, hide(Subject::Department(id))).await;
    let rule = rule.unwrap().id;
    house.pass(MINUTE);
    let delete = house.write(&owner, move |tx, cx| {
        visibility::delete_rule(tx, cx, rule)?;
        department::delete(tx, cx, id)
    });
    delete.await.unwrap();
    let undo = house.write(&owner, move |tx, cx| visibility::undo(tx, cx, rule));
    assert_eq!(
        undo.await,
        Err(Error::invalid("subject", "unknown_subject"))
    );
}

async fn a_hidden_leader_leaves_no_gap(store: TestStore) {
    let house = House::new(&store).await;
    let (owner, zhao) = (house.cx("owner").await, house.cx("zhao").await);
    let mut wang = profile("wang", "王晓明", 3, &[STORE]);
    wang.places[0].leads = true;
    update(&house, &owner, "wang", wang).await.unwrap();
    let hidden = Subject::Member(house.id("wang"));
    put(&house, &owner, hide(hidden)).await.unwrap();
    let (directory, lens) = house.directory(&zhao).await;
    let chen = house.id("chen");
    let card = house.read(&zhao, move |tx, cx| {
        let me = cx.me(tx)?;
        directory::card(tx, cx, &me, &directory, &lens, chen)
    });
    let leaders = card.await.unwrap().leaders;
    let names: Vec<&str> = leaders.iter().map(|leader| leader.name.as_str()).collect();
    assert_eq!(names, ["林知夏"], "as if nobody led the store");
}

async fn a_deleted_rule_comes_back(store: TestStore) {
    let house = House::new(&store).await;
    let rule = hide_board(&house).await;
    let (owner, id) = (house.cx("owner").await, rule.id);
    let changed = Draft {
        note: "新的说明".into(),
        ..Draft::from(rule.clone())
    };
    let changed = put(&house, &owner, changed).await.unwrap();
    assert_eq!(
        (changed.id, changed.created_at_ms),
        (id, rule.created_at_ms)
    );
    let delete = house.write(&owner, move |tx, cx| visibility::delete_rule(tx, cx, id));
    let deleted = delete.await.unwrap();
    assert_eq!(deleted, changed);
    assert!(house.state().await.rules.is_empty());
    put(&house, &owner, Draft::from(deleted)).await.unwrap();
    let listing = house
        .read(&owner, |tx, cx| {
            let me = cx.me(tx)?;
            visibility::list(tx, cx, &me)
        })
        .await
        .unwrap();
    assert_eq!(listing.rules[0].note, "新的说明");
    assert_eq!(listing.names[&house.id("owner")], "周雨");
    let missing = house.write(&owner, |tx, cx| {
        visibility::delete_rule(tx, cx, RuleId::from_u128(1))
    });
    assert_eq!(missing.await.map(drop), Err(Error::not_found("rule")));
}

async fn a_preview_is_what_comes(store: TestStore) {
    let house = House::new(&store).await;
    let owner = house.cx("owner").await;
    let today = preview(&house, &owner, "chen", Trial::Today).await.unwrap();
    assert_eq!(today.total, 6);
    assert_eq!((today.appears.members, today.vanishes.members), (0, 0));
    let counts: Vec<_> = today
        .departments
        .iter()
        .map(|d| (d.id.0, d.members))
        .collect();
    assert_eq!(counts, [(1, 6), (2, 2), (4, 1), (3, 2), (5, 1)]);

    let limit = Draft {
        kind: Kind::Limit {
            extent: Extent::OwnDepartment,
            listed: vec![Subject::Department(RESEARCH)],
        },
        ..hide(Subject::Department(SALES))
    };
    let tried = preview(&house, &owner, "chen", Trial::Put(limit.clone()))
        .await
        .unwrap();
    assert_eq!(tried.total, 3, "his shop and research");
    let mut vanished: Vec<_> = tried
        .vanishes
        .first
        .iter()
        .map(|c| c.name.as_str())
        .collect();
    vanished.sort_unstable();
    assert_eq!(vanished, ["周雨", "孙立", "林知夏"]);
    assert_eq!(tried.vanishes.departments, [BOARD]);
    let rule = put(&house, &owner, limit).await.unwrap();
    let now = preview(&house, &owner, "chen", Trial::Today).await.unwrap();
    assert_eq!(
        (now.total, now.departments),
        (tried.total, tried.departments)
    );
    let back = preview(&house, &owner, "chen", Trial::Delete(rule.id))
        .await
        .unwrap();
    assert_eq!(
        (back.total, back.appears.members, back.vanishes.members),
        (6, 3, 0)
    );
    assert_eq!(back.appears.departments, [BOARD]);
}

async fn an_explanation_names_the_rule(store: TestStore) {
    let house = House::new(&store).await;
    let rule = hide_board(&house).await;
    let owner = house.cx("owner").await;
    let (chen, sun) = (house.id("chen"), house.id("sun"));
    let explain = house.read(&owner, move |tx, cx| {
        let me = cx.me(tx)?;
        visibility::explain(tx, cx, &me, chen, sun)
    });
    let explained = explain.await.unwrap();
    assert!(!explained.explanation.visible);
    assert_eq!(explained.explanation.deciding, Some(rule.id));
    assert_eq!(explained.rules, [rule]);
    let explain = house.read(&owner, move |tx, cx| {
        let me = cx.me(tx)?;
        visibility::explain(tx, cx, &me, sun, chen)
    });
    assert!(explain.await.unwrap().explanation.visible);
}

async fn permissions_end(store: TestStore) {
    let house = House::new(&store).await;
    hide_board(&house).await;
    let (owner, chen) = (house.cx("owner").await, house.cx("chen").await);
    let (viewer, target) = (
        Subject::Member(house.id("chen")),
        Subject::Department(BOARD),
    );
    let give = |days| {
        house.write(&owner, move |tx, cx| {
            visibility::put_grant(tx, cx, viewer, target, Some(days))
        })
    };
    assert_eq!(
        give(0).await.map(drop),
        Err(Error::invalid("days", "out_of_range"))
    );
    let grant = give(2).await.unwrap();
    assert!(matches!(
        ask(&house, &chen, "sun").await,
        Ok(Outcome::Asked(_))
    ));
    let sweep = || house.write(house.job(), visibility::sweep_grants);
    assert_eq!(sweep().await, Ok(0));
    house.pass(2 * DAY);
    assert_eq!(
        ask(&house, &chen, "sun").await,
        Err(Error::not_found("member")),
        "it ends before the sweep"
    );
    let version = house.state().await.version;
    assert_eq!(sweep().await, Ok(1));
    assert_ne!(house.state().await.version, version);
    assert!(house.state().await.grants.is_empty());
    let id = grant.id;
    let gone = house.write(&owner, move |tx, cx| visibility::delete_grant(tx, cx, id));
    assert_eq!(gone.await.map(drop), Err(Error::not_found("grant")));
    let forever = house.write(&owner, move |tx, cx| {
        visibility::put_grant(tx, cx, viewer, target, None)
    });
    let id = forever.await.unwrap().id;
    let take = house.write(&owner, move |tx, cx| visibility::delete_grant(tx, cx, id));
    assert_eq!(take.await.unwrap().id, id);
}

async fn only_administrators_look(store: TestStore) {
    let house = House::new(&store).await;
    let chen = house.cx("chen").await;
    let right = Right::EditVisibility;
    let forbidden = Err(Error::Forbidden { right });
    let listed = house
        .read(&chen, |tx, cx| {
            let me = cx.me(tx)?;
            visibility::list(tx, cx, &me)
        })
        .await;
    assert_eq!(listed.map(drop), forbidden);
    let previewed = preview(&house, &chen, "chen", Trial::Today).await;
    assert_eq!(previewed.map(drop), forbidden);
    let sun = house.id("sun");
    let explained = house.read(&chen, move |tx, cx| {
        let me = cx.me(tx)?;
        visibility::explain(tx, cx, &me, sun, sun)
    });
    assert_eq!(explained.await.map(drop), forbidden);
    let rule = put(&house, &chen, hide(Subject::Member(sun))).await;
    assert_eq!(rule.map(drop), forbidden);
}
