//! Deadline policies and calendars, as somebody sets them.

use crate::command::{NewCalendar, NewDeadlinePolicy, SettingsEdit};
use crate::deadline::too_long;
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
/// any other gets the next one. What case types and workflows name stays. A calendar that is given and not valid is there all
/// the same: its own fault is told, and no other.
pub(super) fn parse_policies(
    fields: &mut Fields,
    given: &[NewDeadlinePolicy],
    (settings, calendars, new_calendars): (&Settings, &[Calendar], &[NewCalendar]),
    context: &Context<'_>,
) -> Vec<DeadlinePolicy> {
    if given.len() > limits::PARTS {
        fields.add("deadlines", FieldRule::TooMany { limit: limits::PARTS as u64 });
        return Vec::new();
    }
    let named = new_calendars.iter().filter_map(|new| CalendarCode::parse("code", &new.code).ok());
    let mut codes: Vec<CalendarCode> = calendars.iter().map(|calendar| calendar.code.clone()).collect();
    for code in named {
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    let mut kept: Vec<DeadlinePolicy> = Vec::new();
    for (place, new) in given.iter().enumerate() {
        let at = format!("deadlines[{place}]");
        let before = settings.deadlines.iter().find(|one| one.code.as_str() == new.code.trim());
        let parsed = within(fields, &at, |own| parse_policy(own, new, before, &codes, context.language));
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
/// One that is given and not valid does not go.
pub(super) fn nothing_in_use_goes(
    fields: &mut Fields,
    next: &Settings,
    edit: &SettingsEdit,
    context: &Context<'_>,
) {
    let policies: Vec<&str> = edit.deadlines.iter().flatten().map(|new| new.code.trim()).collect();
    let calendars: Vec<&str> = edit.calendars.iter().flatten().map(|new| new.code.trim()).collect();
    let catalog = &context.loaded.catalog;
    let of_types = catalog.case_types.values().flat_map(|one| &one.deadlines);
    let named = of_types.chain(catalog.workflows.values().flat_map(|one| &one.deadlines));
    let is_there = |code: &PolicyCode| {
        policies.contains(&code.as_str()) || next.deadlines.iter().any(|policy| policy.code == *code)
    };
    if let Some(code) = named.into_iter().find(|code| !is_there(code)) {
        fields.add("deadlines", FieldRule::InUse { what: code.to_string() });
    }
    let is_calendar = |code: &CalendarCode| {
        calendars.contains(&code.as_str()) || next.calendars.iter().any(|calendar| calendar.code == *code)
    };
    if let Some(policy) = next.deadlines.iter().find(|policy| !is_calendar(&policy.calendar)) {
        fields.add("calendars", FieldRule::InUse { what: policy.calendar.to_string() });
    }
}

/// Refuses a length that a calendar works too little for: its end would not be found.
pub(super) fn nothing_is_too_long(fields: &mut Fields, next: &Settings, edit: &SettingsEdit) {
    for policy in &next.deadlines {
        let Some(calendar) = next.calendars.iter().find(|one| one.code == policy.calendar) else { continue };
        for (field, most) in too_long(policy, calendar) {
            let of_policy = edit
                .deadlines
                .iter()
                .flatten()
                .position(|new| new.code.trim() == policy.code.as_str())
                .map(|place| format!("deadlines[{place}].{field}"));
            let of_calendar = || {
                let given = edit.calendars.iter().flatten();
                let place = given.map(|new| new.code.trim()).position(|code| code == calendar.code.as_str());
                place.map(|place| format!("calendars[{place}].working_hours"))
            };
            if let Some(field) = of_policy.or_else(of_calendar) {
                fields.add(field, FieldRule::OutOfRange { least: 1, most: most.into() });
            }
        }
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
