//! Every list pages, says when it is empty, and leaves as a file that no spreadsheet takes for formulas.

use axum::http::StatusCode;
use guanxi_app::{contact, qr_code, visibility};
use guanxi_model::{
    department::DepartmentId,
    qr_code::Terms,
    visibility::{Kind, Subject},
};

use super::{House, house};

/// Lists as files, with what each must name after something was done, and the audit entry that it leaves.
const FILES: [(&str, &str, &str); 13] = [
    (
        "/directory/export.csv?department=1",
        "林知夏",
        "member.directory_exported",
    ),
    (
        "/directory/export.csv?q=lzx",
        "林知夏",
        "member.directory_exported",
    ),
    (
        "/requests/export.csv?tab=received",
        "姓名,",
        "request.exported",
    ),
    ("/requests/export.csv?tab=sent", "'=1+1", "request.exported"),
    (
        "/requests/export.csv?tab=settled",
        "姓名,",
        "request.exported",
    ),
    (
        "/contacts/blocks/export.csv",
        "Emma Marsh",
        "contact.blocks_exported",
    ),
    ("/codes/export.csv", "'@展会", "code.exported"),
    ("/admin/codes/export.csv", "'@展会", "code.all_exported"),
    ("/admin/people/roles/export.csv", "所有者", "role.exported"),
    (
        "/admin/departments/export.csv",
        "一部",
        "department.exported",
    ),
    (
        "/admin/visibility/export.csv",
        "二部",
        "visibility.rules_exported",
    ),
    (
        "/admin/visibility/grants/export.csv",
        "林知夏",
        "visibility.grants_exported",
    ),
    ("/admin/find-asks/export.csv", "单丽群", "find_ask.exported"),
];

/// One of everything that the files list, done by the owner of the company.
async fn fill(house: &House) {
    let (cx, bo, cy) = (house.world.cx_of(&house.owner), house.bo.id, house.cy.id);
    let ann = house.ann.id;
    let written = house.world.env.store.write(move |tx| {
        let ask = contact::Ask {
            recipient: bo,
            message: "=1+1".into(),
            add_way: guanxi_model::request::AddWay::Colleague,
        };
        contact::ask(tx, &cx, &ask)?;
        contact::block(tx, &cx, cy)?;
        let terms = Terms {
            name: "@展会".into(),
            ..Terms::default()
        };
        qr_code::create(tx, &cx, terms)?;
        guanxi_app::find_ask::ask(tx, &cx, "单丽群", "")?;
        let draft = visibility::Draft {
            id: None,
            kind: Kind::Hide,
            subject: Subject::Department(DepartmentId(3)),
            exceptions: Vec::new(),
            note: String::new(),
        };
        visibility::put_rule(tx, &cx, draft)?;
        let (viewer, target) = (Subject::Member(ann), Subject::Department(DepartmentId(3)));
        visibility::put_grant(tx, &cx, viewer, target, None)
    });
    written.await.expect("everything is there once");
}

#[tokio::test]
async fn every_list_leaves_as_a_file_and_the_log_says_so() {
    let house = house().await;
    fill(&house).await;
    for (path, says, action) in FILES {
        let file = house.world.get(Some(&house.owner), path).await;
        assert_eq!(file.status, StatusCode::OK, "{path}: {}", file.body);
        assert_eq!(
            file.headers["content-type"], "text/csv; charset=utf-8",
            "{path}"
        );
        assert!(file.body.starts_with('\u{feff}'), "{path}: {}", file.body);
        assert!(file.body.contains(says), "{path}: {}", file.body);
        let log = house
            .world
            .get(Some(&house.owner), "/admin/audit/export.jsonl")
            .await;
        assert!(
            log.body.contains(action),
            "{action} is missing in {}",
            log.body
        );
    }
    let own = house.world.get(Some(&house.ann), "/me/sessions.csv").await;
    assert!(own.body.contains("test"), "{}", own.body);
}

#[tokio::test]
async fn a_file_of_the_directory_holds_what_its_reader_sees() {
    let house = house().await;
    fill(&house).await;
    let dee = house.world.member(house.corp, "王一舟", 2).await;
    house.world.load_directory(house.corp).await;
    let file = house
        .world
        .get(Some(&dee), "/directory/export.csv?department=1")
        .await;
    assert!(
        file.body.contains("林知夏") && !file.body.contains("Emma Marsh"),
        "{}",
        file.body
    );
}

#[tokio::test]
async fn lists_kept_in_memory_are_cut_into_pages() {
    let house = house().await;
    let mut ids = Vec::new();
    for number in 0..51 {
        ids.push(
            house
                .world
                .member(house.corp, &format!("员工{number}"), 2)
                .await
                .id,
        );
    }
    house.world.load_directory(house.corp).await;
    let (cx, owner) = (
        house.world.cx_of(&house.ann),
        house.world.cx_of(&house.owner),
    );
    let blocked = ids.clone();
    let written = house.world.env.store.write(move |tx| {
        for id in &blocked {
            contact::block(tx, &cx, *id)?;
            let (viewer, target) = (Subject::Member(*id), Subject::Department(DepartmentId(3)));
            visibility::put_grant(tx, &owner, viewer, target, None)?;
        }
        Ok::<_, guanxi_app::Error>(())
    });
    written.await.expect("blocked");
    for (who, path) in [
        (&house.ann, "/contacts/blocks"),
        (&house.owner, "/admin/visibility/grants"),
    ] {
        let first = house.world.get(Some(who), path).await.body;
        assert!(first.contains("第 1–50 条，共 51 条"), "{path}");
        assert!(
            first.contains(&format!("rel=\"next\" href=\"{path}?page=2\"")),
            "{path}"
        );
        let second = house
            .world
            .get(Some(who), &format!("{path}?page=2"))
            .await
            .body;
        assert!(second.contains("第 51–51 条，共 51 条"), "{path}");
        let far = house
            .world
            .get(Some(who), &format!("{path}?page=999"))
            .await;
        assert!(
            far.status == StatusCode::OK && far.body.contains("第 51–51 条"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn an_empty_list_says_what_will_be_there() {
    let house = house().await;
    for (path, says) in [
        ("/requests", "没有申请在等你"),
        ("/requests?tab=sent", "你还没有发过申请"),
        ("/requests?tab=settled", "还没有处理过申请"),
        ("/contacts", "class=\"empty\""),
        ("/contacts/blocks", "class=\"empty\""),
        ("/customers", "class=\"empty\""),
        ("/codes", "class=\"empty\""),
        ("/admin/codes", "class=\"empty\""),
        ("/admin/visibility", "class=\"empty\""),
        ("/admin/visibility/grants", "class=\"empty\""),
        ("/admin/find-asks", "没有问题在等"),
        ("/admin/find-asks?state=answered", "还没有答复过"),
        ("/admin/people?q=nobody-here", "没有符合的成员"),
        (
            "/admin/audit?from=2001-01-01&until=2001-01-02",
            "class=\"empty\"",
        ),
    ] {
        let page = house.world.get(Some(&house.owner), path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(
            page.body.contains(says) && page.body.contains("class=\"empty\""),
            "{path}"
        );
    }
}
