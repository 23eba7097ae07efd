//! Updating the search indexes: entries of cases and notes, and what customers are found by.
//!
//! The indexes keep no texts, so whoever removes a row has to say which words were in it: the state before the change
//! gives them. FTS5 is given only the words that were removed and those that were added. It counts rows, so the two
//! always come as a pair, one of them empty if need be: a row that is removed more often than it was added would be
//! reported as damage later.

use std::collections::btree_map::{BTreeMap, Entry};
use std::collections::{BTreeSet, HashMap, HashSet};

use casekit_core::commit::StateChange;
use casekit_core::model::{Case, Customer, CustomerId, Name, Note, State, StreamId};
use casekit_core::search::{Contact, case_terms, customer_terms, note_terms};
use rusqlite::{OptionalExtension, Transaction, params};

use super::Cut;
use super::indexed::Indexed;
use super::memory::Memory;
use crate::case_columns::{self, of_case};
use crate::error::{Result, fault};
use crate::known::Known;
use crate::searched::{case_rowid, note_rowid};
use crate::value::{integer, optional_text};

/// Changes of the search that are not written yet.
#[derive(Default)]
pub(super) struct Index {
    entries: BTreeMap<i64, Change>,
    names: BTreeMap<i64, Change>,
}

/// How the words under one key of an index changed.
#[derive(Default)]
struct Change {
    /// Whether the key had an entry before.
    was: bool,
    /// Whether it has one now.
    is: bool,
    gone: Vec<String>,
    came: Vec<String>,
    /// Words that stay and begin like one that was removed or added: see [`Change::restoring`].
    alike: Vec<String>,
}

impl Index {
    /// Notes how a note changed. An edited note keeps its entry; a retracted one loses it.
    pub(super) fn note(&mut self, entry: i64, before: Option<&Note>, note: &Note, cut: &Cut) {
        let same = before.is_some_and(|before| before.text() == note.text());
        if !same {
            let change = Change::between(before.and_then(note_terms), cut.note(note));
            add(&mut self.entries, note_rowid(entry), change);
        }
    }

    /// Adds the changes of a later commit of the transaction.
    pub(super) fn absorb(&mut self, later: Self) {
        later.entries.into_iter().for_each(|(rowid, change)| add(&mut self.entries, rowid, change));
        later.names.into_iter().for_each(|(key, change)| add(&mut self.names, key, change));
    }

    /// Writes all changes, and the table of words with them.
    pub(super) fn write(self, change: &Transaction<'_>, memory: &mut Memory) -> Result<()> {
        const GONE: &str = "UPDATE file SET words_gone = 1 WHERE words_gone <> 1";
        let Memory { words, gathered, .. } = memory;
        let all = self.entries.values().chain(self.names.values());
        gathered.met(all.map(|change| change.gone.len() + change.came.len()).sum());
        let mut gone = BTreeSet::new();
        for (index, changes) in [(Indexed::Entries, self.entries), (Indexed::Names, self.names)] {
            for (rowid, one) in changes {
                one.write(change, index, rowid)?;
                words.put(change, &one.came)?;
                gone.extend(one.gone);
            }
        }
        // After all entries, since a word that one text lost may have been added to another.
        if words.drop_unless_left(change, &gone)? {
            change.prepare_cached(GONE).and_then(|mut mark| mark.execute(())).map_err(fault)?;
        }
        Ok(())
    }
}

fn add(changes: &mut BTreeMap<i64, Change>, rowid: i64, later: Change) {
    match changes.entry(rowid) {
        Entry::Vacant(place) => {
            place.insert(later);
        }
        Entry::Occupied(mut place) => {
            let earlier = std::mem::take(place.get_mut());
            place.insert(earlier.then(later));
        }
    }
}

