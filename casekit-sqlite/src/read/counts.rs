//! Counting cases by kept totals: a count reads the totals of the places, holders, raisers or causes that it is about, and
//! no cases. Under any other condition the cases of the narrowest one are read by its index and counted.

mod pending;

use std::collections::BTreeMap;

use casekit_core::model::{DueTask, Timestamp};
use casekit_core::search::Query;
use casekit_core::store::{CaseCount, CaseFilter, CountBy, CountQuery, FailureCount, Within};
use rusqlite::types::Value;
use rusqlite::{Connection, ToSql};

use super::filter::{
    Conditions, EVERY, EXCLUDED, HOLDER, KeyedFilter, OWN, PENDING, PLACES, RAISED_BY, TAGS,
    condition_on_customer,
};
use super::part::{Part, key_list};
use super::people::person;
use super::places::{At, Places};
use super::{found_cases, plan};
use crate::error::{Result, fault, unreadable};
use crate::known::{Known, NOBODY};
use crate::rows::rows;
use crate::tags;
use crate::totals::{BY_FAMILY, BY_HOLDER, BY_PLACE, BY_TAG, FAILING, RAISED, RAISED_AND_HELD};
use crate::value::{instant, micros, unsigned};

/// The number of cases in each group that the query asks for; groups without cases are left out.
pub(crate) fn count(connection: &Connection, known: &Known, query: &CountQuery) -> Result<Vec<CaseCount>> {
    let mut counting = Counting { connection, known, by: query.by, groups: Vec::new() };
    match query.filter.parts_of_work() {
        Some(parts) => {
            for (sign, filter) in parts {
                let before = counting.groups.len();
                counting.filter(&filter)?;
                counting.groups.iter_mut().skip(before).for_each(|(_, count)| *count *= sign);
            }
        }
        None => counting.filter(&query.filter)?,
    }
    counting.counts()
}

/// How many cases fit a filter; `at_most` if there are more.
pub(crate) fn up_to(
    connection: &Connection,
    known: &Known,
    filter: &CaseFilter,
    at_most: u32,
) -> Result<u64> {
    let keyed = KeyedFilter::new(connection, known, filter)?;
    let has_text = filter.text.as_ref().is_some_and(|text| !text.is_empty());
    // Totals answer without cases, what is somebody's work is little, and what a text finds is read anyway.
    if has_text || keyed.given() & !KEPT == 0 || filter.parts_of_work().is_some() {
        let query = CountQuery { by: CountBy::CaseType, filter: filter.clone() };
        let all: u64 = count(connection, known, &query)?.iter().map(|group| group.count).sum();
        return Ok(all.min(at_most.into()));
    }
    let mut part = Part::of("SELECT count(*) FROM (SELECT 1 FROM ");
    part.append(plan::narrowest(&keyed)).append(keyed.conditions(EVERY));
    part.bind(" LIMIT ?)", [Value::from(at_most)]);
    let counted = part.rows(connection, |row| unsigned(row, 0))?;
    counted.first().copied().ok_or_else(unreadable)
}

/// The conditions for which there are totals.
const KEPT: Conditions = PLACES | HOLDER | OWN | PENDING | EXCLUDED | RAISED_BY;

/// Whether totals can answer for own cases. They count what somebody raised and others hold, but not by who holds it.
fn is_kept(by: CountBy, keyed: &KeyedFilter<'_>) -> bool {
    by != CountBy::Holder
        && keyed.holder.is_none_or(|holder| keyed.own == Some(holder) || holder == NOBODY)
        && keyed.pending.as_ref().is_none_or(|pending| keyed.own == Some(pending.by))
        && keyed.raised_by.is_none()
}

/// Whether totals can answer for what somebody raised. They tell what they hold themselves and what nobody holds, and
/// not what is pending.
fn is_kept_of_raiser(by: CountBy, raiser: i64, keyed: &KeyedFilter<'_>) -> bool {
    by != CountBy::Holder
        && keyed.holder.is_none_or(|holder| holder == raiser || holder == NOBODY)
        // Whatever they raised is their own.
        && keyed.own.is_none_or(|own| own == raiser)
        && keyed.pending.is_none()
}

/// The key of a group: a place, a holder or a tag.
type Key = i64;

struct Counting<'a> {
    connection: &'a Connection,
    known: &'a Known,
    by: CountBy,
    /// Keys with their counts. A key can occur several times, and with less than nothing: cases that were counted and
    /// have to be left out.
    groups: Vec<(Key, i64)>,
}

