//! Whether a name is free, in every language that is loaded.

use super::Context;
use crate::language::Language;
use crate::model::{Name, Wording};
use crate::text::fold_name;

/// Whether the text is the shipped name of one of these definitions, in a language that ships, in the kit's or in the
/// desk's. Only definitions that nobody has renamed are compared.
///
/// Names that somebody gave are guarded by claims. Shipped names are not claimed, and need not be: a definition that
/// was renamed never gets its shipped name back. So the shipped names in a file only become fewer, and what is free by
/// this rule stays free.
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
