//! What can be found: the terms of each entry, the same for every store.

use crate::model::{Case, CaseNumber, LongText, Name, Note, Title};
use crate::text::terms;

/// The terms of a case's entry: its number, title, description and the name of its customer.
#[must_use]
pub fn case_terms(case: &Case, customer: Option<&Name>) -> Vec<String> {
    terms_of_case(&case.number, &case.title, case.description.as_ref(), customer)
}

/// The same, of what it is made of.
#[must_use]
pub fn terms_of_case(
    number: &CaseNumber,
    title: &Title,
    description: Option<&LongText>,
    customer: Option<&Name>,
) -> Vec<String> {
    let description = description.map_or("", |text| text.as_str());
    let customer = customer.map_or("", Name::as_str);
    // The bare integer too, since people leave the zeros out. The description last: it alone can be so long that not all
    // of it is taken.
    terms(&format!("{number} {}\n{title}\n{customer}\n{description}", number.value))
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
