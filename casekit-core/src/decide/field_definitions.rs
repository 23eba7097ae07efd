//! Parses a caller's records into the fields of a case type, or of customers.

use std::collections::BTreeMap;

use super::case_type_parse::{Structure, find_stage};
use crate::command::{FieldText, NewField, NewFieldChoice, NewShownWhen};
use crate::language::{Language, is_tag};
use crate::model::{
    CaseType, FieldChoice, FieldDefinition, FieldId, FieldKind, LocalText, Settings, ShortText, ShownWhen,
    StageId, field_with_id, limits, same_tag,
};
use crate::rejection::{FieldRule, Fields};
use crate::text::fold_name;

/// The most decimal places of a number: all of nine digits and the point fit beside the digits before it.
const PLACES: u32 = 9;

/// Whose fields are defined, and which there were before.
#[derive(Clone, Copy)]
pub(super) enum Defined<'a> {
    /// Those of a case type with these stages; and the type that is edited, `None` for a new one.
    CaseType(&'a Structure, Option<&'a CaseType>),
    /// Those of customers, and the settings that are changed.
    Customers(&'a Settings),
}

impl<'a> Defined<'a> {
    /// The member of the command that has the fields.
    fn path(self) -> &'static str {
        match self {
            Self::CaseType(..) => "fields",
            Self::Customers(_) => "customer_fields",
        }
    }

    /// The fields that there are.
    fn current(self) -> &'a [FieldDefinition] {
        match self {
            Self::CaseType(_, before) => {
                before.and_then(CaseType::current).map_or(&[], |version| version.fields.as_slice())
            }
            Self::Customers(settings) => settings.fields_of_customers(),
        }
    }

    /// What a field is that there ever was.
    fn known(self, id: &FieldId) -> Option<&'a FieldDefinition> {
        self.ever(id).first().copied()
    }

    /// A field as each version has had it, the newest first.
    fn ever(self, id: &FieldId) -> Vec<&'a FieldDefinition> {
        match self {
            Self::CaseType(_, before) => {
                let versions = before.into_iter().flat_map(|before| before.versions.iter().rev());
                versions.filter_map(|version| version.field(id)).collect()
            }
            Self::Customers(settings) => {
                let versions = settings.customer_fields.iter().rev();
                versions.filter_map(|version| field_with_id(&version.fields, id)).collect()
            }
        }
    }
}

/// Parses all fields, and reports every error.
pub(super) fn parse_fields(
    fields: &mut Fields,
    new: &[NewField],
    defined: Defined<'_>,
    language: &Language,
) -> Option<Vec<FieldDefinition>> {
    let path = defined.path();
    if new.len() > limits::PARTS {
        fields.add(path, FieldRule::TooMany { limit: limits::PARTS as u64 });
        return None;
    }
    let mut parsed: Vec<FieldDefinition> = Vec::new();
    let mut sound = true;
    for (place, field) in new.iter().enumerate() {
        let parsing =
            Parsing { at: format!("{path}[{place}]"), new: field, above: &parsed, defined, language };
        let Some(definition) = parsing.parse(fields) else {
            sound = false;
            continue;
        };
        if parsed.iter().any(|other| other.label.shares_a_text(&definition.label)) {
            fields.add(format!("{path}[{place}].label"), FieldRule::Duplicate);
        }
        if parsed.iter().any(|other| other.id == definition.id) {
            fields.add(format!("{path}[{place}].id"), FieldRule::Duplicate);
        }
        parsed.push(definition);
    }
    sound.then_some(parsed)
}

/// The fields of a version whose stages may have changed: none is required at a stage that is no longer there.
pub(super) fn kept_fields(current: &[FieldDefinition], structure: &Structure) -> Vec<FieldDefinition> {
    let there = |id: &StageId| structure.stages.iter().any(|stage| stage.id == *id);
    let kept = |field: &FieldDefinition| {
        let required_at = field.required_at.iter().filter(|stage| there(stage)).cloned().collect();
        FieldDefinition { required_at, ..field.clone() }
    };
    current.iter().map(kept).collect()
}

/// One field while it is parsed.
struct Parsing<'a> {
    /// Its path, with which the paths of its errors begin.
    at: String,
    new: &'a NewField,
    /// The fields above it, which can say when it is shown.
    above: &'a [FieldDefinition],
    defined: Defined<'a>,
    language: &'a Language,
}