impl Change {
    fn between(before: Option<Vec<String>>, after: Option<Vec<String>>) -> Self {
        let (was, is) = (before.is_some(), after.is_some());
        let (gone, came, alike) = match (before, after) {
            (Some(before), Some(after)) => {
                let gone = without(&before, &after);
                let came = without(&after, &before);
                let alike = begins_like(gone.iter().chain(&came), &without(&before, &gone));
                (gone, came, alike)
            }
            (before, after) => {
                let (gone, came) = (before.unwrap_or_default(), after.unwrap_or_default());
                return Self { was, is, gone, came, alike: Vec::new() };
            }
        };
        Self { was, is, gone, came, alike }
    }

    /// This change followed by a later one. A word that was removed and added again has not changed.
    fn then(self, later: Self) -> Self {
        let gone = [without(&self.gone, &later.came), without(&later.gone, &self.came)].concat();
        let came = [without(&self.came, &later.gone), without(&later.came, &self.gone)].concat();
        // Words that were in the text before and are in it now, each once.
        let again: HashSet<&str> = later.came.iter().map(String::as_str).collect();
        let mut alike = [without(&self.alike, &later.gone), without(&later.alike, &self.came)].concat();
        alike.extend(self.gone.iter().filter(|word| again.contains(word.as_str())).cloned());
        alike.sort_unstable();
        alike.dedup();
        Self { was: self.was, is: later.is, gone, came, alike }
    }

    /// Words that stay, but must be removed and added again. An index has one entry for all words of a row that share
    /// their first 2, 3 or 4 characters. FTS5 removes that entry with the first such word that is removed, and adds a
    /// second one with each that is added, of which it would later remove only one. So a beginning that stays has to be
    /// removed once and added once.
    fn restoring(&self) -> Vec<&str> {
        let mut gone: HashSet<&str> = self.gone.iter().flat_map(|word| beginnings(word)).collect();
        let mut came: HashSet<&str> = self.came.iter().flat_map(|word| beginnings(word)).collect();
        // The first word of each beginning, so that a text of many words is not read again for each of them.
        let mut first: HashMap<&str, &str> = HashMap::new();
        for word in &self.alike {
            beginnings(word).for_each(|beginning| _ = first.entry(beginning).or_insert(word));
        }
        let mut restoring = Vec::new();
        for beginning in self.gone.iter().chain(&self.came).flat_map(|word| beginnings(word)) {
            if !(gone.contains(beginning) && came.contains(beginning))
                && let Some(word) = first.get(beginning)
            {
                restoring.push(*word);
                gone.extend(beginnings(word));
                came.extend(beginnings(word));
            }
        }
        restoring
    }

    fn write(&self, change: &Transaction<'_>, index: Indexed, rowid: i64) -> Result<()> {
        if self.was == self.is && self.gone.is_empty() && self.came.is_empty() {
            return Ok(());
        }
        let restoring = if self.was && self.is { self.restoring() } else { Vec::new() };
        let put = |sql: &str, words: &[String]| {
            let words: Vec<&str> =
                words.iter().map(String::as_str).chain(restoring.iter().copied()).collect();
            let mut statement = change.prepare_cached(sql).map_err(fault)?;
            statement.execute(params![rowid, words.join(" ")]).map_err(fault)
        };
        // First out, then in: in this order FTS5 handles both as one change of the row.
        if self.was {
            put(index.take_out(), &self.gone)?;
        }
        if self.is {
            put(index.put_in(), &self.came)?;
        }
        Ok(())
    }
}

/// The beginnings of a word for which an index keeps lists, the longest first.
fn beginnings(word: &str) -> impl Iterator<Item = &str> {
    [4, 3, 2].into_iter().filter_map(|length| {
        let last = word.char_indices().nth(length - 1)?;
        word.get(..last.0 + last.1.len_utf8())
    })
}

