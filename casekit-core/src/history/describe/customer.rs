//! Messages for customers.

use super::{About, Change, Said, change, fields};
use crate::event::{CustomerFact, OldNew, Personal};
use crate::language::{Argument, Message};
use crate::model::{
    Access, BankAccount, BankAccountField, CustomerField, FieldId, FieldOwner, NextOfKin, NextOfKinField,
    ProfileValue,
};

pub(super) fn describe(fact: &CustomerFact, personal: &Personal, about: About<'_>) -> Said {
    let access = about.access;
    let account = personal.bank_account.as_deref().filter(|_| access.customers);
    let person = personal.next_of_kin.as_deref().filter(|_| access.customers);
    match fact {
        CustomerFact::CustomerCreated { fields, own_fields, fields_version: _ } => {
            let profile = personal.profile.as_deref().filter(|_| access.customers);
            let shown = |field: &CustomerField| {
                change(field.code(), None, profile.and_then(|profile| value(&profile.value(*field), access)))
            };
            let own = own_changes(own_fields, personal, about).1;
            (Message::new("fact.customer_created"), fields.iter().map(shown).chain(own).collect())
        }
        CustomerFact::CustomerFieldsChanged { fields, fields_version } => {
            let (labels, changes) = own_changes(fields, personal, about);
            let said = match labels.is_empty() {
                // What a newer version calls unique or sensitive has the value that it had.
                true => Message::new("fact.customer_fields_changed.version")
                    .with("version", u64::from(*fields_version)),
                false => Message::new("fact.customer_fields_changed").with("fields", labels),
            };
            (said, changes)
        }
        CustomerFact::CustomerUpdated { fields } => {
            let said =
                Message::new("fact.customer_updated").with("fields", labels(fields.iter().map(|f| f.code())));
            (said, profile_changes(personal, fields, access))
        }
        CustomerFact::BankAccountAdded { .. } => (
            about_account(account, "fact.bank_account_added", "fact.bank_account_added.unnamed"),
            account_changes(account, &BankAccountField::ALL, access),
        ),
        CustomerFact::BankAccountChanged { account: _, fields } => {
            let said =
                about_account(account, "fact.bank_account_changed", "fact.bank_account_changed.unnamed");
            let said = said.with("fields", labels(fields.iter().map(|field| field.code())));
            (said, account_changes(account, fields, access))
        }
        CustomerFact::BankAccountRemoved { .. } => (
            about_account(account, "fact.bank_account_removed", "fact.bank_account_removed.unnamed"),
            account_changes(account, &BankAccountField::ALL, access),
        ),
        CustomerFact::NextOfKinAdded { .. } => (
            about_person(person, "fact.next_of_kin_added", "fact.next_of_kin_added.unnamed"),
            person_changes(person, &NextOfKinField::ALL),
        ),
        CustomerFact::NextOfKinChanged { person: _, fields } => {
            let said = about_person(person, "fact.next_of_kin_changed", "fact.next_of_kin_changed.unnamed");
            let said = said.with("fields", labels(fields.iter().map(|field| field.code())));
            (said, person_changes(person, fields))
        }
        CustomerFact::NextOfKinRemoved { .. } => (
            about_person(person, "fact.next_of_kin_removed", "fact.next_of_kin_removed.unnamed"),
            person_changes(person, &NextOfKinField::ALL),
        ),
    }
}

/// The labels of the organisation's own fields, and their values for readers who may see customers.
fn own_changes(fields: &[FieldId], personal: &Personal, about: About<'_>) -> (Vec<Argument>, Vec<Change>) {
    let (labels, mut changes) = fields::changes(fields, personal, Some(FieldOwner::Customers), about);
    if !about.access.customers {
        changes.iter_mut().for_each(|change| (change.from, change.to) = (None, None));
    }
    (labels, changes)
}

fn labels(codes: impl Iterator<Item = &'static str>) -> Vec<Argument> {
    codes.map(|code| Argument::word("field", code)).collect()
}

/// A sentence about an account, which is called by the hint of its number as it was before; without the hint if the
/// reader may not see it, or it was erased.
fn about_account(
    account: Option<&OldNew<BankAccount>>,
    code: &'static str,
    unnamed: &'static str,
) -> Message {
    let known = account.and_then(|account| account.from.as_ref().or(account.to.as_ref()));
    known.map_or_else(
        || Message::new(unnamed),
        |known| Message::new(code).with("account", known.number.hint().as_str()),
    )
}

/// The same about a next of kin, who is called by the name that they had before.
fn about_person(person: Option<&OldNew<NextOfKin>>, code: &'static str, unnamed: &'static str) -> Message {
    let known = person.and_then(|person| person.from.as_ref().or(person.to.as_ref()));
    known.map_or_else(|| Message::new(unnamed), |known| Message::new(code).with("name", known.name.as_str()))
}

fn profile_changes(personal: &Personal, fields: &[CustomerField], access: Access) -> Vec<Change> {
    let shown = |values: &[ProfileValue], place: usize| {
        values.get(place).filter(|_| access.customers).and_then(|one| value(one, access))
    };
    // INVARIANT: both lists of values are in the order of the fields.
    let one = |(place, field): (usize, &CustomerField)| {
        let (from, to) = (shown(&personal.profile_from, place), shown(&personal.profile_to, place));
        change(field.code(), from, to)
    };
    fields.iter().enumerate().map(one).collect()
}

/// The value of a field. Account numbers are in clear for readers who may see them.
fn value(value: &ProfileValue, access: Access) -> Option<Argument> {
    match value {
        ProfileValue::BankAccounts(all) if access.sensitive && !all.is_empty() => {
            let clear = |account: &BankAccount| account.number.clear().into();
            Some(Argument::List(all.iter().map(clear).collect()))
        }
        other => other.argument(),
    }
}

/// The values of fields of an account. A field that neither had a value nor has one is left out.
fn account_changes(
    account: Option<&OldNew<BankAccount>>,
    fields: &[BankAccountField],
    access: Access,
) -> Vec<Change> {
    let shown = |known: Option<&BankAccount>, field: BankAccountField| {
        known.and_then(|known| match field {
            BankAccountField::Number if access.sensitive => Some(known.number.clear().into()),
            BankAccountField::Bank | BankAccountField::AccountName | BankAccountField::Number => {
                known.argument(field)
            }
        })
    };
    let (from, to) = sides(account);
    let one = |field: &BankAccountField| change(field.code(), shown(from, *field), shown(to, *field));
    fields.iter().map(one).filter(is_shown).collect()
}

fn person_changes(person: Option<&OldNew<NextOfKin>>, fields: &[NextOfKinField]) -> Vec<Change> {
    let (from, to) = sides(person);
    let shown = |known: Option<&NextOfKin>, field| known.and_then(|known| known.argument(field));
    let one = |field: &NextOfKinField| change(field.code(), shown(from, *field), shown(to, *field));
    fields.iter().map(one).filter(is_shown).collect()
}

fn sides<T>(both: Option<&OldNew<T>>) -> (Option<&T>, Option<&T>) {
    (both.and_then(|both| both.from.as_ref()), both.and_then(|both| both.to.as_ref()))
}

fn is_shown(change: &Change) -> bool {
    change.from.is_some() || change.to.is_some()
}
