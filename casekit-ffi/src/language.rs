//! Languages for hosts: the ones that ship, and files of the host's own.

use std::sync::Arc;

use casekit::{Blocker, FieldError};

use crate::error::CasekitError;
use crate::guard::guard;

/// A language: templates that turn codes and their arguments into text. English and German ship. Another language is
/// one JSON file, an object from key to template.
#[derive(uniffi::Object)]
pub struct Language {
    language: Arc<casekit::Language>,
}

impl Language {
    pub(crate) fn new(language: &Arc<casekit::Language>) -> Arc<Self> {
        Arc::new(Self { language: Arc::clone(language) })
    }

    pub(crate) fn inner(&self) -> Arc<casekit::Language> {
        Arc::clone(&self.language)
    }
}

#[uniffi::export]
impl Language {
    /// A language that ships with casekit.
    ///
    /// # Arguments
    ///
    /// - `tag`: `en` or `de`.
    ///
    /// # Errors
    ///
    /// - `Language`: with `not_shipped` for another tag.
    #[uniffi::constructor]
    pub fn shipped(tag: String) -> Result<Arc<Self>, CasekitError> {
        guard(|| casekit::Language::shipped(&tag).map(|language| Self::new(&language)))
    }

    /// Reads a language file from its text: JSON, from key to template.
    ///
    /// # Errors
    ///
    /// - `Language`: if the text cannot be used; the error names the line or the key.
    #[uniffi::constructor]
    pub fn parse(text: String) -> Result<Arc<Self>, CasekitError> {
        guard(|| casekit::Language::parse(&text).map(|language| Self::new(&language)))
    }

    /// Reads a language file at a path: UTF-8 JSON, from key to template.
    ///
    /// # Errors
    ///
    /// - `Language`: with `unreadable` if the file cannot be read; otherwise the error names the line or the key that
    ///   is wrong.
    #[uniffi::constructor]
    pub fn from_file(path: String) -> Result<Arc<Self>, CasekitError> {
        guard(|| casekit::language_from_file(path).map(|language| Self::new(&language)))
    }

    /// The tag of the language, such as `en`, `de` or `pt-BR`.
    pub fn tag(&self) -> String {
        self.language.tag().to_owned()
    }

    /// The keys for which this language has no template, sorted. Their texts are shown in English.
    pub fn missing_labels(&self) -> Vec<String> {
        self.language.missing()
    }

    /// The text for a code in a group: `word("step_state", "locked")`, `word("permission", "export")`.
    pub fn word(&self, group: String, code: String) -> String {
        self.language.word_of(&group, &code)
    }

    /// A reason why an action is not possible now, as a sentence for a screen.
    pub fn blocker_text(&self, blocker: Blocker) -> String {
        self.language.on_screen(&blocker.message())
    }

    /// What is wrong with a field, as a sentence for a form.
    pub fn field_error_text(&self, error: FieldError) -> String {
        self.language.on_screen(&error.message())
    }
}

/// Every key that a language file can have, sorted.
#[uniffi::export]
pub fn language_keys() -> Vec<String> {
    casekit::Language::keys()
}

#[cfg(test)]
mod tests {
    use casekit::{Actor, CaseKit, NewCase, Role};

    use super::*;
    use crate::desk::Desk;

    fn faulty(text: &str) -> (String, Option<u64>, Option<String>) {
        match Language::parse(text.into()).map(|_| ()) {
            Err(CasekitError::Language { code, line, key, .. }) => (code, line, key),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_faulty_file_is_refused_by_its_line_or_its_key() {
        assert_eq!(faulty("{\n\"language\": 3}"), ("not_a_table".into(), Some(2), None));
        assert_eq!(faulty("{}"), ("no_tag".into(), None, None));
        let unknown = faulty(r#"{"language": "pl", "nope": "x"}"#);
        assert_eq!(unknown, ("unknown_key".into(), None, Some("nope".into())));
        let lost = faulty(r#"{"language": "pl", "blocker.held_by": "x"}"#);
        assert_eq!(lost, ("missing_argument".into(), None, Some("blocker.held_by".into())));
    }

    #[test]
    fn what_a_file_lacks_is_listed() {
        let polish = r#"{"language": "pl", "stage.open": "Otwarta"}"#;
        let missing = Language::parse(polish.into()).unwrap().missing_labels();
        assert_eq!(missing.len(), language_keys().len() - 1);
        assert!(!missing.contains(&"stage.open".to_owned()));
        assert_eq!(Language::shipped("de-AT".into()).unwrap().missing_labels(), Vec::<String>::new());
    }

    #[test]
    fn a_desk_speaks_and_refuses_in_its_own_language() {
        let kit = CaseKit::in_memory().unwrap();
        let amara = kit.desk(Actor::new("amara", "").with_role(Role::Agent));
        let english = Desk::new(amara, Arc::new(crate::fonts::HostFonts::new(None)), casekit::Sharing::Owner);
        let german = english.in_language(Language::shipped("de".into()).unwrap());
        let untitled = |desk: &Desk| desk.raise_case(NewCase::new("Support", " ")).unwrap_err();
        assert_eq!(untitled(&english).to_string(), "`title` must not be empty");
        let CasekitError::Invalid { message, fields, .. } = untitled(&german) else {
            panic!("it has no title")
        };
        assert_eq!(message, german.language().field_error_text(fields[0].clone()));
        assert!(message.contains("„Titel“"), "{message}");

        let case = german.raise_case(NewCase::new("Fehlermeldung", "Anmeldung geht nicht")).unwrap();
        assert_eq!(german.case(case.id).unwrap().stage, "Offen");
        assert_eq!(english.case(case.id).unwrap().stage, "Open");
        german.take_case(case.id).unwrap();
        let CasekitError::Blocked { blockers, .. } = german.take_case(case.id).unwrap_err() else {
            panic!("it is taken")
        };
        assert_eq!(german.language().blocker_text(blockers[0].clone()), "Sie haben den Fall schon");

        let live = german.live_summary(case.id).unwrap();
        kit.close().unwrap();
        let closed = german.language().word("store".into(), "closed".into());
        assert_eq!(german.case(case.id).unwrap_err().to_string(), closed);
        assert_eq!(live.refresh().unwrap_err().to_string(), closed);
    }
}
