//! Parses a caller's records into the values of a profile.

use uuid::Uuid;

use super::id_within;
use crate::command::{CustomerEdit, NewBankAccount, NewCustomer, NewNextOfKin};
use crate::model::{
    BankAccount, BankAccountId, CustomerField, LongText, Name, NextOfKin, NextOfKinId, Profile, ProfileValue,
    Reference, ShortText, is_email, limits,
};
use crate::rejection::{FieldError, FieldRule, Fields};

/// Parses a whole profile, and reports every wrong field at once.
///
/// The ids of next of kin and bank accounts are made of `fresh`, the customer's own.
pub(super) fn parse_new(fields: &mut Fields, new: &NewCustomer, fresh: Uuid) -> Option<Profile> {
    let name = fields.take(Name::parse("name", &new.name));
    let values = [
        fields
            .take(new.gender.clone().map(|gender| gender.parse("gender")).transpose())
            .map(ProfileValue::Gender),
        fields
            .take(new.marital_status.clone().map(|status| status.parse("marital_status")).transpose())
            .map(ProfileValue::MaritalStatus),
        fields
            .take(new.employment_status.clone().map(|status| status.parse("employment_status")).transpose())
            .map(ProfileValue::EmploymentStatus),
        fields.take(parse_email(new.email.as_deref())).map(ProfileValue::Email),
        fields.take(ShortText::parse_optional("phone", new.phone.as_deref())).map(ProfileValue::Phone),
        fields.take(LongText::parse_optional("address", new.address.as_deref())).map(ProfileValue::Address),
        fields
            .take(Reference::parse_optional("external_reference", new.external_reference.as_deref()))
            .map(ProfileValue::ExternalReference),
        parse_next_of_kin(fields, &new.next_of_kin, fresh).map(ProfileValue::NextOfKin),
        parse_accounts(fields, &new.bank_accounts, fresh).map(ProfileValue::BankAccounts),
    ];
    name.map(|name| {
        let mut profile = Profile::named(name);
        values.into_iter().flatten().for_each(|value| profile.set(value));
        profile
    })
}

/// Parses the values that an edit sets or clears, and reports every wrong field at once.
pub(super) fn parse_edit(fields: &mut Fields, edit: &CustomerEdit) -> Vec<ProfileValue> {
    let mut values = Vec::new();
    let mut keep = |value: Option<ProfileValue>| values.extend(value);
    if let Some(name) = &edit.name {
        keep(fields.take(Name::parse("name", name)).map(ProfileValue::Name));
    }
    if let Some(gender) = edit.gender.clone() {
        keep(fields.take(gender.parse("gender")).map(Some).map(ProfileValue::Gender));
    }
    if let Some(status) = edit.marital_status.clone() {
        keep(fields.take(status.parse("marital_status")).map(Some).map(ProfileValue::MaritalStatus));
    }
    if let Some(status) = edit.employment_status.clone() {
        keep(fields.take(status.parse("employment_status")).map(Some).map(ProfileValue::EmploymentStatus));
    }
    if let Some(email) = &edit.email {
        keep(fields.take(parse_email(Some(email))).map(ProfileValue::Email));
    }
    if let Some(phone) = &edit.phone {
        keep(fields.take(ShortText::parse_optional("phone", Some(phone))).map(ProfileValue::Phone));
    }
    if let Some(address) = &edit.address {
        keep(fields.take(LongText::parse_optional("address", Some(address))).map(ProfileValue::Address));
    }
    if let Some(reference) = &edit.external_reference {
        let reference = Reference::parse_optional("external_reference", Some(reference));
        keep(fields.take(reference).map(ProfileValue::ExternalReference));
    }
    for field in &edit.clear {
        if is_set(edit, *field) {
            let why = "given_and_emptied".into();
            fields.add(field.code(), FieldRule::DoesNotFit { why });
        }
        match emptied(*field) {
            Some(value) => keep(Some(value)),
            None => fields.add(field.code(), FieldRule::Required),
        }
    }
    values
}

/// What an edit gives, parsed; what was there before, if it gives nothing.
pub(super) fn given_or<T: Clone>(
    fields: &mut Fields,
    given: Option<&str>,
    before: &T,
    parse: impl FnOnce(&str) -> Result<T, FieldError>,
) -> Option<T> {
    match given {
        None => Some(before.clone()),
        Some(given) => fields.take(parse(given)),
    }
}

