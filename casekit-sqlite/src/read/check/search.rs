//! Checking that the search finds everything there is, and nothing else.
//!
//! The indexes keep no texts to compare with. So everything in them is summed up, and everything that should be in
//! them: the two sums of 128-bit hashes are equal, but for a negligible chance, only if the same keys have the same
//! terms, in whatever order they come.

use std::hash::{DefaultHasher, Hasher};

use casekit_core::text::RULES;
use rusqlite::{Connection, OptionalExtension, Rows};

use super::segments::{Bytes, TOTALS, block, lead_right};
use crate::error::{Result, fault, is_of_search, unreadable};
use crate::rows::count;
use crate::searched::{self, Found};

/// FTS5 keeps the layout of an index in memory and compares it with the file when a query begins. `integrity_check`
/// alone does not make it compare, and then takes an outdated layout for damage. So a query comes first.
const REFRESH: [&str; 2] = [
    "SELECT 1 FROM search WHERE search MATCH 'x' LIMIT 1",
    "SELECT 1 FROM customer_search WHERE customer_search MATCH 'x' LIMIT 1",
];

/// Has FTS5 read the layouts of its indexes again. Returns whether it can.
pub(crate) fn refresh(moment: &Connection) -> Result<bool> {
    let mut readable = true;
    for sql in REFRESH {
        readable &=
            unless_damaged(moment.query_row(sql, (), |_| Ok(())).optional().map_err(fault))?.is_some();
    }
    Ok(readable)
}

/// Whether a finding of an integrity check is about a search index. FTS5 reports it in one of two forms.
pub(super) fn is_said(found: &str) -> bool {
    found.contains("FTS5 table") || found.starts_with("fts5: ")
}

/// Whether the indexes have exactly the terms that this library's text rules give, each is looked up where it is, the
/// table of words has exactly their words, and FTS5's own totals are right.
pub(crate) fn is_whole(moment: &Connection, proceed: &impl Fn() -> Result<()>) -> Result<bool> {
    if count(moment, MADE)? != i64::from(RULES) || count(moment, STRANGE)? != 0 {
        return Ok(false);
    }
    let (mut entries, mut names) = (Sum::default(), Sum::default());
    searched::entries(moment, |found| {
        entries.add_text(&found);
        proceed()
    })?;
    searched::names(moment, |found| {
        names.add_text(&found);
        proceed()
    })?;
    let listed = listed(moment)?;
    let looked = look(moment, proceed);
    unlisted(moment, listed)?;
    let Some(indexed) = unless_damaged(looked)? else { return Ok(false) };
    Ok(indexed.is_some_and(|indexed| indexed == [entries, names])
        && totals(moment, "search")? == Some(entries.totals())
        && totals(moment, "customer_search")? == Some(names.totals())
        && lead_right(moment, "search", proceed)?
        && lead_right(moment, "customer_search", proceed)?)
}

/// The rules by which the search was made; -1 if it is not made to the end.
const MADE: &str =
    "SELECT CASE WHEN search_part = 0 AND search_after = 0 THEN text_rules ELSE -1 END FROM file";

/// Counts what is strange among the settings of the indexes, which are two each: FTS5 would obey any other. With
/// `secure-delete` they overwrite removed words at once, which otherwise stay until a merge.
const STRANGE: &str =
    "SELECT (SELECT count(*) <> 2 OR total(k = 'version') <> 1 OR total(k = 'secure-delete' AND v = 1) <> 1
        FROM search_config)
    + (SELECT count(*) <> 2 OR total(k = 'version') <> 1 OR total(k = 'secure-delete' AND v = 1) <> 1
        FROM customer_search_config)";

/// Turns FTS5's report of a damaged index into `None`; other errors stay.
fn unless_damaged<T>(looked: Result<T>) -> Result<Option<T>> {
    match looked {
        Err(error) if is_of_search(&error) => Ok(None),
        looked => looked.map(Some),
    }
}

/// The contents of an index, summed up independently of their order.
#[derive(Clone, Copy, Default, Debug)]
struct Sum {
    rows: u64,
    terms: u64,
    mixed: u128,
}

impl PartialEq for Sum {
    /// Without `rows`: the contents of an index do not tell how many rows it has, since a row can have no terms.
    fn eq(&self, other: &Self) -> bool {
        (self.terms, self.mixed) == (other.terms, other.mixed)
    }
}

impl Sum {
    fn add_text(&mut self, (rowid, terms): &Found) {
        self.rows += 1;
        terms.iter().for_each(|term| self.add(*rowid, term));
    }

