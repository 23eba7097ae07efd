//! The answer to a data request: sent, sent again, tried again, given up.

use serde::{Deserialize, Serialize};

use super::request_view::failure_view;
use super::{Changed, Desk, FailureView};
use crate::command::NewDenial;
use crate::decide::blockers::Action;
use crate::decide::{DenyRequest, MayPrepare, RequestRelease, SendAgain, Withdraw};
use crate::error::Error;
use crate::model::{CaseId, Outcome};
use crate::rejection::{Blocker, Rejection};
use crate::release::delivery::{Done, Driver};
use crate::store::LoadPlan;

/// How far an answer came.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum ReleaseReport {
    /// It has arrived.
    Delivered {
        /// What the receiver answered.
        receipt: Option<String>,
    },
    /// It failed on the way; the case is among the cases with errors until a retry succeeds.
    Failed {
        /// What, and who must fix it.
        failure: FailureView,
    },
    /// Another process goes on with it just now.
    UnderWay,
    /// No answer was asked for yet: what had failed works now, and the case waits for its next decision.
    Recovered,
    /// The request was denied in a workflow that releases nothing: it has ended, and nothing is sent.
    Ended {
        /// The word for what the case ended as: `denied`.
        outcome: String,
    },
}

impl Desk {
    /// Denies the request. This ends the workflow, and the denial is built and delivered like any answer.
    ///
    /// # Arguments
    ///
    /// - `denial`: a code, a reason for staff, and one for the person who asked.
    ///
    /// # Returns
    ///
    /// What was sent, or what failed on the way.
    ///
    /// # Errors
    ///
    /// - `Blocked`: if it is not possible now; it lists every reason.
    pub fn deny(&self, case: CaseId, denial: NewDenial) -> Result<ReleaseReport, Error> {
        self.engine.run(&self.call, &DenyRequest { case, denial })?;
        self.deliver(case, Driver::Resumes, Action::Deny)
    }

    /// Builds the answer and sends it to the webform. Each milestone is durable before the next begins: after a crash,
    /// [`Engine::resume_deliveries`](crate::Engine::resume_deliveries) goes on with the same bytes and the same key.
    /// Needs [`ReleaseCases`](crate::model::Permission::ReleaseCases) in the shipped workflow.
    ///
    /// # Returns
    ///
    /// What was sent; that something failed on the way is an answer too, not an error.
    ///
    /// # Errors
    ///
    /// - `Blocked`: if it is not possible now; it lists every reason.
    pub fn release(&self, case: CaseId) -> Result<ReleaseReport, Error> {
        self.engine.run(&self.call, &RequestRelease { case })?;
        self.deliver(case, Driver::Resumes, Action::Release)
    }

    /// Sends an answer that has arrived once more: the same bytes under a key of their own, so that the receiver takes
    /// them as something new. What was delivered before stays delivered, with its receipt. The same people may do it as
    /// may [`release`](Self::release).
    ///
    /// # Arguments
    ///
    /// - `reason`: why; the history keeps it.
    ///
    /// # Errors
    ///
    /// - `Blocked`: if it is not possible now: `not_delivered` if no answer has arrived, `package_destroyed` once its
    ///   bytes are gone.
    pub fn send_again(&self, case: CaseId, reason: &str) -> Result<ReleaseReport, Error> {
        self.engine.run(&self.call, &SendAgain { case, reason: reason.to_owned() })?;
        self.deliver(case, Driver::Resumes, Action::SendAgain)
    }

    /// Tries again what failed, from the last good milestone. Needs
    /// [`RetryFailures`](crate::model::Permission::RetryFailures).
    ///
    /// # Errors
    ///
    /// - `Blocked`: if it is not possible now; it lists every reason.
    pub fn retry(&self, case: CaseId) -> Result<ReleaseReport, Error> {
        let allowed = self.engine.run(&self.call, &MayPrepare { case, retry: true })?;
        let loaded = self.engine.store.load(&LoadPlan::case(case))?;
        let now = loaded.cases.first();
        // A repeat tries nothing again that the first one has tried: what that left stands.
        if allowed.replayed && now.is_some_and(|now| now.revision != allowed.changed().revision) {
            return self.deliver(case, Driver::Resumes, Action::Retry);
        }
        let progress = now.and_then(|case| case.progress.as_deref());
        if progress.is_some_and(|progress| progress.release.is_none()) {
            self.engine.collect(&self.call, case, true)?;
        }
        self.deliver(case, Driver::Retries, Action::Retry)
    }

    /// Ends the workflow because the request was withdrawn; the data that was collected is destroyed. After an answer
    /// has arrived, it gives up a [sending](Self::send_again) that fails.
    ///
    /// # Arguments
    ///
    /// - `reason`: why; the history keeps it.
    ///
    /// # Errors
    ///
    /// - `Blocked`: if it is not possible now; it lists every reason.
    pub fn withdraw(&self, case: CaseId, reason: Option<&str>) -> Result<Changed, Error> {
        let command = Withdraw { case, reason: reason.map(str::to_owned) };
        Ok(self.engine.run(&self.call, &command)?.changed())
    }

    /// Follows the answer as far as it comes.
    fn deliver(&self, case: CaseId, driver: Driver, action: Action) -> Result<ReleaseReport, Error> {
        let blocked = |why| Err(Rejection::blocked(action.code(), why).into());
        match self.engine.deliver(&self.call, case, driver)? {
            Done::Arrived { receipt } => Ok(ReleaseReport::Delivered { receipt: receipt.map(String::from) }),
            Done::Failed(failure) => {
                Ok(ReleaseReport::Failed { failure: failure_view(&failure, self.language()) })
            }
            Done::UnderWay => Ok(ReleaseReport::UnderWay),
            Done::NotAsked => Ok(ReleaseReport::Recovered),
            Done::Ended { outcome } => match outcome {
                Outcome::Denied { .. } => Ok(ReleaseReport::Ended { outcome: outcome.code().to_owned() }),
                Outcome::DataReleased | Outcome::NoData | Outcome::Approved | Outcome::Withdrawn => {
                    blocked(Blocker::WorkflowEnded { outcome: self.language().render(&outcome.message()) })
                }
            },
            Done::Destroyed => blocked(Blocker::PackageDestroyed),
        }
    }
}
