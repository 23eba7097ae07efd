//! Deletes, replaces, renames or cuts the file while a kit has it open.
//!
//! What is acknowledged after that must be there when the kit is closed: in the file at the path, or in the file that was
//! moved. If it cannot be, the command answers an error instead, `moved` where the path no longer leads to the file. What
//! was acknowledged before may be gone with a file that was deleted, but not silently. A file that was put in the place
//! of another is nobody's to change.

mod happening;
mod scene;

use std::collections::BTreeMap;
use std::process::Command;

use casekit_torture::Outcome;

use crate::options::Options;
use crate::tally::{Tally, Verdict, grouped};
use happening::Happening;
pub(crate) use scene::child;

/// How many scenes one process plays.
const SCENES: usize = 30;

/// What a scene says, each as the first word of a line.
const AT: &str = "at";
const ACKED: &str = "acked";
const REFUSED: &str = "refused";
const TOLD: &str = "told";
const WRONG: &str = "wrong";

pub(crate) fn run(options: &Options) -> Outcome<Verdict> {
    let folder = options.folder()?;
    let mut tally = Tally::new(options);
    let (mut acked, mut told) = (0, 0);
    let mut refused: BTreeMap<String, u64> = BTreeMap::new();
    let items = options.items(options.count(90));
    for first in items.clone().step_by(SCENES) {
        let end = items.end.min(first + SCENES as u64);
        // In processes of their own: what is mapped of a file that was cut ends one. Several in each: what one leaves open
        // the next can meet, for a system gives the number of a deleted file to a new one.
        let output = Command::new(std::env::current_exe()?)
            .args(["child", "moved"])
            .arg(folder.path())
            .args([options.seed, first, end].map(|number| number.to_string()))
            .output()?;
        let mut item = first;
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            match line.split_once('\t') {
                Some((AT, place)) => item = place.parse()?,
                Some((ACKED, count)) => acked += count.parse::<u64>()?,
                Some((REFUSED, code)) => *refused.entry(code.to_owned()).or_default() += 1,
                Some((TOLD, _)) => told += 1,
                Some((WRONG, what)) => tally.wrong(item, format!("{:?}: {what}", Happening::of(item))),
                Some(_) | None => tally.wrong(item, format!("the process says {line}")),
            }
        }
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            let what = format!("the process that began at item {first} ended ({})", output.status);
            tally.wrong(item, format!("{:?}: {what} {}", Happening::of(item), said.trim()));
        }
    }
    let files = items.end - items.start;
    let refused: Vec<String> =
        refused.iter().map(|(code, count)| format!("{} {code}", grouped(*count))).collect();
    Ok(tally.close(format!(
        "{} files moved under an open kit; after that {} commands acknowledged, refused: {}; {} losses were told",
        grouped(files),
        grouped(acked),
        refused.join(", "),
        grouped(told),
    )))
}
