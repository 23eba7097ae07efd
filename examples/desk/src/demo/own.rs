//! The fields of the office's own: what it wants to know of complaints, and of customers.

use casekit::{FieldKind, NewField};

pub(crate) fn of_complaints() -> Vec<NewField> {
    let about = NewField::choice("What it is about", ["Delivery", "Damage", "Price", "Something else"]);
    vec![
        about.with_id("about").indexed().in_rows(),
        NewField::new("Order number", FieldKind::Text).with_help("As it stands on the invoice").indexed(),
        NewField::new("Ordered on", FieldKind::Date),
        NewField::new("Damage", FieldKind::Money).shown_when("about", ["damage"]),
        NewField::choices("We have seen", ["Photos", "The invoice", "The thing itself"]),
        NewField::new("Wants to be called", FieldKind::YesNo),
        NewField::new("Looks into it", FieldKind::Person),
        NewField::new("Earlier case", FieldKind::Case),
    ]
}

pub(crate) fn of_customers() -> Vec<NewField> {
    vec![
        NewField::choice("Writes in", ["English", "German", "Arabic"]).with_id("writes_in").indexed(),
        NewField::new("Customer since", FieldKind::Date),
    ]
}
