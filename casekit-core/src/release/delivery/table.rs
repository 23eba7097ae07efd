//! The state machine as tables: every state against everything that can happen, as `docs/delivery.md` shows them.

use chrono::TimeDelta;
use uuid::Uuid;

use super::*;
use crate::command::{CaseEdit, NewDenial};
use crate::decide::testing::{Given, actor, at, customer, held_by};
use crate::decide::{
    Command, DenyRequest, DestroyData, EditCase, MayPrepare, RecordMilestone, RequestRelease, RevokeApproval,
    SendAgain, Withdraw,
};
use crate::event::{Event, Fact, Header, Personal};
use crate::evolve::evolve;
use crate::model::{
    ActorId, Approval, BlobId, Case, DueTask, NoDataFinding, Role, Sending, State, StepId, WorkflowId,
    shipped_workflows,
};
use crate::rejection::Rejection;

const KEY: &str = "k";
const BYTES: &[u8] = b"the package";

fn blob() -> BlobId {
    BlobId(Uuid::from_u128(40))
}

fn package() -> PackageRef {
    let sha256 = hex(&Digest::from(Sha256::digest(BYTES)));
    PackageRef { blob: Some(blob()), sha256, size: BYTES.len() as u64 }
}

fn fault() -> Fault {
    Fault::transient("busy", "try again")
}

fn failure() -> Failure {
    fault().at(&StepId::parse("step", "release").unwrap(), 1, at())
}

/// A failure that is tried again by itself from an instant on.
fn retried_from(retry_at: Timestamp) -> Failure {
    Failure { retry_at: Some(retry_at), ..failure() }
}

fn an_hour_ago() -> Timestamp {
    at() - TimeDelta::hours(1)
}

/// The case after an event with this fact, as a store would have it.
fn after(case: Case, fact: CaseFact, when: Timestamp) -> Case {
    let by = ActorId::parse("actor", "petra").unwrap();
    let header = Header { at: when, actor: by, on_behalf_of: None, imported_by: None };
    let revision = case.revision + 1;
    let fact = Fact::Case(case.id, fact);
    let event = Event { position: 9, revision, header, fact, personal: Personal::default() };
    let next = evolve(Some(State::Case(Box::new(case))), &event).and_then(State::into_case);
    next.expect("the fact follows")
}

/// A data request that petra holds, with every step before the release done.
fn approved() -> Case {
    let (_, version) = shipped_workflows().remove(0);
    let (case, workflow) = (held_by("petra"), WorkflowId(Uuid::from_u128(5)));
    let started = CaseFact::WorkflowStarted { workflow, version: 1, steps: version.steps, round: 1 };
    let mut case = after(case, started, an_hour_ago());
    let material = crate::release::digest::material_digest(&case, case.progress.as_deref().unwrap());
    let nothing = DataApproval::NoData { finding: NoDataFinding::FoundNone, reason: None };
    let no_data = crate::release::digest::content_digest(&case, case.progress.as_deref().unwrap(), &nothing);
    let approval = |step: &str, digest: &str, data| Approval {
        step: StepId::parse("step", step).unwrap(),
        by: ActorId::parse("actor", "petra").unwrap(),
        on_behalf_of: None,
        at: an_hour_ago(),
        digest: digest.to_owned(),
        data,
        method: None,
        checked: Vec::new(),
        assurance: None,
        credentials: Vec::new(),
        note: None,
    };
    case.progress.as_mut().unwrap().approvals =
        vec![approval("identification", &material, None), approval("data_approval", &no_data, Some(nothing))];
    case
}

fn requested() -> CaseFact {
    let step = StepId::parse("step", "release").unwrap();
    CaseFact::ReleaseRequested { step, digest: "d".into(), key: KEY.into(), target: None }
}

