//! Pages for what could not be given: in the reader's language, for members inside the console.

use axum::http::StatusCode;

use super::house;

#[tokio::test]
async fn an_unknown_address_is_answered_with_a_page() {
    let house = house().await;
    let nobody = house.world.get(None, "/no/such/page").await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
    assert_eq!(nobody.code, "not_found");
    assert!(nobody.body.contains("id=\"failure\"") && !nobody.body.contains("class=\"rail\""));
    assert!(nobody.headers.contains_key("content-security-policy"));
    let member = house.world.get(Some(&house.ann), "/no/such/page").await;
    assert_eq!(member.status, StatusCode::NOT_FOUND);
    assert!(member.body.contains("id=\"failure\"") && member.body.contains("class=\"rail\""));
}

#[tokio::test]
async fn a_refusal_speaks_the_language_that_the_person_has_chosen() {
    let house = house().await;
    let before = house.world.get(Some(&house.ann), "/admin/people").await;
    assert_eq!(before.status, StatusCode::FORBIDDEN);
    assert!(before.body.contains("lang=\"zh"), "{}", before.body);
    let fields = [("lang", "en"), ("theme", "dark"), ("back", "/")];
    house
        .world
        .post(Some(&house.ann), "/preference", &fields)
        .await;
    for path in ["/admin/people", "/no/such/page", "/contacts/none"] {
        let after = house.world.get(Some(&house.ann), path).await;
        assert!(after.body.contains("lang=\"en\""), "{path}");
        assert!(after.body.contains("data-theme=\"dark\""), "{path}");
        assert!(after.body.contains("class=\"rail\""), "{path}");
    }
}
