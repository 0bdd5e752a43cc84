//! The rules of the house that a reviewer would check by eye: sizes, first sentences, directions, and where which words may stand.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
/// A file has fewer lines than this.
const TOO_LONG: usize = 500;
/// Layers and what each may stand on; a crate that is not here is none yet.
const LAYERS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("search", &[]),
    ("store", &["model"]),
    ("app", &["model", "search", "store"]),
    ("web", &["model", "search", "store", "app"]),
    ("server", &["model", "store", "app", "web"]),
    ("testkit", &["model", "store", "app", "web"]),
    (
        "bench",
        &[
            "model", "search", "store", "app", "web", "server", "testkit",
        ],
    ),
];
/// Folders that hold what machines made.
const NOT_OURS: [&str; 4] = ["target", ".git", "node_modules", "guanxi-data"];

fn root() -> PathBuf {
    Path::new(ROOT).canonicalize().expect("the repository")
}

/// All files below a folder, by their path from the root of the repository.
fn files_below(folder: &str) -> Vec<String> {
    let (root, mut found) = (root(), Vec::new());
    let mut folders = vec![root.join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            if path.is_dir() {
                if !NOT_OURS.contains(&name.to_string_lossy().as_ref()) {
                    folders.push(path);
                }
            } else {
                let path = path.strip_prefix(&root).expect("below the root");
                found.push(path.to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "{folder} is empty");
    found
}

fn read(path: &str) -> String {
    // A picture is no text, and says nothing.
    fs::read_to_string(root().join(path)).unwrap_or_default()
}

fn has_ending(path: &str, ending: &str) -> bool {
    Path::new(path).extension().is_some_and(|e| e == ending)
}

/// Rust of a crate, or of all.
fn sources(folder: &str) -> Vec<String> {
    let mut files = files_below(folder);
    files.retain(|path| has_ending(path, "rs"));
    files
}

fn fail(faults: &[String], rule: &str) {
    assert!(faults.is_empty(), "{rule}:\n{}", faults.join("\n"));
}

#[test]
fn files_are_short() {
    let faults: Vec<String> = files_below("crates")
        .into_iter()
        .filter(|path| has_ending(path, "rs") || has_ending(path, "js"))
        .map(|path| (read(&path).lines().count(), path))
        .filter(|(lines, _)| *lines >= TOO_LONG)
        .map(|(lines, path)| format!("{path}: {lines} lines"))
        .collect();
    fail(&faults, "a file past 500 lines is split by noun or by step");
}

#[test]
fn files_begin_with_a_sentence() {
    let is_sentence = |path: &String| {
        let text = read(path);
        let first = text.lines().take_while(|line| line.starts_with("//!"));
        let words: Vec<&str> = first.map(|line| line[3..].trim()).collect();
        let words = words.join(" ");
        words.contains(". ") || words.ends_with(['.', ':'])
    };
    let mut faults = sources("crates");
    faults.retain(|path| !is_sentence(path));
    fail(
        &faults,
        "a file opens with one `//!` sentence on what belongs in it",
    );
}

/// Lines of code in a crate's `src`, comments left out, that hold one of these words.
fn lines_with(layer: &str, words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for path in sources(&format!("crates/{layer}/src")) {
        for (number, line) in read(&path).lines().enumerate() {
            let is_code = !line.trim_start().starts_with("//");
            if is_code && words.iter().any(|word| line.contains(word)) {
                found.push(format!("{path}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    found
}

#[test]
fn sql_stands_in_the_store_alone() {
    let words = [
        "SELECT ",
        "INSERT INTO",
        "DELETE FROM",
        "UPDATE SET",
        "CREATE TABLE",
        "rusqlite",
        "tokio_postgres",
    ];
    assert!(lines_with("store", &words).len() > 100, "the store has SQL");
    for layer in ["model", "search", "app", "web", "server", "testkit"] {
        fail(&lines_with(layer, &words), "SQL stands in crates/store");
    }
}

#[test]
fn the_environment_is_read_by_the_server_alone() {
    let words = ["env::var", "env::args", "env::remove_var", "env::set_var"];
    assert!(
        !lines_with("server", &words).is_empty(),
        "the server reads it"
    );
    for layer in ["model", "search", "store", "app", "web"] {
        let mut faults = lines_with(layer, &words);
        // Tests learn where their database is.
        faults.retain(|line| !line.starts_with("crates/store/src/testing.rs"));
        fail(&faults, "environment variables are read in crates/server");
    }
}

#[test]
fn words_of_http_stand_in_web_and_above() {
    for layer in ["model", "search", "store", "app"] {
        let words = ["axum::", "http::", "hyper::", "StatusCode", "HeaderMap"];
        fail(
            &lines_with(layer, &words),
            "words of HTTP stand in crates/web",
        );
    }
}

#[test]
fn layers_point_one_way() {
    let folders: BTreeSet<String> = files_below("crates")
        .iter()
        .filter_map(|path| path.split('/').nth(1).map(str::to_owned))
        .collect();
    for folder in folders {
        let layer = LAYERS.iter().find(|(name, _)| *name == folder);
        let (_, allowed) =
            layer.unwrap_or_else(|| panic!("crates/{folder} has no place among the layers"));
        let text = read(&format!("crates/{folder}/Cargo.toml"));
        let manifest: toml::Table = text.parse().expect("Cargo.toml is toml");
        let needs = manifest.get("dependencies").and_then(|all| all.as_table());
        for name in needs.into_iter().flat_map(toml::Table::keys) {
            if let Some(below) = name.strip_prefix("guanxi-") {
                assert!(
                    allowed.contains(&below),
                    "{folder} must not stand on {below}"
                );
            }
        }
    }
}

/// What says where somebody worked or what is left to do, in parts, so that this file may stand beside the others.
const FOREIGN: [[&str; 2]; 9] = [
    ["/wo", "rk/"],
    ["/tmp/", "brief"],
    ["TO", "DO"],
    ["FIX", "ME"],
    ["an", "thropic"],
    ["cla", "ude"],
    ["chat", "gpt"],
    ["co", "pilot"],
    ["arti", "factory"],
];

#[test]
fn the_repository_speaks_of_the_product_alone() {
    let words = FOREIGN.map(|parts| parts.concat());
    let mut faults = Vec::new();
    for path in files_below("") {
        if path == "Cargo.lock" {
            continue;
        }
        for (number, line) in read(&path).lines().enumerate() {
            let small = line.to_lowercase();
            let is_said = |word: &String| {
                let is_shouted = word.chars().all(char::is_uppercase);
                has_word(if is_shouted { line } else { &small }, word)
            };
            if words.iter().any(is_said) {
                faults.push(format!("{path}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    fail(
        &faults,
        "the repository knows nothing of where it was written",
    );
}

/// Whether a text has this word, not as a part of another.
fn has_word(text: &str, word: &str) -> bool {
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    text.match_indices(word).any(|(at, _)| {
        !is_letter(text[..at].chars().next_back())
            && (word.ends_with('/') || !is_letter(text[at + word.len()..].chars().next()))
    })
}

#[test]
fn words_are_found_whole() {
    assert!(has_word("see /wo and", "/wo") && has_word("(x) y", "x"));
    assert!(!has_word("the box", "x") && !has_word("xy", "x"));
}

/// What a document sets in backticks on one line.
fn quoted(text: &str) -> Vec<String> {
    text.lines()
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_architecture_names_what_exists() {
    let text = read("docs/ARCHITECTURE.md");
    let all = files_below("");
    let code: Vec<String> = sources("crates").iter().map(|path| read(path)).collect();
    let (mut files, mut names, mut faults) = (0, 0, Vec::new());
    for word in quoted(&text) {
        let is_template = word.contains(['<', '{', ' ', '*', '…']) || word.starts_with('/');
        let is_file = [".rs", ".html", ".js", ".css", ".ftl", ".md", ".toml"]
            .iter()
            .any(|ending| word.ends_with(ending));
        if !is_template && (is_file || word.contains('/')) {
            files += 1;
            let wanted = format!("/{}", word.trim_end_matches('/'));
            let is_there = all.iter().any(|path| {
                let path = format!("/{path}");
                path.ends_with(&wanted) || path.contains(&format!("{wanted}/"))
            });
            if !is_there {
                faults.push(format!("no file {word}"));
            }
        } else if word.contains("::") && !is_template {
            names += 1;
            for part in word.split("::") {
                if !code.iter().any(|text| has_word(text, part)) {
                    faults.push(format!("no {part} of {word}"));
                }
            }
        }
    }
    assert!(files > 20 && names > 5, "{files} files and {names} names");
    fail(&faults, "docs/ARCHITECTURE.md names only what exists");
}

#[test]
fn links_of_the_documents_lead_somewhere() {
    let mut faults = Vec::new();
    for path in files_below("") {
        if !has_ending(&path, "md") {
            continue;
        }
        for link in read(&path).split("](").skip(1) {
            let link = link.split([')', '#', ' ']).next().unwrap_or_default();
            let folder = Path::new(&path).parent().expect("a file has a folder");
            let is_foreign = link.is_empty() || link.contains(':');
            if !is_foreign && !root().join(folder).join(link).exists() {
                faults.push(format!("{path}: {link}"));
            }
        }
    }
    fail(&faults, "links in documents lead to files");
}
