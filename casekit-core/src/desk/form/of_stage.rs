//! The forms of a stage of a case type, of a way in which its cases end, and of the moves between its stages.

use super::answers::{Answers, closer};
use super::{Form, FormChoice, FormField, Submitted};
use crate::command::{CaseTypeEdit, NewResolution, NewStage, NewStageMove};
use crate::desk::{CaseTypeView, Desk, ResolutionView, StageView};
use crate::error::Error;
use crate::language::Message;
use crate::model::{CaseTypeId, FieldKind, StageCategory, limits};
use crate::rejection::{FieldRule, Fields, Rejection};

impl Desk {
    pub(super) fn form_of_stage(&self, id: CaseTypeId, stage: Option<&str>) -> Result<Form, Error> {
        let of = self.case_type(&id.to_string())?;
        let kept = stage.map(|stage| stage_of(&of, stage)).transpose()?;
        let (language, yes_no) = (self.language(), || self.yes_no());
        let field = |name, kind| FormField::new(name, kind, language);
        let word = |one: StageCategory| language.word_of("category", one.code());
        let categories = StageCategory::ALL.map(|one| FormChoice::new(one.code(), word(one)));
        let category = kept.map_or(StageCategory::Active, |one| one.category).code();
        let place = kept.and_then(|kept| of.stages.iter().position(|one| one.id == kept.id));
        let place = place.unwrap_or(of.stages.len()) + 1;
        let shown =
            kept.map(|one| &one.customer_label).filter(|label| kept.is_some_and(|one| one.label != **label));
        let fields = vec![
            field("label", FieldKind::Text)
                .with(kept.map(|one| &one.label))
                .up_to(limits::SHORT_TEXT)
                .required(),
            FormField {
                for_customer: true,
                ..field("customer_label", FieldKind::Text).with(shown).up_to(limits::SHORT_TEXT)
            },
            field("category", FieldKind::Choice).among(categories).with(Some(category)).required(),
            field("needs_resolution", FieldKind::YesNo)
                .among(yes_no())
                .with(Some(yes(kept.is_some_and(|one| one.needs_resolution))))
                .required(),
            field("enabled", FieldKind::YesNo)
                .among(yes_no())
                .with(Some(yes(kept.is_none_or(|one| one.enabled))))
                .required(),
            field("place_in_order", FieldKind::Number).with(Some(place.to_string())).required(),
        ];
        let label = kept.map(|one| one.label.clone());
        self.part_of_type(&of, label, fields)
    }

    pub(super) fn submit_stage(
        &self,
        id: CaseTypeId,
        stage: Option<&str>,
        answers: &Answers<'_>,
    ) -> Result<Submitted, Error> {
        let of = self.case_type(&id.to_string())?;
        let place = stage.map(|stage| stage_of(&of, stage)).transpose()?;
        let place = place.and_then(|kept| of.stages.iter().position(|one| one.id == kept.id));
        let mut all: Vec<NewStage> = of.stages.iter().map(stage_again).collect();
        let kept = place.map(|place| all.remove(place));
        let mut edit = CaseTypeEdit::new();
        let mut to = place.unwrap_or(all.len());
        if kept.is_some() && answers.is_to_be_removed()? {
            let goes_on =
                |one: &&NewStageMove| ![&one.from, &one.to].into_iter().any(|id| Some(id.as_str()) == stage);
            let moves = moves_of(&of);
            edit.moves = of.moves.as_ref().map(|_| moves.iter().filter(goes_on).cloned().collect());
        } else {
            let mut wrong = Fields::default();
            let blank = kept.unwrap_or_else(|| NewStage::new("", StageCategory::Active));
            let plain = answers.without(&["enabled", "place_in_order"]);
            let mut one = plain.fill(blank, &mut wrong);
            one.customer_label = one.customer_label.filter(|label| !label.trim().is_empty());
            one.disabled = answers.yes("enabled", &mut wrong).map_or(one.disabled, |enabled| !enabled);
            let asked = answers.some("place_in_order").and_then(|text| {
                let place = text.trim().parse::<usize>();
                place
                    .map_err(|_| {
                        wrong.add("place_in_order", FieldRule::Malformed { form: "number".to_owned() })
                    })
                    .ok()
            });
            wrong.finish(Some(()))?;
            to = asked.map_or(to, |place| place.saturating_sub(1)).min(all.len());
            all.insert(to, one);
        }
        edit.stages = Some(all);
        self.edit_case_type(id, edit).map_err(|error| closer(error, &format!("stages[{to}].")))?;
        Ok(Submitted::default())
    }

