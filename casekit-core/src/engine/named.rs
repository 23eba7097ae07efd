//! What people are called, as far as somebody may be told.

use std::collections::BTreeSet;

use super::{Call, Caller, Engine};
use crate::history::Names;
use crate::model::ActorId;
use crate::rejection::Rejection;
use crate::store::{PeopleQuery, StoreError};

impl Engine {
    /// The names that the directory has of these people.
    pub(crate) fn names_of<'a>(&self, ids: impl Iterator<Item = &'a str>) -> Result<Names, StoreError> {
        // An id that breaks a rule is nobody's.
        let ids: Vec<ActorId> = ids.filter_map(|id| ActorId::parse("id", id).ok()).collect();
        if ids.is_empty() {
            return Ok(Names::default());
        }
        let rows = self.store.people(&PeopleQuery::Those(ids))?;
        Ok(rows.into_iter().map(|row| (row.actor, row.name, row.shared)).collect())
    }

    /// The names of these people, as far as the caller may be told them.
    ///
    /// Whoever does not see internal notes is a customer, or somebody for them. They are told the names of staff only if
    /// the organisation wants that; their own name they know. In the scope of one customer, texts say that it was staff.
    pub(crate) fn names_for(
        &self,
        call: &Call,
        caller: &Caller,
        mut ids: BTreeSet<String>,
    ) -> Result<Names, StoreError> {
        if caller.scope.internal_notes || self.store.catalog()?.names_staff() {
            return self.names_of(ids.iter().map(String::as_str));
        }
        ids.retain(|id| id == caller.by.as_str());
        let own = self.names_of(ids.iter().map(String::as_str))?;
        let staff = caller.scope.customer.map(|_| call.language.word("person.staff").into_owned());
        Ok(own.with_others(caller.by.as_str(), staff))
    }

    /// The same refusal, with the names of the people whom it is about. Where they cannot be told now it stays as it is:
    /// it is right without them.
    pub(super) fn with_names(&self, call: &Call, mut refused: Rejection) -> Rejection {
        let ids: BTreeSet<String> = refused.people().iter().map(|(id, _)| (*id).to_owned()).collect();
        if ids.is_empty() {
            return refused;
        }
        let told = self.caller(call).ok().and_then(|caller| self.names_for(call, &caller, ids).ok());
        if let Some(names) = told {
            for (id, name) in refused.people() {
                *name = names.called(id);
            }
        }
        refused
    }
}
