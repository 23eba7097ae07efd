//! The good files that hostile ones are made of.

use std::fs;
use std::path::Path;

use casekit_torture::office::beside;
use casekit_torture::screens::screens;
use casekit_torture::{Ack, Action, How, Outcome, Random, Worker, World, open};
use rusqlite::Connection;

use super::cells::Columns;
use super::everything::{GOLDEN, happens, repeats};

/// With which the work in a file begins, after everything happened in it once.
const FIRST: [Action; 7] = [
    Action::Raise,
    Action::Receive,
    Action::Finish,
    Action::Note,
    Action::Reply,
    Action::Enter,
    Action::Receive,
];

/// How many actions there are in a good file. More would make every file slower, and show nothing else.
const ACTIONS: usize = 30;

/// More seconds than have passed in the golden file.
pub(super) const LATER: i64 = 500 * 24 * 60 * 60;

/// Makes `a.db` and `b.db`; `hot.db` is the first with its last writes in a log. Of the first, `screens` keeps what all
/// screens show, `repeats` what commands answer that are given again, and `head` the head of its trail.
pub(super) fn make(home: &Path) -> Outcome {
    let answers = home.join("answers");
    fs::create_dir_all(&answers)?;
    for (name, seed) in [("a.db", 1), ("b.db", 2)] {
        let path = home.join(name);
        fs::write(&path, GOLDEN)?;
        let world = World::fixed(seed);
        world.move_on(LATER);
        let how = |rows| How { rows, plain_packages: true, ..How::new(world.clone()) };
        let office = open(&path, &answers, &how(800))?;
        office.furnish()?;
        happens(&office)?;
        office.kit.close()?;
        let office = open(&path, &answers, &how(20))?;
        let mut worker = Worker::new(Random::new(seed + 10), format!("h{seed}-"));
        for place in 0..ACTIONS {
            match FIRST.get(place) {
                Some(action) => worker.run(*action, &office.kit)?,
                None => worker.work(&office.kit)?,
            };
        }
        let acks = worker.run(Action::Head, &office.kit)?;
        if seed == 1 {
            if let Some(Ack::Head(head)) = acks.first() {
                fs::write(home.join("head"), serde_json::to_string(head)?)?;
            }
            fs::write(home.join("screens"), screens(&office.kit)?)?;
            fs::write(home.join("repeats"), repeats(&office.kit))?;
            let hot = home.join("hot.db");
            for suffix in ["", "-wal"] {
                fs::copy(beside(&path, suffix), beside(&hot, suffix))?;
            }
        }
        office.kit.close()?;
        if seed == 1 {
            let file = Connection::open(&path)?;
            Columns::of(&file)?.all_have_values(&file)?;
        }
    }
    Ok(())
}
