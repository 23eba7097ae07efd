//! The forms of a case type: what it is called and for, and a field of the organisation's own on its cases.

use super::answers::{Answers, closer};
use super::of_stage::with_moves;
use super::{Form, FormChoice, FormField, Submitted, blockers_of, priorities};
use crate::command::{CaseTypeEdit, NewCaseType, NewField, NewFieldChoice, NewShownWhen};
use crate::desk::{CaseTypeView, Desk, DeskAction, FieldDefinitionView};
use crate::error::Error;
use crate::model::{CaseTypeId, FieldKind, Priority, limits};
use crate::rejection::{Blocker, FieldError, FieldRule, Fields, Rejection};

/// What can be said of a field with a tick.
const TRAITS: [&str; 7] =
    ["required", "for_customer", "indexed", "in_rows", "sensitive", "unique", "material"];

impl Desk {
    pub(super) fn form_of_case_type(
        &self,
        id: Option<CaseTypeId>,
        answers: &Answers<'_>,
    ) -> Result<Form, Error> {
        let kept = id.map(|id| self.case_type(&id.to_string())).transpose()?;
        let blockers = self.why_no_edit_of_type(id)?;
        let (language, catalog) = (self.language(), self.engine.store.catalog()?);
        let field = |name, kind| FormField::new(name, kind, language);
        let workflows = self.workflows()?.into_iter().filter(|one| one.active);
        let workflows = workflows.map(|one| FormChoice::new(&one.name, &one.name));
        let policies = catalog.settings.iter().flat_map(|settings| &settings.deadlines);
        let policies = policies.map(|one| FormChoice::new(one.code.as_str(), one.label.said(language)));
        let kept = kept.as_ref();
        let usual = kept.map_or(Priority::default(), |one| one.default_priority).code();
        let mut fields = vec![
            field("name", FieldKind::Text).with(kept.map(|one| &one.name)).up_to(limits::NAME).required(),
            field("description", FieldKind::LongText)
                .with(kept.and_then(|one| one.description.as_ref()))
                .up_to(limits::LONG_TEXT),
            field("default_priority", FieldKind::Choice)
                .among(priorities(language))
                .with(Some(usual))
                .required(),
            field("workflow", FieldKind::Choice)
                .among(workflows)
                .with(kept.and_then(|one| one.workflow.as_ref())),
            field("deadlines", FieldKind::Choices)
                .among(policies)
                .with(kept.map(|one| one.deadlines.join("; "))),
        ];
        match kept {
            Some(kept) => fields.extend(self.fields_of_moves(kept, answers)),
            None => {
                let choices = self.yes_no();
                fields.push(field("active", FieldKind::YesNo).among(choices).with(Some("yes")).required());
            }
        }
        Ok(Form { revision: kept.map(|one| one.revision), target: None, label: None, fields, blockers })
    }

    pub(super) fn submit_new_case_type(&self, answers: &Answers<'_>) -> Result<Submitted, Error> {
        let mut wrong = Fields::default();
        let plain = answers.without(&["deadlines", "active"]);
        let new = NewCaseType {
            deadlines: answers.several("deadlines"),
            inactive: answers.yes("active", &mut wrong) == Some(false),
            ..plain.fill(NewCaseType::default(), &mut wrong)
        };
        wrong.finish(Some(()))?;
        Ok(Submitted { case_type: Some(self.create_case_type(new)?.id), ..Submitted::default() })
    }

    pub(super) fn submit_case_type(&self, id: CaseTypeId, answers: &Answers<'_>) -> Result<Submitted, Error> {
        let mut wrong = Fields::default();
        let plain = answers.without(&["deadlines", "any_move", "moves"]);
        let mut edit = plain.fill(CaseTypeEdit::new(), &mut wrong);
        edit.deadlines = answers.text("deadlines").map(|_| answers.several("deadlines"));
        edit.without_workflow = edit.workflow.as_deref() == Some("");
        edit.workflow = edit.workflow.filter(|name| !name.is_empty());
        let edit = with_moves(edit, &self.case_type(&id.to_string())?, answers, &mut wrong);
        wrong.finish(Some(()))?;
        self.edit_case_type(id, edit)?;
        Ok(Submitted::default())
    }

