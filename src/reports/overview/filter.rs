//! The filter of an overview as text.

use casekit_core::Error;
use casekit_core::desk::{CasesQuery, Desk, DueIn, FailingFor, HeldBy, RaisedBy};
use casekit_core::language::{Argument, Message};
use casekit_core::model::{Priority, StageCategory};
use casekit_export::pdf::isolated;

use super::super::case::customer_name;
use super::super::paper::Voice;

/// The filter as text, for the subtitle of the report: with the names of the people and of the customer in it.
pub(super) fn in_words(desk: &Desk, query: &CasesQuery, voice: Voice<'_>) -> Result<String, Error> {
    let (language, me) = (voice.language, desk.actor().id.trim().to_owned());
    let ids = [
        query.holder.as_ref().and_then(|holder| match holder {
            HeldBy::Actor { id } => Some(id),
            HeldBy::Me => Some(&me),
            HeldBy::Nobody => None,
        }),
        query.raised_by.as_ref().map(|raiser| match raiser {
            RaisedBy::Actor { id } => id,
            RaisedBy::Me => &me,
        }),
    ];
    let people = desk.people_on_paper(ids.into_iter().flatten().cloned())?;
    let person = |id: &String| Argument::from(isolated(people.get(id).unwrap_or(id)));
    let customer = match query.customer {
        Some(id) => Some(customer_name(desk, id)?.unwrap_or_else(|| id.to_string())),
        None => None,
    };
    let mut words = Vec::new();
    let mut say = |key: &'static str, value: Option<Argument>| {
        words.extend(value.map(|value| Argument::from(Message::new(key).with("value", value))));
    };
    let text = |text: &Option<String>| text.as_deref().map(isolated).map(Argument::from);
    let some = |texts: &[String]| texts.iter().map(|text| Argument::from(isolated(text))).collect::<Vec<_>>();
    let time = |at| Argument::from(isolated(&voice.minute(at)));
    let list = |some: Vec<Argument>| (!some.is_empty()).then(|| Argument::from(some));
    say("paper.filter.team", list(some(&query.teams)));
    say("paper.filter.without_team", query.without_team.then(|| Argument::from("")));
    say("paper.filter.tag", list(some(&query.tags)));
    let priority = |one: &Priority| Argument::word("priority", one.code());
    say("paper.filter.priority", list(query.priorities.iter().map(priority).collect()));
    say("paper.filter.resolution", list(some(&query.resolutions)));
    say("paper.filter.without_resolution", query.without_resolution.then(|| Argument::from("")));
    let category = |one: &StageCategory| Argument::word("category", one.code());
    say("paper.filter.type", list(some(&query.case_types)));
    say("paper.filter.stage", list(some(&query.stages)));
    say("paper.filter.category", list(query.categories.iter().map(category).collect()));
    say(
        "paper.filter.held_by",
        query.holder.as_ref().map(|holder| match holder {
            HeldBy::Nobody => Argument::Word("paper.filter.nobody".into()),
            HeldBy::Me => person(&me),
            HeldBy::Actor { id } => person(id),
        }),
    );
    say(
        "paper.filter.raised_by",
        query.raised_by.as_ref().map(|raiser| match raiser {
            RaisedBy::Me => person(&me),
            RaisedBy::Actor { id } => person(id),
        }),
    );
    say(
        "paper.filter.due",
        query.due.map(|due| match due {
            DueIn::Overdue => Argument::Word("paper.filter.overdue".into()),
            DueIn::Soon => Argument::Word("paper.filter.due_soon".into()),
            DueIn::Any => Argument::Word("paper.filter.due_any".into()),
            DueIn::Before { at } => Message::new("paper.filter.due_before").with("value", time(at)).into(),
        }),
    );
    say("paper.filter.workflow", text(&query.workflow));
    say("paper.filter.outcome", query.outcome.map(|kind| Argument::word("outcome_kind", kind.code())));
    say(
        "paper.filter.failing",
        query.failing.as_ref().map(|failing| match failing {
            FailingFor::Anything => Argument::Word("paper.filter.any_error".into()),
            FailingFor::Cause { code } => Argument::word("failure", code),
        }),
    );
    say("paper.filter.customer", customer.map(|name| Argument::from(isolated(&name))));
    say("paper.filter.raised_from", query.raised_from.map(time));
    say("paper.filter.raised_before", query.raised_before.map(time));
    say("paper.filter.resolved_from", query.resolved_from.map(time));
    say("paper.filter.resolved_before", query.resolved_before.map(time));
    say("paper.filter.closed_from", query.closed_from.map(time));
    say("paper.filter.closed_before", query.closed_before.map(time));
    say("paper.filter.updated_before", query.updated_before.map(time));
    say("paper.filter.text", text(&query.text));
    if words.is_empty() {
        return Ok(voice.word("paper.all_cases"));
    }
    Ok(language.render(&Message::new("paper.some_cases").with("filter", words)))
}
