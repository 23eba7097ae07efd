//! Making anew what is derived: every row that is not what the states, notes and events make of it is written again.
//!
//! It is one transaction under the writer's lock, so nobody sees half of it, and it reads the whole store a page at a time.

mod expected;

use std::collections::BTreeMap;

use casekit_core::model::{Note, State, StreamId, TagId};
use casekit_core::search::{case_terms, note_terms};
use casekit_core::store::incomplete;
use casekit_core::text::RULES;
use casekit_core::work_item::WorkItems;

use self::expected::Expected;
use super::places::Places;
use super::session::Session;
use super::{Around, batch, world};
use crate::connection::Connection;
use crate::derived::{self, Place};
use crate::error::{Result, damaged, uncertain};
use crate::read::catalog::INCOMPLETE;
use crate::tables::{Of, Row, Table};
use crate::value::{Value, id, integer, json, unsigned};

/// How many rows are looked at together.
const PAGE: u32 = 500;

/// Makes everything anew that is wrong. Returns how many rows were.
///
/// # Errors
/// `Corrupt` for damage to what the rest is made of; then nothing changes.
pub(super) fn repair(session: &mut Session, around: &Around<'_>) -> Result<u64> {
    // As the store has them now, and not as they were kept: they may be what is wrong.
    let mut places = Places::default();
    let connection = session.connection()?;
    let locked = world::locked(&connection.pipeline(world::lock())?)?;
    if locked.generation == INCOMPLETE {
        return Err(incomplete());
    }
    let mut repair = Repair { connection, around, expected: Expected::of(connection, around)?, wrong: 0 };
    repair.families()?;
    repair.streams(&mut places)?;
    repair.notes()?;
    repair.strays()?;
    repair.sums()?;
    repair.rest()?;
    let wrong = repair.wrong;
    connection.execute("COMMIT", []).map_err(|error| {
        if super::settle::Mark::is_needed(&error) { uncertain().with_source(error) } else { error }
    })?;
    session.places = places;
    Ok(wrong)
}

struct Repair<'a> {
    connection: &'a Connection,
    around: &'a Around<'a>,
    expected: Expected,
    /// How many rows were wrong so far.
    wrong: u64,
}