    pub(super) fn form_of_case_field(
        &self,
        id: CaseTypeId,
        field: Option<&str>,
        answers: &Answers<'_>,
    ) -> Result<Form, Error> {
        let of = self.case_type(&id.to_string())?;
        let blockers = self.why_no_edit_of_type(Some(id))?;
        let one = field.map(|field| self.field_of(&of, field)).transpose()?;
        let kept = one.and_then(|one| one.definition.clone());
        let chosen =
            answers.text("kind").and_then(|code| FieldKind::ALL.into_iter().find(|one| one.code() == code));
        let kind = kept.as_ref().map(|one| one.kind).or(chosen).unwrap_or(FieldKind::Text);
        let kept = kept.unwrap_or_else(|| NewField::new("", kind));
        let (revision, label) = (Some(of.revision), one.map(|one| one.label.clone()));
        let fields = self.fields_of_definition(&of, one, &kept);
        Ok(Form { revision, target: None, label, fields, blockers })
    }

    fn fields_of_definition(
        &self,
        of: &CaseTypeView,
        one: Option<&FieldDefinitionView>,
        kept: &NewField,
    ) -> Vec<FormField> {
        let language = self.language();
        let field = |name, kind| FormField::new(name, kind, language);
        let kinds = FieldKind::ALL.into_iter().filter(|kind| one.is_none() || *kind == kept.kind);
        let kinds =
            kinds.map(|kind| FormChoice::new(kind.code(), language.word_of("field_kind", kind.code())));
        let has =
            |name: &&str| serde_json::to_value(kept).is_ok_and(|kept| kept.get(*name) == Some(&true.into()));
        let traits = TRAITS.map(|code| FormChoice::new(code, language.word_of("field_trait", code)));
        let others = of.fields.iter().filter(|other| one.is_none_or(|one| one.id != other.id));
        let others = others.map(|other| FormChoice::new(&other.id, &other.label));
        let stages = of.stages.iter().map(|stage| FormChoice::new(&stage.id, &stage.label));
        let on = kept.shown_when.as_ref();
        let lines = kept.choices.iter().filter(|one| !one.retired).map(|one| one.label.as_str());
        let mut fields = vec![
            field("label", FieldKind::Text)
                .with(Some(&kept.label).filter(|label| !label.is_empty()))
                .up_to(limits::SHORT_TEXT)
                .required(),
            FormField {
                redraws: one.is_none(),
                ..field("kind", FieldKind::Choice).among(kinds).with(Some(kept.kind.code())).required()
            },
        ];
        if matches!(kept.kind, FieldKind::Choice | FieldKind::Choices) {
            let lines = Some(lines.collect::<Vec<_>>().join("\n")).filter(|text| !text.is_empty());
            fields.push(field("choices", FieldKind::LongText).with(lines).required());
        }
        if kept.kind == FieldKind::Decimal {
            fields.push(
                field("places", FieldKind::Number).with(Some(kept.places.max(2).to_string())).required(),
            );
        }
        let traits_now = TRAITS.iter().filter(|name| has(name)).copied().collect::<Vec<_>>().join("; ");
        fields.extend([
            field("help", FieldKind::Text).with(kept.help.as_ref()).up_to(limits::SHORT_TEXT),
            field("traits", FieldKind::Choices).among(traits).with(Some(traits_now)),
            field("required_at", FieldKind::Choices).among(stages).with(Some(kept.required_at.join("; "))),
            field("shown_when", FieldKind::Choice).among(others).with(on.map(|on| &on.field)),
            field("values", FieldKind::Text).with(on.map(|on| on.values.join("; "))),
        ]);
        fields
    }

