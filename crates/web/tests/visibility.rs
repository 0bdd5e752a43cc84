//! Visibility for administrators by its pages: rules, permissions, previews, explanations, and the questions that they cause.

use axum::http::StatusCode;
use guanxi_app::find_ask;
use guanxi_model::role::Role;
use guanxi_testkit::world::{Answer, Corp, Someone, World};

const RULES: &str = "/admin/visibility";
const NEW_RULE: &str = "/admin/visibility/rules/new";

/// A company with 甲 in department 2 and 乙 in department 3.
struct House {
    world: World,
    corp: Corp,
    owner: Someone,
    one: Someone,
    other: Someone,
}

async fn house() -> House {
    let world = World::sqlite().await;
    let (corp, owner) = world.corp("青禾", "13800000001").await;
    let one = world.member(corp, "林知夏", 2).await;
    let other = world.member(corp, "单丽群", 3).await;
    world.load_directory(corp).await;
    House {
        world,
        corp,
        owner,
        one,
        other,
    }
}

impl House {
    /// Posts some time after what was before: what is undone is the last act by its time.
    async fn post(&self, who: Option<&Someone>, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.world.clock.pass(1000);
        self.world.post(who, path, fields).await
    }

    async fn hide(&self, subject: &str) -> String {
        let fields = [("what", "hide"), ("subject", subject)];
        let answer = self.post(Some(&self.owner), NEW_RULE, &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        let list = self.world.get(Some(&self.owner), RULES).await.body;
        link(&list, "/admin/visibility/rules/")
    }

    async fn finds(&self, name: &str) -> bool {
        let (directory, state) = guanxi_app::directory::open(&self.world.env, self.corp.id)
            .await
            .expect("the directory opens");
        let cx = self.world.cx_of(&self.one);
        let lens = directory
            .lens(&cx, &state, self.one.id)
            .expect("he is listed");
        let wanted = guanxi_app::directory::Search {
            text: name,
            limit: 5,
            ..guanxi_app::directory::Search::default()
        };
        directory
            .search(&lens, &wanted)
            .found
            .iter()
            .any(|found| found.entry.name == name)
    }

    async fn ask(&self) -> String {
        let cx = self.world.cx_of(&self.one);
        let write = move |tx: &mut guanxi_store::Tx<'_>| find_ask::ask(tx, &cx, "单丽群", "样机");
        let id = self.world.env.store.write(write).await.expect("asked");
        format!("/admin/find-asks/{id}")
    }

    async fn answer_of(&self) -> guanxi_store::find_ask::Ask {
        let cx = self.world.cx_of(&self.one);
        let read = move |tx: &mut guanxi_store::Tx<'_>| {
            let me = cx.me(tx)?;
            find_ask::list_own(tx, &me, 1)
        };
        let mut own = self.world.env.store.read(read).await.expect("listed");
        own.remove(0)
    }
}

/// The last address in a page that begins like this and goes on with an id.
fn link(body: &str, start: &str) -> String {
    let after = body
        .rmatch_indices(start)
        .map(|(at, _)| &body[at + start.len()..])
        .find(|after| after.as_bytes()[..32].iter().all(u8::is_ascii_hexdigit));
    format!("{start}{}", &after.expect("the page links there")[..32])
}

