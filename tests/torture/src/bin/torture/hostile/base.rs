//! The good files that hostile ones are made of.

use std::fs;
use std::path::Path;

use casekit_torture::office::beside;
use casekit_torture::screens::screens;
use casekit_torture::{Ack, Action, How, Outcome, Random, Worker, World, open};

/// With which the work in a file begins, so that every kind of thing is in it.
const FIRST: [Action; 12] = [
    Action::Enter,
    Action::Raise,
    Action::Raise,
    Action::Raise,
    Action::Receive,
    Action::Receive,
    Action::Finish,
    Action::Note,
    Action::Note,
    Action::Reply,
    Action::Enter,
    Action::Import,
];

/// Makes `a.db` and `b.db`; `hot.db` is the first with its last writes in a log. Of the first, `screens` keeps what all
/// screens show and `head` the head of its trail.
pub(super) fn make(home: &Path) -> Outcome {
    let answers = home.join("answers");
    fs::create_dir_all(&answers)?;
    for (name, seed) in [("a.db", 1), ("b.db", 2)] {
        let path = home.join(name);
        let how = How { rows: 200, plain_packages: true, ..How::new(World::fixed(seed)) };
        let office = open(&path, &answers, &how)?;
        office.furnish()?;
        let mut worker = Worker::new(Random::new(seed + 10), format!("h{seed}-"));
        for place in 0..90 {
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
            let hot = home.join("hot.db");
            for suffix in ["", "-wal"] {
                fs::copy(beside(&path, suffix), beside(&hot, suffix))?;
            }
        }
        office.kit.close()?;
    }
    Ok(())
}
