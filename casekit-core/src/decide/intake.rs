//! Intake: a request that arrived at the webform becomes a case.

use serde::Serialize;

use super::new_case::{check, starts_workflow};
use super::{Command, Context, Decision};
use crate::command::{NewCase, NewRequest};
use crate::commit::{Claim, ClaimKind};
use crate::event::{CaseFact, Fact, Personal};
use crate::model::{
    Credential, CustomerId, Name, Permission, Reference, Request, Sensitive, ShortText, StreamId, limits,
};
use crate::rejection::{FieldRule, Fields, Rejection};
use crate::store::LoadPlan;

/// Receives a request, whose reference must be new in the file.
#[derive(Serialize)]
pub(crate) struct ReceiveRequest(pub(crate) NewRequest);

impl Command for ReceiveRequest {
    fn action(&self) -> &'static str {
        "receive_request"
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        let mut claims = vec![intake_claim(&self.0.request_ref)];
        claims.extend(
            self.0.customer_ref.as_deref().map(|text| Claim::new(ClaimKind::CustomerReference, text)),
        );
        Ok(LoadPlan { claims, claimed_customers: true, ..LoadPlan::default() })
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::ReceiveRequests, self.action())?;
        let new = &self.0;
        let mut fields = Fields::default();
        let request = self.parse(&mut fields, context);
        if super::case_type::is_claimed(context.loaded, &intake_claim(&new.request_ref)) {
            fields.add("request_ref", FieldRule::AlreadyInUse);
        }
        // Only an exact reference links a customer. The requester's identity is not verified yet, so nothing looser may
        // give access to a customer's data.
        let customer = self.customer(context);
        let case_type = new.case_type.clone().unwrap_or_else(|| "Data request".to_owned());
        // A request without a title gets the name of its type, in the language of the kit.
        let found = context.loaded.catalog.find_case_type(&case_type, context.language);
        let named = || found.map(|found| found.name.said(context.kit_language).into_owned());
        let title = new.title.clone().or_else(named).unwrap_or_default();
        let case = NewCase { description: new.description.clone(), ..NewCase::new(case_type, title) };
        let checked = check(&case, context);
        let checked = match checked {
            Ok(checked) => Some(checked),
            Err(Rejection::Invalid { fields: wrong }) => {
                wrong.into_iter().for_each(|error| fields.add(error.field, error.rule));
                None
            }
            Err(other) => return Err(other),
        };
        let (request, mut checked) = fields.finish(request.zip(checked))?;
        let (version, stage) = (checked.version, checked.stage);
        let mut decision = Decision::default();
        decision.claims(intake_claim(&new.request_ref));
        checked.customer = customer;
        let (id, fact, personal) = checked.raise(&mut decision, context)?;
        decision.drafts.push(context.draft(Fact::Case(id, fact), personal));
        let received = CaseFact::RequestReceived {
            reference: request.reference.to_string(),
            credentials: u32::try_from(request.credentials.len()).unwrap_or(u32::MAX),
        };
        let personal = Personal { request: Some(Box::new(request)), ..Personal::default() };
        decision.drafts.push(context.draft(Fact::Case(id, received), personal));
        starts_workflow(&mut decision, context, id, version, stage);
        Ok(decision)
    }
}

impl ReceiveRequest {
    fn parse(&self, fields: &mut Fields, context: &Context<'_>) -> Option<Request> {
        let new = &self.0;
        let reference = fields.take(Reference::parse("request_ref", &new.request_ref));
        let requester = fields.take(Name::parse("requester", &new.requester));
        let reply_to = fields.take(ShortText::parse_optional("reply_to", new.reply_to.as_deref()));
        if new.credentials.len() > limits::CREDENTIALS {
            fields.add("credentials", FieldRule::TooMany { limit: limits::CREDENTIALS as u64 });
            return None;
        }
        let mut credentials = Vec::new();
        for (place, one) in new.credentials.iter().enumerate() {
            let kind = fields.take(ShortText::parse(&format!("credentials[{place}].kind"), &one.kind));
            let value = fields.take(ShortText::parse(&format!("credentials[{place}].value"), &one.value));
            let credential = |(kind, value)| Credential { kind, value: Sensitive::new(value) };
            credentials.extend(kind.zip(value).map(credential));
        }
        let received_at = context.now;
        let parsed = reference.zip(requester).zip(reply_to);
        parsed.map(|((reference, requester), reply_to)| Request {
            reference,
            requester,
            reply_to,
            credentials,
            received_at,
        })
    }

    fn customer(&self, context: &Context<'_>) -> Option<(CustomerId, u64)> {
        let claim = Claim::new(ClaimKind::CustomerReference, self.0.customer_ref.as_deref()?);
        let located = context.loaded.claims.iter().find(|located| located.claim == claim)?;
        let found =
            context.loaded.customers.iter().find(|one| StreamId::Customer(one.id) == located.stream)?;
        Some((found.id, found.revision))
    }
}

/// The claim that keeps a request's reference unique.
pub(crate) fn intake_claim(reference: &str) -> Claim {
    Claim::new(ClaimKind::IntakeReference, reference)
}
