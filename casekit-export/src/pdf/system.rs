//! Fonts of the system, for scripts that the fonts at hand do not have.

use std::collections::BTreeMap;

use fontdb::{Database, ID, Style, Weight};
use rustybuzz::ttf_parser::Face;
use unicode_script::{Script, UnicodeScript};

use super::Fonts;

/// How many characters stand for a script.
const IN_A_SAMPLE: usize = 12;
/// Up to here characters stand for their scripts: the planes of letters and ideographs.
const LAST: u32 = 0x1_FFFF;

impl Fonts {
    /// Adds fonts of the system after those already here: for each script that none of these has, the first regular font that
    /// has it, those named Noto before others. What was added hangs on the machine, and so do the pages.
    ///
    /// # Cost
    /// Looks into every font file of the system, which takes a second or so where there are thousands: do it once and keep the
    /// answer. It holds the bytes of each font that it adds.
    #[must_use]
    pub fn with_system_fonts(self) -> Self {
        let mut system = Database::new();
        system.load_system_fonts();
        self.with_fonts_of(&system)
    }

    fn with_fonts_of(mut self, system: &Database) -> Self {
        let mut wanted = samples();
        for font in self.list() {
            if let Ok(face) = font.face() {
                leave_out(&face, &mut wanted);
            }
        }
        for id in in_order(system) {
            let added = system.with_face_data(id, |bytes, index| {
                let face = Face::parse(bytes, index).ok()?;
                leave_out(&face, &mut wanted.clone()).then(|| (bytes.to_vec(), index))
            });
            let Some((bytes, index)) = added.flatten() else { continue };
            // A font that cannot be embedded, such as one of pictures alone, is passed over.
            let Ok(more) = self.clone().with_font(bytes, index) else { continue };
            if let Some(face) = more.list().last().and_then(|font| font.face().ok()) {
                leave_out(&face, &mut wanted);
            }
            self = more;
        }
        self
    }
}

/// The first characters of every script but those that all scripts share.
fn samples() -> BTreeMap<&'static str, Vec<char>> {
    let mut samples: BTreeMap<&'static str, Vec<char>> = BTreeMap::new();
    for c in (0..=LAST).filter_map(char::from_u32) {
        let script = c.script();
        if matches!(script, Script::Common | Script::Inherited | Script::Unknown) || !c.is_alphabetic() {
            continue;
        }
        let sample = samples.entry(script.full_name()).or_default();
        if sample.len() < IN_A_SAMPLE {
            sample.push(c);
        }
    }
    samples
}

/// Takes out the scripts that a font has, and says whether there are any. Not every font has every letter of a script.
fn leave_out(face: &Face<'_>, wanted: &mut BTreeMap<&'static str, Vec<char>>) -> bool {
    let before = wanted.len();
    wanted.retain(|_, sample| {
        let has = sample.iter().filter(|c| face.glyph_index(**c).is_some()).count();
        has * 2 < sample.len()
    });
    wanted.len() < before
}

/// The regular faces of the system: those named Noto first, then by name, so that the same system gives the same order.
fn in_order(system: &Database) -> Vec<ID> {
    let regular = system.faces().filter(|face| face.weight == Weight::NORMAL && face.style == Style::Normal);
    let mut faces: Vec<_> = regular
        .map(|face| (!face.post_script_name.starts_with("Noto"), &face.post_script_name, face.id))
        .collect();
    faces.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
    faces.into_iter().map(|(_, _, id)| id).collect()
}

#[cfg(feature = "fonts")]
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_without_a_new_script_adds_nothing() {
        let bundled = Fonts::bundled();
        let mut system = Database::new();
        for font in bundled.list() {
            system.load_font_data(font.bytes.to_vec());
        }
        assert_eq!(bundled.clone().with_fonts_of(&system).list().len(), bundled.list().len());
        let added = Fonts::empty().with_fonts_of(&system);
        let names: Vec<_> = added.list().iter().map(|font| font.name.as_str()).collect();
        assert_eq!(names, ["NotoSans-Regular", "NotoSansArabic-Regular"]);
    }

    #[test]
    fn fonts_of_this_machine_bring_scripts_if_there_are_any() {
        let path = std::path::Path::new("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf");
        let Ok(font) = std::fs::read(path) else {
            eprintln!("skipped: {} is not installed", path.display());
            return;
        };
        let mut system = Database::new();
        system.load_font_data(font);
        let fonts = Fonts::bundled().with_fonts_of(&system);
        assert_eq!(fonts.list().len(), Fonts::bundled().list().len() + 1);
    }
}
