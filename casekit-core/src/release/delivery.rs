//! The delivery of an answer as one state machine: what has to be done next, and how a milestone changes the state.
//!
//! [`next`] looks at the state of a case and returns either a task, or the result if nothing is left to do. The engine
//! carries out the task and records the milestone that it reached. [`apply`] decides what the milestone changes in the
//! state as it is by then. Both are pure, so `docs/delivery.md` can show the whole machine as tables, and a test
//! compares the two.
//!
//! Every milestone of a task names its attempt. A late milestone of another attempt changes nothing, with two
//! exceptions: the first package that was built is kept, whichever attempt built it, and an answer that has arrived has
//! arrived, whichever attempt sent it.

#[cfg(test)]
mod table;

use chrono::TimeDelta;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::Fault;
use crate::commit::{Digest, hex};
use crate::event::CaseFact;
use crate::language::Message;
use crate::model::{
    DataApproval, DeliveryState, Failure, FailureClass, Outcome, PackageRef, Progress, Reference,
    Responsible, Settings, Timestamp, WebformTarget,
};
use crate::time;

/// How long an attempt at sending keeps others from beginning one. It is also how long an answer may have to wait after
/// a process was killed while sending. Building has no lease: two builds cost time but do no harm, since the first
/// package is kept.
pub(crate) const LEASE: TimeDelta = TimeDelta::minutes(10);

/// Who moves a delivery on when the machine is asked what is next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Driver {
    /// A caller who continues what is unfinished or is to be tried again by itself by now, and leaves alone what waits
    /// for a person.
    Resumes,
    /// A caller who retries what failed.
    Retries,
    /// The caller who recorded that the attempt with this number begins.
    Holds { attempt: u32 },
    /// A caller who only reports: what they wanted to record, somebody else has recorded first.
    Watches,
}

/// What a driver has to do next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Next {
    /// Carry out this task, and record the milestone that it reaches.
    Do(Task),
    /// Nothing is left to do for this driver; the delivery has this status.
    Done(Done),
}

/// A task on the way of an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Task {
    /// Build the package, as the attempt with this number.
    Build { attempt: u32 },
    /// Record that the attempt with this number begins, so that nobody else begins one.
    Begin { attempt: u32 },
    /// Send the stored bytes, as the attempt with this number.
    Send { attempt: u32 },
}

/// The status of an answer, for a driver with nothing left to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Done {
    /// The answer has arrived; with the receiver's reference if it gave one.
    Arrived { receipt: Option<Reference> },
    /// Building or sending failed, and somebody has to act on it.
    Failed(Failure),
    /// Somebody else is delivering the answer.
    UnderWay,
    /// The workflow has ended, and nothing more is sent for it.
    Ended { outcome: Outcome },
    /// The bytes that would have been sent again are destroyed.
    Destroyed,
    /// No answer was requested, and nothing fails.
    NotAsked,
}

/// A milestone that a task reached. It changes the state only once it is recorded.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(crate) enum Milestone {
    /// The package is built, and its bytes are stored.
    Built { attempt: u32, package: PackageRef },
    /// Building the package failed.
    NotBuilt { attempt: u32, fault: Fault },
    /// An attempt at sending begins.
    Begun { attempt: u32 },
    /// The answer has arrived; with the receiver's reference if it gave one.
    Arrived { attempt: u32, receipt: Option<Reference> },
    /// The attempt at sending failed.
    NotSent { attempt: u32, fault: Fault },
    /// The delivery is left to a person, whatever its state, because the file was restored from a backup.
    Left { fault: Fault },
}

impl Task {
    /// The driver with which the delivery continues once this task's milestone is recorded.
    pub(crate) fn next_driver(self) -> Driver {
        match self {
            Self::Build { .. } | Self::Send { .. } => Driver::Resumes,
            Self::Begin { attempt } => Driver::Holds { attempt },
        }
    }
}

