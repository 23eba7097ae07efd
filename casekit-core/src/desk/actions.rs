//! What the actor can do with a case, a note or a new case, and why not.

use std::borrow::Cow;

use uuid::Uuid;

use super::look::Look;
use super::{AvailableAction, Desk};
use crate::decide::Context;
use crate::decide::action::{Action, ActsOn};
use crate::decide::offered::{Offered, on_case, on_note, one};
use crate::error::Error;
use crate::model::{Case, CaseId, CustomerId, NoteId, Permission, StageId};
use crate::rejection::{Blocker, Rejection};
use crate::store::{LoadPlan, Loaded};

impl Desk {
    /// Lists the actions that exist for a case: what can be done with the case and with each step of its workflow, every
    /// stage and every type to which it could move, and adding a note.
    ///
    /// What the host's authorizer forbids is among the reasons. Actions on one note are listed by
    /// [`note_actions`](Self::note_actions). Needs [`ReadCases`](Permission::ReadCases).
    ///
    /// # Returns
    ///
    /// Each action with every reason why it is not possible. An action without a reason can be done now.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such case, or the actor may not see it.
    ///
    /// # Cost
    ///
    /// Reads the case by an index, and goes through the steps of its workflow, the stages of its type and the other
    /// types. The host's authorizer is asked once for each command, and once for each stage to which one would bring the
    /// case.
    pub fn available_actions(&self, id: CaseId) -> Result<Vec<AvailableAction>, Error> {
        let look = self.look(Permission::ReadCases, "read_case")?;
        let (loaded, case) = look.case(LoadPlan::case(id), "read_case", id)?;
        let mut actions = look.actions(&case, &loaded)?;
        look.name(actions.as_mut_slice())?;
        Ok(actions)
    }

    /// Lists the actions that exist for a note: reply, edit, retract, and change who sees it.
    ///
    /// Needs [`ReadCases`](Permission::ReadCases) and [`ReadNotes`](Permission::ReadNotes).
    ///
    /// # Returns
    ///
    /// Each action with every reason why it is not possible. An action without a reason can be done now.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such note, or the actor may not see it.
    ///
    /// # Cost
    ///
    /// Reads the note and its case by an index. The host's authorizer is asked once for each action.
    pub fn note_actions(&self, note: NoteId) -> Result<Vec<AvailableAction>, Error> {
        let look = self.look(Permission::ReadNotes, "read_thread")?;
        let missing = || self.not_found("note", note);
        let plan = LoadPlan { notes: vec![note], ..LoadPlan::default() };
        let (loaded, case) = match look.case(plan, "read_thread", "") {
            Err(Error::Rejected(Rejection::NotFound { .. })) => return Err(missing().into()),
            opened => opened?,
        };
        let context = look.context(&loaded)?;
        let offered = on_note(context.seen_note(note).map_err(|_| missing())?, &case, &context);
        let mut asking = look.asking(&case);
        let mut actions: Vec<_> = offered.into_iter().map(|one| asking.action(one)).collect();
        look.name(actions.as_mut_slice())?;
        Ok(actions)
    }

    /// Returns every reason why an action on a case is not possible now.
    ///
    /// It is what the command would answer, given valid values: a title that is not blank, a reason where one is needed.
    /// Needs [`ReadCases`](Permission::ReadCases).
    ///
    /// # Arguments
    ///
    /// - `action`: the action to check.
    /// - `target`: what the action is about: the id of a step or a note, the id or label of a stage, the id or name of a
    ///   type. It can be left out if the action is about the case, or about the step that is next.
    ///
    /// # Returns
    ///
    /// Every reason, that of the refusal first; empty if the action is possible.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such case, or the actor may not see it.
    /// - `Invalid`: if the case has no such step, stage or type to move to.
    ///
    /// # Cost
    ///
    /// Reads the case by an index, and the note if the action is about one.
    pub fn blockers(&self, id: CaseId, action: Action, target: Option<&str>) -> Result<Vec<Blocker>, Error> {
        let look = self.look(Permission::ReadCases, "read_case")?;
        let note = target.filter(|_| action.acts_on() == ActsOn::Note);
        let notes = note.and_then(|id| id.trim().parse().ok()).map(NoteId).into_iter().collect();
        let plan = LoadPlan { cases: vec![id], notes, ..LoadPlan::default() };
        let (loaded, case) = look.this_case(plan, id, "read_case")?;
        let case = look.without_steps(&case);
        let offered = one(&case, &look.context(&loaded)?, action, target)?;
        let mut blockers = look.asking(&case).action(offered).blockers;
        look.name(blockers.as_mut_slice())?;
        Ok(blockers)
    }

