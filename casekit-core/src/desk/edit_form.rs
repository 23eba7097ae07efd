//! What a form for editing a case shows, in one call.

mod own;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::actions::Asking;
use super::looking::Looking;
use super::{AvailableAction, Desk};
use crate::decide::Context;
use crate::decide::action::Action;
use crate::decide::blockers::text_asked_for;
use crate::decide::offered::{at_case, in_type, to_newest, to_stage, types_besides};
use crate::decide::resolution::is_offered;
use crate::decide::team::shows_teams;
use crate::error::Error;
use crate::model::{
    Case, CaseId, CaseType, CaseTypeId, CaseTypeVersion, MaterialField, Permission, Resolution, ResolvedBy,
    Stage, StageCategory, Team, TeamId, limits,
};
use crate::rejection::{Blocker, Rejection};
use crate::store::LoadPlan;
use crate::text::fold_name;
use own::edit_fields;

/// What a form for editing a case shows: its fields, the stages to which it can move, and the types.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct EditForm {
    /// The id of the case.
    pub case: CaseId,
    /// The case number, such as `C-000123`.
    pub number: String,
    /// The revision of the case. Give it as `seen` in the edit to change only what the form showed.
    pub revision: u64,
    /// The id of its case type.
    pub case_type_id: CaseTypeId,
    /// The name of its case type, in the desk's language.
    pub case_type: String,
    /// The version of the type that the case keeps, whose stages these are.
    pub type_version: u32,
    /// The fields that can be edited, in the order of an edit.
    pub fields: Vec<EditField>,
    /// The enabled stages of the version that the case keeps, in their order, its own among them.
    pub stages: Vec<StageChoice>,
    /// The other types in use that the actor may see, by name.
    pub types: Vec<TypeChoice>,
    /// The teams to which it can be given, by name, its own among them.
    pub teams: Vec<TeamChoice>,
    /// The ways in which it can end in a resolved or closed stage of that version, in their order; the other types bring theirs.
    pub resolutions: Vec<ResolutionChoice>,
    /// The newest version of its own type; `None` if the case has it. `migrate_case` moves the case there.
    pub newest: Option<TypeChoice>,
}

/// A field of a case that can be edited. `Debug` does not show the value of a field of the organisation's own.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct EditField {
    /// The name of the field, as the edit and its errors have it: `title`, `description`, `customer`, `team`,
    /// `priority`, `resolution`, `reason` or `customer_reason`; of an organisation's own field `fields.` and its id, which
    /// the edit takes without `fields.`.
    pub field: String,
    /// What the field is called, in the desk's language.
    pub label: String,
    /// The present value; of a customer or a team the id, of a priority or a resolution the code, of an organisation's own
    /// field the text that can be given back, which may be sensitive. `None` if there is none.
    pub value: Option<String>,
    /// What the value is called: the name of the customer or the team, the word for the priority, the label of the
    /// resolution, an organisation's own value as it is said, which may be sensitive. `None` for a text, and if the actor may not read customers.
    pub value_label: Option<String>,
    /// Whether it cannot be left blank.
    pub required: bool,
    /// The most characters that it can have; `None` for what is no text.
    pub most: Option<u64>,
    /// Every reason why the actor cannot change it now; empty if they can.
    pub blockers: Vec<Blocker>,
}

impl std::fmt::Debug for EditField {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("EditField");
        shown.field("field", &self.field).field("required", &self.required).field("blockers", &self.blockers);
        if !self.field.starts_with("fields.") {
            shown.field("value", &self.value).field("value_label", &self.value_label);
        }
        shown.finish_non_exhaustive()
    }
}

