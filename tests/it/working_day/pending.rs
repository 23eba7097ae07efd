//! Pending that is true: what an actor is shown and told as pending is what they can really do something about.

use casekit::{
    Action, Actor, AvailableAction, Blocker, CaseId, CaseSummary, Desk, Fault, NewCase, NewCaseType, NewStep,
    NewWorkflow, Permission, RequestSummary, Role, StepKind,
};
use proptest::prelude::*;
use proptest::test_runner::Config;

use crate::build::{actor, all_pages};
use crate::second_day::host::{Answer, Bureau};

use super::act::act;

#[test]
fn pending_is_for_whoever_has_no_blocker() {
    for bureau in [Bureau::in_memory(), Bureau::in_short_pages(), Bureau::on_file()] {
        let office = Office::in_bureau(bureau);
        let case = office.raise("amara", "Four eyes");
        let [petra, quin] = ["petra", "quin"].map(|id| office.bureau.desk(id, Role::Approver));
        petra.take_case(case).unwrap();
        petra.approve_identification(case, "video call", &["passport"]).unwrap();
        petra.approve_no_data(case, Some("asked by phone")).unwrap();
        office.lawful();
        assert_eq!(petra.my_pending_count().unwrap(), 0, "she did the steps before");
        assert_eq!(quin.my_pending_count().unwrap(), 1, "the second pair of eyes");
        assert_eq!(pending(&quin), [case]);

        let signed = office.raise("petra", "Sign-off");
        office.bureau.desk("bola", Role::Approver).approve_step(signed, "signed", None).unwrap();
        office.bureau.desk("mona", Role::Manager).take_case(signed).unwrap();
        office.lawful();
        assert_eq!(petra.my_pending_count().unwrap(), 0, "she raised it");
        assert_eq!(
            pending(&quin),
            [case, signed],
            "he has not signed it yet, and it does not matter who holds it"
        );
        assert_eq!(pending(&office.bureau.desk("bola", Role::Approver)), [case], "he has signed it");
    }
}

