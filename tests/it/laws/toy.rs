//! The toy: what an office is, in as few words as say what must come of each command.

mod shown;

use std::collections::BTreeMap;

use casekit::{
    CaseEdit, CaseId, CustomerEdit, CustomerId, ImportCase, ImportChange, ImportItem, ImportedChange,
    NewCase, NewCaseType, NewCustomer, NewNote, NewStage, NoteId, Priority, RaisedCase, Role, StageCategory,
    Visibility,
};

use super::ask_each;
use super::instruction::{ENDS, Edit, Instruction, NAMES, STAGES, Seen, TEXTS, TITLES, TYPES, WORKERS};
use crate::build::{Office, at};

const OPEN: usize = 0;
const ACTIVE: usize = 1;
const CLOSED: usize = 3;
/// What it takes a reason to end as.
const CANCELLED: usize = 2;
const REFUNDS: usize = 2;
/// The only moves of refunds.
const MOVES: [(usize, usize); 4] = [(0, 1), (1, 2), (2, 3), (2, 0)];

pub(crate) struct Toy {
    active: [bool; 3],
    customers: Vec<(CustomerId, usize)>,
    cases: Vec<Case>,
    notes: Vec<Note>,
    requests: BTreeMap<(usize, u8), (Instruction, RaisedCase)>,
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
    holder: Option<String>,
    priority: Priority,
    /// How it ended, as it was said last.
    end: Option<usize>,
    reopened: u32,
    notes: u32,
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

impl Toy {
    pub(crate) fn new(offices: &[Office]) -> Self {
        let refunds = NewCaseType::new(TYPES[REFUNDS])
            .with_stages(vec![
                NewStage::new("New", StageCategory::Open).with_id("open"),
                NewStage::new("Paying", StageCategory::Active).with_id("in_progress"),
                NewStage::new("Paid", StageCategory::Resolved).with_id("resolved"),
                NewStage::new("Closed", StageCategory::Closed).with_id("closed"),
            ])
            .with_moves(MOVES.map(|(from, to)| (STAGES[from], STAGES[to])));
        ask_each(offices, MONA, |desk| desk.create_case_type(refunds.clone())).unwrap();
        let events = offices[0].store.last_position().unwrap();
        Self {
            active: [true; 3],
            customers: Vec::new(),
            cases: Vec::new(),
            notes: Vec::new(),
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
            Instruction::Raise { .. } => self.raise(offices, instruction),
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
                let (id, new) = (self.cases[place].id, note(*text, *shown));
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
                let (id, to) = (self.notes[place].id, visibility(*shown));
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
            Instruction::Customer { name } => {
                let answer =
                    ask_each(offices, AMARA, |desk| desk.create_customer(NewCustomer::named(NAMES[*name])));
                self.customers.extend(answer.as_ref().map(|created| (created.id, *name)));
                (Ok(1), answer.map(|_| 1))
            }
            Instruction::Rename { customer, name } => {
                let place = (!self.customers.is_empty()).then(|| customer % self.customers.len())?;
                let id = self.customers[place].0;
                let edit = CustomerEdit { name: Some(NAMES[*name].into()), ..CustomerEdit::default() };
                let found = changed(ask_each(offices, AMARA, |desk| desk.update_customer(id, edit.clone())));
                let before = std::mem::replace(&mut self.customers[place].1, *name);
                (Ok(u64::from(before != *name)), found)
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
            Instruction::Import { kind, title, second } => self.import(offices, *kind, *title, *second),
            Instruction::Head => {
                let found = ask_each(offices, ("audra", Role::Auditor), |desk| desk.audit_head());
                (Ok(1), found.map(|_| 1))
            }
        })
    }

