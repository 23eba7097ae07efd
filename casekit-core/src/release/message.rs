//! The delivery of a message to the requester, as a state machine: that of an [answer](super::delivery) without a package
//! to build, and with any number of messages beside each other.

use uuid::Uuid;

use super::delivery::{Driver, LEASE, Milestone, Task, to_be_sent, tried};
use crate::event::CaseFact;
use crate::model::{DeliveryState, Progress, SentMessage, Timestamp};
use crate::release::Fault;
use crate::time;

/// What this driver has to do next for a message, at this instant; `None` if nothing is left to do for it.
pub(crate) fn next(message: &SentMessage, driver: Driver, now: Timestamp) -> Option<Task> {
    match (&message.sending.state, driver) {
        (_, Driver::Watches) => None,
        (DeliveryState::Sending { attempt, lease_until }, Driver::Holds { attempt: held })
            if held == *attempt && *lease_until > now =>
        {
            Some(Task::Send { attempt: *attempt })
        }
        (DeliveryState::NotSent { .. }, Driver::Holds { .. }) => None,
        (DeliveryState::NotSent { .. }, Driver::Resumes) if message.retry_at().is_none_or(|at| at > now) => {
            None
        }
        (state, _) => to_be_sent(state, now).map(|attempt| Task::Begin { attempt }),
    }
}

/// The event that a milestone of the message with this key becomes; `None` if it changes nothing.
pub(crate) fn apply(
    progress: &Progress,
    key: &str,
    milestone: &Milestone,
    (now, fresh): (Timestamp, Uuid),
) -> Option<CaseFact> {
    let message = progress.messages.iter().find(|one| one.key() == key)?;
    let state = &message.sending.state;
    if message.sending.is_over() {
        return None;
    }
    let key = key.to_owned();
    let failed = |attempt: u32, fault: &Fault| {
        let step = progress.ready_steps().next().or_else(|| progress.steps.last())?;
        let failure = fault.at(&step.id, attempt.max(1), now).backing_off(fresh);
        Some(CaseFact::MessageFailed { key: message.key().to_owned(), attempt, failure })
    };
    match milestone {
        Milestone::Begun { attempt } => {
            let is_due = to_be_sent(state, now) == Some(*attempt);
            let lease_until = time::after(now, LEASE);
            is_due.then_some(CaseFact::MessageStarted { key, attempt: *attempt, lease_until })
        }
        // Whichever attempt sent it: the receiver has it.
        Milestone::Arrived { attempt, receipt } => {
            Some(CaseFact::MessageDelivered { key, attempt: *attempt, receipt: receipt.clone() })
        }
        Milestone::NotSent { attempt, fault } => match state {
            DeliveryState::Sending { attempt: begun, .. } if begun == attempt => failed(*attempt, fault),
            _ => None,
        },
        Milestone::Left { fault } => {
            let is_told = message.failure.as_ref().is_some_and(|failure| failure.code == fault.code);
            (!is_told).then(|| failed(tried(state), fault))?
        }
        Milestone::Built { .. } | Milestone::NotBuilt { .. } => None,
    }
}
