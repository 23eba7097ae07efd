//! What the actor can do at the desk besides the actions on one case, and why not: what menus and buttons show.
//!
//! No rule is written here: reads answer by their [admissions](super::admission), and commands by deciding what a form would ask for.

use uuid::Uuid;

use super::admission::{self, Admission};
use super::{AvailableDeskAction, Desk, DeskAction};
use crate::command::{
    CaseTypeEdit, CustomerEdit, NewBankAccount, NewCase, NewCaseType, NewCustomer, NewNextOfKin, NewTeam,
    NewWorkflow, PersonName, SettingsEdit,
};
use crate::decide::offered::as_blockers;
use crate::decide::{
    AddBankAccount, AddNextOfKin, BeginExport, ChangeSettings, Command, Context, CreateCaseType,
    CreateCustomer, CreateTeam, CreateWorkflow, EditCaseType, NamePeople, RaiseCase, RecordImport,
    SetCaseTypeActive, UpdateCustomer,
};
use crate::engine::Caller;
use crate::error::Error;
use crate::model::{CaseTypeId, CustomerId};
use crate::rejection::{Blocker, Rejection};
use crate::store::{LoadPlan, Loaded};

/// A name that is valid wherever one is needed. Nothing gets it: what is decided with it is not written.
const SOME_NAME: &str = "?";

impl Desk {
    /// Lists what can be done at the desk: which parts of it the actor may open, and what they may make new.
    ///
    /// It answers whether a menu should have an entry, as the reads and the commands themselves would: by the actor's
    /// permissions, by what the host's authorizer leaves of them, and by limits that are reached. Needs no permission.
    ///
    /// # Returns
    ///
    /// Each action with every reason why it is not possible. An action without a reason can be done now.
    ///
    /// # Cost
    ///
    /// Reads no cases: the definitions are in memory. The host's authorizer is asked about a case as it would be raised, type
    /// by type until one is allowed.
    pub fn desk_actions(&self) -> Result<Vec<AvailableDeskAction>, Error> {
        let asked = Inquiry::of(self, self.engine.caller(&self.call)?, LoadPlan::default())?;
        let export = |format: &str| BeginExport { what: "overview".to_owned(), format: format.to_owned() };
        Ok(vec![
            asked.one(DeskAction::ReadCases, &admission::CASES),
            asked.one(DeskAction::ReadStatistics, &admission::STATISTICS),
            asked.one(DeskAction::ReadCustomers, &admission::CUSTOMERS),
            asked.one(DeskAction::ReadFailures, &admission::FAILURES),
            asked.one(DeskAction::ReadCaseTypes, &admission::CASE_TYPES),
            asked.one(DeskAction::ReadWorkflows, &admission::WORKFLOWS),
            asked.one(DeskAction::ReadTeams, &admission::TEAMS),
            asked.one(DeskAction::ReadPeople, &admission::PEOPLE),
            asked.one(DeskAction::ReadSettings, &admission::SETTINGS),
            asked.all_of(DeskAction::RetryFailures, &[&admission::RETRY, &admission::FAILURES]),
            asked.one(DeskAction::Verify, &admission::VERIFY),
            asked.raise(None)?,
            asked.command(DeskAction::CreateCustomer, &CreateCustomer(NewCustomer::named(SOME_NAME)))?,
            asked.command(DeskAction::CreateCaseType, &CreateCaseType(NewCaseType::new(SOME_NAME)))?,
            asked.command(DeskAction::CreateWorkflow, &CreateWorkflow(NewWorkflow::named(SOME_NAME)))?,
            asked.command(DeskAction::CreateTeam, &CreateTeam(NewTeam::new(SOME_NAME)))?,
            asked
                .command(DeskAction::NamePeople, &NamePeople(vec![PersonName::new(SOME_NAME, SOME_NAME)]))?,
            asked.command(DeskAction::ChangeSettings, &ChangeSettings(SettingsEdit::new()))?,
            asked.command(DeskAction::Import, &RecordImport { items: 1, refused: 0, events: 0 })?,
            asked.command(DeskAction::Export, &export("csv"))?,
            asked.command(DeskAction::Print, &export("pdf"))?,
        ])
    }

