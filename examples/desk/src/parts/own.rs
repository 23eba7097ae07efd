//! The organisation's own fields in forms: a control for each kind, and the values that were given.

use casekit::{
    CaseId, Choices, CustomerId, CustomerSummary, FieldDefinitionView, FieldError, FieldKind, FieldRule,
    GivenField, GivenValue, PageRequest,
};
use maud::{Markup, html};

use super::fields::{Field, Fields, is_in};
use crate::acts::{Form, Result};
use crate::kit::Here;

/// Fields that are shown in a form.
pub(crate) struct OwnFields<'a> {
    pub(crate) fields: &'a Fields<'a>,
    pub(crate) defined: &'a [FieldDefinitionView],
    /// The value that each has by its id, as a text that can be given back; for what names something, what that is called.
    pub(crate) value: &'a dyn Fn(&FieldDefinitionView) -> String,
}

/// What a field is called in a form and in the library's errors.
pub(crate) fn name_of(id: &str) -> String {
    format!("fields.{id}")
}

impl OwnFields<'_> {
    /// The controls of those that are shown. What depends on another's value comes when that is chosen.
    pub(crate) fn controls(&self) -> Result<Markup> {
        let shown = self.defined.iter().filter(|one| self.is_shown(one));
        let controls = shown.map(|one| self.control(one)).collect::<Result<Vec<_>, _>>()?;
        Ok(html! { @for one in &controls { (self.fields.draw(one)) } })
    }

    fn is_shown(&self, one: &FieldDefinitionView) -> bool {
        let on = self.defined.iter().find(|other| one.shown_when.as_ref() == Some(&other.id));
        let Some(on) = on else { return true };
        let (name, kept, draft) = (name_of(&on.id), (self.value)(on), self.fields.draft);
        let has = |code: &String| match on.kind {
            FieldKind::Choices => draft.has(&name, code, is_in(&kept, code)),
            _ => draft.value(&name, &kept) == code,
        };
        one.shown_when_values.iter().any(has) && self.is_shown(on)
    }

    fn control(&self, one: &FieldDefinitionView) -> Result<Field> {
        let here = self.fields.here;
        let mut value = (self.value)(one);
        if one.kind == FieldKind::Instant {
            // Browsers have no seconds.
            value.truncate(16);
        }
        let offered = one.choices.iter().filter(|choice| !choice.retired || is_in(&value, &choice.code));
        let offered = offered.map(|choice| (&choice.code, &choice.label));
        let word = |code: &str| here.word("value", code);
        let of = Field::new(name_of(&one.id), &value).label(&one.label).required(one.required);
        let of = of.redraws(self.defined.iter().any(|other| other.shown_when.as_ref() == Some(&one.id)));
        let (of, hint) = match one.kind {
            FieldKind::LongText => (of.lines(), None),
            FieldKind::YesNo => (of.among(["yes", "no"].map(|code| (code, word(code)))).or("—"), None),
            FieldKind::Choice => (of.among(offered).or("—"), None),
            FieldKind::Choices => (of.among(offered).several(), None),
            FieldKind::Person => {
                let people = here.desk.people(PageRequest::first().of(500)).map(|page| page.rows);
                match here.or_none(people)? {
                    none if none.is_empty() => (of, Some(here.say("hint_person"))),
                    all => (of.among(all.into_iter().map(|one| (one.id, one.name))).or("—"), None),
                }
            }
            FieldKind::Customer => (of.of_customer(), Some(here.say("hint_customer"))),
            FieldKind::Case => (of, Some(here.say("hint_case"))),
            FieldKind::Money => (of, Some(here.say("hint_money"))),
            FieldKind::Date => (of.of_type("date"), None),
            FieldKind::Instant => (of.of_type("datetime-local"), Some("UTC")),
            _ => (of, None),
        };
        Ok(of.hint(one.help.as_deref().or(hint)))
    }
}

/// The value of a field as a form has it: a text that can be given back, or what something is called that it names.
pub(crate) fn value_text(of: &casekit::FieldView) -> String {
    match &of.value {
        Some(GivenValue::Choices(codes)) => codes.join("; "),
        Some(GivenValue::YesNo(yes)) => if *yes { "yes" } else { "no" }.to_owned(),
        Some(GivenValue::Text(text)) => text.clone(),
        Some(GivenValue::Number(number)) => number.to_string(),
        Some(GivenValue::Instant(at)) => at.format("%Y-%m-%dT%H:%M").to_string(),
        Some(_) => of.text.clone().unwrap_or_default(),
        None => String::new(),
    }
}

/// The values that a form gives: all of its fields, or those that it changed.
pub(crate) fn given(here: &Here, form: &Form, defined: &[FieldDefinitionView]) -> Vec<GivenField> {
    let one = |one: &FieldDefinitionView| {
        let name = name_of(&one.id);
        let typed = match one.kind {
            FieldKind::Choices => form.said_several(&name),
            _ => form.said(&name).map(str::to_owned),
        };
        Some(GivenField::new(&one.id, meant(here, one.kind, typed?)))
    };
    defined.iter().filter_map(one).collect()
}

/// A text as a value: what people call something becomes its id where that is clear.
fn meant(here: &Here, kind: FieldKind, typed: String) -> GivenValue {
    let id = match kind {
        FieldKind::Instant if typed.len() == 16 => return GivenValue::Text(format!("{typed}:00Z")),
        FieldKind::Customer => whose(here, &typed).ok().map(GivenValue::Customer),
        FieldKind::Case => here.desk.find_case(&typed).ok().map(|found| GivenValue::Case(CaseId(found.id.0))),
        _ => None,
    };
    id.unwrap_or(GivenValue::Text(typed))
}

/// The customer whom a text means: an id, a reference, or a name that only one has. Otherwise an error at the field, with those
/// whom it could mean.
pub(crate) fn whose(here: &Here, text: &str) -> Result<CustomerId, FieldError> {
    // A suggestion of an error has the name behind the reference.
    let reference = text.split(" (").next().unwrap_or(text);
    let known = text.parse().ok().or_else(|| here.desk.find_customer(reference).ok().map(|one| one.id));
    if let Some(id) = known {
        return Ok(id);
    }
    let found = here.desk.customers(Some(text), PageRequest::first().of(10)).map(|page| page.rows);
    let found = found.unwrap_or_default();
    let is_same = |one: &&CustomerSummary| one.name.to_lowercase() == text.trim().to_lowercase();
    let same: Vec<_> = found.iter().filter(is_same).collect();
    let rule = match (same.as_slice(), found.as_slice()) {
        ([one], _) => return Ok(one.id),
        (_, [one]) => return Ok(one.id),
        (_, []) => FieldRule::Unknown { choices: Choices::default() },
        (_, all) => {
            let called = |one: &CustomerSummary| match &one.external_reference {
                Some(reference) => format!("{reference} ({})", one.name),
                None => one.name.clone(),
            };
            FieldRule::Ambiguous { choices: all.iter().take(6).map(called).collect() }
        }
    };
    Err(FieldError::new("customer", rule))
}
