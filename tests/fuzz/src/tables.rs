//! Files of other programs.

use std::fs;

use casekit::export::source::CsvSource;
use casekit::{DataSource, SourceQuestion};

use crate::pair::folder;

/// What two heading lines may be called, of which the first names people.
const KEY: &str = "key";

/// A file of comma-separated values: what is found of somebody is in it, in rows as wide as the heading.
pub(crate) fn csv(bytes: &[u8]) {
    let folder = folder();
    let path = folder.path().join("table.csv");
    fs::write(&path, bytes).unwrap();
    let source = CsvSource::new("shop", &path, KEY);
    let usable = source.check();
    for reference in ["1", "Ada", ""] {
        let question = SourceQuestion::new("C-000001", reference, "Ada Obi");
        let Ok(tables) = source.collect(&question) else { continue };
        usable.as_ref().expect("what can be collected can be checked");
        for table in tables {
            assert!(
                table.rows.iter().all(|row| row.len() == table.columns.len()),
                "a row is as wide as its heading"
            );
            assert!(table.columns.iter().all(|column| !column.name.is_empty()), "a column has a name");
        }
    }
}
