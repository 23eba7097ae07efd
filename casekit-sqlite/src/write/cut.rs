//! The search terms of a commit's texts, made on the caller's thread before the commit joins the queue, so that no
//! other writer waits for it.

use std::cell::RefCell;
use std::collections::HashMap;

use casekit_core::commit::Commit;
use casekit_core::event::OldNew;
use casekit_core::model::{Case, LongText, Name, Note};
use casekit_core::search::terms_of_case_with;
use casekit_core::text::terms;

/// Texts with their terms. Each entry is used once; a text that is not here, or is needed again, is split when it is
/// needed.
#[derive(Default)]
pub(crate) struct Cut(RefCell<HashMap<String, Vec<String>>>);

impl Cut {
    /// Makes the terms of every text in a commit.
    pub(crate) fn of(commit: &Commit) -> Self {
        fn to(changed: Option<&OldNew<LongText>>) -> Option<&str> {
            changed.and_then(|changed| changed.to.as_ref()).map(LongText::as_str)
        }
        let mut cut = HashMap::new();
        for draft in &commit.drafts {
            let personal = &draft.personal;
            let title = personal.title.as_ref().and_then(|title| title.to.as_ref());
            let texts = [to(personal.description.as_ref()), to(personal.text.as_ref())];
            for text in texts.into_iter().chain([title.map(|title| title.as_str())]).flatten() {
                cut.insert(text.to_owned(), terms(text));
            }
        }
        Self(RefCell::new(cut))
    }

    /// The terms of a note; `None` for a retracted one, which is not in the index.
    pub(super) fn note(&self, note: &Note) -> Option<Vec<String>> {
        note.text().map(|text| self.terms(text.as_str()))
    }

    /// The terms of a case: of its number, title and description, of its customer's name, and of its request.
    pub(super) fn case(&self, case: &Case, customer: Option<&Name>) -> Vec<String> {
        let description = case.description.as_ref().map(|text| self.terms(text.as_str()));
        let title = self.terms(case.title.as_str());
        terms_of_case_with(
            &case.number,
            title,
            description.unwrap_or_default(),
            (customer, case.request.as_ref()),
            &case.fields,
        )
    }

    fn terms(&self, text: &str) -> Vec<String> {
        self.0.borrow_mut().remove(text).unwrap_or_else(|| terms(text))
    }
}
