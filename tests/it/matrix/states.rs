//! The classes of state that a case can be in, each really built.

use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

use casekit::casekit_core::model::{Case, SentMessage};
use casekit::casekit_core::store::LoadPlan;
use casekit::{
    BlobId, CaseEdit, CaseId, Desk, Fault, ImportCase, ImportItem, NewCase, NewCaseType, NewDenial,
    NewExtension, NewMessage, NewPause, NewRequest, NewStage, NewStep, NewTeam, NewWorkflow, NoteId, Role,
    SettingsEdit, StageCategory, StepKind, WebformTarget, WorkflowEdit,
};

use crate::build::{actor, at, nothing};
use crate::second_day::host::{Answer, Bureau};

/// A case in one class of state, with the office around it.
pub(super) struct Scene {
    pub(super) bureau: Bureau,
    pub(super) case: CaseId,
    /// The step that is approved or revoked by name.
    pub(super) step: &'static str,
    /// For whom the worker acts.
    pub(super) acts_for: Option<&'static str>,
    /// While this is kept, the answer is on its way.
    under_way: Option<Sender<()>>,
}

/// Who is asked about, and somebody else; both may do everything here, so that each state can be reached.
const WORKER: &str = "worker";
const OTHER: &str = "other";

/// A class of state: its name, what it means, and how it is reached.
pub(super) struct State {
    pub(super) name: &'static str,
    pub(super) means: &'static str,
    pub(super) build: fn() -> Scene,
}

/// Where an answer is on its way.
enum At {
    Press,
    Webform,
}

macro_rules! states {
    ($($name:literal $means:literal => $build:expr;)*) => {
        &[$(State { name: $name, means: $means, build: || $build }),*]
    };
}

/// Every class of state, in the order of the file. `mine` and `theirs` say who holds the case; nobody does if it is
/// `free`.
#[rustfmt::skip]
pub(super) const STATES: &[State] = states! {
    "plain.free" "a case without a workflow" => plain();
    "plain.mine" "" => plain().held_by(WORKER);
    "plain.theirs" "" => plain().held_by(OTHER);
    "plain.raised" "and the worker raised it" => raised_by_worker();
    "plain.resolved" "resolved, and free" => plain().moved_to("Resolved");
    "plain.waiting" "waiting for somebody outside, and free" => waiting();
    "plain.closed" "closed, and free" => plain().moved_to("Closed");
    "plain.closed.mine" "closed by the worker, who holds it" => plain().held_by(WORKER).moved_to("Closed");
    "new.free" "a data request: identification is ready, the rest locked" => request();
    "new.mine" "" => request().held_by(WORKER);
    "new.theirs" "" => request().held_by(OTHER);
    "ident.free" "identified by another: data is to be collected" => identified().returned();
    "ident.mine" "" => identified().handed_over();
    "ident.theirs" "" => identified();
    "data.mine" "and it was collected" => collected().handed_over();
    "data.theirs" "" => collected();
    "source.mine" "or collecting it failed" => source_failed().handed_over();
    "source.theirs" "" => source_failed();
    "source.locked" "and then the identification was revoked" => source_failed().handed_over().revoked();
    "ready.free" "every approval given by another: to be released" => approved().returned();
    "ready.mine" "" => approved().handed_over();
    "ready.theirs" "" => approved();
    "ready.by_me" "every approval given by the worker, who holds it" => approved_by(WORKER);
    "building.mine" "the answer is being built" => approved().under_way(At::Press).handed_over();
    "unbuilt.mine" "building it failed" => unbuilt().handed_over();
    "sending.mine" "an attempt to send the answer is running" => approved().under_way(At::Webform).handed_over();
    "unsent.mine" "the answer was not delivered" => undelivered().handed_over();
    "unsent.theirs" "" => undelivered();
    "moved.mine" "not sent, since the settings name another place now" => undelivered().moved_webform().handed_over();
    "moved.theirs" "" => undelivered().moved_webform();
    "sent.mine" "delivered: the workflow has ended" => sent().handed_over();
    "sent.theirs" "" => sent();
    "asked.mine" "a message to the requester that could not be sent" => asked().handed_over();
    "timed.mine" "under a deadline that can be paused and extended" => timed().handed_over();
    "timed.paused" "and it is paused" => timed().paused().handed_over();
    "timed.extended" "or it was extended" => timed().extended().handed_over();
    "sent.partly" "delivered without a source that failed" => partly_sent().handed_over();
    "sent.nothing" "delivered: there was no data; held by the worker" => no_data_sent().handed_over();
    "resent.mine" "delivered, and sending it again failed" => resend_failed().handed_over();
    "stopped.mine" "delivered, and sending it again was given up" => resend_failed().handed_over().withdrawn();
    "destroyed.mine" "delivered, and the package was destroyed since" => sent().handed_over().destroyed();
    "denial.mine" "denied, and the denial was not delivered" => denial_unsent().handed_over();
    "denied.mine" "denied, and the denial was delivered" => identified().denied().handed_over();
    "withdrawn.mine" "withdrawn" => identified().handed_over().withdrawn();
    "eyes.others" "four eyes: approved by others, held by another" => four_eyes(OTHER);
    "eyes.me" "four eyes: approved by the worker, held by another" => four_eyes(WORKER).given_to(OTHER);
    "eyes.for_doer" "four eyes: approved by the person for whom the worker acts" => four_eyes(OTHER).acting_for(OTHER);
    "sign.others" "two people sign, but not who raised it; another did" => sign_off().raised(OTHER);
    "sign.me" "the worker raised it" => sign_off().raised(WORKER);
    "sign.for_raiser" "the person for whom the worker acts raised it" => sign_off().raised(OTHER).acting_for(OTHER);
    "sign.imported" "the worker imported it, as raised by somebody else" => sign_off().imported();
    "sign.one_mine" "the worker has signed it" => sign_off().raised(OTHER).signed_by(WORKER);
    "sign.one_theirs" "somebody else has signed it" => sign_off().raised(OTHER).signed_by("third");
    "sign.done" "two others have signed it: the workflow has ended" => sign_off().raised(OTHER).signed_by("third").signed_by("fourth");
};

