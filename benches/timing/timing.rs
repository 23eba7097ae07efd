//! Two sides, turn by turn, and what their times say.

mod options;
mod table;

use std::fs::OpenOptions;
use std::hint::black_box;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

pub(crate) use options::{Number, Options};
pub(crate) use table::{Line, Table};

pub(crate) type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// How long one thing is measured.
#[derive(Clone, Copy)]
pub(crate) struct Pace {
    /// All of its rounds.
    pub(crate) budget: Duration,
    /// The fewest rounds, whatever they take.
    pub(crate) least: usize,
    /// The most calls of a side.
    pub(crate) most: usize,
}

impl Pace {
    pub(crate) const QUICK: Self = Self { budget: Duration::from_millis(250), least: 5, most: 1_000 };
    pub(crate) const USUAL: Self = Self { budget: Duration::from_millis(1_500), least: 9, most: 1_000 };

    /// The most rounds.
    const MOST: usize = 41;

    /// The most calls of a side in a round.
    const CALLS: usize = 25;

    /// The same with so many calls of a side at most.
    pub(crate) fn at_most(self, most: usize) -> Self {
        Self { most, ..self }
    }

    /// How many rounds of how many calls a side, if a call of both sides takes so long.
    fn rounds(self, both: Duration) -> (usize, usize) {
        let both = both.as_secs_f64().max(1e-6);
        let calls = ((0.005 / both) as usize).clamp(1, Self::CALLS);
        // A median of three passes over one that was disturbed.
        let in_time = self.budget.as_secs_f64() / (both * self.least as f64);
        let calls = calls.max((in_time as usize).clamp(1, 3));
        let rounds = (self.budget.as_secs_f64() / (both * calls as f64)) as usize;
        let rounds = rounds.clamp(self.least, Self::MOST);
        let left = self.most.saturating_sub(WARM).max(1);
        let calls = calls.min(left.div_ceil(rounds));
        (rounds.min(left / calls), calls)
    }
}

/// Calls that come before those that count.
const WARM: usize = 4;

/// What two sides took: a median a round, in microseconds.
#[derive(Default)]
pub(crate) struct Compared {
    raw: Vec<f64>,
    kit: Vec<f64>,
}

/// Runs two sides A B, B A; each call gets its place, so that both do the same.
pub(crate) fn compare<R, K>(
    pace: Pace,
    mut raw: impl FnMut(usize) -> Outcome<R>,
    mut kit: impl FnMut(usize) -> Outcome<K>,
) -> Outcome<Compared> {
    let both = fastest(WARM, &mut raw)? + fastest(WARM, &mut kit)?;
    let (rounds, calls) = pace.rounds(Duration::from_secs_f64(both / 1e6));
    let mut compared = Compared::default();
    for round in 0..rounds {
        let places = WARM + round * calls..WARM + (round + 1) * calls;
        let (of_raw, of_kit) = if round.is_multiple_of(2) {
            let of_raw = timed(places.clone(), &mut raw)?;
            (of_raw, timed(places, &mut kit)?)
        } else {
            let of_kit = timed(places.clone(), &mut kit)?;
            (timed(places, &mut raw)?, of_kit)
        };
        // The median: a call during which the machine did something else tells nothing.
        compared.add(at(&of_raw, 0.5), at(&of_kit, 0.5));
    }
    Ok(compared)
}

/// What calls took, each in microseconds.
pub(crate) fn timed<T>(
    places: std::ops::Range<usize>,
    call: &mut impl FnMut(usize) -> Outcome<T>,
) -> Outcome<Vec<f64>> {
    let mut took = Vec::with_capacity(places.len());
    for place in places {
        let begun = Instant::now();
        let answer = black_box(call(place)?);
        took.push(micros(begun.elapsed()));
        drop(answer);
    }
    Ok(took)
}

/// The median of as many calls as the pace leaves time for, after some that do not count.
pub(crate) fn median<T>(pace: Pace, mut call: impl FnMut(usize) -> Outcome<T>) -> Outcome<f64> {
    let one = fastest(WARM, &mut call)?;
    let (rounds, calls) = pace.rounds(Duration::from_secs_f64(one / 1e6));
    Ok(at(&timed(WARM..WARM + rounds * calls, &mut call)?, 0.5))
}

/// The fastest of the first calls, which prepare statements and do not count.
fn fastest<T>(calls: usize, call: &mut impl FnMut(usize) -> Outcome<T>) -> Outcome<f64> {
    Ok(at(&timed(0..calls, call)?, 0.0))
}

impl Compared {
    /// What one round took.
    pub(crate) fn add(&mut self, raw: f64, kit: f64) {
        self.raw.push(raw);
        self.kit.push(kit);
    }

    /// The median of casekit's side.
    pub(crate) fn casekit(&self) -> f64 {
        at(&self.kit, 0.5)
    }

    /// The line of the table.
    pub(crate) fn line(&self, op: &str, mode: &str, cases: usize, target: Option<f64>) -> Line {
        let ratios: Vec<f64> = self.kit.iter().zip(&self.raw).map(|(kit, raw)| kit / raw).collect();
        Line {
            op: op.to_owned(),
            mode: mode.to_owned(),
            cases,
            ratio_median: at(&ratios, 0.5),
            ratio_min: at(&ratios, 0.0),
            ratio_max: at(&ratios, 1.0),
            raw_us: at(&self.raw, 0.5),
            casekit_us: at(&self.kit, 0.5),
            target,
        }
    }
}

pub(crate) fn micros(took: Duration) -> f64 {
    took.as_secs_f64() * 1e6
}

/// The figure below which this part of them lies: 0.5 for the median.
pub(crate) fn at(figures: &[f64], part: f64) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (part * (sorted.len().saturating_sub(1)) as f64).round() as usize;
    sorted.get(place).copied().unwrap_or(f64::NAN)
}

/// What it takes here to have 4 KiB on the disk, in microseconds: median, and the ninetieth of a hundred.
pub(crate) fn fdatasync(folder: &Path) -> Outcome<(f64, f64)> {
    let path = folder.join("sync");
    let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
    let mut took = Vec::new();
    for _ in 0..50 {
        file.write_all(&[0; 4096])?;
        let begun = Instant::now();
        file.sync_data()?;
        took.push(micros(begun.elapsed()));
    }
    std::fs::remove_file(path)?;
    Ok((at(&took, 0.5), at(&took, 0.9)))
}

/// Where benches leave what they measured: `target/bench`.
pub(crate) fn results() -> Outcome<PathBuf> {
    // Cargo's folder for such programs is `target/tmp`.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().ok_or("there is no target folder")?;
    let folder = target.join("bench");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Writes what was measured, as JSON.
pub(crate) fn keep(name: &str, measured: &serde_json::Value) -> Outcome {
    let path = results()?.join(name);
    std::fs::write(&path, serde_json::to_string_pretty(measured)? + "\n")?;
    println!("\n{}", path.display());
    Ok(())
}
