//! The glossary: each word once, in a file that holds it.

use std::collections::BTreeSet;
use std::fs;

use super::tree::root;

/// A row of the page: the word, its name in the code, and the file.
#[derive(Debug)]
struct Entry {
    word: String,
    name: String,
    file: String,
}

fn entries() -> Vec<Entry> {
    let page = fs::read_to_string(root().join("docs/glossary.md")).unwrap();
    let rows = page.lines().filter(|line| line.starts_with("| **"));
    let entries: Vec<Entry> = rows.map(|row| entry(row).unwrap_or_else(|| panic!("{row}"))).collect();
    assert!(entries.len() > 100, "the page has {} words", entries.len());
    entries
}

/// `| **word** `Name` | meaning | [`file`](../path) |`
fn entry(row: &str) -> Option<Entry> {
    let mut cells = row.trim_matches('|').split(" | ");
    let (word, name) = cells.next()?.trim().strip_prefix("**")?.split_once("** `")?;
    let link = cells.last()?.trim();
    let file = link.split_once("](../")?.1.strip_suffix(')')?;
    Some(Entry { word: word.to_owned(), name: name.strip_suffix('`')?.to_owned(), file: file.to_owned() })
}

#[test]
fn every_file_of_the_glossary_holds_its_word() {
    let lacks = |entry: &Entry| {
        let content = fs::read_to_string(root().join(&entry.file)).unwrap_or_default();
        !holds(&content, &entry.name)
    };
    let wrong: Vec<Entry> = entries().into_iter().filter(lacks).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_word_comes_twice_in_the_glossary() {
    let mut seen = BTreeSet::new();
    for entry in entries() {
        assert!(seen.insert(entry.word.to_lowercase()), "`{}` comes twice", entry.word);
    }
}

/// Whether a name stands in a source by itself, not as a part of another.
fn holds(source: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    source
        .match_indices(name)
        .any(|(at, _)| !source[..at].ends_with(is_part) && !source[at + name.len()..].starts_with(is_part))
}
