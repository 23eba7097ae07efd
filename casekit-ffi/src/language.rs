//! In which language people read what the library tells.

use std::sync::Arc;

use casekit::{Blocker, FieldError};

use crate::error::CasekitError;
use crate::guard::guard;

/// A language: the words for what people read. Codes and ids are the same in every language.
///
/// English and German ship. Another is a file of the application's: one JSON object from key to template, read once. What
/// it lacks is said in English.
#[derive(uniffi::Object)]
pub struct Language {
    pub(crate) language: Arc<casekit::Language>,
}

#[uniffi::export]
impl Language {
    /// A language that the library brings, by its tag: `en` or `de`; `de-AT` is `de`. `Language` with `not_shipped` for
    /// another.
    #[uniffi::constructor]
    pub fn shipped(tag: String) -> Result<Arc<Self>, CasekitError> {
        guard(|| casekit::Language::shipped(&tag).map(Self::of))
    }

    /// Reads the text of a language's file; `docs/languages.md` says what stands in one. `Language` with the line or the
    /// key for a text that cannot be read.
    #[uniffi::constructor]
    pub fn parse(text: String) -> Result<Arc<Self>, CasekitError> {
        guard(|| casekit::Language::parse(&text).map(Self::of))
    }

    /// Its tag, such as `de` or `pt-BR`.
    pub fn tag(&self) -> String {
        self.language.tag().to_owned()
    }

    /// The keys that it lacks, and that are said in English.
    pub fn missing(&self) -> Vec<String> {
        self.language.missing()
    }

    /// The word for a key, such as `role.manager` or `step_state.locked`: for what a screen shows of its own. What no
    /// language knows is said as it is.
    pub fn word(&self, key: String) -> String {
        self.language.word(&key).into_owned()
    }

    /// A reason why something is not possible now, as a sentence for a screen.
    pub fn blocker_text(&self, blocker: Blocker) -> String {
        self.language.render(&blocker.message())
    }

    /// What is wrong with a field, as a sentence for a form.
    pub fn field_error_text(&self, error: FieldError) -> String {
        self.language.render(&error.message())
    }
}

impl Language {
    pub(crate) fn of(language: Arc<casekit::Language>) -> Arc<Self> {
        Arc::new(Self { language })
    }
}

/// Every key that a language can have, in order: what a translator goes through.
#[uniffi::export]
pub fn language_keys() -> Vec<String> {
    casekit::Language::keys()
}

#[cfg(test)]
mod tests {
    use casekit::{Actor, CaseKit, NewCase, Role};

    use super::*;

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
        let Err(CasekitError::Language { code, message, .. }) = Language::shipped("fr".into()).map(|_| ())
        else {
            panic!("French does not ship");
        };
        assert_eq!(code, "not_shipped");
        assert!(message.starts_with("casekit brings no language `fr`"), "{message}");
    }

    #[test]
    fn what_a_file_lacks_is_listed() {
        let polish = Language::parse(r#"{"language": "pl", "stage.open": "Otwarta"}"#.into()).unwrap();
        let missing = polish.missing();
        assert_eq!(missing.len(), language_keys().len() - 1);
        assert!(!missing.contains(&"stage.open".to_owned()));
        assert_eq!(Language::shipped("de-AT".into()).unwrap().missing(), Vec::<String>::new());
    }

    #[test]
    fn a_desk_refuses_in_its_own_language() {
        let kit = CaseKit::in_memory().unwrap();
        let amara = kit.desk(Actor::new("amara", "").with_role(Role::Agent));
        let fonts = Arc::new(crate::report::HostFonts::new(None));
        let english = crate::desk::Desk::new(amara, fonts);
        let german = english.in_language(Language::shipped("de".into()).unwrap());
        let raise = |desk: &crate::desk::Desk| desk.raise_case(NewCase::new("Support", " "));
        let CasekitError::Invalid { message, fields, .. } = raise(&german).unwrap_err() else { panic!() };
        assert!(!message.contains("must not be empty"), "{message}");
        assert_eq!(message, german.language().field_error_text(fields[0].clone()));
        assert_eq!(raise(&english).unwrap_err().to_string(), "`title` must not be empty");

        let case = german.raise_case(NewCase::new("Fehlermeldung", "Anmeldung geht nicht")).unwrap();
        assert_eq!(german.case(case.id).unwrap().stage, "Offen");
        assert_eq!(english.case(case.id).unwrap().stage, "Open");
        german.take_case(case.id).unwrap();
        let CasekitError::Blocked { blockers, .. } = german.take_case(case.id).unwrap_err() else { panic!() };
        assert_eq!(german.language().blocker_text(blockers[0].clone()), "Sie haben den Fall schon");

        kit.close().unwrap();
        let closed = german.case(case.id).unwrap_err().to_string();
        assert_eq!(closed, german.language().word("store.closed".into()));
    }
}
