//! Checking the whole file: first the data from which everything else is made, then derived data.

pub(crate) mod search;

use casekit_core::model::{Customer, State};
use casekit_core::store::{CheckPlace, StoreError};
use rusqlite::{Connection, Row};

use super::notes::{self, of_note};
use crate::case_columns::{self, of_case};
use crate::error::{Result, damaged, fault};
use crate::known::Known;
use crate::value::{integer, json};
use crate::{derived, schema, totals};

/// Checks one part in one transaction: about `limit` rows from `at` on. Returns where the next part begins, `None` at
/// the end.
///
/// `proceed` is called often, and an error from it ends the check.
///
/// # Errors
/// Damage where it is found. Wrong derived data is reported at the end, once the rest is known to be sound.
pub(crate) fn part(
    connection: &Connection,
    known: &Known,
    mut at: At,
    limit: u32,
    proceed: impl Fn() -> Result<()>,
) -> Result<Option<At>> {
    let moment = connection.unchecked_transaction().map_err(fault)?;
    let (look, next): (RowsOf, Part) = match at.part {
        Part::Whole => {
            whole(&moment, &proceed, &mut at.wrong)?;
            moment.commit().map_err(fault)?;
            return Ok(Some(At { part: Part::Cases, ..at }));
        }
        Part::Cases => (cases, Part::Notes),
        Part::Notes => (notes, Part::Customers),
        Part::Customers => (customers, Part::End),
        Part::End => {
            at.wrong.first()?;
            return Ok(None);
        }
    };
    let last = look(
        &Rows { moment: &moment, known, after: at.row, limit: limit.max(1), proceed: &proceed },
        &mut at.wrong,
    )?;
    moment.commit().map_err(fault)?;
    Ok(Some(last.map_or(At { part: next, row: 0, ..at }, |row| At { row, ..at })))
}

/// Checks that cannot be split: those that SQLite does only for the whole file, and comparisons of whole tables.
fn whole(moment: &Connection, proceed: &impl Fn() -> Result<()>, wrong: &mut Wrong) -> Result<()> {
    // A file that opening would refuse is not sound either.
    schema::verify(moment)?;
    let pages = truth(moment, proceed)?;
    wrong.unless(pages.map, "map of pages");
    definitions(moment, proceed, wrong)?;
    wrong.unless(has_its_floor(moment)?, "floor of case numbers");
    wrong.unless(count(moment, FAMILIES)? == 0, "families of places");
    wrong.unless(count(moment, &totals_that_differ())? == 0, "counts of cases");
    wrong.unless(count(moment, RESERVED)? == 0, "reserved tables and columns");
    proceed()?;
    wrong.unless(pages.search && search::is_whole(moment, proceed)?, "indexes of the search");
    wrong.unless(derived::claims(moment, proceed)? == derived::kept_claims(moment)?, "names and references");
    Ok(())
}

/// Checks some rows. Returns the key of the last one, or `None` if there are no more.
type RowsOf = fn(&Rows<'_>, &mut Wrong) -> Result<Option<i64>>;

/// The rows of a table after a key, at most `limit`.
struct Rows<'a> {
    moment: &'a Connection,
    known: &'a Known,
    after: i64,
    limit: u32,
    proceed: &'a dyn Fn() -> Result<()>,
}

/// How far a check has come, and what it found wrong so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct At {
    part: Part,
    /// The key of the last row of the part that was checked.
    row: i64,
    wrong: Wrong,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Part {
    Whole,
    Cases,
    Notes,
    Customers,
    End,
}

