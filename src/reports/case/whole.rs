//! A case on paper for those who work on it: its facts, its steps, its thread, its history, and digests.

use casekit_core::desk::{
    DeadlineSummary, Desk, ExportHead, FieldView, Page, PageRequest, RedactionView, ReleaseView,
    RequestSummary, StepView, ThreadNote,
};
use casekit_core::history::HistoryEntry;
use casekit_core::language::Message;
use casekit_core::model::{CaseId, FieldKind, Permission, StreamId, Timestamp, limits};
use casekit_core::{Error, Rejection};
use casekit_export::pdf::{Block, Document, Entry, Fact, Table, isolated};

use super::super::Paper;
use super::super::pace::Pace;
use super::super::paper::Voice;
use super::called::Called;
use super::{CasePaper, history};

pub(super) const PAPER: CasePaper<RequestSummary> = CasePaper { what: "case", read, document };

fn read(desk: &Desk, case: CaseId) -> Result<RequestSummary, Error> {
    desk.summary(case)
}

fn document(
    desk: &Desk,
    summary: &RequestSummary,
    head: &ExportHead,
    paper: &Paper,
    pace: &Pace<'_>,
) -> Result<Document, Error> {
    // Who may not know how many notes there are gets the number of events, of which each note is one.
    let notes = summary.case.notes.map_or(summary.case.revision, u64::from);
    pace.begin(|| Ok(summary.case.revision + notes))?;
    let (case, language) = (summary.case.id, desk.language());
    let voice = Voice { language };
    let heading = |key: &str| Block::Heading(voice.word(key));
    let notes = all(|page| allowed(desk.thread(case, page)), pace)?;
    let entries = all(|page| desk.history(StreamId::Case(case), page).map(Some), pace)?;
    let called = Called(desk.people_on_paper(people_in(summary, &notes, &entries))?);
    let mut digests = Digests(Vec::new());
    let mut blocks = vec![Block::Facts(facts(summary, &called, voice))];
    if let Some(description) = &summary.case.description {
        blocks.extend([heading("paper.description"), Block::Paragraph(description.clone())]);
    }
    for field in summary.case.fields.iter().filter(|field| field.kind == FieldKind::LongText) {
        if let Some(text) = &field.text {
            blocks.extend([Block::Heading(field.label.clone()), Block::Paragraph(text.clone())]);
        }
    }
    if !summary.steps.is_empty() {
        let steps = steps(summary, &called, voice, &mut digests);
        blocks.extend([heading("paper.steps"), Block::Table(steps)]);
    }
    if !notes.is_empty() {
        blocks.push(heading("paper.notes"));
        blocks.extend(notes.iter().map(|one| note(one, &called, voice)));
    }
    if !entries.is_empty() {
        let customers = history::customers_in(desk, &entries)?;
        let said = history::Said { voice, called: &called, customers };
        blocks.extend([heading("paper.history"), Block::Table(history::table(entries, &notes, &said))]);
    }
    if !digests.0.is_empty() {
        blocks.extend([heading("paper.appendix"), Block::Table(digests.table(voice))]);
    }
    let title = format!("{} {}", isolated(&summary.case.number), isolated(&summary.case.title));
    let letterhead = paper.letterhead(head, language, title, summary.status.clone());
    Ok(Document { letterhead, blocks, size: paper.size })
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

/// Everybody whom the paper names.
fn people_in(summary: &RequestSummary, notes: &[ThreadNote], entries: &[HistoryEntry]) -> Vec<String> {
    let holder = summary.case.holder.iter().map(|holder| &holder.by);
    let approvals = summary.steps.iter().flat_map(|step| &step.approvals).map(|one| &one.by);
    let released = summary.release.iter().map(|release| &release.by);
    let acted = |entry: &'_ HistoryEntry| {
        let others = entry.on_behalf_of.iter().chain(&entry.imported_by);
        others.chain(std::iter::once(&entry.actor)).cloned().collect::<Vec<_>>()
    };
    let worked = notes.iter().map(|note| &note.author);
    let named = std::iter::once(&summary.case.raised_by).chain(holder).chain(approvals).chain(released);
    named.chain(worked).cloned().chain(entries.iter().flat_map(acted)).collect()
}

