//! Forms as data: what somebody is asked for each command, and the command out of what they filled in.
//!
//! A screen draws any of them with one function, and needs no list of what a case, a customer or a decision is made of.

mod act;
mod answers;
mod of_action;
mod of_case;
mod of_customer;
mod of_stage;
mod of_type;
mod own;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{AvailableDeskAction, Desk, DeskAction, ReleaseReport};
use crate::command::GivenField;
use crate::decide::action::Action;
use crate::error::Error;
use crate::language::Language;
use crate::model::{BankAccountId, CaseId, CaseTypeId, CustomerId, FieldKind, NextOfKinId, NoteId, Priority};
use crate::rejection::{Blocker, FieldError, FieldRule, Rejection};
use answers::Answers;

/// What a form is for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum FormOf {
    /// A case to be raised.
    NewCase,
    /// A case to be edited: its type and stage, its texts, whom it concerns, and the organisation's own fields.
    Case {
        /// The case.
        case: CaseId,
    },
    /// An action on a case, as [`available_actions`](Desk::available_actions) and
    /// [`note_actions`](Desk::note_actions) list them.
    Action {
        /// The case.
        case: CaseId,
        /// The action.
        action: Action,
        /// The id of the step, stage, type or note that it is about; `None` for an action on the case itself, and for the step
        /// at which it is possible now.
        target: Option<String>,
    },
    /// A customer to be entered.
    NewCustomer,
    /// The profile of a customer, without the lists in it.
    Customer {
        /// The customer.
        customer: CustomerId,
    },
    /// Somebody next of kin.
    NextOfKin {
        /// The customer.
        customer: CustomerId,
        /// The entry; `None` for a new one.
        entry: Option<NextOfKinId>,
    },
    /// A bank account.
    BankAccount {
        /// The customer.
        customer: CustomerId,
        /// The entry; `None` for a new one.
        entry: Option<BankAccountId>,
    },
    /// A case type to be created.
    NewCaseType,
    /// What a case type is called and for, and which stage can follow which; without its stages, resolutions and fields.
    CaseType {
        /// The type.
        case_type: CaseTypeId,
    },
    /// A field of the organisation's own on the cases of a type.
    CaseField {
        /// The type.
        case_type: CaseTypeId,
        /// The id of the field; `None` for a new one, which comes last.
        field: Option<String>,
    },
    /// A stage of a case type.
    Stage {
        /// The type.
        case_type: CaseTypeId,
        /// The id of the stage; `None` for a new one.
        stage: Option<String>,
    },
    /// A way in which cases of a type can end.
    Resolution {
        /// The type.
        case_type: CaseTypeId,
        /// The code of the resolution; `None` for a new one, which comes last.
        resolution: Option<String>,
    },
}

/// What somebody is asked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct Form {
    /// The revision of the case, customer or type: give it to [`seen`](Desk::seen) to change only what the form showed. `None` for
    /// something new.
    pub revision: Option<u64>,
    /// The id of the step, stage, type or note that it is about; `None` if it is about none.
    pub target: Option<String>,
    /// What that is called, in the desk's language; `None` for a note too.
    pub label: Option<String>,
    /// The fields, in the order in which to ask; empty for a command that needs nothing more.
    pub fields: Vec<FormField>,
    /// Every reason why it would be refused now, whatever is filled in; empty if it is possible.
    pub blockers: Vec<Blocker>,
}

/// A field of a form. `Debug` does not show the value: it may be sensitive.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct FormField {
    /// The name, as errors have it and as it is given back: `title`; of an organisation's own field `fields.` and its id.
    pub name: String,
    /// What it is called, in the desk's language.
    pub label: String,
    /// What to know before filling it in; `None` if there is nothing.
    pub help: Option<String>,
    /// What it holds.
    pub kind: FieldKind,
    /// What there is to choose from, in its order; empty unless the kind is choice, several choices, or yes or no.
    pub choices: Vec<FormChoice>,
    /// Whether it can be own words besides the choices.
    pub own_words: bool,
    /// The value that it has, as a text that can be given back; several choices have `; ` between them. It may be sensitive. `None` if
    /// it has none, or it is not for the actor.
    pub value: Option<String>,
    /// What the value is called: a customer by name, a case by its number, a choice by its label. It may be sensitive. `None` for a text.
    pub value_label: Option<String>,
    /// Whether it cannot be left blank.
    pub required: bool,
    /// The most characters that it can have; `None` for what is no text.
    pub most: Option<u64>,
    /// Whether the customer or whoever asked reads it.
    pub for_customer: bool,
    /// Whether other fields, or what there is to choose from, depend on it: ask for the form again once it is changed.
    pub redraws: bool,
    /// Every reason why it cannot be changed now; empty if it can.
    pub blockers: Vec<Blocker>,
}

