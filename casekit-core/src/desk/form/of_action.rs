//! The forms of the actions on a case and on its notes.

use super::answers::Answers;
use super::{Form, FormChoice, FormField};
use crate::command::GivenField;
use crate::decide::action::{Action, ActsOn};
use crate::decide::policies::pause_reasons;
use crate::desk::{
    AvailableAction, Desk, RequestSummary, SnapshotColumnView, SnapshotTableView, SnapshotView,
};
use crate::error::Error;
use crate::model::{Assurance, Case, CaseId, FieldKind, NoteId, Permission, SourceState, Step, limits};
use crate::rejection::{FieldRule, Rejection};
use crate::store::LoadPlan;

pub(super) const LEVELS: [Assurance; 3] = [Assurance::Low, Assurance::Substantial, Assurance::High];

impl Desk {
    pub(super) fn form_of_action(
        &self,
        id: CaseId,
        action: Action,
        target: Option<&str>,
        answers: &Answers<'_>,
    ) -> Result<Form, Error> {
        let note = target.filter(|_| action.acts_on() == ActsOn::Note).map(note_id).transpose()?;
        let names = match names_for(action) {
            Names::OfTheCase(names) => return self.part_of_edit(id, action, target, names, answers),
            Names::ByItself(names) => names,
        };
        let summary = self.summary(id)?;
        let actions = note.map(|note| self.note_actions(note)).transpose()?;
        let offered = chosen(actions.as_ref().unwrap_or(&summary.actions), action, target).cloned();
        let look = self.look(Permission::ReadCases, "read_case")?;
        let (loaded, case) = look.case(LoadPlan::case(id), "read_case", id)?;
        let target = offered.as_ref().and_then(|one| one.target.clone()).or(target.map(str::to_owned));
        let step = case.progress.as_deref().and_then(|progress| {
            progress.steps.iter().find(|step| Some(step.id.as_str()) == target.as_deref())
        });
        let asking = Asking { desk: self, case: &case, summary: &summary, step, answers };
        let fields = match action {
            Action::PauseDeadlines => {
                let reasons = pause_reasons(&case, &loaded.catalog);
                let word = |code: &str| self.language().word_of("pause_reason", code);
                let reasons: Vec<_> =
                    reasons.iter().map(|one| FormChoice::new(one.as_str(), word(one.as_str()))).collect();
                let first = reasons.first().map(|one| one.code.clone());
                let reason = asking.field("reason", FieldKind::Choice).among(reasons).with(first).required();
                vec![reason, asking.remark()]
            }
            _ => asking.fields(action, note)?,
        };
        debug_assert!(
            fields.iter().all(|one| names.contains(&one.name.as_str())),
            "{action:?} asks for more"
        );
        let blockers = match offered {
            Some(one) => one.blockers.clone(),
            None => self.blockers(id, action, target.as_deref())?,
        };
        let label = chosen(&summary.actions, action, target.as_deref()).and_then(|one| one.label.clone());
        Ok(Form { revision: Some(summary.case.revision), target, label, fields, blockers })
    }

    /// The part of the form of the case that an action is about.
    fn part_of_edit(
        &self,
        id: CaseId,
        action: Action,
        target: Option<&str>,
        names: &[&str],
        answers: &Answers<'_>,
    ) -> Result<Form, Error> {
        let given = with_place(action, target, answers);
        let mut form = self.form_of_case(id, &Answers::of(&given))?;
        let is_asked = |name: &str| {
            names.contains(&name) || (action == Action::EditFields && name.starts_with("fields."))
        };
        form.fields.retain(|one| is_asked(&one.name));
        (form.target, form.blockers) = (target.map(str::to_owned), self.blockers(id, action, target)?);
        Ok(form)
    }
}

/// The names of all fields that an action can ask for.
#[derive(Clone, Copy)]
pub(super) enum Names {
    /// Those of the form of the case that the action is about.
    OfTheCase(&'static [&'static str]),
    /// Those of a form of its own.
    ByItself(&'static [&'static str]),
}

