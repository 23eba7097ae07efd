//! Forms: what every form carries, and fields that show again what was typed and say what is wrong with it.

use casekit::FieldError;
use maud::{Markup, html};

use super::{icon, sentence};
use crate::acts::Draft;
use crate::kit::Here;
use crate::session::random;

/// What every form carries: that it was drawn for this browser, a request id, so that it does once what it does however often it
/// is sent, and the revision that was seen, where an edit stands on it.
pub(crate) fn form_head(here: &Here, seen: Option<u64>) -> Markup {
    let request = u128::from_le_bytes(random());
    html! {
        input type="hidden" name="token" value=(here.session.token);
        input type="hidden" name="request" value={ "desk-" (format!("{request:032x}")) };
        @if let Some(revision) = seen { input type="hidden" name="seen" value=(revision); }
    }
}

/// A field of a form. `name` is what the library calls it, so that its errors find it.
#[derive(Clone, Copy)]
pub(crate) struct Field<'a> {
    pub(crate) name: &'a str,
    pub(crate) label: &'a str,
    pub(crate) hint: Option<&'a str>,
    /// What could stand in it; anything else can too.
    pub(crate) suggestions: &'a [&'a str],
}

impl<'a> Field<'a> {
    pub(crate) fn new(name: &'a str, label: &'a str) -> Self {
        Self { name, label, hint: None, suggestions: &[] }
    }

    pub(crate) fn hint(self, hint: &'a str) -> Self {
        Self { hint: Some(hint), ..self }
    }

    pub(crate) fn suggesting(self, suggestions: &'a [&'a str]) -> Self {
        Self { suggestions, ..self }
    }
}

/// A field around any control: `control` gets the ids that describe it, and whether it is wrong, as attributes have these.
pub(crate) fn field(
    here: &Here,
    draft: Draft<'_>,
    field: Field<'_>,
    control: impl FnOnce(Option<&str>, Option<&str>) -> Markup,
) -> Markup {
    let Field { name, label, hint, .. } = field;
    let error = draft.fields().iter().find(|one| is_of(one, name));
    let ids = [hint.map(|_| format!("{name}-hint")), error.map(|_| format!("{name}-error"))];
    let ids = ids.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let described = Some(ids.as_str()).filter(|ids| !ids.is_empty());
    html! {
        div.field.wrong[error.is_some()] {
            label for=(name) { (label) }
            @if let Some(hint) = hint { p.hint id={ (name) "-hint" } { (hint) } }
            @if let Some(error) = error { p.error id={ (name) "-error" } { (icon("alert")) (error_text(here, error)) } }
            (control(described, error.map(|_| "true")))
        }
    }
}

/// A line of text.
pub(crate) fn input(here: &Here, draft: Draft<'_>, one: Field<'_>, value: &str) -> Markup {
    let Field { name, suggestions, .. } = one;
    let (shown, list) = (draft.value(name, value), format!("{name}-list"));
    let list = Some(list.as_str()).filter(|_| !suggestions.is_empty());
    field(here, draft, one, |described, wrong| {
        html! {
            input id=(name) name=(name) value=(shown) list=[list] dir="auto" autocomplete="off" aria-describedby=[described] aria-invalid=[wrong];
            @if list.is_some() { datalist id=[list] { @for one in suggestions { option value=(one) {} } } }
        }
    })
}

/// A text of several lines.
pub(crate) fn area(here: &Here, draft: Draft<'_>, one: Field<'_>, value: &str) -> Markup {
    let name = one.name;
    let shown = draft.value(name, value);
    field(here, draft, one, |described, wrong| {
        html! {
            textarea id=(name) name=(name) rows="4" dir="auto" aria-describedby=[described] aria-invalid=[wrong] { (shown) }
        }
    })
}

/// A choice among values with labels.
pub(crate) fn select(
    here: &Here,
    draft: Draft<'_>,
    one: Field<'_>,
    value: &str,
    all: &[(&str, &str)],
) -> Markup {
    let name = one.name;
    let chosen = draft.value(name, value);
    field(here, draft, one, |described, wrong| {
        html! {
            select id=(name) name=(name) aria-describedby=[described] aria-invalid=[wrong] {
                @for (value, label) in all { option value=(value) selected[*value == chosen] { (label) } }
            }
        }
    })
}

/// One of several things that can be ticked.
pub(crate) fn tick(draft: Draft<'_>, name: &str, value: &str, otherwise: bool, label: Markup) -> Markup {
    html! {
        label.tick { input type="checkbox" name=(name) value=(value) checked[draft.has(name, value, otherwise)]; span { (label) } }
    }
}

/// What is wrong, above a form: each error of a field as a link to it. Empty if nothing is.
pub(crate) fn summary_of_errors(here: &Here, draft: Draft<'_>, fields: &[&str]) -> Markup {
    let Some(error) = draft.error else { return html! {} };
    let (at_fields, others): (Vec<_>, Vec<_>) =
        error.fields().iter().partition(|one| fields.iter().any(|name| is_of(one, name)));
    if at_fields.is_empty() && others.is_empty() {
        return super::problem(here, &super::told(here, error));
    }
    html! {
        div.problem role="alert" tabindex="-1" { (icon("alert"))
            div { h2 { (here.say("there_is_a_problem")) }
                ul {
                    @for one in at_fields {
                        @let name = fields.iter().find(|name| is_of(one, name)).copied().unwrap_or_default();
                        li { a href={ "#" (name) } { (error_text(here, one)) } }
                    }
                    @for one in others { li { (error_text(here, one)) } }
                }
            }
        }
    }
}

/// Whether an error is about a field, or about an entry of it.
fn is_of(error: &FieldError, name: &str) -> bool {
    error.field.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(['[', '.']))
}

/// An error as a sentence. Where the field is one word, it begins the sentence without quotation marks.
fn error_text(here: &Here, error: &FieldError) -> String {
    let language = here.desk.language();
    if error.field.contains(['[', '.']) {
        return sentence(&language.on_screen(&error.message()));
    }
    let label = sentence(&language.word_of("field", &error.field));
    format!("{label} {}", language.on_screen(&error.rule.message()))
}
