//! Values of an organisation's own fields: in what is new, in an edit, and where a case gets another version of
//! its type.

use std::collections::{BTreeMap, BTreeSet};

use super::{Context, Decision};
use crate::command::{GivenField, GivenValue};
use crate::commit::{Claim, field_claim};
use crate::event::{CaseFact, Draft, Fact, Personal};
use crate::model::{
    Case, CaseField, CaseType, CaseTypeVersion, Customer, FieldDefinition, FieldId, FieldOwner, FieldValue,
    Stage, StreamId, field_called, field_with_id, limits,
};
use crate::rejection::{Blocker, FieldRule, Fields};
use crate::store::LoadPlan;

/// The values of a case or a customer, by the ids of their fields.
pub(crate) type Values = BTreeMap<FieldId, CaseField>;

/// Values that are given for a case or a customer, before they are checked.
pub(super) struct Giving<'a> {
    /// Who has the values before; `None` for somebody new.
    has: Option<Has<'a>>,
    /// Whose fields they are afterwards.
    owner: FieldOwner,
    /// The fields that there are afterwards.
    fields: &'a [FieldDefinition],
    given: &'a [GivenField],
    /// Whether whoever gives them fills in what is for customers, and nothing else.
    as_customer: bool,
    context: &'a Context<'a>,
}

/// The values that there are before.
struct Has<'a> {
    stream: StreamId,
    owner: FieldOwner,
    values: &'a Values,
}

/// Values that a case or a customer can have.
pub(super) struct Settled {
    /// All values afterwards. Those that do not fit are among them: they block the change of a case.
    pub(super) after: Values,
    /// Names that the values take.
    claims: Vec<Claim>,
}

impl<'a> Giving<'a> {
    /// Values for a new case.
    pub(super) fn to_new(
        case_type: &CaseType,
        version: &'a CaseTypeVersion,
        given: &'a [GivenField],
        context: &'a Context<'a>,
    ) -> Self {
        let owner = FieldOwner::CaseType(case_type.id);
        let as_customer = context.scope.customer.is_some();
        Self { has: None, owner, fields: &version.fields, given, as_customer, context }
    }

    /// The same values, given by whoever asked: nobody knows who that is, whatever desk hands them in.
    pub(super) fn by_requester(self) -> Self {
        Self { as_customer: true, ..self }
    }

    /// Values for a case that has this version afterwards.
    pub(super) fn to_case(
        case: &'a Case,
        case_type: &CaseType,
        version: &'a CaseTypeVersion,
        given: &'a [GivenField],
        context: &'a Context<'a>,
    ) -> Self {
        let owner = FieldOwner::CaseType(case.case_type);
        let has = Has { stream: StreamId::Case(case.id), owner, values: &case.fields };
        Self { has: Some(has), ..Self::to_new(case_type, version, given, context) }
    }

    /// Values for a customer, or for a new one.
    pub(super) fn to_customer(
        customer: Option<&'a Customer>,
        fields: &'a [FieldDefinition],
        given: &'a [GivenField],
        context: &'a Context<'a>,
    ) -> Self {
        let owner = FieldOwner::Customers;
        let has = |one: &'a Customer| Has { stream: StreamId::Customer(one.id), owner, values: &one.fields };
        let as_customer = context.scope.customer.is_some();
        Self { has: customer.map(has), owner, fields, given, as_customer, context }
    }

