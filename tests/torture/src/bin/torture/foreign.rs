//! A second copy of SQLite in a process that works.
//!
//! Process A does actions, while two threads of it open the same file with the system's SQLite, act and close it, over
//! and over. An item is one act beside others: alone, killed, beside a second process, and so on. All that either
//! process was told must be there, and the file sound.
//!
//! With `CASEKIT_LOCKS_OFF=shm,guard` it must fail; for a stranger that writes while A is alone, only the kill shows it.

mod process;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use casekit::Durability;
use casekit_torture::forking;
use casekit_torture::stranger::{Act, Stranger};
use casekit_torture::{Ack, How, Judge, Outcome, Random, World, open};

use crate::options::{Folder, Options};
use crate::tally::{Tally, Verdict, grouped};
pub(crate) use process::child;

/// Who else there is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Others {
    /// Nobody.
    Alone,
    /// Nobody, and A is killed.
    Killed,
    /// A second process writes.
    Second,
    /// The same, and A is killed.
    SecondAndKilled,
    /// The same, and a child that A forked lives on.
    Child,
    /// A second process of a library without these locks writes.
    Older,
    /// The `sqlite3` shell writes.
    Shell,
}

const ALL_OTHERS: [Others; 7] = [
    Others::Alone,
    Others::Killed,
    Others::Second,
    Others::SecondAndKilled,
    Others::Child,
    Others::Older,
    Others::Shell,
];

/// How long they work.
const WORK: Duration = Duration::from_millis(600);
/// Words that begin a line of what a process says.
const CHILD: &str = "child ";
const FAULT: &str = "fault ";
const VISITS: &str = "visits ";

pub(crate) fn run(options: &Options) -> Outcome<Verdict> {
    let stranger = Stranger::load()?;
    let shell = Command::new("sqlite3").arg("-version").output().is_ok();
    let folder = options.folder()?;
    let mut tally = Tally::new(options);
    let (mut runs, mut kills, mut acks, mut visits) = (0, 0, 0, 0);
    let mut faulty: BTreeMap<String, u64> = BTreeMap::new();
    for item in options.items(options.count(21)) {
        let place = usize::try_from(item)?;
        let act = Act::ALL.get(place % Act::ALL.len()).copied().unwrap_or(Act::Read);
        let others = ALL_OTHERS.get(place / Act::ALL.len() % ALL_OTHERS.len()).copied();
        let others = others.filter(|others| shell || *others != Others::Shell);
        let Some(others) = others else { continue };
        let scene = Scene::set(&folder)?;
        let seen = scene.play(act, others, &mut Random::of_item(options.seed, item))?;
        runs += 1;
        kills += u64::from(others.kills());
        acks += seen.acks.len() as u64;
        visits += seen.visits;
        let judged = scene.judge(&seen);
        if !seen.wrong.is_empty() || judged.is_some() {
            *faulty.entry(format!("{act:?} {others:?}")).or_default() += 1;
        }
        for wrong in seen.wrong.iter().chain(&judged) {
            tally.wrong(item, format!("a stranger ({act:?}), {others:?}: {wrong}"));
        }
    }
    let faulty: Vec<String> = faulty.iter().map(|(which, count)| format!("{count} {which}")).collect();
    Ok(tally.close(format!(
        "{} runs beside SQLite {}{} ({kills} with kills), {} acknowledged, {} visits of the stranger, faulty: {}",
        grouped(runs),
        stranger.version(),
        if shell { "" } else { ", none beside the sqlite3 shell, which is not here" },
        grouped(acks),
        grouped(visits),
        if faulty.is_empty() { "none".into() } else { faulty.join(", ") },
    )))
}

impl Others {
    fn kills(self) -> bool {
        match self {
            Self::Killed | Self::SecondAndKilled | Self::Child => true,
            Self::Alone | Self::Second | Self::Older | Self::Shell => false,
        }
    }

    fn has_second(self) -> bool {
        match self {
            Self::Second | Self::SecondAndKilled | Self::Child | Self::Older => true,
            Self::Alone | Self::Killed | Self::Shell => false,
        }
    }
}

