//! The fields that the toy's types and customers have, and the texts that are given for them.

use casekit::{FieldKind, NewField, NewFieldChoice};

use crate::laws::instruction::{STAGES, WRONG};

pub(crate) const ORDER: usize = 0;
pub(crate) const AMOUNT: usize = 1;
pub(crate) const CHANNEL: usize = 2;
pub(crate) const SINCE: usize = 3;
pub(crate) const CHECKED: usize = 4;
pub(crate) const ACCOUNT: usize = 5;
pub(crate) const IDS: [&str; 6] = ["order", "amount", "channel", "since", "checked", "account"];
pub(crate) const LABELS: [&str; 6] =
    ["Order number", "Amount", "Reached us by", "Since", "Checked?", "Account"];
const KINDS: [FieldKind; 6] = [
    FieldKind::Text,
    FieldKind::Number,
    FieldKind::Choice,
    FieldKind::Date,
    FieldKind::YesNo,
    FieldKind::Text,
];

/// The first empties a field, and the last is no value of it.
pub(super) const TEXTS: [[&str; 5]; 6] = [
    ["", "Kiwi 12", " kiwi 12", "Mango 3", "two\nlines"],
    ["", "7", "-3", "12", "many"],
    ["", "Phone", "Web form", "Letter", "Fax"],
    [" ", "2026-02-28", "2024-02-29", "2027-01-01", "2026-02-29"],
    ["", "yes", "no", "TRUE", "perhaps"],
    ["", "Papaya 9", "Kiwi 9", "papaya", "two\nlines"],
];
/// The choices of the channel.
pub(super) const CODES: [&str; 4] = ["", "phone", "web_form", "letter"];
/// Where each text comes in the order of its field.
pub(super) const RANKS: [[usize; 4]; 6] =
    [[0, 1, 1, 2], [0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3], [0, 2, 1, 2], [0, 2, 1, 1]];

pub(crate) const PHONE: usize = 1;
const WEB_FORM: usize = 2;
pub(crate) const LETTER: usize = 3;
const YES: usize = 1;

/// A field of the cases of a type, or of customers.
pub(crate) struct Field {
    pub(crate) number: usize,
    pub(crate) required: bool,
    pub(super) required_at: Option<usize>,
    /// Another field, and which of its values show this one.
    pub(super) shown_when: Option<(usize, &'static [usize])>,
    pub(crate) indexed: bool,
    pub(crate) in_rows: bool,
    pub(crate) sensitive: bool,
    /// Values that it has elsewhere, and here not.
    pub(super) unknown: &'static [usize],
}

const PLAIN: Field = Field {
    number: 0,
    required: false,
    required_at: None,
    shown_when: None,
    indexed: false,
    in_rows: false,
    sensitive: false,
    unknown: &[],
};

pub(crate) const CUSTOMERS: usize = 3;

/// The fields of each type, and those of customers.
pub(crate) const FIELDS: [&[Field]; 4] = [
    &[],
    &[
        Field { number: ORDER, ..PLAIN },
        Field { number: CHANNEL, indexed: true, unknown: &[WEB_FORM], ..PLAIN },
        Field {
            number: CHECKED,
            shown_when: Some((CHANNEL, &[PHONE])),
            indexed: true,
            in_rows: true,
            ..PLAIN
        },
        Field { number: ACCOUNT, shown_when: Some((CHECKED, &[YES])), in_rows: true, ..PLAIN },
    ],
    &[
        Field { number: ORDER, required: true, indexed: true, in_rows: true, ..PLAIN },
        Field { number: AMOUNT, required_at: Some(1), indexed: true, in_rows: true, ..PLAIN },
        Field { number: CHANNEL, indexed: true, in_rows: true, ..PLAIN },
        Field {
            number: SINCE,
            required: true,
            shown_when: Some((CHANNEL, &[PHONE, LETTER])),
            indexed: true,
            in_rows: true,
            ..PLAIN
        },
        Field { number: CHECKED, indexed: true, ..PLAIN },
        Field {
            number: ACCOUNT,
            required_at: Some(3),
            shown_when: Some((CHECKED, &[YES])),
            sensitive: true,
            ..PLAIN
        },
    ],
    &[
        Field { number: CHANNEL, indexed: true, unknown: &[WEB_FORM], ..PLAIN },
        Field {
            number: ORDER,
            required: true,
            shown_when: Some((CHANNEL, &[LETTER])),
            indexed: true,
            ..PLAIN
        },
        Field { number: SINCE, indexed: true, ..PLAIN },
        Field { number: ACCOUNT, sensitive: true, ..PLAIN },
    ],
];

/// Whose choice is retired, of which field, and which.
pub(crate) const RETIRED: (usize, usize, usize) = (1, CHANNEL, LETTER);

impl Field {
    /// What becomes of a value: whether it is indexed, shown in rows, and sensitive.
    pub(super) fn marks(&self) -> [bool; 3] {
        [self.indexed, self.in_rows, self.sensitive]
    }

    /// The values that it can have.
    pub(crate) fn values(&self) -> Vec<usize> {
        (1..WRONG).filter(|value| !self.unknown.contains(value)).collect()
    }
}

/// The fields of a type or of customers, as they are defined.
pub(crate) fn defined(of: usize) -> Vec<NewField> {
    let one = |field: &Field| {
        let mut new = NewField::new(LABELS[field.number], KINDS[field.number]).with_id(IDS[field.number]);
        (new.required, new.indexed) = (field.required, field.indexed);
        (new.in_rows, new.sensitive) = (field.in_rows, field.sensitive);
        new.required_at = field.required_at.map(|stage| STAGES[stage].to_owned()).into_iter().collect();
        if field.number == CHANNEL {
            let known = (1..CODES.len()).filter(|choice| !field.unknown.contains(choice));
            new.choices = known
                .map(|choice| NewFieldChoice {
                    retired: RETIRED == (of, CHANNEL, choice),
                    ..NewFieldChoice::new(TEXTS[CHANNEL][choice]).with_code(CODES[choice])
                })
                .collect();
        }
        match field.shown_when {
            None => new,
            Some((CHANNEL, shows)) => new.shown_when(IDS[CHANNEL], shows.iter().map(|value| CODES[*value])),
            Some((other, shows)) => {
                new.shown_when(IDS[other], shows.iter().map(|value| TEXTS[other][*value]))
            }
        }
    };
    FIELDS[of].iter().map(one).collect()
}
