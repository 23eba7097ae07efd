//! What a forked child has of its parent's locks: nothing. And what it may do.
//!
//! Each case runs in a process of its own, which forks and says what is wrong. Afterwards the file must be sound, with
//! all that was acknowledged and nothing else.

mod case;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use casekit::NewCase;
use casekit_torture::forking;
use casekit_torture::{Ack, How, Judge, Outcome, Random, World, open, root};

use crate::options::{Folder, Options};
use crate::tally::{Tally, Verdict, grouped};
pub(crate) use case::child;
use case::{Case, TITLE, how};

/// Words that begin a line of what a process says.
const ACK: &str = "ack ";
const CHILD: &str = "child ";
const SEEN: &str = "seen ";
const WRONG: &str = "wrong ";

pub(crate) fn run(options: &Options) -> Outcome<Verdict> {
    let folder = options.folder()?;
    let mut tally = Tally::new(options);
    let (mut forks, mut acks, mut forked) = (0, 0, 0);
    for item in options.items(options.count(16)) {
        let case = Case::of(item);
        let seen = one(case, &folder, &mut Random::of_item(options.seed, item))?;
        forks += 1;
        acks += seen.acks.len() as u64;
        forked += seen.said.iter().filter(|said| *said == "forked").count() as u64;
        for wrong in seen.wrong {
            tally.wrong(item, format!("{case:?}: {wrong}"));
        }
    }
    Ok(tally.close(format!(
        "{} forks of {} kinds, {} acknowledged, {} times a child was told that it is one",
        grouped(forks),
        Case::ALL.len(),
        grouped(acks),
        grouped(forked),
    )))
}

#[derive(Default)]
struct Seen {
    acks: Vec<Ack>,
    said: Vec<String>,
    wrong: Vec<String>,
}

fn one(case: Case, folder: &Folder, random: &mut Random) -> Outcome<Seen> {
    let home = folder.empty("forks")?;
    let (path, answers) = (home.join("cases.db"), home.join("answers"));
    fs::create_dir_all(&answers)?;
    let mut process = Command::new(std::env::current_exe()?)
        .args(["child", "forks", &format!("{case:?}")])
        .args([&path, &answers])
        .stdout(Stdio::piped())
        .spawn()?;
    let output = process.stdout.take().ok_or("the child has no output")?;
    let (mut seen, mut sleeper) = (Seen::default(), None);
    for line in BufReader::new(output).lines() {
        let line = line?;
        if let Some(ack) = line.strip_prefix(ACK) {
            seen.acks.extend(Ack::read(ack));
        } else if let Some(said) = line.strip_prefix(SEEN) {
            seen.said.push(said.to_owned());
        } else if let Some(wrong) = line.strip_prefix(WRONG) {
            seen.wrong.push(wrong.to_owned());
        } else if let Some(child) = line.strip_prefix(CHILD) {
            sleeper = Some(child.parse()?);
            // The parent works meanwhile.
            thread::sleep(Duration::from_micros(random.below(50_000)));
            process.kill()?;
        }
    }
    let end = process.wait()?;
    if !end.success() && sleeper.is_none() {
        seen.wrong.push(format!("the process ended with {end}"));
    }
    // With the child still there.
    let raised = open(&path, &answers, &How { busy: Duration::from_secs(1), ..how() })
        .and_then(|office| root(&office.kit).raise_case(NewCase::new("Support", "after")));
    match raised {
        Ok(raised) => seen.acks.push(Ack::Raised { case: raised.id, number: raised.number }),
        Err(error) => seen.wrong.push(format!("another process afterwards: {}: {error}", error.code())),
    }
    if let Some(sleeper) = sleeper {
        forking::kill(sleeper);
    }
    let how = How::new(World::system(0));
    match open(&path, &answers, &how) {
        Ok(office) => {
            let judged = Judge::default().judge(&office, &seen.acks);
            seen.wrong.extend(judged.err().map(|wrong| wrong.to_string()));
            let written = case::titles(&office)?;
            if case.must_not_write() && written.iter().any(|title| title == TITLE) {
                seen.wrong.push("the child wrote".into());
            }
        }
        Err(error) => seen.wrong.push(format!("the judge: {}: {error}", error.code())),
    }
    Ok(seen)
}
