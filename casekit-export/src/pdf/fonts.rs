//! The fonts a PDF is written with.

use std::{borrow::Cow, fmt, sync::Arc};

use rustybuzz::{Face, ttf_parser::name_id};
use subsetter::GlyphRemapper;

use super::PdfError;

/// Fonts in order of preference: each character is drawn by the first font that has it.
///
/// Bold text prefers the bold faces, other text the others. A character that no font has is drawn as a box, can still be
/// searched and copied, and is told by script in [`Written`](super::Written). Cloning is cheap.
///
#[cfg_attr(feature = "fonts", doc = "```")]
#[cfg_attr(not(feature = "fonts"), doc = "```ignore")]
/// use casekit_export::pdf::Fonts;
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let fonts = Fonts::bundled();
/// # let path = std::path::Path::new("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf");
/// # if path.exists() {
/// // Chinese, Japanese and Korean come from the host.
/// let fonts = fonts.with_font(std::fs::read(path)?, 0)?;
/// # }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Fonts {
    list: Vec<Font>,
}

/// A font that was checked when it was added. The bundled fonts are checked by a test instead.
#[derive(Clone)]
pub(super) struct Font {
    pub(super) bytes: Arc<Cow<'static, [u8]>>,
    pub(super) index: u32,
    pub(super) bold: bool,
    pub(super) name: String,
}

impl Fonts {
    /// No fonts yet: for a host that adds its own, alone or before the bundled ones.
    #[must_use]
    pub fn empty() -> Self {
        Self { list: Vec::new() }
    }

    /// Noto Sans and Noto Sans Arabic, each regular and bold: Latin, Greek, Cyrillic and Arabic script.
    #[cfg(feature = "fonts")]
    #[must_use]
    pub fn bundled() -> Self {
        Self::empty().with_bundled()
    }

    /// Adds the bundled fonts after those already here.
    #[cfg(feature = "fonts")]
    #[must_use]
    pub fn with_bundled(mut self) -> Self {
        self.list.extend(BUNDLED.map(|(name, bold, bytes)| Font {
            bytes: Arc::new(Cow::Borrowed(bytes)),
            index: 0,
            bold,
            name: name.to_owned(),
        }));
        self
    }

    /// Adds a font after those already here: TrueType or OpenType, or a face of a collection (`.ttc`), where `index` is
    /// the number of the face from 0. A file embeds only the glyphs that it uses; the licence of the font must allow
    /// embedding.
    ///
    /// # Errors
    /// [`PdfError::Font`] if the bytes are not such a font.
    ///
    /// # Cost
    /// Reads the font once, and holds its bytes; clones share them.
    pub fn with_font(mut self, bytes: impl Into<Cow<'static, [u8]>>, index: u32) -> Result<Self, PdfError> {
        let bytes = bytes.into();
        let face = Face::from_slice(&bytes, index).ok_or(PdfError::Font { index })?;
        subsetter::subset(&bytes, index, &GlyphRemapper::new()).map_err(|_| PdfError::Font { index })?;
        let font = Font { index, bold: face.is_bold(), name: embedded_name(&face), bytes: Arc::new(bytes) };
        self.list.push(font);
        Ok(self)
    }

    pub(super) fn list(&self) -> &[Font] {
        &self.list
    }
}

impl Font {
    /// # Errors
    /// [`PdfError::Font`]; not for a font that was checked.
    pub(super) fn face(&self) -> Result<Face<'_>, PdfError> {
        Face::from_slice(&self.bytes, self.index).ok_or(PdfError::Font { index: self.index })
    }
}

impl fmt::Debug for Fonts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.list.iter().map(|font| &font.name)).finish()
    }
}

/// The PostScript name of the font, reduced to the ASCII that a PDF allows.
fn embedded_name(face: &Face<'_>) -> String {
    let name = face.names().into_iter().find(|n| n.name_id == name_id::POST_SCRIPT_NAME && n.is_unicode());
    let name = name.and_then(|name| name.to_string()).unwrap_or_default();
    let plain: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(60).collect();
    if plain.is_empty() { "Font".to_owned() } else { plain }
}

#[cfg(feature = "fonts")]
const BUNDLED: [(&str, bool, &[u8]); 4] = [
    ("NotoSans-Regular", false, include_bytes!("../../fonts/NotoSans-Regular.ttf")),
    ("NotoSans-Bold", true, include_bytes!("../../fonts/NotoSans-Bold.ttf")),
    ("NotoSansArabic-Regular", false, include_bytes!("../../fonts/NotoSansArabic-Regular.ttf")),
    ("NotoSansArabic-Bold", true, include_bytes!("../../fonts/NotoSansArabic-Bold.ttf")),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "fonts")]
    #[test]
    fn the_bundled_fonts_are_what_their_names_say() {
        for font in Fonts::bundled().list() {
            let checked = Fonts::empty().with_font(font.bytes.to_vec(), 0).unwrap();
            let checked = checked.list().first().unwrap();
            assert_eq!((&checked.name, checked.bold), (&font.name, font.bold));
        }
    }

    #[test]
    fn bytes_that_are_no_font_are_refused() {
        for bytes in [&b""[..], b"OTTO", b"not a font at all", &[0, 1, 0, 0, 0, 255, 0, 0, 0, 0, 0, 0, 7]] {
            let refusal = Fonts::empty().with_font(bytes, 0).unwrap_err();
            assert!(matches!(refusal, PdfError::Font { index: 0 }));
        }
    }

    #[cfg(feature = "fonts")]
    #[test]
    fn a_truncated_font_or_a_missing_face_is_refused() {
        let whole = BUNDLED.first().unwrap().2;
        for keep in [12, 1_000, 100_000] {
            assert!(Fonts::empty().with_font(&whole[..keep], 0).is_err(), "{keep} bytes");
        }
        assert!(matches!(Fonts::empty().with_font(whole, 3), Err(PdfError::Font { index: 3 })));
    }
}
