//! The organisation's own fields in forms: a control for each kind, and the values that were given.

use casekit::{CaseId, CustomerId, FieldDefinitionView, FieldKind, GivenField, GivenValue, PageRequest};
use maud::{Markup, html};

use super::fields::{Field, area, field, input, select};
use super::sentence;
use crate::acts::{Draft, Form, Problem};
use crate::kit::Here;

/// Fields that are shown in a form, with the values that they have.
pub(crate) struct OwnFields<'a> {
    pub(crate) here: &'a Here,
    pub(crate) draft: Draft<'a>,
    pub(crate) defined: &'a [FieldDefinitionView],
    /// The value of each as a text that can be given back, by its id; for what names something, what that is called.
    pub(crate) values: &'a [(String, String)],
    /// Whether the form edits them; otherwise they are of something new.
    pub(crate) edits: bool,
}

/// What a field is called in a form and in the library's errors.
pub(crate) fn name_of(id: &str) -> String {
    format!("fields.{id}")
}

impl OwnFields<'_> {
    /// The controls of those that are shown. What depends on another's value comes when that is chosen.
    pub(crate) fn controls(&self) -> Result<Markup, Problem> {
        let shown = self.defined.iter().filter(|one| self.is_shown(one));
        let controls = shown.map(|one| self.control(one)).collect::<Result<Vec<_>, _>>()?;
        Ok(html! { @for one in controls { (one) } })
    }

    fn value(&self, id: &str) -> &str {
        self.values.iter().find(|(one, _)| one == id).map_or("", |(_, value)| value)
    }

    fn is_shown(&self, one: &FieldDefinitionView) -> bool {
        let Some(on) = &one.shown_when else { return true };
        let Some(other) = self.defined.iter().find(|other| other.id == *on) else { return true };
        let (name, has) = (name_of(on), |code: &str| one.shown_when_values.iter().any(|one| one == code));
        let kept = self.value(on);
        let chosen = match other.kind {
            FieldKind::Choices => other.choices.iter().any(|choice| {
                has(&choice.code) && self.draft.has(&name, &choice.code, is_in(kept, &choice.code))
            }),
            _ => has(self.draft.value(&name, kept)),
        };
        chosen && self.is_shown(other)
    }

    fn control(&self, one: &FieldDefinitionView) -> Result<Markup, Problem> {
        let (here, draft, value) = (self.here, self.draft, self.value(&one.id));
        let (name, language) = (name_of(&one.id), here.desk.language());
        let label = match one.required {
            true => format!("{} *", one.label),
            false => one.label.clone(),
        };
        let hint = one.help.as_deref().or(hint_of(here, one.kind));
        let mut of = Field::new(&name, &label);
        of = hint.map_or(of, |hint| of.hint(hint));
        of = if self.edits { of.edits(value) } else { of };
        if self.defined.iter().any(|other| other.shown_when.as_ref() == Some(&one.id)) {
            of = of.redraws();
        }
        let none = ("", "—");
        Ok(match one.kind {
            FieldKind::LongText => area(here, draft, of, value),
            FieldKind::YesNo => {
                let (yes, no) = (language.word_of("value", "yes"), language.word_of("value", "no"));
                select(here, draft, of, value, &[none, ("yes", &sentence(&yes)), ("no", &sentence(&no))])
            }
            FieldKind::Choice => {
                let offered = one.choices.iter().filter(|choice| !choice.retired || choice.code == value);
                let offered = offered.map(|choice| (choice.code.as_str(), choice.label.as_str()));
                select(here, draft, of, value, &std::iter::once(none).chain(offered).collect::<Vec<_>>())
            }
            FieldKind::Choices => self.choices(one, of, value),
            FieldKind::Person => {
                let people =
                    here.or_none(here.desk.people(PageRequest::first().of(500)).map(|page| page.rows))?;
                if people.is_empty() {
                    return Ok(input(here, draft, of.hint(here.say("hint_person")), value));
                }
                let people = people.iter().map(|one| (one.id.as_str(), one.name.as_str()));
                select(here, draft, of, value, &std::iter::once(none).chain(people).collect::<Vec<_>>())
            }
            FieldKind::Customer => input(here, draft, of.finding("/customers/hits"), value),
            FieldKind::Date => input(here, draft, of.of_type("date"), value),
            FieldKind::Instant => {
                input(here, draft, of.of_type("datetime-local"), value.get(..16).unwrap_or(value))
            }
            _ => input(here, draft, of, value),
        })
    }

    /// Several choices; an empty one goes with them, so that none can be chosen too.
    fn choices(&self, one: &FieldDefinitionView, of: Field<'_>, value: &str) -> Markup {
        let name = name_of(&one.id);
        let offered = one.choices.iter().filter(|choice| !choice.retired || is_in(value, &choice.code));
        field(self.here, self.draft, of, None, |described, _| {
            html! {
                div.ticks id=(name) role="group" tabindex="-1" aria-label=(one.label) aria-describedby=[described] {
                    input type="hidden" name=(name) value="";
                    @for choice in offered { label.tick {
                        input type="checkbox" name=(name) value=(choice.code) data-redraws[of.is_redrawing()] checked[self.draft.has(&name, &choice.code, is_in(value, &choice.code))];
                        span { (choice.label) } } }
                }
            }
        })
    }
}