    /// Returns every reason why the actor cannot raise a case of a type now, for a customer or for none.
    ///
    /// [`validate_case`](Self::validate_case) checks what a form has been filled with; this says whether to offer it.
    ///
    /// # Arguments
    ///
    /// - `case_type`: the name or id of the type.
    /// - `customer`: the customer that the case would concern; `None` for no customer.
    ///
    /// # Returns
    ///
    /// Every reason; empty if a case can be raised.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if there is no such type or customer, or the type is out of use; or if the actor sees teams only, and
    ///   none of them is in use.
    ///
    /// # Cost
    ///
    /// Reads the customer by an index. The host's authorizer is asked once, about the case as it would be.
    pub fn raise_blockers(
        &self,
        case_type: &str,
        customer: Option<CustomerId>,
    ) -> Result<Vec<Blocker>, Error> {
        self.why_not_raise(case_type, customer)
    }
}

impl Look<'_> {
    /// The actor and what was loaded, as the rules take them; for questions that write nothing.
    pub(super) fn context<'b>(&'b self, loaded: &'b Loaded) -> Result<Context<'b>, Error> {
        let desk = self.desk();
        Ok(self.caller.context(&desk.call, desk.engine.now()?, (Uuid::nil(), [0; 16]), loaded))
    }

    /// Every action on a case, with what the host's authorizer forbids.
    pub(super) fn actions(&self, case: &Case, loaded: &Loaded) -> Result<Vec<AvailableAction>, Error> {
        let case = &self.without_steps(case);
        let offered = on_case(case, &self.context(loaded)?)?;
        let mut asking = self.asking(case);
        Ok(offered.into_iter().map(|one| asking.action(one)).collect())
    }

    /// The case as far as its actions are for the actor: the steps are how staff work on it, and a customer is not told of
    /// them, nor of what is in their way.
    fn without_steps<'b>(&self, case: &'b Case) -> Cow<'b, Case> {
        if self.is_for_customer() {
            return Cow::Owned(Case { progress: None, ..case.clone() });
        }
        Cow::Borrowed(case)
    }

    pub(super) fn asking<'b>(&'b self, case: &'b Case) -> Asking<'b> {
        Asking { desk: self.desk(), case, known: Vec::new() }
    }
}

/// Asks the host's authorizer about actions on one case, each question once.
pub(super) struct Asking<'a> {
    desk: &'a Desk,
    case: &'a Case,
    known: Vec<(&'static str, Option<StageId>, bool)>,
}

impl Asking<'_> {
    /// Adds to the reasons of an action what the authorizer forbids, in the order in which a command would be refused: by
    /// a missing permission, by the authorizer, by the rules, and by the authorizer for the stage that it would lead to.
    pub(super) fn action(&mut self, offered: Offered) -> AvailableAction {
        let Offered { action, target, label, mut blockers, to } = offered;
        if self.forbids(action.code(), None) {
            let missing = |one: &&Blocker| matches!(one, Blocker::PermissionMissing { .. });
            let first = blockers.iter().take_while(missing).count();
            blockers.insert(first, Blocker::NotAllowedHere);
        } else if to.is_some_and(|to| self.forbids(action.code(), Some(&to))) {
            blockers.push(Blocker::NotAllowedHere);
        }
        AvailableAction { action, target, label, blockers }
    }

    fn forbids(&mut self, code: &'static str, to: Option<&StageId>) -> bool {
        if let Some((.., known)) = self.known.iter().find(|one| one.0 == code && one.1.as_ref() == to) {
            return *known;
        }
        // An authorizer that fails refuses the command.
        let forbids = self.desk.engine.forbids(&self.desk.call.actor, code, self.case, to).unwrap_or(true);
        self.known.push((code, to.cloned(), forbids));
        forbids
    }
}