/// What this driver has to do next for the answer of a case, at this instant.
pub(crate) fn next(progress: &Progress, driver: Driver, now: Timestamp) -> Next {
    let done = || Next::Done(status(progress));
    let Some(release) = &progress.release else { return done() };
    if driver == Driver::Watches {
        return done();
    }
    let is_retried = match driver {
        Driver::Retries => true,
        Driver::Resumes => progress.retry_at().is_some_and(|from| from <= now),
        Driver::Holds { .. } | Driver::Watches => false,
    };
    match release.sending.state {
        DeliveryState::Building => Next::Do(Task::Build { attempt: 1 }),
        DeliveryState::Built => Next::Do(Task::Begin { attempt: 1 }),
        DeliveryState::Sending { attempt, lease_until } if lease_until > now => match driver {
            Driver::Holds { attempt: held } if held == attempt => Next::Do(Task::Send { attempt }),
            Driver::Holds { .. } | Driver::Resumes | Driver::Retries | Driver::Watches => done(),
        },
        // The lease is over, so the process that began the attempt may be dead. If it did send the answer, the next
        // attempt has the same key.
        DeliveryState::Sending { attempt, .. } => {
            Next::Do(Task::Begin { attempt: attempt.saturating_add(1) })
        }
        DeliveryState::NotBuilt { attempt } if is_retried => {
            Next::Do(Task::Build { attempt: attempt.saturating_add(1) })
        }
        DeliveryState::NotSent { attempt } if is_retried => {
            Next::Do(Task::Begin { attempt: attempt.saturating_add(1) })
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

/// The event that a milestone of the sending with this key becomes. `None` if it changes nothing: the sending is over
/// by now, or another attempt has come further. The time is that of the decision, and the fresh id is what chance there is
/// in it.
pub(crate) fn apply(
    progress: &Progress,
    key: &str,
    milestone: &Milestone,
    (now, fresh): (Timestamp, Uuid),
) -> Option<CaseFact> {
    let release = progress.release.as_ref().filter(|release| release.sending.key == key)?;
    let state = &release.sending.state;
    if release.sending.is_over() {
        return None;
    }
    let failure = |attempt: u32, fault: &Fault| fault.at(&release.step, attempt.max(1), now);
    let backing_off = |attempt: u32, fault: &Fault| failure(attempt, fault).backing_off(fresh);
    let key = key.to_owned();
    match milestone {
        // Whichever attempt built it: one package is as good as another, and the first is kept.
        Milestone::Built { attempt, package } => {
            let (attempt, package) = (*attempt, package.clone());
            to_be_built(state).map(|_| CaseFact::PackageBuilt { key, attempt, package })
        }
        Milestone::NotBuilt { attempt, fault } => {
            let is_due = to_be_built(state) == Some(*attempt);
            let failure = backing_off(*attempt, fault);
            is_due.then_some(CaseFact::BuildFailed { key, attempt: *attempt, failure })
        }
        Milestone::Begun { attempt } => {
            let lease_until = time::after(now, LEASE);
            let is_due = to_be_sent(state, now) == Some(*attempt);
            is_due.then_some(CaseFact::DeliveryStarted { key, attempt: *attempt, lease_until })
        }
        Milestone::Arrived { attempt, receipt } => {
            // Whichever attempt sent it: the receiver has it. But it cannot have been sent before it was built.
            let is_built = to_be_built(state).is_none();
            let outcome = (release.sending.number == 1).then(|| outcome_of(progress));
            let receipt = receipt.clone();
            is_built.then_some(CaseFact::Delivered { key, attempt: *attempt, outcome, receipt })
        }
        Milestone::NotSent { attempt, fault } => match state {
            DeliveryState::Sending { attempt: begun, .. } if begun == attempt => {
                let failure = backing_off(*attempt, fault);
                Some(CaseFact::DeliveryFailed { key, attempt: *attempt, failure })
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

/// The attempt at building that is due; `None` if the package is built or the sending is over.
fn to_be_built(state: &DeliveryState) -> Option<u32> {
    match state {
        DeliveryState::Building => Some(1),
        DeliveryState::NotBuilt { attempt } => Some(attempt.saturating_add(1)),
        DeliveryState::Built
        | DeliveryState::Sending { .. }
        | DeliveryState::NotSent { .. }
        | DeliveryState::Arrived { .. }
        | DeliveryState::Stopped { .. } => None,
    }
}

/// The attempt at sending that may begin at this instant; `None` if none may.
pub(super) fn to_be_sent(state: &DeliveryState, now: Timestamp) -> Option<u32> {
    match state {
        DeliveryState::Built => Some(1),
        DeliveryState::NotSent { attempt } => Some(attempt.saturating_add(1)),
        DeliveryState::Sending { attempt, lease_until } => {
            (*lease_until <= now).then_some(attempt.saturating_add(1))
        }
        DeliveryState::Building
        | DeliveryState::NotBuilt { .. }
        | DeliveryState::Arrived { .. }
        | DeliveryState::Stopped { .. } => None,
    }
}

/// The number of the newest attempt, at building if that failed, otherwise at sending; 0 before the first.
pub(super) fn tried(state: &DeliveryState) -> u32 {
    match state {
        DeliveryState::Building | DeliveryState::Built => 0,
        DeliveryState::NotBuilt { attempt }
        | DeliveryState::Sending { attempt, .. }
        | DeliveryState::NotSent { attempt }
        | DeliveryState::Arrived { attempt, .. }
        | DeliveryState::Stopped { attempt } => *attempt,
    }
}

/// The code of the failure when the settings name another place than the one that an answer was released to.
pub(crate) const TARGET_CHANGED: &str = "target_changed";

/// Where an answer is sent, according to the current settings; a fault if that is another place than the one that it was
/// released to. Another path below the same host and another secret are the same place.
pub(crate) fn target<'a>(
    settings: Option<&'a Settings>,
    released_to: Option<&WebformTarget>,
) -> Result<&'a WebformTarget, Fault> {
    let hint = Message::new("hint.webform_not_set");
    let target = settings.and_then(|settings| settings.webform.as_ref());
    let target = target.ok_or_else(|| Fault::configuration("webform_not_set", "webform", hint))?;
    match released_to {
        Some(released_to) if !released_to.is_same_place(target) => {
            let hint = Message::new("hint.target_changed");
            let hint = hint.with("from", released_to.place()).with("to", target.place());
            let (class, responsible) = (FailureClass::Configuration, Responsible::CaseWorker);
            Err(Fault::new(TARGET_CHANGED, class, responsible, hint).because_of("webform"))
        }
        Some(_) | None => Ok(target),
    }
}

/// The stored bytes of a package, once they are checked against its SHA-256; a fault if they are missing or damaged.
pub(crate) fn whole(package: Option<&PackageRef>, kept: Option<Vec<u8>>) -> Result<Vec<u8>, Fault> {
    let damaged = || Fault::permanent("package_damaged", Message::new("hint.package_damaged"));
    let sha256 = package.map(|package| package.sha256.as_str());
    let is_whole = |bytes: &Vec<u8>| sha256 == Some(&hex(&Digest::from(Sha256::digest(bytes))));
    kept.filter(is_whole).ok_or_else(damaged)
}

/// The outcome that a case has once its answer arrives.
pub(crate) fn outcome_of(progress: &Progress) -> Outcome {
    if let Some(denial) = &progress.denial {
        return Outcome::Denied { code: denial.code.clone() };
    }
    match progress.data_approval() {
        Some(DataApproval::Data { .. }) if !progress.left_out.is_empty() => Outcome::PartlyReleased,
        Some(DataApproval::Data { .. }) => Outcome::DataReleased,
        Some(DataApproval::NoData { .. }) => Outcome::NoData,
        None => Outcome::Approved,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_are_counted_to_the_greatest_number_and_no_further() {
        let (attempt, now) = (u32::MAX, Timestamp::UNIX_EPOCH);
        assert_eq!(to_be_built(&DeliveryState::NotBuilt { attempt }), Some(attempt));
        assert_eq!(to_be_sent(&DeliveryState::NotSent { attempt }, now), Some(attempt));
        assert_eq!(to_be_sent(&DeliveryState::Sending { attempt, lease_until: now }, now), Some(attempt));
    }
}
