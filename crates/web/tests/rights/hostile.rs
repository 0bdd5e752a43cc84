//! What nobody types by accident: addresses and forms full of nonsense get a sentence and a code, and no failure of the server.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use guanxi_testkit::world::World;
use guanxi_web::routes::{Route, Verb, table};

use crate::company::{Company, address, call, company};

const PARTS: [&str; 9] = [
    "",
    "0",
    "-1",
    "%00",
    "%F0%9F%92%A9",
    "..%2F..",
    "99999999999999999999",
    "'%20OR%201=1--",
    "%3Cscript%3E",
];
const QUERY_VALUES: [&str; 6] = [
    "-1",
    "99999999999999999999",
    "%00",
    "%F0%9F%92%A9",
    "%3Cxb%3E",
    "%FF%FE",
];

/// Routes that would end the session the test works with.
fn is_spared(route: &Route) -> bool {
    route.path == "/sign-out" || route.path.contains("/sessions")
}

#[tokio::test]
async fn hostile_parts_of_addresses_are_answered() {
    let world = World::sqlite().await;
    let company = company(&world, "青禾", "13800000001", true).await;
    for route in table() {
        let Some((start, rest)) = route.path.split_once("{id}") else {
            continue;
        };
        for part in PARTS {
            let hostile = format!("{start}{part}{rest}");
            let answer = call(&world, Some(&company.owner), &route, &hostile).await;
            assert!(
                !answer.status.is_server_error(),
                "{} with {part}: {}",
                route.path,
                answer.status
            );
        }
    }
}

#[tokio::test]
async fn hostile_queries_are_answered_and_escaped() {
    let world = World::sqlite().await;
    let company = company(&world, "青禾", "13800000001", true).await;
    let mut tried = 0;
    for route in table() {
        if route.verb != Verb::Get || is_spared(&route) || route.path == "/live" {
            continue;
        }
        let address = address(&route, &company);
        let page = world.get(Some(&company.owner), &address).await;
        let mut names = fields(&page.body);
        names.extend(asked_for(&page.body, &address));
        names.extend(["q", "before", "next"].map(str::to_owned));
        for name in &names {
            for value in QUERY_VALUES {
                let asked = format!("{address}?{name}={value}");
                let answer = world.get(Some(&company.owner), &asked).await;
                assert!(
                    !answer.status.is_server_error(),
                    "{asked}: {}",
                    answer.status
                );
                assert!(!answer.body.contains("<xb>"), "{asked} is not escaped");
                tried += 1;
            }
        }
    }
    assert!(tried > 500, "{tried} queries were tried");
}

#[tokio::test]
async fn hostile_forms_are_answered() {
    let world = World::sqlite().await;
    let company = company(&world, "青禾", "13800000001", true).await;
    let names = fields_of_all_pages(&world, &company).await;
    assert!(
        ["message", "mobile", "department", "remark"]
            .iter()
            .all(|name| names.contains(*name)),
        "the pages have forms: {names:?}"
    );
    let long = "长".repeat(300);
    for route in table() {
        if route.verb != Verb::Post || is_spared(&route) {
            continue;
        }
        let address = address(&route, &company);
        for value in [long.as_str(), "\0", "\u{202e}", "-1", "💩", "<b>"] {
            let form: Vec<(&str, &str)> = names.iter().map(|name| (&**name, value)).collect();
            let answer = world.post(Some(&company.owner), &address, &form).await;
            assert!(
                !answer.status.is_server_error(),
                "{address} with {value:.9}: {}",
                answer.status
            );
        }
    }
    let too_large = "x".repeat(2 * 1024 * 1024);
    let answer = world
        .post(Some(&company.owner), "/sign-out", &[("x", &too_large)])
        .await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

/// Names of the fields on all pages, for the owner and for a member.
pub(crate) async fn fields_of_all_pages(world: &World, company: &Company) -> BTreeSet<String> {
    // A contact has a remark, and somebody who is none yet can be asked.
    let accept = format!("/requests/{}/accept", company.request);
    let accepted = world.post(Some(&company.member), &accept, &[]).await;
    assert_eq!(accepted.status, StatusCode::SEE_OTHER);
    let ask = format!("/directory/requests/new?to={}", company.owner.id);
    let mut names = fields(&world.get(Some(&company.other), &ask).await.body);
    for route in table() {
        if route.verb == Verb::Get && route.path != "/live" {
            let address = address(&route, company);
            for who in [&company.owner, &company.member] {
                names.extend(fields(&world.get(Some(who), &address).await.body));
            }
        }
    }
    names
}

/// Names of the fields of a page; the token of forms is none.
pub(crate) fn fields(body: &str) -> BTreeSet<String> {
    let names = body.split(" name=\"").skip(1);
    let names = names.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned()));
    let words = ["_csrf", "viewport", "color-scheme", "theme-color"];
    names
        .filter(|name| !words.contains(&name.as_str()))
        .collect()
}

/// Names in the queries of links that lead to the same page again.
pub(crate) fn asked_for(body: &str, address: &str) -> BTreeSet<String> {
    let begin = format!("href=\"{address}?");
    let links = body.split(&begin).skip(1);
    let queries = links.filter_map(|rest| rest.split(['"', '#']).next());
    let pairs = queries.flat_map(|query| query.split('&'));
    pairs
        .filter_map(|pair| Some(pair.split_once('=')?.0.to_owned()))
        .filter(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
        .collect()
}
