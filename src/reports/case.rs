//! One case on paper: what it is, its steps, its thread, its history.

use std::io::Write;

use casekit_core::desk::{Desk, Page, PageRequest, ReleaseView, RequestSummary, StepView, ThreadNote};
use casekit_core::history::HistoryEntry;
use casekit_core::model::{CaseId, Permission, StepState, StreamId, Visibility, limits};
use casekit_core::{Error, Rejection};
use casekit_export::pdf::{Align, Block, Column, Document, Entry, Fact, Fonts, Table};

use super::{ReportError, letterhead, minute};

/// Writes one case as PDF: its facts, the steps of its workflow, its thread and its history. Thread and history are
/// in it for who may read them.
///
/// # Errors
/// [`ReportError`]; needs [`Export`](Permission::Export) and [`ReadCases`](Permission::ReadCases).
pub fn case_pdf(desk: &Desk, case: CaseId, fonts: &Fonts, out: &mut impl Write) -> Result<(), ReportError> {
    let head = desk.begin_export()?;
    let summary = desk.summary(case)?;
    let title = format!("{} {}", summary.case.number, summary.case.title);
    let status = match &summary.outcome {
        Some(outcome) => format!("{}: {outcome}", summary.case.stage),
        None => summary.case.stage.clone(),
    };
    let mut blocks = vec![Block::Facts(facts(&summary))];
    if let Some(description) = &summary.case.description {
        blocks.extend([heading("Description"), Block::Paragraph(description.clone())]);
    }
    if !summary.steps.is_empty() {
        blocks.extend([heading("Steps"), Block::Table(steps(&summary))]);
    }
    let notes = all(|page| allowed(desk.thread(case, page)))?;
    if !notes.is_empty() {
        blocks.push(heading("Notes"));
        blocks.extend(notes.into_iter().map(note));
    }
    let entries = all(|page| allowed(desk.history(StreamId::Case(case), page)))?;
    if !entries.is_empty() {
        blocks.extend([heading("History"), Block::Table(history(entries))]);
    }
    let document = Document { letterhead: letterhead(head, title, status), blocks };
    document.write(fonts, out)?;
    desk.record_export("case", "pdf", 1)?;
    Ok(())
}

fn heading(text: &str) -> Block {
    Block::Heading(text.to_owned())
}

/// Every row of a list; an empty one for who may not read it.
fn all<T>(read: impl Fn(PageRequest) -> Result<Option<Page<T>>, Error>) -> Result<Vec<T>, Error> {
    let (mut rows, mut next) = (Vec::new(), Some(PageRequest::first().of(limits::PAGE)));
    while let Some(request) = next {
        let Some(page) = read(request)? else { break };
        rows.extend(page.rows);
        next = page.next.map(|next| PageRequest::after(next).of(limits::PAGE));
    }
    Ok(rows)
}

fn allowed<T>(page: Result<Page<T>, Error>) -> Result<Option<Page<T>>, Error> {
    match page {
        Err(Error::Rejected(Rejection::Forbidden {
            permission: Permission::ReadNotes | Permission::ReadHistory,
            ..
        })) => Ok(None),
        page => page.map(Some),
    }
}

fn facts(summary: &RequestSummary) -> Vec<Fact> {
    let case = &summary.case;
    let fact = |name: &str, value: String| Fact { name: name.to_owned(), value };
    let mut facts = vec![fact("Number", case.number.clone()), fact("Type", case.case_type.clone())];
    facts.push(fact("Stage", case.stage.clone()));
    facts.extend(summary.workflow.clone().map(|name| fact("Workflow", name)));
    facts.extend(summary.outcome.clone().map(|outcome| fact("Outcome", outcome)));
    facts.extend(case.customer_name.clone().map(|name| fact("Customer", name)));
    facts.extend(summary.request.as_ref().map(|request| fact("Request", request.reference.clone())));
    facts.push(fact("Raised", format!("{} by {}", minute(case.raised_at), case.raised_by)));
    facts.extend(
        case.holder
            .as_ref()
            .map(|holder| fact("Holder", format!("{} since {}", holder.by, minute(holder.since)))),
    );
    facts.push(fact("Last change", minute(case.updated_at)));
    if case.reopened > 0 {
        facts.push(fact("Reopened", case.reopened.to_string()));
    }
    facts.extend(summary.failure.as_ref().map(|failure| fact("Error", failure.hint.clone())));
    facts
}

fn column(heading: &str, width: f32) -> Column {
    Column { heading: heading.to_owned(), width, align: Align::Left }
}

fn steps(summary: &RequestSummary) -> Table {
    let row = |step: &StepView| {
        let state = match step.state {
            StepState::Locked => "locked",
            StepState::Ready => "ready",
            StepState::Done => "done",
            StepState::Denied => "denied",
            StepState::Failed => "failed",
        };
        let release = summary.release.as_ref().filter(|release| release.step == step.id);
        let released = release.map(|release| format!("{}, {}", release.by, minute(release.requested_at)));
        let by = step.approvals.iter().map(|one| format!("{}, {}", one.by, minute(one.at)));
        let what = step.approvals.iter().flat_map(|one| {
            let no_data = one.no_data.then(|| "no data".to_owned());
            let hidden = one.hidden.iter().map(|column| format!("hidden: {column}"));
            let method = one.method.iter().map(|method| format!("by {method}"));
            no_data.into_iter().chain(method).chain(one.checked.clone()).chain(hidden).collect::<Vec<_>>()
        });
        vec![
            step.label.clone(),
            state.to_owned(),
            by.chain(released).collect::<Vec<_>>().join("\n"),
            what.chain(release.into_iter().flat_map(package)).collect::<Vec<_>>().join("; "),
        ]
    };
    Table {
        columns: vec![column("Step", 1.4), column("State", 0.8), column("By", 1.8), column("What", 3.0)],
        rows: summary.steps.iter().map(row).collect(),
    }
}

/// What a release leaves: the package's digest, and the receipt.
fn package(release: &ReleaseView) -> Vec<String> {
    let digest = release.package_sha256.iter().map(|digest| format!("package SHA-256 {digest}"));
    digest.chain(release.receipt.iter().map(|receipt| format!("receipt {receipt}"))).collect()
}

fn note(note: ThreadNote) -> Block {
    let seen = match note.visibility {
        Visibility::Internal => "internal",
        Visibility::Customer => "visible to the customer",
    };
    let edited = if note.edits > 0 { ", edited" } else { "" };
    Block::Entry(Entry {
        depth: note.depth as usize,
        author: note.author,
        remark: format!("{}, {seen}{edited}", minute(note.added_at)),
        text: note.text.unwrap_or_else(|| "(retracted)".to_owned()),
    })
}

fn history(entries: Vec<HistoryEntry>) -> Table {
    let row = |entry: HistoryEntry| {
        let reason = entry.reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
        vec![minute(entry.at), entry.actor, format!("{}{reason}", entry.text)]
    };
    Table {
        columns: vec![column("When (UTC)", 1.4), column("Who", 1.0), column("What", 4.6)],
        rows: entries.into_iter().map(row).collect(),
    }
}
