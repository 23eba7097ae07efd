//! Makes one operation of the disk fail, and judges what becomes of the work.
//!
//! First a day's work is done without faults, which counts its operations of each kind: each is a point. Then the day is
//! worked again for every point, in random order. Whatever failed, the kit must go on once nothing fails any more, and
//! what was acknowledged must be there when the file is opened again.
//!
//! That a command which answered an error took effect all the same, after a crash, is allowed: SQLite cannot take back a
//! write whose sync failed. It is counted.

mod day;
mod point;
mod points;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use casekit_torture::vfs;
use casekit_torture::watchdog::Watchdog;
use casekit_torture::{How, Judge, Outcome, World};

use crate::options::Options;
use crate::tally::{Tally, Verdict, grouped};
use day::{Day, Site};
use point::Point;
use points::points;

/// How long a fault may take, on a machine that has other work as well.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) fn run(options: &Options) -> Outcome<Verdict> {
    vfs::register();
    let folder = options.folder_in_memory()?;
    let watchdog = Watchdog::start(PATIENCE);
    let mut tally = Tally::new(options);
    let mut seen = Seen::default();
    let site = Site::make(&folder)?;
    let count = options.only.map_or(options.count(500), |only| only + 1);
    let (mut item, mut lap) = (0, 0);
    while item < count {
        for point in points(&site, options.seed, lap)? {
            if item < count && options.only.is_none_or(|only| only == item) {
                watchdog
                    .feed(format!("{point}; again: torture faults --seed {} --only {item}", options.seed));
                one(&site, &point, item, &mut seen, &mut tally)?;
            }
            item += 1;
        }
        lap += 1;
    }
    let Seen { faults, noticed, unopened, stuck, resumed, lost, panics, there } = seen;
    Ok(tally.close(format!(
        "{} faults, {} answered an error, {} kept the file from opening; {stuck} kits did not go on ({resumed} of them \
         did after suspend and resume), {lost} files not right afterwards, {panics} panics; {} failed commands would \
         be there after a crash (as they may)",
        grouped(faults),
        grouped(noticed),
        grouped(unopened),
        grouped(there),
    )))
}

#[derive(Default)]
struct Seen {
    faults: u64,
    noticed: u64,
    unopened: u64,
    stuck: u64,
    resumed: u64,
    lost: u64,
    panics: u64,
    there: u64,
}

/// Works a day with one fault, and judges it.
fn one(site: &Site, point: &Point, item: u64, seen: &mut Seen, tally: &mut Tally) -> Outcome {
    site.prepare(point.work)?;
    let world = World::fixed(5);
    let worked = catch_unwind(AssertUnwindSafe(|| Day::work(site, point, &world)));
    vfs::disarm();
    let Ok(day) = worked else {
        seen.panics += 1;
        tally.wrong(item, format!("{point}: a panic"));
        return Ok(());
    };
    let day = day?;
    if day.counted.failed == 0 {
        return Ok(());
    }
    seen.faults += 1;
    seen.noticed += u64::from(!day.errors.is_empty());
    seen.unopened += u64::from(day.unopened);
    seen.there += u64::from(day.there_all_the_same);
    if let Some(stuck) = &day.stuck {
        seen.stuck += 1;
        seen.resumed += u64::from(stuck.resumes);
        tally.wrong(item, format!("{point}: the kit does not go on: {}; after {:?}", stuck.what, day.errors));
    }
    world.move_on(3_600);
    let how = How { plain_packages: true, ..How::new(world) }.untrusted();
    let judged = catch_unwind(AssertUnwindSafe(|| -> Outcome<Option<String>> {
        // A file that was to be made may not be there; then nothing may have been acknowledged.
        if !site.path.exists() && day.acks.is_empty() {
            return Ok(None);
        }
        let office = match casekit_torture::open(&site.path, &site.answers, &how) {
            Ok(office) => office,
            Err(error) => return Ok(Some(format!("it does not open: {}: {error}", error.code()))),
        };
        let judged = Judge::default().judge_with_answers(&office, &day.acks);
        Ok(judged.err().map(|wrong| wrong.to_string()))
    }));
    match judged {
        Ok(wrong) => {
            if let Some(wrong) = wrong? {
                seen.lost += 1;
                tally.wrong(item, format!("{point}: {wrong}; after {:?}", day.errors));
            }
        }
        Err(_) => {
            seen.panics += 1;
            tally.wrong(item, format!("{point}: a panic of the judge"));
        }
    }
    // Litter of a creation that failed is removed by it, or by the next; not a matter of this harness.
    fs::remove_dir_all(&site.answers)?;
    Ok(fs::create_dir_all(&site.answers)?)
}
