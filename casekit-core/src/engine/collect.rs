//! Collecting data: asks every source, freezes what they found, and records the result.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::broken::Broken;
use super::snapshot::too_large;
use super::{Call, Engine};
use crate::decide::{MayPrepare, RecordCollection, SourceResult};
use crate::error::Error;
use crate::language::{Language, Message};
use crate::model::{
    BankAccount, Case, CaseId, Catalog, ColumnKind, Customer, CustomerField, CustomerId, DataColumn,
    DataTable, DataValue, LongText, Name, PROFILE_SOURCE, Profile, ShortText, limits,
};
use crate::rejection::Rejection;
use crate::release::{DataSource, Fault, SourceQuestion};
use crate::store::{CaseFilter, CaseQuery, Defined, Direction, LoadPlan, Sort};

/// A source, or why it cannot be asked.
type Opened = Result<Arc<dyn DataSource>, Fault>;

impl Engine {
    /// Asks the sources of a case's workflow, and records a new snapshot of what they found, or the first failure.
    pub(crate) fn collect(&self, call: &Call, id: CaseId, retry: bool) -> Result<(), Error> {
        // Before any source is asked: sources are asked only for somebody who may prepare the data.
        let may = MayPrepare { case: id, retry };
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
        let customer = loaded.customers.first();
        let question = question(case, customer);
        let (mut results, mut found, mut failed) = (Vec::new(), Vec::new(), None);
        for (name, source) in self.sources_of(case, customer, &loaded.catalog) {
            let answer = source.and_then(|source| ask(source.as_ref(), &question)).and_then(sound);
            let rows =
                answer.as_ref().ok().map(|tables| tables.iter().map(|table| table.rows.len() as u64).sum());
            results.push(SourceResult {
                source: name.clone(),
                rows,
                failed: answer.as_ref().err().map(|fault| fault.code.clone()),
            });
            match answer {
                Ok(tables) => found.extend(tables.into_iter().map(|table| (name.clone(), table))),
                Err(fault) => failed = failed.or(Some(fault.of_source(&name))),
            }
        }
        let found = match failed {
            Some(fault) => Err(fault),
            None => match self.freeze(case, asked(case, &results), &found) {
                Ok(snapshot) => Ok(snapshot),
                Err(Broken::Fault(fault)) => Err(fault),
                Err(Broken::Error(error)) => return Err(error),
            },
        };
        self.run(&recorder, &RecordCollection { case: id, retry, results, found })?;
        Ok(())
    }

    /// The sources that a case's workflow names, in that order, or all of them if it names none; each opened, or why it
    /// could not be.
    fn sources_of(
        &self,
        case: &Case,
        customer: Option<&Customer>,
        catalog: &Catalog,
    ) -> Vec<(String, Opened)> {
        let settings =
            catalog.settings.as_ref().map(|settings| settings.sources.as_slice()).unwrap_or_default();
        let set_up = settings.iter().map(|setting| setting.name.clone());
        let hosted = self.services.sources.iter().map(|(name, _)| name.clone());
        let all: Vec<String> =
            std::iter::once(PROFILE_SOURCE.to_owned()).chain(set_up).chain(hosted).collect();
        let version = case.progress.as_deref().and_then(|progress| catalog.version_of(progress));
        let names = version.and_then(|version| version.sources.clone()).unwrap_or(all);
        let find = |name: &String| -> Opened {
            if name == PROFILE_SOURCE {
                return Ok(Arc::new(self.profile_source(case, customer)));
            }
            if let Some((_, source)) = self.services.sources.iter().find(|(hosted, _)| hosted == name) {
                return Ok(Arc::clone(source));
            }
            let setting = settings.iter().find(|setting| setting.name == *name);
            let (Some(setting), Some(adapters)) = (setting, &self.services.adapters) else {
                let hint = Message::new("hint.source_unknown");
                return Err(Fault::configuration("source_unknown", &format!("sources.{name}"), hint));
            };
            guarded(|| adapters.source(setting)).map(Arc::from)
        };
        names.iter().map(|name| (name.clone(), find(name))).collect()
    }

    /// The built-in source: what casekit itself stores about a customer, and all of their cases.
    fn profile_source(&self, case: &Case, customer: Option<&Customer>) -> ProfileSource {
        let language = self.language();
        let mut tables: Vec<DataTable> =
            customer.map(|one| profile_tables(&one.profile, language)).unwrap_or_default();
        let cases = case.customer.map(|id| self.cases_of(id, limits::SNAPSHOT_CELLS)).transpose();
        ProfileSource(cases.map(|cases| {
            tables.extend(cases);
            tables
        }))
    }