proptest! {
    // An eighth of the usual: each command is followed by a look through every desk. `PROPTEST_CASES` says how many.
    #![proptest_config(Config {
        failure_persistence: None,
        cases: Config::default().cases.div_ceil(8),
        max_shrink_iters: 200,
        ..Config::default()
    })]

    #[test]
    fn the_count_the_list_and_the_blockers_agree_for_everybody_after_every_command(
        commands in prop::collection::vec(command(), 1..25),
    ) {
        for bureau in [Bureau::in_memory(), Bureau::on_file()] {
            let mut office = Office::in_bureau(bureau);
            for command in &commands {
                office.carry_out(*command);
                office.lawful();
            }
            office.bureau.engine.check().unwrap();
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Command {
    Raise {
        by: usize,
        kind: usize,
    },
    /// One of the actions that are possible.
    Act {
        by: usize,
        case: usize,
        which: usize,
    },
    /// The webform refuses the next package.
    Refuse,
}

fn command() -> impl Strategy<Value = Command> {
    let any = || 0..1_000_usize;
    prop_oneof![
        2 => (any(), any()).prop_map(|(by, kind)| Command::Raise { by, kind }),
        9 => (any(), any(), any()).prop_map(|(by, case, which)| Command::Act { by, case, which }),
        1 => Just(Command::Refuse),
    ]
}

const KINDS: [&str; 4] = ["Data request", "Four eyes", "Sign-off", "Crossed"];

/// A bureau with a type for each kind of rule about who may not do a step.
struct Office {
    bureau: Bureau,
    cases: Vec<CaseId>,
}

impl Office {
    fn in_bureau(bureau: Bureau) -> Self {
        let mona = bureau.desk("mona", Role::Manager);
        let approval = |id: &str| NewStep::new(id, id, StepKind::Approval).by_anyone();
        let after_both = |id: &str| approval(id).requires("one").requires("two");
        for (name, steps) in [
            ("Sign-off", vec![approval("signed").with_quorum(2).not_by_raiser().deniable(["other"])]),
            (
                "Crossed",
                vec![
                    approval("one"),
                    approval("two"),
                    after_both("three").not_by_doer_of("one"),
                    after_both("four").not_by_doer_of("two"),
                ],
            ),
        ] {
            mona.create_workflow(NewWorkflow { name: name.into(), steps, ..NewWorkflow::default() }).unwrap();
            mona.create_case_type(NewCaseType::new(name).with_workflow(name)).unwrap();
        }
        mona.create_case_type(NewCaseType::new("Four eyes").with_workflow("Data request, four eyes"))
            .unwrap();
        Self { bureau, cases: Vec::new() }
    }

    fn raise(&self, by: &str, kind: &str) -> CaseId {
        self.bureau.desk(by, Role::Approver).raise_case(NewCase::new(kind, "A case")).unwrap().id
    }

    /// Everybody who looks: with all permissions that matter, with some, and for somebody else.
    fn desks(&self) -> Vec<Desk> {
        let only = |id: &str, permission: Permission| {
            Actor::new(id, id).with_permission(Permission::ReadCases).with_permission(permission)
        };
        [
            actor("petra", Role::Approver),
            actor("quin", Role::Approver),
            actor("mona", Role::Manager),
            actor("amara", Role::Agent),
            only("petra", Permission::DecideSteps),
            only("quin", Permission::ReleaseCases),
            only("rita", Permission::RetryFailures),
            actor("petra", Role::Approver).on_behalf_of("quin"),
            actor("sid", Role::Approver).on_behalf_of("petra"),
        ]
        .map(|actor| self.bureau.engine.desk(actor))
        .into()
    }

    fn carry_out(&mut self, command: Command) {
        match command {
            Command::Raise { by, kind } => {
                let case = self.raise(["petra", "quin", "amara"][by % 3], KINDS[kind % KINDS.len()]);
                self.cases.push(case);
            }
            Command::Act { by, case, which } => {
                let desks = self.desks();
                let Some(case) = (!self.cases.is_empty()).then(|| self.cases[case % self.cases.len()]) else {
                    return;
                };
                let desk = &desks[by % desks.len()];
                let possible: Vec<AvailableAction> = desk
                    .available_actions(case)
                    .unwrap()
                    .into_iter()
                    .filter(|action| action.blockers.is_empty())
                    .collect();
                if !possible.is_empty() {
                    act(desk, case, &possible[which % possible.len()], None).unwrap();
                }
            }
            Command::Refuse => {
                let refusal = Fault::transient("webform_down", "try again later");
                self.bureau.webform.will([Answer::Fails(refusal)]);
            }
        }
    }

    /// For everybody: the list has what they can do something about, and the count says how many.
    fn lawful(&self) {
        for desk in self.desks() {
            let all = all_pages(50, |page| desk.cases(&casekit::CasesQuery::default(), page));
            let mine = |case: &CaseId| is_pending(&desk.summary(*case).unwrap());
            let mut expected: Vec<CaseId> = all.iter().map(|row| row.id).filter(mine).collect();
            expected.reverse();
            let who = desk.actor();
            assert_eq!(pending(&desk), expected, "the list of {who:?}");
            assert_eq!(desk.my_pending_count().unwrap(), expected.len() as u64, "the count of {who:?}");
            work_is(&desk, &all, &expected);
        }
    }
}

/// The work of an actor is what is pending for them, and what they hold or raised that is not closed; each count is the
/// length of its list.
fn work_is(desk: &Desk, all: &[CaseSummary], pending: &[CaseId]) {
    let me = desk.actor().id.as_str();
    let open = || all.iter().rev().filter(|row| row.category_code != "closed");
    let of =
        |is_so: &dyn Fn(&&CaseSummary) -> bool| open().filter(is_so).map(|row| row.id).collect::<Vec<_>>();
    let (held, raised) =
        (of(&|row| row.holder.as_deref() == Some(me)), of(&|row| desk.case(row.id).unwrap().raised_by == me));
    let why = |id: &CaseId| (held.contains(id), pending.contains(id), raised.contains(id));
    let expected: Vec<_> = all
        .iter()
        .rev()
        .map(|row| (row.id, why(&row.id)))
        .filter(|(_, why)| *why != (false, false, false))
        .collect();
    let work = all_pages(2, |page| desk.my_work(page));
    let told: Vec<_> =
        work.into_iter().map(|row| (row.case.id, (row.held, row.pending, row.raised))).collect();
    assert_eq!(told, expected, "the work of {me}");
    let ids = |rows: Vec<CaseSummary>| rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
    assert_eq!(ids(all_pages(2, |page| desk.my_held_cases(page))), held, "what {me} holds");
    assert_eq!(ids(all_pages(2, |page| desk.my_raised_cases(page))), raised, "what {me} raised");
    let counts = desk.my_work_counts().unwrap();
    let lengths = [held.len(), pending.len(), raised.len(), expected.len()].map(|length| length as u64);
    assert_eq!([counts.held, counts.pending, counts.raised, counts.all], lengths, "the counts of {me}");
}

fn pending(desk: &Desk) -> Vec<CaseId> {
    all_pages(2, |page| desk.my_pending_cases(page)).into_iter().map(|row| row.id).collect()
}

/// Whether the actor of a summary could decide a step now, or once they have taken the case; or may try a failed answer
/// again, of a step that is theirs.
fn is_pending(summary: &RequestSummary) -> bool {
    let possible = |action: &&AvailableAction| action.blockers.iter().all(|one| *one == Blocker::NotTaken);
    let decides = |action: &&AvailableAction| {
        matches!(
            action.action,
            Action::ApproveIdentification
                | Action::PrepareData
                | Action::ApproveNoData
                | Action::ApproveData
                | Action::ApproveStep
                | Action::Deny
                | Action::Release
                | Action::ConfirmTarget
        )
    };
    let is_of_others = |blocker: &Blocker| {
        matches!(
            blocker,
            Blocker::HeldBy { .. } | Blocker::RaisedByYou { .. } | Blocker::DidAnotherStep { .. }
        )
    };
    if summary.outcome_code.is_some() {
        return false;
    }
    let actions = || summary.actions.iter();
    let failed = summary.failure.as_ref().filter(|_| summary.release.is_some());
    let is_to_be_retried = failed.is_some_and(|failure| {
        let of_step = |action: &&AvailableAction| action.target.as_ref() == Some(&failure.step);
        let others =
            actions().filter(of_step).filter(decides).flat_map(|action| &action.blockers).any(is_of_others);
        !others && actions().filter(|action| action.action == Action::Retry).any(|action| possible(&action))
    });
    is_to_be_retried || actions().filter(decides).any(|action| possible(&action))
}
