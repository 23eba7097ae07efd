//! Data requests: the second working day.

use casekit::{
    Action, AvailableAction, BlobId, Blocker, CaseId, Changed, DataPreview, NewDenial, NewRedaction,
    NewRequest, PageRequest, RaisedCase, ReleaseReport, RequestSummary, SnapshotView,
};

use super::Desk;
use crate::error::CasekitError;
use crate::types::CasePage;

#[uniffi::export]
impl Desk {
    /// Takes in a request that arrived at the webform: it becomes a case with its credentials.
    ///
    /// The same reference again gives the same case and changes nothing, whatever else it says. The customer is
    /// linked if one has the external reference; otherwise the link is left to the worker. Needs
    /// `receive_requests`.
    pub fn receive_request(&self, request: NewRequest) -> Result<RaisedCase, CasekitError> {
        self.guard(|| self.desk.receive_request(request))
    }

    /// The cases that wait for the actor, oldest first: the workflow is live, the case is theirs or untaken, and a
    /// step is ready for one of their permissions. A case in error is still pending.
    /// Needs `read_cases`.
    #[uniffi::method(default(page = None))]
    pub fn my_cases(&self, page: Option<PageRequest>) -> Result<CasePage, CasekitError> {
        self.guard(|| self.desk.my_cases(super::page(page)).map(Into::into))
    }

    /// The cases that the actor holds, newest first. Needs `read_cases`.
    #[uniffi::method(default(page = None))]
    pub fn my_taken_cases(&self, page: Option<PageRequest>) -> Result<CasePage, CasekitError> {
        self.guard(|| self.desk.my_taken_cases(super::page(page)).map(Into::into))
    }

    /// How many cases are pending for the actor; kept, so that a screen can ask often.
    /// Needs `read_cases`.
    pub fn my_pending_count(&self) -> Result<u64, CasekitError> {
        self.guard(|| self.desk.my_pending_count())
    }

    /// Everything that a worker's screen shows of one case: the case, its customer, what the requester gave, the
    /// steps with their states, the data that was collected, what the actor may do now, what failed, the last notes.
    ///
    /// Needs `read_cases`; customer, credentials in clear and notes for who may read them.
    pub fn summary(&self, id: CaseId) -> Result<RequestSummary, CasekitError> {
        self.guard(|| self.desk.summary(id))
    }

    /// What can be done to a case, each with every reason why not; what has no reason can be done now.
    /// Needs `read_cases`.
    pub fn available_actions(&self, id: CaseId) -> Result<Vec<AvailableAction>, CasekitError> {
        self.guard(|| self.desk.available_actions(id))
    }

    /// Every reason why an action on a case (and on a step of it) is not possible now; none if it is.
    /// Needs `read_cases`.
    #[uniffi::method(default(step = None))]
    pub fn blockers(
        &self,
        id: CaseId,
        action: Action,
        step: Option<String>,
    ) -> Result<Vec<Blocker>, CasekitError> {
        self.guard(|| self.desk.blockers(id, action, step.as_deref()))
    }

    /// Approves that the requester is who they say: by which method, and what was checked.
    ///
    /// `Blocked` lists every reason why not. The holder of the case does it, with
    /// `decide_steps` in the shipped workflow.
    #[uniffi::method(default(checked = []))]
    pub fn approve_identification(
        &self,
        case: CaseId,
        method: String,
        checked: Vec<String>,
    ) -> Result<Changed, CasekitError> {
        self.guard(|| {
            self.desk.approve_identification(
                case,
                &method,
                &checked.iter().map(String::as_str).collect::<Vec<_>>(),
            )
        })
    }

    /// Collects what the workflow's sources find, as a snapshot to look at and decide on.
    ///
    /// A source that fails makes the case one with errors; the answer says so. Needs the permission of the step.
    pub fn prepare_data(&self, case: CaseId) -> Result<SnapshotView, CasekitError> {
        self.guard(|| self.desk.prepare_data(case))
    }

