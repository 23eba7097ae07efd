//! The state of a case's messages to the requester after a fact.
//!
//! A fact about a sending that is over cannot follow.

use crate::event::Event;
use crate::model::{
    DeliveryState, Failure, MessageAnswer, NoteId, Progress, Reference, Sending, SentMessage, Timestamp,
    WebformTarget,
};

pub(super) fn requested(
    progress: &mut Progress,
    (key, note, place): (&str, NoteId, u32),
    wants_answer: bool,
    target: Option<&WebformTarget>,
    event: &Event,
) {
    let by = event.header.actor.clone();
    let first = Sending::first(key.to_owned(), by, event.header.at, target.cloned());
    let sending = Sending { state: DeliveryState::Built, ..first };
    progress.messages.push(SentMessage {
        note,
        place,
        wants_answer,
        sending,
        failure: None,
        answers: Vec::new(),
    });
}

pub(super) fn begun(progress: &mut Progress, key: &str, attempt: u32, lease_until: Timestamp) -> Option<()> {
    moves(progress, key, DeliveryState::Sending { attempt, lease_until }).map(|_| ())
}

pub(super) fn not_sent(progress: &mut Progress, key: &str, attempt: u32, failure: &Failure) -> Option<()> {
    moves(progress, key, DeliveryState::NotSent { attempt })?.failure = Some(failure.clone());
    Some(())
}

pub(super) fn arrived(
    progress: &mut Progress,
    key: &str,
    attempt: u32,
    receipt: Option<&Reference>,
    event: &Event,
) -> Option<()> {
    let (at, receipt) = (event.header.at, receipt.cloned());
    moves(progress, key, DeliveryState::Arrived { attempt, at, receipt }).map(|_| ())
}

pub(super) fn stopped(progress: &mut Progress, key: &str) -> Option<()> {
    let message = open(progress, key)?;
    message.sending.stop();
    message.failure = None;
    Some(())
}

pub(super) fn answered(
    progress: &mut Progress,
    key: &str,
    note: NoteId,
    fingerprint: &str,
    event: &Event,
) -> Option<()> {
    let message = progress.messages.iter_mut().find(|one| one.key() == key)?;
    message.answers.push(MessageAnswer { note, at: event.header.at, fingerprint: fingerprint.to_owned() });
    Some(())
}

/// Nothing more is sent once the workflow has ended.
pub(super) fn all_stopped(progress: &mut Progress) {
    for message in progress.messages.iter_mut().filter(|one| !one.sending.is_over()) {
        message.sending.stop();
        message.failure = None;
    }
}

fn open<'a>(progress: &'a mut Progress, key: &str) -> Option<&'a mut SentMessage> {
    progress.messages.iter_mut().find(|one| one.key() == key && !one.sending.is_over())
}

fn moves<'a>(progress: &'a mut Progress, key: &str, state: DeliveryState) -> Option<&'a mut SentMessage> {
    let message = open(progress, key)?;
    message.sending.state = state;
    message.failure = None;
    Some(message)
}
