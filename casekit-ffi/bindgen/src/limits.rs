//! The page `docs/limits.md`: what each method costs and what it refuses, from the documentation of the methods, and the
//! limits of a file, from core's module `limits`.

mod bounds;
mod methods;
mod section;

use anyhow::{Result, bail};

use self::bounds::Bound;
use self::methods::{Chapter, Group, Method};
use crate::core_source::Sources;
use crate::core_source::names::Project;
use crate::generated::{GeneratedFiles, HEAD};

/// The path of the page.
const PAGE: &str = "docs/limits.md";

const INTRODUCTION: &str = "\
# Costs and limits

What each method reads and writes as a file grows, and what it refuses. A method's row is the section *Cost* of its
documentation, which every language shows too. How long things take is measured in [performance.md](performance.md).

The costs are those of a file. A kit in memory goes through all of its cases for a list, a count or a search, so it is
for tests and small files. \"By an index\" means that the rows that are needed are found without reading others: the
cost grows with the rows that are read, and hardly with the file.

## Limits of a file

Whatever is beyond a limit is refused before anything is written. The error names the limit and what exceeds it.
`Invalid` names the field, with `too_long`, `too_many` or `out_of_range`; `Blocked` has the code `limit_reached` or
`thread_too_deep`.

| limit | number | unit | what it bounds |
|---|--:|---|---|
";

/// Numbers of limits that are kept elsewhere: seconds of a source, lines of a cell, days of retention.
const ELSEWHERE: [u64; 2] = [30, 3_650];

/// The folders that have to be read.
#[must_use]
pub fn folders() -> Vec<&'static str> {
    Project::FOLDERS.into_iter().chain([methods::EXPORT, methods::HOSTS]).collect()
}

/// The page, as it has to be.
///
/// # Errors
///
/// The methods without a section `# Cost`, all by their names; a section or a limit that has another form; or a source
/// that cannot be read.
pub fn of(sources: &Sources) -> Result<GeneratedFiles> {
    let (bounds, chapters) = (bounds::of(sources)?, methods::of(sources)?);
    chapters
        .iter()
        .flat_map(|chapter| &chapter.groups)
        .flat_map(|group| &group.methods)
        .try_for_each(|method| has_our_numbers(method, &bounds))?;
    let mut page = format!("<!-- {HEAD} -->\n\n{INTRODUCTION}");
    bounds.iter().for_each(|bound| page.push_str(&row_of(bound)));
    chapters.iter().for_each(|chapter| page.push_str(&written(chapter)));
    let mut files = GeneratedFiles::default();
    files.add(PAGE, page);
    Ok(files)
}

/// Refuses a number that no limit has: if a limit changes, what is said of it has to change too.
fn has_our_numbers(method: &Method, bounds: &[Bound]) -> Result<()> {
    let ours = |number: u64| {
        number < 10
            || ELSEWHERE.contains(&number)
            || bounds.iter().any(|bound| bound.value == number || bound.mebi() == Some(number))
    };
    match method.cost.limits.as_deref().and_then(|said| numbers_in(said).find(|number| !ours(*number))) {
        Some(number) => bail!(
            "`{}` names the limit {number}, which no constant in core's module `limits` has: say the right number, or \
             name it in `ELSEWHERE` in casekit-bindgen's limits.rs",
            method.name
        ),
        None => Ok(()),
    }
}

/// The whole numbers in a text: `1,000` is one.
fn numbers_in(text: &str) -> impl Iterator<Item = u64> {
    let words = text.split(|letter: char| !letter.is_ascii_digit() && letter != ',');
    words.filter_map(|word| word.replace(',', "").parse().ok())
}

fn row_of(bound: &Bound) -> String {
    let unit = match bound.mebi() {
        Some(mebi) => format!("{} ({mebi} Mi)", bound.unit),
        None => bound.unit.clone(),
    };
    format!("| `{}` | {} | {unit} | {} |\n", bound.name, bound.number(), bound.of)
}

fn written(chapter: &Chapter) -> String {
    let mut text = format!("\n## {}\n\n{}\n", chapter.heading, chapter.summary);
    for Group { heading, summary, methods } in &chapter.groups {
        text.push_str(&format!(
            "\n### {heading}\n\n{summary}\n\n| method | cost | limits |\n|---|---|---|\n"
        ));
        for method in methods {
            let limits = method.cost.limits.as_deref().unwrap_or("–");
            text.push_str(&format!("| `{}` | {} | {limits} |\n", method.name, method.cost.cost));
        }
    }
    text
}
