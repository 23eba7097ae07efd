//! What of the data is hidden: what somebody names, and what the workflow hides by default.

use crate::command::NewRedaction;
use crate::decide::Context;
use crate::decide::action::Action;
use crate::event::{ApprovedData, Personal};
use crate::model::{
    BlobId, DefaultRedaction, FrozenPlace, Progress, RedactionTarget, ShortText, SnapshotTable, limits,
};
use crate::rejection::{Blocker, FieldRule, Fields, Rejection};
use crate::release::shown::{not_there, place_of};

/// A part of a snapshot, with its source and table, and where it is.
type Part = (String, String, RedactionTarget, FrozenPlace);

/// The approval of a snapshot, without the digest of what is sent if that is not computed yet.
pub(super) fn redacted(
    fields: &mut Fields,
    progress: &Progress,
    id: BlobId,
    (given, by_default): (&[NewRedaction], &[DefaultRedaction]),
    context: &Context<'_>,
) -> Result<(ApprovedData, Personal), Rejection> {
    let snapshot = progress.snapshot.as_ref().filter(|snapshot| snapshot.id == id);
    let replaced = || Rejection::blocked(Action::ApproveData.code(), Blocker::SnapshotReplaced);
    let snapshot = snapshot.ok_or_else(replaced)?;
    if given.len() > limits::REDACTIONS {
        let rule = FieldRule::TooMany { limit: limits::REDACTIONS as u64 };
        return Err(Rejection::field("redactions", rule));
    }
    let tables = &snapshot.tables;
    let mut hidden: Vec<(Part, ShortText)> = Vec::new();
    let mut shown: Vec<(Part, ShortText)> = Vec::new();
    for (place, one) in given.iter().enumerate() {
        let at = |field: &str| format!("redactions[{place}].{field}");
        let reason = fields.take(ShortText::parse(&at("reason"), &one.reason));
        let Some(part) = part_of(fields, tables, one, &at) else { continue };
        if one.shown && default_for(by_default, &part).is_none() {
            fields.add(at("shown"), FieldRule::DoesNotFit { why: "not_hidden_by_default".into() });
        } else if hidden.iter().chain(&shown).any(|(known, _)| *known == part) {
            let field = if part.2.column().is_some() { "column" } else { "row" };
            fields.add(at(field), FieldRule::Duplicate);
        } else if let Some(reason) = reason {
            if one.shown { &mut shown } else { &mut hidden }.push((part, reason));
        }
    }
    for part in columns(tables) {
        let is_decided = hidden.iter().chain(&shown).any(|(known, _)| *known == part);
        if let Some(default) = default_for(by_default, &part).filter(|_| !is_decided) {
            hidden.push((part, default.reason.clone()));
        }
    }
    let (hidden, mut reasons): (Vec<_>, Vec<_>) = hidden.into_iter().unzip();
    let (shown, of_shown): (Vec<_>, Vec<_>) = shown.into_iter().unzip();
    reasons.extend(of_shown);
    let personal = Personal { redaction_reasons: reasons, ..Personal::default() };
    let digest = context.data.unwrap_or_default().to_owned();
    Ok((ApprovedData::Data { snapshot: id, hidden, shown, digest }, personal))
}

/// The part that a caller names; an error of the field that names nothing.
fn part_of(
    fields: &mut Fields,
    tables: &[SnapshotTable],
    one: &NewRedaction,
    at: &dyn Fn(&str) -> String,
) -> Option<Part> {
    let target = match (&one.column, one.row) {
        (Some(column), None) => RedactionTarget::Column(column.clone()),
        (None, Some(row)) => RedactionTarget::Row(row),
        (Some(column), Some(row)) => RedactionTarget::Cell { row, column: column.clone() },
        (None, None) => {
            fields.add(at("column"), FieldRule::Missing { why: "column_or_row".into() });
            return None;
        }
    };
    match place_of(tables, &one.source, &one.table, &target) {
        Some(place) => Some((one.source.clone(), one.table.clone(), target, place)),
        None => {
            let (field, rule) = not_there(tables, &one.source, &one.table, Some(&target));
            fields.add(at(field), rule);
            None
        }
    }
}

/// Every column of every table, as a part.
fn columns(tables: &[SnapshotTable]) -> impl Iterator<Item = Part> {
    (0..).zip(tables).flat_map(|(table, one)| {
        (0..).zip(&one.columns).map(move |(column, named)| {
            let target = RedactionTarget::Column(named.name.clone());
            (one.source.clone(), one.name.clone(), target, FrozenPlace { table, column: Some(column) })
        })
    })
}

/// The rule of the workflow that hides a column; `None` for a column that is shown, and for rows and values.
fn default_for<'a>(by_default: &'a [DefaultRedaction], part: &Part) -> Option<&'a DefaultRedaction> {
    let (source, table, RedactionTarget::Column(column), _) = part else { return None };
    by_default.iter().find(|one| one.hides(source, table, column))
}
