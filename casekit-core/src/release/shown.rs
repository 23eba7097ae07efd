//! Which parts of a stored table are shown to the person who asked, and which are hidden.

use std::collections::{BTreeMap, BTreeSet};

use super::HiddenPart;
use crate::field::FieldRule;
use crate::model::{ColumnKind, DataValue, FrozenPlace, Redaction, RedactionTarget, SnapshotTable};

/// A stored table as it is sent: without its hidden parts.
pub(crate) struct Shown<'a> {
    table: &'a SnapshotTable,
    hidden: BTreeMap<&'a RedactionTarget, &'a Redaction>,
    /// Whether each column of the table is shown.
    columns: Vec<bool>,
    /// The numbers of the hidden rows, from 1.
    rows: BTreeSet<u64>,
    /// The indexes of the columns of hidden cells, by the number of the row.
    cells: BTreeMap<u64, Vec<usize>>,
}

impl<'a> Shown<'a> {
    /// The table with this index without the parts that these redactions hide. Redactions of other tables are ignored.
    ///
    /// Parts are found by their place, so that a column stays hidden whatever it is called.
    pub(crate) fn of(index: usize, table: &'a SnapshotTable, redactions: &'a [Redaction]) -> Self {
        let mine = redactions.iter().filter(|one| one.place.table as usize == index);
        let mut shown = Self {
            table,
            hidden: mine.map(|one| (&one.target, one)).collect(),
            columns: vec![true; table.columns.len()],
            rows: BTreeSet::new(),
            cells: BTreeMap::new(),
        };
        for (target, one) in &shown.hidden {
            let place = one.place.column.map(|column| column as usize);
            match target {
                RedactionTarget::Column(_) => {
                    if let Some(column) = place.and_then(|place| shown.columns.get_mut(place)) {
                        *column = false;
                    }
                }
                RedactionTarget::Row(row) => drop(shown.rows.insert(*row)),
                RedactionTarget::Cell { row, .. } => shown.cells.entry(*row).or_default().extend(place),
            }
        }
        shown
    }

    /// The name and kind of each column that is shown, in order.
    pub(crate) fn columns(&self) -> Vec<(&'a str, ColumnKind)> {
        let columns = self.table.columns.iter().zip(&self.columns);
        columns.filter(|(_, shown)| **shown).map(|(column, _)| (column.name.as_str(), column.kind)).collect()
    }

    /// The number of rows that are shown.
    pub(crate) fn rows(&self) -> u64 {
        self.table.rows.saturating_sub(self.rows.range(1..=self.table.rows).count() as u64)
    }

    /// The cells of a row that are shown; `None` if the row is hidden. A hidden cell is shown as no value.
    pub(crate) fn row(&self, number: u64, mut cells: Vec<DataValue>) -> Option<Vec<DataValue>> {
        if self.rows.contains(&number) {
            return None;
        }
        for place in self.cells.get(&number).into_iter().flatten() {
            if let Some(cell) = cells.get_mut(*place) {
                *cell = DataValue::Null;
            }
        }
        let shown = cells.into_iter().zip(&self.columns).filter(|(_, shown)| **shown);
        Some(shown.map(|(cell, _)| cell).collect())
    }

    /// The hidden parts, in the order of `RedactionTarget`.
    pub(crate) fn hidden(&self) -> BTreeSet<&'a RedactionTarget> {
        self.hidden.keys().copied().collect()
    }

    /// The hidden parts in the same order, each with its reason.
    pub(crate) fn hidden_parts(&self) -> Vec<HiddenPart> {
        let part =
            |one: &&Redaction| HiddenPart { target: one.target.clone(), reason: one.reason.to_string() };
        self.hidden.values().map(part).collect()
    }
}

/// Where a part of a table is in these tables; `None` if there is no such part.
#[must_use]
pub(crate) fn place_of(
    tables: &[SnapshotTable],
    source: &str,
    table: &str,
    target: &RedactionTarget,
) -> Option<FrozenPlace> {
    let (index, found) = (0..).zip(tables).find(|(_, one)| one.source == source && one.name == table)?;
    if target.row().is_some_and(|row| !(1..=found.rows).contains(&row)) {
        return None;
    }
    let column = match target.column() {
        Some(name) => Some((0..).zip(&found.columns).find(|(_, column)| column.name == name)?.0),
        None => None,
    };
    Some(FrozenPlace { table: index, column })
}

