//! Deletes, replaces, renames or cuts the file while a kit has it open.
//!
//! What is acknowledged after that must be there when the kit is closed: in the file at the path, or in the file that was
//! moved. If it cannot be, the command answers an error instead, `moved` where the path no longer leads to the file. What
//! was acknowledged before may be gone with a file that was deleted, but not silently. A file that was put in the place
//! of another is nobody's to change.

mod happening;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use casekit::{CaseKit, CasesQuery, Error, NewCase, PageRequest};
use casekit_torture::{Ack, How, Judge, Office, Outcome, Random, Worker, World, open, root};

use crate::options::{Folder, Options};
use crate::tally::{Tally, Verdict, grouped};
use happening::{Happening, Left};

/// How many commands are tried after the move.
const COMMANDS: usize = 6;

pub(crate) fn run(options: &Options) -> Outcome<Verdict> {
    let folder = options.folder()?;
    let mut tally = Tally::new(options);
    let mut seen = Seen::default();
    for item in options.items(options.count(90)) {
        let happening = Happening::of(item);
        let mut scene = Scene::set(&folder, Random::of_item(options.seed, item))?;
        let left = happening.happen(&scene.path, &scene.answers)?;
        scene.act(&left, &mut seen)?;
        scene.judge(&left, &mut seen);
        for wrong in scene.wrong {
            tally.wrong(item, format!("{happening:?}: {wrong}"));
        }
    }
    let refused: Vec<String> =
        seen.refused.iter().map(|(code, count)| format!("{} {code}", grouped(*count))).collect();
    Ok(tally.close(format!(
        "{} files moved under an open kit; after that {} commands acknowledged, refused: {}; {} losses were told",
        grouped(seen.files),
        grouped(seen.acked),
        refused.join(", "),
        grouped(seen.told),
    )))
}

#[derive(Default)]
struct Seen {
    files: u64,
    acked: u64,
    refused: BTreeMap<String, u64>,
    told: u64,
}

/// A kit at work in a file.
struct Scene {
    path: PathBuf,
    answers: PathBuf,
    office: Option<Office>,
    random: Random,
    before: Vec<Ack>,
    cases: usize,
    after: Vec<Ack>,
    /// What a second kit was told, that came after the move.
    second: Vec<Ack>,
    /// The codes of the errors that the first kit answered after the move.
    codes: Vec<String>,
    wrong: Vec<String>,
}

impl Scene {
    fn set(folder: &Folder, random: Random) -> Outcome<Self> {
        let home = folder.empty("moved")?.join("home");
        let (path, answers) = (home.join("cases.db"), home.join("answers"));
        fs::create_dir_all(&answers)?;
        let office = open(&path, &answers, &how())?;
        office.furnish()?;
        let mut worker = Worker::new(random, "before-");
        let mut before = Vec::new();
        for _ in 0..6 + worker.random.below(20) {
            before.extend(worker.work(&office.kit)?);
        }
        let cases = listed(&office.kit)?;
        Ok(Self {
            path,
            answers,
            office: Some(office),
            random: worker.random,
            before,
            cases,
            after: Vec::new(),
            second: Vec::new(),
            codes: Vec::new(),
            wrong: Vec::new(),
        })
    }

    /// Reads, writes, perhaps beside a second kit, and closes.
    fn act(&mut self, left: &Left, seen: &mut Seen) -> Outcome {
        seen.files += 1;
        let Some(office) = self.office.take() else { return Ok(()) };
        self.read(&office.kit)?;
        self.write(&office.kit, left, seen);
        if self.path.exists() && self.random.one_in(2) {
            // The file that is there now may be one that cannot be opened.
            if let Ok(other) = open(&self.path, &self.answers, &how()) {
                for place in 0..3 {
                    let raised =
                        root(&other.kit).raise_case(NewCase::new("Support", format!("second {place}")));
                    self.second.extend(raised.map(|case| Ack::Raised { case: case.id, number: case.number }));
                }
                self.write(&office.kit, left, seen);
                self.hear(other.kit.close());
            }
        }
        self.hear(office.kit.check());
        self.hear(office.kit.close());
        Ok(())
    }

    /// Readers open the file by its path: whatever is there now, they must not show it as the kit's own.
    fn read(&mut self, kit: &CaseKit) -> Outcome {
        let readers: Vec<_> = (0..4)
            .map(|_| {
                let kit = kit.clone();
                thread::spawn(move || (0..10).map(|_| listed(&kit)).collect::<Vec<_>>())
            })
            .collect();
        for reader in readers {
            for answer in reader.join().map_err(|_| "a reader ended")? {
                match answer {
                    Ok(cases) if cases == self.cases => {}
                    Ok(cases) => {
                        self.wrong.push(format!("a list shows {cases} cases instead of {}", self.cases));
                        return Ok(());
                    }
                    Err(error) => self.codes.push(error.code().to_owned()),
                }
            }
        }
        Ok(())
    }

    fn write(&mut self, kit: &CaseKit, left: &Left, seen: &mut Seen) {
        for place in 0..COMMANDS {
            match root(kit).raise_case(NewCase::new("Support", format!("after {place}"))) {
                Ok(raised) => {
                    seen.acked += 1;
                    self.after.push(Ack::Raised { case: raised.id, number: raised.number });
                }
                Err(error) => {
                    let code = error.code();
                    *seen.refused.entry(code.to_owned()).or_default() += 1;
                    if code != "moved" && left.leads_elsewhere {
                        self.wrong
                            .push(format!("a command is refused as `{code}` and not as `moved`: {error}"));
                    }
                    self.codes.push(code.to_owned());
                }
            }
        }
    }

    /// An error is how a loss is told.
    fn hear(&mut self, answer: Result<(), Error>) {
        self.codes.extend(answer.err().map(|error| error.code().to_owned()));
    }

    fn judge(&mut self, left: &Left, seen: &mut Seen) {
        let reopen =
            |path: &PathBuf, acks: &[Ack]| Judge::default().reopen(path, &self.answers, &how(), acks);
        let mut wrong = Vec::new();
        match &left.ours {
            Some(ours) => {
                if let Err(lost) = reopen(ours, &self.before) {
                    if self.codes.is_empty() {
                        wrong.push(format!(
                            "what was acknowledged before is not right, and nothing was said: {lost}"
                        ));
                    } else {
                        seen.told += 1;
                    }
                }
                if let (false, Err(lost)) = (self.after.is_empty(), reopen(ours, &self.after)) {
                    wrong.push(format!("what was acknowledged after it is not right: {lost}"));
                }
            }
            None => {
                seen.told += u64::from(!self.codes.is_empty());
                if !self.after.is_empty() {
                    wrong.push(format!(
                        "{} commands were acknowledged, and their file is gone",
                        self.after.len()
                    ));
                }
            }
        }
        if let Some(Err(lost)) = left.theirs.as_ref().map(|theirs| reopen(&self.path, theirs)) {
            wrong.push(format!("the file that was put there is not as it was: {lost}"));
        }
        if let (false, Err(lost)) = (self.second.is_empty(), reopen(&self.path, &self.second)) {
            wrong.push(format!("what a second kit was told is not right: {lost}"));
        }
        self.wrong.append(&mut wrong);
    }
}

fn how() -> How {
    How { busy: Duration::from_millis(500), plain_packages: true, ..How::new(World::system(0)) }
}

fn listed(kit: &CaseKit) -> Result<usize, Error> {
    Ok(root(kit).cases(&CasesQuery::default(), PageRequest::first().of(500))?.rows.len())
}
