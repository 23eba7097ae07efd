//! Cuts the power at random moments of recorded work, and judges what the disk has then.
//!
//! With `synchronous=FULL` nothing that was acknowledged may be lost. With NORMAL the newest may, and must now and then:
//! a simulator that never loses it does not cut. Torn or unreadable is wrong with both. In every second cut the sectors
//! that were not synced may hold garbage, as on hardware without power-safe overwrites.
//!
//! Not cut: the making of a file and the folder of answers, which do not go through SQLite.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use casekit::Durability;
use casekit_torture::office::beside;
use casekit_torture::replay::{Files, Sectors, cut};
use casekit_torture::vfs::{self, Event};
use casekit_torture::{Ack, Action, How, Judge, Outcome, Random, Worker, World, Wrong, open, wipe};
use rusqlite::Connection;

use crate::options::{Folder, Options};
use crate::tally::{Tally, Verdict, grouped};

/// How many cuts are made of one recording.
const CUTS: u64 = 25;
/// One recording in so many is made with NORMAL.
const NORMAL: u64 = 4;
/// How many actions are recorded.
const ACTIONS: usize = 60;
/// With which a recording begins, so that there is something to work on.
const FIRST: [Action; 11] = [
    Action::Enter,
    Action::Raise,
    Action::Raise,
    Action::Raise,
    Action::Receive,
    Action::Receive,
    Action::Note,
    Action::Enter,
    Action::Order,
    Action::Order,
    Action::Tag,
];

pub(crate) fn run(options: &Options) -> Outcome<Verdict> {
    vfs::register();
    let folder = options.folder_in_memory()?;
    let mut tally = Tally::new(options);
    let mut seen = Seen::default();
    let mut recording: Option<Recording> = None;
    for item in options.items(options.count(400)) {
        let number = item / CUTS;
        let recorded = match recording.take().filter(|recorded| recorded.number == number) {
            Some(recorded) => recorded,
            None => Recording::make(&folder, options.seed, number)?,
        };
        let mut random = Random::of_item(options.seed, item);
        let sectors = if item.is_multiple_of(2) { Sectors::OldOrNew } else { Sectors::OrGarbage };
        let result = recorded.cut(&folder, sectors, &mut random)?;
        seen.count(&recorded, result, item, &mut tally);
        recording = Some(recorded);
    }
    if options.only.is_none() && seen.normal >= CUTS && seen.lost_by_normal == 0 {
        tally.wrong(0, "NORMAL lost nothing: the simulator does not cut");
    }
    let Seen { full, normal, lost_by_full, lost_by_normal, refused, refused_alone, acks } = seen;
    Ok(tally.close(format!(
        "{} cuts with FULL lost something in {lost_by_full}, {} with NORMAL in {} (as it may), {refused} refused or \
         torn ({refused_alone} of them SQLite alone can read), {} acknowledgements compared",
        grouped(full),
        grouped(normal),
        grouped(lost_by_normal),
        grouped(acks),
    )))
}

#[derive(Default)]
struct Seen {
    full: u64,
    normal: u64,
    lost_by_full: u64,
    lost_by_normal: u64,
    refused: u64,
    refused_alone: u64,
    acks: u64,
}

impl Seen {
    fn count(&mut self, recorded: &Recording, cut: Cut, item: u64, tally: &mut Tally) {
        let full = recorded.durability == Durability::Full;
        *(if full { &mut self.full } else { &mut self.normal }) += 1;
        match cut.judged {
            Ok(acks) => self.acks += acks,
            Err(Wrong::Lost(_)) if !full => self.lost_by_normal += 1,
            Err(wrong) => {
                if matches!(wrong, Wrong::Lost(_)) {
                    self.lost_by_full += 1;
                } else {
                    self.refused += 1;
                    self.refused_alone += u64::from(cut.alone);
                }
                let alone = if cut.alone { "SQLite alone reads it" } else { "SQLite alone cannot read it" };
                let durability = recorded.durability;
                tally.wrong(item, format!("{durability:?}, {:?}: {wrong}; {alone}", cut.sectors));
            }
        }
    }
}

/// What a cut came to.
struct Cut {
    sectors: Sectors,
    judged: Result<u64, Wrong>,
    /// If something is wrong: whether SQLite alone finds the file sound.
    alone: bool,
}

/// Work, with every write and sync of it.
struct Recording {
    number: u64,
    durability: Durability,
    path: PathBuf,
    base: Files,
    events: Vec<Event>,
    acks: Vec<Ack>,
    /// How many of them there were at each mark.
    acked: Vec<usize>,
}

