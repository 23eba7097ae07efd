//! The forms of a case: one to be raised, and one to be edited.

use super::answers::{Answers, one_line};
use super::own::{Current, own_fields};
use super::{Form, FormChoice, FormField, Submitted, priorities};
use crate::command::{CaseEdit, NewCase};
use crate::decide::team::shows_teams;
use crate::desk::{Desk, EditField, EditForm, ResolutionChoice, StageChoice};
use crate::error::Error;
use crate::language::Language;
use crate::model::{CaseId, CaseType, FieldDefinition, FieldKind, Permission, StageCategory, Team, limits};
use crate::rejection::{Fields, Rejection};
use crate::store::LoadPlan;

/// What an edit takes only with a stage that asks for it.
const ABOUT_THE_END: [&str; 3] = ["resolution", "reason", "customer_reason"];

impl Desk {
    pub(super) fn form_of_new_case(&self, answers: &Answers<'_>) -> Result<Form, Error> {
        let look = self.look(Permission::RaiseCases, "validate_case")?;
        let loaded = self.engine.store.load(&LoadPlan::default())?;
        let (context, language, catalog) = (look.context(&loaded)?, self.language(), &loaded.catalog);
        let usable = |one: &&CaseType| one.active && context.sees_type(one.id);
        let types = catalog.case_types.values().map(AsRef::as_ref).filter(usable);
        let mut types: Vec<_> =
            types.map(|one| FormChoice::new(one.id.to_string(), one.name.said(language))).collect();
        types.sort_by_cached_key(|one| one.label.to_lowercase());
        let chosen = answers.some("case_type").and_then(|text| catalog.find_case_type(&text, language));
        let chosen = chosen.map(AsRef::as_ref).filter(usable);
        let version = chosen.and_then(CaseType::current);
        let enabled = version.iter().flat_map(|one| &one.stages).filter(|stage| stage.enabled);
        let stages = enabled.filter_map(|stage| {
            Some(FormChoice::new(stage.id.to_string(), chosen?.label(&stage.id, language)))
        });
        let teams = catalog.teams.values().map(AsRef::as_ref).filter(|team: &&Team| team.active);
        let field = |name, kind| FormField::new(name, kind, language);
        let mut fields = vec![
            FormField { redraws: true, ..field("case_type", FieldKind::Choice).among(types).required() },
            field("stage", FieldKind::Choice).among(stages),
            field("title", FieldKind::Text).up_to(limits::NAME).required(),
            field("description", FieldKind::LongText).up_to(limits::LONG_TEXT),
            field("customer", FieldKind::Customer),
        ];
        if shows_teams(&context) {
            let teams = teams.map(|team| FormChoice::new(team.id.to_string(), team.name.as_str()));
            fields.push(field("team", FieldKind::Choice).among(teams));
        }
        if !look.is_for_customer() {
            fields.push(field("priority", FieldKind::Choice).among(priorities(language)));
        }
        let defined = version.map_or(&[][..], |version| &version.fields);
        fields.extend(own_fields(defined, None, |_| Current::default(), answers, look.looking(catalog)));
        Ok(Form { revision: None, target: None, label: None, fields, blockers: Vec::new() })
    }

    pub(super) fn submit_new_case(&self, answers: &Answers<'_>) -> Result<Submitted, Error> {
        let mut wrong = Fields::default();
        let mut new = answers.without(&["customer"]).fill(NewCase::default(), &mut wrong);
        for chosen in [&mut new.stage, &mut new.team] {
            *chosen = chosen.take().filter(|text| !text.is_empty());
        }
        new.customer = self.named_customer(answers, &mut wrong)?;
        new.fields = self.own_values(answers, &self.fields_of_type(&new.case_type)?, &mut wrong)?;
        let unclear = wrong.into_errors();
        if !unclear.is_empty() {
            // All that is wrong is told at once.
            let mut fields = self.validate_case(&new)?;
            fields.extend(unclear);
            return Err(Rejection::Invalid { fields }.in_order_of(&new).into());
        }
        let raised = self.raise_case(new)?;
        Ok(Submitted { case: Some(raised.id), number: Some(raised.number), ..Submitted::default() })
    }