/// A file to work in.
struct Scene {
    path: PathBuf,
    answers: PathBuf,
}

/// What the processes said.
#[derive(Default)]
struct Seen {
    acks: Vec<Ack>,
    visits: u64,
    children: Vec<i32>,
    wrong: Vec<String>,
}

impl Scene {
    fn set(folder: &Folder) -> Outcome<Self> {
        let home = folder.empty("foreign")?;
        let (path, answers) = (home.join("cases.db"), home.join("answers"));
        fs::create_dir_all(&answers)?;
        let office = open(&path, &answers, &how())?;
        office.furnish()?;
        office.kit.close()?;
        Ok(Self { path, answers })
    }

    fn play(&self, act: Act, others: Others, random: &mut Random) -> Outcome<Seen> {
        let forks = if others == Others::Child { "forks" } else { "does not fork" };
        let mut a = self.start("a", random.number(), &format!("{act:?}"), forks, None)?;
        let off = (others == Others::Older).then_some("shm,guard");
        let b = if others.has_second() {
            Some(self.start("b", random.number(), "none", "does not fork", off)?)
        } else {
            None
        };
        let killed = others.kills().then(|| Duration::from_micros(150_000 + random.below(400_000)));
        let began = Instant::now();
        let mut seen = Seen::default();
        while others == Others::Shell && began.elapsed() < WORK {
            self.shell(&mut seen)?;
        }
        if let Some(after) = killed {
            thread::sleep(after);
            a.kill()?;
        }
        seen.hear("A", a, killed.is_some())?;
        if let Some(b) = b {
            let before = seen.acks.len();
            seen.hear("B", b, false)?;
            if seen.acks.len() == before {
                seen.wrong.push("B: nothing was acknowledged".into());
            }
        }
        seen.children.drain(..).for_each(forking::kill);
        Ok(seen)
    }

    /// Starts this program again, as A or B.
    fn start(&self, name: &str, seed: u64, act: &str, forks: &str, off: Option<&str>) -> Outcome<Child> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["child", "foreign"]).args([&self.path, &self.answers]);
        command.args([name, &seed.to_string(), act, forks]).stdout(Stdio::piped());
        if let Some(off) = off {
            command.env("CASEKIT_LOCKS_OFF", off);
        }
        Ok(command.spawn()?)
    }

    fn shell(&self, seen: &mut Seen) -> Outcome {
        let sql = "BEGIN IMMEDIATE; UPDATE file SET generation = generation; COMMIT";
        let said =
            Command::new("sqlite3").args(["-cmd", ".timeout 10000"]).arg(&self.path).arg(sql).output()?;
        if !said.status.success() {
            seen.wrong.push(format!("the shell: {}", String::from_utf8_lossy(&said.stderr).trim()));
        }
        Ok(())
    }

    fn judge(&self, seen: &Seen) -> Option<String> {
        let judged = Judge::default().reopen(&self.path, &self.answers, &how(), &seen.acks);
        judged.err().map(|wrong| wrong.to_string())
    }
}

impl Seen {
    fn hear(&mut self, who: &str, process: Child, killed: bool) -> Outcome {
        let said = process.wait_with_output()?;
        let by_the_kill = killed && said.status.code().is_none();
        if !said.status.success() && !by_the_kill {
            self.wrong.push(format!("{who} ended with {}", said.status));
        }
        for line in String::from_utf8_lossy(&said.stdout).lines() {
            if let Some(fault) = line.strip_prefix(FAULT) {
                self.wrong.push(format!("{who}: {fault}"));
            } else if let Some(child) = line.strip_prefix(CHILD) {
                self.children.push(child.parse()?);
            } else if let Some(visits) = line.strip_prefix(VISITS) {
                self.visits += visits.parse::<u64>()?;
            } else {
                self.acks.extend(Ack::read(line));
            }
        }
        Ok(())
    }
}

/// What a kill leaves to the system, the system keeps.
fn how() -> How {
    How {
        durability: Durability::Normal,
        busy: Duration::from_secs(20),
        plain_packages: true,
        ..How::new(World::system(0))
    }
}