impl Recording {
    fn make(folder: &Folder, seed: u64, number: u64) -> Outcome<Self> {
        let home = folder.empty("recording")?;
        let (path, answers) = (home.join("cases.db"), home.join("answers"));
        fs::create_dir_all(&answers)?;
        let mut random = Random::of_item(seed, number);
        let normal = number % NORMAL == NORMAL - 1;
        let durability = if normal { Durability::Normal } else { Durability::Full };
        let world = World::fixed(random.number());
        let how = How { durability, rows: 400, plain_packages: true, ..How::new(world) };
        let office = open(&path, &answers, &how)?;
        office.furnish()?;
        office.kit.close()?;
        let base = Files::from([(path.display().to_string(), fs::read(&path)?)]);
        vfs::start_recording();
        let worked = work(&path, &answers, &how, number, random);
        let events = vfs::stop_recording();
        let (acks, acked) = worked?;
        Ok(Self { number, durability, path, base, events, acks, acked })
    }

    /// Cuts at a random place, and judges the files.
    fn cut(&self, folder: &Folder, sectors: Sectors, random: &mut Random) -> Outcome<Cut> {
        let at = self.moment(random);
        let before = self.events.get(..at).unwrap_or_default();
        let mark = before.iter().rev().find_map(|event| match event {
            Event::Mark(mark) => Some(*mark),
            Event::Write { .. } | Event::Truncate { .. } | Event::Sync { .. } | Event::Delete { .. } => None,
        });
        let acked = mark.and_then(|mark| self.acked.get(mark)).copied().unwrap_or_default();
        let acks = self.acks.get(..acked).unwrap_or_default();
        let left = cut(&self.base, before, sectors, random);
        let home = folder.empty("cut")?;
        let path = home.join("cases.db");
        self.put(&left, &path)?;
        let world = World::fixed(9);
        // Past everything that was recorded: by a clock that was set back, a pause has not begun yet.
        world.move_on(3_600);
        let how = How::new(world);
        let how = if random.one_in(2) { how.untrusted() } else { how };
        let judged = Judge::default().reopen(&path, &home, &how, acks);
        let mut alone = false;
        if judged.is_err() {
            self.put(&left, &path)?;
            alone = is_sound(&path);
        }
        Ok(Cut { sectors, judged: judged.map(|found| found.acks), alone })
    }

    /// Anywhere; every second time while the log is written back into the file, which is seldom.
    fn moment(&self, random: &mut Random) -> usize {
        let begin = self.events.iter().position(|event| matches!(event, Event::Mark(0))).unwrap_or_default();
        let file = self.path.display().to_string();
        let written_back: Vec<usize> = (begin + 1..)
            .zip(self.events.iter().skip(begin + 1))
            .filter(|(_, event)| matches!(event, Event::Write { file: written, .. } if *written == file))
            .map(|(place, _)| place + 1)
            .collect();
        let anywhere = begin + 1 + random.place(self.events.len() - begin - 1);
        if random.one_in(2) { random.pick(&written_back).unwrap_or(anywhere) } else { anywhere }
    }

    fn put(&self, files: &Files, path: &Path) -> Outcome {
        wipe(path);
        let recorded = self.path.display().to_string();
        for (file, bytes) in files {
            if let Some(suffix) = file.strip_prefix(&recorded) {
                fs::write(beside(path, suffix), bytes)?;
            }
        }
        Ok(())
    }
}

/// Works while it is recorded, with a mark after each action.
fn work(
    path: &Path,
    answers: &Path,
    how: &How,
    number: u64,
    random: Random,
) -> Outcome<(Vec<Ack>, Vec<usize>)> {
    let office = open(path, answers, how)?;
    let mut worker = Worker::new(random, format!("p{number}-"));
    let (mut acks, mut acked) = (Vec::new(), vec![0]);
    vfs::mark(0);
    for place in 0..ACTIONS {
        if worker.random.one_in(20) {
            office.kit.suspend(Duration::from_secs(1))?;
            office.kit.resume()?;
        }
        acks.extend(match FIRST.get(place) {
            Some(action) => worker.run(*action, &office.kit)?,
            None if worker.random.one_in(4) => {
                let action = worker.random.pick(&Action::REQUESTS).unwrap_or(Action::Finish);
                worker.run(action, &office.kit)?
            }
            None => worker.work(&office.kit)?,
        });
        vfs::mark(acked.len());
        acked.push(acks.len());
    }
    // Half of the recordings end with the checkpoint of a close.
    if number.is_multiple_of(2) {
        office.kit.close()?;
    }
    Ok((acks, acked))
}

/// Whether SQLite makes sense of a file without casekit.
fn is_sound(path: &Path) -> bool {
    let asked = Connection::open(path)
        .and_then(|file| file.query_row("PRAGMA integrity_check", (), |row| row.get::<_, String>(0)));
    asked.is_ok_and(|answer| answer == "ok")
}
