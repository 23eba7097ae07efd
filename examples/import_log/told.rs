//! Finds every row of the log in the histories.

use std::collections::HashMap;
use std::error::Error;

use casekit::{CaseId, CasesQuery, Desk, HistoryEntry, PageRequest, StreamId};

use crate::load::{CASE_TYPE, Meaning, Meanings};
use crate::log::{LoggedCase, Row};

/// How many rows of the log are in the histories, each as an event of its own, with its time and its doer.
pub(crate) fn rows_told(
    desk: &Desk,
    cases: &[LoggedCase],
    meanings: &Meanings,
) -> Result<u64, Box<dyn Error>> {
    let ids = ids_by_reference(desk)?;
    let mut told = 0;
    for case in cases {
        if let Some(id) = ids.get(&case.reference) {
            told += in_order(&case.rows, &history(desk, *id)?, meanings);
        }
    }
    Ok(told)
}

/// The ids of the loaded cases by the log's reference, which is the title of each.
fn ids_by_reference(desk: &Desk) -> Result<HashMap<String, CaseId>, Box<dyn Error>> {
    let query = CasesQuery { case_types: vec![CASE_TYPE.into()], ..CasesQuery::default() };
    let mut ids = HashMap::new();
    let mut request = Some(PageRequest::first());
    while let Some(page) = request {
        let page = desk.cases(&query, page.of(500))?;
        request = page.next_request();
        ids.extend(page.rows.into_iter().map(|row| (row.title, row.id)));
    }
    Ok(ids)
}

fn history(desk: &Desk, case: CaseId) -> Result<Vec<HistoryEntry>, Box<dyn Error>> {
    let mut entries = Vec::new();
    let mut request = Some(PageRequest::first());
    while let Some(page) = request {
        let page = desk.history(StreamId::Case(case), page.of(500))?;
        request = page.next_request();
        entries.extend(page.rows);
    }
    Ok(entries)
}

fn in_order(rows: &[Row], history: &[HistoryEntry], meanings: &Meanings) -> u64 {
    let mut entries = history.iter();
    rows.iter().take_while(|row| entries.any(|entry| tells(entry, row, meanings))).count() as u64
}

fn tells(entry: &HistoryEntry, row: &Row, meanings: &Meanings) -> bool {
    let says = |field: &str, text: &str| {
        entry.changes.iter().any(|change| change.field == field && change.to.as_deref() == Some(text))
    };
    let same = match meanings.of(&row.activity) {
        Meaning::Stage(to) => entry.code == "stage_changed" && says("stage", to),
        Meaning::Taken => matches!(entry.code.as_str(), "case_taken" | "case_taken_over"),
        Meaning::Note => entry.code == "note_added" && says("text", &row.activity),
    };
    same && entry.at == row.at && entry.actor == row.resource
}
