//! Settings and commands of the binary, run as an operator runs them.

use std::path::Path;

use crate::visitor::{Visitor, run, text};
use guanxi_store::{Options, Store, params};
use guanxi_testkit::process::Process;

const CREATE: [&str; 8] = [
    "corp",
    "create",
    "--name",
    "青禾",
    "--admin-name",
    "林知夏",
    "--admin-mobile",
    "13900000001",
];

/// The line of `doctor` about one setting.
fn setting(home: &Path, name: &str, variables: &[(&str, &str)], arguments: &[&str]) -> String {
    let output = run(home, variables, &[&["doctor"], arguments].concat());
    let text = text(&output);
    let line = text
        .lines()
        .find(|line| line.contains(&format!(" {name} = ")));
    line.unwrap_or_else(|| panic!("no {name} in {text}"))
        .split(" = ")
        .nth(1)
        .unwrap()
        .to_owned()
}

#[test]
fn a_flag_beats_a_variable_beats_the_file_beats_the_default() {
    let home = tempfile::tempdir().unwrap();
    let at = |variables: &[(&str, &str)], arguments: &[&str]| {
        setting(home.path(), "listen", variables, arguments)
    };
    assert_eq!(at(&[], &[]), "127.0.0.1:8080 (default)");
    std::fs::write(
        home.path().join("guanxi.toml"),
        "listen = \"127.0.0.1:18001\"\ndemo = true\n",
    )
    .unwrap();
    assert_eq!(at(&[], &[]), "127.0.0.1:18001 (file)");
    let variable = [("GUANXI_LISTEN", "127.0.0.1:18002")];
    assert_eq!(at(&variable, &[]), "127.0.0.1:18002 (environment)");
    assert_eq!(
        at(&variable, &["--listen", "127.0.0.1:18003"]),
        "127.0.0.1:18003 (flag)"
    );

    let demo = |variables: &[(&str, &str)], arguments: &[&str]| {
        setting(home.path(), "demo", variables, arguments)
    };
    assert_eq!(demo(&[], &[]), "true (file)");
    assert_eq!(demo(&[("GUANXI_DEMO", "no")], &[]), "false (environment)");
    assert_eq!(demo(&[("GUANXI_DEMO", "no")], &["--demo"]), "true (flag)");

    std::fs::write(
        home.path().join("other.toml"),
        "listen = \"127.0.0.1:18004\"\n",
    )
    .unwrap();
    assert_eq!(
        at(&[], &["--config", "other.toml"]),
        "127.0.0.1:18004 (file)"
    );
    assert_eq!(
        at(&[("GUANXI_CONFIG", "other.toml")], &[]),
        "127.0.0.1:18004 (file)"
    );
}

#[test]
fn mistakes_in_settings_are_told_with_the_way_out() {
    let home = tempfile::tempdir().unwrap();
    let refused = |variables: &[(&str, &str)], arguments: &[&str]| {
        let output = run(home.path(), variables, arguments);
        assert!(!output.status.success());
        text(&output)
    };
    std::fs::write(
        home.path().join("guanxi.toml"),
        "listem = \"127.0.0.1:1\"\n",
    )
    .unwrap();
    let told = refused(&[], &["doctor"]);
    assert!(
        told.contains("guanxi.toml") && told.contains("did you mean `listen`?"),
        "{told}"
    );
    std::fs::remove_file(home.path().join("guanxi.toml")).unwrap();
    assert!(refused(&[], &["doctor", "--config", "gone.toml"]).contains("gone.toml"));
    assert!(
        refused(&[("GUANXI_PUBLIC_URL", "contacts")], &["doctor"])
            .contains("public_url `contacts`")
    );
    assert!(refused(&[], &["serve", "--database", "mysql://db"]).contains("postgres://"));
    let warned = text(&run(
        home.path(),
        &[("GUANXI_LISTN", "x")],
        &["corp", "list"],
    ));
    assert!(warned.contains("GUANXI_LISTN"), "{warned}");
}

