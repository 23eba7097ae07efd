//! What can be done with a case: every action, and every other command and read of one case; called in every class of state.

use casekit::{
    Action, Actor, Blocker, CaseEdit, CaseId, Desk, Error, NewDenial, NewExtension, NewMessage, NewNote,
    NewPause, NewResumption, PageRequest, Permission, Priority, Rejection, RequestEdit, Role, StreamId,
    TagsEdit, Timestamp,
};

use super::answers::{Answer, actor_of, blocks, columns, line};
use super::states::{STATES, Scene};

/// Lists every action, and gives each its call: an action without one does not compile. Those that are asked about
/// elsewhere come first.
macro_rules! actions {
    ($($elsewhere:ident),*; $($action:ident => |$desk:ident, $case:ident, $scene:ident| $call:expr;)*) => {
        const ACTIONS: &[Action] = &[$(Action::$action),*];

        fn attempt(action: Action, desk: &Desk, scene: &Scene) -> Result<bool, Error> {
            match action {
                $(Action::$action => {
                    let ($desk, $case, $scene) = (desk, scene.case, scene);
                    $call.map(|_| true)
                })*
                $(Action::$elsewhere)|* => unreachable!("it is not in the list"),
            }
        }
    };
}

actions! {
    // A note is in `notes.rs`; a case that has not ended is moved by the same command, and not reopened; the types here have
    // no fields of their own.
    Reply, EditNote, RetractNote, SetNoteVisibility, StopMessage, ReopenCase, EditFields;
    TakeCase => |desk, case, _s| desk.take_case(case);
    ReturnCase => |desk, case, _s| desk.return_case(case, None);
    AssignCase => |desk, case, _s| desk.assign_case(case, "third", None);
    TakeOverCase => |desk, case, _s| desk.take_over_case(case, None);
    EditCase => |desk, case, _s| edit(desk, case, CaseEdit::new().title("Lamps"));
    ChangePriority => |desk, case, _s| edit(desk, case, CaseEdit::new().priority(Priority::Urgent));
    TagCase => |desk, case, _s| desk.tag_case(case, TagsEdit::new().with("Roof"));
    ChangeCustomer => |desk, case, _s| edit(desk, case, CaseEdit::new().without_customer());
    ChangeTeam => |desk, case, _s| edit(desk, case, CaseEdit::new().team("Archive"));
    EditRequest => |desk, case, _s| desk.edit_request(case, RequestEdit::new().reply_to("new@example.org"));
    PauseDeadlines => |desk, case, _s| desk.pause_deadlines(case, NewPause::new("clarification"));
    ResumeDeadlines => |desk, case, _s| desk.resume_deadlines(case, NewResumption::new());
    ExtendDeadline => |desk, case, _s| desk.extend_deadline(case, NewExtension::because("boxes"));
    GiveDate => |desk, case, _s| desk.give_date(case, "fee_paid", Some(Timestamp::UNIX_EPOCH));
    FollowUp => |desk, case, _s| desk.follow_up(case, Some(in_a_hundred_years()), None);
    MoveCase => |desk, case, _s| edit(desk, case, CaseEdit::new().stage("In Progress"));
    ChangeType => |desk, case, _s| edit(desk, case, CaseEdit::new().case_type("Enquiries"));
    MigrateCase => |desk, case, _s| desk.migrate_case(case);
    AddNote => |desk, case, _s| desk.add_note(case, "x");
    SendMessage => |desk, case, _s| desk.send_message(case, NewMessage::question("Which year?"));
    AddCustomerNote => |desk, case, _s| desk.add_note(case, NewNote::for_customer("x"));
    ApproveIdentification => |desk, case, _s| desk.approve_identification(case, "known", &[]);
    PrepareData => |desk, case, _s| desk.prepare_data(case);
    PrepareSource => |desk, case, _s| desk.prepare_source(case, "casekit");
    LeaveOutSource => |desk, case, _s| desk.leave_out_source(case, "shop", "it is being replaced");
    ApproveNoData => |desk, case, _s| desk.approve_no_data(case, Some("not about you"));
    ApproveData => |desk, case, s| desk.approve_data(case, s.snapshot(), Vec::new());
    ApproveStep => |desk, case, s| desk.approve_step(case, s.step, None);
    Deny => |desk, case, _s| desk.deny(case, NewDenial::new("other", "internal", "sorry"));
    Revoke => |desk, case, s| desk.revoke(case, s.step, None);
    Release => |desk, case, _s| desk.release(case);
    SendAgain => |desk, case, _s| desk.send_again(case, "lost");
    AnswerAnew => |desk, case, _s| desk.answer_anew(case, "again");
    ConfirmTarget => |desk, case, s| desk.confirm_target(case, &s.place());
    Retry => |desk, case, _s| desk.retry(case);
    Withdraw => |desk, case, _s| desk.withdraw(case, None);
}

