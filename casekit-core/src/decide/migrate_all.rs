//! Migrating many cases of a type.

use serde::Serialize;

use super::{Command, Context, Decision};
use crate::model::{CaseTypeId, Permission};
use crate::rejection::Rejection;
use crate::store::LoadPlan;

/// Claims the request id of a call that migrates a page of cases. It changes nothing.
#[derive(Serialize)]
pub(crate) struct MigrateAll {
    pub(crate) case_type: CaseTypeId,
    pub(crate) give_up: Vec<String>,
    /// The cursor of the page.
    pub(crate) after: Option<String>,
}

impl Command for MigrateAll {
    fn action(&self) -> &'static str {
        "migrate_case_type"
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::default())
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::ConfigureCaseTypes, self.action())?;
        context.require(Permission::EditCases, self.action())?;
        context.seen_case_type(self.case_type)?;
        Ok(Decision::default())
    }
}
