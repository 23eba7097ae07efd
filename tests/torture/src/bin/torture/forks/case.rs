//! The cases: what a child does, and what its parent does meanwhile.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::thread;
use std::time::Duration;

use casekit::{CaseKit, CasesQuery, Durability, Error, NewCase, PageRequest};
use casekit_torture::forking::{self, Child};
use casekit_torture::office::beside;
use casekit_torture::{Ack, How, Office, Outcome, World, open, root};

use super::{ACK, CHILD, SEEN, WRONG};

/// The title of what a child raises.
pub(super) const TITLE: &str = "by the child";

/// What is done after a fork.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Case {
    /// The child ends, and cleans up as programs do.
    Ends,
    /// It opens the file anew, which its parent has open.
    OpensAnew,
    /// It opens another file.
    OpensAnother,
    /// The parent suspended before; both go on.
    Suspended,
    /// The parent is killed, and the child lives on.
    Killed,
    /// The child goes on with the kit of its parent.
    Inherits,
    /// It closes descriptors by number.
    ClosesByNumber,
    /// It lives, while the parent goes on, suspends, resumes and closes.
    Lives,
}

impl Case {
    pub(super) const ALL: [Self; 8] = [
        Self::Ends,
        Self::OpensAnew,
        Self::OpensAnother,
        Self::Suspended,
        Self::Killed,
        Self::Inherits,
        Self::ClosesByNumber,
        Self::Lives,
    ];

    pub(super) fn of(item: u64) -> Self {
        let place = usize::try_from(item).unwrap_or_default() % Self::ALL.len();
        Self::ALL.get(place).copied().unwrap_or(Self::Ends)
    }

    /// Whether the child has no business in the file.
    pub(super) fn must_not_write(self) -> bool {
        self != Self::Suspended
    }
}

/// Short of syncs, and not waiting long for others.
pub(super) fn how() -> How {
    How { durability: Durability::Normal, busy: Duration::from_secs(5), ..How::new(World::system(0)) }
}

/// The titles of the cases in a file.
pub(super) fn titles(office: &Office) -> Result<Vec<String>, Error> {
    let page = root(&office.kit).cases(&CasesQuery::default(), PageRequest::first().of(500))?;
    Ok(page.rows.into_iter().map(|row| row.title).collect())
}

/// The process that forks: `CASE PATH ANSWERS`.
pub(crate) fn child(arguments: &[String]) -> Outcome {
    let [name, path, answers] = arguments else { return Err("a case takes three arguments".into()) };
    let case = Case::ALL.into_iter().find(|case| format!("{case:?}") == *name).ok_or("no such case")?;
    let (path, answers): (&Path, &Path) = (path.as_ref(), answers.as_ref());
    forking::end_in(120);
    let office = open(path, answers, &how())?;
    office.furnish()?;
    raise(&office.kit, "before")?;
    let before = locks(path)?;
    if !before.iter().any(|(file, _)| *file == "database") || !before.iter().any(|(file, _)| *file == "-shm")
    {
        wrong(format!("the parent holds no lock by description on one of its files: {before:?}"));
    }
    match case {
        Case::Ends => drop(said(Child::fork(|| std::process::exit(0))?)?),
        Case::OpensAnew => refused(&said(Child::fork(|| opens(path, answers))?)?),
        Case::OpensAnother => {
            let other = path.with_file_name("another.db");
            done(&said(Child::fork(|| opens(&other, answers))?)?)
        }
        Case::Suspended => return suspended(&office, path, answers),
        Case::Killed => return killed(&office),
        Case::Inherits => refused(&said(Child::fork(|| answered(goes_on(&office.kit)))?)?),
        Case::ClosesByNumber => drop(said(Child::fork(closes)?)?),
        Case::Lives => return lives(&office, path),
    }
    let after = locks(path)?;
    if after != before {
        wrong(format!("the parent's locks are others than before: {before:?}, {after:?}"));
    }
    raise(&office.kit, "afterwards")?;
    Ok(office.kit.close()?)
}