    fn add(&mut self, rowid: i64, term: &str) {
        let half = |which: u8| {
            let mut hasher = DefaultHasher::new();
            hasher.write_u8(which);
            hasher.write_i64(rowid);
            hasher.write(term.as_bytes());
            u128::from(hasher.finish())
        };
        self.terms += 1;
        self.mixed = self.mixed.wrapping_add(half(0) << 64 | half(1));
    }

    fn totals(&self) -> [u64; 2] {
        [self.rows, self.terms]
    }
}

/// Temporary tables through which FTS5 shows the contents of its indexes. The file is not written to.
const LISTED: [(&str, &str); 2] = [("listed", "search"), ("listed_names", "customer_search")];

/// Creates these tables. Returns whether the connection was set to only read.
fn listed(moment: &Connection) -> Result<bool> {
    let only_reads: bool = moment.query_row("PRAGMA query_only", (), |row| row.get(0)).map_err(fault)?;
    // With `query_only` SQLite refuses even a temporary table.
    moment.execute_batch("PRAGMA query_only = 0").map_err(fault)?;
    for (table, index) in LISTED {
        let sql =
            format!("CREATE VIRTUAL TABLE temp.{table} USING fts5vocab ('main', '{index}', 'instance')");
        moment.execute_batch(&sql).map_err(fault)?;
    }
    Ok(only_reads)
}

fn unlisted(moment: &Connection, only_reads: bool) -> Result<()> {
    for (table, _) in LISTED {
        moment.execute_batch(&format!("DROP TABLE temp.{table}")).map_err(fault)?;
    }
    moment.execute_batch(&format!("PRAGMA query_only = {}", i32::from(only_reads))).map_err(fault)
}

/// The sums of both indexes; `None` if the table of words differs from them.
fn look(moment: &Connection, proceed: &impl Fn() -> Result<()>) -> Result<Option<[Sum; 2]>> {
    let prepare = |sql: &str| moment.prepare(sql).map_err(fault);
    let mut words = prepare("SELECT word FROM words ORDER BY word")?;
    let mut entries = prepare("SELECT term, doc FROM temp.listed ORDER BY term")?;
    let mut names = prepare("SELECT term, doc FROM temp.listed_names ORDER BY term")?;
    let mut words = words.query(()).map_err(fault)?;
    let mut entries = Terms::begin(entries.query(()).map_err(fault)?)?;
    let mut names = Terms::begin(names.query(()).map_err(fault)?)?;
    // All three are in the same order, so they can be compared in one pass.
    while let Some(term) = [&entries.term, &names.term].into_iter().flatten().min().cloned() {
        proceed()?;
        let known =
            words.next().map_err(fault)?.map(|row| row.get::<_, String>(0)).transpose().map_err(fault)?;
        if known.as_ref() != Some(&term) {
            return Ok(None);
        }
        entries.pass(&term)?;
        names.pass(&term)?;
    }
    let more = words.next().map_err(fault)?.is_some();
    Ok((!more).then_some([entries.sum, names.sum]))
}

/// The terms of an index in order, each with the keys that have it.
struct Terms<'a> {
    rows: Rows<'a>,
    term: Option<String>,
    rowid: i64,
    sum: Sum,
}

impl<'a> Terms<'a> {
    fn begin(rows: Rows<'a>) -> Result<Self> {
        let mut terms = Self { rows, term: None, rowid: 0, sum: Sum::default() };
        terms.step()?;
        Ok(terms)
    }

    fn step(&mut self) -> Result<()> {
        let Some(row) = self.rows.next().map_err(fault)? else {
            self.term = None;
            return Ok(());
        };
        let term = row.get_ref(0).map_err(fault)?.as_str().map_err(|_| unreadable())?;
        if self.term.as_deref() != Some(term) {
            self.term = Some(term.to_owned());
        }
        self.rowid = row.get(1).map_err(fault)?;
        Ok(())
    }

    /// If a term is the next one, passes over it and adds its keys to the sum.
    fn pass(&mut self, term: &str) -> Result<()> {
        while self.term.as_deref() == Some(term) {
            self.sum.add(self.rowid, term);
            self.step()?;
        }
        Ok(())
    }
}

/// The numbers of rows and terms that FTS5 has stored for an index. If they are too low, FTS5 reports damage when rows
/// are removed later.
pub(crate) fn totals(moment: &Connection, index: &str) -> Result<Option<[u64; 2]>> {
    let Some(block) = block(moment, index, TOTALS)? else { return Ok(None) };
    let mut bytes = Bytes(&block);
    // The block is empty before the first row, which counts as 0.
    let mut next = || bytes.varint().unwrap_or_default();
    Ok(Some([next(), next()]))
}
