//! `index.html`: the whole package for somebody who has a browser and no spreadsheet.
//!
//! One file that loads nothing and runs nothing: its policy forbids scripts, pictures, fonts and forms, and allows the one style
//! sheet in it by its digest. Every text is escaped by the templates, and keeps its own direction.

mod tables;

use casekit_core::language::Message;
use casekit_core::model::Timestamp;
use casekit_core::release::{CustomerNote, PackageContent};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::files::Files;
use super::letter::{Letter, paragraphs};
use super::manifest::File;
use super::name::Place;

const STYLE: &str = include_str!("page/style.css");

/// What the browser may do with the page: show it, with this style sheet. A test computes the digest.
const POLICY: &str = "default-src 'none'; style-src 'sha256-lgcYz9+qjS/56iy7U/ddCCkVE0ch8RElgeEgMd2uw+E='; base-uri 'none'; form-action 'none'";

/// How deep notes are indented: beyond, a narrow screen would have no room for their text.
const DEEPEST: u32 = 3;

/// The page of a package that has these files.
pub(super) fn of(
    content: &PackageContent,
    letter: Letter<'_>,
    places: &[Option<Place>],
    (found, files): (&Files, &[File]),
) -> String {
    let page = Page { content, letter };
    let direction = if content.language.reads_right_to_left() { "rtl" } else { "ltr" };
    html! {
        (DOCTYPE)
        html lang=(content.language.tag()) dir=(direction) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="referrer" content="no-referrer";
                meta name="robots" content="noindex, nofollow";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (letter.title(content)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    @if let Some(organisation) = &content.organisation { p { bdi { (organisation) } } }
                    h1 { (letter.title(content)) }
                }
                main {
                    (page.answer())
                    (page.letter())
                    (page.request())
                    (page.notes())
                    (tables::sources_left_out(content, letter))
                    (tables::left_out(content, letter))
                    (tables::data(content, letter, places, found))
                    (page.files(files))
                    section { h2 { (letter.word("letter.where_to_turn")) } p { (letter.where_to_turn(content)) } }
                }
                footer {
                    p.small { (letter.language.render(&letter.answered(content))) }
                    p.small { (letter.say("page.times", [("zone", &letter.language.zone().name())])) }
                }
            }
        }
    }
    .into_string()
}

struct Page<'a> {
    content: &'a PackageContent,
    letter: Letter<'a>,
}

impl Page<'_> {
    fn answer(&self) -> Markup {
        html! {
            section {
                h2 { (self.letter.word("letter.answer")) }
                p { strong { (self.letter.outcome(self.content)) } }
                @for paragraph in self.letter.answer(self.content) { p dir="auto" { (paragraph) } }
            }
        }
    }

    fn letter(&self) -> Markup {
        html! {
            @for part in &self.content.letter {
                section {
                    h2 dir="auto" { (part.heading) }
                    @for paragraph in paragraphs(&part.text) { p.text dir="auto" { (paragraph) } }
                }
            }
        }
    }

    fn request(&self) -> Markup {
        html! {
            section {
                h2 { (self.letter.word("page.your_request")) }
                dl {
                    @for (name, value) in self.letter.facts(self.content) {
                        dt { (name) }
                        dd { bdi { (value) } }
                    }
                    @if let Some(title) = &self.content.title {
                        dt { (self.letter.word("page.title")) }
                        dd { bdi { (title) } }
                    }
                    @for field in &self.content.fields {
                        dt { bdi { (field.label) } }
                        dd { bdi { (field.value) } }
                    }
                }
                @if let Some(description) = &self.content.description { p.text dir="auto" { (description) } }
            }
        }
    }

    fn notes(&self) -> Markup {
        if self.content.notes.is_empty() {
            return html! {};
        }
        html! {
            section {
                h2 { (self.letter.word("page.messages")) }
                @for note in &self.content.notes { (self.note(note)) }
            }
        }
    }

    fn note(&self, note: &CustomerNote) -> Markup {
        let depth = note.depth.min(DEEPEST);
        html! {
            div class=(format!("note deep-{depth}")) {
                p.small {
                    @if let Some(author) = &note.author { bdi { (author) } ", " }
                    (self.letter.time(note.added_at))
                    @if note.edited { ", " (self.letter.word("page.edited")) }
                }
                @match &note.text {
                    Some(text) => p.text dir="auto" { (text) },
                    None => p.small { (self.letter.word("page.taken_back")) },
                }
            }
        }
    }

    /// Every file of the package but this one. Their names are those of the package, so a link needs nothing escaped.
    fn files(&self, files: &[File]) -> Markup {
        let about = |file: &File| match file.path.as_str() {
            "summary.pdf" => Some(self.letter.word("page.summary")),
            _ => file.name.clone(),
        };
        html! {
            section {
                h2 { (self.letter.word("page.files")) }
                ul {
                    @for file in files {
                        li {
                            a href=(file.path) { bdi dir="ltr" { (file.path) } }
                            @if let Some(about) = about(file) { ": " bdi { (about) } }
                        }
                    }
                    li { a href="manifest.json" { bdi dir="ltr" { "manifest.json" } } ": " (self.letter.word("page.manifest")) }
                }
            }
        }
    }
}

impl Letter<'_> {
    /// A sentence with these texts in it.
    fn say<const N: usize>(&self, key: &'static str, texts: [(&'static str, &str); N]) -> String {
        let with = |message: Message, (name, text): (&'static str, &str)| message.with(name, text);
        self.language.render(&texts.into_iter().fold(Message::new(key), with))
    }

    /// An instant, as people read it and as programs do.
    fn time(&self, at: Timestamp) -> Markup {
        let exact = at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
        html! { time datetime=(exact) { bdi { (self.language.minute(at)) } } }
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_policy_allows_this_style_sheet_and_nothing_else() {
        let digest = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(STYLE));
        assert!(POLICY.contains(&format!("style-src 'sha256-{digest}'")), "write sha256-{digest}");
        assert!(!STYLE.contains("</") && !STYLE.contains("url(") && !STYLE.contains("@import"));
    }
}
