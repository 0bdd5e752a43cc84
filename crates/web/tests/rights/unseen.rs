//! A hidden colleague by what differs: pages before and after he comes, his number in every address and form beside one that
//! nobody has, and the live stream.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::{StatusCode, header};
use futures_util::StreamExt as _;
use guanxi_testkit::world::{Answer, Someone, World};
use guanxi_web::{
    auth::Access,
    routes::{Route, Verb, table},
};

use crate::{
    company::{Company, address, call, company, plain},
    hostile::{asked_for, fields, fields_of_all_pages},
    unknown,
};

/// A number that nothing has.
const NOBODY: &str = "0123456789abcdef0123456789abcdef";
/// A department below the hidden one, with a number that no text holds by chance.
const SECRET: i64 = 7741;

/// A company in which department 3 is hidden from the viewer; its things belong to those in it.
struct House {
    world: World,
    ours: Company,
    viewer: Someone,
}

async fn house() -> House {
    let world = World::sqlite().await;
    let ours = company(&world, "青禾", "13800000001", true).await;
    world.department(ours.corp, 40, 1, "旁部").await;
    world.department(ours.corp, SECRET, 3, "密室").await;
    let viewer = world.member(ours.corp, "丙", 40).await;
    world.member(ours.corp, "陈丁", 40).await;
    world.load_directory(ours.corp).await;
    House {
        world,
        ours,
        viewer,
    }
}

/// Whether any member, or any person at all, may use the route.
fn is_for_all(route: &Route) -> bool {
    matches!(route.access, Access::Member | Access::Person)
}

/// Routes that would end the session the test works with, or the person.
fn is_spared(route: &Route) -> bool {
    ["/sign-out", "/person/delete", "/live"].contains(&route.path)
        || route.path.contains("/sessions")
}

/// What an answer tells, without what was asked for and what differs each time.
fn told(answer: &Answer, asked: &[&str]) -> (StatusCode, String, String, String) {
    let shown = |text: &str| {
        let without = asked.iter().fold(text.to_owned(), |text, asked| {
            text.replace(asked, "").replace(&encoded(asked), "")
        });
        plain(&without)
    };
    let cookies: Vec<_> = answer.headers.get_all(header::SET_COOKIE).iter().collect();
    let cookies = shown(&format!("{cookies:?}"));
    let location = shown(&answer.location);
    (answer.status, location, cookies, shown(&answer.body))
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[tokio::test]
async fn no_page_changes_when_hidden_colleagues_come() {
    let house = house().await;
    let (world, viewer) = (&house.world, &house.viewer);
    let before = pages(&house).await;
    assert!(before.len() > 60, "{} pages", before.len());
    // A namesake of one who can be found, strangers, and one who knows a colleague of the viewer.
    for (name, department) in [
        ("陈丁", 3),
        ("隐士豪", 3),
        ("欧阳隐", SECRET),
        ("丙", SECRET),
    ] {
        world.member(house.ours.corp, name, department).await;
    }
    let asker = world.member(house.ours.corp, "陈隐", 3).await;
    world.load_directory(house.ours.corp).await;
    let path = format!("/directory/members/{}/request", house.ours.member.id);
    let asked = world
        .post(Some(&asker), &path, &[("message", "你好")])
        .await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER);
    let after = pages(&house).await;
    for (page, body) in &before {
        assert!(
            after[page] == *body,
            "{page} changes for {} when hidden colleagues come",
            viewer.name
        );
    }
    let sees_them = world.get(Some(&house.ours.owner), "/admin/people").await;
    assert!(sees_them.body.contains("隐士豪"), "they are there");
}

/// All that the viewer can read: every page, and every page that searches, asked for this and that.
async fn pages(house: &House) -> BTreeMap<String, String> {
    let mut addresses = BTreeSet::new();
    for route in table() {
        if route.verb == Verb::Get && is_for_all(&route) && !is_spared(&route) {
            let address = address(&route, &house.ours);
            for text in [
                "陈", "chen", "cd", "陈丁", "隐", "yin", "丙", "u", "二部", "138",
            ] {
                addresses.insert(format!("{address}?q={}", encoded(text)));
            }
            addresses.insert(address);
        }
    }
    for department in [1, 2, 3, 40, SECRET] {
        addresses.insert(format!("/directory?department={department}"));
        addresses.insert(format!("/directory?department={department}&tree=all"));
    }
    let mut found = BTreeMap::new();
    for address in addresses {
        let answer = house.world.get(Some(&house.viewer), &address).await;
        let page = format!("{:?}", told(&answer, &[]));
        found.insert(address, page);
    }
    found
}

#[tokio::test]
async fn an_address_of_somebody_hidden_is_one_of_nobody() {
    let house = house().await;
    let world = &house.world;
    let hidden = world.member(house.ours.corp, "隐士豪", 3).await;
    world.load_directory(house.ours.corp).await;
    let theirs = Company {
        other: hidden,
        ..house.ours
    };
    let mut tried = 0;
    for route in table() {
        // A code is for everybody who has it.
        let is_tried = is_for_all(&route) && route.path.contains('{');
        if !is_tried
            || ["/q/", "/c/"]
                .iter()
                .any(|code| route.path.starts_with(code))
        {
            continue;
        }
        let there = address(&route, &theirs);
        let nowhere = unknown(&there);
        assert_ne!(there, nowhere);
        let nobody = call(world, Some(&house.viewer), &route, &nowhere).await;
        let somebody = call(world, Some(&house.viewer), &route, &there).await;
        assert!(
            told(&somebody, &[]) == told(&nobody, &[]),
            "{:?} {there} tells that it exists: {} {}, not {} {}",
            route.verb,
            somebody.status,
            somebody.location,
            nobody.status,
            nobody.location
        );
        tried += 1;
    }
    assert!(tried > 25, "{tried} routes");
}

