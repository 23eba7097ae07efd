//! Importing one workflow, one customer, or one case with its past.

mod answer;
mod case;
mod past;
mod request;

use serde::Serialize;

use super::case_edit::names_of_edit;
use super::case_type::is_claimed;
use super::customer::{enters, given_fields, parse_whole, updates};
use super::customer_fields::{give, names_of as names_of_customer, of_edited};
use super::customer_parse::parse_new;
use super::intake::intake_claim;
use super::new_case::names_of as names_of_new;
use super::workflow::{creates, defines_same, name_claim};
use super::{Command, Context, Decision};
use crate::command::{ExistingItems, ImportCase, ImportCustomer, ImportItem, ImportWorkflow};
use crate::commit::{Claim, ClaimKind};
use crate::event::{Draft, Event, Fact, Header, Personal};
use crate::evolve::evolve;
use crate::model::{
    ActorId, CaseId, Customer, CustomerField, Permission, State, StreamId, Timestamp, kept_instant,
};
use crate::rejection::{FieldError, FieldRule, Fields, Rejection};
use crate::store::{LoadPlan, Loaded};
use case::Importing;
pub(crate) use past::Past;

/// Imports one item, in a commit of its own.
#[derive(Serialize)]
pub(crate) struct ImportEntry<'a> {
    pub(crate) item: &'a ImportItem,
    #[serde(skip_serializing_if = "ExistingItems::is_refuse")]
    pub(crate) existing: ExistingItems,
    /// What earlier imports brought in of the case, if it is there and is to be updated.
    #[serde(skip)]
    pub(crate) past: &'a Past,
}

impl Command for ImportEntry<'_> {
    fn action(&self) -> &'static str {
        "import"
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        let mut plan = LoadPlan { claimed_customers: true, ..LoadPlan::default() };
        // The states of cases that are there already are of no use to an import that refuses them.
        plan.claimed_cases = !self.existing.is_refuse();
        match self.item {
            ImportItem::Workflow(one) => plan.claims.push(name_claim(&one.workflow.name)),
            ImportItem::Customer(one) => {
                plan.claims.extend(one.customer.external_reference.as_deref().map(customer_claim));
            }
            ImportItem::Case(one) => {
                plan.customers.extend(one.case.customer);
                plan.claims.extend(one.customer_reference.as_deref().map(customer_claim));
                plan.claims.extend(names_of(one).map(|(_, claim)| claim));
            }
        }
        Ok(plan)
    }

    fn names(&self, context: &Context<'_>) -> Option<LoadPlan> {
        let one = match self.item {
            ImportItem::Workflow(_) => return None,
            ImportItem::Customer(one) => {
                let known = self.known_customer(one, context).ok()?;
                return names_of_customer(known, &one.customer.fields, context);
            }
            ImportItem::Case(one) => one,
        };
        match known_as(one, context.loaded).and_then(|(_, id)| context.case(id).ok()) {
            None => names_of_new(&one.case, context),
            Some(known) => names_of_edit(known, &one.case.fields, context),
        }
    }

    /// An item that is there already and stays as it is leads to no event; its state is in the read set.
    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::Import, self.action())?;
        context.beyond_one_customer(self.action())?;
        match self.item {
            ImportItem::Workflow(one) => self.workflow(one, context),
            ImportItem::Customer(one) => self.customer(one, context),
            ImportItem::Case(one) => self.case(one, context),
        }
    }
}

