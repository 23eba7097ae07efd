//! Delivering an answer: does what the [state machine](crate::release::delivery) says is next, and records the result.
//!
//! Nothing is decided here. The host's code is called outside every lock and transaction, and a panic in it becomes a
//! failure.

use super::broken::Broken;
use super::collect::guarded;
use super::{Call, Engine};
use crate::decide::RecordMilestone;
use crate::error::Error;
use crate::language::Message;
use crate::model::{
    BlobId, Case, CaseId, Catalog, PackageRef, Progress, Reference, Release, Timestamp, WebformTarget,
};
use crate::rejection::Rejection;
use crate::release::delivery::{Done, Driver, Milestone, Next, Task, next, outcome_of, target, whole};
use crate::release::still_approved::still_approved;
use crate::release::{Adapters, Fault, Outgoing, OutgoingKind, receipt};
use crate::store::{LoadPlan, StoreError, StoreErrorKind};

impl Engine {
    /// Continues the delivery of a case until this driver has nothing left to do, and returns where it then is.
    ///
    /// The loop ends: a driver whose milestone was not recorded, because another got there first, only watches from
    /// then on, and one driver can record three milestones at most.
    pub(crate) fn deliver(&self, call: &Call, id: CaseId, driver: Driver) -> Result<Done, Error> {
        Ok(self.drive(call, id, driver)?.0)
    }

    /// As [`deliver`](Self::deliver), and whether it is there because of this driver, who recorded the last milestone.
    pub(super) fn drive(&self, call: &Call, id: CaseId, mut driver: Driver) -> Result<(Done, bool), Error> {
        let recorder = call.following();
        let mut written = false;
        loop {
            let (case, catalog) = self.case_now(id)?;
            let Some(progress) = &case.progress else { return Ok((Done::NotAsked, written)) };
            let (task, release) = match (next(progress, driver, self.now()?), &progress.release) {
                (Next::Do(task), Some(release)) => (task, release),
                (Next::Do(_), None) => return Ok((Done::NotAsked, written)),
                (Next::Done(done), _) => return Ok((done, written)),
            };
            let milestone = self.perform(task, &case, progress, release, &catalog)?;
            let command = RecordMilestone { case: id, key: release.sending.key.clone(), milestone };
            written = self.run(&recorder, &command)?.receipt.events > 0;
            driver = if written { task.next_driver() } else { Driver::Watches };
        }
    }

    pub(super) fn case_now(&self, id: CaseId) -> Result<(Case, std::sync::Arc<Catalog>), Error> {
        let mut loaded = self.store.load(&LoadPlan::case(id))?;
        let case = loaded.cases.pop().ok_or_else(|| Rejection::not_found("case", id))?;
        Ok((case, loaded.catalog))
    }

    /// Performs one task, and returns the milestone to record. A fault of the delivery is a milestone too; an error of
    /// the store is not.
    fn perform(
        &self,
        task: Task,
        case: &Case,
        progress: &Progress,
        release: &Release,
        catalog: &Catalog,
    ) -> Result<Milestone, Error> {
        match task {
            Task::Build { attempt } => match self.build(case, progress, release, catalog) {
                Ok(package) => Ok(Milestone::Built { attempt, package }),
                Err(Broken::Fault(fault)) => Ok(Milestone::NotBuilt { attempt, fault }),
                Err(Broken::Error(error)) => Err(error),
            },
            Task::Begin { attempt } => Ok(Milestone::Begun { attempt }),
            Task::Send { attempt } => match self.send(case.id, release) {
                Ok(receipt) => Ok(Milestone::Arrived { attempt, receipt }),
                Err(Broken::Fault(fault)) => Ok(Milestone::NotSent { attempt, fault }),
                Err(Broken::Error(error)) => Err(error),
            },
        }
    }

    /// Sends the stored bytes of the package, the same on every attempt.
    fn send(&self, id: CaseId, release: &Release) -> Result<Option<Reference>, Broken> {
        let adapters = self.adapters()?;
        let kept = match release.blob() {
            Some(blob) => self.read_blob(blob)?,
            None => None,
        };
        let bytes = whole(release.package.as_ref(), kept)?;
        // Read again, as the last thing before the package is handed over: reading its bytes may have taken long.
        let (case, catalog) = self.case_now(id)?;
        let Some(progress) = case.progress.as_deref() else {
            return Err(Rejection::not_found("case", id).into());
        };
        still_approved(&case, progress, release)?;
        let target = target(catalog.settings.as_deref(), release.sending.target.as_ref())?;
        let outgoing = outgoing(&case, progress, release, (bytes, self.now()?));
        Ok(hand_over(adapters, target, &outgoing)?)
    }

    /// The bytes of a package, checked against the digest that was made when it was built; `None` if they were destroyed.
    pub(crate) fn read_package(&self, package: &PackageRef, blob: BlobId) -> Result<Option<Vec<u8>>, Error> {
        let Some(kept) = self.read_blob(blob)? else { return Ok(None) };
        let damaged = |_| StoreError::new(StoreErrorKind::Corrupt, "a package is not as it was built");
        Ok(Some(whole(Some(package), Some(kept)).map_err(damaged)?))
    }

    /// What the host brings to send with; a fault if it brings nothing.
    pub(super) fn adapters(&self) -> Result<&dyn Adapters, Fault> {
        let nothing = || Fault::permanent("no_delivery", Message::new("hint.no_delivery"));
        self.services.adapters.as_deref().ok_or_else(nothing)
    }
}

/// The package with its addressing, as the host's delivery gets it.
fn outgoing(
    case: &Case,
    progress: &Progress,
    release: &Release,
    (bytes, sent_at): (Vec<u8>, Timestamp),
) -> Outgoing {
    let (key, number) = (release.sending.key.as_str(), case.number.to_string());
    let kind = OutgoingKind::Package {
        file_name: format!("package-{}-{key}.zip", ascii(&number)),
        outcome: outcome_of(progress).code().to_owned(),
        sha256: release.package.as_ref().map(|package| package.sha256.clone()).unwrap_or_default(),
        bytes,
    };
    addressed(case, key, kind, sent_at)
}

/// Something for the requester, with its addressing.
pub(super) fn addressed(case: &Case, key: &str, kind: OutgoingKind, sent_at: Timestamp) -> Outgoing {
    let request = case.request.as_ref();
    let reply_to = request.and_then(|request| request.reply_to.as_ref());
    let intake = case.intake.as_ref();
    Outgoing {
        kind,
        key: key.to_owned(),
        case_number: case.number.to_string(),
        sent_at,
        request_ref: request.map(|request| request.reference.to_string()).unwrap_or_default(),
        reference_number: intake.map_or(0, |intake| intake.number),
        reference_shared: intake.is_some_and(|intake| intake.shared),
        reply_to: reply_to.map(ToString::to_string).unwrap_or_default(),
    }
}

/// Hands something to the host's delivery, and returns the receipt as it is kept.
pub(super) fn hand_over(
    adapters: &dyn Adapters,
    target: &WebformTarget,
    outgoing: &Outgoing,
) -> Result<Option<Reference>, Fault> {
    let sent = guarded(|| adapters.delivery(target).and_then(|delivery| delivery.deliver(outgoing)));
    let delivered = sent.map_err(in_webform)?;
    Ok(delivered.receipt.and_then(|given| receipt::kept(&given)))
}

fn ascii(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
}

fn in_webform(mut fault: Fault) -> Fault {
    fault.setting.get_or_insert_with(|| "webform".to_owned());
    fault
}