#[test]
fn a_new_company_is_entered_by_its_owner() {
    let home = tempfile::tempdir().unwrap();
    let output = run(home.path(), &[], &[&CREATE[..], &["--json"]].concat());
    assert!(output.status.success(), "{}", text(&output));
    let made: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(made["corpid"].as_str().unwrap().len(), 18);
    assert_eq!(made["owner_mobile"], "+8613900000001");

    let refused = run(
        home.path(),
        &[],
        &[&CREATE[..6], &["--admin-mobile", "12"]].concat(),
    );
    assert!(
        text(&refused).contains("--admin-mobile"),
        "{}",
        text(&refused)
    );

    let server = Process::serve(Path::new(env!("CARGO_BIN_EXE_guanxi")), home.path(), &[]);
    let mut owner = Visitor::new(server.port());
    owner.sign_in(&server, "139 0000 0001");
    let page = owner.get("/");
    assert_eq!(page.status, 200);
    assert!(page.body.contains("青禾"));
}

#[test]
fn a_database_that_asks_for_tls_is_not_spoken_to_in_clear() {
    let home = tempfile::tempdir().unwrap();
    let url = "postgres://me:secret@127.0.0.1:1/x?sslmode=verify-full";
    for command in ["serve", "doctor", "migrate"] {
        let output = run(home.path(), &[], &[command, "--database", url]);
        assert!(!output.status.success(), "{command}");
        let told = text(&output);
        assert!(told.contains("sslmode asks for TLS"), "{command}: {told}");
    }
}

#[test]
fn the_doctor_tells_what_is_wrong_and_says_so_to_scripts() {
    let home = tempfile::tempdir().unwrap();
    let output = run(home.path(), &[], &["doctor"]);
    assert!(output.status.success(), "{}", text(&output));
    assert!(text(&output).contains("will be made at the first start"));

    assert!(text(&run(home.path(), &[], &["migrate"])).contains("made a new database"));
    assert!(text(&run(home.path(), &[], &["migrate"])).contains("nothing to do"));
    let told = text(&run(home.path(), &[], &["doctor"]));
    for line in [
        "journal_mode = wal",
        "synchronous = full",
        "as this binary needs it",
        "0 problems",
    ] {
        assert!(told.contains(line), "{line} is missing in {told}");
    }

    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = run(home.path(), &[], &["doctor", "--listen", &address]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains("cannot be used"));
    let output = run(
        home.path(),
        &[],
        &["doctor", "--public-url", "http://contacts.example.com"],
    );
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("is not encrypted"));
    let output = run(
        home.path(),
        &[],
        &["doctor", "--database", "postgres://me:secret@127.0.0.1:1/x"],
    );
    assert_eq!(output.status.code(), Some(1));
    assert!(!text(&output).contains("secret"), "{}", text(&output));
}

#[test]
fn the_doctor_looks_at_postgresql() {
    let Some(database) = guanxi_store::testing::Database::fresh() else {
        return;
    };
    let url = database.url();
    let home = tempfile::tempdir().unwrap();
    let told = text(&run(
        home.path(),
        &[("GUANXI_DATABASE", url.as_str())],
        &["doctor"],
    ));
    assert!(
        told.contains("PostgreSQL ") && told.contains("to come: 0001 house"),
        "{told}"
    );
    let told = text(&run(
        home.path(),
        &[("GUANXI_DATABASE", url.as_str())],
        &["migrate"],
    ));
    assert!(told.contains("applied 0001 house"), "{told}");
    let told = text(&run(
        home.path(),
        &[("GUANXI_DATABASE", url.as_str())],
        &["doctor"],
    ));
    assert!(
        told.contains("as this binary needs it") && told.contains("ms from the database's"),
        "{told}"
    );
}

#[test]
fn an_altered_audit_log_is_found_out() {
    let home = tempfile::tempdir().unwrap();
    assert!(run(home.path(), &[], &CREATE).status.success());
    let output = run(home.path(), &[], &["audit", "verify"]);
    assert!(
        output.status.success() && text(&output).contains("whole"),
        "{}",
        text(&output)
    );
    let line = text(&output);
    let words: Vec<&str> = line.split_whitespace().collect();
    let (corpid, head) = (words[0], words[2]);
    let known = ["audit", "verify", "--corpid", corpid, "--known", head];
    assert!(run(home.path(), &[], &known).status.success());

    let options = Options::sqlite(home.path().join("guanxi-data/guanxi.db"));
    let store = Store::open(&options).unwrap();
    let altered = store.write_blocking(|tx| {
        tx.execute(
            "UPDATE audit SET detail = '{}' WHERE seq = $1",
            params![1_i64],
        )
    });
    assert_eq!(altered, Ok(1));
    drop(store);
    let output = run(home.path(), &[], &["audit", "verify"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output).contains("NOT WHOLE at number 1: altered"),
        "{}",
        text(&output)
    );
}
