//! What of a case has no column: the JSON beside its description, which most cases do not have.

use casekit_core::model::{Case, Progress, Request};
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::value::to_json;

/// As it is read.
#[derive(Deserialize, Default)]
pub(crate) struct Rest {
    pub(crate) request: Option<Request>,
    pub(crate) progress: Option<Box<Progress>>,
}

/// As it is written.
#[derive(Serialize)]
struct Written<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<&'a Request>,
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<&'a Progress>,
}

/// The JSON; `None` if there is nothing to be said.
pub(crate) fn of(case: &Case) -> Result<Option<String>> {
    let (request, progress) = (case.request.as_ref(), case.progress.as_deref());
    let is_empty = request.is_none() && progress.is_none();
    (!is_empty).then(|| to_json(&Written { request, progress })).transpose()
}

/// Whether both have the same.
pub(crate) fn is_same(one: &Case, other: &Case) -> bool {
    one.request == other.request && one.progress == other.progress
}
