//! What the people of an answer are called. Names are joined once the answer is known, by one question to the store.

use std::collections::{BTreeMap, BTreeSet};

use super::look::Look;
use super::{
    ApprovalView, CaseCountRow, CaseSummary, CaseView, Desk, FoundCase, NoteRevision, ReleaseView,
    RequestSummary, SearchHit, SendingView, StepView, ThreadNote,
};
use crate::error::Error;
use crate::history::Names;
use crate::model::{ActorId, Permission};
use crate::store::PeopleQuery;

/// A record that shows people by their actor ids, with room for the name of each.
pub(super) trait ShowsPeople {
    /// Hands over each actor id with the place of its name.
    fn people(&mut self, each: &mut dyn FnMut(&str, &mut Option<String>));
}

impl Look<'_> {
    /// Fills in the names of everybody whom these records show.
    pub(super) fn name(&self, shown: &mut (impl ShowsPeople + ?Sized)) -> Result<(), Error> {
        let mut ids = BTreeSet::new();
        shown.people(&mut |id, _| {
            if !ids.contains(id) {
                ids.insert(id.to_owned());
            }
        });
        let names = self.names(ids)?;
        shown.people(&mut |id, name| *name = names.of(id));
        Ok(())
    }

    /// The names of the people with these actor ids, as far as the actor may be told them.
    ///
    /// Whoever does not see internal notes is a customer, or somebody for them. They are told the names of staff only if
    /// the organisation wants that; their own name they know. In the scope of one customer, texts say that it was staff.
    pub(super) fn names(&self, mut ids: BTreeSet<String>) -> Result<Names, Error> {
        let desk = self.desk();
        if self.sees_internal_notes() || self.catalog()?.names_staff() {
            return desk.names_of(ids.iter().map(String::as_str));
        }
        ids.retain(|id| id == self.caller.by.as_str());
        let own = desk.names_of(ids.iter().map(String::as_str))?;
        let staff = self.is_for_customer().then(|| desk.language().word("person.staff").into_owned());
        Ok(own.with_others(self.caller.by.as_str(), staff))
    }
}

impl Desk {
    /// The names that the directory has of these people.
    pub(super) fn names_of<'a>(&self, ids: impl Iterator<Item = &'a str>) -> Result<Names, Error> {
        // An id that breaks a rule is nobody's.
        let ids: Vec<ActorId> = ids.filter_map(|id| ActorId::parse("id", id).ok()).collect();
        if ids.is_empty() {
            return Ok(Names::default());
        }
        let rows = self.engine.store.people(&PeopleQuery::Those(ids))?;
        Ok(rows.into_iter().map(|row| (row.actor, row.name, row.shared)).collect())
    }

    /// How papers call these people, by their actor ids: by name; by the id where the directory has no name, and by both
    /// where two people in it have the same name.
    ///
    /// Needs [`ReadCases`](Permission::ReadCases).
    ///
    /// # Cost
    ///
    /// Looks each of them up by an index.
    pub fn people_on_paper(
        &self,
        ids: impl IntoIterator<Item = String>,
    ) -> Result<BTreeMap<String, String>, Error> {
        let look = self.look(Permission::ReadCases, "read_case")?;
        let ids: BTreeSet<String> = ids.into_iter().collect();
        let names = look.names(ids.clone())?;
        Ok(ids.into_iter().map(|id| (id.clone(), names.said(&id).into_owned())).collect())
    }
}

impl<T: ShowsPeople> ShowsPeople for [T] {
    fn people(&mut self, each: &mut dyn FnMut(&str, &mut Option<String>)) {
        self.iter_mut().for_each(|one| one.people(each));
    }
}

impl ShowsPeople for CaseSummary {
    fn people(&mut self, each: &mut dyn FnMut(&str, &mut Option<String>)) {
        optional(self.holder.as_deref(), &mut self.holder_name, each);
    }
}

impl ShowsPeople for SearchHit {
    fn people(&mut self, each: &mut dyn FnMut(&str, &mut Option<String>)) {
        self.case.people(each);
    }
}

impl ShowsPeople for CaseCountRow {
    fn people(&mut self, each: &mut dyn FnMut(&str, &mut Option<String>)) {
        optional(self.holder.as_deref(), &mut self.holder_name, each);
    }
}

impl ShowsPeople for CaseView {
    fn people(&mut self, each: &mut dyn FnMut(&str, &mut Option<String>)) {
        each(&self.raised_by, &mut self.raised_by_name);
        if let Some(holder) = &mut self.holder {
            each(&holder.by, &mut holder.name);
        }
    }
}

impl ShowsPeople for FoundCase {
    fn people(&mut self, each: &mut dyn FnMut(&str, &mut Option<String>)) {
        self.case.people(each);
    }
}

impl ShowsPeople for RequestSummary {
    fn people(&mut self, each: &mut dyn FnMut(&str, &mut Option<String>)) {
        self.case.people(each);
        self.steps.people(each);
        self.release.iter_mut().for_each(|release| release.people(each));
        self.last_notes.people(each);
    }
}

impl ShowsPeople for StepView {
    fn people(&mut self, each: &mut dyn FnMut(&str, &mut Option<String>)) {
        self.approvals.people(each);
    }
}

impl ShowsPeople for ApprovalView {
    fn people(&mut self, each: &mut dyn FnMut(&str, &mut Option<String>)) {
        each(&self.by, &mut self.by_name);
    }
}

impl ShowsPeople for ReleaseView {
    fn people(&mut self, each: &mut dyn FnMut(&str, &mut Option<String>)) {
        each(&self.by, &mut self.by_name);
        self.sendings.people(each);
    }
}

impl ShowsPeople for SendingView {
    fn people(&mut self, each: &mut dyn FnMut(&str, &mut Option<String>)) {
        each(&self.by, &mut self.by_name);
    }
}

impl ShowsPeople for ThreadNote {
    fn people(&mut self, each: &mut dyn FnMut(&str, &mut Option<String>)) {
        each(&self.author, &mut self.author_name);
    }
}

impl ShowsPeople for NoteRevision {
    fn people(&mut self, each: &mut dyn FnMut(&str, &mut Option<String>)) {
        each(&self.by, &mut self.by_name);
    }
}

fn optional(id: Option<&str>, name: &mut Option<String>, each: &mut dyn FnMut(&str, &mut Option<String>)) {
    if let Some(id) = id {
        each(id, name);
    }
}
