//! The search, brought up to what was written: entries of cases and notes, and names of customers.

use std::collections::BTreeMap;

use casekit_core::commit::StateChange;
use casekit_core::model::{Case, Customer, CustomerId, Name, Note, NoteId, State, Visibility};
use casekit_core::search::{case_terms, customer_terms, note_terms};
use rusqlite::{OptionalExtension, Transaction, params};
use uuid::Uuid;

use crate::error::{Result, fault};
use crate::known::Known;
use crate::read::case::{self, of_case};
use crate::value::{integer, optional_text, visibility_code};

/// What is still to be written of the search.
#[derive(Default)]
pub(super) struct Index {
    entries: BTreeMap<i64, Option<Entry>>,
    names: BTreeMap<i64, Renamed>,
}

/// An entry of the search.
#[derive(PartialEq, Eq)]
struct Entry {
    /// The case.
    number: i64,
    /// The note, if it is one.
    note: Option<NoteId>,
    /// Who can see the note.
    visibility: Option<Visibility>,
    /// What is indexed.
    terms: String,
}

/// The terms of a customer's name: those in the index, and those that should be.
struct Renamed {
    from: Option<String>,
    to: String,
}

impl Index {
    /// A note is this from now on. An edit keeps its entry; a retracted note has none.
    pub(super) fn note(&mut self, entry: i64, before: Option<&Note>, note: &Note, number: i64) {
        let same =
            before.is_some_and(|before| before.body == note.body && before.visibility == note.visibility);
        if !same {
            self.entries.insert(entry, found(note, number));
        }
    }

    /// A customer's name has other terms; `from` is `None` for a new customer.
    fn name(&mut self, key: i64, from: Option<String>, to: String) {
        let renamed = self.names.entry(key).or_insert_with(|| Renamed { from, to: String::new() });
        renamed.to = to;
    }

    /// Takes over what a later commit left.
    pub(super) fn absorb(&mut self, later: Self) {
        self.entries.extend(later.entries);
        for (key, renamed) in later.names {
            self.name(key, renamed.from, renamed.to);
        }
    }

    /// Writes all of it. Entries from `first` on are new.
    pub(super) fn write(self, change: &Transaction<'_>, first: u64) -> Result<()> {
        let first = integer(first);
        for (id, entry) in self.entries {
            write_entry(change, id, id >= first, entry)?;
        }
        for (key, renamed) in self.names {
            write_name(change, key, renamed)?;
        }
        Ok(())
    }
}

/// Brings the search up to a state: the entry of a case, or the name of a customer and the entries of their cases.
pub(super) fn state(change: &Transaction<'_>, state: &StateChange, index: &mut Index) -> Result<()> {
    match (&state.before, &state.after) {
        (None, State::Case(case)) => index_case(change, case, index),
        (Some(State::Case(before)), State::Case(case)) => {
            let same = before.title == case.title
                && before.description == case.description
                && before.customer == case.customer;
            if same { Ok(()) } else { index_case(change, case, index) }
        }
        (before, State::Customer(customer)) => {
            let before = match before {
                Some(State::Customer(before)) => Some(&before.profile.name),
                Some(_) | None => None,
            };
            index_customer(change, before, customer, index)
        }
        (_, State::Case(_) | State::Settings(_) | State::Workflow(_))
        | (_, State::CaseType(_) | State::Ledger(_)) => Ok(()),
    }
}

fn index_case(change: &Transaction<'_>, case: &Case, index: &mut Index) -> Result<()> {
    const SQL: &str = "SELECT entry FROM cases WHERE number = ?1";
    let number = integer(case.number.value);
    let mut statement = change.prepare_cached(SQL).map_err(fault)?;
    let id = statement.query_row([number], |row| row.get(0)).map_err(fault)?;
    let name = case.customer.map(|customer| name_of(change, customer)).transpose()?.flatten();
    index.entries.insert(id, Some(entry_of(case, name.as_ref())));
    Ok(())
}

fn index_customer(
    change: &Transaction<'_>,
    before: Option<&Name>,
    customer: &Customer,
    index: &mut Index,
) -> Result<()> {
    const KEY: &str = "SELECT key FROM customers WHERE id = ?1";
    let name = &customer.profile.name;
    if before == Some(name) {
        return Ok(());
    }
    let terms = customer_terms(name).join(" ");
    let from = before.map(|before| customer_terms(before).join(" "));
    if from.as_ref() != Some(&terms) {
        let mut statement = change.prepare_cached(KEY).map_err(fault)?;
        let key = statement.query_row([customer.id.0.as_bytes()], |row| row.get(0)).map_err(fault)?;
        index.name(key, from, terms);
    }
    if before.is_some() { index_cases_of(change, customer, index) } else { Ok(()) }
}