/// A stage that a case could be in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct StageChoice {
    /// The id of the stage, to give in the edit.
    pub id: String,
    /// The label for staff, in the desk's language.
    pub label: String,
    /// The fixed meaning of the stage.
    pub category: StageCategory,
    /// Whether the case is in this stage now.
    pub current: bool,
    /// Whether the edit needs a reason: the case is reopened by it. A reason that is still to be given is no blocker.
    pub needs_reason: bool,
    /// Whether the edit needs a resolution. One that is still to be given is no blocker.
    pub needs_resolution: bool,
    /// Every reason why the case cannot be moved there now, given a reason and a resolution where one is needed; empty if it can.
    pub blockers: Vec<Blocker>,
}

/// A way in which a case can end.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct ResolutionChoice {
    /// The code, to give in the edit.
    pub code: String,
    /// The label, in the desk's language; in the scope of one customer, the one for the customer.
    pub label: String,
    /// Whose decision it is.
    pub by: ResolvedBy,
    /// Whether the edit needs a reason with it.
    pub needs_reason: bool,
    /// Whether the case ended so.
    pub current: bool,
}

/// A team to which a case can be given.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct TeamChoice {
    /// The id of the team, to give in the edit.
    pub id: TeamId,
    /// The name of the team.
    pub name: String,
    /// Whether the case stands with this team now.
    pub current: bool,
}

/// A type, or a version of one, that a case could move to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct TypeChoice {
    /// The id of the type, to give in the edit.
    pub id: CaseTypeId,
    /// The name of the type, in the desk's language.
    pub name: String,
    /// The number of its newest version, from 1, which the case would have.
    pub version: u32,
    /// The id of the stage in which the case would be if the edit names none; `None` if none fits, so that one must be
    /// chosen.
    pub stage: Option<String>,
    /// Every reason why the case cannot be moved there now if the edit names no stage: what does not fit. Empty if it can.
    pub blockers: Vec<Blocker>,
    /// The enabled stages of that version in their order, to be chosen with the type; each with what stands in the way of
    /// the two together.
    pub stages: Vec<StageChoice>,
    /// The ways in which it can end in a resolved or closed stage of that version, in their order.
    pub resolutions: Vec<ResolutionChoice>,
}

impl Desk {
    /// Returns what a form for editing a case shows: the fields with their values and limits, the stages of the version
    /// that the case keeps, and the types to which it could move; each with every reason why not.
    ///
    /// What the host's authorizer forbids is among the reasons. Needs [`ReadCases`](Permission::ReadCases).
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such case, or the actor may not see it.
    ///
    /// # Cost
    ///
    /// Reads the case and its customer by an index, and goes through the stages of every type that is in use. The host's
    /// authorizer is asked once for each command, and once for each stage.
    pub fn edit_form(&self, id: CaseId) -> Result<EditForm, Error> {
        let look = self.look(Permission::ReadCases, "read_case")?;
        let plan = LoadPlan { case_customers: true, ..LoadPlan::case(id) };
        let (loaded, case) = look.case(plan, "read_case", id)?;
        let customer = case.customer.and_then(|id| loaded.customers.iter().find(|one| one.id == id));
        let customer = customer.filter(|_| self.access().customers).map(|one| one.profile.name.to_string());
        let context = look.context(&loaded)?;
        let form = Form { case: &case, context: &context };
        let mut asking = look.asking(&case);
        let own = context.case_type(case.case_type)?;
        let version = own.version(case.type_version);
        let newest = own.current().filter(|newest| newest.version != case.type_version);
        Ok(EditForm {
            case: case.id,
            number: case.number.text(),
            revision: case.revision,
            case_type_id: own.id,
            case_type: own.name.said(self.language()).into_owned(),
            type_version: case.type_version,
            fields: form.fields(customer, look.looking(&loaded.catalog), &mut asking),
            stages: version
                .map(|version| form.stages(own, version, &mut asking))
                .transpose()?
                .unwrap_or_default(),
            types: form.types(&mut asking)?,
            teams: form.teams(),
            resolutions: version.map(|version| form.resolutions(version)).unwrap_or_default(),
            newest: newest.map(|newest| form.newest(own, newest, &mut asking)).transpose()?,
        })
    }
}

