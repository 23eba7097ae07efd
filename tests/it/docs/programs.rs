//! Programs in the pages: something compiles or runs each of them.

use super::tree::texts;

/// Languages of code blocks, the pages that may have them, and who runs or compares them there.
const RUN_BY: &[(&str, &[(&str, &str)])] = &[
    (
        "rust",
        &[
            ("README.md", "the documentation tests of `casekit`"),
            ("docs/guide-data-requests.md", "the documentation tests of `casekit`"),
            ("docs/guide-embedders.md", "the documentation tests of `casekit`"),
            ("docs/guide-operations.md", "the documentation tests of `casekit`"),
            ("docs/guide-postgres.md", "the documentation tests of `casekit`"),
            ("docs/guide-stores.md", "the documentation tests of `casekit`"),
        ],
    ),
    (
        "python",
        &[
            ("README.md", "casekit-ffi/python/tests/test_docs.py"),
            ("casekit-ffi/python/README.md", "casekit-ffi/python/tests/test_docs.py"),
            ("docs/forks.md", "casekit-ffi/python/tests/test_docs_forks.py"),
            ("docs/webform-delivery.md", "casekit-ffi/python/tests/test_docs.py"),
        ],
    ),
    (
        "kotlin",
        &[("casekit-ffi/kotlin/README.md", "casekit-ffi/kotlin/src/test/kotlin/casekit/ReadmeTest.kt")],
    ),
    ("java", &[("casekit-ffi/kotlin/README.md", "casekit-ffi/kotlin/src/test/java/outside/JavaTest.java")]),
    ("swift", &[("casekit-ffi/swift/README.md", "casekit-ffi/swift/Tests/CasekitTests/ProcessTests.swift")]),
    (
        "sql",
        &[
            ("docs/file-format.md", "tests/it/file_format.rs"),
            ("docs/guide-postgres.md", "casekit-postgres/tests/it/guide.rs"),
        ],
    ),
    ("example", &[("docs/file-format.md", "tests/it/file_format.rs")]),
    ("json", &[("docs/package-manifest.md", "the manifest's test in casekit-export")]),
];

/// Blocks that are no programs of ours: commands for a shell, layouts, settings of other tools.
const NO_PROGRAMS: [&str; 6] = ["sh", "text", "toml", "ini", "groovy", "xml"];

#[test]
fn every_program_of_a_page_is_run_by_something() {
    let mut orphans = Vec::new();
    for page in texts().iter().filter(|text| text.is_page()) {
        let path = page.path.to_string_lossy().into_owned();
        for language in languages(&page.content).filter(|language| !NO_PROGRAMS.contains(language)) {
            let known = RUN_BY.iter().find(|(of, _)| *of == language);
            if !known.is_some_and(|(_, pages)| pages.iter().any(|(page, _)| *page == path)) {
                orphans.push(format!("{path}: `{language}`"));
            }
        }
    }
    assert_eq!(orphans, Vec::<String>::new());
}

/// The first word after the marks of each block.
fn languages(page: &str) -> impl Iterator<Item = &str> {
    let fences = page.lines().filter_map(|line| line.trim_start().strip_prefix("```"));
    let opening = fences.step_by(2);
    opening.map(|words| words.split([' ', ',']).next().unwrap_or_default())
}
