//! Forms: what every form carries, and fields that show again what was typed and say what is wrong with it.

use std::cell::RefCell;

use super::problem_box;
use crate::prelude::*;
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

/// A field of a form, with the value that it has. `name` is what the library calls it, so that its errors find it.
#[derive(Default)]
pub(crate) struct Field {
    name: String,
    value: String,
    /// What it is called, if not as the library calls it.
    label: Option<String>,
    hint: Option<String>,
    /// The type of a line of text, as browsers know it.
    of_type: &'static str,
    /// What could stand in it, although anything else can too, and where the script finds more of that.
    suggestions: Vec<String>,
    finds: Option<&'static str>,
    /// Whether it is text of several lines.
    lines: bool,
    /// The values of a choice, each with its label, and whether several can be chosen.
    choices: Option<Vec<(String, String)>>,
    several: bool,
    /// Whether the form depends on the value, and is drawn again when it is chosen.
    redraws: bool,
    /// Where another form of the page has a field of this name.
    id: Option<&'static str>,
    required: bool,
    /// Whether whoever asked reads it.
    outside: bool,
}

impl Field {
    /// A line of text, called as the library calls it.
    pub(crate) fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into(), of_type: "text", ..Self::default() }
    }

    pub(crate) fn label(self, label: impl Into<String>) -> Self {
        Self { label: Some(label.into()), ..self }
    }

    pub(crate) fn hint<'h>(self, hint: impl Into<Option<&'h str>>) -> Self {
        Self { hint: hint.into().map(str::to_owned).or(self.hint), ..self }
    }

    pub(crate) fn suggesting(self, all: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { suggestions: all.into_iter().map(Into::into).collect(), ..self }
    }

    pub(crate) fn lines(self) -> Self {
        Self { lines: true, ..self }
    }

    pub(crate) fn among(self, all: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>) -> Self {
        let all = all.into_iter().map(|(code, said)| (code.into(), said.into()));
        Self { choices: Some(all.collect()), ..self }
    }

    /// Or none of them, which is called so.
    pub(crate) fn or(mut self, none: &str) -> Self {
        self.choices.get_or_insert_default().insert(0, (String::new(), none.to_owned()));
        self
    }

    pub(crate) fn of_id(self, id: &'static str) -> Self {
        Self { id: Some(id), ..self }
    }

    /// A field as the library asks for it.
    pub(crate) fn of(here: &Here, one: &FormField) -> Result<Self> {
        let (value, hint) = match one.kind {
            // What is named is typed as people call it.
            FieldKind::Customer => (&one.value_label, Some("hint_customer")),
            FieldKind::Case => (&one.value_label, Some("hint_case")),
            FieldKind::Money => (&one.value, Some("hint_money")),
            _ => (&one.value, None),
        };
        let mut value = value.clone().unwrap_or_default();
        let can = one.choices.iter().filter(|choice| choice.blockers.is_empty());
        let mut choices: Vec<_> = can.map(|one| (one.code.clone(), one.label.clone())).collect();
        match one.kind {
            // Browsers have no seconds.
            FieldKind::Instant => value.truncate(16),
            FieldKind::Person => {
                let people = here.desk.people(PageRequest::first().of(500)).map(|page| page.rows);
                choices = here.or_none(people)?.into_iter().map(|one| (one.id, one.name)).collect();
            }
            _ if one.own_words => choices.push(("other".to_owned(), here.say("own_words").to_owned())),
            _ => {}
        }
        if one.own_words && !value.is_empty() && choices.iter().all(|(code, _)| *code != value) {
            value = "other".to_owned();
        }
        let is_choice = matches!(one.kind, FieldKind::Choice | FieldKind::Choices | FieldKind::YesNo);
        let usual: &[&str] = if one.name == "method" { &["by_video", "in_person", "by_letter"] } else { &[] };
        let field = Self {
            label: Some(sentence(&one.label)),
            // The composer of notes has a text too.
            id: (one.name == "text").then_some("message"),
            suggestions: usual.iter().map(|key| here.say(key).to_owned()).collect(),
            hint: one.help.clone().or(hint.map(|key| here.say(key).to_owned())),
            finds: (one.kind == FieldKind::Customer).then_some("/customers/hits"),
            lines: one.kind == FieldKind::LongText,
            several: one.kind == FieldKind::Choices,
            choices: (is_choice || !choices.is_empty()).then_some(choices),
            redraws: one.redraws,
            required: one.required,
            outside: one.for_customer && one.kind == FieldKind::LongText,
            ..Self::new(&one.name, value)
        };
        let has_none = !one.required || one.value.is_none();
        Ok(match one.kind {
            FieldKind::Choice | FieldKind::YesNo | FieldKind::Person
                if has_none && field.choices.is_some() =>
            {
                field.or(if one.required { here.say("choose") } else { "—" })
            }
            FieldKind::Date => Self { of_type: "date", ..field },
            FieldKind::Instant => Self { of_type: "datetime-local", ..field }.hint("UTC"),
            FieldKind::Phone => Self { of_type: "tel", ..field },
            _ => field,
        })
    }
}

