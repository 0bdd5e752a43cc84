//! A form that makes something and is sent twice, by a double click or a retry, makes it once.

use axum::http::StatusCode;

use super::{House, house};

/// Sends the form of one page twice and gives where both answers lead.
async fn twice(house: &House, path: &str, fields: &[(&str, &str)]) -> (String, String) {
    let owner = Some(&house.owner);
    let token = house.world.form_token(&house.owner);
    let first = house.world.post_shown(owner, path, Some(&token), fields);
    let second = house.world.post_shown(owner, path, Some(&token), fields);
    let (first, second) = tokio::join!(first, second);
    for answer in [&first, &second] {
        assert_eq!(
            answer.status,
            StatusCode::SEE_OTHER,
            "{path}: {}",
            answer.body
        );
    }
    (first.location, second.location)
}

async fn count(house: &House, page: &str, of: &str) -> usize {
    let page = house.world.get(Some(&house.owner), page).await;
    page.body.matches(of).count()
}

#[tokio::test]
async fn a_doubled_form_makes_one_thing() {
    let house = house().await;
    let ann = house.ann.id.to_string();
    let member = [
        ("name", "欧阳明"),
        ("mobile", "13912340001"),
        ("department", "2"),
        ("main", "0"),
    ];
    let (first, second) = twice(&house, "/admin/people/new", &member).await;
    assert_eq!(first, second);
    assert_eq!(
        count(&house, "/admin/people?q=欧阳明", "name=\"member\"").await,
        1
    );
    let (first, second) = twice(&house, "/codes/new", &[("name", "展会"), ("days", "30")]).await;
    assert_eq!(first, second);
    assert_eq!(count(&house, "/codes", "class=\"row-item\"").await, 1);
    twice(&house, "/admin/departments/1/new", &[("name", "三部")]).await;
    assert_eq!(
        count(&house, "/admin/departments/export.csv", ",三部,").await,
        1
    );
    let rule = [("what", "hide"), ("subject", "d3")];
    twice(&house, "/admin/visibility/rules/new", &rule).await;
    assert_eq!(count(&house, "/admin/visibility", "rule-row").await, 1);
    let member = format!("m{ann}");
    let grant = [("who", member.as_str()), ("whom", "d3"), ("days", "30")];
    twice(&house, "/admin/visibility/grants/new", &grant).await;
    assert_eq!(
        count(&house, "/admin/visibility/grants", "rule-row").await,
        1
    );
    twice(
        &house,
        "/directory/find",
        &[("q", "单丽群"), ("message", "")],
    )
    .await;
    assert_eq!(
        count(&house, "/admin/find-asks", "class=\"row-item\"").await,
        1
    );
}

#[tokio::test]
async fn other_words_or_another_page_make_another_thing() {
    let house = house().await;
    let owner = Some(&house.owner);
    let token = house.world.form_token(&house.owner);
    for name in ["展会", "门店"] {
        let fields = [("name", name), ("days", "30")];
        house
            .world
            .post_shown(owner, "/codes/new", Some(&token), &fields)
            .await;
    }
    let fields = [("name", "门店"), ("days", "30")];
    house.world.post(owner, "/codes/new", &fields).await;
    assert_eq!(count(&house, "/codes", "class=\"row-item\"").await, 3);
}
