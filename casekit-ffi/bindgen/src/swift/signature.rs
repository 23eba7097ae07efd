//! A method of the desk in Swift, with labels only where they add information.

use anyhow::{Context as _, Result};

/// Labels that belong to the sentence of a call: `counts(by:)`, `reply(to:)`.
const SAID: [&str; 3] = ["to", "by", "limit"];
/// Labels that the name of the method already implies.
const UNSAID: [&str; 6] = ["new", "edit", "denial", "text", "query", "cursor"];

/// A method: its documentation, its parameters and its result.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Signature {
    /// The lines of the documentation, without the marks of a comment.
    pub(super) documentation: Vec<String>,
    pub(super) name: String,
    /// The parameters, such as `_ case: CaseId, reason: String? = nil`.
    pub(super) parameters: String,
    /// The arguments of a call with the same names, such as `` `case`, reason: reason ``.
    pub(super) arguments: String,
    pub(super) throws: bool,
    /// The type of the result; `None` if there is none.
    pub(super) gives: Option<String>,
}

impl Signature {
    /// Parses a comment and the head of the function below it, as uniffi writes them.
    pub(super) fn read(comment: &str, head: &str) -> Result<Self> {
        let (name, rest) = head.split_once('(').context("a method has parameters")?;
        let (list, ends) = rest.rsplit_once(')').context("a method's parameters end")?;
        let gives = ends.split_once("->").map(|(_, ty)| ty.trim().to_owned());
        let (mut parameters, mut arguments) = (Vec::new(), Vec::new());
        for (place, one) in list.split(", ").filter(|one| !one.is_empty()).enumerate() {
            let (name, ty) = one.split_once(": ").with_context(|| format!("`{one}` has no type"))?;
            let ty = &plain_number(ty);
            let is_first = place == 0 && !ty.contains(" = ");
            let is_bare = !SAID.contains(&name) && (UNSAID.contains(&name) || is_first);
            let label = name.trim_matches('`');
            // A keyword of Swift can be the name of a parameter, but needs backticks as a value.
            parameters.push(if is_bare { format!("_ {label}: {ty}") } else { format!("{label}: {ty}") });
            arguments.push(if is_bare { name.to_owned() } else { format!("{label}: {name}") });
        }
        let line = |line: &str| {
            let line = line.trim_start().strip_prefix('*')?;
            Some(line.strip_prefix(' ').unwrap_or(line).to_owned()).filter(|line| line != "/")
        };
        Ok(Self {
            documentation: comment.lines().filter_map(line).collect(),
            name: name.to_owned(),
            parameters: parameters.join(", "),
            arguments: arguments.join(", "),
            throws: ends.contains("throws"),
            gives,
        })
    }

    /// The end of the head, after the parameters.
    pub(super) fn ends(&self, is_async: bool) -> String {
        let asynchronous = if is_async { " async" } else { "" };
        let throws = if self.throws { " throws" } else { "" };
        let gives = self.gives.as_ref().map(|ty| format!(" -> {ty}")).unwrap_or_default();
        format!("{asynchronous}{throws}{gives}")
    }
}

/// Simplifies `UInt32 = UInt32(500)` to `UInt32 = 500`.
fn plain_number(parameter: &str) -> String {
    match parameter.split_once(" = ") {
        Some((ty, default)) if default.starts_with(&format!("{ty}(")) => {
            let number = default.trim_start_matches(ty).trim_matches(['(', ')']);
            format!("{ty} = {number}")
        }
        _ => parameter.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(head: &str) -> Signature {
        Signature::read("    /**\n     * Does it.\n     *\n     * Needs a permission.\n     */", head)
            .unwrap()
    }

    #[test]
    fn the_first_parameter_and_what_the_name_says_have_no_label() {
        let edit = read("editCase(`case`: CaseId, edit: CaseEdit)throws  -> Changed  ");
        assert_eq!(edit.parameters, "_ case: CaseId, _ edit: CaseEdit");
        assert_eq!(edit.arguments, "`case`, edit");
        assert_eq!(edit.ends(true), " async throws -> Changed");
        assert_eq!(edit.documentation, ["Does it.", "", "Needs a permission."]);
    }

    #[test]
    fn a_word_of_the_sentence_and_what_may_be_left_out_have_a_label() {
        let assign = read("assignCase(`case`: CaseId, to: String, reason: String? = nil)throws  -> Changed");
        assert_eq!(assign.parameters, "_ case: CaseId, to: String, reason: String? = nil");
        assert_eq!(assign.arguments, "`case`, to: to, reason: reason");
        let reply = read("reply(to: NoteId, text: String)throws  -> AddedNote");
        assert_eq!(reply.parameters, "to: NoteId, _ text: String");
        let cases = read("myPendingCases(page: PageRequest? = nil)throws  -> CasePage");
        assert_eq!(cases.parameters, "page: PageRequest? = nil");
        assert_eq!(read("rows(limit: UInt32 = UInt32(50)) -> Rows").parameters, "limit: UInt32 = 50");
        assert_eq!(read("actor() -> Actor  ").ends(false), " -> Actor");
    }
}