/// The class of state with this name.
pub(super) fn state(name: &str) -> Scene {
    let found = STATES.iter().find(|state| state.name == name);
    (found.unwrap_or_else(|| panic!("no state is called {name}")).build)()
}

/// What the names mean, a line each.
pub(super) fn legend() -> String {
    let said = |state: &State| format!("  {:<18}{}", state.name, state.means).trim_end().to_owned() + "\n";
    STATES.iter().map(said).collect()
}

fn fault() -> Fault {
    Fault::transient("webform_unavailable", "try again later")
}

fn scene(bureau: Bureau, case: CaseId) -> Scene {
    // One to which the case could go.
    bureau.desk("root", Role::Administrator).create_team(NewTeam::new("Archive")).unwrap();
    Scene { bureau, case, step: "identification", acts_for: None, under_way: None }
}

fn plain() -> Scene {
    let bureau = Bureau::in_memory();
    let case = bureau.desk(OTHER, Role::Administrator).raise_case(NewCase::new("Support", "Lamp")).unwrap();
    scene(bureau, case.id)
}

fn waiting() -> Scene {
    let scene = plain();
    let stages = vec![NewStage::new("On hold", StageCategory::Waiting)];
    let root = scene.desk("root");
    root.create_case_type(NewCaseType::new("Slow").with_stages(stages)).unwrap();
    let case = scene.desk(OTHER).raise_case(NewCase::new("Slow", "Lamp")).unwrap().id;
    Scene { case, ..scene }
}

fn raised_by_worker() -> Scene {
    let scene = plain();
    let case = scene.desk(WORKER).raise_case(NewCase::new("Support", "Chair")).unwrap().id;
    Scene { case, ..scene }
}

fn request() -> Scene {
    let bureau = Bureau::in_memory();
    let case = bureau.request("WEB-1").id;
    scene(bureau, case)
}

fn identified() -> Scene {
    let scene = request().held_by(OTHER);
    scene.desk(OTHER).approve_identification(scene.case, "known", &[]).unwrap();
    scene
}

fn collected() -> Scene {
    let scene = identified();
    scene.desk(OTHER).prepare_data(scene.case).unwrap();
    scene
}

fn source_failed() -> Scene {
    let scene = identified();
    scene.bureau.orders.fails(fault());
    scene.desk(OTHER).prepare_data(scene.case).unwrap();
    scene.bureau.orders.works();
    scene
}

fn approved() -> Scene {
    approved_by(OTHER)
}

fn approved_by(id: &str) -> Scene {
    let scene = request().held_by(id);
    scene.approve_all(id);
    scene
}

fn unbuilt() -> Scene {
    let scene = approved();
    scene.bureau.press.faults.lock().unwrap().push_back(fault());
    scene.desk(OTHER).release(scene.case).unwrap();
    scene
}

