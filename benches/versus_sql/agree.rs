//! Both sides must have done the same work, and show the same.

use std::collections::BTreeMap;

use casekit::{CaseSummary, CasesQuery, CountBy, Page, PageRequest, SearchHit, StageCategory, StreamId};

use crate::lists::{List, lists};
use crate::raw::{By, Row};
use crate::reads::{permission, searches};
use crate::timing::Outcome;
use crate::twins::Twins;
use crate::world::{Cast, prefixes};

/// What of a row is compared: all but ids and times, which each side makes by itself.
type Shown = (String, String, String, String, Option<String>, Option<String>, Option<String>);

pub(crate) fn agree(twins: &Twins) -> Outcome {
    counts(twins)?;
    for List { name, asked } in lists(twins)? {
        for (question, query) in &asked {
            let rows = twins.raw.page(question, i64::MAX)?;
            let page = first_rows(|request| Ok(twins.kit.desk.cases(query, request)?))?;
            same(name, &page, &rows)?;
        }
    }
    for (cast, share) in Cast::ALL {
        let desk = cast.desk(&twins.kit.kit);
        let rows = twins.raw.pending(permission(cast), 0)?;
        let page = first_rows(|request| Ok(desk.my_pending_cases(request)?))?;
        same(&format!("my_pending_cases, {share} pending"), &page, &rows)?;
        let counted = (desk.my_pending_count()?, twins.raw.pending_count(permission(cast))?.unsigned_abs());
        equal("my_pending_count", &counted.0, &counted.1)?;
    }
    // One letter is a whole word to one side and may be a beginning to the other.
    let typed = (2..=6).map(|letters| ("search as typed", prefixes(letters)));
    for (name, words) in searches(twins.cases).into_iter().chain(typed) {
        for text in &words {
            let hits = twins.raw.search(text)?;
            let page: Vec<SearchHit> = first_rows(|request| Ok(twins.kit.desk.search(text, request)?))?;
            let cases: Vec<CaseSummary> = page.into_iter().map(|hit| hit.case).collect();
            let rows: Vec<Row<'_>> = hits.into_iter().map(|hit| hit.case).collect();
            same(name, &cases, &rows)?;
        }
    }
    one_case(twins)
}

fn counts(twins: &Twins) -> Outcome {
    let by = [
        (CountBy::CaseType, By::Type),
        (CountBy::Stage, By::Stage),
        (CountBy::Category, By::Category),
        (CountBy::Holder, By::Holder),
    ];
    type Counted = BTreeMap<(Option<String>, Option<String>, Option<i64>, Option<String>), u64>;
    for (of_kit, of_raw) in by {
        let rows = twins.kit.desk.counts(of_kit, &CasesQuery::default())?.into_iter();
        // The hand-written side has no rows of nothing.
        let rows = rows.filter(|row| row.count > 0);
        let kit: Counted = rows
            .map(|row| ((row.case_type, row.stage, row.category.map(number), row.holder), row.count))
            .collect();
        let rows = twins.raw.counts(of_raw)?.into_iter();
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let raw: Counted = rows
            .map(|row| {
                let key = (owned(row.case_type), owned(row.stage), row.category, owned(row.holder));
                (key, row.n.unsigned_abs())
            })
            .collect();
        equal("counts", &kit, &raw)?;
    }
    Ok(())
}

fn one_case(twins: &Twins) -> Outcome {
    let special = twins.special.ok_or("there are no special cases")?;
    for (kit_id, raw_id) in [special.ten_events, special.thousand_events, special.many_notes] {
        let page = twins.kit.desk.history(StreamId::Case(kit_id), PageRequest::first())?;
        let kit: Vec<(u64, String)> = page.rows.into_iter().map(|row| (row.revision, row.code)).collect();
        let lines = twins.raw.history(raw_id)?.into_iter().take(50);
        let raw: Vec<(u64, String)> =
            lines.map(|line| (line.revision.unsigned_abs(), line.code.to_owned())).collect();
        equal("history", &kit, &raw)?;
        let page = twins.kit.desk.thread(kit_id, PageRequest::first())?;
        let kit: Vec<Option<String>> = page.rows.into_iter().map(|note| note.text).collect();
        let raw: Vec<_> = twins.raw.thread(raw_id)?.into_iter().take(50).map(|note| note.text).collect();
        equal("thread", &kit, &raw)?;
        let kit = twins.kit.desk.summary(kit_id)?.last_notes.into_iter().map(|note| note.text);
        let raw = twins.raw.summary(raw_id)?.last_notes.into_iter().map(|note| note.text);
        equal("summary", &kit.collect::<Vec<_>>(), &raw.collect::<Vec<_>>())?;
    }
    let (kit, raw) = (twins.kit.desk.case(special.long.0)?, twins.raw.by_id(special.long.1)?);
    equal("a long case", &kit.description, &raw.description)
}

/// The first 50 rows, over as many pages as they take: a page may be short and have a next one.
fn first_rows<T>(mut page: impl FnMut(PageRequest) -> Outcome<Page<T>>) -> Outcome<Vec<T>> {
    let (mut rows, mut next) = (Vec::new(), Some(PageRequest::first()));
    while let Some(request) = next.filter(|_| rows.len() < 50) {
        let page = page(request)?;
        next = page.next_request();
        rows.extend(page.rows);
    }
    rows.truncate(50);
    Ok(rows)
}

fn same(what: &str, kit: &[CaseSummary], raw: &[Row<'_>]) -> Outcome {
    let of_kit = |row: &CaseSummary| -> Shown {
        (
            row.number.clone(),
            row.case_type.clone(),
            row.stage.clone(),
            row.title.clone(),
            row.customer.clone(),
            row.holder.clone(),
            row.workflow.clone(),
        )
    };
    let of_raw = |row: &Row<'_>| -> Shown {
        (
            row.number.clone(),
            row.case_type.to_owned(),
            row.stage.to_owned(),
            row.title.clone(),
            row.customer.clone(),
            row.holder.map(str::to_owned),
            row.workflow.map(str::to_owned),
        )
    };
    let kit: Vec<Shown> = kit.iter().map(of_kit).collect();
    let raw: Vec<Shown> = raw.iter().take(50).map(of_raw).collect();
    equal(what, &kit, &raw)
}

fn equal<T: PartialEq + std::fmt::Debug>(what: &str, kit: &T, raw: &T) -> Outcome {
    if kit == raw {
        return Ok(());
    }
    let (kit, raw) = (format!("{kit:?}"), format!("{raw:?}"));
    let alike = kit.chars().zip(raw.chars()).take_while(|(one, other)| one == other).count();
    // A little of what is still the same, and what follows.
    let from = |text: &str| text.chars().skip(alike.saturating_sub(100)).take(300).collect::<String>();
    Err(format!("the sides differ in: {what}\ncasekit: {}\nraw: {}", from(&kit), from(&raw)).into())
}

fn number(category: StageCategory) -> i64 {
    match category {
        StageCategory::Open => 0,
        StageCategory::Active => 1,
        StageCategory::Waiting => 2,
        StageCategory::Resolved => 3,
        StageCategory::Closed => 4,
    }
}
