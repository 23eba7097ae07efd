//! The personal part of events: text and names.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::model::{
    Assurance, BankAccount, BlobId, CaseField, Credential, DataApproval, FieldId, FrozenPlace, LongText,
    Name, NextOfKin, NoDataFinding, Profile, ProfileValue, Redaction, RedactionTarget, Request, ShortText,
    Title,
};

/// The text and names that belong to a fact; empty if there are none, or they were erased.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Personal {
    /// The old and new title of a case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<OldNew<Title>>,
    /// The old and new description of a case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<OldNew<LongText>>,
    /// The old and new text of a note.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<OldNew<LongText>>,
    /// The old and new name of somebody in the directory of people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<OldNew<Name>>,
    /// The profile of a customer who was entered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<Box<Profile>>,
    /// The old values of the profile's fields that changed, in the order of the fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub profile_from: Vec<ProfileValue>,
    /// The new values of the same fields, in the same order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub profile_to: Vec<ProfileValue>,
    /// A bank account of a customer, as it was and as it is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bank_account: Option<Box<OldNew<BankAccount>>>,
    /// A next of kin of a customer, as they were entered before and now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_of_kin: Option<Box<OldNew<NextOfKin>>>,
    /// The old values of the organisation's own fields that changed, in the order of the fact's `fields`; `None` for a field
    /// that had none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields_from: Vec<Option<CaseField>>,
    /// The new values of the same fields, in the same order; `None` for a field that has none any more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields_to: Vec<Option<CaseField>>,
    /// Why it was done; `None` if no reason was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<ShortText>,
    /// Why it was done, in words for the person it concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_reason: Option<ShortText>,
    /// The request that arrived at the webform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<Box<Request>>,
    /// What was corrected of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_change: Option<Box<RequestChange>>,
    /// The salt of a case's content digests, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub salt: Option<String>,
    /// How a requester was identified; `None` unless a step for that was approved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<ShortText>,
    /// What was checked to identify the requester.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checked: Vec<ShortText>,
    /// Why parts of the data are hidden, or shown: one reason for each part, in the order of the parts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub redaction_reasons: Vec<ShortText>,
}

/// Sets the values of fields, and empties those that have none any more, or whose values were erased.
pub(in crate::event) fn set_values(
    values: &mut BTreeMap<FieldId, CaseField>,
    fields: &[FieldId],
    personal: &Personal,
) {
    let mut to = personal.fields_to.iter();
    for field in fields {
        match to.next().and_then(Clone::clone) {
            Some(value) => drop(values.insert(field.clone(), value)),
            None => drop(values.remove(field)),
        }
    }
}

/// What was corrected of a request.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct RequestChange {
    /// The name of the requester, as it was and as it is now; `None` if it stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requester: Option<OldNew<Name>>,
    /// Where the answer went, and where it goes now; `None` if it stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<OldNew<ShortText>>,
    /// What the requester gave later, which is added.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credentials: Vec<Credential>,
}

impl RequestChange {
    pub(super) fn apply(&self, request: &mut Request) {
        if let Some(OldNew { to: Some(name), .. }) = &self.requester {
            request.requester = name.clone();
        }
        if let Some(change) = &self.reply_to {
            request.reply_to = change.to.clone();
        }
        request.credentials.extend(self.credentials.iter().cloned());
    }
}

/// What was approved about the data, without the reasons for hiding parts of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovedData {
    /// No data is sent. The reason is in the personal part.
    NoData {
        /// What that rests on.
        finding: NoDataFinding,
    },
    /// The data of this snapshot may be sent, without the hidden parts.
    Data {
        /// The id of the snapshot.
        snapshot: BlobId,
        /// The hidden parts, each with its source, its table, what is hidden of it, and where that is in the snapshot.
        hidden: Vec<(String, String, RedactionTarget, FrozenPlace)>,
        /// The columns that are shown although the workflow hides them, in the same form.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        shown: Vec<(String, String, RedactionTarget, FrozenPlace)>,
        /// The digest of the data as it is sent, in hexadecimal.
        digest: String,
    },
}

