//! The parts of a case that have no column: JSON beside the description. Most cases have none.

use std::collections::{BTreeMap, BTreeSet};

use casekit_core::model::{
    ActorId, Case, CaseClock, CaseField, CaseResolution, FieldId, Intake, Progress, Request, ResolutionCode,
    ShortText, TagId, Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::value::to_json;

/// The JSON as it is read.
#[derive(Deserialize, Default)]
pub(crate) struct Rest {
    pub(crate) request: Option<Request>,
    pub(crate) intake: Option<Intake>,
    pub(crate) imported_by: Option<ActorId>,
    pub(crate) progress: Option<Box<Progress>>,
    #[serde(default)]
    pub(crate) clock: CaseClock,
    pub(crate) resolution: Option<Resolved>,
    #[serde(default)]
    pub(crate) fields: BTreeMap<FieldId, CaseField>,
    #[serde(default)]
    pub(crate) tags: BTreeSet<TagId>,
}

/// Who said how a case ended, when and why. The code is part of its place.
#[derive(Deserialize)]
pub(crate) struct Resolved {
    at: Timestamp,
    by: ActorId,
    reason: Option<ShortText>,
    customer_reason: Option<ShortText>,
}

impl Resolved {
    pub(crate) fn with(self, code: ResolutionCode) -> CaseResolution {
        let Self { at, by, reason, customer_reason } = self;
        CaseResolution { code, at, by, reason, customer_reason }
    }
}

/// The JSON as it is written, without copying the parts. Its fields are those of `Rest`.
#[derive(Serialize)]
struct Written<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<&'a Request>,
    #[serde(skip_serializing_if = "Option::is_none")]
    intake: Option<&'a Intake>,
    #[serde(skip_serializing_if = "Option::is_none")]
    imported_by: Option<&'a ActorId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<&'a Progress>,
    #[serde(skip_serializing_if = "Option::is_none")]
    clock: Option<CaseClock>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resolution: Option<WrittenResolved<'a>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    fields: &'a BTreeMap<FieldId, CaseField>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    tags: &'a BTreeSet<TagId>,
}

/// The fields of `Resolved`.
#[derive(Serialize)]
struct WrittenResolved<'a> {
    at: Timestamp,
    by: &'a ActorId,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a ShortText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_reason: Option<&'a ShortText>,
}

/// The JSON of a case; `None` if it has none of these parts.
pub(crate) fn of(case: &Case) -> Result<Option<String>> {
    let (request, intake, progress) = (case.request.as_ref(), case.intake.as_ref(), case.progress.as_deref());
    let (imported_by, fields, tags) = (case.imported_by.as_ref(), &case.fields, &case.tags);
    let clock = Some(case.clock.without_stays()).filter(|clock| !clock.is_empty());
    let resolution = case.resolution.as_ref().map(|one| WrittenResolved {
        at: one.at,
        by: &one.by,
        reason: one.reason.as_ref(),
        customer_reason: one.customer_reason.as_ref(),
    });
    let written = Written { request, intake, imported_by, progress, resolution, clock, fields, tags };
    is_needed(case).then(|| to_json(&written)).transpose()
}

/// Whether a case has any of these parts.
pub(crate) fn is_needed(case: &Case) -> bool {
    let arrived = case.request.is_some() || case.intake.is_some();
    let arrived = arrived || case.imported_by.is_some();
    let arrived = arrived || !case.fields.is_empty() || !case.tags.is_empty();
    arrived || case.progress.is_some() || case.resolution.is_some() || !case.clock.without_stays().is_empty()
}

/// Whether the JSON of two cases is the same.
pub(crate) fn is_same(one: &Case, other: &Case) -> bool {
    one.request == other.request
        && one.intake == other.intake
        && one.imported_by == other.imported_by
        && one.progress == other.progress
        && one.clock.without_stays() == other.clock.without_stays()
        && one.resolution == other.resolution
        && one.fields == other.fields
        && one.tags == other.tags
}
