//! What the children of a run said, counted.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::process::Output;

use super::{AT, COLUMN, SEEN, WRONG};
use crate::options::Options;
use crate::tally::{Tally, Verdict, grouped};

/// After how many files it is said how far the run has come.
const PROGRESS: u64 = 1_000;

pub(super) struct Seen<'a> {
    tally: Tally<'a>,
    files: Range<u64>,
    looked_at: u64,
    /// How many openings ended in each way.
    ends: BTreeMap<String, u64>,
    columns: BTreeSet<String>,
    /// The most milliseconds that looking at a file took.
    slowest: u64,
}

impl<'a> Seen<'a> {
    pub(super) fn new(options: &'a Options, files: Range<u64>) -> Self {
        Self {
            tally: Tally::new(options),
            files,
            looked_at: 0,
            ends: BTreeMap::new(),
            columns: BTreeSet::new(),
            slowest: 0,
        }
    }

    /// Counts what the child said that opened these files.
    pub(super) fn add(&mut self, shard: &Range<u64>, output: &Output) {
        let said = String::from_utf8_lossy(&output.stdout);
        for line in said.lines() {
            match line.split_once('\t') {
                Some((SEEN, end)) => {
                    let (end, took) = end.split_once('\t').unwrap_or((end, ""));
                    *self.ends.entry(end.to_owned()).or_default() += 1;
                    self.slowest = self.slowest.max(took.parse().unwrap_or_default());
                }
                Some((COLUMN, column)) => {
                    self.columns.insert(column.to_owned());
                }
                Some((WRONG, what)) => {
                    let (item, what) = what.split_once('\t').unwrap_or_default();
                    self.tally.wrong(item.parse().unwrap_or(shard.start), what);
                }
                Some(_) | None => {}
            }
        }
        if !output.status.success() {
            let last = said.lines().rev().find_map(|line| line.strip_prefix(AT)).unwrap_or_default().trim();
            let item = last.split('\t').next().and_then(|item| item.parse().ok()).unwrap_or(shard.start);
            // What panicked is said on the other pipe; what ended the process itself comes last on this one.
            let why = String::from_utf8_lossy(&output.stderr);
            let why = why.lines().next_back().unwrap_or_default();
            self.tally
                .wrong(item, format!("the process ended or hung ({}) after {last}: {why}", output.status));
        }
        let before = self.looked_at / PROGRESS;
        self.looked_at += shard.end - shard.start;
        if self.looked_at / PROGRESS > before {
            let all = grouped(self.files.end - self.files.start);
            println!("  {} of {all} files: {}", grouped(self.looked_at), self.said());
        }
    }

    fn said(&self) -> String {
        let ends = self.ends.iter().map(|(end, count)| format!("{} {end}", grouped(*count)));
        ends.collect::<Vec<_>>().join(", ")
    }

    /// Prints the one line. `columns` is how many the file has.
    pub(super) fn close(self, columns: usize) -> Verdict {
        let files = grouped(self.files.end - self.files.start);
        let (tried, slowest, said) = (self.columns.len(), self.slowest, self.said());
        self.tally.close(format!(
            "{files} files, values of {tried} of {columns} columns, each of those opened twice: {said}; the slowest took \
             {slowest} ms"
        ))
    }
}
