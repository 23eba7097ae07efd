//! Counts of cases in groups.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::case_filter::Narrowed;
use super::looking::Looking;
use super::statistics::place_of;
use super::{CasesQuery, Desk, admission};
use crate::error::Error;
use crate::model::{
    ActorId, CaseType, CaseTypeId, Catalog, Priority, ResolutionCode, StageCategory, TagId, TeamId,
};
use crate::store::{CaseCount, CaseFilter, CountBy, CountQuery, Defined, HolderFilter};
use crate::text::fold_name;

/// The number of cases in one group. Fields that do not belong to the grouping are `None`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct CaseCountRow {
    /// The id of the type; set when grouped by type or by stage.
    pub case_type_id: Option<CaseTypeId>,
    /// The name of the type, in the desk's language; set when grouped by type or by stage.
    pub case_type: Option<String>,
    /// The id of the stage; set when grouped by stage.
    pub stage_id: Option<String>,
    /// The label of the stage, in the desk's language; set when grouped by stage.
    pub stage: Option<String>,
    /// The category; set when grouped by category or by stage.
    pub category: Option<StageCategory>,
    /// The id of the team; set when grouped by team. In that case `None` is the group of cases that stand with none.
    pub team_id: Option<TeamId>,
    /// The name of the team; `None` as for `team_id`.
    pub team: Option<String>,
    /// The id of the tag; set when grouped by tag.
    pub tag_id: Option<TagId>,
    /// The name of the tag; set when grouped by tag.
    pub tag: Option<String>,
    /// The priority; set when grouped by priority, unless it is not for the actor.
    pub priority: Option<Priority>,
    /// The code of the resolution; set when grouped by resolution. In that case `None` is the group of cases of which nobody
    /// said how they ended.
    pub resolution_code: Option<String>,
    /// The label of the resolution, in the desk's language; the code where types call it differently. `None` as for
    /// `resolution_code`.
    pub resolution: Option<String>,
    /// The actor id of the holder; set when grouped by holder. In that case `None` is the group of cases that nobody
    /// holds.
    pub holder: Option<String>,
    /// What the holder is called; `None` if the group has no holder, the directory of people does not say, or it is not for
    /// the actor.
    pub holder_name: Option<String>,
    /// The number of cases in the group; 0 for a group that the query allows and that has no case.
    pub count: u64,
}

impl Desk {
    /// Counts cases in groups, under the conditions of a list.
    ///
    /// The numbers are exact: a group has as many cases as the list of the same query with that group. Groups without any
    /// case are named too, as far as the query and the actor's scope allow cases in them: each active type with the
    /// stages of its newest version, each category, each active team, each tag in use, each priority, each resolution of an active type, and the
    /// cases that nobody holds, that stand with no team or of which nobody said how they ended. By tag, a case is counted for each of its tags, and one without a tag for none. Types, teams and tags come by name, stages
    /// in the order of their type, priorities from low to urgent, resolutions by code, holders by id after nobody. Needs [`ReadCases`](crate::model::Permission::ReadCases).
    ///
    /// # Arguments
    ///
    /// - `by`: what the groups are made by.
    /// - `query`: the conditions for a case to be counted. Its order does not matter.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if the query names a type, a stage or a workflow that does not exist, with those that there are; or
    ///   if its conditions exclude each other.
    ///
    /// # Cost
    ///
    /// By types, stages, categories, teams, priorities, resolutions, holder and who raised the cases, or any of these, and by one tag
    /// together with any of the first six: reads totals that every
    /// change keeps, and no cases. It grows with the number of types, stages, teams and holders. With any other condition, reads by an
    /// index every case that meets the narrowest of these, and counts: those of the customer, with the error, of the
    /// raiser or holder, closed, resolved or raised in the time, with the outcome, in the workflow. With a text, reads
    /// every case in which it is found; a word that is everywhere takes seconds at a million cases.
    ///
    /// For an actor who sees only their own cases, a count by holder, or of another holder, reads each of these cases. All
    /// groups are answered at once.
    pub fn counts(&self, by: CountBy, query: &CasesQuery) -> Result<Vec<CaseCountRow>, Error> {
        let look = self.enter(&admission::CASES, "count_cases")?;
        // A customer gets one group whatever it is by, and by tag a case would be counted for each.
        let by = if look.is_for_customer() && by == CountBy::Tag { CountBy::Team } else { by };
        look.ask(
            |catalog| self.filter(query, &look.caller, catalog, look.present()),
            |narrowed, catalog| {
                let Narrowed { filter, is_empty, .. } = narrowed;
                let mut counts = Vec::new();
                if !is_empty {
                    let query = CountQuery { by, filter: filter.clone() };
                    let Defined { answer, catalog: defined } = self.engine.store.count_cases(&query)?;
                    (counts, *catalog) = (answer, defined);
                }
                let mut counts = with_empty(counts, by, filter, catalog);
                if look.is_for_customer() && matches!(by, CountBy::Team | CountBy::Priority) {
                    counts = vec![in_one_group(&counts)];
                }
                let mut rows = named(counts, look.looking(catalog));
                look.name(rows.as_mut_slice())?;
                Ok(rows)
            },
        )
    }
}