/// Every state, made by the facts that lead to it. Leases that are live began a minute ago; everything else happened an
/// hour ago.
fn states() -> Vec<(&'static str, Case)> {
    let first = || KEY.to_owned();
    let again = || Sending::later_key(KEY, 2);
    let built = || CaseFact::PackageBuilt { key: first(), attempt: 1, package: package() };
    let not_built = |attempt| CaseFact::BuildFailed { key: first(), attempt, failure: failure() };
    let begun = |key: String, attempt, since: Timestamp| CaseFact::DeliveryStarted {
        key,
        attempt,
        lease_until: since + LEASE,
    };
    let not_built_until =
        |instant| CaseFact::BuildFailed { key: first(), attempt: 1, failure: retried_from(instant) };
    let not_sent_until =
        |key, instant| CaseFact::DeliveryFailed { key, attempt: 1, failure: retried_from(instant) };
    let not_sent = |key: String| CaseFact::DeliveryFailed { key, attempt: 1, failure: failure() };
    let outcome = Some(Outcome::NoData);
    let arrived =
        || CaseFact::Delivered { key: first(), attempt: 1, outcome: outcome.clone(), receipt: None };
    let arrived_again = || CaseFact::Delivered { key: again(), attempt: 1, outcome: None, receipt: None };
    let withdrawn = || CaseFact::WorkflowEnded { outcome: Outcome::Withdrawn };
    let destroyed = || CaseFact::DataDestroyed { round: 1 };
    let asked_again = || CaseFact::SendingRequested { key: again(), number: 2, target: None };
    let delivered = || vec![built(), begun(first(), 1, an_hour_ago()), arrived()];
    let resent = |mut more: Vec<CaseFact>| {
        let mut facts = delivered();
        facts.push(asked_again());
        facts.append(&mut more);
        facts
    };
    let live = at() - TimeDelta::minutes(1);
    let (past, later) = (live, at() + TimeDelta::minutes(1));
    let all = [
        ("building", vec![]),
        ("not built 1", vec![not_built(1)]),
        ("not built 1, to be retried", vec![not_built_until(later)]),
        ("not built 1, retry due", vec![not_built_until(past)]),
        ("built", vec![built()]),
        ("sending 1, lease live", vec![built(), begun(first(), 1, live)]),
        ("sending 1, lease over", vec![built(), begun(first(), 1, an_hour_ago())]),
        ("not sent 1", vec![built(), begun(first(), 1, an_hour_ago()), not_sent(first())]),
        (
            "not sent 1, to be retried",
            vec![built(), begun(first(), 1, an_hour_ago()), not_sent_until(first(), later)],
        ),
        (
            "not sent 1, retry due",
            vec![built(), begun(first(), 1, an_hour_ago()), not_sent_until(first(), past)],
        ),
        ("sending 2, lease live", vec![built(), begun(first(), 1, an_hour_ago()), begun(first(), 2, live)]),
        ("arrived 1", delivered()),
        ("withdrawn: stopped", vec![not_built(1), withdrawn(), destroyed()]),
        ("again: built", resent(vec![])),
        ("again: sending 1, lease live", resent(vec![begun(again(), 1, live)])),
        ("again: not sent 1", resent(vec![begun(again(), 1, an_hour_ago()), not_sent(again())])),
        (
            "again: not sent 1, retry due",
            resent(vec![begun(again(), 1, an_hour_ago()), not_sent_until(again(), past)]),
        ),
        ("again: arrived 1", resent(vec![begun(again(), 1, an_hour_ago()), arrived_again()])),
        (
            "again: stopped 1",
            resent(vec![
                begun(again(), 1, an_hour_ago()),
                not_sent(again()),
                CaseFact::SendingStopped { key: again() },
            ]),
        ),
        ("arrived 1, package destroyed", [delivered(), vec![destroyed()]].concat()),
    ];
    let reached = |facts: Vec<CaseFact>| {
        let asked = after(approved(), requested(), an_hour_ago());
        facts.into_iter().fold(asked, |case, fact| after(case, fact, an_hour_ago()))
    };
    all.map(|(name, facts)| (name, reached(facts))).into()
}

fn progress(case: &Case) -> &Progress {
    case.progress.as_deref().unwrap()
}

/// The state of a case's answer, by its name in the tables.
fn name(case: &Case) -> String {
    let Some(release) = &progress(case).release else { return "no answer".into() };
    let again = if release.sending.number > 1 { "again: " } else { "" };
    let attempt = tried(&release.sending.state);
    let attempt = if attempt == 0 { String::new() } else { format!(" {attempt}") };
    format!("{again}{}{attempt}", release.sending.state.code().replace('_', " "))
}

fn key(case: &Case) -> String {
    progress(case).release.as_ref().unwrap().sending.key.clone()
}

/// What is next, by its name in the tables.
fn told(next: &Next) -> String {
    match next {
        Next::Do(Task::Build { attempt }) => format!("**build {attempt}**"),
        Next::Do(Task::Begin { attempt }) => format!("**begin {attempt}**"),
        Next::Do(Task::Send { attempt }) => format!("**send {attempt}**"),
        Next::Done(Done::Arrived { .. }) => "arrived".into(),
        Next::Done(Done::Failed(_)) => "failed".into(),
        Next::Done(Done::UnderWay) => "under way".into(),
        Next::Done(Done::Ended { outcome }) => format!("ended: {}", outcome.code()),
        Next::Done(Done::Destroyed) => "destroyed".into(),
        Next::Done(Done::NotAsked) => "not asked".into(),
    }
}