    fn raise(&mut self, offices: &[Office], instruction: &Instruction) -> (Outcome, Result<u64, String>) {
        let Instruction::Raise { by, kind, stage, title, text, customer, request } = instruction else {
            unreachable!()
        };
        let customer =
            customer.filter(|_| !self.customers.is_empty()).map(|place| place % self.customers.len());
        let mut new = NewCase::new(TYPES[*kind], TITLES[*title]).described(TEXTS[*text]);
        new.stage = stage.map(|stage| STAGES[stage].to_owned());
        new.customer = customer.map(|place| self.customers[place].0);
        let id = request.map(|id| format!("request {id}"));
        let answer = ask_each(offices, (WORKERS[*by], Role::Agent), |desk| match &id {
            Some(id) => desk.request(id).raise_case(new.clone()),
            None => desk.raise_case(new.clone()),
        });
        let events = |answer: Result<RaisedCase, String>| answer.map(|raised| u64::from(!raised.replayed));
        let known = request.and_then(|id| self.requests.get(&(*by, id)));
        // The customer that a number means may be another by now; then it is another command.
        let exact = Instruction::Raise {
            by: *by,
            kind: *kind,
            stage: *stage,
            title: *title,
            text: *text,
            customer,
            request: *request,
        };
        if let Some((first, raised)) = known {
            if *first != exact {
                return (Err("request_id_reused"), events(answer));
            }
            assert_eq!(answer, Ok(RaisedCase { replayed: true, ..raised.clone() }));
            return (Ok(0), events(answer));
        }
        if *title == 0 || !self.active[*kind] {
            return (Err("invalid"), events(answer));
        }
        if let Ok(raised) = &answer {
            assert_eq!(raised.number, format!("C-{:06}", self.cases.len() + 1), "numbers are dense");
            self.cases.push(Case {
                id: raised.id,
                revision: 1,
                kind: *kind,
                stage: stage.unwrap_or(OPEN),
                title: *title,
                text: *text,
                customer,
                holder: None,
                priority: Priority::Normal,
                end: None,
                reopened: 0,
                notes: 0,
            });
            if let Some(id) = request {
                self.requests.insert((*by, *id), (exact, raised.clone()));
            }
        }
        (Ok(1), events(answer))
    }

    // What an edit gains is not the toy's to know: today it knows all there is.
    #[allow(clippy::needless_update)]
    fn command(&self, place: usize, edit: &Edit) -> CaseEdit {
        let customer = self.customer_of(edit);
        CaseEdit {
            case_type: edit.kind.map(|kind| TYPES[kind].to_uppercase()),
            stage: edit.stage.map(|stage| STAGES[stage].to_owned()),
            title: edit.title.map(|title| TITLES[title].to_owned()),
            description: edit.text.map(|text| TEXTS[text].to_owned()),
            customer: customer.flatten().map(|place| self.customers[place].0),
            without_customer: customer == Some(None),
            priority: edit.priority.map(|priority| Priority::ALL[priority]),
            resolution: edit.end.map(|end| ENDS[end].to_owned()),
            reason: edit.reason.then(|| "wrote again".to_owned()),
            seen: match edit.seen {
                Seen::Nothing => None,
                Seen::Now => Some(self.cases[place].revision),
                Seen::Before => Some(self.cases[place].revision - 1),
            },
            ..CaseEdit::new()
        }
    }

    fn customer_of(&self, edit: &Edit) -> Option<Option<usize>> {
        let known = |place: usize| (!self.customers.is_empty()).then(|| place % self.customers.len());
        edit.customer.map(|customer| customer.and_then(known))
    }

