//! A disk that is full, and one that cannot be written to.

use std::{io::Write as _, path::Path, process::Command, time::Instant};

use guanxi_testkit::{http, process::Process};

use crate::{
    Acknowledged, BINARY, PATIENCE, ask, ask_until_refused, check, company_in, wait_for_ready,
};

/// A small disk in memory, which only root can mount.
struct Disk(tempfile::TempDir);

impl Disk {
    /// `None` where disks cannot be mounted.
    fn mount(megabytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let size = format!("size={megabytes}m");
        let path = folder.path().display().to_string();
        let disk = Self(folder);
        if is_done("mount", &["-t", "tmpfs", "-o", &size, "tmpfs", &path]) {
            return Some(disk);
        }
        eprintln!("skipped: a disk of its own can be mounted by root alone");
        None
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn remount(&self, how: &str) {
        let path = self.path().display().to_string();
        let (how, started) = (format!("remount,{how}"), Instant::now());
        // The system refuses as long as the threads of a store that was closed have files open.
        while !is_done("mount", &["-o", &how, &path]) {
            assert!(started.elapsed() < PATIENCE, "{how} is refused");
            std::thread::yield_now();
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        is_done("umount", &["-l", &self.path().display().to_string()]);
    }
}

fn is_done(program: &str, arguments: &[&str]) -> bool {
    let output = Command::new(program).args(arguments).output();
    output.is_ok_and(|output| output.status.success())
}

#[test]
fn a_full_disk_is_told_and_over_when_there_is_room() {
    let Some(disk) = Disk::mount(32) else { return };
    let (options, corp, clients) = company_in(disk.path());
    let mut process = Process::serve(Path::new(BINARY), disk.path(), &[]);
    let (mut next, known) = (0, Acknowledged::default());
    let filler = disk.path().join("filler");
    let mut file = std::fs::File::create(&filler).expect("a file");
    while file.write_all(&[0; 4096]).is_ok() {}

    let refused = ask_until_refused(process.port(), &clients, &mut next, &known);
    assert!(refused.head.contains("retry-after"), "{}", refused.head);
    // A small write may still find room, so whether the server is ready may change from moment to moment.
    // The log comes by a pipe and may be behind the answer.
    let started = Instant::now();
    while !process
        .stderr()
        .contains("the disk of the database is full")
    {
        assert!(started.elapsed() < PATIENCE, "{}", process.stderr());
        std::thread::yield_now();
    }
    let page = http::call(
        process.port(),
        "/directory",
        &clients[0].cookie,
        None,
        PATIENCE,
    );
    assert_eq!(page.expect("an answer").status, 200, "reading goes on");

    drop(file);
    std::fs::remove_file(&filler).expect("the file goes");
    let (_, took) = wait_for_ready(&process, 200);
    println!("ready {took:?} after there was room");
    next += 1;
    let answer = ask(process.port(), &clients, next, &known).expect("an answer");
    assert_eq!(answer.status, 303, "{}", answer.body);
    process.stop();
    check(&options, corp.id, &clients, &known);
}

#[test]
fn a_disk_without_writing_is_told_at_the_start() {
    let Some(disk) = Disk::mount(32) else { return };
    let (options, corp, clients) = company_in(disk.path());
    disk.remount("ro");
    let output = Command::new(BINARY)
        .args(["serve", "--listen", "127.0.0.1:0"])
        .current_dir(disk.path())
        .output()
        .expect("the binary runs");
    let says = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{says}");
    assert!(
        says.contains("the database file cannot be opened"),
        "{says}"
    );
    disk.remount("rw");
    // An orderly run seals what the preparation left.
    Process::serve(Path::new(BINARY), disk.path(), &[]).stop();
    check(&options, corp.id, &clients, &Acknowledged::default());
}