    /// What has to be loaded before the values can be checked: who and what they name, and whether somebody has those that
    /// must be unique. `None` if nothing.
    pub(super) fn names(&self) -> Option<LoadPlan> {
        let mut plan = LoadPlan::default();
        let parsed = self.given.iter().filter_map(|one| {
            let field = field_called(self.fields, &one.field)?;
            let before = self.before().get(&field.id).map(|kept| &kept.value);
            Some((field, FieldValue::parse("", field, &one.value, before).ok()??))
        });
        for (field, value) in parsed {
            match &value {
                FieldValue::Person(id) => plan.people.push(id.clone()),
                FieldValue::Customer(id) => plan.customers.push(*id),
                FieldValue::Case(id) => plan.cases.push(*id),
                FieldValue::Text(_)
                | FieldValue::LongText(_)
                | FieldValue::Number(_)
                | FieldValue::Decimal { .. }
                | FieldValue::Money { .. }
                | FieldValue::Date(_)
                | FieldValue::Instant(_)
                | FieldValue::YesNo(_)
                | FieldValue::Choice(_)
                | FieldValue::Choices(_)
                | FieldValue::Email(_)
                | FieldValue::Phone(_)
                | FieldValue::Url(_) => {}
            }
            plan.claims.extend(self.claim(field, &value));
        }
        // In another type or version, values that it has already must be unique too.
        for (id, kept) in self.before() {
            let field = field_with_id(self.fields, id).filter(|field| kept.value.fits(field));
            plan.claims.extend(field.and_then(|field| self.claim(field, &kept.value)));
        }
        plan.claims.sort();
        plan.claims.dedup();
        (plan != LoadPlan::default()).then_some(plan)
    }

    /// The values of a new case in a stage, or of a new customer. Whoever enters it fills in what is required of them: what
    /// staff have to know of a request is not asked of whoever sent it.
    pub(super) fn of_new(&self, fields: &mut Fields, stage: Option<&Stage>) -> Settled {
        let mut settled = self.settle(fields);
        let needs = |field: &&FieldDefinition| {
            field.required || stage.is_some_and(|stage| field.required_at.contains(&stage.id))
        };
        for field in shown(self.fields, &settled.after).filter(needs).filter(|field| self.is_for_actor(field))
        {
            if !settled.after.contains_key(&field.id) {
                add_once(fields, field, FieldRule::Required);
            }
        }
        settled.after.retain(|id, _| field_with_id(self.fields, id).is_some());
        settled
    }

    /// The values of a case or a customer that is edited. What is required cannot be emptied, and is asked for once it is shown.
    pub(super) fn of_edited(&self, fields: &mut Fields) -> Settled {
        let settled = self.settle(fields);
        let was_shown: BTreeSet<&FieldId> =
            shown(self.fields, self.before()).map(|field| &field.id).collect();
        let is_given = |field: &FieldDefinition| {
            let found = self.given.iter().filter_map(|one| field_called(self.fields, &one.field));
            found.into_iter().any(|found| found.id == field.id)
        };
        let asked_for = |field: &&FieldDefinition| {
            field.required && (is_given(field) || !was_shown.contains(&field.id)) && self.is_for_actor(field)
        };
        for field in shown(self.fields, &settled.after).filter(asked_for) {
            if !settled.after.contains_key(&field.id) {
                add_once(fields, field, FieldRule::Required);
            }
        }
        settled
    }

    fn before(&self) -> &Values {
        static NONE: Values = Values::new();
        self.has.as_ref().map_or(&NONE, |has| has.values)
    }

    /// Whether the field is for whoever gives the values: a customer has those that are for customers.
    fn is_for_actor(&self, field: &FieldDefinition) -> bool {
        !self.as_customer || field.is_for_customer(self.newest(field))
    }

    /// The field as it is defined today.
    fn newest<'b>(&'b self, field: &'b FieldDefinition) -> &'b FieldDefinition {
        let case_type = match self.owner {
            FieldOwner::CaseType(id) => self.context.loaded.catalog.case_types.get(&id),
            FieldOwner::Customers => None,
        };
        case_type.map_or(field, |case_type| case_type.newest(field))
    }

    /// A value with the marks of its field.
    fn marked(&self, field: &FieldDefinition, value: FieldValue) -> CaseField {
        let newest = self.newest(field);
        CaseField {
            sensitive: field.is_sensitive(newest),
            for_customer: field.is_for_customer(newest),
            ..CaseField::of(field, value)
        }
    }

