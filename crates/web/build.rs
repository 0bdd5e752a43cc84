//! Rebuilds the crate when an embedded file changes, which `include_dir` alone does not notice.
fn main() {
    println!("cargo::rerun-if-changed=assets");
    println!("cargo::rerun-if-changed=locales");
}
