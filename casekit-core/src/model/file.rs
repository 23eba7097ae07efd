//! Files that a source finds: a cell that holds one, as text.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{DataValue, limits};

/// A file that a source found about a person: a letter, a contract, a recording. It is a cell of a column of the kind
/// [`File`](super::ColumnKind::File), so it is previewed, approved, hidden and covered by the digest of the approval as any other
/// value is.
///
/// As text it is a `data` URL (RFC 2397) with the name as a parameter, percent-encoded, and the bytes in base64:
/// `data:application/pdf;name=contract.pdf;base64,JVBERi0=`.
#[derive(Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// What the file is called: 1 to 200 characters, without `/`, `\` and control characters.
    pub name: String,
    /// What it is, as a media type (RFC 6838): `application/pdf`.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Shows no content, because data about a person does not belong in a log.
impl std::fmt::Debug for SourceFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SourceFile").field("media_type", &self.media_type).finish_non_exhaustive()
    }
}

impl SourceFile {
    /// A file from its name, its media type and its bytes.
    ///
    /// ```
    /// use casekit_core::model::{ColumnKind, SourceFile};
    ///
    /// let file = SourceFile::new("contract.pdf", "application/pdf", *b"%PDF-");
    /// assert!(ColumnKind::File.fits(&file.cell()));
    /// ```
    #[must_use]
    pub fn new(name: impl Into<String>, media_type: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), media_type: media_type.into(), bytes: bytes.into() }
    }

    /// The file as a cell. A name or media type of another form makes a cell that fits no column: the source is then
    /// `source_malformed`.
    #[must_use]
    pub fn cell(&self) -> DataValue {
        let mut text = format!("data:{};name=", self.media_type);
        for byte in self.name.bytes() {
            // What RFC 3986 leaves unreserved stands for itself.
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                    text.push(char::from(byte))
                }
                _ => drop(write!(text, "%{byte:02X}")),
            }
        }
        text.push_str(";base64,");
        STANDARD.encode_string(&self.bytes, &mut text);
        DataValue::Text(text)
    }

    /// The file that a cell holds; `None` if its text is of another form.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let (name, media_type, base64) = parts(text)?;
        Some(Self { name, media_type: media_type.to_owned(), bytes: STANDARD.decode(base64).ok()? })
    }

    /// The name and the media type of the file that a cell holds, without a look at its bytes; `None` if its text is of another form.
    #[must_use]
    pub fn named(text: &str) -> Option<(String, &str)> {
        parts(text).map(|(name, media_type, _)| (name, media_type))
    }
}

/// The name, the media type and the bytes in base64.
fn parts(text: &str) -> Option<(String, &str, &str)> {
    let (head, base64) = text.strip_prefix("data:")?.split_once(";base64,")?;
    let (media_type, name) = head.split_once(";name=")?;
    let name = decoded(name)?;
    let is_name = (1..=limits::NAME).contains(&name.chars().count())
        && !name.chars().any(|c| c.is_control() || c == '/' || c == '\\')
        && !name.trim().is_empty();
    (is_name && is_media_type(media_type)).then_some((name, media_type, base64))
}

/// Two names of RFC 6838, section 4.2, with a `/` between them.
fn is_media_type(text: &str) -> bool {
    let is_name = |name: &str| {
        let legal = |c: char| c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c);
        (1..=127).contains(&name.len())
            && name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && name.chars().all(legal)
    };
    text.split_once('/').is_some_and(|(kind, sub)| is_name(kind) && is_name(sub))
}

/// Percent-encoded text; `None` if it is not, or not in UTF-8.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut parts = text.split('%');
    bytes.extend(parts.next()?.bytes());
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend(rest.bytes());
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ColumnKind;

    #[test]
    fn a_file_is_a_cell_and_a_cell_a_file() {
        for name in ["contract.pdf", "Brief an Łukasz; 100%.pdf", "عقد.pdf", "a,b;base64,c"] {
            let file = SourceFile::new(name, "application/vnd.ms-word+x", vec![0, 255, 1, 2]);
            let DataValue::Text(text) = file.cell() else { panic!() };
            assert_eq!(SourceFile::of(&text).as_ref(), Some(&file));
            assert_eq!(SourceFile::named(&text), Some((name.to_owned(), "application/vnd.ms-word+x")));
            assert!(ColumnKind::File.fits(&file.cell()));
        }
        let text = "data:application/pdf;name=contract.pdf;base64,JVBERi0=";
        assert_eq!(
            SourceFile::new("contract.pdf", "application/pdf", *b"%PDF-").cell(),
            DataValue::Text(text.into())
        );
    }

    #[test]
    fn what_is_no_file_or_has_no_safe_name_does_not_fit() {
        let long = "x".repeat(201);
        for name in ["", " ", "../passwd", "a\\b", "a\nb", "a\0", long.as_str()] {
            assert!(!ColumnKind::File.fits(&SourceFile::new(name, "text/plain", *b"x").cell()), "{name:?}");
        }
        for media_type in ["", "pdf", "a/b/c", "text/", "/x", "text/plain; charset=utf-8", "te xt/plain"] {
            assert!(
                !ColumnKind::File.fits(&SourceFile::new("x", media_type, *b"x").cell()),
                "{media_type:?}"
            );
        }
        for text in [
            "",
            "x",
            "data:text/plain;name=x;base64,%%",
            "data:text/plain;name=%F;base64,",
            "data:text/plain;base64,eA==",
        ] {
            assert!(!ColumnKind::File.fits(&DataValue::Text(text.into())), "{text:?}");
        }
    }
}
