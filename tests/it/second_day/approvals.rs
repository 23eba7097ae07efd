//! Laws of approvals, whatever is done in whatever order: nothing is released without every required approval on
//! exactly the content delivered, four eyes stay four, and a live workflow ends in no stage by an edit.

mod handover;

use std::sync::{Arc, Mutex};

use casekit::casekit_core::Engine;
use casekit::casekit_core::conformance::build::Clerk;
use casekit::casekit_core::event::{CaseFact, Fact};
use casekit::casekit_core::model::{DataApproval, State, StepKind};
use casekit::casekit_core::store::LoadPlan;
use casekit::{
    Action, CaseEdit, CaseId, CaseTypeEdit, Error, Fault, NewCustomer, NewDenial, NewRedaction,
    ReleaseReport, Role, StreamId,
};
use proptest::prelude::*;

use super::host::{Answer, Bureau, package};
use crate::build::actor;

#[derive(Clone, Debug)]
enum Deed {
    Take,
    Return,
    Identify,
    Prepare,
    NoData {
        reason: bool,
    },
    Data {
        hide: bool,
    },
    Revoke {
        step: usize,
    },
    Release,
    Deny,
    Withdraw,
    Edit {
        what: usize,
    },
    OtherData {
        row: usize,
    },
    Source {
        broken: bool,
    },
    Retry,
    /// The next package cannot be built, or not be sent.
    Fails {
        sending: bool,
    },
    /// The lease of an attempt passes, and whoever resumes deliveries comes by.
    Resume,
    /// Somebody else acts the next time that a source is asked, a package is built or one is brought.
    Meanwhile {
        when: usize,
        aside: Aside,
    },
}

/// What somebody else does in the midst of a call.
#[derive(Clone, Copy, Debug)]
enum Aside {
    Revokes,
    Edits,
    /// An approval vanishes although none may: as if the library had a hole.
    RevokesPastTheRules,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        3 => Just(Deed::Take),
        1 => Just(Deed::Return),
        3 => Just(Deed::Identify),
        3 => Just(Deed::Prepare),
        2 => any::<bool>().prop_map(|reason| Deed::NoData { reason }),
        4 => any::<bool>().prop_map(|hide| Deed::Data { hide }),
        1 => (0..3_usize).prop_map(|step| Deed::Revoke { step }),
        3 => Just(Deed::Release),
        1 => Just(Deed::Deny),
        1 => Just(Deed::Withdraw),
        2 => (0..6_usize).prop_map(|what| Deed::Edit { what }),
        1 => (0..3_usize).prop_map(|row| Deed::OtherData { row }),
        2 => any::<bool>().prop_map(|broken| Deed::Source { broken }),
        3 => Just(Deed::Retry),
        1 => any::<bool>().prop_map(|sending| Deed::Fails { sending }),
        1 => Just(Deed::Resume),
        2 => (0..3_usize, aside()).prop_map(|(when, aside)| Deed::Meanwhile { when, aside }),
    ]
}

fn aside() -> impl Strategy<Value = Aside> {
    prop_oneof![Just(Aside::Revokes), Just(Aside::Edits), Just(Aside::RevokesPastTheRules)]
}

const STEPS: [&str; 3] = ["identification", "data_approval", "release"];

fn carry_out(bureau: &Bureau, case: CaseId, who: usize, deed: &Deed) -> Result<(), Error> {
    let (id, role) = [("petra", Role::Approver), ("paul", Role::Approver), ("mona", Role::Manager)][who];
    let desk = bureau.desk(id, role);
    match deed {
        Deed::Take => desk.take_case(case).map(drop),
        Deed::Return => desk.return_case(case, None).map(drop),
        Deed::Identify => desk.approve_identification(case, "known", &[]).map(drop),
        Deed::Prepare => desk.prepare_data(case).map(drop),
        Deed::NoData { reason } => {
            desk.approve_no_data(case, reason.then_some("it is about somebody else")).map(drop)
        }
        Deed::Data { hide } => {
            let Some(snapshot) = desk.snapshot(case)?.id else { return Ok(()) };
            let hidden = hide.then(|| NewRedaction::new("shop", "orders", "remark", "opinions")).into_iter();
            desk.approve_data(case, snapshot, hidden.collect()).map(drop)
        }
        Deed::Revoke { step } => desk.revoke(case, STEPS[*step], None).map(drop),
        Deed::Release => desk.release(case).map(drop),
        Deed::Deny => {
            let (step, code) = (None, "excessive".to_owned());
            let (internal_reason, customer_reason) = ("x".to_owned(), "y".to_owned());
            desk.deny(case, NewDenial { step, code, internal_reason, customer_reason }).map(drop)
        }
        Deed::Withdraw => desk.withdraw(case, None).map(drop),
        Deed::Edit { what } => {
            let edit = CaseEdit::new();
            let edit = match what {
                0 => edit.title("Another title"),
                1 => edit.stage("Resolved"),
                2 => edit.stage("Closed"),
                3 => edit.without_customer(),
                4 => edit.customer(desk.create_customer(NewCustomer::named("Somebody Else"))?.id),
                _ => edit.case_type("Support"),
            };
            desk.edit_case(case, edit.because("because")).map(drop)
        }
        Deed::OtherData { row } => {
            let rows =
                [vec![], vec![["1", "Rug", "none"]], vec![["2", "Vase", "broken"], ["3", "Bed", "none"]]];
            *bureau.orders.rows.lock().unwrap() = Ok(rows[*row].clone());
            Ok(())
        }
        Deed::Source { broken: true } => {
            bureau.orders.fails(Fault::transient("shop_closed", "the shop is closed: try again later"));
            Ok(())
        }
        Deed::Source { broken: false } => {
            bureau.orders.works();
            Ok(())
        }
        Deed::Retry => desk.retry(case).map(drop),
        Deed::Fails { sending } => {
            let fault = Fault::transient("worn", "it is worn: try again later");
            match sending {
                true => bureau.webform.will([Answer::Fails(fault)]),
                false => bureau.press.faults.lock().unwrap().push_back(fault),
            }
            Ok(())
        }
        Deed::Resume => {
            bureau.clock.pass(3_600);
            bureau.engine.resume_deliveries().map(drop)
        }
        Deed::Meanwhile { when, aside } => {
            // Once a package is in the receiver's hands, nothing can be taken back.
            let too_late = *when == 2 && matches!(aside, Aside::RevokesPastTheRules);
            let aside = if too_late { Aside::Revokes } else { *aside };
            let places = [&bureau.orders.meanwhile, &bureau.press.meanwhile, &bureau.webform.meanwhile];
            let engine = Arc::clone(&bureau.engine);
            places[*when].happens(move || aside.happens(&engine, case));
            Ok(())
        }
    }
}

