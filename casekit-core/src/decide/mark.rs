//! The mark of a request: a fingerprint by which it is recognised when it arrives again.
//!
//! `fingerprint = PBKDF2-HMAC-SHA-256(password: the request's form, salt, 10,000 iterations)`. The form is that of
//! `commit/fingerprint.rs`, with the reference as references are compared: so the fingerprint covers the requester, the
//! credentials, `reply_to`, `customer_ref`, the type, the title, the description, the tags and the fields. Tags and fields
//! are sorted, since an application may have them in a table without an order.

use super::pbkdf2::pbkdf2;
use crate::command::NewRequest;
use crate::commit::{Claim, ClaimKind, Salt, form, hex};

/// How many times the hash is repeated.
///
/// The fingerprint outlives the erasure of what the requester gave. Whoever holds the file can hash guesses, and there are
/// few dates of birth. A key would not help, since it would lie in the same file; so the salt is as open as any salt, and
/// each guess is made to cost some milliseconds. A request pays that once when it arrives.
const ITERATIONS: u32 = 10_000;

/// A salted fingerprint of a request, in hexadecimal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Mark {
    /// Random, and the same for all requests with one reference, so that one look-up finds the same request among them.
    pub(crate) salt: String,
    pub(crate) fingerprint: String,
}

impl Mark {
    /// The mark of a request that is the first with its reference.
    pub(crate) fn fresh(request: &NewRequest, salt: &Salt) -> Self {
        Self::under(request, hex(salt))
    }

    /// The mark of a request under the salt of those with its reference.
    pub(crate) fn under(request: &NewRequest, salt: String) -> Self {
        let compared = Claim::new(ClaimKind::IntakeReference, &request.request_ref).value;
        let mut request = NewRequest { request_ref: compared, ..request.clone() };
        request.tags.sort();
        request.fields.sort_by(|one, other| one.field.cmp(&other.field));
        // Every value in a request has a form, so this cannot fail.
        let form = form(&request).unwrap_or_default();
        let fingerprint = hex(&pbkdf2(form.as_bytes(), salt.as_bytes(), ITERATIONS));
        Self { salt, fingerprint }
    }

    pub(crate) fn claim(&self) -> Claim {
        Claim::new(ClaimKind::IntakeFingerprint, &self.fingerprint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(request: &NewRequest) -> String {
        Mark::fresh(request, &[7; 16]).fingerprint
    }

    #[test]
    fn every_part_of_a_request_is_in_its_fingerprint() {
        let ada = || NewRequest::new("WEB-1", "Ada Obi").with_credential("born", "1990-02-03");
        let others = [
            NewRequest::new("WEB-1", "Ada Obi"),
            NewRequest::new("WEB-1", "Ada  Obi").with_credential("born", "1990-02-03"),
            NewRequest::new("WEB-1", "Ada Obi").with_credential("born", "1990-02-04"),
            ada().with_credential("id", "7"),
            ada().reply_to("ada@example.org"),
            ada().about_customer("CRM-1"),
            ada().of_type("Support"),
            ada().titled("Mine"),
            ada().described("All of it"),
            ada().with_tag("web"),
            ada().with_field("meter", "4711"),
            ada().with_field("meter", 4711),
        ];
        let marks: std::collections::BTreeSet<String> = others.iter().chain([&ada()]).map(mark).collect();
        assert_eq!(marks.len(), 13, "all of them differ");
        let spaced = NewRequest { request_ref: " WEB-1 ".into(), ..ada() };
        assert_eq!(mark(&ada()), mark(&spaced), "white space around the reference is not part of it");
        assert_ne!(mark(&ada()), Mark::fresh(&ada(), &[8; 16]).fingerprint, "the salt decides too");
    }

    #[test]
    fn tags_and_fields_have_no_order() {
        let one = NewRequest::new("WEB-1", "Ada Obi").with_tag("web").with_tag("power");
        let one = one.with_field("meter", "4711").with_field("since", "2026-11-27");
        let mut other = one.clone();
        other.tags.reverse();
        other.fields.reverse();
        assert_eq!(mark(&one), mark(&other));
    }
}
