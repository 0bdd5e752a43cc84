//! How much a first visit to a page weighs, with every file that the page names, as it goes over the wire.

use std::collections::{BTreeMap, BTreeSet};

use guanxi_testkit::world::{Someone, World};
use guanxi_web::{
    auth::Access,
    routes::{Verb, table},
};

/// What a first visit to a console page may weigh, compressed, in bytes.
const CONSOLE_BUDGET: usize = 50_000;

/// Addresses of our files in a text, whoever refers to them.
fn files(text: &str) -> BTreeSet<String> {
    let ends = |c: char| !(c.is_ascii_alphanumeric() || "._-".contains(c));
    let found = text.split("/assets/").skip(1);
    let names = found.filter_map(|rest| rest.split(ends).next());
    names
        .filter(|name| name.contains('.'))
        .map(|name| format!("/assets/{name}"))
        .collect()
}

/// Weight of each file, once weighed.
#[derive(Default)]
struct Scales(BTreeMap<String, usize>);

impl Scales {
    /// A page and all that it brings along, down to what its files name.
    async fn first_visit(&mut self, world: &World, who: &Someone, path: &str) -> usize {
        let page = world.get(Some(who), path).await;
        let mut sum = world.weigh(Some(who), path).await;
        let (mut waiting, mut known) = (files(&page.body), BTreeSet::new());
        assert!(!waiting.is_empty(), "{path} names its style sheet");
        while let Some(file) = waiting.pop_first() {
            if !known.insert(file.clone()) {
                continue;
            }
            if !self.0.contains_key(&file) {
                let weight = world.weigh(None, &file).await;
                self.0.insert(file.clone(), weight);
            }
            sum += self.0[&file];
            waiting.extend(files(&world.get(None, &file).await.body));
        }
        sum
    }
}

#[tokio::test]
async fn a_first_visit_to_a_console_page_stays_within_its_budget() {
    let world = World::demo().await;
    let owner = world.known("13800000003").await;
    let (mut scales, mut weights) = (Scales::default(), Vec::new());
    let lists = ["/directory?q=zhang", "/directory?department=1&page=5"];
    for route in table() {
        let is_page = !route.path.contains(['{', '.']) && route.path != "/live";
        let is_console = matches!(route.access, Access::Member | Access::Right(_));
        if route.verb == Verb::Get && is_page && is_console {
            let answer = world.get(Some(&owner), route.path).await;
            // Where there is nothing to choose or to accept, the page leads on.
            if answer.status.is_success() {
                weights.push((
                    scales.first_visit(&world, &owner, route.path).await,
                    route.path,
                ));
            }
        }
    }
    for path in lists {
        weights.push((scales.first_visit(&world, &owner, path).await, path));
    }
    weights.sort_unstable();
    println!("{:?}\n{weights:?}", scales.0);
    assert!(weights.len() > 25, "{} pages", weights.len());
    for (weight, path) in weights {
        assert!(
            weight <= CONSOLE_BUDGET,
            "{path} weighs {weight} bytes at a first visit"
        );
    }
}

#[test]
fn files_are_found_in_pages_and_in_other_files() {
    let text = r#"<link href="/assets/a.1f.css"><use href="/assets/i.svg#x">import "/assets/m.js""#;
    let expected = ["/assets/a.1f.css", "/assets/i.svg", "/assets/m.js"];
    assert!(files(text).iter().eq(expected.iter()));
}
