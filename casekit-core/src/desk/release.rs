//! The answer to a data request: release, send again, retry, deny and withdraw.

use serde::{Deserialize, Serialize};

use super::failure_view::failure_view;
use super::{Changed, Desk, FailureView};
use crate::command::NewDenial;
use crate::decide::action::Action;
use crate::decide::{
    AnswerAnew, ConfirmTarget, DenyRequest, MayPrepare, RequestRelease, SendAgain, Withdraw,
};
use crate::engine::Asking;
use crate::error::Error;
use crate::model::{CaseId, Outcome, Permission, Release};
use crate::rejection::{Blocker, Rejection};
use crate::release::delivery::{Done, Driver};
use crate::store::LoadPlan;

/// How far the delivery of an answer has come.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum ReleaseReport {
    /// The answer has arrived.
    Delivered {
        /// The receiver's reference; `None` if it gave none.
        receipt: Option<String>,
    },
    /// Building or sending the answer failed. The case is among the cases with errors until a retry succeeds.
    Failed {
        /// The failure, with who has to fix it.
        failure: FailureView,
    },
    /// Another call, in this process or in another one, is delivering the answer; or one that crashed still has its
    /// lease.
    UnderWay,
    /// The retry succeeded before any answer was requested: what failed works now, and the case waits for its next
    /// decision.
    Recovered,
    /// The request was denied, and its workflow has no step that releases an answer. The workflow has ended, and
    /// nothing is sent.
    Ended {
        /// The code of the outcome: `denied`.
        outcome: String,
    },
}

/// The result of retrying one case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct Retried {
    /// The id of the case.
    pub case: CaseId,
    /// The case number, such as `C-000123`.
    pub number: String,
    /// How far the case has come; `None` if it could not be retried.
    pub report: Option<ReleaseReport>,
    /// Why the case could not be retried, as text in the desk's language; `None` if it was.
    pub error: Option<String>,
}

/// The package of an answer that has arrived: the bytes that the person got.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct ReleasedPackage {
    /// A name for the file, such as `package-C-000123.zip`: letters, digits, `-` and `.` only, and nothing about a person.
    pub file_name: String,
    /// SHA-256 of the bytes, in hexadecimal.
    pub sha256: String,
    /// The package, a ZIP archive.
    pub bytes: Vec<u8>,
}

impl Desk {
    /// Returns the package of the answer that has arrived last in this round: a copy of what the person got.
    ///
    /// The bytes are checked against the digest that was made when the package was built. That they leave is recorded in the
    /// ledger, as an export. Needs [`ReadCases`](Permission::ReadCases), [`ReadSensitive`](Permission::ReadSensitive) and
    /// [`Export`](Permission::Export); in the scope of one customer it is refused.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such case, or the actor may not see it.
    /// - `Blocked`: with `not_delivered` if no answer has arrived, with `package_destroyed` if its bytes were destroyed, as they
    ///   are when their time is over.
    ///
    /// # Cost
    ///
    /// Reads the case by an index and the package, which it holds; writes two transactions of one event to the ledger.
    ///
    /// A package has up to 256 MiB.
    pub fn released_package(&self, case: CaseId) -> Result<ReleasedPackage, Error> {
        let action = "export";
        let look = self.look(Permission::ReadCases, action)?.of_the_office(action)?;
        let (_, case) = look.case(LoadPlan::case(case), "read_case", case)?;
        let release = case.progress.as_ref().and_then(|progress| progress.release.as_ref());
        let blockers = self.package_blockers(release);
        match blockers.first() {
            Some(Blocker::PermissionMissing { permission }) => {
                let permission = *permission;
                return Err(Rejection::Forbidden { action: action.to_owned(), permission }.into());
            }
            Some(_) => {
                return Err(Rejection::Blocked { action: action.to_owned(), blockers }.into());
            }
            None => {}
        }
        let destroyed = || Error::from(Rejection::blocked(action, Blocker::PackageDestroyed));
        let package = release.and_then(|release| release.package.as_ref()).ok_or_else(destroyed)?;
        let blob = package.blob.ok_or_else(destroyed)?;
        let head = self.begin_export("package", "zip")?;
        match self.engine.read_package(package, blob) {
            Ok(Some(bytes)) => {
                self.end_export(&head, 1)?;
                let number = case.number.to_string();
                let shown = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' };
                let file_name = format!("package-{}.zip", number.chars().map(shown).collect::<String>());
                Ok(ReleasedPackage { file_name, sha256: package.sha256.clone(), bytes })
            }
            // Its time was over meanwhile.
            Ok(None) => {
                self.fail_export(&head)?;
                Err(destroyed())
            }
            Err(error) => {
                // If this fails, the ledger has an export that never ended, and the caller gets the error that matters.
                self.fail_export(&head).ok();
                Err(error)
            }
        }
    }

