//! Many processes with many threads work in one file, while somebody verifies and checks it.
//!
//! First they race to make it, several times. Then each thread does so many commands. All that was acknowledged must be
//! there, `verify` and `check` must not cry wolf, and no answer but a conflict or a wait that took too long is right.

mod auditor;
mod worker;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use casekit::NewCase;
use casekit_torture::workload::{ORDERS, orders};
use casekit_torture::{Ack, How, Judge, Office, Outcome, World, open, root};

use crate::options::{Folder, Options};
use crate::tally::{Tally, Verdict, grouped};
use auditor::Auditor;
pub(crate) use worker::child;
use worker::{ACK, ANSWER, MICROSECONDS, ODD};

const PROCESSES: u64 = 4;
const THREADS: u64 = 2;
/// How many processes race to make a file, and how often.
const RACERS: u64 = 8;
const RACES: u64 = 5;
/// How many cases all of them work on.
const CASES: usize = 8;

/// What the processes said together.
#[derive(Default)]
struct Said {
    acks: Vec<Ack>,
    answers: BTreeMap<String, u64>,
    odd: Vec<String>,
    microseconds: Vec<u64>,
}

pub(crate) fn run(options: &Options) -> Outcome<Verdict> {
    let folder = options.folder()?;
    let mut tally = Tally::new(options);
    let each = options.count(300);
    // An item is a seed of its own here: contention cannot be brought back one by one.
    let seed = options.seed.wrapping_add(options.only.unwrap_or_default());
    for race in 0..RACES {
        for wrong in run_a_race(&folder, seed, race)? {
            tally.wrong(0, format!("race {race}: {wrong}"));
        }
    }
    let (office, path) = office(&folder)?;
    orders(&office.kit)?;
    for place in 0..CASES {
        let title = format!("case {place}");
        let new = match place % 2 {
            0 => NewCase::new("Support", title),
            _ => NewCase::new(ORDERS, title).with_field("Order", format!("A-{place}")),
        };
        root(&office.kit).raise_case(new)?;
    }
    let auditor = Auditor::start(office.kit.clone());
    let mut said = work(&path, PROCESSES, THREADS, each, seed)?;
    let audited = auditor.stop()?;
    said.acks.extend(audited.acks);
    for wrong in said.odd.iter().chain(&audited.wrong) {
        tally.wrong(0, wrong);
    }
    if let Err(wrong) = Judge::default().judge(&office, &said.acks) {
        tally.wrong(0, wrong);
    }
    said.microseconds.sort_unstable();
    let answers: Vec<String> =
        said.answers.iter().map(|(code, count)| format!("{} {code}", grouped(*count))).collect();
    Ok(tally.close(format!(
        "{RACES} races of {RACERS} processes; then {PROCESSES} processes with {THREADS} threads each: {}; writes took \
         {} ms at most, 99 of 100 {} ms; {} acknowledged, {} verified and checked meanwhile",
        answers.join(", "),
        said.microseconds.last().copied().unwrap_or_default() / 1_000,
        said.microseconds.get(said.microseconds.len() * 99 / 100).copied().unwrap_or_default() / 1_000,
        grouped(said.acks.len() as u64),
        grouped(audited.rounds),
    )))
}

/// Processes open a file that is not there; gives what was wrong.
fn run_a_race(folder: &Folder, seed: u64, race: u64) -> Outcome<Vec<String>> {
    let home = folder.empty("race")?;
    let path = home.join("cases.db");
    fs::create_dir_all(home.join("answers"))?;
    let said = work(&path, RACERS, 1, 0, seed + race)?;
    let mut wrong = said.odd;
    if said.acks.len() as u64 != RACERS {
        wrong.push(format!("{} of {RACERS} processes raised their case", said.acks.len()));
    }
    let judged =
        Judge::default().reopen(&path, &home.join("answers"), &How::new(World::system(0)), &said.acks);
    wrong.extend(judged.err().map(|lost| lost.to_string()));
    for entry in fs::read_dir(&home)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.contains(".new") {
            wrong.push(format!("`{name}` is left"));
        }
    }
    Ok(wrong)
}

fn office(folder: &Folder) -> Outcome<(Office, PathBuf)> {
    let home = folder.empty("contend")?;
    let (path, answers) = (home.join("cases.db"), home.join("answers"));
    fs::create_dir_all(&answers)?;
    Ok((open(&path, &answers, &How::new(World::system(0)))?, path))
}

/// Starts as many processes, and hears them out.
fn work(path: &Path, processes: u64, threads: u64, each: u64, seed: u64) -> Outcome<Said> {
    let mut running = Vec::new();
    for process in 0..processes {
        let child = Command::new(std::env::current_exe()?)
            .args(["child", "contend"])
            .arg(path)
            .args([seed.wrapping_mul(100) + process, threads, each].map(|number| number.to_string()))
            .stdout(Stdio::piped())
            .spawn()?;
        running.push(thread::spawn(move || child.wait_with_output()));
    }
    let mut said = Said::default();
    for process in running {
        let output = process.join().map_err(|_| "a thread ended")??;
        if !output.status.success() {
            said.odd.push(format!("a process ended with {}", output.status));
        }
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            match line.split_once('\t') {
                Some((ACK, ack)) => said.acks.extend(Ack::read(ack)),
                Some((ANSWER, code)) => *said.answers.entry(code.to_owned()).or_default() += 1,
                Some((MICROSECONDS, number)) => said.microseconds.push(number.parse()?),
                Some((ODD, what)) => said.odd.push(what.to_owned()),
                Some(_) | None => said.odd.push(line.to_owned()),
            }
        }
    }
    Ok(said)
}