const DRIVERS: [(&str, Driver); 5] = [
    ("resumes", Driver::Resumes),
    ("retries", Driver::Retries),
    ("holds 1", Driver::Holds { attempt: 1 }),
    ("holds 2", Driver::Holds { attempt: 2 }),
    ("watches", Driver::Watches),
];

fn milestones() -> Vec<(&'static str, Milestone)> {
    let built = |attempt| Milestone::Built { attempt, package: package() };
    let not_built = |attempt| Milestone::NotBuilt { attempt, fault: fault() };
    let arrived = |attempt| Milestone::Arrived { attempt, receipt: None };
    let not_sent = |attempt| Milestone::NotSent { attempt, fault: fault() };
    vec![
        ("built 1", built(1)),
        ("built 2", built(2)),
        ("not built 1", not_built(1)),
        ("not built 2", not_built(2)),
        ("begun 1", Milestone::Begun { attempt: 1 }),
        ("begun 2", Milestone::Begun { attempt: 2 }),
        ("arrived 1", arrived(1)),
        ("arrived 2", arrived(2)),
        ("not sent 1", not_sent(1)),
        ("not sent 2", not_sent(2)),
        ("left", Milestone::Left { fault: Fault::data("restored", "find out") }),
    ]
}

fn given(case: &Case) -> Given {
    Given::new().by(actor("petra", Role::Manager)).with_customer(customer("Ada Obi")).with_case(case.clone())
}

/// The case after a command and the events of its decision, or the reason why the command was refused.
fn when(case: &Case, command: &impl Command) -> Result<Case, Rejection> {
    let decision = given(case).when(command)?;
    let facts = crate::decide::testing::case_facts(&decision);
    Ok(facts.into_iter().fold(case.clone(), |case, fact| after(case, fact, at())))
}

/// What a command does to the state: the name of the next state, a dash for nothing, or the codes of the blockers.
fn outcome(case: &Case, command: &impl Command) -> String {
    match when(case, command) {
        Err(rejection) => {
            let codes: Vec<&str> = rejection.blockers().iter().map(|blocker| blocker.code()).collect();
            format!("`{}`", if codes.is_empty() { rejection.code().to_owned() } else { codes.join("`, `") })
        }
        Ok(next) if next.progress == case.progress => "–".into(),
        Ok(next) if name(&next) != name(case) => name(&next),
        Ok(next) if progress(&next).failure != progress(case).failure => "reported again".into(),
        Ok(_) => "data gone".into(),
    }
}

/// What happens when the caller who holds the attempt finds that the answer can be sent, or that it cannot.
fn sent_with(case: &Case, sendable: Result<(), Fault>) -> String {
    let held = (1..=2).find_map(|attempt| match next(progress(case), Driver::Holds { attempt }, at()) {
        Next::Do(Task::Send { attempt }) => Some(attempt),
        Next::Do(Task::Build { .. } | Task::Begin { .. }) | Next::Done(_) => None,
    });
    let Some(attempt) = held else { return "–".into() };
    let Err(fault) = sendable else { return "sent".into() };
    let code = fault.code.clone();
    let milestone = Milestone::NotSent { attempt, fault };
    let record = RecordMilestone { case: case.id, key: key(case), milestone };
    format!("{}: `{code}`", outcome(case, &record))
}

fn markdown(head: &[&str], rows: Vec<Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let head: Vec<String> = head.iter().map(ToString::to_string).collect();
    let rule = format!("|{}\n", "---|".repeat(head.len()));
    let rows: String = rows.iter().map(|row| line(row)).collect();
    line(&head) + &rule + &rows
}

fn by_hand() -> String {
    let head: Vec<&str> = ["state"].into_iter().chain(DRIVERS.map(|(name, _)| name)).collect();
    let row = |(name, case): (&str, Case)| {
        let cells = DRIVERS.map(|(_, driver)| told(&next(progress(&case), driver, at())));
        [vec![name.to_owned()], cells.to_vec()].concat()
    };
    markdown(&head, states().into_iter().map(row).collect())
}

fn by_point() -> String {
    let head: Vec<&str> = ["state"].into_iter().chain(milestones().iter().map(|(name, _)| *name)).collect();
    let row = |(name, case): (&str, Case)| {
        let cell =
            |(_, milestone)| outcome(&case, &RecordMilestone { case: case.id, key: key(&case), milestone });
        [vec![name.to_owned()], milestones().into_iter().map(cell).collect()].concat()
    };
    markdown(&head, states().into_iter().map(row).collect())
}