    pub(super) fn form_of_resolution(&self, id: CaseTypeId, code: Option<&str>) -> Result<Form, Error> {
        let of = self.case_type(&id.to_string())?;
        let kept = code.map(|code| resolution_of(&of, code)).transpose()?;
        let language = self.language();
        let field = |name, kind| FormField::new(name, kind, language);
        let by = ["anyone", "person", "staff"];
        let by = by.map(|code| FormChoice::new(code, language.word_of("resolved_by", code)));
        let now = kept.and_then(|kept| serde_json::to_value(kept.by).ok()?.as_str().map(str::to_owned));
        let shown =
            kept.map(|one| &one.customer_label).filter(|label| kept.is_some_and(|one| one.label != **label));
        let code = field("code", FieldKind::Text).up_to(limits::NAME).required();
        let fields = kept.is_none().then_some(code).into_iter().chain([
            field("label", FieldKind::Text)
                .with(kept.map(|one| &one.label))
                .up_to(limits::SHORT_TEXT)
                .required(),
            FormField {
                for_customer: true,
                ..field("customer_label", FieldKind::Text).with(shown).up_to(limits::SHORT_TEXT)
            },
            field("by", FieldKind::Choice)
                .among(by)
                .with(Some(now.unwrap_or_else(|| "anyone".to_owned())))
                .required(),
            field("needs_reason", FieldKind::YesNo)
                .among(self.yes_no())
                .with(Some(yes(kept.is_some_and(|one| one.needs_reason))))
                .required(),
        ]);
        let label = kept.map(|one| one.label.clone());
        self.part_of_type(&of, label, fields.collect())
    }

    pub(super) fn submit_resolution(
        &self,
        id: CaseTypeId,
        code: Option<&str>,
        answers: &Answers<'_>,
    ) -> Result<Submitted, Error> {
        let of = self.case_type(&id.to_string())?;
        let place = code.map(|code| resolution_of(&of, code)).transpose()?;
        let place = place.and_then(|kept| of.resolutions.iter().position(|one| one.code == kept.code));
        let mut all: Vec<NewResolution> = of.resolutions.iter().map(resolution_again).collect();
        let kept = place.map(|place| all.remove(place));
        let to = place.unwrap_or(all.len());
        if kept.is_none() || !answers.is_to_be_removed()? {
            let mut wrong = Fields::default();
            let blank = kept.unwrap_or_else(|| NewResolution::new("", ""));
            let mut one = answers.fill(blank, &mut wrong);
            one.customer_label = one.customer_label.filter(|label| !label.trim().is_empty());
            wrong.finish(Some(()))?;
            all.insert(to, one);
        }
        let edit = CaseTypeEdit { resolutions: Some(all), ..CaseTypeEdit::new() };
        self.edit_case_type(id, edit).map_err(|error| closer(error, &format!("resolutions[{to}].")))?;
        Ok(Submitted::default())
    }

