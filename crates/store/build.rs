//! Rebuilds the crate when a migration is added or changed; the compiler does not watch folders by itself.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
