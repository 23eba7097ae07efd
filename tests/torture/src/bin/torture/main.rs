//! `torture HARNESS [--count N] [--seed S] [--dir D] [--only I]`: what casekit loses when things go wrong.
//!
//! Each harness prints one line with its counts and its seed, and before it the first things that went wrong, each with
//! how to run it alone. The exit code is 1 if anything was lost, altered, or refused that must not be; 2 if the harness
//! could not do its work.

mod contend;
mod disk;
mod faults;
#[cfg(target_os = "linux")]
mod foreign;
#[cfg(target_os = "linux")]
mod forks;
mod hostile;
mod kill;
mod moved;
mod options;
mod power;
mod readonly;
mod system;
mod tally;
mod victim;

use std::process::ExitCode;

use casekit_torture::Outcome;
use options::Options;
use tally::Verdict;

/// A harness: does its work and says what it saw.
type Harness = fn(&Options) -> Outcome<Verdict>;

/// Every harness.
const HARNESSES: &[(&str, Harness)] = &[
    ("kill", kill::run),
    ("faults", faults::run),
    ("power", power::run),
    ("contend", contend::run),
    ("hostile", hostile::run),
    ("disk", disk::run),
    ("readonly", readonly::run),
    ("moved", moved::run),
    #[cfg(target_os = "linux")]
    ("foreign", foreign::run),
    #[cfg(target_os = "linux")]
    ("forks", forks::run),
];

/// What harnesses start as processes of their own: `torture child NAME ARGUMENTS…`.
type Child = fn(&[String]) -> Outcome;

const CHILDREN: &[(&str, Child)] = &[
    ("kill", kill::child),
    ("contend", contend::child),
    ("hostile", hostile::child),
    ("disk", disk::child),
    ("readonly", readonly::child),
    ("moved", moved::child),
    #[cfg(target_os = "linux")]
    ("foreign", foreign::child),
    #[cfg(target_os = "linux")]
    ("forks", forks::child),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(Verdict::Fine) => ExitCode::SUCCESS,
        Ok(Verdict::Failed) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("torture: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &[String]) -> Outcome<Verdict> {
    match arguments {
        [word, name, rest @ ..] if word == "child" => {
            let Some((_, child)) = CHILDREN.iter().find(|(known, _)| known == name) else {
                return Err(format!("no child is called `{name}`").into());
            };
            child(rest).map(|()| Verdict::Fine)
        }
        [name, rest @ ..] => {
            let Some((_, harness)) = HARNESSES.iter().find(|(known, _)| known == name) else {
                return Err(usage().into());
            };
            harness(&Options::read(name, rest)?)
        }
        [] => Err(usage().into()),
    }
}

fn usage() -> String {
    let names: Vec<&str> = HARNESSES.iter().map(|(name, _)| *name).collect();
    format!("give one of {} and, if you like, --count, --seed, --dir, --only", names.join(", "))
}
