//! Counting cases: by kept totals where they say it, and otherwise the cases that fit.

use std::collections::BTreeMap;

use casekit_core::model::{Catalog, DueTask, TagId, Timestamp};
use casekit_core::store::{CaseCount, CaseFilter, CountBy, CountQuery, FailureCount, Within};
use tokio_postgres::Row;
use uuid::Uuid;

use super::part::Part;
use super::{Moment, filter};
use crate::connection::Connection;
use crate::error::{Result, unreadable};
use crate::totals::{BY_FAMILY, BY_HOLDER, BY_PLACE, BY_TAG, FAILING, RAISED, RAISED_AND_HELD};
use crate::value::{category, id, instant, micros, plain, priority, signed, text, text_or_none, unsigned};

/// How many cases there are in each group, in order.
pub(crate) fn count(
    connection: &Connection,
    moment: Moment,
    catalog: &Catalog,
    query: &CountQuery,
) -> Result<Vec<CaseCount>> {
    if filter::text_of(&query.filter).is_some() {
        moment.is_searchable()?;
    }
    let parts = match query.filter.parts_of_work() {
        Some(parts) => parts.to_vec(),
        None => vec![(1, query.filter.clone())],
    };
    let mut groups: BTreeMap<CaseCount, i64> = BTreeMap::new();
    for (sign, filter) in parts {
        let by = query.by;
        let part = match kept(by, &filter, catalog) {
            Some(kept) => kept,
            None => counted(by, &filter, catalog),
        };
        for (group, n) in part.rows(connection, |row| Ok((group(by, row)?, signed(row, 0)?)))? {
            *groups.entry(group).or_default() += sign * n;
        }
    }
    // Only wrong totals could be less than nothing, and to find these is for `check`.
    let some = groups.into_iter().filter(|(_, n)| *n > 0);
    Ok(some.map(|(group, n)| CaseCount { count: n.unsigned_abs(), ..group }).collect())
}

/// How many cases fit a filter; `at_most` if there are more.
pub(crate) fn up_to(
    connection: &Connection,
    moment: Moment,
    catalog: &Catalog,
    (filter, at_most): (&CaseFilter, u32),
) -> Result<u64> {
    if kept(CountBy::CaseType, filter, catalog).is_some() || filter.parts_of_work().is_some() {
        let query = CountQuery { by: CountBy::CaseType, filter: filter.clone() };
        let all: u64 = count(connection, moment, catalog, &query)?.iter().map(|group| group.count).sum();
        return Ok(all.min(at_most.into()));
    }
    if filter::text_of(filter).is_some() {
        moment.is_searchable()?;
    }
    let mut part =
        Part::of("SELECT count(*) FROM (SELECT 1 FROM org.cases c JOIN org.places p ON p.key = c.place");
    part.push(filter::source(filter)).push(" WHERE true").append(filter::conditions(filter, catalog));
    part.bind(" LIMIT ?) few", i64::from(at_most));
    one_number(connection, part)
}

/// The columns that tell the groups apart, of a place `p`, and of a holder or a tag `a`.
fn columns(by: CountBy) -> &'static str {
    match by {
        CountBy::CaseType => "p.case_type",
        CountBy::Stage => "p.case_type, p.stage, p.category",
        CountBy::Category => "p.category",
        CountBy::Team => "p.team",
        CountBy::Priority => "p.priority",
        CountBy::Resolution => "p.resolution",
        CountBy::Holder | CountBy::Tag => "t.a",
    }
}

/// The group of a row: its count, then [`columns`].
fn group(by: CountBy, row: &Row) -> Result<CaseCount> {
    let mut group = CaseCount {
        case_type: None,
        stage: None,
        category: None,
        team: None,
        tag: None,
        priority: None,
        resolution: None,
        holder: None,
        count: 0,
    };
    match by {
        CountBy::CaseType => group.case_type = Some(id(row, 1)?),
        CountBy::Stage => {
            (group.case_type, group.stage) = (Some(id(row, 1)?), Some(text(row, 2)?));
            group.category = Some(category(row, 3)?);
        }
        CountBy::Category => group.category = Some(category(row, 1)?),
        CountBy::Team => group.team = Some(id::<Uuid>(row, 1)?).filter(|team| !team.is_nil()).map(Into::into),
        CountBy::Priority => group.priority = Some(priority(row, 1)?),
        CountBy::Resolution => group.resolution = text_or_none(row, 1)?,
        CountBy::Holder => group.holder = text_or_none(row, 1)?,
        CountBy::Tag => group.tag = Some(TagId(Uuid::try_parse(plain(row, 1)?).map_err(|_| unreadable())?)),
    }
    Ok(group)
}

