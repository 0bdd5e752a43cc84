//! A hidden colleague: no page of a member tells of him, by no search and no address.

use axum::http::StatusCode;
use guanxi_testkit::world::World;
use guanxi_web::{
    auth::Access,
    routes::{Verb, table},
};

use crate::company::{Company, address, company, plain};

#[tokio::test]
async fn no_page_of_a_member_reveals_a_hidden_colleague() {
    let world = World::sqlite().await;
    let company = company(&world, "青禾", "13800000001", true).await;
    // The rule of the company hides department 3 from all but department 2.
    world.department(company.corp, 40, 1, "旁部").await;
    let hidden = world.member(company.corp, "隐士豪", 3).await;
    let viewer = world.member(company.corp, "丙", 40).await;
    world.load_directory(company.corp).await;
    let ours = Company {
        other: hidden.clone(),
        ..company
    };
    let (mut pages, mut whole) = (Vec::new(), 0);
    for route in table() {
        let is_own = matches!(route.access, Access::Member | Access::Person);
        if route.verb == Verb::Get && is_own && route.path != "/live" {
            let address = address(&route, &ours);
            // These lead on where there is nothing to choose, and nothing to accept.
            let leads_on = ["/sign-in/company", "/requests/accept-all"].contains(&route.path);
            if !route.path.contains('{') && !leads_on {
                // What is refused reveals nothing either, but it must not be refused here.
                let answer = world.get(Some(&viewer), &address).await;
                assert_eq!(answer.status, StatusCode::OK, "{address}");
                whole += 1;
            }
            pages.push(address);
        }
    }
    assert!(whole > 5, "{whole} pages of a member");
    for text in [
        "yinshihao",
        "ysh",
        "yin",
        "隐",
        "y士",
        "二部",
        "erbu",
        "yingshihao",
        "u0",
    ] {
        let text: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
        pages.push(format!("/directory?q={text}"));
        pages.push(format!("/directory/find?q={text}"));
        pages.push(format!("/contacts?q={text}"));
    }
    pages.push("/directory?department=3".into());
    pages.push(format!("/directory?member={}", hidden.id));
    pages.push(format!("/directory/requests/new?to={}", hidden.id));
    for page in &pages {
        let answer = world.get(Some(&viewer), page).await;
        assert!(
            !answer.status.is_server_error(),
            "{page}: {}",
            answer.status
        );
        for secret in ["隐士豪", "Yǐn", "士豪"] {
            assert!(!answer.body.contains(secret), "{page} shows {secret}");
        }
        let echoed = page.contains("%E4%BA%8C");
        assert!(
            echoed || !answer.body.contains("二部"),
            "{page} shows the hidden department"
        );
    }
    // Asked by the very name, the answer is that of a name which nobody has, word for word.
    for path in ["/directory?q=", "/directory/find?q="] {
        let page = |name: &str| {
            let text: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
            (format!("{path}{text}"), text)
        };
        let ((theirs, theirs_text), (nobody, nobody_text)) = (page("隐士豪"), page("隐士杰"));
        let theirs = world.get(Some(&viewer), &theirs).await.body;
        let nobody = world.get(Some(&viewer), &nobody).await.body;
        let theirs = theirs.replace("隐士豪", "").replace(&theirs_text, "");
        let nobody = nobody.replace("隐士杰", "").replace(&nobody_text, "");
        assert!(
            plain(&theirs) == plain(&nobody),
            "{path} tells a hidden name from one that nobody has"
        );
    }
}
