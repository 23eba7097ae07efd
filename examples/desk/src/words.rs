//! What the desk itself says, in three languages. What the library says comes from its own [`casekit::Language`].

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use casekit::Timestamp;

/// The words, one file for each part of the desk: a key, and its text in every language.
const TABLES: [&str; 5] = [
    include_str!("../assets/words/frame.json"),
    include_str!("../assets/words/case.json"),
    include_str!("../assets/words/operations.json"),
    include_str!("../assets/words/day_one.json"),
    include_str!("../assets/words/panels.json"),
];

/// A language of the desk: its tag, and what its speakers call it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Language {
    pub(crate) code: &'static str,
    pub(crate) own_name: &'static str,
}

pub(crate) const LANGUAGES: [Language; 3] = [
    Language { code: "en", own_name: "English" },
    Language { code: "de", own_name: "Deutsch" },
    Language { code: "ar", own_name: "العربية" },
];

type Table = HashMap<String, HashMap<String, String>>;

static WORDS: LazyLock<Table> = LazyLock::new(|| TABLES.iter().flat_map(|table| read(table)).collect());

/// The library's own words in Arabic, as any application brings a language that does not ship. What it lacked would be English.
static ARABIC: LazyLock<Arc<casekit::Language>> = LazyLock::new(|| {
    let read = casekit::Language::parse(include_str!("../assets/words/casekit.ar.json"));
    read.unwrap_or_else(|_| Arc::clone(casekit::Language::english()))
});

fn read(table: &str) -> Table {
    serde_json::from_str(table).unwrap_or_default()
}

impl Language {
    pub(crate) fn of(code: &str) -> Option<Self> {
        LANGUAGES.into_iter().find(|one| one.code == code)
    }

    /// The language in which the library speaks.
    pub(crate) fn library(self) -> Arc<casekit::Language> {
        casekit::Language::shipped(self.code).unwrap_or_else(|_| Arc::clone(&ARABIC))
    }

    pub(crate) fn direction(self) -> &'static str {
        if self.library().reads_right_to_left() { "rtl" } else { "ltr" }
    }

    /// A text of the desk. A key that no table has shows itself.
    pub(crate) fn say(self, key: &'static str) -> &'static str {
        WORDS.get(key).and_then(|row| row.get(self.code)).map_or(key, String::as_str)
    }

    /// A text of the desk for one of several codes of the library; the code where no table has it.
    pub(crate) fn say_of(self, group: &str, code: &'static str) -> &'static str {
        let row = WORDS.get(&format!("{group}_{code}"));
        row.and_then(|row| row.get(self.code)).map_or(code, String::as_str)
    }

    /// How far an instant is from now, either way: `3 h`.
    pub(crate) fn distance(self, at: Timestamp) -> String {
        self.apart(at).unwrap_or_else(|| self.say("now").to_owned())
    }

    /// How long ago an instant was: `3 h ago`.
    pub(crate) fn ago(self, at: Timestamp) -> String {
        let ago = self.apart(at).map(|distance| self.say("ago").replace("{}", &distance));
        ago.unwrap_or_else(|| self.say("now").to_owned())
    }

    /// How far an instant is from now; `None` if it is less than a minute.
    fn apart(self, at: Timestamp) -> Option<String> {
        let minutes = (chrono::Utc::now() - at).num_minutes().abs();
        (minutes > 0).then(|| self.length(minutes))
    }

    /// So many minutes: `3 h`.
    pub(crate) fn length(self, minutes: i64) -> String {
        let (count, unit) = match minutes {
            ..60 => (minutes, "minutes"),
            60..1440 => (minutes / 60, "hours"),
            _ => (minutes / 1440, "days"),
        };
        format!("{count}\u{a0}{}", self.say(unit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_there_once_in_every_language() {
        let mut all = std::collections::HashSet::new();
        for table in TABLES {
            let rows: Table = serde_json::from_str(table).unwrap();
            for (key, row) in rows {
                for language in LANGUAGES {
                    assert!(
                        row.get(language.code).is_some_and(|text| !text.trim().is_empty()),
                        "{key}: {language:?}"
                    );
                }
                assert_eq!(row.len(), LANGUAGES.len(), "{key}");
                assert_eq!(table.matches(&format!("\"{key}\": {{")).count(), 1, "{key} twice in a table");
                assert!(all.insert(key.clone()), "{key} in two tables");
            }
        }
    }

    /// What there is to say words with, in one text.
    fn sources() -> String {
        let mut all = include_str!("../assets/keys.json").to_owned();
        let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                all += &std::fs::read_to_string(&path).unwrap();
            }
        }
        all
    }

    #[test]
    fn what_the_screens_say_is_in_a_table() {
        for piece in sources().split("say(\"").skip(1) {
            let key = piece.split('"').next().unwrap();
            assert!(key.is_empty() || WORDS.contains_key(key), "{key}");
        }
    }

    #[test]
    fn what_the_tables_have_is_said() {
        let sources = sources();
        for key in WORDS.keys() {
            let in_a_group = key
                .split_once('_')
                .is_some_and(|(group, _)| sources.contains(&format!("say_of(\"{group}\"")));
            assert!(in_a_group || sources.contains(&format!("\"{key}\"")), "nothing says {key}");
        }
    }

    #[test]
    fn the_library_speaks_arabic() {
        let arabic = casekit::Language::parse(include_str!("../assets/words/casekit.ar.json")).unwrap();
        assert!(arabic.reads_right_to_left());
        assert_ne!(arabic.word("stage.open"), casekit::Language::english().word("stage.open"));
        assert_eq!(arabic.missing(), Vec::<&str>::new());
    }
}
