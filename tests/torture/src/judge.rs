//! Whether everything that was acknowledged is there, once, unaltered; and whether the file is sound.

mod answers;
mod kept;

use std::collections::BTreeMap;
use std::path::Path;

use casekit::casekit_core::commit::Digest;
use casekit::casekit_core::store::EventQuery;
use casekit::{
    AuditHead, CaseId, CaseKit, CasesQuery, Desk, Error, NoteId, PageRequest, Store as _, StoreError,
    StreamId,
};

use crate::ack::Ack;
use crate::office::{How, Office, open, root};

/// What is not as it was promised.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Wrong {
    /// Something that was acknowledged is not there.
    #[error("lost: {0}")]
    Lost(String),
    /// Something is there with other contents.
    #[error("altered: {0}")]
    Altered(String),
    /// Something took effect twice.
    #[error("twice: {0}")]
    Twice(String),
    /// The library itself says that the file is damaged, or cannot answer.
    #[error("unsound: {0}")]
    Unsound(String),
}

/// What a judge found to be right.
#[derive(Clone, Copy, Default, Debug)]
pub struct Found {
    /// Acknowledgements that hold.
    pub acks: u64,
    /// Answers whose file is there, byte for byte.
    pub answers: u64,
    /// Answers under way that the judge brought to their end.
    pub resumed: u64,
}

/// Judges one file, again and again while it grows: what it saw once must stay.
#[derive(Default)]
pub struct Judge {
    hashes: BTreeMap<(StreamId, u64), Digest>,
    head: Option<AuditHead>,
    delivered: BTreeMap<CaseId, String>,
}

impl Judge {
    /// Opens a file and judges it.
    ///
    /// # Errors
    /// What is wrong with it; that it cannot be opened, too.
    pub fn reopen(&mut self, path: &Path, answers: &Path, how: &How, acks: &[Ack]) -> Result<Found, Wrong> {
        let office = open(path, answers, how)
            .map_err(|error| Wrong::Unsound(format!("it does not open: {}: {error}", error.code())))?;
        self.judge(&office, acks)
    }

    /// Judges what is in an open office, but for its answers.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn judge(&mut self, office: &Office, acks: &[Ack]) -> Result<Found, Wrong> {
        sound(&office.kit).map_err(|error| Wrong::Unsound(format!("check: {error}")))?;
        let root = root(&office.kit);
        verified(&root, self.head.as_ref())?;
        numbered(&root)?;
        kept::kept(office)?;
        let last_head = acks.iter().rposition(|ack| matches!(ack, Ack::Head(_)));
        for (place, ack) in acks.iter().enumerate() {
            match ack {
                Ack::Event { stream, revision } => self.event(office, *stream, *revision)?,
                Ack::Raised { case, number } => raised(&root, *case, number)?,
                Ack::Note { note, text } => noted(&root, *note, text)?,
                // A head covers those before it.
                Ack::Head(head) if Some(place) == last_head && self.head.as_ref() != Some(head) => {
                    verified(&root, Some(head))?;
                    self.head = Some(head.clone());
                }
                Ack::Head(_) => {}
                Ack::Delivered { case, file } => {
                    self.delivered.insert(*case, file.clone());
                }
            }
        }
        Ok(Found { acks: acks.len() as u64, ..Found::default() })
    }

    fn event(&mut self, office: &Office, stream: StreamId, revision: u64) -> Result<(), Wrong> {
        let query = EventQuery::Stream { stream, after: revision.saturating_sub(1), limit: 1 };
        let events = office.store.events(&query).map_err(|error| unanswered(&error))?;
        let Some(event) = events.first().filter(|event| event.revision == revision) else {
            return Err(Wrong::Lost(format!("event {revision} of {stream}")));
        };
        let seen = self.hashes.entry((stream, revision)).or_insert(event.hash);
        if *seen == event.hash {
            Ok(())
        } else {
            Err(Wrong::Altered(format!("event {revision} of {stream}")))
        }
    }
}

fn verified(root: &Desk, head: Option<&AuditHead>) -> Result<(), Wrong> {
    let report = root.verify(head).map_err(|error| Wrong::Unsound(format!("verify: {error}")))?;
    match report.broken {
        None => Ok(()),
        // A head that was acknowledged, and events that it covers are gone.
        Some(broken) if head.is_some() && verified(root, None).is_ok() => {
            Err(Wrong::Lost(format!("what a head covers: {broken:?}")))
        }
        Some(broken) => Err(Wrong::Unsound(format!("verify: {broken:?}"))),
    }
}

/// Numbers are given once, and without gaps.
fn numbered(root: &Desk) -> Result<(), Wrong> {
    let mut next = Some(PageRequest::first().of(500));
    let mut numbers = Vec::new();
    while let Some(request) = next {
        let page = root
            .cases(&CasesQuery::default(), request)
            .map_err(|error| Wrong::Unsound(format!("the list of cases: {error}")))?;
        next = page.next_request();
        let digits = page.rows.iter().filter_map(|row| row.number.rsplit('-').next()?.parse::<u64>().ok());
        numbers.extend(digits);
    }
    numbers.sort_unstable();
    if numbers.iter().copied().eq(1..=numbers.len() as u64) {
        Ok(())
    } else {
        Err(Wrong::Twice(format!("{} cases do not have the numbers from 1 on", numbers.len())))
    }
}

fn raised(root: &Desk, case: CaseId, number: &str) -> Result<(), Wrong> {
    let found = root.find_case(number).map_err(|error| missing(&format!("case `{number}`"), &error))?;
    if found.id == case {
        Ok(())
    } else {
        Err(Wrong::Altered(format!("another case has the number `{number}`")))
    }
}

fn noted(root: &Desk, note: NoteId, text: &str) -> Result<(), Wrong> {
    let revisions = root.note_revisions(note).map_err(|error| missing(&format!("note `{note}`"), &error))?;
    let first = revisions.first().and_then(|revision| revision.text.as_deref());
    let retracted = revisions.iter().any(|revision| revision.text.is_none());
    if retracted || first == Some(text) {
        Ok(())
    } else {
        Err(Wrong::Altered(format!("the text of note `{note}`")))
    }
}

fn missing(what: &str, error: &Error) -> Wrong {
    match error {
        Error::Rejected(_) => Wrong::Lost(format!("{what}: {error}")),
        Error::Store(_) | Error::Report { .. } => Wrong::Unsound(format!("{what}: {error}")),
    }
}

fn unanswered(error: &StoreError) -> Wrong {
    Wrong::Unsound(format!("a read: {}: {error}", error.kind().code()))
}

/// That a file is sound, or was but for its map of pages and is now.
///
/// # Errors
/// What `check` says of anything else.
pub fn sound(kit: &CaseKit) -> Result<(), Error> {
    repaired(kit).map(drop)
}

/// Whether the map of pages of a file was wrong, which is right now. A page of the map, or of the list of free ones, that was
/// read short is one of zeros to SQLite, which writes it back so; nothing is read by it, and it can be made anew.
///
/// # Errors
/// What `check` says of anything else.
pub fn repaired(kit: &CaseKit) -> Result<bool, Error> {
    match kit.check() {
        Err(error) if error.to_string().contains("map of pages") => {
            kit.repair_derived()?;
            kit.check().map(|_| true)
        }
        checked => checked.map(|_| false),
    }
}
