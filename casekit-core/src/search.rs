//! What can be found: the terms of each entry, the same for every store.

mod phone;
mod query;

use std::collections::{BTreeMap, HashSet};

use crate::model::{
    Case, CaseField, CaseNumber, Customer, FieldId, FieldValue, LongText, Name, Note, Reference, Request,
    ShortText, Title,
};
use crate::text::{LONGEST_TERM, MOST_TERMS, fold_name, folded, inside, numbered, terms, words};

pub use query::{AnyOf, Query};

/// The terms of a case's entry: its number, title, description and the name of its customer; of a request also who asked,
/// where the answer goes, and the reference; and the values of its own fields that are not sensitive.
#[must_use]
pub fn case_terms(case: &Case, customer: Option<&Name>) -> Vec<String> {
    terms_of_case(
        &case.number,
        &case.title,
        case.description.as_ref(),
        (customer, case.request.as_ref()),
        &case.fields,
    )
}

/// The same, of what it is made of.
#[must_use]
pub fn terms_of_case(
    number: &CaseNumber,
    title: &Title,
    description: Option<&LongText>,
    (customer, request): (Option<&Name>, Option<&Request>),
    fields: &BTreeMap<FieldId, CaseField>,
) -> Vec<String> {
    let description = description.map(|text| terms(text.as_str())).unwrap_or_default();
    terms_of_case_with(number, terms(title.as_str()), description, (customer, request), fields)
}

/// The same, where title and description are terms already.
#[must_use]
pub fn terms_of_case_with(
    number: &CaseNumber,
    title: Vec<String>,
    description: Vec<String>,
    (customer, request): (Option<&Name>, Option<&Request>),
    fields: &BTreeMap<FieldId, CaseField>,
) -> Vec<String> {
    let mut all = number_terms(number);
    let customer = customer.map(|name| terms(name.as_str())).unwrap_or_default();
    let request = request.map(request_terms).unwrap_or_default();
    // The description last: it alone can be so long that not all of it is taken.
    for part in [title, customer, request, field_terms(fields), description] {
        let there: HashSet<&str> = all.iter().map(String::as_str).collect();
        let new: Vec<String> = part.into_iter().filter(|term| !there.contains(term.as_str())).collect();
        all.extend(new);
    }
    all.truncate(MOST_TERMS);
    all
}

/// What a case or a customer is found by of its own fields: the values that are not sensitive, and the digits of telephone numbers with and
/// without the prefix of their country; what is not for customers as terms that [only staff](Query::inside) look for.
fn field_terms(fields: &BTreeMap<FieldId, CaseField>) -> Vec<String> {
    if fields.is_empty() {
        return Vec::new();
    }
    let mut all = terms_of_some(fields.values().filter(|kept| kept.for_customer));
    // A customer does not find what is not for them, however they guess.
    let of_staff = terms_of_some(fields.values().filter(|kept| !kept.for_customer));
    all.extend(of_staff.iter().map(|term| inside(term)));
    all
}

fn terms_of_some<'a>(fields: impl Iterator<Item = &'a CaseField> + Clone) -> Vec<String> {
    let searched = fields.clone().filter_map(CaseField::searched);
    let texts: Vec<String> = searched.collect();
    let mut all = terms(&texts.join("\n"));
    for kept in fields.filter(|kept| !kept.sensitive) {
        if let FieldValue::Phone(phone) = &kept.value {
            for term in phone::phone_terms(phone.as_str()) {
                if !all.contains(&term) {
                    all.push(term);
                }
            }
        }
    }
    all
}

/// What a case number is found by: its digits, with and without zeros, and either with the prefix as one word. The prefix
/// alone is no word, and does not begin one, since it would find every case.
fn number_terms(number: &CaseNumber) -> Vec<String> {
    let folded = folded(&number.prefix);
    let prefix: String = words(&folded).map(|word| word.text).collect();
    let (padded, bare) = (format!("{:06}", number.value), number.value.to_string());
    let mut all =
        vec![numbered(&format!("{prefix}{padded}")), numbered(&format!("{prefix}{bare}")), padded, bare];
    // A number of six digits is the same with and without zeros.
    all.dedup();
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
    /// The values of the organisation's own fields. The terms of those that are sensitive are left out.
    pub fields: &'a BTreeMap<FieldId, CaseField>,
}

