//! "Cannot find a colleague": what the member learns, and what the administrator learns.

use guanxi_app::{
    Cx, Error, Result,
    contact::Outcome,
    find_ask::{self, Classes, Verdict},
    member,
};
use guanxi_model::{id::AskId, member::Change, role::Right, visibility::Subject};
use guanxi_store::testing::TestStore;

use crate::{
    member::change,
    request::ask as ask_contact,
    support::{BOARD, DAY, House, MINUTE, profile},
    visibility::{hide, hide_board, put},
};

guanxi_store::both_engines!(
    classes_name_what_one_may_know,
    the_hidden_leave_no_trace,
    questions_are_asked_once,
    the_administrator_sees_the_rule,
    an_answer_can_open_a_way,
    only_administrators_answer,
);

async fn classes(house: &House, cx: &Cx, text: &str) -> Classes {
    let (directory, lens) = house.directory(cx).await;
    let text = text.to_owned();
    let read = house.read(cx, move |tx, cx| {
        let me = cx.me(tx)?;
        find_ask::classes(tx, &me, &directory, &lens, &text)
    });
    read.await.unwrap()
}

async fn send(house: &House, cx: &Cx, query: &str) -> Result<AskId> {
    let query = query.to_owned();
    house
        .write(cx, move |tx, cx| find_ask::ask(tx, cx, &query, "急用"))
        .await
}

async fn classes_name_what_one_may_know(store: TestStore) {
    let house = House::new(&store).await;
    let (owner, chen) = (house.cx("owner").await, house.cx("chen").await);
    let found = classes(&house, &chen, "赵一鸣").await;
    assert!(found.typos.is_empty() && found.gone.is_empty());
    assert_eq!(found.not_activated[0].id, house.id("zhao"));
    assert_eq!(found.colleagues, 7);

    let typo = classes(&house, &chen, "linzixia").await;
    assert_eq!(typo.typos[0].id, house.id("lin"));

    change(&house, &owner, "zhao", Change::Leave).await.unwrap();
    change(&house, &owner, "qian", Change::Disable)
        .await
        .unwrap();
    for (text, userid) in [("赵一鸣", "zhao"), ("QIAN", "qian")] {
        let gone = classes(&house, &chen, text).await;
        assert_eq!(gone.gone.len(), 1, "{text}");
        assert_eq!(gone.gone[0].id, house.id(userid));
        assert!(gone.not_activated.is_empty());
    }
}

/// All that a member is told, without the people whom he sees anyway.
fn told(classes: &Classes) -> String {
    format!("{classes:?}")
}

async fn the_hidden_leave_no_trace(store: TestStore) {
    let house = House::new(&store).await;
    hide_board(&house).await;
    let (owner, chen) = (house.cx("owner").await, house.cx("chen").await);
    let before: Vec<String> = [
        classes(&house, &chen, "孔令").await,
        classes(&house, &chen, "konglin").await,
        classes(&house, &chen, "kong").await,
    ]
    .iter()
    .map(told)
    .collect();
    // The same questions with a hidden person of that name, then one who has left.
    let new = profile("kong", "孔令", 7, &[BOARD]);
    let create = house.write(&owner, move |tx, cx| member::create(tx, cx, new.clone()));
    let id = create.await.unwrap();
    for change in [None, Some(Change::Disable), Some(Change::Leave)] {
        if let Some(change) = change {
            let act = house.write(&owner, move |tx, cx| member::change(tx, cx, id, change));
            act.await.unwrap();
        }
        let after: Vec<String> = [
            classes(&house, &chen, "孔令").await,
            classes(&house, &chen, "konglin").await,
            classes(&house, &chen, "kong").await,
        ]
        .iter()
        .map(told)
        .collect();
        assert_eq!(before, after);
    }
    // Hidden by name alone.
    put(&house, &owner, hide(Subject::Member(house.id("lin"))))
        .await
        .unwrap();
    house.pass(MINUTE);
    change(&house, &owner, "lin", Change::Leave).await.unwrap();
    assert!(classes(&house, &chen, "林知夏").await.gone.is_empty());
}

