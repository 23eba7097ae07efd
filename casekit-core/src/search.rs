//! What can be found: the terms of each entry, the same for every store.

use crate::model::{Case, Name, Note};
use crate::text::terms;

/// The terms of a case's entry: its number, title, description and the name of its customer.
#[must_use]
pub fn case_terms(case: &Case, customer: Option<&Name>) -> Vec<String> {
    let number = case.number.to_string();
    let description = case.description.as_ref().map_or("", |text| text.as_str());
    let customer = customer.map_or("", Name::as_str);
    // The bare integer too, since people leave the zeros out. The description last: it alone can be so long that not all
    // of it is taken.
    terms(&format!("{number} {}\n{}\n{customer}\n{description}", case.number.value, case.title))
}

/// The terms of a note's entry; a retracted note has none, and no entry.
#[must_use]
pub fn note_terms(note: &Note) -> Option<Vec<String>> {
    note.text().map(|text| terms(text.as_str()))
}

/// The terms by which a customer is found in a list.
#[must_use]
pub fn customer_terms(name: &Name) -> Vec<String> {
    terms(name.as_str())
}
