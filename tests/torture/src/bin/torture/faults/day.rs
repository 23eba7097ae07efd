//! A day's work with a fault in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use casekit::{Error, NoteId, Role, StoreError};
use casekit_torture::office::beside;
use casekit_torture::vfs::{self, Counted, Lasting};
use casekit_torture::{
    Ack, Action, How, Office, Outcome, Random, Worker, World, desk, open, repaired, root, sound, wipe,
};

use super::point::{Point, Work};
use crate::options::Folder;

/// Every action, in an order in which each has something to work on.
const ACTIONS: [Action; 57] = [
    Action::Enter,
    Action::Update,
    Action::Raise,
    Action::Raise,
    Action::Raise,
    Action::Note,
    Action::Note,
    Action::Reply,
    Action::EditNote,
    Action::ShowNote,
    Action::Retract,
    Action::Edit,
    Action::Take,
    Action::Return,
    Action::Assign,
    Action::TakeOver,
    Action::MakeType,
    Action::ChangeType,
    Action::MakeWorkflow,
    Action::ChangeWorkflow,
    Action::Teams,
    Action::Give,
    Action::Tag,
    Action::Tag,
    Action::Merge,
    Action::Order,
    Action::Order,
    Action::Fill,
    Action::Pause,
    Action::Resume,
    Action::Extend,
    Action::FollowUp,
    Action::Due,
    Action::Redefine,
    Action::Fill,
    Action::Migrate,
    Action::Due,
    Action::Order,
    Action::Settings,
    Action::Import,
    Action::Receive,
    Action::Finish,
    Action::Receive,
    Action::Proceed,
    Action::Proceed,
    Action::Proceed,
    Action::Finish,
    Action::Receive,
    Action::Proceed,
    Action::ChangeCourse,
    Action::Head,
    Action::Export,
    Action::PurgeExpired,
    Action::Read,
    Action::Note,
    Action::Receive,
    Action::Finish,
];
/// Before this one the kit is suspended and resumed.
const SLEEP: usize = 53;

/// How many old notes are edited when nothing fails any more: an index that was damaged shows there.
const OLD_NOTES: usize = 6;

/// Where the days are worked.
pub(super) struct Site {
    pub(super) path: PathBuf,
    pub(super) answers: PathBuf,
    base: PathBuf,
    worker: Worker,
    old: Vec<NoteId>,
}

impl Site {
    /// Makes the file that days begin with.
    pub(super) fn make(folder: &Folder) -> Outcome<Self> {
        let home = folder.empty("faults")?;
        let (base, answers) = (home.join("base.db"), home.join("answers"));
        fs::create_dir_all(&answers)?;
        let office = open(&base, &answers, &How::new(World::fixed(3)))?;
        office.furnish()?;
        let mut worker = Worker::new(Random::new(3), "base-");
        worker.run(Action::Raise, &office.kit)?;
        for _ in 0..30 {
            worker.run(Action::Note, &office.kit)?;
        }
        let old = worker.notes.iter().copied().take(OLD_NOTES).collect();
        office.kit.close()?;
        Ok(Self { path: home.join("cases.db"), answers, base, worker, old })
    }

    /// Puts everything as it was.
    pub(super) fn prepare(&self, work: Work) -> Outcome {
        wipe(&self.path);
        fs::remove_dir_all(&self.answers)?;
        fs::create_dir_all(&self.answers)?;
        if work != Work::Making {
            fs::copy(&self.base, &self.path)?;
        }
        Ok(())
    }
}

/// A day that was worked.
pub(super) struct Day {
    pub(super) acks: Vec<Ack>,
    pub(super) errors: Vec<String>,
    pub(super) counted: Counted,
    /// The file could not be opened in the morning.
    pub(super) unopened: bool,
    pub(super) stuck: Option<Stuck>,
    /// The first command that failed would be there if the process had been killed right then.
    pub(super) there_all_the_same: bool,
}

/// A kit that does not go on although nothing fails any more.
pub(super) struct Stuck {
    pub(super) what: String,
    /// Whether it does once it is suspended and resumed.
    pub(super) resumes: bool,
}

impl Day {
    /// Works with the fault of a point, and on when it is over.
    pub(super) fn work(site: &Site, point: &Point, world: &World) -> Outcome<Self> {
        let how = How {
            rows: 300,
            plain_packages: true,
            busy: Duration::from_millis(200),
            ..How::new(world.clone())
        };
        let mut day = Self {
            acks: Vec::new(),
            errors: Vec::new(),
            counted: Counted::default(),
            unopened: false,
            stuck: None,
            there_all_the_same: false,
        };
        vfs::arm(point.trouble, point.at, point.lasting);
        let opened = open(&site.path, &site.answers, &how);
        let office = match opened {
            Ok(office) => office,
            Err(error) => {
                day.counted = vfs::disarm();
                day.errors.push(format!("opening: {}: {error}", error.code()));
                day.unopened = true;
                return Ok(day);
            }
        };
        let mut worker = site.worker.clone();
        worker.random = Random::new(point.day + 7);
        if point.work == Work::Making {
            worker = Worker::new(worker.random, "new-");
        }
        day.until_evening(site, point, &office, &mut worker, &how);
        day.counted = vfs::disarm();
        if day.counted.failed > 0 {
            day.stuck = day.proceed(site, point, &office, &mut worker);
            // Should the last connection not close well, opening the file again shows what is left.
            let _ = office.kit.close();
        }
        Ok(day)
    }

