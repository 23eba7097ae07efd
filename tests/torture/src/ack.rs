//! What a caller was told, in a form that outlives them.

use casekit::{AuditHead, CaseId, NoteId, StreamId};
use serde::{Deserialize, Serialize};

/// An acknowledgement. One is a line of text: it goes through a pipe, whose other end reads on after a kill.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ack {
    /// A stream has an event of this revision.
    Event {
        /// Which.
        stream: StreamId,
        /// Its place there.
        revision: u64,
    },
    /// A case was raised under this number.
    Raised {
        /// Its id.
        case: CaseId,
        /// Its number.
        number: String,
    },
    /// A note was written.
    Note {
        /// Its id.
        note: NoteId,
        /// What it said at first.
        text: String,
    },
    /// A head of the audit trail was taken.
    Head(AuditHead),
    /// An answer was delivered.
    Delivered {
        /// Whose.
        case: CaseId,
        /// The name of the file in the folder of answers.
        file: String,
    },
}

impl Ack {
    /// As one line, without its end.
    ///
    /// # Errors
    /// None that an acknowledgement could cause.
    pub fn line(&self) -> serde_json::Result<String> {
        serde_json::to_string(self)
    }

    /// From its line; `None` for half of one.
    #[must_use]
    pub fn read(line: &str) -> Option<Self> {
        serde_json::from_str(line).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_acknowledgement_is_one_line_and_reads_back() {
        let note = NoteId("018f3f2e-0000-7000-8000-000000000001".parse().unwrap());
        let ack = Ack::Note { note, text: "two\nlines and a \"quote\"".into() };
        let line = ack.line().unwrap();
        assert_eq!(line.lines().count(), 1);
        assert_eq!(Ack::read(&line), Some(ack));
        assert_eq!(Ack::read(&line[..20]), None);
    }
}
