//! What must hold of any bytes.
//!
//! A target is made of bytes and panics if a promise is broken. `cargo fuzz` looks for bytes that break one, guided by what
//! they reach in the code; what it kept on the way lies in `corpora`, and every run of the tests goes through it.

mod commands;
mod definitions;
mod files;
mod imports;
mod pair;
mod tables;
mod texts;

/// A target.
pub type Target = fn(&[u8]);

/// Every target, by its name in `corpora` and in `targets`.
pub const TARGETS: [(&str, Target); 8] = [
    ("commands", commands::commands),
    ("csv", tables::csv),
    ("definitions", definitions::definitions),
    ("files", files::files),
    ("imports", imports::imports),
    ("numbers", texts::numbers),
    ("search", texts::search),
    ("settings", definitions::settings),
];

/// Runs a target of this name.
///
/// # Panics
/// If there is none, or a promise is broken.
pub fn run(name: &str, bytes: &[u8]) {
    let (_, target) = TARGETS.iter().find(|(named, _)| *named == name).expect("a target of this name");
    target(bytes);
}
