//! `guanxi backup` and `guanxi restore`, as an operator runs them.

use std::{fs, path::Path};

use guanxi_store::{Options, Store, params};
use guanxi_testkit::process::Process;

use crate::visitor::{Visitor, run, text};

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

/// A folder with a company in it.
fn house() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    let made = run(home.path(), &[], &CREATE);
    assert!(made.status.success(), "{}", text(&made));
    home
}

fn database(home: &Path) -> std::path::PathBuf {
    home.join("guanxi-data/guanxi.db")
}

/// Runs a command that must succeed, and returns what it printed.
fn done(home: &Path, arguments: &[&str]) -> String {
    let output = run(home, &[], arguments);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output));
    text(&output)
}

/// Runs a command that must fail, and returns what it printed.
fn refused(home: &Path, arguments: &[&str]) -> String {
    let output = run(home, &[], arguments);
    assert!(!output.status.success(), "{arguments:?}: {}", text(&output));
    text(&output)
}

fn json(home: &Path, arguments: &[&str]) -> serde_json::Value {
    let output = run(home, &[], arguments);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Names of companies in a database.
fn companies(home: &Path) -> usize {
    done(home, &["corp", "list"]).lines().count()
}

/// Files of the data folder that belong to no database in use.
fn kept(home: &Path) -> Vec<String> {
    let files = fs::read_dir(home.join("guanxi-data")).unwrap();
    let mut names: Vec<String> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        // A process that has just ended may leave the log of the database in use beside it.
        .filter(|name| !name.starts_with("guanxi.db") || name.contains(".before-restore-"))
        .collect();
    names.sort();
    names
}

#[test]
fn a_backup_is_one_file_that_nobody_else_reads_and_that_is_never_overwritten() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = house();
    let told = done(home.path(), &["backup", "copy.db"]);
    for word in ["backed up", "copy.db", "sha256 ", "whole    1:"] {
        assert!(told.contains(word), "{word} is missing in {told}");
    }
    let copy = home.path().join("copy.db");
    let before = fs::read(&copy).unwrap();
    assert_eq!(
        fs::metadata(&copy).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let told = refused(home.path(), &["backup", "copy.db"]);
    assert!(told.contains("copy.db exists already"), "{told}");
    assert_eq!(fs::read(&copy).unwrap(), before);
    assert!(refused(home.path(), &["backup", "no/such/folder.db"]).contains("cannot write"));
    let elsewhere = tempfile::tempdir().unwrap();
    assert!(refused(elsewhere.path(), &["backup", "copy.db"]).contains("there is no file"));

    let files = fs::read_dir(home.path()).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    assert_eq!(names, ["copy.db", "guanxi-data"], "no draft is left");
}

#[test]
fn a_restore_keeps_the_old_database_and_leaves_no_log_of_it() {
    let home = house();
    let told = json(home.path(), &["backup", "copy.db", "--json"]);
    let sum = told["sha256"].as_str().unwrap().to_owned();
    assert_eq!(told["corps"][0]["whole"], true);
    // What comes after the backup stands in the log of the old database, as if its server had been killed.
    assert_eq!(companies(home.path()), 1);
    done(home.path(), &CREATE);
    assert_eq!(companies(home.path()), 2);
    let leave_log = |sql: &'static str| {
        let options = Options::sqlite(database(home.path()));
        let store = Store::open(&options).unwrap();
        store
            .write_blocking(move |tx| tx.execute(sql, &[]))
            .unwrap();
        let (wal, aside) = (
            home.path().join("guanxi-data/guanxi.db-wal"),
            home.path().join("wal"),
        );
        fs::copy(&wal, &aside).unwrap();
        drop(store);
        fs::rename(&aside, &wal).unwrap();
    };
    leave_log("UPDATE person SET name = 'changed'");

    let told = json(
        home.path(),
        &["restore", "copy.db", "--sha256", &sum, "--json"],
    );
    let aside = told["kept"].as_str().unwrap().to_owned();
    assert!(aside.contains("guanxi.db.before-restore-"), "{aside}");
    assert_eq!(kept(home.path()).len(), 1, "{:?}", kept(home.path()));
    assert_eq!(companies(home.path()), 1);
    assert!(done(home.path(), &["audit", "verify"]).contains("whole"));

    // The old one is a database still, and can be restored in its turn.
    let aside = home.path().join(aside);
    done(home.path(), &["restore", aside.to_str().unwrap()]);
    assert_eq!(companies(home.path()), 2);
    assert!(
        home.path().join("copy.db").exists(),
        "the backup is as it was"
    );
}