async fn questions_are_asked_once(store: TestStore) {
    let house = House::new(&store).await;
    let (owner, chen) = (house.cx("owner").await, house.cx("chen").await);
    let id = send(&house, &chen, " 孙立 ").await.unwrap();
    assert_eq!(send(&house, &chen, "孙立").await, Ok(id));
    assert_eq!(classes(&house, &chen, "孙立").await.asked.unwrap().id, id);
    let wang = house.cx("wang").await;
    assert_ne!(send(&house, &wang, "孙立").await, Ok(id));
    for n in 1..find_ask::OPEN_MAX {
        house.pass(1);
        send(&house, &chen, &format!("某人{n}")).await.unwrap();
    }
    let over = send(&house, &chen, "再一个").await;
    assert_eq!(over.unwrap_err().code(), "ask_limit");
    assert_eq!(
        house
            .read(&owner, |tx, cx| {
                let me = cx.me(tx)?;
                find_ask::count_open(tx, &me)
            })
            .await,
        Ok(find_ask::OPEN_MAX + 1)
    );
    let mine = house
        .read(&chen, |tx, cx| {
            let me = cx.me(tx)?;
            find_ask::list_own(tx, &me, 50)
        })
        .await
        .unwrap();
    assert_eq!(mine.len(), 10);

    let answer =
        |text: &'static str| house.write(&owner, move |tx, cx| find_ask::answer(tx, cx, id, text));
    assert_eq!(answer(" ").await, Err(Error::invalid("answer", "required")));
    answer("他在董事会办公室").await.unwrap();
    let again = answer("再答一次").await;
    assert_eq!(
        again,
        Err(Error::Conflict {
            code: "ask_answered"
        })
    );
    let mine = house
        .read(&chen, |tx, cx| {
            let me = cx.me(tx)?;
            find_ask::list_own(tx, &me, 50)
        })
        .await
        .unwrap();
    let answered = mine.iter().find(|ask| ask.id == id).unwrap();
    assert!(!answered.is_open && answered.answer == "他在董事会办公室");
    assert_ne!(
        send(&house, &chen, "孙立").await,
        Ok(id),
        "asked anew once answered"
    );
    let open = house
        .read(&owner, |tx, cx| {
            let me = cx.me(tx)?;
            find_ask::list(tx, &me, true, None, 3)
        })
        .await
        .unwrap();
    assert_eq!(open.len(), 3);
    let before = open[2].ask.id;
    let rest = house.read(&owner, move |tx, cx| {
        let me = cx.me(tx)?;
        find_ask::list(tx, &me, true, Some(before), 50)
    });
    assert_eq!(rest.await.unwrap().len(), 8);
    let done = house
        .read(&owner, |tx, cx| {
            let me = cx.me(tx)?;
            find_ask::list(tx, &me, false, None, 50)
        })
        .await
        .unwrap();
    assert_eq!((done.len(), done[0].asker.id), (1, house.id("chen")));
}

async fn the_administrator_sees_the_rule(store: TestStore) {
    let house = House::new(&store).await;
    let rule = hide_board(&house).await;
    let (owner, chen) = (house.cx("owner").await, house.cx("chen").await);
    change(&house, &owner, "zhao", Change::Leave).await.unwrap();
    let expected = [
        ("sunli", "sun", Verdict::Hidden(Some(rule.id))),
        ("赵一鸣", "zhao", Verdict::Left),
        ("wxm", "wang", Verdict::NotActivated),
        ("chen", "chen", Verdict::Visible),
    ];
    let (directory, _) = house.directory(&owner).await;
    for (text, userid, verdict) in expected {
        let id = send(&house, &chen, text).await.unwrap();
        let directory = directory.clone();
        let read = house.read(&owner, move |tx, cx| {
            let me = cx.me(tx)?;
            find_ask::diagnose(tx, cx, &me, &directory, id)
        });
        let diagnosis = read.await.unwrap();
        assert_eq!(diagnosis.asked.asker.id, house.id("chen"));
        let candidate = diagnosis
            .candidates
            .iter()
            .find(|c| c.member.id == house.id(userid));
        assert_eq!(candidate.map(|c| c.verdict), Some(verdict), "{text}");
        if userid == "sun" {
            assert_eq!(
                candidate.unwrap().explained.rules,
                std::slice::from_ref(&rule)
            );
        }
    }
}

async fn an_answer_can_open_a_way(store: TestStore) {
    let house = House::new(&store).await;
    hide_board(&house).await;
    let (owner, chen) = (house.cx("owner").await, house.cx("chen").await);
    let id = send(&house, &chen, "孙立").await.unwrap();
    let sun = house.id("sun");
    let open = || {
        house.write(&owner, move |tx, cx| {
            find_ask::grant_and_answer(tx, cx, id, sun, None, "")
        })
    };
    let grant = open().await.unwrap();
    assert_eq!(grant.expires_at_ms, Some(house.now_ms() + 30 * DAY));
    assert!(matches!(
        ask_contact(&house, &chen, "sun").await,
        Ok(Outcome::Asked(_))
    ));
    let again = open().await;
    assert_eq!(
        again.map(drop),
        Err(Error::Conflict {
            code: "ask_answered"
        })
    );
    assert_eq!(
        house.state().await.grants.len(),
        1,
        "the second one was rolled back"
    );
    let wang = house.cx("wang").await;
    assert!(ask_contact(&house, &wang, "sun").await.is_err(), "he alone");
}

async fn only_administrators_answer(store: TestStore) {
    let house = House::new(&store).await;
    let chen = house.cx("chen").await;
    let id = send(&house, &chen, "孙立").await.unwrap();
    let right = Right::AnswerAsks;
    let forbidden = Err(Error::Forbidden { right });
    let answer = house.write(&chen, move |tx, cx| find_ask::answer(tx, cx, id, "好"));
    assert_eq!(answer.await, forbidden);
    let sun = house.id("sun");
    let open = house.write(&chen, move |tx, cx| {
        find_ask::grant_and_answer(tx, cx, id, sun, None, "好")
    });
    assert_eq!(open.await.map(drop), forbidden);
    assert_eq!(
        house
            .read(&chen, |tx, cx| {
                let me = cx.me(tx)?;
                find_ask::count_open(tx, &me)
            })
            .await
            .map(drop),
        forbidden
    );
    let (directory, _) = house.directory(&chen).await;
    let read = house.read(&chen, move |tx, cx| {
        let me = cx.me(tx)?;
        find_ask::diagnose(tx, cx, &me, &directory, id)
    });
    assert_eq!(read.await.map(drop), forbidden);
}
