//! What an id is of, if it is not of what was asked for.

use uuid::Uuid;

use super::{Call, Engine};
use crate::model::{CaseId, CaseTypeId, CustomerId, NoteId, Permission, StreamKind, Visibility, WorkflowId};
use crate::rejection::Rejection;
use crate::store::LoadPlan;

impl Engine {
    /// The same refusal. If it says that nothing has an id, and something of another kind has it that the actor may see,
    /// it says of what kind.
    pub(crate) fn with_instead(&self, call: &Call, refused: Rejection) -> Rejection {
        match refused {
            Rejection::NotFound { what, id, instead: None, choices } => {
                let kind = id.parse().ok().and_then(|id| self.kind_of(call, id));
                let instead = kind.filter(|kind| *kind != what).map(str::to_owned);
                Rejection::NotFound { what, id, instead, choices }
            }
            other => other,
        }
    }

    /// The kind of the record with an id; `None` if there is none, if the actor may not see it, or if that cannot be
    /// told now: the refusal is right without it.
    fn kind_of(&self, call: &Call, id: Uuid) -> Option<&'static str> {
        let caller = self.caller(call).ok()?;
        let may = |permission| call.actor.may(permission);
        let (case, customer, note) = (CaseId(id), CustomerId(id), NoteId(id));
        let plan = LoadPlan {
            cases: vec![case],
            customers: vec![customer],
            notes: vec![note],
            ..LoadPlan::default()
        };
        let mut loaded = self.store.load(&plan).ok()?;
        self.narrow(&mut loaded, &caller);
        let opened = |id: CaseId| {
            let found = loaded.cases.iter().find(|one| one.id == id);
            found.is_some_and(|case| self.allow(&call.actor, "read_case", case).is_ok())
        };
        if may(Permission::ReadCases) && opened(case) {
            return Some(StreamKind::Case.word());
        }
        if may(Permission::ReadCustomers) && loaded.customers.iter().any(|one| one.id == customer) {
            return Some(StreamKind::Customer.word());
        }
        let shown = |visibility| visibility == Visibility::Customer || caller.scope.internal_notes;
        let found = loaded.notes.iter().find(|one| one.id == note && shown(one.visibility));
        if may(Permission::ReadNotes) && found.is_some_and(|found| opened(found.case)) {
            return Some("note");
        }
        let (case_type, workflow) = (CaseTypeId(id), WorkflowId(id));
        let in_scope = caller.scope.has_type(case_type);
        if may(Permission::ReadCases) && in_scope && loaded.catalog.case_types.contains_key(&case_type) {
            return Some(StreamKind::CaseType.word());
        }
        let is_workflow = caller.scope.customer.is_none() && loaded.catalog.workflows.contains_key(&workflow);
        (may(Permission::ReadCases) && is_workflow).then(|| StreamKind::Workflow.word())
    }
}
