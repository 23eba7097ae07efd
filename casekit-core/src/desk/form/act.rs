//! What was filled into the form of an action, carried out.

use super::answers::Answers;
use super::of_action::{LEVELS, Names, chosen, columns, names_for, note_id, with_place};
use super::{FormOf, Submitted};
use crate::command::{
    NewDenial, NewExtension, NewIdentification, NewMessage, NewNote, NewPause, NewRedaction, NewResumption,
    RequestEdit, TagsEdit,
};
use crate::decide::action::Action;
use crate::desk::{Desk, ReleaseReport, SnapshotColumnView, SnapshotTableView, SnapshotView};
use crate::error::Error;
use crate::model::{BlobId, CaseId, Timestamp, Visibility};
use crate::rejection::{Blocker, FieldError, FieldRule, Fields, Rejection};

impl Desk {
    pub(super) fn submit_action(
        &self,
        id: CaseId,
        action: Action,
        target: Option<&str>,
        answers: &Answers<'_>,
    ) -> Result<Submitted, Error> {
        let (reason, remark) = (answers.line("reason"), answers.line("remark"));
        let because = Some(reason.as_str()).filter(|text| !text.is_empty());
        let note = || target.map_or_else(|| Err(missing("target")), note_id);
        let step = || {
            Ok::<_, Error>(match target {
                Some(step) => step.to_owned(),
                None => self.step_for(id, action)?.unwrap_or_default(),
            })
        };
        let mut wrong = Fields::default();
        if let Names::ByItself(names) = names_for(action) {
            answers.only(names, &mut wrong);
        }
        let wants_answer = answers.yes("wants_answer", &mut wrong).unwrap_or(false);
        let visible = [("internal", Visibility::Internal), ("customer", Visibility::Customer)];
        let visibility = answers.code("visibility", &visible, &mut wrong);
        let by = identified(answers, &mut wrong);
        wrong.finish(Some(())).map_err(|invalid| self.refusal(id, action, target, invalid))?;
        let mut report = None;
        let mut sent = |how: ReleaseReport| report = Some(how);
        let mut added = None;
        match action {
            Action::TakeCase => self.take_case(id).map(drop)?,
            Action::ReturnCase => self.return_case(id, because).map(drop)?,
            Action::AssignCase => self.assign_case(id, &answers.line("to"), because).map(drop)?,
            Action::TakeOverCase => self.take_over_case(id, because).map(drop)?,
            Action::EditCase
            | Action::EditFields
            | Action::ChangePriority
            | Action::ChangeCustomer
            | Action::ChangeTeam
            | Action::MoveCase
            | Action::ReopenCase
            | Action::ChangeType => {
                return self.submit(&FormOf::Case { case: id }, &with_place(action, target, answers));
            }
            Action::TagCase => {
                let (add, remove) = (answers.several("add"), answers.several("remove"));
                self.tag_case(id, TagsEdit { add, remove }).map(drop)?;
            }
            Action::PauseDeadlines => {
                self.pause_deadlines(id, NewPause::new(reason).remark(remark)).map(drop)?
            }
            Action::ResumeDeadlines => {
                self.resume_deadlines(id, NewResumption::new().remark(remark)).map(drop)?
            }
            Action::ExtendDeadline => {
                let deadline = answers.some("deadline");
                self.extend_deadline(id, NewExtension { deadline, ..NewExtension::because(reason) })
                    .map(drop)?;
            }
            Action::GiveDate => self.give_date(id, &answers.line("code"), day(answers)?).map(drop)?,
            Action::FollowUp => self.remind(id, day(answers)?, &remark)?,
            Action::EditRequest => {
                let mut wrong = Fields::default();
                let edit = answers.fill(RequestEdit::new(), &mut wrong);
                wrong.finish(Some(()))?;
                self.edit_request(id, edit).map(drop)?;
            }
            Action::MigrateCase => self.migrate_case(id).map(drop)?,
            Action::AddNote => added = Some(self.add_note(id, text_of(answers))?.id),
            Action::AddCustomerNote => {
                added = Some(self.add_note(id, NewNote::for_customer(text_of(answers)))?.id);
            }
            Action::Reply => {
                let new = match visibility {
                    Some(Visibility::Customer) => NewNote::for_customer(text_of(answers)),
                    Some(Visibility::Internal) | None => NewNote::internal(text_of(answers)),
                };
                added = Some(self.reply(note()?, new)?.id);
            }
            Action::SendMessage => {
                let message = NewMessage { text: text_of(answers), wants_answer };
                let receipt = self.send_message(id, message)?;
                added = Some(receipt.note);
                sent(receipt.report);
            }
            Action::StopMessage => self.stop_message(note()?, because).map(drop)?,
            Action::EditNote => self.edit_note(note()?, &text_of(answers)).map(drop)?,
            Action::RetractNote => self.retract_note(note()?, because).map(drop)?,
            Action::SetNoteVisibility => {
                let to = visibility.ok_or_else(|| missing("visibility"))?;
                self.set_note_visibility(note()?, to).map(drop)?;
            }
            Action::ApproveIdentification => self.approve_identification_with(id, by).map(drop)?,
            Action::PrepareData => self.prepare_data(id).map(drop)?,
            Action::PrepareSource => self.prepare_source(id, &answers.line("source")).map(drop)?,
            Action::LeaveOutSource => {
                self.leave_out_source(id, &answers.line("source"), &reason).map(drop)?
            }
            Action::ApproveNoData => self.approve_no_data(id, because).map(drop)?,
            Action::ApproveData => self.approve_what_is_shown(id, &reason, answers)?,
            Action::ApproveStep => self.approve_step(id, &step()?, because).map(drop)?,
            Action::Deny => {
                let line = |name| answers.line(name);
                let denial = NewDenial::new(line("code"), line("internal_reason"), line("customer_reason"));
                sent(self.deny(id, NewDenial { step: target.map(str::to_owned), ..denial })?);
            }
            Action::Revoke => self.revoke(id, &step()?, because).map(drop)?,
            Action::Release => sent(self.release(id)?),
            Action::SendAgain => sent(self.send_again(id, &reason)?),
            Action::ConfirmTarget => sent(self.confirm_target(id, &answers.line("place"))?),
            Action::AnswerAnew => self.answer_anew(id, &reason).map(drop)?,
            Action::Retry => sent(self.retry(id)?),
            Action::Withdraw => self.withdraw(id, because).map(drop)?,
        }
        Ok(Submitted { note: added, report, ..Submitted::default() })
    }

