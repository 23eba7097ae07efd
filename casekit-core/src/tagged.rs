//! Enums as JSON objects whose first member says which variant it is: `{"event":"case_returned","from":"bea"}`.
//!
//! `#[serde(tag = "…")]` writes the same. But it lets the tag come anywhere, so it keeps all members aside until it has met
//! it, which costs more than all the rest of reading. What is stored here is read in the order in which it was written.

use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, Error as _, IgnoredAny, MapAccess, VariantAccess,
    Visitor,
};
use serde::forward_to_deserialize_any;
use serde::ser::{Error as _, Impossible, Serialize, SerializeStruct, SerializeStructVariant, Serializer};

/// Writes and reads an enum with its tag first. It needs `#[serde(remote = "Self")]`, and variants with named fields or none.
///
/// Its `code` is the tag that is written, so that no list of codes stands beside the variants.
macro_rules! tagged {
    ($tag:literal: $name:ident) => {
        impl $name {
            /// The word for it in the store, in hosts and in `changes_since`.
            #[must_use]
            pub fn code(&self) -> &'static str {
                // What has named fields, or none, always has a tag.
                Self::serialize(self, $crate::tagged::Variants($crate::tagged::TagOnly)).unwrap_or_default()
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                Self::serialize(
                    self,
                    $crate::tagged::Variants($crate::tagged::TagFirst { tag: $tag, serializer }),
                )
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::deserialize($crate::tagged::Tagged { tag: $tag, deserializer })
            }
        }
    };
}
pub(crate) use tagged;

/// Reads an object as the enum that it stands for.
pub(crate) struct Tagged<D> {
    pub(crate) tag: &'static str,
    pub(crate) deserializer: D,
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Tagged<D> {
    type Error = D::Error;

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.deserializer.deserialize_map(Object { tag: self.tag, visitor })
    }

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, D::Error> {
        Err(D::Error::custom("what has a tag is an enum"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

struct Object<V> {
    tag: &'static str,
    visitor: V,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Object<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "an object that begins with `{}`", self.tag)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<V::Value, A::Error> {
        match map.next_key_seed(Is(self.tag))? {
            Some(true) => self.visitor.visit_enum(Members(map)),
            Some(false) | None => Err(A::Error::missing_field(self.tag)),
        }
    }
}

/// Whether a key is this one.
struct Is(&'static str);

impl<'de> DeserializeSeed<'de> for Is {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Is {
    type Value = bool;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }

    fn visit_str<E: de::Error>(self, key: &str) -> Result<bool, E> {
        Ok(key == self.0)
    }
}

/// The value of the tag, then what comes after it.
struct Members<A>(A);

impl<'de, A: MapAccess<'de>> EnumAccess<'de> for Members<A> {
    type Error = A::Error;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(mut self, seed: S) -> Result<(S::Value, Self), A::Error> {
        Ok((self.0.next_value_seed(seed)?, self))
    }
}

impl<'de, A: MapAccess<'de>> VariantAccess<'de> for Members<A> {
    type Error = A::Error;

    fn unit_variant(mut self) -> Result<(), A::Error> {
        while self.0.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        visitor.visit_map(self.0)
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, _seed: S) -> Result<S::Value, A::Error> {
        Err(A::Error::custom(NAMED))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, _visitor: V) -> Result<V::Value, A::Error> {
        Err(A::Error::custom(NAMED))
    }
}

const NAMED: &str = "a variant with a tag has named fields, or none";

/// What becomes of a variant.
pub(crate) trait Begin {
    type Ok;
    type Error: serde::ser::Error;
    type Fields: SerializeStructVariant<Ok = Self::Ok, Error = Self::Error>;

    /// Takes the variant; its fields come next.
    fn begin(
        self,
        name: &'static str,
        variant: &'static str,
        fields: usize,
    ) -> Result<Self::Fields, Self::Error>;
}

/// An object that begins with the variant.
pub(crate) struct TagFirst<S> {
    pub(crate) tag: &'static str,
    pub(crate) serializer: S,
}

impl<S: Serializer> Begin for TagFirst<S> {
    type Ok = S::Ok;
    type Error = S::Error;
    type Fields = Fields<S::SerializeStruct>;

    fn begin(
        self,
        name: &'static str,
        variant: &'static str,
        fields: usize,
    ) -> Result<Self::Fields, S::Error> {
        let mut object = self.serializer.serialize_struct(name, fields + 1)?;
        object.serialize_field(self.tag, variant)?;
        Ok(Fields(object))
    }
}

/// The fields of a variant, behind its tag.
pub(crate) struct Fields<S>(S);

impl<S: SerializeStruct> SerializeStructVariant for Fields<S> {
    type Ok = S::Ok;
    type Error = S::Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), S::Error> {
        self.0.serialize_field(key, value)
    }

    fn skip_field(&mut self, key: &'static str) -> Result<(), S::Error> {
        self.0.skip_field(key)
    }

    fn end(self) -> Result<S::Ok, S::Error> {
        self.0.end()
    }
}

/// The variant alone: its fields are passed over, so it costs what a `match` does.
pub(crate) struct TagOnly;

impl Begin for TagOnly {
    type Ok = &'static str;
    type Error = std::fmt::Error;
    type Fields = Tag;

    fn begin(self, _: &'static str, variant: &'static str, _: usize) -> Result<Tag, std::fmt::Error> {
        Ok(Tag(variant))
    }
}

/// A tag whose fields nobody asks for.
pub(crate) struct Tag(&'static str);

impl SerializeStructVariant for Tag {
    type Ok = &'static str;
    type Error = std::fmt::Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        _: &'static str,
        _: &T,
    ) -> Result<(), std::fmt::Error> {
        Ok(())
    }

    fn end(self) -> Result<&'static str, std::fmt::Error> {
        Ok(self.0)
    }
}

