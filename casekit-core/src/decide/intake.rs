//! Intake: a request that arrived at the webform becomes a case.

use serde::Serialize;

use super::new_case::{check_arrived, names_of, starts_workflow};
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

    fn names(&self, context: &Context<'_>) -> Option<LoadPlan> {
        names_of(&self.case(context), context)
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::ReceiveRequests, self.action())?;
        if !self.new.tags.is_empty() {
            context.beyond_one_customer(self.action())?;
        }
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
        let mut fields = Fields::default();
        let request = self.parse(&mut fields, context);
        // Only an exact reference links a customer. The requester's identity is not verified yet, so nothing looser may
        // give access to a customer's data.
        let customer = self.customer(context);
        let checked = check_arrived(&self.case(context), context);
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
        let tags = std::mem::take(&mut checked.tags);
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
        if let Some(fact) = tags.of_new(&mut decision, context, self.action())? {
            decision.drafts.push(context.draft(Fact::Case(id, fact), Personal::default()));
        }
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
    /// The case that it becomes, which has no customer yet.
    fn case(&self, context: &Context<'_>) -> NewCase {
        let new = &self.new;
        let case_type = new.case_type.clone().unwrap_or_else(|| "Data request".to_owned());
        // A request without a title gets the name of its type, in the language of the kit.
        let found = context.loaded.catalog.find_case_type(&case_type, context.language);
        let named = || found.map(|found| found.name.said(context.kit_language).into_owned());
        let title = new.title.clone().or_else(named).unwrap_or_default();
        let (description, team) = (new.description.clone(), new.team.clone());
        let (tags, fields) = (new.tags.clone(), new.fields.clone());
        NewCase { description, team, tags, fields, ..NewCase::new(case_type, title) }
    }

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::NewField;
    use crate::commit::Expect;
    use crate::decide::testing::{Given, agent, case, case_facts, customer, with_fields};
    use crate::event::TagFact;
    use crate::model::FieldKind;
    use crate::store::Located;

    /// A type with a field that whoever asks has to fill in, one that they may, and two for staff.
    fn given() -> Given {
        let fields = vec![
            NewField::new("Meter", FieldKind::Text).for_customer().required().unique(),
            NewField::new("Since", FieldKind::Date).for_customer(),
            NewField::new("Cause", FieldKind::Text).required(),
            NewField::decimal("Weight", 2).required_at("Open"),
        ];
        Given::new().by(agent()).with_type(with_fields(fields))
    }

    fn new() -> NewRequest {
        NewRequest::new("WEB-1", "Ada Obi").of_type("Support")
    }

    fn received(given: &Given, new: NewRequest) -> Result<Decision, Rejection> {
        let mark = Mark::fresh(&new, &[7; 16]);
        given.when(&ReceiveRequest { new, mark })
    }

    fn wrong(refused: &Rejection) -> Vec<(&str, &'static str)> {
        refused.fields().iter().map(|error| (error.field.as_str(), error.rule.code())).collect()
    }

    #[test]
    fn a_request_brings_values_for_the_fields_that_are_for_customers() {
        let decision =
            received(&given(), new().with_field("meter", "4711").with_field("Since", "2026-11-27"));
        let decision = decision.unwrap();
        let CaseFact::CaseRaised { fields, .. } = case_facts(&decision).remove(0) else { panic!() };
        assert_eq!(fields.iter().map(|id| id.as_str()).collect::<Vec<_>>(), ["meter", "since"]);
        let values = &decision.drafts[0].personal.fields_to;
        assert_eq!(values[0].as_ref().unwrap().value.text(), "4711");
        let claimed =
            |one: &&Expect| matches!(one, Expect::Unclaimed(claim) if claim.kind == ClaimKind::FieldValue);
        assert_eq!(decision.expect.iter().filter(claimed).count(), 1, "a unique value is claimed");
    }

    #[test]
    fn whatever_is_wrong_with_fields_and_tags_is_told_at_once() {
        let bad = NewRequest { request_ref: String::new(), ..new() };
        let bad =
            bad.with_tag(" ").with_field("Since", "soon").with_field("Cause", "rain").with_field("Size", 3);
        let refused =
            received(&given(), bad).unwrap_err().in_order_of(&new().with_tag("x").with_field("x", 1));
        let all = [
            ("request_ref", "required"),
            ("tags[0]", "required"),
            ("fields.since", "malformed"),
            ("fields[1].field", "unknown"),
            ("fields[2].field", "unknown"),
            ("fields.meter", "required"),
        ];
        assert_eq!(wrong(&refused), all);
        let [.., unknown, _] = refused.fields() else { panic!() };
        let offered = FieldRule::unknown("Size", ["meter", "since"]);
        assert_eq!(unknown.rule, offered, "fields of staff are not among those to choose from");
    }

    #[test]
    fn what_staff_have_to_know_is_not_asked_of_who_sent_it() {
        assert!(received(&given(), new().with_field("meter", "4711")).is_ok());
        let mut portal = given().with_customer(customer("Ada"));
        portal.scope.customer = Some(customer("Ada").id);
        assert!(received(&portal, new().with_field("meter", "4711")).is_ok());
    }

    #[test]
    fn a_value_of_another_case_is_refused_where_it_must_be_unique() {
        let ok = received(&given(), new().with_field("meter", "4711")).unwrap();
        let claim = ok.expect.iter().find_map(|one| match one {
            Expect::Unclaimed(claim) if claim.kind == ClaimKind::FieldValue => Some(claim.clone()),
            _ => None,
        });
        let located = Located { claim: claim.unwrap(), stream: StreamId::Case(case().id) };
        let taken = Given { claims: vec![located], ..given() };
        let refused = received(&taken, new().with_field("meter", "4711")).unwrap_err();
        assert_eq!(wrong(&refused), [("fields.meter", "already_in_use")]);
    }

    #[test]
    fn a_request_brings_tags_and_makes_those_that_there_are_not() {
        let new = new().with_field("meter", "4711").with_tag("web");
        let decision = received(&given(), new.clone()).unwrap();
        let Some(CaseFact::TagsChanged { added, .. }) = case_facts(&decision).pop() else { panic!() };
        let made = decision.drafts.iter().find_map(|draft| match &draft.fact {
            Fact::Tag(id, TagFact::TagCreated { name }) => Some((*id, name.as_str())),
            _ => None,
        });
        assert_eq!(made, Some((added[0], "web")));
        let mut portal = given().with_customer(customer("Ada"));
        portal.scope.customer = Some(customer("Ada").id);
        assert_eq!(received(&portal, new).unwrap_err().code(), "not_allowed_here");
    }
}
