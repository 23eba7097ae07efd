//! The process that opens hostile files.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use casekit::{AuditHead, CaseKit, Error, StoreErrorKind, Trust};
use casekit_torture::screens::{REFUSED, screens};
use casekit_torture::watchdog::Watchdog;
use casekit_torture::{Action, How, Outcome, Random, Worker, World, open, root, wipe};
use rusqlite::Connection;

use super::base::LATER;
use super::cells::Columns;
use super::everything::{NOTHING, ONCE_MORE, repeats};
use super::explained::{NO_EVENT, ORDER, is_explained};
use super::mutate::{Done, mutate};
use super::{AT, COLUMN, SEEN, WRONG, kept};

/// How long a file may take, on a machine that has other work as well.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is done in a file after it was looked at, whatever was seen: nothing of it may panic.
const ACTIONS: [Action; 14] = [
    Action::Raise,
    Action::Note,
    Action::Reply,
    Action::Edit,
    Action::Take,
    Action::Enter,
    Action::Update,
    Action::Settings,
    Action::Import,
    Action::Proceed,
    Action::ChangeCourse,
    Action::Head,
    Action::PurgeExpired,
    Action::Read,
];

/// What became of a file.
enum Class {
    /// Refused as what it is.
    Refused,
    /// Everything reads as it was written.
    Unharmed,
    /// Something reads otherwise, or not at all, and the library says so.
    Found,
    /// Something reads otherwise, and the tamper matrix says why nothing can find that.
    Explained,
    /// Anything else.
    Wrong(String),
}

impl Class {
    fn said(&self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Unharmed => "unharmed",
            Self::Found => "found out",
            Self::Explained => "explained",
            Self::Wrong(_) => "wrong",
        }
    }
}

/// What is known of the good file.
struct Good {
    screens: String,
    repeats: String,
    head: AuditHead,
}

/// Opens the files of a shard: `FOLDER SEED FROM END`.
pub(crate) fn child(arguments: &[String]) -> Outcome {
    let [home, seed, from, end] = arguments else { return Err("the shard takes four arguments".into()) };
    let home: &Path = home.as_ref();
    let head = serde_json::from_str(&kept(home, "head")?)?;
    let good = Good { screens: kept(home, "screens")?, repeats: kept(home, "repeats")?, head };
    let columns = Columns::of(&Connection::open(home.join("a.db"))?)?;
    let (seed, from, end): (u64, u64, u64) = (seed.parse()?, from.parse()?, end.parse()?);
    let path = home.join(format!("file-{from}.db"));
    let watchdog = Watchdog::start(PATIENCE);
    for item in from..end {
        for trust in [Trust::Trusted, Trust::Untrusted] {
            wipe(&path);
            watchdog.feed(format!("file {item}"));
            let done = mutate(home, &columns, &path, &mut Random::of_item(seed, item))?;
            println!("{AT}\t{item}\t{trust:?} {}", done.what);
            let began = Instant::now();
            let class = catch_unwind(AssertUnwindSafe(|| look(&path, home, trust, item, &done, &good)));
            let class = class.unwrap_or_else(|_| Class::Wrong("a panic".into()));
            println!("{SEEN}\t{}\t{}", class.said(), began.elapsed().as_millis());
            done.columns.iter().for_each(|column| println!("{COLUMN}\t{column}"));
            if let Class::Wrong(what) = class {
                println!("{WRONG}\t{item}\t{trust:?}, {}: {}", done.what, what.replace('\n', " "));
            }
            // A file that is not trusted is refused for most damage to its bytes and pages.
            if done.columns.is_empty() && !item.is_multiple_of(3) {
                break;
            }
        }
    }
    wipe(&path);
    Ok(())
}

fn look(path: &Path, home: &Path, trust: Trust, item: u64, done: &Done, good: &Good) -> Class {
    let before = fs::read(path).unwrap_or_default();
    let world = World::fixed(item + 77);
    // Screens say what is overdue, so that they are compared at the time at which they were kept.
    world.move_on(LATER);
    let how = How { trust, plain_packages: true, ..How::new(world) };
    let office = match open(path, &home.join("answers"), &how) {
        Ok(office) => office,
        Err(error) => return refused(&error, &before, &fs::read(path).unwrap_or_default()),
    };
    let (class, is_sound) = judge(&office.kit, done, good);
    // In a file that is known to be damaged, work tries little that reading has not tried.
    let fault = (is_sound || item.is_multiple_of(3)).then(|| works_on(&office.kit, item)).flatten();
    let _ = office.kit.close();
    match fault {
        Some(fault) if is_sound => Class::Wrong(format!("verify and check find nothing, and yet {fault}")),
        Some(_) | None => class,
    }
}