/// What is no variant with named fields has no tag.
macro_rules! untagged {
    ($($method:ident($($argument:ty),*);)*) => {$(
        fn $method(self, $(_: $argument),*) -> Result<B::Ok, B::Error> {
            Err(B::Error::custom(NAMED))
        }
    )*};
}

/// An enum whose variants become what `B` makes of them; nothing else becomes anything.
pub(crate) struct Variants<B>(pub(crate) B);

impl<B: Begin> Serializer for Variants<B> {
    type Ok = B::Ok;
    type Error = B::Error;
    type SerializeSeq = Impossible<B::Ok, B::Error>;
    type SerializeTuple = Impossible<B::Ok, B::Error>;
    type SerializeTupleStruct = Impossible<B::Ok, B::Error>;
    type SerializeTupleVariant = Impossible<B::Ok, B::Error>;
    type SerializeMap = Impossible<B::Ok, B::Error>;
    type SerializeStruct = Impossible<B::Ok, B::Error>;
    type SerializeStructVariant = B::Fields;

    fn serialize_unit_variant(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<B::Ok, B::Error> {
        self.0.begin(name, variant, 0)?.end()
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        fields: usize,
    ) -> Result<B::Fields, B::Error> {
        self.0.begin(name, variant, fields)
    }

    untagged! {
        serialize_bool(bool);
        serialize_i8(i8);
        serialize_i16(i16);
        serialize_i32(i32);
        serialize_i64(i64);
        serialize_u8(u8);
        serialize_u16(u16);
        serialize_u32(u32);
        serialize_u64(u64);
        serialize_f32(f32);
        serialize_f64(f64);
        serialize_char(char);
        serialize_str(&str);
        serialize_bytes(&[u8]);
        serialize_none();
        serialize_unit();
        serialize_unit_struct(&'static str);
    }

    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result<B::Ok, B::Error> {
        Err(B::Error::custom(NAMED))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: &T,
    ) -> Result<B::Ok, B::Error> {
        Err(B::Error::custom(NAMED))
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<B::Ok, B::Error> {
        Err(B::Error::custom(NAMED))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, B::Error> {
        Err(B::Error::custom(NAMED))
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, B::Error> {
        Err(B::Error::custom(NAMED))
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, B::Error> {
        Err(B::Error::custom(NAMED))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, B::Error> {
        Err(B::Error::custom(NAMED))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, B::Error> {
        Err(B::Error::custom(NAMED))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, B::Error> {
        Err(B::Error::custom(NAMED))
    }
}

#[cfg(test)]
#[expect(unreachable_pub, reason = "a code is public where its enum is")]
mod tests {
    use serde::{Deserialize, Serialize};

    #[derive(PartialEq, Debug, Serialize, Deserialize)]
    #[serde(remote = "Self", rename_all = "snake_case")]
    enum Ours {
        Nothing,
        Something {
            first: u64,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            second: Option<String>,
        },
    }

    tagged!("what": Ours);

    /// As serde does it, whose form it must be.
    #[derive(PartialEq, Debug, Serialize, Deserialize)]
    #[serde(tag = "what", rename_all = "snake_case")]
    enum Theirs {
        Nothing,
        Something {
            first: u64,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            second: Option<String>,
        },
    }

    #[test]
    fn it_is_written_as_serde_writes_what_has_a_tag() {
        let ours = [
            Ours::Nothing,
            Ours::Something { first: 7, second: None },
            Ours::Something { first: 7, second: Some("x".into()) },
        ];
        let theirs = [
            Theirs::Nothing,
            Theirs::Something { first: 7, second: None },
            Theirs::Something { first: 7, second: Some("x".into()) },
        ];
        for (ours, theirs) in ours.into_iter().zip(theirs) {
            let written = serde_json::to_string(&ours).unwrap();
            assert_eq!(written, serde_json::to_string(&theirs).unwrap());
            assert_eq!(serde_json::from_str::<Ours>(&written).unwrap(), ours);
        }
    }

    #[test]
    fn the_code_is_the_tag_that_is_written() {
        for (ours, code) in [
            (Ours::Nothing, "nothing"),
            (Ours::Something { first: 7, second: Some("x".into()) }, "something"),
        ] {
            assert_eq!(ours.code(), code);
            assert_eq!(serde_json::to_value(&ours).unwrap()["what"], code);
        }
    }

    #[test]
    fn members_that_are_not_known_are_passed_over() {
        let read = |json| serde_json::from_str::<Ours>(json).ok();
        assert_eq!(read(r#"{"what":"nothing","later":{"a":[1]}}"#), Some(Ours::Nothing));
        let something = Some(Ours::Something { first: 1, second: None });
        assert_eq!(read(r#"{ "what": "something", "later": 2, "first": 1 }"#), something);
    }

    #[test]
    fn what_does_not_begin_with_its_tag_or_says_nothing_known_is_not_read() {
        for json in [
            "{}",
            "7",
            r#""nothing""#,
            r#"{"what":"other"}"#,
            r#"{"what":"something"}"#,
            r#"{"what":7}"#,
            r#"{"first":1,"what":"something"}"#,
            r#"{"nothing":{}}"#,
        ] {
            assert!(serde_json::from_str::<Ours>(json).is_err(), "{json}");
        }
    }
}
