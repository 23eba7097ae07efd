//! What it takes to open a file, in a process of its own: time, and memory that stays.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use casekit::{CaseKit, Durability, OpenOptions, PageRequest};

use crate::timing::{Outcome, at, micros};
use crate::world::Cast;

/// Behind this stands the file that a process opens.
pub(crate) const INNER: &str = "--open-only";

pub(crate) struct Opened {
    pub(crate) micros: f64,
    /// More than before, once a first page was shown.
    pub(crate) kib: f64,
}

/// Medians of so many processes.
pub(crate) fn measure(path: &Path, times: usize) -> Outcome<Opened> {
    let (mut took, mut kib) = (Vec::new(), Vec::new());
    for _ in 0..times {
        let mut command = Command::new(std::env::current_exe()?);
        let output = command.arg(INNER).arg(path).stderr(Stdio::inherit()).output()?;
        let told = String::from_utf8(output.stdout)?;
        let (micros, memory) = told.trim().split_once(' ').ok_or("a process could not open the file")?;
        took.push(micros.parse()?);
        kib.push(memory.parse()?);
    }
    Ok(Opened { micros: at(&took, 0.5), kib: at(&kib, 0.5) })
}

/// Opens a file and tells on standard output what that took.
pub(crate) fn tell(path: &Path) -> Outcome {
    let before = resident()?;
    let begun = Instant::now();
    let kit: CaseKit = OpenOptions::new().durability(Durability::Normal).open(path)?;
    let took = micros(begun.elapsed());
    Cast::Few.desk(&kit).my_pending_cases(PageRequest::first())?;
    println!("{took:.0} {}", resident()?.saturating_sub(before));
    Ok(kit.close()?)
}

/// Memory of this process, in KiB; 0 where the system does not tell.
fn resident() -> Outcome<u64> {
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else { return Ok(0) };
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next());
    Ok(kib.ok_or("the system does not tell how much memory is used")?.parse()?)
}
