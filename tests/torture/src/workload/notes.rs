//! Notes: written, answered, edited, taken back.

use casekit::{AddedNote, CaseKit, Error, NewNote, StreamId, Visibility};

use super::{Worker, amara, event, remember};
use crate::ack::Ack;

/// Not ASCII alone, and long enough to fill a page now and then.
const WORDS: &str = "wörter über Lampen ";

impl Worker {
    pub(super) fn add_note(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        let Some(case) = self.random.pick(&self.cases) else { return Ok(Vec::new()) };
        let text = self.text();
        let added = amara(kit).add_note(case, text.as_str())?;
        remember(&mut self.notes, added.id, 60);
        Ok(written(&added, &text))
    }

    pub(super) fn reply(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        let Some(to) = self.random.pick(&self.notes) else { return Ok(Vec::new()) };
        let text = self.text();
        let added = amara(kit).reply(to, NewNote::for_customer(text.as_str()))?;
        Ok(written(&added, &text))
    }

    pub(super) fn edit_note(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        let Some(note) = self.random.pick(&self.notes) else { return Ok(Vec::new()) };
        let text = self.text();
        amara(kit).edit_note(note, &text).map(|_| Vec::new())
    }

    pub(super) fn retract(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        let Some(note) = self.random.pick(&self.notes) else { return Ok(Vec::new()) };
        amara(kit).retract_note(note, Some("wrong")).map(|_| Vec::new())
    }

    pub(super) fn show_note(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        let Some(note) = self.random.pick(&self.notes) else { return Ok(Vec::new()) };
        let to = if self.random.one_in(2) { Visibility::Customer } else { Visibility::Internal };
        amara(kit).set_note_visibility(note, to).map(|_| Vec::new())
    }

    fn text(&mut self) -> String {
        let words = self.random.place(60);
        format!("{} {}", self.name("note"), WORDS.repeat(words)).trim_end().to_owned()
    }
}

fn written(added: &AddedNote, text: &str) -> Vec<Ack> {
    let mut acks = event(StreamId::Case(added.case), added.revision);
    acks.push(Ack::Note { note: added.id, text: text.to_owned() });
    acks
}
