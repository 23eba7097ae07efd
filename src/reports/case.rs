//! One case as PDF: its facts, its steps, its thread, its history.

use std::collections::BTreeMap;
use std::io::Write;
use std::ops::ControlFlow;

use casekit_core::desk::{
    Desk, ExportHead, Page, PageRequest, RedactionView, ReleaseView, ReportProgress, RequestSummary,
    StepView, ThreadNote,
};
use casekit_core::history::HistoryEntry;
use casekit_core::language::{Language, Message};
use casekit_core::model::{CaseId, Permission, StreamId, Timestamp, limits};
use casekit_core::{Error, Rejection};
use casekit_export::pdf::{Align, Block, Column, Document, Entry, Fact, Fonts, Table};

use super::pace::Pace;
use super::{ExportFile, letterhead, recorded};

/// Writes one case as PDF: its facts, the steps of its workflow, its thread and its history. An actor who may not read
/// the thread gets the report without it.
///
/// # Errors
/// [`Error::Report`] if it cannot be made or written. Needs [`Print`](Permission::Print) or
/// [`Export`](Permission::Export), and [`ReadCases`](Permission::ReadCases).
///
/// # Cost
/// Reads the whole thread and the whole history of the case, and holds both, and the compressed pages of the PDF: it
/// grows with the case, without a limit. The export is recorded in the ledger.
pub fn case_pdf(desk: &Desk, case: CaseId, fonts: &Fonts, out: &mut impl Write) -> Result<(), Error> {
    pdf(desk, case, fonts, out, &Pace::untold())
}

/// Writes one case as PDF like [`case_pdf`], and tells how far it has come. `tell` is called at the beginning, after each 500
/// notes and entries of the history, and for every 20 pages that are made; with `Break` it ends the report, before anything
/// is written to `out`.
///
/// # Errors
/// As [`case_pdf`], and `Cancelled` after `Break`.
///
/// # Cost
/// As [`case_pdf`]. `tell` is called outside of every transaction.
pub fn case_pdf_with(
    desk: &Desk,
    case: CaseId,
    fonts: &Fonts,
    out: &mut impl Write,
    mut tell: impl FnMut(ReportProgress) -> ControlFlow<()>,
) -> Result<(), Error> {
    pdf(desk, case, fonts, out, &Pace::told(&mut tell))
}

/// Writes one case as PDF to a file: see [`case_pdf`].
///
/// # Errors
/// As [`case_pdf`], and if the file cannot be written.
///
/// # Cost
/// Reads the whole thread and the whole history of the case, and holds both, and the compressed pages of the PDF: it
/// grows with the case, without a limit. The export is recorded in the ledger, before and after.
pub fn case_pdf_to(desk: &Desk, case: CaseId, fonts: &Fonts, file: ExportFile<'_>) -> Result<(), Error> {
    pdf_file(desk, case, fonts, file, &Pace::untold())
}

/// Writes one case as PDF to a file like [`case_pdf_to`], and tells how far it has come: see [`case_pdf_with`].
///
/// # Errors
/// As [`case_pdf_to`], and `Cancelled` after `Break`: nothing of the file is left then, and what was there is there still.
///
/// # Cost
/// As [`case_pdf_to`]. `tell` is called outside of every transaction.
pub fn case_pdf_to_with(
    desk: &Desk,
    case: CaseId,
    fonts: &Fonts,
    file: ExportFile<'_>,
    mut tell: impl FnMut(ReportProgress) -> ControlFlow<()>,
) -> Result<(), Error> {
    pdf_file(desk, case, fonts, file, &Pace::told(&mut tell))
}

fn pdf(desk: &Desk, case: CaseId, fonts: &Fonts, out: &mut impl Write, pace: &Pace<'_>) -> Result<(), Error> {
    let summary = desk.summary(case)?;
    recorded(desk, ("case", "pdf"), |head| write(desk, (&summary, head), fonts, out, pace)).map(|_| ())
}

fn pdf_file(
    desk: &Desk,
    case: CaseId,
    fonts: &Fonts,
    file: ExportFile<'_>,
    pace: &Pace<'_>,
) -> Result<(), Error> {
    let summary = desk.summary(case)?;
    let write = |head: &ExportHead| file.written(|out| write(desk, (&summary, head), fonts, out, pace));
    recorded(desk, ("case", "pdf"), write).map(|_| ())
}

