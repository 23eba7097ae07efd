//! Looking the whole file over: first what all else is made of, then what is made of it.

pub(crate) mod search;

use casekit_core::model::{Case, Customer, Note, State};
use casekit_core::store::{CheckPlace, StoreError};
use rusqlite::{Connection, Row};

use crate::derived;
use crate::error::{Result, damaged, fault};
use crate::open;
use crate::value::{integer, json};

/// Checks a part, of one moment: from `at` on, about so many rows. Gives where the next begins; `None` at the end, where
/// what is wrong of the derived things is told. `go_on` is asked often, and may end it.
pub(crate) fn part(
    connection: &Connection,
    mut at: At,
    limit: u32,
    go_on: impl Fn() -> Result<()>,
) -> Result<Option<At>> {
    let moment = connection.unchecked_transaction().map_err(fault)?;
    let (look, next): (RowsOf, Part) = match at.part {
        Part::Whole => {
            whole(&moment, &go_on, &mut at.wrong)?;
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
    let last = look(&moment, at.row, limit.max(1), &go_on, &mut at.wrong)?;
    moment.commit().map_err(fault)?;
    Ok(Some(last.map_or(At { part: next, row: 0, ..at }, |row| At { row, ..at })))
}

/// What SQLite looks at only as a whole, and what is compared with the whole of something else.
fn whole(moment: &Connection, go_on: &impl Fn() -> Result<()>, wrong: &mut Wrong) -> Result<()> {
    // What opening would refuse is not sound either.
    open::verify(moment)?;
    let pages = truth(moment, go_on)?;
    wrong.unless(pages.map, "map of pages");
    wrong.unless(pages.search, "indexes of the search");
    definitions(moment, go_on)?;
    wrong.unless(has_its_floor(moment)?, "floor of case numbers");
    wrong.unless(count(moment, COUNTS)? == 0, "counts of cases");
    go_on()?;
    wrong.unless(search::is_complete(moment, go_on)?, "entries of the search");
    wrong.unless(derived::claims(moment, go_on)? == derived::kept_claims(moment)?, "names and references");
    Ok(())
}

/// Looks at rows after one; gives the last of them, if there may be more.
type RowsOf = fn(&Connection, i64, u32, &dyn Fn() -> Result<()>, &mut Wrong) -> Result<Option<i64>>;

/// Where a check has come to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct At {
    part: Part,
    /// The last row of the part that was looked at.
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

    /// The place that was written down; the beginning for any other text.
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

    /// Whether nothing is left but what is written to be compared.
    pub(crate) fn is_end(self) -> bool {
        self.part == Part::End
    }
}

/// Derived things, by the words with which it is told that they are wrong.
const DERIVED: [&str; 9] = [
    "map of pages",
    "indexes of the search",
    "floor of case numbers",
    "counts of cases",
    "entries of the search",
    "names and references",
    "columns of cases",
    "columns of notes",
    "columns of customers",
];

/// The first derived thing that is wrong: it is told only once the rest is known to be sound.
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

/// Derived things that SQLite checks with the pages: whether they are sound.
#[derive(Clone, Copy)]
pub(crate) struct Pages {
    /// The indexes of the search.
    pub(crate) search: bool,
    /// The map that says who refers to a page, by which free space is given back. Nothing is read by it.
    pub(crate) map: bool,
}

/// Checks pages, references and blobs; says how the derived things are that are looked at with them.
pub(crate) fn truth(moment: &Connection, go_on: &impl Fn() -> Result<()>) -> Result<Pages> {
    let mut searched = search::refresh(moment)?;
    let found = pages(moment, "integrity_check");
    // An index whose check was interrupted is reported as one that is wrong.
    go_on()?;
    let Pages { search, map } = found?;
    searched &= search;
    for (table, index, rows) in PARTIAL {
        go_on()?;
        let by = |how: &str| count(moment, &format!("SELECT count(*) FROM {table} {how} WHERE {rows}"));
        if by("NOT INDEXED")? != by(&format!("INDEXED BY {index}"))? {
            return Err(damaged("indexes"));
        }
    }
    for (sql, what) in
        [("SELECT count(*) FROM pragma_foreign_key_check", "references"), (BLOBS, "sizes of blobs")]
    {
        go_on()?;
        if count(moment, sql)? != 0 {
            return Err(damaged(what));
        }
    }
    Ok(Pages { search: searched, map })
}

/// Looks at the pages, by one of SQLite's checks.
pub(crate) fn pages(connection: &Connection, by: &str) -> Result<Pages> {
    // As many findings as a damaged map can have: none of another kind should be cut off behind them.
    let mut statement = connection.prepare(&format!("PRAGMA {by}(1000000)")).map_err(fault)?;
    let found = statement.query_map((), |row| row.get::<_, String>(0)).map_err(fault)?;
    let found: Vec<String> = found.collect::<rusqlite::Result<_>>().map_err(fault)?;
    let mut pages = Pages { search: true, map: true };
    // What is found in the tree of pages comes in one text, a line each, below the name of the database.
    for line in found.iter().flat_map(|found| found.lines()) {
        match line {
            "ok" | "*** in database main ***" => {}
            line if search::is_said(line) => pages.search = false,
            line if is_said_of_map(line) => pages.map = false,
            _ => return Err(damaged("pages")),
        }
    }
    Ok(pages)
}

fn is_said_of_map(found: &str) -> bool {
    found.contains("Failed to read ptrmap key=") || found.contains("Bad ptr map entry key=")
}

/// Indexes of some rows of a table only, and of which. SQLite's check does not count what they hold: that of an empty one may
/// be any other tree, and whoever looks something up in it is told that the file is damaged.
const PARTIAL: [(&str, &str, &str); 5] = [
    ("cases", "cases_by_customer", "customer IS NOT NULL"),
    ("cases", "cases_pending", "ready_bits <> 0"),
    ("cases", "cases_failing", "failure_code IS NOT NULL"),
    ("cases", "cases_by_errand", "errand IS NOT NULL"),
    ("blobs", "blobs_orphaned", "kept = 0"),
];

/// What a query counts.
pub(crate) fn count(moment: &Connection, sql: &str) -> Result<i64> {
    moment.query_row(sql, (), |row| row.get(0)).map_err(fault)
}

/// Groups that counting finds otherwise than they are kept.
pub(crate) const COUNTS: &str = "WITH counted AS
        (SELECT case_type, stage, holder, category, ready_bits, count(*) AS n FROM cases GROUP BY 1, 2, 3, 4, 5)
    SELECT (SELECT count(*) FROM (SELECT * FROM counted EXCEPT SELECT * FROM case_counts))
         + (SELECT count(*) FROM (SELECT * FROM case_counts EXCEPT SELECT * FROM counted))";

/// The floor of case numbers as the ledger has it; it stands in `file` too, for those who write.
pub(crate) const FLOOR: &str =
    "coalesce((SELECT body ->> '$.ledger.number_floor' FROM definitions WHERE kind = 5), 0)";

/// Whether the floor is kept as the ledger has it.
pub(crate) fn has_its_floor(moment: &Connection) -> Result<bool> {
    Ok(count(moment, &format!("SELECT count(*) FROM file WHERE number_floor != {FLOOR}"))? == 0)
}

/// Blobs whose size is not that of their chunks.
const BLOBS: &str = "SELECT count(*) FROM blobs b
    WHERE size != (SELECT coalesce(sum(length(bytes)), 0) FROM blob_chunks WHERE blob = b.key)";

/// Every definition can be read.
fn definitions(moment: &Connection, go_on: &impl Fn() -> Result<()>) -> Result<()> {
    each(moment, "SELECT body FROM definitions", |row| {
        go_on()?;
        json::<State>(row, 0).map(|_| ())
    })
}

/// Every case has the columns that its body gives.
fn cases(
    moment: &Connection,
    after: i64,
    limit: u32,
    go_on: &dyn Fn() -> Result<()>,
    wrong: &mut Wrong,
) -> Result<Option<i64>> {
    let sql = format!(
        "SELECT number, body, {} FROM cases WHERE number > ?1 ORDER BY number LIMIT ?2",
        derived::case_columns()
    );
    some(moment, &sql, after, limit, |number, row| {
        go_on()?;
        let case = json::<Case>(row, 1)?;
        if number != integer(case.number.value) {
            return Err(damaged("numbers of cases"));
        }
        wrong.unless(derived::is_in(row, 2, &derived::of_case(&case)?)?, "columns of cases");
        Ok(())
    })
}

fn notes(
    moment: &Connection,
    after: i64,
    limit: u32,
    go_on: &dyn Fn() -> Result<()>,
    wrong: &mut Wrong,
) -> Result<Option<i64>> {
    let sql =
        format!("SELECT entry, body, {} FROM notes WHERE entry > ?1 ORDER BY entry LIMIT ?2", derived::NOTE);
    some(moment, &sql, after, limit, |_, row| {
        go_on()?;
        let note = json::<Note>(row, 1)?;
        wrong.unless(derived::is_in(row, 2, &derived::of_note(&note))?, "columns of notes");
        Ok(())
    })
}

fn customers(
    moment: &Connection,
    after: i64,
    limit: u32,
    go_on: &dyn Fn() -> Result<()>,
    wrong: &mut Wrong,
) -> Result<Option<i64>> {
    let sql = format!(
        "SELECT key, body, {} FROM customers WHERE key > ?1 ORDER BY key LIMIT ?2",
        derived::CUSTOMER
    );
    some(moment, &sql, after, limit, |_, row| {
        go_on()?;
        let customer = json::<Customer>(row, 1)?;
        wrong.unless(derived::is_in(row, 2, &derived::of_customer(&customer))?, "columns of customers");
        Ok(())
    })
}

/// Looks at rows after one, by their key; gives the key of the last if as many came as were asked for.
fn some(
    moment: &Connection,
    sql: &str,
    after: i64,
    limit: u32,
    mut look: impl FnMut(i64, &Row<'_>) -> Result<()>,
) -> Result<Option<i64>> {
    let mut statement = moment.prepare(sql).map_err(fault)?;
    let mut rows = statement.query((after, limit)).map_err(fault)?;
    let (mut seen, mut last) = (0, after);
    while let Some(row) = rows.next().map_err(fault)? {
        last = row.get(0).map_err(fault)?;
        seen += 1;
        look(last, row)?;
    }
    Ok((seen == limit).then_some(last))
}

fn each(moment: &Connection, sql: &str, mut look: impl FnMut(&Row<'_>) -> Result<()>) -> Result<()> {
    let mut statement = moment.prepare(sql).map_err(fault)?;
    let mut rows = statement.query(()).map_err(fault)?;
    while let Some(row) = rows.next().map_err(fault)? {
        look(row)?;
    }
    Ok(())
}
