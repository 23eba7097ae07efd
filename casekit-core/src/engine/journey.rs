//! The journey of an answer: build it, keep it, send exactly those bytes, write each point down before the next.

use sha2::{Digest as _, Sha256};

use super::collect::guarded;
use super::{Caller, Engine};
use crate::commit::{Digest, hex};
use crate::decide::blockers::Action;
use crate::decide::{Failed, Point, RecordPoint, outcome_of};
use crate::error::Error;
use crate::language::Message;
use crate::model::{
    Case, CaseId, Catalog, Failure, PackageRef, Progress, Reference, Release, ReleaseState, Settings,
};
use crate::rejection::{Blocker, Rejection};
use crate::release::{Fault, Parcel};
use crate::store::Wanted;

/// How far a journey came.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Reached {
    /// The answer has arrived.
    Delivered { receipt: Option<Reference> },
    /// Something failed.
    Failed(Failure),
    /// Somebody else goes on with it.
    UnderWay,
}

impl Engine {
    /// Goes on with an answer from its last good point until it has arrived or something fails.
    ///
    /// A point that changed nothing ends the journey: the case is no longer as it was when the point was reached, and
    /// whoever changed it has gone on, or ended it.
    pub(crate) fn advance(&self, caller: &Caller, id: CaseId) -> Result<Reached, Error> {
        let recorder = Caller { request: None, ..caller.clone() };
        let (mut case, mut catalog) = self.case_now(id)?;
        if let Some((progress, release)) = under_way(&case)
            && release.state == ReleaseState::Requested
        {
            let point = match self.build(&case, progress, release, &catalog)? {
                Ok(built) => built,
                Err(fault) => Point::NotBuilt(Failed::from(fault)),
            };
            if !self.record(&recorder, &case, release, point)? {
                return self.where_it_stands(id);
            }
            (case, catalog) = self.case_now(id)?;
        }
        if let Some((progress, release)) = under_way(&case)
            && let ReleaseState::Built { package } = &release.state
        {
            let attempt = release.attempts + 1;
            match self.record(&recorder, &case, release, Point::Starting { attempt }) {
                Err(Error::Rejected(Rejection::Blocked { blockers, .. }))
                    if blockers.contains(&Blocker::DeliveryUnderWay) =>
                {
                    return Ok(Reached::UnderWay);
                }
                started => {
                    if !started? {
                        return self.where_it_stands(id);
                    }
                }
            }
            let sent = self.send(&case, progress, release, package, catalog.settings.as_deref())?;
            let point = match sent {
                Ok(receipt) => Point::Arrived { receipt },
                Err(fault) => Point::NotSent { attempt, failed: Failed::from(fault) },
            };
            self.record(&recorder, &case, release, point)?;
        }
        self.where_it_stands(id)
    }

    /// Writes a point down; says whether it changed anything.
    fn record(&self, recorder: &Caller, case: &Case, release: &Release, point: Point) -> Result<bool, Error> {
        let command = RecordPoint { case: case.id, key: release.key.clone(), point };
        Ok(self.run(recorder, &command)?.receipt.events > 0)
    }

    /// How far an answer came, as the file says it.
    fn where_it_stands(&self, id: CaseId) -> Result<Reached, Error> {
        let (case, _) = self.case_now(id)?;
        let Some((progress, release)) =
            case.progress.as_ref().and_then(|progress| Some((progress, progress.release.as_ref()?)))
        else {
            return Err(Rejection::not_found("release", "").into());
        };
        if let ReleaseState::Delivered { receipt, .. } = &release.state {
            return Ok(Reached::Delivered { receipt: receipt.clone() });
        }
        if let Some(outcome) = &progress.outcome {
            let ended = Blocker::WorkflowEnded { outcome: self.language().render(&outcome.message()) };
            return Err(Rejection::blocked(Action::Release.code(), ended).into());
        }
        Ok(progress.failure.clone().map_or(Reached::UnderWay, Reached::Failed))
    }

    fn case_now(&self, id: CaseId) -> Result<(Case, std::sync::Arc<Catalog>), Error> {
        let mut loaded = self.store.load(&Wanted::case(id))?;
        let case = loaded.cases.pop().ok_or_else(|| Rejection::not_found("case", id))?;
        Ok((case, loaded.catalog))
    }

    /// Sends the kept bytes.
    fn send(
        &self,
        case: &Case,
        progress: &Progress,
        release: &Release,
        package: &PackageRef,
        settings: Option<&Settings>,
    ) -> Result<Result<Option<Reference>, Fault>, Error> {
        let Some(target) = settings.and_then(|settings| settings.webform.as_ref()) else {
            let hint = Message::new("hint.webform_not_set");
            return Ok(Err(Fault::configuration("webform_not_set", "webform", hint)));
        };
        let Some(adapters) = &self.services.adapters else {
            let hint = Message::new("hint.no_delivery");
            return Ok(Err(Fault::permanent("no_delivery", hint)));
        };
        let bytes = match package.blob {
            Some(blob) => self.read_blob(blob)?,
            None => None,
        };
        let is_whole = |bytes: &Vec<u8>| hex(&Digest::from(Sha256::digest(bytes))) == package.sha256;
        let Some(bytes) = bytes.filter(is_whole) else {
            return Ok(Err(Fault::permanent("package_damaged", Message::new("hint.package_damaged"))));
        };
        let request = case.request.as_ref();
        let parcel = Parcel {
            key: release.key.clone(),
            file_name: format!("package-{}-{}.zip", ascii(&case.number.to_string()), release.key),
            case_number: case.number.to_string(),
            request_ref: request.map(|request| request.reference.to_string()).unwrap_or_default(),
            reply_to: request
                .and_then(|request| request.reply_to.as_ref())
                .map(ToString::to_string)
                .unwrap_or_default(),
            outcome: outcome_of(progress).code().to_owned(),
            sha256: package.sha256.clone(),
            bytes,
        };
        let sent = guarded(|| adapters.delivery(target).and_then(|delivery| delivery.deliver(&parcel)));
        // A receipt that cannot be kept does not make the answer undelivered.
        let receipt = |text: String| Reference::parse("receipt", &text).ok();
        Ok(sent.map(|delivered| delivered.receipt.and_then(receipt)).map_err(in_webform))
    }
}

fn in_webform(mut fault: Fault) -> Fault {
    fault.setting.get_or_insert_with(|| "webform".to_owned());
    fault
}

/// The answer of a case, while somebody can go on with it.
fn under_way(case: &Case) -> Option<(&Progress, &Release)> {
    case.live().and_then(|progress| Some((progress, progress.release.as_ref()?)))
}

fn ascii(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
}
