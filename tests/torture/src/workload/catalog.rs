//! What a manager configures: case types, workflows, settings.

use casekit::{
    CaseKit, CaseTypeEdit, Error, NewCaseType, NewStage, NewStep, NewTeam, NewWorkflow, SettingsEdit,
    StageCategory, StepKind, StreamId, TeamEdit, WorkflowEdit,
};

use super::{Worker, event, mona, remember, root};
use crate::ack::Ack;

impl Worker {
    pub(super) fn make_type(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        let stages =
            vec![NewStage::new("Open", StageCategory::Open), NewStage::new("Done", StageCategory::Closed)];
        let made = mona(kit).create_case_type(NewCaseType::new(self.name("Type")).with_stages(stages))?;
        remember(&mut self.types, made.id, 20);
        Ok(event(StreamId::CaseType(made.id), made.revision))
    }

    pub(super) fn change_type(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        let Some(id) = self.random.pick(&self.types) else { return Ok(Vec::new()) };
        let changed = match self.random.below(3) {
            0 => mona(kit).deactivate_case_type(id)?,
            1 => mona(kit).activate_case_type(id)?,
            _ => {
                let description = Some(self.name("what it is about"));
                mona(kit).edit_case_type(id, CaseTypeEdit { description, ..CaseTypeEdit::default() })?
            }
        };
        Ok(event(StreamId::CaseType(id), changed.revision))
    }

    pub(super) fn make_workflow(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        let steps = vec![NewStep::new("agreed", "Agreed", StepKind::Approval).by_anyone()];
        let new = NewWorkflow { name: self.name("Flow"), steps, ..NewWorkflow::default() };
        let made = mona(kit).create_workflow(new)?;
        remember(&mut self.workflows, made.id, 20);
        Ok(event(StreamId::Workflow(made.id), 1))
    }

    pub(super) fn change_workflow(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        let Some(id) = self.random.pick(&self.workflows) else { return Ok(Vec::new()) };
        let changed = match self.random.below(3) {
            0 => mona(kit).deactivate_workflow(id)?,
            1 => mona(kit).activate_workflow(id)?,
            _ => {
                let name = Some(self.name("Flow"));
                mona(kit).edit_workflow(id, WorkflowEdit { name, ..WorkflowEdit::default() })?
            }
        };
        Ok(event(StreamId::Workflow(id), changed.revision))
    }

    pub(super) fn teams(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        let known = self.random.pick(&self.teams).filter(|_| self.random.below(2) == 0);
        let Some(id) = known else {
            let made = mona(kit).create_team(NewTeam::new(self.name("Team")))?;
            remember(&mut self.teams, made.id, 20);
            return Ok(event(StreamId::Team(made.id), made.revision));
        };
        let changed = match self.random.below(3) {
            0 => mona(kit).deactivate_team(id)?,
            1 => mona(kit).activate_team(id)?,
            _ => mona(kit).edit_team(id, TeamEdit::new().name(self.name("Team")))?,
        };
        Ok(event(StreamId::Team(id), changed.revision))
    }

    pub(super) fn change_settings(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        let support_email = Some(format!("help{}@example.org", self.random.below(1_000)));
        let changed = root(kit).change_settings(SettingsEdit { support_email, ..SettingsEdit::default() })?;
        Ok(event(StreamId::Settings, changed.revision))
    }
}