/// Works on in the file, and says which command met a fault of the store first. Whatever a damaged file answers is an
/// answer; panics and hangs are not.
fn works_on(kit: &CaseKit, item: u64) -> Option<String> {
    let mut worker = Worker::new(Random::new(item), "hostile-");
    let mut fault = worker.look_around(kit).err().map(|error| format!("looking around answers: {error}"));
    for action in ACTIONS {
        let failed = worker.run(action, kit).err().map(|error| format!("{action:?} answers: {error}"));
        fault = fault.or(failed);
    }
    fault
}

/// Where the header says which version of the format a program must know to write to the file.
const WRITE_VERSION: usize = 18;
/// The greatest one that SQLite knows.
const LOG: u8 = 2;

fn refused(error: &Error, before: &[u8], after: &[u8]) -> Class {
    match error.code() {
        _ if before != after => Class::Wrong(format!("refused ({error}), and changed")),
        "read_only" if before.get(WRITE_VERSION).is_some_and(|version| *version > LOG) => Class::Refused,
        "corrupt" | "not_casekit" | "too_new" | "foreign" | "incomplete" => Class::Refused,
        code => Class::Wrong(format!("refused as `{code}`: {error}")),
    }
}

/// What became of an open file, and whether the library says that all of it is sound.
fn judge(kit: &CaseKit, done: &Done, good: &Good) -> (Class, bool) {
    let shown = screens(kit);
    // With a head it finds all that it finds without.
    let verified = root(kit).verify(Some(&good.head));
    let check = kit.check();
    let is_sound = verified.as_ref().is_ok_and(|report| report.broken.is_none()) && check.is_ok();
    // Damage that is told as a fault of the disk or of the library sends people to the wrong place.
    let faults = [shown.as_ref().err(), verified.as_ref().err(), check.as_ref().err()];
    if let Some(fault) = faults.into_iter().flatten().find(|fault| !is_damage(fault)) {
        return (Class::Wrong(format!("answers `{}`, which is no damage: {fault}", fault.code())), false);
    }
    if !is_sound {
        let is_same = shown.is_ok_and(|shown| shown == good.screens);
        return (if is_same { Class::Unharmed } else { Class::Found }, false);
    }
    (sound(kit, shown, done, good), true)
}

fn is_damage(error: &Error) -> bool {
    match error {
        Error::Store(fault) => fault.kind() == StoreErrorKind::Corrupt,
        // A list can name what is no longer there.
        Error::Rejected(_) => true,
        _ => false,
    }
}

/// What became of a file of which the library says that it is sound: everything is shown as it was, or it is said why not.
fn sound(kit: &CaseKit, shown: Result<String, Error>, done: &Done, good: &Good) -> Class {
    let is_explained = |reason| done.columns.iter().any(|column| is_explained(column, reason));
    let class = match shown {
        Ok(shown) if shown == good.screens => Class::Unharmed,
        Ok(_) if is_explained(ORDER) => Class::Explained,
        Ok(shown) => {
            let difference = difference(&shown, &good.screens);
            return Class::Wrong(format!(
                "reads otherwise, which neither verify nor check says: {difference}"
            ));
        }
        Err(error) => {
            let code = error.code();
            return Class::Wrong(format!("a screen answers `{code}`, and check says that all is sound"));
        }
    };
    let repeated = repeats(kit);
    if repeated == good.repeats {
        return class;
    }
    // Of a command that changed nothing, no event says so, nor at which revision: it is refused, or decided once more.
    let is_allowed = |is: &str| {
        let is_lost = is.starts_with(REFUSED) || is.ends_with(ONCE_MORE) || is.ends_with(NOTHING);
        is_lost || good.repeats.lines().any(|was| was == is)
    };
    match is_explained(NO_EVENT) && repeated.lines().all(is_allowed) {
        true => Class::Explained,
        false => Class::Wrong(format!(
            "a repeated command answers otherwise, which neither verify nor check says: {}",
            difference(&repeated, &good.repeats)
        )),
    }
}

/// Where two texts differ first, with some of what is around it.
fn difference(is: &str, was: &str) -> String {
    let Some((is, was)) = is.lines().zip(was.lines()).find(|(is, was)| is != was) else {
        return "there are fewer lines".into();
    };
    let same = is.chars().zip(was.chars()).take_while(|(is, was)| is == was).count();
    let around = |text: &str| -> String { text.chars().skip(same.saturating_sub(40)).take(80).collect() };
    format!("`{}` instead of `{}`", around(is), around(was))
}