/// All cases as one group without a name: a customer is not told how staff divide their work.
fn in_one_group(counts: &[CaseCount]) -> CaseCount {
    CaseCount { count: counts.iter().map(|one| one.count).sum(), ..NO_GROUP }
}

const NO_GROUP: CaseCount = CaseCount {
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

/// The groups with their names, in the order in which screens show them.
fn named(mut counts: Vec<CaseCount>, looking: Looking<'_>) -> Vec<CaseCountRow> {
    let Looking { catalog, language, .. } = looking;
    // Many groups are of one type, so its name is rendered only once.
    let mut names: BTreeMap<CaseTypeId, String> = BTreeMap::new();
    for id in counts.iter().filter_map(|count| count.case_type) {
        names.entry(id).or_insert_with(|| catalog.type_name(id, language));
    }
    let mut by_name: Vec<(String, CaseTypeId)> =
        names.iter().map(|(id, name)| (fold_name(name), *id)).collect();
    by_name.sort_unstable();
    let places: BTreeMap<CaseTypeId, usize> =
        by_name.into_iter().enumerate().map(|(place, (_, id))| (id, place)).collect();
    counts.sort_by_cached_key(|one| {
        let place = one.case_type.and_then(|id| places.get(&id));
        let team = one.team.map(|id| fold_name(&catalog.team_name(id)));
        let tag = one.tag.map(|id| fold_name(&catalog.tag_name(id)));
        (place, stage_place(one, catalog), team, tag, one.clone())
    });
    let row = |one: CaseCount| CaseCountRow {
        case_type_id: one.case_type,
        case_type: one.case_type.and_then(|id| names.get(&id)).cloned(),
        stage: one.stage.as_ref().zip(one.case_type).map(|(stage, id)| looking.stage(id, stage)),
        stage_id: one.stage.map(String::from),
        category: one.category,
        team_id: one.team,
        team: one.team.map(|id| catalog.team_name(id)),
        tag_id: one.tag,
        tag: one.tag.map(|id| catalog.tag_name(id)),
        priority: one.priority,
        resolution: one.resolution.as_ref().map(|code| resolution_called(code, looking)),
        resolution_code: one.resolution.map(String::from),
        holder: one.holder.map(ActorId::into),
        holder_name: None,
        count: one.count,
    };
    counts.into_iter().map(row).collect()
}

/// What all types that have a resolution call it; its code if they call it differently.
fn resolution_called(code: &ResolutionCode, looking: Looking<'_>) -> String {
    let found = looking.catalog.case_types.values().filter_map(|one| one.resolution(code));
    let labels: BTreeSet<_> =
        found.map(|one| one.said(looking.for_customer, looking.language).into_owned()).collect();
    let mut labels = labels.into_iter();
    match (labels.next(), labels.next()) {
        (Some(label), None) => label,
        _ => code.to_string(),
    }
}

/// Where the stage of a group stands in its type; a group without one comes last.
fn stage_place(count: &CaseCount, catalog: &Catalog) -> usize {
    let stage = count.case_type.zip(count.stage.as_ref());
    stage.map_or(usize::MAX, |(case_type, stage)| place_of(case_type, stage, catalog))
}

/// The counts, with the groups that a filter allows and that have no case.
fn with_empty(
    mut counts: Vec<CaseCount>,
    by: CountBy,
    filter: &CaseFilter,
    catalog: &Catalog,
) -> Vec<CaseCount> {
    let known: BTreeSet<CaseCount> = counts.iter().map(|one| CaseCount { count: 0, ..one.clone() }).collect();
    counts.extend(allowed(by, filter, catalog).into_iter().filter(|empty| !known.contains(empty)));
    counts
}

/// The groups in which a filter allows cases as far as the catalog knows, each with a count of 0.
fn allowed(by: CountBy, filter: &CaseFilter, catalog: &Catalog) -> Vec<CaseCount> {
    let none = NO_GROUP;
    let types = || {
        let is_allowed = |one: &CaseType| filter.types.as_ref().is_none_or(|types| types.contains(&one.id));
        catalog.case_types.values().filter(move |one| one.active && is_allowed(one))
    };
    let has =
        |category: StageCategory| filter.categories.as_ref().is_none_or(|some| some.contains(&category));
    match by {
        CountBy::CaseType => {
            types().map(|one| CaseCount { case_type: Some(one.id), ..none.clone() }).collect()
        }
        CountBy::Category => {
            let categories = StageCategory::ALL.into_iter().filter(|one| has(*one));
            categories.map(|one| CaseCount { category: Some(one), ..none.clone() }).collect()
        }
        CountBy::Stage => types()
            .flat_map(|one| {
                one.current().into_iter().flat_map(|version| &version.stages).map(move |stage| (one, stage))
            })
            .filter(|(_, stage)| stage.enabled && has(stage.category))
            .filter(|(_, stage)| filter.stages.as_ref().is_none_or(|stages| stages.contains(&stage.id)))
            .map(|(one, stage)| CaseCount {
                case_type: Some(one.id),
                stage: Some(stage.id.clone()),
                category: Some(stage.category),
                ..none.clone()
            })
            .collect(),
        CountBy::Team => {
            let has = |team: Option<TeamId>| filter.teams.as_ref().is_none_or(|teams| teams.contains(&team));
            let active = catalog.teams.values().filter(|team| team.active).map(|team| Some(team.id));
            let teams = std::iter::once(None).chain(active).filter(|team| has(*team));
            teams.map(|team| CaseCount { team, ..none.clone() }).collect()
        }
        CountBy::Tag => {
            let in_use = catalog.tags.values().filter(|tag| tag.merged_into.is_none());
            in_use.map(|tag| CaseCount { tag: Some(tag.id), ..none.clone() }).collect()
        }
        CountBy::Priority => {
            let has = |one: &Priority| filter.priorities.as_ref().is_none_or(|some| some.contains(one));
            let priorities = Priority::ALL.into_iter().filter(has);
            priorities.map(|one| CaseCount { priority: Some(one), ..none.clone() }).collect()
        }
        CountBy::Resolution => {
            let codes = types().filter_map(|one| one.current()).flat_map(|version| &version.resolutions);
            let codes: BTreeSet<_> = codes.map(|one| Some(one.code.clone())).collect();
            let has = |code: &Option<ResolutionCode>| {
                filter.resolutions.as_ref().is_none_or(|some| some.contains(code))
            };
            let all = std::iter::once(None).chain(codes).filter(has);
            all.map(|resolution| CaseCount { resolution, ..none.clone() }).collect()
        }
        CountBy::Holder => match &filter.holder {
            None | Some(HolderFilter::Untaken) => vec![none],
            Some(HolderFilter::By(actor)) => vec![CaseCount { holder: Some(actor.clone()), ..none }],
        },
    }
}
