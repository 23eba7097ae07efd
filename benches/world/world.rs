//! What is in the files that are measured: made by a seed, the same every time, case by case, so that a file of 10,000
//! cases begins as one of 1,000 does.

mod kit;
mod told;
mod words;

pub(crate) use kit::{Cast, Kit, is_raised, package};
pub(crate) use told::{Told, What, customer, customers_at, deep, long, rare_word, told};
pub(crate) use words::{Dice, prefixes, sentence, word};

/// Grows with every change by which another world is made: files that are kept are old then.
pub(crate) const VERSION: u32 = 2;

/// From which everything here is made.
pub(crate) const SEED: u64 = 20_251_126;

/// The case types, and how many of a thousand cases are of each. The last arrive at the webform, [`REQUESTS`] in all.
pub(crate) const KINDS: [(&str, u64); 8] = [
    ("Support", 380),
    ("Enquiries", 220),
    ("Bug report", 120),
    ("Feature requests", 60),
    ("Letters", 20),
    ("Invoices", 200),
    ("Data request", 0),
    ("Returns", 0),
];

/// Of cases of this type, 2 in 100, a step waits for who may release.
pub(crate) const LETTERS: usize = 4;

/// Of cases of this type, 20 in 100, a step waits for who may revoke approvals.
pub(crate) const INVOICES: usize = 5;

/// Of cases of this type, few, a step waits for who may decide steps.
pub(crate) const REQUESTED: usize = 6;

/// Cases of this type have fields and tags; a file has some only once they are raised.
pub(crate) const RETURNS: usize = 7;

/// The indexed fields of these, by their ids.
pub(crate) const FIELDS: [&str; 2] = ["channel", "order"];

/// The tag that these get.
pub(crate) const TAG: &str = "Goodwill";

/// How many requests for data wait.
pub(crate) const REQUESTS: usize = 20;

/// The stages that every type has, with the numbers of their categories.
pub(crate) const STAGES: [(&str, &str, i64); 4] = [
    ("open", "Open", 0),
    ("in_progress", "In Progress", 1),
    ("resolved", "Resolved", 3),
    ("closed", "Closed", 4),
];

pub(crate) const OPEN: usize = 0;
pub(crate) const IN_PROGRESS: usize = 1;
pub(crate) const RESOLVED: usize = 2;
pub(crate) const CLOSED: usize = 3;

/// Those in whose hands cases are.
pub(crate) const PEOPLE: usize = 200;

/// The id of a person; that of the first is who does what is measured.
pub(crate) fn person(place: usize) -> String {
    format!("person-{place:03}")
}
