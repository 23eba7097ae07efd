//! Drafts of what happens to a case in its workflow.

use super::{Clerk, actor, name, reference, short_text};
use crate::event::{ApprovedData, CaseFact, Draft, Fact, Header, Personal};
use crate::language::Message;
use crate::model::{
    BlobId, CaseId, ChunkList, DataApproval, Failure, FailureClass, NoDataFinding, Outcome, PackageRef,
    Progress, Request, Responsible, Snapshot, Step, StepId, Timestamp, WebformTarget, WorkflowId,
    shipped_workflows,
};
use crate::release::digest::{content_digest, material_digest};

/// The steps of the shipped workflow. Each requires the one before it, and the first two need another permission than
/// the last.
const STEPS: [&str; 3] = ["identification", "data_approval", "release"];

/// The salt of every case's digests.
const SALT: &str = "5a17";

/// The key of the first sending, and of the second.
const KEY: &str = "k1";
const AGAIN: &str = "k1-2";

impl Clerk<'_> {
    /// A request arrives, for which the case was raised.
    pub fn receives_request(&self, case: CaseId, known_as: &str) -> Draft {
        self.receives_another(case, known_as, 1)
    }

    /// The same, of a request that is not the first with its reference.
    pub fn receives_another(&self, case: CaseId, known_as: &str, number: u32) -> Draft {
        let request = Request {
            reference: reference(known_as),
            requester: name("Jo Straßer"),
            reply_to: None,
            credentials: Vec::new(),
            received_at: self.now(),
        };
        let personal = Personal { request: Some(Box::new(request)), ..Personal::default() };
        let fact = CaseFact::RequestReceived {
            reference: known_as.to_owned(),
            number,
            credentials: 0,
            received_at: None,
            salt: "5a17".to_owned(),
            fingerprint: format!("print of {known_as} {number}"),
        };
        Draft { personal, ..self.draft(Fact::Case(case, fact)) }
    }

    /// A case starts in a workflow of [`STEPS`].
    pub fn starts_workflow(&self, case: CaseId, workflow: WorkflowId) -> Draft {
        let (_, version) = shipped_workflows().remove(0);
        assert_eq!(version.steps.iter().map(|step| step.id.as_str()).collect::<Vec<_>>(), STEPS);
        self.starts_steps(case, workflow, version.steps)
    }

    /// A case starts in a workflow of any steps.
    pub fn starts_steps(&self, case: CaseId, workflow: WorkflowId, steps: Vec<Step>) -> Draft {
        let fact = CaseFact::WorkflowStarted { workflow, version: 1, steps, round: 1 };
        let personal = Personal { salt: Some(SALT.to_owned()), ..Personal::default() };
        Draft { personal, ..self.draft(Fact::Case(case, fact)) }
    }

    /// Somebody approves a step, of the case as it is in the store.
    pub fn approves(&self, case: CaseId, at: &str) -> Draft {
        let data =
            (at == "data_approval").then_some(ApprovedData::NoData { finding: NoDataFinding::FoundNone });
        let digest = self.digest(case, data.is_some());
        self.draft(Fact::Case(
            case,
            CaseFact::StepApproved { step: step(at), digest, data, identified: None },
        ))
    }

    /// A certain person approves a step, for themselves or for another.
    pub fn approves_as(&self, case: CaseId, at: &str, who: &str, on_behalf_of: Option<&str>) -> Draft {
        let draft = self.approves(case, at);
        let header =
            Header { on_behalf_of: on_behalf_of.map(actor), ..Header::new(draft.header.at, actor(who)) };
        Draft { header, ..draft }
    }

    /// What an approval of a case binds to, once the case is in a workflow: the data that there is none, or what is
    /// asked.
    fn digest(&self, case: CaseId, of_data: bool) -> String {
        let case = self.case_now(case);
        let progress = Progress {
            round: 1,
            earlier: Vec::new(),
            workflow: WorkflowId(uuid::Uuid::nil()),
            version: 1,
            steps: Vec::new(),
            salt: SALT.to_owned(),
            approvals: Vec::new(),
            denial: None,
            snapshot: None,
            left_out: Vec::new(),
            messages: Vec::new(),
            release: None,
            failure: None,
            outcome: None,
        };
        let none = DataApproval::NoData { finding: NoDataFinding::FoundNone, reason: None };
        if of_data { content_digest(&case, &progress, &none) } else { material_digest(&case, &progress) }
    }

    /// Somebody denies the request at a step.
    pub fn denies(&self, case: CaseId, at: &str) -> Draft {
        let reason = Some(short_text("Not who they say"));
        let personal = Personal { customer_reason: reason.clone(), ..Personal::because(reason) };
        let fact = CaseFact::StepDenied { step: step(at), code: "suspected_fraud".to_owned() };
        Draft { personal, ..self.draft(Fact::Case(case, fact)) }
    }

    /// Something fails at a step, because of a setting or not.
    pub fn fails(&self, case: CaseId, at: &str, code: &str, setting: Option<&str>) -> Draft {
        let draft = self.destroys_data(case);
        let failure = failure(step(at), code, setting, draft.header.at);
        Draft { fact: Fact::Case(case, CaseFact::StepFailed { failure }), ..draft }
    }

    /// The package cannot be built.
    pub fn fails_to_build(&self, case: CaseId, code: &str) -> Draft {
        let draft = self.destroys_data(case);
        let (key, failure) = (KEY.to_owned(), failure(step("release"), code, None, draft.header.at));
        Draft { fact: Fact::Case(case, CaseFact::BuildFailed { key, attempt: 1, failure }), ..draft }
    }

    /// What failed is tried again by itself from an instant on.
    pub fn backs_off(&self, mut failed: Draft, at: Timestamp) -> Draft {
        match &mut failed.fact {
            Fact::Case(_, CaseFact::StepFailed { failure } | CaseFact::BuildFailed { failure, .. }) => {
                failure.retry_at = Some(at);
            }
            _ => panic!("only what failed is tried again"),
        }
        failed
    }

    /// The library asks the sources again.
    pub fn collects_again(&self, case: CaseId, attempt: u32, retry_at: Option<Timestamp>) -> Draft {
        self.draft(Fact::Case(case, CaseFact::CollectionRetried { attempt, retry_at }))
    }

    /// The answer cannot be sent, because of a setting or not.
    pub fn fails_to_deliver(&self, case: CaseId, code: &str, setting: Option<&str>) -> Draft {
        let draft = self.destroys_data(case);
        let (key, failure) = (KEY.to_owned(), failure(step("release"), code, setting, draft.header.at));
        Draft { fact: Fact::Case(case, CaseFact::DeliveryFailed { key, attempt: 1, failure }), ..draft }
    }

    /// Data is found and frozen in a blob.
    pub fn collects(&self, case: CaseId, blob: BlobId) -> Draft {
        let draft = self.destroys_data(case);
        let list = ChunkList { at: 3, size: 2, digest: String::new() };
        let snapshot =
            Snapshot { id: blob, at: draft.header.at, sources: Vec::new(), tables: Vec::new(), list };
        Draft { fact: Fact::Case(case, CaseFact::SnapshotCollected { snapshot }), ..draft }
    }

    /// Somebody asks for the answer to be built and sent.
    pub fn requests_release(&self, case: CaseId) -> Draft {
        let (digest, key) = ("d1".to_owned(), KEY.to_owned());
        let target = Some(WebformTarget::Directory { path: "/srv/webform".to_owned() });
        let step = step("release");
        self.draft(Fact::Case(case, CaseFact::ReleaseRequested { step, digest, key, target }))
    }

    /// The package is built and kept in a blob.
    pub fn builds_package(&self, case: CaseId, blob: BlobId) -> Draft {
        let package = PackageRef { blob: Some(blob), sha256: "b1".to_owned(), size: 5 };
        self.draft(Fact::Case(case, CaseFact::PackageBuilt { key: KEY.to_owned(), attempt: 1, package }))
    }

    /// A delivery begins.
    pub fn starts_delivery(&self, case: CaseId, lease_until: Timestamp) -> Draft {
        let key = KEY.to_owned();
        self.draft(Fact::Case(case, CaseFact::DeliveryStarted { key, attempt: 1, lease_until }))
    }

    /// The answer arrives.
    pub fn delivers(&self, case: CaseId) -> Draft {
        let (key, outcome) = (KEY.to_owned(), Some(Outcome::DataReleased));
        let fact = CaseFact::Delivered { key, attempt: 1, outcome, receipt: Some(reference("r1")) };
        self.draft(Fact::Case(case, fact))
    }

    /// Somebody asks for the answer to be sent again.
    pub fn sends_again(&self, case: CaseId) -> Draft {
        let fact = CaseFact::SendingRequested { key: AGAIN.to_owned(), number: 2, target: None };
        let personal = Personal::because(Some(short_text("The mailbox was lost")));
        Draft { personal, ..self.draft(Fact::Case(case, fact)) }
    }

    /// The second sending fails.
    pub fn fails_to_deliver_again(&self, case: CaseId, code: &str) -> Draft {
        let draft = self.destroys_data(case);
        let (key, failure) = (AGAIN.to_owned(), failure(step("release"), code, None, draft.header.at));
        Draft { fact: Fact::Case(case, CaseFact::DeliveryFailed { key, attempt: 1, failure }), ..draft }
    }

    /// Somebody gives up the second sending.
    pub fn stops_sending(&self, case: CaseId) -> Draft {
        self.draft(Fact::Case(case, CaseFact::SendingStopped { key: AGAIN.to_owned() }))
    }

    /// The workflow ends because the request is withdrawn.
    pub fn withdraws(&self, case: CaseId) -> Draft {
        self.draft(Fact::Case(case, CaseFact::WorkflowEnded { outcome: Outcome::Withdrawn }))
    }

    /// What was found and sent is destroyed.
    pub fn destroys_data(&self, case: CaseId) -> Draft {
        self.draft(Fact::Case(case, CaseFact::DataDestroyed { round: 1 }))
    }
}

fn failure(step: StepId, code: &str, setting: Option<&str>, at: Timestamp) -> Failure {
    Failure {
        code: code.to_owned(),
        class: FailureClass::Configuration,
        responsible: Responsible::ItAdministrator,
        step,
        setting: setting.map(str::to_owned),
        hint: Message::given("fix the \"setting\" — 設定"),
        attempts: 2,
        at,
        retry_at: None,
    }
}

fn step(id: &str) -> StepId {
    StepId::parse("step", id).unwrap()
}
