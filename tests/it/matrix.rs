//! Who may do what, when and where: every command and read, by every role, in every class of state and every scope, really
//! called.
//!
//! `tests/it/matrix/reviewed.txt` is the reviewed answer. After a change of the rules write it anew with
//! `CASEKIT_BLESS=1 cargo test --all-features --test it matrix`, and read every line of the difference as somebody who
//! must not let data out.

mod acts;
mod answers;
mod covered;
mod methods;
mod notes;
mod past;
mod states;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/matrix/reviewed.txt");

/// What to do when the test fails and was meant to.
const ANEW: &str = "who may do what has changed: if it was meant to, run \
    `CASEKIT_BLESS=1 cargo test --all-features --test it matrix`, and read every line of the difference";

const LEGEND: &str = "\
Who may do what, when and where. Written by tests/it/matrix.rs from what the library really answers; read by people.

Each line has a letter for each caller, in this order:
  N no role   A Agent   P Approver   M Manager   U Auditor   I ItAdministrator   R Administrator
  the caller's own letter   allowed
  .                         refused: a permission is missing
  s                         refused: the state does not allow it, for the reasons that follow
  -                         as if the thing did not exist
  h                         refused: the application's authorizer forbids it
  e                         a list or a number in which the case does not occur
";

const ACTS: &str = "
Part 1: what can be done with a case, by its state. The worker is who calls. The case is held by the worker (mine), by
somebody else (theirs) or by nobody (free), and was raised by somebody else unless it says so. `plain.*` stands for all
states that begin so, `*` for all that there are. `blockers` and `available_actions` say the same in every cell.
";

const NOTES: &str = "
Part 2: what can be done with a note, by what it is to the worker.
";

const METHODS: &str = "
Part 3: every method, in a state in which it is possible, by where the case lies for who calls:
  inside    the application narrows nothing
  absent    there is no such case: where it is hidden, the answers must be the same
  type      the case is of a type outside the caller's scope
  own       the caller sees only their own cases, and neither raised nor holds this one
  customer  the caller sees only the cases of another customer
  forbids   the authorizer forbids everything with this case
  fails     the authorizer fails
                         inside   absent   type     own      customer forbids  fails
";

fn table() -> (String, Vec<String>) {
    let (acts, differing) = acts::table();
    let parts = [LEGEND, ACTS, &states::legend(), &acts, NOTES, &notes::table(), METHODS, &methods::table()];
    (parts.concat(), differing)
}

#[test]
fn what_everybody_may_is_as_reviewed_and_as_screens_are_told() {
    let (now, differing) = table();
    assert_eq!(differing, [""; 0], "what a screen is told is not what the command answers");
    if std::env::var_os("CASEKIT_BLESS").is_some() {
        std::fs::write(PATH, &now).unwrap();
    }
    let reviewed = std::fs::read_to_string(PATH).unwrap_or_default();
    let (now_named, reviewed_named) = (named(&now), named(&reviewed));
    let only_in = |one: &[String], other: &[String]| -> String {
        one.iter().filter(|line| !other.contains(line)).map(|line| format!("\n{line}")).collect()
    };
    let (without_decision, no_more) =
        (only_in(&now_named, &reviewed_named), only_in(&reviewed_named, &now_named));
    assert!(
        without_decision.is_empty() && no_more.is_empty(),
        "without a decision in reviewed.txt:{without_decision}\ntrue no more:{no_more}\n{ANEW}"
    );
    assert!(now == reviewed, "the lines of reviewed.txt are in another order; {ANEW}");
    assert!(reviewed.lines().count() <= 550, "more than a person reads: find what belongs together");
}

/// The lines of a file, each with the command below whose name it stands.
fn named(text: &str) -> Vec<String> {
    let mut command = String::new();
    let mut lines = Vec::new();
    for line in text.lines() {
        match line.strip_prefix("  ") {
            Some(answer) => lines.push(format!("{command}: {}", answer.trim())),
            None => {
                command = line.to_owned();
                lines.push(command.clone());
            }
        }
    }
    lines
}
