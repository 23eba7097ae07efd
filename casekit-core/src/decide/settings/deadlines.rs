//! Deadline policies and calendars, as somebody sets them.

use crate::command::{NewCalendar, NewDeadlinePolicy};
use crate::decide::Context;
use crate::decide::deadline_parse::{parse_calendar, parse_policy};
use crate::model::{Calendar, CalendarCode, DeadlinePolicy, PolicyCode, Settings, limits};
use crate::rejection::{FieldError, FieldRule, Fields};

/// The calendars as they are kept. One that says the same as before keeps its version; any other gets the next one.
pub(super) fn parse_calendars(
    fields: &mut Fields,
    given: &[NewCalendar],
    settings: &Settings,
    context: &Context<'_>,
) -> Vec<Calendar> {
    if given.len() > limits::PARTS {
        fields.add("calendars", FieldRule::TooMany { limit: limits::PARTS as u64 });
        return Vec::new();
    }
    let mut kept: Vec<Calendar> = Vec::new();
    for (place, new) in given.iter().enumerate() {
        let at = format!("calendars[{place}]");
        let before = settings.calendars.iter().find(|one| one.code.as_str() == new.code.trim());
        let parsed = within(fields, &at, |own| parse_calendar(own, new, before, context.language));
        let Some(parsed) = parsed else { continue };
        if kept.iter().any(|other| other.code == parsed.code) {
            fields.add(format!("{at}.code"), FieldRule::Duplicate);
        }
        let same = before.filter(|before| Calendar { version: before.version, ..parsed.clone() } == **before);
        kept.push(same.cloned().unwrap_or(parsed));
    }
    kept
}

/// The policies as they are kept, each counted by one of these calendars. One that says the same as before keeps its version;
/// any other gets the next one. What case types and workflows name stays.
pub(super) fn parse_policies(
    fields: &mut Fields,
    given: &[NewDeadlinePolicy],
    (settings, calendars): (&Settings, &[Calendar]),
    context: &Context<'_>,
) -> Vec<DeadlinePolicy> {
    if given.len() > limits::PARTS {
        fields.add("deadlines", FieldRule::TooMany { limit: limits::PARTS as u64 });
        return Vec::new();
    }
    let mut kept: Vec<DeadlinePolicy> = Vec::new();
    for (place, new) in given.iter().enumerate() {
        let at = format!("deadlines[{place}]");
        let before = settings.deadlines.iter().find(|one| one.code.as_str() == new.code.trim());
        let codes = calendars.iter().map(|calendar| &calendar.code);
        let parsed = within(fields, &at, |own| parse_policy(own, new, before, codes, context.language));
        let Some(parsed) = parsed else { continue };
        if kept.iter().any(|other| other.code == parsed.code) {
            fields.add(format!("{at}.code"), FieldRule::Duplicate);
        }
        let same =
            before.filter(|before| DeadlinePolicy { version: before.version, ..parsed.clone() } == **before);
        kept.push(same.cloned().unwrap_or(parsed));
    }
    kept
}

/// Refuses settings without a policy that a case type or a workflow names, or without a calendar by which a policy is counted.
pub(super) fn nothing_in_use_goes(fields: &mut Fields, next: &Settings, context: &Context<'_>) {
    let catalog = &context.loaded.catalog;
    let of_types = catalog.case_types.values().flat_map(|one| &one.deadlines);
    let named = of_types.chain(catalog.workflows.values().flat_map(|one| &one.deadlines));
    let is_there = |code: &PolicyCode| next.deadlines.iter().any(|policy| policy.code == *code);
    if let Some(code) = named.into_iter().find(|code| !is_there(code)) {
        fields.add("deadlines", FieldRule::InUse { what: code.to_string() });
    }
    let is_calendar = |code: &CalendarCode| next.calendars.iter().any(|calendar| calendar.code == *code);
    if let Some(policy) = next.deadlines.iter().find(|policy| !is_calendar(&policy.calendar)) {
        fields.add("calendars", FieldRule::InUse { what: policy.calendar.to_string() });
    }
}

/// Parses one of a list, whose errors are named by its place.
fn within<T>(fields: &mut Fields, at: &str, parse: impl FnOnce(&mut Fields) -> Option<T>) -> Option<T> {
    let mut own = Fields::default();
    let parsed = parse(&mut own);
    for FieldError { field, rule } in own.into_errors() {
        fields.add(format!("{at}.{field}"), rule);
    }
    parsed
}
