//! Importing one customer, or one case with its past.

use std::collections::BTreeMap;

use serde::Serialize;

use super::case_type::is_claimed;
use super::customer::{given_fields, reference_is_free};
use super::customer_parse::parse_new;
use super::new_case::{check, usable_stages};
use super::{Command, Context, Decision, id_within};
use crate::command::{ImportCase, ImportChange, ImportCustomer, ImportItem, ImportedChange, NewCase};
use crate::commit::{Claim, ClaimKind};
use crate::event::{CaseFact, CustomerFact, Draft, Event, Fact, Header, OldNew, Personal};
use crate::evolve::evolve;
use crate::model::{
    ActorId, Case, CaseType, CaseTypeVersion, CustomerId, LongText, NoteId, Permission, Reference, ShortText,
    State, StreamId, Timestamp, kept_instant,
};
use crate::rejection::{FieldError, FieldRule, Rejection};
use crate::store::LoadPlan;

/// The most changes of one imported case.
const CHANGES: usize = 10_000;

/// Imports one item, in a commit of its own.
#[derive(Serialize)]
pub(crate) struct ImportEntry<'a> {
    pub(crate) item: &'a ImportItem,
    /// Customers of earlier items in the same chunk, by claim: they are not written yet, so they cannot be loaded.
    #[serde(skip)]
    pub(crate) earlier: &'a BTreeMap<Claim, CustomerId>,
}

