//! What can be found: the terms of each entry, the same for every store.

mod phone;
mod query;

use std::collections::HashSet;

use crate::model::{Case, CaseNumber, LongText, Name, Note, Profile, Reference, Request, ShortText, Title};
use crate::text::{LONGEST_TERM, MOST_TERMS, fold_name, terms};

pub use query::Query;

/// The terms of a case's entry: its number, title, description and the name of its customer; of a request also who asked,
/// where the answer goes, and the reference.
#[must_use]
pub fn case_terms(case: &Case, customer: Option<&Name>) -> Vec<String> {
    terms_of_case(&case.number, &case.title, case.description.as_ref(), (customer, case.request.as_ref()))
}

/// The same, of what it is made of.
#[must_use]
pub fn terms_of_case(
    number: &CaseNumber,
    title: &Title,
    description: Option<&LongText>,
    (customer, request): (Option<&Name>, Option<&Request>),
) -> Vec<String> {
    let description = description.map(|text| terms(text.as_str())).unwrap_or_default();
    terms_of_case_with(number, terms(title.as_str()), description, (customer, request))
}

/// The same, where title and description are terms already.
#[must_use]
pub fn terms_of_case_with(
    number: &CaseNumber,
    title: Vec<String>,
    description: Vec<String>,
    (customer, request): (Option<&Name>, Option<&Request>),
) -> Vec<String> {
    // The bare integer too, since people leave the zeros out.
    let mut all = terms(&format!("{number} {}", number.value));
    let customer = customer.map(|name| terms(name.as_str())).unwrap_or_default();
    let request = request.map(request_terms).unwrap_or_default();
    // The description last: it alone can be so long that not all of it is taken.
    for part in [title, customer, request, description] {
        let there: HashSet<&str> = all.iter().map(String::as_str).collect();
        let new: Vec<String> = part.into_iter().filter(|term| !there.contains(term.as_str())).collect();
        all.extend(new);
    }
    all.truncate(MOST_TERMS);
    all
}

/// The terms of a note's entry; a retracted note has none, and no entry.
#[must_use]
pub fn note_terms(note: &Note) -> Option<Vec<String>> {
    note.text().map(|text| terms(text.as_str()))
}

fn request_terms(request: &Request) -> Vec<String> {
    let reply_to = request.reply_to.as_ref().map(ShortText::as_str).unwrap_or_default();
    terms(&format!("{}\n{reply_to}\n{}", request.requester, request.reference))
}

/// What a customer is found by in a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Contact<'a> {
    /// The name.
    pub name: &'a Name,
    /// The e-mail address, if there is one.
    pub email: Option<&'a ShortText>,
    /// The telephone number, if there is one.
    pub phone: Option<&'a ShortText>,
    /// What another system calls them, if it does.
    pub reference: Option<&'a Reference>,
}

impl<'a> Contact<'a> {
    /// What a profile has of it.
    #[must_use]
    pub fn by(profile: &'a Profile) -> Self {
        Self {
            name: &profile.name,
            email: profile.email.as_ref(),
            phone: profile.phone.as_ref(),
            reference: profile.external_reference.as_ref(),
        }
    }
}

/// The terms by which a customer is found in a list: of the name, the e-mail address and the reference, and the digits of
/// the telephone number with and without the prefix of its country.
#[must_use]
pub fn customer_terms(contact: Contact<'_>) -> Vec<String> {
    let email = contact.email.map(ShortText::as_str).unwrap_or_default();
    let reference = contact.reference.map(Reference::as_str).unwrap_or_default();
    let mut all = terms(&format!("{}\n{email}\n{reference}", contact.name));
    let phone = contact.phone.map(|phone| phone::phone_terms(phone.as_str())).unwrap_or_default();
    for term in phone.into_iter().chain(joined(reference)) {
        if !all.contains(&term) {
            all.push(term);
        }
    }
    all
}

/// A reference as one term, so that its parts are found however they were parted.
fn joined(reference: &str) -> Option<String> {
    let term: String =
        fold_name(reference).chars().filter(|c| c.is_alphanumeric()).take(LONGEST_TERM).collect();
    (!term.is_empty()).then_some(term)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_case_give_the_terms_of_all_of_its_text() {
        let number = CaseNumber { prefix: "C-".into(), value: 12 };
        let name = Name::parse("name", "Ada Refund Obi").unwrap();
        let asked = Request {
            reference: crate::model::Reference::parse("reference", "WEB-12").unwrap(),
            requester: Name::parse("requester", "A. Obi Eze").unwrap(),
            reply_to: ShortText::parse_optional("reply_to", Some("ada@example.org")).unwrap(),
            credentials: Vec::new(),
            received_at: crate::decide::testing::at(),
        };
        let long: String = (0..MOST_TERMS + 9).map(|n| format!("w{n} ")).collect();
        for (title, description) in [
            ("Refund of order 12", Some("The refund of ORDER 12, again: ada")),
            ("昨日の返金 Straße", Some("返金 strasse")),
            ("w3 w4", Some(long.as_str())),
            ("Only a title", None),
        ] {
            let (title, text) = (Title::parse("title", title).unwrap(), description.unwrap_or_default());
            // Longer than a person may write, and what a store may have to index all the same.
            let parts =
                terms_of_case_with(&number, terms(title.as_str()), terms(text), (Some(&name), Some(&asked)));
            assert_eq!(
                parts,
                terms(&format!("{number} 12\n{title}\n{name}\nA. Obi Eze ada@example.org WEB-12\n{text}")),
                "{title}"
            );
        }
    }
}