impl At {
    const PARTS: [(Part, &'static str); 5] = [
        (Part::Whole, "whole"),
        (Part::Cases, "cases"),
        (Part::Notes, "notes"),
        (Part::Customers, "customers"),
        (Part::End, "end"),
    ];

    /// Reads a place that `place` wrote; any other text is the beginning.
    pub(crate) fn of(place: Option<&CheckPlace>) -> Self {
        let begin = Self { part: Part::Whole, row: 0, wrong: Wrong::default() };
        place.and_then(|place| Self::read(place.as_str())).unwrap_or(begin)
    }

    fn read(text: &str) -> Option<Self> {
        let mut words = text.splitn(3, ' ');
        let named = words.next()?;
        let (part, _) = Self::PARTS.iter().find(|(_, name)| *name == named)?;
        let row = words.next()?.parse().ok()?;
        let wrong = words.next().unwrap_or_default();
        Some(Self { part: *part, row, wrong: Wrong(DERIVED.iter().find(|what| **what == wrong).copied()) })
    }

    pub(crate) fn place(self) -> CheckPlace {
        let named = Self::PARTS.iter().find(|(part, _)| *part == self.part).map_or("", |(_, name)| *name);
        CheckPlace::new(format!("{named} {} {}", self.row, self.wrong.0.unwrap_or_default()))
    }

    /// Whether every row has been checked.
    pub(crate) fn is_end(self) -> bool {
        self.part == Part::End
    }
}

/// Derived data, by the words that the error uses for it.
const DERIVED: [&str; 10] = [
    "map of pages",
    "indexes of the search",
    "revisions of definitions",
    "floor of case numbers",
    "counts of cases",
    "names and references",
    "columns of cases",
    "families of places",
    "reserved tables and columns",
    "columns of customers",
];

/// The first derived data that is wrong. It is reported only when the rest is known to be sound, since it can be made
/// again only from that.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Wrong(Option<&'static str>);

impl Wrong {
    fn unless(&mut self, holds: bool, what: &'static str) {
        if !holds {
            self.0.get_or_insert(what);
        }
    }

