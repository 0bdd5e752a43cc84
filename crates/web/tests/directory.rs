//! The directory's pages: finding, asking, answering, many at once, and what must not be told.

use axum::http::StatusCode;
use guanxi_app::visibility::{self, Draft};
use guanxi_model::{
    corp::DAY_MS,
    department::DepartmentId,
    id::BatchId,
    member::Change,
    visibility::{Kind, Subject},
};
use guanxi_testkit::world::{Answer, Corp, Someone, World};

struct House {
    world: World,
    corp: Corp,
    owner: Someone,
    me: Someone,
    other: Someone,
}

async fn house() -> House {
    let world = World::sqlite().await;
    let (corp, owner) = world.corp("青禾", "13800000001").await;
    let me = world.member(corp, "林知夏", 2).await;
    let other = world.member(corp, "曾诗涵", 2).await;
    world.member(corp, "张伟", 3).await;
    world.load_directory(corp).await;
    House {
        world,
        corp,
        owner,
        me,
        other,
    }
}

impl House {
    async fn get(&self, who: &Someone, path: &str) -> Answer {
        self.world.get(Some(who), path).await
    }

    async fn act(
        &self,
        who: &Someone,
        on: &Someone,
        verb: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        let path = format!("/directory/members/{}/{verb}", on.id);
        self.world.post(Some(who), &path, fields).await
    }

    async fn card(&self, who: &Someone, of: &Someone) -> String {
        self.get(who, &format!("/directory?member={}", of.id))
            .await
            .body
    }

    async fn press(&self, who: &Someone, of: &Someone, verb: &str) -> Answer {
        let action = self.action(who, of, verb).await;
        self.world.post(Some(who), &action, &[]).await
    }

    /// The address in the first form of a card whose action ends so.
    async fn action(&self, who: &Someone, of: &Someone, verb: &str) -> String {
        let card = self.card(who, of).await;
        let start = format!("action=\"/directory/members/{}/{verb}", of.id);
        let from = card
            .find(&start)
            .unwrap_or_else(|| panic!("no {verb} in {card}"));
        card[from..]
            .split('"')
            .nth(1)
            .expect("an address")
            .replace("&#38;", "&")
            .replace("&amp;", "&")
    }

    async fn hide(&self, department: i64) {
        let cx = self.world.cx_of(&self.owner);
        let draft = Draft {
            id: None,
            kind: Kind::Hide,
            subject: Subject::Department(DepartmentId(department)),
            exceptions: vec![],
            note: String::new(),
        };
        let written = self
            .world
            .env
            .store
            .write(move |tx| visibility::put_rule(tx, &cx, draft.clone()));
        written.await.expect("the rule is written");
    }
}

#[tokio::test]
async fn a_colleague_is_found_asked_and_met() {
    let house = house().await;
    let hits = house.get(&house.me, "/directory?q=zs").await;
    assert_eq!(hits.status, StatusCode::OK);
    assert!(hits.body.contains("<mark>曾诗</mark>涵"), "{}", hits.body);
    assert!(hits.body.contains("<mark>Z</mark>ēng <mark>S</mark>hīhán"));
    assert!(hits.body.contains("1 位同事符合“zs”"));
    let card = house.card(&house.me, &house.other).await;
    assert!(
        card.contains("我是一部的林知夏"),
        "the template stands in the form"
    );
    assert!(card.contains("今天你还可以发 50 个申请"));
    assert!(
        card.contains("成为好友后可见"),
        "the number is for contacts"
    );

    let sent = house
        .act(
            &house.me,
            &house.other,
            "request?q=zs",
            &[("message", "海报排班")],
        )
        .await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    assert_eq!(
        sent.location,
        format!("/directory?q=zs&member={}#card", house.other.id)
    );
    let card = house.card(&house.me, &house.other).await;
    assert!(card.contains("等对方确认") && card.contains("海报排班"));
    let again = house
        .act(&house.me, &house.other, "request", &[("message", "")])
        .await;
    assert_eq!(
        again.status,
        StatusCode::SEE_OTHER,
        "asking twice is the same request"
    );

    let card = house.card(&house.other, &house.me).await;
    assert!(card.contains("对方想加你为好友") && card.contains("海报排班"));
    assert_eq!(
        house.press(&house.other, &house.me, "accept").await.status,
        StatusCode::SEE_OTHER
    );
    for (who, of) in [(&house.me, &house.other), (&house.other, &house.me)] {
        let card = house.card(who, of).await;
        assert!(
            card.contains("已是好友") && card.contains("tel:+86138"),
            "contacts see the number"
        );
    }
}

