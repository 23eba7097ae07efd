//! Whether the names and references in use are those that states hold and events made.

use std::collections::BTreeMap;

use casekit_core::commit::{Claim, claims_for_good, claims_of};
use casekit_core::model::{State, StreamId};
use casekit_core::store::EventQuery;

use super::Checked;
use crate::error::{Result, damaged, unreadable};
use crate::read::{copy, events, streams};

/// How many rows are read at once: few enough that they take little memory.
const AT_ONCE: u32 = 1_000;

/// Whether the claims that are kept are those that states hold and events made for good. If two streams hold the same one,
/// states and not claims are damaged, so that is an error of its own.
pub(super) fn agree(moment: &Checked<'_>) -> Result<bool> {
    let mut held: BTreeMap<Claim, StreamId> = BTreeMap::new();
    let mut hold = |claim, by| match held.insert(claim, by) {
        Some(other) if other != by => Err(damaged("names and references")),
        Some(_) | None => Ok(()),
    };
    each_state(moment, |state| {
        claims_of(state).into_iter().try_for_each(|claim| hold(claim, state.stream()))
    })?;
    // Every event is read, since no column tells which of them make a claim.
    let mut after = 0;
    loop {
        (moment.proceed)()?;
        let page = events::page(moment.connection, &EventQuery::All { after, limit: AT_ONCE })?;
        let Some(last) = page.last() else { break };
        after = last.position;
        for stored in &page {
            let event = stored.open().map_err(|_| unreadable())?;
            claims_for_good(&event.fact).into_iter().try_for_each(|claim| hold(claim, stored.stream))?;
        }
    }
    let mut last = None;
    loop {
        (moment.proceed)()?;
        let page = copy::claims(moment.connection, last.as_ref(), AT_ONCE)?;
        if page.is_empty() {
            return Ok(held.is_empty());
        }
        last = page.last().map(|located| located.claim.clone());
        if page.iter().any(|located| held.remove(&located.claim) != Some(located.stream)) {
            return Ok(false);
        }
    }
}

/// Hands over every state, without holding more than a few.
pub(super) fn each_state(moment: &Checked<'_>, mut found: impl FnMut(&State) -> Result<()>) -> Result<()> {
    let mut after = None;
    loop {
        (moment.proceed)()?;
        let page = streams::page(moment.connection, after, AT_ONCE)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.stream);
        page.iter().try_for_each(|row| found(&row.state))?;
    }
}
