//! The texts of the organisation for its answers, as somebody sets them.

use crate::language::is_tag;
use crate::model::{LetterBlock, LetterBlockKind, LongText, Name, OutcomeKind, limits, same_tag};
use crate::rejection::{FieldRule, Fields};

/// The texts as they are kept. Whatever is wrong with any of them is added to the fields: a text that is too long, an outcome
/// that nobody is answered with, a language tag of another form, and a text that another of the list leaves no place for.
pub(super) fn parse(fields: &mut Fields, blocks: &[LetterBlock]) -> Vec<LetterBlock> {
    if blocks.len() > limits::LETTER_BLOCKS {
        fields.add("letter", FieldRule::TooMany { limit: limits::LETTER_BLOCKS as u64 });
        return Vec::new();
    }
    let kept = blocks.iter().enumerate().map(|(place, block)| {
        let kept = one(fields, &format!("letter[{place}]"), block);
        if blocks.iter().take(place).any(|other| is_in_place_of(other, block)) {
            fields.add(format!("letter[{place}].kind"), FieldRule::Duplicate);
        }
        kept
    });
    kept.collect()
}

fn one(fields: &mut Fields, at: &str, block: &LetterBlock) -> LetterBlock {
    if let Some(outcome) = block.outcome.filter(|outcome| !outcome.is_answered()) {
        let answered = OutcomeKind::ALL.into_iter().filter(|one| one.is_answered());
        let rule = FieldRule::unknown(outcome.code(), answered.map(OutcomeKind::code));
        fields.add(format!("{at}.outcome"), rule);
    }
    let language = block.language.trim().replace('_', "-");
    if !is_tag(&language) {
        let form = "language_tag".into();
        fields.add(format!("{at}.language"), FieldRule::Malformed { form });
    }
    let heading = fields.take(Name::parse_optional(&format!("{at}.heading"), block.heading.as_deref()));
    let text = fields.take(LongText::parse(&format!("{at}.text"), block.text.trim()));
    if text.as_ref().is_some_and(|text| text.as_str().chars().count() > limits::LETTER_TEXT) {
        let limit = limits::LETTER_TEXT as u64;
        fields.add(format!("{at}.text"), FieldRule::TooLong { limit });
    }
    LetterBlock {
        kind: block.kind,
        outcome: block.outcome,
        language,
        heading: heading.flatten().map(Into::into),
        text: text.map(Into::into).unwrap_or_default(),
    }
}

/// Whether both texts would stand at the same place of the same answers, where there is room for one.
fn is_in_place_of(one: &LetterBlock, other: &LetterBlock) -> bool {
    one.kind != LetterBlockKind::Other
        && (one.kind, one.outcome) == (other.kind, other.outcome)
        && same_tag(&one.language, &other.language)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::SettingsEdit;
    use crate::decide::settings::ChangeSettings;
    use crate::decide::testing::{Given, actor};
    use crate::event::{Fact, SettingsFact};
    use crate::model::Role;
    use crate::rejection::Rejection;

    fn set(blocks: Vec<LetterBlock>) -> Result<Vec<LetterBlock>, Rejection> {
        let edit = ChangeSettings(SettingsEdit::new().letter(blocks));
        let decision = Given::new().by(actor("ivo", Role::ItAdministrator)).when(&edit)?;
        let Fact::Settings(SettingsFact::SettingsChanged { settings }) = &decision.drafts[0].fact else {
            panic!()
        };
        Ok(settings.letter.clone())
    }

    #[test]
    fn texts_are_kept_as_they_are_written_in_a_letter() {
        let given = LetterBlock::new(LetterBlockKind::Rights, " de_AT ", "  Sie haben Rechte.\n\nSo viele. ");
        let kept = set(vec![given.headed(" ").for_outcome(OutcomeKind::Denied)]).unwrap();
        assert_eq!(
            kept,
            [LetterBlock::new(LetterBlockKind::Rights, "de-AT", "Sie haben Rechte.\n\nSo viele.")
                .for_outcome(OutcomeKind::Denied)]
        );
    }

    #[test]
    fn everything_that_is_wrong_is_said_with_its_place() {
        let block = |language: &str, text: &str| LetterBlock::new(LetterBlockKind::Rights, language, text);
        let long = "x".repeat(limits::LETTER_TEXT + 1);
        let refused = set(vec![
            block("en", "fine"),
            block("EN", "again"),
            block("german, please", "x").for_outcome(OutcomeKind::Withdrawn),
            block("fr", " ").headed("y".repeat(201)),
            block("it", &long),
        ]);
        let refused = refused.unwrap_err();
        let said: Vec<(&str, &FieldRule)> =
            refused.fields().iter().map(|error| (error.field.as_str(), &error.rule)).collect();
        let answered = ["data_released", "partly_released", "no_data", "denied", "approved"];
        assert_eq!(
            said,
            [
                ("letter[1].kind", &FieldRule::Duplicate),
                ("letter[2].outcome", &FieldRule::unknown("withdrawn", answered)),
                ("letter[2].language", &FieldRule::Malformed { form: "language_tag".into() }),
                ("letter[3].heading", &FieldRule::TooLong { limit: 200 }),
                ("letter[3].text", &FieldRule::Required),
                ("letter[4].text", &FieldRule::TooLong { limit: limits::LETTER_TEXT as u64 }),
            ]
        );
        let many = vec![LetterBlock::new(LetterBlockKind::Other, "en", "x"); limits::LETTER_BLOCKS + 1];
        let rule = FieldRule::TooMany { limit: limits::LETTER_BLOCKS as u64 };
        assert_eq!(set(many), Err(Rejection::field("letter", rule)));
    }
}
