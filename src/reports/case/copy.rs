//! A case as its customer may have it on paper.

use casekit_core::Error;
use casekit_core::desk::{CustomerCopy, CustomerNote, Desk, ExportHead, FieldView};
use casekit_export::pdf::{Block, Document, Entry, Fact, isolated};

use super::super::Paper;
use super::super::pace::Pace;
use super::super::paper::Voice;
use super::CasePaper;

pub(super) const PAPER: CasePaper<CustomerCopy> =
    CasePaper { what: "customer_copy", read: Desk::customer_copy, document };

fn document(
    desk: &Desk,
    copy: &CustomerCopy,
    head: &ExportHead,
    paper: &Paper,
    pace: &Pace<'_>,
) -> Result<Document, Error> {
    pace.begin(|| Ok(1 + copy.notes.len() as u64))?;
    pace.read(1 + copy.notes.len())?;
    let language = desk.language();
    let voice = Voice { language };
    let mut blocks = vec![Block::Facts(facts(copy, voice))];
    if let Some(description) = &copy.description {
        blocks
            .extend([Block::Heading(voice.word("paper.description")), Block::Paragraph(description.clone())]);
    }
    if !copy.notes.is_empty() {
        blocks.push(Block::Heading(voice.word("paper.messages")));
        blocks.extend(copy.notes.iter().map(|note| message(note, voice)));
    }
    let title = format!("{} {}", isolated(&copy.number), isolated(&copy.title));
    // Who printed it is no business of the customer's.
    let head = ExportHead { by: String::new(), ..head.clone() };
    let letterhead = paper.letterhead(&head, language, title, copy.stage.clone());
    Ok(Document { letterhead, blocks, size: paper.size })
}

fn facts(copy: &CustomerCopy, voice: Voice<'_>) -> Vec<Fact> {
    let fact = |key: &str, value: String| Fact { name: voice.word(key), value };
    let given = |key: &str, value: &Option<String>| value.clone().map(|value| fact(key, value));
    let mut facts =
        vec![fact("paper.number", copy.number.clone()), fact("paper.type", copy.case_type.clone())];
    facts.push(fact("paper.stage", copy.stage.clone()));
    facts.extend(given("paper.customer", &copy.customer));
    facts.extend(given("paper.request", &copy.request));
    facts.push(fact("paper.raised_on", voice.day(copy.raised_at)));
    facts.extend(copy.resolved_at.map(|at| fact("paper.resolved_on", voice.day(at))));
    facts.extend(given("paper.outcome", &copy.outcome));
    facts.extend(given("paper.resolution", &copy.resolution));
    facts.extend(given("paper.reason", &copy.reason));
    let own = |field: &FieldView| Some(Fact { name: field.label.clone(), value: field.text.clone()? });
    facts.extend(copy.fields.iter().filter_map(own));
    facts.push(fact("paper.times", voice.language.zone().name()));
    facts
}

fn message(note: &CustomerNote, voice: Voice<'_>) -> Block {
    let key = if note.edited { "paper.message.edited" } else { "paper.message" };
    Block::Entry(Entry {
        depth: note.depth as usize,
        author: note.author.clone().unwrap_or_default(),
        remark: voice.say(key, [("at", &voice.minute(note.added_at))]),
        text: note.text.clone().unwrap_or_else(|| voice.word("paper.retracted")),
    })
}