impl Counting<'_> {
    /// Counts the cases that fit a filter, by totals where there are any for it.
    fn filter(&mut self, filter: &CaseFilter) -> Result<()> {
        let (connection, known, by) = (self.connection, self.known, self.by);
        let keyed = KeyedFilter::new(connection, known, filter)?;
        // A text without terms is no condition.
        if let Some(text) = filter.text.as_ref().filter(|text| !text.is_empty()) {
            return self.found(&keyed, text);
        }
        let (places, holder, pending) = (&keyed.places, keyed.holder, keyed.pending.as_ref());
        if by == CountBy::Tag && keyed.given() & !PLACES == 0 {
            return self.tags(places);
        }
        if let [tag] = *keyed.tags
            && keyed.given() & !(PLACES | TAGS) == 0
            && !matches!(by, CountBy::Holder | CountBy::Tag)
        {
            return self.tagged(places, tag);
        }
        if keyed.given() & !KEPT != 0 || by == CountBy::Tag {
            return self.one_by_one(&keyed);
        }
        match (keyed.own, keyed.raised_by) {
            (_, Some(raiser)) if is_kept_of_raiser(by, raiser, &keyed) => {
                if holder.is_none_or(|holder| holder == raiser) {
                    self.raised_and_held(places, raiser)?;
                }
                if holder.is_none_or(|holder| holder == NOBODY) {
                    self.raised(places, raiser, holder.is_some(), None)?;
                }
                Ok(())
            }
            (None, None) => match (holder, pending) {
                (None, None) if by == CountBy::Holder && At::of(filter).is_of_families() => {
                    self.holders(places)
                }
                (None, None) if by != CountBy::Holder => self.places(places),
                (holder, None) => self.held(places, holder),
                (holder, Some(pending)) => {
                    self.pending(places, holder, pending)?;
                    self.without_excluded(&keyed, pending)
                }
            },
            // Own cases are those that one holds, and those that one raised and does not hold. A filter for a holder leaves
            // one of the two parts.
            (Some(own), _) if is_kept(by, &keyed) => {
                let bits = pending.map(|pending| pending.bits);
                if holder.is_none_or(|holder| holder == own) {
                    match pending {
                        Some(pending) => self.pending(places, Some(own), pending)?,
                        None => self.held(places, Some(own))?,
                    }
                }
                if holder.is_none_or(|holder| holder == NOBODY) {
                    self.raised(places, own, holder.is_some(), bits)?;
                }
                match pending {
                    Some(pending) => self.without_excluded(&keyed, pending),
                    None => Ok(()),
                }
            }
            (Some(_), _) | (None, Some(_)) => self.one_by_one(&keyed),
        }
    }

    fn places(&mut self, places: &Places) -> Result<()> {
        let mut part = Part::default();
        part.bind("SELECT a, n FROM totals WHERE kind = ?", [Value::from(BY_PLACE)]);
        if !places.is_all() {
            part.push(" AND a IN (").append(places.keys()).push(")");
        }
        self.add(part)
    }

    /// Counts cases by tag.
    fn tags(&mut self, places: &Places) -> Result<()> {
        let mut part = Part::default();
        // A float, as for the totals of holders.
        part.bind("SELECT a, total(n) FROM totals WHERE kind = ?", [Value::from(BY_TAG)]);
        part.append(in_places(places)).push(" GROUP BY a");
        self.add_totals(part)
    }

    /// Counts the cases with a tag.
    fn tagged(&mut self, places: &Places, tag: i64) -> Result<()> {
        let mut part = Part::default();
        let values = [Value::from(BY_TAG), Value::from(tag)];
        part.bind("SELECT b, n FROM totals WHERE kind = ? AND a = ?", values);
        part.append(in_places(places));
        self.add(part)
    }

    /// Counts cases by holder, of some types and teams or of all.
    fn holders(&mut self, families: &Places) -> Result<()> {
        let mut part = Part::default();
        // `total` gives a float, which is exact for every number of cases that is possible. `sum` would fail on wrong
        // totals that overflow; finding these is `check`'s task.
        part.bind("SELECT a, total(n) FROM totals WHERE kind = ?", [Value::from(BY_FAMILY)]);
        if !families.is_all() {
            part.push(" AND +b IN (").append(families.families()).push(")");
        }
        part.push(" GROUP BY a");
        self.add_totals(part)
    }

    /// Counts cases of a holder, or of all of them.
    fn held(&mut self, places: &Places, holder: Option<i64>) -> Result<()> {
        let mut part = self.of_totals(BY_HOLDER);
        if let Some(holder) = holder {
            part.bind(" AND a = ?", [Value::from(holder)]);
        }
        part.append(in_places(places));
        self.add(part)
    }

    /// A query of the totals by holder or by place.
    fn of_totals(&self, kind: i64) -> Part {
        let mut part = Part::of(if self.by == CountBy::Holder { "SELECT a, n" } else { "SELECT b, n" });
        part.bind(" FROM totals WHERE kind = ?", [Value::from(kind)]);
        part
    }

    /// Counts cases that somebody raised and does not hold.
    fn raised(&mut self, places: &Places, by: i64, only_untaken: bool, bits: Option<u32>) -> Result<()> {
        let mut part = Part::default();
        let values = [Value::from(RAISED), Value::from(by)];
        part.bind("SELECT b, n FROM totals WHERE kind = ? AND a = ?", values);
        if only_untaken {
            part.push(" AND (c & 1) = 0");
        }
        if let Some(bits) = bits {
            part.bind(" AND ((c >> 1) & ?) <> 0", [Value::from(bits)]);
        }
        part.append(in_places(places));
        self.add(part)
    }

    /// Counts cases that somebody raised and holds.
    fn raised_and_held(&mut self, places: &Places, by: i64) -> Result<()> {
        let mut part = Part::default();
        let values = [Value::from(RAISED_AND_HELD), Value::from(by)];
        part.bind("SELECT b, n FROM totals WHERE kind = ? AND a = ?", values);
        part.append(in_places(places));
        self.add(part)
    }

    /// Adds the keys and totals that a query gives.
    fn add_totals(&mut self, part: Part) -> Result<()> {
        let groups = part.rows(self.connection, |row| {
            let total: f64 = row.get(1).map_err(fault)?;
            Ok((row.get(0).map_err(fault)?, total as i64))
        })?;
        self.groups.extend(groups);
        Ok(())
    }

    /// Counts one by one what no total answers, over the cases that fit the narrowest condition.
    fn one_by_one(&mut self, keyed: &KeyedFilter<'_>) -> Result<()> {
        let mut part = self.grouped();
        part.append(plan::narrowest(keyed)).push(self.group_by());
        self.add(part)
    }

    /// Counts the cases that a text finds and that fit the other conditions.
    fn found(&mut self, keyed: &KeyedFilter<'_>, text: &Query) -> Result<()> {
        found_cases::each_part(self.connection, text, |numbers| {
            let mut part = self.grouped();
            let list = key_list(numbers.iter().map(|(_, number)| *number));
            part.bind("json_each(?) j CROSS JOIN cases c ON c.number = j.value WHERE true", [list]);
            part.append(keyed.conditions(EVERY)).push(self.group_by());
            self.add(part)
        })
    }

    /// Begins a query that counts cases `c` by their group.
    fn grouped(&self) -> Part {
        Part::of(match self.by {
            // A case is counted for each of its tags.
            CountBy::Tag => "SELECT g.tag, count(*) FROM (SELECT c.number AS number FROM ",
            CountBy::Holder => "SELECT c.holder, count(*) FROM ",
            CountBy::CaseType
            | CountBy::Stage
            | CountBy::Category
            | CountBy::Team
            | CountBy::Priority
            | CountBy::Resolution => "SELECT c.place, count(*) FROM ",
        })
    }

    /// Ends what [`grouped`](Self::grouped) begins.
    fn group_by(&self) -> &'static str {
        match self.by {
            CountBy::Tag => {
                ") d CROSS JOIN case_tags g INDEXED BY case_tags_by_case ON g.number = d.number GROUP BY 1"
            }
            CountBy::Holder
            | CountBy::CaseType
            | CountBy::Stage
            | CountBy::Category
            | CountBy::Team
            | CountBy::Priority
            | CountBy::Resolution => " GROUP BY 1",
        }
    }

    /// Adds the keys and counts that a query gives.
    fn add(&mut self, part: Part) -> Result<()> {
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0).map_err(fault)?, row.get(1).map_err(fault)?));
        self.groups.extend(part.rows(self.connection, read)?);
        Ok(())
    }

    /// The groups that were asked for, sorted, each once.
    fn counts(self) -> Result<Vec<CaseCount>> {
        let mut counts: BTreeMap<CaseCount, i64> = BTreeMap::new();
        for (key, count) in &self.groups {
            let sum = counts.entry(self.group(*key)?).or_default();
            // Only wrong totals could overflow or be less than nothing, and finding these is `check`'s task.
            *sum = sum.saturating_add(*count);
        }
        let counted = |(group, count): (CaseCount, i64)| {
            let count = u64::try_from(count).ok().filter(|count| *count > 0)?;
            Some(CaseCount { count, ..group })
        };
        Ok(counts.into_iter().filter_map(counted).collect())
    }

    fn group(&self, key: Key) -> Result<CaseCount> {
        let none = CaseCount {
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
        if self.by == CountBy::Holder {
            let holder = (key != NOBODY).then(|| self.known.person(self.connection, key)).transpose()?;
            return Ok(CaseCount { holder, ..none });
        }
        if self.by == CountBy::Tag {
            return Ok(CaseCount { tag: Some(tags::id(self.connection, key)?), ..none });
        }
        let (place, _) = self.known.place(self.connection, key)?;
        Ok(match self.by {
            CountBy::CaseType => CaseCount { case_type: Some(place.case_type), ..none },
            CountBy::Category => CaseCount { category: Some(place.category()?), ..none },
            CountBy::Stage => CaseCount {
                case_type: Some(place.case_type),
                stage: Some(place.stage.clone()),
                category: Some(place.category()?),
                ..none
            },
            CountBy::Team => CaseCount { team: place.team, ..none },
            CountBy::Priority => CaseCount { priority: Some(place.priority), ..none },
            CountBy::Resolution => CaseCount { resolution: place.resolution.clone(), ..none },
            CountBy::Holder | CountBy::Tag => return Err(unreadable()),
        })
    }
}

