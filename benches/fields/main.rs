//! Cases found by a field of one's own, beside an expert's SQL: `cargo bench --bench fields`, and `-- --quick` for a look at a
//! thousand; `--cases "1000 100000"` for other sizes.
//!
//! Both sides have the same cases in a file of their own, in one process, turn by turn. The hand-written side has a table of
//! cases, and a table of values with the index that fits; a row of its list has eight columns. Only ratios travel from machine to
//! machine. Both sides must show the same numbers, or the bench fails. What was measured is kept in `target/bench/fields.json`.

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

const RAW: &str = "CREATE TABLE cases (number INTEGER PRIMARY KEY, id BLOB UNIQUE, title TEXT, type INTEGER, stage TEXT,
        holder TEXT, raised_at INTEGER, updated_at INTEGER) STRICT;
    CREATE TABLE fields (field TEXT, value ANY, number INTEGER, PRIMARY KEY (field, value, number)) STRICT, WITHOUT ROWID;";

/// The page of a value: as many as a page, newest first.
const RAW_PAGE: &str = "SELECT c.number, c.id, c.title, c.type, c.stage, c.holder, c.raised_at, c.updated_at
    FROM (SELECT number FROM fields WHERE field = ?1 AND value = ?2 AND number < ?3 ORDER BY number DESC LIMIT ?4) f
    CROSS JOIN cases c ON c.number = f.number";

/// The first page in the order of a field.
const RAW_SORTED: &str =
    "SELECT c.number, c.id, c.title, c.type, c.stage, c.holder, c.raised_at, c.updated_at
    FROM (SELECT number FROM fields WHERE field = ?1 ORDER BY value, number LIMIT ?2) f
    CROSS JOIN cases c ON c.number = f.number";

const RAW_COUNT: &str = "SELECT c.stage, count(*) FROM fields f CROSS JOIN cases c ON c.number = f.number
    WHERE f.field = ?1 AND f.value = ?2 GROUP BY 1";

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
                let row =
                    params![number, number.to_be_bytes(), title, 1, "open", "", place as i64, place as i64];
                change.execute("INSERT INTO cases VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", row)?;
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
        let rows = page.query_map(values, |row| {
            let _row: (Vec<u8>, String, i64, String) = (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
            let _times: (String, i64, i64) = (row.get(5)?, row.get(6)?, row.get(7)?);
            row.get::<_, i64>(0)
        })?;
        let numbers: Vec<i64> = rows.collect::<rusqlite::Result<_>>()?;
        Ok(numbers.into_iter().take(PAGE).map(i64::unsigned_abs).collect())
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
        let number = |number: &str| number.trim_start_matches("C-").parse::<u64>();
        page.rows.iter().map(|row| Ok(number(&row.number)?)).collect()
    }
}

fn asked(field: &str, value: &str) -> CasesQuery {
    CasesQuery { fields: vec![FieldCondition::is(field, value)], ..CasesQuery::default() }
}
