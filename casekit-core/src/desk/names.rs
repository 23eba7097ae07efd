//! What the people of an answer are called. Names are joined once the answer is known, by one question to the store.

use std::collections::{BTreeMap, BTreeSet};

use super::look::Look;
use super::{
    ApprovalView, AvailableAction, CaseCountRow, CaseSummary, CaseView, Desk, FieldView, FoundCase,
    NoteRevision, ReleaseView, RequestSummary, SearchHit, SendingView, SnapshotView, StepView, ThreadNote,
};
use crate::command::GivenValue;
use crate::error::Error;
use crate::history::Names;
use crate::model::{FieldKind, Permission};
use crate::rejection::Blocker;

/// A record that shows people by their actor ids, with room for the name of each.
pub(super) trait ShowsPeople {
    /// Hands over each actor id with the place of its name.
    fn people(&mut self, each: &mut dyn FnMut(&str, &mut Option<String>));

    /// The same for the reasons in it, which are texts: there a name that two people have stands with the id.
    fn reasons(&mut self, _each: &mut dyn FnMut(&str, &mut Option<String>)) {}
}

impl Look<'_> {
    /// Fills in the names of everybody whom these records show.
    pub(super) fn name(&self, shown: &mut (impl ShowsPeople + ?Sized)) -> Result<(), Error> {
        let mut ids = BTreeSet::new();
        let mut known = |id: &str, _: &mut Option<String>| {
            if !ids.contains(id) {
                ids.insert(id.to_owned());
            }
        };
        shown.people(&mut known);
        shown.reasons(&mut known);
        let names = self.names(ids)?;
        shown.people(&mut |id, name| *name = names.of(id));
        shown.reasons(&mut |id, name| *name = names.called(id));
        Ok(())
    }

    /// The names of the people with these actor ids, as far as the actor may be told them.
    pub(super) fn names(&self, ids: BTreeSet<String>) -> Result<Names, Error> {
        Ok(self.desk().engine.names_for(&self.desk().call, &self.caller, ids)?)
    }
}

impl Desk {
    /// The names that the directory has of these people.
    pub(super) fn names_of<'a>(&self, ids: impl Iterator<Item = &'a str>) -> Result<Names, Error> {
        Ok(self.engine.names_of(ids)?)
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

    fn reasons(&mut self, each: &mut dyn FnMut(&str, &mut Option<String>)) {
        self.iter_mut().for_each(|one| one.reasons(each));
    }
}

impl ShowsPeople for Blocker {
    fn people(&mut self, _each: &mut dyn FnMut(&str, &mut Option<String>)) {}

    fn reasons(&mut self, each: &mut dyn FnMut(&str, &mut Option<String>)) {
        if let Some((id, name)) = self.person() {
            each(id, name);
        }
    }
}

impl ShowsPeople for AvailableAction {
    fn people(&mut self, _each: &mut dyn FnMut(&str, &mut Option<String>)) {}

    fn reasons(&mut self, each: &mut dyn FnMut(&str, &mut Option<String>)) {
        self.blockers.reasons(each);
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
        if let Some(resolution) = &mut self.resolution {
            each(&resolution.by, &mut resolution.by_name);
        }
        self.fields.people(each);
    }
}

impl ShowsPeople for FieldView {
    fn people(&mut self, each: &mut dyn FnMut(&str, &mut Option<String>)) {
        if let (FieldKind::Person, Some(GivenValue::Text(id))) = (self.kind, &self.value) {
            let mut name = None;
            each(id, &mut name);
            self.text = name.or(self.text.take());
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
        self.snapshot.iter_mut().for_each(|snapshot| snapshot.people(each));
        self.release.iter_mut().for_each(|release| release.people(each));
        self.last_notes.people(each);
    }

    fn reasons(&mut self, each: &mut dyn FnMut(&str, &mut Option<String>)) {
        self.actions.reasons(each);
        self.steps.reasons(each);
    }
}

impl ShowsPeople for StepView {
    fn people(&mut self, each: &mut dyn FnMut(&str, &mut Option<String>)) {
        self.approvals.people(each);
    }

    fn reasons(&mut self, each: &mut dyn FnMut(&str, &mut Option<String>)) {
        self.actions.reasons(each);
    }
}

impl ShowsPeople for ApprovalView {
    fn people(&mut self, each: &mut dyn FnMut(&str, &mut Option<String>)) {
        each(&self.by, &mut self.by_name);
    }
}

impl ShowsPeople for SnapshotView {
    fn people(&mut self, each: &mut dyn FnMut(&str, &mut Option<String>)) {
        self.sources.iter_mut().for_each(|one| optional(one.by.as_deref(), &mut one.by_name, each));
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
