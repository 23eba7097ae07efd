//! The files that sources found, each under `files/` in the package.

use std::collections::{BTreeMap, BTreeSet};

use casekit_core::model::{ColumnKind, DataValue, SourceFile};
use casekit_core::release::PackageTable;

use super::name::plain;

/// The files of a package, by the places of their cells.
#[derive(Default)]
pub(super) struct Files(BTreeMap<Cell, Attached>);

/// The table, the row and the column of a cell, each from 0.
type Cell = (usize, usize, usize);

/// A file of a source, and where it stands in the package.
pub(super) struct Attached {
    pub(super) path: String,
    pub(super) name: String,
    pub(super) media_type: String,
}

impl Files {
    /// Every file in these tables, which fit their columns. They are numbered from 1, in the order of tables, rows and columns.
    pub(super) fn of(tables: &[PackageTable]) -> Self {
        let mut files = BTreeMap::new();
        let mut taken = BTreeSet::new();
        for (table, one) in tables.iter().enumerate() {
            for (row, cells) in one.rows.iter().enumerate() {
                for (column, (value, (_, kind))) in cells.iter().zip(&one.columns).enumerate() {
                    let DataValue::Text(text) = value else { continue };
                    let named = (*kind == ColumnKind::File).then(|| SourceFile::named(text)).flatten();
                    let Some((name, media_type)) = named else { continue };
                    let path = path(taken.len() + 1, &name);
                    taken.insert(path.clone());
                    let media_type = media_type.to_owned();
                    files.insert((table, row, column), Attached { path, name, media_type });
                }
            }
        }
        Self(files)
    }

    /// The file in a cell; `None` if the cell has none.
    pub(super) fn at(&self, table: usize, row: usize, column: usize) -> Option<&Attached> {
        self.0.get(&(table, row, column))
    }

    /// Every file with its bytes, in order; the bytes of one are held at a time.
    pub(super) fn each<'a>(
        &'a self,
        tables: &'a [PackageTable],
    ) -> impl Iterator<Item = (&'a Attached, Vec<u8>)> {
        self.0.iter().filter_map(|((table, row, column), attached)| {
            let value = tables.get(*table)?.rows.get(*row)?.get(*column)?;
            let DataValue::Text(text) = value else { return None };
            Some((attached, SourceFile::of(text)?.bytes))
        })
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

/// A path that every file system allows, whatever the file is called: its number keeps names apart, and its ending is kept as far as
/// it is letters and digits, so that the person's computer knows what opens it.
fn path(number: usize, name: &str) -> String {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let ending: String = ending.chars().filter(char::is_ascii_alphanumeric).take(10).collect();
    let ending = if ending.is_empty() { String::new() } else { format!(".{}", ending.to_ascii_lowercase()) };
    format!("files/{number}-{}{ending}", plain(stem, "file"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::EntryName;

    #[test]
    fn whatever_a_file_is_called_its_path_is_a_good_name() {
        assert_eq!(path(1, "Vertrag München.PDF"), "files/1-vertrag-munchen.pdf");
        assert_eq!(path(2, "عقد.pdf"), "files/2-file.pdf");
        let long = "x".repeat(200);
        for name in ["con", "..", ".htaccess", "a.b/c", "x.<script>", "نص", long.as_str(), "a. "] {
            assert!(EntryName::parse(&path(7, name)).is_ok(), "{name:?}: {}", path(7, name));
        }
    }
}
