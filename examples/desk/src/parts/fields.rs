//! Forms: what every form carries, and fields that show again what was typed and say what is wrong with it.

use casekit::{FieldError, FieldRule};
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
    /// The value that an edit changes, which the form remembers.
    edits: Option<&'a str>,
    /// Whether the form depends on the value, and is drawn again when it is chosen.
    redraws: bool,
    /// Where the script finds suggestions for what is typed.
    finds: Option<&'a str>,
    of_type: &'static str,
    /// Where another form of the page has a field of this name.
    id: Option<&'a str>,
}

impl<'a> Field<'a> {
    pub(crate) fn new(name: &'a str, label: &'a str) -> Self {
        Self {
            name,
            label,
            hint: None,
            suggestions: &[],
            edits: None,
            redraws: false,
            finds: None,
            of_type: "text",
            id: None,
        }
    }

    pub(crate) fn hint(self, hint: &'a str) -> Self {
        Self { hint: Some(hint), ..self }
    }

    pub(crate) fn edits(self, value: &'a str) -> Self {
        Self { edits: Some(value), ..self }
    }

    pub(crate) fn finding(self, finds: &'a str) -> Self {
        Self { finds: Some(finds), ..self }
    }

    pub(crate) fn of_type(self, of_type: &'static str) -> Self {
        Self { of_type, ..self }
    }

    pub(crate) fn of_id(self, id: &'a str) -> Self {
        Self { id: Some(id), ..self }
    }

    pub(crate) fn is_redrawing(self) -> bool {
        self.redraws
    }

    pub(crate) fn redraws(self) -> Self {
        Self { redraws: true, ..self }
    }

    pub(crate) fn suggesting(self, suggestions: &'a [&'a str]) -> Self {
        Self { suggestions, ..self }
    }
}

/// A field around any control. `shown` is how the value that it edits is said, if not as it is. `control` gets the ids that describe it, and whether it is wrong, as attributes have these.
pub(crate) fn field(
    here: &Here,
    draft: Draft<'_>,
    field: Field<'_>,
    shown: Option<&str>,
    control: impl FnOnce(Option<&str>, Option<&str>) -> Markup,
) -> Markup {
    let Field { name, label, hint, edits, .. } = field;
    let id = field.id.unwrap_or(name);
    let error = draft.fields().iter().find(|one| is_of(one, name));
    let ids = [hint.map(|_| format!("{id}-hint")), error.map(|_| format!("{id}-error"))];
    let ids = ids.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let described = Some(ids.as_str()).filter(|ids| !ids.is_empty());
    html! {
        div.field.wrong[error.is_some()] {
            label for=(id) { (label) }
            @if let Some(hint) = hint { p.hint id={ (id) "-hint" } { (hint) } }
            @if let Some(error) = error { p.error id={ (id) "-error" } { (icon("alert")) (error_text(here, draft, error, label)) } }
            (control(described, error.map(|_| "true")))
            @if let Some(now) = edits {
                input type="hidden" name={ "was." (name) } value=(now);
                @if draft.is_changed_by_two(name, now) { p.now { (here.say("now_it_is")) " " bdi { (shown.unwrap_or(now)) } } }
            }
        }
    }
}

/// A line of text.
pub(crate) fn input(here: &Here, draft: Draft<'_>, one: Field<'_>, value: &str) -> Markup {
    let Field { name, suggestions, .. } = one;
    let (shown, list) = (draft.value(name, value), format!("{name}-list"));
    let list = Some(list.as_str()).filter(|_| !suggestions.is_empty() || one.finds.is_some());
    field(here, draft, one, None, |described, wrong| {
        html! {
            input id=(one.id.unwrap_or(name)) name=(name) type=(one.of_type) value=(shown) list=[list] data-finds=[one.finds] dir="auto" autocomplete="off" aria-describedby=[described] aria-invalid=[wrong];
            @if list.is_some() { datalist id=[list] { @for one in suggestions { option value=(one) {} } } }
        }
    })
}

/// A text of several lines.
pub(crate) fn area(here: &Here, draft: Draft<'_>, one: Field<'_>, value: &str) -> Markup {
    let name = one.name;
    let shown = draft.value(name, value);
    field(here, draft, one, None, |described, wrong| {
        html! {
            textarea id=(one.id.unwrap_or(name)) name=(name) rows="4" dir="auto" aria-describedby=[described] aria-invalid=[wrong] { (shown) }
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
    let shown = all.iter().find(|(code, _)| *code == value).map(|(_, label)| *label);
    field(here, draft, one, shown, |described, wrong| {
        html! {
            select id=(name) name=(name) data-redraws[one.redraws] aria-describedby=[described] aria-invalid=[wrong] {
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
    summary_of(here, draft, &fields.iter().map(|name| (*name, "")).collect::<Vec<_>>())
}

/// The same for fields that the library has no word for: each with its label.
pub(crate) fn summary_of(here: &Here, draft: Draft<'_>, fields: &[(&str, &str)]) -> Markup {
    let Some(error) = draft.error else { return html! {} };
    if error.fields().is_empty() {
        return super::problem(here, &super::told(here, error));
    }
    html! {
        div.problem role="alert" tabindex="-1" { (icon("alert"))
            div { h2 { (here.say("there_is_a_problem")) }
                ul {
                    @for one in error.fields() {
                        @let of = fields.iter().find(|(name, _)| is_of(one, name));
                        li { @if let Some((name, label)) = of { a href={ "#" (name) } { (error_text(here, draft, one, label)) } }
                            @else { (error_text(here, draft, one, "")) } }
                    }
                }
            }
        }
    }
}

/// Whether an error is about a field, or about an entry of it.
fn is_of(error: &FieldError, name: &str) -> bool {
    error.field.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(['[', '.']))
}

/// An error as a sentence. Where the field is one word, or has a label, that begins the sentence without quotation marks.
fn error_text(here: &Here, draft: Draft<'_>, error: &FieldError, label: &str) -> String {
    let language = here.desk.language();
    // Nothing was chosen: what could have been stands in the list below.
    let nothing =
        matches!(error.rule, FieldRule::Unknown { .. }) && draft.value(&error.field, "?").is_empty();
    let rule = if nothing { &FieldRule::Required } else { &error.rule };
    let last = error.field.rsplit('.').next().unwrap_or_default();
    let label = match label {
        "" if last.contains('[') => return sentence(&language.on_screen(&error.message())),
        "" => sentence(&language.word_of("field", last)),
        label => label.to_owned(),
    };
    format!("{label} {}", language.on_screen(&rule.message()))
}

/// A field in a cell of a table, whose head is its label.
pub(crate) fn cell(here: &Here, draft: Draft<'_>, name: &str, label: &str, value: &str) -> Markup {
    let error = draft.fields().iter().find(|one| one.field == name);
    let described = error.map(|_| format!("{name}-error"));
    html! {
        input id=(name) name=(name) aria-label=(label) value=(value) dir="auto" autocomplete="off" aria-describedby=[described.as_deref()] aria-invalid=[error.map(|_| "true")];
        @if let Some(error) = error { p.error id={ (name) "-error" } { (icon("alert")) (error_text(here, draft, error, "")) } }
    }
}