fn facts(summary: &RequestSummary, called: &Called, voice: Voice<'_>) -> Vec<Fact> {
    let case = &summary.case;
    let fact = |key: &str, value: String| Fact { name: voice.word(key), value };
    let given = |key: &str, value: &Option<String>| value.clone().map(|value| fact(key, value));
    let by = |key: &'static str, by: &str, at: Timestamp| {
        voice.say(key, [("by", &called.of(by)), ("at", &voice.minute(at))])
    };
    let mut facts =
        vec![fact("paper.number", case.number.clone()), fact("paper.type", case.case_type.clone())];
    facts.push(fact("paper.stage", case.stage.clone()));
    facts.extend(given("paper.workflow", &summary.workflow));
    facts.extend(given("paper.outcome", &summary.outcome));
    if let Some(ended) = &case.resolution {
        facts.push(fact("paper.resolution", ended.label.clone()));
        facts.extend(given("paper.resolution_reason", &ended.reason));
        facts.extend(given("paper.customer_reason", &ended.customer_reason));
    }
    facts.extend(given("paper.customer", &case.customer_name));
    facts.extend(summary.request.as_ref().map(|request| fact("paper.request", request.reference.clone())));
    facts.extend(given("paper.requester", &case.requester));
    facts.extend(given("paper.team", &case.team));
    let priority = case.priority.map(|one| voice.word(&format!("priority.{}", one.code())));
    let tags = (!case.tags.is_empty()).then(|| case.tags.join(", "));
    facts.extend(given("paper.tags", &tags));
    facts.extend(given("paper.priority", &priority));
    facts.push(fact("paper.raised", by("paper.raised_by", &case.raised_by, case.raised_at)));
    facts.extend(case.deadlines.iter().map(|deadline| deadline_fact(deadline, voice)));
    facts.extend(case.follow_up_at.map(|at| fact("paper.follow_up", voice.minute(at))));
    facts.extend(
        case.holder
            .as_ref()
            .map(|holder| fact("paper.holder", by("paper.held_since", &holder.by, holder.since))),
    );
    facts.push(fact("paper.last_change", voice.minute(case.updated_at)));
    if case.reopened > 0 {
        facts.push(fact("paper.reopened", case.reopened.to_string()));
    }
    // Long texts stand below, as the description does.
    let short = case.fields.iter().filter(|field| field.kind != FieldKind::LongText);
    let own = |field: &FieldView| Some(Fact { name: field.label.clone(), value: field.text.clone()? });
    facts.extend(short.filter_map(own));
    facts.extend(summary.failure.as_ref().map(|failure| fact("paper.error", failure.hint.clone())));
    facts.push(fact("paper.times", voice.language.zone().name()));
    facts
}

/// A deadline, by its name, and what it came to.
fn deadline_fact(deadline: &DeadlineSummary, voice: Voice<'_>) -> Fact {
    let ends = deadline.due_at.map(|at| voice.minute(at)).unwrap_or_default();
    let value = match (deadline.state.as_str(), deadline.overdue, deadline.late) {
        ("not_started", ..) => voice.word("paper.deadline.not_started"),
        ("paused", ..) => voice.word("paper.deadline.paused"),
        ("met", _, false) => voice.say("paper.deadline.met", [("ends", &ends)]),
        ("met", _, true) => voice.say("paper.deadline.met_late", [("ends", &ends)]),
        (_, true, _) => voice.say("paper.deadline.overdue", [("ends", &ends)]),
        (_, false, _) => ends,
    };
    Fact { name: deadline.label.clone(), value }
}

/// The digests of the appendix, numbered from 1: they are long, and nobody reads them who does not compare them.
struct Digests(Vec<Vec<String>>);

impl Digests {
    fn next(&self) -> String {
        (self.0.len() + 1).to_string()
    }

    fn add(&mut self, of: String, digest: &str) {
        self.0.push(vec![self.next(), of, digest.to_owned()]);
    }

