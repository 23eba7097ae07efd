//! The words of an answer, in the language of the package: what the letter on paper and the page for a browser both say.

use std::sync::Arc;

use casekit_core::language::{Language, Message};
use casekit_core::model::{NoDataFinding, RedactionTarget, Timestamp};
use casekit_core::release::PackageContent;

use crate::pdf::isolated;

/// The voice of an answer: its language, in the time zone of whatever it says about time.
#[derive(Clone, Copy)]
pub(super) struct Letter<'a> {
    pub(super) language: &'a Arc<Language>,
}

impl Letter<'_> {
    pub(super) fn word(&self, key: &str) -> String {
        self.language.word(key).into_owned()
    }

    /// A sentence about so many.
    pub(super) fn count(&self, key: &'static str, count: usize) -> String {
        self.language.render(&Message::new(key).with("count", count))
    }

    pub(super) fn title(&self, content: &PackageContent) -> String {
        self.language.render(&Message::new("letter.title").with("number", content.case_number.as_str()))
    }

    pub(super) fn answered(&self, content: &PackageContent) -> Message {
        let at = isolated(&self.language.minute_and_zone(content.released_at));
        Message::new("letter.answered").with("at", at)
    }

    pub(super) fn day(&self, at: Timestamp) -> String {
        self.language.day(at)
    }

    pub(super) fn outcome(&self, content: &PackageContent) -> String {
        self.language.word_of("letter.outcome", content.outcome.code())
    }

    /// Who asked for what and when, as a name and a value each.
    pub(super) fn facts(&self, content: &PackageContent) -> Vec<(String, String)> {
        let mut facts = Vec::new();
        let mut add = |key: &str, value: Option<String>| {
            facts.extend(value.map(|value| (self.word(key), value)));
        };
        add("letter.request", Some(content.case_number.clone()));
        add("letter.your_reference", content.request_ref.clone());
        add("letter.asked_by", content.requester.clone());
        add("letter.reply_to", content.reply_to.clone());
        add("letter.credentials", self.credentials(content));
        add("letter.received_on", Some(self.day(content.received_at)));
        add("letter.answered_on", Some(self.day(content.released_at)));
        add("letter.outcome", Some(self.outcome(content)));
        facts
    }

    /// What was given as proof, and what of it was right; `None` if nothing was given.
    fn credentials(&self, content: &PackageContent) -> Option<String> {
        let said = content.credentials.iter().map(|one| match one.checked {
            true => self.language.render(&Message::new("letter.checked").with("kind", one.kind.as_str())),
            false => one.kind.clone(),
        });
        let next = |list: String, next: String| {
            self.language.render(&Message::new("format.list").with("list", list).with("next", next))
        };
        said.reduce(next)
    }

    pub(super) fn answer(&self, content: &PackageContent) -> Vec<String> {
        if let Some(finding) = content.no_data {
            return self.no_data(finding, content.no_data_reason.as_deref());
        }
        let mut answer = vec![self.language.word_of("letter", content.outcome.code())];
        let Some(code) = content.outcome.denial_code() else { return answer };
        let reason = content.denial_reason.as_deref();
        answer.extend(reason.map(|reason| self.reason(reason)));
        let kind = Message::new("letter.denied.kind").with_word("denial", "denial", code);
        answer.push(self.language.render(&kind.with("code", code)));
        answer
    }

    /// What is true of an answer without data: no more than what it rests on.
    fn no_data(&self, finding: NoDataFinding, reason: Option<&str>) -> Vec<String> {
        let said = self.language.word_of("letter.no_data", finding.code());
        // Where everything was asked and nothing found, there is nothing to give a reason for.
        let reason = reason.filter(|_| finding.needs_reason()).map(|reason| self.reason(reason));
        std::iter::once(said).chain(reason).collect()
    }

    fn reason(&self, reason: &str) -> String {
        self.language.render(&Message::new("letter.reason").with("reason", reason))
    }

    /// What is hidden in a table. Rows are numbered as they were before any were left out.
    pub(super) fn what(&self, target: &RedactionTarget) -> String {
        match target {
            RedactionTarget::Column(column) => column.clone(),
            RedactionTarget::Row(row) => self.language.render(&Message::new("letter.row").with("row", *row)),
            RedactionTarget::Cell { row, column } => self
                .language
                .render(&Message::new("letter.cell").with("row", *row).with("column", column.as_str())),
        }
    }

    pub(super) fn where_to_turn(&self, content: &PackageContent) -> String {
        let number = content.case_number.as_str();
        self.language.render(&match content.support_email.as_deref() {
            Some(address) => Message::new("letter.write_to").with("address", address).with("number", number),
            None => Message::new("letter.ask_there").with("number", number),
        })
    }
}

/// The paragraphs of a text: an empty line stands between two.
pub(super) fn paragraphs(text: &str) -> impl Iterator<Item = &str> {
    text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty())
}
