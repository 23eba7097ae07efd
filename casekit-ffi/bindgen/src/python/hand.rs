//! The hand-written code of the package.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context as _, Result};
use camino::Utf8Path;

use crate::generated::HEAD;

/// The classes, the names of types, and the methods of `Desk` in the sources that are not generated.
#[derive(Debug, Default)]
pub(super) struct Hand {
    classes: BTreeMap<String, Class>,
    aliases: BTreeMap<String, String>,
    desk: BTreeMap<String, Method>,
}

/// A class, with its module and its body.
#[derive(Debug)]
pub(super) struct Class {
    /// The module within the package, such as `types.refusal`.
    pub(super) module: String,
    body: String,
}

/// A method, as it is written in its source.
#[derive(Clone, Debug)]
pub(super) struct Method {
    /// The parameters without `self`: `case: Ref, *, size: int | None = None`.
    pub(super) parameters: String,
    /// The annotation of the result: `Page[CaseSummary]`.
    pub(super) answer: String,
    /// The docstring with its quotes, unchanged.
    pub(super) docs: String,
}

impl Hand {
    pub(super) fn read(package: &Utf8Path) -> Result<Self> {
        let mut hand = Self::default();
        for folder in [package.to_owned(), package.join("types"), package.join("desk")] {
            let entries = folder.read_dir_utf8().with_context(|| format!("`{folder}` cannot be read"))?;
            for entry in entries {
                let entry = entry?;
                let path = entry.path();
                if path.extension() != Some("py") {
                    continue;
                }
                let text = fs::read_to_string(path).with_context(|| format!("`{path}` cannot be read"))?;
                if text.contains(HEAD) {
                    continue;
                }
                let module = path.strip_prefix(package)?.with_extension("").as_str().replace('/', ".");
                hand.take(&module, &text);
            }
        }
        Ok(hand)
    }

    fn take(&mut self, module: &str, text: &str) {
        for part in format!("\n{text}").split("\nclass ").skip(1) {
            let name: String =
                part.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
            // Up to the next line without indentation.
            let end = part.match_indices('\n').find(|(at, _)| {
                part.get(at + 1..)
                    .and_then(|rest| rest.chars().next())
                    .is_some_and(|next| !next.is_whitespace() && next != ')')
            });
            let body = end.and_then(|(at, _)| part.get(..at)).unwrap_or(part).to_owned();
            if module.starts_with("desk.") {
                self.desk.extend(methods_of(&body));
            }
            self.classes.insert(name, Class { module: module.to_owned(), body });
        }
        for line in text.lines() {
            if let Some((name, _)) = line.split_once(": TypeAlias") {
                self.aliases.insert(name.to_owned(), module.to_owned());
            }
        }
    }

    /// The class with this name; `None` if there is none.
    pub(super) fn class(&self, name: &str) -> Option<&Class> {
        self.classes.get(name)
    }

    /// The module of an alias for several types, such as `DataValue`.
    pub(super) fn alias(&self, name: &str) -> Option<&str> {
        self.aliases.get(name).map(String::as_str)
    }

    /// The methods of `Desk` that are written by hand, by name.
    pub(super) fn desk(&self) -> &BTreeMap<String, Method> {
        &self.desk
    }

    /// The classes and aliases in the public modules of `types`, by name, with their modules.
    pub(super) fn types(&self) -> BTreeMap<&str, &str> {
        let classes = self.classes.iter().map(|(name, class)| (name.as_str(), class.module.as_str()));
        let aliases = self.aliases.iter().map(|(name, module)| (name.as_str(), module.as_str()));
        classes
            .chain(aliases)
            .filter_map(|(name, module)| Some((name, module.strip_prefix("types.")?)))
            .filter(|(name, _)| !name.starts_with('_'))
            .collect()
    }
}

impl Class {
    /// Whether the class has a method with this name.
    pub(super) fn has(&self, method: &str) -> bool {
        self.body.contains(&format!("    def {method}("))
    }
}

/// The methods of a class: functions and properties.
fn methods_of(body: &str) -> Vec<(String, Method)> {
    let mut found = Vec::new();
    for part in body.split("\n    def ").skip(1) {
        let Some((name, rest)) = part.split_once('(') else { continue };
        let Some((parameters, rest)) = rest.split_once(") -> ") else { continue };
        let Some((answer, rest)) = rest.split_once(":\n") else { continue };
        let docs = rest
            .trim_start()
            .strip_prefix("\"\"\"")
            .and_then(|docs| docs.split_once("\"\"\""))
            .map(|(docs, _)| docs);
        let parameters = parameters.split_whitespace().collect::<Vec<_>>().join(" ");
        let parameters =
            parameters.trim_end_matches(',').trim().trim_start_matches("self").trim_start_matches(',').trim();
        found.push((
            name.to_owned(),
            Method {
                parameters: parameters.to_owned(),
                answer: answer.to_owned(),
                docs: docs.unwrap_or_default().to_owned(),
            },
        ));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_methods_and_names_of_types_are_found() {
        let mut hand = Hand::default();
        hand.take("types.choices", "class HeldBy(Record):\n    \"\"\"Whose.\"\"\"\n\n    def _lower(self) -> str:\n        ...\n\nItem: TypeAlias = \"A\"\n");
        assert!(hand.class("HeldBy").is_some_and(|class| class.has("_lower") && !class.has("_lift")));
        assert_eq!(hand.alias("Item"), Some("types.choices"));
        assert_eq!(hand.types().into_keys().collect::<Vec<_>>(), ["HeldBy", "Item"]);

        hand.take("desk.lists", "class Lists(Part):\n    def cases(\n        self, *, size: int | None = None,\n    ) -> Page[Row]:\n        \"\"\"Cases.\"\"\"\n        return 1\n");
        let cases = &hand.desk()["cases"];
        assert_eq!(
            (cases.parameters.as_str(), cases.answer.as_str(), cases.docs.as_str()),
            ("*, size: int | None = None", "Page[Row]", "Cases.")
        );
    }
}