#[tokio::test]
async fn refusals_stand_on_the_card_and_keep_what_was_typed() {
    let house = house().await;
    let long = "长".repeat(61);
    let answer = house
        .act(&house.me, &house.other, "request", &[("message", &long)])
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains(&long) && answer.body.contains("aria-invalid"));
    let oneself = house.act(&house.me, &house.me, "request", &[]).await;
    assert_eq!(oneself.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(oneself.body.contains("不能加自己为好友"));

    house.act(&house.me, &house.other, "request", &[]).await;
    house.press(&house.other, &house.me, "decline").await;
    let soon = house
        .act(
            &house.me,
            &house.other,
            "request",
            &[("message", "再试一次")],
        )
        .await;
    assert_eq!(soon.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(soon.body.contains("对方不久前拒绝过") && soon.body.contains("再试一次"));

    assert!(
        house
            .get(
                &house.me,
                &format!("/directory/members/{}/block", house.other.id)
            )
            .await
            .body
            .contains("屏蔽曾诗涵？")
    );
    house.act(&house.me, &house.other, "block", &[]).await;
    let blocked = house.act(&house.me, &house.other, "request", &[]).await;
    assert_eq!(blocked.status, StatusCode::CONFLICT);
    assert!(
        house
            .card(&house.me, &house.other)
            .await
            .contains("取消屏蔽")
    );
    house.act(&house.me, &house.other, "unblock", &[]).await;
    assert!(
        !house
            .card(&house.me, &house.other)
            .await
            .contains("取消屏蔽")
    );
}

#[tokio::test]
async fn a_request_that_vanished_meanwhile_says_so() {
    let house = house().await;
    house.act(&house.me, &house.other, "request", &[]).await;
    let card = house.card(&house.other, &house.me).await;
    house.press(&house.me, &house.other, "withdraw").await;
    let from = card.find("/accept").expect("a button to accept");
    let request = card[from..].split("request=").nth(1).expect("a number");
    let late = house
        .act(
            &house.other,
            &house.me,
            &format!("accept?request={}", &request[..32]),
            &[],
        )
        .await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.body.contains("刚刚被对方撤回"));
}

#[tokio::test]
async fn a_card_settles_only_requests_of_the_one_it_shows() {
    let house = house().await;
    let third = house.world.member(house.corp, "章淑敏", 3).await;
    house.world.load_directory(house.corp).await;
    house.act(&house.me, &house.other, "request", &[]).await;
    let action = house.action(&house.me, &house.other, "withdraw").await;
    let wrong = action.replace(&house.other.id.to_string(), &third.id.to_string());
    let answer = house.world.post(Some(&house.me), &wrong, &[]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let answer = house.press(&house.me, &house.other, "withdraw").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "it still waited");
}