    fn settle(&self, fields: &mut Fields) -> Settled {
        let before = self.before();
        let mut settled = Settled { after: before.clone(), claims: Vec::new() };
        // Values that stay get the marks that their fields have now.
        for (id, kept) in &mut settled.after {
            if let Some(field) = field_with_id(self.fields, id).filter(|field| kept.value.fits(field)) {
                *kept = self.marked(field, kept.value.clone());
            }
        }
        if self.given.len() > limits::PARTS {
            fields.add("fields", FieldRule::TooMany { limit: limits::PARTS as u64 });
            return settled;
        }
        let mut named = BTreeSet::new();
        for (place, one) in self.given.iter().enumerate() {
            let Some(field) = self.find(fields, place, one, &mut settled.after) else { continue };
            if !named.insert(&field.id) {
                fields.add(path(field), FieldRule::Duplicate);
                continue;
            }
            let kept = before.get(&field.id).map(|kept| &kept.value);
            let Some(value) = fields.take(FieldValue::parse(&path(field), field, &one.value, kept)) else {
                continue;
            };
            match value {
                None => drop(settled.after.remove(&field.id)),
                Some(value) if kept == Some(&value) => {
                    settled.after.insert(field.id.clone(), self.marked(field, value));
                }
                Some(value) => {
                    if !self.is_there(&value) {
                        fields.add(path(field), FieldRule::unknown_id());
                    }
                    settled.after.insert(field.id.clone(), self.marked(field, value));
                }
            }
        }
        self.hide(fields, &named, &mut settled.after);
        self.take_claims(fields, &mut settled);
        settled
    }

    /// The field that is meant. A value that has no field any more can only be emptied, by its id.
    fn find(
        &self,
        fields: &mut Fields,
        place: usize,
        one: &GivenField,
        after: &mut Values,
    ) -> Option<&FieldDefinition> {
        let found = field_called(self.fields, &one.field).filter(|field| self.is_for_actor(field));
        if found.is_some() {
            return found;
        }
        let is_empty = match &one.value {
            GivenValue::Nothing => true,
            GivenValue::Text(text) => text.trim().is_empty(),
            GivenValue::Number(_)
            | GivenValue::Decimal { .. }
            | GivenValue::Money { .. }
            | GivenValue::YesNo(_)
            | GivenValue::Instant(_)
            | GivenValue::Choices(_)
            | GivenValue::Customer(_)
            | GivenValue::Case(_) => false,
        };
        let left = after
            .keys()
            .find(|id| id.as_str() == one.field.trim() && field_with_id(self.fields, id).is_none());
        match left.cloned().filter(|_| is_empty && !self.as_customer) {
            Some(left) => drop(after.remove(&left)),
            None => {
                let all = self.fields.iter().filter(|field| self.is_for_actor(field));
                let rule = FieldRule::unknown(&one.field, all.map(|field| field.id.as_str()));
                fields.add(format!("fields[{place}].field"), rule);
            }
        }
        None
    }

    /// What is not shown has no value: what was there goes, and what is given is refused.
    fn hide(&self, fields: &mut Fields, named: &BTreeSet<&FieldId>, after: &mut Values) {
        let is_shown: BTreeSet<&FieldId> = shown(self.fields, after).map(|field| &field.id).collect();
        let hidden = self.fields.iter().filter(|field| !is_shown.contains(&field.id));
        for field in hidden {
            if after.remove(&field.id).is_some() && named.contains(&field.id) {
                add_once(fields, field, FieldRule::DoesNotFit { why: "field_not_shown".into() });
            }
        }
    }