    /// Every reason why the actor cannot have the package of an answer, that of the refusal first.
    pub(super) fn package_blockers(&self, release: Option<&Release>) -> Vec<Blocker> {
        let missing = [Permission::ReadSensitive, Permission::Export].into_iter();
        let missing = missing.filter(|permission| !self.call.actor.may(*permission));
        let arrived = release.filter(|release| release.is_delivered());
        let why = match arrived.map(|release| release.blob()) {
            None => Some(Blocker::NotDelivered),
            Some(None) => Some(Blocker::PackageDestroyed),
            Some(Some(_)) => None,
        };
        missing.map(|permission| Blocker::PermissionMissing { permission }).chain(why).collect()
    }

    /// Denies the request.
    ///
    /// The denial is built and delivered like any other answer, and the workflow ends when it has arrived. In a
    /// workflow without a release step nothing is sent, and the workflow ends at once.
    ///
    /// # Arguments
    ///
    /// - `denial`: a code, a reason for staff, and a reason for the person who asked.
    ///
    /// # Returns
    ///
    /// The delivery of the denial, or what failed.
    ///
    /// # Errors
    ///
    /// - `Blocked`: if it is not possible now; the error lists every reason.
    ///
    /// # Cost
    ///
    /// Costs what [`release`](Self::release) does, with a package without data. In a workflow that sends nothing, one
    /// transaction.
    ///
    /// A reason has up to 1,000 characters: `Invalid` with `too_long` beyond.
    pub fn deny(&self, case: CaseId, denial: NewDenial) -> Result<ReleaseReport, Error> {
        self.engine.run(&self.call, &DenyRequest { case, denial })?;
        self.deliver(case, Driver::Resumes, Action::Deny)
    }

    /// Builds the answer and sends it to the webform.
    ///
    /// Each milestone is durable before the next one begins. After a crash,
    /// [`Engine::resume_deliveries`](crate::Engine::resume_deliveries) continues with the same bytes and the same key.
    /// Needs [`ReleaseCases`](crate::model::Permission::ReleaseCases) in the shipped workflow.
    ///
    /// # Returns
    ///
    /// How far the delivery has come. A delivery that failed is an answer too, and not an error.
    ///
    /// # Errors
    ///
    /// - `Blocked`: if it is not possible now; the error lists every reason.
    ///
    /// # Cost
    ///
    /// Reads all of the approved data, and holds it and the package in memory; writes the package, and a transaction
    /// for each of the milestones. It takes as long as the receiver does; no transaction is open meanwhile.
    ///
    /// A package has up to 256 MiB: beyond, the case fails with `package_too_large`.
    pub fn release(&self, case: CaseId) -> Result<ReleaseReport, Error> {
        self.engine.run(&self.call, &RequestRelease { case })?;
        self.deliver(case, Driver::Resumes, Action::Release)
    }

    /// Sends an answer once more that has already arrived.
    ///
    /// The bytes are the same, but the key is a new one, so that the receiver does not ignore the sending as a
    /// repetition. The earlier delivery keeps its status and its receipt. The permission is the same as for
    /// [`release`](Self::release).
    ///
    /// # Arguments
    ///
    /// - `reason`: why it is done; recorded in the history.
    ///
    /// # Errors
    ///
    /// - `Blocked`: if it is not possible now: `not_delivered` if no answer has arrived yet, `package_destroyed` if the
    ///   bytes of the package were destroyed.
    ///
    /// # Cost
    ///
    /// Reads the stored package and holds it in memory; writes a transaction for each of the milestones. It takes as
    /// long as the receiver does; no transaction is open meanwhile.
    ///
    /// A reason has up to 1,000 characters: `Invalid` with `too_long` beyond.
    pub fn send_again(&self, case: CaseId, reason: &str) -> Result<ReleaseReport, Error> {
        self.engine.run(&self.call, &SendAgain { case, reason: reason.to_owned() })?;
        self.deliver(case, Driver::Resumes, Action::SendAgain)
    }

    /// Lets an answer go on to another place than the one that it was released to.
    ///
    /// If the settings name another host or folder by the time an answer is sent, nothing is sent, and the failure is
    /// `target_changed`. Whoever may [`release`](Self::release) can agree to the new place; the answer is then sent
    /// there. Another path below the same host and another secret need nothing.
    ///
    /// # Arguments
    ///
    /// - `place`: the new place, as `place_now` of the summary's release shows it.
    ///
    /// # Errors
    ///
    /// - `Blocked`: if it is not possible now: `nothing_to_confirm` if the place is the one that it was released to.
    /// - `Invalid`: if the settings name yet another place by now.
    ///
    /// # Cost
    ///
    /// Reads the case by an index and writes one transaction of one event; then costs what [`send_again`](Self::send_again)
    /// does.
    pub fn confirm_target(&self, case: CaseId, place: &str) -> Result<ReleaseReport, Error> {
        let command = ConfirmTarget { case, place: place.to_owned() };
        let driver = match self.engine.run(&self.call, &command)?.replayed {
            // The call repeats one that was carried out. What failed since then is for a retry.
            true => Driver::Resumes,
            false => Driver::Retries,
        };
        self.deliver(case, driver, Action::ConfirmTarget)
    }

