//! Links the released binary without symbols and with its relocations packed, which makes it a third smaller.

use std::{env, process::Command};

/// The first glibc whose loader reads packed relocations.
const READS_PACKED: (u32, u32) = (2, 36);

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let of = |name: &str| env::var(name).unwrap_or_default();
    let is_release = of("PROFILE") == "release";
    let is_glibc = of("CARGO_CFG_TARGET_OS") == "linux" && of("CARGO_CFG_TARGET_ENV") == "gnu";
    // A binary for elsewhere may meet an older loader; what is built here runs at least here.
    let is_here = of("HOST") == of("TARGET");
    // A profile of its own makes cargo forget `strip` for this crate.
    if is_release && of("CARGO_CFG_TARGET_OS") == "linux" {
        println!("cargo::rustc-link-arg-bins=-Wl,--strip-all");
    }
    if is_release && is_glibc && is_here && glibc() >= Some(READS_PACKED) {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// Version of the glibc of this machine, from a line such as `glibc 2.36`.
fn glibc() -> Option<(u32, u32)> {
    let answer = Command::new("getconf").arg("GNU_LIBC_VERSION").output();
    let text = String::from_utf8(answer.ok()?.stdout).ok()?;
    let (major, minor) = text.trim().rsplit_once(' ')?.1.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}
