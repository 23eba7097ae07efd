//! The state of a case's snapshot and answer after a fact.
//!
//! Facts about an answer name the sending that they are about. A fact about any other sending than the newest cannot
//! follow.

use super::message;
use crate::event::Event;
use crate::model::{
    DeliveryState, Failure, LeftOut, Outcome, PackageRef, Progress, Reference, Release, Sending, ShortText,
    Snapshot, StepId, Timestamp, WebformTarget,
};

/// Leaves a source out. If the case failed because of it, it fails because of the next that failed, or no more.
pub(super) fn left_out(progress: &mut Progress, source: &str, event: &Event) {
    let reason = event.personal.reason.clone().unwrap_or_else(ShortText::erased);
    let (by, at) = (event.header.actor.clone(), event.header.at);
    progress.left_out.push(LeftOut { source: source.to_owned(), by, at, reason });
    let of_it = progress.snapshot.as_ref().and_then(|snapshot| snapshot.failure_of(source));
    let is_because_of_it = of_it.is_some() && of_it == progress.failure.as_ref();
    if is_because_of_it {
        let next = progress.failed_sources().next().map(|(_, failure)| failure.clone());
        progress.failure = next;
    }
}

/// Keeps what the sources answered. A source that was asked once more is no longer left out.
pub(super) fn collected(progress: &mut Progress, snapshot: &Snapshot) {
    progress.left_out.retain(|one| !snapshot.sources.iter().any(|asked| asked.name == one.source));
    progress.snapshot = Some(snapshot.clone());
    progress.failure = None;
}

pub(super) fn failed(progress: &mut Progress, failure: &Failure) {
    progress.failure = Some(failure.clone());
}

/// Another attempt to collect begins: what failed stays until it is known what comes of this.
pub(super) fn collected_again(
    progress: &mut Progress,
    attempt: u32,
    retry_at: Option<Timestamp>,
) -> Option<()> {
    let of_sources = progress.snapshot.iter_mut().flat_map(Snapshot::failures_mut);
    for failure in of_sources.chain(&mut progress.failure).filter(|failure| failure.retry_at.is_some()) {
        (failure.attempts, failure.retry_at) = (attempt, retry_at);
    }
    Some(())
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
) -> Option<()> {
    let release = progress.release.as_mut()?;
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
    Some(())
}

pub(super) fn bound(progress: &mut Progress, key: &str, target: &WebformTarget) -> Option<()> {
    let release = progress.release.as_mut().filter(|release| release.sending.key == key)?;
    release.sending.target = Some(target.clone());
    Some(())
}

pub(super) fn built(progress: &mut Progress, key: &str, package: &PackageRef) -> Option<()> {
    moves(progress, key, DeliveryState::Built)?.package = Some(package.clone());
    Some(())
}

pub(super) fn not_built(progress: &mut Progress, key: &str, attempt: u32, failure: &Failure) -> Option<()> {
    moves(progress, key, DeliveryState::NotBuilt { attempt })?;
    progress.failure = Some(failure.clone());
    Some(())
}

pub(super) fn begun(progress: &mut Progress, key: &str, attempt: u32, lease_until: Timestamp) -> Option<()> {
    moves(progress, key, DeliveryState::Sending { attempt, lease_until }).map(|_| ())
}

pub(super) fn not_sent(progress: &mut Progress, key: &str, attempt: u32, failure: &Failure) -> Option<()> {
    moves(progress, key, DeliveryState::NotSent { attempt })?;
    progress.failure = Some(failure.clone());
    Some(())
}

pub(super) fn delivered(
    progress: &mut Progress,
    key: &str,
    attempt: u32,
    outcome: Option<&Outcome>,
    receipt: Option<&Reference>,
    event: &Event,
) -> Option<()> {
    moves(progress, key, DeliveryState::Arrived { attempt, at: event.header.at, receipt: receipt.cloned() })?;
    // A later sending does not change what the case ended as.
    progress.outcome = outcome.cloned().or_else(|| progress.outcome.take());
    message::all_stopped(progress);
    Some(())
}

pub(super) fn stopped(progress: &mut Progress, key: &str) -> Option<()> {
    progress.release.as_mut().filter(|release| release.sending.key == key)?.sending.stop();
    progress.failure = None;
    Some(())
}

pub(super) fn taken_back(progress: &mut Progress, key: &str) -> Option<()> {
    let is_it = |release: &Release| release.sending.key == key && !release.is_delivered();
    progress.release.take_if(|release| is_it(release))?;
    // A denial is an answer too, and is given again.
    (progress.denial, progress.failure) = (None, None);
    Some(())
}

pub(super) fn ended(progress: &mut Progress, outcome: &Outcome) {
    progress.outcome = Some(outcome.clone());
    message::all_stopped(progress);
    progress.failure = None;
    if let Some(release) = &mut progress.release {
        release.sending.stop();
    }
}

pub(super) fn destroyed(progress: &mut Progress, round: u32) {
    progress.destroy(round);
    // What cannot be sent any more cannot fail any more.
    if progress.release.as_ref().is_some_and(|release| round == progress.round && release.sending.is_over()) {
        progress.failure = None;
    }
}

/// Sets the state of the sending with this key and drops the failure; `None` if it is not the newest sending.
fn moves<'a>(progress: &'a mut Progress, key: &str, state: DeliveryState) -> Option<&'a mut Release> {
    let release = progress.release.as_mut().filter(|release| release.sending.key == key)?;
    release.sending.state = state;
    progress.failure = None;
    Some(release)
}
