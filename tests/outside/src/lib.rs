//! What a program outside may rely on: it compiles today, and compiles still when casekit has more to say.
//!
//! What casekit answers is read by its fields, and matched with a `_`. It is not built, and not matched to the last:
//!
//! ```compile_fail,E0639
//! let _ = casekit::Changed { revision: 1, events: 0, replayed: false };
//! ```
//!
//! ```compile_fail,E0638
//! fn revision(changed: casekit::Changed) -> u64 {
//!     let casekit::Changed { revision, events: _, replayed: _ } = changed;
//!     revision
//! }
//! ```
//!
//! ```compile_fail,E0004
//! fn is_refusal(error: &casekit::Error) -> bool {
//!     match error {
//!         casekit::Error::Rejected(_) => true,
//!         casekit::Error::Store(_) | casekit::Error::Report { .. } => false,
//!     }
//! }
//! ```
//!
//! What casekit is asked is built by functions, and by no literal, since it can grow too.
//!
//! ```compile_fail,E0639
//! let _ = casekit::NewCase { title: "Cannot log in".into(), ..casekit::NewCase::default() };
//! ```

use casekit::{
    Actor, BankAccountEdit, Blocker, CaseEdit, CaseKit, CaseTypeEdit, Error, FieldRule, ImportCase, ImportChange,
    ImportCustomer, ImportItem, ImportedChange, NewBankAccount, NewCase, NewCaseType, NewCredential,
    NewCustomer, NewDenial, NewNextOfKin, NewRedaction, NewRequest, NewStage, NewStageMove, NewStep,
    NewWorkflow, NextOfKinEdit, PageRequest, Permission, Rejection, ReleaseReport, Role, SettingsEdit, StageCategory,
    StepKind, StoreErrorKind, StreamId, Timestamp,
};

/// What a screen says of an error.
#[must_use]
pub fn told(error: &Error) -> String {
    match error {
        Error::Rejected(Rejection::Invalid { fields }) => fields
            .iter()
            .map(|one| format!("{}: {}", one.field, rule(&one.rule)))
            .collect::<Vec<_>>()
            .join(", "),
        Error::Rejected(Rejection::Blocked { blockers, .. }) => {
            blockers.iter().map(reason).collect::<Vec<_>>().join(", ")
        }
        Error::Rejected(other) => other.to_string(),
        Error::Store(fault) => match fault.kind() {
            StoreErrorKind::Busy => "try again".to_owned(),
            _ => fault.to_string(),
        },
        _ => error.to_string(),
    }
}

fn rule(rule: &FieldRule) -> &'static str {
    match rule {
        FieldRule::Required => "needed",
        FieldRule::TooLong { .. } => "too long",
        _ => "not so",
    }
}

fn reason(blocker: &Blocker) -> String {
    match blocker {
        Blocker::NotTaken => "take it first".to_owned(),
        Blocker::PermissionMissing { permission: Permission::ReleaseCases } => {
            "you may not release".to_owned()
        }
        _ => blocker.to_string(),
    }
}

/// What became of an answer.
#[must_use]
pub fn arrived(report: &ReleaseReport) -> bool {
    match report {
        ReleaseReport::Delivered { .. } => true,
        ReleaseReport::Failed { .. } | ReleaseReport::UnderWay => false,
        _ => false,
    }
}

/// Which streams a program looks at.
#[must_use]
pub fn is_of_a_case(stream: StreamId) -> bool {
    match stream {
        StreamId::Case(_) => true,
        _ => stream.case().is_some(),
    }
}

/// Every command, built by its functions.
#[must_use]
pub fn commands(at: Timestamp) -> usize {
    let customer = NewCustomer::named("Ada Obi")
        .with_next_of_kin(NewNextOfKin::named("Bo Obi"))
        .with_bank_account(NewBankAccount::numbered("DE02 1203 0000 0000 2020 51"));
    let case = NewCase::new("Support", "Cannot log in").described("Since this morning.");
    let stages =
        vec![NewStage::new("New", StageCategory::Open), NewStage::new("Paid", StageCategory::Resolved)];
    let step = NewStep::new("first", "First signature", StepKind::Approval);
    let asked = [
        format!("{:?}", BankAccountEdit::new().bank("Bank of Marina")),
        format!("{:?}", NextOfKinEdit::new().phone("+234 1 555")),
        format!("{:?}", CaseEdit::new().stage("Closed").because("answered")),
        format!("{:?}", NewCaseType::new("Refunds").with_stages(stages)),
        format!(
            "{:?}",
            CaseTypeEdit::new().moves(vec![NewStageMove::new("New", "Paid")])
        ),
        format!("{:?}", NewWorkflow::named("Two signatures").with_step(step)),
        format!("{:?}", NewRequest::new("web-1", "Ada Obi").with_credential("passport", "X123")),
        format!("{:?}", NewCredential::new("passport", "X123")),
        format!("{:?}", NewRedaction::new("crm", "orders", "price", "not about you")),
        format!(
            "{:?}",
            NewDenial::new("not_identified", "no answer", "we could not reach you").at_step("identification")
        ),
        format!("{:?}", SettingsEdit::new().retention_days(30)),
        format!("{:?}", ImportItem::Customer(ImportCustomer::new(customer, at, "amara"))),
        format!(
            "{:?}",
            ImportItem::Case(
                ImportCase::new(case, at, "amara")
                    .with_change(ImportChange::new(at, "amara", ImportedChange::Taken))
            )
        ),
    ];
    asked.len()
}

/// A working day, in short.
///
/// # Errors
///
/// Those of the kit.
pub fn day() -> Result<String, Error> {
    let kit = CaseKit::in_memory()?;
    let desk = kit.desk(Actor::new("amara", "Amara Okafor").with_role(Role::Agent));
    let raised = desk.raise_case(NewCase::new("Support", "Cannot log in"))?;
    desk.take_case(raised.id)?;
    let page = desk.cases(&casekit::CasesQuery::default(), PageRequest::first())?;
    Ok(page.rows.into_iter().map(|row| row.number).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_outside_raises_a_case_and_reads_what_it_is_told() {
        assert_eq!(day().map_err(|error| told(&error)), Ok("C-000001".to_owned()));
        assert_eq!(commands(Timestamp::default()), 13);
    }
}