#[tokio::test]
async fn what_was_done_is_said_even_if_the_other_can_no_longer_be_seen() {
    let house = house().await;
    let third = house.world.member(house.corp, "章淑敏", 3).await;
    house.world.load_directory(house.corp).await;
    house.act(&third, &house.me, "request", &[]).await;
    let decline = house.action(&house.me, &third, "decline").await;
    house.hide(3).await;
    let answer = house.world.post(Some(&house.me), &decline, &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn hidden_people_leave_no_trace() {
    let house = house().await;
    let hidden = house.world.member(house.corp, "单丽群", 3).await;
    house.world.load_directory(house.corp).await;
    house.hide(3).await;
    house.world.load_directory(house.corp).await;
    let tree = house.get(&house.me, "/directory?department=1").await.body;
    assert!(!tree.contains("二部") && !tree.contains("单丽群"));
    // Owner and the three of the first department, of six people.
    assert!(tree.contains("青禾，3 人"), "{tree}");
    assert!(
        house
            .get(&house.me, "/directory?department=3")
            .await
            .body
            .contains("一部，2 人"),
        "another department is as none"
    );
    assert!(
        house
            .get(&house.me, "/directory?q=单丽群")
            .await
            .body
            .contains("没有同事符合")
    );
    let card = format!("/directory/members/{}", hidden.id);
    assert_eq!(
        house.get(&house.me, &card).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        house.act(&house.me, &hidden, "request", &[]).await.status,
        StatusCode::NOT_FOUND
    );
    let batch = house
        .get(
            &house.me,
            &format!("/directory/requests/new?to={}", hidden.id),
        )
        .await
        .body;
    assert!(batch.contains("还没有选中同事") && !batch.contains("单丽群"));

    let plain = |answer: Answer, name: &str| {
        let body = answer
            .body
            .replace(name, "某人")
            .replace(&urlencode(name), "某人");
        body.split("name=\"_csrf\"")
            .map(|part| {
                part.get(..)
                    .unwrap_or_default()
                    .split_once('>')
                    .map_or("", |(_, rest)| rest)
                    .to_owned()
            })
            .collect::<String>()
    };
    let there = plain(
        house
            .get(
                &house.me,
                &format!("/directory/find?q={}", urlencode("单丽群")),
            )
            .await,
        "单丽群",
    );
    let not_there = plain(
        house
            .get(
                &house.me,
                &format!("/directory/find?q={}", urlencode("欧文娜")),
            )
            .await,
        "欧文娜",
    );
    assert_eq!(
        there, not_there,
        "the answer is the same whether or not a hidden person exists"
    );
}

fn urlencode(text: &str) -> String {
    guanxi_web::page::encoded(text)
}

#[tokio::test]
async fn many_are_asked_at_once_with_a_result_for_each() {
    let house = house().await;
    let third = house.world.member(house.corp, "章淑敏", 3).await;
    house.world.load_directory(house.corp).await;
    house.act(&house.me, &house.other, "request", &[]).await;
    house.press(&house.other, &house.me, "decline").await;
    let (other, third_id) = (house.other.id.to_string(), third.id.to_string());
    let page = house
        .get(
            &house.me,
            &format!("/directory/requests/new?to={other}&to={third_id}"),
        )
        .await
        .body;
    assert!(page.contains("给 2 位同事发申请") && page.contains("今天你还可以发 49 个申请"));
    let batch = house.world.cx().new_id(BatchId::from_u128).to_string();
    let fields = [
        ("batch", batch.as_str()),
        ("to", &other),
        ("to", &third_id),
        ("message", "年会"),
    ];
    let sent = house
        .world
        .post(Some(&house.me), "/directory/requests", &fields)
        .await;
    assert_eq!(sent.location, format!("/directory/requests/{batch}"));
    let result = house.get(&house.me, &sent.location).await.body;
    assert!(result.contains("2 位里有 1 位收到申请"), "{result}");
    assert!(result.contains("对方不久前拒绝过") && result.contains("已发出"));
    house.world.clock.pass(8 * DAY_MS);
    house
        .world
        .post(Some(&house.me), "/directory/requests", &fields)
        .await;
    let same = house.get(&house.me, &sent.location).await.body;
    assert!(
        same.contains("2 位里有 1 位收到申请"),
        "the same number sends nothing again"
    );
    assert_eq!(
        house.get(&house.other, &sent.location).await.status,
        StatusCode::NOT_FOUND
    );
    let none = house
        .world
        .post(Some(&house.me), "/directory/requests", &[("message", "")])
        .await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn whoever_cannot_be_found_is_explained_and_asked_about() {
    let house = house().await;
    let gone = house.world.member(house.corp, "解春晓", 3).await;
    let (cx, corp, id) = (house.world.cx_of(&house.owner), house.corp, gone.id);
    let left = house
        .world
        .env
        .store
        .write(move |tx| guanxi_app::member::change(tx, &cx, id, Change::Leave));
    left.await.expect("left");
    house.world.load_directory(corp).await;
    let page = |name: &str| format!("/directory/find?q={}", urlencode(name));
    let typo = house.get(&house.me, &page("曾诗含")).await.body;
    assert!(typo.contains("读音或写法相近") && typo.contains("曾诗涵"));
    assert!(
        house
            .get(&house.me, &page("解春晓"))
            .await
            .body
            .contains("已经离职或停用")
    );
    for text in ["对接样机", "再问一次"] {
        let fields = [("q", "欧文娜"), ("message", text)];
        let asked = house
            .world
            .post(Some(&house.me), "/directory/find", &fields)
            .await;
        assert_eq!(asked.status, StatusCode::SEE_OTHER);
    }
    let asked = house.get(&house.me, &page("欧文娜")).await.body;
    assert!(
        asked.contains("已问过管理员") && asked.contains("对接样机") && !asked.contains("再问一次")
    );
    let long = "长".repeat(201);
    let answer = house
        .world
        .post(
            Some(&house.me),
            "/directory/find",
            &[("q", "某某"), ("message", &long)],
        )
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains(&long));
}

#[tokio::test]
async fn a_script_gets_only_the_hits() {
    let house = house().await;
    let request = axum::http::Request::get("/directory?q=zs")
        .header("cookie", house.me.cookie())
        .header("x-fragment", "hits")
        .body(axum::body::Body::empty())
        .expect("a valid request");
    let answer = house.world.request(request).await;
    assert!(answer.body.starts_with("<div") && answer.body.contains("<mark>曾诗</mark>"));
    assert!(!answer.body.contains("<nav") && !answer.body.contains("_csrf"));
}
