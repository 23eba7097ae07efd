//! Cases as lists show them.

use casekit_core::model::{CaseNumber, StepStates};
use casekit_core::store::CaseRow;
use std::sync::Arc;
use tokio_postgres::Row;

use crate::error::{Result, unreadable};
use crate::value::{
    category, id, instant, optional_id, optional_instant, optional_json, optional_plain, optional_text,
    priority, shared, text, text_or_none, unsigned,
};

/// A case `c`, its place `p` and its customer `k`.
pub(crate) const FROM: &str =
    "org.cases c JOIN org.places p ON p.key = c.place LEFT JOIN org.customers k ON k.id = c.customer";

/// The columns of these, in the order in which [`read`] reads them.
pub(crate) const COLUMNS: &str = "c.id, c.revision, c.prefix, c.number, p.case_type, p.stage, p.category, p.team,
    p.priority, p.resolution, c.title, c.customer, k.name, c.requester, c.holder, c.raised_by, c.raised_at,
    c.stage_since, c.updated_at, c.resolved_at, c.closed_at, c.due_at, c.warn_at, c.fields, c.tags, c.workflow,
    c.status, c.steps, c.failure";

/// How many columns `COLUMNS` names; columns after them begin at this index.
pub(crate) const WIDTH: usize = {
    let (mut rest, mut width) = (COLUMNS.as_bytes(), 1);
    while let [byte, after @ ..] = rest {
        width += (*byte == b',') as usize;
        rest = after;
    }
    width
};

/// Reads a row whose first columns are [`COLUMNS`].
pub(crate) fn read(row: &Row) -> Result<CaseRow> {
    let mut column = 0;
    let mut next = || {
        column += 1;
        column - 1
    };
    let (id_of, revision) = (id(row, next())?, unsigned(row, next())?);
    Ok(CaseRow {
        id: id_of,
        revision,
        number: CaseNumber { prefix: shared(row, next())?, value: unsigned(row, next())? },
        case_type: id(row, next())?,
        stage: text(row, next())?,
        category: category(row, next())?,
        team: Some(id::<uuid::Uuid>(row, next())?).filter(|team| !team.is_nil()).map(Into::into),
        priority: priority(row, next())?,
        resolution: text_or_none(row, next())?,
        title: text(row, next())?,
        customer: optional_id(row, next())?,
        customer_name: optional_text(row, next())?,
        requester: optional_text(row, next())?,
        holder: text_or_none(row, next())?,
        raised_by: text(row, next())?,
        raised_at: instant(row, next())?,
        stage_since: instant(row, next())?,
        updated_at: instant(row, next())?,
        resolved_at: optional_instant(row, next())?,
        closed_at: optional_instant(row, next())?,
        due_at: optional_instant(row, next())?,
        warn_at: optional_instant(row, next())?,
        fields: optional_json(row, next())?.unwrap_or_default(),
        tags: optional_json(row, next())?.unwrap_or_default(),
        workflow: optional_id(row, next())?,
        status: optional_json(row, next())?.map(Arc::new),
        steps: steps(row, next())?,
        failure: optional_json(row, next())?,
        pending: false,
    })
}

fn steps(row: &Row, column: usize) -> Result<Option<StepStates>> {
    let written = optional_plain(row, column)?;
    written.map(|written| StepStates::read(written).ok_or_else(unreadable)).transpose()
}
