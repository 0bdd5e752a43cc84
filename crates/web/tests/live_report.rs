//! The page of figures against a little history of which every number is known, on both engines; and who may read it.

use axum::http::StatusCode;
use guanxi_app::{
    Result,
    live_code::{
        self,
        desk::{self, Ask},
    },
};
use guanxi_model::{
    id::LiveCodeId,
    live_code::{
        plan::{Entry, Plan, Who},
        pool::Strategy,
    },
    role::Role,
};
use guanxi_store::{Param, Tx};
use guanxi_testkit::world::{Corp, Someone, World};

const HOUR_MS: i64 = 3_600_000;
const WEEK_MS: i64 = 7 * 24 * HOUR_MS;

/// A code of two members, published, with a channel tag.
async fn code(world: &World, who: &Someone, members: &[&Someone]) -> LiveCodeId {
    let cx = world.cx_of(who);
    let entries = members.iter().map(|one| Entry::of(Who::Member(one.id)));
    let mut plan = Plan::simple("全屋定制", Strategy::RoundRobin, entries.collect());
    "poster".clone_into(&mut plan.state);
    let write = world.env.store.write(move |tx| -> Result<LiveCodeId> {
        let code = live_code::create(tx, &cx, "全屋定制", Some(plan.clone()))?;
        live_code::publish(tx, &cx, code.id, 1, "")?;
        Ok(code.id)
    });
    write.await.expect("written")
}

/// Counts as the desk leaves them: hour, outcome, member, how often.
async fn counted(
    world: &World,
    corp: Corp,
    code: LiveCodeId,
    counts: &[(i64, i64, Option<&Someone>, i64)],
) {
    let counts: Vec<(i64, i64, u128, i64)> = counts
        .iter()
        .map(|(hour, outcome, member, times)| {
            (
                *hour,
                *outcome,
                member.map_or(0, |one| one.id.as_u128()),
                *times,
            )
        })
        .collect();
    let write = world.env.store.write(move |tx: &mut Tx<'_>| -> Result<()> {
        for (hour_ms, outcome, member, times) in &counts {
            let row = [
                corp.id.as_u128().into(),
                code.as_u128().into(),
                Param::Int(*hour_ms),
                Param::Int(*outcome),
                (*member).into(),
                Param::Text(""),
                Param::Int(*times),
            ];
            tx.execute(
                "INSERT INTO live_tally (corp_id, code_id, hour_ms, outcome, member_id, path, times) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                &row,
            )?;
        }
        Ok(())
    });
    write.await.expect("written");
}

#[tokio::test]
async fn numbers_are_those_of_the_history() {
    for world in World::on_each_engine().await {
        history(&world).await;
    }
}

async fn history(world: &World) {
    let (corp, owner) = world.corp("青禾", "13800000001").await;
    let one = world.member(corp, "章淑敏", 2).await;
    let other = world.member(corp, "曾诗涵", 2).await;
    world.load_directory(corp).await;
    let empty = world.get(Some(&owner), "/admin/live").await;
    assert_eq!(empty.status, StatusCode::OK);
    assert!(empty.body.contains("还没有活码"), "{}", empty.body);

    let code = code(world, &owner, &[&one, &other]).await;
    let now = world.cx().now();
    let hour = now.div_euclid(HOUR_MS) * HOUR_MS;
    let history = [
        (hour, 1, Some(&one), 7),
        (hour, 1, Some(&other), 3),
        (hour, 2, Some(&one), 5),
        (hour, 3, Some(&other), 1),
        (hour, 4, None, 2),
        (hour, 5, Some(&one), 6),
        // A week before, in an hour that lies wholly behind the same moment.
        (hour - WEEK_MS - HOUR_MS, 1, Some(&one), 10),
    ];
    counted(world, corp, code, &history).await;

    let page = world.get(Some(&owner), "/admin/live").await.body;
    let stats = page.split("id=\"stats\"").nth(1).expect("on the page");
    let stats = stats.split("</dl>").next().expect("on the page");
    // Seven, three, one back and two in vain; who looked again is no scan.
    assert!(
        stats.contains(">13<") && stats.contains(" 10</dd>"),
        "{stats}"
    );
    assert!(stats.contains(">6<small>46.2%"), "{stats}");
    assert!(stats.contains(">2<small>/ 2 人"), "{stats}");
    assert!(page.contains("比上") && page.contains("多 30%"), "{page}");
    // Ten turns, five each: two more than due for the one, two less for the other.
    assert!(page.contains(">+2.0<") && page.contains(">−2.0<"), "{page}");
    assert!(page.contains("poster"));
    let row = |part: &str, name: &str| {
        let part = page
            .split(&format!("id=\"{part}\""))
            .nth(1)
            .expect("on the page");
        let row = part.split(name).nth(1).expect("on the page");
        row.split("</tr>").next().expect("on the page").to_owned()
    };
    assert!(row("members", "章淑敏").contains(">7<"));
    assert!(row("members", "曾诗涵").contains(">4<"));
    assert!(row("outcomes", "没有人可接待").contains(">2<"));
    assert!(row("outcomes", "再次打开").contains(">5<"));

    let of_code = world
        .get(Some(&owner), &format!("/admin/live?period=30d&code={code}"))
        .await;
    assert_eq!(of_code.status, StatusCode::OK);
    assert!(
        of_code.body.contains(">23<"),
        "thirty days hold both: {}",
        of_code.body
    );
    let unknown = LiveCodeId::from_u128(7);
    let of_none = world
        .get(Some(&owner), &format!("/admin/live?code={unknown}"))
        .await;
    assert_eq!(of_none.status, StatusCode::OK);
    assert!(!of_none.body.contains(">13<"));

    let wall = world.get(Some(&owner), "/admin/live/wall").await;
    assert_eq!(wall.status, StatusCode::OK);
    assert!(wall.body.contains(">13<") && !wall.body.contains("class=\"rail\""));
    let file = world.get(Some(&owner), "/admin/live/export.csv").await;
    assert_eq!(file.status, StatusCode::OK);
    assert!(
        file.body.contains("成员,章淑敏,7,0,6,0,0,7,5"),
        "{}",
        file.body
    );
    let log = world.get(Some(&owner), "/admin/audit").await;
    assert!(log.body.contains("导出了活码数据"), "{}", log.body);
    let book = world.get(Some(&owner), "/admin/live/export.xlsx").await;
    assert_eq!(book.status, StatusCode::OK);
}