    /// The fields about which stage can follow which: any, or those that are chosen.
    pub(super) fn fields_of_moves(&self, of: &CaseTypeView, answers: &Answers<'_>) -> Vec<FormField> {
        let language = self.language();
        let any = answers.text("any_move").map_or(of.moves.is_none(), |text| text == "yes");
        let asked = FormField {
            redraws: true,
            ..FormField::new("any_move", FieldKind::YesNo, language)
                .among(self.yes_no())
                .with(Some(yes(of.moves.is_none())))
                .required()
        };
        let label = |id: &str| of.stages.iter().find(|one| one.id == id).map(|one| one.label.clone());
        let pairs = every_pair(of).map(|one| {
            let [from, to] = [&one.from, &one.to].map(|id| label(id).unwrap_or_default());
            // Its arrow turns with the language, and each name keeps its own direction.
            let said = Message::new("format.move").with("from", from).with("to", to);
            FormChoice::new(code_of(&one), language.render(&said))
        });
        let now = moves_of(of).iter().map(code_of).collect::<Vec<_>>().join("; ");
        let moves = FormField::new("moves", FieldKind::Choices, language).among(pairs).with(Some(now));
        std::iter::once(asked).chain((!any).then_some(moves)).collect()
    }

    fn part_of_type(
        &self,
        of: &CaseTypeView,
        label: Option<String>,
        fields: Vec<FormField>,
    ) -> Result<Form, Error> {
        let blockers = self.why_no_edit_of_type(Some(of.id))?;
        Ok(Form { revision: Some(of.revision), target: None, label, fields, blockers })
    }
}

/// Adds to an edit what was chosen of the moves; what was not chosen is as the form showed it.
pub(super) fn with_moves(
    mut edit: CaseTypeEdit,
    of: &CaseTypeView,
    answers: &Answers<'_>,
    wrong: &mut Fields,
) -> CaseTypeEdit {
    let chosen = answers.text("moves").map(|_| {
        let all: Vec<_> = every_pair(of).map(|one| code_of(&one)).collect();
        let chosen = answers.codes("moves", &all, wrong);
        every_pair(of).filter(|one| chosen.contains(&code_of(one))).collect()
    });
    match answers.yes("any_move", wrong) {
        Some(true) => edit.any_move = of.moves.is_some(),
        Some(false) => edit.moves = Some(chosen.unwrap_or_else(|| moves_of(of))),
        None => edit.moves = chosen,
    }
    edit
}

fn yes(is: bool) -> &'static str {
    if is { "yes" } else { "no" }
}

fn code_of(one: &NewStageMove) -> String {
    format!("{}>{}", one.from, one.to)
}

/// The moves that are allowed now.
fn moves_of(of: &CaseTypeView) -> Vec<NewStageMove> {
    match &of.moves {
        Some(moves) => moves.iter().map(|one| NewStageMove::new(&one.from, &one.to)).collect(),
        None => every_pair(of).collect(),
    }
}

fn every_pair(of: &CaseTypeView) -> impl Iterator<Item = NewStageMove> {
    of.stages.iter().flat_map(move |from| {
        let others = of.stages.iter().filter(|to| to.id != from.id);
        others.map(|to| NewStageMove::new(&from.id, &to.id))
    })
}

fn stage_of<'a>(of: &'a CaseTypeView, id: &str) -> Result<&'a StageView, Error> {
    let found = of.stages.iter().find(|one| one.id == id);
    found.ok_or_else(|| Rejection::not_found("stage", id).into())
}

fn resolution_of<'a>(of: &'a CaseTypeView, code: &str) -> Result<&'a ResolutionView, Error> {
    let found = of.resolutions.iter().find(|one| one.code == code);
    found.ok_or_else(|| Rejection::not_found("resolution", code).into())
}

/// A stage as it is given to keep it.
fn stage_again(one: &StageView) -> NewStage {
    NewStage {
        id: Some(one.id.clone()),
        label: one.label.clone(),
        customer_label: Some(one.customer_label.clone()).filter(|label| *label != one.label),
        category: one.category,
        disabled: !one.enabled,
        needs_resolution: one.needs_resolution,
    }
}

/// A resolution as it is given to keep it.
fn resolution_again(one: &ResolutionView) -> NewResolution {
    NewResolution {
        code: one.code.clone(),
        label: one.label.clone(),
        customer_label: Some(one.customer_label.clone()).filter(|label| *label != one.label),
        by: Some(one.by),
        needs_reason: one.needs_reason,
    }
}