    /// The table of all cases of a customer; a fault if it has more cells than a snapshot can hold.
    fn cases_of(&self, customer: CustomerId, most_cells: u64) -> Result<DataTable, Fault> {
        let columns = [
            ("number", ColumnKind::Text),
            ("type", ColumnKind::Text),
            ("stage", ColumnKind::Text),
            ("title", ColumnKind::Text),
            ("raised_at", ColumnKind::Timestamp),
        ];
        let language = self.language();
        let filter = CaseFilter { customer: Some(customer), ..CaseFilter::default() };
        let (sort, direction) = (Sort::Number, Direction::Ascending);
        let mut query = CaseQuery { filter, sort, direction, after: None, limit: limits::PAGE };
        let mut rows = Vec::new();
        loop {
            let read = self.store.cases(&query);
            let Ok(Defined { answer, catalog }) = read else {
                return Err(Fault::transient("store_unavailable", Message::new("hint.store_unavailable")));
            };
            rows.extend(answer.rows.into_iter().map(|row| {
                vec![
                    DataValue::Text(row.number.to_string()),
                    DataValue::Text(catalog.type_name(row.case_type, language)),
                    DataValue::Text(catalog.stage_label(row.case_type, &row.stage, language)),
                    DataValue::Text(row.title.into()),
                    DataValue::Text(row.raised_at.to_rfc3339()),
                ]
            }));
            if (rows.len() * columns.len()) as u64 > most_cells {
                return Err(too_large());
            }
            query.after = answer.next;
            if query.after.is_none() {
                return Ok(table("cases", &columns, rows));
            }
        }
    }
}

/// What the profile source found, or why it could not be read.
struct ProfileSource(Result<Vec<DataTable>, Fault>);

impl DataSource for ProfileSource {
    fn collect(&self, _question: &SourceQuestion) -> Result<Vec<DataTable>, Fault> {
        self.0.clone()
    }
}

fn table(name: &str, columns: &[(&str, ColumnKind)], rows: Vec<Vec<DataValue>>) -> DataTable {
    let column = |(name, kind): &(&str, ColumnKind)| DataColumn { name: (*name).to_owned(), kind: *kind };
    DataTable { name: name.to_owned(), columns: columns.iter().map(column).collect(), rows }
}

fn profile_tables(profile: &Profile, language: &Language) -> Vec<DataTable> {
    let text = |value: Option<String>| value.map_or(DataValue::Null, DataValue::Text);
    let flat = CustomerField::ALL.into_iter().filter(|field| match field {
        CustomerField::NextOfKin | CustomerField::BankAccounts => false,
        CustomerField::Name
        | CustomerField::Gender
        | CustomerField::MaritalStatus
        | CustomerField::EmploymentStatus
        | CustomerField::Email
        | CustomerField::Phone
        | CustomerField::Address
        | CustomerField::ExternalReference => true,
    });
    let fields: Vec<CustomerField> = flat.collect();
    let columns: Vec<(&str, ColumnKind)> =
        fields.iter().map(|field| (field.code(), ColumnKind::Text)).collect();
    let row = fields
        .iter()
        .map(|field| text(profile.value(*field).argument().map(|value| language.say(&value))))
        .collect();
    let mut tables = vec![table("profile", &columns, vec![row])];
    if !profile.next_of_kin.is_empty() {
        let columns = ["name", "relationship", "phone", "address"].map(|name| (name, ColumnKind::Text));
        let row = |kin: &crate::model::NextOfKin| {
            vec![
                text(Some(kin.name.to_string())),
                text(kin.relationship.as_ref().map(ShortText::to_string)),
                text(kin.phone.as_ref().map(ShortText::to_string)),
                text(kin.address.as_ref().map(LongText::to_string)),
            ]
        };
        tables.push(table("next_of_kin", &columns, profile.next_of_kin.iter().map(row).collect()));
    }
    if !profile.bank_accounts.is_empty() {
        let columns = ["bank", "account_name", "number"].map(|name| (name, ColumnKind::Text));
        let row = |account: &BankAccount| {
            vec![
                text(account.bank.as_ref().map(ShortText::to_string)),
                text(account.account_name.as_ref().map(Name::to_string)),
                text(Some(account.number.clear().to_owned())),
            ]
        };
        tables.push(table("bank_accounts", &columns, profile.bank_accounts.iter().map(row).collect()));
    }
    tables
}

/// The sources that were asked about the person. The profile is asked about a customer: without one, it was not.
fn asked(case: &Case, results: &[SourceResult]) -> Vec<String> {
    let names = results.iter().map(|result| result.source.clone());
    names.filter(|name| name != PROFILE_SOURCE || case.customer.is_some()).collect()
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
    use crate::command::{NewCase, NewCustomer, NewRequest};
    use crate::engine::Services;
    use crate::engine::testing::Counting;
    use crate::memory::MemoryStore;
    use crate::model::{Actor, Role};
    use crate::rejection::FieldRule;

    #[test]
    fn all_cases_of_a_customer_are_read_or_none() {
        for store in [MemoryStore::new(), MemoryStore::with_short_pages()] {
            let env = Box::new(Counting::new());
            let engine = Engine::new(Arc::new(store), env, None, Services::default()).unwrap();
            let desk = engine.desk(Actor::new("amara", "").with_role(Role::Agent));
            let ada = desk.create_customer(NewCustomer::named("Ada Obi")).unwrap().id;
            for n in 1..=12 {
                desk.raise_case(NewCase::new("Support", format!("Case {n}")).for_customer(ada)).unwrap();
            }
            let table = engine.cases_of(ada, 60).unwrap();
            assert_eq!((table.rows.len(), table.columns.len()), (12, 5));
            assert_eq!(
                engine.cases_of(ada, 59).map_err(|fault| fault.code),
                Err("snapshot_too_large".into())
            );
        }
    }

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
