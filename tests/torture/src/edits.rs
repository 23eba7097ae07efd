//! What somebody with a tool for databases could do to a file.

/// Statements that damage or forge, one a line.
const EDITS: &str = include_str!("edits.sql");

/// The statements.
#[must_use]
pub fn edits() -> Vec<&'static str> {
    EDITS.lines().filter(|line| !line.is_empty() && !line.starts_with("--")).collect()
}

/// Whether a statement is about a table or a column that is no more: it would try nothing.
#[must_use]
pub fn is_stale(error: &rusqlite::Error) -> bool {
    let said = error.to_string();
    said.contains("no such") || said.contains("syntax error") || said.contains("values were supplied")
}

// Here and not beside the harness: no test of a program's own is run, so that it is compiled once.
#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome;
    use rusqlite::Connection;
    use std::fs;

    #[test]
    fn every_edit_is_of_the_schema_that_there_is() -> Outcome {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("cases");
        casekit::CaseKit::open(&path)?.close()?;
        for edit in edits() {
            let copy = folder.path().join("copy");
            fs::copy(&path, &copy)?;
            let done = Connection::open(&copy)?.execute_batch(edit);
            assert!(!done.as_ref().is_err_and(is_stale), "{edit}: {done:?}");
        }
        Ok(())
    }
}