fn asked() -> Scene {
    let scene = request().held_by(OTHER);
    scene.bureau.webform.will([Answer::Fails(fault())]);
    scene.desk(OTHER).send_message(scene.case, NewMessage::question("Which account?")).unwrap();
    scene
}

fn timed() -> Scene {
    let scene = identified();
    let mona = scene.bureau.desk("mona", Role::Manager);
    let workflow = mona.workflow("Data request").unwrap().id;
    mona.edit_workflow(workflow, WorkflowEdit::new().deadlines(["uk_gdpr"])).unwrap();
    scene.bureau.engine.run_due(&|| true).unwrap();
    scene
}

fn partly_sent() -> Scene {
    let scene = source_failed();
    let desk = scene.desk(OTHER);
    desk.leave_out_source(scene.case, "shop", "it is being replaced").unwrap();
    desk.approve_data(scene.case, scene.snapshot(), Vec::new()).unwrap();
    desk.release(scene.case).unwrap();
    scene
}

fn no_data_sent() -> Scene {
    let scene = identified();
    scene.desk(OTHER).approve_no_data(scene.case, Some("not about you")).unwrap();
    scene.desk(OTHER).release(scene.case).unwrap();
    scene
}

fn undelivered() -> Scene {
    let scene = approved();
    scene.bureau.webform.will([Answer::Fails(fault())]);
    scene.desk(OTHER).release(scene.case).unwrap();
    scene
}

fn sent() -> Scene {
    let scene = approved();
    scene.desk(OTHER).release(scene.case).unwrap();
    scene
}

fn resend_failed() -> Scene {
    let scene = sent();
    scene.bureau.webform.will([Answer::Fails(fault())]);
    scene.desk(OTHER).send_again(scene.case, "lost").unwrap();
    scene
}

fn denial_unsent() -> Scene {
    let scene = identified();
    scene.bureau.webform.will([Answer::Fails(fault())]);
    scene.denied()
}

/// A request under the shipped workflow in which who approved does not release; approved by this person.
fn four_eyes(id: &str) -> Scene {
    let bureau = Bureau::in_memory();
    let root = bureau.desk(OTHER, Role::Administrator);
    root.create_case_type(NewCaseType::new("Careful").with_workflow("Data request, four eyes")).unwrap();
    let request = NewRequest::new("WEB-1", "Ada Obi").of_type("Careful");
    let case = bureau.petra().receive_request(request).unwrap().id.unwrap();
    let scene = scene(bureau, case).held_by(id);
    scene.approve_all(id);
    scene
}

/// A workflow of one step, which two people approve, and not who raised the case.
fn sign_off() -> Bureau {
    let bureau = Bureau::in_memory();
    let root = bureau.desk("root", Role::Administrator);
    let signed = NewStep::new("signed", "Signed", StepKind::Approval);
    let signed = signed.by_anyone().with_quorum(2).not_by_raiser().deniable(["other"]);
    root.create_workflow(NewWorkflow::named("Sign-off").with_step(signed)).unwrap();
    root.create_case_type(NewCaseType::new("Contract").with_workflow("Sign-off")).unwrap();
    bureau
}

impl Bureau {
    fn raised(self, id: &str) -> Scene {
        let case =
            self.desk(id, Role::Administrator).raise_case(NewCase::new("Contract", "Rent")).unwrap().id;
        Scene { step: "signed", ..scene(self, case) }
    }

    fn imported(self) -> Scene {
        let worker = self.desk(WORKER, Role::Administrator);
        let item = ImportItem::Case(ImportCase::new(NewCase::new("Support", "Rent"), at(-1), "somebody"));
        let report = worker.import(&[item]).unwrap();
        let case = report.results[0].case.unwrap();
        // An import brings no workflow; the type to which the case is moved does.
        let root = self.desk("root", Role::Administrator);
        root.edit_case(case, CaseEdit::new().case_type("Contract")).unwrap();
        Scene { step: "signed", ..scene(self, case) }
    }
}

impl Scene {
    /// A desk of somebody who may do everything.
    fn desk(&self, id: &str) -> Desk {
        self.bureau.desk(id, Role::Administrator)
    }

    /// The case, as the store keeps it.
    pub(super) fn state(&self) -> Case {
        let loaded = self.bureau.engine.store().load(&LoadPlan::case(self.case)).unwrap();
        loaded.cases.into_iter().next().unwrap()
    }

    /// The same, where there is no such case.
    pub(super) fn without_case(self) -> Self {
        Self { case: nothing(), ..self }
    }

