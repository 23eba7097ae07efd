//! Where faults can be.

use casekit_torture::vfs::{Lasting, Trouble};
use casekit_torture::{Outcome, Random, World};

use super::day::{Day, Site};
use super::point::{Point, Work};

/// Every point of a day, in random order; those of the shortest work first, which are few and tell most.
pub(super) fn points(site: &Site, seed: u64, day: u64) -> Outcome<Vec<Point>> {
    let mut random = Random::of_item(seed, day);
    let mut points = of(site, &[Work::OneNote], day)?;
    random.shuffle(&mut points);
    let mut others = of(site, &[Work::WholeDay, Work::Making], day)?;
    random.shuffle(&mut others);
    points.extend(others);
    Ok(points)
}

fn of(site: &Site, days: &[Work], day: u64) -> Outcome<Vec<Point>> {
    let mut points = Vec::new();
    for work in days {
        for trouble in Trouble::ALL {
            // So far away that it never comes: the operations are counted only.
            let never = Point { trouble, at: u64::MAX, lasting: Lasting::Once, work: *work, day };
            site.prepare(*work)?;
            let counted = Day::work(site, &never, &World::fixed(5))?;
            if let Some(error) = counted.errors.first() {
                return Err(format!("a day without a fault fails: {error}").into());
            }
            for lasting in [Lasting::Once, Lasting::FromThenOn] {
                points.extend((1..=counted.counted.operations).map(|at| Point { at, lasting, ..never }));
            }
        }
    }
    Ok(points)
}
