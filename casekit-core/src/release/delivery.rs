//! The way of an answer as one machine: what is to be done next, and what becomes of it when it is written down.
//!
//! [`next`] looks at where a case stands and says one thing: do this, or it is done, and how. The engine does it and has
//! the milestone that was reached written down, which [`apply`] decides on what stands there by then. Neither does anything
//! itself, so `docs/delivery.md` shows the whole of it as a table, and a test compares the two.
//!
//! Every milestone names its attempt. What another attempt reports late changes nothing, but for one thing: whoever has sent
//! it, an answer that arrived has arrived.

#[cfg(test)]
mod table;

use chrono::TimeDelta;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::Fault;
use crate::commit::{Digest, hex};
use crate::event::CaseFact;
use crate::language::Message;
use crate::model::{
    DataApproval, DeliveryState, Failure, Outcome, PackageRef, Progress, Reference, Settings, Timestamp,
    WebformTarget,
};

/// How long one attempt may take before another may begin.
pub(crate) const LEASE: TimeDelta = TimeDelta::minutes(10);

/// Who drives a delivery when the machine is asked what is next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Driver {
    /// Somebody who resumes what is under way, and leaves alone what failed.
    Resumes,
    /// Somebody who tries again what failed.
    Retries,
    /// Whoever began the attempt with that number.
    Holds { attempt: u32 },
    /// Somebody who only wants to know: another has written down what they were about to.
    Watches,
}

/// What is next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Next {
    /// This is to be done, and the milestone that it reaches to be written down.
    Do(Task),
    /// This driver has nothing to do: the delivery has this status.
    Done(Done),
}

/// Something to be done about an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Task {
    /// Build the package, for the attempt with that number.
    Build { attempt: u32 },
    /// Write down that the attempt with that number begins, so that no other does.
    Begin { attempt: u32 },
    /// Send the kept bytes.
    Send { attempt: u32 },
}

/// How an answer stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Done {
    /// It has arrived.
    Arrived { receipt: Option<Reference> },
    /// Something failed, and somebody has to see to it.
    Failed(Failure),
    /// Somebody else goes on with it.
    UnderWay,
    /// The workflow has ended, and nothing is sent for it any more.
    Ended { outcome: Outcome },
    /// What would have been sent again is destroyed.
    Destroyed,
    /// No answer was asked for, and nothing fails.
    NotAsked,
}

/// A milestone that was reached on the way.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(crate) enum Milestone {
    /// The package is built, and its bytes are kept.
    Built { attempt: u32, package: PackageRef },
    /// Building it failed.
    NotBuilt { attempt: u32, fault: Fault },
    /// The attempt to send it begins.
    Begun { attempt: u32 },
    /// It has arrived.
    Arrived { attempt: u32, receipt: Option<Reference> },
    /// Sending it failed.
    NotSent { attempt: u32, fault: Fault },
    /// It is left to a person, wherever it stands.
    Left { fault: Fault },
}

impl Task {
    /// Who drives the delivery once the milestone of this task is written down.
    pub(crate) fn next_driver(self) -> Driver {
        match self {
            Self::Build { .. } | Self::Send { .. } => Driver::Resumes,
            Self::Begin { attempt } => Driver::Holds { attempt },
        }
    }
}

/// What is next for the answer of a case, with this driver and at this instant.
pub(crate) fn next(progress: &Progress, driver: Driver, now: Timestamp) -> Next {
    let done = || Next::Done(status(progress));
    let Some(release) = &progress.release else { return done() };
    if driver == Driver::Watches {
        return done();
    }
    match release.sending.state {
        DeliveryState::Building => Next::Do(Task::Build { attempt: 1 }),
        DeliveryState::Built => Next::Do(Task::Begin { attempt: 1 }),
        DeliveryState::Sending { attempt, lease_until } if lease_until > now => match driver {
            Driver::Holds { attempt: held } if held == attempt => Next::Do(Task::Send { attempt }),
            Driver::Holds { .. } | Driver::Resumes | Driver::Retries | Driver::Watches => done(),
        },
        // Whoever had begun it may be dead: what they may have sent has the same key.
        DeliveryState::Sending { attempt, .. } => Next::Do(Task::Begin { attempt: attempt + 1 }),
        DeliveryState::NotBuilt { attempt } if driver == Driver::Retries => {
            Next::Do(Task::Build { attempt: attempt + 1 })
        }
        DeliveryState::NotSent { attempt } if driver == Driver::Retries => {
            Next::Do(Task::Begin { attempt: attempt + 1 })
        }
        DeliveryState::NotBuilt { .. }
        | DeliveryState::NotSent { .. }
        | DeliveryState::Arrived { .. }
        | DeliveryState::Stopped { .. } => done(),
    }
}

/// The status of the answer of a case, for a caller who does nothing about it.
pub(crate) fn status(progress: &Progress) -> Done {
    let fails = || progress.failure.clone().map(Done::Failed);
    let ended = || progress.outcome.clone().map(|outcome| Done::Ended { outcome });
    let Some(release) = &progress.release else { return ended().or_else(fails).unwrap_or(Done::NotAsked) };
    match &release.sending.state {
        DeliveryState::Building | DeliveryState::Built | DeliveryState::Sending { .. } => Done::UnderWay,
        DeliveryState::NotBuilt { .. } | DeliveryState::NotSent { .. } => fails().unwrap_or(Done::UnderWay),
        DeliveryState::Arrived { receipt, .. } => Done::Arrived { receipt: receipt.clone() },
        DeliveryState::Stopped { .. } if release.is_delivered() && release.blob().is_none() => {
            Done::Destroyed
        }
        DeliveryState::Stopped { .. } => ended().unwrap_or(Done::Destroyed),
    }
}

