//! The characters of a file that no font has.

use std::collections::BTreeMap;

use unicode_script::Script;

/// A script of which a file shows characters that no font has. They are drawn as boxes, and can still be searched and copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingScript {
    /// The name of the script in Unicode, such as `Hebrew` or `Han`; `Common` for signs that all scripts share, such as arrows
    /// and emoji.
    pub script: String,
    /// How many different characters of it no font has.
    pub characters: usize,
    /// The first of them, eight at most.
    pub sample: String,
}

/// Counts missing characters by script.
#[derive(Default)]
pub(super) struct Missing(BTreeMap<&'static str, Vec<char>>);

const IN_A_SAMPLE: usize = 8;

impl Missing {
    /// Notes a character that no font has. Each is noted once.
    pub(super) fn note(&mut self, script: Script, c: char) {
        let known = self.0.entry(script.full_name()).or_default();
        if !known.contains(&c) {
            known.push(c);
        }
    }

    pub(super) fn by_script(&self) -> Vec<MissingScript> {
        let said = |(script, characters): (&&str, &Vec<char>)| MissingScript {
            script: (*script).to_owned(),
            characters: characters.len(),
            sample: characters.iter().take(IN_A_SAMPLE).collect(),
        };
        self.0.iter().map(said).collect()
    }
}
