//! Opens files that were damaged or forged, and judges what the library makes of them.
//!
//! Each file is one of two good ones with a mutation: bits, bytes and pages, a log beside it, or a statement of SQL. It
//! may be refused, as what it is and unchanged. If it opens, then whoever reads it must see what was written, or be told
//! by `verify` with the head that was kept, or by `check`. Nothing may panic, hang, or end the process.

mod base;
mod look;
mod mutate;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use casekit_torture::Outcome;

use crate::options::Options;
use crate::tally::{Tally, Verdict, grouped};

pub(crate) use look::child;

/// How many files one process opens: one that ends early takes the rest of them with it.
const SHARD: u64 = 50;
/// How many processes open files at the same time.
const SHARDS: usize = 2;

/// What a child says of a file, each as the first word of a line.
const AT: &str = "at";
const SEEN: &str = "seen";
const WRONG: &str = "wrong";

pub(crate) fn run(options: &Options) -> Outcome<Verdict> {
    let folder = options.folder_in_memory()?;
    let home = folder.empty("hostile")?;
    base::make(&home)?;
    let mut tally = Tally::new(options);
    let mut classes: BTreeMap<String, u64> = BTreeMap::new();
    let files = options.items(options.count(1_000));
    let count = files.end - files.start;
    for (first, output) in shards(&home, options.seed, files.start, files.end)? {
        let said = String::from_utf8_lossy(&output.stdout);
        for line in said.lines() {
            match line.split_once('\t') {
                Some((SEEN, class)) => *classes.entry(class.to_owned()).or_default() += 1,
                Some((WRONG, what)) => {
                    let (item, what) = what.split_once('\t').unwrap_or_default();
                    tally.wrong(item.parse().unwrap_or(first), what);
                }
                Some(_) | None => {}
            }
        }
        if !output.status.success() {
            let last = said.lines().rev().find_map(|line| line.strip_prefix(AT)).unwrap_or_default().trim();
            let item = last.split('\t').next().and_then(|item| item.parse().ok()).unwrap_or(first);
            tally.wrong(item, format!("the process ended or hung ({}) at {last}", output.status));
        }
    }
    let classes: Vec<String> =
        classes.iter().map(|(class, count)| format!("{} {class}", grouped(*count))).collect();
    Ok(tally.close(format!("{} files, a third twice: {}", grouped(count), classes.join(", "))))
}

/// What every process said, by its first file.
fn shards(home: &Path, seed: u64, from: u64, end: u64) -> Outcome<BTreeMap<u64, Output>> {
    let next = AtomicU64::new(from);
    let outputs = Mutex::new(BTreeMap::new());
    let work = || -> Outcome {
        loop {
            let first = next.fetch_add(SHARD, Ordering::Relaxed);
            if first >= end {
                return Ok(());
            }
            let output = Command::new(std::env::current_exe()?)
                .args(["child", "hostile"])
                .arg(home)
                .args([seed, first, end.min(first + SHARD)].map(|number| number.to_string()))
                // What a panic says is of no use without a reader; that it came is said on the other pipe.
                .stderr(Stdio::null())
                .output()?;
            outputs.lock().map_err(|_| "a thread ended")?.insert(first, output);
        }
    };
    thread::scope(|scope| -> Outcome {
        let threads: Vec<_> = (0..SHARDS).map(|_| scope.spawn(work)).collect();
        for thread in threads {
            thread.join().map_err(|_| "a thread ended")??;
        }
        Ok(())
    })?;
    Ok(outputs.into_inner()?)
}

/// Reads what the parent has put into the folder.
fn kept(home: &Path, name: &str) -> Outcome<String> {
    Ok(fs::read_to_string(home.join(name))?)
}
