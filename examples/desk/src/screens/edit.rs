//! Editing a case: type, stage, texts, whom it concerns and the organisation's own fields, in one save.

use super::prelude::*;

/// Where the form was opened: at the interactions of a customer, or on the case.
fn back(here: &Here) -> String {
    let number = escaped(here.asked.get("number"));
    match here.asked.some("from") {
        None => format!("/cases/{number}#head"),
        Some(customer) => format!("/customers/{}/interactions#row-{number}", escaped(customer)),
    }
}

const PLAIN: &str = "case_type stage title description priority team resolution reason customer_reason";

pub(crate) fn edit(here: &Here, desk: &Desk, form: &Form) -> Result<String> {
    let shown = here.desk.edit_form(here.desk.find_case(here.asked.get("number"))?.id)?;
    let mut edit = form.command(CaseEdit::new(), PLAIN);
    let of = edit.case_type.clone().unwrap_or_else(|| shown.case_type_id.to_string());
    edit.fields = given(here, form, &here.desk.case_type(&of)?.fields);
    // What is chosen among others can be none of them.
    let chosen = |text: &String| !text.is_empty();
    (edit.stage, edit.resolution) = (edit.stage.filter(chosen), edit.resolution.filter(chosen));
    (edit.without_team, edit.team) = (form.said("team") == Some(""), edit.team.filter(chosen));
    match form.said("customer") {
        Some(none) if none.trim().is_empty() => edit.without_customer = true,
        Some(whom) => {
            let unclear = |one| Error::from(Rejection::Invalid { fields: vec![one] });
            edit.customer = Some(whose(here, whom).map_err(unclear)?);
        }
        None => {}
    }
    desk.edit_case(shown.case, edit)?;
    Ok(back(here))
}

pub(crate) fn form(here: &Here, draft: Draft<'_>) -> Result<Markup> {
    let mut form = here.desk.edit_form(here.desk.find_case(here.asked.get("number"))?.id)?;
    form.fields.iter_mut().for_each(|one| one.label = sentence(&one.label));
    let can_move = form.stages.iter().any(|one| !one.current && one.blockers.is_empty());
    let can_edit = can_move || form.fields.iter().any(|one| one.blockers.is_empty());
    let is_missing = |one: &Blocker| matches!(one, Blocker::PermissionMissing { .. });
    if !can_edit && form.fields.iter().flat_map(|one| &one.blockers).any(is_missing) {
        return Err(Problem::Said(StatusCode::FORBIDDEN, "may_not_edit_cases"));
    }
    let f = Fields::new(here, draft, Some((StreamId::Case(form.case), form.revision)));
    let own_type = form.case_type_id.to_string();
    let chosen = draft.value("case_type", &own_type);
    let other = form.types.iter().find(|one| one.id.to_string() == chosen);
    let own_stage = form.stages.iter().find(|one| one.current).map(|one| one.id.as_str());
    let (stages, current) = match other {
        Some(other) => (&other.stages, other.stage.as_deref()),
        None => (&form.stages, own_stage),
    };
    let stage = draft.value("stage", current.unwrap_or_default());
    let stage = stages.iter().find(|one| one.id == stage);
    let editing = Editing { f: &f, form: &form, other, stage };
    let is_plain = |one: &&EditField| !one.field.starts_with("fields.") && !is_about_end(one);
    let body = html! {
        div.choice #shape {
            (editing.types(&own_type))
            (editing.stages(stages, own_stage.unwrap_or_default(), current))
            button.button.redraw name="redraw" value="1" { (here.say("redraw")) }
        }
        div #end { @for one in form.fields.iter().filter(|one| is_about_end(one)) { (editing.end(one)) } }
        @for one in form.fields.iter().filter(is_plain) { (editing.plain(one)) }
        div #own { (editing.own(&here.desk.case_type(chosen)?.fields)?) }
    };
    let back = back(here);
    let of = FormPage {
        title: &format!("{} {}", here.say("edit"), form.number),
        heading: Some(here.say("edit_case")),
        crumb: Some(html! { a href=(back) { bdi.number { (form.number) } } " · " (form.case_type) }),
        id: Some("edit"),
        to: &format!("/cases/{}/edit?from={}", form.number, escaped(here.asked.get("from"))),
        back: &back,
        cannot_save: !can_edit,
        ..FormPage::default()
    };
    f.page(&of, body)
}

/// Fields that an edit takes only with a stage that asks for them.
fn is_about_end(one: &EditField) -> bool {
    ["resolution", "reason", "customer_reason"].contains(&one.field.as_str())
}

/// The form of a case, and what was chosen in it: another type, if one was, and the stage.
struct Editing<'a> {
    f: &'a Fields<'a>,
    form: &'a EditForm,
    other: Option<&'a TypeChoice>,
    stage: Option<&'a StageChoice>,
}

/// What can be chosen, or cannot be now: its code, what it is called, whether it can, and the reasons.
type Offered<'a> = (String, &'a str, bool, &'a [Blocker]);

