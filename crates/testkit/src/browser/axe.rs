//! The accessibility checker axe-core, run inside the page under test.

use std::sync::LazyLock;

use fantoccini::Client;
use serde_json::{Value, json};

/// The environment variable with the path of `axe.min.js`, which `scripts/test` fetches and sets.
pub const AXE_VARIABLE: &str = "GUANXI_TEST_AXE";

/// Where `scripts/test` puts the file, so that tests run by hand find it again.
const FETCHED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/tools/axe.min.js");
const TAGS: [&str; 6] = [
    "wcag2a",
    "wcag2aa",
    "wcag21a",
    "wcag21aa",
    "wcag22aa",
    "best-practice",
];
const RUN: &str = "
    const [options, done] = arguments;
    axe.run(document, options).then(
        result => done({ violations: result.violations }),
        error => done({ error: String(error) }),
    );";

static SCRIPT: LazyLock<String> = LazyLock::new(|| {
    let path = std::env::var(AXE_VARIABLE).unwrap_or_else(|_| FETCHED.to_owned());
    std::fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!("cannot read axe-core at {path} ({error}): run `scripts/test axe`, or set {AXE_VARIABLE} to axe.min.js")
    })
});

/// One rule that a page breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The rule, e.g. `color-contrast`.
    pub rule: String,
    /// `minor`, `moderate`, `serious` or `critical`.
    pub impact: String,
    pub help: String,
    /// For each element: its selector and what is wrong with it.
    pub elements: Vec<String>,
}

pub(super) async fn run(client: &Client) -> Vec<Violation> {
    let options =
        json!({ "runOnly": { "type": "tag", "values": TAGS }, "resultTypes": ["violations"] });
    if let Err(error) = client.execute(&SCRIPT, Vec::new()).await {
        panic!("axe-core cannot be loaded into the page: {error}");
    }
    let result = match client.execute_async(RUN, vec![options]).await {
        Ok(result) => result,
        Err(error) => panic!("axe-core did not finish: {error}"),
    };
    assert!(
        result["error"].is_null(),
        "axe-core failed: {}",
        result["error"]
    );
    items(&result["violations"]).map(read_violation).collect()
}

fn read_violation(violation: &Value) -> Violation {
    let element = |node: &Value| {
        let target: Vec<&str> = items(&node["target"]).filter_map(Value::as_str).collect();
        format!(
            "{}: {}",
            target.join(" "),
            text(&node["failureSummary"]).replace('\n', " ")
        )
    };
    Violation {
        rule: text(&violation["id"]),
        impact: text(&violation["impact"]),
        help: text(&violation["help"]),
        elements: items(&violation["nodes"]).map(element).collect(),
    }
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
