//! Two servers on one PostgreSQL: what is done on one shows on the other at once.
//!
//! How soon is told in the output. The bound is wide, for a busy machine must not fail a test; the goal is one second.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use guanxi_store::testing::Database;
use guanxi_testkit::process::Process;

use crate::visitor::{Visitor, run, text};

const WITHIN: Duration = Duration::from_secs(5);

/// Asks until the page holds a text, and says how long that took.
fn wait_for(visitor: &mut Visitor, path: &str, wanted: &str) -> Duration {
    let started = Instant::now();
    while !visitor.get(path).body.contains(wanted) {
        assert!(started.elapsed() < WITHIN, "{path} does not hold {wanted}");
        std::thread::yield_now();
    }
    started.elapsed()
}

#[test]
fn what_one_node_does_the_other_shows() {
    let Some(database) = Database::fresh() else {
        return;
    };
    let home = tempfile::tempdir().unwrap();
    let url = database.url();
    let here = ("GUANXI_DATABASE", url.as_str());
    let owner = [
        "--name",
        "青禾",
        "--admin-name",
        "林知夏",
        "--admin-mobile",
        "13900000001",
    ];
    let made = run(
        home.path(),
        &[here],
        &[&["corp", "create"][..], &owner].concat(),
    );
    assert!(made.status.success(), "{}", text(&made));
    let binary = Path::new(env!("CARGO_BIN_EXE_guanxi"));
    let nodes = [0, 1].map(|_| Process::serve(binary, home.path(), &["--database", &url]));

    // A session opened on one node counts on the other.
    let mut one = Visitor::new(nodes[0].port());
    one.sign_in(&nodes[0], "13900000001");
    let mut other = Visitor {
        port: nodes[1].port(),
        cookies: one.cookies.clone(),
    };
    assert_eq!(other.get("/").status, 200);
    let mut ear = other.listen();

    let token = one.token("/admin/settings");
    let seen = one.field("/admin/settings", "seen");
    let fields = [
        ("_csrf", token.as_str()),
        ("seen", seen.as_str()),
        ("name", "青禾家居"),
        ("language", "zh-Hans"),
        ("time_zone", "Asia/Shanghai"),
        ("region", "CN"),
    ];
    let saved = Instant::now();
    assert_eq!(one.post("/admin/settings", &fields).status, 303);
    // What comes at the same time is told together.
    let parts = ear.next().expect("the open page is told what to fetch");
    assert!(parts.split(' ').any(|part| part == "people"), "{parts}");
    let told = saved.elapsed();
    assert!(told < WITHIN, "told after {told:?}");
    assert!(other.get("/").body.contains("青禾家居"));

    let token = one.token("/admin/people/new");
    let fields = [
        ("_csrf", token.as_str()),
        ("name", "曾诗涵"),
        ("userid", "zengshihan"),
        ("mobile", "13900000002"),
        ("department", "1"),
    ];
    let answer = one.post("/admin/people/new", &fields);
    assert_eq!(answer.status, 303, "{}", answer.body);
    let found = wait_for(&mut other, "/directory?q=zsh", "诗涵");

    // Signing out on one node ends the session on the other.
    let token = one.token("/me");
    assert_eq!(one.post("/sign-out", &[("_csrf", &token)]).status, 303);
    let started = Instant::now();
    while other.get("/").status == 200 {
        assert!(started.elapsed() < WITHIN, "the session lives on");
        std::thread::yield_now();
    }
    let ended = started.elapsed();
    println!("told after {told:?}, found after {found:?}, signed out after {ended:?}");
}
