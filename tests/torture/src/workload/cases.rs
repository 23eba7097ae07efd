//! Cases: raised, edited, and put into hands.

use casekit::{CaseEdit, CaseId, CaseKit, Changed, Error, NewCase, Priority, StreamId, TagId, TagsEdit};

use super::{Worker, amara, event, mona, remember};
use crate::ack::Ack;

const WORDS: &str = "lorem ipsum ";

impl Worker {
    pub(super) fn raise(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        let case_type = self.random.pick(&["Support", "Enquiries"]).unwrap_or("Support");
        let words = self.random.place(80);
        let mut new = NewCase::new(case_type, self.name("Title")).described(WORDS.repeat(words));
        if self.random.one_in(2) {
            new.customer = self.random.pick(&self.customers);
        }
        let raised = amara(kit).raise_case(new)?;
        remember(&mut self.cases, raised.id, 60);
        let mut acks = event(StreamId::Case(raised.id), raised.revision);
        acks.push(Ack::Raised { case: raised.id, number: raised.number });
        Ok(acks)
    }

    pub(super) fn edit(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        let stage = self.random.pick(&["Open", "In Progress", "Resolved"]).unwrap_or("Open");
        let mut edit = CaseEdit::new().stage(stage).title(self.name("Edited")).because("as agreed");
        edit.priority = self.random.pick(&Priority::ALL);
        edit.resolution = (stage == "Resolved").then(|| "done".to_owned());
        self.with_a_case(|case| amara(kit).edit_case(case, edit))
    }

    pub(super) fn give(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        let edit = match self.random.pick(&self.teams) {
            Some(team) => CaseEdit::new().team(team.to_string()),
            None => CaseEdit::new().without_team(),
        };
        self.with_a_case(|case| mona(kit).edit_case(case, edit))
    }

    pub(super) fn tag(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        let name = match self.random.one_in(4) {
            true => self.name("Tag"),
            false => self.random.pick(&["Roof", "Cellar", "roofing"]).unwrap_or("Roof").to_owned(),
        };
        let mut edit = TagsEdit::new().with(name);
        let tags = amara(kit).tags()?;
        let others: Vec<&str> = tags
            .iter()
            .map(|tag| tag.name.as_str())
            .filter(|name| !edit.add.iter().any(|add| add == name))
            .collect();
        edit.remove.extend(self.random.pick(&others).map(str::to_owned));
        self.with_a_case(|case| amara(kit).tag_case(case, edit))
    }

    pub(super) fn merge(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        let tags: Vec<TagId> = mona(kit).tags()?.iter().map(|tag| tag.id).collect();
        let (Some(tag), Some(into)) = (self.random.pick(&tags), self.random.pick(&tags)) else {
            return Ok(Vec::new());
        };
        let changed = match self.random.one_in(3) {
            true => mona(kit).rename_tag(tag, self.name("Renamed"))?,
            false => mona(kit).merge_tags(tag, into)?,
        };
        Ok(event(StreamId::Tag(tag), changed.revision))
    }

    pub(super) fn take(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        self.with_a_case(|case| amara(kit).take_case(case))
    }

    pub(super) fn give_back(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        self.with_a_case(|case| amara(kit).return_case(case, Some("busy")))
    }

    pub(super) fn assign(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        self.with_a_case(|case| mona(kit).assign_case(case, "amara", None))
    }

    pub(super) fn take_over(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        self.with_a_case(|case| mona(kit).take_over_case(case, None))
    }

    fn with_a_case(
        &mut self,
        change: impl FnOnce(CaseId) -> Result<Changed, Error>,
    ) -> Result<Vec<Ack>, Error> {
        let Some(case) = self.random.pick(&self.cases) else { return Ok(Vec::new()) };
        let changed = change(case)?;
        Ok(event(StreamId::Case(case), changed.revision))
    }
}
