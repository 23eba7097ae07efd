//! The fingerprint of a command: tells whether a request id is used again for the same command.
//!
//! `fingerprint = HMAC-SHA-256(salt, "casekit request 1", action, form)`, each part preceded by its length. The form is
//! the command as JSON, without anything that is not given:
//!
//! - a record has only the fields that are given, sorted by the bytes of their names. `None` is not given; outside an
//!   `Option`, neither are `false`, zero, empty text, an empty list, and a record that gives nothing;
//! - what is in an `Option` is given, even if it is empty;
//! - a variant of an enum is its name, or an object with its name and its content;
//! - there are no spaces; text is escaped only where JSON requires it.
//!
//! So a field that is added in a later version does not change the fingerprint of a command that does not give it.
//! Fractional numbers and raw bytes have no form: a command with one cannot have a request id, and the error says so.

use serde::{Serialize, ser};
use serde_json::Error;

use super::{Digest, Parts};

/// The fingerprint of a command under an action. Salted, so that it reveals nothing about the content of the command.
pub(crate) fn fingerprint<C: Serialize>(salt: &[u8], action: &str, command: &C) -> Result<Digest, Error> {
    let mut parts = Parts::new(salt, "casekit request 1");
    parts.add(action.as_bytes());
    parts.add(form(command)?.as_bytes());
    Ok(parts.finish())
}

/// The form of a command, as defined above.
pub(crate) fn form<C: Serialize>(command: &C) -> Result<String, Error> {
    Ok(command.serialize(Writer)?.text)
}

/// The text of a value, and whether it counts as given outside an `Option`.
struct Form {
    text: String,
    given: bool,
}

impl Form {
    fn given(text: String) -> Self {
        Self { text, given: true }
    }

    /// A variant of an enum with its content.
    fn of_variant(word: &str, inner: &str) -> Result<Self, Error> {
        Ok(Self::given(format!("{{{}:{inner}}}", quoted(word)?)))
    }
}

fn quoted(text: &str) -> Result<String, Error> {
    serde_json::to_string(text)
}

fn without_form<T>(what: &str) -> Result<T, Error> {
    Err(ser::Error::custom(format_args!("{what} have no form in a fingerprint")))
}

struct Writer;

macro_rules! integers {
    ($($method:ident $number:ty),*) => {$(
        fn $method(self, number: $number) -> Result<Form, Error> {
            Ok(Form { text: number.to_string(), given: number != 0 })
        }
    )*};
}

impl ser::Serializer for Writer {
    type Ok = Form;
    type Error = Error;
    type SerializeSeq = List;
    type SerializeTuple = List;
    type SerializeTupleStruct = List;
    type SerializeTupleVariant = List;
    type SerializeMap = Record;
    type SerializeStruct = Record;
    type SerializeStructVariant = Record;

    integers!(
        serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64,
        serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64
    );

    fn serialize_bool(self, yes: bool) -> Result<Form, Error> {
        Ok(Form { text: yes.to_string(), given: yes })
    }

    fn serialize_f32(self, _: f32) -> Result<Form, Error> {
        without_form("numbers with fractions")
    }

    fn serialize_f64(self, _: f64) -> Result<Form, Error> {
        without_form("numbers with fractions")
    }

    fn serialize_char(self, c: char) -> Result<Form, Error> {
        Ok(Form::given(quoted(c.encode_utf8(&mut [0; 4]))?))
    }