pub(super) fn names_for(action: Action) -> Names {
    use Names::{ByItself, OfTheCase};
    match action {
        Action::EditCase => OfTheCase(&["title", "description"]),
        Action::EditFields => OfTheCase(&[]),
        Action::ChangePriority => OfTheCase(&["priority"]),
        Action::ChangeCustomer => OfTheCase(&["customer"]),
        Action::ChangeTeam => OfTheCase(&["team"]),
        Action::MoveCase | Action::ReopenCase => OfTheCase(&["resolution", "reason", "customer_reason"]),
        Action::ChangeType => OfTheCase(&["stage", "resolution", "reason", "customer_reason"]),
        Action::TakeCase | Action::MigrateCase | Action::PrepareData | Action::Release | Action::Retry => {
            ByItself(&[])
        }
        Action::ReturnCase
        | Action::TakeOverCase
        | Action::ApproveStep
        | Action::ApproveNoData
        | Action::Revoke
        | Action::Withdraw
        | Action::StopMessage
        | Action::RetractNote
        | Action::SendAgain
        | Action::AnswerAnew => ByItself(&["reason"]),
        Action::AssignCase => ByItself(&["to", "reason"]),
        Action::TagCase => ByItself(&["add", "remove"]),
        Action::PauseDeadlines => ByItself(&["reason", "remark"]),
        Action::ResumeDeadlines => ByItself(&["remark"]),
        Action::ExtendDeadline => ByItself(&["deadline", "reason"]),
        Action::GiveDate => ByItself(&["code", "at"]),
        Action::FollowUp => ByItself(&["at", "remark"]),
        Action::EditRequest => ByItself(&["requester", "reply_to", "reason"]),
        Action::AddNote | Action::AddCustomerNote | Action::EditNote => ByItself(&["text"]),
        // A reply is internal unless it says otherwise, so its form does not ask.
        Action::Reply => ByItself(&["text", "visibility"]),
        Action::SendMessage => ByItself(&["text", "wants_answer"]),
        Action::SetNoteVisibility => ByItself(&["visibility"]),
        Action::ApproveIdentification => ByItself(&["credentials", "method", "assurance", "note"]),
        Action::PrepareSource => ByItself(&["source"]),
        Action::LeaveOutSource => ByItself(&["source", "reason"]),
        Action::ApproveData => ByItself(&["snapshot", "hidden", "reason"]),
        Action::Deny => ByItself(&["code", "internal_reason", "customer_reason"]),
        Action::ConfirmTarget => ByItself(&["place"]),
    }
}

/// What was filled in for such an action, with its target, as the form of the case has it.
pub(super) fn with_place(action: Action, target: Option<&str>, answers: &Answers<'_>) -> Vec<GivenField> {
    let name = if action == Action::ChangeType { "case_type" } else { "stage" };
    target.map(|target| GivenField::new(name, target)).into_iter().chain(answers.all()).collect()
}

/// The action on what is named: the one that is possible, if any is.
pub(super) fn chosen<'a>(
    all: &'a [AvailableAction],
    action: Action,
    target: Option<&str>,
) -> Option<&'a AvailableAction> {
    let is_it = |one: &&AvailableAction| {
        one.action == action && target.is_none_or(|target| one.target.as_deref() == Some(target))
    };
    let mut found = all.iter().filter(is_it);
    found.clone().find(|one| one.blockers.is_empty()).or_else(|| found.next())
}

pub(super) fn note_id(text: &str) -> Result<NoteId, Error> {
    text.parse().map_err(|_| Rejection::field("target", FieldRule::NotAnId).into())
}

/// The columns of what was collected, each by its place: `0.2` is the third column of the first table.
pub(super) fn columns(
    found: &SnapshotView,
) -> impl Iterator<Item = (String, &SnapshotTableView, &SnapshotColumnView)> {
    found.tables.iter().enumerate().flat_map(|(place, table)| {
        let columns = table.columns.iter().enumerate();
        columns.map(move |(column, one)| (format!("{place}.{column}"), table, one))
    })
}

/// What the fields of an action are made of.
struct Asking<'a> {
    desk: &'a Desk,
    case: &'a Case,
    summary: &'a RequestSummary,
    step: Option<&'a Step>,
    answers: &'a Answers<'a>,
}

