//! Links and citations: every path, heading, section and decision record that is named exists.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::tree::{root, texts};

#[test]
fn every_link_of_a_page_leads_somewhere() {
    let mut broken = Vec::new();
    for page in texts().iter().filter(|text| text.is_page()) {
        for link in links(&page.content) {
            if let Err(why) = follow(&page.path, &link) {
                broken.push(format!("{}: `{link}` {why}", page.path.display()));
            }
        }
    }
    assert_eq!(broken, Vec::<String>::new());
}

#[test]
fn every_link_of_a_comment_leads_somewhere() {
    let mut broken = Vec::new();
    for text in texts().iter().filter(|text| !text.is_page()) {
        // Links to names are rustdoc's to check; these are links to files.
        for link in links(&comments(&text.content)).iter().filter(|link| link.starts_with("../")) {
            if let Err(why) = follow(&text.path, link) {
                broken.push(format!("{}: `{link}` {why}", text.path.display()));
            }
        }
    }
    assert_eq!(broken, Vec::<String>::new());
}

#[test]
fn every_cited_section_exists() {
    let sections = [("design.md", sections("docs/design.md")), ("style.md", sections("docs/style.md"))];
    let mut missing = Vec::new();
    for text in texts() {
        for (page, known) in &sections {
            for number in cited(&text.content, page).into_iter().filter(|number| !known.contains(number)) {
                missing.push(format!("{}: {page} has no section {number}", text.path.display()));
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn every_cited_decision_record_exists() {
    let names = fs::read_dir(root().join("docs/adr")).unwrap().map(|entry| entry.unwrap().file_name());
    let known: BTreeSet<u32> =
        names.filter_map(|name| name.to_str()?.split_once('-')?.0.parse().ok()).collect();
    let mut missing = Vec::new();
    for text in texts() {
        for (at, _) in text.content.match_indices("ADR ") {
            let number = digits(&text.content[at + "ADR ".len()..]);
            if number.is_some_and(|number| !known.contains(&number)) {
                missing.push(format!("{}: ADR {number:?}", text.path.display()));
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn every_page_that_is_named_in_passing_exists() {
    let mut missing = Vec::new();
    for text in texts() {
        for path in named(&text.content, "docs/").filter(|path| !root().join(path).exists()) {
            missing.push(format!("{}: {path}", text.path.display()));
        }
        // Two pages that were kept outside the repository once, in capitals.
        for old in ["DESIGN", "STYLE"].map(|name| format!("{name}.md")) {
            if text.content.contains(&old) {
                missing.push(format!("{}: {old} is docs/{}", text.path.display(), old.to_lowercase()));
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn every_source_file_that_a_page_names_exists() {
    let texts = texts();
    let known: Vec<String> = texts.iter().map(|text| format!("/{}", text.path.display())).collect();
    let mut missing = Vec::new();
    // A changelog names what there was.
    for page in texts.iter().filter(|text| text.is_page() && !text.path.ends_with("CHANGELOG.md")) {
        for span in page.content.split('`').skip(1).step_by(2) {
            let is_file =
                span.contains('/') && [".rs", ".sql", ".py", ".kt"].iter().any(|e| span.ends_with(e));
            let is_plain = span.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
            if is_file && is_plain && !known.iter().any(|path| path.ends_with(&format!("/{span}"))) {
                missing.push(format!("{}: `{span}`", page.path.display()));
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}

/// Where a link leads, from a file of the repository: to a file or folder of it, and to a heading there.
fn follow(from: &Path, link: &str) -> Result<(), String> {
    let (path, heading) = link.split_once('#').map_or((link, None), |(path, heading)| (path, Some(heading)));
    let target = if path.is_empty() { from.to_owned() } else { from.parent().unwrap().join(path) };
    let target = plain(&target).ok_or("leaves the repository")?;
    if !root().join(&target).exists() {
        return Err(format!("leads to {}, which is not there", target.display()));
    }
    let Some(heading) = heading else { return Ok(()) };
    let content = fs::read_to_string(root().join(&target)).map_err(|error| error.to_string())?;
    let is_there = headings(&content).iter().any(|(_, text)| slug(text) == heading);
    if is_there { Ok(()) } else { Err(format!("names a heading that {} has not", target.display())) }
}

/// A path from the root without `..`; `None` if it leaves the root.
fn plain(path: &Path) -> Option<PathBuf> {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => plain.pop().then_some(())?,
            Component::Normal(name) => plain.push(name),
            Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(plain)
}

/// The targets of links and pictures, in `[text](target)`, `[text]: target` and `src="target"`, outside code; not those to
/// the web.
fn links(page: &str) -> Vec<String> {
    let prose = prose(page);
    let defined = prose.lines().filter_map(|line| line.strip_prefix('[')?.split_once("]: "));
    let defined = defined.map(|(_, target)| target);
    let all = after(&prose, "](", ')').chain(after(&prose, "src=\"", '"')).chain(defined);
    all.filter(|link| !link.contains("://")).map(str::to_owned).collect()
}

/// What stands between a mark and an end, wherever the mark is.
fn after<'a>(text: &'a str, mark: &'static str, end: char) -> impl Iterator<Item = &'a str> {
    text.match_indices(mark).filter_map(move |(at, _)| text[at + mark.len()..].split([end, ' ', '\n']).next())
}

/// A page without its code: neither fenced blocks nor spans.
fn prose(page: &str) -> String {
    let mut is_code = false;
    let lines = page.lines().filter(|line| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    text.split('`').step_by(2).collect()
}

/// The text of line comments, whichever the language.
fn comments(source: &str) -> String {
    let leads = ["//!", "///", "//", "#", "--"];
    let comment = |line: &str| {
        let line = line.trim_start();
        leads.iter().find_map(|lead| line.strip_prefix(lead)).map(|text| format!("{text}\n"))
    };
    source.lines().filter_map(comment).collect()
}

/// The headings of a page, with their levels.
fn headings(page: &str) -> Vec<(usize, &str)> {
    let mut is_code = false;
    let mut found = Vec::new();
    for line in page.lines() {
        is_code ^= line.starts_with("```");
        let level = line.chars().take_while(|c| *c == '#').count();
        if !is_code && level > 0 && line[level..].starts_with(' ') {
            found.push((level, line[level..].trim()));
        }
    }
    found
}

/// The name by which a heading is linked to, as code hosts make it.
fn slug(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

/// The numbers of a page's sections: `## 4. Rules` is 4.
fn sections(page: &str) -> BTreeSet<u32> {
    let content = fs::read_to_string(root().join(page)).unwrap();
    let numbered = headings(&content).into_iter().filter(|(level, _)| *level == 2);
    numbered.filter_map(|(_, text)| text.split_once(". ")?.0.parse().ok()).collect()
}

/// The sections of a page that a text cites: `design.md section 4`, `design.md) sections 3, 4 and 7`.
fn cited(text: &str, page: &str) -> Vec<u32> {
    let mut numbers = Vec::new();
    for (at, _) in text.match_indices(page) {
        let after = text[at + page.len()..].trim_start_matches(|c: char| !c.is_whitespace());
        let Some(list) = after.strip_prefix(" section") else { continue };
        let words = list.trim_start_matches('s').split_whitespace();
        let parts = words.map_while(|word| if word == "and" { Some(None) } else { digits(word).map(Some) });
        numbers.extend(parts.flatten());
    }
    numbers
}

/// Paths of pages and pictures below a folder, wherever they stand in a text.
fn named<'a>(text: &'a str, folder: &'static str) -> impl Iterator<Item = &'a str> {
    text.match_indices(folder).filter_map(move |(at, _)| {
        let is_whole =
            !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/'));
        let rest = &text[at..];
        let end =
            rest.find(|c: char| !(c.is_ascii_alphanumeric() || "/._-".contains(c))).unwrap_or(rest.len());
        let path = rest[..end].trim_end_matches('.');
        let is_page = [".md", ".svg", ".png"].iter().any(|ending| path.ends_with(ending));
        (is_whole && is_page).then_some(path)
    })
}

fn digits(text: &str) -> Option<u32> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().ok()
}
