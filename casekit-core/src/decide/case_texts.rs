//! The title and description of a case: in a new case and in an edit.

use super::Context;
use crate::command::{CaseEdit, NewCase};
use crate::event::{CaseFact, Draft, Fact, OldNew, Personal};
use crate::model::{Case, LongText, MaterialField, Title};
use crate::rejection::Fields;

/// The texts of a new case, parsed.
pub(super) struct NewTexts {
    title: Title,
    description: Option<LongText>,
}

impl NewTexts {
    pub(super) fn parse(fields: &mut Fields, new: &NewCase) -> Option<Self> {
        let title = fields.take(Title::parse("title", &new.title));
        let description = fields.take(LongText::parse_optional("description", new.description.as_deref()));
        Some(Self { title: title?, description: description? })
    }

    pub(super) fn into_personal(self) -> Personal {
        Personal {
            title: Some(OldNew::new(self.title)),
            description: self.description.map(OldNew::new),
            ..Personal::default()
        }
    }
}

/// The texts of an edit, parsed. `None` leaves a text as it is, `Some(None)` removes it.
pub(super) struct EditedTexts {
    title: Option<Title>,
    description: Option<Option<LongText>>,
}

impl EditedTexts {
    pub(super) fn parse(fields: &mut Fields, edit: &CaseEdit) -> Option<Self> {
        let title = edit.title.as_deref().map(|text| Title::parse("title", text));
        let title = fields.take(title.transpose());
        let description = edit.description.as_deref();
        let description = description.map(|text| LongText::parse_optional("description", Some(text)));
        let description = fields.take(description.transpose());
        Some(Self { title: title?, description: description? })
    }

    /// The texts whose value would change.
    pub(super) fn changed(&self, case: &Case) -> Vec<MaterialField> {
        let title = self.title.as_ref().is_some_and(|title| *title != case.title);
        let description = self.description.as_ref().is_some_and(|text| *text != case.description);
        let of = |changes: bool, field: MaterialField| changes.then_some(field);
        [of(title, MaterialField::Title), of(description, MaterialField::Description)]
            .into_iter()
            .flatten()
            .collect()
    }

    /// One event for each text whose value changes.
    pub(super) fn drafts(self, case: &Case, context: &Context<'_>) -> Vec<Draft> {
        let draft = |fact, personal| context.draft(Fact::Case(case.id, fact), personal);
        let title = self.title.filter(|title| *title != case.title).map(|title| {
            let title = Some(OldNew { from: Some(case.title.clone()), to: Some(title) });
            draft(CaseFact::TitleChanged, Personal { title, ..Personal::default() })
        });
        let description = self.description.filter(|text| *text != case.description).map(|description| {
            let description = Some(OldNew { from: case.description.clone(), to: description });
            draft(CaseFact::DescriptionChanged, Personal { description, ..Personal::default() })
        });
        [title, description].into_iter().flatten().collect()
    }
}