/// The condition that a total is of some places, which are its `b`.
fn in_places(places: &Places) -> Part {
    let mut part = Part::default();
    if !places.is_all() {
        part.push(" AND +b IN (").append(places.keys()).push(")");
    }
    part
}

/// How many cases have this task due before an instant; `at_most` if there are more.
pub(crate) fn due_tasks(
    connection: &Connection,
    due_task: DueTask,
    before: Timestamp,
    at_most: u32,
) -> Result<u64> {
    const SQL: &str =
        "SELECT count(*) FROM (SELECT 1 FROM cases WHERE due_task = ?1 AND due_task_at < ?2 LIMIT ?3)";
    const WAKING: &str = "SELECT count(*) FROM (SELECT 1 FROM cases WHERE wakes_at < ?1 LIMIT ?2)";
    if due_task == DueTask::KeepClock {
        let params: [&dyn ToSql; 2] = [&micros(before), &at_most];
        return Ok(rows(connection, WAKING, &params, |row| unsigned(row, 0))?.first().copied().unwrap_or(0));
    }
    let params: [&dyn ToSql; 3] = [&due_task.code(), &micros(before), &at_most];
    Ok(rows(connection, SQL, &params, |row| unsigned(row, 0))?.first().copied().unwrap_or(0))
}

/// The earliest instant of the cases that have this task.
pub(crate) fn next_due(connection: &Connection, due_task: DueTask) -> Result<Option<Timestamp>> {
    const SQL: &str = "SELECT due_task_at FROM cases WHERE due_task = ?1 ORDER BY due_task_at LIMIT 1";
    const WAKING: &str = "SELECT wakes_at FROM cases WHERE wakes_at IS NOT NULL ORDER BY wakes_at LIMIT 1";
    if due_task == DueTask::KeepClock {
        return Ok(rows(connection, WAKING, &[], |row| instant(row, 0))?.first().copied());
    }
    Ok(rows(connection, SQL, &[&due_task.code()], |row| instant(row, 0))?.first().copied())
}

