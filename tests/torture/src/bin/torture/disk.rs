//! Works until no room is left on the disk, and on when there is some again.
//!
//! Room ends in two ways: files may not grow beyond a limit of the process, and, where root can mount one, a small file
//! system is full. Every refusal must say `full`; what was acknowledged must be there; and once there is room, the same
//! kit goes on.

mod small;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use casekit::{CaseKit, Error};
use casekit_torture::office::beside;
use casekit_torture::{Ack, How, Judge, Office, Outcome, Random, Worker, World, limits, open};

use crate::options::{Folder, Options};
use crate::tally::{Tally, Verdict, grouped};
pub(crate) use small::child;

/// Actions in a round, of which some find no room.
const ACTIONS: u64 = 15;
/// Actions after a round, which must all find room.
const AFTER: u64 = 6;

pub(crate) fn run(options: &Options) -> Outcome<Verdict> {
    let folder = options.folder_in_memory()?;
    let mut tally = Tally::new(options);
    let rounds = options.count(40);
    let mut filled = Filled::default();
    limited(&folder, options.seed, rounds, &mut filled)?;
    let mounted = small::run(&folder, options.seed, rounds.div_ceil(4), &mut filled)?;
    for wrong in &filled.wrong {
        tally.wrong(0, wrong);
    }
    let refused: Vec<String> =
        filled.refused.iter().map(|(code, count)| format!("{} {code}", grouped(*count))).collect();
    Ok(tally.close(format!(
        "{rounds} rounds with a limit on files, {}; {} acknowledged, refused: {}",
        if mounted { "and a small file system filled" } else { "no small file system could be mounted" },
        grouped(filled.acks),
        refused.join(", "),
    )))
}

/// What came of filling disks.
#[derive(Default)]
struct Filled {
    acks: u64,
    /// How many commands were refused, by the code of the error.
    refused: BTreeMap<String, u64>,
    wrong: Vec<String>,
}

impl Filled {
    /// Does actions; says how many failed.
    fn work(&mut self, worker: &mut Worker, kit: &CaseKit, actions: u64, acks: &mut Vec<Ack>) -> u64 {
        let mut failed = 0;
        for _ in 0..actions {
            match worker.work(kit) {
                Ok(told) => {
                    self.acks += told.len() as u64;
                    acks.extend(told);
                }
                Err(error) => {
                    failed += 1;
                    self.refuse(&error.into());
                }
            }
        }
        failed
    }

    fn refuse(&mut self, error: &Error) {
        let known = self.refused.entry(error.code().to_owned()).or_default();
        *known += 1;
        if *known == 1 && error.code() != "full" {
            self.wrong.push(format!("a full disk is called `{}`: {error}", error.code()));
        }
    }
}

/// Rounds in which no file may grow beyond a limit a little above, or below, what there is.
fn limited(folder: &Folder, seed: u64, rounds: u64, filled: &mut Filled) -> Outcome {
    let home = folder.empty("limited")?;
    let (path, answers) = (home.join("cases.db"), home.join("answers"));
    fs::create_dir_all(&answers)?;
    let office = office(&path, &answers)?;
    let mut worker = Worker::new(Random::new(seed), "full-");
    let mut acks = Vec::new();
    if filled.work(&mut worker, &office.kit, 60, &mut acks) > 0 {
        return Err("there is no room to begin with".into());
    }
    for round in 0..rounds {
        let size = |suffix| fs::metadata(beside(&path, suffix)).map_or(0, |file| file.len());
        let most = size("").max(size("-wal"));
        limits::file_size(Some(match round % 4 {
            0 => most,
            1 => most + worker.random.below(40_000),
            2 => size("").max(4_096),
            _ => worker.random.below(20_000),
        }))?;
        filled.work(&mut worker, &office.kit, ACTIONS, &mut acks);
        if round % 5 == 4 {
            let slept = office.kit.suspend(Duration::from_secs(1)).and_then(|()| office.kit.resume());
            slept.unwrap_or_else(|error| filled.refuse(&error));
        }
        limits::file_size(None)?;
        // It may have been suspended when there was no room to wake up.
        office.kit.resume().unwrap_or_else(|error| filled.refuse(&error));
        proceed(&mut worker, &office, &mut acks, filled, &format!("round {round}"));
    }
    drop(office);
    judge(&path, &answers, &acks, filled, "the limited file");
    Ok(())
}

/// There is room: everything must work.
fn proceed(worker: &mut Worker, office: &Office, acks: &mut Vec<Ack>, filled: &mut Filled, when: &str) {
    let mut after = Filled::default();
    let failed = after.work(worker, &office.kit, AFTER, acks);
    filled.acks += after.acks;
    if failed > 0 {
        filled.wrong.push(format!("{when}: there is room, and the kit does not go on: {:?}", after.refused));
    }
    if let Err(error) = office.kit.check() {
        filled.wrong.push(format!("{when}: there is room, and check says: {error}"));
    }
}

fn judge(path: &Path, answers: &Path, acks: &[Ack], filled: &mut Filled, what: &str) {
    let how = How { plain_packages: true, ..How::new(World::system(3_600)) }.untrusted();
    let judged = open(path, answers, &how).map_err(|error| error.to_string()).and_then(|office| {
        Judge::default().judge_with_answers(&office, acks).map_err(|wrong| wrong.to_string())
    });
    if let Err(wrong) = judged {
        filled.wrong.push(format!("{what}: {wrong}"));
    }
}

fn office(path: &Path, answers: &Path) -> Outcome<Office> {
    let how = How { rows: 200, plain_packages: true, ..How::new(World::system(0)) };
    let office = open(path, answers, &how)?;
    office.furnish()?;
    Ok(office)
}
