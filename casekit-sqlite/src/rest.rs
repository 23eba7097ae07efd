//! The parts of a case that have no column: JSON beside the description. Most cases have none.

use casekit_core::model::{Case, Intake, Progress, Request};
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::value::to_json;

/// The JSON as it is read.
#[derive(Deserialize, Default)]
pub(crate) struct Rest {
    pub(crate) request: Option<Request>,
    pub(crate) intake: Option<Intake>,
    pub(crate) progress: Option<Box<Progress>>,
}

/// The JSON as it is written, without copying the parts. Its fields are those of `Rest`.
#[derive(Serialize)]
struct Written<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<&'a Request>,
    #[serde(skip_serializing_if = "Option::is_none")]
    intake: Option<&'a Intake>,
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<&'a Progress>,
}

/// The JSON of a case; `None` if it has none of these parts.
pub(crate) fn of(case: &Case) -> Result<Option<String>> {
    let (request, intake, progress) = (case.request.as_ref(), case.intake.as_ref(), case.progress.as_deref());
    let is_empty = request.is_none() && intake.is_none() && progress.is_none();
    (!is_empty).then(|| to_json(&Written { request, intake, progress })).transpose()
}

/// Whether the JSON of two cases is the same.
pub(crate) fn is_same(one: &Case, other: &Case) -> bool {
    one.request == other.request && one.intake == other.intake && one.progress == other.progress
}
