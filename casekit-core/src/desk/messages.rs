//! Asking back: messages to the requester, and what they answer.

use super::failure_view::failure_view;
use super::{
    Changed, Desk, MessageDirection, MessageReceipt, MessageView, ReceivedAnswer, ReleaseReport, ThreadNote,
};
use crate::command::NewMessage;
use crate::decide::{ReceiveAnswer, SendMessage, StopMessage, answer_claim, fingerprint, sent_with};
use crate::engine::MessageDone;
use crate::error::Error;
use crate::language::Language;
use crate::model::{Case, CaseId, LongText, NoteId, SentMessage};
use crate::rejection::Rejection;
use crate::release::delivery::Driver;
use crate::store::LoadPlan;

impl Desk {
    /// Sends a message to the requester, such as a question about their request.
    ///
    /// It goes out by the delivery of the settings, as an outgoing message, and stands in the thread as a note that the
    /// customer sees. What the requester answers comes in by [`receive_answer`](Self::receive_answer). One that cannot be sent makes the case a case with errors:
    /// [`retry`](Self::retry) sends it again, [`stop_message`](Self::stop_message) gives it up. For the holder of the case;
    /// needs [`WriteNotes`](crate::model::Permission::WriteNotes).
    ///
    /// # Arguments
    ///
    /// - `message`: the text, and whether an answer is expected.
    ///
    /// # Errors
    ///
    /// - `Blocked`: if it is not possible now; the error lists every reason.
    ///
    /// # Cost
    ///
    /// Reads the case by an index and writes a transaction for each of the milestones, three in all. It takes as long as
    /// the receiver does; no transaction is open meanwhile.
    ///
    /// A text has 1 to 100,000 characters: `Invalid` with `too_long` beyond. A case has up to 100 messages: `Blocked` with
    /// `limit_reached` beyond.
    pub fn send_message(&self, case: CaseId, message: NewMessage) -> Result<MessageReceipt, Error> {
        let done = self.engine.run(&self.call, &SendMessage { case, message })?;
        let added = done.added_note()?;
        let loaded = self.engine.store.load(&LoadPlan::case(case))?;
        let sent = loaded.cases.first().and_then(|case| sent_with(case, added.id));
        let sent = sent.ok_or_else(|| Rejection::not_found("message", added.id))?;
        let (how_far, _) = self.engine.deliver_message(&self.call, case, sent.key(), Driver::Resumes)?;
        let answer_ref = sent.wants_answer.then(|| sent.key().to_owned());
        let report = self.message_report(how_far);
        Ok(MessageReceipt { note: added.id, answer_ref, report, replayed: added.replayed })
    }

    /// Gives up a message that could not be sent. Its note stays in the thread and says so.
    ///
    /// Needs [`WriteNotes`](crate::model::Permission::WriteNotes).
    ///
    /// # Arguments
    ///
    /// - `note`: the note with its text.
    /// - `reason`: why it is done; recorded in the history.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such note, or the actor may not see it.
    /// - `Blocked`: if it was never to be sent, has arrived or is being sent.
    ///
    /// # Cost
    ///
    /// Reads the note and its case by an index and writes one transaction of one event.
    ///
    /// A reason has up to 1,000 characters: `Invalid` with `too_long` beyond.
    pub fn stop_message(&self, note: NoteId, reason: Option<&str>) -> Result<Changed, Error> {
        let command = StopMessage { note, reason: reason.map(str::to_owned) };
        Ok(self.engine.run(&self.call, &command)?.changed())
    }

