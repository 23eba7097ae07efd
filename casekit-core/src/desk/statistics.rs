//! How long things take: figures that every change keeps.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::case_filter::Narrowed;
use super::look::Look;
use super::looking::Looking;
use super::{CasesQuery, Desk, admission};
use crate::durations::Histogram;
use crate::error::Error;
use crate::model::{CaseTypeId, Catalog, Measure, Month, StageId, limits};
use crate::rejection::{FieldError, FieldRule, Fields, Rejection};
use crate::store::{Defined, DurationCount, DurationQuery};
use crate::text::fold_name;

/// Of which cases and of which time statistics are. Without conditions they are of everything that the actor sees.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct StatisticsQuery {
    /// Only of the types with these names or ids; of every type if none is given.
    pub case_types: Vec<String>,
    /// Only of the teams with these names or ids; of every team and of none if no team is given.
    pub teams: Vec<String>,
    /// Only of cases that stood or stand with no team; together with `teams`, of these too.
    pub without_team: bool,
    /// The first month, such as `2026-01`, in UTC; from the beginning if it is not given. What ended in a month is of that
    /// month. It must be given if months are told apart.
    pub from_month: Option<String>,
    /// The last month, which is included; to the end if it is not given.
    pub to_month: Option<String>,
    /// Whether each month has rows of its own, instead of one for the whole time.
    pub by_month: bool,
}

/// How long one thing took: of a type, for times in stages of a stage, and if months are told apart of a month.
///
/// Times are in whole seconds, and elapsed: nights, holidays and pauses of deadlines are part of them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct StatisticsRow {
    /// What is measured.
    pub measure: Measure,
    /// The id of the type: for a time in a stage, the type that the case had when it left the stage.
    pub case_type_id: CaseTypeId,
    /// The name of the type, in the desk's language.
    pub case_type: String,
    /// The id of the stage that was left; `None` unless that is measured.
    pub stage_id: Option<String>,
    /// The label of the stage, in the desk's language; `None` as for `stage_id`.
    pub stage: Option<String>,
    /// The month in which it ended, such as `2026-11`; `None` unless months are told apart.
    pub month: Option<String>,
    /// How many there were, at least 1: cases, or for a time in a stage how often one left it.
    pub count: u64,
    /// All of them together, in seconds; exact.
    pub total_seconds: u64,
    /// The mean in seconds, rounded down; exact.
    pub mean_seconds: u64,
    /// Half of them took no longer than so many seconds. It is right to a sixteenth of its value.
    pub median_seconds: u64,
    /// Nine of ten took no longer than so many seconds. It is right to a sixteenth of its value.
    pub p90_seconds: u64,
}

impl Desk {
    /// Tells how long cases were in each stage that they left, how long the first response took and how long it took to
    /// resolve them: how many there were, the mean, the median and what nine of ten did not exceed.
    ///
    /// A stage counts each time that a case leaves it. The first response is when staff first wrote what the customer sees,
    /// a message arrived, or the case was answered, and a case is resolved when it is resolved, or closed without that; both
    /// count from when the organisation received what it is about. A case that is raised as already over has neither. A case
    /// that is reopened is taken out of what was resolved, and counts with its whole time once it is resolved anew. An
    /// imported case counts by the times of its past.
    ///
    /// Rows come by measure, name of the type, stages in the order of their type, and month. What did not happen has no row.
    /// Needs [`ReadCases`](crate::model::Permission::ReadCases). It is of the types and teams of the actor's scope, and not for an actor who
    /// sees only their own cases, or those of one customer.
    ///
    /// # Arguments
    ///
    /// - `query`: of which types and teams, and of which months.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if the query names a type or a team that does not exist, with those that there are; or if a month is not
    ///   written as `2026-11`, or the last one comes before the first.
    /// - `NotAllowedHere`: if the actor's scope is their own cases, or one customer.
    ///
    /// # Cost
    ///
    /// Reads figures that every change keeps, and no case and no history. It grows with types, stages, teams and months, and
    /// with how differently long things took: at most about 400 figures for each of these together, however many cases there
    /// are.
    ///
    /// Of months that are told apart there are up to 120: `Invalid` with `out_of_range` beyond.
    pub fn statistics(&self, query: &StatisticsQuery) -> Result<Vec<StatisticsRow>, Error> {
        const ACTION: &str = "read_statistics";
        let look = self.look_at_all(ACTION)?;
        let (from, to) = months(query, Month::of(self.engine.now()?))?;
        let of = CasesQuery {
            case_types: query.case_types.clone(),
            teams: query.teams.clone(),
            without_team: query.without_team,
            ..CasesQuery::default()
        };
        look.ask(
            |catalog| self.filter(&of, &look.caller, catalog, look.present()),
            |narrowed, catalog| {
                let Narrowed { filter, is_empty: false, .. } = narrowed.clone() else {
                    return Ok(Vec::new());
                };
                let query = DurationQuery {
                    measures: Measure::ALL.into(),
                    types: filter.types,
                    teams: filter.teams,
                    from,
                    to,
                    by_month: query.by_month,
                };
                let Defined { answer, catalog: defined } = self.engine.store.durations(&query)?;
                *catalog = defined;
                Ok(rows(answer, look.looking(catalog)))
            },
        )
    }

