//! Collecting data: asks the sources, freezes what they found, and records the result.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::snapshot::{Found, Unfrozen};
use super::{Call, Engine, Lost};
use crate::decide::{ClaimCollection, CollectedBy, CollectionBase, MayPrepare, RecordCollection, data_step};
use crate::error::Error;
use crate::language::Message;
use crate::model::{
    Case, CaseId, Catalog, Customer, DataTable, DataValue, PROFILE_SOURCE, Progress, Snapshot,
    SnapshotSource, SourceAnswer,
};
use crate::rejection::{FieldRule, Rejection};
use crate::release::{DataSource, Fault, SourceQuestion};
use crate::store::{LoadPlan, Loaded};

/// A source, or why it cannot be asked.
type Opened = Result<Arc<dyn DataSource>, Fault>;

/// Which sources are asked. What the others answered before is kept; one that was never asked is always asked.
#[derive(Clone, Copy)]
pub(crate) enum Asking<'a> {
    /// All that are not left out.
    Every,
    /// Those that failed and are not left out; all of them, if none did.
    Failed,
    /// These, which failed and are tried again by themselves.
    Again(&'a [String]),
    /// This one, even if it was left out.
    One(&'a str),
}

impl Engine {
    /// Asks the sources of a case's workflow, and records a new snapshot of what they answered. One that fails keeps
    /// nothing from the others.
    pub(crate) fn collect(&self, call: &Call, id: CaseId, asking: Asking<'_>) -> Result<(), Error> {
        // Before any source is asked: sources are asked only for somebody who may prepare the data.
        let (retry, source) = match asking {
            Asking::Every => (false, None),
            Asking::Failed | Asking::Again(_) => (true, None),
            Asking::One(source) => (false, Some(source.to_owned())),
        };
        let may = MayPrepare { case: id, retry, source };
        let allowed = self.run(call, &may)?;
        // The caller's request id belongs to the permission to prepare. The record is a second command and must not
        // reuse it.
        let recorder = call.following();
        let plan = LoadPlan { cases: vec![id], case_customers: true, ..LoadPlan::default() };
        let loaded = self.store.load(&plan)?;
        let case = loaded.cases.first().ok_or_else(|| Rejection::not_found("case", id))?;
        if allowed.replayed {
            // The request was made before. If the case has changed since then, its result is recorded. Otherwise that
            // call was interrupted before it recorded anything, and the data is collected now.
            if allowed.changed().revision != case.revision {
                return Ok(());
            }
            self.run(&recorder, &may)?;
        }
        let (base, asked, found) = self.ask_sources(&loaded, case, asking)?;
        self.run(
            &recorder,
            &RecordCollection { case: id, by: CollectedBy::Person(may), base, asked, found },
        )?;
        Ok(())
    }

    /// Asks sources of a case again, which somebody had asked and which failed; whether all of them answered. `None` if somebody
    /// else does, or has changed the case since it was found.
    pub(super) fn collect_again(&self, id: CaseId) -> Result<Option<bool>, Error> {
        let call = self.library();
        let plan = LoadPlan { cases: vec![id], case_customers: true, ..LoadPlan::default() };
        let before = self.store.load(&plan)?;
        let progress = before.cases.first().and_then(|case| case.progress.as_deref());
        let Some(progress) = progress.filter(|one| one.failed_collection().is_some()) else {
            return Ok(None);
        };
        let names: Vec<String> = progress.passing_sources().map(|(name, _)| name.to_owned()).collect();
        let attempt = progress.next_attempt_to_collect();
        if self.run(&call, &ClaimCollection { case: id, attempt })?.receipt.events == 0 {
            return Ok(None);
        }
        let loaded = self.store.load(&plan)?;
        let Some(case) = loaded.cases.first() else { return Ok(None) };
        let (base, asked, found) = self.ask_sources(&loaded, case, Asking::Again(&names))?;
        let is_found = !found.failed().any(|(name, _)| asked.iter().any(|one| one == name));
        let by = CollectedBy::Library { attempt };
        let done = self.run(&call, &RecordCollection { case: id, by, base, asked, found })?;
        Ok((done.receipt.events > 0).then_some(is_found))
    }

    /// Asks the sources of a case, and freezes what they found with what is kept.
    fn ask_sources(
        &self,
        loaded: &Loaded,
        case: &Case,
        asking: Asking<'_>,
    ) -> Result<(CollectionBase, Vec<String>, Snapshot), Error> {
        let (progress, step) = data_step(case)?;
        let names = self.sources_of(case, &loaded.catalog);
        if let Asking::One(source) = asking
            && !names.iter().any(|name| name == source)
        {
            let rule = FieldRule::unknown(source, names.iter().map(String::as_str));
            return Err(Rejection::field("source", rule).into());
        }
        let (kept, mut found) = self.kept(case, progress, asking)?;
        let kept_from =
            progress.snapshot.as_ref().filter(|_| !kept.is_empty() || matches!(asking, Asking::Again(_)));
        let kept_from = kept_from.map(|snapshot| snapshot.id);
        let customer = loaded.customers.first();
        let question = question(case, customer);
        let (mut sources, mut asked) = (Vec::new(), Vec::new());
        for name in names {
            let is_wanted = matches!(asking, Asking::One(source) if source == name);
            if let Some(before) = kept.iter().find(|one| one.name == name) {
                sources.push(before.clone());
                continue;
            }
            if progress.leaves_out(&name) && !is_wanted {
                continue;
            }
            let at = self.now()?;
            let source = self.open_source(&name, (case, customer), &loaded.catalog);
            let answer = source.and_then(|source| ask(source.as_ref(), &question)).and_then(sound);
            let took_ms = u64::try_from((self.now()? - at).num_milliseconds()).unwrap_or(0);
            let answer = match answer {
                Ok(_) if name == PROFILE_SOURCE && customer.is_none() => SourceAnswer::NotAsked,
                Ok(tables) => {
                    let rows = tables.iter().map(|table| table.rows.len() as u64).sum();
                    found.extend(tables.into_iter().map(|table| (name.clone(), table)));
                    SourceAnswer::Found { rows }
                }
                Err(fault) => {
                    let failure = fault.of_source(&name).at(step, attempts(progress, &name, asking), at);
                    SourceAnswer::Failed { failure }
                }
            };
            sources.push(SnapshotSource { name: name.clone(), at, took_ms, answer });
            asked.push(name);
        }
        let left_out = progress.left_out.iter().map(|one| one.source.clone()).collect();
        let base = CollectionBase { kept_from, left_out };
        Ok((base, asked, self.freeze_what_fits(case, sources, found, asking)?))
    }

    /// Freezes what was found. A source with whose tables it would be too much fails by that, and the others are kept.
    fn freeze_what_fits(
        &self,
        case: &Case,
        mut sources: Vec<SnapshotSource>,
        mut found: Vec<Found>,
        asking: Asking<'_>,
    ) -> Result<Snapshot, Error> {
        let (progress, step) = data_step(case)?;
        let order: Vec<String> = sources.iter().map(|one| one.name.clone()).collect();
        found.sort_by_key(|(name, _)| order.iter().position(|one| one == name));
        loop {
            match self.freeze(case, sources.clone(), &found) {
                Ok(snapshot) => return Ok(snapshot),
                // Each time one source less, so this ends.
                Err(Unfrozen::TooMuch { source, fault }) => {
                    found.retain(|(name, _)| *name != source);
                    for one in sources.iter_mut().filter(|one| one.name == source) {
                        let fault = Fault::clone(&fault).of_source(&source);
                        let failure = fault.at(step, attempts(progress, &source, asking), one.at);
                        one.answer = SourceAnswer::Failed { failure };
                    }
                }
                Err(Unfrozen::Unwritten(error)) => return Err(error),
            }
        }
    }

    /// What is kept of the last collection: the answers of the sources that are not asked now, and their tables. Nothing,
    /// if the rows are there no more: then every source is asked.
    fn kept(
        &self,
        case: &Case,
        progress: &Progress,
        asking: Asking<'_>,
    ) -> Result<(Vec<SnapshotSource>, Vec<Found>), Error> {
        let nothing = || (Vec::new(), Vec::new());
        let Some(snapshot) = &progress.snapshot else { return Ok(nothing()) };
        let any_failed = progress.failed_sources().next().is_some();
        let is_kept = |one: &SnapshotSource| match asking {
            Asking::Every => false,
            Asking::Failed => any_failed && !matches!(one.answer, SourceAnswer::Failed { .. }),
            Asking::Again(names) => !names.contains(&one.name),
            Asking::One(source) => one.name != source && !progress.leaves_out(&one.name),
        };
        let kept: Vec<SnapshotSource> = snapshot.sources.iter().filter(|one| is_kept(one)).cloned().collect();
        if kept.is_empty() {
            return Ok(nothing());
        }
        let is_of = |source: &str| kept.iter().any(|one| one.name == source);
        match self.open_snapshot(case, snapshot).and_then(|frozen| frozen.found(is_of)) {
            Ok(found) => Ok((kept, found)),
            Err(Lost::Gone | Lost::Damaged) => Ok(nothing()),
            Err(Lost::Unread(error)) => Err(error),
        }
    }

    /// The names of the sources that a case's workflow asks, in that order: those that it names, or all that there are.
    fn sources_of(&self, case: &Case, catalog: &Catalog) -> Vec<String> {
        let version = case.progress.as_deref().and_then(|progress| catalog.version_of(progress));
        version.and_then(|version| version.sources.clone()).unwrap_or_else(|| {
            let settings = catalog.settings.iter().flat_map(|settings| &settings.sources);
            let set_up = settings.map(|setting| setting.name.clone());
            let hosted = self.services.sources.iter().map(|(name, _)| name.clone());
            std::iter::once(PROFILE_SOURCE.to_owned()).chain(set_up).chain(hosted).collect()
        })
    }

    /// Opens a source; a fault if it cannot be.
    fn open_source(
        &self,
        name: &str,
        (case, customer): (&Case, Option<&Customer>),
        catalog: &Catalog,
    ) -> Opened {
        if name == PROFILE_SOURCE {
            return Ok(Arc::new(self.profile_source(case, customer, catalog.settings.as_deref())));
        }
        if let Some((_, source)) = self.services.sources.iter().find(|(hosted, _)| hosted == name) {
            return Ok(Arc::clone(source));
        }
        let mut settings = catalog.settings.iter().flat_map(|settings| &settings.sources);
        let setting = settings.find(|setting| setting.name == name);
        let (Some(setting), Some(adapters)) = (setting, &self.services.adapters) else {
            let hint = Message::new("hint.source_unknown");
            return Err(Fault::configuration("source_unknown", &format!("sources.{name}"), hint));
        };
        guarded(|| adapters.source(setting)).map(Arc::from)
    }
}

/// How often a source has failed in a row, this time included. An attempt of the library was counted when it began.
fn attempts(progress: &Progress, source: &str, asking: Asking<'_>) -> u32 {
    let before = progress.snapshot.as_ref().and_then(|snapshot| snapshot.failure_of(source));
    let this = u32::from(!matches!(asking, Asking::Again(_)));
    before.map_or(0, |failure| failure.attempts).saturating_add(this).max(1)
}

fn question(case: &Case, customer: Option<&Customer>) -> SourceQuestion {
    let reference = customer.and_then(|customer| customer.profile.external_reference.as_ref());
    SourceQuestion {
        case_number: case.number.to_string(),
        customer_reference: reference.map(ToString::to_string).unwrap_or_default(),
        requester: case.request.as_ref().map(|request| request.requester.to_string()).unwrap_or_default(),
    }
}

fn ask(source: &dyn DataSource, question: &SourceQuestion) -> Result<Vec<DataTable>, Fault> {
    guarded(|| source.collect(question))
}

/// Calls the host's code, and turns a panic into a fault. The panic's text is dropped: it may contain personal data.
pub(crate) fn guarded<T>(call: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(call))
        .unwrap_or_else(|_| Err(Fault::permanent("host_failed", Message::new("hint.host_failed"))))
}

