//! Many older cases, for looking at paging.

use crate::prelude::*;

const TYPES: [&str; 6] =
    ["Enquiries", "Support", "Bug report", "Feature requests", "Follow up", "Process update"];
const THINGS: [&str; 10] =
    ["refund", "delivery", "invoice", "lamp", "chair", "address", "screws", "voucher", "password", "label"];
/// A list that is held at once.
const AT_ONCE: u32 = 5000;

/// Imports so many cases, five minutes apart, the last of them a month ago.
pub(crate) fn import(desk: &Desk, cases: u32) -> Result<(), Error> {
    let end = SystemEnv.now() - chrono::Duration::days(31);
    for from in (0..cases).step_by(AT_ONCE as usize) {
        let until = cases.min(from.saturating_add(AT_ONCE));
        let at = |place: u32| end - chrono::Duration::minutes(5 * i64::from(cases - place));
        let items: Vec<ImportItem> = (from..until).map(|place| item(place, at(place))).collect();
        desk.import(&items)?;
    }
    Ok(())
}

fn item(place: u32, at: Timestamp) -> ImportItem {
    let pick = |from: &[&'static str], step: u32| {
        from.iter().copied().cycle().nth((place / step) as usize % from.len()).unwrap_or_default()
    };
    let title =
        format!("About the {} and the {} of order {}", pick(&THINGS, 1), pick(&THINGS, 10), 10_000 + place);
    let case = NewCase::new(pick(&TYPES, 1), title);
    let case = ImportCase::new(case, at, "amara").with_reference(format!("OLD-{place}"));
    let case = case.of_customer(format!("K-{}", 1001 + place % 5));
    let stage = pick(&["", "In Progress", "Resolved", "Closed", "Closed"], 1);
    if stage.is_empty() {
        return ImportItem::Case(case);
    }
    let moved = ImportedChange::Stage { to: stage.to_owned(), reason: None };
    ImportItem::Case(case.with_change(ImportChange::new(at, "amara", moved)))
}
