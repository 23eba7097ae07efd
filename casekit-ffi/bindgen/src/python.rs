//! Python: the package's types, lists and methods, which are kept; and the module over the library, which is not.
//!
//! Hand-written code in the package takes precedence: a class replaces the record with its name, and a method the one
//! that would pass through.

mod awaited;
mod calls;
mod columns;
mod hand;
mod hints;
mod hosted;
mod lifting;
mod lists;
mod methods;
mod records;
mod wire;

use std::fs;

use anyhow::{Context as _, Result};
use camino::Utf8Path;
use uniffi_bindgen::ComponentInterface;
use uniffi_bindgen::interface::Record;

use self::hand::Hand;
use crate::generated::{GeneratedFiles, HEAD};

const PACKAGE: &str = "casekit-ffi/python/src/casekit";

/// Adds the files that are kept, and writes the module over the library into a folder.
///
/// # Errors
///
/// A file that cannot be read or written, or a part of the interface that has no form in Python.
pub fn generate(
    interface: &ComponentInterface,
    root: &Utf8Path,
    folder: &Utf8Path,
    files: &mut GeneratedFiles,
) -> Result<()> {
    let mut interface = interface.clone();
    interface.derive_ffi_funcs()?;
    let hand = Hand::read(&root.join(PACKAGE))?;
    let mut keep =
        |name: &str, text: String| files.add(format!("{PACKAGE}/{name}"), format!("# {HEAD}\n\n{text}"));
    keep("types/words.py", records::words(&interface));
    let module = |summary: &str, of: &[&Record]| records::module(&interface, &hand, summary, of);
    let (parts, wholes) = (records::parts(&interface, &hand), records::wholes(&interface, &hand));
    keep("types/parts.py", module("Records of which types with a shape of their own are made.", &parts)?);
    keep("types/records.py", module("Records: plain data, as it is given and got.", &wholes)?);
    keep("types/__init__.py", lists::types(&interface, &hand));
    keep("case_columns.py", columns::columns(&crate::columns::of(&interface)?));
    keep("desk/passing.py", methods::passing(&interface, &hand)?);
    keep("desk/query.py", methods::query(&interface, &hand)?);
    keep("desk/awaited.py", awaited::awaited(&interface, &hand)?);
    fs::create_dir_all(folder).with_context(|| format!("`{folder}` cannot be made"))?;
    let path = folder.join("__init__.py");
    fs::write(&path, calls::module(&interface, &hand)?).with_context(|| format!("`{path}` cannot be written"))
}

/// Python's keywords, which cannot be names.
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
    "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
    "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// A name in Python: a keyword gets a `_` at its end.
fn name_of(name: &str) -> String {
    if KEYWORDS.contains(&name) { format!("{name}_") } else { name.to_owned() }
}

/// Indented lines; empty ones stay empty.
fn indented(lines: &[String], by: usize) -> String {
    let mut out = String::new();
    for line in lines {
        if !line.is_empty() {
            out.push_str(&" ".repeat(by));
            out.push_str(line);
        }
        out.push('\n');
    }
    out
}

/// A docstring of these lines, without the final line end.
fn docstring(lines: &[String], by: usize) -> String {
    let pad = " ".repeat(by);
    let text = indented(lines, by);
    let text = text.trim_end();
    let last = lines.last().map_or(0, |line| line.chars().count());
    // The closing quotes stay on the line of a short text.
    let close = if lines.len() == 1 && last + by + 6 <= 120 { String::new() } else { format!("\n{pad}") };
    format!("{pad}\"\"\"{}{close}\"\"\"", text.trim_start())
}
