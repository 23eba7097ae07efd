use super::ArchiveError;

/// The name of an entry: chosen by the program, never taken from data, and valid on every file system.
///
/// 1 to 200 characters, lower-case `a` to `z`, `0` to `9`, `-`, `_` and `.`, separated by `/`. No part is empty, begins
/// or ends with a dot, or is the name of a Windows device (`con`, `nul`, `com1` …). So no part is `..`, and no path
/// leaves the folder in which it is unpacked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryName(String);

impl EntryName {
    /// Parses a name that follows these rules.
    ///
    /// # Errors
    /// [`ArchiveError::Name`].
    pub fn parse(text: &str) -> Result<Self, ArchiveError> {
        if text.len() > LONGEST || !text.split('/').all(is_good) {
            return Err(ArchiveError::Name);
        }
        Ok(Self(text.to_owned()))
    }

    /// The name as it is written into the archive.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

const LONGEST: usize = 200;

fn is_good(part: &str) -> bool {
    let plain = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '-' | '_' | '.');
    !part.is_empty()
        && part.chars().all(plain)
        && !part.starts_with('.')
        && !part.ends_with('.')
        && !is_device(part.split('.').next().unwrap_or_default())
}

/// Whether Windows opens this name as a device, whatever its extension.
fn is_device(stem: &str) -> bool {
    let numbered =
        |kind: &str| stem.strip_prefix(kind).is_some_and(|n| n.len() == 1 && n.parse::<u8>().is_ok());
    matches!(stem, "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_names_are_taken() {
        for name in ["manifest.json", "data/0001-customer.csv", "a", "console/com.txt", &"x".repeat(200)] {
            assert_eq!(EntryName::parse(name).unwrap().as_str(), name);
        }
    }

    #[test]
    fn names_that_could_do_harm_are_refused() {
        let long = "x".repeat(201);
        for name in [
            "",
            "/etc/passwd",
            "../a",
            "a/../b",
            "a//b",
            "a/",
            ".",
            "..",
            ".hidden",
            "a.",
            "a\\b",
            "c:a",
            "A",
            "łódź",
            "a b",
            "a\0",
            "a\n",
            "nul",
            "nul.txt",
            "data/com1.csv",
            &long,
        ] {
            assert!(matches!(EntryName::parse(name), Err(ArchiveError::Name)), "{name:?}");
        }
    }
}
