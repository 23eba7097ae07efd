//! The section `# Cost` of a documentation: a paragraph about what is read and written, then one about limits, if there
//! are any.

use anyhow::{Result, bail};
use syn::Attribute;

use crate::core_source::docs::lines_of;
use crate::docs::linked_by_path;

/// What a section says, each paragraph in one line.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Cost {
    /// What is read and written, and how it grows.
    pub(super) cost: String,
    /// What is refused, and with which error; `None` if the method has no limits.
    pub(super) limits: Option<String>,
}

impl Cost {
    /// The section of a documentation; `None` if it has none.
    ///
    /// # Errors
    ///
    /// A section with another number of paragraphs, or with something that is not plain text.
    pub(super) fn of(attributes: &[Attribute]) -> Result<Option<Self>> {
        let lines = lines_of(attributes);
        let mut section = lines.iter().skip_while(|line| line.trim() != "# Cost");
        if section.next().is_none() {
            return Ok(None);
        }
        let section: Vec<&str> =
            section.take_while(|line| !line.starts_with("# ")).map(String::as_str).collect();
        // A method of the same type needs no path.
        let text = linked_by_path(section.join("\n").trim()).replace("`Self::", "`");
        let paragraphs: Vec<String> =
            text.split("\n\n").map(|one| one.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        if let Some(wrong) = paragraphs.iter().find(|text| !is_plain(text)) {
            bail!("its `# Cost` is not plain sentences: `{wrong}`");
        }
        match <[String; 2]>::try_from(paragraphs) {
            Ok([cost, limits]) => Ok(Some(Self { cost, limits: Some(limits) })),
            Err(paragraphs) => match <[String; 1]>::try_from(paragraphs) {
                Ok([cost]) => Ok(Some(Self { cost, limits: None })),
                Err(_) => bail!("its `# Cost` has more than two paragraphs: one of costs, one of limits"),
            },
        }
    }
}

/// Whether a text can be a cell of a table: a sentence that ends, without a list, a table or a program in it.
fn is_plain(text: &str) -> bool {
    text.ends_with('.') && !text.starts_with("- ") && !text.contains('|') && !text.contains("```")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn cost_of(text: &str) -> Result<Option<Cost>> {
        let item: syn::ItemStruct = syn::parse_str(&format!("{text}\nstruct One;")).unwrap();
        Cost::of(&item.attrs)
    }

    #[test]
    fn a_section_is_a_paragraph_of_costs_and_one_of_limits() {
        let said = cost_of(
            "/// Lists.\n///\n/// # Cost\n///\n/// Reads a page, as [`cases`](Self::cases)\n/// does.\n///\n\
             /// A page has 1 to 500 rows.\n///\n/// # Errors\n///\n/// None.",
        );
        let limits = Some("A page has 1 to 500 rows.".to_owned());
        assert_eq!(said.unwrap(), Some(Cost { cost: "Reads a page, as `cases` does.".into(), limits }));
        let said = cost_of("/// Lists.\n///\n/// # Cost\n/// Reads nothing.").unwrap();
        assert_eq!(said, Some(Cost { cost: "Reads nothing.".into(), limits: None }));
        assert_eq!(cost_of("/// Lists.").unwrap(), None);
    }

    #[test]
    fn a_section_of_another_form_is_refused() {
        let why = cost_of("/// # Cost\n/// One.\n///\n/// Two.\n///\n/// Three.").unwrap_err().to_string();
        assert_eq!(why, "its `# Cost` has more than two paragraphs: one of costs, one of limits");
        let why = cost_of("/// # Cost\n/// - One.").unwrap_err().to_string();
        assert_eq!(why, "its `# Cost` is not plain sentences: `- One.`");
        let why = cost_of("/// # Cost").unwrap_err().to_string();
        assert_eq!(why, "its `# Cost` is not plain sentences: ``");
    }
}