    /// Receives what the requester answered to a message. It becomes a reply to the message in the thread.
    ///
    /// The same answer again changes nothing. It is taken even if the request has been answered by then. Needs
    /// [`ReceiveRequests`](crate::model::Permission::ReceiveRequests); whoever hands it in need not see the case.
    ///
    /// # Arguments
    ///
    /// - `answer_ref`: the reference that the message had.
    /// - `text`: what the requester wrote.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if no message that wants an answer has this reference.
    ///
    /// # Cost
    ///
    /// Reads the case by an index of references and writes one transaction of two events.
    ///
    /// A text has 1 to 100,000 characters: `Invalid` with `too_long` beyond. A message has up to 100 answers: `Blocked`
    /// with `limit_reached` beyond.
    pub fn receive_answer(&self, answer_ref: &str, text: &str) -> Result<ReceivedAnswer, Error> {
        let command = ReceiveAnswer { answer_ref: answer_ref.to_owned(), text: text.to_owned() };
        let done = self.engine.run(&self.call, &command)?;
        let is_new = done.receipt.events > 0;
        if is_new && let Some(note) = done.receipt.note {
            return Ok(ReceivedAnswer { note, replayed: done.replayed });
        }
        let claims = vec![answer_claim(answer_ref)];
        let loaded =
            self.engine.store.load(&LoadPlan { claims, claimed_cases: true, ..LoadPlan::default() })?;
        let key = answer_ref.trim();
        let text = LongText::parse("text", text).map_err(Rejection::from)?;
        let known = loaded.claimed_cases.first().and_then(|case| {
            let progress = case.progress.as_deref()?;
            let given = fingerprint(progress, key, text.as_str());
            let mut answers = case.messages().flat_map(|message| &message.answers);
            answers.find(|one| one.fingerprint == given).map(|one| one.note)
        });
        let note = known.ok_or_else(|| Rejection::not_found("message", key))?;
        Ok(ReceivedAnswer { note, replayed: true })
    }

    fn message_report(&self, how_far: MessageDone) -> ReleaseReport {
        match how_far {
            MessageDone::Arrived { receipt } => {
                ReleaseReport::Delivered { receipt: receipt.map(String::from) }
            }
            MessageDone::Failed(failure) => {
                ReleaseReport::Failed { failure: failure_view(&failure, self.language()) }
            }
            MessageDone::UnderWay => ReleaseReport::UnderWay,
            MessageDone::Stopped => ReleaseReport::Ended { outcome: "stopped".to_owned() },
        }
    }

    /// Sends what could not be sent, and reports the first that fails again; `None` if there was nothing, or all arrived.
    pub(super) fn retry_messages(&self, case: CaseId) -> Result<Option<ReleaseReport>, Error> {
        let all = self.engine.deliver_messages(&self.call, case, Driver::Retries)?;
        let first = all.into_iter().map(|(one, _)| self.message_report(one));
        Ok(first.into_iter().find(|report| !matches!(report, ReleaseReport::Delivered { .. })))
    }
}

/// Says of each of these notes whether it went to the requester or came from them.
pub(super) fn with_messages(case: &Case, for_customer: bool, notes: &mut [ThreadNote], language: &Language) {
    for note in notes {
        let sent = case.messages().find(|one| one.note == note.id);
        let came = || case.messages().find(|one| one.answers.iter().any(|answer| answer.note == note.id));
        note.message = sent.map(|one| sent_view(one, for_customer, language)).or_else(|| {
            came().map(|one| MessageView {
                direction: MessageDirection::Received,
                key: one.key().to_owned(),
                wants_answer: false,
                state: "received".to_owned(),
                attempts: 0,
                arrived_at: None,
                receipt: None,
                failure: None,
            })
        });
    }
}

fn sent_view(message: &SentMessage, for_customer: bool, language: &Language) -> MessageView {
    let sending = &message.sending;
    MessageView {
        direction: MessageDirection::Sent,
        key: message.key().to_owned(),
        wants_answer: message.wants_answer,
        state: sending.state.code().to_owned(),
        attempts: sending.attempts(),
        arrived_at: sending.arrived_at(),
        receipt: sending.receipt().map(ToString::to_string),
        failure: message.failure.as_ref().filter(|_| !for_customer).map(|one| failure_view(one, language)),
    }
}