/// Whether a list of codes has this one.
fn is_in(list: &str, code: &str) -> bool {
    list.split(';').any(|one| one.trim() == code)
}

/// The fields of a form while it is drawn: what they show again, what is wrong with them, and which there are, so that the errors
/// above the form lead to them.
pub(crate) struct Fields<'a> {
    pub(crate) here: &'a Here,
    pub(crate) draft: Draft<'a>,
    /// What the form edits, and the revision that was seen. Each field remembers what it was, so that only what was changed is sent.
    edits: Option<(StreamId, u64)>,
    /// The name, the id and the label of each.
    drawn: RefCell<Vec<(String, String, String)>>,
}

/// The page around a form, and where it leads.
#[derive(Default)]
pub(crate) struct FormPage<'a> {
    pub(crate) title: &'a str,
    /// What stands at its head, if not the title, and above that.
    pub(crate) heading: Option<&'a str>,
    pub(crate) crumb: Option<Markup>,
    pub(crate) under: &'a str,
    pub(crate) id: Option<&'a str>,
    /// Where the form goes, and where Cancel goes.
    pub(crate) to: &'a str,
    pub(crate) back: &'a str,
    pub(crate) can_remove: bool,
    pub(crate) cannot_save: bool,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(here: &'a Here, draft: Draft<'a>, edits: Option<(StreamId, u64)>) -> Self {
        Self { here, draft, edits, drawn: RefCell::default() }
    }

    pub(crate) fn draw(&self, one: &Field) -> Markup {
        let shown = self.draft.value(&one.name, &one.value);
        let id = one.id.unwrap_or(&one.name);
        let list = (!one.suggestions.is_empty() || one.finds.is_some()).then(|| format!("{}-list", one.name));
        self.around(one, |described, wrong| html! {
            @if one.lines {
                textarea id=(id) name=(one.name) rows="4" dir="auto" aria-describedby=[described] aria-invalid=[wrong] { (shown) }
            } @else if let Some(all) = one.choices.as_ref().filter(|_| one.several) {
                // An empty one goes with them, so that none can be chosen too.
                div.ticks id=(id) role="group" tabindex="-1" aria-label=(self.label(one)) aria-describedby=[described] {
                    input type="hidden" name=(one.name) value="";
                    @for (code, said) in all { label.tick {
                        input type="checkbox" name=(one.name) value=(code) data-redraws[one.redraws] checked[self.draft.has(&one.name, code, is_in(&one.value, code))];
                        span { (said) } } } }
            } @else if let Some(all) = &one.choices {
                select id=(id) name=(one.name) data-redraws[one.redraws] aria-describedby=[described] aria-invalid=[wrong] {
                    @for (code, said) in all { option value=(code) selected[code == shown] { (said) } } }
            } @else {
                input id=(id) name=(one.name) type=(one.of_type) value=(shown) list=[list.as_ref()] data-finds=[one.finds] dir="auto" autocomplete="off" aria-describedby=[described] aria-invalid=[wrong];
                @if let Some(list) = &list { datalist id=(list) { @for one in &one.suggestions { option value=(one) {} } } }
            }
        })
    }

    /// The fields that the library asks for, drawn again when a choice changes them. One that cannot be changed now says why.
    pub(crate) fn asked(&self, all: &[FormField]) -> Result<Markup> {
        let drawn = all.iter().map(|one| self.one_asked(one)).collect::<Result<Vec<_>>>()?;
        Ok(html! { div #asked {
        @for one in drawn { (one) }
        @if all.iter().any(|one| one.redraws) { button.button.redraw name="redraw" value="1" { (self.here.say("redraw")) } } } })
    }

    fn one_asked(&self, one: &FormField) -> Result<Markup> {
        let (here, value) = (self.here, one.value.as_deref().unwrap_or_default());
        if !one.blockers.is_empty() {
            return Ok(
                html! { div.field { strong { (sentence(&one.label)) } p.text { (one.value_label.as_deref().unwrap_or(value)) }
                @for blocker in &one.blockers { p.hint { (reason(here, blocker)) } } } },
            );
        }
        let not_now: Vec<_> = one.choices.iter().filter(|choice| !choice.blockers.is_empty()).collect();
        let own = if one.choices.iter().any(|choice| choice.code == value) { "" } else { value };
        Ok(html! { (self.draw(&Field::of(here, one)?))
        @if one.own_words { (self.draw(&Field::new(format!("{}.other", one.name), own).label(format!("{}: {}", sentence(&one.label), here.say("own_words"))))) }
        @if !not_now.is_empty() { details.not-now { summary { (here.say("not_now")) }
            ul { @for choice in not_now { li { strong { (choice.label) } ": " @for why in &choice.blockers { (reason(here, why)) ". " } } } } } } })
    }

    /// A field around any control, which gets the ids that describe it, and whether it is wrong, as attributes have these.
    pub(crate) fn around(
        &self,
        one: &Field,
        control: impl FnOnce(Option<&str>, Option<&str>) -> Markup,
    ) -> Markup {
        let (id, label) = (one.id.unwrap_or(&one.name), self.label(one));
        let error = self.draft.fields().iter().find(|error| is_of(error, &one.name));
        let ids = [one.hint.as_ref().map(|_| format!("{id}-hint")), error.map(|_| format!("{id}-error"))];
        let ids = ids.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let described = Some(ids.as_str()).filter(|ids| !ids.is_empty());
        let drawn = html! {
            div.field.wrong[error.is_some()].outside[one.outside] {
                label for=(id) { (label) @if one.required { " *" } }
                @if let Some(hint) = &one.hint { p.hint id={ (id) "-hint" } { (hint) } }
                @if let Some(error) = error { p.error id={ (id) "-error" } { (icon("alert")) (self.error_text(error, Some(&label))) } }
                (control(described, error.map(|_| "true")))
                @if self.edits.is_some() {
                    input type="hidden" name={ "was." (one.name) } value=(one.value);
                    @if self.draft.is_changed_by_two(&one.name, &one.value) { p.now { (self.here.say("now_it_is")) " " bdi { (said(one)) } } }
                }
            }
        };
        self.know(&one.name, id, label);
        drawn
    }

    fn label(&self, one: &Field) -> String {
        one.label.clone().unwrap_or_else(|| label(self.here, &one.name))
    }

    fn know(&self, name: &str, id: &str, label: String) {
        self.drawn.borrow_mut().push((name.to_owned(), id.to_owned(), label));
    }

    /// What the library calls a part of the form that has its name as its id, so that errors find it.
    pub(crate) fn named(&self, name: &str) -> String {
        let label = label(self.here, name);
        self.know(name, name, label.clone());
        label
    }

    /// One of several things that can be ticked.
    pub(crate) fn tick(&self, name: &str, value: &str, otherwise: bool, label: impl maud::Render) -> Markup {
        html! {
            label.tick { input type="checkbox" name=(name) value=(value) checked[self.draft.has(name, value, otherwise)]; span { (label) } }
        }
    }

    /// What the form carries, and which revision it edits.
    pub(crate) fn head(&self) -> Markup {
        form_head(self.here, self.edits.map(|(_, seen)| seen))
    }

    /// The fields of a form, below what is wrong with them.
    pub(crate) fn below_problem(&self, fields: Markup) -> Result<Markup> {
        Ok(html! { (self.problem()?) (fields) })
    }

    /// A form with its fields, below what is wrong with them.
    pub(crate) fn form(&self, of: &FormPage<'_>, fields: Markup) -> Result<Markup> {
        let here = self.here;
        let keep = self.edits.is_none().then_some(of.to);
        self.below_problem(html! {
            form id=[of.id] method="post" action=(of.to) novalidate data-keep=[keep] { (self.head()) (fields)
                div.buttons { @if !of.cannot_save { button.button.primary { (here.say("save")) } } a.button.quiet href=(of.back) { (here.say("cancel")) }
                    @if of.can_remove { span.grow {} button.button.danger name="remove" value="yes" { (here.say("remove")) } } }
            }
        })
    }

    /// A page with one form.
    pub(crate) fn page(&self, of: &FormPage<'_>, fields: Markup) -> Result<Markup> {
        let form = self.form(of, fields)?;
        let main = html! { div.narrow { @if let Some(crumb) = &of.crumb { p.crumb { (crumb) } } h1 { bdi { (of.heading.unwrap_or(of.title)) } } (form) } };
        let screen = Screen::new(of.title).under(of.under);
        page(self.here, &screen.with_problem(self.draft.error.is_some()), main)
    }

    /// What is wrong: each error of a field as a link to it; if others were faster, who they were, when, and what they did. Empty
    /// if nothing is. It comes after the fields, and stands above them.
    pub(crate) fn problem(&self) -> Result<Markup> {
        let here = self.here;
        let Some(error) = self.draft.error else { return Ok(html! {}) };
        if let (Some((stream, _)), Some(Rejection::Conflict { seen, .. })) = (self.edits, error.rejection()) {
            return self.overtaken(stream, *seen);
        }
        if error.fields().is_empty() {
            return Ok(problem(here, &told(here, error)));
        }
        let drawn = self.drawn.borrow();
        let place = |error: &FieldError| {
            let of = drawn.iter().filter(|(name, ..)| is_of(error, name));
            of.max_by_key(|(name, ..)| name.len())
        };
        let list = html! { ul { @for error in error.fields() { li {
        @match place(error) {
            Some((_, id, label)) => a href={ "#" (id) } { (self.error_text(error, Some(label))) },
            None => (self.error_text(error, None)),
        } } } } };
        Ok(problem_box(here.say("there_is_a_problem"), list))
    }

    fn overtaken(&self, stream: StreamId, seen: u64) -> Result<Markup> {
        let here = self.here;
        let (mut since, mut next) = (Vec::new(), Some(PageRequest::first().of(500)));
        while let Some(at) = next {
            // Who may edit need not be allowed to read the history.
            let Some(page) = here.or_none(here.desk.history(stream, at).map(Some))? else { break };
            next = page.next_request();
            since.extend(page.rows.into_iter().filter(|one| one.revision > seen));
        }
        let told = html! {
            ul { @for one in since { li { strong { (called(&one.actor, one.actor_name.as_deref())) } " " (moment(here, one.at)) ": " (one.text) } } }
            p { (here.say("changed_meanwhile_more")) }
        };
        Ok(problem_box(here.say("changed_meanwhile"), told))
    }

    /// An error as a sentence. Where the field is one word, or has a label, that begins the sentence without quotation marks.
    fn error_text(&self, error: &FieldError, called: Option<&str>) -> String {
        let language = self.here.desk.language();
        // Nothing was chosen: what could have been stands in the list below.
        let nothing =
            matches!(error.rule, FieldRule::Unknown { .. }) && self.draft.value(&error.field, "?").is_empty();
        let rule = if nothing { &FieldRule::Required } else { &error.rule };
        let last = error.field.rsplit('.').next().unwrap_or_default();
        let called = match called {
            Some(called) => called.to_owned(),
            None if last.contains('[') => return sentence(&language.on_screen(&error.message())),
            None => label(self.here, last),
        };
        format!("{called} {}", language.on_screen(&rule.message()))
    }
}

/// How the value of a field is said.
fn said(one: &Field) -> String {
    let is_chosen = |(code, _): &&(String, String)| is_in(&one.value, code);
    let chosen = one.choices.iter().flatten().filter(is_chosen).map(|(_, said)| said.as_str());
    match (chosen.collect::<Vec<_>>().join("; "), one.value.as_str()) {
        (said, _) if !said.is_empty() => said,
        (_, "") => "—".to_owned(),
        (_, value) => value.to_owned(),
    }
}

/// Whether an error is about a field, or about an entry of it.
fn is_of(error: &FieldError, name: &str) -> bool {
    error.field.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(['[', '.']))
}
