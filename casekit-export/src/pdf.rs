//! PDF: tables of any length, and documents such as one case or a letter.
//!
//! [`Report`] takes rows from an iterator and holds only a few pages open, so 100,000 rows need no more memory than
//! the compressed file. [`Document`] is a sequence of [`Block`]s. Both have the same head and foot, taken from a
//! [`Letterhead`].
//!
//! Every script is shaped and set in its own direction, if the [`Fonts`] have its characters. Text can be searched and
//! copied. Fonts are embedded with only the glyphs that are used. The files are PDF/A-2u, for archives, and have bookmarks. They
//! contain no actions, links or scripts, and the same input gives the same bytes. What no font has is drawn as a box, and told
//! by script in [`Written`].
//!
#![cfg_attr(feature = "fonts", doc = "```")]
#![cfg_attr(not(feature = "fonts"), doc = "```ignore")]
//! use casekit_core::language::Language;
//! use casekit_export::pdf::{Align, Column, Fonts, Letterhead, PaperSize, Report};
//! use std::convert::Infallible;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let (language, at) = (Language::shipped("de")?, "2026-04-01T08:30:00+02:00".parse()?);
//! let report = Report {
//!     letterhead: Letterhead {
//!         organisation: "Example Energy".into(),
//!         title: "Fallübersicht".into(),
//!         subtitle: "Alle Fälle vom März 2026".into(),
//!         generated: Letterhead::generated_by(&language, "a.kowalska", at),
//!         generated_at: at,
//!         language,
//!     },
//!     columns: vec![
//!         Column { heading: "Nummer".into(), width: 1.0, align: Align::Left },
//!         Column { heading: "Titel".into(), width: 4.0, align: Align::Left },
//!     ],
//!     lines_per_cell: 3,
//!     size: PaperSize::A4,
//! };
//! let rows = [Ok::<_, Infallible>(vec!["C-000001".to_owned(), "Falscher Zählerstand".to_owned()])];
//! let mut file = Vec::new();
//! let written = report.write(&Fonts::bundled(), rows, &mut file)?;
//! assert_eq!((written.pages, written.rows), (1, 1));
//! # Ok(())
//! # }
//! ```

mod archival;
mod book;
mod document;
mod error;
mod flow;
mod fonts;
mod glyphs;
mod grid;
mod letterhead;
mod marks;
mod missing;
mod object;
mod reading;
mod report;
mod shape;
mod sheet;
mod show;
#[cfg(feature = "system-fonts")]
mod system;
mod text;
mod wrap;

pub use casekit_core::Zone;
pub use document::{Block, Document, Entry, Fact, Table};
pub use error::PdfError;
pub use fonts::Fonts;
pub use grid::{Align, Cell, Column};
pub use letterhead::Letterhead;
pub use missing::MissingScript;
pub use report::{Report, Written};
pub use sheet::PaperSize;
pub use text::isolated;
