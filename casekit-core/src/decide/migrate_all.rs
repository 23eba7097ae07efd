//! Migrating many cases of a type, or many customers.

use serde::Serialize;

use super::{Command, Context, Decision};
use crate::model::{CaseTypeId, Permission};
use crate::rejection::Rejection;
use crate::store::LoadPlan;

/// Claims the request id of a call that migrates a page of cases or of customers. It changes nothing.
#[derive(Serialize)]
pub(crate) struct MigrateAll {
    /// The type of the cases; `None` for customers.
    pub(crate) case_type: Option<CaseTypeId>,
    pub(crate) give_up: Vec<String>,
    /// The cursor of the page.
    pub(crate) after: Option<String>,
}

impl Command for MigrateAll {
    fn action(&self) -> &'static str {
        match self.case_type {
            Some(_) => "migrate_case_type",
            None => "migrate_customers",
        }
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::default())
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::ConfigureCaseTypes, self.action())?;
        match self.case_type {
            Some(case_type) => {
                context.require(Permission::EditCases, self.action())?;
                context.seen_case_type(case_type)?;
            }
            None => context.require(Permission::EditCustomers, self.action())?,
        }
        Ok(Decision::default())
    }
}
