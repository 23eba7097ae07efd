//! An imported case, while its changes are applied one after another.

use std::collections::VecDeque;

use super::past::{Past, Told};
use super::{customer_claim, customer_with, folded, imported, kept, vouched_for, within};
use crate::command::{CaseEdit, ImportCase, ImportChange, ImportedChange, NewCase};
use crate::decide::case_edit::EditCase;
use crate::decide::new_case::{check, starts_workflow, usable_stages};
use crate::decide::resolution::{Ending, Said};
use crate::decide::{Context, Decision, id_within};
use crate::event::{CaseFact, Fact, OldNew, Personal};
use crate::model::{
    ActorId, Case, CaseType, CaseTypeVersion, CustomerId, LongText, NoteId, NoteOrigin, Reference, Stage,
    State, Timestamp, Visibility, limits,
};
use crate::rejection::{Blocker, FieldRule, Fields, Rejection};

/// The most changes of one imported case.
const CHANGES: usize = 10_000;

pub(super) struct Importing<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) decision: Decision,
    pub(super) case: Case,
    case_type: &'a CaseType,
    pub(super) version: &'a CaseTypeVersion,
    /// The ids and paths of the notes that the item has had so far.
    notes: Vec<(NoteId, Vec<u32>)>,
    /// How many notes this import adds.
    added: u128,
    /// When the newest of what is imported happened.
    newest: Timestamp,
    /// What earlier imports brought in, and the item has not repeated yet.
    past: VecDeque<Told>,
}

impl<'a> Importing<'a> {
    /// A case that is raised, with its request.
    pub(super) fn raised(one: &ImportCase, context: &'a Context<'a>) -> Result<Self, Rejection> {
        let mut decision = Decision::default();
        let reference = Reference::parse_optional("reference", one.reference.as_deref())?;
        if let Some(reference) = &reference {
            decision.claims(super::case_claim(reference.as_str()));
        }
        let customer = customer_of(one, context)?;
        // The linked customer was checked just before; everything else is checked as for any new case.
        let mut checked = check(&NewCase { customer: None, ..one.case.clone() }, context)?;
        let (case_type, version) = (checked.case_type, checked.version);
        (checked.customer, checked.reference) = (customer, reference);
        let tags = std::mem::take(&mut checked.tags);
        let (case, fact, personal) = checked.raise(&mut decision, context)?;
        let by = ActorId::parse_person("by", &one.by)?;
        let draft = imported(context, one.at, by.clone(), Fact::Case(case, fact), personal)?;
        let State::Case(case) = folded(None, &draft)? else { return Err(Rejection::not_found("case", "")) };
        let newest = draft.header.at;
        decision.drafts.push(draft);
        let (notes, past) = (Vec::new(), VecDeque::new());
        let mut raised =
            Self { context, decision, case: *case, case_type, version, notes, added: 0, newest, past };
        if let Some(fact) = tags.of_new(&mut raised.decision, context, "import")? {
            raised.push(newest, by.clone(), fact, Personal::default())?;
        }
        if let Some(request) = &one.request {
            raised.receives(one, request, by).map_err(|rejection| within("request", rejection))?;
        }
        Ok(raised)
    }

    /// A case that is there already, and gets what it has not.
    pub(super) fn continued(
        one: &ImportCase,
        case: &Case,
        past: &Past,
        context: &'a Context<'a>,
    ) -> Result<Self, Rejection> {
        let case_type = context.case_type(case.case_type)?;
        let version = case_type.version(case.type_version);
        let version = version.ok_or_else(|| Rejection::not_found("case type", case.case_type))?;
        ActorId::parse_person("by", &one.by)?;
        kept("at", one.at)?;
        let edit = CaseEdit {
            title: Some(one.case.title.clone()),
            description: one.case.description.clone(),
            customer: customer_of(one, context)?.map(|(customer, _)| customer),
            fields: one.case.fields.clone(),
            ..CaseEdit::default()
        };
        let decision = vouched_for(EditCase { case: case.id, edit }.edits(case, context)?, context);
        Ok(Self {
            context,
            decision,
            case: case.clone(),
            case_type,
            version,
            notes: Vec::new(),
            added: 0,
            newest: past.newest().unwrap_or(case.raised_at),
            past: past.told(),
        })
    }

    /// The same case, with every change that is new.
    pub(super) fn with_changes(mut self, one: &ImportCase) -> Result<Self, Rejection> {
        if one.changes.len() > CHANGES {
            return Err(Rejection::field("changes", FieldRule::TooMany { limit: CHANGES as u64 }));
        }
        let edits = match self.decision.read_set.is_empty() {
            true => Vec::new(),
            false => std::mem::take(&mut self.decision.drafts),
        };
        for (place, change) in one.changes.iter().enumerate() {
            let place = format!("changes[{place}]");
            self.tell(change).map_err(|rejection| within(&place, rejection))?;
        }
        // What differs is changed now, after everything that happened before.
        self.decision.drafts.extend(edits);
        Ok(self)
    }

    /// What raising it leads to: its workflow begins if it is for a request that is still to be answered.
    pub(super) fn raised_whole(mut self, one: &ImportCase) -> Decision {
        if one.request.is_some()
            && self.case.progress.is_none()
            && let Some(stage) = self.version.stage(&self.case.stage)
        {
            starts_workflow(&mut self.decision, self.context, self.case.id, self.version, stage);
        }
        self.decision
    }