    /// Lists what can be done with a customer: change the profile, add to it, raise a case for them, read the history.
    ///
    /// What changes a bank account or somebody next of kin, or removes it, is possible where the profile can be changed.
    /// Needs [`ReadCustomers`](crate::model::Permission::ReadCustomers).
    ///
    /// # Returns
    ///
    /// Each action with every reason why it is not possible. An action without a reason can be done now.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such customer, or the actor may not see them.
    ///
    /// # Cost
    ///
    /// Reads the customer by an index, with the whole profile. The host's authorizer is asked about a case as it would be
    /// raised, type by type until one is allowed.
    pub fn customer_actions(&self, id: CustomerId) -> Result<Vec<AvailableDeskAction>, Error> {
        let look = self.enter(&admission::CUSTOMERS, "read_customer")?;
        if !look.sees_customer(id) {
            return Err(self.not_found("customer", id).into());
        }
        let plan = LoadPlan { customers: vec![id], ..LoadPlan::default() };
        let asked = Inquiry::of(self, look.caller, plan)?;
        if !asked.loaded.customers.iter().any(|customer| customer.id == id) {
            return Err(self.not_found("customer", id).into());
        }
        let account = NewBankAccount::numbered(SOME_NAME);
        let kin = NewNextOfKin::named(SOME_NAME);
        let update = UpdateCustomer { customer: id, edit: CustomerEdit::new() };
        Ok(vec![
            asked.command(DeskAction::UpdateCustomer, &update)?,
            asked.command(DeskAction::AddBankAccount, &AddBankAccount { customer: id, new: account })?,
            asked.command(DeskAction::AddNextOfKin, &AddNextOfKin { customer: id, new: kin })?,
            asked.raise(Some(id))?,
            asked.all_of(DeskAction::ReadHistory, &[&admission::HISTORY, &admission::CUSTOMERS]),
        ])
    }

    /// Lists what can be done with a case type: change it, put it to use or take it out of use, bring its cases to the newest
    /// version, and raise a case of it.
    ///
    /// Needs what [`case_type`](Self::case_type) needs.
    ///
    /// # Returns
    ///
    /// Each action with every reason why it is not possible. An action without a reason can be done now. Of `ActivateCaseType`
    /// and `DeactivateCaseType` there is the one that changes something; `RaiseCase` is there for a type in use.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such type, or the actor may not see it.
    ///
    /// # Cost
    ///
    /// Reads no cases: the definitions are in memory. The host's authorizer is asked about a case as it would be raised.
    pub fn case_type_actions(&self, id: CaseTypeId) -> Result<Vec<AvailableDeskAction>, Error> {
        let look = self.enter(&admission::CASE_TYPES, "read_case_type")?;
        let asked = Inquiry::of(self, look.caller, LoadPlan::default())?;
        let found = asked.loaded.catalog.case_types.get(&id);
        let found = found.filter(|found| asked.caller.scope.has_type(found.id));
        let found = found.ok_or_else(|| self.not_found("case type", id))?;
        let edit = EditCaseType { case_type: id, edit: CaseTypeEdit::new() };
        let switch = SetCaseTypeActive { case_type: id, active: !found.active };
        let switched =
            if found.active { DeskAction::DeactivateCaseType } else { DeskAction::ActivateCaseType };
        let mut actions = vec![
            asked.command(DeskAction::EditCaseType, &edit)?,
            asked.command(switched, &switch)?,
            asked.all_of(DeskAction::MigrateCaseType, &[&admission::MIGRATION, &admission::EDITED_CASES]),
        ];
        if found.active {
            let blockers = asked.raising(&id.to_string(), None)?;
            actions.push(AvailableDeskAction { action: DeskAction::RaiseCase, blockers });
        }
        Ok(actions)
    }

    /// Every reason why the actor cannot raise a case of a type.
    pub(super) fn why_not_raise(
        &self,
        case_type: &str,
        customer: Option<CustomerId>,
    ) -> Result<Vec<Blocker>, Error> {
        let plan = LoadPlan { customers: customer.into_iter().collect(), ..LoadPlan::default() };
        Inquiry::of(self, self.engine.caller(&self.call)?, plan)?.raising(case_type, customer)
    }
}

