//! `manifest.json`, field by field as `docs/package-manifest.md` describes it.

use casekit_core::model::{ColumnKind, CsvForm, NoDataFinding, Timestamp};
use casekit_core::release::{CustomerNote, HiddenPart, LetterPart, PackageContent, PackageTable};
use serde::Serialize;

use super::name::Place;

/// The value of `schema` in every manifest, by which readers recognise one.
pub const SCHEMA: &str = "casekit-package";

/// The version of the schema. It increases when a field changes its meaning or is removed, but not when one is added.
pub const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
pub(super) struct Manifest<'a> {
    schema: &'static str,
    schema_version: u32,
    key: &'a str,
    case_number: &'a str,
    request_ref: Option<&'a str>,
    requester: Option<&'a str>,
    reply_to: Option<&'a str>,
    credentials: Vec<Credential<'a>>,
    title: Option<&'a str>,
    description: Option<&'a str>,
    fields: Vec<Field<'a>>,
    notes: Vec<Note<'a>>,
    letter: Vec<Part<'a>>,
    language: &'a str,
    organisation: Option<&'a str>,
    support_email: Option<&'a str>,
    received_at: String,
    released_at: String,
    workflow: Workflow<'a>,
    outcome: Ending<'a>,
    content_digest: &'a str,
    decisions: Vec<Decision<'a>>,
    csv: Csv,
    tables: Vec<Table<'a>>,
    left_out: Vec<LeftOut<'a>>,
    files: &'a [File],
}

#[derive(Serialize)]
struct Field<'a> {
    label: &'a str,
    value: &'a str,
}

#[derive(Serialize)]
struct Credential<'a> {
    kind: &'a str,
    checked: bool,
}

#[derive(Serialize)]
struct Note<'a> {
    depth: u32,
    author: Option<&'a str>,
    added_at: String,
    edited: bool,
    text: Option<&'a str>,
}

impl<'a> Note<'a> {
    fn of(note: &'a CustomerNote) -> Self {
        Self {
            depth: note.depth,
            author: note.author.as_deref(),
            added_at: instant(note.added_at),
            edited: note.edited,
            text: note.text.as_deref(),
        }
    }
}

/// A text of the organisation.
#[derive(Serialize)]
struct Part<'a> {
    kind: &'static str,
    heading: &'a str,
    text: &'a str,
}

impl<'a> Part<'a> {
    fn of(part: &'a LetterPart) -> Self {
        Self { kind: part.kind.code(), heading: &part.heading, text: &part.text }
    }
}

#[derive(Serialize)]
struct Workflow<'a> {
    name: &'a str,
    version: u32,
}

#[derive(Serialize)]
struct Ending<'a> {
    code: &'static str,
    denial_code: Option<&'a str>,
    denial_reason: Option<&'a str>,
    no_data: Option<&'static str>,
    no_data_reason: Option<&'a str>,
}

#[derive(Serialize)]
struct Decision<'a> {
    step: &'a str,
    what: &'a str,
    role: &'a str,
    by: Option<&'a str>,
    at: String,
}

/// How the CSV files are written.
#[derive(Serialize)]
struct Csv {
    readers: &'static str,
    separator: &'static str,
    byte_order_mark: bool,
}

#[derive(Serialize)]
struct Table<'a> {
    source: &'a str,
    name: &'a str,
    rows: usize,
    withheld: bool,
    csv: Option<&'a str>,
    json: Option<&'a str>,
    columns: Vec<Column<'a>>,
    hidden: Vec<Hidden<'a>>,
}

/// A source that is not among the tables, and why.
#[derive(Serialize)]
struct LeftOut<'a> {
    source: &'a str,
    reason: &'a str,
}

#[derive(Serialize)]
struct Column<'a> {
    name: &'a str,
    kind: ColumnKind,
}

#[derive(Serialize)]
struct Hidden<'a> {
    what: &'static str,
    row: Option<u64>,
    column: Option<&'a str>,
    reason: &'a str,
}

impl<'a> Hidden<'a> {
    fn of(part: &'a HiddenPart) -> Self {
        let target = &part.target;
        Self { what: target.code(), row: target.row(), column: target.column(), reason: &part.reason }
    }
}

/// A file of the package, as the manifest lists it.
#[derive(Serialize)]
pub(super) struct File {
    pub(super) path: String,
    pub(super) size: u64,
    pub(super) sha256: String,
    /// What a file that a source found is called there; `None` for any other.
    pub(super) name: Option<String>,
    /// What it is, as the source said.
    pub(super) media_type: Option<String>,
}

impl<'a> Manifest<'a> {
    pub(super) fn of(
        content: &'a PackageContent,
        csv: CsvForm,
        places: &'a [Option<Place>],
        files: &'a [File],
    ) -> Self {
        let tables = content.tables.iter().zip(places).map(|(table, place)| Table {
            source: &table.source,
            name: &table.name,
            rows: table.rows.len(),
            withheld: is_withheld(table),
            csv: place.as_ref().map(|place| place.csv.as_str()),
            json: place.as_ref().map(|place| place.json.as_str()),
            columns: table.columns.iter().map(|(name, kind)| Column { name, kind: *kind }).collect(),
            hidden: table.hidden.iter().map(Hidden::of).collect(),
        });
        let decisions = content.decisions.iter().map(|decided| Decision {
            step: &decided.step,
            what: &decided.what,
            role: &decided.role,
            by: decided.by.as_deref(),
            at: instant(decided.at),
        });
        let credentials =
            content.credentials.iter().map(|one| Credential { kind: &one.kind, checked: one.checked });
        Self {
            schema: SCHEMA,
            schema_version: SCHEMA_VERSION,
            key: &content.key,
            case_number: &content.case_number,
            request_ref: content.request_ref.as_deref(),
            requester: content.requester.as_deref(),
            reply_to: content.reply_to.as_deref(),
            credentials: credentials.collect(),
            title: content.title.as_deref(),
            description: content.description.as_deref(),
            fields: content.fields.iter().map(|one| Field { label: &one.label, value: &one.value }).collect(),
            notes: content.notes.iter().map(Note::of).collect(),
            letter: content.letter.iter().map(Part::of).collect(),
            language: content.language.tag(),
            organisation: content.organisation.as_deref(),
            support_email: content.support_email.as_deref(),
            received_at: instant(content.received_at),
            released_at: instant(content.released_at),
            workflow: Workflow { name: &content.workflow, version: content.workflow_version },
            outcome: Ending {
                code: content.outcome.code(),
                denial_code: content.outcome.denial_code(),
                denial_reason: content.denial_reason.as_deref(),
                no_data: content.no_data.map(NoDataFinding::code),
                no_data_reason: content.no_data_reason.as_deref(),
            },
            content_digest: &content.content_digest,
            decisions: decisions.collect(),
            csv: Csv {
                readers: csv.readers.code(),
                separator: csv.separator.code(),
                byte_order_mark: csv.byte_order_mark,
            },
            tables: tables.collect(),
            left_out: content
                .left_out
                .iter()
                .map(|one| LeftOut { source: &one.source, reason: &one.reason })
                .collect(),
            files,
        }
    }
}

/// Whether a table is there and all of it is hidden.
pub(super) fn is_withheld(table: &PackageTable) -> bool {
    table.columns.is_empty() && !table.hidden.is_empty()
}

fn instant(at: Timestamp) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}