fn index_cases_of(change: &Transaction<'_>, customer: &Customer, index: &mut Index) -> Result<()> {
    const SQL: &str = of_case!(
        "c.entry, ",
        "FROM customers k CROSS JOIN cases c ON c.customer = k.key LEFT JOIN case_bodies b ON b.number = c.number
        WHERE k.id = ?1"
    );
    // Of its own: what is written here is not committed yet.
    let known = Known::default();
    let mut statement = change.prepare_cached(SQL).map_err(fault)?;
    let mut rows = statement.query([customer.id.0.as_bytes()]).map_err(fault)?;
    while let Some(row) = rows.next().map_err(fault)? {
        let case = case::whole(change, &known, row, 1)?;
        index.entries.insert(row.get(0).map_err(fault)?, Some(entry_of(&case, Some(&customer.profile.name))));
    }
    Ok(())
}

fn entry_of(case: &Case, customer: Option<&Name>) -> Entry {
    let terms = case_terms(case, customer).join(" ");
    Entry { number: integer(case.number.value), note: None, visibility: None, terms }
}

/// The entry of a note; a retracted one has none.
fn found(note: &Note, number: i64) -> Option<Entry> {
    note_terms(note).map(|terms| Entry {
        number,
        note: Some(note.id),
        visibility: Some(note.visibility),
        terms: terms.join(" "),
    })
}

fn name_of(change: &Transaction<'_>, customer: CustomerId) -> Result<Option<Name>> {
    const SQL: &str = "SELECT name FROM customers WHERE id = ?1";
    let mut statement = change.prepare_cached(SQL).map_err(fault)?;
    let found = statement.query_row([customer.0.as_bytes()], |row| Ok(optional_text(row, 0))).optional();
    found.map_err(fault)?.transpose().map(Option::flatten)
}

fn write_entry(change: &Transaction<'_>, id: i64, is_new: bool, entry: Option<Entry>) -> Result<()> {
    const OLD: &str = "SELECT terms FROM search_entries WHERE id = ?1";
    const PUT: &str =
        "INSERT INTO search_entries (id, number, note, visibility, terms) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (id) DO UPDATE SET visibility = excluded.visibility, terms = excluded.terms";
    const DROP: &str = "DELETE FROM search_entries WHERE id = ?1";
    const INDEX: &str = "INSERT INTO search (rowid, terms) VALUES (?1, ?2)";
    const UNINDEX: &str = "INSERT INTO search (search, rowid, terms) VALUES ('delete', ?1, ?2)";
    let prepare = |sql| change.prepare_cached(sql).map_err(fault);
    let old: Option<String> = match is_new {
        true => None,
        false => prepare(OLD)?.query_row([id], |row| row.get(0)).optional().map_err(fault)?,
    };
    let same = old.is_some() && old.as_deref() == entry.as_ref().map(|entry| entry.terms.as_str());
    if let Some(old) = old.filter(|_| !same) {
        prepare(UNINDEX)?.execute(params![id, old]).map_err(fault)?;
    }
    let Some(entry) = entry else {
        if !is_new {
            prepare(DROP)?.execute([id]).map_err(fault)?;
        }
        return Ok(());
    };
    let note = entry.note.map(|note| note.0);
    let visibility = entry.visibility.map(visibility_code);
    let row = params![id, entry.number, note.as_ref().map(Uuid::as_bytes), visibility, entry.terms];
    prepare(PUT)?.execute(row).map_err(fault)?;
    if !same {
        prepare(INDEX)?.execute(params![id, entry.terms]).map_err(fault)?;
    }
    Ok(())
}

fn write_name(change: &Transaction<'_>, key: i64, renamed: Renamed) -> Result<()> {
    const INDEX: &str = "INSERT INTO customer_search (rowid, terms) VALUES (?1, ?2)";
    const UNINDEX: &str =
        "INSERT INTO customer_search (customer_search, rowid, terms) VALUES ('delete', ?1, ?2)";
    let prepare = |sql| change.prepare_cached(sql).map_err(fault);
    if let Some(from) = renamed.from {
        prepare(UNINDEX)?.execute(params![key, from]).map_err(fault)?;
    }
    prepare(INDEX)?.execute(params![key, renamed.to]).map_err(fault)?;
    Ok(())
}

/// Compares the indexes of the search, word for word, with what they index. SQLite asks for it with an insert.
pub(super) fn check(change: &Transaction<'_>) -> Result<()> {
    let checks = [
        "INSERT INTO search (search, rank) VALUES ('integrity-check', 1)",
        "INSERT INTO customer_search (customer_search, rank) VALUES ('integrity-check', 1)",
    ];
    for sql in checks {
        change.execute(sql, ()).map_err(fault)?;
    }
    Ok(())
}
