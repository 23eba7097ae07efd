//! What became of an item, told from its decision, or from the receipt of an earlier run.

use super::{ImportOutcome, ImportResult};
use crate::command::ImportItem;
use crate::commit::Receipt;
use crate::decide::Decision;
use crate::desk::Desk;
use crate::error::Error;
use crate::event::{CaseFact, CustomerFact, Fact};
use crate::model::{Case, State, StreamId};
use crate::rejection::Rejection;
use crate::store::HistoryQuery;

impl ImportResult {
    pub(super) fn refused(item: &ImportItem, rejection: Rejection) -> Self {
        Self { rejection: Some(rejection), ..Self::of(item, ImportOutcome::Refused, None) }
    }

    /// The result that a decision leads to. The number of a new case is not known yet.
    pub(super) fn decided(item: &ImportItem, decision: &Decision) -> Self {
        let before = decision.read_set.first();
        let outcome = match (decision.drafts.is_empty(), before) {
            (true, _) => ImportOutcome::Unchanged,
            (false, None) => ImportOutcome::Created,
            (false, Some(_)) => ImportOutcome::Updated,
        };
        let stream = before.map(State::stream).or_else(|| Some(decision.drafts.first()?.stream()));
        let mut result = Self::of(item, outcome, stream);
        if let Some(State::Case(case)) = before {
            result.number = number_of(case);
        }
        if outcome == ImportOutcome::Updated {
            result.updated = updated(decision.drafts.iter().map(|draft| &draft.fact));
        }
        result
    }

    /// The same result, once it is written.
    pub(super) fn written(self, receipt: &Receipt) -> Self {
        Self { number: receipt.number.as_ref().map(ToString::to_string).or(self.number), ..self }
    }

    /// The same result, without the id and number of what is not there.
    pub(super) fn of_nothing(self) -> Self {
        Self { customer: None, case: None, number: None, workflow: None, ..self }
    }

    fn of(item: &ImportItem, outcome: ImportOutcome, stream: Option<StreamId>) -> Self {
        let reference = item.reference().map(str::to_owned);
        let (mut customer, mut case, mut workflow) = (None, None, None);
        match stream {
            Some(StreamId::Customer(id)) => customer = Some(id),
            Some(StreamId::Case(id)) => case = Some(id),
            Some(StreamId::Workflow(id)) => workflow = Some(id),
            Some(StreamId::Settings | StreamId::CaseType(_) | StreamId::Ledger)
            | Some(StreamId::Person(_) | StreamId::Team(_) | StreamId::Tag(_))
            | None => {}
        }
        let (number, updated, rejection) = (None, Vec::new(), None);
        Self { reference, outcome, customer, case, number, workflow, updated, rejection }
    }
}

impl Desk {
    /// The result of an earlier run of the same import, which the receipt of that run tells.
    pub(super) fn repeated(&self, item: &ImportItem, receipt: &Receipt) -> Result<ImportResult, Error> {
        let first = receipt.streams.first().copied();
        let (stream, revision) = first.unzip();
        if receipt.number.is_some() || revision == Some(receipt.events) {
            return Ok(ImportResult::of(item, ImportOutcome::Created, stream).written(receipt));
        }
        let mut result = ImportResult::of(item, ImportOutcome::Updated, stream);
        if let Some((stream, revision)) = first {
            let after = revision.saturating_sub(receipt.events);
            let limit = u32::try_from(receipt.events).unwrap_or(u32::MAX);
            let history = self.engine.store.history(&HistoryQuery { stream, after, limit })?.answer;
            result.number = history.case.as_ref().and_then(number_of);
            result.updated = updated(history.events.iter().map(|event| &event.fact));
        }
        Ok(result)
    }
}

/// The number of a case; `None` if the store has not assigned it yet.
fn number_of(case: &Case) -> Option<String> {
    (case.number.value > 0).then(|| case.number.to_string())
}

/// The words for what these facts changed, each once.
fn updated<'a>(facts: impl Iterator<Item = &'a Fact>) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for fact in facts {
        let of_customer = match fact {
            Fact::Customer(_, CustomerFact::CustomerUpdated { fields }) => fields.as_slice(),
            _ => &[],
        };
        let codes = of_customer.iter().map(|field| field.code());
        for word in codes.chain(fact.of_case().and_then(word_of)) {
            if !words.iter().any(|known| known == word) {
                words.push(word.to_owned());
            }
        }
    }
    words
}

/// The word for what a fact of an import changes of a case; `None` for what only follows from it.
fn word_of(fact: &CaseFact) -> Option<&'static str> {
    match fact {
        CaseFact::TitleChanged => Some("title"),
        CaseFact::DescriptionChanged => Some("description"),
        CaseFact::CustomerChanged { .. } => Some("customer"),
        CaseFact::FieldsChanged { .. } => Some("fields"),
        CaseFact::StageChanged { .. } => Some("stage"),
        CaseFact::PriorityChanged { .. } => Some("priority"),
        CaseFact::CaseTaken | CaseFact::CaseTakenOver { .. } | CaseFact::CaseReturned { .. } => {
            Some("holder")
        }
        CaseFact::NoteAdded { .. } => Some("notes"),
        CaseFact::WorkflowEnded { .. } => Some("outcome"),
        _ => None,
    }
}