/// Which part of a place is not in these tables, and what there is instead: the field `source`, `table`, `column` or `row`.
pub(crate) fn not_there(
    tables: &[SnapshotTable],
    source: &str,
    table: &str,
    target: Option<&RedactionTarget>,
) -> (&'static str, FieldRule) {
    let of_source = || tables.iter().filter(|one| one.source == source);
    if of_source().next().is_none() {
        let mut sources: Vec<&str> = tables.iter().map(|one| one.source.as_str()).collect();
        sources.dedup();
        return ("source", FieldRule::unknown(source, sources));
    }
    let Some((found, target)) = of_source().find(|one| one.name == table).zip(target) else {
        return ("table", FieldRule::unknown(table, of_source().map(|one| one.name.as_str())));
    };
    match (target.column(), target.row()) {
        (Some(column), _) if found.columns.iter().all(|one| one.name != column) => {
            let columns = found.columns.iter().map(|column| column.name.as_str());
            ("column", FieldRule::unknown(column, columns))
        }
        _ if found.rows == 0 => ("row", FieldRule::DoesNotFit { why: "table_is_empty".into() }),
        _ => {
            let most = i64::try_from(found.rows).unwrap_or(i64::MAX);
            ("row", FieldRule::OutOfRange { least: 1, most })
        }
    }
}

/// Whether the place of a redaction is where the part that it names is in these tables.
#[must_use]
pub(crate) fn is_in_place(tables: &[SnapshotTable], one: &Redaction) -> bool {
    place_of(tables, &one.source, &one.table, &one.target) == Some(one.place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DataColumn, ShortText};

    fn table() -> SnapshotTable {
        let column = |name: &str| DataColumn { name: name.into(), kind: ColumnKind::Integer };
        SnapshotTable {
            source: "shop".into(),
            name: "orders".into(),
            columns: vec![column("a"), column("b")],
            rows: 3,
        }
    }

    fn hide(target: RedactionTarget) -> Redaction {
        let reason = ShortText::parse("reason", "ours").unwrap();
        let place = place_of(&[table()], "shop", "orders", &target).unwrap();
        Redaction { source: "shop".into(), table: "orders".into(), target, place, reason }
    }

    fn cell(row: u64, column: &str) -> RedactionTarget {
        RedactionTarget::Cell { row, column: column.into() }
    }

    fn sent(redactions: &[Redaction]) -> (Vec<&'static str>, Vec<Vec<DataValue>>) {
        let table = table();
        let shown = Shown::of(0, &table, redactions);
        let row = |n: i64| vec![DataValue::Integer(n), DataValue::Integer(n * 10)];
        let rows: Vec<_> = (1..=3).filter_map(|n| shown.row(n, row(n as i64))).collect();
        assert_eq!(rows.len() as u64, shown.rows());
        let columns = shown.columns().iter().map(|(name, _)| if *name == "a" { "a" } else { "b" }).collect();
        (columns, rows)
    }

    #[test]
    fn a_column_a_row_and_a_cell_are_hidden_and_the_rest_is_shown() {
        let int = DataValue::Integer;
        assert_eq!(sent(&[]).1.len(), 3);
        let column = hide(RedactionTarget::Column("a".into()));
        assert_eq!(
            sent(std::slice::from_ref(&column)),
            (vec!["b"], vec![vec![int(10)], vec![int(20)], vec![int(30)]])
        );
        let row = hide(RedactionTarget::Row(2));
        assert_eq!(
            sent(std::slice::from_ref(&row)),
            (vec!["a", "b"], vec![vec![int(1), int(10)], vec![int(3), int(30)]])
        );
        let one = hide(cell(3, "b"));
        assert_eq!(sent(std::slice::from_ref(&one)).1[2], [int(3), DataValue::Null]);
        assert_eq!(sent(&[one, row, column]), (vec!["b"], vec![vec![int(10)], vec![DataValue::Null]]));
    }

    #[test]
    fn only_what_is_there_can_be_hidden() {
        let tables = [table()];
        let there = |target| place_of(&tables, "shop", "orders", &target).is_some();
        assert!(
            there(RedactionTarget::Column("a".into()))
                && there(RedactionTarget::Row(3))
                && there(cell(1, "b"))
        );
        assert!(!there(RedactionTarget::Column("c".into())) && !there(cell(1, "c")));
        assert!(!there(RedactionTarget::Row(0)) && !there(RedactionTarget::Row(4)) && !there(cell(4, "a")));
        assert_eq!(place_of(&tables, "shop", "returns", &RedactionTarget::Row(1)), None);
    }

    #[test]
    fn a_column_that_is_called_otherwise_by_now_stays_hidden_and_is_no_longer_in_its_place() {
        let hidden = [hide(RedactionTarget::Column("b".into()))];
        let mut renamed = table();
        renamed.columns[1].name = "c".into();
        assert_eq!(Shown::of(0, &renamed, &hidden).columns(), [("a", ColumnKind::Integer)]);
        assert!(is_in_place(&[table()], &hidden[0]) && !is_in_place(&[renamed], &hidden[0]));
        let mut swapped = table();
        swapped.columns.swap(0, 1);
        assert!(!is_in_place(&[swapped], &hidden[0]), "another column is in its place");
    }
}
