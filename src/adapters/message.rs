//! A message to the requester as a body: what a folder gets, and what is posted.

use casekit_core::release::{Outgoing, OutgoingKind};
use serde_json::json;

/// The message as JSON, the same for every attempt; `None` for anything else. Fields may be added later; none is renamed.
pub(super) fn of(outgoing: &Outgoing) -> Option<Vec<u8>> {
    let OutgoingKind::Message { text, answer_ref } = &outgoing.kind else { return None };
    let body = json!({
        "kind": outgoing.kind.code(),
        "key": outgoing.key,
        "case_number": outgoing.case_number,
        "request_ref": outgoing.request_ref,
        "reply_to": outgoing.reply_to,
        "text": text,
        "answer_ref": answer_ref,
    });
    Some(body.to_string().into_bytes())
}
