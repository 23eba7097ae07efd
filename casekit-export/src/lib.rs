//! What leaves casekit: PDF reports and documents, CSV tables, workbooks, and data packages.
//!
//! Everything here takes plain values and writes to any [`std::io::Write`]. It knows no store, reads no clock, and
//! gives the same bytes for the same input. What is written for people is safe to open: text
//! cannot become a formula, the names in an archive are checked, and a PDF carries neither actions nor links.
//!
//! | module | feature | writes |
//! |---|---|---|
#![cfg_attr(
    feature = "arrow",
    doc = "| [`arrow`] | `arrow` | lists of cases, for dataframes and databases |"
)]
#![cfg_attr(
    not(feature = "arrow"),
    doc = "| `arrow` | `arrow` | lists of cases, for dataframes and databases |"
)]
//! | [`csv`] | always | RFC 4180 tables |
#![cfg_attr(
    feature = "pdf",
    doc = "| [`pdf`] | `pdf` | tables of any length, and documents such as one case |"
)]
#![cfg_attr(
    not(feature = "pdf"),
    doc = "| `pdf` | `pdf` | tables of any length, and documents such as one case |"
)]
#![cfg_attr(feature = "zip", doc = "| [`archive`] | `zip` | ZIP archives, the shape of a data package |")]
#![cfg_attr(not(feature = "zip"), doc = "| `archive` | `zip` | ZIP archives, the shape of a data package |")]
#![cfg_attr(
    feature = "package",
    doc = "| [`package`] | `package` | the answer to a data request, as a ZIP |"
)]
#![cfg_attr(
    not(feature = "package"),
    doc = "| `package` | `package` | the answer to a data request, as a ZIP |"
)]
#![cfg_attr(feature = "xlsx", doc = "| [`xlsx`] | `xlsx` | tables as workbooks for spreadsheets |")]
#![cfg_attr(not(feature = "xlsx"), doc = "| `xlsx` | `xlsx` | tables as workbooks for spreadsheets |")]
//!
//! [`source`] goes the other way: it reads CSV files that other programs write.
//!
//! The feature `fonts` adds fonts for Latin, Greek, Cyrillic and Arabic script (1.4 MiB), `zones` time zones by name, and
//! `system-fonts` fonts of the system where a program asks for them.

#[cfg(feature = "zip")]
pub mod archive;
#[cfg(feature = "arrow")]
pub mod arrow;
pub mod csv;
#[cfg(feature = "package")]
pub mod package;
#[cfg(feature = "pdf")]
pub mod pdf;
pub mod source;
#[cfg(feature = "xlsx")]
pub mod xlsx;
