//! What finds a tampering.

use std::path::Path;

use casekit::{AuditHead, CaseKit, CasesQuery, CountBy, Desk, Error, PageRequest, Role, StreamId};

use crate::build::actor;

/// Letters of what finds it, in the order of the legend; `-` if nothing does.
pub(super) fn finds(path: &Path, kept: &AuditHead, readable: &[String]) -> String {
    let Ok(kit) = CaseKit::open(path) else { return "O".to_owned() };
    let auditor = kit.desk(actor("audra", Role::Auditor));
    let mut found = String::new();
    if is_broken(&auditor, Some(kept)) {
        found.push(if is_broken(&auditor, None) { 'V' } else { 'K' });
    }
    if kit.check().is_err() {
        found.push('C');
    }
    if unreadable(&kit) != readable {
        found.push('R');
    }
    // What was tampered with may not let itself be closed in order.
    kit.close().ok();
    if found.is_empty() { "-".to_owned() } else { found }
}

fn is_broken(auditor: &Desk, kept: Option<&AuditHead>) -> bool {
    auditor.verify(kept).map_or(true, |report| report.broken.is_some())
}

/// The calls that fail when somebody reads everything that screens show.
pub(super) fn unreadable(kit: &CaseKit) -> Vec<String> {
    let desk = kit.desk(actor("root", Role::Administrator));
    let first = || PageRequest::first().of(500);
    let mut failed = Vec::new();
    let mut read = |what: &str, answer: Result<(), Error>| {
        if answer.is_err() {
            failed.push(what.to_owned());
        }
    };
    let cases = desk.cases(&CasesQuery::default(), first());
    let rows = cases.as_ref().map(|page| page.rows.clone()).unwrap_or_default();
    read("cases", cases.map(drop));
    for (place, row) in rows.iter().enumerate() {
        let what = |call: &str| format!("{call} {place}");
        read(&what("case"), desk.case(row.id).map(drop));
        read(&what("thread"), desk.thread(row.id, first()).map(drop));
        read(&what("history"), desk.history(StreamId::Case(row.id), first()).map(drop));
        read(&what("summary"), desk.summary(row.id).map(drop));
        read(&what("preview"), desk.preview_data(row.id, "shop", "orders", 0, 500).map(drop));
    }
    let customers = desk.customers(None, first());
    for (place, row) in
        customers.as_ref().map(|page| page.rows.as_slice()).unwrap_or_default().iter().enumerate()
    {
        read(&format!("customer {place}"), desk.customer(row.id).map(drop));
        read(&format!("interactions {place}"), desk.interactions(row.id, first()).map(drop));
    }
    read("customers", customers.map(drop));
    for (what, by) in [("types", CountBy::CaseType), ("stages", CountBy::Stage), ("holders", CountBy::Holder)]
    {
        read(what, desk.counts(by, &CasesQuery::default()).map(drop));
    }
    read("search", desk.search("lamp", first()).map(drop));
    read("errors", desk.cases_with_errors(None, None, first()).map(drop));
    read("settings", desk.settings().map(drop));
    read("case types", desk.case_types().map(drop));
    read("workflows", desk.workflows().map(drop));
    read("changes", desk.changes_since(None, 500).map(drop));
    failed
}