fn is_set(edit: &CustomerEdit, field: CustomerField) -> bool {
    match field {
        CustomerField::Name => edit.name.is_some(),
        CustomerField::Gender => edit.gender.is_some(),
        CustomerField::MaritalStatus => edit.marital_status.is_some(),
        CustomerField::EmploymentStatus => edit.employment_status.is_some(),
        // They are added one by one.
        CustomerField::NextOfKin | CustomerField::BankAccounts => false,
        CustomerField::Email => edit.email.is_some(),
        CustomerField::Phone => edit.phone.is_some(),
        CustomerField::Address => edit.address.is_some(),
        CustomerField::ExternalReference => edit.external_reference.is_some(),
    }
}

fn emptied(field: CustomerField) -> Option<ProfileValue> {
    match field {
        CustomerField::Name => None,
        CustomerField::Gender => Some(ProfileValue::Gender(None)),
        CustomerField::MaritalStatus => Some(ProfileValue::MaritalStatus(None)),
        CustomerField::EmploymentStatus => Some(ProfileValue::EmploymentStatus(None)),
        CustomerField::NextOfKin => Some(ProfileValue::NextOfKin(Vec::new())),
        CustomerField::BankAccounts => Some(ProfileValue::BankAccounts(Vec::new())),
        CustomerField::Email => Some(ProfileValue::Email(None)),
        CustomerField::Phone => Some(ProfileValue::Phone(None)),
        CustomerField::Address => Some(ProfileValue::Address(None)),
        CustomerField::ExternalReference => Some(ProfileValue::ExternalReference(None)),
    }
}

/// Checks the form only: something, an `@`, something. Whether the address receives mail is for the host to find out.
pub(super) fn parse_email(text: Option<&str>) -> Result<Option<ShortText>, FieldError> {
    let email = ShortText::parse_optional("email", text)?;
    match email {
        Some(email) if !is_email(email.as_str()) => {
            Err(FieldError::new("email", FieldRule::Malformed { form: "email".into() }))
        }
        email => Ok(email),
    }
}

fn parse_next_of_kin(fields: &mut Fields, all: &[NewNextOfKin], fresh: Uuid) -> Option<Vec<NextOfKin>> {
    within_limit(fields, "next_of_kin", all.len())?;
    let parse = |(place, new): (usize, &NewNextOfKin)| {
        let id = NextOfKinId(id_within(fresh, place as u128 + 1));
        parse_person(fields, &format!("next_of_kin[{place}]."), id, new)
    };
    all_or_none(all.iter().enumerate().map(parse))
}

/// Parses one next of kin. The paths of its fields begin with `path`.
pub(super) fn parse_person(
    fields: &mut Fields,
    path: &str,
    id: NextOfKinId,
    new: &NewNextOfKin,
) -> Option<NextOfKin> {
    let at = |field: &str| format!("{path}{field}");
    let name = fields.take(Name::parse(&at("name"), &new.name));
    let relationship =
        fields.take(ShortText::parse_optional(&at("relationship"), new.relationship.as_deref()));
    let phone = fields.take(ShortText::parse_optional(&at("phone"), new.phone.as_deref()));
    let address = fields.take(LongText::parse_optional(&at("address"), new.address.as_deref()));
    Some(NextOfKin { id, name: name?, relationship: relationship?, phone: phone?, address: address? })
}

fn parse_accounts(fields: &mut Fields, all: &[NewBankAccount], fresh: Uuid) -> Option<Vec<BankAccount>> {
    within_limit(fields, "bank_accounts", all.len())?;
    let parse = |(place, new): (usize, &NewBankAccount)| {
        let id = BankAccountId(id_within(fresh, (limits::PARTS + place) as u128 + 1));
        parse_account(fields, &format!("bank_accounts[{place}]."), id, new)
    };
    all_or_none(all.iter().enumerate().map(parse))
}

/// Parses one bank account. The paths of its fields begin with `path`.
pub(super) fn parse_account(
    fields: &mut Fields,
    path: &str,
    id: BankAccountId,
    new: &NewBankAccount,
) -> Option<BankAccount> {
    let at = |field: &str| format!("{path}{field}");
    let bank = fields.take(ShortText::parse_optional(&at("bank"), new.bank.as_deref()));
    let account_name = fields.take(Name::parse_optional(&at("account_name"), new.account_name.as_deref()));
    let number = fields.take(BankAccount::parse_number(&at("number"), &new.number));
    Some(BankAccount { id, bank: bank?, account_name: account_name?, number: number? })
}

/// All values, or `None` if one is missing. Consumes the whole iterator first, so that every wrong item is reported.
fn all_or_none<T>(parsed: impl Iterator<Item = Option<T>>) -> Option<Vec<T>> {
    parsed.collect::<Vec<_>>().into_iter().collect()
}

pub(super) fn within_limit(fields: &mut Fields, field: &str, length: usize) -> Option<()> {
    if length > limits::PARTS {
        fields.add(field, FieldRule::TooMany { limit: limits::PARTS as u64 });
        return None;
    }
    Some(())
}
