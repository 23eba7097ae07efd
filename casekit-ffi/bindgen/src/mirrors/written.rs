//! One generated file of casekit-ffi, before it is formatted.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use camino::Utf8Path;

use super::form::Form;
use crate::generated;

/// One file.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// What the file is about, in one sentence.
    pub(super) summary: String,
    /// The modules below it.
    pub(super) modules: BTreeSet<String>,
    /// The names that it re-exports from each of those.
    pub(super) shows: BTreeMap<String, BTreeSet<String>>,
    /// The names from core that it uses.
    pub(super) uses: BTreeSet<String>,
    /// The types with a form of their own here that it uses.
    pub(super) own: BTreeSet<String>,
    /// Whether it uses `Duration`.
    pub(super) has_durations: bool,
    /// Whether it has methods of a desk.
    pub(super) is_of_desk: bool,
    /// The ids that it declares.
    pub(super) ids: BTreeSet<String>,
    /// All other code.
    pub(super) body: String,
}

impl Written {
    /// Adds the imports that a form needs.
    pub(super) fn mention(&mut self, form: &Form) {
        self.uses.extend(form.name().map(str::to_owned));
        self.has_durations |= form.has_duration();
    }

    /// The text of the file, formatted as `cargo fmt` does.
    ///
    /// # Errors
    ///
    /// There is no `rustfmt`, or the generated code does not parse.
    pub(super) fn laid_out(&self, root: &Utf8Path) -> Result<String> {
        let list = |names: &BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>().join(", ");
        let mut text = format!("{}\n//! {}\n\n", generated::head("//"), self.summary);
        for module in &self.modules {
            text.push_str(&format!("mod {module};\n"));
        }
        text.push('\n');
        for (module, shown) in &self.shows {
            text.push_str(&format!("pub use {module}::{{{}}};\n", list(shown)));
        }
        if self.has_durations {
            text.push_str("use std::time::Duration;\n");
        }
        if !self.uses.is_empty() {
            text.push_str(&format!("\nuse casekit::{{{}}};\n", list(&self.uses)));
        }
        if self.is_of_desk {
            text.push_str("\nuse crate::desk::Desk;\nuse crate::error::CasekitError;\n");
        }
        if !self.own.is_empty() {
            text.push_str(&format!("use crate::types::{{{}}};\n", list(&self.own)));
        }
        if !self.ids.is_empty() {
            text.push_str(&format!("\ncrate::custom::ids! {{ {} }}\n", list(&self.ids)));
        }
        text.push_str(&self.body);
        formatted(&text, root)
    }
}

fn formatted(text: &str, root: &Utf8Path) -> Result<String> {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path", root.as_str()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("`rustfmt` cannot be run: install it (`rustup component add rustfmt`)")?;
    let mut input = rustfmt.stdin.take().context("`rustfmt` takes no input")?;
    input.write_all(text.as_bytes())?;
    drop(input);
    let done = rustfmt.wait_with_output()?;
    if !done.status.success() {
        bail!("what was generated is no Rust: {}\n{text}", String::from_utf8_lossy(&done.stderr));
    }
    Ok(String::from_utf8(done.stdout)?)
}