/// Checks that tables are well formed: each fault says what is wrong, and where.
fn sound(tables: Vec<DataTable>) -> Result<Vec<DataTable>, Fault> {
    let malformed = |hint| Err(Fault::permanent("source_malformed", hint));
    let mut names = BTreeSet::new();
    for table in &tables {
        if !names.insert(table.name.as_str()) {
            return malformed(Message::new("hint.source_duplicate_table").with("table", table.name.as_str()));
        }
        if let Some(hint) = unfit(table) {
            return malformed(hint.with("table", table.name.as_str()));
        }
    }
    Ok(tables)
}

/// What is wrong with a table, if anything is: a column twice, a row that is too long or too short, a number that is none, a
/// value of another type than its column.
fn unfit(table: &DataTable) -> Option<Message> {
    let mut names = BTreeSet::new();
    if let Some(twice) = table.columns.iter().find(|column| !names.insert(column.name.as_str())) {
        return Some(Message::new("hint.source_duplicate_column").with("column", twice.name.as_str()));
    }
    for (number, row) in (1_u64..).zip(&table.rows) {
        if row.len() != table.columns.len() {
            let hint = Message::new("hint.source_row_length").with("row", number);
            return Some(hint.with("values", row.len()).with("columns", table.columns.len()));
        }
        for (value, column) in row.iter().zip(&table.columns) {
            if column.kind.fits(value) {
                continue;
            }
            let wrong = match value {
                DataValue::Real(number) if !number.is_finite() => Message::new("hint.source_not_a_number"),
                DataValue::Text(_) if column.kind.is_text() => {
                    Message::new("hint.source_wrong_form").with_word("form", "cell", column.kind.code())
                }
                DataValue::Null
                | DataValue::Text(_)
                | DataValue::Integer(_)
                | DataValue::Real(_)
                | DataValue::Boolean(_) => {
                    Message::new("hint.source_wrong_type").with("kind", column.kind.code())
                }
            };
            return Some(wrong.with("row", number).with("column", column.name.as_str()));
        }
    }
    None
}

