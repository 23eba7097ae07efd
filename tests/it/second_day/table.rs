//! Who may do what, when: every role, every action, every state of a data request, against a table that people read.
//!
//! `tests/it/second_day/table.txt` is the reviewed answer. After a change of the rules, run the test with
//! `CASEKIT_BLESS=1`, and read the difference before it is kept.

use std::fmt::Write as _;

use casekit::{Action, CaseId, Fault, Role};

use super::host::{Answer, Bureau};
use crate::build::actor;

const ACTIONS: [Action; 14] = [
    Action::TakeCase,
    Action::ReturnCase,
    Action::ApproveIdentification,
    Action::PrepareData,
    Action::ApproveNoData,
    Action::ApproveData,
    Action::ApproveStep,
    Action::Deny,
    Action::Revoke,
    Action::Release,
    Action::SendAgain,
    Action::ConfirmTarget,
    Action::Retry,
    Action::Withdraw,
];

/// The states, each reached from the one before by the actor who holds the case.
fn states(bureau: &Bureau, holder: &casekit::Desk) -> Vec<(&'static str, CaseId)> {
    let taken = |reference: &str| {
        let case = bureau.request(reference).id;
        holder.take_case(case).unwrap();
        case
    };
    let petra = bureau.desk("decider", Role::Approver);
    let decided = |reference: &str, how_far: u32| {
        let case = bureau.request(reference).id;
        petra.take_case(case).unwrap();
        petra.approve_identification(case, "known", &[]).unwrap();
        if how_far >= 2 {
            petra.prepare_data(case).unwrap();
        }
        if how_far >= 3 {
            petra.approve_no_data(case, Some("it is about somebody else")).unwrap();
        }
        if how_far >= 4 {
            petra.release(case).unwrap();
        }
        case
    };
    let handed = |case: CaseId| {
        let mona = bureau.desk("mona", Role::Manager);
        mona.assign_case(case, &holder.actor().id, None).unwrap();
        case
    };
    let mut all = vec![("untaken", bureau.request("untaken").id), ("taken", taken("taken"))];
    let other = bureau.request("held by another").id;
    petra.take_case(other).unwrap();
    all.push(("held by another", other));
    all.push(("identified", handed(decided("identified", 1))));
    all.push(("prepared", handed(decided("prepared", 2))));
    all.push(("approved", handed(decided("approved", 3))));
    let fault = Fault::transient("webform_unavailable", "try again later");
    bureau.webform.will([Answer::Fails(fault)]);
    all.push(("delivery failed", handed(decided("delivery failed", 4))));
    all.push(("released", decided("released", 4)));
    all
}

fn table() -> String {
    let mut table = String::new();
    for role in Role::ALL {
        let bureau = Bureau::in_memory();
        let worker = bureau.engine.desk(actor("worker", role));
        // Who may not take a case gets it from a manager, so that every state is one of theirs.
        let taker = bureau.engine.desk(actor("worker", Role::Agent));
        for (state, case) in states(&bureau, &taker) {
            for action in ACTIONS {
                let answer = match worker.blockers(
                    case,
                    action,
                    (action == Action::Revoke).then_some("identification"),
                ) {
                    Ok(blockers) if blockers.is_empty() => "yes".to_owned(),
                    Ok(blockers) => blockers
                        .iter()
                        .map(ToString::to_string)
                        .collect::<Vec<_>>()
                        .join("; ")
                        .replace('`', "'"),
                    Err(error) => format!("({})", error.code()),
                };
                writeln!(table, "{role:?} | {state} | {} | {answer}", action.code()).unwrap();
            }
        }
    }
    table
}

#[test]
fn every_role_and_action_and_state_is_as_reviewed() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/second_day/table.txt");
    let now = table();
    if std::env::var_os("CASEKIT_BLESS").is_some() {
        std::fs::write(path, &now).unwrap();
    }
    let reviewed = std::fs::read_to_string(path).unwrap();
    let changed: Vec<(&str, &str)> =
        now.lines().zip(reviewed.lines()).filter(|(now, reviewed)| now != reviewed).take(5).collect();
    assert_eq!(changed, []);
    assert_eq!(now.lines().count(), reviewed.lines().count());
}
