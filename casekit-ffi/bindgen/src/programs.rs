//! The programs of READMEs: every code block that a reader could try is compiled and run.

use std::fs;

use anyhow::{Context as _, Result};
use camino::Utf8Path;

use crate::docs::Host;

/// Writes a program for each code block of a host in the pages into `folder`, and returns their number.
///
/// Kotlin: each is a package, `readme.block1` and so on. A block without a `main` is a fragment, which runs in a kit in
/// memory with a desk and a case. Swift: each is a folder with a `main.swift`, named after the path of the page in the
/// project.
///
/// # Errors
///
/// A page that cannot be read, or a file that cannot be written.
pub fn write(host: Host, folder: &Utf8Path, pages: &[&str]) -> Result<usize> {
    let mut count = 0;
    for page in pages {
        let text = fs::read_to_string(page).with_context(|| format!("`{page}` cannot be read"))?;
        for (place, block) in blocks(&text, host).into_iter().enumerate() {
            count += 1;
            let (path, program) = match host {
                Host::Kotlin => (format!("block{count}/Block.kt"), kotlin(block, count)),
                Host::Swift => {
                    (format!("Readme{}{:02}/main.swift", name_of(page), place + 1), block.to_owned())
                }
                // Python's tests read the pages themselves.
                Host::Python => continue,
            };
            let path = folder.join(path);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent).with_context(|| format!("`{parent}` cannot be made"))?;
            }
            fs::write(&path, program).with_context(|| format!("`{path}` cannot be written"))?;
        }
    }
    Ok(count)
}

/// The content of each code block in the host's language.
fn blocks(text: &str, host: Host) -> Vec<&str> {
    let mark = match host {
        Host::Kotlin => "```kotlin\n",
        Host::Python => "```python\n",
        Host::Swift => "```swift\n",
    };
    text.split(mark).skip(1).filter_map(|rest| rest.split_once("```").map(|(block, _)| block)).collect()
}

/// `Swift` for the page in a folder `swift`, `Root` for the page of the project.
fn name_of(page: &str) -> String {
    let folder = Utf8Path::new(page).parent().and_then(Utf8Path::file_name).unwrap_or("root");
    let mut letters = folder.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn kotlin(block: &str, number: usize) -> String {
    let (imports, code): (Vec<&str>, Vec<&str>) = block.lines().partition(|line| line.starts_with("import "));
    let imports = imports.join("\n");
    let code = code.join("\n");
    let is_whole =
        code.lines().any(|line| line.starts_with("fun main(") || line.starts_with("suspend fun main("));
    let code = if is_whole { code } else { PIECE.replace("$code", &code) };
    format!("package readme.block{number}\n\n{imports}\n\n{code}\n")
}

const PIECE: &str = r#"fun main() = casekit.CaseKit.inMemory().use { kit ->
    kotlinx.coroutines.runBlocking {
        val desk = kit.desk(casekit.Actor("amara", "Amara Okafor", listOf(casekit.Role.MANAGER)))
        val case = desk.raiseCase(casekit.NewCase("Support", "Cannot log in"))
$code
    }
}"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_what_stands_between_its_marks() {
        let page = "Text\n```sh\nmake\n```\n```swift\nlet a = 1\n```\nmore\n```swift\nlet b = 2\n```\n";
        assert_eq!(blocks(page, Host::Swift), ["let a = 1\n", "let b = 2\n"]);
        assert_eq!(
            (name_of("casekit-ffi/swift/README.md"), name_of("README.md")),
            ("Swift".into(), "Root".into())
        );
    }

    #[test]
    fn a_piece_of_kotlin_becomes_a_program_and_a_program_stays_one() {
        let piece = kotlin("import casekit.*\n\nprintln(desk)\n", 3);
        assert!(piece.starts_with("package readme.block3\n\nimport casekit.*\n\n"));
        assert!(piece.contains("fun main() = casekit") && piece.contains("\nprintln(desk)\n"));
        let whole = kotlin("import casekit.*\n\nfun main() {\n}\n", 4);
        assert!(!whole.contains("runBlocking"));
    }
}
