//! What can happen to a file while it is open.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use casekit::NewCase;
use casekit_torture::office::beside;
use casekit_torture::{Ack, How, Outcome, World, open, root, wipe};

/// What happens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Happening {
    Deleted,
    DeletedWithItsLog,
    ReplacedByACopy,
    ReplacedByAnother,
    RenamedAway,
    FolderRenamed,
    LogDeleted,
    LogAndItsIndexDeleted,
    CutToNothing,
}

impl Happening {
    const ALL: [Self; 9] = [
        Self::Deleted,
        Self::DeletedWithItsLog,
        Self::ReplacedByACopy,
        Self::ReplacedByAnother,
        Self::RenamedAway,
        Self::FolderRenamed,
        Self::LogDeleted,
        Self::LogAndItsIndexDeleted,
        Self::CutToNothing,
    ];

    /// They come in turns.
    pub(super) fn of(item: u64) -> Self {
        let turn = usize::try_from(item).unwrap_or_default() % Self::ALL.len();
        Self::ALL.get(turn).copied().unwrap_or(Self::Deleted)
    }

    /// Lets it happen to the file at a path.
    pub(super) fn happen(self, path: &Path, answers: &Path) -> Outcome<Left> {
        let gone = Left { ours: None, theirs: None, leads_elsewhere: true };
        Ok(match self {
            Self::Deleted => {
                fs::remove_file(path)?;
                gone
            }
            Self::DeletedWithItsLog => {
                wipe(path);
                gone
            }
            Self::ReplacedByACopy => {
                let copy = path.with_file_name("copy.db");
                fs::copy(path, &copy)?;
                fs::rename(&copy, path)?;
                gone
            }
            Self::ReplacedByAnother => {
                let other = path.with_file_name("other.db");
                let theirs = another(&other, answers)?;
                fs::rename(&other, path)?;
                Left { theirs: Some(theirs), ..gone }
            }
            Self::RenamedAway => {
                let away = path.with_file_name("away.db");
                fs::rename(path, &away)?;
                Left { ours: Some(away), ..gone }
            }
            Self::FolderRenamed => {
                let (Some(home), Some(name)) = (path.parent(), path.file_name()) else { return Ok(gone) };
                let away = home.with_file_name("away");
                fs::rename(home, &away)?;
                Left { ours: Some(away.join(name)), ..gone }
            }
            Self::LogDeleted => {
                fs::remove_file(beside(path, "-wal"))?;
                Left { ours: Some(path.to_owned()), theirs: None, leads_elsewhere: false }
            }
            Self::LogAndItsIndexDeleted => {
                fs::remove_file(beside(path, "-wal"))?;
                fs::remove_file(beside(path, "-shm"))?;
                Left { ours: Some(path.to_owned()), theirs: None, leads_elsewhere: false }
            }
            Self::CutToNothing => {
                File::options().write(true).open(path)?.set_len(0)?;
                Left { ours: Some(path.to_owned()), theirs: None, leads_elsewhere: false }
            }
        })
    }
}

/// What is where after it.
pub(super) struct Left {
    /// Where the file of the kit is; nowhere if it is gone.
    pub(super) ours: Option<PathBuf>,
    /// What was acknowledged to those whose file is at the path now.
    pub(super) theirs: Option<Vec<Ack>>,
    /// The path leads to another file, or to none.
    pub(super) leads_elsewhere: bool,
}

/// Makes a file of somebody else's.
fn another(path: &Path, answers: &Path) -> Outcome<Vec<Ack>> {
    let office = open(path, answers, &How::new(World::system(0)))?;
    let mut acks = Vec::new();
    for place in 0..3 {
        let raised = root(&office.kit).raise_case(NewCase::new("Support", format!("other {place}")))?;
        acks.push(Ack::Raised { case: raised.id, number: raised.number });
    }
    office.kit.close()?;
    Ok(acks)
}
