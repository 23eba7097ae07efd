//! Asking back: a message to the requester, what becomes of it, and the answer that comes in.

use serde::Serialize;

use super::action::Action;
use super::{Command, Context, Decision, Subject};
use crate::command::NewMessage;
use crate::commit::{Claim, ClaimKind, Parts, hex};
use crate::event::{CaseFact, Fact, OldNew, Personal};
use crate::model::{
    Case, CaseId, LongText, Note, NoteId, NoteOrigin, Permission, Progress, SentMessage, ShortText, State,
    Visibility, limits,
};
use crate::rejection::{Blocker, Rejection};
use crate::release::delivery::Milestone;
use crate::release::message::apply;
use crate::store::LoadPlan;

/// Adds a note for the customer, and asks for it to be sent to the requester.
#[derive(Serialize)]
pub(crate) struct SendMessage {
    pub(crate) case: CaseId,
    pub(crate) message: NewMessage,
}

impl Command for SendMessage {
    fn action(&self) -> &'static str {
        Action::SendMessage.code()
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Case(self.case))
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        let case = context.case_for(Action::SendMessage, self.case)?;
        context.unblocked(case, Action::SendMessage, None)?;
        let text = LongText::parse("text", &self.message.text)?;
        let mut decision = Decision::default();
        decision.builds_on_case(case, context)?;
        let note = NoteId(context.fresh);
        let key = context.fresh.as_simple().to_string();
        decision.drafts.push(note_added(context, case, (note, NoteOrigin::Message), None, text));
        if self.message.wants_answer {
            decision.claims(answer_claim(&key));
        }
        let target = decision.target(context);
        let wants_answer = self.message.wants_answer;
        decision.push(case, context, CaseFact::MessageRequested { key, note, wants_answer, target });
        Ok(decision)
    }
}

/// Records a milestone of the delivery of a message.
#[derive(Serialize)]
pub(crate) struct RecordMessage {
    pub(crate) case: CaseId,
    pub(crate) key: String,
    pub(crate) milestone: Milestone,
}

impl Command for RecordMessage {
    fn action(&self) -> &'static str {
        Action::SendMessage.code()
    }

    fn records(&self) -> bool {
        true
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        let case = context.case(self.case)?;
        let mut decision = Decision::default();
        decision.builds_on_case(case, context)?;
        let progress = case.progress.as_deref();
        let fact = progress
            .and_then(|progress| apply(progress, &self.key, &self.milestone, (context.now, context.fresh)));
        fact.into_iter().for_each(|fact| decision.push(case, context, fact));
        Ok(decision)
    }
}

/// Gives up a message that has not arrived.
#[derive(Serialize)]
pub(crate) struct StopMessage {
    pub(crate) note: NoteId,
    pub(crate) reason: Option<String>,
}

impl Command for StopMessage {
    fn action(&self) -> &'static str {
        Action::StopMessage.code()
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Note(self.note))
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan { notes: vec![self.note], ..LoadPlan::default() })
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::WriteNotes, self.action())?;
        let (note, case) = context.note(self.note)?;
        if let Some(blocker) = not_to_be_stopped(case, note) {
            return Err(Rejection::blocked(self.action(), blocker));
        }
        let reason = ShortText::parse_optional("reason", self.reason.as_deref())?;
        let mut decision = Decision::default();
        decision.builds_on_case(case, context)?;
        if let Some(message) = sent_with(case, note.id) {
            let fact = CaseFact::MessageStopped { key: message.key().to_owned() };
            decision.drafts.push(context.draft(Fact::Case(case.id, fact), Personal::because(reason)));
        }
        Ok(decision)
    }
}

/// The message of which a note is the text; `None` if the note was not sent.
pub(crate) fn sent_with(case: &Case, note: NoteId) -> Option<&SentMessage> {
    case.messages().find(|one| one.note == note)
}

/// Whether a note is a message that was sent, or an answer that came in: neither is altered.
pub(crate) fn is_correspondence(case: &Case, note: NoteId) -> bool {
    case.messages().any(|one| one.note == note || one.answers.iter().any(|answer| answer.note == note))
}

/// Why a message cannot be given up; `None` if it can.
pub(super) fn not_to_be_stopped(case: &Case, note: &Note) -> Option<Blocker> {
    match sent_with(case, note.id) {
        Some(message) if message.sending.has_failed() => None,
        Some(message) if message.sending.due().is_some() => Some(Blocker::DeliveryUnderWay),
        Some(_) | None => Some(Blocker::NotSent),
    }
}

/// Receives what the requester answered to a message. The same answer again changes nothing.
#[derive(Serialize)]
pub(crate) struct ReceiveAnswer {
    pub(crate) answer_ref: String,
    pub(crate) text: String,
}

impl Command for ReceiveAnswer {
    fn action(&self) -> &'static str {
        "receive_answer"
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        let claims = vec![answer_claim(&self.answer_ref)];
        Ok(LoadPlan { claims, claimed_cases: true, ..LoadPlan::default() })
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::ReceiveRequests, self.action())?;
        let text = LongText::parse("text", &self.text)?;
        let missing = || Rejection::not_found("message", self.answer_ref.trim());
        // Whether the actor may see the case or not: the webform hands in what comes back, and sees no cases.
        let case = context.located_case(&answer_claim(&self.answer_ref)).ok_or_else(missing)?;
        let progress = case.progress.as_deref().ok_or_else(missing)?;
        let key = self.answer_ref.trim();
        let message = case.messages().find(|one| one.key() == key).ok_or_else(missing)?;
        let fingerprint = fingerprint(progress, key, text.as_str());
        let mut decision = Decision::default();
        decision.builds_on(State::Case(Box::new(case.clone())));
        if message.answers.iter().any(|one| one.fingerprint == fingerprint) {
            return Ok(decision);
        }
        let limit = limits::PARTS;
        if message.answers.len() >= limit {
            return Err(Rejection::blocked(self.action(), Blocker::LimitReached { limit: limit as u64 }));
        }
        let note = NoteId(context.fresh);
        decision.drafts.push(note_added(
            context,
            case,
            (note, NoteOrigin::Customer),
            Some(message.note),
            text,
        ));
        let key = key.to_owned();
        decision.push(case, context, CaseFact::AnswerReceived { key, note, fingerprint });
        Ok(decision)
    }
}

/// The fingerprint of an answer to the message with this key, keyed with the case's salt.
pub(crate) fn fingerprint(progress: &Progress, key: &str, text: &str) -> String {
    let mut parts = Parts::new(progress.salt.as_bytes(), "casekit message answer 1");
    parts.add(key.as_bytes());
    parts.add(text.as_bytes());
    hex(&parts.finish())
}

/// The claim of a message that an answer can refer to.
pub(crate) fn answer_claim(reference: &str) -> Claim {
    Claim::new(ClaimKind::AnswerReference, reference)
}

/// A note that the customer sees: at the top of the thread, or as a reply to a note that was sent.
fn note_added(
    context: &Context<'_>,
    case: &Case,
    (note, origin): (NoteId, NoteOrigin),
    parent: Option<NoteId>,
    text: LongText,
) -> crate::event::Draft {
    let place = parent.and_then(|parent| sent_with(case, parent)).map(|message| message.place);
    let mut path: Vec<u32> = place.into_iter().collect();
    path.push(case.notes.saturating_add(1));
    let visibility = Visibility::Customer;
    let fact = CaseFact::NoteAdded { note, parent, path, visibility, origin };
    let personal = Personal { text: Some(OldNew::new(text)), ..Personal::default() };
    context.draft(Fact::Case(case.id, fact), personal)
}
