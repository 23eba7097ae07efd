//! Cases found by a field of one's own, beside an expert's SQL: `cargo bench --bench fields`, and `-- --quick` for a look at a
//! thousand; `--cases "1000 100000"` for other sizes.
//!
//! Both sides have the same cases in a file of their own, in one process, turn by turn. The hand-written side has a table of
//! cases, and a table of values with the index that fits; a row of its list has every column that casekit shows there. Only ratios
//! travel from machine to machine. Both sides must show the same numbers, or the bench fails. What was measured is kept in `target/bench/fields.json`.

mod tagged;
#[path = "../timing/timing.rs"]
#[allow(dead_code, unused_imports, reason = "each bench uses its part of it")]
mod timing;

use std::path::Path;

use casekit::{
    Actor, CaseKit, CasesQuery, CountBy, Desk, Direction, FieldCondition, FieldKind, ImportCase, ImportItem,
    NewCase, NewCaseType, NewField, PageRequest, Role, Timestamp,
};
use rusqlite::{Connection, ToSql, params};
use timing::{Number, Options, Outcome, Pace, Table, compare, keep};

/// What of a page is wanted at most.
const GOAL: Option<f64> = Some(1.3);

/// How many rows a page has.
const PAGE: usize = 50;

fn main() -> Outcome {
    let number = Number { option: "--cases", usual: &[1_000, 100_000], quick: &[1_000] };
    let options = Options::read(&number, &[])?;
    let mut table = Table::default();
    for cases in &options.numbers {
        // Not /tmp, which may be memory.
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        let both = Both::of(folder.path(), *cases)?;
        Table::head(&format!("{cases} cases"));
        let pace = if options.quick { Pace::QUICK } else { Pace::USUAL };
        both.measure(*cases, pace, &mut table)?;
        drop(both);
        tagged::measure(folder.path(), *cases, &mut table)?;
    }
    let (met, of) = table.met();
    println!("\n{met} of {of} goals are met");
    keep("fields.json", &table.json())
}

/// The two files, with the same in them.
struct Both {
    desk: Desk,
    raw: Connection,
}

/// What somebody looks for: one channel of twenty, or one order.
fn channel(place: usize) -> String {
    format!("channel_{}", place % 20)
}

fn order(place: usize) -> String {
    format!("o-{}", place.wrapping_mul(40_503) % 1_000_003)
}

const RAW: &str = "CREATE TABLE cases (number INTEGER PRIMARY KEY, id BLOB UNIQUE, revision INTEGER, hash BLOB, place INTEGER,
        holder INTEGER, customer INTEGER, raised_by INTEGER, raised_at INTEGER, stage_since INTEGER, updated_at INTEGER,
        resolved_at INTEGER, closed_at INTEGER, title TEXT, requester TEXT, fields TEXT, tags TEXT, due_at INTEGER,
        warn_at INTEGER, workflow INTEGER, status INTEGER) STRICT;
    CREATE TABLE customers (key INTEGER PRIMARY KEY, name TEXT) STRICT;
    CREATE TABLE fields (field TEXT, value ANY, number INTEGER, PRIMARY KEY (field, value, number)) STRICT, WITHOUT ROWID;";

/// The columns of a row, of `cases c` and `customers u`.
macro_rules! columns {
    () => {
        "c.number, c.id, c.revision, c.place, c.title, u.name, c.holder, c.raised_at, c.updated_at, c.resolved_at,
        c.closed_at, c.requester, c.fields, c.tags, c.due_at, c.warn_at, c.workflow, c.status"
    };
}

/// The page of a value: as many as a page, newest first.
const RAW_PAGE: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM (SELECT number FROM fields WHERE field = ?1 AND value = ?2 AND number < ?3 ORDER BY number DESC LIMIT ?4) f
    CROSS JOIN cases c ON c.number = f.number LEFT JOIN customers u ON u.key = c.customer"
);

/// The first page in the order of a field.
const RAW_SORTED: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM (SELECT number FROM fields WHERE field = ?1 ORDER BY value, number LIMIT ?2) f
    CROSS JOIN cases c ON c.number = f.number LEFT JOIN customers u ON u.key = c.customer"
);

const RAW_COUNT: &str = "SELECT c.place, count(*) FROM fields f CROSS JOIN cases c ON c.number = f.number
    WHERE f.field = ?1 AND f.value = ?2 GROUP BY 1";

/// A row, with all that casekit shows of it. Types and stages are constants of the program.
#[allow(dead_code, reason = "fetched as a screen would; few look here")]
struct Row {
    id: [u8; 16],
    number: String,
    revision: i64,
    place: i64,
    title: String,
    customer: Option<String>,
    holder: i64,
    times: (i64, i64),
    ends: [Option<i64>; 4],
    texts: [Option<String>; 3],
    workflow: (Option<i64>, Option<i64>),
}

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    Ok(Row {
        number: format!("C-{:06}", row.get::<_, i64>(0)?),
        id: row.get(1)?,
        revision: row.get(2)?,
        place: row.get(3)?,
        title: row.get(4)?,
        customer: row.get(5)?,
        holder: row.get(6)?,
        times: (row.get(7)?, row.get(8)?),
        ends: [row.get(9)?, row.get(10)?, row.get(14)?, row.get(15)?],
        texts: [row.get(11)?, row.get(12)?, row.get(13)?],
        workflow: (row.get(16)?, row.get(17)?),
    })
}