#[tokio::test]
async fn recorded_scans_and_a_day_to_come_are_played() {
    let world = World::sqlite().await;
    let (corp, owner) = world.corp("青禾", "13800000001").await;
    let one = world.member(corp, "章淑敏", 2).await;
    let other = world.member(corp, "曾诗涵", 2).await;
    world.load_directory(corp).await;
    let code = code(&world, &owner, &[&one, &other]).await;
    let path = |rest: &str| format!("/admin/live-codes/{code}/what-if{rest}");
    let none = world.get(Some(&owner), &path("")).await;
    assert!(none.body.contains("这几天没有人扫码"), "{}", none.body);
    for visitor in 0..6 {
        let ask = Ask {
            code,
            corp: corp.id,
            visitor,
            path: Vec::new(),
            from: None,
            person: None,
            except: Vec::new(),
            address: String::new(),
        };
        desk::scan(&world.env, ask).await.expect("decided");
    }
    let page = world.get(Some(&owner), &path("")).await.body;
    assert!(page.contains("6 次扫码的结果与记录完全一致"), "{page}");
    assert!(page.contains("每个人都一样多"), "{page}");
    // Twice the weight in a draft that is tried.
    let cx = world.cx_of(&owner);
    let drafted = world.env.store.write(move |tx| -> Result<i64> {
        let me = cx.me(tx)?;
        let mut plan = live_code::draft(tx, &cx, &me, code)?.plan;
        plan.pools[0].strategy = Strategy::Weighted;
        plan.pools[0].entries[1].weight = 2;
        live_code::save_draft(tx, &cx, code, 0, plan)
    });
    drafted.await.expect("written");
    let page = world.get(Some(&owner), &path("")).await.body;
    assert!(page.contains("<option value=\"draft\" selected>"), "{page}");
    assert!(page.contains(">+1.0<") && page.contains(">−1.0<"), "{page}");
    let file = world.get(Some(&owner), &path(".csv?under=draft")).await;
    assert!(
        file.body.contains("曾诗涵,3,4,1,0,0,否,否"),
        "{}",
        file.body
    );
    let book = world.get(Some(&owner), &path(".xlsx?under=draft")).await;
    assert_eq!(book.status, StatusCode::OK);
    for (query, sentence) in [
        ("?from=2026-02-30", "请填日期"),
        ("?from=2026-03-02&until=2026-03-01", "结束早于开始"),
        ("?under=chance", "没有这个选项"),
        ("/day?scans=0", "请填 1 到 200,000 之间的数"),
        ("/day?scans=10&peak=25:00", "请填时刻"),
        (
            "/day?scans=10&peak=03:00&strategy=weighted",
            "高峰要在开始和结束之间",
        ),
        ("/day?scans=10", "至少选一个"),
        ("/day?scans=10&pool=7&strategy=weighted", "没有这个选项"),
    ] {
        let page = world.get(Some(&owner), &path(query)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        assert!(page.body.contains(sentence), "{query}: {}", page.body);
    }
    let day = "?scans=500&strategy=weighted&strategy=least_loaded";
    let page = world.get(Some(&owner), &path(&format!("/day{day}"))).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("留下号码") && page.body.contains("class=\"ln l2\""));
    let file = world
        .get(Some(&owner), &path(&format!("/day.csv{day}")))
        .await;
    assert_eq!(file.body.lines().count(), 5, "{}", file.body);
    let book = world
        .get(Some(&owner), &path(&format!("/day.xlsx{day}")))
        .await;
    assert_eq!(book.status, StatusCode::OK);
    for path in [
        "/admin/live-codes/export.xlsx".to_owned(),
        format!("/admin/live-codes/{code}/scans.xlsx"),
    ] {
        let book = world.get(Some(&owner), &path).await;
        assert_eq!(book.status, StatusCode::OK);
        let one = if path.ends_with("scans.xlsx") {
            "曾诗涵"
        } else {
            "全屋定制"
        };
        assert!(
            book.body.starts_with("PK") && book.body.contains(one),
            "{path}"
        );
    }
    let log = world.get(Some(&owner), "/admin/audit").await;
    assert!(log.body.contains("导出"), "{}", log.body);
}