impl std::fmt::Debug for FormField {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("FormField");
        shown.field("name", &self.name).field("label", &self.label).field("kind", &self.kind);
        shown.field("choices", &self.choices).field("required", &self.required);
        shown.field("blockers", &self.blockers).finish_non_exhaustive()
    }
}

/// Something to choose in a form.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct FormChoice {
    /// The code or id, to give back.
    pub code: String,
    /// What it is called, in the desk's language.
    pub label: String,
    /// Every reason why it cannot be chosen now; empty if it can.
    pub blockers: Vec<Blocker>,
}

/// What became of a form.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct Submitted {
    /// The case that was raised; `None` for any other form.
    pub case: Option<CaseId>,
    /// Its number, such as `C-000123`; `None` for any other form.
    pub number: Option<String>,
    /// The customer who was entered; `None` for any other form.
    pub customer: Option<CustomerId>,
    /// The case type that was created; `None` for any other form.
    pub case_type: Option<CaseTypeId>,
    /// The note that was added; `None` for any other form.
    pub note: Option<NoteId>,
    /// How far the delivery of an answer or of a message has come; `None` for what sends nothing.
    pub report: Option<ReleaseReport>,
}

impl Desk {
    /// Returns what somebody is asked for a command: the fields with their kinds, choices, present values and limits, and every
    /// reason why not.
    ///
    /// Which fields there are can depend on what was filled in so far: the stages on the type, a field on the value of another. Fields
    /// that name people have no choices: [`people`](Self::people) lists them. Needs the permission to read what it is about; for
    /// something new, the permission of the command.
    ///
    /// # Arguments
    ///
    /// - `of`: what the form is for.
    /// - `given`: what was filled in so far, by the names of the fields; empty at first.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such case, customer or entry, or the actor may not see it.
    ///
    /// # Cost
    ///
    /// Reads the case or the customer by an index, with what their own fields name: up to three times for a case.
    pub fn form(&self, of: &FormOf, given: &[GivenField]) -> Result<Form, Error> {
        let answers = Answers::of(given);
        // It is made of several reads: the host is asked once.
        let mut desk = self.clone();
        desk.call.said = Some(Arc::default());
        match of {
            FormOf::NewCase => desk.form_of_new_case(&answers),
            FormOf::Case { case } => desk.form_of_case(*case, &answers),
            FormOf::Action { case, action, target } => {
                desk.form_of_action(*case, *action, target.as_deref(), &answers)
            }
            FormOf::NewCustomer => desk.form_of_customer(None, &answers),
            FormOf::Customer { customer } => desk.form_of_customer(Some(*customer), &answers),
            FormOf::NextOfKin { customer, entry } => desk.form_of_next_of_kin(*customer, *entry),
            FormOf::BankAccount { customer, entry } => desk.form_of_bank_account(*customer, *entry),
            FormOf::NewCaseType => desk.form_of_case_type(None, &answers),
            FormOf::CaseType { case_type } => desk.form_of_case_type(Some(*case_type), &answers),
            FormOf::Stage { case_type, stage } => desk.form_of_stage(*case_type, stage.as_deref()),
            FormOf::Resolution { case_type, resolution } => {
                desk.form_of_resolution(*case_type, resolution.as_deref())
            }
            FormOf::CaseField { case_type, field } => {
                desk.form_of_case_field(*case_type, field.as_deref(), &answers)
            }
        }
    }

    /// Carries out the command that a form stands for.
    ///
    /// Only what is given is changed, and blank empties a field. What people call something can stand for its id: a customer by
    /// reference or by a name that nobody else has, a case by its number. What was written on several lines is put on one where the
    /// library keeps one. An entry of a list, and a field of a type, is taken out by `remove` with `yes`. Needs the permission of the
    /// command.
    ///
    /// # Arguments
    ///
    /// - `of`: what the form is for.
    /// - `given`: what was filled in or changed, by the names of the fields.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if a field is not valid, or the form has no such field or choice; the error lists every such field, and what
    ///   there is to choose from.
    /// - `Blocked`: if it is not possible now; the error lists every reason.
    /// - `Conflict`: if the desk has [`seen`](Self::seen) a revision that is no longer the current one.
    ///
    /// # Cost
    ///
    /// Costs what the command does; a customer who is called by name is looked for as [`customers`](Self::customers) does.
    pub fn submit(&self, of: &FormOf, given: &[GivenField]) -> Result<Submitted, Error> {
        self.carried_out(of, &Answers::of(given)).map_err(|error| self.with_choices(error, of, given))
    }