    fn serialize_str(self, text: &str) -> Result<Form, Error> {
        Ok(Form { text: quoted(text)?, given: !text.is_empty() })
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<Form, Error> {
        without_form("raw bytes")
    }

    fn serialize_none(self) -> Result<Form, Error> {
        Ok(Form { text: "null".into(), given: false })
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Form, Error> {
        Ok(Form::given(value.serialize(Self)?.text))
    }

    fn serialize_unit(self) -> Result<Form, Error> {
        self.serialize_none()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Form, Error> {
        self.serialize_none()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, word: &'static str) -> Result<Form, Error> {
        Ok(Form::given(quoted(word)?))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Form, Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        word: &'static str,
        value: &T,
    ) -> Result<Form, Error> {
        Form::of_variant(word, &value.serialize(self)?.text)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<List, Error> {
        Ok(List::default())
    }

    fn serialize_tuple(self, _: usize) -> Result<List, Error> {
        Ok(List::default())
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<List, Error> {
        Ok(List::default())
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        word: &'static str,
        _: usize,
    ) -> Result<List, Error> {
        Ok(List { variant: Some(word), ..List::default() })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Record, Error> {
        Ok(Record::default())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Record, Error> {
        Ok(Record::default())
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        word: &'static str,
        _: usize,
    ) -> Result<Record, Error> {
        Ok(Record { variant: Some(word), ..Record::default() })
    }
}

/// A list while it is written. Every element is written, given or not: its place says what it means.
#[derive(Default)]
struct List {
    variant: Option<&'static str>,
    parts: Vec<String>,
}

impl List {
    fn add<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.parts.push(value.serialize(Writer)?.text);
        Ok(())
    }

    fn finish(self) -> Result<Form, Error> {
        let text = format!("[{}]", self.parts.join(","));
        match self.variant {
            Some(word) => Form::of_variant(word, &text),
            None => Ok(Form { text, given: !self.parts.is_empty() }),
        }
    }
}

/// A record while it is written. Only fields that are given are written.
#[derive(Default)]
struct Record {
    variant: Option<&'static str>,
    key: Option<String>,
    fields: std::collections::BTreeMap<String, String>,
}

impl Record {
    fn add<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Error> {
        let form = value.serialize(Writer)?;
        if form.given {
            self.fields.insert(name.to_owned(), form.text);
        }
        Ok(())
    }

    fn finish(self) -> Result<Form, Error> {
        let field = |(name, text): (&String, &String)| Ok(format!("{}:{text}", quoted(name)?));
        let fields: Vec<String> = self.fields.iter().map(field).collect::<Result<_, Error>>()?;
        let text = format!("{{{}}}", fields.join(","));
        match self.variant {
            Some(word) => Form::of_variant(word, &text),
            None => Ok(Form { text, given: !fields.is_empty() }),
        }
    }
}

macro_rules! lists {
    ($($kind:ident $method:ident),*) => {$(
        impl ser::$kind for List {
            type Ok = Form;
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                self.add(value)
            }

            fn end(self) -> Result<Form, Error> {
                self.finish()
            }
        }
    )*};
}

lists!(
    SerializeSeq serialize_element, SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field, SerializeTupleVariant serialize_field
);

macro_rules! records {
    ($($kind:ident),*) => {$(
        impl ser::$kind for Record {
            type Ok = Form;
            type Error = Error;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
                self.add(name, value)
            }

            fn end(self) -> Result<Form, Error> {
                self.finish()
            }
        }
    )*};
}

records!(SerializeStruct, SerializeStructVariant);

impl ser::SerializeMap for Record {
    type Ok = Form;
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        // The form of a key is text or a number; both become the text that names the entry.
        let form = key.serialize(Writer)?.text;
        self.key = Some(serde_json::from_str(&form).unwrap_or(form));
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        match self.key.take() {
            Some(key) => self.add(&key, value),
            None => without_form("values without a key"),
        }
    }

    fn end(self) -> Result<Form, Error> {
        self.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize, Default)]
    struct Sample {
        text: String,
        maybe: Option<String>,
        list: Vec<u8>,
        maybe_list: Option<Vec<u8>>,
        yes: bool,
        maybe_yes: Option<bool>,
        count: u32,
        inner: Inner,
        choice: Option<Choice>,
    }

    #[derive(Serialize, Default)]
    struct Inner {
        seen: Option<u64>,
    }

    #[derive(Serialize)]
    #[serde(rename_all = "snake_case")]
    enum Choice {
        Plain,
        With(Option<u8>),
        Record { text: String, more: bool },
        Pair(u8, String),
    }

    #[test]
    fn what_is_not_given_is_not_in_the_form() {
        assert_eq!(form(&Sample::default()).unwrap(), "{}");
        let sample = Sample { text: "a \"b\"\n".into(), inner: Inner { seen: Some(0) }, ..Sample::default() };
        assert_eq!(form(&sample).unwrap(), r#"{"inner":{"seen":0},"text":"a \"b\"\n"}"#);
    }

    #[test]
    fn what_is_given_empty_is_in_the_form() {
        let sample = Sample {
            maybe: Some(String::new()),
            maybe_list: Some(Vec::new()),
            maybe_yes: Some(false),
            ..Sample::default()
        };
        assert_eq!(form(&sample).unwrap(), r#"{"maybe":"","maybe_list":[],"maybe_yes":false}"#);
    }

    #[test]
    fn choices_and_lists_are_written_whole() {
        let of = |choice| form(&Sample { choice: Some(choice), ..Sample::default() }).unwrap();
        assert_eq!(of(Choice::Plain), r#"{"choice":"plain"}"#);
        assert_eq!(of(Choice::With(None)), r#"{"choice":{"with":null}}"#);
        assert_eq!(of(Choice::With(Some(0))), r#"{"choice":{"with":0}}"#);
        assert_eq!(of(Choice::Record { text: String::new(), more: false }), r#"{"choice":{"record":{}}}"#);
        assert_eq!(of(Choice::Pair(0, String::new())), r#"{"choice":{"pair":[0,""]}}"#);
        assert_eq!(form(&[Inner::default(), Inner { seen: Some(1) }]).unwrap(), r#"[{},{"seen":1}]"#);
    }

    #[test]
    fn a_field_that_a_later_version_adds_changes_nothing_where_it_is_not_given() {
        #[derive(Serialize)]
        struct Before {
            title: &'static str,
            case: u8,
        }
        #[derive(Serialize)]
        struct Later {
            added: Option<String>,
            case: u8,
            many: Vec<String>,
            title: &'static str,
            flag: bool,
        }
        let later = Later { added: None, case: 7, many: Vec::new(), title: "x", flag: false };
        let of = |form: Result<Digest, Error>| form.unwrap();
        let before = of(fingerprint(&[1; 16], "raise_case", &Before { title: "x", case: 7 }));
        assert_eq!(of(fingerprint(&[1; 16], "raise_case", &later)), before);
        assert_ne!(of(fingerprint(&[2; 16], "raise_case", &later)), before);
        assert_ne!(of(fingerprint(&[1; 16], "edit_case", &later)), before);
        assert_ne!(of(fingerprint(&[1; 16], "raise_case", &Later { flag: true, ..later })), before);
    }

    #[test]
    fn what_has_no_form_is_refused() {
        assert!(form(&0.5).is_err());
        assert!(form(&Some(f32::NAN)).is_err());
    }
}