    pub(super) fn form_of_case(&self, id: CaseId, answers: &Answers<'_>) -> Result<Form, Error> {
        let form = self.edit_form(id)?;
        let named = self.case(id)?.fields;
        let look = self.look(Permission::ReadCases, "read_case")?;
        let catalog = look.catalog()?;
        let chosen = answers.some("case_type");
        let other = chosen.and_then(|chosen| form.types.iter().find(|one| one.id.to_string() == chosen));
        let own = catalog.case_types.get(&form.case_type_id);
        let version = match other {
            Some(other) => catalog.case_types.get(&other.id).and_then(|found| found.current()),
            None => own.and_then(|own| own.version(form.type_version)),
        };
        let stages = other.map_or(&form.stages, |other| &other.stages);
        let current = form.stages.iter().find(|one| one.current).map(|one| one.id.clone());
        let current = other.map_or(current, |other| other.stage.clone());
        let chosen = answers.some("stage").filter(|id| stages.iter().any(|one| one.id == *id));
        let chosen = chosen.or_else(|| current.clone());
        let stage = chosen.and_then(|chosen| stages.iter().find(|one| one.id == chosen));
        let language = self.language();
        let mut fields = vec![
            FormField { redraws: true, ..types(&form, language) },
            FormField {
                redraws: true,
                ..FormField::new("stage", FieldKind::Choice, language)
                    .among(stages.iter().map(stage_choice))
                    .with(current)
                    .required()
            },
        ];
        let resolutions = other.map_or(&form.resolutions, |other| &other.resolutions);
        let ending = Ending { stage, resolutions, answers };
        fields.extend(form.fields.iter().filter_map(|one| ending.field(one)));
        let is_own = |one: &&EditField| {
            !one.field.starts_with("fields.") && !ABOUT_THE_END.contains(&one.field.as_str())
        };
        fields.extend(form.fields.iter().filter(is_own).map(|one| plain(one, &form, language)));
        let kept = |id: &_| {
            let path = format!("fields.{id}");
            let found = form.fields.iter().find(|one| one.field == path);
            let said = named.iter().find(|one| path.ends_with(&one.id)).and_then(|one| one.text.clone());
            found.map_or_else(Current::default, |one| Current {
                value: one.value.clone(),
                said: said.or_else(|| one.value_label.clone()),
                blockers: one.blockers.clone(),
            })
        };
        let defined = version.map_or(&[][..], |version| &version.fields);
        fields.extend(own_fields(defined, own.map(AsRef::as_ref), kept, answers, look.looking(&catalog)));
        let moves = form.stages.iter().any(|one| !one.current && one.blockers.is_empty());
        let edits = form.fields.iter().any(|one| one.blockers.is_empty());
        let why = form.fields.first().filter(|_| !moves && !edits);
        let blockers = why.map(|one| one.blockers.clone()).unwrap_or_default();
        Ok(Form { revision: Some(form.revision), target: None, label: None, fields, blockers })
    }

    pub(super) fn submit_case(&self, id: CaseId, answers: &Answers<'_>) -> Result<Submitted, Error> {
        let mut wrong = Fields::default();
        let mut edit = answers.without(&["customer"]).fill(CaseEdit::new(), &mut wrong);
        // What is chosen among others can be none of them.
        let chosen = |text: &String| !text.is_empty();
        edit.stage = edit.stage.filter(chosen);
        edit.resolution = edit.resolution.filter(chosen);
        edit.reason = edit.reason.map(|text| one_line(&text));
        edit.customer_reason = edit.customer_reason.map(|text| one_line(&text));
        edit.without_team = edit.team.as_deref() == Some("");
        edit.team = edit.team.filter(chosen);
        edit.customer = self.named_customer(answers, &mut wrong)?;
        edit.without_customer = answers.text("customer").is_some_and(|text| text.trim().is_empty());
        let of = match &edit.case_type {
            Some(other) => other.clone(),
            None => self.case(id)?.case_type_id.to_string(),
        };
        edit.fields = self.own_values(answers, &self.fields_of_type(&of)?, &mut wrong)?;
        wrong.finish(Some(()))?;
        self.edit_case(id, edit)?;
        Ok(Submitted::default())
    }