impl ApprovedData {
    /// What was approved, with the reasons from the personal part.
    #[must_use]
    pub fn with_reasons(&self, personal: &Personal) -> DataApproval {
        match self {
            Self::NoData { finding } => {
                // INVARIANT: an approval that needs a reason had one; it is missing only where it was erased.
                let erased = || finding.needs_reason().then(ShortText::erased);
                DataApproval::NoData { finding: *finding, reason: personal.reason.clone().or_else(erased) }
            }
            Self::Data { snapshot, hidden, shown, digest } => {
                // INVARIANT: the reasons are in the order of the hidden parts, then of those that are shown; if they were erased, all of them are
                // missing.
                let mut reasons = personal
                    .redaction_reasons
                    .iter()
                    .cloned()
                    .chain(std::iter::repeat_with(ShortText::erased));
                let redaction =
                    |((source, table, target, place), reason): (&(String, String, RedactionTarget, _), _)| {
                        let (source, table, target) = (source.clone(), table.clone(), target.clone());
                        Redaction { source, table, target, place: *place, reason }
                    };
                let redactions = hidden.iter().zip(&mut reasons).map(redaction).collect();
                let shown = shown.iter().zip(&mut reasons).map(redaction).collect();
                DataApproval::Data { snapshot: *snapshot, redactions, shown, digest: digest.clone() }
            }
        }
    }
}

/// How a requester was identified, as far as that is not personal.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Identified {
    /// The code of the method, of those that the step lists; `None` if it lists none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// How sure that makes the organisation; `None` if nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assurance: Option<Assurance>,
    /// The places of the credentials that were found to be right, from 0, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credentials: Vec<u32>,
}

/// An old and a new value. Each is `None` if there was nothing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OldNew<T> {
    /// The value before the change.
    #[serde(default = "nothing", skip_serializing_if = "Option::is_none")]
    pub from: Option<T>,
    /// The value after the change.
    #[serde(default = "nothing", skip_serializing_if = "Option::is_none")]
    pub to: Option<T>,
}

fn nothing<T>() -> Option<T> {
    None
}

impl<T> OldNew<T> {
    /// A new value where there was none.
    #[must_use]
    pub fn new(to: T) -> Self {
        Self { from: None, to: Some(to) }
    }
}

/// Reads the members of a JSON object directly into their final place. They are large, and would otherwise be moved
/// through a dozen functions.
pub(super) struct Fill<'a>(pub(super) &'a mut Personal);

macro_rules! members {
    ($($member:ident)*) => {
        #[derive(Clone, Copy, Deserialize)]
        #[serde(field_identifier)]
        #[allow(non_camel_case_types, reason = "as the members are called")]
        enum Member {
            $($member,)*
            #[serde(other)]
            another,
        }

        impl<'de> Visitor<'de> for Fill<'_> {
            type Value = ();

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("what is personal")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
                let Personal { $($member),* } = self.0;
                let mut seen = 0_u32;
                while let Some(member) = map.next_key()? {
                    let bit = 1 << member as u32;
                    if seen & bit != 0 && !matches!(member, Member::another) {
                        return Err(A::Error::custom("a member is there twice"));
                    }
                    match member {
                        Member::another => drop(map.next_value::<IgnoredAny>()?),
                        $(Member::$member => *$member = map.next_value()?,)*
                    }
                    seen |= bit;
                }
                Ok(())
            }
        }
    };
}

members! {
    title description text name profile profile_from profile_to bank_account next_of_kin reason customer_reason request
    request_change salt method checked redaction_reasons fields_from fields_to
}

impl<'de> DeserializeSeed<'de> for Fill<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Deserialize<'de> for Personal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut personal = Self::default();
        Fill(&mut personal).deserialize(deserializer)?;
        Ok(personal)
    }
}

impl Personal {
    /// Whether it has no text, names or salt at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// A personal part with a reason and nothing else.
    #[must_use]
    pub fn because(reason: Option<ShortText>) -> Self {
        Self { reason, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Option<Personal> {
        serde_json::from_str(json).ok()
    }

    #[test]
    fn what_was_written_is_read_again_and_members_that_are_not_known_are_passed_over() {
        let reason = ShortText::parse("reason", "Asked by telephone").unwrap();
        let text = LongText::parse("text", "Called back").unwrap();
        let personal = Personal {
            text: Some(OldNew::new(text)),
            checked: vec![reason.clone()],
            ..Personal::because(Some(reason))
        };
        let json = serde_json::to_string(&personal).unwrap();
        assert_eq!(read(&json).as_ref(), Some(&personal));
        let later = json.replacen('{', r#"{"later":{"a":[1]},"#, 1);
        assert_eq!(read(&later), Some(personal));
        assert_eq!(read("{}"), Some(Personal::default()));
        assert_eq!(read(r#"{"reason":null}"#), Some(Personal::default()));
    }

    #[test]
    fn a_member_that_is_there_twice_or_of_another_kind_is_not_read() {
        for json in [r#"{"reason":"a","reason":"b"}"#, r#"{"reason":7}"#, r#"{"text":"a"}"#, "[]", "7", "{"] {
            assert_eq!(read(json), None, "{json}");
        }
    }
}
