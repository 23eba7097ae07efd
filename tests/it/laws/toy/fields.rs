//! Fields of one's own as the toy has them: a table of what is asked of whom, and values as places in a list of texts.

mod table;

use std::collections::BTreeMap;

use casekit::GivenValue;

pub(super) use table::{
    ACCOUNT, AMOUNT, CHANNEL, CHECKED, CUSTOMERS, FIELDS, Field, IDS, LABELS, LETTER, ORDER, PHONE, RETIRED,
    SINCE, defined,
};

use crate::laws::instruction::WRONG;

/// Values by their fields, each as the number of a text in the table.
pub(super) type Values = BTreeMap<usize, usize>;
/// What is given for fields; 0 empties one.
pub(super) type Given = [(usize, usize)];

fn field(of: usize, number: usize) -> Option<&'static Field> {
    FIELDS[of].iter().find(|field| field.number == number)
}

/// Whether a value is one that a field of theirs can have.
fn fits(of: usize, number: usize, value: usize) -> bool {
    field(of, number).is_some_and(|field| !field.unknown.contains(&value))
}

/// Whether somebody can be given a value that they have not.
fn can_be_given(of: usize, number: usize, value: usize) -> bool {
    value != WRONG && fits(of, number, value) && RETIRED != (of, number, value)
}

fn is_shown(of: usize, field: &Field, values: &Values) -> bool {
    field.shown_when.is_none_or(|(number, shows)| {
        let by = self::field(of, number).expect("what shows a field is a field");
        is_shown(of, by, values) && values.get(&number).is_some_and(|value| shows.contains(value))
    })
}

/// The fields that are shown, in their order.
pub(super) fn shown(of: usize, values: &Values) -> impl Iterator<Item = &'static Field> {
    FIELDS[of].iter().filter(move |field| is_shown(of, field, values))
}

/// The values afterwards; an error if something of what is given cannot be. What is not shown any more goes.
pub(super) fn settled(of: usize, before: &Values, given: &Given) -> Result<Values, &'static str> {
    let mut after = before.clone();
    for (place, (number, value)) in given.iter().enumerate() {
        let value = kept(*number, *value);
        let is_new = before.get(number) != Some(&value);
        let is_possible = match value {
            0 => field(of, *number).is_some() || before.contains_key(number),
            value if is_new => can_be_given(of, *number, value),
            value => fits(of, *number, value),
        };
        if !is_possible || given[..place].iter().any(|(other, _)| other == number) {
            return Err("invalid");
        }
        match value {
            0 => after.remove(number),
            value => after.insert(*number, value),
        };
    }
    let hidden: Vec<usize> =
        FIELDS[of].iter().filter(|field| !is_shown(of, field, &after)).map(|field| field.number).collect();
    for number in hidden {
        if after.remove(&number).is_some() && given.iter().any(|(given, _)| *given == number) {
            return Err("invalid");
        }
    }
    Ok(after)
}

/// The value that a text means: `TRUE` is `yes`.
fn kept(number: usize, value: usize) -> usize {
    if (number, value) == (CHECKED, 3) { 1 } else { value }
}

/// Whether an edit leaves a required field empty that it names, or that was not shown before.
pub(super) fn is_left_empty(of: usize, before: &Values, given: &Given, after: &Values) -> bool {
    shown(of, after).any(|field| {
        let is_named = given.iter().any(|(number, _)| *number == field.number);
        field.required && !after.contains_key(&field.number) && (is_named || !is_shown(of, field, before))
    })
}

/// Whether something that is asked for in a stage is empty; of who is new, also what is asked for anywhere.
pub(super) fn is_lacking(of: usize, values: &Values, stage: Option<usize>, is_new: bool) -> bool {
    shown(of, values).any(|field| {
        let is_needed = field.required && is_new || field.required_at.is_some() && field.required_at == stage;
        is_needed && !values.contains_key(&field.number)
    })
}

/// Whether there is a value that they cannot have.
pub(super) fn is_unfit(of: usize, values: &Values) -> bool {
    values.iter().any(|(number, value)| !fits(of, *number, *value))
}

/// Values as they are kept: with what becomes of each.
pub(super) fn as_kept(of: usize, values: &Values) -> Vec<(usize, usize, [bool; 3])> {
    let marks = |number| field(of, number).map_or([false; 3], Field::marks);
    values.iter().map(|(number, value)| (*number, *value, marks(*number))).collect()
}

/// A value as a caller gives it.
pub(super) fn given(number: usize, value: usize) -> GivenValue {
    let text = table::TEXTS[number][value];
    match (number, value) {
        (AMOUNT, 1..WRONG) => GivenValue::Number(text.parse().unwrap()),
        (CHECKED, 1 | 2) => GivenValue::YesNo(value == 1),
        _ => GivenValue::Text(text.to_owned()),
    }
}

/// A value as it is read.
pub(super) fn read(number: usize, value: usize) -> GivenValue {
    match number {
        CHANNEL => GivenValue::Text(table::CODES[value].to_owned()),
        ORDER | ACCOUNT | SINCE => GivenValue::Text(table::TEXTS[number][value].trim().to_owned()),
        _ => given(number, value),
    }
}

/// A value as it is said.
pub(super) fn said(number: usize, value: usize) -> &'static str {
    table::TEXTS[number][value].trim()
}

/// Where a value comes in the order of its field. Those that differ in case alone come together.
pub(super) fn rank(number: usize, value: usize) -> usize {
    table::RANKS[number][value]
}

/// Whether a value is another, or differs from it in case alone.
pub(super) fn is_alike(number: usize, value: Option<&usize>, other: usize) -> bool {
    value.is_some_and(|value| rank(number, *value) == rank(number, other))
}

/// Whether a case or a customer is found by a word of an order or an account.
pub(super) fn is_found(of: usize, values: &Values, word: &str) -> bool {
    [ORDER, ACCOUNT].into_iter().any(|number| {
        let says = |value: &usize| said(number, *value).to_lowercase().contains(word);
        values.get(&number).is_some_and(says) && !field(of, number).is_some_and(|field| field.sensitive)
    })
}
