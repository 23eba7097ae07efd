//! What is recorded when a file is restored from a backup.

use serde::Serialize;
use uuid::Uuid;

use super::ledger::in_ledger;
use super::{Command, Context, Decision};
use crate::event::LedgerFact;
use crate::language::Message;
use crate::model::{CaseId, Lineage, limits};
use crate::rejection::{FieldRule, Rejection};
use crate::release::Fault;
use crate::release::delivery::{Milestone, apply};
use crate::release::message;
use crate::store::LoadPlan;

/// Records that the file was restored, and the lowest number for new cases.
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

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan { ledger: true, ..LoadPlan::default() })
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

/// Leaves an unfinished delivery to a person: what became of it after the backup was made is not in the file.
#[derive(Serialize)]
pub(crate) struct LeaveToPerson {
    pub(crate) case: CaseId,
}

impl Command for LeaveToPerson {
    fn action(&self) -> &'static str {
        "restore"
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        let case = context.case(self.case)?;
        let mut decision = Decision::default();
        decision.builds_on_case(case, context)?;
        let hint = Message::new("hint.restored");
        let milestone = Milestone::Left { fault: Fault::data("restored", hint) };
        let Some(progress) = &case.progress else { return Ok(decision) };
        let sending = progress.release.as_ref().map(|release| release.sending.key.as_str());
        if let Some(fact) =
            sending.and_then(|key| apply(progress, key, &milestone, (context.now, context.fresh)))
        {
            decision.push(case, context, fact);
        }
        for message in &progress.messages {
            let left = message::apply(progress, message.key(), &milestone, (context.now, context.fresh));
            left.into_iter().for_each(|fact| decision.push(case, context, fact));
        }
        Ok(decision)
    }
}
