//! Work as an office does it: every command of the library, in random order.
//!
//! What the library answers becomes acknowledgements, which the [judge](crate::judge) asks for later. That a command
//! is rejected is an answer as well, without an acknowledgement: the case may be closed, or another has it.

mod cases;
mod catalog;
mod customers;
mod import;
mod notes;
mod orders;
mod reading;
mod requests;

use casekit::{
    CaseId, CaseKit, CaseTypeId, CasesQuery, CustomerId, Desk, Error, NoteId, PageRequest, Role, StoreError,
    StreamId, TeamId, WorkflowId,
};

use crate::ack::Ack;
use crate::office::{desk, root};
use crate::random::Random;
pub use orders::{ORDERS, orders};

/// Something that a worker is sent to do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Action {
    /// Raise a case.
    Raise,
    /// Add a note.
    Note,
    /// Answer a note.
    Reply,
    /// Write a note anew.
    EditNote,
    /// Take a note back.
    Retract,
    /// Show a note to the customer, or hide it.
    ShowNote,
    /// Give a case another stage and title.
    Edit,
    /// Take a case.
    Take,
    /// Give it back.
    Return,
    /// Assign it.
    Assign,
    /// Take it over.
    TakeOver,
    /// Enter a customer.
    Enter,
    /// Change what is known of one.
    Update,
    /// Make a case type.
    MakeType,
    /// Change one.
    ChangeType,
    /// Make a workflow.
    MakeWorkflow,
    /// Change one.
    ChangeWorkflow,
    /// Create a team, take it out of use or into use again, or rename it.
    Teams,
    /// Give a case to a team, or to none.
    Give,
    /// Give a case a tag, and take another one off.
    Tag,
    /// Merge a tag into another one, or rename it.
    Merge,
    /// Raise an order, a case with fields and deadlines of its own.
    Order,
    /// Give fields of an order other values.
    Fill,
    /// Give the type of orders other fields.
    Redefine,
    /// Bring orders to the newest version of their type.
    Migrate,
    /// Pause the deadlines of an order.
    Pause,
    /// Have them run again.
    Resume,
    /// Extend a deadline of an order.
    Extend,
    /// Ask to be reminded of an order, or not any more.
    FollowUp,
    /// Do what is due.
    Due,
    /// Change the settings.
    Settings,
    /// Import a customer and some of their cases.
    Import,
    /// Receive a request for data.
    Receive,
    /// Bring a request one step on.
    Proceed,
    /// Bring a request as far as it goes: to its answer in the folder.
    Finish,
    /// Withdraw, revoke, retry or deny.
    ChangeCourse,
    /// Take a head of the audit trail.
    Head,
    /// Record an export.
    Export,
    /// Purge what expired, go on with deliveries, bring a case to the newest version of its type.
    PurgeExpired,
    /// Read every screen.
    Read,
}

impl Action {
    /// Every action; who picks from it gets the usual ones more often.
    pub const USUAL: [Self; 49] = [
        Self::Raise,
        Self::Raise,
        Self::Note,
        Self::Note,
        Self::Note,
        Self::Reply,
        Self::EditNote,
        Self::Retract,
        Self::ShowNote,
        Self::Edit,
        Self::Edit,
        Self::Take,
        Self::Return,
        Self::Assign,
        Self::TakeOver,
        Self::Enter,
        Self::Update,
        Self::MakeType,
        Self::ChangeType,
        Self::MakeWorkflow,
        Self::ChangeWorkflow,
        Self::Teams,
        Self::Tag,
        Self::Merge,
        Self::Order,
        Self::Order,
        Self::Fill,
        Self::Fill,
        Self::Redefine,
        Self::Migrate,
        Self::Pause,
        Self::Resume,
        Self::Extend,
        Self::FollowUp,
        Self::Due,
        Self::Give,
        Self::Give,
        Self::Settings,
        Self::Import,
        Self::Receive,
        Self::Receive,
        Self::Proceed,
        Self::Proceed,
        Self::Finish,
        Self::ChangeCourse,
        Self::Head,
        Self::Export,
        Self::PurgeExpired,
        Self::Read,
    ];

    /// The actions about requests for data, from their arrival to the answer.
    pub const REQUESTS: [Self; 5] =
        [Self::Receive, Self::Receive, Self::Proceed, Self::Proceed, Self::Finish];
}

/// Somebody who does actions, and what they know of the file.
#[derive(Clone, Debug)]
pub struct Worker {
    /// What decides what they do.
    pub random: Random,
    /// Cases without a workflow that they know.
    pub cases: Vec<CaseId>,
    /// Notes.
    pub notes: Vec<NoteId>,
    orders: Vec<CaseId>,
    requests: Vec<CaseId>,
    customers: Vec<CustomerId>,
    types: Vec<CaseTypeId>,
    workflows: Vec<WorkflowId>,
    teams: Vec<TeamId>,
    tag: String,
    done: u64,
}

