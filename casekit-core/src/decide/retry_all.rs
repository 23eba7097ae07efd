//! Retrying every case that fails for one cause.

use serde::Serialize;

use super::{Command, Context, Decision};
use crate::model::Permission;
use crate::rejection::Rejection;
use crate::store::LoadPlan;

/// Claims the request id of a call that retries many cases. It changes nothing.
#[derive(Serialize)]
pub(crate) struct RetryAll {
    pub(crate) code: String,
    pub(crate) setting: Option<String>,
}

impl Command for RetryAll {
    fn action(&self) -> &'static str {
        "retry_all"
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::default())
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::RetryFailures, "retry")?;
        Ok(Decision::default())
    }
}