    /// Whether what a value names is there and the actor may see it.
    fn is_there(&self, value: &FieldValue) -> bool {
        let named = self.context.named;
        match value {
            FieldValue::Person(id) => {
                named.is_some_and(|named| named.people.iter().any(|person| person.actor == *id))
            }
            FieldValue::Customer(id) => {
                named.is_some_and(|named| named.customers.iter().any(|customer| customer.id == *id))
            }
            FieldValue::Case(id) => named.is_some_and(|named| named.cases.iter().any(|case| case.id == *id)),
            FieldValue::Text(_)
            | FieldValue::LongText(_)
            | FieldValue::Number(_)
            | FieldValue::Decimal { .. }
            | FieldValue::Money { .. }
            | FieldValue::Date(_)
            | FieldValue::Instant(_)
            | FieldValue::YesNo(_)
            | FieldValue::Choice(_)
            | FieldValue::Choices(_)
            | FieldValue::Email(_)
            | FieldValue::Phone(_)
            | FieldValue::Url(_) => true,
        }
    }

    /// The claim to a value that must be unique, unless it is theirs already.
    fn claim(&self, field: &FieldDefinition, value: &FieldValue) -> Option<Claim> {
        let claim = field.unique.then(|| field_claim(self.owner, &field.id, value))?;
        let is_own = |has: &Has<'_>| {
            let own = has.values.get(&field.id).filter(|own| own.unique);
            own.is_some_and(|own| field_claim(has.owner, &field.id, &own.value) == claim)
        };
        (!self.has.as_ref().is_some_and(is_own)).then_some(claim)
    }

    fn take_claims(&self, fields: &mut Fields, settled: &mut Settled) {
        for (id, kept) in &settled.after {
            let Some(field) = field_with_id(self.fields, id) else { continue };
            let Some(claim) = self.claim(field, &kept.value) else { continue };
            let own = self.has.as_ref().map(|has| has.stream);
            let taken = self.context.named.iter().flat_map(|named| &named.claims);
            if taken.into_iter().any(|located| located.claim == claim && Some(located.stream) != own) {
                fields.add(path(field), FieldRule::AlreadyInUse);
            }
            settled.claims.push(claim);
        }
    }
}

impl Settled {
    /// Has a decision rely on what the values take.
    pub(super) fn relied_on(&self, decision: &mut Decision) {
        self.claims.iter().for_each(|claim| decision.claims(claim.clone()));
    }

    /// The event of an edit of a case; `None` if no value changes.
    pub(super) fn draft(&self, case: &Case, context: &Context<'_>) -> Option<Draft> {
        let (fields, personal) = self.changes(&case.fields);
        let fact = CaseFact::FieldsChanged { fields };
        (personal != Personal::default()).then(|| context.draft(Fact::Case(case.id, fact), personal))
    }

    /// The fields whose values change, with what they were and are.
    pub(super) fn changes(&self, before: &Values) -> (Vec<FieldId>, Personal) {
        let ids: BTreeSet<&FieldId> = before.keys().chain(self.after.keys()).collect();
        let changed = ids.into_iter().filter(|id| before.get(id) != self.after.get(id));
        let fields: Vec<FieldId> = changed.cloned().collect();
        let of = |values: &Values| fields.iter().map(|id| values.get(id).cloned()).collect();
        let personal =
            Personal { fields_from: of(before), fields_to: of(&self.after), ..Personal::default() };
        (fields, personal)
    }
}

/// The path of a field in errors.
fn path(field: &FieldDefinition) -> String {
    format!("fields.{}", field.id)
}

/// Adds an error about a field that has none yet.
fn add_once(fields: &mut Fields, field: &FieldDefinition, rule: FieldRule) {
    let path = path(field);
    if !fields.has(&path) {
        fields.add(path, rule);
    }
}