/// The words that share a beginning with one of the others.
fn begins_like<'a>(others: impl Iterator<Item = &'a String>, words: &[String]) -> Vec<String> {
    let others: HashSet<&str> = others.flat_map(|word| beginnings(word)).collect();
    let alike = |word: &&String| beginnings(word).any(|beginning| others.contains(beginning));
    if others.is_empty() { Vec::new() } else { words.iter().filter(alike).cloned().collect() }
}

fn without(words: &[String], others: &[String]) -> Vec<String> {
    if words.is_empty() || others.is_empty() {
        return words.to_vec();
    }
    let others: HashSet<&str> = others.iter().map(String::as_str).collect();
    words.iter().filter(|word| !others.contains(word.as_str())).cloned().collect()
}

/// Notes what the states of a commit change in the search: entries of cases, names of customers, and the entries of the
/// cases of a renamed customer.
pub(super) fn states(
    change: &Transaction<'_>,
    states: &[StateChange],
    cut: &Cut,
    index: &mut Index,
) -> Result<()> {
    // Cases first: each is compared with what it was before the commit, with its customer's name of that time. Renaming
    // then leaves out the cases that were compared here.
    for state in states {
        match (&state.before, &state.after) {
            (None, State::Case(case)) => index_case(change, states, None, case, (cut, index))?,
            (Some(State::Case(before)), State::Case(case)) => {
                let same = before.title == case.title
                    && before.description == case.description
                    && before.customer == case.customer
                    && before.request == case.request
                    && before.fields == case.fields;
                if !same {
                    index_case(change, states, Some(before), case, (cut, index))?;
                }
            }
            (_, State::Case(_) | State::Settings(_) | State::Workflow(_) | State::Customer(_))
            | (
                _,
                State::CaseType(_) | State::Ledger(_) | State::Person(_) | State::Team(_) | State::Tag(_),
            ) => {}
        }
    }
    for state in states {
        if let State::Customer(customer) = &state.after {
            index_customer(change, customer_in(&state.before), customer, index)?;
        }
    }
    Ok(())
}

fn index_case(
    change: &Transaction<'_>,
    states: &[StateChange],
    before: Option<&Case>,
    case: &Case,
    (cut, index): (&Cut, &mut Index),
) -> Result<()> {
    const SQL: &str = "SELECT entry FROM cases WHERE number = ?1";
    let mut statement = change.prepare_cached(SQL).map_err(fault)?;
    let entry = statement.query_row([integer(case.number.value)], |row| row.get(0)).map_err(fault)?;
    let name = case.customer.map(|customer| name_of(change, customer)).transpose()?.flatten();
    let terms = cut.case(case, name.as_ref());
    let before = match before {
        Some(before) => {
            let customer = before.customer;
            let name = customer.map(|customer| name_before(change, states, customer)).transpose()?.flatten();
            Some(case_terms(before, name.as_ref()))
        }
        None => None,
    };
    add(&mut index.entries, case_rowid(entry), Change::between(before, Some(terms)));
    Ok(())
}

fn index_customer(
    change: &Transaction<'_>,
    before: Option<&Customer>,
    customer: &Customer,
    index: &mut Index,
) -> Result<()> {
    const KEY: &str = "SELECT key FROM customers WHERE id = ?1";
    let (was, is) = (before.map(Contact::of), Contact::of(customer));
    if was == Some(is) {
        return Ok(());
    }
    let mut statement = change.prepare_cached(KEY).map_err(fault)?;
    let key = statement.query_row([customer.id.0.as_bytes()], |row| row.get(0)).map_err(fault)?;
    add(&mut index.names, key, Change::between(was.map(customer_terms), Some(customer_terms(is))));
    match was {
        Some(was) if was.name != is.name => index_cases_of(change, customer, was.name, index),
        Some(_) | None => Ok(()),
    }
}