impl Repair<'_> {
    /// The rows that are made of the states of streams.
    fn streams(&mut self, places: &mut Places) -> Result<()> {
        let merged = self.merged_tags()?;
        let stands_for = |tag: TagId| batch::stands_for(&merged, tag);
        let mut after = None;
        loop {
            self.around.lifecycle.check_cancelled()?;
            let page = self.page_of_streams(after)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.stream());
            let cases: Vec<_> = page.iter().filter_map(super::rows::as_case).collect();
            let met = places.meet(self.connection, cases.iter().map(|case| Place::of(case)).collect())?;
            if let Some(query) = met {
                self.wrong += self.connection.execute(&query.sql, query.values)?;
            }
            let mut found = Found::default();
            for state in &page {
                self.expected.state(state);
                match state {
                    State::Case(case) => {
                        let items = WorkItems::of(case);
                        let keys = places.of(&Place::of(case))?;
                        let entry =
                            self.expected.raised.get(&case.id).copied().ok_or_else(|| damaged("events"))?;
                        found.cases.push(derived::case(case, &items, keys.key, Some(entry))?);
                        found.exclusions.extend(derived::exclusion_rows(case, &items));
                        found.tags.extend(derived::tag_rows(case, stands_for));
                        found.fields.extend(derived::field_rows(case));
                        let counted = derived::counted(case, &items, keys, stands_for);
                        self.expected.count(&counted, case);
                        let name = case.customer.and_then(|customer| self.expected.names.get(&customer));
                        found.entries.push(derived::case_entry(case, entry, &case_terms(case, name)));
                    }
                    State::Customer(customer) => {
                        found.customers.push(derived::customer(customer)?);
                        found.customer_fields.extend(derived::customer_field_rows(customer));
                    }
                    State::Person(person) => found.people.push(derived::person(person)),
                    _ => {}
                }
            }
            self.put(found, &page)?;
        }
    }

    fn put(&mut self, found: Found, page: &[State]) -> Result<()> {
        let cases = page.iter().filter_map(super::rows::as_case);
        let (numbers, ids): (Vec<Value>, Vec<Value>) =
            cases.map(|case| (Value::from(case.number.value), Value::from(case.id.0))).unzip();
        let customers = page.iter().filter_map(super::rows::as_customer);
        let customers: Vec<Value> = customers.map(|customer| customer.id.0.into()).collect();
        self.set(derived::CASES, found.cases, ("id", Of::Id, ids))?;
        self.set(derived::EXCLUSIONS, found.exclusions, ("number", Of::Int8, numbers.clone()))?;
        self.set(derived::CASE_TAGS, found.tags, ("number", Of::Int8, numbers.clone()))?;
        self.set(derived::CASE_FIELDS, found.fields, ("number", Of::Int8, numbers))?;
        self.set(derived::CUSTOMER_FIELDS, found.customer_fields, ("customer", Of::Id, customers))?;
        self.fix(derived::CUSTOMERS, found.customers)?;
        self.fix(derived::PEOPLE, found.people)?;
        self.fix(derived::SEARCH, found.entries)
    }

    /// Writes rows that are missing or otherwise.
    fn fix(&mut self, table: Table, rows: Vec<Row>) -> Result<()> {
        let Some(differing) = table.differing(rows.clone())? else { return Ok(()) };
        let wrong = unsigned(&self.connection.row(&differing.sql, differing.values)?, 0)?;
        if wrong > 0
            && let Some(put) = table.put(rows)?
        {
            self.connection.execute(&put.sql, put.values)?;
        }
        self.wrong += wrong;
        Ok(())
    }

    /// The same, and removes what else has one of these scopes.
    fn set(
        &mut self,
        table: Table,
        rows: Vec<Row>,
        (scope, of, scopes): (&str, Of, Vec<Value>),
    ) -> Result<()> {
        if !scopes.is_empty() {
            let others = table.delete_others(rows.clone(), scope, of, scopes)?;
            self.wrong += self.connection.execute(&others.sql, others.values)?;
        }
        self.fix(table, rows)
    }

    fn page_of_streams(&self, after: Option<StreamId>) -> Result<Vec<State>> {
        const SQL: &str = "SELECT kind, id, body FROM org.streams WHERE (kind, id) > ($1::int2, $2::uuid)
            ORDER BY kind, id LIMIT $3";
        let kind = after.map_or(-1, |stream| i64::from(stream.kind().code()));
        let after = after.map(StreamId::uuid).unwrap_or_default();
        let rows = self.connection.query(SQL, [kind.into(), after.into(), PAGE.into()])?;
        let state = |row: &tokio_postgres::Row| {
            let state: State = json(row, 2)?;
            let is_its_own = crate::value::stream(row, 0, 1)? == state.stream();
            if is_its_own { Ok(state) } else { Err(damaged("streams")) }
        };
        rows.iter().map(state).collect()
    }

    fn merged_tags(&self) -> Result<BTreeMap<TagId, TagId>> {
        const SQL: &str = "SELECT body FROM org.streams WHERE kind = $1";
        let code = casekit_core::model::StreamKind::Tag.code();
        let mut merged = BTreeMap::new();
        for row in self.connection.query(SQL, [code.into()])? {
            if let State::Tag(tag) = json(&row, 0)? {
                merged.extend(tag.merged_into.map(|into| (tag.id, into)));
            }
        }
        Ok(merged)
    }

    /// The columns of notes, and their entries in the search.
    fn notes(&mut self) -> Result<()> {
        const SQL: &str = "SELECT id, body FROM org.notes WHERE id > $1 ORDER BY id LIMIT $2";
        const GONE: &str = "DELETE FROM org.search WHERE id = ANY($1::int8[])";
        let mut after = uuid::Uuid::nil();
        loop {
            self.around.lifecycle.check_cancelled()?;
            let page = self.connection.query(SQL, [after.into(), PAGE.into()])?;
            let Some(last) = page.last() else { return Ok(()) };
            after = id(last, 0)?;
            let (mut rows, mut entries, mut gone) = (Vec::new(), Vec::new(), Vec::new());
            for row in &page {
                let note: Note = json(row, 1)?;
                let entry = self.expected.added.get(&note.id).copied().ok_or_else(|| damaged("notes"))?;
                rows.push(derived::note(&note, Some(entry))?);
                match note_terms(&note) {
                    Some(terms) => entries.push(derived::note_entry(&note, entry, &terms)),
                    None => gone.push(integer(entry) * 2 + 1),
                }
            }
            self.fix(derived::NOTES, rows)?;
            self.fix(derived::SEARCH, entries)?;
            self.wrong += self.connection.execute(GONE, [gone.into()])?;
        }
    }

    /// Rows of cases, customers, people and notes that are not there.
    fn strays(&mut self) -> Result<()> {
        const STRAYS: [&str; 8] = [
            "DELETE FROM org.cases t WHERE NOT EXISTS (SELECT 1 FROM org.streams s WHERE s.kind = 4 AND s.id = t.id)",
            "DELETE FROM org.customers t
                WHERE NOT EXISTS (SELECT 1 FROM org.streams s WHERE s.kind = 3 AND s.id = t.id)",
            "DELETE FROM org.people t WHERE NOT EXISTS (SELECT 1 FROM org.streams s WHERE s.kind = 6 AND s.id = t.id)",
            "DELETE FROM org.case_exclusions t WHERE NOT EXISTS (SELECT 1 FROM org.cases c WHERE c.number = t.number)",
            "DELETE FROM org.case_tags t WHERE NOT EXISTS (SELECT 1 FROM org.cases c WHERE c.number = t.number)",
            "DELETE FROM org.case_fields t WHERE NOT EXISTS (SELECT 1 FROM org.cases c WHERE c.number = t.number)",
            "DELETE FROM org.customer_fields t
                WHERE NOT EXISTS (SELECT 1 FROM org.customers c WHERE c.id = t.customer)",
            "DELETE FROM org.search t WHERE NOT EXISTS (SELECT 1 FROM org.cases c WHERE t.id = c.entry * 2)
                AND NOT EXISTS (SELECT 1 FROM org.notes n WHERE t.id = n.entry * 2 + 1)",
        ];
        for sql in STRAYS {
            self.wrong += self.connection.execute(sql, [])?;
        }
        Ok(())
    }

    /// What is summed up or held over all streams: totals, figures of durations, names and references.
    fn sums(&mut self) -> Result<()> {
        let sums = [
            (derived::TOTALS, self.expected.totals(), "UPDATE org.totals t SET n = 0 WHERE n <> 0"),
            (
                derived::DURATIONS,
                self.expected.durations(),
                "UPDATE org.durations t SET n = 0, seconds = 0 WHERE (n <> 0 OR seconds <> 0)",
            ),
            (super::rows::CLAIMS, self.expected.claims(), "DELETE FROM org.claims t WHERE true"),
        ];
        for (table, rows, empty) in sums {
            let others = table.others(empty, rows.clone())?;
            self.wrong += self.connection.execute(&others.sql, others.values)?;
            self.fix(table, rows)?;
        }
        Ok(())
    }

    /// The families of places, before anything is counted by them.
    fn families(&mut self) -> Result<()> {
        const FAMILIES: &str = "UPDATE org.places t SET family = f.family
            FROM (SELECT case_type, team, min(key) AS family FROM org.places GROUP BY case_type, team) f
            WHERE f.case_type = t.case_type AND f.team = t.team AND f.family <> t.family";
        self.wrong += self.connection.execute(FAMILIES, [])?;
        Ok(())
    }

    /// How far positions and numbers have come, and the rules of the search's terms.
    fn rest(&mut self) -> Result<()> {
        const FILE: &str = "UPDATE org.file SET position = $1, number = $2, text_rules = $3
            WHERE id = 1 AND (position, number, text_rules) IS DISTINCT FROM ($1::int8, $2::int8, $3::int4)";
        let (position, number) = (self.expected.position, self.expected.number);
        self.wrong += self.connection.execute(FILE, [position.into(), number.into(), RULES.into()])?;
        Ok(())
    }
}

/// The rows that a page of streams makes.
#[derive(Default)]
struct Found {
    cases: Vec<Row>,
    exclusions: Vec<Row>,
    tags: Vec<Row>,
    fields: Vec<Row>,
    customers: Vec<Row>,
    customer_fields: Vec<Row>,
    people: Vec<Row>,
    entries: Vec<Row>,
}
