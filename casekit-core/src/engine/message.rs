//! Delivering messages to the requester: does what the [state machine](crate::release::message) says is next for each, and
//! records the result.

use super::broken::Broken;
use super::delivery::{addressed, hand_over};
use super::{Call, Engine};
use crate::decide::RecordMessage;
use crate::error::Error;
use crate::language::Message;
use crate::model::{Case, CaseId, Failure, Reference, SentMessage};
use crate::rejection::Rejection;
use crate::release::delivery::{Driver, Milestone, Task, target};
use crate::release::message::next;
use crate::release::{Fault, OutgoingKind};
use crate::store::LoadPlan;

/// How far a message has come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum MessageDone {
    /// It has arrived; with the receiver's reference if it gave one.
    Arrived { receipt: Option<Reference> },
    /// It could not be sent, and somebody has to act on it.
    Failed(Failure),
    /// Somebody else is sending it.
    UnderWay,
    /// It was given up.
    Stopped,
}

impl Engine {
    /// Continues every message of a case that is due for this driver, oldest first, and returns how far each of those has
    /// come, and whether it is there because of this driver. One that fails does not keep the others from being sent.
    pub(crate) fn deliver_messages(
        &self,
        call: &Call,
        id: CaseId,
        driver: Driver,
    ) -> Result<Vec<(MessageDone, bool)>, Error> {
        let now = self.now()?;
        let (case, _) = self.case_now(id)?;
        let due = case.messages().filter(|one| next(one, driver, now).is_some());
        let keys: Vec<String> = due.map(|one| one.key().to_owned()).collect();
        keys.iter().map(|key| self.deliver_message(call, id, key, driver)).collect()
    }

    /// Continues one message until this driver has nothing left to do. The loop ends as that of an
    /// [answer](Self::deliver) does.
    pub(crate) fn deliver_message(
        &self,
        call: &Call,
        id: CaseId,
        key: &str,
        mut driver: Driver,
    ) -> Result<(MessageDone, bool), Error> {
        let recorder = call.following();
        let mut written = false;
        loop {
            let (case, _) = self.case_now(id)?;
            let message = found(&case, key)?;
            let Some(task) = next(message, driver, self.now()?) else {
                return Ok((how_far(message), written));
            };
            let milestone = match task {
                Task::Send { attempt } => match self.send_message(&case, message) {
                    Ok(receipt) => Milestone::Arrived { attempt, receipt },
                    Err(Broken::Fault(fault)) => Milestone::NotSent { attempt, fault },
                    Err(Broken::Error(error)) => return Err(error),
                },
                Task::Begin { attempt } | Task::Build { attempt } => Milestone::Begun { attempt },
            };
            let command = RecordMessage { case: id, key: key.to_owned(), milestone };
            written = self.run(&recorder, &command)?.receipt.events > 0;
            driver = if written { task.next_driver() } else { Driver::Watches };
        }
    }

    /// Sends the text of the note, which nobody can alter any more: the same on every attempt.
    fn send_message(&self, case: &Case, message: &SentMessage) -> Result<Option<Reference>, Broken> {
        let adapters = self.adapters()?;
        let plan = LoadPlan { notes: vec![message.note], ..LoadPlan::default() };
        let loaded = self.store.load(&plan)?;
        let text = loaded.notes.first().and_then(|note| note.text());
        let gone = || Fault::data("message_gone", Message::new("hint.message_gone"));
        let text = text.ok_or_else(gone)?.to_string();
        let target = target(loaded.catalog.settings.as_deref(), message.sending.target.as_ref())?;
        let kind = OutgoingKind::Message { text, answer_ref: message.answer_ref().to_owned() };
        let outgoing = addressed(case, message.key(), kind, self.now()?);
        Ok(hand_over(adapters, target, &outgoing)?)
    }
}

fn found<'a>(case: &'a Case, key: &str) -> Result<&'a SentMessage, Rejection> {
    case.messages().find(|one| one.key() == key).ok_or_else(|| Rejection::not_found("message", key))
}

fn how_far(message: &SentMessage) -> MessageDone {
    if message.sending.arrived_at().is_some() {
        return MessageDone::Arrived { receipt: message.sending.receipt().cloned() };
    }
    match &message.failure {
        Some(failure) if message.sending.has_failed() => MessageDone::Failed(failure.clone()),
        Some(_) | None if message.sending.is_over() => MessageDone::Stopped,
        Some(_) | None => MessageDone::UnderWay,
    }
}