    fn carried_out(&self, of: &FormOf, answers: &Answers<'_>) -> Result<Submitted, Error> {
        match of {
            FormOf::NewCase => self.submit_new_case(answers),
            FormOf::Case { case } => self.submit_case(*case, answers),
            FormOf::Action { case, action, target } => {
                self.submit_action(*case, *action, target.as_deref(), answers)
            }
            FormOf::NewCustomer => self.submit_new_customer(answers),
            FormOf::Customer { customer } => self.submit_customer(*customer, answers),
            FormOf::NextOfKin { customer, entry } => self.submit_next_of_kin(*customer, *entry, answers),
            FormOf::BankAccount { customer, entry } => self.submit_bank_account(*customer, *entry, answers),
            FormOf::NewCaseType => self.submit_new_case_type(answers),
            FormOf::CaseType { case_type } => self.submit_case_type(*case_type, answers),
            FormOf::Stage { case_type, stage } => self.submit_stage(*case_type, stage.as_deref(), answers),
            FormOf::Resolution { case_type, resolution } => {
                self.submit_resolution(*case_type, resolution.as_deref(), answers)
            }
            FormOf::CaseField { case_type, field } => {
                self.submit_case_field(*case_type, field.as_deref(), answers)
            }
        }
    }

    /// The error with what there is to choose from, where it says only that a field or its value is unknown.
    fn with_choices(&self, error: Error, of: &FormOf, given: &[GivenField]) -> Error {
        let is_bare = |one: &FieldError| one.rule == FieldRule::unknown_id();
        if !error.fields().iter().any(is_bare) {
            return error;
        }
        let Ok(form) = self.form(of, given) else { return error };
        let answers = Answers::of(given);
        let said = |one: &FieldError| {
            let asked = form.fields.iter().find(|field| field.name == one.field);
            let rule = match asked {
                None => FieldRule::unknown(&one.field, form.fields.iter().map(|field| &field.name)),
                Some(field) if !field.choices.is_empty() => {
                    let text = answers.text(&one.field).unwrap_or_default();
                    FieldRule::unknown(&text, field.choices.iter().map(|choice| &choice.code))
                }
                Some(_) => one.rule.clone(),
            };
            FieldError::new(&one.field, if is_bare(one) { rule } else { one.rule.clone() })
        };
        Rejection::Invalid { fields: error.fields().iter().map(said).collect() }.into()
    }

    fn yes_no(&self) -> [FormChoice; 2] {
        yes_no(self.language())
    }
}

fn blockers_of(all: &[AvailableDeskAction], action: DeskAction) -> Vec<Blocker> {
    all.iter().find(|one| one.action == action).map(|one| one.blockers.clone()).unwrap_or_default()
}

fn yes_no(language: &Language) -> [FormChoice; 2] {
    ["yes", "no"].map(|code| FormChoice::new(code, language.word_of("value", code)))
}

fn priorities(language: &Language) -> impl Iterator<Item = FormChoice> {
    let word = |one: Priority| FormChoice::new(one.code(), language.word_of("priority", one.code()));
    Priority::ALL.into_iter().map(word)
}

impl FormField {
    /// A field that is called as the language calls it, and has no value yet.
    fn new(name: &str, kind: FieldKind, language: &Language) -> Self {
        Self {
            name: name.to_owned(),
            label: language.word_of("field", name),
            help: None,
            kind,
            choices: Vec::new(),
            own_words: false,
            value: None,
            value_label: None,
            required: false,
            most: None,
            for_customer: false,
            redraws: false,
            blockers: Vec::new(),
        }
    }

    fn among(self, choices: impl IntoIterator<Item = FormChoice>) -> Self {
        Self { choices: choices.into_iter().collect(), ..self }
    }

    fn with(self, value: Option<impl Into<String>>) -> Self {
        Self { value: value.map(Into::into), ..self }
    }

    fn up_to(self, most: usize) -> Self {
        Self { most: Some(most as u64), ..self }
    }

    fn required(self) -> Self {
        Self { required: true, ..self }
    }
}

impl FormChoice {
    fn new(code: impl Into<String>, label: impl Into<String>) -> Self {
        Self { code: code.into(), label: label.into(), blockers: Vec::new() }
    }
}