#[test]
fn a_restore_refuses_what_is_not_whole_and_keeps_what_is_there() {
    let home = house();
    done(home.path(), &["backup", "copy.db"]);
    let there = fs::read(database(home.path())).unwrap();
    let refuse = |name: &str, bytes: &[u8], arguments: &[&str]| {
        fs::write(home.path().join(name), bytes).unwrap();
        let told = refused(home.path(), &[&["restore", name], arguments].concat());
        assert_eq!(fs::read(database(home.path())).unwrap(), there, "{told}");
        assert_eq!(kept(home.path()), Vec::<String>::new(), "{told}");
        told
    };
    let copy = fs::read(home.path().join("copy.db")).unwrap();
    assert!(refuse("half.db", &copy[..copy.len() / 2], &[]).contains("not a whole database"));
    assert!(refuse("text.db", b"no database at all", &[]).contains("not a whole database"));
    assert!(refuse("empty.db", b"", &[]).contains("no tables of guanxi"));
    let mut other = copy.clone();
    other.push(0);
    let sum = json(home.path(), &["backup", "again.db", "--json"]);
    let sum = sum["sha256"].as_str().unwrap();
    assert!(refuse("other.db", &other, &["--sha256", sum]).contains("is not the file expected"));
    assert!(refused(home.path(), &["restore", "gone.db"]).contains("there is no file"));

    // One whose log was altered is refused, too, unless the operator has no other.
    let meddled = tempfile::tempdir().unwrap();
    done(
        meddled.path(),
        &["restore", home.path().join("copy.db").to_str().unwrap()],
    );
    let store = Store::open(&Options::sqlite(database(meddled.path()))).unwrap();
    let sql = "UPDATE audit SET detail = '{}' WHERE seq = $1";
    let altered = store.write_blocking(move |tx| tx.execute(sql, params![1_i64]));
    assert_eq!(altered, Ok(1));
    drop(store);
    let output = run(meddled.path(), &[], &["backup", "broken.db"]);
    assert_eq!(
        output.status.code(),
        Some(1),
        "a backup is made and says so"
    );
    assert!(text(&output).contains("NOT WHOLE at number 1: altered"));
    let broken = fs::read(meddled.path().join("broken.db")).unwrap();
    assert!(refuse("broken.db", &broken, &[]).contains("--accept-broken-log"));
    let told = done(
        home.path(),
        &["restore", "broken.db", "--accept-broken-log"],
    );
    assert!(told.contains("NOT WHOLE"), "{told}");
}

#[test]
fn a_restore_waits_for_nobody_who_uses_the_database() {
    let home = house();
    done(home.path(), &["backup", "copy.db"]);
    let mut server = Process::serve(Path::new(env!("CARGO_BIN_EXE_guanxi")), home.path(), &[]);
    // A backup takes nothing away from the server.
    done(home.path(), &["backup", "while-it-runs.db"]);
    let told = refused(home.path(), &["restore", "copy.db"]);
    assert!(
        told.contains("in use") && told.contains("stop the server"),
        "{told}"
    );
    let mut visitor = Visitor::new(server.port());
    assert_eq!(visitor.get("/sign-in").status, 200);
    server.stop();
    done(home.path(), &["restore", "while-it-runs.db"]);
}

#[test]
fn a_damaged_database_gives_way_to_a_backup() {
    let home = house();
    done(home.path(), &["backup", "copy.db"]);
    fs::write(database(home.path()), vec![7; 40_000]).unwrap();
    fs::write(
        home.path().join("guanxi-data/guanxi.db-wal"),
        b"the log of it",
    )
    .unwrap();
    done(home.path(), &["restore", "copy.db"]);
    assert_eq!(companies(home.path()), 1);
    let kept = kept(home.path());
    assert_eq!(kept.len(), 2, "the damaged one and its log: {kept:?}");
    assert!(kept[0].contains(".before-restore-"), "{kept:?}");
    assert_eq!(kept[1], format!("{}-wal", kept[0]));
}

#[test]
fn postgresql_is_left_to_its_own_tools() {
    let home = tempfile::tempdir().unwrap();
    let url = "postgres://me:secret@127.0.0.1:1/x";
    for command in ["backup", "restore"] {
        let told = refused(home.path(), &[command, "copy.db", "--database", url]);
        assert!(
            told.contains("pg_dump") && told.contains("archiving"),
            "{told}"
        );
        assert!(!told.contains("secret"), "{told}");
    }
}

/// Status of the page of a code on a server that calls itself by a name.
fn page_of_code(home: &Path, public_url: &str, path: &str) -> (u16, String) {
    let arguments = ["--public-url", public_url];
    let mut server = Process::serve(Path::new(env!("CARGO_BIN_EXE_guanxi")), home, &arguments);
    let answer = Visitor::new(server.port()).get(path);
    server.stop();
    (answer.status, answer.body)
}

#[test]
fn a_token_leads_nowhere_where_its_database_was_restored_under_another_address() {
    let home = house();
    let binary = Path::new(env!("CARGO_BIN_EXE_guanxi"));
    let (here, there) = ("http://contacts.example.com", "http://test.example.net");
    let path = {
        let mut server = Process::serve(binary, home.path(), &["--public-url", here]);
        let mut owner = Visitor::new(server.port());
        owner.sign_in(&server, "139 0000 0001");
        let token = owner.token("/codes/new");
        let fields = [("_csrf", token.as_str()), ("name", "名片"), ("days", "0")];
        let made = owner.post("/codes/new", &fields);
        assert_eq!(made.status, 303, "{}", made.body);
        let page = owner.get(made.headers["location"].split('?').next().unwrap());
        let rest = page
            .body
            .split(&format!("{here}/q/"))
            .nth(1)
            .expect("the address of the code");
        let token: String = rest
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        done(home.path(), &["backup", "copy.db"]);
        server.stop();
        format!("/q/{token}")
    };
    let (status, page) = page_of_code(home.path(), here, &path);
    assert!(status == 200 && page.contains("林知夏"), "{status}");

    let copy = home.path().join("copy.db");
    let other = tempfile::tempdir().unwrap();
    done(other.path(), &["restore", copy.to_str().unwrap()]);
    let (status, page) = page_of_code(other.path(), there, &path);
    assert_eq!(
        status, 404,
        "a copy of the database takes no token of the original"
    );
    assert!(!page.contains("林知夏"));
    // On a new machine under the old address printed codes live on.
    let (status, page) = page_of_code(other.path(), here, &path);
    assert!(status == 200 && page.contains("林知夏"), "{status}");
}
