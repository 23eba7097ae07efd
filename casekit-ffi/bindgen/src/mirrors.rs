//! Stage 1: the types and pass-through methods of casekit-ffi, from the source of core.

mod by_hand;
mod crossing;
mod defaults;
mod form;
mod growth;
mod methods;
mod records;
mod written;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use camino::{Utf8Path, Utf8PathBuf};

use crate::core_source::Sources;
use crate::core_source::docs;
use crate::core_source::names::Project;
use crate::generated::GeneratedFiles;
use by_hand::{ByHand, FOLDER};
use crossing::Crossing;
use methods::Method;
use written::Written;

type Files = BTreeMap<Utf8PathBuf, Written>;

/// The module of the methods that pass through.
const METHODS: &str = "desk/pass_through";

/// The folders that have to be read.
#[must_use]
pub fn folders() -> Vec<&'static str> {
    Project::FOLDERS.into_iter().chain([FOLDER]).collect()
}

/// Every file that is generated from the source of core.
///
/// # Errors
///
/// Something that cannot be read or cannot cross; the error names it and says what to do.
pub fn of(sources: &Sources, root: &Utf8Path) -> Result<GeneratedFiles> {
    let project = Project::read(sources)?;
    let by_hand = ByHand::read(sources)?;
    let mut crossing = Crossing::new(&project);
    let methods = methods::of(&project, &by_hand, &crossing.known)?;
    crossing.walk(&project, &by_hand, &methods)?;
    growth::check(&crossing)?;
    let own = records::own_forms(&project, &crossing)?;

    let mut files = Files::new();
    for module in crossing.modules() {
        let file = at(&mut files, &types_of(&module.path), &module.summary);
        for (name, found) in crossing.in_module(module) {
            let written = records::write(&project, &crossing, &own, name, found, file);
            written.with_context(|| format!("`{name}` cannot cross"))?;
        }
    }
    for method in &methods {
        let within = method.module.strip_prefix("casekit_core::desk::").unwrap_or("desk");
        let path = Utf8PathBuf::from(METHODS).join(within.replace("::", "/"));
        let summary = project.core().module(&method.module).map(|module| module.summary.clone());
        write_method(method, &own, at(&mut files, &path, &summary.unwrap_or_default()));
    }
    name_modules(&mut files, &project);
    show_own(&mut files, &crossing, &own);

    let mut generated = GeneratedFiles::default();
    for (path, written) in files {
        let text = written.laid_out(root).with_context(|| format!("in `{path}.rs`"))?;
        generated.add(Utf8Path::new(FOLDER).join(path.with_extension("rs")), text);
    }
    generated.nothing_else_in(format!("{FOLDER}/types"));
    generated.nothing_else_in(format!("{FOLDER}/{METHODS}"));
    Ok(generated)
}

/// The file for the types of a module of core. It has the same name, so that each is found from the other.
fn types_of(module: &str) -> Utf8PathBuf {
    let (of_crate, within) = module.split_once("::").unwrap_or((module, ""));
    let folder = match of_crate {
        "casekit_core" => String::new(),
        other => format!("{}/", other.trim_start_matches("casekit_")),
    };
    Utf8PathBuf::from(format!("types/{folder}{}", within.replace("::", "/")))
}

fn at<'a>(files: &'a mut Files, path: &Utf8Path, summary: &str) -> &'a mut Written {
    let file = files.entry(path.to_owned()).or_default();
    file.summary = summary.to_owned();
    file
}

/// Adds the modules above each file. Each declares those below it, and has the summary of core's module.
fn name_modules(files: &mut Files, project: &Project) {
    let paths: Vec<Utf8PathBuf> = files.keys().cloned().collect();
    for (above, below) in paths.iter().flat_map(|path| above(path)) {
        let summary = match above.as_str() {
            "types" => "What crosses: core's plain data, declared again so that uniffi sees it.".to_owned(),
            METHODS => "The methods of a desk that hosts get as core has them.".to_owned(),
            path => {
                let within = path.trim_start_matches("types/").replace('/', "::");
                let module = ["casekit_core::", "casekit_"]
                    .iter()
                    .find_map(|of| project.module(&format!("{of}{within}")));
                module.map(|module| module.summary.clone()).unwrap_or_default()
            }
        };
        at(files, above, &summary).modules.insert(below.to_owned());
    }
}

/// Re-exports types with a form of their own from every module above, because hand-written code uses them.
fn show_own(files: &mut Files, crossing: &Crossing<'_>, own: &BTreeSet<String>) {
    for (name, found) in &crossing.types {
        for (above, below) in above(&types_of(&found.module.path)) {
            if let Some(file) = files.get_mut(above).filter(|_| own.contains(name)) {
                file.shows.entry(below.to_owned()).or_default().insert(name.clone());
            }
        }
    }
}

/// Each folder above a path, with the name of its child on the way to the path.
fn above(path: &Utf8Path) -> Vec<(&Utf8Path, &str)> {
    let pairs = path.ancestors().filter_map(|path| Some((path.parent()?, path.file_name()?)));
    pairs.filter(|(above, _)| above.starts_with("types") || above.starts_with(METHODS)).collect()
}

fn write_method(method: &Method, own: &BTreeSet<String>, file: &mut Written) {
    file.is_of_desk = true;
    let is_own = |form: &form::Form| form.name().is_some_and(|name| own.contains(name));
    let (mut takes, mut passes, mut defaults) = (String::new(), Vec::new(), Vec::new());
    for argument in &method.takes {
        takes.push_str(&format!(", {}: {}", argument.name, argument.form.written()));
        let into = if is_own(&argument.form) { ".into()" } else { "" };
        passes.push(argument.passed.replace("{}", &argument.name) + into);
        defaults.extend(argument.default.as_ref().map(|value| format!("{} = {value}", argument.name)));
    }
    for form in method.arguments().chain([&method.answer]) {
        if is_own(form) {
            file.own.extend(form.name().map(str::to_owned));
        } else {
            file.mention(form);
        }
    }
    let into = if is_own(&method.answer) { ".map(Into::into)" } else { "" };
    let defaults = if defaults.is_empty() {
        String::new()
    } else {
        format!("#[uniffi::method(default({}))]\n", defaults.join(", "))
    };
    if file.body.is_empty() {
        file.body.push_str("\n#[uniffi::export]\nimpl Desk {\n");
    } else if let Some(open) = file.body.strip_suffix("}\n") {
        file.body = format!("{open}\n");
    }
    file.body.push_str(&format!(
        "{}{defaults}pub fn {name}(&self{takes}) -> Result<{}, CasekitError> {{\n\
         self.guard(|| self.desk.{name}({}){into})\n}}\n}}\n",
        docs::comments(&method.docs),
        method.answer.written(),
        passes.join(", "),
        name = method.name,
    ));
}