fn in_a_hundred_years() -> Timestamp {
    "2126-01-01T00:00:00Z".parse().unwrap()
}

type Call = fn(&Desk, &Scene) -> Result<bool, Error>;

/// What else can be done with a case and depends on its state; what is called an edit is the one method `edit_case`.
const OTHERS: &[(&str, Call)] = &[
    ("edit_case: to a closed stage", |desk, s| edit(desk, s.case, CaseEdit::new().stage("Closed"))),
    ("edit_case: to an open stage, with a reason", |desk, s| {
        edit(desk, s.case, CaseEdit::new().stage("Open").because("wrong"))
    }),
    ("case, find_case, thread, history, summary, available_actions, blockers", reads),
    ("snapshot", |desk, s| desk.snapshot(s.case).map(|_| true)),
    ("preview_data", |desk, s| desk.preview_data(s.case, "shop", "orders", 0, 1).map(|_| true)),
];

fn edit(desk: &Desk, case: CaseId, edit: CaseEdit) -> Result<bool, Error> {
    desk.edit_case(case, edit).map(|_| true)
}

/// Reads whose answer must not depend on the state of the case.
fn reads(desk: &Desk, scene: &Scene) -> Result<bool, Error> {
    let (case, page) = (scene.case, PageRequest::first);
    desk.case(case)?;
    desk.find_case(&case.to_string())?;
    desk.thread(case, page())?;
    desk.summary(case)?;
    desk.available_actions(case)?;
    desk.blockers(case, Action::Release, None)?;
    desk.history(StreamId::Case(case), page())?;
    Ok(true)
}

/// Everything, in every class of state, by everybody; with what `blockers` and `available_actions` say where they differ
/// from what the command answered.
pub(super) fn table() -> (String, Vec<String>) {
    let mut differing = Vec::new();
    let mut lines: Vec<Vec<(String, (String, String))>> = vec![Vec::new(); ACTIONS.len() + OTHERS.len()];
    for state in STATES {
        let mut scene = (state.build)();
        for (place, lines) in lines.iter_mut().enumerate() {
            let mut answers = Vec::new();
            for (column, role) in columns() {
                let desk = scene.bureau.engine.desk(worker(&scene, role));
                let before = scene.bureau.engine.store().last_position().unwrap();
                let action = ACTIONS.get(place).copied();
                let called = match (action, place.checked_sub(ACTIONS.len())) {
                    (Some(action), _) => {
                        let said = said(action, &scene, role);
                        let answer = Answer::of(attempt(action, &desk, &scene));
                        if let Some(difference) = said.differs_from(&answer) {
                            differing.push(format!(
                                "{} {} {column}: {difference}",
                                state.name,
                                name_of(action)
                            ));
                        }
                        answer
                    }
                    (None, other) => Answer::of(OTHERS[other.unwrap()].1(&desk, &scene)),
                };
                let wrote = scene.bureau.engine.store().last_position().unwrap() != before;
                if wrote && !called.is_given() {
                    differing
                        .push(format!("{} {place} {column}: refused, and yet something changed", state.name));
                }
                if wrote {
                    scene = (state.build)();
                }
                answers.push((column, called));
            }
            lines.push((state.name.to_owned(), line(&answers)));
        }
    }
    let names = ACTIONS.iter().map(|action| name_of(*action)).chain(OTHERS.iter().map(|(name, _)| *name));
    let text = blocks(names.zip(lines.iter().map(Vec::as_slice)));
    (text, differing)
}