    /// Begins a read of what is known of all cases together: refused to whoever sees only some of them one by one.
    pub(super) fn look_at_all(&self, action: &str) -> Result<Look<'_>, Error> {
        let look = self.enter(&admission::STATISTICS, action)?;
        match look.caller.own() {
            None => Ok(look),
            Some(_) => Err(Rejection::NotAllowedHere { action: action.to_owned() }.into()),
        }
    }
}

/// The first and the last month of a query. `present` is the last of those that are told apart if none is given.
fn months(query: &StatisticsQuery, present: Month) -> Result<(Option<Month>, Option<Month>), Rejection> {
    let mut fields = Fields::default();
    let mut month = |field: &str, text: &Option<String>| {
        let parsed =
            text.as_deref().map(|text| Month::parse(text).map_err(|rule| FieldError::new(field, rule)));
        fields.take(parsed.transpose()).flatten()
    };
    let (from, to) = (month("from_month", &query.from_month), month("to_month", &query.to_month));
    if query.by_month && query.from_month.is_none() {
        fields.add("from_month", FieldRule::Required);
    }
    let last = to.or_else(|| Some(present).filter(|_| query.by_month && query.to_month.is_none()));
    if let Some((from, to)) = from.zip(last) {
        let months = i64::from(to.number()) - i64::from(from.number()) + 1;
        let most = i64::from(limits::STATISTICS_MONTHS);
        if months < 1 && query.to_month.is_some() {
            fields.add("to_month", FieldRule::DoesNotFit { why: "month_before".into() });
        } else if query.by_month && months > most {
            fields.add("from_month", FieldRule::OutOfRange { least: 1, most });
        }
    }
    fields.finish(Some((from, to)))
}

type Group = (Measure, CaseTypeId, Option<StageId>, Option<Month>);

/// The figures as rows, in the order in which screens show them.
fn rows(counts: Vec<DurationCount>, looking: Looking<'_>) -> Vec<StatisticsRow> {
    let mut groups: BTreeMap<Group, Histogram> = BTreeMap::new();
    for one in counts {
        let group = (one.measure, one.case_type, one.stage, one.month);
        groups.entry(group).or_default().add(one.bucket, one.count, one.seconds);
    }
    let Looking { catalog, language, .. } = looking;
    let mut names: BTreeMap<CaseTypeId, String> = BTreeMap::new();
    for (_, case_type, ..) in groups.keys() {
        names.entry(*case_type).or_insert_with(|| catalog.type_name(*case_type, language));
    }
    let mut groups: Vec<(Group, Histogram)> = groups.into_iter().collect();
    groups.sort_by_cached_key(|((measure, case_type, stage, month), _)| {
        let name = names.get(case_type).map(|name| fold_name(name));
        let place = stage.as_ref().map(|stage| place_of(*case_type, stage, catalog));
        (*measure, name, *case_type, place, stage.clone(), *month)
    });
    let row = |((measure, case_type, stage, month), lengths): (Group, Histogram)| StatisticsRow {
        measure,
        case_type_id: case_type,
        case_type: names.get(&case_type).cloned().unwrap_or_default(),
        stage: stage.as_ref().map(|stage| looking.stage(case_type, stage)),
        stage_id: stage.map(String::from),
        month: month.map(|month| month.to_string()),
        count: lengths.count(),
        total_seconds: lengths.seconds(),
        mean_seconds: lengths.mean().unwrap_or_default(),
        median_seconds: lengths.percentile(50).unwrap_or_default(),
        p90_seconds: lengths.percentile(90).unwrap_or_default(),
    };
    groups.into_iter().map(row).collect()
}

/// Where a stage stands in the newest version of its type; those that it no longer has come last.
pub(super) fn place_of(case_type: CaseTypeId, stage: &StageId, catalog: &Catalog) -> usize {
    let current = catalog.case_types.get(&case_type).and_then(|one| one.current());
    let stages = current.map(|version| version.stages.as_slice()).unwrap_or_default();
    stages.iter().position(|one| one.id == *stage).unwrap_or(usize::MAX)
}