    /// The data that was collected; an id that nothing has, if none was.
    pub(super) fn snapshot(&self) -> BlobId {
        let summary = self.desk("root").summary(self.case).ok();
        summary.and_then(|summary| summary.snapshot?.id).unwrap_or_else(nothing)
    }

    /// The place where answers go by the settings; a text that is none, if they name none.
    pub(super) fn place(&self) -> String {
        let release = self.desk("root").summary(self.case).ok().and_then(|summary| summary.release);
        release.and_then(|release| release.place_now).unwrap_or_else(|| "nowhere".to_owned())
    }

    /// Sends the answer once more, when the settings name another host.
    fn moved_webform(self) -> Self {
        let root = self.desk("root");
        let other = WebformTarget::Http { url: "https://other.example/answers".into(), secret: None };
        root.change_settings(SettingsEdit::new().webform(other)).unwrap();
        root.retry(self.case).unwrap();
        self
    }

    fn held_by(self, id: &str) -> Self {
        self.desk(id).take_case(self.case).unwrap();
        self
    }

    fn given_to(self, id: &str) -> Self {
        self.desk("root").assign_case(self.case, id, None).unwrap();
        self
    }

    fn paused(self) -> Self {
        self.desk(OTHER).pause_deadlines(self.case, NewPause::new("clarification")).unwrap();
        self
    }

    fn extended(self) -> Self {
        self.desk(OTHER).extend_deadline(self.case, NewExtension::because("boxes")).unwrap();
        self
    }

    fn handed_over(self) -> Self {
        self.given_to(WORKER)
    }

    /// The note of the first message to the requester; any, if there is none.
    pub(super) fn message(&self) -> NoteId {
        self.sent().map_or(NoteId(uuid::Uuid::nil()), |message| message.note)
    }

    /// The reference by which it is answered.
    pub(super) fn answer_ref(&self) -> String {
        self.sent().map_or_else(|| "none".to_owned(), |message| message.key().to_owned())
    }

    fn sent(&self) -> Option<SentMessage> {
        let loaded = self.bureau.engine.store().load(&LoadPlan::case(self.case)).unwrap();
        let progress = loaded.cases.into_iter().next()?.progress?;
        progress.messages.into_iter().next()
    }

    fn returned(self) -> Self {
        self.desk(OTHER).return_case(self.case, None).unwrap();
        self
    }

    fn moved_to(self, stage: &str) -> Self {
        self.desk(WORKER).edit_case(self.case, CaseEdit::new().stage(stage)).unwrap();
        self
    }

    fn approve_all(&self, id: &str) {
        let desk = self.desk(id);
        desk.approve_identification(self.case, "known", &[]).unwrap();
        desk.prepare_data(self.case).unwrap();
        desk.approve_data(self.case, self.snapshot(), Vec::new()).unwrap();
    }

    fn revoked(self) -> Self {
        self.desk(OTHER).revoke(self.case, "identification", None).unwrap();
        self
    }

    fn denied(self) -> Self {
        self.desk(OTHER).deny(self.case, NewDenial::new("other", "internal", "sorry")).unwrap();
        self
    }

    fn withdrawn(self) -> Self {
        self.desk(WORKER).withdraw(self.case, None).unwrap();
        self
    }

    fn destroyed(self) -> Self {
        self.bureau.clock.pass(10 * 365 * 86_400);
        assert_eq!(self.bureau.engine.purge_expired().unwrap(), 1);
        self
    }

    fn signed_by(self, id: &str) -> Self {
        self.desk(id).approve_step(self.case, "signed", None).unwrap();
        self
    }

    fn acting_for(self, id: &'static str) -> Self {
        Self { acts_for: Some(id), ..self }
    }

    /// Releases on a thread of its own, which stays where it was sent until the scene is dropped.
    fn under_way(mut self, at: At) -> Self {
        let (is_there, arrived) = channel();
        let (leave, stays) = channel::<()>();
        let meanwhile = match at {
            At::Press => &self.bureau.press.meanwhile,
            At::Webform => &self.bureau.webform.meanwhile,
        };
        meanwhile.happens(move || {
            is_there.send(()).unwrap();
            let _dropped = stays.recv();
        });
        let (engine, case) = (Arc::clone(&self.bureau.engine), self.case);
        std::thread::spawn(move || engine.desk(actor(OTHER, Role::Administrator)).release(case).map(drop));
        arrived.recv().unwrap();
        self.under_way = Some(leave);
        self
    }
}
