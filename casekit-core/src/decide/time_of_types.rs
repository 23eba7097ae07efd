//! Which deadlines case types and workflows have, and which moves the library makes by itself.

use super::Context;
use super::case_type_parse::{Structure, find_stage};
use crate::command::NewTimedMove;
use crate::model::{PolicyCode, TimedMove, limits};
use crate::rejection::{FieldRule, Fields};

/// The longest time after which the library moves a case, in days.
const LONGEST: u32 = 3_650;

/// The deadlines that a caller named, each of which the settings must have.
pub(super) fn parse_deadlines(
    fields: &mut Fields,
    codes: &[String],
    context: &Context<'_>,
) -> Option<Vec<PolicyCode>> {
    if codes.len() > limits::DEADLINES {
        fields.add("deadlines", FieldRule::TooMany { limit: limits::DEADLINES as u64 });
        return None;
    }
    let settings = context.loaded.catalog.settings.as_ref();
    let there = || settings.iter().flat_map(|settings| &settings.deadlines).map(|policy| &policy.code);
    let mut parsed: Vec<PolicyCode> = Vec::new();
    let mut complete = true;
    for (place, text) in codes.iter().enumerate() {
        match there().find(|code| code.as_str() == text.trim()) {
            Some(code) if parsed.contains(code) => {}
            Some(code) => parsed.push(code.clone()),
            None => {
                let codes = there().map(PolicyCode::as_str);
                fields.add(format!("deadlines[{place}]"), FieldRule::unknown(text, codes));
                complete = false;
            }
        }
    }
    complete.then_some(parsed)
}

/// The moves that the library makes by itself, between stages that the type has.
pub(super) fn parse_timed_moves(
    fields: &mut Fields,
    moves: &[NewTimedMove],
    structure: &Structure,
    context: &Context<'_>,
) -> Option<Vec<TimedMove>> {
    let mut parsed: Vec<TimedMove> = Vec::new();
    let mut complete = true;
    for (place, one) in moves.iter().enumerate() {
        let at = |field: &str| format!("timed_moves[{place}].{field}");
        let mut end = |side: &str, text: &str| {
            let found = find_stage(structure, text, context.language);
            if found.is_none() {
                let labels =
                    structure.stages.iter().map(|stage| structure.label(&stage.id, context.language));
                fields.add(at(side), FieldRule::unknown(text, labels));
            }
            found
        };
        let ends = end("from", &one.from).zip(end("to", &one.to));
        let in_range = (1..=LONGEST).contains(&one.after_days);
        if !in_range {
            fields.add(at("after_days"), FieldRule::OutOfRange { least: 1, most: LONGEST.into() });
        }
        let Some((from, to)) = ends.filter(|_| in_range) else {
            complete = false;
            continue;
        };
        if parsed.iter().any(|other| other.from == from) {
            fields.add(at("from"), FieldRule::AlreadyInUse);
            complete = false;
        } else if from == to {
            fields.add(at("to"), FieldRule::DoesNotFit { why: "same_stage".into() });
            complete = false;
        } else {
            parsed.push(TimedMove { from, to, after_days: one.after_days });
        }
    }
    complete.then_some(parsed)
}