/// What somebody could do, asked of one moment.
struct Inquiry<'a> {
    desk: &'a Desk,
    caller: Caller,
    loaded: Loaded,
    /// The same, where a form may be left empty: what it is to be filled with is no reason not to offer it.
    unfilled: Loaded,
}

impl<'a> Inquiry<'a> {
    fn of(desk: &'a Desk, caller: Caller, mut plan: LoadPlan) -> Result<Self, Error> {
        // A case that is raised in the scope of one customer is theirs.
        plan.customers.extend(caller.scope.customer);
        let mut loaded = desk.engine.store.load(&plan)?;
        desk.engine.narrow(&mut loaded, &caller);
        let unfilled = Loaded { catalog: loaded.catalog.with_nothing_required(), ..loaded.clone() };
        Ok(Self { desk, caller, loaded, unfilled })
    }

    fn context<'b>(&'b self, loaded: &'b Loaded) -> Result<Context<'b>, Rejection> {
        let now = self.desk.engine.now()?;
        Ok(self.caller.context(&self.desk.call, now, (Uuid::nil(), [0; 16]), loaded))
    }

    fn one(&self, action: DeskAction, admission: &Admission) -> AvailableDeskAction {
        self.all_of(action, &[admission])
    }

    fn all_of(&self, action: DeskAction, admissions: &[&Admission]) -> AvailableDeskAction {
        let mut blockers = Vec::new();
        for admission in admissions {
            let found = admission.blockers(&self.desk.call.actor, &self.caller.scope);
            blockers.extend(found.into_iter().filter(|one| !blockers.contains(one)).collect::<Vec<_>>());
        }
        AvailableDeskAction { action, blockers }
    }

    /// What a command would answer to values that are right.
    fn command(&self, action: DeskAction, command: &impl Command) -> Result<AvailableDeskAction, Error> {
        let blockers = match command.decide(&self.context(&self.loaded)?) {
            // What is wrong with the values is for the form to say.
            Ok(_) | Err(Rejection::Invalid { .. }) => Vec::new(),
            Err(refused) => as_blockers(refused)?,
        };
        Ok(AvailableDeskAction { action, blockers })
    }

    /// Whether a case of any type can be raised; if not, why not of the first.
    fn raise(&self, customer: Option<CustomerId>) -> Result<AvailableDeskAction, Error> {
        let action = DeskAction::RaiseCase;
        let scope = &self.caller.scope;
        let types =
            self.loaded.catalog.case_types.values().filter(|one| one.active && scope.has_type(one.id));
        let mut first = None;
        for case_type in types {
            let blockers = match self.raising(&case_type.id.to_string(), customer) {
                // Somebody who sees teams only, none of them in use, raises nothing.
                Err(Error::Rejected(Rejection::Invalid { .. })) => vec![Blocker::NotAllowedHere],
                found => found?,
            };
            let is_for_all = blockers.iter().any(|one| matches!(one, Blocker::PermissionMissing { .. }));
            if blockers.is_empty() || is_for_all {
                return Ok(AvailableDeskAction { action, blockers });
            }
            first.get_or_insert(blockers);
        }
        Ok(AvailableDeskAction { action, blockers: first.unwrap_or_else(|| vec![Blocker::NotAllowedHere]) })
    }

    /// Every reason why a case of one type cannot be raised.
    fn raising(&self, case_type: &str, customer: Option<CustomerId>) -> Result<Vec<Blocker>, Error> {
        let engine = &self.desk.engine;
        let mut command = RaiseCase(NewCase { customer, ..NewCase::new(case_type, SOME_NAME) });
        // Whoever sees several teams chooses one in the form, like the title.
        let seen = self.caller.scope.teams.iter().flatten();
        let mut in_use = seen.filter(|id| self.loaded.catalog.teams.get(id).is_some_and(|team| team.active));
        command.0.team = in_use.next().map(ToString::to_string);
        let context = self.context(&self.unfilled)?;
        let decided = command
            .decide(&context)
            .and_then(|decision| engine.allow_moves(&self.desk.call.actor, command.action(), &decision));
        Ok(decided.map_or_else(as_blockers, |()| Ok(Vec::new()))?)
    }
}
