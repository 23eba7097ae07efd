//! The history of a case on paper: who did what, for whom, and every change from what to what.

use std::collections::{BTreeMap, BTreeSet};

use casekit_core::desk::{Desk, ThreadNote};
use casekit_core::history::{FieldChange, HistoryEntry};
use casekit_core::model::{CustomerId, NoteId};
use casekit_core::{Error, Rejection};
use casekit_export::pdf::Table;

use super::super::paper::Voice;
use super::called::Called;

pub(super) fn table(entries: Vec<HistoryEntry>, notes: &[ThreadNote], said: &Said<'_>) -> Table {
    let shown = shown_whole(notes);
    let row =
        |entry: HistoryEntry| vec![said.voice.minute(entry.at), said.who(&entry), said.what(entry, &shown)];
    Table {
        columns: vec![
            said.voice.times("paper.when", 1.4),
            said.voice.column("paper.who", 1.4),
            said.voice.column("paper.what", 4.2),
        ],
        rows: entries.into_iter().map(row).collect(),
    }
}

/// The notes whose text is in the thread as it was written: the history need not repeat it.
fn shown_whole(notes: &[ThreadNote]) -> BTreeSet<NoteId> {
    notes.iter().filter(|note| note.edits == 0 && note.text.is_some()).map(|note| note.id).collect()
}

/// What the history says, with the names of the people and customers in it.
pub(super) struct Said<'a> {
    pub(super) voice: Voice<'a>,
    pub(super) called: &'a Called,
    pub(super) customers: BTreeMap<String, String>,
}

impl Said<'_> {
    fn who(&self, entry: &HistoryEntry) -> String {
        let said = |key: &'static str, id: &Option<String>| {
            id.as_ref().map(|id| self.voice.say(key, [("by", &self.called.of(id))]))
        };
        let who = std::iter::once(self.called.of(&entry.actor));
        let all = who.chain(said("paper.for", &entry.on_behalf_of));
        all.chain(said("paper.imported_by", &entry.imported_by)).collect::<Vec<_>>().join("\n")
    }

    fn what(&self, entry: HistoryEntry, shown: &BTreeSet<NoteId>) -> String {
        let is_in_the_thread = entry.note.is_some_and(|note| shown.contains(&note));
        let text = match &entry.reason {
            Some(reason) => self.voice.say("paper.because", [("text", &entry.text), ("reason", reason)]),
            None => entry.text.clone(),
        };
        let changes = entry.changes.iter().filter(|change| !(is_in_the_thread && change.field == "text"));
        let changes = changes.filter_map(|change| self.change(change));
        std::iter::once(text).chain(changes).collect::<Vec<_>>().join("\n")
    }

    fn change(&self, change: &FieldChange) -> Option<String> {
        let value = |value: &Option<String>| {
            let value = value.as_ref()?;
            let customer = if change.field == "customer" { self.customers.get(value) } else { None };
            Some(customer.unwrap_or(value).clone())
        };
        let field = change.label.as_str();
        Some(match (value(&change.from), value(&change.to)) {
            (Some(from), Some(to)) => {
                self.voice.say("paper.change", [("field", field), ("from", &from), ("to", &to)])
            }
            (None, Some(to)) => self.voice.say("paper.change.set", [("field", field), ("to", &to)]),
            (Some(from), None) => self.voice.say("paper.change.removed", [("field", field), ("from", &from)]),
            (None, None) => return None,
        })
    }
}

/// The names of the customers that the changes name by their ids, as far as the actor may read customers.
pub(super) fn customers_in(desk: &Desk, entries: &[HistoryEntry]) -> Result<BTreeMap<String, String>, Error> {
    let changes = entries.iter().flat_map(|entry| &entry.changes).filter(|change| change.field == "customer");
    let ids: BTreeSet<&String> = changes.flat_map(|change| change.from.iter().chain(&change.to)).collect();
    let mut names = BTreeMap::new();
    for id in ids {
        if let Some(name) = id.parse().ok().map(|id| customer_name(desk, id)).transpose()?.flatten() {
            names.insert(id.clone(), name);
        }
    }
    Ok(names)
}

/// What a customer is called; `None` if there is no such customer for the actor, or they may not read customers.
pub(crate) fn customer_name(desk: &Desk, id: CustomerId) -> Result<Option<String>, Error> {
    match desk.customer(id) {
        Ok(customer) => Ok(Some(customer.name)),
        Err(Error::Rejected(
            Rejection::Forbidden { .. } | Rejection::NotFound { .. } | Rejection::NotAllowedHere { .. },
        )) => Ok(None),
        Err(other) => Err(other),
    }
}
