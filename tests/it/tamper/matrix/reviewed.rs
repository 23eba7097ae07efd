//! The answers as a file that people read, and how they are compared with it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::unfound::reason;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/tamper/reviewed.txt");

const ANEW: &str = "who finds what has changed: if it was meant to, run \
    `CASEKIT_BLESS=1 cargo test --all-features --test it tamper::matrix`, and read every line of the difference";

const LEGEND: &str = "\
What finds which tampering. Written by tests/it/tamper/matrix.rs from what the library really answers; read by people.

Each answer has a letter for each that finds it:
  O  opening refuses the file, and nothing else is tried
  V  verify, with the file alone
  K  verify, but only with the head that the host kept
  C  check
  R  something that a screen reads is refused
  -  nothing; the reason stands below the line
  =  the schema refuses the change itself, or it leaves the same rows
Several answers, with `/` between them: it depends on the row.

A column is changed in each row: `leaf` alters one value in its JSON, `other` gives it another value of its kind, `null` none,
`neighbour` the value of the next row that has another one. Whole rows are removed, doubled under the next free key, swapped
with the next row, and moved to another case, stream or blob; into an empty table one is added. What is done to histories
re-hashes them, as the library would.

";

/// What was answered: for each line, in order, the answers to each kind of change.
#[derive(Default)]
pub(super) struct Answers {
    lines: Vec<String>,
    found: BTreeMap<(String, String), BTreeMap<String, String>>,
}

impl Answers {
    /// Adds an answer; `what` is where it was found first.
    pub(super) fn add(&mut self, line: &str, how: &str, found: &str, what: &str) {
        if !self.lines.iter().any(|known| known == line) {
            self.lines.push(line.to_owned());
        }
        let answers = self.found.entry((line.to_owned(), how.to_owned())).or_default();
        answers.entry(found.to_owned()).or_insert_with(|| what.to_owned());
    }

    /// Compares with the reviewed file: the whole of it, or each answer of a sample.
    pub(super) fn compare(&self, whole: bool, blessing: bool, seed: u64) {
        let now = self.text();
        if blessing {
            std::fs::write(PATH, &now).unwrap();
        }
        let reviewed = std::fs::read_to_string(PATH).unwrap_or_default();
        let (known, mut wrong) = (parsed(&reviewed), Vec::new());
        for ((line, how), answers) in &self.found {
            let reviewed = known.get(&(line.clone(), how.clone()));
            for (found, what) in answers {
                if !reviewed.is_some_and(|reviewed| reviewed.contains(found)) {
                    wrong.push(format!("{line}, {how}: {found} at {what}, not as reviewed: {reviewed:?}"));
                }
                if found == "-" && reason(line, how).is_none() {
                    wrong.push(format!(
                        "{line}, {how}: nothing finds it at {what}, and unfound.rs gives no reason"
                    ));
                }
            }
        }
        let gone = known.keys().filter(|key| !self.found.contains_key(*key));
        wrong.extend(gone.map(|(line, how)| format!("{line}, {how}: is not tried any more")));
        assert!(wrong.is_empty(), "SEED={seed}\n{}\n{ANEW}", wrong.join("\n"));
        assert!(!whole || now == reviewed, "reviewed.txt says more, or in another order; {ANEW}");
        assert!(reviewed.lines().count() <= 400, "more than a person reads: find what belongs together");
    }

    fn text(&self) -> String {
        let mut text = LEGEND.to_owned();
        for line in &self.lines {
            write!(text, "{line:<28}").unwrap();
            let mut reasons = BTreeSet::new();
            for how in HOWS {
                let Some(answers) = self.found.get(&(line.clone(), how.to_owned())) else { continue };
                let found: Vec<&str> = answers.keys().map(String::as_str).collect();
                write!(text, "  {how} {}", found.join("/")).unwrap();
                if answers.contains_key("-") {
                    reasons.extend(reason(line, how));
                }
            }
            text.push('\n');
            reasons.iter().for_each(|reason| writeln!(text, "    - {reason}").unwrap());
        }
        text
    }
}

/// Every kind of change, in the order of a line.
const HOWS: [&str; 12] = [
    "leaf",
    "other",
    "null",
    "neighbour",
    "removed",
    "doubled",
    "swapped",
    "moved",
    "added",
    "done",
    "heads-left",
    "heads-forged",
];

fn parsed(reviewed: &str) -> BTreeMap<(String, String), BTreeSet<String>> {
    let mut known = BTreeMap::new();
    let lines = reviewed.strip_prefix(LEGEND).unwrap_or_default().lines();
    for line in lines.filter(|line| !line.starts_with(' ')) {
        let mut parts = line.split("  ").map(str::trim).filter(|part| !part.is_empty());
        let name = parts.next().unwrap_or_default();
        for (how, found) in parts.filter_map(|part| part.split_once(' ')) {
            let found = found.split('/').map(str::to_owned).collect();
            known.insert((name.to_owned(), how.to_owned()), found);
        }
    }
    known
}