    /// Retries what failed, beginning after the last milestone that was reached.
    ///
    /// Needs [`RetryFailures`](crate::model::Permission::RetryFailures).
    ///
    /// # Errors
    ///
    /// - `Blocked`: if it is not possible now; the error lists every reason.
    ///
    /// # Cost
    ///
    /// Costs what is left to do: as [`prepare_data`](Self::prepare_data) if data was to be collected, but asking only the
    /// sources that failed, or as
    /// [`release`](Self::release) from the last milestone on.
    pub fn retry(&self, case: CaseId) -> Result<ReleaseReport, Error> {
        let allowed = self.engine.run(&self.call, &MayPrepare { case, retry: true, source: None })?;
        let loaded = self.engine.store.load(&LoadPlan::case(case))?;
        let now = loaded.cases.first();
        // The call repeats one that has already retried, as the case has changed since. Nothing is tried a second time;
        // the answer is how far the delivery has come by now.
        if allowed.replayed && now.is_some_and(|now| now.revision != allowed.changed().revision) {
            return self.deliver(case, Driver::Resumes, Action::Retry);
        }
        let progress = now.and_then(|case| case.progress.as_deref());
        if progress.is_some_and(|progress| progress.failed_message().is_some())
            && let Some(failed) = self.retry_messages(case)?
        {
            return Ok(failed);
        }
        if progress.is_some_and(|progress| progress.failure.is_none() && progress.release.is_none()) {
            return Ok(ReleaseReport::Recovered);
        }
        if progress.is_some_and(|progress| progress.release.is_none()) {
            self.engine.collect(&self.call, case, Asking::Failed)?;
        }
        self.deliver(case, Driver::Retries, Action::Retry)
    }

    /// Begins another round of the workflow after it has ended, to answer the request anew.
    ///
    /// The case is identified, collected, approved and released again, with the steps that the workflow has now. What was
    /// answered before stays in the summary, with its sendings and receipts. A resolved or closed case is reopened: in the
    /// first active stage if somebody holds it, otherwise in the first open one. Needs
    /// [`DecideSteps`](crate::model::Permission::DecideSteps).
    ///
    /// # Arguments
    ///
    /// - `reason`: why; recorded in the history.
    ///
    /// # Errors
    ///
    /// - `Blocked`: if it is not possible now; the error lists every reason.
    ///
    /// # Cost
    ///
    /// Reads the case by an index and writes one transaction of one or two events: the same at a thousand cases and at a
    /// million. The state of the case grows by some hundred bytes for each round.
    ///
    /// A reason has 1 to 1,000 characters: `Invalid` with `required` or `too_long` beyond.
    pub fn answer_anew(&self, case: CaseId, reason: &str) -> Result<Changed, Error> {
        let command = AnswerAnew { case, reason: reason.to_owned() };
        Ok(self.engine.run(&self.call, &command)?.changed())
    }

    /// Ends the workflow because the request was withdrawn; the data that was collected is destroyed.
    ///
    /// If an answer has already arrived, this gives up a [sending](Self::send_again) that failed.
    ///
    /// # Arguments
    ///
    /// - `reason`: why it is done; recorded in the history.
    ///
    /// # Errors
    ///
    /// - `Blocked`: if it is not possible now; the error lists every reason.
    ///
    /// # Cost
    ///
    /// Reads the case by an index and writes one transaction of one or two events; the collected data is destroyed in
    /// it, which grows with its size.
    ///
    /// A reason has up to 1,000 characters: `Invalid` with `too_long` beyond.
    pub fn withdraw(&self, case: CaseId, reason: Option<&str>) -> Result<Changed, Error> {
        let command = Withdraw { case, reason: reason.map(str::to_owned) };
        Ok(self.engine.run(&self.call, &command)?.changed())
    }

    /// Continues the delivery until there is nothing left to do for this driver, and reports how far it has come.
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
                Outcome::DataReleased
                | Outcome::PartlyReleased
                | Outcome::NoData
                | Outcome::Approved
                | Outcome::Withdrawn => {
                    blocked(Blocker::WorkflowEnded { outcome: self.language().render(&outcome.message()) })
                }
            },
            Done::Destroyed => blocked(Blocker::PackageDestroyed),
        }
    }
}
