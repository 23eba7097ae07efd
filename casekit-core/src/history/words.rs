//! Sentences for facts, by the kind of stream.

mod case;
mod case_type;
mod customer;
mod ledger;
mod settings;
mod workflow;

use super::FieldChange;
use crate::desk::Sight;
use crate::event::{Changed, Event, Fact};
use crate::model::{CaseTypeId, Catalog};

/// A sentence, and what changed from what to what.
type Said = (String, Vec<FieldChange>);

/// What an event says; `case_type` is the type that the case had before it.
pub(super) fn words(event: &Event, catalog: &Catalog, sight: Sight, case_type: Option<CaseTypeId>) -> Said {
    match &event.fact {
        Fact::Settings(fact) => settings::words(fact),
        Fact::Workflow(_, fact) => workflow::words(fact),
        Fact::CaseType(_, fact) => self::case_type::words(fact),
        Fact::Customer(_, fact) => customer::words(fact, event, sight),
        Fact::Case(_, fact) => case::words(fact, event, catalog, case_type),
        Fact::Ledger(fact) => ledger::words(fact),
    }
}

fn change(field: &str, from: Option<String>, to: Option<String>) -> FieldChange {
    FieldChange { field: field.to_owned(), from, to }
}

fn changed<T: ToString>(field: &str, values: Option<&Changed<T>>) -> FieldChange {
    let from = values.and_then(|values| values.from.as_ref()).map(ToString::to_string);
    change(field, from, values.and_then(|values| values.to.as_ref()).map(ToString::to_string))
}

fn text<T: ToString>(value: Option<&T>) -> Option<String> {
    value.map(ToString::to_string)
}