impl ImportEntry<'_> {
    /// The case that is there already for this item; `None` if it is new, or no case.
    pub(crate) fn known_case(&self, loaded: &Loaded) -> Option<CaseId> {
        let ImportItem::Case(one) = self.item else { return None };
        known_as(one, loaded).map(|(_, id)| id)
    }

    fn workflow(&self, one: &ImportWorkflow, context: &Context<'_>) -> Result<Decision, Rejection> {
        // Whoever defines a workflow decides who has to agree to an answer.
        context.require(Permission::ConfigureWorkflows, self.action())?;
        let catalog = &context.loaded.catalog;
        let claim = name_claim(&one.workflow.name);
        let claimed = context.loaded.claims.iter().find(|located| located.claim == claim);
        let known = match claimed.map(|located| located.stream) {
            Some(StreamId::Workflow(id)) => catalog.workflows.get(&id),
            Some(_) | None => catalog.find_workflow(&one.workflow.name, context.language),
        };
        if let Some(known) = known {
            let same = || defines_same(&one.workflow, known, context);
            let stays = match self.existing {
                ExistingItems::Refuse => false,
                ExistingItems::Skip => true,
                ExistingItems::Update => same()?,
            };
            if !stays {
                return Err(Rejection::field("name", FieldRule::AlreadyInUse));
            }
            let mut decision = Decision::default();
            decision.builds_on(State::Workflow(known.as_ref().clone()));
            return Ok(decision);
        }
        let by = ActorId::parse_person("by", &one.by)?;
        let (mut decision, id, fact) = creates(&one.workflow, context, self.action())?;
        decision.drafts.push(imported(context, one.at, by, Fact::Workflow(id, fact), Personal::default())?);
        Ok(decision)
    }

    fn customer(&self, one: &ImportCustomer, context: &Context<'_>) -> Result<Decision, Rejection> {
        let parsed = || Ok::<_, Rejection>((ActorId::parse_person("by", &one.by)?, kept("at", one.at)?));
        let Some(known) = self.known_customer(one, context)? else {
            let (profile, values) = parse_whole(&one.customer, context)?;
            let (by, at) = parsed()?;
            let (mut decision, fact, personal) = enters(profile, &values, context)?;
            decision.drafts.push(imported(context, at, by, fact, personal)?);
            return Ok(decision);
        };
        let is_update = match self.existing {
            ExistingItems::Update => true,
            ExistingItems::Skip | ExistingItems::Refuse => false,
        };
        let mut fields = Fields::default();
        let profile = parse_new(&mut fields, &one.customer, context.fresh);
        let given = &one.customer.fields;
        let own = is_update.then(|| of_edited(&mut fields, known, given, context)).flatten();
        let (profile, own) = fields.finish(profile.map(|profile| (profile, own)))?;
        parsed()?;
        if !is_update {
            return Ok(Decision::on_customer(known));
        }
        let mut to = known.profile.clone();
        let is_list =
            |field: &CustomerField| matches!(field, CustomerField::NextOfKin | CustomerField::BankAccounts);
        for field in given_fields(&profile).into_iter().filter(|field| !is_list(field)) {
            to.set(profile.value(field));
        }
        let mut decision = updates(known, &to, context)?;
        if let Some(own) = own {
            give(&mut decision, known, &own, context);
        }
        Ok(vouched_for(decision, context))
    }

    /// The customer who is there already for this item; `None` if they are new, or are to be refused.
    fn known_customer<'a>(
        &self,
        one: &ImportCustomer,
        context: &Context<'a>,
    ) -> Result<Option<&'a Customer>, Rejection> {
        let claim = one.customer.external_reference.as_deref().map(customer_claim);
        let known = claim.filter(|claim| is_claimed(context.loaded, claim));
        let Some(claim) = known.filter(|_| !self.existing.is_refuse()) else { return Ok(None) };
        let in_use = || Rejection::field("external_reference", FieldRule::AlreadyInUse);
        customer_with(&claim, context).ok_or_else(in_use)?.map(Some)
    }

    fn case(&self, one: &ImportCase, context: &Context<'_>) -> Result<Decision, Rejection> {
        let Some((field, id)) = known_as(one, context.loaded) else {
            return Ok(Importing::raised(one, context)?.with_changes(one)?.raised_whole(one));
        };
        // A case that the actor may not see is told of no further than that its reference is in use.
        let known = context.case(id).ok().filter(|_| !self.existing.is_refuse());
        let known = known.ok_or_else(|| Rejection::field(field, FieldRule::AlreadyInUse))?;
        match self.existing {
            ExistingItems::Update => {
                let case = Importing::continued(one, known, self.past, context)?;
                Ok(case.with_changes(one)?.decision)
            }
            ExistingItems::Skip | ExistingItems::Refuse => {
                let mut decision = Decision::default();
                decision.builds_on(State::Case(Box::new(known.clone())));
                Ok(decision)
            }
        }
    }
}

/// The claim of a customer's external reference.
pub(crate) fn customer_claim(reference: &str) -> Claim {
    Claim::new(ClaimKind::CustomerReference, reference)
}

fn case_claim(reference: &str) -> Claim {
    Claim::new(ClaimKind::ImportReference, reference)
}

/// What an imported case is called, each with its field: its reference, and that of its request.
fn names_of(one: &ImportCase) -> impl Iterator<Item = (&'static str, Claim)> {
    let reference = one.reference.as_deref().map(|text| ("reference", case_claim(text)));
    let request = one.request.as_ref();
    let request = request.map(|request| ("request.request_ref", intake_claim(&request.request_ref)));
    reference.into_iter().chain(request)
}

/// The case that is called so already, with the field that says it.
fn known_as(one: &ImportCase, loaded: &Loaded) -> Option<(&'static str, CaseId)> {
    names_of(one).find_map(|(field, claim)| {
        let located = loaded.claims.iter().find(|located| located.claim == claim)?;
        let StreamId::Case(id) = located.stream else { return None };
        Some((field, id))
    })
}

/// The customer who has a reference; `None` if nobody has.
fn customer_with<'a>(claim: &Claim, context: &Context<'a>) -> Option<Result<&'a Customer, Rejection>> {
    let located = context.loaded.claims.iter().find(|located| located.claim == *claim)?;
    let StreamId::Customer(id) = located.stream else { return None };
    Some(context.customer(id))
}

fn imported(
    context: &Context<'_>,
    at: Timestamp,
    by: ActorId,
    fact: Fact,
    personal: Personal,
) -> Result<Draft, Rejection> {
    let imported_by = Some(context.by.clone());
    let header = Header { at: kept("at", at)?, actor: by, on_behalf_of: None, imported_by };
    Ok(Draft { header, fact, personal })
}

/// The same decision, whose events say who imported them.
fn vouched_for(mut decision: Decision, context: &Context<'_>) -> Decision {
    for draft in &mut decision.drafts {
        draft.header.imported_by = Some(context.by.clone());
    }
    decision
}

/// An instant as events keep it.
fn kept(field: &str, at: Timestamp) -> Result<Timestamp, Rejection> {
    kept_instant(at).map_err(|rule| Rejection::field(field, rule))
}

/// The state after a draft, by the same fold that applies events.
pub(crate) fn folded(before: Option<State>, draft: &Draft) -> Result<State, Rejection> {
    let event = Event {
        position: 0,
        revision: before.as_ref().map_or(0, State::revision).saturating_add(1),
        header: draft.header.clone(),
        fact: draft.fact.clone(),
        personal: draft.personal.clone(),
    };
    evolve(before, &event).ok_or_else(|| Rejection::not_found("case", ""))
}

/// Puts a place in front of the names of wrong fields: `changes[3].title`.
fn within(place: &str, rejection: Rejection) -> Rejection {
    let Rejection::Invalid { fields } = rejection else { return rejection };
    let placed = |error: FieldError| FieldError { field: format!("{place}.{}", error.field), ..error };
    Rejection::Invalid { fields: fields.into_iter().map(placed).collect() }
}

#[cfg(test)]
mod tests;
