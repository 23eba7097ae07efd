//! What was found for a case, and the journey of its answer.

use crate::event::Event;
use crate::model::{
    Failure, Outcome, PackageRef, Progress, Reference, Release, ReleaseState, Snapshot, StepId, Timestamp,
};

pub(super) fn collected(progress: &mut Progress, snapshot: &Snapshot) {
    progress.snapshot = Some(snapshot.clone());
    progress.failure = None;
}

pub(super) fn failed(progress: &mut Progress, failure: &Failure) {
    progress.failure = Some(failure.clone());
    if let Some(release) = &mut progress.release {
        release.lease_until = None;
    }
}

pub(super) fn requested(progress: &mut Progress, step: &StepId, digest: &str, key: &str, event: &Event) {
    progress.release = Some(Release {
        step: step.clone(),
        by: event.header.actor.clone(),
        requested_at: event.header.at,
        digest: digest.to_owned(),
        key: key.to_owned(),
        state: ReleaseState::Requested,
        attempts: 0,
        lease_until: None,
    });
    progress.failure = None;
}

pub(super) fn built(progress: &mut Progress, package: &PackageRef) {
    let Some(release) = &mut progress.release else { return };
    release.state = ReleaseState::Built { package: package.clone() };
    progress.failure = None;
}

pub(super) fn started(progress: &mut Progress, attempt: u32, lease_until: Timestamp) {
    let Some(release) = &mut progress.release else { return };
    release.attempts = attempt;
    release.lease_until = Some(lease_until);
    progress.failure = None;
}

pub(super) fn delivered(
    progress: &mut Progress,
    outcome: &Outcome,
    receipt: Option<&Reference>,
    event: &Event,
) {
    let Some(release) = &mut progress.release else { return };
    if let Some(package) = package_mut(release).cloned() {
        release.state = ReleaseState::Delivered { package, at: event.header.at, receipt: receipt.cloned() };
    }
    release.lease_until = None;
    progress.outcome = Some(outcome.clone());
    progress.failure = None;
}

pub(super) fn ended(progress: &mut Progress, outcome: &Outcome) {
    progress.outcome = Some(outcome.clone());
    progress.failure = None;
}

pub(super) fn destroyed(progress: &mut Progress) {
    progress.snapshot = None;
    if let Some(package) = progress.release.as_mut().and_then(package_mut) {
        package.blob = None;
    }
}

fn package_mut(release: &mut Release) -> Option<&mut PackageRef> {
    match &mut release.state {
        ReleaseState::Requested => None,
        ReleaseState::Built { package } | ReleaseState::Delivered { package, .. } => Some(package),
    }
}
