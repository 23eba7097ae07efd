//! Sentences for what was done to the file.

use super::Said;
use crate::event::LedgerFact;

pub(super) fn words(fact: &LedgerFact) -> Said {
    match fact {
        LedgerFact::Begun { .. } => ("set the store up".to_owned(), Vec::new()),
        LedgerFact::Exported { what, format, rows } => {
            (format!("exported the {what} as {format}, {rows} rows"), Vec::new())
        }
        LedgerFact::Imported { items, refused, events } => {
            (format!("imported {} of {items} items, with {events} events", items - refused), Vec::new())
        }
        LedgerFact::CheckpointTaken { number, covers, .. } => {
            (format!("took audit head {number}, up to position {covers}"), Vec::new())
        }
        LedgerFact::Restored { number_floor, position, number, .. } => {
            let floor = number_floor.map(|floor| format!(", and numbers go on from {floor}"));
            let text = format!(
                "restored the file from a backup that ends at position {position} and case number {number}{}",
                floor.unwrap_or_default()
            );
            (text, Vec::new())
        }
    }
}
