//! Intake: a request that arrived at the webform becomes a case.

use serde::Serialize;

use super::new_case::{check_arrived, starts_workflow};
use super::received::received_at;
use super::{Command, Context, Decision, Mark};
use crate::command::{NewCase, NewCredential, NewRequest};
use crate::commit::{Claim, ClaimKind};
use crate::event::{CaseFact, Fact, Personal};
use crate::model::{
    Credential, CustomerId, Name, Permission, Reference, Request, Sensitive, ShortText, State, StreamId,
    limits,
};
use crate::rejection::{FieldRule, Fields, Rejection};
use crate::store::LoadPlan;

/// Receives a request. One that arrived before changes nothing. Another with a known reference gets a case of its own,
/// with the next number of that reference: nobody has verified who sent either, so neither may stand in the way of the
/// other.
#[derive(Serialize)]
#[serde(transparent)]
pub(crate) struct ReceiveRequest {
    pub(crate) new: NewRequest,
    /// Made with the salt of the requests that have its reference; a decision that finds another salt is `Contended`.
    #[serde(skip)]
    pub(crate) mark: Mark,
}

impl Command for ReceiveRequest {
    fn action(&self) -> &'static str {
        "receive_request"
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        let reference = intake_claim(&self.new.request_ref);
        let mut claims = vec![reference.clone(), self.mark.claim()];
        claims.extend(
            self.new.customer_ref.as_deref().map(|text| Claim::new(ClaimKind::CustomerReference, text)),
        );
        let newest_of = Some(reference);
        Ok(LoadPlan {
            claims,
            newest_of,
            claimed_customers: true,
            claimed_cases: true,
            ..LoadPlan::default()
        })
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::ReceiveRequests, self.action())?;
        if let Some(known) = context.located_case(&self.mark.claim()) {
            return Ok(Decision {
                read_set: vec![State::Case(Box::new(known.clone()))],
                ..Decision::default()
            });
        }
        let reference = intake_claim(&self.new.request_ref);
        let first = context.located_case(&reference);
        if first.and_then(|first| first.intake.as_ref()).is_some_and(|first| first.salt != self.mark.salt) {
            return Err(Rejection::Contended { attempts: 1 });
        }
        let new = &self.new;
        let mut fields = Fields::default();
        let request = self.parse(&mut fields, context);
        // Only an exact reference links a customer. The requester's identity is not verified yet, so nothing looser may
        // give access to a customer's data.
        let customer = self.customer(context);
        let case_type = new.case_type.clone().unwrap_or_else(|| "Data request".to_owned());
        // A request without a title gets the name of its type, in the language of the kit.
        let found = context.loaded.catalog.find_case_type(&case_type, context.language);
        let named = || found.map(|found| found.name.said(context.kit_language).into_owned());
        let title = new.title.clone().or_else(named).unwrap_or_default();
        let (description, team) = (new.description.clone(), new.team.clone());
        let case = NewCase { description, team, ..NewCase::new(case_type, title) };
        let checked = check_arrived(&case, context);
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
        let number = next_number(context, &reference);
        decision.claims(reference.numbered(number));
        decision.claims(self.mark.claim());
        checked.customer = customer;
        let (id, fact, personal) = checked.raise(&mut decision, context)?;
        decision.drafts.push(context.draft(Fact::Case(id, fact), personal));
        let known_as = request.reference.to_string();
        let received = CaseFact::RequestReceived {
            reference: known_as.clone(),
            number,
            credentials: u32::try_from(request.credentials.len()).unwrap_or(u32::MAX),
            received_at: (request.received_at != context.now).then_some(request.received_at),
            salt: self.mark.salt.clone(),
            fingerprint: self.mark.fingerprint.clone(),
        };
        let personal = Personal { request: Some(Box::new(request)), ..Personal::default() };
        decision.drafts.push(context.draft(Fact::Case(id, received), personal));
        starts_workflow(&mut decision, context, id, version, stage);
        // Once, however many share the reference: the others say so themselves, and nobody can fill another's history.
        if let Some(first) = first.filter(|_| number == 2) {
            decision.builds_on(State::Case(Box::new(first.clone())));
            let shared = Fact::Case(first.id, CaseFact::ReferenceShared { reference: known_as });
            decision.drafts.push(context.draft(shared, Personal::default()));
        }
        Ok(decision)
    }
}

impl ReceiveRequest {
    pub(super) fn parse(&self, fields: &mut Fields, context: &Context<'_>) -> Option<Request> {
        let new = &self.new;
        let reference = fields.take(Reference::parse("request_ref", &new.request_ref));
        let requester = fields.take(Name::parse("requester", &new.requester));
        let reply_to = fields.take(ShortText::parse_optional("reply_to", new.reply_to.as_deref()));
        let credentials = credentials(fields, &new.credentials, limits::CREDENTIALS);
        let received_at = received_at(fields, new.received_at, context.now);
        let parsed = reference.zip(requester).zip(reply_to).zip(credentials).zip(received_at);
        parsed.map(|((((reference, requester), reply_to), credentials), received_at)| Request {
            reference,
            requester,
            reply_to,
            credentials,
            received_at: received_at.unwrap_or(context.now),
        })
    }

    fn customer(&self, context: &Context<'_>) -> Option<(CustomerId, u64)> {
        let claim = Claim::new(ClaimKind::CustomerReference, self.new.customer_ref.as_deref()?);
        let located = context.loaded.claims.iter().find(|located| located.claim == claim)?;
        let found =
            context.loaded.customers.iter().find(|one| StreamId::Customer(one.id) == located.stream)?;
        Some((found.id, found.revision))
    }
}

/// What a requester gave, if there is room for as many.
pub(super) fn credentials(
    fields: &mut Fields,
    given: &[NewCredential],
    room: usize,
) -> Option<Vec<Credential>> {
    if given.len() > room {
        fields.add("credentials", FieldRule::TooMany { limit: room as u64 });
        return None;
    }
    let mut credentials = Vec::new();
    for (place, one) in given.iter().enumerate() {
        let kind = fields.take(ShortText::parse(&format!("credentials[{place}].kind"), &one.kind));
        let value = fields.take(ShortText::parse(&format!("credentials[{place}].value"), &one.value));
        let credential = |(kind, value)| Credential { kind, value: Sensitive::new(value) };
        credentials.extend(kind.zip(value).map(credential));
    }
    Some(credentials)
}

/// The number of the next request with a reference, from 1.
fn next_number(context: &Context<'_>, reference: &Claim) -> u32 {
    let shares = |claim: &Claim| claim.kind == reference.kind && claim.value == reference.value;
    let claims = context.loaded.claims.iter().map(|located| &located.claim);
    claims
        .filter(|claim| shares(claim))
        .map(|claim| claim.number)
        .max()
        .map_or(1, |last| last.saturating_add(1))
}

/// The claim of the first request with a reference.
pub(crate) fn intake_claim(reference: &str) -> Claim {
    Claim::new(ClaimKind::IntakeReference, reference)
}
