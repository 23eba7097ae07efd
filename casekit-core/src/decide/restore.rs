//! What is done to a file that was restored from a backup.

use serde::Serialize;
use uuid::Uuid;

use super::ledger::in_ledger;
use super::release::Failed;
use super::{Command, Context, Decision};
use crate::event::{CaseFact, LedgerFact};
use crate::model::{CaseId, Errand, Lineage, Progress, limits};
use crate::rejection::{FieldRule, Rejection};
use crate::release::Fault;
use crate::store::Wanted;

/// Writes down that the file was restored, and from which number cases go on.
#[derive(Serialize)]
pub(crate) struct RecordRestore {
    pub(crate) number_floor: Option<u64>,
    pub(crate) position: u64,
    pub(crate) number: u64,
}

impl Command for RecordRestore {
    fn action(&self) -> &'static str {
        "restore"
    }

    fn wanted(&self) -> Result<Wanted, Rejection> {
        Ok(Wanted { ledger: true, ..Wanted::default() })
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        if self.number_floor.is_some_and(|floor| !(1..=limits::CASE_NUMBER).contains(&floor)) {
            let most = i64::try_from(limits::CASE_NUMBER).unwrap_or(i64::MAX);
            return Err(Rejection::field("number_floor", FieldRule::OutOfRange { least: 1, most }));
        }
        let Self { number_floor, position, number } = *self;
        let lineage = Lineage(Uuid::from_bytes(context.salt));
        Ok(in_ledger(context, LedgerFact::Restored { number_floor, position, number, lineage }))
    }
}

/// Leaves an answer that was under way to a person: what came of it after the backup was made is in no file.
#[derive(Serialize)]
pub(crate) struct LeaveToPerson {
    pub(crate) case: CaseId,
}

impl Command for LeaveToPerson {
    fn action(&self) -> &'static str {
        "restore"
    }

    fn wanted(&self) -> Result<Wanted, Rejection> {
        Ok(Wanted::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        let case = context.case(self.case)?;
        let mut decision = Decision::default();
        decision.builds_on_case(case, context)?;
        let under_way = case.progress.as_ref().filter(|progress| delivers(progress));
        if let Some((progress, release)) = under_way.and_then(|one| Some((one, one.release.as_ref()?))) {
            let hint = "the file was restored from a backup, and the answer may have been sent since it was made: find out \
                        whether it arrived, then retry or withdraw";
            let failure = Failed::from(Fault::data(CODE, hint)).at(progress, &release.step, context.now);
            decision.push(case, context, CaseFact::StepFailed { failure });
        }
        Ok(decision)
    }
}

/// Whether an answer was asked for and has not arrived, as far as the file knows: it is being sent, or waits for a retry.
fn delivers(progress: &Progress) -> bool {
    let is_told = progress.failure.as_ref().is_some_and(|failure| failure.code == CODE);
    let has_failed = progress.is_live() && progress.failure.is_some() && progress.release.is_some();
    !is_told && (has_failed || progress.errand().is_some_and(|(errand, _)| errand == Errand::Deliver))
}

const CODE: &str = "restored";