    fn until_evening(&mut self, site: &Site, point: &Point, office: &Office, worker: &mut Worker, how: &How) {
        if let (Work::Making, Err(error)) = (point.work, office.furnish()) {
            self.errors.push(format!("Settings: {}: {error}", error.code()));
        }
        let actions = match point.work {
            Work::OneNote => &[Action::Note][..],
            Work::WholeDay => &ACTIONS[..],
            Work::Making => ACTIONS.get(..6).unwrap_or_default(),
        };
        for (place, action) in actions.iter().enumerate() {
            let slept = if place == SLEEP { sleep(office) } else { Ok(()) };
            match slept.and_then(|()| worker.run(*action, &office.kit)) {
                Ok(acks) => self.acks.extend(acks),
                Err(error) => {
                    if self.errors.is_empty() && point.lasting == Lasting::Once {
                        self.there_all_the_same = is_there(site, office, how).unwrap_or_default();
                    }
                    self.errors.push(format!("{action:?}: {}: {error}", error.kind().code()));
                    // What lasts fails everything in the same way.
                    if point.lasting == Lasting::FromThenOn && self.errors.len() > 3 {
                        return;
                    }
                }
            }
        }
    }

    /// Nothing fails any more: the same kit must go on.
    fn proceed(&mut self, site: &Site, point: &Point, office: &Office, worker: &mut Worker) -> Option<Stuck> {
        // It may have been suspended when the fault came.
        let _ = office.kit.resume();
        let what = self.again(site, point, office, worker).err()?;
        // Without its list of free pages a file takes nothing until it is repaired, as `check` says.
        if matches!(repaired(&office.kit), Ok(true)) && self.again(site, point, office, worker).is_ok() {
            return None;
        }
        let resumed = sleep(office).is_ok();
        let resumes = resumed && self.again(site, point, office, worker).is_ok();
        Some(Stuck { what, resumes })
    }

    fn again(
        &mut self,
        site: &Site,
        point: &Point,
        office: &Office,
        worker: &mut Worker,
    ) -> Result<(), String> {
        let failed = |what: &str, error: &Error| format!("{what}: {}: {error}", error.code());
        office.furnish().map_err(|error| failed("the settings", &error))?;
        for action in [Action::Raise, Action::Note, Action::Edit, Action::Import, Action::Head, Action::Read]
        {
            let acks = worker.run(action, &office.kit);
            let acks = acks.map_err(|error| failed(&format!("{action:?}"), &error.into()))?;
            self.acks.extend(acks);
        }
        if point.work != Work::Making {
            for note in &site.old {
                match desk(&office.kit, "amara", Role::Agent).edit_note(*note, "short") {
                    Ok(_) | Err(Error::Rejected(_)) => {}
                    Err(error) => return Err(failed("an edit of an old note", &error)),
                }
            }
        }
        sound(&office.kit).map_err(|error| failed("check", &error))?;
        let report = root(&office.kit).verify(None).map_err(|error| failed("verify", &error))?;
        report.broken.map_or(Ok(()), |broken| Err(format!("verify: {broken:?}")))
    }
}

fn sleep(office: &Office) -> Result<(), StoreError> {
    let slept = office.kit.suspend(Duration::from_secs(1)).and_then(|()| office.kit.resume());
    match slept {
        Ok(()) | Err(Error::Rejected(_) | Error::Report { .. }) => Ok(()),
        Err(Error::Store(error)) => {
            // A kit that could not go to sleep, or not wake up, is woken again.
            let _ = office.kit.resume();
            Err(error)
        }
    }
}

/// Whether a crash at this moment would leave more than the kit shows.
fn is_there(site: &Site, office: &Office, how: &How) -> Result<bool, Error> {
    let copy = site.path.with_file_name("crash.db");
    wipe(&copy);
    for suffix in ["", "-wal"] {
        // Without a log there is none to copy.
        let _ = fs::copy(beside(&site.path, suffix), beside(&copy, suffix));
    }
    let shown = office.store.last_position()?;
    let left = last_position(&copy, &site.answers, how);
    wipe(&copy);
    Ok(left? > shown)
}

fn last_position(path: &Path, answers: &Path, how: &How) -> Result<u64, Error> {
    Ok(open(path, answers, how)?.store.last_position()?)
}