fn write(
    desk: &Desk,
    (summary, head): (&RequestSummary, &ExportHead),
    fonts: &Fonts,
    out: &mut impl Write,
    pace: &Pace<'_>,
) -> Result<u64, Error> {
    // Who may not know how many notes there are gets the number of events, of which each note is one.
    let notes = summary.case.notes.map_or(summary.case.revision, u64::from);
    pace.begin(|| Ok(summary.case.revision + notes))?;
    let case = summary.case.id;
    let title = format!("{} {}", summary.case.number, summary.case.title);
    let language = desk.language();
    let heading = |key: &str| Block::Heading(language.word(key).into_owned());
    let notes = all(|page| allowed(desk.thread(case, page)), pace)?;
    let entries = all(|page| desk.history(StreamId::Case(case), page).map(Some), pace)?;
    let called = Called(desk.people_on_paper(people_in(summary, &notes, &entries))?);
    let mut blocks = vec![Block::Facts(facts(summary, &called, language))];
    if let Some(description) = &summary.case.description {
        blocks.extend([heading("paper.description"), Block::Paragraph(description.clone())]);
    }
    if !summary.steps.is_empty() {
        blocks.extend([heading("paper.steps"), Block::Table(steps(summary, &called, language))]);
    }
    if !notes.is_empty() {
        blocks.push(heading("paper.notes"));
        blocks.extend(notes.into_iter().map(|one| note(one, &called, language)));
    }
    if !entries.is_empty() {
        blocks.extend([heading("paper.history"), Block::Table(history(entries, &called, language))]);
    }
    let document = Document { letterhead: letterhead(head, language, title, summary.status.clone()), blocks };
    document.write_asking(fonts, out, || Ok(pace.tell()?))?;
    out.flush().map_err(|error| Error::report("pdf", error))?;
    Ok(1)
}

/// Every row of a list; empty if the actor may not read it.
fn all<T>(
    read: impl Fn(PageRequest) -> Result<Option<Page<T>>, Error>,
    pace: &Pace<'_>,
) -> Result<Vec<T>, Error> {
    let (mut rows, mut next) = (Vec::new(), Some(PageRequest::first().of(limits::PAGE)));
    while let Some(request) = next {
        let Some(page) = read(request)? else { break };
        next = page.next_request();
        pace.read(page.rows.len())?;
        rows.extend(page);
    }
    Ok(rows)
}

fn allowed<T>(page: Result<Page<T>, Error>) -> Result<Option<Page<T>>, Error> {
    match page {
        Err(Error::Rejected(Rejection::Forbidden { permission: Permission::ReadNotes, .. })) => Ok(None),
        page => page.map(Some),
    }
}

/// How the paper calls people, by their actor ids.
struct Called(BTreeMap<String, String>);

impl Called {
    fn of(&self, id: &str) -> String {
        self.0.get(id).map_or(id, String::as_str).to_owned()
    }
}

/// Everybody whom the paper names.
fn people_in(summary: &RequestSummary, notes: &[ThreadNote], entries: &[HistoryEntry]) -> Vec<String> {
    let holder = summary.case.holder.iter().map(|holder| &holder.by);
    let approvals = summary.steps.iter().flat_map(|step| &step.approvals).map(|one| &one.by);
    let released = summary.release.iter().map(|release| &release.by);
    let worked = notes.iter().map(|note| &note.author).chain(entries.iter().map(|entry| &entry.actor));
    let all =
        std::iter::once(&summary.case.raised_by).chain(holder).chain(approvals).chain(released).chain(worked);
    all.cloned().collect()
}

fn facts(summary: &RequestSummary, called: &Called, language: &Language) -> Vec<Fact> {
    let case = &summary.case;
    let fact = |key: &str, value: String| Fact { name: language.word(key).into_owned(), value };
    let by = |key: &'static str, by: &str, at: Timestamp| {
        language.render(&Message::new(key).with("by", called.of(by)).with("at", at))
    };
    let mut facts =
        vec![fact("paper.number", case.number.clone()), fact("paper.type", case.case_type.clone())];
    facts.push(fact("paper.stage", case.stage.clone()));
    facts.extend(summary.workflow.clone().map(|name| fact("paper.workflow", name)));
    facts.extend(summary.outcome.clone().map(|outcome| fact("paper.outcome", outcome)));
    facts.extend(case.customer_name.clone().map(|name| fact("paper.customer", name)));
    facts.extend(summary.request.as_ref().map(|request| fact("paper.request", request.reference.clone())));
    facts.push(fact("paper.raised", by("paper.raised_by", &case.raised_by, case.raised_at)));
    facts.extend(
        case.holder
            .as_ref()
            .map(|holder| fact("paper.holder", by("paper.held_since", &holder.by, holder.since))),
    );
    facts.push(fact("paper.last_change", language.minute(case.updated_at)));
    if case.reopened > 0 {
        facts.push(fact("paper.reopened", case.reopened.to_string()));
    }
    facts.extend(summary.failure.as_ref().map(|failure| fact("paper.error", failure.hint.clone())));
    facts
}

