//! Cases with errors.

use casekit::{
    CaseId, FailingCase, FailureClass, FailureGroup, FailureOverview, FailureView, ReleaseReport,
    Responsible, Resumed, Retried, Timestamp,
};

/// What stands in the way of a case.
#[uniffi::remote(Record)]
pub struct FailureView {
    /// The stable word for the cause.
    pub code: String,
    /// The cause in words.
    pub label: String,
    /// What kind of fault.
    pub class: FailureClass,
    /// Who must act.
    pub responsible: Responsible,
    /// The id of the step at which it happened.
    pub step: String,
    /// The setting that is wrong, if one is.
    pub setting: Option<String>,
    /// What to do, in words; a host's own hint as the host gave it.
    pub hint: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was last tried.
    pub at: Timestamp,
}

/// A case with an error, without what an administrator has no business to see.
#[uniffi::remote(Record)]
pub struct FailingCase {
    /// Its identity.
    pub id: CaseId,
    /// Its number.
    pub number: String,
    /// What stands in its way.
    pub failure: FailureView,
}

/// How many cases fail for one cause.
#[uniffi::remote(Record)]
pub struct FailureGroup {
    /// The stable word for the cause.
    pub code: String,
    /// The setting that is wrong, if one is.
    pub setting: Option<String>,
    /// How many cases.
    pub count: u64,
}

/// The cases with errors.
#[uniffi::remote(Record)]
pub struct FailureOverview {
    /// By cause and setting.
    pub groups: Vec<FailureGroup>,
    /// How many cases in all.
    pub count: u64,
    /// Where users turn for help, from the settings.
    pub support_email: Option<String>,
}

/// What became of one retry.
#[uniffi::remote(Record)]
pub struct Retried {
    /// The case.
    pub case: CaseId,
    /// Its number.
    pub number: String,
    /// How far it came; `None` if it could not be tried.
    pub report: Option<ReleaseReport>,
    /// Why it could not be tried.
    pub error: Option<String>,
}

/// Kinds of failures.
#[uniffi::remote(Enum)]
pub enum FailureClass {
    /// A setting is wrong; a retry works once it is mended.
    Configuration,
    /// It may work later without anybody's doing.
    Transient,
    /// It will not work this way.
    Permanent,
    /// The data is not as it must be.
    Data,
}

/// Who must act on a failure.
#[uniffi::remote(Enum)]
pub enum Responsible {
    /// Who keeps the settings.
    ItAdministrator,
    /// Who holds the case.
    CaseWorker,
    /// Who supports casekit's host.
    Support,
}

/// What became of answers that were under way.
#[uniffi::remote(Record)]
pub struct Resumed {
    /// How many arrived.
    pub delivered: u64,
    /// How many failed.
    pub failed: u64,
}
