//! Opens files that were damaged or forged, and judges what the library makes of them.
//!
//! Each is a good file with something altered: a value or a few, past what the schema would refuse; bits, bytes and pages;
//! a log beside it; or what a statement of SQL can do. It may be refused, as what it is and unchanged. If it opens, then
//! whoever reads it must see what was written, or be told by `verify`, with the head that was kept, or by `check`, unless
//! the reviewed tamper matrix says why nothing finds it. Nothing may panic, hang, or end the process.

mod base;
mod cells;
mod everything;
mod explained;
mod json;
mod look;
mod mutate;
mod seen;
mod values;

use std::fs;
use std::ops::Range;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Sender};
use std::thread;

use casekit_torture::Outcome;
use rusqlite::Connection;

use crate::options::Options;
use crate::tally::Verdict;
use cells::Columns;
use seen::Seen;

pub(crate) use look::child;

/// How many files one process opens: one that ends early takes the rest of them with it.
const SHARD: u64 = 50;
/// How many processes open files at the same time.
const SHARDS: usize = 2;

/// What a child says of a file, each as the first word of a line.
const AT: &str = "at";
const SEEN: &str = "seen";
const COLUMN: &str = "column";
const WRONG: &str = "wrong";

pub(crate) fn run(options: &Options) -> Outcome<Verdict> {
    let folder = options.folder_in_memory()?;
    let home = folder.empty("hostile")?;
    base::make(&home)?;
    let columns = Columns::of(&Connection::open(home.join("a.db"))?)?.count();
    let files = options.items(options.count(1_000));
    let next = AtomicU64::new(files.start);
    let mut seen = Seen::new(options, files.clone());
    thread::scope(|scope| -> Outcome {
        let (tell, told) = mpsc::channel();
        let begin = |tell: Sender<_>| {
            let (home, next) = (&home, &next);
            scope.spawn(move || shards(home, options.seed, next, files.end, &tell))
        };
        let threads: Vec<_> = (0..SHARDS).map(|_| begin(tell.clone())).collect();
        drop(tell);
        told.iter().for_each(|(shard, output)| seen.add(&shard, &output));
        for thread in threads {
            thread.join().map_err(|_| "a thread ended")??;
        }
        Ok(())
    })?;
    Ok(seen.close(columns))
}

/// Opens shard after shard, each in a process of its own, and hands over what every process said.
fn shards(
    home: &Path,
    seed: u64,
    next: &AtomicU64,
    end: u64,
    tell: &Sender<(Range<u64>, Output)>,
) -> Outcome {
    loop {
        let first = next.fetch_add(SHARD, Ordering::Relaxed);
        if first >= end {
            return Ok(());
        }
        let shard = first..end.min(first + SHARD);
        let output = Command::new(std::env::current_exe()?)
            .args(["child", "hostile"])
            .arg(home)
            .args([seed, shard.start, shard.end].map(|number| number.to_string()))
            .output()?;
        if tell.send((shard, output)).is_err() {
            return Ok(());
        }
    }
}

/// Reads what the parent has put into the folder.
fn kept(home: &Path, name: &str) -> Outcome<String> {
    Ok(fs::read_to_string(home.join(name))?)
}