    fn table(self, voice: Voice<'_>) -> Table {
        let columns = vec![
            voice.column("paper.number", 0.6),
            voice.column("paper.what", 1.6),
            voice.column("paper.digest", 3.6),
        ];
        Table { columns, rows: self.0 }
    }
}

fn steps(summary: &RequestSummary, called: &Called, voice: Voice<'_>, digests: &mut Digests) -> Table {
    let done = |by: &str, at: Timestamp| {
        voice.say("paper.done_by", [("by", &called.of(by)), ("at", &voice.minute(at))])
    };
    let mut rows = Vec::new();
    for step in &summary.steps {
        let release = summary.release.as_ref().filter(|release| release.step == step.id);
        let released = release.map(|release| done(&release.by, release.requested_at));
        let by = step.approvals.iter().map(|one| done(&one.by, one.at)).chain(released);
        let mut what = approved(step, called, voice, digests);
        what.extend(release.into_iter().flat_map(|release| sent(release, voice, digests)));
        rows.push(vec![
            step.label.clone(),
            voice.language.word_of("step_state", step.state.code()),
            by.collect::<Vec<_>>().join("\n"),
            what.join("\n"),
        ]);
    }
    Table {
        columns: vec![
            voice.column("paper.step", 1.4),
            voice.column("paper.state", 0.8),
            voice.column("paper.by", 1.8),
            voice.column("paper.what", 3.0),
        ],
        rows,
    }
}

/// What was approved in a step, and on what grounds.
fn approved(step: &StepView, called: &Called, voice: Voice<'_>, digests: &mut Digests) -> Vec<String> {
    let mut what = Vec::new();
    for one in &step.approvals {
        let number = digests.next();
        let by = called.of(&one.by);
        let of = [("by", by.as_str()), ("step", &step.label)];
        digests.add(voice.say("paper.digest.approval", of), &one.digest);
        what.push(voice.say("paper.approved", [("number", &number)]));
        what.extend(one.no_data.map(|finding| {
            let said = Message::new("paper.no_data").with_word("finding", "no_data", finding.code());
            voice.language.render(&said)
        }));
        what.extend(one.reason.iter().map(|reason| voice.say("letter.reason", [("reason", reason)])));
        what.extend(one.method.iter().map(|method| voice.say("paper.method", [("method", method)])));
        what.extend(one.assurance.map(|assurance| voice.language.word_of("assurance", assurance.code())));
        what.extend(one.checked.iter().cloned());
        what.extend(one.note.iter().map(|note| voice.say("letter.reason", [("reason", note)])));
        let because = |part: &RedactionView| format!("{}: {}", part.place, part.reason);
        what.extend(one.hidden.iter().map(|part| voice.say("paper.hidden", [("what", &because(part))])));
        what.extend(one.shown.iter().map(|part| voice.say("paper.shown", [("what", &because(part))])));
    }
    what
}

/// What was sent, and how it arrived.
fn sent(release: &ReleaseView, voice: Voice<'_>, digests: &mut Digests) -> Vec<String> {
    let mut what = Vec::new();
    digests.add(voice.word("paper.digest.content"), &release.content_digest);
    if let Some(digest) = &release.package_sha256 {
        let number = digests.next();
        digests.add(voice.word("paper.digest.package"), digest);
        what.push(voice.say("paper.package", [("number", &number)]));
    }
    what.extend(release.receipt.iter().map(|receipt| voice.say("paper.receipt", [("receipt", receipt)])));
    what
}

fn note(note: &ThreadNote, called: &Called, voice: Voice<'_>) -> Block {
    let key = if note.edits > 0 { "paper.note.edited" } else { "paper.note" };
    let seen_by = voice.language.word_of("visibility", note.visibility.code());
    Block::Entry(Entry {
        depth: note.depth as usize,
        author: called.of(&note.author),
        remark: voice.say(key, [("at", &voice.minute(note.added_at)), ("visibility", &seen_by)]),
        text: note.text.clone().unwrap_or_else(|| voice.word("paper.retracted")),
    })
}
