//! Gives the desk's methods labels as is usual in Swift, and the desk a reference to its kit.

use std::cell::RefCell;

use anyhow::{Context as _, Result};

use super::signature::Signature;
use crate::edits::Edits;

/// The beginning of the desk's class, once it is one.
const CLASS: &str = "\npublic final class Desk: @unchecked Sendable {\n";

/// Edits the methods that users call, and returns them for the asynchronous desk.
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

/// Live lists wait for the bell of the kit.
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

/// Whether only the package uses a method: live lists are offered as sequences, and packed columns as `CaseColumns`.
fn is_inner(method: &Signature) -> bool {
    method.name.starts_with("live") || method.name.ends_with("Columns")
}

/// Commands, whose result callers often do not need.
pub(super) fn discardable(method: &Signature) -> &'static str {
    const ANSWERS: [&str; 7] = [
        "ImportReport",
        "Changed",
        "RaisedCase",
        "ReceivedRequest",
        "AddedNote",
        "CreatedCustomer",
        "CreatedCaseType",
    ];
    let is_answer = method.gives.as_deref().is_some_and(|gives| ANSWERS.contains(&gives));
    if is_answer { "    @discardableResult\n" } else { "" }
}
