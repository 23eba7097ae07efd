//! Who gets to a part of the desk at all: each list of the office, with what it needs, said once for the reads and for the
//! menus that lead there.

use super::Desk;
use super::look::Look;
use crate::error::Error;
use crate::model::{Actor, Permission, Scope};
use crate::rejection::{Blocker, Rejection};

/// What somebody needs to see a part of the desk.
pub(super) struct Admission {
    /// Any of these is enough. A refusal names the first.
    any_of: &'static [Permission],
    /// Whether it is about the office, so that it is not for whoever sees one customer.
    of_the_office: bool,
}

use Permission as P;

/// Lists, counts and search of cases.
pub(super) const CASES: Admission = open_to(&[P::ReadCases]);
/// How long things take.
pub(super) const STATISTICS: Admission = of_the_office(&[P::ReadCases]);
/// Lists and profiles of customers.
pub(super) const CUSTOMERS: Admission = open_to(&[P::ReadCustomers]);
/// Case types: also for whoever may raise a case, since its form lists them.
pub(super) const CASE_TYPES: Admission = open_to(&[P::ReadCases, P::RaiseCases, P::ConfigureCaseTypes]);
/// Workflows.
pub(super) const WORKFLOWS: Admission = open_to(&[P::ReadCases, P::ConfigureWorkflows]);
/// Teams: also for whoever may raise a case, since its form lists them.
pub(super) const TEAMS: Admission = open_to(&[P::ReadCases, P::RaiseCases, P::ConfigureTeams]);
/// The directory of people.
pub(super) const PEOPLE: Admission = open_to(&[P::ReadPeople]);
/// The settings, and what is wrong with them.
pub(super) const SETTINGS: Admission = of_the_office(&[P::CheckSettings]);
/// Cases with errors. In the scope of one customer there are none.
pub(super) const FAILURES: Admission = open_to(&[P::ReadFailures]);
/// Retrying what failed.
pub(super) const RETRY: Admission = open_to(&[P::RetryFailures]);
/// The history of customers, people, definitions and the file.
pub(super) const HISTORY: Admission = open_to(&[P::ReadHistory]);
/// Bringing cases or customers to newer versions: for whoever configures them, and may edit what is changed.
pub(super) const MIGRATION: Admission = open_to(&[P::ConfigureCaseTypes]);
/// Cases that are changed by that.
pub(super) const EDITED_CASES: Admission = open_to(&[P::EditCases]);
/// Proof that nothing was altered.
pub(super) const VERIFY: Admission = open_to(&[P::Verify]);

const fn open_to(any_of: &'static [Permission]) -> Admission {
    Admission { any_of, of_the_office: false }
}

const fn of_the_office(any_of: &'static [Permission]) -> Admission {
    Admission { any_of, of_the_office: true }
}

impl Admission {
    /// The permission that somebody lacks; `None` if they have one that is enough.
    fn lacks(&self, actor: &Actor) -> Option<Permission> {
        let first = self.any_of.first().copied();
        first.filter(|_| !self.any_of.iter().any(|permission| actor.may(*permission)))
    }

    /// Every reason why somebody does not get there.
    pub(super) fn blockers(&self, actor: &Actor, scope: &Scope) -> Vec<Blocker> {
        let missing = self.lacks(actor).map(|permission| Blocker::PermissionMissing { permission });
        let elsewhere = (self.of_the_office && scope.customer.is_some()).then_some(Blocker::NotAllowedHere);
        missing.into_iter().chain(elsewhere).collect()
    }
}

impl Desk {
    /// Refuses the call if the actor lacks the permission for a part of the desk.
    pub(super) fn pass(&self, admission: &Admission, action: &str) -> Result<(), Rejection> {
        let refused = |permission| Err(Rejection::Forbidden { action: action.to_owned(), permission });
        admission.lacks(&self.call.actor).map_or(Ok(()), refused)
    }

    /// Begins a read of a part of the desk, if the actor gets there.
    pub(super) fn enter(&self, admission: &Admission, action: &str) -> Result<Look<'_>, Error> {
        self.pass(admission, action)?;
        let look = self.look_as_permitted()?;
        if admission.of_the_office { Ok(look.of_the_office(action)?) } else { Ok(look) }
    }
}