/// The statement that reads the counts from the totals; `None` if they do not say it.
fn kept(by: CountBy, filter: &CaseFilter, catalog: &Catalog) -> Option<Part> {
    let CaseFilter { types, teams, stages, categories, priorities, resolutions, .. } = filter.clone();
    let of_family = CaseFilter { types, teams, ..CaseFilter::default() };
    let of_place = CaseFilter { stages, categories, priorities, resolutions, ..of_family.clone() };
    let CaseFilter { holder, own, raised_by, tags, .. } = filter.clone();
    // What is demanded besides the place.
    let more = CaseFilter { holder, own, raised_by, tags, ..of_place.clone() };
    if more != *filter {
        return None;
    }
    let tags = catalog.tags_in_use(&filter.tags);
    let tags: Vec<String> = tags.iter().map(TagId::to_string).collect();
    let kinds = match (&filter.holder, &filter.own, &filter.raised_by, tags.as_slice()) {
        (None, None, None, []) => match by {
            CountBy::Tag => vec![(BY_TAG, None)],
            CountBy::Holder if *filter == of_family => vec![(BY_FAMILY, None)],
            CountBy::Holder => vec![(BY_HOLDER, None)],
            _ => vec![(BY_PLACE, None)],
        },
        (None, None, None, [tag]) if !matches!(by, CountBy::Tag | CountBy::Holder) => {
            vec![(BY_TAG, Some(tag.as_str()))]
        }
        (Some(holder), None, None, []) if by != CountBy::Tag => {
            vec![(BY_HOLDER, Some(filter::holder_text(holder)))]
        }
        // What somebody raised and does not hold, and what they hold, whoever raised it.
        (None, Some(own), None, []) if !matches!(by, CountBy::Tag | CountBy::Holder) => {
            vec![(BY_HOLDER, Some(own.as_str())), (RAISED, Some(own.as_str()))]
        }
        (None, None, Some(raiser), []) if !matches!(by, CountBy::Tag | CountBy::Holder) => {
            vec![(RAISED, Some(raiser.as_str())), (RAISED_AND_HELD, Some(raiser.as_str()))]
        }
        _ => return None,
    };
    let columns = columns(by);
    let mut part = Part::of("SELECT sum(t.n)::int8, ");
    part.push(columns).push(" FROM org.totals t JOIN org.places p ON p.key = t.b WHERE t.n <> 0 AND (false");
    for (kind, a) in kinds {
        part.bind(" OR t.kind = ?", kind);
        if let Some(a) = a {
            part.bind(" AND t.a = ?", a);
        }
    }
    part.push(")").append(filter::of_place(filter)).push(" GROUP BY ").push(columns);
    Some(part)
}

/// The statement that counts the cases themselves.
fn counted(by: CountBy, filter: &CaseFilter, catalog: &Catalog) -> Part {
    let columns = columns(by);
    let mut part = Part::of("SELECT count(*), ");
    part.push(columns).push(" FROM org.cases c JOIN org.places p ON p.key = c.place");
    part.push(filter::source(filter));
    part.push(match by {
        CountBy::Holder => " CROSS JOIN LATERAL (SELECT c.holder AS a) t",
        // A case is counted for each of its tags.
        CountBy::Tag => {
            " CROSS JOIN LATERAL (SELECT g.tag::text AS a FROM org.case_tags g WHERE g.number = c.number) t"
        }
        _ => "",
    });
    part.push(" WHERE true").append(filter::conditions(filter, catalog)).push(" GROUP BY ").push(columns);
    part
}

fn one_number(connection: &Connection, part: Part) -> Result<u64> {
    part.rows(connection, |row| unsigned(row, 0))?.first().copied().ok_or_else(unreadable)
}

/// How many cases have this task due before an instant; `at_most` if there are more.
pub(crate) fn due_tasks(
    connection: &Connection,
    due_task: DueTask,
    before: Timestamp,
    at_most: u32,
) -> Result<u64> {
    let mut part = Part::of("SELECT count(*) FROM (SELECT 1 FROM org.cases ");
    match due_task {
        DueTask::KeepClock => drop(part.bind("WHERE wakes_at < ?", micros(before))),
        DueTask::Deliver | DueTask::DestroyData | DueTask::Collect => {
            part.bind("WHERE due_task = ?", due_task.code()).bind(" AND due_task_at < ?", micros(before));
        }
    }
    part.bind(" LIMIT ?) few", i64::from(at_most));
    one_number(connection, part)
}

/// The earliest instant of the cases that have this task.
pub(crate) fn next_due(connection: &Connection, due_task: DueTask) -> Result<Option<Timestamp>> {
    let mut part = Part::default();
    match due_task {
        DueTask::KeepClock => {
            part.push("SELECT wakes_at FROM org.cases WHERE wakes_at IS NOT NULL ORDER BY wakes_at LIMIT 1");
        }
        DueTask::Deliver | DueTask::DestroyData | DueTask::Collect => {
            part.bind("SELECT due_task_at FROM org.cases WHERE due_task = ?", due_task.code());
            part.push(" ORDER BY due_task_at LIMIT 1");
        }
    }
    Ok(part.rows(connection, |row| instant(row, 0))?.pop())
}

/// Counts failing cases by cause. Those of a person or a customer are counted one by one, since no total has them.
pub(crate) fn failures(connection: &Connection, within: &Within) -> Result<Vec<FailureCount>> {
    let filter = CaseFilter::from(within.clone());
    let mut part = Part::default();
    if within.own.is_none() && within.customer.is_none() {
        part.push(
            "SELECT sum(t.n)::int8, t.a FROM org.totals t JOIN org.places p ON p.key = t.b WHERE t.n <> 0",
        );
        part.bind(" AND t.kind = ?", FAILING).append(filter::of_place(&filter)).push(" GROUP BY t.a");
    } else {
        part.push(
            "SELECT count(*), json_build_array(c.failure_code, c.failure_setting)::text FROM org.cases c",
        );
        part.push(" JOIN org.places p ON p.key = c.place WHERE c.failure_code IS NOT NULL");
        part.append(filter::conditions(&filter, &Catalog::default()));
        part.push(" GROUP BY c.failure_code, c.failure_setting");
    }
    let mut counts = part.rows(connection, |row| {
        let (code, setting) = serde_json::from_str(plain(row, 1)?).map_err(|_| unreadable())?;
        Ok(FailureCount { code, setting, count: unsigned(row, 0)? })
    })?;
    counts.sort();
    Ok(counts)
}
