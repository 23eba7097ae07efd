//! Kills a process that works, again and again, and judges what each left.
//!
//! A file sees [`LIFE`] kills. The first of them fall into its making; then a worker does every kind of action until the
//! kill comes, and says what was acknowledged through a pipe. An item is the life of a file: kills come by the clock, so
//! the same seed does the same work, and not at the same instant.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use casekit::{Durability, Error};
use casekit_torture::office::beside;
use casekit_torture::{Ack, Action, Found, How, Judge, Outcome, Random, Worker, World, open, wipe};

use crate::options::{Folder, Options};
use crate::tally::{Tally, Verdict, grouped};
use crate::victim::{BEGUN, DONE, Heard, Victim};

/// How many kills a file sees.
const LIFE: u64 = 20;
/// How many of them fall into its making.
const BIRTHS: u64 = 4;
/// Seconds between one worker and the next: leases of deliveries last shorter.
const PAUSE: i64 = 1_200;

pub(crate) fn run(options: &Options) -> Outcome<Verdict> {
    let folder = options.folder()?;
    let mut tally = Tally::new(options);
    let mut seen = Seen::default();
    let kills = options.count(200);
    for life in options.items(kills.div_ceil(LIFE)) {
        let kills = if options.only.is_some() { LIFE } else { LIFE.min(kills - life * LIFE) };
        Life::begin(&folder, options.seed, life)?.live(kills, &mut seen, &mut tally)?;
    }
    let Seen { kills, commands, acks, hot, answers, resumed, births } = seen;
    Ok(tally.close(format!(
        "{} kills ({} in the making of a file, {} with a hot log), {} commands, {} acknowledged, {} answers \
         compared, {} brought to their end",
        grouped(kills),
        grouped(births),
        grouped(hot),
        grouped(commands),
        grouped(acks),
        grouped(answers),
        grouped(resumed),
    )))
}

#[derive(Default)]
struct Seen {
    kills: u64,
    births: u64,
    hot: u64,
    commands: u64,
    acks: u64,
    answers: u64,
    resumed: u64,
}

/// One file, from its making.
struct Life {
    place: u64,
    random: Random,
    path: PathBuf,
    answers: PathBuf,
    durability: Durability,
    ahead: i64,
    acks: Vec<Ack>,
    judge: Judge,
}

impl Life {
    fn begin(folder: &Folder, seed: u64, place: u64) -> Outcome<Self> {
        let home = folder.empty(&format!("life-{place}"))?;
        let answers = home.join("answers");
        fs::create_dir_all(&answers)?;
        Ok(Self {
            place,
            random: Random::of_item(seed, place),
            path: home.join("cases.db"),
            answers,
            // What the system has, a kill does not take: both must lose nothing.
            durability: if place.is_multiple_of(2) { Durability::Full } else { Durability::Normal },
            ahead: 0,
            acks: Vec::new(),
            judge: Judge::default(),
        })
    }

    fn live(mut self, kills: u64, seen: &mut Seen, tally: &mut Tally) -> Outcome {
        let mut found = Found::default();
        for kill in 0..kills {
            let heard = self.kill(kill)?;
            if !heard.killed {
                tally.wrong(self.place, format!("kill {kill}: the worker ended by itself: {}", heard.end));
            }
            seen.kills += 1;
            seen.births += u64::from(kill < BIRTHS);
            seen.commands += heard.done;
            seen.acks += heard.acks.len() as u64;
            seen.hot += u64::from(fs::metadata(beside(&self.path, "-wal")).is_ok_and(|log| log.len() > 0));
            self.acks.extend(heard.acks);
            match self.reopen(kill) {
                Ok(right) => {
                    found = right;
                    seen.resumed += right.resumed;
                }
                Err(wrong) => tally.wrong(self.place, format!("kill {kill}: {wrong}")),
            }
            for litter in litter(&self.path)? {
                tally.wrong(self.place, format!("kill {kill}: `{litter}` is left beside the file"));
            }
            if kill < BIRTHS {
                self.forget()?;
            }
        }
        seen.answers += found.answers;
        Ok(())
    }

    fn kill(&mut self, kill: u64) -> Outcome<Heard> {
        self.ahead += PAUSE;
        let text = |path: &Path| path.display().to_string();
        let durability = if self.durability == Durability::Full { "full" } else { "normal" };
        let mut victim = Victim::start(&[
            "kill".into(),
            text(&self.path),
            text(&self.answers),
            self.random.number().to_string(),
            durability.into(),
            self.ahead.to_string(),
        ])?;
        let delay = if kill < BIRTHS {
            self.random.below(25_000)
        } else {
            if !self.random.one_in(8) {
                victim.wait_for_begin(Duration::from_secs(20));
            }
            200 + self.random.below(150_000)
        };
        thread::sleep(Duration::from_micros(delay));
        victim.kill()
    }

    /// A second process opens the file; half of them look at every page.
    fn reopen(&mut self, kill: u64) -> Result<Found, String> {
        let how = How::new(World::system(self.ahead + PAUSE / 2));
        let how = if kill.is_multiple_of(2) { how.untrusted() } else { how };
        let office = open(&self.path, &self.answers, &how).map_err(|error| format!("reopening: {error}"))?;
        self.judge.judge_with_answers(&office, &self.acks).map_err(|wrong| wrong.to_string())
    }

    /// The next worker makes the file anew.
    fn forget(&mut self) -> Outcome {
        wipe(&self.path);
        fs::remove_dir_all(&self.answers)?;
        fs::create_dir_all(&self.answers)?;
        self.acks.clear();
        self.judge = Judge::default();
        Ok(())
    }
}

/// What the making of a file left, although it is made. It is removed, to be counted once.
fn litter(path: &Path) -> Outcome<Vec<String>> {
    let mut litter = Vec::new();
    let Some(home) = path.parent() else { return Ok(litter) };
    for entry in fs::read_dir(home)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.contains(".new") {
            fs::remove_file(entry.path())?;
            litter.push(name);
        }
    }
    Ok(litter)
}

/// The worker, until the kill: `PATH ANSWERS SEED DURABILITY AHEAD`.
pub(crate) fn child(arguments: &[String]) -> Outcome {
    let [path, answers, seed, durability, ahead] = arguments else {
        return Err("the worker takes five arguments".into());
    };
    let mut random = Random::new(seed.parse()?);
    let mut how = How::new(World::system(ahead.parse()?));
    how.durability = if durability == "full" { Durability::Full } else { Durability::Normal };
    how.rows = 1 + random.place(400);
    let office = open(path.as_ref(), answers.as_ref(), &how)?;
    office.furnish()?;
    office.kit.resume_deliveries()?;
    let mut worker = Worker::new(random, format!("{seed}-"));
    worker.look_around(&office.kit)?;
    let mut out = io::stdout().lock();
    writeln!(out, "{BEGUN}")?;
    out.flush()?;
    loop {
        if worker.random.one_in(60) {
            office.kit.suspend(Duration::from_secs(1))?;
            office.kit.resume()?;
        }
        let acks = if worker.random.one_in(3) {
            let action = worker.random.pick(&Action::REQUESTS).unwrap_or(Action::Finish);
            worker.run(action, &office.kit)
        } else {
            worker.work(&office.kit)
        };
        for ack in acks.map_err(Error::Store)? {
            writeln!(out, "{}", ack.line()?)?;
        }
        writeln!(out, "{DONE}")?;
        out.flush()?;
    }
}