/// The case of a form, and the actor who looks at it.
struct Form<'a> {
    case: &'a Case,
    context: &'a Context<'a>,
}

impl Form<'_> {
    fn fields(
        &self,
        customer: Option<String>,
        looking: Looking<'_>,
        asking: &mut Asking<'_>,
    ) -> Vec<EditField> {
        let case = self.case;
        let field = |asking: &mut Asking<'_>, field: &str, action: Action| EditField {
            field: field.to_owned(),
            label: self.context.language.word_of("field", field),
            value: None,
            value_label: None,
            required: false,
            most: None,
            blockers: asking.action(at_case(case, self.context, action)).blockers,
        };
        let text = |asking: &mut Asking<'_>, covered: MaterialField| {
            let mut field = field(asking, covered.code(), Action::EditCase);
            field.blockers.extend(text_asked_for(case, covered));
            field
        };
        let own_type = self.context.loaded.catalog.case_types.get(&case.case_type);
        let ended_as = own_type.zip(case.resolution_code()).and_then(|(own, code)| own.resolution(code));
        let fields = [
            EditField {
                value: Some(case.title.to_string()),
                required: true,
                most: Some(limits::NAME as u64),
                ..text(asking, MaterialField::Title)
            },
            EditField {
                value: case.description.as_ref().map(ToString::to_string),
                most: Some(limits::LONG_TEXT as u64),
                ..text(asking, MaterialField::Description)
            },
            EditField {
                value: case.customer.map(|id| id.to_string()),
                value_label: customer,
                ..field(asking, "customer", Action::ChangeCustomer)
            },
            EditField {
                value: case.team.map(|id| id.to_string()),
                value_label: case.team.map(|id| self.context.loaded.catalog.team_name(id)),
                ..field(asking, "team", Action::ChangeTeam)
            },
            EditField {
                value: Some(case.priority.code().to_owned()),
                value_label: Some(self.context.language.word_of("priority", case.priority.code())),
                required: true,
                ..field(asking, "priority", Action::EditCase)
            },
            EditField {
                value: case.resolution_code().map(ToString::to_string),
                value_label: ended_as.map(|one| self.said(one)),
                ..field(asking, "resolution", Action::EditCase)
            },
            EditField { most: Some(limits::SHORT_TEXT as u64), ..field(asking, "reason", Action::EditCase) },
            EditField {
                most: Some(limits::SHORT_TEXT as u64),
                ..field(asking, "customer_reason", Action::EditCase)
            },
        ];
        let own = edit_fields(
            case,
            looking,
            &asking.action(at_case(case, self.context, Action::EditCase)).blockers,
        );
        let is_of_staff = self.context.scope.customer.is_none();
        let ends =
            own_type.is_some_and(|own| own.versions.iter().any(|version| !version.resolutions.is_empty()));
        let is_shown = |one: &EditField| match one.field.as_str() {
            "team" => shows_teams(self.context),
            "priority" => is_of_staff,
            "resolution" | "customer_reason" => ends,
            _ => true,
        };
        let mut shown: Vec<EditField> = fields.into_iter().filter(is_shown).collect();
        let place = shown.iter().position(|one| one.field == "reason").unwrap_or(shown.len());
        shown.splice(place..place, own);
        shown
    }

    fn stages(
        &self,
        own: &CaseType,
        version: &CaseTypeVersion,
        asking: &mut Asking<'_>,
    ) -> Result<Vec<StageChoice>, Rejection> {
        let enabled = version.stages.iter().filter(|stage| stage.enabled || stage.id == self.case.stage);
        let choice = |stage: &Stage| {
            let offered = to_stage(self.case, self.context, Action::MoveCase, (own, stage))?;
            Ok(self.choice(own, stage, stage.id == self.case.stage, asking.action(offered)))
        };
        enabled.map(choice).collect()
    }

    fn types(&self, asking: &mut Asking<'_>) -> Result<Vec<TypeChoice>, Rejection> {
        let mut types: Vec<&CaseType> = types_besides(self.case, self.context).collect();
        types.sort_by_cached_key(|one| fold_name(&one.name.said(self.context.language)));
        let newest = types.into_iter().filter_map(|one| one.current().map(|version| (one, version)));
        newest.map(|(one, version)| self.type_choice(one, version, None, asking)).collect()
    }

    /// What stands in the way of each is what does for the field.
    fn teams(&self) -> Vec<TeamChoice> {
        let own = |team: &Team| self.case.team == Some(team.id);
        let teams = self.context.loaded.catalog.teams.values();
        let mut teams: Vec<_> = teams.filter(|team| team.active || own(team)).collect();
        teams.sort_by_cached_key(|team| fold_name(team.name.as_str()));
        let choice =
            |team: &Arc<Team>| TeamChoice { id: team.id, name: team.name.to_string(), current: own(team) };
        teams.into_iter().map(choice).collect()
    }

    fn said(&self, resolution: &Resolution) -> String {
        resolution.said(self.context.scope.customer.is_some(), self.context.language).into_owned()
    }

    fn resolutions(&self, version: &CaseTypeVersion) -> Vec<ResolutionChoice> {
        let offered = version.resolutions.iter().filter(|one| is_offered(one, self.context));
        let choice = |one: &Resolution| ResolutionChoice {
            code: one.code.to_string(),
            label: self.said(one),
            by: one.by,
            needs_reason: one.needs_reason,
            current: self.case.resolution_code() == Some(&one.code),
        };
        offered.map(choice).collect()
    }

    fn newest(
        &self,
        own: &CaseType,
        newest: &CaseTypeVersion,
        asking: &mut Asking<'_>,
    ) -> Result<TypeChoice, Rejection> {
        let migrate = to_newest(self.case, self.context)?;
        let action = asking.action(migrate);
        self.type_choice(own, newest, Some(action), asking)
    }

    /// A type to choose. A migration takes no stage, so there is none to choose with it.
    fn type_choice(
        &self,
        case_type: &CaseType,
        version: &CaseTypeVersion,
        migrate: Option<AvailableAction>,
        asking: &mut Asking<'_>,
    ) -> Result<TypeChoice, Rejection> {
        let is_migration = migrate.is_some();
        let (fits, offered) = in_type(self.case, self.context, (case_type, version), None)?;
        let action = migrate.unwrap_or_else(|| asking.action(offered));
        let choice = |stage: &Stage| {
            let (_, offered) = in_type(self.case, self.context, (case_type, version), Some(stage))?;
            Ok(self.choice(case_type, stage, false, asking.action(offered)))
        };
        let enabled = version.stages.iter().filter(|stage| stage.enabled && !is_migration);
        Ok(TypeChoice {
            id: case_type.id,
            name: case_type.name.said(self.context.language).into_owned(),
            version: version.version,
            stage: fits.map(|stage| stage.id.to_string()),
            blockers: action.blockers,
            stages: enabled.map(choice).collect::<Result<_, Rejection>>()?,
            resolutions: self.resolutions(version),
        })
    }

    fn choice(
        &self,
        case_type: &CaseType,
        stage: &Stage,
        current: bool,
        action: AvailableAction,
    ) -> StageChoice {
        let is_reason = |one: &Blocker| matches!(one, Blocker::ReasonNeeded { .. });
        let is_resolution = |one: &Blocker| matches!(one, Blocker::ResolutionNeeded { .. });
        let is_to_be_given = |one: &Blocker| is_reason(one) || is_resolution(one);
        StageChoice {
            id: stage.id.to_string(),
            label: case_type.label(&stage.id, self.context.language).into_owned(),
            category: stage.category,
            current,
            needs_reason: action.blockers.iter().any(is_reason),
            needs_resolution: action.blockers.iter().any(is_resolution),
            blockers: action.blockers.into_iter().filter(|one| !is_to_be_given(one)).collect(),
        }
    }
}