/// The command of an action, with what it does to the case where one command does several things.
fn name_of(action: Action) -> &'static str {
    match action {
        Action::EditCase => "edit_case: title",
        Action::ChangeCustomer => "edit_case: customer",
        Action::ChangePriority => "edit_case: priority",
        Action::ChangeTeam => "edit_case: team",
        Action::MoveCase => "edit_case: to an active stage",
        Action::ChangeType => "edit_case: type",
        Action::AddCustomerNote => "add_note: for the customer",
        other => other.code(),
    }
}

fn worker(scene: &Scene, role: Option<Role>) -> Actor {
    let actor = actor_of("worker", role);
    scene.acts_for.into_iter().fold(actor, Actor::on_behalf_of)
}

/// What a screen is told of an action before it offers it.
struct Said {
    blockers: Vec<Blocker>,
    /// Whether one of the actions that are listed as possible is this one.
    offered: bool,
}

/// Asks as the same person, who may read cases in addition: whoever may retry need not, and is not asked then.
fn said(action: Action, scene: &Scene, role: Option<Role>) -> Said {
    let desk = scene.bureau.engine.desk(worker(scene, role).with_permission(Permission::ReadCases));
    let target = target_of(action, scene);
    let blockers = match desk.blockers(scene.case, action, target) {
        Ok(blockers) => blockers,
        // There is no step or stage of that name. The command says the same to whoever has the permission.
        Err(Error::Rejected(Rejection::Invalid { .. })) => {
            let steps = matches!(action, Action::ApproveStep | Action::Revoke);
            let permission = if steps { Permission::DecideSteps } else { Permission::EditCases };
            let missing = Blocker::PermissionMissing { permission };
            let lacks = !desk.actor().may(permission);
            lacks.then_some(missing).into_iter().chain([Blocker::NoSuchStep]).collect()
        }
        Err(error) => panic!("{error:?}"),
    };
    let listed = desk.available_actions(scene.case).unwrap();
    // The list is the same for every action, so it is compared once.
    for one in listed.iter().filter(|_| ACTIONS.first() == Some(&action)) {
        let asked = desk.blockers(scene.case, one.action, one.target.as_deref()).unwrap();
        assert_eq!(asked, one.blockers, "{:?} is listed with other reasons", one.action);
    }
    let is_meant = |one: &casekit::AvailableAction| {
        target.is_none() || one.target.as_deref() == target || one.label.as_deref() == target
    };
    let is_this =
        |one: &casekit::AvailableAction| one.action == action && one.blockers.is_empty() && is_meant(one);
    // A command that changes nothing succeeds, and yet no screen offers it.
    let is_idle = match action {
        Action::MigrateCase => true,
        Action::MoveCase | Action::ChangeType => {
            !listed.iter().any(|one| one.action == action && is_meant(one))
        }
        _ => false,
    };
    let offered = listed.iter().any(is_this) || is_idle && blockers.is_empty();
    Said { blockers, offered }
}

/// What a command names besides the case.
fn target_of(action: Action, scene: &Scene) -> Option<&'static str> {
    match action {
        Action::ApproveStep | Action::Revoke => Some(scene.step),
        Action::MoveCase => Some("In Progress"),
        Action::ChangeType => Some("Enquiries"),
        _ => None,
    }
}

impl Said {
    fn differs_from(&self, answer: &Answer) -> Option<String> {
        let missing = |one: &Blocker| matches!(one, Blocker::PermissionMissing { .. });
        let agrees = match answer {
            Answer::Given => self.blockers.is_empty(),
            Answer::Empty => false,
            Answer::Refused(Rejection::Forbidden { .. }) => self.blockers.iter().any(missing),
            Answer::Refused(Rejection::AlreadyTaken { by, .. }) => self.blockers == [Blocker::held_by(by)],
            Answer::Refused(Rejection::Blocked { blockers, .. }) => *blockers == self.blockers,
            Answer::Refused(Rejection::Invalid { .. }) => self.blockers == [Blocker::NoSuchStep],
            Answer::Refused(
                Rejection::NotFound { .. }
                | Rejection::NotAllowedHere { .. }
                | Rejection::Conflict { .. }
                | Rejection::RequestIdReused
                | Rejection::CursorNotOfThisStore
                | Rejection::Contended { .. },
            ) => false,
        };
        if agrees && self.offered == answer.is_given() {
            return None;
        }
        Some(format!("blockers {:?}, offered {}, answered {answer:?}", self.blockers, self.offered))
    }
}
