//! Opens files that cannot be written: each must be refused as `read_only`, and left as it is.
//!
//! The file or its folder is marked, belongs to somebody else, or is on a file system that is mounted read-only. Some of
//! the files have their last writes in a log. One is marked while a kit has it open.

mod ways;

use casekit_torture::Outcome;

use crate::options::Options;
use crate::tally::{Tally, Verdict, grouped};
pub(crate) use ways::child;
use ways::{Answer, Way};

pub(crate) fn run(options: &Options) -> Outcome<Verdict> {
    let folder = options.folder()?;
    let mut tally = Tally::new(options);
    let (mut tried, mut skipped) = (0, Vec::new());
    let ways = Way::ALL.len() as u64;
    // Each with a log and without.
    for item in options.items(2 * ways) {
        let way = Way::of(item);
        let hot = item >= ways;
        match way.try_it(&folder, hot)? {
            Answer::Right => tried += 1,
            Answer::Wrong(what) => {
                tried += 1;
                tally.wrong(item, format!("{way:?}{}: {what}", if hot { ", with a log" } else { "" }));
            }
            Answer::NotHere => skipped.push(format!("{way:?}")),
        }
    }
    skipped.dedup();
    let skipped = if skipped.is_empty() {
        String::new()
    } else {
        format!(", not possible here: {}", skipped.join(", "))
    };
    Ok(tally.close(format!("{} files that cannot be written{skipped}", grouped(tried))))
}
