//! Stage 3: the page of costs and limits is what the documentation of every method says.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use camino::{Utf8Path, Utf8PathBuf};
use casekit_bindgen::core_source::Sources;
use casekit_bindgen::limits;

/// The root of the project.
fn root() -> Utf8PathBuf {
    Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Why our sources, with one text in a file replaced, are not what is kept.
fn refused(path: &str, text: &str, by: &str) -> String {
    let mut sources = Sources::read(&root(), &limits::folders()).unwrap();
    let file = sources.text(Utf8Path::new(path)).unwrap();
    assert!(file.contains(text), "{path} has no `{text}`");
    let changed = file.replacen(text, by, 1);
    sources.put(path, changed);
    let made = limits::of(&sources).and_then(|kept| kept.compare(&root()));
    format!("{:#}", made.unwrap_err())
}

#[test]
fn the_page_of_limits_is_what_the_documentation_says() {
    let sources = Sources::read(&root(), &limits::folders()).unwrap();
    if let Err(error) = limits::of(&sources).and_then(|kept| kept.compare(&root())) {
        panic!("{error:#}");
    }
}

#[test]
fn a_method_without_a_cost_is_named_wherever_it_is() {
    let bare = "\n    /// Counts.\n    pub fn tallied(&self) -> Result<u64, Error> {\n        Ok(0)\n    }\n";
    for (path, begin, name) in [
        ("casekit-core/src/desk/cases.rs", "impl Desk {", "`Desk::tallied` in `casekit_core::desk::cases`"),
        ("src/kit.rs", "impl CaseKit {", "`CaseKit::tallied` in `casekit::kit`"),
        (
            "casekit-export/src/source.rs",
            "impl CsvSource {",
            "`CsvSource::tallied` in `casekit_export::source`",
        ),
        (
            "casekit-ffi/src/report.rs",
            "#[uniffi::export]\nimpl Desk {",
            "`Desk::tallied` in `casekit-ffi/src/report.rs`",
        ),
    ] {
        let why = refused(path, begin, &format!("{begin}{bare}"));
        assert!(
            why.starts_with("every public method needs a section `# Cost`: what it reads and writes"),
            "{why}"
        );
        assert!(why.ends_with(&format!("\n  {name}")), "{why}");
    }
}

#[test]
fn another_limit_is_another_page_and_another_sentence() {
    let (path, greatest) = ("casekit-core/src/model.rs", "pub const CREDENTIALS: usize = 50;");
    let why = refused(path, greatest, "pub const CREDENTIALS: usize = 1_000;");
    assert!(why.contains("docs/limits.md:") && why.contains("should be `| `CREDENTIALS` | 1,000 |"), "{why}");
    let why = refused(path, "pub const LONG_TEXT: usize = 100_000;", "pub const LONG_TEXT: usize = 90_000;");
    let said = "` names the limit 100000, which no constant in core's module `limits` has";
    assert!(why.starts_with('`') && why.contains(said), "{why}");
}
