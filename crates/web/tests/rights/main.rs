//! Every route of the table, called by those who may not: nobody, the wrong role, and people of another company.
//!
//! A route with a part in its address that `company` does not know fails the test, so a new route cannot be forgotten.

mod api;
mod company;
mod hidden;
mod hostile;
mod unseen;

use axum::http::StatusCode;
use guanxi_model::role::Role;
use guanxi_testkit::world::{Answer, World};
use guanxi_web::{
    auth::Access,
    routes::{Verb, table},
};

use company::{OWN_DEPARTMENT, address, call, company, plain};

fn is_sign_in(answer: &Answer) -> bool {
    answer.status == StatusCode::SEE_OTHER && answer.location.starts_with("/sign-in")
}

#[tokio::test]
async fn nobody_gets_in_without_signing_in() {
    let world = World::sqlite().await;
    let company = company(&world, "青禾", "13800000001", true).await;
    for route in table() {
        let address = address(&route, &company);
        let answer = call(&world, None, &route, &address).await;
        match route.access {
            Access::Public => assert!(
                !answer.status.is_server_error(),
                "{address}: {}",
                answer.status
            ),
            _ => assert!(
                is_sign_in(&answer),
                "{address}: {} {}",
                answer.status,
                answer.location
            ),
        }
    }
}

#[tokio::test]
async fn a_form_without_its_token_is_refused() {
    let world = World::sqlite().await;
    let company = company(&world, "青禾", "13800000001", true).await;
    for route in table() {
        if route.verb != Verb::Post || route.access == Access::Public {
            continue;
        }
        let address = address(&route, &company);
        let request = axum::http::Request::post(&address)
            .header("cookie", company.owner.cookie())
            .header("content-type", "application/x-www-form-urlencoded")
            .body(axum::body::Body::from("_csrf=0000"))
            .expect("a request");
        let answer = world.request(request).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{address}");
        assert_eq!(answer.code, "forged", "{address}");
    }
}

#[tokio::test]
async fn a_role_opens_only_what_it_says() {
    let world = World::sqlite().await;
    let company = company(&world, "青禾", "13800000001", true).await;
    for role in Role::ALL {
        let someone = world.member(company.corp, role.name(), 2).await;
        world.load_directory(company.corp).await;
        world.role(&someone, role).await;
        world.assert_known(&someone, role).await;
        for route in table() {
            let Access::Right(right) = route.access else {
                continue;
            };
            let address = address(&route, &company);
            let may = guanxi_model::role::Roles(vec![guanxi_model::role::RoleGrant {
                role,
                department: None,
            }])
            .allow_somewhere(right);
            if route.verb == Verb::Post && may {
                continue;
            }
            let answer = call(&world, Some(&someone), &route, &address).await;
            if may {
                assert!(
                    !is_refusal(&answer),
                    "{} should read {address}: {}",
                    role.name(),
                    answer.status
                );
            } else {
                assert_eq!(
                    answer.status,
                    StatusCode::FORBIDDEN,
                    "{} at {address}",
                    role.name()
                );
            }
        }
    }
    for route in table() {
        if let Access::Right(_) = route.access {
            let address = address(&route, &company);
            let answer = call(&world, Some(&company.member), &route, &address).await;
            assert_eq!(
                answer.status,
                StatusCode::FORBIDDEN,
                "a member at {address}"
            );
        }
    }
}

fn is_refusal(answer: &Answer) -> bool {
    answer.status == StatusCode::FORBIDDEN || is_sign_in(answer) || answer.status.is_server_error()
}

#[tokio::test]
async fn another_company_finds_nothing() {
    for world in World::on_each_engine().await {
        another_company(&world).await;
    }
}

async fn another_company(world: &World) {
    let ours = company(world, "青禾", "13800000001", true).await;
    let theirs = company(world, "南岭", "13800000002", false).await;
    for route in table() {
        // A code is for everybody who has it.
        if !route.path.contains('{')
            || ["/q/", "/c/"]
                .iter()
                .any(|code| route.path.starts_with(code))
        {
            continue;
        }
        let foreign = address(&route, &ours);
        let answer = call(world, Some(&theirs.owner), &route, &foreign).await;
        assert_eq!(
            answer.status,
            StatusCode::NOT_FOUND,
            "{:?} {foreign}",
            route.verb
        );
        // A number that nobody has is answered the same, word for word.
        let unknown = unknown(&foreign);
        let blank = call(world, Some(&theirs.owner), &route, &unknown).await;
        assert_eq!(blank.status, answer.status, "{unknown}");
        assert!(
            plain(&blank.body) == plain(&answer.body),
            "{foreign} tells that it exists"
        );
    }
}

/// The same address with a number that nothing has.
pub(crate) fn unknown(address: &str) -> String {
    address
        .split('/')
        .map(|part| match part {
            part if part.len() == 32 && part.bytes().all(|b| b.is_ascii_hexdigit()) => {
                "0123456789abcdef0123456789abcdef".to_owned()
            }
            part if part == OWN_DEPARTMENT.to_string() => "9876".to_owned(),
            part => part.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("/")
}
