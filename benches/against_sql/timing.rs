//! Two sides, turn by turn, and what their times say.

use std::fs::OpenOptions;
use std::hint::black_box;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

pub(crate) type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// When a commit counts as written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durable {
    Full,
    Normal,
}

/// How often something is done.
#[derive(Clone, Copy)]
pub(crate) struct Rounds {
    pub(crate) rounds: usize,
    /// Calls of each side in a round.
    pub(crate) calls: usize,
}

/// What two sides took: a median a round, and every call, in microseconds.
#[derive(Default)]
pub(crate) struct Compared {
    raw: Side,
    kit: Side,
}

#[derive(Default)]
struct Side {
    medians: Vec<f64>,
    all: Vec<f64>,
}

/// Runs two sides A B A B; each call gets its place, so that both do the same.
pub(crate) fn compare<R, K>(
    rounds: Rounds,
    mut raw: impl FnMut(usize) -> Outcome<R>,
    mut kit: impl FnMut(usize) -> Outcome<K>,
) -> Outcome<Compared> {
    let mut compared = Compared::default();
    // The first round warms up and does not count.
    for round in 0..=rounds.rounds {
        let places = round * rounds.calls..(round + 1) * rounds.calls;
        let of_raw = timed(places.clone(), &mut raw)?;
        let of_kit = timed(places, &mut kit)?;
        if round > 0 {
            compared.raw.add(of_raw);
            compared.kit.add(of_kit);
        }
    }
    Ok(compared)
}

fn timed<T>(places: std::ops::Range<usize>, call: &mut impl FnMut(usize) -> Outcome<T>) -> Outcome<Vec<f64>> {
    let mut took = Vec::with_capacity(places.len());
    for place in places {
        let begun = Instant::now();
        black_box(call(place)?);
        took.push(micros(begun.elapsed()));
    }
    Ok(took)
}

impl Side {
    fn add(&mut self, round: Vec<f64>) {
        // The median: a call during which the machine did something else tells nothing.
        self.medians.push(at(&round, 0.5));
        self.all.extend(round);
    }
}

impl Compared {
    /// A row of the table: medians, the median of the ratios of the rounds, the tenth and ninetieth of a hundred of
    /// them, and the ratio of the means.
    pub(crate) fn row(&self, name: &str) -> String {
        let Self { raw, kit } = self;
        let ratios: Vec<f64> = kit.medians.iter().zip(&raw.medians).map(|(kit, raw)| kit / raw).collect();
        format!(
            "{name:<34} {:>9.1} {:>9.1}   {:>5.2}  ({:.2} to {:.2})   {:>5.2}",
            at(&raw.medians, 0.5),
            at(&kit.medians, 0.5),
            at(&ratios, 0.5),
            at(&ratios, 0.1),
            at(&ratios, 0.9),
            mean(&kit.all) / mean(&raw.all),
        )
    }
}

pub(crate) const HEAD: &str =
    "                                      raw µs casekit µs   ratio  (10th to 90th)   means";

fn micros(took: Duration) -> f64 {
    took.as_secs_f64() * 1e6
}

fn at(figures: &[f64], part: f64) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (part * (sorted.len().saturating_sub(1)) as f64).round() as usize;
    sorted.get(place).copied().unwrap_or(f64::NAN)
}

fn mean(figures: &[f64]) -> f64 {
    figures.iter().sum::<f64>() / figures.len() as f64
}

/// What it takes here to have 4 KiB on the disk, in microseconds: median, and the ninetieth of a hundred.
pub(crate) fn fdatasync(folder: &Path) -> Outcome<(f64, f64)> {
    let mut file = OpenOptions::new().create(true).append(true).open(folder.join("sync"))?;
    let mut took = Vec::new();
    for _ in 0..100 {
        file.write_all(&[0; 4096])?;
        let begun = Instant::now();
        file.sync_data()?;
        took.push(micros(begun.elapsed()));
    }
    Ok((at(&took, 0.5), at(&took, 0.9)))
}
