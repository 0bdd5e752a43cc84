//! People, departments and roles by their pages: what works, and what is refused with a sentence.

mod many;
mod one;
mod part;

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use guanxi_model::{id::MemberId, member::Status};
use guanxi_store as store;
use guanxi_testkit::world::{Answer, Corp, Someone, World};

pub(crate) const LIST: &str = "/admin/people";
pub(crate) const TREE: &str = "/admin/departments";

pub(crate) async fn company() -> (World, Corp, Someone) {
    let world = World::sqlite().await;
    let (corp, owner) = world.corp("青禾", "13800000001").await;
    world.load_directory(corp).await;
    (world, corp, owner)
}

pub(crate) fn page(of: &Someone, act: &str) -> String {
    format!("{LIST}/{}{act}", of.id)
}

pub(crate) fn assert_says(answer: &Answer, status: StatusCode, text: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert!(
        answer.body.contains(text),
        "{text} is missing in {}",
        answer.body
    );
}

pub(crate) async fn status_of(world: &World, corp: Corp, id: MemberId) -> Status {
    let found = world
        .env
        .store
        .read(move |tx| store::member::find(tx, corp.id, id))
        .await;
    found
        .expect("the store reads")
        .expect("the member is there")
        .status
}

/// Waits until the directory finds, or no longer finds, somebody by this text.
pub(crate) async fn wait_until_found(world: &World, corp: Corp, text: &str, is_found: bool) {
    let begin = Instant::now();
    let directory = world
        .env
        .directories
        .peek(corp.id)
        .expect("the directory is loaded");
    while directory.search_all(text, 5).is_empty() == is_found {
        assert!(
            begin.elapsed() < Duration::from_secs(10),
            "{text}: found should be {is_found}"
        );
        tokio::task::yield_now().await;
    }
}

/// A limited administrator of department 2, made by the owner's form.
pub(crate) async fn limited(world: &World, corp: Corp, owner: &Someone) -> Someone {
    let someone = world.member(corp, "张思远", 2).await;
    let fields = [("department", "2"), ("department", "")];
    let answer = world
        .post(Some(owner), &page(&someone, "/roles"), &fields)
        .await;
    assert_eq!(answer.location, page(&someone, ""));
    someone
}

/// The page of results to which an act on many leads, once all is done.
pub(crate) async fn sent(world: &World, who: &Someone, fields: &[(&str, &str)]) -> Answer {
    let sent = world
        .post(Some(who), &format!("{LIST}/batch"), fields)
        .await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    results(world, who, &sent.location).await
}

pub(crate) async fn results(world: &World, who: &Someone, path: &str) -> Answer {
    loop {
        let page = world.get(Some(who), path).await;
        if !page.headers.contains_key("refresh") {
            return page;
        }
        tokio::task::yield_now().await;
    }
}