#[tokio::test]
async fn auditors_read_figures_and_members_do_not() {
    let world = World::sqlite().await;
    let (corp, _) = world.corp("青禾", "13800000001").await;
    let member = world.member(corp, "章淑敏", 2).await;
    let auditor = world.member(corp, "仇海波", 2).await;
    world.role(&auditor, Role::Auditor).await;
    let manager = world.member(corp, "林知夏", 2).await;
    world.role(&manager, Role::ChannelManager).await;
    for path in ["/admin/live", "/admin/live/wall", "/admin/live/export.csv"] {
        for reader in [&auditor, &manager] {
            let page = world.get(Some(reader), path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
        }
        let refused = world.get(Some(&member), path).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
    }
    let elsewhere = world.get(Some(&auditor), "/admin/codes").await;
    assert_eq!(elsewhere.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_needs_attention_stands_where_one_looks() {
    let world = World::sqlite().await;
    let (corp, owner) = world.corp("青禾", "13800000001").await;
    let auditor = world.member(corp, "仇海波", 2).await;
    world.role(&auditor, Role::Auditor).await;
    let empty = world.get(Some(&owner), "/admin/live/alerts").await;
    assert!(empty.body.contains("一切正常"), "{}", empty.body);
    let past = world
        .get(Some(&owner), "/admin/live/alerts?state=past")
        .await;
    assert!(past.body.contains("还没有记录"), "{}", past.body);

    let nobody = world.member(corp, "章淑敏", 2).await;
    let code = code(&world, &owner, &[&nobody]).await;
    let (cx, id) = (world.cx_of(&owner), nobody.id);
    let left = world.env.store.write(move |tx| {
        guanxi_app::member::change(tx, &cx, id, guanxi_model::member::Change::Leave)
    });
    left.await.expect("he has left");
    let (env, corp_id) = (world.env.clone(), corp.id);
    let cx = env.job("alert");
    let looked = env
        .store
        .read(move |tx| guanxi_app::live_alert::look(tx, &cx, corp_id));
    let changes = looked.await.expect("read");
    let cx = env.job("alert");
    let apply = env
        .store
        .write(move |tx| guanxi_app::live_alert::apply(tx, &cx, corp_id, &changes));
    apply.await.expect("written");

    let says = "没有一位账号可用的成员";
    let page = format!("/admin/live-codes/{code}");
    for path in ["/admin/live", "/admin/live/alerts", &page] {
        let shown = world.get(Some(&owner), path).await;
        assert!(shown.body.contains(says), "{path} {}", shown.body);
        assert!(shown.body.contains(&format!("{page}/draft")), "{path}");
    }
    let home = world.get(Some(&owner), "/").await;
    assert!(home.body.contains("1 条活码提醒"), "{}", home.body);
    // An auditor reads it, but can do nothing about it.
    let read = world.get(Some(&auditor), "/admin/live/alerts").await;
    assert!(read.body.contains(says) && !read.body.contains("知道了"));
    let home = world.get(Some(&auditor), "/").await;
    assert!(!home.body.contains("活码提醒"));

    let list = world.get(Some(&owner), "/admin/live/alerts").await.body;
    let action = list.split("action=\"").find_map(|part| {
        part.split('"')
            .next()
            .filter(|path| path.ends_with("/seen"))
    });
    let action = action.expect("a form").to_owned();
    let refused = world.post(Some(&auditor), &action, &[]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let code = code.to_string();
    let fields = [("back", "code"), ("code", code.as_str())];
    let seen = world.post(Some(&owner), &action, &fields).await;
    assert_eq!(seen.location.split('?').next(), Some(page.as_str()));
    let home = world.get(Some(&owner), "/").await;
    assert!(!home.body.contains("条活码提醒"));
    let list = world.get(Some(&owner), "/admin/live/alerts").await.body;
    assert!(
        list.contains("已看到") && !list.contains("知道了"),
        "{list}"
    );
}
