//! What the compiler cannot see of the bindings: that nothing of the façade is missing, and that the documentation that
//! crosses to hosts is core's own. (That fields and variants are the same, the compiler does see.)

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn text_of(folder: &str) -> String {
    sources(folder).iter().map(|path| fs::read_to_string(path).unwrap()).collect::<Vec<_>>().join("\n")
}

/// A field or a variant with its documentation.
type Item = (Vec<String>, String);

/// The documentation above `from`, without examples, and the items below it up to the closing brace.
fn block(lines: &[&str], from: usize) -> (Vec<String>, Vec<Item>) {
    let mut above: Vec<String> = lines[..from]
        .iter()
        .rev()
        .map(|line| line.trim())
        .take_while(|line| line.starts_with("///") || line.starts_with("#["))
        .filter(|line| line.starts_with("///"))
        .map(ToOwned::to_owned)
        .collect();
    above.reverse();
    if let Some(example) = above.iter().position(|line| line.contains("```")) {
        above.truncate(example);
    }
    while above.last().is_some_and(|line| line == "///") {
        above.pop();
    }
    let indent = lines[from].len() - lines[from].trim_start().len();
    let (mut items, mut docs) = (Vec::new(), Vec::new());
    for line in &lines[from + 1..] {
        if line.trim() == "}" && line.len() == indent + 1 {
            break;
        }
        let line = line.trim();
        if line.starts_with("///") {
            docs.push(line.to_owned());
        } else if !line.starts_with("#[") && !line.starts_with("//") {
            let name = line.trim_start_matches("pub ");
            let name: String = name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if !name.is_empty() {
                items.push((std::mem::take(&mut docs), name));
            }
        }
    }
    (above, items)
}

#[test]
fn the_documentation_of_what_crosses_is_that_of_the_core() {
    let core = format!("{}\n{}", text_of("../casekit-core/src"), text_of("../casekit-sqlite/src"));
    let core: Vec<&str> = core.lines().collect();
    let mut compared = 0;
    for path in sources("src") {
        let here = fs::read_to_string(&path).unwrap();
        let here: Vec<&str> = here.lines().collect();
        for place in (0..here.len()).filter(|place| here[*place].starts_with("#[uniffi::remote(")) {
            let heading = here[place + 1];
            let name = heading.split(' ').nth(2).unwrap();
            let written_out = core.iter().position(|line| line.trim() == heading);
            let choice = || core.iter().position(|line| line.trim() == format!("{name} {{"));
            let permissions =
                || core.iter().position(|line| *line == "permissions! {").filter(|_| name == "Permission");
            let Some(there) = written_out.or_else(choice).or_else(permissions) else {
                panic!("core has no `{name}`: {} has", path.display());
            };
            let ((docs, items), (wanted_docs, mut wanted)) = (block(&here, place + 1), block(&core, there));
            if written_out.is_none() {
                // A macro writes the last one.
                wanted.extend(items.get(wanted.len()..).into_iter().flatten().cloned());
            }
            if name != "Permission" {
                assert_eq!(docs, wanted_docs, "the documentation of `{name}`");
            }
            assert_eq!(items, wanted, "the documentation within `{name}`");
            compared += 1;
        }
    }
    assert!(compared > 90, "only {compared} types were compared");
}

#[test]
fn hosts_have_every_method_of_a_desk() {
    let methods = |text: &str| -> Vec<String> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let starts = text.split("pub fn ").skip(1);
        let named = starts
            .filter_map(|rest| rest.split_once('('))
            .filter(|(_, rest)| rest.trim().starts_with("&self"));
        named.map(|(name, _)| name.split('<').next().unwrap().to_owned()).collect()
    };
    let desk = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../casekit-core/src/desk.rs"))
        .unwrap();
    let here =
        methods(&format!("{}{}{}", text_of("src/desk"), fs_text("src/desk.rs"), fs_text("src/report.rs")));
    // A method of a page, of a report or of a live list is no method of a desk; exports are whole here; hosts have
    // `import_items`, because `import` means something else to Python, and one method for each live list.
    let others = [
        "next_request",
        "refused",
        "begin_export",
        "record_export",
        "import",
        "live",
        "refresh",
        "next",
        "limit",
    ];
    let there = methods(&format!("{}{desk}", text_of("../casekit-core/src/desk")));
    let missing: Vec<&String> =
        there.iter().filter(|name| !here.contains(name) && !others.contains(&name.as_str())).collect();
    assert!(missing.is_empty(), "hosts lack {missing:?}");
    assert!(there.len() > 60);
}

fn fs_text(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}