    fn tell(&mut self, change: &ImportChange) -> Result<(), Rejection> {
        let at = kept("at", change.at)?;
        let by = ActorId::parse_person("by", &change.by)?;
        if self.was_told(at, &by, &change.what)? {
            return Ok(());
        }
        if at < self.newest {
            let why = "out_of_order".into();
            return Err(Rejection::field("at", FieldRule::DoesNotFit { why }));
        }
        self.newest = at;
        let (fact, personal) = match &change.what {
            ImportedChange::Stage { to, reason } => {
                let said = Said { resolution: None, reason: reason.as_deref(), customer_reason: None };
                self.stage(to, said)?
            }
            ImportedChange::Ended { to, resolution, reason, customer_reason } => {
                let (reason, customer_reason) = (reason.as_deref(), customer_reason.as_deref());
                self.stage(to, Said { resolution: Some(resolution), reason, customer_reason })?
            }
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
            ImportedChange::Prioritised { priority: to } => {
                (CaseFact::PriorityChanged { from: self.case.priority, to: *to }, Personal::default())
            }
            ImportedChange::Answered { outcome, denial_code } => {
                return self.answered(at, &by, *outcome, denial_code.as_deref());
            }
        };
        let taken = matches!(change.what, ImportedChange::Taken);
        self.push(at, by.clone(), fact, personal)?;
        if taken && let Some(fact) = self.moves_into_progress() {
            self.push(at, by, fact, Personal::default())?;
        }
        Ok(())
    }

    /// Whether an earlier import brought the change in.
    fn was_told(&mut self, at: Timestamp, by: &ActorId, what: &ImportedChange) -> Result<bool, Rejection> {
        if self.past.is_empty() {
            return Ok(false);
        }
        let what = match what {
            ImportedChange::Stage { to, .. } | ImportedChange::Ended { to, .. } => {
                format!("stage {}", self.find_stage(to)?.id)
            }
            ImportedChange::Taken => "taken".to_owned(),
            ImportedChange::Returned => "returned".to_owned(),
            ImportedChange::Note { .. } => "note".to_owned(),
            ImportedChange::Prioritised { priority } => format!("priority {priority}"),
            ImportedChange::Answered { .. } => "answered".to_owned(),
        };
        let same = |told: &Told| told.at == at && told.by == *by && told.what == what;
        let Some(told) = self.past.iter().position(same).and_then(|place| self.past.remove(place)) else {
            return Ok(false);
        };
        self.notes.extend(told.note);
        Ok(true)
    }

    pub(super) fn push(
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

    fn find_stage(&self, to: &str) -> Result<&'a Stage, Rejection> {
        let stage = self.case_type.find_stage(self.version, to, self.context.language);
        stage.ok_or_else(|| {
            let labels = usable_stages(self.case_type, self.version, self.context.language);
            Rejection::field("to", FieldRule::unknown(to, labels))
        })
    }

    fn stage(&self, to: &str, said: Said<'_>) -> Result<(CaseFact, Personal), Rejection> {
        let stage = self.find_stage(to)?;
        if self.case.live().is_some() && stage.category.is_ended() {
            return Err(Rejection::blocked("import", Blocker::WorkflowLive));
        }
        let reopened = self.case.category.is_ended() && !stage.category.is_ended();
        let (from, to) = (self.case.stage.clone(), stage.id.clone());
        let category = stage.category;
        let mut fields = Fields::default();
        let ending = Ending::as_told(&mut fields, said, Some(self.version), Some(category), self.context);
        let ending = fields.finish(ending)?;
        let resolution = ending.code.clone();
        let fact = CaseFact::StageChanged { from, to, category, reopened, resolution };
        Ok((fact, ending.into_personal()))
    }

    fn moves_into_progress(&self) -> Option<CaseFact> {
        crate::decide::case_holder::taken_into_progress(&self.case, self.version)
    }

    fn note(
        &mut self,
        text: &str,
        visibility: Visibility,
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
        if path.len() >= limits::THREAD_DEPTH {
            let limit = limits::THREAD_DEPTH as u64;
            return Err(Rejection::blocked("import", Blocker::ThreadTooDeep { limit }));
        }
        path.push(self.case.notes.saturating_add(1));
        self.added += 1;
        let note = NoteId(id_within(self.context.fresh, self.added));
        let origin = NoteOrigin::Staff;
        let fact = CaseFact::NoteAdded {
            note,
            parent: parent.map(|(id, _)| *id),
            path: path.clone(),
            visibility,
            origin,
        };
        self.notes.push((note, path));
        Ok((fact, Personal { text: Some(OldNew::new(text)), ..Personal::default() }))
    }
}

fn customer_of(one: &ImportCase, context: &Context<'_>) -> Result<Option<(CustomerId, u64)>, Rejection> {
    let unknown = |field| Rejection::field(field, FieldRule::unknown_id());
    if let Some(id) = one.case.customer {
        return context
            .customer(id)
            .map(|customer| Some((id, customer.revision)))
            .map_err(|_| unknown("customer"));
    }
    let Some(reference) = one.customer_reference.as_deref() else { return Ok(None) };
    let found = customer_with(&customer_claim(reference), context);
    let customer = found.ok_or_else(|| unknown("customer_reference"))??;
    Ok(Some((customer.id, customer.revision)))
}