impl Aside {
    fn happens(self, engine: &Arc<Engine>, case: CaseId) {
        let mona = engine.desk(actor("mona", Role::Manager));
        match self {
            Self::Revokes => drop(mona.revoke(case, "identification", None)),
            Self::Edits => drop(mona.edit_case(case, CaseEdit::new().without_customer())),
            Self::RevokesPastTheRules => {
                let now = loaded(engine, case).progress.unwrap();
                let Some(given) = now.approvals.first() else { return };
                let (step, by) = (given.step.clone(), given.by.clone());
                let clerk = Clerk::seeded(engine.store().as_ref(), engine.store().last_position().unwrap());
                let fact = Fact::Case(case, CaseFact::ApprovalRevoked { step, by });
                clerk.write(clerk.commit(vec![clerk.draft(fact)]));
            }
        }
    }
}

fn case_now(bureau: &Bureau, case: CaseId) -> casekit::casekit_core::model::Case {
    loaded(&bureau.engine, case)
}

fn loaded(engine: &Engine, case: CaseId) -> casekit::casekit_core::model::Case {
    let plan = LoadPlan { cases: vec![case], ..LoadPlan::default() };
    engine.store().load(&plan).unwrap().cases.remove(0)
}

/// What must hold after every deed.
fn laws_hold(bureau: &Bureau, case: CaseId, four_eyes: bool) {
    let state = case_now(bureau, case);
    let progress = state.progress.as_deref().unwrap();
    assert!(!(progress.is_live() && state.category.is_ended()), "a live workflow is in an ended stage");
    let counted = bureau.petra().my_pending_count().unwrap();
    let listed = bureau.petra().my_pending_cases(casekit::PageRequest::first()).unwrap().rows.len() as u64;
    assert_eq!(counted, listed);
    let Some(outgoing) = bureau.webform.sent().pop() else { return };
    let (_, sent) = package(outgoing);
    let release = progress.release.as_ref().unwrap();
    if progress.denial.is_some() {
        assert!(!sent.contains("orders"), "a denial carries no data");
        return;
    }
    for step in progress.steps.iter().filter(|step| step.kind != StepKind::Release) {
        assert!(progress.is_done(step), "released without {}", step.id);
    }
    let data = progress.approvals.iter().find(|one| one.data.is_some()).unwrap();
    assert_eq!(data.digest, release.digest, "what is released is not what was approved");
    assert!(sent.contains(&release.digest));
    match data.data.as_ref().unwrap() {
        DataApproval::NoData { .. } => assert!(!sent.contains("orders")),
        DataApproval::Data { redactions, .. } => {
            let leaked = ["difficult", "broken"].iter().any(|remark| sent.contains(remark));
            assert!(!leaked || redactions.is_empty(), "a hidden column was sent");
        }
    }
    if four_eyes {
        let doers: Vec<&str> = progress.approvals.iter().map(|one| one.by.as_str()).collect();
        assert!(!doers.contains(&release.by().as_str()), "four eyes were two");
    }
}

