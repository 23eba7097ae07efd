//! Legal values, and reading a list to its end.

use crate::model::{
    ActorId, CaseField, FieldValue, LongText, Name, Reference, RequestId, ResolutionCode, ShortText, StageId,
    Timestamp, Title,
};
use crate::search;
use crate::store::{After, Slice};

/// An instant, `seconds` after some moment of 2023, with microseconds that a store must keep.
#[must_use]
pub fn instant(seconds: i64) -> Timestamp {
    Timestamp::from_timestamp(1_700_000_000 + seconds, 123_456_000).unwrap()
}

/// An actor.
#[must_use]
pub fn actor(id: &str) -> ActorId {
    ActorId::parse("actor", id).unwrap()
}

/// A name.
#[must_use]
pub fn name(text: &str) -> Name {
    Name::parse("name", text).unwrap()
}

/// A title.
#[must_use]
pub fn title(text: &str) -> Title {
    Title::parse("title", text).unwrap()
}

/// A short text.
#[must_use]
pub fn short_text(text: &str) -> ShortText {
    ShortText::parse("text", text).unwrap()
}

/// A note's text or a description.
#[must_use]
pub fn long_text(text: &str) -> LongText {
    LongText::parse("text", text).unwrap()
}

/// A reference.
#[must_use]
pub fn reference(text: &str) -> Reference {
    Reference::parse("reference", text).unwrap()
}

/// A request id.
#[must_use]
pub fn request_id(text: &str) -> RequestId {
    RequestId::parse("request", text).unwrap()
}

/// A stage.
#[must_use]
pub fn stage(text: &str) -> StageId {
    StageId::parse("stage", text).unwrap()
}

/// The code of a resolution.
#[must_use]
pub fn resolution(text: &str) -> ResolutionCode {
    ResolutionCode::parse("resolution", text).unwrap()
}

/// A search query, from the text that somebody typed.
#[must_use]
pub fn query(text: &str) -> search::Query {
    search::Query::parse("text", text).unwrap()
}

/// A value of an organisation's own field that customers see, and nothing else.
#[must_use]
pub fn plain(value: FieldValue) -> CaseField {
    CaseField {
        value,
        sensitive: false,
        for_customer: true,
        unique: false,
        material: false,
        in_rows: false,
        indexed: false,
    }
}

/// A whole list, read page by page until there is no `next`: a short or empty page need not be the last.
pub fn paged<T>(mut page: impl FnMut(Option<After>) -> Slice<T>) -> Vec<T> {
    let (mut rows, mut after) = (Vec::new(), None);
    for _ in 0..5_000 {
        let slice = page(after.clone());
        assert!(slice.next.is_none() || slice.next != after, "a list that goes on moves on");
        rows.extend(slice.rows);
        after = slice.next;
        if after.is_none() {
            return rows;
        }
    }
    panic!("the list has no end: its pages repeat");
}
