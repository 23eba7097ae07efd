//! Actions on the file as a whole: imports, exports and checkpoints.

use serde::Serialize;

use super::{Command, Context, Decision};
use crate::event::{Fact, LedgerFact, Personal};
use crate::model::{AuditHead, Ledger, Permission, State, StreamId};
use crate::rejection::Rejection;
use crate::store::LoadPlan;

/// Records that an import took place.
#[derive(Serialize)]
pub(crate) struct RecordImport {
    pub(crate) items: u64,
    // The result is not part of what the caller asked for, so the fingerprint leaves it out.
    #[serde(skip)]
    pub(crate) refused: u64,
    #[serde(skip)]
    pub(crate) events: u64,
}

impl Command for RecordImport {
    fn action(&self) -> &'static str {
        "import"
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan { ledger: true, ..LoadPlan::default() })
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::Import, self.action())?;
        let fact = LedgerFact::Imported { items: self.items, refused: self.refused, events: self.events };
        Ok(in_ledger(context, fact))
    }
}

/// Records that an export begins, before anything of it leaves.
#[derive(Serialize)]
pub(crate) struct BeginExport {
    pub(crate) what: String,
    pub(crate) format: String,
}

impl Command for BeginExport {
    fn action(&self) -> &'static str {
        "export"
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan { ledger: true, ..LoadPlan::default() })
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        may_export(context, &self.format)?;
        let fact = LedgerFact::ExportBegun { what: self.what.clone(), format: self.format.clone() };
        Ok(in_ledger(context, fact))
    }
}

/// Records how an export ended.
#[derive(Serialize)]
pub(crate) struct EndExport {
    pub(crate) begun: u64,
    pub(crate) what: String,
    pub(crate) format: String,
    /// How many rows it has; `None` if it failed.
    pub(crate) rows: Option<u64>,
}

impl Command for EndExport {
    fn action(&self) -> &'static str {
        "export"
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan { ledger: true, ..LoadPlan::default() })
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        may_export(context, &self.format)?;
        let (begun, what, format) = (self.begun, self.what.clone(), self.format.clone());
        let fact = match self.rows {
            Some(rows) => LedgerFact::Exported { begun, what, format, rows },
            None => LedgerFact::ExportFailed { begun, what, format },
        };
        Ok(in_ledger(context, fact))
    }
}

/// Paper may leave with whoever may print it; data that a program reads only with whoever may export.
fn may_export(context: &Context<'_>, format: &str) -> Result<(), Rejection> {
    let is_allowed = context.actor.may(Permission::Export);
    let needed = if format == "pdf" && !is_allowed { Permission::Print } else { Permission::Export };
    context.require(needed, "export")
}

/// Appends a checkpoint that covers the one before it and every event since.
#[derive(Serialize)]
pub(crate) struct TakeCheckpoint {
    // All of these are computed and not given by the caller, so the fingerprint leaves them out.
    #[serde(skip)]
    pub(crate) number: u64,
    #[serde(skip)]
    pub(crate) covers: u64,
    #[serde(skip)]
    pub(crate) events: u64,
    #[serde(skip)]
    pub(crate) digest: String,
    /// The revision of the ledger over which the digest was computed. If it has changed, somebody else was first.
    #[serde(skip)]
    pub(crate) ledger: u64,
}

impl Command for TakeCheckpoint {
    fn action(&self) -> &'static str {
        "audit_head"
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan { ledger: true, ..LoadPlan::default() })
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::Verify, self.action())?;
        super::not_changed_since(Some(self.ledger), context.loaded.ledger.revision)?;
        let fact = LedgerFact::CheckpointTaken {
            number: self.number,
            position: 0,
            covers: self.covers,
            events: self.events,
            digest: self.digest.clone(),
        };
        Ok(in_ledger(context, fact))
    }
}

impl TakeCheckpoint {
    /// The audit head that the checkpoint is once it is written at a position.
    pub(crate) fn taken_at(self, position: u64) -> AuditHead {
        let Self { number, covers, events, digest, ledger: _ } = self;
        AuditHead { number, position, covers, events, digest }
    }
}

pub(super) fn in_ledger(context: &Context<'_>, fact: LedgerFact) -> Decision {
    let mut decision = Decision::default();
    match &context.loaded.ledger {
        Ledger { revision: 0, .. } => decision.makes(StreamId::Ledger),
        ledger => decision.builds_on(State::Ledger(ledger.clone())),
    }
    decision.drafts.push(context.draft(Fact::Ledger(fact), Personal::default()));
    decision
}
