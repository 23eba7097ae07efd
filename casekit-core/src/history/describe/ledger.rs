//! Messages for what was done to the file as a whole.

use super::{Said, only};
use crate::event::LedgerFact;
use crate::language::Message;

pub(super) fn describe(fact: &LedgerFact) -> Said {
    only(match fact {
        LedgerFact::Begun { .. } => Message::new("fact.begun"),
        LedgerFact::ExportBegun { what, format } => export("fact.export_begun", what, format),
        LedgerFact::Exported { begun, what, format, rows } => {
            export("fact.exported", what, format).with("begun", *begun).with("rows", *rows)
        }
        LedgerFact::ExportFailed { begun, what, format } => {
            export("fact.export_failed", what, format).with("begun", *begun)
        }
        LedgerFact::Imported { items, refused, events } => Message::new("fact.imported")
            .with("taken", items - refused)
            .with("items", *items)
            .with("events", *events),
        LedgerFact::CheckpointTaken { number, covers, .. } => {
            Message::new("fact.checkpoint_taken").with("number", *number).with("position", *covers)
        }
        LedgerFact::DeadlinesRecounted { recount } => match recount.done {
            true => Message::new("fact.deadlines_recounted"),
            false => Message::new("fact.deadlines_recounted.part").with("number", recount.through),
        },
        LedgerFact::TakenOver { position, .. } => Message::new("fact.taken_over").with("position", *position),
        LedgerFact::Restored { number_floor, position, number, .. } => {
            let code = if number_floor.is_some() { "fact.restored.floor" } else { "fact.restored" };
            let said = Message::new(code).with("position", *position).with("number", *number);
            match number_floor {
                Some(floor) => said.with("floor", *floor),
                None => said,
            }
        }
    })
}

fn export(code: &'static str, what: &str, format: &str) -> Message {
    Message::new(code).with_word("what", "export", what).with("format", format)
}