#[tokio::test]
async fn a_rule_is_tried_out_saved_and_taken_back() {
    let house = house().await;
    let owner = Some(&house.owner);
    let draft = format!("{NEW_RULE}?what=hide&subject=d3&viewer=m{}", house.one.id);
    let page = house.world.get(owner, &draft).await.body;
    for text in [
        "“二部”只对本部门可见",
        "隐藏 1 人，2 人看不到",
        "会消失 1 人",
        "今天是 2 位",
    ] {
        assert!(page.contains(text), "{text}");
    }
    assert!(house.finds("单丽群").await, "a draft changes nothing");

    let rule = house.hide("d3").await;
    assert!(!house.finds("单丽群").await);
    let page = house.world.get(owner, &rule).await.body;
    assert!(page.contains("修改规则") && page.contains(r#"value="d3" checked"#));
    let without = rule.replace("/rules/", "/preview?without=");
    let without = format!("{without}&viewer={}", house.one.id);
    let page = house.world.get(owner, &without).await.body;
    assert!(page.contains("会出现 1 人") && page.contains("单丽群"));

    let undone = house.post(owner, &format!("{rule}/undo"), &[]).await;
    assert_eq!(undone.status, StatusCode::SEE_OTHER);
    assert!(house.finds("单丽群").await);
    let again = house.post(owner, &format!("{rule}/undo"), &[]).await;
    assert_eq!(
        again.status,
        StatusCode::SEE_OTHER,
        "what was undone can be done again"
    );
    assert!(!house.finds("单丽群").await);
}

#[tokio::test]
async fn a_changed_rule_goes_back_to_what_it_was() {
    let house = house().await;
    let owner = Some(&house.owner);
    let rule = house.hide("d3").await;
    let viewer = format!("m{}", house.one.id);
    let change = [
        ("what", "hide"),
        ("subject", "d3"),
        ("exceptions", viewer.as_str()),
        ("note", "样机"),
    ];
    let saved = house.post(owner, &rule, &change).await;
    assert_eq!(saved.location, RULES);
    assert!(house.finds("单丽群").await);
    let list = house.world.get(owner, RULES).await.body;
    assert!(list.contains("例外：林知夏") && list.contains("样机"));

    house.post(owner, &format!("{rule}/undo"), &[]).await;
    assert!(!house.finds("单丽群").await);

    // What a colleague did in between is not taken back.
    house.world.role(&house.one, Role::DirectoryAdmin).await;
    let deleted = house
        .post(Some(&house.one), &format!("{rule}/delete"), &[])
        .await;
    assert_eq!(deleted.status, StatusCode::SEE_OTHER);
    let undone = house.post(owner, &format!("{rule}/undo"), &[]).await;
    assert_eq!(
        (undone.status, undone.code.as_str()),
        (StatusCode::CONFLICT, "changed_meanwhile")
    );
    let saved = house.post(owner, &rule, &change).await;
    assert_eq!(
        saved.status,
        StatusCode::NOT_FOUND,
        "an old page does not bring a rule back"
    );
}

#[tokio::test]
async fn an_incomplete_rule_comes_back_with_what_was_chosen() {
    let house = house().await;
    let owner = Some(&house.owner);
    let nobody = house
        .post(owner, NEW_RULE, &[("what", "limit"), ("note", "为什么")])
        .await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nobody.body.contains("选一个部门或一位成员") && nobody.body.contains("为什么"));

    let fields = [("what", "limit"), ("subject", "d2"), ("extent", "listed")];
    let nothing = house.post(owner, NEW_RULE, &fields).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nothing.body.contains("至少列出一个部门或成员"));

    let gone = house
        .post(owner, NEW_RULE, &[("what", "hide"), ("subject", "d99")])
        .await;
    assert_eq!(gone.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(gone.body.contains("已经不在的部门或成员"));

    let list = house.world.get(owner, RULES).await.body;
    assert!(list.contains("所有人都互相看得到"));
}

#[tokio::test]
async fn a_permission_shows_until_it_ends() {
    let house = house().await;
    let owner = Some(&house.owner);
    house.hide("d3").await;
    let (who, whom) = (format!("m{}", house.one.id), format!("m{}", house.other.id));
    let fields = [
        ("who", who.as_str()),
        ("whom", whom.as_str()),
        ("days", "7"),
    ];
    let missing = house
        .post(owner, "/admin/visibility/grants/new", &fields[..1])
        .await;
    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
    let saved = house
        .post(owner, "/admin/visibility/grants/new", &fields)
        .await;
    assert_eq!(saved.location, "/admin/visibility/grants");
    assert!(house.finds("单丽群").await);
    let list = house
        .world
        .get(owner, "/admin/visibility/grants")
        .await
        .body;
    assert!(list.contains("林知夏看得到单丽群"));

    let grant = link(&list, "/admin/visibility/grants/");
    house.post(owner, &format!("{grant}/delete"), &[]).await;
    assert!(!house.finds("单丽群").await);
    house.post(owner, &format!("{grant}/undo"), &[]).await;
    assert!(house.finds("单丽群").await);
    house.world.clock.pass(8 * guanxi_model::corp::DAY_MS);
    assert!(!house.finds("单丽群").await);
}

#[tokio::test]
async fn an_explanation_names_the_rule() {
    let house = house().await;
    let owner = Some(&house.owner);
    let pair = format!("viewer=m{}&target={}", house.one.id, house.other.id);
    let free = house
        .world
        .get(owner, &format!("/admin/visibility/explain?{pair}"))
        .await
        .body;
    assert!(free.contains("林知夏看得到单丽群") && free.contains("没有规则挡在他们之间"));
    let rule = house.hide("d3").await;
    let hidden = house
        .world
        .get(owner, &format!("/admin/visibility/explain?{pair}"))
        .await
        .body;
    assert!(hidden.contains("林知夏看不到单丽群") && hidden.contains(&rule));
}

#[tokio::test]
async fn the_switch_of_leaders_turns_and_turns_back() {
    let house = house().await;
    let owner = Some(&house.owner);
    let off = house
        .post(owner, "/admin/visibility/leaders/off", &[])
        .await;
    assert_eq!(off.location, RULES);
    assert!(house.world.get(owner, RULES).await.body.contains("已关闭"));
    house.post(owner, "/admin/visibility/leaders/on", &[]).await;
    assert!(house.world.get(owner, RULES).await.body.contains("已打开"));
}

#[tokio::test]
async fn a_question_is_answered_by_a_permission_and_only_once() {
    let house = house().await;
    let owner = Some(&house.owner);
    let rule = house.hide("d3").await;
    let ask = house.ask().await;
    let list = house.world.get(owner, "/admin/find-asks").await.body;
    assert!(list.contains("林知夏在找“单丽群”") && list.contains("样机"));
    let page = house.world.get(owner, &ask).await.body;
    for text in [
        "林知夏看不到单丽群",
        "“二部”只对本部门可见",
        "1 人会看到被隐藏的 1 人",
        &rule,
    ] {
        assert!(page.contains(text), "{text}");
    }

    let candidate = format!("m{}", house.other.id);
    let fields = [
        ("candidate", candidate.as_str()),
        ("remedy", "grant"),
        ("answer", ""),
    ];
    let done = house.post(owner, &ask, &fields).await;
    assert_eq!(done.location, "/admin/find-asks", "{}", done.body);
    assert!(house.finds("单丽群").await);
    let own = house.answer_of().await;
    assert!(!own.is_open);
    assert_eq!(own.answer, "现在可以在通讯录里找到单丽群了，30 天内有效。");

    let twice = house.post(owner, &ask, &fields).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
    assert!(twice.body.contains("刚刚有人答复过了") && twice.body.contains("30 天内有效"));
    let grants = house
        .world
        .get(owner, "/admin/visibility/grants")
        .await
        .body;
    assert!(
        grants.contains("1 条单独许可"),
        "the second time opened nothing"
    );
    let answered = house
        .world
        .get(owner, "/admin/find-asks?state=answered")
        .await
        .body;
    assert!(answered.contains("林知夏在找“单丽群”"));
}

#[tokio::test]
async fn a_question_is_answered_by_an_exception() {
    let house = house().await;
    let owner = Some(&house.owner);
    let rule = house.hide("d3").await;
    let ask = house.ask().await;
    let id = rule.rsplit('/').next().unwrap_or_default();
    let fields = [("remedy", "exception"), ("rule", id), ("answer", "已开放")];
    let done = house.post(owner, &ask, &fields).await;
    assert_eq!(done.location, "/admin/find-asks", "{}", done.body);
    assert!(house.finds("单丽群").await);
    assert_eq!(house.answer_of().await.answer, "已开放");
    assert!(
        house
            .world
            .get(owner, RULES)
            .await
            .body
            .contains("例外：一部")
    );
}

#[tokio::test]
async fn a_question_needs_a_remedy_and_an_answer() {
    let house = house().await;
    let owner = Some(&house.owner);
    let ask = house.ask().await;
    let page = house.world.get(owner, &ask).await.body;
    assert!(
        page.contains("可能是写错了字"),
        "who is seen already needs no permission"
    );
    for fields in [
        &[][..],
        &[("remedy", "answer"), ("answer", " ")],
        &[("remedy", "grant")],
    ] {
        let refused = house.post(owner, &ask, fields).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{fields:?}"
        );
    }
    assert!(house.answer_of().await.is_open);
    let done = house
        .post(owner, &ask, &[("remedy", "answer"), ("answer", "搜全名")])
        .await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert_eq!(house.answer_of().await.answer, "搜全名");
}

#[tokio::test]
async fn only_their_rights_open_these_pages() {
    let house = house().await;
    house.world.role(&house.other, Role::Auditor).await;
    for who in [&house.one, &house.other] {
        for path in [
            RULES,
            NEW_RULE,
            "/admin/visibility/grants",
            "/admin/find-asks",
        ] {
            assert_eq!(
                house.world.get(Some(who), path).await.status,
                StatusCode::FORBIDDEN
            );
        }
        let hide = [("what", "hide"), ("subject", "d3")];
        let refused = house.post(Some(who), NEW_RULE, &hide).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
}
