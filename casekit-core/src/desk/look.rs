//! What an actor may see, determined once for each call, so that every part of an answer agrees.

use std::sync::Arc;

use super::Desk;
use super::looking::{Looking, Present};
use crate::engine::Caller;
use crate::error::Error;
use crate::event::{CaseFact, Event, Fact};
use crate::model::{Access, Case, CaseId, CaseTypeId, Catalog, CustomerId, Permission, Visibility, limits};
use crate::rejection::Rejection;
use crate::store::{LoadPlan, Loaded, Pending};

/// A read whose permission was checked, with the caller's scope as the host's authorizer gave it.
pub(crate) struct Look<'a> {
    desk: &'a Desk,
    pub(super) caller: Caller,
    present: Present<'a>,
}

impl Desk {
    /// Begins a read: checks the permission, then asks the host's authorizer for the scope, once.
    pub(super) fn look(&self, permission: Permission, action: &str) -> Result<Look<'_>, Error> {
        self.require(permission, action)?;
        self.look_as_permitted()
    }

    /// Begins a read whose permission was checked: asks the host's authorizer for the scope, once.
    pub(super) fn look_as_permitted(&self) -> Result<Look<'_>, Error> {
        Ok(Look { desk: self, caller: self.engine.caller(&self.call)?, present: Present::of(&self.engine) })
    }

    pub(crate) fn access(&self) -> Access {
        Access {
            customers: self.call.actor.may(Permission::ReadCustomers),
            sensitive: self.call.actor.may(Permission::ReadSensitive),
        }
    }
}

