//! What a screen shows of a failure.

use serde::{Deserialize, Serialize};

use crate::language::Language;
use crate::model::{Failure, FailureClass, Responsible, Timestamp};

/// A failure that keeps a case from going on, and who has to fix it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct FailureView {
    /// The code of the cause, such as `source_missing`; it never changes.
    pub code: String,
    /// The cause as text, in the desk's language.
    pub label: String,
    /// The class of the fault, which says whether a retry can help.
    pub class: FailureClass,
    /// Who has to act on the failure.
    pub responsible: Responsible,
    /// The id of the step at which it happened.
    pub step: String,
    /// The setting that is wrong, such as `webform` or `sources.crm`; `None` if the cause is not a setting.
    pub setting: Option<String>,
    /// What to do, as text in the desk's language. A hint of the host's own code is shown as the host gave it.
    pub hint: String,
    /// The number of attempts so far, at least 1.
    pub attempts: u32,
    /// When the last attempt was made.
    pub at: Timestamp,
    /// When the library tries again by itself, if the host calls `run_due` by then; `None` if a person has to act, or an
    /// attempt is running.
    pub retry_at: Option<Timestamp>,
}

pub(super) fn failure_view(failure: &Failure, language: &Language) -> FailureView {
    FailureView {
        code: failure.code.clone(),
        class: failure.class,
        responsible: failure.responsible,
        step: failure.step.to_string(),
        setting: failure.setting.clone(),
        hint: language.render(&failure.hint),
        label: language.word_of("failure", &failure.code),
        attempts: failure.attempts,
        at: failure.at,
        retry_at: failure.retry_at,
    }
}