fn suspended(office: &Office, path: &Path, answers: &Path) -> Outcome {
    office.kit.suspend(Duration::from_secs(1))?;
    let child = Child::fork(|| opens(path, answers))?;
    office.kit.resume()?;
    raise(&office.kit, "afterwards")?;
    done(&said(child)?);
    if titles(office)?.iter().filter(|title| *title == TITLE).count() != 1 {
        wrong("what the child wrote is not there".into());
    }
    Ok(office.kit.close()?)
}

/// Works until it is killed.
fn killed(office: &Office) -> Outcome {
    let kit = office.kit.clone();
    let work = thread::spawn(move || {
        for place in 0.. {
            if let Err(error) = raise(&kit, &format!("meanwhile {place}")) {
                wrong(format!("the parent: {error}"));
                return;
            }
        }
    });
    thread::sleep(Duration::from_millis(100));
    println!("{CHILD}{}", forking::fork_a_sleeper()?);
    std::io::stdout().flush()?;
    work.join().map_err(|_| "the thread that works ended")?;
    Ok(())
}

fn lives(office: &Office, path: &Path) -> Outcome {
    let sleeper = forking::fork_a_sleeper()?;
    raise(&office.kit, "meanwhile")?;
    office.kit.suspend(Duration::from_secs(1))?;
    office.kit.resume()?;
    raise(&office.kit, "afterwards")?;
    office.kit.close()?;
    // Where SQLite locks: what readers of a database hold, and who has an index open.
    let held = [(path.to_owned(), 0x4000_0002, 510), (beside(path, "-shm"), 128, 1)];
    for (file, first, bytes) in held {
        if forking::is_locked(&file, first, bytes)? {
            wrong(format!("after closing, somebody holds a lock at {first}"));
        }
    }
    if beside(path, "-wal").exists() {
        wrong("after closing, a log is left".into());
    }
    forking::kill(sleeper);
    Ok(())
}

/// What a child does with a file of its own accord.
fn opens(path: &Path, answers: &Path) -> String {
    answered(open(path, answers, &how()).and_then(|office| goes_on(&office.kit)))
}

fn goes_on(kit: &CaseKit) -> Result<(), Error> {
    root(kit).raise_case(NewCase::new("Support", TITLE)).map(|_| ())
}

fn answered(result: Result<(), Error>) -> String {
    match result {
        Ok(()) => "done".into(),
        Err(error) => error.code().to_string(),
    }
}

fn closes() -> String {
    forking::close_by_number();
    String::new()
}

/// What a child said, once it has ended.
fn said(child: Child) -> Outcome<String> {
    let said = child.answer()?;
    println!("{SEEN}{said}");
    Ok(said)
}

fn refused(said: &str) {
    match said {
        "done" => wrong("the child was not refused".into()),
        "" => wrong("the child hung".into()),
        _ => {}
    }
}

fn done(said: &str) {
    if said != "done" {
        wrong(format!("the child could not: {said}"));
    }
}

fn wrong(what: String) {
    println!("{WRONG}{what}");
}

/// Raises a case, and says so.
fn raise(kit: &CaseKit, title: &str) -> Outcome {
    let raised = root(kit).raise_case(NewCase::new("Support", title))?;
    let ack = Ack::Raised { case: raised.id, number: raised.number };
    println!("{ACK}{}", ack.line()?);
    Ok(())
}

/// The locks by description that this process has on a file and its `-shm`.
///
/// As its descriptors tell them: the system's list of all locks is handed out in pieces, and on a busy machine a line of it
/// is missing or there twice.
fn locks(path: &Path) -> Outcome<Vec<(&'static str, String)>> {
    let files = [("database", path.canonicalize()?), ("-shm", beside(&path.canonicalize()?, "-shm"))];
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc/self/fd")? {
        let descriptor = entry?.file_name();
        // The one that lists the others is gone by now.
        let Ok(opened) = fs::read_link(Path::new("/proc/self/fd").join(&descriptor)) else { continue };
        let Some((name, _)) = files.iter().find(|(_, file)| *file == opened) else { continue };
        for line in fs::read_to_string(Path::new("/proc/self/fdinfo").join(&descriptor))?.lines() {
            if let Some((_, lock)) = line.split_once("OFDLCK") {
                found.push((*name, lock.split_whitespace().collect::<Vec<_>>().join(" ")));
            }
        }
    }
    found.sort();
    Ok(found)
}
