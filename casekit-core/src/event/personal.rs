//! The text and names that go with facts.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::model::{
    BlobId, DataApproval, LongText, Profile, ProfileValue, Redaction, RedactionTarget, Request, ShortText,
    Title,
};

/// The text and names that went with a fact; empty where there were none, or where they were erased.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Personal {
    /// The title of a case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<OldNew<Title>>,
    /// The description of a case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<OldNew<LongText>>,
    /// The text of a note.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<OldNew<LongText>>,
    /// The profile of a new customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<Box<Profile>>,
    /// What stood in the fields of a profile that changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub profile_from: Vec<ProfileValue>,
    /// What stands there now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub profile_to: Vec<ProfileValue>,
    /// Why it was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<ShortText>,
    /// Why it was done, for the person whom it concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_reason: Option<ShortText>,
    /// The request that arrived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<Box<Request>>,
    /// The salt of a case's content digests, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub salt: Option<String>,
    /// How a requester was identified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<ShortText>,
    /// What was checked for that.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checked: Vec<ShortText>,
    /// Why parts of the data are hidden, in the order of what is hidden.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub redaction_reasons: Vec<ShortText>,
}

/// What was approved of the data, without the reasons.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovedData {
    /// That there is none.
    NoData,
    /// A snapshot without what is hidden.
    Data {
        /// The snapshot.
        snapshot: BlobId,
        /// What is hidden: source, table, what of it.
        hidden: Vec<(String, String, RedactionTarget)>,
        /// The digest of the data as it is sent, in hexadecimal.
        digest: String,
    },
}

impl ApprovedData {
    /// What was approved, with the reasons of the personal part.
    #[must_use]
    pub fn with_reasons(&self, reasons: &[ShortText]) -> DataApproval {
        match self {
            Self::NoData => DataApproval::NoData,
            Self::Data { snapshot, hidden, digest } => {
                // INVARIANT: reasons are in the order of what is hidden; erased ones are missing, all of them.
                let reasons = reasons.iter().cloned().chain(std::iter::repeat_with(ShortText::erased));
                let redaction =
                    |((source, table, target), reason): (&(String, String, RedactionTarget), _)| {
                        let (source, table, target) = (source.clone(), table.clone(), target.clone());
                        Redaction { source, table, target, reason }
                    };
                let redactions = hidden.iter().zip(reasons).map(redaction).collect();
                DataApproval::Data { snapshot: *snapshot, redactions, digest: digest.clone() }
            }
        }
    }
}

/// An old and a new value; `None` for nothing there.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OldNew<T> {
    /// Before.
    #[serde(default = "nothing", skip_serializing_if = "Option::is_none")]
    pub from: Option<T>,
    /// After.
    #[serde(default = "nothing", skip_serializing_if = "Option::is_none")]
    pub to: Option<T>,
}

fn nothing<T>() -> Option<T> {
    None
}

impl<T> OldNew<T> {
    /// Something new, where nothing was.
    #[must_use]
    pub fn new(to: T) -> Self {
        Self { from: None, to: Some(to) }
    }
}

/// Reads members into where they stay: what is personal is large, and reading hands it through a dozen functions otherwise.
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
    title description text profile profile_from profile_to reason customer_reason request salt method checked
    redaction_reasons
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
    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Only a reason.
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
