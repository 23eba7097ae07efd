//! The process that opens hostile files.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Duration;

use casekit::{AuditHead, CaseKit, Error, Trust};
use casekit_torture::screens::{only_refuses, screens};
use casekit_torture::watchdog::Watchdog;
use casekit_torture::{Action, How, Outcome, Random, Worker, World, open, root, wipe};

use super::mutate::mutate;
use super::{AT, SEEN, WRONG, kept};

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
    /// Anything else.
    Wrong(String),
}

/// What is known of the good file.
struct Good {
    screens: String,
    head: AuditHead,
}

/// Opens the files of a shard: `FOLDER SEED FROM END`.
pub(crate) fn child(arguments: &[String]) -> Outcome {
    let [home, seed, from, end] = arguments else { return Err("the shard takes four arguments".into()) };
    let home: &Path = home.as_ref();
    let good = Good { screens: kept(home, "screens")?, head: serde_json::from_str(&kept(home, "head")?)? };
    let (seed, from, end): (u64, u64, u64) = (seed.parse()?, from.parse()?, end.parse()?);
    let path = home.join(format!("file-{from}.db"));
    let watchdog = Watchdog::start(PATIENCE);
    for item in from..end {
        for trust in [Trust::Trusted, Trust::Untrusted] {
            if trust == Trust::Untrusted && !item.is_multiple_of(3) {
                continue;
            }
            wipe(&path);
            let done = mutate(home, &path, &mut Random::of_item(seed, item))?;
            println!("{AT}\t{item}\t{trust:?} {done}");
            watchdog.feed(format!("file {item}"));
            let class = catch_unwind(AssertUnwindSafe(|| look(&path, home, trust, item, &good)));
            match class.unwrap_or_else(|_| Class::Wrong("a panic".into())) {
                Class::Refused => println!("{SEEN}\trefused"),
                Class::Unharmed => println!("{SEEN}\tunharmed"),
                Class::Found => println!("{SEEN}\tfound out"),
                Class::Wrong(what) => {
                    println!("{WRONG}\t{item}\t{trust:?}, {done}: {}", what.replace('\n', " "));
                }
            }
        }
    }
    wipe(&path);
    Ok(())
}

fn look(path: &Path, home: &Path, trust: Trust, item: u64, good: &Good) -> Class {
    let before = fs::read(path).unwrap_or_default();
    let how = How { trust, plain_packages: true, ..How::new(World::fixed(item + 77)) };
    let office = match open(path, &home.join("answers"), &how) {
        Ok(office) => office,
        Err(error) => return refused(&error, fs::read(path).unwrap_or_default() == before),
    };
    let class = judge(&office.kit, good);
    let mut worker = Worker::new(Random::new(item), "hostile-");
    // Whatever a damaged file answers is an answer; panics and hangs are not.
    let _ = worker.look_around(&office.kit);
    for action in ACTIONS {
        let _ = worker.run(action, &office.kit);
    }
    let _ = office.kit.close();
    class
}

fn refused(error: &Error, unchanged: bool) -> Class {
    match error.code() {
        _ if !unchanged => Class::Wrong(format!("refused ({error}), and changed")),
        "corrupt" | "not_casekit" | "too_new" | "foreign" | "incomplete" => Class::Refused,
        code => Class::Wrong(format!("refused as `{code}`: {error}")),
    }
}

fn judge(kit: &CaseKit, good: &Good) -> Class {
    let shown = screens(kit);
    let says = [
        root(kit).verify(None).is_ok_and(|report| report.broken.is_none()),
        root(kit).verify(Some(&good.head)).is_ok_and(|report| report.broken.is_none()),
        kit.check().is_ok(),
    ];
    match shown {
        Ok(shown) if shown == good.screens => Class::Unharmed,
        _ if says.contains(&false) => Class::Found,
        // Bytes of a snapshot are proven when they are read, and not shown if they are not those that were found.
        Ok(shown) if only_refuses(&shown, &good.screens) => Class::Found,
        Ok(shown) => Class::Wrong(format!(
            "reads otherwise, which neither verify nor check says: {}",
            difference(&shown, &good.screens)
        )),
        Err(error) => {
            Class::Wrong(format!("a screen answers `{}`, and check says that all is sound", error.code()))
        }
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
