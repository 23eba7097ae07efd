//! The built-in source: what casekit itself stores about a customer.

use super::Engine;
use crate::language::Language;
use crate::model::{
    BankAccount, Case, CaseField, ColumnKind, Customer, CustomerField, DataColumn, DataTable, DataValue,
    FieldId, LongText, Name, Profile, Settings, ShortText, limits,
};
use crate::release::{DataSource, Fault, SourceQuestion};

impl Engine {
    /// The built-in source: what casekit itself stores about a customer, and all of their cases but this one.
    pub(super) fn profile_source(
        &self,
        case: &Case,
        customer: Option<&Customer>,
        settings: Option<&Settings>,
    ) -> ProfileSource {
        let language = self.language();
        let mut tables: Vec<DataTable> =
            customer.map(|one| profile_tables(&one.profile, language)).unwrap_or_default();
        tables.extend(customer.and_then(|one| own_table(one, settings, language)));
        let cases =
            case.customer.map(|id| self.earlier_cases(id, case.id, limits::SNAPSHOT_CELLS)).transpose();
        ProfileSource(cases.map(|cases| {
            tables.extend(cases.into_iter().flatten());
            tables
        }))
    }
}
/// What the profile source found, or why it could not be read.
pub(super) struct ProfileSource(Result<Vec<DataTable>, Fault>);

impl DataSource for ProfileSource {
    fn collect(&self, _question: &SourceQuestion) -> Result<Vec<DataTable>, Fault> {
        self.0.clone()
    }
}

pub(super) fn table(name: &str, columns: &[(&str, ColumnKind)], rows: Vec<Vec<DataValue>>) -> DataTable {
    let column = |(name, kind): &(&str, ColumnKind)| DataColumn { name: (*name).to_owned(), kind: *kind };
    DataTable { name: name.to_owned(), columns: columns.iter().map(column).collect(), rows }
}

/// The values of the organisation's own fields that are for customers; `None` if there are none.
fn own_table(customer: &Customer, settings: Option<&Settings>, language: &Language) -> Option<DataTable> {
    let row = |(id, kept): (&FieldId, &CaseField)| {
        let field = settings?.customer_field(id).filter(|field| field.for_customer)?;
        let label = field.label.said(language).to_owned();
        Some(vec![DataValue::Text(label), DataValue::Text(kept.value.said(Some(field), language))])
    };
    let columns = ["field", "value"].map(|name| (name, ColumnKind::Text));
    let rows: Vec<_> = customer.fields.iter().filter_map(row).collect();
    (!rows.is_empty()).then(|| table("fields", &columns, rows))
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