/// What a milestone that was reached makes of the sending with that key; `None` if nothing, because it is over by now, or
/// another attempt has come further.
pub(crate) fn apply(
    progress: &Progress,
    key: &str,
    milestone: &Milestone,
    now: Timestamp,
) -> Option<CaseFact> {
    let release = progress.release.as_ref().filter(|release| release.sending.key == key)?;
    let state = &release.sending.state;
    if release.sending.is_over() {
        return None;
    }
    let failure = |attempt: u32, fault: &Fault| fault.at(&release.step, attempt.max(1), now);
    let key = key.to_owned();
    match milestone {
        // Whichever attempt it was: one package is as good as the other, and the first is kept.
        Milestone::Built { attempt, package } => {
            let (attempt, package) = (*attempt, package.clone());
            to_be_built(state).map(|_| CaseFact::PackageBuilt { key, attempt, package })
        }
        Milestone::NotBuilt { attempt, fault } => {
            let is_due = to_be_built(state) == Some(*attempt);
            let failure = failure(*attempt, fault);
            is_due.then_some(CaseFact::BuildFailed { key, attempt: *attempt, failure })
        }
        Milestone::Begun { attempt } => {
            let lease_until = now + LEASE;
            let is_due = to_be_sent(state, now) == Some(*attempt);
            is_due.then_some(CaseFact::DeliveryStarted { key, attempt: *attempt, lease_until })
        }
        Milestone::Arrived { attempt, receipt } => {
            // Whoever has sent it: the receiver has it.
            let is_built = to_be_built(state).is_none();
            let outcome = (release.sending.number == 1).then(|| outcome_of(progress));
            let receipt = receipt.clone();
            is_built.then_some(CaseFact::Delivered { key, attempt: *attempt, outcome, receipt })
        }
        Milestone::NotSent { attempt, fault } => match state {
            DeliveryState::Sending { attempt: begun, .. } if begun == attempt => {
                Some(CaseFact::DeliveryFailed { key, attempt: *attempt, failure: failure(*attempt, fault) })
            }
            DeliveryState::Sending { .. }
            | DeliveryState::Building
            | DeliveryState::NotBuilt { .. }
            | DeliveryState::Built
            | DeliveryState::NotSent { .. }
            | DeliveryState::Arrived { .. }
            | DeliveryState::Stopped { .. } => None,
        },
        Milestone::Left { fault } => {
            let is_told = progress.failure.as_ref().is_some_and(|failure| failure.code == fault.code);
            let attempt = tried(state);
            let failure = failure(attempt, fault);
            let fact = match to_be_built(state) {
                Some(_) => CaseFact::BuildFailed { key, attempt, failure },
                None => CaseFact::DeliveryFailed { key, attempt, failure },
            };
            (!is_told).then_some(fact)
        }
    }
}

/// The attempt at building that is due, if one is.
fn to_be_built(state: &DeliveryState) -> Option<u32> {
    match state {
        DeliveryState::Building => Some(1),
        DeliveryState::NotBuilt { attempt } => Some(attempt + 1),
        DeliveryState::Built
        | DeliveryState::Sending { .. }
        | DeliveryState::NotSent { .. }
        | DeliveryState::Arrived { .. }
        | DeliveryState::Stopped { .. } => None,
    }
}

/// The attempt at sending that may begin at this instant, if one may.
fn to_be_sent(state: &DeliveryState, now: Timestamp) -> Option<u32> {
    match state {
        DeliveryState::Built => Some(1),
        DeliveryState::NotSent { attempt } => Some(attempt + 1),
        DeliveryState::Sending { attempt, lease_until } => (*lease_until <= now).then_some(attempt + 1),
        DeliveryState::Building
        | DeliveryState::NotBuilt { .. }
        | DeliveryState::Arrived { .. }
        | DeliveryState::Stopped { .. } => None,
    }
}

/// How often what a state is about was tried.
fn tried(state: &DeliveryState) -> u32 {
    match state {
        DeliveryState::Building | DeliveryState::Built => 0,
        DeliveryState::NotBuilt { attempt }
        | DeliveryState::Sending { attempt, .. }
        | DeliveryState::NotSent { attempt }
        | DeliveryState::Arrived { attempt, .. }
        | DeliveryState::Stopped { attempt } => *attempt,
    }
}

/// Where an answer goes, as the settings say it now.
pub(crate) fn target(settings: Option<&Settings>) -> Result<&WebformTarget, Fault> {
    let hint = Message::new("hint.webform_not_set");
    let target = settings.and_then(|settings| settings.webform.as_ref());
    target.ok_or_else(|| Fault::configuration("webform_not_set", "webform", hint))
}

/// The bytes of a package as they are sent: those that were kept, whole.
pub(crate) fn whole(package: Option<&PackageRef>, kept: Option<Vec<u8>>) -> Result<Vec<u8>, Fault> {
    let damaged = || Fault::permanent("package_damaged", Message::new("hint.package_damaged"));
    let sha256 = package.map(|package| package.sha256.as_str());
    let is_whole = |bytes: &Vec<u8>| sha256 == Some(&hex(&Digest::from(Sha256::digest(bytes))));
    kept.filter(is_whole).ok_or_else(damaged)
}

/// What a case ends as when its answer arrives.
pub(crate) fn outcome_of(progress: &Progress) -> Outcome {
    if let Some(denial) = &progress.denial {
        return Outcome::Denied { code: denial.code.clone() };
    }
    match progress.data_approval() {
        Some(DataApproval::Data { .. }) => Outcome::DataReleased,
        Some(DataApproval::NoData) => Outcome::NoData,
        None => Outcome::Approved,
    }
}