/// Whoever receives a package looks at the events first. What must not be handed over is told here, since the library
/// turns a panic of theirs into a failure.
fn watched(bureau: &Bureau, case: CaseId) -> Arc<Mutex<Vec<String>>> {
    let told: Arc<Mutex<Vec<String>>> = Arc::default();
    let (engine, tells) = (Arc::clone(&bureau.engine), Arc::clone(&told));
    let watch = move || {
        tells.lock().unwrap().extend(handover::why_not(engine.store().as_ref(), case));
    };
    *bureau.webform.watch.lock().unwrap() = Some(Box::new(watch));
    told
}

fn run(four_eyes: bool, deeds: &[(usize, Deed)]) {
    let bureau = Bureau::in_memory();
    if four_eyes {
        let mona = bureau.desk("mona", Role::Manager);
        let data_request = mona.case_type("Data request").unwrap().id;
        let workflow = Some("Data request, four eyes".into());
        mona.edit_case_type(data_request, CaseTypeEdit { workflow, ..CaseTypeEdit::default() }).unwrap();
    }
    let case = bureau.request("WEB-1").id;
    let told = watched(&bureau, case);
    // Within a call that is refused, somebody else may have acted.
    let is_disturbed = deeds.iter().any(|(_, deed)| matches!(deed, Deed::Meanwhile { .. }));
    for (who, deed) in deeds {
        let before = (bureau.engine.store().last_position().unwrap(), case_now(&bureau, case));
        let asked = bureau.orders.asked();
        match carry_out(&bureau, case, *who, deed) {
            Ok(()) => {}
            Err(Error::Rejected(_)) if is_disturbed => {}
            Err(Error::Rejected(_)) => {
                // A customer that was made for the edit stays; the case itself is as it was.
                assert_eq!(case_now(&bureau, case), before.1, "a refusal changed the case");
            }
            Err(fault) => panic!("{fault}"),
        }
        assert_eq!(*told.lock().unwrap(), Vec::<String>::new(), "a package was handed over");
        laws_hold(&bureau, case, four_eyes);
        let progress = before.1.progress.unwrap();
        let identified = progress.approvals.iter().any(|one| one.step.as_str() == "identification");
        assert!(identified || bureau.orders.asked() == asked, "asked about somebody unidentified");
    }
    let audit = bureau.desk("audra", Role::Auditor);
    assert_eq!(audit.verify(None).unwrap().broken, None);
    let rows = bureau.engine.store().streams(None, 500).unwrap();
    let folded = rows.iter().find(|row| row.stream == StreamId::Case(case)).unwrap();
    assert_eq!(folded.state, State::Case(Box::new(case_now(&bureau, case))));
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 400, ..ProptestConfig::default() })]

    #[test]
    fn approvals_and_releases_keep_their_laws(
        four_eyes in any::<bool>(),
        deeds in proptest::collection::vec((0..3_usize, deed()), 1..40),
    ) {
        run(four_eyes, &deeds);
    }
}

/// A case that is ready to be released.
fn approved(bureau: &Bureau) -> CaseId {
    let case = bureau.identified("WEB-1").id;
    bureau.petra().approve_no_data(case, Some("it is about somebody else")).unwrap();
    case
}

#[track_caller]
fn is_not_approved(report: Result<ReleaseReport, Error>) {
    let Ok(ReleaseReport::Failed { failure }) = report else { panic!("{report:?}") };
    assert_eq!(failure.code, "not_approved");
}

#[test]
fn an_approval_that_is_gone_past_the_rules_is_missed_before_the_building_and_before_the_sending() {
    let bureau = Bureau::in_memory();
    let (case, engine) = (approved(&bureau), Arc::clone(&bureau.engine));
    bureau.press.meanwhile.happens(move || Aside::RevokesPastTheRules.happens(&engine, case));
    is_not_approved(bureau.petra().release(case));
    assert_eq!(
        (*bureau.press.built.lock().unwrap(), bureau.webform.sent().len()),
        (1, 0),
        "gone while built"
    );

    let bureau = Bureau::in_memory();
    let case = approved(&bureau);
    bureau.press.faults.lock().unwrap().push_back(Fault::transient("worn", "it is worn: try again later"));
    assert!(matches!(bureau.petra().release(case), Ok(ReleaseReport::Failed { .. })));
    Aside::RevokesPastTheRules.happens(&bureau.engine, case);
    is_not_approved(bureau.petra().retry(case));
    assert_eq!((*bureau.press.built.lock().unwrap(), bureau.webform.sent().len()), (1, 0), "gone before");
}

#[test]
fn another_customer_lets_every_approval_lapse_and_a_title_does_not() {
    let bureau = Bureau::in_memory();
    let case = bureau.identified("WEB-1").id;
    let petra = bureau.petra();
    petra.approve_no_data(case, Some("it is about somebody else")).unwrap();
    petra.edit_case(case, CaseEdit::new().title("Trifle")).unwrap();
    assert!(petra.blockers(case, Action::Release, None).unwrap().is_empty());
    petra.edit_case(case, CaseEdit::new().without_customer()).unwrap();
    assert_eq!(case_now(&bureau, case).progress.unwrap().approvals, []);
    assert!(!petra.blockers(case, Action::Release, None).unwrap().is_empty());
}