impl Both {
    fn of(folder: &Path, cases: usize) -> Outcome<Self> {
        let kit = CaseKit::open(folder.join("kit.db"))?;
        let desk = kit.desk(Actor::new("root", "Root").with_role(Role::Administrator));
        let choices: Vec<String> = (0..20).map(|one| format!("Channel {one}")).collect();
        let fields = vec![
            NewField::choice("Channel", choices).indexed(),
            NewField::new("Order", FieldKind::Text).indexed(),
        ];
        desk.create_case_type(NewCaseType::new("Refunds").with_fields(fields))?;
        let mut raw = Connection::open(folder.join("raw.db"))?;
        raw.pragma_update(None, "journal_mode", "wal")?;
        // As casekit has it.
        raw.pragma_update(None, "cache_size", -16_384)?;
        raw.set_prepared_statement_cache_capacity(128);
        raw.execute_batch(RAW)?;
        let at = |place: usize| -> Outcome<Timestamp> {
            Timestamp::from_timestamp(1_700_000_000 + place as i64, 0).ok_or_else(|| "no instant".into())
        };
        for from in (0..cases).step_by(2_000) {
            let to = cases.min(from + 2_000);
            let mut items = Vec::with_capacity(to - from);
            let change = raw.transaction()?;
            for place in from..to {
                let (title, number) = (format!("Refund of order {place}"), place as i64 + 1);
                let case = NewCase::new("Refunds", &title)
                    .with_field("channel", channel(place))
                    .with_field("order", order(place));
                items.push(ImportItem::Case(ImportCase::new(case, at(place)?, "amara")));
                let (id, at) = (u128::from(number.unsigned_abs()).to_be_bytes(), place as i64 * 1_000_000);
                change
                    .prepare_cached(
                        "INSERT INTO cases (number, id, revision, hash, place, holder, raised_by, raised_at, stage_since,
                         updated_at, title) VALUES (?1, ?2, 1, zeroblob(32), 1, 0, 1, ?3, ?3, ?3, ?4)",
                    )?
                    .execute(params![number, id, at, title])?;
                let put = "INSERT INTO fields VALUES (?1, ?2, ?3)";
                change.execute(put, params!["channel", channel(place), number])?;
                change.execute(put, params!["order", order(place), number])?;
            }
            change.commit()?;
            let report = desk.import(&items)?;
            if report.events < items.len() as u64 {
                return Err("an item was refused".into());
            }
        }
        Ok(Self { desk, raw })
    }

    fn measure(&self, cases: usize, pace: Pace, table: &mut Table) -> Outcome {
        for (op, field, value) in [
            ("page of 50, of one value of twenty", "channel", channel as fn(usize) -> String),
            ("page of 50, of a value of its own", "order", order),
        ] {
            let found = compare(
                pace,
                |place| self.raw_page(field, &value(place)),
                |place| self.kit_page(field, &value(place)),
            )?;
            table.add(found.line(op, "read", cases, GOAL));
            for place in [0, 7, cases / 2] {
                if self.raw_page(field, &value(place))? != self.kit_page(field, &value(place))? {
                    return Err(format!("the sides show different cases: {op}").into());
                }
            }
        }
        let sorted = compare(pace, |_| self.raw_sorted(), |_| self.kit_sorted())?;
        table.add(sorted.line("page of 50, in the order of a field", "read", cases, GOAL));
        if self.raw_sorted()? != self.kit_sorted()? {
            return Err("the sides show different cases: in the order of a field".into());
        }
        let counted = compare(
            pace,
            |place| {
                let mut count = self.raw.prepare_cached(RAW_COUNT)?;
                let all = count.query_map(params!["channel", channel(place)], |row| row.get::<_, i64>(1))?;
                Ok(all.sum::<rusqlite::Result<i64>>()?)
            },
            |place| {
                let query = asked("channel", &channel(place));
                Ok(self.desk.counts(CountBy::Stage, &query)?.iter().map(|one| one.count).sum::<u64>())
            },
        )?;
        table.add(counted.line("count by stage, of one value of twenty", "read", cases, GOAL));
        Ok(())
    }

    fn raw_page(&self, field: &str, value: &str) -> Outcome<Vec<u64>> {
        self.raw_rows(RAW_PAGE, params![field, value, i64::MAX, PAGE as i64 + 1])
    }

    fn raw_rows(&self, sql: &str, values: &[&dyn ToSql]) -> Outcome<Vec<u64>> {
        let mut page = self.raw.prepare_cached(sql)?;
        let rows: Vec<Row> = page.query_map(values, row)?.collect::<rusqlite::Result<_>>()?;
        rows.iter().take(PAGE).map(|row| numbered(&row.number)).collect()
    }

    fn raw_sorted(&self) -> Outcome<Vec<u64>> {
        self.raw_rows(RAW_SORTED, params!["order", PAGE as i64 + 1])
    }

    fn kit_sorted(&self) -> Outcome<Vec<u64>> {
        let query = CasesQuery {
            sort_field: Some("order".into()),
            direction: Direction::Ascending,
            ..CasesQuery::default()
        };
        self.kit_rows(&query)
    }

    fn kit_page(&self, field: &str, value: &str) -> Outcome<Vec<u64>> {
        self.kit_rows(&asked(field, value))
    }

    fn kit_rows(&self, query: &CasesQuery) -> Outcome<Vec<u64>> {
        let page = self.desk.cases(query, PageRequest::first())?;
        page.rows.iter().map(|row| numbered(&row.number)).collect()
    }
}

fn numbered(number: &str) -> Outcome<u64> {
    Ok(number.trim_start_matches("C-").parse()?)
}

fn asked(field: &str, value: &str) -> CasesQuery {
    CasesQuery { fields: vec![FieldCondition::is(field, value)], ..CasesQuery::default() }
}