    fn first(self) -> Result<(), StoreError> {
        self.0.map_or(Ok(()), |what| Err(crate::error::derived(what)))
    }
}

/// Whether the derived data that SQLite checks together with the pages is sound.
#[derive(Clone, Copy)]
pub(crate) struct Pages {
    /// Whether the search indexes are sound.
    pub(crate) search: bool,
    /// Whether the pointer map is sound, which tells what refers to each page, and so is the list of free pages. They are
    /// needed to use free pages and to give them back, and no read uses them.
    pub(crate) map: bool,
}

/// Checks pages, references and blobs. Returns whether the derived data that is checked with them is sound.
pub(crate) fn truth(moment: &Connection, proceed: &impl Fn() -> Result<()>) -> Result<Pages> {
    let mut searched = search::refresh(moment)?;
    let found = pages(moment, "integrity_check");
    // Asked before the result is used: FTS5 reports an index whose check was interrupted as damaged.
    proceed()?;
    let Pages { search, map } = found?;
    searched &= search;
    for (table, index, rows) in PARTIAL {
        proceed()?;
        let by = |how: &str| count(moment, &format!("SELECT count(*) FROM {table} {how} WHERE {rows}"));
        if by("NOT INDEXED")? != by(&format!("INDEXED BY {index}"))? {
            return Err(damaged("indexes"));
        }
    }
    for (sql, what) in [
        ("SELECT count(*) FROM pragma_foreign_key_check", "references"),
        (STREAMS, "streams"),
        (PEOPLE, "people"),
        (HOLDERS, "holders of cases"),
        (CUSTOMERS, "customers of cases"),
        (BODIES, "descriptions of cases"),
        (BLOBS, "sizes of blobs"),
    ] {
        proceed()?;
        if count(moment, sql)? != 0 {
            return Err(damaged(what));
        }
    }
    Ok(Pages { search: searched, map })
}

/// Checks the pages by one of SQLite's pragmas, `quick_check` or `integrity_check`.
pub(crate) fn pages(connection: &Connection, by: &str) -> Result<Pages> {
    // As many findings as a damaged map can have: by default SQLite stops after 100, and damage of another kind could
    // be cut off behind them.
    let mut statement = connection.prepare(&format!("PRAGMA {by}(1000000)")).map_err(fault)?;
    let found = statement.query_map((), |row| row.get::<_, String>(0)).map_err(fault)?;
    let found: Vec<String> = found.collect::<rusqlite::Result<_>>().map_err(fault)?;
    let mut pages = Pages { search: true, map: true };
    // Pages that nothing refers to, and how many the list of free pages lacks.
    let (mut unused, mut lacking) = (0_u64, 0);
    // Findings in the tree of pages come as one text, with a line for each, below the name of the database.
    for line in found.iter().flat_map(|found| found.lines()) {
        match line {
            "ok" | "*** in database main ***" => {}
            line if search::is_said(line) => pages.search = false,
            line if is_said_of_map(line) => pages.map = false,
            line if is_unused(line) => unused += 1,
            line => lacking += lacking_in_list(line).ok_or_else(|| damaged("pages"))?,
        }
    }
    // More of them are a tree that something cut off.
    if unused > lacking {
        return Err(damaged("pages"));
    }
    pages.map &= lacking == 0;
    Ok(pages)
}

fn is_unused(found: &str) -> bool {
    found.strip_prefix("Page ").is_some_and(|rest| rest.ends_with("never used"))
}

/// How many pages the list of free pages lacks by its own count. A first page of the list that was read short is one of
/// zeros to SQLite, which uses it and loses those that come after it.
fn lacking_in_list(found: &str) -> Option<u64> {
    let (is, should_be) = found.strip_prefix("Freelist: size is ")?.split_once(" but should be ")?;
    should_be.parse::<u64>().ok()?.checked_sub(is.parse().ok()?)
}

fn is_said_of_map(found: &str) -> bool {
    found.contains("Failed to read ptrmap key=") || found.contains("Bad ptr map entry key=")
}

/// Partial indexes, and the rows that they contain. SQLite's check does not count the entries of a partial index: an
/// empty one could point to any other tree, and reading through it would then report damage.
const PARTIAL: [(&str, &str, &str); 6] = [
    ("cases", "cases_by_customer", "customer IS NOT NULL"),
    ("cases", "cases_by_due", "due_at IS NOT NULL"),
    ("cases", "cases_pending", "ready <> 0"),
    ("cases", "cases_failing", "cause IS NOT NULL"),
    ("cases", "cases_by_due_task", "due_task IS NOT NULL"),
    ("blobs", "blobs_orphaned", "kept = 0"),
];

/// The number that a query gives.
pub(crate) fn count(moment: &Connection, sql: &str) -> Result<i64> {
    moment.query_row(sql, (), |row| row.get(0)).map_err(fault)
}

/// A query of how many totals differ from what counting gives.
pub(crate) fn totals_that_differ() -> String {
    format!(
        "WITH counted AS ({})
        SELECT (SELECT count(*) FROM (SELECT * FROM counted EXCEPT SELECT * FROM totals))
             + (SELECT count(*) FROM (SELECT * FROM totals EXCEPT SELECT * FROM counted))",
        totals::COUNTED
    )
}

/// Places whose family is not the first place of their type.
pub(crate) const FAMILIES: &str = "SELECT count(*) FROM places p
    WHERE family <> (SELECT min(key) FROM places WHERE case_type = p.case_type)";

/// Counts values in tables and columns that this version leaves empty.
pub(crate) const RESERVED: &str =
    "SELECT (SELECT count(*) FROM case_fields) + (SELECT count(*) FROM case_tags)
    + (SELECT count(*) FROM case_exclusions) + (SELECT count(*) FROM people WHERE name IS NOT NULL)
    + (SELECT count(*) FROM cases WHERE coalesce(due_at, priority, team) IS NOT NULL)";

/// Counts states without a stream or with another stream's id, streams without a state, and events without a stream.
const STREAMS: &str = "SELECT
      (SELECT count(*) FROM cases c LEFT JOIN streams s ON s.key = c.number * 4 WHERE s.kind IS NOT 4 OR s.id <> c.id)
    + (SELECT count(*) FROM customers k LEFT JOIN streams s ON s.key = k.key * 4 + 1
        WHERE s.kind IS NOT 3 OR s.id <> k.id)
    + (SELECT count(*) FROM definitions d LEFT JOIN streams s ON s.key = d.key * 4 + 2
        WHERE s.kind IS NOT d.kind OR s.id <> d.id)
    + (SELECT count(*) FROM streams s WHERE
        CASE s.kind WHEN 4 THEN s.key NOT IN (SELECT number * 4 FROM cases)
        WHEN 3 THEN s.key NOT IN (SELECT key * 4 + 1 FROM customers)
        ELSE s.key NOT IN (SELECT key * 4 + 2 FROM definitions) END)
    + (SELECT count(*) FROM events WHERE stream NOT IN (SELECT key FROM streams))";

/// Counts people with keys that are reserved, and events of people who are not in the file.
const PEOPLE: &str = "SELECT (SELECT count(*) FROM people WHERE key < 1)
    + (SELECT count(*) FROM events WHERE actor NOT IN (SELECT key FROM people)
        OR on_behalf_of NOT IN (SELECT key FROM people) OR imported_by NOT IN (SELECT key FROM people))";

/// Counts cases of customers who are not in the file.
const CUSTOMERS: &str =
    "SELECT count(*) FROM cases WHERE customer IS NOT NULL AND customer NOT IN (SELECT key FROM customers)";

/// Counts cases with a holder but no time since when, or the other way round.
const HOLDERS: &str = "SELECT count(*) FROM cases WHERE (holder = 0) <> (held_since IS NULL)";

/// Counts bodies without a case.
const BODIES: &str = "SELECT count(*) FROM case_bodies WHERE number NOT IN (SELECT number FROM cases)";

/// The floor of case numbers in the ledger, from which the one in `file` is derived.
pub(crate) const FLOOR: &str =
    "coalesce((SELECT body ->> '$.ledger.number_floor' FROM definitions WHERE kind = 5), 0)";

/// Whether the floor in `file` is that of the ledger.
pub(crate) fn has_its_floor(moment: &Connection) -> Result<bool> {
    Ok(count(moment, &format!("SELECT count(*) FROM file WHERE number_floor != {FLOOR}"))? == 0)
}

/// Counts blobs whose size is not that of their chunks.
const BLOBS: &str = "SELECT count(*) FROM blobs b
    WHERE size != (SELECT coalesce(sum(length(bytes)), 0) FROM blob_chunks WHERE blob = b.key)";

/// Checks that every definition can be read, and has the revision of its body.
fn definitions(moment: &Connection, proceed: &impl Fn() -> Result<()>, wrong: &mut Wrong) -> Result<()> {
    each(moment, "SELECT body, revision FROM definitions", |row| {
        proceed()?;
        let is_so = integer(json::<State>(row, 0)?.revision()) == row.get::<_, i64>(1).map_err(fault)?;
        wrong.unless(is_so, "revisions of definitions");
        Ok(())
    })
}

/// Checks that cases can be read, and that their derived columns are right.
fn cases(rows: &Rows<'_>, wrong: &mut Wrong) -> Result<Option<i64>> {
    let sql = format!(
        "SELECT c.number, {}, {} FROM cases c LEFT JOIN case_bodies b ON b.number = c.number
        LEFT JOIN customers k ON k.key = c.customer WHERE c.number > ?1 ORDER BY c.number LIMIT ?2",
        derived::CASE,
        of_case!()
    );
    rows.look(&sql, |row| {
        let case = case_columns::whole(rows.moment, rows.known, row, 1 + derived::CASE_WIDTH)?;
        let values = derived::of_case(&case, derived::cause(rows.moment, &case)?)?;
        wrong.unless(derived::is_in(row, 1, &values)?, "columns of cases");
        Ok(())
    })
}

/// Checks that notes can be read.
fn notes(rows: &Rows<'_>, _: &mut Wrong) -> Result<Option<i64>> {
    const SQL: &str = of_note!(
        "n.entry, ",
        "FROM notes n CROSS JOIN cases c ON c.number = n.number WHERE n.entry > ?1 ORDER BY n.entry LIMIT ?2"
    );
    rows.look(SQL, |row| notes::note(rows.moment, rows.known, row, 1).map(|_| ()))
}

fn customers(rows: &Rows<'_>, wrong: &mut Wrong) -> Result<Option<i64>> {
    let sql = format!(
        "SELECT key, body, {} FROM customers WHERE key > ?1 ORDER BY key LIMIT ?2",
        derived::CUSTOMER
    );
    rows.look(&sql, |row| {
        let customer = json::<Customer>(row, 1)?;
        wrong.unless(derived::is_in(row, 2, &derived::of_customer(&customer))?, "columns of customers");
        Ok(())
    })
}

impl Rows<'_> {
    /// Checks the rows of a query, whose first column is their key. Returns the key of the last row if as many came as
    /// were asked for.
    fn look(&self, sql: &str, mut look: impl FnMut(&Row<'_>) -> Result<()>) -> Result<Option<i64>> {
        let mut statement = self.moment.prepare(sql).map_err(fault)?;
        let mut rows = statement.query((self.after, self.limit)).map_err(fault)?;
        let (mut seen, mut last) = (0, self.after);
        while let Some(row) = rows.next().map_err(fault)? {
            (self.proceed)()?;
            last = row.get(0).map_err(fault)?;
            seen += 1;
            look(row)?;
        }
        Ok((seen == self.limit).then_some(last))
    }
}

fn each(moment: &Connection, sql: &str, mut look: impl FnMut(&Row<'_>) -> Result<()>) -> Result<()> {
    let mut statement = moment.prepare(sql).map_err(fault)?;
    let mut rows = statement.query(()).map_err(fault)?;
    while let Some(row) = rows.next().map_err(fault)? {
        look(row)?;
    }
    Ok(())
}