impl Parsing<'_> {
    fn parse(&self, fields: &mut Fields) -> Option<FieldDefinition> {
        let new = self.new;
        let label = local_text(fields, &self.path("label"), &self.path("labels"), &new.label, &new.labels);
        let id = self.id(fields, label.as_ref());
        let ever = id.as_ref().map(|id| self.defined.ever(id)).unwrap_or_default();
        self.check_kind(fields, ever.first().copied());
        let help = self.help(fields);
        let choices = self.choices(fields, &ever);
        let required_at = self.required_at(fields);
        let shown_when = new.shown_when.as_ref().map(|shown| self.shown_when(fields, shown));
        self.check_marks(fields);
        Some(FieldDefinition {
            id: id?,
            kind: new.kind,
            places: new.places,
            label: label?,
            help,
            required: new.required,
            required_at,
            shown_when: match shown_when {
                None => None,
                Some(parsed) => Some(parsed?),
            },
            for_customer: new.for_customer,
            sensitive: new.sensitive,
            unique: new.unique,
            material: new.material,
            in_rows: new.in_rows,
            indexed: new.indexed,
            choices,
        })
    }

    fn path(&self, part: &str) -> String {
        format!("{}.{part}", self.at)
    }

    fn refuse(&self, fields: &mut Fields, part: &str, why: &str) {
        fields.add(self.path(part), FieldRule::DoesNotFit { why: why.to_owned() });
    }

    /// The id: the one that is given, that of the current field with this label, or one that no field ever had.
    fn id(&self, fields: &mut Fields, label: Option<&LocalText>) -> Option<FieldId> {
        if let Some(id) = &self.new.id {
            return fields.take(FieldId::parse(&self.path("id"), id));
        }
        let label = label?.text.as_str();
        let wanted = fold_name(label);
        let known = self.defined.current().iter().find(|field| field.label.is_said(&wanted));
        Some(known.map_or_else(|| self.free_id(label), |field| field.id.clone()))
    }

    fn free_id(&self, label: &str) -> FieldId {
        let suggested = FieldId::suggested(label);
        let used =
            |id: &FieldId| self.above.iter().any(|field| field.id == *id) || self.defined.known(id).is_some();
        let numbered = (2..).map(|n| FieldId::suggested(&format!("{suggested}_{n}")));
        std::iter::once(suggested.clone()).chain(numbered).find(|id| !used(id)).unwrap_or(suggested)
    }

    /// Values keep their meaning: a field that there was holds what it held.
    fn check_kind(&self, fields: &mut Fields, known: Option<&FieldDefinition>) {
        let new = self.new;
        let (least, most) = if new.kind == FieldKind::Decimal { (1, PLACES) } else { (0, 0) };
        if new.places < least || new.places > most {
            let (least, most) = (least.into(), most.into());
            fields.add(self.path("places"), FieldRule::OutOfRange { least, most });
        } else if let Some(known) = known {
            if known.kind != new.kind {
                self.refuse(fields, "kind", "field_of_another_kind");
            } else if known.places != new.places {
                self.refuse(fields, "places", "field_of_another_kind");
            }
        }
    }

    fn help(&self, fields: &mut Fields) -> Option<LocalText> {
        match self.new.help.as_deref().filter(|help| !help.trim().is_empty()) {
            Some(help) => local_text(fields, &self.path("help"), &self.path("helps"), help, &self.new.helps),
            None => {
                if !self.new.helps.is_empty() {
                    fields.add(self.path("help"), FieldRule::Required);
                }
                None
            }
        }
    }

    fn choices(&self, fields: &mut Fields, ever: &[&FieldDefinition]) -> Vec<FieldChoice> {
        let new = &self.new.choices;
        match (self.new.kind.has_choices(), new.is_empty()) {
            (true, true) => fields.add(self.path("choices"), FieldRule::Required),
            (false, false) => self.refuse(fields, "choices", "no_choices_of_this_kind"),
            (true, false) | (false, true) => {}
        }
        if new.len() > limits::PARTS {
            fields.add(self.path("choices"), FieldRule::TooMany { limit: limits::PARTS as u64 });
            return Vec::new();
        }
        let mut choices: Vec<FieldChoice> = Vec::new();
        for (place, choice) in new.iter().enumerate() {
            let at = self.path(&format!("choices[{place}]"));
            let Some(parsed) = parse_choice(fields, &at, choice, ever, &choices) else { continue };
            if choices.iter().any(|other| other.label.shares_a_text(&parsed.label)) {
                fields.add(format!("{at}.label"), FieldRule::Duplicate);
            }
            if choices.iter().any(|other| other.code == parsed.code) {
                fields.add(format!("{at}.code"), FieldRule::Duplicate);
            }
            choices.push(parsed);
        }
        choices
    }

    fn required_at(&self, fields: &mut Fields) -> Vec<StageId> {
        let Defined::CaseType(structure, _) = self.defined else { return Vec::new() };
        let mut stages = Vec::new();
        for (place, text) in self.new.required_at.iter().enumerate() {
            match find_stage(structure, text, self.language) {
                Some(stage) if stages.contains(&stage) => {}
                Some(stage) => stages.push(stage),
                None => {
                    let labels = structure.stages.iter().map(|one| structure.label(&one.id, self.language));
                    fields.add(self.path(&format!("required_at[{place}]")), FieldRule::unknown(text, labels));
                }
            }
        }
        stages
    }

    fn shown_when(&self, fields: &mut Fields, shown: &NewShownWhen) -> Option<ShownWhen> {
        let wanted = fold_name(&shown.field);
        let can_say = |field: &&FieldDefinition| field.kind.has_choices() || field.kind == FieldKind::YesNo;
        let above = || self.above.iter().filter(can_say);
        let found = above()
            .find(|field| field.id.as_str() == shown.field.trim())
            .or_else(|| above().find(|field| field.label.is_said(&wanted)));
        let Some(found) = found else {
            let ids = above().map(|field| field.id.as_str());
            fields.add(self.path("shown_when.field"), FieldRule::unknown(&shown.field, ids));
            return None;
        };
        if shown.values.is_empty() {
            fields.add(self.path("shown_when.values"), FieldRule::Required);
            return None;
        }
        let mut values = Vec::new();
        for (place, text) in shown.values.iter().enumerate() {
            let is_choice = found.kind.has_choices();
            let known = match is_choice {
                true => found.find_choice(text).map(|choice| choice.code.as_str()),
                false => ["yes", "no"].into_iter().find(|one| *one == fold_name(text)),
            };
            match known {
                Some(known) if values.iter().any(|value| value == known) => {}
                Some(known) => values.push(known.to_owned()),
                None => {
                    let codes = || found.choices.iter().map(|choice| choice.code.as_str());
                    let rule = match is_choice {
                        true => FieldRule::unknown(text, codes()),
                        false => FieldRule::unknown(text, ["yes", "no"]),
                    };
                    fields.add(self.path(&format!("shown_when.values[{place}]")), rule);
                }
            }
        }
        Some(ShownWhen { field: found.id.clone(), values })
    }

    /// What does not go together: a sensitive value lies in no table that is searched, and only what can be compared can be
    /// unique or sorted.
    fn check_marks(&self, fields: &mut Fields) {
        let new = self.new;
        if matches!(self.defined, Defined::Customers(_)) {
            let of_cases = [
                ("required_at", !new.required_at.is_empty()),
                ("material", new.material),
                ("in_rows", new.in_rows),
            ];
            for (mark, _) in of_cases.into_iter().filter(|(_, is_set)| *is_set) {
                self.refuse(fields, mark, "only_of_cases");
            }
        }
        let marks = [("unique", new.unique), ("in_rows", new.in_rows), ("indexed", new.indexed)];
        for (mark, _) in marks.into_iter().filter(|(_, is_set)| *is_set) {
            if new.sensitive {
                self.refuse(fields, mark, "sensitive_elsewhere");
            } else if new.kind == FieldKind::LongText {
                self.refuse(fields, mark, "too_long_for_that");
            }
        }
        let names_others = matches!(new.kind, FieldKind::Person | FieldKind::Customer | FieldKind::Case);
        if new.for_customer && names_others {
            self.refuse(fields, "for_customer", "names_others");
        }
        let is_shared = new.kind == FieldKind::YesNo || new.kind.has_choices();
        if new.unique && is_shared {
            self.refuse(fields, "unique", "values_are_shared");
        }
    }
}

