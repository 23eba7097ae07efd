//! Teams: create, change and read.

use super::view_of::team_view;
use super::{Changed, CreatedTeam, Desk, TeamView, admission};
use crate::command::{NewTeam, TeamEdit};
use crate::decide::{CreateTeam, EditTeam, SetTeamActive};
use crate::error::Error;
use crate::model::TeamId;
use crate::rejection::Rejection;
use crate::text::fold_name;

impl Desk {
    /// Creates a team, with which cases can stand.
    ///
    /// Who belongs to it is for the application to say: its authorizer names teams in the scope of each actor. Needs
    /// [`ConfigureTeams`](crate::model::Permission::ConfigureTeams).
    ///
    /// # Arguments
    ///
    /// - `new`: the name and the description.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if a field is not valid; the error lists every such field.
    ///
    /// # Cost
    ///
    /// Writes one transaction of one event. After it, every kit on the file reads all definitions again, which grows
    /// with their number and with the versions of each.
    ///
    /// A file has up to 1,000 teams: `Blocked` with `limit_reached` beyond. A name has 1 to 200 characters, a
    /// description up to 100,000: `Invalid` with `too_long` beyond.
    pub fn create_team(&self, new: NewTeam) -> Result<CreatedTeam, Error> {
        Ok(self.engine.run(&self.call, &CreateTeam(new))?.created_team()?)
    }

    /// Changes the name or the description of a team.
    ///
    /// Both apply at once, also to cases that stand with the team. Needs
    /// [`ConfigureTeams`](crate::model::Permission::ConfigureTeams).
    ///
    /// # Arguments
    ///
    /// - `edit`: the changes; a field that is not given stays as it is.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if a field is not valid; the error lists every such field.
    /// - `Conflict`: if the edit names a revision that is no longer the current one.
    ///
    /// # Cost
    ///
    /// Writes one transaction with an event for each kind of change. After it, every kit on the file reads all
    /// definitions again, which grows with their number and with the versions of each. No case is read or written.
    ///
    /// A name has 1 to 200 characters, a description up to 100,000: `Invalid` with `too_long` beyond.
    pub fn edit_team(&self, team: TeamId, edit: TeamEdit) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &EditTeam { team, edit })?.changed())
    }

    /// Activates a team, so that cases can be given to it again.
    ///
    /// Needs [`ConfigureTeams`](crate::model::Permission::ConfigureTeams).
    ///
    /// # Cost
    ///
    /// Writes one transaction of one event. After it, every kit on the file reads all definitions again, which grows
    /// with their number and with the versions of each.
    pub fn activate_team(&self, team: TeamId) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &SetTeamActive { team, active: true })?.changed())
    }

    /// Deactivates a team, so that no more cases can be given to it.
    ///
    /// Cases that stand with it already stay there until somebody moves them. Needs
    /// [`ConfigureTeams`](crate::model::Permission::ConfigureTeams).
    ///
    /// # Cost
    ///
    /// Writes one transaction of one event. After it, every kit on the file reads all definitions again, which grows
    /// with their number and with the versions of each.
    pub fn deactivate_team(&self, team: TeamId) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &SetTeamActive { team, active: false })?.changed())
    }

    /// Lists every team, by name; none for an actor who sees one customer's cases only.
    ///
    /// Teams outside the actor's scope are among them: a case can be given to each. Needs
    /// [`ReadCases`](crate::model::Permission::ReadCases), [`RaiseCases`](crate::model::Permission::RaiseCases) or
    /// [`ConfigureTeams`](crate::model::Permission::ConfigureTeams).
    ///
    /// # Cost
    ///
    /// Reads no cases: the definitions are in memory. All teams are answered at once.
    ///
    /// A file has up to 1,000 teams.
    pub fn teams(&self) -> Result<Vec<TeamView>, Error> {
        let look = self.enter(&admission::TEAMS, "read_teams")?;
        let catalog = look.catalog()?;
        let mut teams: Vec<_> = catalog.teams.values().filter(|_| !look.is_for_customer()).collect();
        teams.sort_by_cached_key(|team| fold_name(team.name.as_str()));
        Ok(teams.into_iter().map(|team| team_view(team)).collect())
    }

    /// Returns one team, by its name or id.
    ///
    /// # Arguments
    ///
    /// - `name`: the name, in which letter case, character width and outer spaces do not matter, or the id.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such team.
    ///
    /// # Cost
    ///
    /// Reads no cases: the names of the definitions in memory are compared one by one.
    pub fn team(&self, name: &str) -> Result<TeamView, Error> {
        let look = self.enter(&admission::TEAMS, "read_team")?;
        let catalog = look.catalog()?;
        let found = catalog.find_team(name).filter(|_| !look.is_for_customer());
        let names = || catalog.team_names(|_| !look.is_for_customer());
        Ok(team_view(found.ok_or_else(|| Rejection::none_called("team", name, names()))?))
    }
}
