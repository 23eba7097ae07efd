//! The paths of the tables in a package.

use std::collections::BTreeSet;

use casekit_core::release::PackageTable;
use casekit_core::text;

/// The paths of a table's files.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Place {
    pub(super) csv: String,
    pub(super) json: String,
}

/// The paths for each table: `data/<n>-<source>/<table>`, where `n` counts the sources from 1. A table of which no column is shown
/// has no files.
pub(super) fn places(tables: &[PackageTable]) -> Vec<Option<Place>> {
    let mut sources: Vec<&str> = Vec::new();
    let mut taken = BTreeSet::new();
    tables
        .iter()
        .map(|table| {
            let known = sources.iter().position(|source| *source == table.source);
            let n = known.unwrap_or(sources.len()) + 1;
            if known.is_none() {
                sources.push(&table.source);
            }
            if table.columns.is_empty() {
                return None;
            }
            let stem = format!("data/{n}-{}/{}", plain(&table.source, "source"), file_stem(&table.name));
            let free = (1_usize..)
                .map(|again| if again == 1 { stem.clone() } else { format!("{stem}-{again}") })
                .find(|name| !taken.contains(name))
                .unwrap_or(stem);
            taken.insert(free.clone());
            Some(Place { csv: format!("{free}.csv"), json: format!("{free}.json") })
        })
        .collect()
}

/// A name for a file that is not a device on Windows, which opens even `con.csv` as one.
fn file_stem(name: &str) -> String {
    let plain = plain(name, "table");
    let numbered =
        |kind: &str| plain.strip_prefix(kind).is_some_and(|n| n.len() == 1 && n.parse::<u8>().is_ok());
    let device =
        matches!(plain.as_str(), "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt");
    if device { format!("table-{plain}") } else { plain }
}

/// The letters and digits of a name that every file system allows, 40 characters at most.
pub(super) fn plain(name: &str, otherwise: &str) -> String {
    let folded = text::folded(name);
    let words = folded.split(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit());
    let joined = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-");
    let cut: String = joined.chars().take(40).collect();
    let cut = cut.trim_matches('-');
    if cut.is_empty() { otherwise.to_owned() } else { cut.to_owned() }
}

#[cfg(test)]
mod tests {
    use casekit_core::model::ColumnKind;

    use super::*;
    use crate::archive::EntryName;

    fn csvs(names: &[(&str, &str)]) -> Vec<String> {
        let tables: Vec<_> = names
            .iter()
            .map(|(source, name)| PackageTable {
                source: (*source).into(),
                name: (*name).into(),
                columns: vec![("a".into(), ColumnKind::Text)],
                rows: vec![],
                hidden: vec![],
            })
            .collect();
        places(&tables).into_iter().flatten().map(|place| place.csv).collect()
    }

    #[test]
    fn sources_are_counted_and_names_made_plain() {
        let found = csvs(&[("profile", "customer"), ("crm", "Kunden München"), ("crm", "open_orders")]);
        let expected =
            ["data/1-profile/customer.csv", "data/2-crm/kunden-munchen.csv", "data/2-crm/open-orders.csv"];
        assert_eq!(found, expected);
    }

    #[test]
    fn names_that_fall_together_are_told_apart() {
        let found = csvs(&[("a", "Orders"), ("a", "orders"), ("A", "orders"), ("a", "注文"), ("a", "注")]);
        let expected = [
            "data/1-a/orders.csv",
            "data/1-a/orders-2.csv",
            "data/2-a/orders.csv",
            "data/1-a/table.csv",
            "data/1-a/table-2.csv",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn whatever_tables_are_called_their_places_are_good_names() {
        let long = "x".repeat(500);
        for name in ["../../etc/passwd", "", "nul", "COM1", ".", "a\0b", "C:\\x", &long, "-", "_", "=1+1"] {
            let found = csvs(&[(name, name)]);
            assert!(EntryName::parse(&found[0]).is_ok(), "{name:?} {found:?}");
        }
    }
}
