//! Configuring teams, and naming one.

use serde::Serialize;

use super::case_type::is_claimed;
use super::{Command, Context, Decision, not_changed_since};
use crate::command::{NewTeam, TeamEdit};
use crate::commit::{Claim, ClaimKind};
use crate::event::{Fact, Personal, TeamFact};
use crate::model::{LongText, Name, Permission, State, StreamId, Team, TeamId, limits};
use crate::rejection::{Blocker, FieldRule, Fields, Rejection};
use crate::store::LoadPlan;

/// Creates a team; its name must be free.
#[derive(Serialize)]
pub(crate) struct CreateTeam(pub(crate) NewTeam);

impl Command for CreateTeam {
    fn action(&self) -> &'static str {
        "create_team"
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan { claims: vec![name_claim(&self.0.name)], ..LoadPlan::default() })
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.configures_teams(self.action())?;
        if context.loaded.catalog.teams.len() >= limits::DEFINITIONS {
            let limit = limits::DEFINITIONS as u64;
            return Err(Rejection::blocked(self.action(), Blocker::LimitReached { limit }));
        }
        let mut fields = Fields::default();
        let name = fields.take(Name::parse("name", &self.0.name));
        let claim = name_claim(&self.0.name);
        if is_claimed(context.loaded, &claim) {
            fields.add("name", FieldRule::AlreadyInUse);
        }
        let description = fields.take(LongText::parse_optional("description", self.0.description.as_deref()));
        let (name, description) = fields.finish(name.zip(description))?;
        let id = TeamId(context.fresh);
        let mut decision = Decision::default();
        decision.makes(StreamId::Team(id));
        decision.claims(claim);
        let fact = Fact::Team(id, TeamFact::TeamCreated { name, description });
        decision.drafts.push(context.draft(fact, Personal::default()));
        Ok(decision)
    }
}

/// Edits the name and the description of a team.
#[derive(Serialize)]
pub(crate) struct EditTeam {
    pub(crate) team: TeamId,
    pub(crate) edit: TeamEdit,
}

impl Command for EditTeam {
    fn action(&self) -> &'static str {
        "edit_team"
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        let claims = self.edit.name.iter().map(|name| name_claim(name)).collect();
        Ok(LoadPlan { claims, ..LoadPlan::default() })
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.configures_teams(self.action())?;
        let team = context.team(self.team)?;
        not_changed_since(self.edit.seen, team.revision)?;
        let mut decision = Decision::default();
        decision.builds_on(State::Team(team.clone()));
        let mut fields = Fields::default();
        let name = self.edit.name.as_deref().and_then(|text| fields.take(Name::parse("name", text)));
        let name = name.filter(|name| *name != team.name);
        if let Some(name) = &name {
            let claim = name_claim(name.as_str());
            // Written in another letter case, it is still the team's own.
            if claim != name_claim(team.name.as_str()) {
                if is_claimed(context.loaded, &claim) {
                    fields.add("name", FieldRule::AlreadyInUse);
                }
                decision.claims(claim);
            }
        }
        let given = self.edit.description.as_deref();
        let description = fields.take(LongText::parse_optional("description", given));
        let description = fields.finish(description)?;
        let mut facts = Vec::new();
        facts.extend(name.map(|to| TeamFact::TeamRenamed { from: team.name.clone(), to }));
        if given.is_some() && description != team.description {
            facts.push(TeamFact::TeamDescribed { from: team.description.clone(), to: description });
        }
        let draft = |fact| context.draft(Fact::Team(team.id, fact), Personal::default());
        decision.drafts = facts.into_iter().map(draft).collect();
        Ok(decision)
    }
}

/// Makes a team available for cases, or unavailable. Its existing cases stay with it.
#[derive(Serialize)]
pub(crate) struct SetTeamActive {
    pub(crate) team: TeamId,
    pub(crate) active: bool,
}

impl Command for SetTeamActive {
    fn action(&self) -> &'static str {
        if self.active { "activate_team" } else { "deactivate_team" }
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::default())
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.configures_teams(self.action())?;
        let team = context.team(self.team)?;
        let mut decision = Decision::default();
        decision.builds_on(State::Team(team.clone()));
        if team.active != self.active {
            let fact = if self.active { TeamFact::TeamActivated } else { TeamFact::TeamDeactivated };
            decision.drafts.push(context.draft(Fact::Team(team.id, fact), Personal::default()));
        }
        Ok(decision)
    }
}

impl<'a> Context<'a> {
    fn configures_teams(&self, action: &str) -> Result<(), Rejection> {
        self.require(Permission::ConfigureTeams, action)?;
        self.beyond_one_customer(action)
    }

    /// A team of the file. `NotFound` if there is none.
    fn team(&self, id: TeamId) -> Result<&'a Team, Rejection> {
        let found = self.loaded.catalog.teams.get(&id);
        found.map(AsRef::as_ref).ok_or_else(|| Rejection::not_found("team", id))
    }
}

/// Whether teams are shown to the actor: customers are told nothing of them, and many files have none.
pub(crate) fn shows_teams(context: &Context<'_>) -> bool {
    context.scope.customer.is_none() && !context.loaded.catalog.teams.is_empty()
}

/// The active team that a caller named.
pub(super) fn usable_team<'a>(fields: &mut Fields, text: &str, context: &Context<'a>) -> Option<&'a Team> {
    match context.loaded.catalog.find_team(text) {
        None => {
            let names = context.loaded.catalog.team_names(|team| team.active);
            fields.add("team", FieldRule::unknown(text, names));
        }
        Some(team) if !team.active => fields.add("team", FieldRule::Inactive),
        Some(team) => return Some(team),
    }
    None
}

/// The team with which a new case stands: the one that was named; else the only one of the scope, since the actor would
/// not see the case otherwise. Who sees several has to choose, and among those.
pub(super) fn team_of_new<'a>(
    fields: &mut Fields,
    text: Option<&str>,
    context: &Context<'a>,
) -> Option<&'a Team> {
    let named = text.filter(|text| !text.trim().is_empty());
    let Some(seen) = &context.scope.teams else {
        return named.and_then(|text| usable_team(fields, text, context));
    };
    let catalog = &context.loaded.catalog;
    let names = || catalog.team_names(|team| team.active && seen.contains(&team.id));
    match named {
        Some(text) => {
            let team = usable_team(fields, text, context)?;
            if !seen.contains(&team.id) {
                fields.add("team", FieldRule::unknown(text, names()));
                return None;
            }
            Some(team)
        }
        None => {
            let mut own = catalog.teams.values().filter(|team| team.active && seen.contains(&team.id));
            match (own.next(), own.next()) {
                (Some(team), None) => Some(team),
                _ => {
                    // Not `Required`: that would not say which teams there are.
                    fields.add("team", FieldRule::unknown("", names()));
                    None
                }
            }
        }
    }
}

fn name_claim(name: &str) -> Claim {
    Claim::new(ClaimKind::TeamName, name)
}
