//! A stage of a case type, a way in which its cases end, and a field of the organisation's own on them: the lists, and one to add or
//! to change.

use super::prelude::*;

/// The lists, each with the word for a new entry.
const LISTS: [(&str, &str); 3] =
    [("stages", "new_stage"), ("resolutions", "new_resolution"), ("fields", "new_field")];

/// The lists of a type, as cards.
pub(crate) fn lists(here: &Here, of: &CaseTypeView) -> Markup {
    let word = |group: &str, code: &str| here.word(group, code);
    let stages = of.stages.iter().map(|one| {
        let marks = [(!one.enabled).then(|| here.say("inactive").to_owned())];
        (&one.id, &one.label, word("category", one.category.code()), marks.into_iter().flatten().collect())
    });
    let resolutions = of.resolutions.iter().map(|one| (&one.code, &one.label, one.code.clone(), Vec::new()));
    let fields = of.fields.iter().map(|one| {
        let all =
            [("required", one.required), ("for_customer", one.for_customer), ("sensitive", one.sensitive)];
        let marks =
            all.into_iter().filter(|(_, is)| *is).map(|(code, _)| word("field_trait", code)).collect();
        (&one.id, &one.label, word("field_kind", one.kind.code()), marks)
    });
    html! {
        (list(here, of, LISTS[0], stages.collect()))
        (list(here, of, LISTS[1], resolutions.collect()))
        (list(here, of, LISTS[2], fields.collect()))
    }
}

/// An entry: what identifies it, what it is called and is, and what else is said of it.
type Entry<'a> = (&'a String, &'a String, String, Vec<String>);

fn list(here: &Here, of: &CaseTypeView, (name, new): (&str, &'static str), all: Vec<Entry<'_>>) -> Markup {
    let to = format!("/types/{}/{name}", of.id);
    html! {
        section.card id=(name) tabindex="-1" { h2 { (label(here, name)) }
            @if all.is_empty() { p.empty-line { (here.say("none")) } }
            ul.entries { @for (id, called, is, marks) in all { li id={ (name) "-" (id) } {
                div { strong { bdi { (called) } } @if is.to_lowercase() != called.to_lowercase() { " · " (is) } p { @for one in marks { span.pill.quiet { (one) } " " } } }
                a.button.quiet href={ (to) "/" (escaped(id)) } { (icon("pen")) (here.say("edit")) span.sr { " " (called) } } } } }
            a.button href={ (to) "/new" } { (icon("plus")) (here.say(new)) }
        }
    }
}

/// The type that the address names, the word for a new entry of the list, and the form of the entry.
fn asked(here: &Here) -> Result<(CaseTypeView, &'static str, FormOf)> {
    let of = here.desk.case_type(here.asked.get("name"))?;
    let entry = here.asked.some("entry").filter(|entry| *entry != "new").map(str::to_owned);
    let (list, case_type) = (here.asked.get("list"), of.id);
    let (_, new) = LISTS.into_iter().find(|(name, _)| *name == list).ok_or(Problem::NOTHING_HERE)?;
    let form = match list {
        "stages" => FormOf::Stage { case_type, stage: entry },
        "resolutions" => FormOf::Resolution { case_type, resolution: entry },
        _ => FormOf::CaseField { case_type, field: entry },
    };
    Ok((of, new, form))
}

pub(crate) fn save(here: &Here, desk: &Desk, form: &Form) -> Result<String> {
    let (of, _, asked) = asked(here)?;
    desk.submit(&asked, &form.answers())?;
    Ok(format!("/types/{}#{}", of.id, here.asked.get("list")))
}

pub(crate) fn form(here: &Here, draft: Draft<'_>) -> Result<Markup> {
    let (of, new, asked) = asked(here)?;
    let mut form = here.desk.form(&asked, &draft.answers())?;
    Problem::unless(form.blockers.is_empty(), "may_not_configure")?;
    for one in &mut form.fields {
        let hint = match one.name.as_str() {
            "choices" => "line_each",
            "values" => "hint_values",
            _ => continue,
        };
        one.help = Some(here.say(hint).to_owned());
    }
    let f = Fields::new(here, draft, Some((StreamId::CaseType(of.id), of.revision)));
    let list = here.asked.get("list");
    let back = format!("/types/{}#{list}", of.id);
    let page = FormPage {
        title: form.label.as_deref().unwrap_or(here.say(new)),
        crumb: Some(html! { a href=(back) { (of.name) } }),
        under: "case_types",
        to: &format!("/types/{}/{list}/{}", of.id, escaped(here.asked.get("entry"))),
        back: &back,
        can_remove: form.label.is_some(),
        ..FormPage::default()
    };
    f.page(&page, f.asked(&form.fields)?)
}