    /// The fields of the newest version of a type; none if there is no such type.
    fn fields_of_type(&self, text: &str) -> Result<Vec<FieldDefinition>, Error> {
        let catalog = self.engine.store.catalog()?;
        let found = catalog.find_case_type(text, self.language()).and_then(|found| found.current());
        Ok(found.map(|version| version.fields.clone()).unwrap_or_default())
    }
}

/// The type of the case and those to which it can be moved. A type into which no stage fits by itself can be chosen with one.
fn types(form: &EditForm, language: &Language) -> FormField {
    let own = FormChoice::new(form.case_type_id.to_string(), &form.case_type);
    let others = form.types.iter().map(|one| {
        let can = one.stages.iter().any(|stage| stage.blockers.is_empty());
        let blockers = if can { Vec::new() } else { one.blockers.clone() };
        FormChoice { blockers, ..FormChoice::new(one.id.to_string(), &one.name) }
    });
    FormField::new("case_type", FieldKind::Choice, language)
        .among(std::iter::once(own).chain(others))
        .with(Some(form.case_type_id.to_string()))
        .required()
}

fn stage_choice(one: &StageChoice) -> FormChoice {
    let blockers = if one.current { Vec::new() } else { one.blockers.clone() };
    FormChoice { blockers, ..FormChoice::new(&one.id, &one.label) }
}

/// What is asked about the end of a case.
struct Ending<'a> {
    /// The stage that is chosen, or else the one in which the case is.
    stage: Option<&'a StageChoice>,
    resolutions: &'a [ResolutionChoice],
    answers: &'a Answers<'a>,
}

impl Ending<'_> {
    /// A resolution or a reason, where the stage ends the case or needs one.
    fn field(&self, one: &EditField) -> Option<FormField> {
        let ends =
            |one: &StageChoice| matches!(one.category, StageCategory::Resolved | StageCategory::Closed);
        let resolved = self.answers.some("resolution").is_some();
        let asks = self.stage.is_some_and(|stage| stage.needs_reason) || resolved;
        match one.field.as_str() {
            "resolution" if self.stage.is_some_and(ends) => {
                let all = self.resolutions.iter().map(|one| FormChoice::new(&one.code, &one.label));
                let required = self.stage.is_some_and(|stage| stage.needs_resolution);
                Some(FormField { required, redraws: true, ..drawn(one, FieldKind::Choice).among(all) })
            }
            "reason" if asks => Some(drawn(one, FieldKind::LongText).required()),
            "customer_reason" if resolved => {
                Some(FormField { for_customer: true, ..drawn(one, FieldKind::LongText) })
            }
            _ => None,
        }
    }
}

/// A field that every case has.
fn plain(one: &EditField, form: &EditForm, language: &Language) -> FormField {
    match one.field.as_str() {
        "description" => drawn(one, FieldKind::LongText),
        "customer" => drawn(one, FieldKind::Customer),
        "team" => {
            let teams = form.teams.iter().map(|one| FormChoice::new(one.id.to_string(), &one.name));
            drawn(one, FieldKind::Choice).among(teams)
        }
        "priority" => drawn(one, FieldKind::Choice).among(priorities(language)),
        _ => drawn(one, FieldKind::Text),
    }
}

fn drawn(one: &EditField, kind: FieldKind) -> FormField {
    FormField {
        name: one.field.clone(),
        label: one.label.clone(),
        help: None,
        kind,
        choices: Vec::new(),
        own_words: false,
        value: one.value.clone(),
        value_label: one.value_label.clone(),
        required: one.required,
        most: one.most,
        for_customer: false,
        redraws: false,
        blockers: one.blockers.clone(),
    }
}