    /// What was collected last, without its rows. Needs `read_cases` and
    /// `decide_steps`.
    pub fn snapshot(&self, id: CaseId) -> Result<SnapshotView, CasekitError> {
        self.guard(|| self.desk.snapshot(id))
    }

    /// Rows of one table of what was collected, in clear: at most 500 from `offset`.
    ///
    /// Needs `decide_steps` and `read_sensitive`.
    #[uniffi::method(default(offset = 0, limit = 50))]
    pub fn preview_data(
        &self,
        id: CaseId,
        source: String,
        table: String,
        offset: u64,
        limit: u32,
    ) -> Result<DataPreview, CasekitError> {
        self.guard(|| self.desk.preview_data(id, &source, &table, offset, limit))
    }

    /// Approves that there is no data about the person: an answer like any other, to be released.
    pub fn approve_no_data(&self, case: CaseId) -> Result<Changed, CasekitError> {
        self.guard(|| self.desk.approve_no_data(case))
    }

    /// Approves a snapshot with columns hidden. The approval covers exactly this: if anything of it changes, it falls
    /// back.
    #[uniffi::method(default(redactions = []))]
    pub fn approve_data(
        &self,
        case: CaseId,
        snapshot: BlobId,
        redactions: Vec<NewRedaction>,
    ) -> Result<Changed, CasekitError> {
        self.guard(|| self.desk.approve_data(case, snapshot, redactions))
    }

    /// Approves a step of the kind `Approval`.
    #[uniffi::method(default(reason = None))]
    pub fn approve_step(
        &self,
        case: CaseId,
        step: String,
        reason: Option<String>,
    ) -> Result<Changed, CasekitError> {
        self.guard(|| self.desk.approve_step(case, &step, reason.as_deref()))
    }

    /// Denies the request with a code, a reason for staff and one for the person who asked. It ends the workflow, and
    /// is built and delivered like any answer.
    pub fn deny(&self, case: CaseId, denial: NewDenial) -> Result<ReleaseReport, CasekitError> {
        self.guard(|| self.desk.deny(case, denial))
    }

    /// Takes one's own approval back, or as a manager anybody's; the approvals after it fall back too.
    #[uniffi::method(default(reason = None))]
    pub fn revoke(
        &self,
        case: CaseId,
        step: String,
        reason: Option<String>,
    ) -> Result<Changed, CasekitError> {
        self.guard(|| self.desk.revoke(case, &step, reason.as_deref()))
    }

    /// Builds the answer and sends it to the webform. Each point is durable before the next begins: killed anywhere,
    /// [`Engine::resume_deliveries`](crate::Engine::resume_deliveries) goes on, with the same bytes and the same key.
    ///
    /// That something failed on the way is an answer, not an error. Needs `release_cases`
    /// in the shipped workflow.
    pub fn release(&self, case: CaseId) -> Result<ReleaseReport, CasekitError> {
        self.guard(|| self.desk.release(case))
    }

    /// Sends an answer that has arrived once more, because of a reason that the history keeps: the same bytes, under a
    /// key of its own, so that the receiver takes it as something new. What was delivered before stays delivered, with
    /// its receipt.
    ///
    /// As `release`, for the same people. `Blocked` with `not_delivered` if no answer has arrived,
    /// with `package_destroyed` once its bytes are gone.
    pub fn send_again(&self, case: CaseId, reason: String) -> Result<ReleaseReport, CasekitError> {
        self.guard(|| self.desk.send_again(case, &reason))
    }

    /// Tries again what failed, from the last good point. Needs `retry_failures`.
    pub fn retry(&self, case: CaseId) -> Result<ReleaseReport, CasekitError> {
        self.guard(|| self.desk.retry(case))
    }

    /// Ends the workflow because the request was withdrawn; what was found is destroyed. Of an answer that has arrived,
    /// it gives up a sending that fails.
    #[uniffi::method(default(reason = None))]
    pub fn withdraw(&self, case: CaseId, reason: Option<String>) -> Result<Changed, CasekitError> {
        self.guard(|| self.desk.withdraw(case, reason.as_deref()))
    }
}