    /// The step at which an action is possible, or else would be.
    fn step_for(&self, id: CaseId, action: Action) -> Result<Option<String>, Error> {
        Ok(chosen(&self.available_actions(id)?, action, None).and_then(|one| one.target.clone()))
    }

    /// Asks to be reminded on a day. None takes away the reminder that there is.
    fn remind(&self, id: CaseId, at: Option<Timestamp>, remark: &str) -> Result<(), Error> {
        if at.is_none() && self.case(id)?.follow_up_at.is_none() {
            return Err(missing("at"));
        }
        self.follow_up(id, at, Some(remark)).map(drop)
    }

    /// Why answers are refused: if the action is refused whatever they are, that is said.
    fn refusal(&self, id: CaseId, action: Action, target: Option<&str>, invalid: Rejection) -> Error {
        let blockers = match self.blockers(id, action, target) {
            Ok(blockers) => blockers,
            Err(error) => return error,
        };
        let action = action.code().to_owned();
        match blockers.first() {
            None => invalid,
            Some(Blocker::PermissionMissing { permission }) => {
                Rejection::Forbidden { action, permission: *permission }
            }
            Some(_) => Rejection::Blocked { action, blockers },
        }
        .into()
    }

    /// Approves what was collected, without the columns that are hidden. Of another snapshot than the one that was looked at,
    /// nothing is approved.
    fn approve_what_is_shown(&self, id: CaseId, reason: &str, answers: &Answers<'_>) -> Result<(), Error> {
        let seen = answers.line("snapshot").parse().unwrap_or(BlobId(uuid::Uuid::nil()));
        let found = self.snapshot(id)?;
        let all: Vec<_> = columns(&found).map(|(place, ..)| place).collect();
        let mut wrong = Fields::default();
        // A place that is none would leave a column to be seen that was meant to be hidden.
        let hidden = answers.codes("hidden", &all, &mut wrong);
        wrong.finish(Some(()))?;
        let hidden = redactions(&found, &hidden, reason);
        // One reason is given for all columns, and what is wrong with it is said once.
        let once = |error: Error| match error.fields().iter().find(|one| one.field.ends_with("].reason")) {
            Some(one) => Rejection::field("reason", one.rule.clone()).into(),
            None => error,
        };
        self.approve_data(id, seen, hidden).map(drop).map_err(once)
    }
}

/// How the requester was identified.
fn identified(answers: &Answers<'_>, wrong: &mut Fields) -> NewIdentification {
    let places = answers.several("credentials").into_iter().map(|place| {
        let number = || FieldRule::Malformed { form: "number".to_owned() };
        place.parse().map_err(|_| FieldError::new("credentials", number()))
    });
    NewIdentification {
        credentials: places.filter_map(|place| wrong.take(place)).collect(),
        assurance: answers.code("assurance", &LEVELS.map(|one| (one.code(), one)), wrong),
        note: Some(answers.line("note")),
        ..NewIdentification::by(answers.line("method"))
    }
}

fn missing(field: &str) -> Error {
    Rejection::field(field, FieldRule::Required).into()
}

fn text_of(answers: &Answers<'_>) -> String {
    answers.text("text").unwrap_or_default()
}

/// The day that was given, as its beginning; `None` if it was left blank.
fn day(answers: &Answers<'_>) -> Result<Option<Timestamp>, Error> {
    let Some(text) = answers.some("at") else { return Ok(None) };
    let day = text.parse::<chrono::NaiveDate>().ok().and_then(|day| day.and_hms_opt(0, 0, 0));
    let at = day.map(|day| day.and_utc()).or_else(|| text.parse().ok());
    at.map(Some)
        .ok_or_else(|| Rejection::field("at", FieldRule::Malformed { form: "date".to_owned() }).into())
}

/// What is hidden besides what the workflow hides, and what is shown although it hides it.
fn redactions(found: &SnapshotView, hidden: &[String], reason: &str) -> Vec<NewRedaction> {
    let redaction = |(place, table, one): (String, &SnapshotTableView, &SnapshotColumnView)| match (
        hidden.contains(&place),
        &one.hidden_because,
    ) {
        (true, None) => Some(NewRedaction::new(&table.source, &table.name, &one.name, reason)),
        (false, Some(_)) => Some(NewRedaction::show(&table.source, &table.name, &one.name, reason)),
        (true, Some(_)) | (false, None) => None,
    };
    columns(found).filter_map(redaction).collect()
}
