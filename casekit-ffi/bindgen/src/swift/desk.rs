//! The desk's methods with labels as Swift has them, and a desk that knows its kit.

use std::cell::RefCell;

use anyhow::{Context as _, Result};

use super::signature::Signature;
use crate::edits::Edits;

/// Where the class of the desk begins, once it is one.
const CLASS: &str = "\npublic final class Desk: @unchecked Sendable {\n";

/// Gives the methods that users call, for the desk that does not block.
pub(super) fn edit(edits: &mut Edits) -> Result<Vec<Signature>> {
    let methods = RefCell::new(Vec::new());
    edits.within("the desk", CLASS, "\n}\n\n\n#if", |desk| {
        desk.replace("the class", CLASS, &format!("{CLASS}{BELL}"))?;
        desk.replace("other desks", "return try!  FfiConverterTypeDesk_lift(", "return try! ofTheKit(")?;
        desk.spans("a method", "    /**\n", "  {", |method| {
            let (comment, head) = method.split_once("\npublic func ").context("a method has a comment")?;
            let signature = Signature::read(comment, head.trim_end_matches('{'))?;
            let head = head_of(&signature);
            methods.borrow_mut().push(signature);
            Ok(format!("{comment}\n{head}"))
        })
    })?;
    let mut methods = methods.into_inner();
    methods.retain(|method| !is_inner(method));
    Ok(methods)
}

/// What is live waits for the bell of the kit.
const BELL: &str = "    var bell: Bell!

    private func ofTheKit(_ handle: UInt64) throws -> Desk {
        let desk = try FfiConverterTypeDesk_lift(handle)
        desk.bell = bell
        return desk
    }

";

fn head_of(method: &Signature) -> String {
    let seen = if is_inner(method) { "" } else { "public " };
    let name = &method.name;
    format!("{}{seen}func {name}({}){} {{", discardable(method), method.parameters, method.ends(false))
}

/// Whether a method is for the package alone: live lists are sequences, and packed columns columns.
fn is_inner(method: &Signature) -> bool {
    method.name.starts_with("live") || method.name.ends_with("Columns")
}

/// Commands: what they answer is often not needed.
pub(super) fn discardable(method: &Signature) -> &'static str {
    const ANSWERS: [&str; 6] =
        ["ImportReport", "Changed", "RaisedCase", "AddedNote", "CreatedCustomer", "CreatedCaseType"];
    let is_answer = method.gives.as_deref().is_some_and(|gives| ANSWERS.contains(&gives));
    if is_answer { "    @discardableResult\n" } else { "" }
}