/// The value of a field as a form has it: a text that can be given back, or what something is called that it names.
pub(crate) fn value_text(of: &casekit::FieldView) -> String {
    match &of.value {
        Some(GivenValue::Choices(codes)) => codes.join("; "),
        Some(GivenValue::YesNo(yes)) => if *yes { "yes" } else { "no" }.to_owned(),
        Some(GivenValue::Text(text)) => text.clone(),
        Some(GivenValue::Number(number)) => number.to_string(),
        Some(GivenValue::Instant(at)) => at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        Some(_) => of.text.clone().unwrap_or_default(),
        None => String::new(),
    }
}

fn is_in(list: &str, code: &str) -> bool {
    list.split(';').any(|one| one.trim() == code)
}

fn hint_of(here: &Here, kind: FieldKind) -> Option<&'static str> {
    match kind {
        FieldKind::Money => Some(here.say("hint_money")),
        FieldKind::Customer => Some(here.say("hint_customer")),
        FieldKind::Case => Some(here.say("hint_case")),
        FieldKind::Instant => Some("UTC"),
        _ => None,
    }
}

/// The values that a form gives: all of its fields, or those that it changed.
pub(crate) fn given(here: &Here, form: &Form, defined: &[FieldDefinitionView]) -> Vec<GivenField> {
    let mut all = Vec::new();
    for one in defined {
        let name = name_of(&one.id);
        let chosen = form.all(&name).filter(|one| !one.is_empty()).collect::<Vec<_>>().join("; ");
        let typed = match one.kind {
            FieldKind::Choices => form.has(&name).then_some(chosen),
            _ => form.changed(&name),
        };
        all.extend(typed.map(|typed| GivenField::new(&one.id, meant(here, one.kind, typed))));
    }
    all
}

/// A text as a value: what people call something becomes its id where that is clear.
fn meant(here: &Here, kind: FieldKind, typed: String) -> GivenValue {
    let id = match kind {
        FieldKind::Instant if typed.len() == 16 => return GivenValue::Text(format!("{typed}:00Z")),
        FieldKind::Customer => customer_called(here, &typed).map(GivenValue::Customer),
        FieldKind::Case => here.desk.find_case(&typed).ok().map(|found| GivenValue::Case(CaseId(found.id.0))),
        _ => None,
    };
    id.unwrap_or(GivenValue::Text(typed))
}

/// The customer with this reference or name, if there is just one.
pub(crate) fn customer_called(here: &Here, text: &str) -> Option<CustomerId> {
    // A suggestion of an error has the name behind the reference.
    let reference = text.split(" (").next().unwrap_or(text);
    if let Ok(found) = here.desk.find_customer(reference) {
        return Some(found.id);
    }
    let found = here.desk.customers(Some(text), PageRequest::first().of(10)).ok()?;
    let mut same = found.rows.iter().filter(|one| one.name.to_lowercase() == text.trim().to_lowercase());
    match (same.next(), same.next(), found.rows.as_slice()) {
        (Some(one), None, _) | (_, _, [one]) => Some(one.id),
        _ => None,
    }
}
