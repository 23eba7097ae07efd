//! The request for data of an imported case.

use super::case::Importing;
use super::kept;
use crate::command::{ImportCase, ImportRequest, NewRequest};
use crate::decide::case_type::is_claimed;
use crate::decide::intake::{ReceiveRequest, intake_claim};
use crate::decide::mark::Mark;
use crate::event::{CaseFact, Personal};
use crate::model::ActorId;
use crate::rejection::{FieldRule, Fields, Rejection};

impl Importing<'_> {
    /// The case was raised for this request, which is the first with its reference.
    pub(super) fn receives(
        &mut self,
        one: &ImportCase,
        request: &ImportRequest,
        by: ActorId,
    ) -> Result<(), Rejection> {
        let reference = intake_claim(&request.request_ref);
        if is_claimed(self.context.loaded, &reference) {
            return Err(Rejection::field("request_ref", FieldRule::AlreadyInUse));
        }
        let received_at = kept("received_at", request.received_at.unwrap_or(one.at))?;
        if received_at > self.case.raised_at {
            let why = "received_after_raised".into();
            return Err(Rejection::field("received_at", FieldRule::DoesNotFit { why }));
        }
        let new = NewRequest {
            request_ref: request.request_ref.clone(),
            requester: request.requester.clone(),
            credentials: request.credentials.clone(),
            reply_to: request.reply_to.clone(),
            customer_ref: one.customer_reference.clone(),
            ..NewRequest::default()
        };
        let mark = Mark::fresh(&new, &self.context.salt);
        let received = ReceiveRequest { new, mark };
        let mut fields = Fields::default();
        let parsed = received.parse(&mut fields, self.context);
        let mut parsed = fields.finish(parsed)?;
        parsed.received_at = received_at;
        self.decision.claims(reference);
        self.decision.claims(received.mark.claim());
        let fact = CaseFact::RequestReceived {
            reference: parsed.reference.to_string(),
            number: 1,
            credentials: u32::try_from(parsed.credentials.len()).unwrap_or(u32::MAX),
            received_at: (received_at != self.case.raised_at).then_some(received_at),
            salt: received.mark.salt,
            fingerprint: received.mark.fingerprint,
        };
        let personal = Personal { request: Some(Box::new(parsed)), ..Personal::default() };
        self.push(one.at, by, fact, personal)
    }
}
