//! A backup taken under load, and what it holds when it is restored elsewhere.

use std::{
    path::Path,
    process::Command,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
};

use guanxi_store::Options;
use guanxi_testkit::process::Process;

use crate::{Acknowledged, BINARY, check, company_in, kill::load};

const CLIENTS: usize = 6;
/// Requests acknowledged before each backup begins.
const BEFORE: usize = 150;
const BACKUPS: usize = 3;

fn guanxi(home: &Path, arguments: &[&str]) -> String {
    let output = Command::new(BINARY)
        .args(arguments)
        .current_dir(home)
        .output()
        .expect("the binary runs");
    let told = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success(), "{arguments:?}: {told}");
    told
}

/// What has been acknowledged up to now.
fn copy(known: &Acknowledged) -> Acknowledged {
    // Acceptances first: whoever accepted had been asked before.
    let accepted = known.accepted.lock().expect("no panic elsewhere").clone();
    let sent = known.sent.lock().expect("no panic elsewhere").clone();
    Acknowledged {
        sent: sent.into(),
        accepted: accepted.into(),
    }
}

fn count(known: &Acknowledged) -> usize {
    known.sent.lock().expect("no panic elsewhere").len()
}

#[test]
fn a_backup_under_load_holds_what_was_acknowledged_before_it() {
    let home = tempfile::tempdir().expect("a folder");
    let (_, corp, clients) = company_in(home.path());
    let mut process = Process::serve(Path::new(BINARY), home.path(), &[]);
    let (next, known) = (AtomicUsize::new(0), Acknowledged::default());
    let (is_over, port) = (AtomicBool::new(false), process.port());
    let mut before = Vec::new();
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..CLIENTS)
            .map(|_| scope.spawn(|| load(port, &clients, &next, &known, &is_over)))
            .collect();
        for number in 0..BACKUPS {
            let from = count(&known);
            while count(&known) < from + BEFORE {
                let is_at_work = writers.iter().any(|writer| !writer.is_finished());
                assert!(is_at_work, "the load goes on");
                std::thread::yield_now();
            }
            before.push(copy(&known));
            guanxi(home.path(), &["backup", &format!("copy-{number}.db")]);
        }
        is_over.store(true, Ordering::Relaxed);
    });
    process.stop();
    let after = copy(&known);
    assert!(count(&after) > count(&before[BACKUPS - 1]));
    for (number, before) in before.iter().enumerate() {
        let elsewhere = tempfile::tempdir().expect("a folder");
        let file = home.path().join(format!("copy-{number}.db"));
        let told = guanxi(
            elsewhere.path(),
            &["restore", file.to_str().expect("UTF-8")],
        );
        assert!(told.contains("whole"), "{told}");
        // What the copy caught before it was sealed, the next server seals.
        Process::serve(Path::new(BINARY), elsewhere.path(), &[]).stop();
        let told = guanxi(elsewhere.path(), &["audit", "verify"]);
        assert!(told.contains("whole"), "{told}");
        let options = Options::sqlite(elsewhere.path().join("guanxi-data/guanxi.db"));
        check(&options, corp.id, &clients, before);
        nothing_is_half_done(&options, &clients, &after);
    }
}

/// Of what was acknowledged after a backup began, each is in it whole or not at all.
fn nothing_is_half_done(options: &Options, clients: &[crate::Client], after: &Acknowledged) {
    let opened = guanxi_store::Store::open(options).expect("the store opens");
    let parties: Vec<_> = clients
        .iter()
        .map(|client| client.someone.party())
        .collect();
    let sent = after.sent.lock().expect("no panic elsewhere").clone();
    let read = opened.read_blocking(move |tx| -> guanxi_store::Result<()> {
        for &(from, to) in &sent {
            let (sender, recipient) = (parties[from], parties[to]);
            let request = guanxi_store::request::latest(tx, sender, recipient)?;
            let is_accepted =
                request.is_some_and(|one| one.state == guanxi_model::request::State::Accepted);
            for (one, other) in [(sender, recipient), (recipient, sender)] {
                let are = guanxi_store::contact::are_contacts(tx, one, other)?;
                assert_eq!(are, is_accepted, "{from} and {to}");
            }
        }
        Ok(())
    });
    read.expect("the store reads");
}