fn parse_choice(
    fields: &mut Fields,
    at: &str,
    new: &NewFieldChoice,
    ever: &[&FieldDefinition],
    above: &[FieldChoice],
) -> Option<FieldChoice> {
    let label = local_text(fields, &format!("{at}.label"), &format!("{at}.labels"), &new.label, &new.labels)?;
    let code = match &new.code {
        Some(code) => fields.take(FieldId::parse(&format!("{at}.code"), code))?,
        None => {
            let folded = fold_name(label.text.as_str());
            // A code that a version ever had is what its cases mean: it is that choice's, though it was taken out since.
            let before = || ever.iter().flat_map(|known| &known.choices);
            let same = before().find(|one| one.label.is_said(&folded));
            let used = |code: &FieldId| before().chain(above).any(|choice| choice.code == *code);
            let suggested = FieldId::suggested(label.text.as_str());
            let numbered = (2..).map(|n| FieldId::suggested(&format!("{suggested}_{n}")));
            let mut free = std::iter::once(suggested.clone()).chain(numbered);
            match same {
                Some(same) => same.code.clone(),
                None => free.find(|code| !used(code)).unwrap_or(suggested),
            }
        }
    };
    Some(FieldChoice { code, label, retired: new.retired })
}

/// A text for every language, and those of some languages.
fn local_text(
    fields: &mut Fields,
    at: &str,
    others_at: &str,
    text: &str,
    others: &[FieldText],
) -> Option<LocalText> {
    let text = fields.take(ShortText::parse(at, text));
    let mut in_language: BTreeMap<String, ShortText> = BTreeMap::new();
    for (place, other) in others.iter().enumerate() {
        let tag = other.language.trim().replace('_', "-");
        let parsed = fields.take(ShortText::parse(&format!("{others_at}[{place}].text"), &other.text));
        let at = format!("{others_at}[{place}].language");
        if !is_tag(&tag) {
            fields.add(at, FieldRule::Malformed { form: "language_tag".into() });
        } else if in_language.keys().any(|known| same_tag(known, &tag)) {
            fields.add(at, FieldRule::Duplicate);
        } else if let Some(parsed) = parsed {
            in_language.insert(tag, parsed);
        }
    }
    Some(LocalText { text: text?, in_language })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{CaseTypeEdit, NewCaseType};
    use crate::decide::case_type::{CreateCaseType, EditCaseType};
    use crate::decide::testing::{Given, SUPPORT, case_type, manager};
    use crate::event::{CaseTypeFact, Fact};
    use crate::model::CaseTypeVersion;
    use crate::rejection::{FieldError, Rejection};

    fn created(new: Vec<NewField>) -> Result<Vec<FieldDefinition>, Rejection> {
        let new = CreateCaseType(NewCaseType::new("Refunds").with_fields(new));
        let decision = Given::new().by(manager()).when(&new)?;
        let Fact::CaseType(_, CaseTypeFact::CaseTypeCreated { version, .. }) = &decision.drafts[0].fact
        else {
            panic!()
        };
        Ok(version.fields.clone())
    }

    /// The version that an edit of the fields of `Support` makes; `None` if it makes none.
    fn edited(
        before: Vec<FieldDefinition>,
        edit: CaseTypeEdit,
    ) -> Result<Option<CaseTypeVersion>, Rejection> {
        let mut support = case_type();
        support.versions[0].fields = before;
        let given = Given::new().by(manager()).with_type(support);
        let decision = given.when(&EditCaseType { case_type: SUPPORT, edit })?;
        Ok(decision.drafts.iter().find_map(|draft| match &draft.fact {
            Fact::CaseType(_, CaseTypeFact::CaseTypeVersioned { version }) => Some(version.clone()),
            _ => None,
        }))
    }

    #[test]
    fn ids_and_codes_are_made_from_labels_and_stages_are_found_by_them() {
        let channel = NewField::choice("Channel", ["By phone", "Webform"]).labelled("de_DE", "Kanal");
        let order = NewField::new("Order number", FieldKind::Text)
            .required_at("in progress")
            .shown_when("channel", ["Webform"]);
        let fields = created(vec![channel, order]).unwrap();
        let ids: Vec<&str> = fields.iter().map(|field| field.id.as_str()).collect();
        assert_eq!(ids, ["channel", "order_number"]);
        let codes: Vec<&str> = fields[0].choices.iter().map(|choice| choice.code.as_str()).collect();
        assert_eq!(codes, ["by_phone", "webform"]);
        assert_eq!(fields[0].label.in_language.keys().collect::<Vec<_>>(), ["de-DE"]);
        assert_eq!(fields[1].required_at.iter().map(StageId::as_str).collect::<Vec<_>>(), ["in_progress"]);
        let shown = fields[1].shown_when.as_ref().unwrap();
        assert_eq!((shown.field.as_str(), shown.values.as_slice()), ("channel", &["webform".to_owned()][..]));
    }

    #[test]
    fn everything_that_is_wrong_with_fields_is_named_at_once() {
        let wrong = vec![
            NewField::new(" ", FieldKind::Text),
            NewField::decimal("Weight", 10).required_at("Nowhere").labelled("x", "Gewicht"),
            NewField::choice("Channel", [] as [&str; 0]),
            NewField {
                choices: vec![NewFieldChoice::new("a")],
                ..NewField::new("Note", FieldKind::LongText)
            }
            .indexed()
            .shown_when("Weight", ["1"]),
            NewField::new("weight", FieldKind::Text).with_id("a b").sensitive().unique(),
            NewField::choice("Colour", ["Red", "red"]).unique(),
            NewField::new("Adviser", FieldKind::Person).for_customer(),
        ];
        let rejection = created(wrong).unwrap_err();
        let named: Vec<(&str, &str)> =
            rejection.fields().iter().map(|error| (error.field.as_str(), error.rule.code())).collect();
        assert_eq!(
            named,
            [
                ("fields[0].label", "required"),
                ("fields[1].labels[0].language", "malformed"),
                ("fields[1].places", "out_of_range"),
                ("fields[1].required_at[0]", "unknown"),
                ("fields[2].choices", "required"),
                ("fields[3].choices", "does_not_fit"),
                ("fields[3].shown_when.field", "unknown"),
                ("fields[3].indexed", "does_not_fit"),
                ("fields[4].id", "not_an_id"),
                ("fields[4].unique", "does_not_fit"),
                ("fields[5].choices[1].label", "duplicate"),
                ("fields[5].unique", "does_not_fit"),
                ("fields[6].for_customer", "does_not_fit"),
            ]
        );
    }

    #[test]
    fn other_fields_make_a_version_and_a_field_keeps_its_id_and_kind() {
        let before = created(vec![NewField::new("Order", FieldKind::Text)]).unwrap();
        let same = CaseTypeEdit::new().fields(vec![NewField::new("order", FieldKind::Text).with_id("order")]);
        let version = edited(before.clone(), same).unwrap().unwrap();
        assert_eq!((version.version, version.fields[0].label.text.as_str()), (2, "order"));

        let unchanged = CaseTypeEdit::new().fields(vec![NewField::new("Order", FieldKind::Text)]);
        assert_eq!(edited(before.clone(), unchanged), Ok(None));

        let another = CaseTypeEdit::new().fields(vec![NewField::new("Order", FieldKind::Number)]);
        let why = "field_of_another_kind".into();
        assert_eq!(
            edited(before.clone(), another).unwrap_err().fields(),
            [FieldError::new("fields[0].kind", FieldRule::DoesNotFit { why })]
        );
        let none = edited(before, CaseTypeEdit::new().fields(Vec::new())).unwrap().unwrap();
        assert_eq!(none.fields, []);
    }

    #[test]
    fn a_stage_that_goes_takes_what_it_requires_along() {
        let before = created(vec![
            NewField::new("Order", FieldKind::Text).required_at("Resolved").required_at("Closed"),
        ]);
        let stages = crate::decide::case_type::tests::stages();
        let stages = stages.into_iter().filter(|stage| stage.label != "Resolved").collect();
        let version = edited(before.unwrap(), CaseTypeEdit::new().stages(stages)).unwrap().unwrap();
        let required_at: Vec<&str> = version.fields[0].required_at.iter().map(StageId::as_str).collect();
        assert_eq!(required_at, ["closed"]);
    }
}