/// The fields that are shown with these values, in their order.
pub(crate) fn shown<'a>(
    fields: &'a [FieldDefinition],
    values: &Values,
) -> impl Iterator<Item = &'a FieldDefinition> + use<'a> {
    let mut hidden: BTreeSet<&FieldId> = BTreeSet::new();
    // INVARIANT: a field is shown by one above it, so that one is known to be shown or hidden already.
    for field in fields {
        let Some(when) = &field.shown_when else { continue };
        let value = values.get(&when.field).filter(|_| !hidden.contains(&when.field));
        if !value.is_some_and(|value| value.value.is_among(&when.values)) {
            hidden.insert(&field.id);
        }
    }
    fields.iter().filter(move |field| !hidden.contains(&field.id))
}

/// What a case lacks to be in a stage: the labels of fields that are shown, required there and empty. If the case gets the
/// version only now, also those that no case is without.
pub(super) fn needed(
    values: &Values,
    version: &CaseTypeVersion,
    stage: &Stage,
    is_new_to: bool,
    context: &Context<'_>,
) -> Vec<String> {
    lacking(values, version, stage, is_new_to)
        .map(|field| field.label.said(context.language).to_owned())
        .collect()
}

/// The fields that a case lacks to be in a stage.
pub(super) fn lacking<'a>(
    values: &'a Values,
    version: &'a CaseTypeVersion,
    stage: &'a Stage,
    is_new_to: bool,
) -> impl Iterator<Item = &'a FieldDefinition> {
    let needs = move |field: &&FieldDefinition| {
        let at_stage = field.required_at.contains(&stage.id);
        (at_stage || field.required && is_new_to) && !values.contains_key(&field.id)
    };
    shown(&version.fields, values).filter(needs)
}

/// Why a case cannot come to a stage of its version with these values; `None` if its fields are no obstacle.
pub(super) fn stage_blocker(
    values: &Values,
    (case_type, version): (&CaseType, &CaseTypeVersion),
    stage: &Stage,
    is_new_to: bool,
    context: &Context<'_>,
) -> Option<Blocker> {
    if version.fields.is_empty() {
        return None;
    }
    let fields = needed(values, version, stage, is_new_to, context);
    let stage = case_type.label(&stage.id, context.language).into_owned();
    (!fields.is_empty()).then_some(Blocker::FieldsNeeded { fields, stage })
}

/// Why the values of a case cannot come along to another type or version; `None` if they can. A value that is not shown there
/// is no obstacle.
pub(super) fn fit_blocker(
    case: &Case,
    own: &CaseType,
    (case_type, version): (&CaseType, &CaseTypeVersion),
    context: &Context<'_>,
) -> Option<Blocker> {
    let fields: Vec<String> = unfit(&case.fields, version)
        .map(|id| {
            own.field(id)
                .map_or_else(|| id.to_string(), |field| field.label.said(context.language).to_owned())
        })
        .collect();
    let case_type = case_type.name.said(context.language).into_owned();
    (!fields.is_empty()).then_some(Blocker::FieldsDoNotFit { case_type, fields })
}

/// The ids of values that have no field in a version, or one that cannot have them.
pub(super) fn unfit<'a>(
    values: &'a Values,
    version: &'a CaseTypeVersion,
) -> impl Iterator<Item = &'a FieldId> {
    let fits = |id: &FieldId, kept: &CaseField| version.field(id).is_some_and(|field| kept.value.fits(field));
    values.iter().filter(move |(id, kept)| !fits(id, kept)).map(|(id, _)| id)
}

/// Whether an event changes a value that approvals cover.
pub(super) fn changes_material(personal: &Personal) -> bool {
    let kept = personal.fields_from.iter().chain(&personal.fields_to);
    kept.flatten().any(|kept| kept.material)
}

/// What a change of values does to those that approvals cover.
pub(super) fn touches_material(before: &Values, after: &Values) -> bool {
    let ids = before.keys().chain(after.keys());
    let is_material = |kept: Option<&CaseField>| kept.is_some_and(|kept| kept.material);
    ids.into_iter().any(|id| {
        let (was, is) = (before.get(id), after.get(id));
        was != is && (is_material(was) || is_material(is))
    })
}

#[cfg(test)]
mod tests;
