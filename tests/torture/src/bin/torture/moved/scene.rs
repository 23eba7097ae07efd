//! A kit at work in a file that something happens to.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use casekit::{CaseKit, CasesQuery, Error, NewCase, PageRequest};
use casekit_torture::{Ack, How, Judge, Office, Outcome, Random, Worker, World, open, root};
use tempfile::TempDir;

use super::happening::{Happening, Left};
use super::{ACKED, AT, REFUSED, TOLD, WRONG};

/// How many commands are tried after it.
const COMMANDS: usize = 6;

/// `FOLDER SEED FROM END`: lets things happen, each in an empty folder, and says in lines what came of them.
pub(crate) fn child(arguments: &[String]) -> Outcome {
    let [folder, seed, from, end] = arguments else { return Err("scenes take four arguments".into()) };
    let seed = seed.parse()?;
    for item in from.parse()?..end.parse()? {
        println!("{AT}\t{item}");
        let folder = TempDir::new_in(folder)?;
        let mut scene = Scene::set(folder.path(), Random::of_item(seed, item))?;
        let left = Happening::of(item).happen(&scene.path, &scene.answers)?;
        scene.act(&left)?;
        scene.judge(&left);
        scene.tell();
    }
    Ok(())
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
    /// The codes of the errors that commands of the first kit answered after it.
    refused: Vec<String>,
    /// Whether the first kit answered any error after it.
    spoke: bool,
    /// Something is lost, and the kit spoke.
    told: bool,
    wrong: Vec<String>,
}

impl Scene {
    fn set(folder: &Path, random: Random) -> Outcome<Self> {
        let home = folder.join("home");
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
            refused: Vec::new(),
            spoke: false,
            told: false,
            wrong: Vec::new(),
        })
    }

    /// Reads, writes, perhaps beside a second kit, and closes.
    fn act(&mut self, left: &Left) -> Outcome {
        let Some(office) = self.office.take() else { return Ok(()) };
        self.read(&office.kit)?;
        self.write(&office.kit, left);
        if self.path.exists() && self.random.one_in(2) {
            // The file that is there now may be one that cannot be opened.
            if let Ok(other) = open(&self.path, &self.answers, &how()) {
                for place in 0..3 {
                    let raised =
                        root(&other.kit).raise_case(NewCase::new("Support", format!("second {place}")));
                    self.second.extend(raised.map(|case| Ack::Raised { case: case.id, number: case.number }));
                }
                self.write(&office.kit, left);
                self.hear(other.kit.close());
            }
        }
        self.hear(office.kit.check().map(drop));
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
                    Err(_) => self.spoke = true,
                }
            }
        }
        Ok(())
    }

    fn write(&mut self, kit: &CaseKit, left: &Left) {
        for place in 0..COMMANDS {
            match root(kit).raise_case(NewCase::new("Support", format!("after {place}"))) {
                Ok(raised) => {
                    self.after.push(Ack::Raised { case: raised.id, number: raised.number });
                }
                Err(error) => {
                    let code = error.code();
                    if code != "moved" && left.leads_elsewhere {
                        self.wrong
                            .push(format!("a command is refused as `{code}` and not as `moved`: {error}"));
                    }
                    self.spoke = true;
                    self.refused.push(code.to_owned());
                }
            }
        }
    }

    /// An error is how a loss is told.
    fn hear(&mut self, answer: Result<(), Error>) {
        self.spoke |= answer.is_err();
    }

    fn judge(&mut self, left: &Left) {
        let reopen =
            |path: &PathBuf, acks: &[Ack]| Judge::default().reopen(path, &self.answers, &how(), acks);
        let mut wrong = Vec::new();
        match &left.ours {
            Some(ours) => {
                if let Err(lost) = reopen(ours, &self.before) {
                    if !self.spoke {
                        wrong.push(format!(
                            "what was acknowledged before is not right, and nothing was said: {lost}"
                        ));
                    } else {
                        self.told = true;
                    }
                }
                if let (false, Err(lost)) = (self.after.is_empty(), reopen(ours, &self.after)) {
                    wrong.push(format!("what was acknowledged after it is not right: {lost}"));
                }
            }
            None => {
                self.told = self.spoke;
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

impl Scene {
    fn tell(&self) {
        println!("{ACKED}\t{}", self.after.len());
        for code in &self.refused {
            println!("{REFUSED}\t{code}");
        }
        if self.told {
            println!("{TOLD}\t");
        }
        for wrong in &self.wrong {
            println!("{WRONG}\t{}", wrong.replace('\n', " "));
        }
    }
}

fn how() -> How {
    How { busy: Duration::from_millis(500), plain_packages: true, ..How::new(World::system(0)) }
}

fn listed(kit: &CaseKit) -> Result<usize, Error> {
    Ok(root(kit).cases(&CasesQuery::default(), PageRequest::first().of(500))?.rows.len())
}