impl<'a> Contact<'a> {
    /// What a customer has of it.
    #[must_use]
    pub fn of(customer: &'a Customer) -> Self {
        let Customer { profile, fields, .. } = customer;
        Self {
            name: &profile.name,
            email: profile.email.as_ref(),
            phone: profile.phone.as_ref(),
            reference: profile.external_reference.as_ref(),
            fields,
        }
    }
}

/// The terms by which a customer is found in a list: of the name, the e-mail address and the reference, the digits of the
/// telephone number with and without the prefix of its country, and the values of own fields that are not sensitive.
#[must_use]
pub fn customer_terms(contact: Contact<'_>) -> Vec<String> {
    let email = contact.email.map(ShortText::as_str).unwrap_or_default();
    let reference = contact.reference.map(Reference::as_str).unwrap_or_default();
    let mut all = terms(&format!("{}\n{email}\n{reference}", contact.name));
    let phone = contact.phone.map(|phone| phone::phone_terms(phone.as_str())).unwrap_or_default();
    for term in phone.into_iter().chain(joined(reference)).chain(field_terms(contact.fields)) {
        if !all.contains(&term) {
            all.push(term);
        }
    }
    all.truncate(MOST_TERMS);
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

    fn sorted(mut terms: Vec<String>) -> Vec<String> {
        terms.sort_unstable();
        terms
    }

    #[test]
    fn the_parts_of_a_case_give_the_terms_of_all_of_its_text() {
        let number = CaseNumber { prefix: "C".into(), value: 12 };
        let name = Name::parse("name", "Ada Refund Obi").unwrap();
        let asked = Request {
            reference: crate::model::Reference::parse("reference", "WEB-12").unwrap(),
            requester: Name::parse("requester", "A. Obi Eze").unwrap(),
            reply_to: ShortText::parse_optional("reply_to", Some("ada@example.org")).unwrap(),
            credentials: Vec::new(),
            received_at: crate::decide::testing::at(),
        };
        for (title, description) in [
            ("Refund of order 12", Some("The refund of ORDER 12, again: ada")),
            ("昨日の返金 Straße", Some("返金 strasse")),
            ("e-mail", Some("Call +49 30 5550-1234")),
            ("Only a title", None),
        ] {
            let (title, text) = (Title::parse("title", title).unwrap(), description.unwrap_or_default());
            let parts = terms_of_case_with(
                &number,
                terms(title.as_str()),
                terms(text),
                (Some(&name), Some(&asked)),
                &BTreeMap::new(),
            );
            let asked = "A. Obi Eze\nada@example.org\nWEB-12";
            let mut whole = terms(&format!("000012\n12\n{title}\n{name}\n{asked}\n{text}"));
            whole.extend(["№c000012".to_owned(), "№c12".to_owned()]);
            assert_eq!(sorted(parts), sorted(whole), "{title}");
        }
    }

    #[test]
    fn a_description_that_is_too_long_leaves_the_rest_of_the_case() {
        let number = CaseNumber { prefix: "C".into(), value: 12 };
        let name = Name::parse("name", "Ada Obi").unwrap();
        // Longer than a person may write, and what a store may have to index all the same.
        let long: String = (0..MOST_TERMS + 9).map(|n| format!("w{n}x\n")).collect();
        let all =
            terms_of_case_with(&number, terms("Lamp"), terms(&long), (Some(&name), None), &BTreeMap::new());
        assert_eq!(all.len(), MOST_TERMS);
        assert_eq!(
            all.iter().take(8).map(String::as_str).collect::<Vec<_>>(),
            ["№c000012", "№c12", "000012", "12", "lamp", "ada", "obi", "w0x"]
        );
    }

    #[test]
    fn the_prefix_of_a_number_is_a_word_only_with_its_digits() {
        for (prefix, value, expected) in [
            ("C", 12, "№c000012 №c12 000012 12"),
            ("ACME-X", 1_234_567, "№acmex1234567 1234567"),
            ("2024", 7, "№2024000007 №20247 000007 7"),
            ("案件", 7, "№案件000007 №案件7 000007 7"),
        ] {
            let number = CaseNumber { prefix: prefix.into(), value };
            assert_eq!(number_terms(&number).join(" "), expected);
            for typed in [number.to_string(), format!("{prefix}-{value}"), value.to_string()] {
                let query = Query::parse("text", &typed).unwrap();
                assert!(query.matches(&number_terms(&number)), "{typed}");
            }
            for alone in [prefix.to_owned(), format!("{prefix} "), prefix.replace('-', " ")] {
                assert!(!Query::parse("text", &alone).unwrap().matches(&number_terms(&number)), "{alone}");
            }
        }
    }
}