impl Fault {
    /// Attributes the fault to a source: names the source's setting, unless the fault names another.
    fn of_source(mut self, name: &str) -> Self {
        self.setting.get_or_insert_with(|| format!("sources.{name}"));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::NewRequest;
    use crate::engine::Services;
    use crate::engine::testing::Counting;
    use crate::memory::MemoryStore;
    use crate::model::{Actor, ColumnKind, DataColumn, Role};
    use crate::rejection::FieldRule;

    #[test]
    fn a_collection_that_asked_nobody_about_the_person_has_not_found_that_there_is_nothing() {
        let env = Box::new(Counting::new());
        let engine = Engine::new(Arc::new(MemoryStore::new()), env, None, Services::default()).unwrap();
        let petra = engine.desk(Actor::new("petra", "").with_role(Role::Approver));
        // The file knows no such customer, so its own profiles, the only source, say nothing about them.
        let case = petra.receive_request(NewRequest::new("WEB-1", "Sam Stranger")).unwrap().id.unwrap();
        petra.take_case(case).unwrap();
        petra.approve_identification(case, "video call", &[]).unwrap();
        petra.prepare_data(case).unwrap();
        let Err(Error::Rejected(refused)) = petra.approve_no_data(case, None) else { panic!("approved") };
        assert_eq!(refused.fields()[0].rule, FieldRule::Missing { why: "not_asked".into() });
    }

    #[test]
    fn what_a_source_gave_wrong_is_said_and_where() {
        let column = |name: &str, kind| DataColumn { name: name.into(), kind };
        let columns = vec![column("item", ColumnKind::Text), column("price", ColumnKind::Real)];
        let row = |price| vec![DataValue::Text("SECRET".into()), price];
        let good = DataTable { name: "orders".into(), columns, rows: vec![row(DataValue::Integer(1))] };
        assert!(sound(vec![good.clone()]).is_ok());
        let altered = |alter: &dyn Fn(&mut DataTable)| {
            let mut table = good.clone();
            alter(&mut table);
            vec![table]
        };
        for (tables, said) in [
            (vec![good.clone(), good.clone()], "the table `orders` twice"),
            (altered(&|table| table.columns[1].name = "item".into()), "the column `item` twice"),
            (
                altered(&|table| drop(table.rows[0].pop())),
                "row `1` of the table `orders` has `1` value for `2`",
            ),
            (altered(&|table| table.rows.push(row(DataValue::Real(f64::NAN)))), "row `2`"),
            (altered(&|table| table.rows[0][1] = DataValue::Real(f64::INFINITY)), "number, or none (`NaN`)"),
            (altered(&|table| table.rows[0][1] = DataValue::Boolean(true)), "another type than `real`"),
            (altered(&|table| table.rows[0][0] = DataValue::Integer(7)), "another type than `text`"),
            (
                altered(&|table| {
                    table.columns[0].kind = ColumnKind::Decimal;
                    table.rows[0][0] = DataValue::Text("12,50".into());
                }),
                "in the column `item` is not a decimal number: write it as `-12.50`",
            ),
        ] {
            let fault = sound(tables).unwrap_err();
            assert_eq!(fault.code, "source_malformed");
            assert!(fault.to_string().contains(said), "{fault}");
            assert!(!fault.to_string().contains("SECRET"), "{fault}");
        }
    }
}
