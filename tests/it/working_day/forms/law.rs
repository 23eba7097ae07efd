//! The law of blockers: they are empty exactly if the command succeeds, and otherwise the first is why it is refused.

use std::sync::Arc;

use casekit::casekit_core::Engine;
use casekit::casekit_core::model::{Case, StageId};
use casekit::{
    Actor, Authorizer, AuthorizerFailed, AvailableAction, Blocker, CaseId, CustomerId, Desk, Error, Fault,
    NewCase, NewCaseType, NewCustomer, NewStage, NewStep, NewWorkflow, PageRequest, Permission, Rejection,
    Role, Scope, StageCategory, StepKind,
};
use proptest::prelude::*;
use proptest::test_runner::Config;

use crate::build::actor;
use crate::second_day::host::{Answer, Bureau};
use crate::working_day::act::act;

proptest! {
    // A quarter of the usual, on each store and under each host. `PROPTEST_CASES` says how many.
    #![proptest_config(Config {
        failure_persistence: None,
        cases: Config::default().cases.div_ceil(4),
        max_shrink_iters: 200,
        ..Config::default()
    })]

    #[test]
    fn blockers_are_empty_exactly_if_the_command_succeeds(
        whims in 0..4_u64,
        commands in prop::collection::vec(command(), 1..30),
    ) {
        for bureau in [Bureau::in_memory(), Bureau::in_short_pages(), Bureau::on_file()] {
            let mut office = Office::in_bureau(bureau, whims);
            for command in &commands {
                office.carry_out(*command);
            }
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Command {
    Raise {
        by: usize,
        kind: usize,
    },
    Act {
        by: usize,
        case: usize,
        which: usize,
        possible: bool,
    },
    /// The webform refuses the next package.
    Refuse,
}

fn command() -> impl Strategy<Value = Command> {
    let any = || 0..1_000_usize;
    let act = (any(), any(), any(), prop::bool::ANY);
    prop_oneof![
        2 => (any(), any()).prop_map(|(by, kind)| Command::Raise { by, kind }),
        12 => act.prop_map(|(by, case, which, possible)| Command::Act { by, case, which, possible }),
        1 => Just(Command::Refuse),
    ]
}

const KINDS: [&str; 4] = ["Support", "Data request", "Sign-off", "Narrow"];

/// A host that forbids one in seven of what it is asked, by whom, what and where to; nothing without whims.
struct Whimsical(u64);

impl Authorizer for Whimsical {
    fn scope(&self, _: &Actor) -> Result<Scope, AuthorizerFailed> {
        Ok(Scope::all())
    }

    fn forbids(
        &self,
        actor: &Actor,
        action: &str,
        _: &Case,
        to: Option<&StageId>,
    ) -> Result<bool, AuthorizerFailed> {
        if self.0 == 0 {
            return Ok(false);
        }
        let text = format!("{}/{action}/{}", actor.id, to.map(StageId::as_str).unwrap_or_default());
        let hash =
            text.bytes().fold(self.0, |hash, byte| hash.wrapping_mul(31).wrapping_add(u64::from(byte)));
        if hash % 13 == 0 {
            return Err(AuthorizerFailed);
        }
        Ok(!action.starts_with("read_") && hash % 7 == 0)
    }
}

struct Office {
    bureau: Bureau,
    guarded: Arc<Engine>,
    customer: CustomerId,
    cases: Vec<CaseId>,
}

impl Office {
    fn in_bureau(bureau: Bureau, whims: u64) -> Self {
        let mona = bureau.desk("mona", Role::Manager);
        let signed = NewStep::new("signed", "Signed", StepKind::Approval).by_anyone();
        let steps = vec![signed.with_quorum(2).not_by_raiser().deniable(["other"])];
        mona.create_workflow(NewWorkflow { name: "Sign-off".into(), steps, ..NewWorkflow::default() })
            .unwrap();
        mona.create_case_type(NewCaseType::new("Sign-off").with_workflow("Sign-off")).unwrap();
        let stages = vec![
            NewStage::new("Open", StageCategory::Open),
            NewStage::new("Assess", StageCategory::Active),
            NewStage::new("Closed", StageCategory::Closed),
        ];
        let moves = [("Open", "Assess"), ("Assess", "Closed"), ("Closed", "Assess")];
        mona.create_case_type(NewCaseType::new("Narrow").with_stages(stages).with_moves(moves)).unwrap();
        let customer = mona.create_customer(NewCustomer::named("Ada Obi")).unwrap().id;
        let guarded = bureau.guarded_by(Whimsical(whims));
        Self { bureau, guarded, customer, cases: Vec::new() }
    }

    /// Everybody who acts; all of them may look.
    fn desk(&self, which: usize) -> Desk {
        let only = |id: &str, permission: Permission| Actor::new(id, id).with_permission(permission);
        let all = [
            actor("petra", Role::Approver),
            actor("quin", Role::Approver),
            actor("mona", Role::Manager),
            actor("root", Role::Administrator),
            actor("amara", Role::Agent),
            actor("audra", Role::Auditor),
            only("rita", Permission::RetryFailures),
            only("edda", Permission::EditCases),
            actor("sid", Role::Approver).on_behalf_of("petra"),
        ];
        let chosen = all[which % all.len()].clone();
        self.guarded.desk(chosen.with_permission(Permission::ReadCases))
    }

    fn carry_out(&mut self, command: Command) {
        match command {
            Command::Raise { by, kind } => {
                let (desk, kind) = (self.desk(by), KINDS[kind % KINDS.len()]);
                let said = said(desk.raise_blockers(kind, None));
                let raised = desk.raise_case(NewCase::new(kind, "A case"));
                self.cases.extend(raised.as_ref().ok().map(|raised| raised.id));
                lawful(&said, raised.map(drop), &format!("raise {kind}"));
            }
            Command::Act { by, case, which, possible } => {
                let desk = self.desk(by);
                let Some(case) = self.cases.get(case % self.cases.len().max(1)).copied() else { return };
                // Somebody for whom the authorizer fails is refused to look, and is told nothing.
                let Ok(mut all) = desk.available_actions(case) else { return };
                if let Ok(thread) = desk.thread(case, PageRequest::first()) {
                    for note in thread.rows {
                        all.extend(desk.note_actions(note.id).unwrap());
                    }
                }
                let wanted = |one: &&AvailableAction| !possible || one.blockers.is_empty();
                let wanted: Vec<&AvailableAction> = all.iter().filter(wanted).collect();
                if wanted.is_empty() {
                    return;
                }
                let chosen = wanted[which % wanted.len()];
                let asked = desk.blockers(case, chosen.action, chosen.target.as_deref());
                assert_eq!(said(asked), chosen.blockers, "{chosen:?} is listed with other reasons");
                lawful(
                    &chosen.blockers,
                    act(&desk, case, chosen, Some(self.customer)),
                    &format!("{chosen:?}"),
                );
            }
            Command::Refuse => {
                let refusal = Fault::transient("webform_down", "try again later");
                self.bureau.webform.will([Answer::Fails(refusal)]);
            }
        }
    }
}

fn said(answer: Result<Vec<Blocker>, Error>) -> Vec<Blocker> {
    answer.unwrap()
}

/// What was said before, against what the command answered.
#[track_caller]
fn lawful(said: &[Blocker], answer: Result<(), Error>, what: &str) {
    let refused = match answer {
        Ok(()) => {
            assert_eq!(said, [], "{what} succeeded");
            return;
        }
        Err(Error::Rejected(refused)) => refused,
        Err(fault) => panic!("{fault:?}"),
    };
    let first = said.first();
    match &refused {
        Rejection::Forbidden { permission, .. } => {
            assert_eq!(first, Some(&Blocker::PermissionMissing { permission: *permission }), "{what}");
        }
        Rejection::NotAllowedHere { .. } => assert_eq!(first, Some(&Blocker::NotAllowedHere), "{what}"),
        Rejection::AlreadyTaken { by, .. } => {
            assert_eq!(first, Some(&Blocker::held_by(by)), "{what}");
        }
        Rejection::Blocked { blockers, .. } => {
            let by_the_rules = said.iter().filter(|one| **one != Blocker::NotAllowedHere);
            assert!(by_the_rules.eq(blockers), "{what}: said {said:?}, refused by {blockers:?}");
            assert_eq!(first, blockers.first(), "{what}");
        }
        Rejection::Invalid { .. }
        | Rejection::NotFound { .. }
        | Rejection::Conflict { .. }
        | Rejection::RequestIdReused
        | Rejection::CursorNotOfThisStore
        | Rejection::Contended { .. } => panic!("{what}: said {said:?}, refused by {refused:?}"),
    }
}