#[tokio::test]
async fn a_form_about_somebody_hidden_is_one_about_nobody() {
    let house = house().await;
    let world = &house.world;
    let hidden = world.member(house.ours.corp, "隐士豪", 3).await;
    // Two who are alike send the same forms, so that what one has done already is no difference.
    let twin = world.member(house.ours.corp, "丙", 40).await;
    world.load_directory(house.ours.corp).await;
    let names = fields_of_all_pages(world, &house.ours).await;
    assert!(names.contains("to"), "{names:?}");
    let pairs = [
        (hidden.id.to_string(), NOBODY.to_owned()),
        ("隐士豪".to_owned(), "隐士杰".to_owned()),
        (SECRET.to_string(), "9876".to_owned()),
    ];
    let mut tried = 0;
    for route in table() {
        if route.verb != Verb::Post || !is_for_all(&route) || is_spared(&route) {
            continue;
        }
        let address = address(&route, &house.ours);
        for name in &names {
            for (theirs, nobodys) in &pairs {
                // What both have sent before stands in the same order.
                world.clock.pass(1);
                let asked = sent(&house, &twin, &address, name, nobodys).await;
                let asked_for_him = sent(&house, &house.viewer, &address, name, theirs).await;
                assert!(
                    asked == asked_for_him,
                    "{address} with {name}={theirs} tells more than with {nobodys}:\n{asked_for_him}\n{asked}"
                );
                tried += 1;
            }
        }
    }
    assert!(tried > 1000, "{tried} forms");
    let inbox = world.get(Some(&hidden), "/requests").await;
    assert!(!inbox.body.contains("丙"), "nothing reached him");
}

/// What somebody is told who sends a form with one value, and on the page to which he is led; the value itself left out.
async fn sent(house: &House, who: &Someone, address: &str, name: &str, value: &str) -> String {
    let form = [(name, value), ("message", "你好")];
    let answer = house.world.post(Some(who), address, &form).await;
    // What was asked before is listed too.
    let asked = [value, "隐士豪", "隐士杰", &SECRET.to_string()];
    let mut all = vec![told(&answer, &asked)];
    // One's own page tells one's own number.
    if answer.status == StatusCode::SEE_OTHER && !answer.location.starts_with("/me") {
        let next = house.world.get(Some(who), &answer.location).await;
        all.push(told(&next, &asked));
    }
    let mut all = format!("{all:?}");
    // The tint of a seal is of the person.
    for tint in 1..=5 {
        all = all.replace(&format!(" h{tint}"), " h");
    }
    all
}

#[tokio::test]
async fn a_question_about_somebody_hidden_is_one_about_nobody() {
    let house = house().await;
    let (world, viewer) = (&house.world, &house.viewer);
    let hidden = world.member(house.ours.corp, "隐士豪", 3).await;
    world.load_directory(house.ours.corp).await;
    let id = hidden.id.to_string();
    let mut tried = 0;
    for route in table() {
        if route.verb != Verb::Get || !is_for_all(&route) || is_spared(&route) {
            continue;
        }
        let address = address(&route, &house.ours);
        let page = world.get(Some(viewer), &address).await;
        let mut names = fields(&page.body);
        names.extend(asked_for(&page.body, &address));
        names.extend(["q", "to", "member", "after"].map(str::to_owned));
        for name in &names {
            for (theirs, nobodys) in [(id.as_str(), NOBODY), ("隐士豪", "隐士杰")] {
                let mut answers = Vec::new();
                for value in [nobodys, theirs] {
                    let asked = format!("{address}?{name}={}", encoded(value));
                    let answer = world.get(Some(viewer), &asked).await;
                    answers.push(told(&answer, &[value]));
                }
                assert!(
                    answers[0] == answers[1],
                    "{address} asked for {name}={theirs} tells more than for {nobodys}"
                );
                tried += 1;
            }
        }
    }
    assert!(tried > 100, "{tried} questions");
}

#[tokio::test]
async fn a_live_page_hears_nothing_of_the_hidden() {
    let house = house().await;
    let (world, viewer) = (&house.world, &house.viewer);
    let mut stream = world.listen(viewer).await.into_data_stream();
    let hidden = world.member(house.ours.corp, "隐士豪", 3).await;
    world.load_directory(house.ours.corp).await;
    // The hidden one is changed, asks, makes a code and is let go.
    let owner = Some(&house.ours.owner);
    let ask = format!("/directory/members/{}/request", house.ours.member.id);
    for (who, path, form) in [
        (
            Some(&hidden),
            ask.as_str(),
            [("message", "你好")].as_slice(),
        ),
        (
            Some(&hidden),
            "/codes/new",
            &[("name", "门"), ("days", "7")],
        ),
        (owner, &format!("/admin/people/{}/leave", hidden.id), &[]),
        (
            owner,
            &format!("/admin/people/{}/reactivate", hidden.id),
            &[],
        ),
        (owner, &format!("/admin/people/{}/disable", hidden.id), &[]),
    ] {
        let answer = world.post(who, path, form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
    }
    // Then something that does concern the viewer.
    let made = world
        .post(Some(viewer), "/codes/new", &[("name", "窗"), ("days", "7")])
        .await;
    assert_eq!(made.status, StatusCode::SEE_OTHER);
    let chunk = stream.next().await.expect("news").expect("an open stream");
    let heard = String::from_utf8_lossy(&chunk).into_owned();
    assert!(heard.contains("data: codes\n"), "{heard}");
}