    fn edit(&mut self, place: usize, edit: &Edit) -> Outcome {
        let customer = self.customer_of(edit);
        let case = self.cases[place].clone();
        if edit.seen == Seen::Before {
            return Err("conflict");
        }
        if edit.title == Some(0) || edit.kind.is_some_and(|kind| !self.active[kind]) {
            return Err("invalid");
        }
        let ends = edit.stage.unwrap_or(case.stage) > ACTIVE;
        if edit.end.is_some_and(|end| !ends || (end == CANCELLED && !edit.reason)) {
            return Err("invalid");
        }
        let mut next = case.clone();
        next.end = edit.end.or(case.end).filter(|_| ends);
        next.priority = edit.priority.map_or(case.priority, |priority| Priority::ALL[priority]);
        next.kind = edit.kind.unwrap_or(case.kind);
        next.stage = edit.stage.unwrap_or(case.stage);
        next.title = edit.title.unwrap_or(case.title);
        next.text = edit.text.unwrap_or(case.text);
        next.customer = customer.unwrap_or(case.customer);
        let (moved, retyped) = (next.stage != case.stage, next.kind != case.kind);
        if moved && !retyped && case.kind == REFUNDS && !MOVES.contains(&(case.stage, next.stage)) {
            return Err("blocked");
        }
        let reopened = case.stage > ACTIVE && next.stage <= ACTIVE;
        if reopened && !edit.reason {
            return Err("blocked");
        }
        next.reopened += u32::from(reopened);
        // What is said again with a reason is said anew.
        let said = edit.end.is_some() && (next.end != case.end || edit.reason);
        let events = u64::from(moved || retyped || said)
            + u64::from(next.priority != case.priority)
            + u64::from(next.title != case.title)
            + u64::from(next.text != case.text)
            + u64::from(next.customer != case.customer);
        next.revision += events;
        self.cases[place] = next;
        Ok(events)
    }

    /// A new holder; in somebody's hands an open case is in progress, and nobody gets a closed one.
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
        let events = 1 + u64::from(case.stage == OPEN);
        case.stage = case.stage.max(ACTIVE);
        case.holder = Some(by.to_owned());
        case.revision += events;
        Ok(events)
    }

    fn noted(
        &mut self,
        case: usize,
        author: usize,
        text: usize,
        shown: bool,
        answer: Result<casekit::AddedNote, String>,
    ) -> (Outcome, Result<u64, String>) {
        if text == 0 {
            return (Err("invalid"), answer.map(|_| 1));
        }
        if let Ok(added) = &answer {
            self.notes.push(Note { id: added.id, case, author, text, edits: 0, shown });
            let case = &mut self.cases[case];
            (case.notes, case.revision) = (case.notes + 1, case.revision + 1);
            assert_eq!(added.revision, case.revision);
        }
        (Ok(1), answer.map(|_| 1))
    }

    /// Only its author alters a note, and only while it says something.
    fn on_note(&mut self, place: usize, by: usize, change: impl Fn(&mut Note) -> Outcome) -> Outcome {
        let note = &mut self.notes[place];
        if note.author != by || note.text == 0 {
            return Err("blocked");
        }
        let events = change(note)?;
        self.cases[note.case].revision += events;
        Ok(events)
    }

    fn import(
        &mut self,
        offices: &[Office],
        kind: usize,
        title: usize,
        second: i64,
    ) -> (Outcome, Result<u64, String>) {
        let change = |second: i64, what| ImportChange { at: at(second), by: "old-hand".into(), what };
        let closed = ImportedChange::Stage { to: STAGES[CLOSED].into(), reason: None };
        let item = ImportItem::Case(ImportCase {
            reference: None,
            case: NewCase::new(TYPES[kind], TITLES[title]),
            customer_reference: None,
            at: at(second),
            by: "old-raiser".into(),
            request: None,
            changes: vec![change(second, ImportedChange::Taken), change(second + 1, closed)],
        });
        let report = ask_each(offices, MONA, |desk| desk.import(std::slice::from_ref(&item)));
        let sound = title > 0 && self.active[kind];
        if let Ok(report) = &report
            && let Some(id) = report.results.first().and_then(|result| result.case)
        {
            self.cases.push(Case {
                id,
                revision: 4,
                kind,
                stage: CLOSED,
                title,
                text: 0,
                customer: None,
                holder: Some("old-hand".into()),
                priority: Priority::Normal,
                end: None,
                reopened: 0,
                notes: 0,
            });
        }
        (Ok(if sound { 5 } else { 1 }), report.map(|report| report.events + 1))
    }
}

const AMARA: (&str, Role) = ("amara", Role::Agent);
const MONA: (&str, Role) = ("mona", Role::Manager);

fn note(text: usize, shown: bool) -> NewNote {
    NewNote { text: TEXTS[text].to_owned(), visibility: visibility(shown) }
}

fn visibility(shown: bool) -> Visibility {
    if shown { Visibility::Customer } else { Visibility::Internal }
}