/// Counts failing cases by cause. Those of a person or a customer are read one by one, since no total has them.
pub(crate) fn failures(connection: &Connection, known: &Known, within: &Within) -> Result<Vec<FailureCount>> {
    let Within { types, teams, customer, own } = within;
    let at = At { types: types.as_deref(), teams: teams.as_deref(), ..At::default() };
    let places = Places::of(connection, known, at)?;
    let mut part = Part::default();
    part.push("SELECT s.code, s.setting, ");
    match (own, customer) {
        (None, None) => {
            part.push("total(t.n) FROM totals t CROSS JOIN causes s ON s.key = t.a");
            part.bind(" WHERE t.kind = ?", [Value::from(FAILING)]);
            if !places.is_all() {
                part.push(" AND t.b IN (").append(places.families()).push(")");
            }
        }
        (own, customer) => {
            part.push(
                "total(1) FROM cases c INDEXED BY cases_failing CROSS JOIN causes s ON s.key = c.cause",
            );
            part.push(" WHERE c.cause IS NOT NULL");
            if let Some(own) = own {
                let own = Value::from(person(connection, known, own)?);
                part.bind(" AND (+c.holder = ? OR +c.raised_by = ?)", [own.clone(), own]);
            }
            if let Some(customer) = customer {
                part.append(condition_on_customer(*customer));
            }
            if !places.is_all() {
                part.push(" AND +c.place IN (").append(places.keys()).push(")");
            }
        }
    }
    part.push(" GROUP BY s.code, s.setting ORDER BY s.code, s.setting");
    // A float, as for the totals of families.
    let mut counts = part.rows(connection, |row| {
        let (code, setting) = (row.get(0).map_err(fault)?, row.get(1).map_err(fault)?);
        let count: f64 = row.get(2).map_err(fault)?;
        Ok(FailureCount { code, setting, count: count as u64 })
    })?;
    counts.sort();
    Ok(counts)
}