impl Command for ImportEntry<'_> {
    fn action(&self) -> &'static str {
        "import"
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        let mut plan = LoadPlan::default();
        match self.item {
            ImportItem::Customer(one) => {
                plan.claims.extend(one.customer.external_reference.as_deref().map(customer_claim))
            }
            ImportItem::Case(one) => {
                plan.customers.extend(one.case.customer);
                plan.claims.extend(one.customer_reference.as_deref().map(customer_claim));
                plan.claims.extend(one.reference.as_deref().map(case_claim));
            }
        }
        Ok(plan)
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::Import, self.action())?;
        context.beyond_one_customer(self.action())?;
        match self.item {
            ImportItem::Customer(one) => import_customer(one, context, self.earlier),
            ImportItem::Case(one) => Importing::new(one, context, self.earlier)?.finish(one),
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

fn import_customer(
    one: &ImportCustomer,
    context: &Context<'_>,
    earlier: &BTreeMap<Claim, CustomerId>,
) -> Result<Decision, Rejection> {
    let profile = parse_new(&one.customer, context.fresh)?;
    let by = ActorId::parse_person("by", &one.by)?;
    let reference = profile.external_reference.as_ref().map(|reference| customer_claim(reference.as_str()));
    if reference.is_some_and(|claim| earlier.contains_key(&claim)) {
        return Err(Rejection::field("external_reference", FieldRule::AlreadyInUse));
    }
    let mut decision = Decision::default();
    let id = CustomerId(context.fresh);
    decision.makes(StreamId::Customer(id));
    reference_is_free(&mut decision, context, &profile)?;
    let fact = CustomerFact::CustomerCreated { fields: given_fields(&profile) };
    let personal = Personal { profile: Some(Box::new(profile)), ..Personal::default() };
    decision.drafts.push(imported(context, one.at, by, Fact::Customer(id, fact), personal)?);
    Ok(decision)
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

/// An instant as events keep it.
fn kept(field: &str, at: Timestamp) -> Result<Timestamp, Rejection> {
    kept_instant(at).map_err(|rule| Rejection::field(field, rule))
}

/// An imported case while its changes are applied one after another.
struct Importing<'a> {
    context: &'a Context<'a>,
    decision: Decision,
    case: Case,
    case_type: &'a CaseType,
    version: &'a CaseTypeVersion,
    notes: Vec<(NoteId, Vec<u32>)>,
}

impl<'a> Importing<'a> {
    fn new(
        one: &ImportCase,
        context: &'a Context<'a>,
        earlier: &BTreeMap<Claim, CustomerId>,
    ) -> Result<Self, Rejection> {
        let mut decision = Decision::default();
        let reference = Reference::parse_optional("reference", one.reference.as_deref())?;
        if let Some(claim) = reference.as_ref().map(|reference| case_claim(reference.as_str())) {
            if is_claimed(context.loaded, &claim) {
                return Err(Rejection::field("reference", FieldRule::AlreadyInUse));
            }
            decision.claims(claim);
        }
        if one.changes.len() > CHANGES {
            return Err(Rejection::field("changes", FieldRule::TooMany { limit: CHANGES as u64 }));
        }
        let customer = customer_of(one, context, earlier)?;
        // The linked customer was checked just before; everything else is checked as for any new case.
        let mut checked = check(&NewCase { customer: None, ..one.case.clone() }, context)?;
        let (case_type, version) = (checked.case_type, checked.version);
        (checked.customer, checked.reference) = (customer, reference);
        let (case, fact, personal) = checked.raise(&mut decision, context)?;
        let by = ActorId::parse_person("by", &one.by)?;
        let draft = imported(context, one.at, by, Fact::Case(case, fact), personal)?;
        let State::Case(case) = folded(None, &draft)? else { return Err(Rejection::not_found("case", "")) };
        decision.drafts.push(draft);
        Ok(Self { context, decision, case: *case, case_type, version, notes: Vec::new() })
    }

    fn finish(mut self, one: &ImportCase) -> Result<Decision, Rejection> {
        for (place, change) in one.changes.iter().enumerate() {
            self.tell(change).map_err(|rejection| at_place(place, rejection))?;
        }
        Ok(self.decision)
    }

    fn tell(&mut self, change: &ImportChange) -> Result<(), Rejection> {
        if kept("at", change.at)? < self.case.updated_at {
            let why = "out_of_order".into();
            return Err(Rejection::field("at", FieldRule::DoesNotFit { why }));
        }
        let by = ActorId::parse_person("by", &change.by)?;
        let (fact, personal) = match &change.what {
            ImportedChange::Stage { to, reason } => self.stage(to, reason.as_deref())?,
            ImportedChange::Taken => {
                let held = self.case.holder_id().filter(|holder| **holder != by);
                let fact =
                    held.map_or(CaseFact::CaseTaken, |from| CaseFact::CaseTakenOver { from: from.clone() });
                (fact, Personal::default())
            }
            ImportedChange::Returned => {
                let Some(from) = self.case.holder_id().cloned() else {
                    let why = "nobody_holds_it".into();
                    return Err(Rejection::field("what", FieldRule::DoesNotFit { why }));
                };
                (CaseFact::CaseReturned { from }, Personal::default())
            }
            ImportedChange::Note { text, visibility, reply_to } => self.note(text, *visibility, *reply_to)?,
        };
        let taken = matches!(change.what, ImportedChange::Taken);
        self.push(change.at, by.clone(), fact, personal)?;
        if taken && let Some(fact) = self.moves_into_progress() {
            self.push(change.at, by, fact, Personal::default())?;
        }
        Ok(())
    }

    fn push(
        &mut self,
        at: Timestamp,
        by: ActorId,
        fact: CaseFact,
        personal: Personal,
    ) -> Result<(), Rejection> {
        let draft = imported(self.context, at, by, Fact::Case(self.case.id, fact), personal)?;
        let before = Some(State::Case(Box::new(self.case.clone())));
        if let State::Case(case) = folded(before, &draft)? {
            self.case = *case;
        }
        self.decision.drafts.push(draft);
        Ok(())
    }

    fn stage(&self, to: &str, reason: Option<&str>) -> Result<(CaseFact, Personal), Rejection> {
        let stage = self.case_type.find_stage(self.version, to, self.context.language);
        let stage = stage.ok_or_else(|| {
            let labels = usable_stages(self.case_type, self.version, self.context.language);
            Rejection::field("to", FieldRule::unknown(to, labels))
        })?;
        let reopened = self.case.category.is_ended() && !stage.category.is_ended();
        let (from, to) = (self.case.stage.clone(), stage.id.clone());
        let reason = ShortText::parse_optional("reason", reason)?;
        Ok((
            CaseFact::StageChanged { from, to, category: stage.category, reopened },
            Personal::because(reason),
        ))
    }

    fn moves_into_progress(&self) -> Option<CaseFact> {
        super::case_holder::taken_into_progress(&self.case, self.version)
    }

    fn note(
        &mut self,
        text: &str,
        visibility: crate::model::Visibility,
        reply_to: Option<u32>,
    ) -> Result<(CaseFact, Personal), Rejection> {
        let text = LongText::parse("text", text)?;
        let parent = match reply_to {
            Some(place) => {
                let found = self.notes.get(place as usize);
                Some(found.ok_or_else(|| Rejection::field("reply_to", FieldRule::unknown_id()))?)
            }
            None => None,
        };
        let mut path = parent.map(|(_, path)| path.clone()).unwrap_or_default();
        if path.len() >= crate::model::limits::THREAD_DEPTH {
            let limit = crate::model::limits::THREAD_DEPTH as u64;
            return Err(Rejection::blocked("import", crate::rejection::Blocker::ThreadTooDeep { limit }));
        }
        path.push(self.case.notes.saturating_add(1));
        let note = NoteId(id_within(self.context.fresh, self.notes.len() as u128 + 1));
        let fact =
            CaseFact::NoteAdded { note, parent: parent.map(|(id, _)| *id), path: path.clone(), visibility };
        self.notes.push((note, path));
        Ok((fact, Personal { text: Some(OldNew::new(text)), ..Personal::default() }))
    }
}

fn customer_of(
    one: &ImportCase,
    context: &Context<'_>,
    earlier: &BTreeMap<Claim, CustomerId>,
) -> Result<Option<(CustomerId, u64)>, Rejection> {
    let unknown = |field| Rejection::field(field, FieldRule::unknown_id());
    if let Some(id) = one.case.customer {
        return context
            .customer(id)
            .map(|customer| Some((id, customer.revision)))
            .map_err(|_| unknown("customer"));
    }
    let Some(reference) = one.customer_reference.as_deref() else { return Ok(None) };
    let claim = customer_claim(reference);
    if let Some(id) = earlier.get(&claim) {
        return Ok(Some((*id, 1)));
    }
    let located = context.loaded.claims.iter().find(|located| located.claim == claim);
    let Some(StreamId::Customer(id)) = located.map(|located| located.stream) else {
        return Err(unknown("customer_reference"));
    };
    Ok(Some((id, context.customer(id)?.revision)))
}

/// The state after a draft, by the same fold that applies events.
fn folded(before: Option<State>, draft: &Draft) -> Result<State, Rejection> {
    let event = Event {
        position: 0,
        revision: before.as_ref().map_or(0, State::revision).saturating_add(1),
        header: draft.header.clone(),
        fact: draft.fact.clone(),
        personal: draft.personal.clone(),
    };
    evolve(before, &event).ok_or_else(|| Rejection::not_found("case", ""))
}

/// Puts the place of the change in front of the names of wrong fields: `changes[3].title`.
fn at_place(place: usize, rejection: Rejection) -> Rejection {
    let Rejection::Invalid { fields } = rejection else { return rejection };
    let place = |error: FieldError| FieldError {
        field: format!("changes[{place}].{}", error.field),
        rule: error.rule,
    };
    Rejection::Invalid { fields: fields.into_iter().map(place).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::testing::{Given, agent, at, case_facts, manager};
    use crate::model::{CaseId, Visibility};
    use chrono::TimeDelta;

    fn after(minutes: i64) -> Timestamp {
        at() + TimeDelta::minutes(minutes)
    }

    fn change(minutes: i64, by: &str, what: ImportedChange) -> ImportChange {
        ImportChange { at: after(minutes), by: by.into(), what }
    }

    fn to(stage: &str) -> ImportedChange {
        ImportedChange::Stage { to: stage.into(), reason: None }
    }

    fn note(text: &str, reply_to: Option<u32>) -> ImportedChange {
        ImportedChange::Note { text: text.into(), visibility: Visibility::Internal, reply_to }
    }

    fn one(changes: Vec<ImportChange>) -> ImportItem {
        ImportItem::Case(ImportCase {
            reference: Some("Case 1".into()),
            case: NewCase::new("Support", "Case 1"),
            customer_reference: None,
            at: at(),
            by: "value 1".into(),
            changes,
        })
    }

    fn import(item: &ImportItem, given: &Given) -> Result<Decision, Rejection> {
        given.when(&ImportEntry { item, earlier: &BTreeMap::new() })
    }

    #[test]
    fn what_happened_keeps_its_times_and_actors_and_says_who_imported_it() {
        let item =
            one(vec![change(1, "value 2", ImportedChange::Taken), change(2, "value 2", to("Resolved"))]);
        let decision = import(&item, &Given::new().by(manager())).unwrap();
        let told: Vec<(&str, &str, Timestamp)> = decision
            .drafts
            .iter()
            .map(|draft| (draft.fact.code(), draft.header.actor.as_str(), draft.header.at))
            .collect();
        assert_eq!(
            told,
            [
                ("case_raised", "value 1", at()),
                ("case_taken", "value 2", after(1)),
                ("stage_changed", "value 2", after(1)),
                ("stage_changed", "value 2", after(2)),
            ]
        );
        let importer = ActorId::parse("by", "mona").unwrap();
        assert!(decision.drafts.iter().all(|draft| draft.header.imported_by == Some(importer.clone())));
    }

    #[test]
    fn repeats_are_kept() {
        let item = one(vec![
            change(1, "a", ImportedChange::Taken),
            change(2, "a", ImportedChange::Taken),
            change(3, "b", ImportedChange::Taken),
            change(4, "b", to("Closed")),
            change(5, "b", to("Closed")),
        ]);
        let decision = import(&item, &Given::new().by(manager())).unwrap();
        let codes: Vec<&str> = decision.drafts.iter().map(|draft| draft.fact.code()).collect();
        let expected =
            "case_raised case_taken stage_changed case_taken case_taken_over stage_changed stage_changed";
        assert_eq!(codes.join(" "), expected);
    }

    #[test]
    fn replies_name_an_earlier_note_of_the_case() {
        let given = Given::new().by(manager());
        let decision =
            import(&one(vec![change(1, "a", note("x", None)), change(1, "b", note("y", Some(0)))]), &given);
        let CaseFact::NoteAdded { path, .. } = case_facts(&decision.unwrap()).remove(2) else { panic!() };
        assert_eq!(path, [1, 2]);
        let wrong = import(&one(vec![change(1, "a", note("x", Some(0)))]), &given);
        assert_eq!(wrong, Err(Rejection::field("changes[0].reply_to", FieldRule::unknown_id())));
    }

    #[test]
    fn a_wrong_change_is_named_by_its_place() {
        let given = Given::new().by(manager());
        let wrong = import(&one(vec![change(1, "a", to("Closed")), change(2, "a", to("Nowhere"))]), &given);
        let labels = ["Open", "In Progress", "Resolved", "Closed"];
        assert_eq!(wrong, Err(Rejection::field("changes[1].to", FieldRule::unknown("Nowhere", labels))));
        let unsorted = import(&one(vec![change(2, "a", to("Closed")), change(1, "a", to("Open"))]), &given);
        assert_eq!(unsorted.unwrap_err().fields()[0].field, "changes[1].at");
    }

    #[test]
    fn an_instant_that_cannot_be_kept_is_named_by_its_place() {
        let given = Given::new().by(manager());
        for beyond in [Timestamp::MIN_UTC, Timestamp::MAX_UTC] {
            let rule = kept_instant(beyond).unwrap_err();
            let mut raised = one(vec![]);
            let ImportItem::Case(case) = &mut raised else { panic!() };
            case.at = beyond;
            assert_eq!(import(&raised, &given), Err(Rejection::field("at", rule.clone())));
            let changed = ImportChange { at: beyond, ..change(0, "a", to("Closed")) };
            let refused = import(&one(vec![change(1, "a", ImportedChange::Taken), changed]), &given);
            assert_eq!(refused, Err(Rejection::field("changes[1].at", rule.clone())));
            let customer = ImportCustomer::new(crate::command::NewCustomer::named("Ada Obi"), beyond, "a");
            assert_eq!(import(&ImportItem::Customer(customer), &given), Err(Rejection::field("at", rule)));
        }
    }

    #[test]
    fn the_same_case_is_imported_once() {
        let mut given = Given::new().by(manager());
        given.claims.push(crate::store::Located {
            claim: case_claim("Case 1"),
            stream: StreamId::Case(CaseId(uuid::Uuid::from_u128(1))),
        });
        assert_eq!(import(&one(vec![]), &given), Err(Rejection::field("reference", FieldRule::AlreadyInUse)));
    }

    #[test]
    fn importing_needs_the_permission() {
        assert_eq!(import(&one(vec![]), &Given::new().by(agent())).unwrap_err().code(), "forbidden");
    }
}