impl Asking<'_> {
    fn field(&self, name: &str, kind: FieldKind) -> FormField {
        FormField::new(name, kind, self.desk.language())
    }

    /// A text that stays among staff.
    fn inside(&self, name: &str) -> FormField {
        self.field(name, FieldKind::LongText).up_to(limits::SHORT_TEXT)
    }

    /// A text that whoever asked reads.
    fn outside(&self, name: &str) -> FormField {
        FormField { for_customer: true, ..self.inside(name) }
    }

    fn remark(&self) -> FormField {
        self.inside("remark")
    }

    fn text(&self) -> FormField {
        self.field("text", FieldKind::LongText).up_to(limits::LONG_TEXT).required()
    }

    fn fields(&self, action: Action, note: Option<NoteId>) -> Result<Vec<FormField>, Error> {
        Ok(match action {
            Action::TakeCase
            | Action::EditCase
            | Action::EditFields
            | Action::ChangePriority
            | Action::ChangeCustomer
            | Action::ChangeTeam
            | Action::MoveCase
            | Action::ReopenCase
            | Action::ChangeType
            | Action::MigrateCase
            | Action::PauseDeadlines
            | Action::PrepareData
            | Action::Release
            | Action::Retry => Vec::new(),
            Action::ReturnCase
            | Action::TakeOverCase
            | Action::ApproveStep
            | Action::Revoke
            | Action::Withdraw
            | Action::StopMessage
            | Action::RetractNote => vec![self.inside("reason")],
            Action::SendAgain | Action::AnswerAnew => vec![self.inside("reason").required()],
            Action::AssignCase => vec![self.field("to", FieldKind::Person).required(), self.inside("reason")],
            Action::TagCase => {
                let tags = self.summary.case.tags.iter().map(|tag| FormChoice::new(tag, tag));
                let add = self.field("add", FieldKind::Text).up_to(limits::NAME);
                vec![add, self.field("remove", FieldKind::Choices).among(tags)]
            }
            Action::ResumeDeadlines => vec![self.remark()],
            Action::ExtendDeadline => vec![self.deadline()?, self.inside("reason").required()],
            Action::GiveDate => {
                let code = self.field("code", FieldKind::Text).up_to(limits::CODE).required();
                vec![code, self.field("at", FieldKind::Date)]
            }
            Action::FollowUp => {
                let at = self.summary.case.follow_up_at.map(|at| at.format("%Y-%m-%d").to_string());
                vec![self.field("at", FieldKind::Date).with(at), self.remark()]
            }
            Action::EditRequest => self.request(),
            Action::AddNote | Action::Reply => vec![self.text()],
            Action::AddCustomerNote => vec![FormField { for_customer: true, ..self.text() }],
            Action::SendMessage => {
                let yes =
                    self.field("wants_answer", FieldKind::YesNo).among(self.desk.yes_no()).with(Some("yes"));
                vec![FormField { for_customer: true, ..self.text() }, yes]
            }
            Action::EditNote => {
                let revisions = note.map(|note| self.desk.note_revisions(note)).transpose()?;
                let newest = revisions.and_then(|mut all| all.pop()).and_then(|one| one.text);
                vec![self.text().with(newest)]
            }
            Action::SetNoteVisibility => vec![self.visibility()],
            Action::ApproveIdentification => self.identification(),
            Action::PrepareSource => vec![self.source()],
            Action::LeaveOutSource => vec![self.source(), self.outside("reason").required()],
            Action::ApproveNoData => vec![self.outside("reason")],
            Action::ApproveData => self.data(),
            Action::Deny => {
                let codes = self.step.iter().flat_map(|step| &step.denial_codes);
                let word = |code: &String| self.desk.language().word_of("denial", code);
                let codes = codes.map(|code| FormChoice::new(code, word(code)));
                let code = self.field("code", FieldKind::Choice).among(codes).required();
                let outside = self.outside("customer_reason").required();
                vec![code, self.inside("internal_reason").required(), outside]
            }
            Action::ConfirmTarget => {
                let place = self.summary.release.as_ref().and_then(|one| one.place_now.as_ref());
                let choice = place.map(|place| FormChoice::new(place, place));
                vec![self.field("place", FieldKind::Choice).among(choice).with(place).required()]
            }
        })
    }

    fn visibility(&self) -> FormField {
        let word = |one: &str| self.desk.language().word_of("visibility", one);
        let all = ["internal", "customer"].map(|one| FormChoice::new(one, word(one)));
        self.field("visibility", FieldKind::Choice).among(all).required()
    }

    fn deadline(&self) -> Result<FormField, Error> {
        let all = self.desk.explain_deadlines(self.case.id)?.into_iter().filter(|one| one.extendable);
        let all: Vec<_> = all.map(|one| FormChoice::new(one.code, one.label)).collect();
        let first = all.first().map(|one| one.code.clone());
        Ok(self.field("deadline", FieldKind::Choice).among(all).with(first).required())
    }

    fn request(&self) -> Vec<FormField> {
        let request = self.summary.request.as_ref();
        let (requester, reply_to) =
            (request.and_then(|one| one.requester.clone()), request.and_then(|one| one.reply_to.clone()));
        vec![
            self.field("requester", FieldKind::Text).with(requester).up_to(limits::NAME).required(),
            self.field("reply_to", FieldKind::Text).with(reply_to).up_to(limits::SHORT_TEXT),
            self.inside("reason"),
        ]
    }

    /// How the requester is identified: by a method of the step, if it lists any.
    fn identification(&self) -> Vec<FormField> {
        let language = self.desk.language();
        let methods = self.step.map_or(&[][..], |step| &step.methods);
        let methods: Vec<_> =
            methods.iter().map(|one| FormChoice::new(&one.code, one.label.as_str())).collect();
        let kind = if methods.is_empty() { FieldKind::Text } else { FieldKind::Choice };
        let credentials = self.summary.credentials.iter().enumerate();
        let right = credentials.clone().filter(|(_, one)| one.checked).map(|(place, _)| place.to_string());
        let right = Some(right.collect::<Vec<_>>().join("; ")).filter(|text| !text.is_empty());
        let credentials: Vec<_> =
            credentials.map(|(place, one)| FormChoice::new(place.to_string(), &one.kind)).collect();
        let levels = LEVELS.map(|one| FormChoice::new(one.code(), language.word_of("assurance", one.code())));
        let checked = (!credentials.is_empty())
            .then(|| self.field("credentials", FieldKind::Choices).among(credentials).with(right));
        checked
            .into_iter()
            .chain([
                self.field("method", kind).among(methods).up_to(limits::SHORT_TEXT).required(),
                self.field("assurance", FieldKind::Choice).among(levels),
                self.inside("note"),
            ])
            .collect()
    }

    /// The source that is asked again or left out: one that failed or was left out already.
    fn source(&self) -> FormField {
        let sources = self.summary.snapshot.iter().flat_map(|found| &found.sources);
        let failed = sources.filter(|one| matches!(one.state, SourceState::Failed | SourceState::LeftOut));
        let choices: Vec<_> = failed.map(|one| FormChoice::new(&one.name, &one.name)).collect();
        let first = self.answers.some("source").or_else(|| choices.first().map(|one| one.code.clone()));
        self.field("source", FieldKind::Choice).among(choices).with(first).required()
    }

    /// The snapshot that is approved, the columns that are hidden, and why, in words for whoever asked.
    fn data(&self) -> Vec<FormField> {
        let found = self.summary.snapshot.as_ref();
        let columns: Vec<_> = found.into_iter().flat_map(columns).collect();
        let hidden = columns.iter().filter(|(.., one)| one.hidden_because.is_some());
        let hidden = hidden.map(|(place, ..)| place.as_str());
        let hidden = Some(hidden.collect::<Vec<_>>().join("; ")).filter(|text| !text.is_empty());
        let choices = columns.iter().map(|(place, table, one)| {
            FormChoice::new(place, format!("{} · {} · {}", table.source, table.name, one.name))
        });
        let id = found.and_then(|found| found.id).map(|id| id.to_string());
        let snapshot = id.as_ref().map(|id| FormChoice::new(id, id));
        vec![
            self.field("snapshot", FieldKind::Choice).among(snapshot).with(id).required(),
            self.field("hidden", FieldKind::Choices).among(choices).with(hidden),
            self.outside("reason"),
        ]
    }
}