fn by_command() -> String {
    let head = [
        "state",
        "`withdraw`",
        "`deny`",
        "`revoke`",
        "customer changed",
        "`release`",
        "`retry`",
        "`send_again`",
        "retention over",
    ];
    let row = |(name, case): (&str, Case)| {
        let id = case.id;
        let text = || "why".to_owned();
        let denial = NewDenial {
            step: Some("data_approval".into()),
            code: "excessive".into(),
            internal_reason: text(),
            customer_reason: text(),
        };
        let edit = CaseEdit { customer: Some(customer("Ada Obi").id), ..CaseEdit::default() };
        vec![
            name.to_owned(),
            outcome(&case, &Withdraw { case: id, reason: None }),
            outcome(&case, &DenyRequest { case: id, denial }),
            outcome(&case, &RevokeApproval { case: id, step: "identification".into(), reason: None }),
            outcome(&case, &EditCase { case: id, edit }),
            outcome(&case, &RequestRelease { case: id }),
            outcome(&case, &MayPrepare { case: id, retry: true, source: None }),
            outcome(&case, &SendAgain { case: id, reason: text() }),
            outcome(&case, &DestroyData { case: id, before: at() + TimeDelta::days(1) }),
        ]
    };
    markdown(&head, states().into_iter().map(row).collect())
}

fn by_surroundings() -> String {
    let head =
        ["state", "killed, an hour later", "webform not set", "target changed", "bytes gone or damaged"];
    let row = |(name, case): (&str, Case)| {
        let here = WebformTarget::Host { name: "here".into() };
        let elsewhere = WebformTarget::Host { name: "elsewhere".into() };
        let settings = Settings { webform: Some(elsewhere), ..Settings::shipped() };
        let kept = || progress(&case).release.as_ref().and_then(|release| release.package.as_ref());
        vec![
            name.to_owned(),
            told(&next(progress(&case), Driver::Resumes, at() + TimeDelta::hours(1))),
            sent_with(&case, target(Some(&Settings::shipped()), Some(&here)).map(|_| ())),
            sent_with(&case, target(Some(&settings), Some(&here)).map(|_| ())),
            sent_with(&case, whole(kept(), None).map(|_| ())),
        ]
    };
    markdown(&head, states().into_iter().map(row).collect())
}

#[test]
fn the_page_shows_the_machine_as_it_is() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/delivery.md");
    let mut page = std::fs::read_to_string(path).unwrap();
    let tables = [
        ("driver", by_hand()),
        ("milestone", by_point()),
        ("command", by_command()),
        ("around", by_surroundings()),
    ];
    let mut differs = Vec::new();
    for (place, table) in tables {
        let (begin, end) = (format!("<!-- {place} -->\n"), format!("<!-- end of {place} -->"));
        let from = page.find(&begin).expect("the page has a place for the table") + begin.len();
        let to = from + page[from..].find(&end).unwrap();
        if page[from..to].trim() != table.trim() {
            differs.push(format!("{place}:\n{table}"));
            page.replace_range(from..to, &format!("\n{table}\n"));
        }
    }
    if std::env::var_os("CASEKIT_BLESS").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    assert!(differs.is_empty(), "docs/delivery.md says otherwise than the code:\n{}", differs.join("\n"));
}

/// The reason why a delivery ends: every task, once recorded, changes the state, and a caller who recorded nothing does
/// nothing more.
#[test]
fn what_is_to_be_done_changes_where_the_answer_stands() {
    for (state, case) in states() {
        for (hand_name, driver) in DRIVERS {
            let Next::Do(task) = next(progress(&case), driver, at()) else { continue };
            let reached = match task {
                Task::Build { attempt } => vec![
                    Milestone::Built { attempt, package: package() },
                    Milestone::NotBuilt { attempt, fault: fault() },
                ],
                Task::Begin { attempt } => vec![Milestone::Begun { attempt }],
                Task::Send { attempt } => {
                    vec![
                        Milestone::Arrived { attempt, receipt: None },
                        Milestone::NotSent { attempt, fault: fault() },
                    ]
                }
            };
            for milestone in reached {
                let record = RecordMilestone { case: case.id, key: key(&case), milestone };
                assert_ne!(when(&case, &record).unwrap(), case, "{state}, {hand_name}: {task:?}");
            }
        }
    }
}

