//! Documentation: as core has it, and as a mirror repeats it.

use syn::{Attribute, Expr, Lit, Meta};

use crate::docs::linked_by_path;

/// The lines of a doc comment, as they are written.
pub(crate) fn lines_of(attributes: &[Attribute]) -> Vec<String> {
    let texts = attributes.iter().filter_map(|attribute| {
        let Meta::NameValue(pair) = &attribute.meta else { return None };
        let Expr::Lit(value) = &pair.value else { return None };
        let Lit::Str(text) = &value.lit else { return None };
        pair.path.is_ident("doc").then(|| text.value())
    });
    texts.flat_map(|text| text.split('\n').map(unindented).collect::<Vec<_>>()).collect()
}

/// The documentation for a mirror: without examples, because they are in Rust, with links as the paths that they lead
/// to, and with permissions under the names that errors use.
pub(crate) fn mirrored(attributes: &[Attribute]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    let mut in_example = false;
    for line in lines_of(attributes) {
        if line.trim_start().starts_with("```") {
            in_example = !in_example;
            continue;
        }
        let is_second_gap = line.is_empty() && kept.last().is_none_or(String::is_empty);
        if !in_example && !is_second_gap {
            kept.push(line);
        }
    }
    while kept.last().is_some_and(String::is_empty) {
        kept.pop();
    }
    // Joined first, because a link may continue on the next line.
    linked_by_path(&kept.join("\n")).lines().map(str::to_owned).collect()
}

/// Documentation as comment lines.
pub(crate) fn comments(lines: &[String]) -> String {
    let line = |line: &String| if line.is_empty() { "///\n".to_owned() } else { format!("/// {line}\n") };
    lines.iter().map(line).collect()
}

fn unindented(line: &str) -> String {
    line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn mirrored_of(text: &str) -> Vec<String> {
        let item: syn::ItemStruct = syn::parse_str(text).unwrap();
        mirrored(&item.attrs)
    }

    #[test]
    fn a_mirror_says_what_core_says_without_examples_and_links() {
        let said = mirrored_of(
            "/// Raises a case.\n///\n/// ```\n/// raise();\n/// ```\n///\n/// Needs [`RaiseCases`](Permission::RaiseCases); see \
             [`refresh`](Self::refresh), [`Reach::There`].\nstruct One;",
        );
        assert_eq!(said, ["Raises a case.", "", "Needs `raise_cases`; see `Self::refresh`, `Reach::There`."]);
    }
}
