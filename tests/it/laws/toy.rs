//! The toy: what an office is, in as few words as say what must come of each command.

mod cases;
mod customers;
mod fields;
mod notes;
mod shown;
mod tags;

use std::collections::{BTreeMap, BTreeSet};

use casekit::{
    CaseId, CaseTypeEdit, CustomerId, NewCaseType, NewStage, NoteId, Priority, RaisedCase, Role,
    SettingsEdit, StageCategory,
};

use super::ask_each;
use super::instruction::{Instruction, Raise, STAGES, TEXTS, TYPES, WORKERS};
use crate::build::Office;
use fields::Values;
use tags::Tag;

const OPEN: usize = 0;
const ACTIVE: usize = 1;
const CLOSED: usize = 3;
/// What it takes a reason to end as.
const CANCELLED: usize = 2;
const ENQUIRIES: usize = 1;
const REFUNDS: usize = 2;
/// The only moves of refunds.
const MOVES: [(usize, usize); 4] = [(0, 1), (1, 2), (2, 3), (2, 0)];

pub(crate) struct Toy {
    active: [bool; 3],
    customers: Vec<Customer>,
    cases: Vec<Case>,
    notes: Vec<Note>,
    tags: Vec<Tag>,
    requests: BTreeMap<(usize, u8), (Raise, RaisedCase)>,
    events: u64,
}

#[derive(Clone, PartialEq, Debug)]
struct Case {
    id: CaseId,
    revision: u64,
    kind: usize,
    stage: usize,
    title: usize,
    /// 0 for none.
    text: usize,
    customer: Option<usize>,
    raised_by: String,
    holder: Option<String>,
    /// Those in use.
    tags: BTreeSet<usize>,
    values: Values,
    priority: Priority,
    /// How it ended, as it was said last.
    end: Option<usize>,
    reopened: u32,
    notes: u32,
}

struct Customer {
    id: CustomerId,
    name: usize,
    values: Values,
}

struct Note {
    id: NoteId,
    case: usize,
    author: usize,
    /// 0 once it was retracted.
    text: usize,
    edits: u32,
    shown: bool,
}

/// How many events it leaves, or the code of the refusal.
type Outcome = Result<u64, &'static str>;

impl Case {
    /// Whether it is in progress once somebody holds it.
    fn begins_when_held(&self) -> bool {
        self.stage == OPEN && !fields::is_lacking(self.kind, &self.values, Some(ACTIVE), false)
    }
}

impl Toy {
    pub(crate) fn new(offices: &[Office]) -> Self {
        let refunds = NewCaseType::new(TYPES[REFUNDS])
            .with_stages(vec![
                NewStage::new("New", StageCategory::Open).with_id("open"),
                NewStage::new("Paying", StageCategory::Active).with_id("in_progress"),
                NewStage::new("Paid", StageCategory::Resolved).with_id("resolved"),
                NewStage::new("Closed", StageCategory::Closed).with_id("closed"),
            ])
            .with_moves(MOVES.map(|(from, to)| (STAGES[from], STAGES[to])))
            .with_fields(fields::defined(REFUNDS));
        ask_each(offices, MONA, |desk| desk.create_case_type(refunds.clone())).unwrap();
        let enquiries = CaseTypeEdit { fields: Some(fields::defined(ENQUIRIES)), ..CaseTypeEdit::new() };
        ask_each(offices, MONA, |desk| {
            desk.edit_case_type(desk.case_type(TYPES[ENQUIRIES])?.id, enquiries.clone())
        })
        .unwrap();
        let settings = SettingsEdit::default().customer_fields(fields::defined(fields::CUSTOMERS));
        ask_each(offices, ("ivo", Role::ItAdministrator), |desk| desk.change_settings(settings.clone()))
            .unwrap();
        let events = offices[0].store.last_position().unwrap();
        Self {
            active: [true; 3],
            customers: Vec::new(),
            cases: Vec::new(),
            notes: Vec::new(),
            tags: Vec::new(),
            requests: BTreeMap::new(),
            events,
        }
    }

    /// Asks all offices, and holds what came of it against what the toy says must come.
    pub(crate) fn carry_out(&mut self, offices: &[Office], instruction: &Instruction) {
        let Some((said, found)) = self.ask(offices, instruction) else { return };
        assert_eq!(found, said.map_err(str::to_owned), "{instruction:?}");
        self.events += said.unwrap_or(0);
        assert_eq!(offices[0].store.last_position().unwrap(), self.events, "{instruction:?}");
    }

