//! One side in a process of its own: what it takes, and the most memory that it has at once.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use casekit::{Actor, CaseKit, Durability, OpenOptions, Role};

use crate::expert::Expert;
use crate::timing::{Outcome, micros};

/// Behind this stand the side and the file.
pub(crate) const INNER: &str = "--one-side";

/// Who proves the file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Side {
    /// An expert who computes every hash again.
    Hashes,
    /// `verify`.
    Verify,
    /// An expert who has SQLite check the file too.
    Pages,
    /// `check`.
    Check,
}

/// What one run took.
pub(crate) struct Took {
    pub(crate) side: Side,
    pub(crate) micros: f64,
    /// More than with the file open.
    pub(crate) kib: f64,
}

impl Side {
    pub(crate) const ALL: [Self; 4] = [Self::Hashes, Self::Verify, Self::Pages, Self::Check];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Hashes => "raw, hashes",
            Self::Verify => "verify",
            Self::Pages => "raw, and pages",
            Self::Check => "check",
        }
    }

    pub(crate) fn named(name: &str) -> Outcome<Self> {
        let found = Self::ALL.into_iter().find(|side| side.name() == name);
        found.ok_or_else(|| format!("`{name}` is no side").into())
    }

    /// The expert with whom it is compared.
    pub(crate) fn beside(self) -> Option<Self> {
        match self {
            Self::Verify => Some(Self::Hashes),
            Self::Check => Some(Self::Pages),
            Self::Hashes | Self::Pages => None,
        }
    }

    pub(crate) fn measure(self, path: &Path) -> Outcome<Took> {
        let mut command = Command::new(std::env::current_exe()?);
        let output = command.args([INNER, self.name()]).arg(path).stderr(Stdio::inherit()).output()?;
        let told = String::from_utf8(output.stdout)?;
        let (micros, kib) = told.trim().split_once(' ').ok_or("a process could not prove the file")?;
        Ok(Took { side: self, micros: micros.parse()?, kib: kib.parse()? })
    }
}

/// Proves a file and tells on standard output what that took.
pub(crate) fn tell(side: Side, path: &Path) -> Outcome {
    match side {
        Side::Hashes | Side::Pages => {
            let expert = Expert::open(path)?;
            told(|| expert.proves(side == Side::Pages))
        }
        Side::Verify | Side::Check => {
            let kit: CaseKit = OpenOptions::new().durability(Durability::Normal).open(path)?;
            let auditor = kit.desk(Actor::new("auditor", "Auditor").with_role(Role::Auditor));
            told(|| match side {
                Side::Check => Ok(kit.check().map(drop)?),
                Side::Verify | Side::Hashes | Side::Pages => match auditor.verify(None)?.broken {
                    None => Ok(()),
                    Some(broken) => Err(broken.why.into()),
                },
            })?;
            Ok(kit.close()?)
        }
    }
}

fn told(prove: impl FnOnce() -> Outcome) -> Outcome {
    // The most so far is set back to what there is now; where the system does not do that, it is what it was.
    std::fs::write("/proc/self/clear_refs", "5").ok();
    let before = memory("VmRSS:")?;
    let begun = Instant::now();
    prove()?;
    let took = micros(begun.elapsed());
    println!("{took:.0} {}", memory("VmHWM:")?.saturating_sub(before));
    Ok(())
}

/// Memory of this process, in KiB; 0 where the system does not tell.
fn memory(which: &str) -> Outcome<u64> {
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else { return Ok(0) };
    let line = status.lines().find_map(|line| line.strip_prefix(which));
    let kib = line.and_then(|line| line.split_whitespace().next());
    Ok(kib.ok_or("the system does not tell how much memory is used")?.parse()?)
}
