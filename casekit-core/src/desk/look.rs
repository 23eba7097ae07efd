//! One call, one look: what an actor may see is found out once, and every part of an answer comes from that.

use std::sync::Arc;

use super::Desk;
use super::looking::Looking;
use crate::decide::blockers::Who;
use crate::engine::Caller;
use crate::error::Error;
use crate::event::{CaseFact, Fact};
use crate::model::{Access, Case, CaseTypeId, Catalog, Permission, Visibility, limits};
use crate::rejection::Rejection;
use crate::store::{LoadPlan, Loaded, Pending};

/// A read under way: its permission is there, and the host was asked for the scope.
pub(crate) struct Look<'a> {
    desk: &'a Desk,
    pub(super) caller: Caller,
}

impl Desk {
    /// How every read begins: the permission first, then the host's scope, once.
    pub(super) fn look(&self, permission: Permission, action: &str) -> Result<Look<'_>, Error> {
        self.require(permission, action)?;
        Ok(Look { desk: self, caller: self.engine.caller(&self.call)? })
    }

    /// The same for who has one of two permissions.
    pub(super) fn look_with_either(
        &self,
        permissions: (Permission, Permission),
        action: &str,
    ) -> Result<Look<'_>, Error> {
        let first = if self.call.actor.may(permissions.0) { permissions.0 } else { permissions.1 };
        self.look(first, action)
    }

    pub(crate) fn access(&self) -> Access {
        Access {
            customers: self.call.actor.may(Permission::ReadCustomers),
            sensitive: self.call.actor.may(Permission::ReadSensitive),
        }
    }

    /// What a view is made with.
    pub(crate) fn looking<'a>(&'a self, catalog: &'a Catalog) -> Looking<'a> {
        Looking { catalog, access: self.access(), language: self.language() }
    }
}

impl Look<'_> {
    /// The definitions, for a read that loads nothing with which they come. Asked for once a call.
    pub(super) fn catalog(&self) -> Result<Arc<Catalog>, Error> {
        Ok(self.desk.engine.store.catalog()?)
    }

    /// Asks by names that a caller gave: `meant` finds what they mean, `ask` asks by that and leaves the definitions of its
    /// answer. Those that were seen last nearly always stand, so it is one question to the store. Where an answer comes with
    /// others, by which the names mean something else, it is asked again: an answer is to what the names meant at its moment.
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
                // Somebody may have given the name since.
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

    /// Loads a case to be looked into: permission, scope, and the host's last word, which is asked for here and nowhere
    /// else. `reference` is how the caller called it.
    pub(super) fn case(
        &self,
        plan: LoadPlan,
        action: &str,
        reference: impl std::fmt::Display,
    ) -> Result<(Loaded, Case), Error> {
        let engine = &self.desk.engine;
        self.desk.require(Permission::ReadCases, action)?;
        let mut loaded = engine.store.load(&plan)?;
        engine.narrow(&mut loaded, &self.caller);
        // Taken out, not copied: a case can be long.
        let case = self.open(loaded.cases.pop(), action, reference)?;
        Ok((loaded, case))
    }

    /// Opens a case that was read to be looked into: one outside the scope is as if it were not there.
    pub(super) fn open(
        &self,
        case: Option<Case>,
        action: &str,
        reference: impl std::fmt::Display,
    ) -> Result<Case, Rejection> {
        let case = case.filter(|case| self.caller.sees(case));
        let case = case.ok_or_else(|| Rejection::not_found("case", reference))?;
        self.desk.engine.allow(&self.desk.call.actor, action, &case)?;
        Ok(case)
    }

    /// Whether the scope leaves a case type.
    pub(super) fn sees_type(&self, id: CaseTypeId) -> bool {
        self.caller.scope.types.as_ref().is_none_or(|types| types.contains(&id))
    }

    /// Whether the scope leaves internal notes.
    pub(super) fn sees_internal_notes(&self) -> bool {
        self.caller.scope.internal_notes
    }

    /// Whether the scope leaves what is told of a note, by who could see the note when it happened: one that was shown later
    /// does not show its internal past.
    pub(super) fn sees_past(&self, fact: &Fact) -> bool {
        let seen_by = fact.of_case().and_then(CaseFact::note_seen_by);
        self.sees_internal_notes() || seen_by != Some(Visibility::Internal)
    }

    /// Who acts, for the rules of cases and steps.
    pub(super) fn who<'b>(&'b self, catalog: &'b Catalog) -> Who<'b> {
        Who {
            actor: &self.desk.call.actor,
            by: &self.caller.by,
            on_behalf_of: self.caller.on_behalf_of.as_ref(),
            catalog,
            language: self.desk.language(),
        }
    }

    /// What is pending for who acts.
    pub(super) fn pending(&self) -> Pending {
        let mine = Permission::ALL.iter().filter(|permission| self.desk.call.actor.may(**permission));
        Pending { by: self.caller.by.clone(), bits: mine.fold(0, |bits, permission| bits | permission.bit()) }
    }
}