#[test]
fn every_delivery_is_over_after_a_few_milestones_whatever_fails() {
    for (state, case) in states() {
        for (hand_name, first) in DRIVERS {
            for fails in [[false, false], [true, false], [false, true]] {
                let (mut case, mut driver, mut written) = (case.clone(), first, 0);
                while let Next::Do(task) = next(progress(&case), driver, at()) {
                    let milestone = match task {
                        Task::Build { attempt } if fails[0] => {
                            Milestone::NotBuilt { attempt, fault: fault() }
                        }
                        Task::Build { attempt } => Milestone::Built { attempt, package: package() },
                        Task::Begin { attempt } => Milestone::Begun { attempt },
                        Task::Send { attempt } if fails[1] => Milestone::NotSent { attempt, fault: fault() },
                        Task::Send { attempt } => Milestone::Arrived { attempt, receipt: None },
                    };
                    case =
                        when(&case, &RecordMilestone { case: case.id, key: key(&case), milestone }).unwrap();
                    (driver, written) = (task.next_driver(), written + 1);
                    assert!(written <= 3, "{state}, {hand_name}, {fails:?}");
                }
            }
        }
    }
}

/// The index of due tasks in the store agrees with the machine.
#[test]
fn the_library_goes_on_where_the_store_says_that_it_is_due() {
    for (state, case) in states() {
        let due = progress(&case).due_task().filter(|(due_task, _)| *due_task == DueTask::Deliver);
        for now in [an_hour_ago(), at(), at() + TimeDelta::hours(1)] {
            let goes_on = matches!(next(progress(&case), Driver::Resumes, now), Next::Do(_));
            assert_eq!(goes_on, due.is_some_and(|(_, from)| from <= now), "{state} at {now}");
        }
    }
}

/// A weekend without the webform: the machine is driven by nothing but the instants that it states.
#[test]
fn what_may_pass_by_itself_is_tried_again_until_the_most_and_then_stays_for_a_person() {
    let mut case = after(after(approved(), requested(), at()), built_package(), at());
    let (mut now, mut attempts) = (at(), 0);
    let record = |case: &Case, milestone, now| {
        let command = RecordMilestone { case: case.id, key: key(case), milestone };
        let decision = given(case).when_at(now, &command).unwrap();
        let facts = crate::decide::testing::case_facts(&decision);
        facts.into_iter().fold(case.clone(), |case, fact| after(case, fact, now))
    };
    while let Some((DueTask::Deliver, due)) = progress(&case).due_task() {
        assert!(due >= now, "instants grow");
        now = due;
        let Next::Do(Task::Begin { attempt }) = next(progress(&case), Driver::Resumes, now) else {
            panic!("{:?}", progress(&case).release)
        };
        case = record(&case, Milestone::Begun { attempt }, now);
        assert_eq!(progress(&case).retry_at(), None, "an attempt is running");
        case = record(&case, Milestone::NotSent { attempt, fault: fault() }, now);
        attempts += 1;
        assert_eq!((attempt, progress(&case).failure.as_ref().unwrap().attempts), (attempts, attempts));
    }
    assert_eq!(attempts, crate::model::limits::ATTEMPTS);
    assert!(now - at() > TimeDelta::hours(3 * 24));
    // A person's retry starts at once and counts on.
    assert_eq!(next(progress(&case), Driver::Retries, now), Next::Do(Task::Begin { attempt: attempts + 1 }));
    let withdrawn = when(&case, &Withdraw { case: case.id, reason: None }).unwrap();
    assert_eq!(progress(&withdrawn).due_task(), None);
}

fn built_package() -> CaseFact {
    CaseFact::PackageBuilt { key: KEY.into(), attempt: 1, package: package() }
}

#[test]
fn within_a_lease_only_its_holder_sends_and_nobody_begins() {
    for (state, case) in states() {
        for (hand_name, driver) in DRIVERS {
            let Next::Do(task) = next(progress(&case), driver, at()) else { continue };
            let sending = &progress(&case).release.as_ref().unwrap().sending.state;
            let DeliveryState::Sending { attempt, lease_until } = sending else { continue };
            if *lease_until > at() {
                assert_eq!(
                    (driver, task),
                    (Driver::Holds { attempt: *attempt }, Task::Send { attempt: *attempt })
                );
            } else {
                assert_eq!(task, Task::Begin { attempt: attempt + 1 }, "{state}, {hand_name}");
            }
        }
    }
}

/// To a receiver, a second sending is a different thing: a late milestone of the first sending does not change it.
#[test]
fn what_is_reported_of_an_earlier_sending_changes_nothing() {
    for (state, case) in states().into_iter().filter(|(name, _)| name.starts_with("again")) {
        for (point_name, milestone) in milestones() {
            let record = RecordMilestone { case: case.id, key: KEY.into(), milestone };
            assert_eq!(when(&case, &record).unwrap(), case, "{state}, {point_name}");
        }
    }
}