impl Editing<'_> {
    fn types(&self, own: &str) -> Markup {
        let kept = (own.to_owned(), self.form.case_type.as_str(), true, &[][..]);
        let all = self.form.types.iter().map(|one| {
            // A type into which no stage fits by itself can still be chosen with one.
            let can = one.blockers.is_empty() || one.stages.iter().any(|stage| stage.blockers.is_empty());
            (one.id.to_string(), one.name.as_str(), can, one.blockers.as_slice())
        });
        self.choice(Field::new("case_type", own), std::iter::once(kept).chain(all).collect())
    }

    /// The stages of the type that is chosen. `current` is the one in which the case would be if none is.
    fn stages(&self, all: &[StageChoice], own: &str, current: Option<&str>) -> Markup {
        let none = (String::new(), self.f.here.say("choose"), true, &[][..]);
        let offered = all.iter().map(|one| {
            let can = one.current || one.blockers.is_empty();
            (one.id.clone(), one.label.as_str(), can, one.blockers.as_slice())
        });
        let shows = self.stage.map(|one| one.id.as_str()).or(current).unwrap_or_default();
        let of = Field::new("stage", own).shows(shows);
        self.choice(of, Some(none).filter(|_| current.is_none()).into_iter().chain(offered).collect())
    }

    /// A choice on which the form depends, above what cannot be chosen now, each with the reasons.
    fn choice(&self, of: Field, all: Vec<Offered<'_>>) -> Markup {
        let (can, not): (Vec<_>, Vec<_>) = all.into_iter().partition(|(_, _, can, _)| *can);
        let can = can.into_iter().map(|(code, label, ..)| (code, label));
        html! { div {
            (self.f.draw(&of.among(can).redraws(true)))
            @if !not.is_empty() { details.not-now { summary { (self.f.here.say("not_now")) }
                ul { @for (_, label, _, why) in &not { li { strong { (label) } ": " @for one in *why { (reason(self.f.here, one)) ". " } } } } } }
        } }
    }

    /// A resolution, or a reason: where the chosen stage ends the case, or asks for it.
    fn end(&self, one: &EditField) -> Markup {
        let (f, stage) = (self.f, self.stage);
        let ends =
            stage.is_some_and(|one| matches!(one.category, StageCategory::Resolved | StageCategory::Closed));
        let wrong = f.draft.fields().iter().any(|error| error.field == one.field);
        let has_resolution = !f.draft.value("resolution", "").is_empty();
        let asks = stage.is_some_and(|stage| stage.needs_reason) || has_resolution;
        let of = Field::new(&one.field, one.value.as_deref().unwrap_or_default()).label(&one.label);
        match one.field.as_str() {
            "resolution" if ends || wrong => {
                let all = self.other.map_or(&self.form.resolutions, |one| &one.resolutions);
                let said = |one: &ResolutionChoice| (one.code.clone(), one.label.clone());
                let of = of.required(stage.is_some_and(|one| one.needs_resolution)).redraws(true);
                f.draw(&of.among(all.iter().map(said)).or("—"))
            }
            "reason" if asks || wrong => f.draw(&of.required(true).lines().anew()),
            "customer_reason" if has_resolution || wrong => f.draw(&of.lines().anew()),
            _ => html! {},
        }
    }

    /// A field that every case has. One that cannot be changed now says why.
    fn plain(&self, one: &EditField) -> Markup {
        let (f, here) = (self.f, self.f.here);
        let value = one.value.as_deref().unwrap_or_default();
        let said = one.value_label.as_deref().unwrap_or(value);
        if !one.blockers.is_empty() {
            return html! { div.field { strong { (one.label) } p.text { (said) }
            @for blocker in &one.blockers { p.hint { (reason(here, blocker)) } } } };
        }
        let of = Field::new(&one.field, value).label(&one.label);
        f.draw(&match one.field.as_str() {
            "description" => of.lines(),
            "customer" => {
                Field::new("customer", said).label(&one.label).of_customer().hint(here.say("hint_customer"))
            }
            "team" => of.among(self.form.teams.iter().map(|one| (one.id.to_string(), &one.name))).or("—"),
            "priority" => of.among(priorities(here)),
            _ => of,
        })
    }

    /// The own fields of the type that is chosen; those that cannot be changed now say why.
    fn own(&self, all: &[FieldDefinitionView]) -> Result<Markup> {
        let kept =
            |one: &FieldDefinitionView| self.form.fields.iter().find(|kept| kept.field == name_of(&one.id));
        let value = |one: &FieldDefinitionView| {
            let names_something = matches!(one.kind, FieldKind::Customer | FieldKind::Case);
            let said = kept(one).and_then(|kept| kept.value_label.clone().filter(|_| names_something));
            said.or(kept(one).and_then(|kept| kept.value.clone())).unwrap_or_default()
        };
        let is_free = |one: &FieldDefinitionView| kept(one).is_none_or(|one| one.blockers.is_empty());
        let (free, blocked): (Vec<_>, Vec<_>) = all.iter().cloned().partition(is_free);
        let own = OwnFields { fields: self.f, defined: &free, value: &value };
        let controls = own.controls()?;
        Ok(html! { (controls) @for one in blocked.iter().filter_map(kept) { (self.plain(one)) } })
    }
}
