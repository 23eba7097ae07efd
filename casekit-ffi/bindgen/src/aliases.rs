//! Documentation for names of the host's own types: ids, instants and cursors. uniffi writes none for them.

use anyhow::{Context as _, Result};

use crate::docs::snake;
use crate::edits::Edits;

/// Puts a text above each name that the bindings give to one of the host's own types.
///
/// # Errors
///
/// A name that does not exist any more, or one without a text here.
pub(crate) fn document(edits: &mut Edits) -> Result<()> {
    edits.spans("names of types", "\npublic typealias ", " =", |line| {
        let name = line.trim_start_matches("\npublic typealias ").trim_end_matches(" =");
        // Converters for the same type are one converter under two names, and not for users.
        if name.starts_with("FfiConverter") {
            return Ok(line.to_owned());
        }
        let said =
            said(name).with_context(|| format!("say what `{name}` is, in casekit-bindgen's aliases.rs"))?;
        Ok(format!("\n/** {said} */{line}"))
    })
}

fn said(name: &str) -> Option<String> {
    Some(match name {
        "BlobId" => "The id of something large that is kept, such as a snapshot or a package.".into(),
        "Cursor" => "A place among the changes of a store; only the store that gave it can read it.".into(),
        "Timestamp" => "An instant, to the microsecond.".into(),
        name => format!("The id of a {}.", snake(name.strip_suffix("Id")?).replace('_', " ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_a_type_says_what_it_is() {
        let mut edits = Edits::of("\npublic typealias CaseTypeId = UUID\n".into());
        document(&mut edits).unwrap();
        assert_eq!(edits.done(), "\n/** The id of a case type. */\npublic typealias CaseTypeId = UUID\n");
        let mut edits = Edits::of("\npublic typealias Colour = String\n".into());
        let why = format!("{:#}", document(&mut edits).unwrap_err());
        assert!(why.ends_with("say what `Colour` is, in casekit-bindgen's aliases.rs"), "{why}");
    }
}
