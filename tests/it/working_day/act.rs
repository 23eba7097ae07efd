//! Every action as its command: with values that are valid, so that only the rules and the host can refuse it.

use casekit::{
    Action, AvailableAction, CaseEdit, CaseId, CustomerId, Desk, Error, NewDenial, NewExtension, NewMessage,
    NewNote, NewPause, NewResumption, Priority, RequestEdit, TagsEdit, Timestamp, Visibility,
};

use crate::build::nothing;

/// Carries out an action on a case, and on its target; with the customer that there is, if there is one.
pub(super) fn act(
    desk: &Desk,
    case: CaseId,
    action: &AvailableAction,
    customer: Option<CustomerId>,
) -> Result<(), Error> {
    let target = action.target.as_deref().unwrap_or_default();
    let note = || target.parse().unwrap();
    let edit = |edit: CaseEdit| desk.edit_case(case, edit).map(drop);
    match action.action {
        Action::TakeCase => desk.take_case(case).map(drop),
        Action::ReturnCase => desk.return_case(case, None).map(drop),
        Action::AssignCase => desk.assign_case(case, somebody_else(desk, case)?, None).map(drop),
        Action::TakeOverCase => desk.take_over_case(case, None).map(drop),
        Action::EditCase => edit(CaseEdit::new().title("Another title").description("")),
        Action::EditFields => edit(CaseEdit::new().field("Order", "A-2")),
        Action::ChangePriority => edit(CaseEdit::new().priority(Priority::Urgent)),
        Action::TagCase => desk.tag_case(case, TagsEdit::new().with("Roof")).map(drop),
        Action::ChangeCustomer => change_customer(desk, case, customer),
        Action::ChangeTeam => change_team(desk, case),
        Action::EditRequest => {
            desk.edit_request(case, RequestEdit::new().requester("Somebody else")).map(drop)
        }
        Action::PauseDeadlines => desk.pause_deadlines(case, NewPause::new("clarification")).map(drop),
        Action::ResumeDeadlines => desk.resume_deadlines(case, NewResumption::new()).map(drop),
        Action::ExtendDeadline => desk.extend_deadline(case, NewExtension::because("boxes")).map(drop),
        Action::GiveDate => {
            desk.give_date(case, "fee_paid", Some(Timestamp::UNIX_EPOCH)).map(drop)?;
            desk.give_date(case, "fee_paid", None).map(drop)
        }
        Action::FollowUp => {
            desk.follow_up(case, "2126-01-01T00:00:00Z".parse().ok(), None).map(drop)?;
            desk.follow_up(case, None, None).map(drop)
        }
        Action::AnswerAnew => desk.answer_anew(case, "again").map(drop),
        Action::MoveCase => edit(CaseEdit::new().stage(target)),
        Action::ReopenCase => edit(CaseEdit::new().stage(target).because("it is not over")),
        Action::ChangeType => edit(CaseEdit::new().case_type(target)),
        Action::MigrateCase => desk.migrate_case(case).map(drop),
        Action::AddNote => desk.add_note(case, "Called.").map(drop),
        Action::SendMessage => desk.send_message(case, NewMessage::question("Which year?")).map(drop),
        Action::StopMessage => desk.stop_message(note(), None).map(drop),
        Action::AddCustomerNote => desk.add_note(case, NewNote::for_customer("We called.")).map(drop),
        Action::Reply => desk.reply(note(), "And again.").map(drop),
        Action::EditNote => desk.edit_note(note(), "Called twice.").map(drop),
        Action::RetractNote => desk.retract_note(note(), None).map(drop),
        Action::SetNoteVisibility => desk.set_note_visibility(note(), Visibility::Customer).map(drop),
        Action::ApproveIdentification => {
            desk.approve_identification(case, "video call", &["passport"]).map(drop)
        }
        Action::PrepareData => desk.prepare_data(case).map(drop),
        Action::PrepareSource => desk.prepare_source(case, "casekit").map(drop),
        Action::LeaveOutSource => desk.leave_out_source(case, "shop", "it is down").map(drop),
        Action::ApproveNoData => desk.approve_no_data(case, Some("by phone")).map(drop),
        Action::ApproveData => {
            let found = desk.snapshot(case).ok().and_then(|snapshot| snapshot.id);
            desk.approve_data(case, found.unwrap_or_else(nothing), Vec::new()).map(drop)
        }
        Action::ApproveStep => desk.approve_step(case, target, None).map(drop),
        Action::Deny => {
            let denial = NewDenial::new("other", "inside", "outside").at_step(target);
            desk.deny(case, denial).map(drop)
        }
        Action::Revoke => desk.revoke(case, target, None).map(drop),
        Action::Release => desk.release(case).map(drop),
        Action::SendAgain => desk.send_again(case, "lost").map(drop),
        Action::Retry => desk.retry(case).map(drop),
        Action::Withdraw => desk.withdraw(case, None).map(drop),
        Action::ConfirmTarget => {
            let place = desk.summary(case)?.release.and_then(|release| release.place_now);
            desk.confirm_target(case, &place.unwrap_or_default()).map(drop)
        }
    }
}

/// Whoever of two people does not hold the case: assigning it to its holder changes nothing.
fn somebody_else(desk: &Desk, case: CaseId) -> Result<&'static str, Error> {
    let holder = desk.case(case)?.holder;
    Ok(if holder.is_some_and(|holder| holder.by == "quin") { "petra" } else { "quin" })
}

/// Links the case to a customer, or to none if it has one.
fn change_customer(desk: &Desk, case: CaseId, customer: Option<CustomerId>) -> Result<(), Error> {
    let edit = match (desk.case(case)?.customer, customer) {
        (None, Some(customer)) => CaseEdit::new().customer(customer),
        _ => CaseEdit::new().without_customer(),
    };
    desk.edit_case(case, edit).map(drop)
}

/// Gives a case to another team than the one with which it stands, or to none if there is no other.
fn change_team(desk: &Desk, case: CaseId) -> Result<(), Error> {
    let now = desk.case(case)?.team_id;
    let other = desk.teams()?.into_iter().find(|team| team.active && Some(team.id) != now);
    let edit = match other {
        Some(team) => CaseEdit::new().team(team.name),
        None => CaseEdit::new().without_team(),
    };
    desk.edit_case(case, edit).map(drop)
}
