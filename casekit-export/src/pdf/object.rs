//! What all parts of a file are made of.

use lopdf::{Object, StringFormat};

use super::PdfError;

/// A PDF text string: UTF-16 with a byte order mark, since the default encoding has only Latin letters.
pub(super) fn text(text: &str) -> Object {
    let text = super::text::unisolated(&super::text::one_line(text));
    if text.is_ascii() {
        return Object::string_literal(text);
    }
    let mut utf16 = vec![0xFE, 0xFF];
    text.encode_utf16().for_each(|unit| utf16.extend(unit.to_be_bytes()));
    Object::String(utf16, StringFormat::Hexadecimal)
}

pub(super) fn assembly(error: lopdf::Error) -> PdfError {
    PdfError::Assembly(error.into())
}
