//! Constructors of records: uniffi describes each parameter in a comment that DocC does not read.

use anyhow::{Context as _, Result};

use crate::docs::wrapped;
use crate::edits::Edits;

const BEFORE: &str = "    // Default memberwise initializers are never public by default, so we
    // declare one manually.
    public init(";

/// Moves the descriptions of the parameters above the constructor.
pub(super) fn edit(edits: &mut Edits) -> Result<()> {
    edits.spans("constructors of records", BEFORE, ") {\n", |head| {
        let list = head.strip_prefix(BEFORE).and_then(|rest| rest.strip_suffix(") {\n"));
        let (mut parameters, mut said) = (Vec::new(), Vec::new());
        for part in list.context("a constructor has a list")?.split("/**") {
            let (comment, parameter) = part.split_once("*/").unwrap_or(("", part));
            let parameter = parameter.trim().trim_end_matches(',');
            if parameter.is_empty() {
                continue;
            }
            let name = parameter.split(':').next().unwrap_or_default().trim_matches('`');
            let words = comment.split_whitespace().filter(|word| *word != "*").collect::<Vec<_>>().join(" ");
            if !words.is_empty() {
                said.extend(wrapped(&format!("- Parameter {name}: {words}"), 112));
            }
            parameters.push(parameter.to_owned());
        }
        let mut lines = vec!["One with these values.".to_owned()];
        if !said.is_empty() {
            lines.push(String::new());
            lines.extend(said);
        }
        let comment = lines.iter().map(|line| format!("    /// {line}").trim_end().to_owned() + "\n");
        Ok(format!(
            "{}    public init(\n        {}\n    ) {{\n",
            comment.collect::<String>(),
            parameters.join(",\n        ")
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_a_parameter_stands_where_docc_reads_it() {
        let code = format!(
            "{BEFORE}\n        /**\n         * The name.\n         *\n         * Or its id.\n         */caseType: String, \n        /**\n         * One line.\n         */`case`: String? = nil) {{\n        self.x = x\n"
        );
        let mut edits = Edits::of(code);
        edit(&mut edits).unwrap();
        assert_eq!(
            edits.done(),
            "    /// One with these values.\n    ///\n    /// - Parameter caseType: The name. Or its id.\n    /// - Parameter case: One line.\n    \
             public init(\n        caseType: String,\n        `case`: String? = nil\n    ) {\n        self.x = x\n"
        );
    }
}