fn column(key: &str, width: f32, language: &Language) -> Column {
    Column { heading: language.word(key).into_owned(), width, align: Align::Left }
}

fn steps(summary: &RequestSummary, called: &Called, language: &Language) -> Table {
    let say = |code: &'static str, place: &'static str, text: &str| {
        language.render(&Message::new(code).with(place, text))
    };
    let row = |step: &StepView| {
        let release = summary.release.as_ref().filter(|release| release.step == step.id);
        let done = |by: &str, at: Timestamp| {
            language.render(&Message::new("paper.done_by").with("by", called.of(by)).with("at", at))
        };
        let released = release.map(|release| done(&release.by, release.requested_at));
        let by = step.approvals.iter().map(|one| done(&one.by, one.at));
        let what = step.approvals.iter().flat_map(|one| {
            let no_data = one.no_data.map(|finding| {
                language.render(&Message::new("paper.no_data").with_word(
                    "finding",
                    "no_data",
                    finding.code(),
                ))
            });
            let reason = one.reason.iter().map(|reason| say("letter.reason", "reason", reason));
            let because = |part: &RedactionView| format!("{}: {}", part.place, part.reason);
            let hidden = one.hidden.iter().map(|part| say("paper.hidden", "what", &because(part)));
            let shown = one.shown.iter().map(|part| say("paper.shown", "what", &because(part)));
            let note = one.note.iter().map(|note| say("letter.reason", "reason", note));
            let assurance = one.assurance.map(|one| language.word_of("assurance", one.code()));
            let method = one.method.iter().map(|method| say("paper.method", "method", method));
            no_data
                .into_iter()
                .chain(reason)
                .chain(method)
                .chain(assurance)
                .chain(note)
                .chain(one.checked.clone())
                .chain(hidden)
                .chain(shown)
                .collect::<Vec<_>>()
        });
        let package = |release: &ReleaseView| {
            let digest = release.package_sha256.iter().map(|digest| say("paper.package", "digest", digest));
            let receipt = release.receipt.iter().map(|receipt| say("paper.receipt", "receipt", receipt));
            digest.chain(receipt).collect::<Vec<_>>()
        };
        vec![
            step.label.clone(),
            language.word_of("step_state", step.state.code()),
            by.chain(released).collect::<Vec<_>>().join("\n"),
            what.chain(release.into_iter().flat_map(package)).collect::<Vec<_>>().join("; "),
        ]
    };
    Table {
        columns: vec![
            column("paper.step", 1.4, language),
            column("paper.state", 0.8, language),
            column("paper.by", 1.8, language),
            column("paper.what", 3.0, language),
        ],
        rows: summary.steps.iter().map(row).collect(),
    }
}

fn note(note: ThreadNote, called: &Called, language: &Language) -> Block {
    let remark = Message::new(if note.edits > 0 { "paper.note.edited" } else { "paper.note" })
        .with("at", note.added_at)
        .with_word("visibility", "visibility", note.visibility.code());
    Block::Entry(Entry {
        depth: note.depth as usize,
        author: called.of(&note.author),
        remark: language.render(&remark),
        text: note.text.unwrap_or_else(|| language.word("paper.retracted").into_owned()),
    })
}

fn history(entries: Vec<HistoryEntry>, called: &Called, language: &Language) -> Table {
    let row = |entry: HistoryEntry| {
        let text = match entry.reason {
            Some(reason) => language
                .render(&Message::new("paper.because").with("text", entry.text).with("reason", reason)),
            None => entry.text,
        };
        vec![language.minute(entry.at), called.of(&entry.actor), text]
    };
    Table {
        columns: vec![
            column("paper.when", 1.4, language),
            column("paper.who", 1.0, language),
            column("paper.what", 4.6, language),
        ],
        rows: entries.into_iter().map(row).collect(),
    }
}