impl Worker {
    /// A newcomer who knows nothing. What they name begins with `tag`, so that no two workers choose the same name.
    #[must_use]
    pub fn new(random: Random, tag: impl Into<String>) -> Self {
        Self {
            random,
            cases: Vec::new(),
            notes: Vec::new(),
            orders: Vec::new(),
            requests: Vec::new(),
            customers: Vec::new(),
            types: Vec::new(),
            workflows: Vec::new(),
            teams: Vec::new(),
            tag: tag.into(),
            done: 0,
        }
    }

    /// Looks around in a file that others have worked in.
    ///
    /// # Errors
    /// What the library answers.
    pub fn look_around(&mut self, kit: &CaseKit) -> Result<(), Error> {
        let root = root(kit);
        for row in root.cases(&CasesQuery::default(), PageRequest::first().of(40))?.rows {
            let known = if row.workflow.is_some() { &mut self.requests } else { &mut self.cases };
            known.push(row.id);
            if row.case_type == ORDERS {
                self.orders.push(row.id);
            }
        }
        let customers = root.customers(None, PageRequest::first().of(20))?.rows;
        self.customers.extend(customers.iter().map(|row| row.id));
        if let Some(case) = self.cases.first() {
            let thread = root.thread(*case, PageRequest::first())?.rows;
            self.notes.extend(thread.iter().map(|note| note.id));
        }
        Ok(())
    }

    /// Does one of the usual actions.
    ///
    /// # Errors
    /// A fault of the store.
    pub fn work(&mut self, kit: &CaseKit) -> Result<Vec<Ack>, StoreError> {
        let action = self.random.pick(&Action::USUAL).unwrap_or(Action::Read);
        self.run(action, kit)
    }

    /// Does an action, and says what was acknowledged: nothing if it was rejected.
    ///
    /// # Errors
    /// A fault of the store.
    pub fn run(&mut self, action: Action, kit: &CaseKit) -> Result<Vec<Ack>, StoreError> {
        self.done += 1;
        answered(self.go(action, kit)).map(Option::unwrap_or_default)
    }

    fn go(&mut self, action: Action, kit: &CaseKit) -> Result<Vec<Ack>, Error> {
        match action {
            Action::Raise => self.raise(kit),
            Action::Note => self.add_note(kit),
            Action::Reply => self.reply(kit),
            Action::EditNote => self.edit_note(kit),
            Action::Retract => self.retract(kit),
            Action::ShowNote => self.show_note(kit),
            Action::Edit => self.edit(kit),
            Action::Take => self.take(kit),
            Action::Return => self.give_back(kit),
            Action::Assign => self.assign(kit),
            Action::TakeOver => self.take_over(kit),
            Action::Enter => self.enter(kit),
            Action::Update => self.update(kit),
            Action::MakeType => self.make_type(kit),
            Action::ChangeType => self.change_type(kit),
            Action::MakeWorkflow => self.make_workflow(kit),
            Action::ChangeWorkflow => self.change_workflow(kit),
            Action::Teams => self.teams(kit),
            Action::Give => self.give(kit),
            Action::Tag => self.tag(kit),
            Action::Merge => self.merge(kit),
            Action::Order => self.order(kit),
            Action::Fill => self.fill(kit),
            Action::Redefine => self.redefine(kit),
            Action::Migrate => self.migrate(kit),
            Action::Pause => self.pause(kit),
            Action::Resume => self.resume(kit),
            Action::Extend => self.extend(kit),
            Action::FollowUp => self.follow_up(kit),
            Action::Due => self.due(kit),
            Action::Settings => self.change_settings(kit),
            Action::Import => self.import(kit),
            Action::Receive => self.receive(kit),
            Action::Proceed => self.proceed(kit),
            Action::Finish => self.finish(kit),
            Action::ChangeCourse => self.change_course(kit),
            Action::Head => Ok(vec![Ack::Head(root(kit).audit_head()?)]),
            Action::Export => {
                let desk = root(kit);
                let head = desk.begin_export("cases", "csv")?;
                desk.end_export(&head, 3).map(|()| Vec::new())
            }
            Action::PurgeExpired => self.purge_expired(kit),
            Action::Read => self.read(kit),
        }
    }

    /// A name that nobody else chooses.
    fn name(&self, of: &str) -> String {
        format!("{of} {}{}", self.tag, self.done)
    }
}

/// A rejection is an answer: `None`. Only a fault of the store is a fault.
fn answered<T>(result: Result<T, Error>) -> Result<Option<T>, StoreError> {
    match result {
        Ok(answer) => Ok(Some(answer)),
        Err(Error::Store(fault)) => Err(fault),
        Err(_) => Ok(None),
    }
}

/// Keeps the newest of what is known.
fn remember<T>(known: &mut Vec<T>, new: T, at_most: usize) {
    known.push(new);
    if known.len() > at_most {
        known.remove(0);
    }
}

fn event(stream: StreamId, revision: u64) -> Vec<Ack> {
    vec![Ack::Event { stream, revision }]
}

fn amara(kit: &CaseKit) -> Desk {
    desk(kit, "amara", Role::Agent)
}

fn petra(kit: &CaseKit) -> Desk {
    desk(kit, "petra", Role::Approver)
}

fn mona(kit: &CaseKit) -> Desk {
    desk(kit, "mona", Role::Manager)
}
