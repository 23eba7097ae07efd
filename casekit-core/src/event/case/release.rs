//! What was found for a case, and the way of its answer.
//!
//! Facts of the way name the sending that they are about. One that is about another changes nothing.

use crate::event::Event;
use crate::model::{
    DeliveryState, Failure, Outcome, PackageRef, Progress, Reference, Release, Sending, Snapshot, StepId,
    Timestamp, WebformTarget,
};

pub(super) fn collected(progress: &mut Progress, snapshot: &Snapshot) {
    progress.snapshot = Some(snapshot.clone());
    progress.failure = None;
}

pub(super) fn failed(progress: &mut Progress, failure: &Failure) {
    progress.failure = Some(failure.clone());
}

pub(super) fn requested(
    progress: &mut Progress,
    step: &StepId,
    digest: &str,
    key: &str,
    target: Option<&WebformTarget>,
    event: &Event,
) {
    let sending =
        Sending::first(key.to_owned(), event.header.actor.clone(), event.header.at, target.cloned());
    let (step, digest) = (step.clone(), digest.to_owned());
    progress.release = Some(Release { step, digest, package: None, earlier: Vec::new(), sending });
    progress.failure = None;
}

pub(super) fn requested_again(
    progress: &mut Progress,
    key: &str,
    number: u32,
    target: Option<&WebformTarget>,
    event: &Event,
) {
    let Some(release) = &mut progress.release else { return };
    let sending = Sending {
        key: key.to_owned(),
        number,
        by: event.header.actor.clone(),
        requested_at: event.header.at,
        reason: event.personal.reason.clone(),
        target: target.cloned(),
        state: DeliveryState::Built,
    };
    release.earlier.push(std::mem::replace(&mut release.sending, sending));
    progress.failure = None;
}

pub(super) fn built(progress: &mut Progress, key: &str, package: &PackageRef) {
    if moves(progress, key, DeliveryState::Built)
        && let Some(release) = &mut progress.release
    {
        release.package = Some(package.clone());
    }
}

pub(super) fn not_built(progress: &mut Progress, key: &str, attempt: u32, failure: &Failure) {
    if moves(progress, key, DeliveryState::NotBuilt { attempt }) {
        progress.failure = Some(failure.clone());
    }
}

pub(super) fn begun(progress: &mut Progress, key: &str, attempt: u32, lease_until: Timestamp) {
    moves(progress, key, DeliveryState::Sending { attempt, lease_until });
}

pub(super) fn not_sent(progress: &mut Progress, key: &str, attempt: u32, failure: &Failure) {
    if moves(progress, key, DeliveryState::NotSent { attempt }) {
        progress.failure = Some(failure.clone());
    }
}

pub(super) fn delivered(
    progress: &mut Progress,
    key: &str,
    attempt: u32,
    outcome: Option<&Outcome>,
    receipt: Option<&Reference>,
    event: &Event,
) {
    let arrived = DeliveryState::Arrived { attempt, at: event.header.at, receipt: receipt.cloned() };
    if moves(progress, key, arrived)
        && let Some(outcome) = outcome
    {
        progress.outcome = Some(outcome.clone());
    }
}

pub(super) fn stopped(progress: &mut Progress, key: &str) {
    let Some(release) = progress.release.as_mut().filter(|release| release.sending.key == key) else {
        return;
    };
    release.sending.stop();
    progress.failure = None;
}

pub(super) fn ended(progress: &mut Progress, outcome: &Outcome) {
    progress.outcome = Some(outcome.clone());
    progress.failure = None;
    if let Some(release) = &mut progress.release {
        release.sending.stop();
    }
}

pub(super) fn destroyed(progress: &mut Progress, round: u32) {
    progress.destroy(round);
    // What can be sent no more fails no more.
    if progress.release.as_ref().is_some_and(|release| round == progress.round && release.sending.is_over()) {
        progress.failure = None;
    }
}

/// The sending with that key is in another state now, and nothing fails; says whether there is one.
fn moves(progress: &mut Progress, key: &str, state: DeliveryState) -> bool {
    let Some(release) = progress.release.as_mut().filter(|release| release.sending.key == key) else {
        return false;
    };
    release.sending.state = state;
    progress.failure = None;
    true
}
