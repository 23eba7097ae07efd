//! Every single change of a row that somebody can make who writes to the file past the library.

use rusqlite::Connection;
use rusqlite::types::Value;

use super::Tampering;
use super::other::{altered, free, other};
use super::tables::{Row, Table};

/// Rows that belong to another row: the column that says to which, and the one that is free there.
const OWNED: [(&str, &str, &str); 3] =
    [("events", "stream", "revision"), ("notes", "number", "path"), ("blob_chunks", "blob", "start")];

/// Everything that is done to a table, row by row.
pub(super) fn of(table: &'static Table) -> Vec<Tampering> {
    let mut all: Vec<Tampering> =
        (0..table.columns.len()).flat_map(|column| of_column(table, column)).collect();
    for (place, row) in table.rows.iter().enumerate() {
        let line = format!("{}, whole rows", table.name);
        let mut push = |how, apply: Apply| {
            all.push(Tampering { line: line.clone(), table, how, what: said(row), apply })
        };
        push("removed", Box::new(move |file| table.remove(file, row)));
        push("doubled", Box::new(move |file| table.insert(file, &doubled(table, row))));
        if table.rows.len() > 1 && can_be_swapped(table) {
            let next = &table.rows[(place + 1) % table.rows.len()];
            push("swapped", Box::new(move |file| swap_rows(table, file, row, next)));
        }
        if let Some((owner, free_place)) = owner(table)
            && let Some(moved) = elsewhere(table, row, owner, free_place)
        {
            push("moved", Box::new(move |file| table.set(file, row, &moved)));
        }
    }
    all
}

/// What is done to a table that is reserved, and empty: a row comes into it.
pub(super) fn filled(table: &'static Table) -> Vec<Tampering> {
    let values: Vec<Value> = table.columns.iter().map(|column| other(&Value::Null, &column.kind)).collect();
    let apply: Apply = Box::new(move |file| table.insert(file, &values));
    vec![Tampering {
        line: format!("{}, whole rows", table.name),
        table,
        how: "added",
        what: "a row".into(),
        apply,
    }]
}

pub(super) type Apply = Box<dyn Fn(&Connection) -> rusqlite::Result<()> + Send + Sync>;

fn of_column(table: &'static Table, column: usize) -> Vec<Tampering> {
    let mut all = Vec::new();
    let name = &table.columns[column];
    let line = format!("{}.{}", table.name, name.name);
    for (place, row) in table.rows.iter().enumerate() {
        let mut push = |how, what, apply: Apply| {
            all.push(Tampering {
                line: line.clone(),
                table,
                how,
                what: format!("{}{what}", said(row)),
                apply,
            });
        };
        let now = &row.values[column];
        let leaves = altered(now);
        for (leaf, value) in leaves.into_iter().enumerate() {
            push("leaf", format!(", leaf {leaf}"), to(table, row, column, value));
        }
        push("other", String::new(), to(table, row, column, other(now, &name.kind)));
        if name.nullable && *now != Value::Null {
            push("null", String::new(), to(table, row, column, Value::Null));
        }
        let following = table.rows.iter().cycle().skip(place + 1).take(table.rows.len());
        let mut different = following.filter(|other| other.values[column] != *now);
        if let Some(next) = different.next() {
            push("neighbour", String::new(), Box::new(move |file| take_over(table, file, column, row, next)));
        }
    }
    all
}

fn to(table: &'static Table, row: &'static Row, column: usize, value: Value) -> Apply {
    Box::new(move |file| table.set(file, row, &[(column, value.clone())]))
}

/// Gives a row the value of another; where no two may have the same, both are swapped.
fn take_over(table: &Table, file: &Connection, column: usize, row: &Row, next: &Row) -> rusqlite::Result<()> {
    let taken = table.set(file, row, &[(column, next.values[column].clone())]);
    let is_unique = table.key.contains(&table.columns[column].name)
        || table.alias() == Some(column)
        || table.unique.iter().any(|columns| columns.contains(&table.columns[column].name));
    if taken.is_ok() || !is_unique {
        return taken;
    }
    exchange(table, file, column, row, next)
}

fn exchange(table: &Table, file: &Connection, column: usize, row: &Row, next: &Row) -> rusqlite::Result<()> {
    let aside = free(table, column);
    let mut moved = row.clone();
    table.set(file, row, &[(column, aside.clone())])?;
    for (key, name) in moved.key.iter_mut().zip(&table.key) {
        if table.columns[column].name == *name || table.alias() == Some(column) {
            *key = aside.clone();
        }
    }
    table.set(file, next, &[(column, row.values[column].clone())])?;
    table.set(file, &moved, &[(column, next.values[column].clone())])
}

/// The columns that two rows can exchange: all but those by which they are told apart.
fn exchanged(table: &Table) -> Vec<usize> {
    let is_free = |place: &usize| {
        let name = &table.columns[*place].name;
        !table.key.contains(name) && !table.unique.iter().any(|columns| columns.contains(name))
    };
    (0..table.columns.len()).filter(is_free).collect()
}

fn can_be_swapped(table: &Table) -> bool {
    table.alias().is_some() || !exchanged(table).is_empty()
}

fn swap_rows(table: &Table, file: &Connection, row: &Row, next: &Row) -> rusqlite::Result<()> {
    if let Some(alias) = table.alias() {
        return exchange(table, file, alias, row, next);
    }
    let of = |row: &Row| {
        exchanged(table).into_iter().map(|place| (place, row.values[place].clone())).collect::<Vec<_>>()
    };
    table.set(file, row, &of(next))?;
    table.set(file, next, &of(row))
}

/// The row once more, under keys that nothing has.
fn doubled(table: &Table, row: &Row) -> Vec<Value> {
    let mut values = row.values.clone();
    let mut changed: Vec<usize> = table.alias().into_iter().collect();
    for columns in &table.unique {
        let places: Vec<usize> = columns.iter().filter_map(|name| table.place_of(name)).collect();
        if !places.iter().any(|place| changed.contains(place)) {
            changed.extend(places.last());
        }
    }
    changed.into_iter().for_each(|place| values[place] = free(table, place));
    values
}

fn owner(table: &Table) -> Option<(usize, usize)> {
    let (_, owner, within) = OWNED.iter().find(|(name, ..)| *name == table.name)?;
    Some((table.place_of(owner)?, table.place_of(within)?))
}

fn elsewhere(table: &Table, row: &Row, owner: usize, within: usize) -> Option<Vec<(usize, Value)>> {
    let another = table.rows.iter().find(|other| other.values[owner] != row.values[owner])?;
    Some(vec![(owner, another.values[owner].clone()), (within, free(table, within))])
}

fn said(row: &Row) -> String {
    format!("row {:?}", row.key)
}