/// Notes the change of every case of a renamed customer. Whole entries are compared, since a word of the name can be in
/// the case's own text too, and a longer name leaves less room for a very long description.
fn index_cases_of(
    change: &Transaction<'_>,
    customer: &Customer,
    before: &Name,
    index: &mut Index,
) -> Result<()> {
    const SQL: &str = of_case!(
        "c.entry, ",
        "FROM customers k CROSS JOIN cases c ON c.customer = k.key LEFT JOIN case_bodies b ON b.number = c.number
        WHERE k.id = ?1"
    );
    // A cache of its own, since keys that are read here may not be committed yet.
    let known = Known::default();
    let mut statement = change.prepare_cached(SQL).map_err(fault)?;
    let mut rows = statement.query([customer.id.0.as_bytes()]).map_err(fault)?;
    while let Some(row) = rows.next().map_err(fault)? {
        let rowid = case_rowid(row.get(0).map_err(fault)?);
        if index.entries.contains_key(&rowid) {
            // It changed in the same commit, and was compared with its state before that.
            continue;
        }
        let case = case_columns::whole(change, &known, row, 1)?;
        let terms = |name| Some(case_terms(&case, Some(name)));
        add(&mut index.entries, rowid, Change::between(terms(before), terms(&customer.profile.name)));
    }
    Ok(())
}

fn customer_in(state: &Option<State>) -> Option<&Customer> {
    match state {
        Some(State::Customer(customer)) => Some(customer),
        Some(State::Settings(_) | State::Workflow(_) | State::CaseType(_))
        | Some(State::Case(_) | State::Ledger(_) | State::Person(_) | State::Team(_) | State::Tag(_))
        | None => None,
    }
}

/// The name that a customer had before the commit.
fn name_before(
    change: &Transaction<'_>,
    states: &[StateChange],
    customer: CustomerId,
) -> Result<Option<Name>> {
    let changed = states.iter().find(|state| state.after.stream() == StreamId::Customer(customer));
    match changed {
        Some(state) => Ok(customer_in(&state.before).map(|one| one.profile.name.clone())),
        None => name_of(change, customer),
    }
}

fn name_of(change: &Transaction<'_>, customer: CustomerId) -> Result<Option<Name>> {
    const SQL: &str = "SELECT name FROM customers WHERE id = ?1";
    let mut statement = change.prepare_cached(SQL).map_err(fault)?;
    let found = statement.query_row([customer.0.as_bytes()], |row| Ok(optional_text(row, 0))).optional();
    found.map_err(fault)?.transpose().map(Option::flatten)
}

/// Has FTS5 check its indexes. Its check is an `INSERT`, so it needs the writing connection.
pub(super) fn check(change: &Transaction<'_>) -> Result<()> {
    let checks = [
        "INSERT INTO search (search) VALUES ('integrity-check')",
        "INSERT INTO customer_search (customer_search) VALUES ('integrity-check')",
    ];
    for sql in checks {
        change.execute(sql, ()).map_err(fault)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn words(set: u32) -> Option<Vec<String>> {
        // The first bit says whether there is anything at all.
        (set & 1 == 1)
            .then(|| (1..4).filter(|bit| set >> bit & 1 == 1).map(|bit| format!("w{bit}")).collect())
    }

    fn set(words: &[String]) -> BTreeSet<&String> {
        words.iter().collect()
    }

    /// Every way from one of 16 texts by way of a second to a third.
    #[test]
    fn two_changes_in_a_row_are_the_change_from_the_first_text_to_the_last() {
        for way in 0..4_096_u32 {
            let [first, second, third] = [way & 15, way >> 4 & 15, way >> 8].map(words);
            let at_once = Change::between(first.clone(), third.clone());
            let in_steps = Change::between(first, second.clone()).then(Change::between(second, third));
            assert_eq!((in_steps.was, in_steps.is), (at_once.was, at_once.is), "{way}");
            assert_eq!(set(&in_steps.gone), set(&at_once.gone), "{way}");
            assert_eq!(set(&in_steps.came), set(&at_once.came), "{way}");
        }
    }
}
