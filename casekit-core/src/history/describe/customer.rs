//! Messages for customers.

use super::{Change, Said, change};
use crate::event::{CustomerFact, Personal};
use crate::language::{Argument, Message};
use crate::model::{Access, CustomerField, ProfileValue};

pub(super) fn describe(fact: &CustomerFact, personal: &Personal, access: Access) -> Said {
    match fact {
        CustomerFact::CustomerCreated { fields } => {
            let profile = personal.profile.as_deref().filter(|_| access.customers);
            let shown = |field: &CustomerField| {
                change(field.code(), None, profile.and_then(|profile| value(&profile.value(*field), access)))
            };
            (Message::new("fact.customer_created"), fields.iter().map(shown).collect())
        }
        CustomerFact::CustomerUpdated { fields } => {
            let names: Vec<Argument> =
                fields.iter().map(|field| Argument::word("field", field.code())).collect();
            let said = Message::new("fact.customer_updated").with("fields", names);
            (said, profile_changes(personal, fields, access))
        }
    }
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
            let clear = |account: &crate::model::BankAccount| account.number.clear().into();
            Some(Argument::List(all.iter().map(clear).collect()))
        }
        other => other.argument(),
    }
}
