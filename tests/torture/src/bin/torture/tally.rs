//! Counting what went wrong, and saying it: the first of it whole, and all of it in one line.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::time::Instant;

use crate::options::Options;

/// How many of the things that went wrong in the same way are printed, and how many at all.
const ALIKE: u64 = 2;
const SHOWN: u64 = 30;

/// What a run came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verdict {
    Fine,
    Failed,
}

/// What a harness saw go wrong.
pub(crate) struct Tally<'a> {
    options: &'a Options,
    began: Instant,
    wrong: u64,
    shown: u64,
    /// How often each thing went wrong; what differs in numbers only is the same.
    alike: BTreeMap<String, u64>,
}

impl<'a> Tally<'a> {
    pub(crate) fn new(options: &'a Options) -> Self {
        Self { options, began: Instant::now(), wrong: 0, shown: 0, alike: BTreeMap::new() }
    }

    /// Something is wrong with an item.
    pub(crate) fn wrong(&mut self, item: u64, what: impl Display) {
        self.wrong += 1;
        let what = what.to_string();
        let kind = what.chars().filter(|letter| !letter.is_ascii_hexdigit()).take(60).collect();
        let alike = self.alike.entry(kind).or_default();
        *alike += 1;
        if *alike <= ALIKE && self.shown < SHOWN {
            self.shown += 1;
            let Options { harness, seed, .. } = self.options;
            println!("  {what}");
            println!("    again: torture {harness} --seed {seed} --only {item}");
        }
    }

    /// Prints the one line: what was done, and whether all of it was well.
    pub(crate) fn close(self, done: impl Display) -> Verdict {
        let Options { harness, seed, .. } = self.options;
        let verdict = if self.wrong == 0 { Verdict::Fine } else { Verdict::Failed };
        let end = match verdict {
            Verdict::Fine => "ok".to_owned(),
            Verdict::Failed => format!("{} FAILED", grouped(self.wrong)),
        };
        println!("torture {harness}: {done} (seed {seed}, {} s): {end}", self.began.elapsed().as_secs());
        verdict
    }
}

/// A number with commas between its thousands.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