    pub(super) fn submit_case_field(
        &self,
        id: CaseTypeId,
        field: Option<&str>,
        answers: &Answers<'_>,
    ) -> Result<Submitted, Error> {
        let of = self.case_type(&id.to_string())?;
        let one = field.map(|field| self.field_of(&of, field)).transpose()?;
        let mut all: Vec<NewField> = of.fields.iter().filter_map(|one| one.definition.clone()).collect();
        let place = one.and_then(|one| of.fields.iter().position(|other| other.id == one.id));
        let place = place.unwrap_or(all.len());
        if field.is_some() && answers.is_to_be_removed()? {
            all.remove(place);
        } else {
            let kept = all.get(place).cloned();
            all.splice(place..(place + 1).min(all.len()), [defined(answers, kept)?]);
        }
        let edit = CaseTypeEdit::new().fields(all);
        let at = format!("fields[{place}].");
        self.edit_case_type(id, edit).map_err(|error| closer(error, &at))?;
        Ok(Submitted::default())
    }

    fn field_of<'a>(&self, of: &'a CaseTypeView, field: &str) -> Result<&'a FieldDefinitionView, Error> {
        let found = of.fields.iter().find(|one| one.id == field);
        found.ok_or_else(|| Rejection::not_found("field", field).into())
    }

    pub(super) fn why_no_edit_of_type(&self, id: Option<CaseTypeId>) -> Result<Vec<Blocker>, Error> {
        Ok(match id {
            Some(id) => blockers_of(&self.case_type_actions(id)?, DeskAction::EditCaseType),
            None => blockers_of(&self.desk_actions()?, DeskAction::CreateCaseType),
        })
    }
}

/// The definition of a field, with what was filled in.
fn defined(answers: &Answers<'_>, kept: Option<NewField>) -> Result<NewField, Error> {
    let mut wrong = Fields::default();
    let kept = kept.unwrap_or_else(|| NewField::new("", FieldKind::Text));
    let special = ["choices", "traits", "required_at", "shown_when", "values", "places"];
    let mut one = answers.without(&special).fill(kept, &mut wrong);
    one.help = one.help.filter(|text| !text.trim().is_empty());
    if one.kind == FieldKind::Decimal {
        one.places = match answers.text("places") {
            Some(text) => wrong.take(text.trim().parse().map_err(|_| out_of_range())).unwrap_or(2),
            None => one.places.max(2),
        };
    }
    if answers.text("traits").is_some() {
        let has = answers.codes("traits", &TRAITS.map(str::to_owned), &mut wrong);
        let named = |name: &str| has.iter().any(|one| one == name);
        (one.required, one.for_customer, one.indexed) =
            (named("required"), named("for_customer"), named("indexed"));
        (one.in_rows, one.sensitive) = (named("in_rows"), named("sensitive"));
        (one.unique, one.material) = (named("unique"), named("material"));
    }
    if answers.text("required_at").is_some() {
        one.required_at = answers.several("required_at");
    }
    if let Some(text) = answers.text("choices") {
        choices(&text, &mut one.choices);
    }
    let before = one.shown_when.take();
    let field = answers.text("shown_when").or(before.as_ref().map(|on| on.field.clone()));
    let values = answers.text("values").map(|_| answers.several("values"));
    let values = values.or(before.map(|on| on.values)).unwrap_or_default();
    one.shown_when = field.filter(|field| !field.is_empty()).map(|field| NewShownWhen { field, values });
    Ok(wrong.finish(Some(one))?)
}

fn out_of_range() -> FieldError {
    FieldError::new("places", FieldRule::OutOfRange { least: 1, most: 9 })
}

/// A line for each choice. What is taken out stays for the cases that have it, and can no longer be chosen.
fn choices(text: &str, all: &mut Vec<NewFieldChoice>) {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let before = std::mem::take(all);
    let kept = |line: &&str| before.iter().find(|one| one.label == **line).cloned();
    all.extend(lines.iter().map(|line| kept(line).unwrap_or_else(|| NewFieldChoice::new(*line))));
    all.iter_mut().for_each(|one| one.retired = false);
    let gone = before.iter().filter(|one| !lines.contains(&one.label.as_str()));
    all.extend(gone.map(|one| one.clone().retired()));
}
