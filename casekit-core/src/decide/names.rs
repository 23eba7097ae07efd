//! Whether a name is free, in every language that is loaded.

use super::Context;
use crate::language::Language;
use crate::model::{Name, Wording};
use crate::text::fold_name;

/// Whether one of these definitions, which nobody renamed, is called so in a language that ships, that of the kit or that
/// of the desk.
///
/// What somebody named is guarded by a claim. Words are not claimed: a given name never becomes a word again, so that the
/// words in a file only become fewer, and what is free by this rule stays free.
pub(super) fn is_word_of<'a>(
    mut names: impl Iterator<Item = &'a Wording<Name>>,
    text: &str,
    context: &Context<'_>,
) -> bool {
    let wanted = fold_name(text);
    let shipped = Language::SHIPPED.iter().filter_map(|tag| Language::shipped(tag).ok());
    let languages: Vec<_> = shipped.collect();
    let loaded = || languages.iter().map(AsRef::as_ref).chain([context.language, context.kit_language]);
    names.any(|name| name.given().is_none() && loaded().any(|language| name.is_said(&wanted, language)))
}
