//! Whether orders have the values that their events give them, the deadlines that are counted anew from them, and tags as
//! many cases as lists show.

use std::collections::BTreeMap;

use casekit::casekit_core::commit::StoredEvent;
use casekit::casekit_core::model::Case;
use casekit::casekit_core::store::{EventQuery, LoadPlan};
use casekit::{CaseId, CasesQuery, Desk, Error, PageRequest, Store as _, StreamId, Timestamp};
use serde_json::Value;

use super::{Wrong, missing, unanswered};
use crate::office::{Office, root};
use crate::workload::ORDERS;

const PAGE: u32 = 500;

/// Judges every order, and every tag.
pub(super) fn kept(office: &Office) -> Result<(), Wrong> {
    let root = root(&office.kit);
    let types = root.case_types().map_err(|error| missing("the case types", &error))?;
    if types.iter().any(|one| one.name == ORDERS) {
        let orders = CasesQuery { case_types: vec![ORDERS.into()], ..CasesQuery::default() };
        for (case, due_at) in listed(&root, &orders)? {
            values(office, case)?;
            deadlines(&root, case, due_at)?;
        }
    }
    for tag in root.tags().map_err(|error| missing("the tags", &error))? {
        let query = CasesQuery { tags: vec![tag.name.clone()], ..CasesQuery::default() };
        let cases = listed(&root, &query)?.len() as u64;
        if cases != tag.count {
            return Err(Wrong::Altered(format!(
                "{cases} cases have the tag `{}`, and not {}",
                tag.name, tag.count
            )));
        }
    }
    Ok(())
}

/// The cases of a list, each with the end that its row shows.
fn listed(root: &Desk, query: &CasesQuery) -> Result<Vec<(CaseId, Option<Timestamp>)>, Wrong> {
    let (mut cases, mut next) = (Vec::new(), Some(PageRequest::first().of(PAGE)));
    while let Some(request) = next {
        let page = root.cases(query, request).map_err(|error| missing("a list of cases", &error))?;
        next = page.next_request();
        cases.extend(page.rows.iter().map(|row| (row.id, row.due_at)));
    }
    Ok(cases)
}

/// The values of a case are those that its events set, read as the page on the file says, without the library's own rules.
fn values(office: &Office, case: CaseId) -> Result<(), Wrong> {
    let loaded = office.store.load(&LoadPlan::case(case)).map_err(|error| unanswered(&error))?;
    let kept: Option<&Case> = loaded.cases.first();
    let kept = kept.ok_or_else(|| Wrong::Lost(format!("case `{case}`")))?;
    let kept = serde_json::to_value(&kept.fields).map_err(|error| Wrong::Unsound(error.to_string()))?;
    let mut told: BTreeMap<String, Value> = BTreeMap::new();
    let mut after = 0;
    loop {
        let query = EventQuery::Stream { stream: StreamId::Case(case), after, limit: PAGE };
        let events = office.store.events(&query).map_err(|error| unanswered(&error))?;
        let Some(last) = events.last() else { break };
        after = last.revision;
        for event in &events {
            set(&mut told, event)
                .map_err(|error| Wrong::Unsound(format!("an event of `{case}`: {error}")))?;
        }
    }
    let told = Value::from_iter(told);
    if kept == told {
        Ok(())
    } else {
        Err(Wrong::Altered(format!("the values of case `{case}`: {kept}, but its events say {told}")))
    }
}

/// What an event makes of the values.
fn set(values: &mut BTreeMap<String, Value>, event: &StoredEvent) -> serde_json::Result<()> {
    let facts: Value = serde_json::from_slice(&event.facts)?;
    if !matches!(facts.get("event").and_then(Value::as_str), Some("case_raised" | "fields_changed")) {
        return Ok(());
    }
    let personal: Value = serde_json::from_slice(event.personal.as_deref().unwrap_or(b"null"))?;
    let list = |of: &Value, name: &str| of.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    for (field, value) in list(&facts, "fields").iter().zip(list(&personal, "fields_to")) {
        let field = field.as_str().unwrap_or_default().to_owned();
        match value {
            Value::Null => drop(values.remove(&field)),
            value => drop(values.insert(field, value)),
        }
    }
    Ok(())
}

/// The deadlines of a case, and the end that lists show, are those that come of counting anew.
fn deadlines(root: &Desk, case: CaseId, listed: Option<Timestamp>) -> Result<(), Wrong> {
    let of = |error: Error| missing(&format!("the deadlines of case `{case}`"), &error);
    let counted = root.explain_deadlines(case).map_err(of)?;
    let kept = root.case(case).map_err(of)?;
    let mut again: Vec<_> =
        counted.iter().map(|one| (&one.code, &one.state, one.due_at, one.warn_at)).collect();
    let mut was: Vec<_> =
        kept.deadlines.iter().map(|one| (&one.code, &one.state, one.due_at, one.warn_at)).collect();
    again.sort();
    was.sort();
    if again != was {
        return Err(Wrong::Altered(format!(
            "the deadlines of case `{case}`: {was:?}, counted anew {again:?}"
        )));
    }
    let next = counted.iter().filter(|one| one.state == "running").filter_map(|one| one.due_at).min();
    if (kept.due_at, listed) != (next, next) {
        let found = format!("{:?} and in lists {listed:?}, counted anew {next:?}", kept.due_at);
        return Err(Wrong::Altered(format!("when case `{case}` is due: {found}")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use casekit::{CaseEdit, NewCase};
    use rusqlite::Connection;
    use tempfile::TempDir;

    use super::*;
    use crate::office::{How, open};
    use crate::workload::orders;
    use crate::world::World;

    /// What the judge says of a file with an order whose state was altered so, past the library.
    fn judged(from: &str, to: &str) -> Result<(), Wrong> {
        let folder = TempDir::new().unwrap();
        let (path, how) = (folder.path().join("cases.db"), How::new(World::fixed(1)));
        let office = open(&path, folder.path(), &how).unwrap();
        orders(&office.kit).unwrap();
        let root = root(&office.kit);
        let order = NewCase::new(ORDERS, "x").with_field("Order", "first");
        let case = root.raise_case(order).unwrap().id;
        root.edit_case(case, CaseEdit::new().field("Order", "second").field("Channel", "Web")).unwrap();
        kept(&office).unwrap();
        office.kit.close().unwrap();
        let file = Connection::open(&path).unwrap();
        file.execute("UPDATE case_bodies SET rest = replace(rest, ?1, ?2)", (from, to)).unwrap();
        file.close().unwrap();
        kept(&open(&path, folder.path(), &how).unwrap())
    }

    #[test]
    fn a_value_that_no_event_gave_is_found() {
        assert_eq!(judged("x", "x"), Ok(()));
        let wrong = judged("second", "first").unwrap_err().to_string();
        assert!(wrong.starts_with("altered: the values of case"), "{wrong}");
    }

    #[test]
    fn a_deadline_that_is_not_what_is_counted_is_found() {
        let wrong = judged("\"running\"", "\"paused\"").unwrap_err().to_string();
        assert!(wrong.starts_with("altered: the deadlines of case"), "{wrong}");
    }
}
