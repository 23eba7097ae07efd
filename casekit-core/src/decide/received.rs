//! When the organisation received what a case is about.

use crate::model::{Timestamp, kept_instant};
use crate::rejection::{FieldRule, Fields};

/// When a request was received, as a caller says: not later than now. `Some(None)` if they do not say.
pub(super) fn received_at(
    fields: &mut Fields,
    given: Option<Timestamp>,
    now: Timestamp,
) -> Option<Option<Timestamp>> {
    let Some(given) = given else { return Some(None) };
    match kept_instant(given) {
        Ok(kept) if kept <= now => return Some(Some(kept)),
        Ok(_) => fields.add("received_at", FieldRule::DoesNotFit { why: "in_future".into() }),
        Err(rule) => fields.add("received_at", rule),
    }
    None
}
