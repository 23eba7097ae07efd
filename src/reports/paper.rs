//! What a report on paper is printed with, and what came of it.

use casekit_core::Error;
use casekit_core::desk::{Desk, ExportHead};
use casekit_core::language::{Language, Message};
use casekit_core::model::Timestamp;
use casekit_export::pdf::{Column, Fonts, Letterhead, MissingScript, PaperSize, Written, Zone, isolated};
use std::sync::Arc;

/// What a report on paper is printed with: fonts, time zone and size of the pages. Fonts alone are a paper in
/// the time zone of the kit, on A4.
///
/// ```
/// use casekit::export::pdf::{Fonts, PaperSize, Zone};
/// use casekit::reports::{Paper, overview_pdf};
/// use casekit::{Actor, CaseKit, CasesQuery, Role};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let kit = CaseKit::in_memory()?;
/// let desk = kit.desk(Actor::new("mona", "Mona Reyes").with_role(Role::Manager));
/// let paper = Paper::new(Fonts::bundled()).in_zone(Zone::named("America/New_York")?).of_size(PaperSize::Letter);
///
/// let printed = overview_pdf(&desk, &CasesQuery::default(), &paper, &mut Vec::new())?;
/// assert_eq!((printed.pages, printed.rows), (1, 0));
/// assert!(printed.missing.is_empty(), "every character has a glyph");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Paper {
    /// The fonts, in order of preference.
    pub fonts: Fonts,
    /// The time zone of every time on the paper, which says it; if none was chosen, that of the desk's language.
    pub zone: Option<Zone>,
    /// The size of the pages.
    pub size: PaperSize,
}

/// What a report on paper came to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Printed {
    /// The number of pages, 1 or more.
    pub pages: usize,
    /// The number of cases: those of an overview, 1 for one case.
    pub rows: u64,
    /// The scripts of which characters are shown as boxes, since no font has them; empty if every character is shown.
    pub missing: Vec<MissingScript>,
}

impl Paper {
    /// A paper with these fonts, in the time zone of the kit, on A4.
    ///
    /// # Cost
    /// Reads and writes nothing.
    #[must_use]
    pub fn new(fonts: Fonts) -> Self {
        Self { fonts, zone: None, size: PaperSize::A4 }
    }

    /// The same paper in another time zone.
    ///
    /// # Cost
    /// Reads and writes nothing.
    #[must_use]
    pub fn in_zone(self, zone: Zone) -> Self {
        Self { zone: Some(zone), ..self }
    }

    /// The same paper of another size.
    ///
    /// # Cost
    /// Reads and writes nothing.
    #[must_use]
    pub fn of_size(self, size: PaperSize) -> Self {
        Self { size, ..self }
    }

    /// The desk, saying everything in the time zone of the paper.
    pub(super) fn speaking(&self, desk: &Desk) -> Desk {
        match self.zone {
            Some(zone) => desk.in_language(desk.language().in_zone(zone)),
            None => desk.clone(),
        }
    }

    /// The letterhead of a report, from the settings, the actor and the time of the export.
    pub(super) fn letterhead(
        &self,
        head: &ExportHead,
        language: &Arc<Language>,
        title: String,
        subtitle: String,
    ) -> Letterhead {
        Letterhead {
            organisation: head.organisation.clone().unwrap_or_default(),
            title,
            subtitle,
            generated: Letterhead::generated_at(language, &head.by, head.at),
            generated_at: language.zone().at(head.at),
            language: Arc::clone(language),
        }
    }
}

impl From<Fonts> for Paper {
    fn from(fonts: Fonts) -> Self {
        Self::new(fonts)
    }
}

impl From<&Fonts> for Paper {
    fn from(fonts: &Fonts) -> Self {
        Self::new(fonts.clone())
    }
}

impl From<&Paper> for Paper {
    fn from(paper: &Paper) -> Self {
        paper.clone()
    }
}

impl Printed {
    pub(super) fn new(written: Written, rows: u64) -> Self {
        Self { pages: written.pages, rows, missing: written.missing }
    }
}

/// How a paper says things: its language, in its time zone.
#[derive(Clone, Copy)]
pub(super) struct Voice<'a> {
    pub(super) language: &'a Language,
}

impl Voice<'_> {
    pub(super) fn word(&self, key: &str) -> String {
        self.language.word(key).into_owned()
    }

    /// An instant to the minute, isolated: the time stands behind the date on every paper.
    pub(super) fn minute(&self, at: Timestamp) -> String {
        isolated(&self.language.minute(at))
    }

    pub(super) fn day(&self, at: Timestamp) -> String {
        isolated(&self.language.day(at))
    }

    /// A sentence with these texts in it, each of which keeps the direction that it is read in to itself.
    pub(super) fn say<const N: usize>(&self, key: &'static str, texts: [(&'static str, &str); N]) -> String {
        let with = |message: Message, (name, text): (&'static str, &str)| message.with(name, isolated(text));
        self.language.render(&texts.into_iter().fold(Message::new(key), with))
    }

    pub(super) fn column(&self, key: &'static str, width: f32) -> Column {
        Column { heading: self.word(key), width, align: casekit_export::pdf::Align::Left }
    }

    /// A column of times, whose heading says the zone.
    pub(super) fn times(&self, key: &'static str, width: f32) -> Column {
        Column { heading: self.say(key, [("zone", &self.language.zone().name())]), ..self.column(key, width) }
    }
}

/// An error of the output of a report.
pub(super) fn unwritten(error: std::io::Error) -> Error {
    Error::report("pdf", error)
}
