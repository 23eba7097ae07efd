//! Stage 1: what casekit-ffi declares again is what core says, and what is generated of a small core.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod small_core;

use camino::{Utf8Path, Utf8PathBuf};
use casekit_bindgen::core_source::Sources;
use casekit_bindgen::mirrors;

/// The root of the project.
fn root() -> Utf8PathBuf {
    Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn ours() -> Sources {
    Sources::read(&root(), &mirrors::folders()).unwrap()
}

/// Our sources with one text in a file replaced.
fn ours_but(path: &str, text: &str, by: &str) -> Sources {
    let mut sources = ours();
    let file = sources.text(Utf8Path::new(path)).unwrap();
    assert!(file.contains(text), "{path} has no `{text}`");
    let changed = file.replacen(text, by, 1);
    sources.put(path, changed);
    sources
}

/// Why our sources, with one text replaced, are not what is kept.
fn refused(path: &str, text: &str, by: &str) -> String {
    let made = mirrors::of(&ours_but(path, text, by), &root()).and_then(|kept| kept.compare(&root()));
    format!("{:#}", made.unwrap_err())
}

#[test]
fn casekit_ffi_declares_what_core_says() {
    let kept = mirrors::of(&ours(), &root()).unwrap();
    if let Err(error) = kept.compare(&root()) {
        panic!("{error}");
    }
}

#[test]
fn other_words_in_core_are_other_words_in_the_mirror() {
    let why = refused("casekit-core/src/command/case.rs", "One line of 1 to 200 characters.", "One line.");
    assert!(why.contains("run `make generate`"), "{why}");
    let line =
        "types/command/case.rs:11: is `/// One line of 1 to 200 characters.`, should be `/// One line.`";
    assert!(why.contains(line), "{why}");
}

#[test]
fn a_field_that_core_adds_is_missing_in_the_mirror() {
    let field = "pub customer: Option<CustomerId>,";
    let two = format!("{field}\n    /// When.\n    pub due: Option<String>,");
    let why = refused("casekit-core/src/command/case.rs", field, &two);
    assert!(why.contains("should be `/// When.`"), "{why}");
}

#[test]
fn a_method_that_core_adds_is_missing_or_cannot_pass_through() {
    let path = "casekit-core/src/desk/cases.rs";
    let begin = "impl Desk {";
    let one = format!(
        "{begin}\n    /// Counts.\n    pub fn counted(&self, text: &str) -> Result<u64, Error> {{ Ok(0) }}\n"
    );
    let why = refused(path, begin, &one);
    assert!(why.contains("pass_through/cases.rs") && why.contains("should be `/// Counts.`"), "{why}");

    let two = format!(
        "{begin}\n    /// Asks.\n    pub fn asked(&self, ask: impl Fn(u64)) -> Result<u64, Error> {{ Ok(0) }}\n"
    );
    let why = refused(path, begin, &two);
    assert!(
        why.starts_with("`Desk::asked` cannot pass through: write it by hand in casekit-ffi/src/desk"),
        "{why}"
    );
    assert!(why.ends_with("`impl Fn(u64)` cannot cross to hosts"), "{why}");
}

#[test]
fn a_type_that_the_facade_does_not_show_is_named() {
    let why = refused("src/lib.rs", "BlobId, CaseId,", "CaseId,");
    assert!(why.contains("the crate `casekit` has no `BlobId`: re-export it in src/lib.rs"), "{why}");
}

#[test]
fn what_is_said_by_hand_of_a_method_is_what_core_says() {
    let why = refused("casekit-core/src/desk/notes.rs", "Replies to a note.", "Answers a note.");
    assert!(why.starts_with("casekit-ffi says of `Desk::reply` what core does not say"), "{why}");
}

#[test]
fn an_answer_or_a_command_that_could_not_grow_is_named() {
    let mark = "#[cfg_attr(not(feature = \"exhaustive\"), non_exhaustive)]\npub struct RaisedCase";
    let why = refused("casekit-core/src/desk/receipt.rs", mark, "pub struct RaisedCase");
    assert!(
        why.starts_with("what hosts get and never make can grow, and so can commands: mark with"),
        "{why}"
    );
    assert!(why.ends_with("`RaisedCase` in `casekit_core::desk::receipt`"), "{why}");

    let mark = "#[cfg_attr(not(feature = \"exhaustive\"), non_exhaustive)]\npub struct NewCase";
    let why = refused("casekit-core/src/command/case.rs", mark, "pub struct NewCase");
    assert!(why.ends_with("`NewCase` in `casekit_core::command::case`"), "{why}");
}

#[test]
fn an_exception_that_is_none_any_more_is_named() {
    let why = refused("casekit-core/src/desk/export.rs", "pub fn end_export", "pub(crate) fn end_export");
    assert!(why.starts_with("core's desk has no `end_export` any more"), "{why}");
}