    /// What the toy says and what was found; `None` if there is nothing yet to ask it of.
    fn ask(
        &mut self,
        offices: &[Office],
        instruction: &Instruction,
    ) -> Option<(Outcome, Result<u64, String>)> {
        let case_at = |place: &usize| (!self.cases.is_empty()).then(|| place % self.cases.len());
        let note_at = |place: &usize| (!self.notes.is_empty()).then(|| place % self.notes.len());
        let by = |worker: &usize| (WORKERS[*worker], Role::Agent);
        let changed = |answer: Result<casekit::Changed, String>| answer.map(|changed| changed.events);
        Some(match instruction {
            Instruction::Raise(raise) => self.raise(offices, raise),
            Instruction::Edit { by: worker, case, edit } => {
                let place = case_at(case)?;
                let (id, command) = (self.cases[place].id, self.command(place, edit));
                let found =
                    changed(ask_each(offices, by(worker), |desk| desk.edit_case(id, command.clone())));
                (self.edit(place, edit), found)
            }
            Instruction::Take { by: worker, case } => {
                let place = case_at(case)?;
                let id = self.cases[place].id;
                let found = changed(ask_each(offices, by(worker), |desk| desk.take_case(id)));
                (
                    self.held(place, WORKERS[*worker], |holder| match holder {
                        None => Ok(()),
                        Some(holder) if holder == WORKERS[*worker] => Err("blocked"),
                        Some(_) => Err("already_taken"),
                    }),
                    found,
                )
            }
            Instruction::Return { by: worker, case } => {
                let place = case_at(case)?;
                let id = self.cases[place].id;
                let found = changed(ask_each(offices, by(worker), |desk| desk.return_case(id, None)));
                let case = &mut self.cases[place];
                let said = if case.holder.as_deref() == Some(WORKERS[*worker]) {
                    case.holder = None;
                    case.revision += 1;
                    Ok(1)
                } else {
                    Err("blocked")
                };
                (said, found)
            }
            Instruction::Assign { case, to } => {
                let place = case_at(case)?;
                let id = self.cases[place].id;
                let found =
                    changed(ask_each(offices, MONA, |desk| desk.assign_case(id, WORKERS[*to], Some("busy"))));
                let holder = self.cases[place].holder.as_deref();
                let said = if holder == Some(WORKERS[*to]) && self.cases[place].stage != CLOSED {
                    Ok(0)
                } else {
                    self.held(place, WORKERS[*to], |_| Ok(()))
                };
                (said, found)
            }
            Instruction::TakeOver { case } => {
                let place = case_at(case)?;
                let id = self.cases[place].id;
                let found = changed(ask_each(offices, MONA, |desk| desk.take_over_case(id, None)));
                let others = |holder: Option<&str>| match holder {
                    None | Some("mona") => Err("blocked"),
                    Some(_) => Ok(()),
                };
                (self.held(place, "mona", others), found)
            }
            Instruction::Note { by: worker, case, text, shown } => {
                let place = case_at(case)?;
                let (id, new) = (self.cases[place].id, notes::new(*text, *shown));
                let answer = ask_each(offices, by(worker), |desk| desk.add_note(id, new.clone()));
                self.noted(place, *worker, *text, *shown, answer)
            }
            Instruction::Reply { by: worker, note: parent, text } => {
                let parent = note_at(parent)?;
                let (id, place) = (self.notes[parent].id, self.notes[parent].case);
                let answer = ask_each(offices, by(worker), |desk| desk.reply(id, TEXTS[*text]));
                self.noted(place, *worker, *text, false, answer)
            }
            Instruction::EditNote { by: worker, note, text } => {
                let place = note_at(note)?;
                let id = self.notes[place].id;
                let found = changed(ask_each(offices, by(worker), |desk| desk.edit_note(id, TEXTS[*text])));
                (
                    self.on_note(place, *worker, |note| match text {
                        0 => Err("invalid"),
                        same if *same == note.text => Ok(0),
                        other => {
                            (note.text, note.edits) = (*other, note.edits + 1);
                            Ok(1)
                        }
                    }),
                    found,
                )
            }
            Instruction::Retract { by: worker, note } => {
                let place = note_at(note)?;
                let id = self.notes[place].id;
                let found = changed(ask_each(offices, by(worker), |desk| desk.retract_note(id, None)));
                (
                    self.on_note(place, *worker, |note| {
                        note.text = 0;
                        Ok(1)
                    }),
                    found,
                )
            }
            Instruction::Show { by: worker, note, shown } => {
                let place = note_at(note)?;
                let (id, to) = (self.notes[place].id, notes::visibility(*shown));
                let found = changed(ask_each(offices, by(worker), |desk| desk.set_note_visibility(id, to)));
                (
                    self.on_note(place, *worker, |note| {
                        let events = u64::from(note.shown != *shown);
                        note.shown = *shown;
                        Ok(events)
                    }),
                    found,
                )
            }
            Instruction::Tag { by, case, add, remove } => {
                self.tag(offices, (*by, case_at(case)?), (add, remove))
            }
            Instruction::RenameTag { tag, name } => self.rename_tag(offices, *tag, *name)?,
            Instruction::MergeTags { tag, into } => self.merge_tags(offices, *tag, *into)?,
            Instruction::Customer { name, given } => self.new_customer(offices, *name, given),
            Instruction::UpdateCustomer { customer, name, given } => {
                self.update_customer(offices, *customer, *name, given)?
            }
            Instruction::Activate { kind, active } => {
                let id = offices[0].agent().case_type(TYPES[*kind]).unwrap().id;
                let found = changed(ask_each(offices, MONA, |desk| match active {
                    true => desk.activate_case_type(id),
                    false => desk.deactivate_case_type(id),
                }));
                let before = std::mem::replace(&mut self.active[*kind], *active);
                (Ok(u64::from(before != *active)), found)
            }
            Instruction::Import { kind, title, second, tags, given } => {
                self.import(offices, (*kind, *title), *second, (tags, given))
            }
            Instruction::Head => {
                let found = ask_each(offices, ("audra", Role::Auditor), |desk| desk.audit_head());
                (Ok(1), found.map(|_| 1))
            }
        })
    }

    /// A new holder; in somebody's hands an open case is in progress if that asks for nothing, and nobody gets a closed one.
    fn held(
        &mut self,
        place: usize,
        by: &str,
        allowed: impl Fn(Option<&str>) -> Result<(), &'static str>,
    ) -> Outcome {
        let case = &mut self.cases[place];
        if case.stage == CLOSED {
            return Err("blocked");
        }
        allowed(case.holder.as_deref())?;
        let begins = case.begins_when_held();
        let events = 1 + u64::from(begins);
        case.stage = if begins { ACTIVE } else { case.stage };
        case.holder = Some(by.to_owned());
        case.revision += events;
        Ok(events)
    }
}

const AMARA: (&str, Role) = ("amara", Role::Agent);
const MONA: (&str, Role) = ("mona", Role::Manager);