impl Look<'_> {
    /// The desk of the read.
    pub(super) fn desk(&self) -> &Desk {
        self.desk
    }

    /// The inputs for rendering a view.
    pub(super) fn looking<'b>(&'b self, catalog: &'b Catalog) -> Looking<'b> {
        let (access, language) = (self.desk.access(), self.desk.language());
        Looking { catalog, access, for_customer: self.is_for_customer(), language, present: &self.present }
    }

    /// The present, the same for every part of the answer.
    pub(super) fn present(&self) -> &Present<'_> {
        &self.present
    }

    /// Whether the scope is that of one customer, who is shown what is for customers.
    pub(super) fn is_for_customer(&self) -> bool {
        self.caller.scope.customer.is_some()
    }

    /// The same read, refused where the scope is that of one customer: it is about the office.
    pub(super) fn of_the_office(self, action: &str) -> Result<Self, Rejection> {
        match self.is_for_customer() {
            false => Ok(self),
            true => Err(Rejection::NotAllowedHere { action: action.to_owned() }),
        }
    }

    /// Whether a customer is within the scope.
    pub(super) fn sees_customer(&self, id: CustomerId) -> bool {
        self.caller.scope.has_customer(id)
    }

    /// The catalog, for a read that loads nothing else which would bring it. Called once for each call of a desk.
    pub(super) fn catalog(&self) -> Result<Arc<Catalog>, Error> {
        Ok(self.desk.engine.store.catalog()?)
    }

    /// Runs a query whose conditions come from names that a caller gave. `meant` resolves the names with a catalog;
    /// `ask` runs the query, and returns the catalog that its answer was read with.
    ///
    /// The names are first resolved with the catalog that was seen last. It is nearly always current, so one query to
    /// the store is enough. If the answer comes with another catalog, in which the names mean something else, the query
    /// is run again: an answer must be for what the names meant when it was read.
    pub(super) fn ask<Q: PartialEq, T>(
        &self,
        meant: impl Fn(&Catalog) -> Result<Q, Error>,
        mut ask: impl FnMut(&Q, &mut Arc<Catalog>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let engine = &self.desk.engine;
        let mut catalog = engine.seen();
        for _ in 0..limits::DECISIONS {
            let seen = Arc::clone(&catalog);
            let question = match meant(&seen) {
                Ok(question) => question,
                // Somebody may have added the name since the catalog was seen.
                Err(unknown) => {
                    catalog = engine.store.catalog()?;
                    engine.saw(&catalog);
                    if catalog == seen {
                        return Err(unknown);
                    }
                    continue;
                }
            };
            let answer = ask(&question, &mut catalog)?;
            if Arc::ptr_eq(&catalog, &seen) {
                return Ok(answer);
            }
            engine.saw(&catalog);
            if meant(&catalog).is_ok_and(|now| now == question) {
                return Ok(answer);
            }
        }
        Err(Rejection::Contended { attempts: limits::DECISIONS }.into())
    }

    /// Loads a case in order to show it: checks the permission and the scope, and asks the host's authorizer about this
    /// case. Among reads, only this and `history` ask that, both through `open`. `reference` is what the caller gave to
    /// find the case.
    pub(super) fn case(
        &self,
        plan: LoadPlan,
        action: &str,
        reference: impl std::fmt::Display,
    ) -> Result<(Loaded, Case), Error> {
        let mut loaded = self.loaded(&plan, action)?;
        // Moved out rather than copied, because a case can be large.
        let case = self.open(loaded.cases.pop(), action, reference)?;
        Ok((loaded, case))
    }

    /// The same for the case with this id, where the plan may bring others too.
    pub(super) fn this_case(
        &self,
        plan: LoadPlan,
        id: CaseId,
        action: &str,
    ) -> Result<(Loaded, Case), Error> {
        let mut loaded = self.loaded(&plan, action)?;
        let place = loaded.cases.iter().position(|case| case.id == id);
        let case = self.open(place.map(|place| loaded.cases.swap_remove(place)), action, id)?;
        Ok((loaded, case))
    }

    fn loaded(&self, plan: &LoadPlan, action: &str) -> Result<Loaded, Error> {
        let engine = &self.desk.engine;
        self.desk.require(Permission::ReadCases, action)?;
        let mut loaded = engine.store.load(plan)?;
        engine.narrow(&mut loaded, &self.caller);
        Ok(loaded)
    }

    /// Checks that the actor may look into a case that was read. A case outside the scope is reported as not found,
    /// like one that does not exist.
    pub(super) fn open(
        &self,
        case: Option<Case>,
        action: &str,
        reference: impl std::fmt::Display,
    ) -> Result<Case, Rejection> {
        let case = case.filter(|case| self.caller.sees(case));
        let case = case.ok_or_else(|| self.desk.not_found("case", reference))?;
        let ask = || self.desk.engine.allow(&self.desk.call.actor, action, &case);
        match &self.desk.call.said {
            Some(said) => said.opens(case.id, ask)?,
            None => ask()?,
        }
        Ok(case)
    }

    /// Whether the actor may look into a case: it is within the scope, and the host's authorizer does not forbid it. An
    /// authorizer that fails refuses the call.
    pub(super) fn may_open(&self, case: &Case, action: &str) -> Result<bool, Rejection> {
        Ok(self.caller.sees(case) && !self.desk.engine.forbids(&self.desk.call.actor, action, case, None)?)
    }

    /// Whether a case type is within the scope.
    pub(super) fn sees_type(&self, id: CaseTypeId) -> bool {
        self.caller.scope.has_type(id)
    }

    /// Whether internal notes are within the scope.
    pub(super) fn sees_internal_notes(&self) -> bool {
        self.caller.scope.internal_notes
    }

    /// Whether the actor may read notes at all.
    pub(super) fn may_read_notes(&self) -> bool {
        self.desk.call.actor.may(Permission::ReadNotes)
    }

    /// The number of notes that a case ever had; `None` for an actor who may not see all of them, and so not how many
    /// there are.
    pub(super) fn number_of_notes(&self, case: &Case) -> Option<u32> {
        let all = self.may_read_notes() && self.sees_internal_notes();
        all.then_some(case.notes)
    }

    /// Whether an event about a note is within the scope. What counts is who could see the note when the event
    /// happened: showing a note to the customer later does not reveal its internal past.
    pub(super) fn sees_past(&self, fact: &Fact) -> bool {
        let seen_by = fact.of_case().and_then(CaseFact::note_seen_by);
        self.sees_internal_notes() || seen_by != Some(Visibility::Internal)
    }

    /// Takes out of an event what is not for the actor, unless they did it themselves.
    ///
    /// What a note said is for whoever may read every text: others read the newest, in the thread. Nobody edits another's note,
    /// so who did it is the author. A customer is not told the reasons that staff give each other.
    pub(super) fn take_out_unread(&self, event: &mut Event) {
        if event.header.actor == self.caller.by {
            return;
        }
        if event.fact.note().is_some() && !self.may_read_every_text() {
            event.personal.text = None;
        }
        if self.is_for_customer() {
            event.personal.reason = None;
        }
    }

    /// Whether the actor is told of this event, as far as it depends on nothing else that is known of its stream.
    pub(super) fn is_told(&self, fact: &Fact) -> bool {
        match fact {
            Fact::Case(_, fact) => !self.is_for_customer() || fact.is_for_customers(),
            Fact::Settings(_) | Fact::Workflow(..) | Fact::Ledger(_) => !self.is_for_customer(),
            Fact::Person(..) | Fact::Team(..) | Fact::Tag(..) => !self.is_for_customer(),
            Fact::CaseType(..) | Fact::Customer(..) => true,
        }
    }

    /// Whether the actor may read what others' notes said before they were edited or retracted.
    pub(super) fn may_read_every_text(&self) -> bool {
        self.desk.call.actor.may(Permission::ReadHistory)
    }

    /// The condition for cases that are pending for the actor.
    pub(super) fn pending(&self) -> Pending {
        let mine = Permission::ALL.iter().filter(|permission| self.desk.call.actor.may(**permission));
        Pending {
            by: self.caller.by.clone(),
            on_behalf_of: self.caller.on_behalf_of.clone(),
            bits: mine.fold(0, |bits, permission| bits | permission.bit()),
        }
    }
}
