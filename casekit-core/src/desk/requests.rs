//! Data requests, from the webform to the approvals that precede the answer.

use super::case_view::{case_view, status};
use super::failure_view::failure_view;
use super::look::Look;
use super::messages::with_messages;
use super::request_view::{
    credential_views, release_view, request_view_of, round_view, snapshot_view, step_views,
};
use super::view_of::{customer_view, thread_note};
use super::{
    AvailableAction, Changed, DataPreview, Desk, PageRequest, ReceivedRequest, RequestSummary, RequestView,
    SnapshotView,
};
use crate::command::{NewIdentification, NewRedaction, NewRequest, RequestEdit};
use crate::decide::{
    ApproveStep, Approving, EditRequest, LeaveOutSource, Mark, ReceiveRequest, RevokeApproval, intake_claim,
};
use crate::engine::{Asking, Done};
use crate::error::Error;
use crate::model::{BlobId, Case, CaseId, Catalog, Customer, Permission, Progress, SnapshotTable};
use crate::rejection::{Blocker, Rejection};
use crate::release::shown::not_there;
use crate::store::{LoadPlan, Loaded, NoteQuery};

/// The maximum number of notes in a summary.
pub(super) const LAST_NOTES: u32 = 5;

impl Desk {
    /// Receives a request that arrived at the webform: raises a case with the credentials that came with it.
    ///
    /// A request that was received before, with the same reference and the same content, returns the same case and changes
    /// nothing. A request with a known reference and other content gets a case of its own: nobody has verified either
    /// yet, so neither replaces the other. Both cases say that they share a reference. References are compared as they
    /// are given, without outer white space. If a customer has the external reference of the request, the case is
    /// linked to that customer; otherwise the case worker has to link it.
    ///
    /// Values can be given for the fields of the case type that are for customers, whatever desk hands the request in, and those
    /// that are required have to be: what staff have to know is not asked of whoever sent it. A value that must be unique and
    /// that another case has is refused. What was given belongs to the content: a request with another value is not the same.
    /// Needs [`ReceiveRequests`](Permission::ReceiveRequests).
    ///
    /// # Arguments
    ///
    /// - `request`: what the person asked for, and who they say they are.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if a field is not valid; the error lists every such field.
    /// - `NotAllowedHere`: if tags are given in the scope of one customer.
    /// - `Blocked`: if it has a new tag, and the file has no room for one.
    ///
    /// # Cost
    ///
    /// Looks for the reference, the customer and what fields name by an index and writes one transaction: the same at a
    /// thousand cases and at a million, however many requests share the reference. The fingerprint takes some milliseconds on
    /// purpose. The work grows with the length of the texts, of which up to 20,000 different words each are indexed.
    ///
    /// A request has up to 50 credentials, 20 tags and values for 100 fields: `Invalid` with `too_many` beyond. A file has up to
    /// 1,000 tags: `Blocked` with `limit_reached` beyond. A reference, the requester's name, the name of a tag and a title have 1 to 200 characters, a credential and `reply_to` up to 1,000, a description up to 100,000:
    /// `Invalid` with `too_long` beyond.
    pub fn receive_request(&self, request: NewRequest) -> Result<ReceivedRequest, Error> {
        let look = self.look(Permission::ReceiveRequests, "receive_request")?;
        let mark = self.mark(&request)?;
        let mut command = ReceiveRequest { new: request, mark };
        let done = match self.engine.run(&self.call, &command) {
            // Another request with the reference arrived in between, and its salt counts. It never changes again.
            Err(Error::Rejected(Rejection::Contended { attempts: 1 })) => {
                command.mark = self.mark(&command.new)?;
                self.engine.run(&self.call, &command)?
            }
            done => done?,
        };
        self.received(&look, &done)
    }

    /// The mark of a request, with the salt of those that arrived with its reference.
    fn mark(&self, request: &NewRequest) -> Result<Mark, Error> {
        let claims = vec![intake_claim(&request.request_ref)];
        let plan = LoadPlan { claims, claimed_cases: true, ..LoadPlan::default() };
        let first = self.engine.store.load(&plan)?.claimed_cases.pop().and_then(|first| first.intake);
        Ok(match first {
            Some(first) => Mark::under(request, first.salt),
            None => Mark::fresh(request, &self.engine.salt()),
        })
    }

    /// The receipt of a request. If it had arrived before, it tells of the case only to an actor who may see it.
    fn received(&self, look: &Look<'_>, done: &Done) -> Result<ReceivedRequest, Error> {
        let id = done.case()?;
        let case = self.engine.store.load(&LoadPlan::case(id))?.cases.pop();
        let case = case.ok_or_else(|| Rejection::not_found("case", ""))?;
        let replayed = done.replayed || done.receipt.events == 0;
        // That others sent something under the same reference is for whoever finds out who is right.
        let is_shared = case.intake.as_ref().is_some_and(|intake| intake.shared);
        let reference_shared = is_shared && !look.is_for_customer();
        let known = !replayed || look.may_open(&case, "receive_request")?;
        Ok(ReceivedRequest {
            id: known.then_some(id),
            number: known.then(|| case.number.to_string()),
            revision: known.then_some(case.revision),
            replayed,
            reference_shared,
        })
    }

    /// Corrects a request: who asked, where the answer goes, what they gave later to prove who they are, and when it was
    /// received.
    ///
    /// Each correction is an event with what it was before. If another person asked, the approvals of a request that is
    /// not answered yet lapse. An answer that could not be sent is taken back if it was meant for another person or
    /// place: it has to be asked for again, by whoever may do so. After the answer has arrived, it can be
    /// [sent again](Self::send_again) to the corrected place. Needs [`EditCases`](Permission::EditCases).
    ///
    /// # Arguments
    ///
    /// - `edit`: the fields that change.
    ///
    /// # Errors
    ///
    /// - `Blocked`: if the case has no request, or its answer is on its way.
    /// - `Invalid`: if a field is not valid; the error lists every such field.
    ///
    /// # Cost
    ///
    /// Reads the case by an index and writes one transaction of up to three events: the same at a thousand cases and at a
    /// million. What the case is found by in a search is written anew.
    ///
    /// A request has up to 50 credentials: `Invalid` with `too_many` beyond. The requester's name has 1 to 200 characters, a
    /// credential, `reply_to` and a reason up to 1,000: `Invalid` with `too_long` beyond.
    pub fn edit_request(&self, case: CaseId, edit: RequestEdit) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &EditRequest { case, edit })?.changed())
    }

    /// Returns everything that a case worker's screen shows of one case.
    ///
    /// That is the case, its customer, what the requester gave, the steps with their states, the data that was
    /// collected, what the actor can do now, what failed, and the newest notes.
    ///
    /// Needs [`ReadCases`](Permission::ReadCases). The customer, the credentials in clear and the notes are included
    /// only if the actor may read them. In the scope of one customer it has how the case ended, and nothing of the way there:
    /// no steps, data, answer or failure.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such case, or the actor may not see it.
    ///
    /// # Cost
    ///
    /// Reads the case, its customer and its five newest notes by an index: the same at a thousand cases and at a
    /// million, and however long the thread is.
    pub fn summary(&self, id: CaseId) -> Result<RequestSummary, Error> {
        let look = self.look(Permission::ReadCases, "read_case")?;
        let plan = LoadPlan { cases: vec![id], case_customers: true, ..LoadPlan::default() };
        let (loaded, case) = look.case(plan, "read_case", id)?;
        self.whole_summary(&look, &loaded, case)
    }

    /// The summary of a case that the actor may look into, with its actions and its newest notes.
    pub(super) fn whole_summary(
        &self,
        look: &Look<'_>,
        loaded: &Loaded,
        case: Case,
    ) -> Result<RequestSummary, Error> {
        let (actions, last_notes) = (look.actions(&case, loaded)?, self.last_notes(look, &case)?);
        let customer = case.customer.and_then(|id| loaded.customers.iter().find(|one| one.id == id));
        let release = case.progress.as_ref().and_then(|progress| progress.release.as_ref());
        let package_blockers = match look.is_for_customer() {
            true => vec![Blocker::NotAllowedHere],
            false => self.package_blockers(release),
        };
        let mut shown = self.summary_of(look, case, customer.cloned(), &loaded.catalog);
        for step in &mut shown.steps {
            let of_step = |action: &&AvailableAction| action.target.as_ref() == Some(&step.id);
            step.actions = actions.iter().filter(of_step).cloned().collect();
        }
        (shown.actions, shown.last_notes, shown.package_blockers) = (actions, last_notes, package_blockers);
        look.name(&mut shown)?;
        self.name_fields(look, &mut shown.case.fields)?;
        if let Some(customer) = &mut shown.customer {
            look.name(customer.fields.as_mut_slice())?;
            self.name_fields(look, &mut customer.fields)?;
        }
        Ok(shown)
    }

    /// A case as its summary shows it, now or in the past, with the customer and the definitions of that time; without
    /// actions, notes and names of staff.
    pub(super) fn summary_of(
        &self,
        look: &Look<'_>,
        mut case: Case,
        customer: Option<Customer>,
        catalog: &Catalog,
    ) -> RequestSummary {
        let (request, intake, progress) = (case.request.take(), case.intake.take(), case.progress.take());
        let (request, progress) = (request.as_ref(), progress.as_deref());
        let access = self.access();
        let outcome = progress.and_then(|progress| progress.outcome.as_ref());
        let notes = look.number_of_notes(&case);
        let case = case_view(case, customer.as_ref(), notes, look.looking(catalog));
        let stands =
            progress.map(Progress::status).filter(|status| !look.is_for_customer() || status.has_ended());
        let own = progress.filter(|_| !look.is_for_customer());
        RequestSummary {
            status: status(&case.stage, stands.as_ref(), self.language()),
            status_code: stands.map(|status| status.code().to_owned()),
            case,
            customer: customer
                .filter(|_| access.customers)
                .map(|customer| customer_view(customer, look.looking(catalog))),
            request: request.map(|request| request_view_of(request, intake.as_ref(), access)).map(|view| {
                RequestView { reference_shared: view.reference_shared && !look.is_for_customer(), ..view }
            }),
            credentials: request.map(|request| credential_views(request, own, access)).unwrap_or_default(),
            workflow: own
                .and_then(|progress| catalog.workflows.get(&progress.workflow))
                .map(|one| one.name.said(self.language()).into_owned()),
            round: own.map_or(0, |progress| progress.round),
            earlier_rounds: own
                .map(|progress| progress.earlier.iter().map(|one| round_view(one, self.language())).collect())
                .unwrap_or_default(),
            steps: own.map(|progress| step_views(progress, self.language())).unwrap_or_default(),
            snapshot: own.and_then(|progress| {
                snapshot_view(progress, catalog.default_redactions(progress), self.language())
            }),
            release: own.and_then(|progress| progress.release.as_ref()).map(|release| {
                let settings = catalog.settings.as_ref();
                release_view(release, settings.and_then(|settings| settings.webform.as_ref()))
            }),
            package_blockers: Vec::new(),
            failure: own
                .and_then(|progress| progress.failure.as_ref())
                .map(|failure| failure_view(failure, self.language())),
            outcome_code: outcome.map(|outcome| outcome.code().to_owned()),
            outcome: outcome.map(|outcome| self.language().render(&outcome.message())),
            actions: Vec::new(),
            last_notes: Vec::new(),
        }
    }

    /// The five newest notes that the actor may see, oldest first; none if the actor may not read notes.
    fn last_notes(&self, look: &Look<'_>, case: &Case) -> Result<Vec<super::ThreadNote>, Error> {
        if !self.call.actor.may(Permission::ReadNotes) {
            return Ok(Vec::new());
        }
        let query = NoteQuery::newest(case.id, look.sees_internal_notes(), LAST_NOTES);
        let newest = self.engine.store.notes(&query)?.rows;
        let mut notes: Vec<super::ThreadNote> = newest.into_iter().rev().map(thread_note).collect();
        with_messages(case, look.is_for_customer(), &mut notes, self.language());
        Ok(notes)
    }

    /// Records that the requester is who they say they are.
    ///
    /// In the shipped workflow this is done by the holder of the case, who needs
    /// [`DecideSteps`](Permission::DecideSteps).
    ///
    /// # Arguments
    ///
    /// - `method`: how the person was identified.
    /// - `checked`: what was checked to identify them.
    ///
    /// # Errors
    ///
    /// - `Blocked`: if it is not possible now; the error lists every reason.
    ///
    /// # Cost
    ///
    /// Reads the case by an index and writes one transaction of one or two events: the same at a thousand cases and
    /// at a million.
    ///
    /// There are up to 100 things that were checked: `Invalid` with `too_many` beyond. Each, and the method, has up
    /// to 1,000 characters: `Invalid` with `too_long` beyond.
    pub fn approve_identification(
        &self,
        case: CaseId,
        method: &str,
        checked: &[&str],
    ) -> Result<Changed, Error> {
        let checked = checked.iter().map(|text| (*text).to_owned()).collect();
        self.approve_identification_with(case, NewIdentification { checked, ..NewIdentification::by(method) })
    }

    /// Records that the requester is who they say they are, with all that there is to say about it.
    ///
    /// That is the method, of those that the step lists if it lists any, the level of assurance, which of the credentials
    /// were found to be right, and the customer who the requester was found to be. The case is linked to that customer in
    /// the same step; what was approved and collected before lapses, since it was about somebody else.
    ///
    /// # Arguments
    ///
    /// - `identification`: how the person was identified.
    ///
    /// # Errors
    ///
    /// - `Blocked`: if it is not possible now; the error lists every reason.
    /// - `Invalid`: if a field is not valid; the error lists every such field.
    ///
    /// # Cost
    ///
    /// Reads the case and the customer by an index and writes one transaction of up to four events: the same at a
    /// thousand cases and at a million.
    ///
    /// There are up to 100 things that were checked: `Invalid` with `too_many` beyond. Each, the method and the note have up
    /// to 1,000 characters: `Invalid` with `too_long` beyond.
    pub fn approve_identification_with(
        &self,
        case: CaseId,
        identification: NewIdentification,
    ) -> Result<Changed, Error> {
        let with = Approving::Identification(identification);
        Ok(self.engine.run(&self.call, &ApproveStep { case, step: None, with })?.changed())
    }

    /// Collects data from the workflow's sources into a snapshot, for somebody to look at and to decide on.
    ///
    /// Needs the permission of the step.
    ///
    /// # Returns
    ///
    /// What each source answered. If one fails, the case becomes a case with errors, and what the others found is kept:
    /// ask it [again alone](Self::prepare_source), [retry](Self::retry), or [leave it out](Self::leave_out_source).
    ///
    /// # Errors
    ///
    /// - `Blocked`: if it is not possible now; the error lists every reason.
    ///
    /// # Cost
    ///
    /// Asks every source, one after another, and holds all that they find in memory; then writes it in pieces of 256
    /// KiB, and two transactions. It takes as long as the sources do; no transaction is open meanwhile.
    ///
    /// What is collected has up to 1,000,000 cells and 256 MiB: beyond, the case fails with `snapshot_too_large`. A
    /// source of the settings has 30 seconds: beyond, the case fails with `source_timeout`.
    pub fn prepare_data(&self, case: CaseId) -> Result<SnapshotView, Error> {
        self.engine.collect(&self.call, case, Asking::Every)?;
        self.snapshot(case)
    }

    /// Returns the data that was collected last, without its rows.
    ///
    /// Needs [`ReadCases`](Permission::ReadCases) and [`DecideSteps`](Permission::DecideSteps).
    ///
    /// # Errors
    ///
    /// - `Blocked`: if no data was collected yet.
    ///
    /// # Cost
    ///
    /// Reads the case by an index, and no rows.
    pub fn snapshot(&self, id: CaseId) -> Result<SnapshotView, Error> {
        let look = self.look(Permission::DecideSteps, "preview_data")?;
        let (loaded, case) = look.case(LoadPlan::case(id), "read_case", id)?;
        let progress = case.progress.as_deref().filter(|_| !look.is_for_customer());
        let snapshot = progress.and_then(|progress| {
            snapshot_view(progress, loaded.catalog.default_redactions(progress), self.language())
        });
        let mut snapshot = snapshot.ok_or_else(|| Rejection::blocked("preview_data", Blocker::NoSnapshot))?;
        look.name(&mut snapshot)?;
        Ok(snapshot)
    }

    /// Asks one source again, and keeps what the others answered.
    ///
    /// A source that was left out is then no longer left out. What was collected is another snapshot, so approvals of the
    /// data lapse. Needs the permission of the step.
    ///
    /// # Arguments
    ///
    /// - `source`: the name of the source, as [`SnapshotView::sources`] has it.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if the workflow asks no such source; the error names those that it asks.
    /// - `Blocked`: if it is not possible now; the error lists every reason.
    ///
    /// # Cost
    ///
    /// Asks the source, reads what the others found from the last collection, and writes both anew: otherwise as
    /// [`prepare_data`](Self::prepare_data).
    pub fn prepare_source(&self, case: CaseId, source: &str) -> Result<SnapshotView, Error> {
        self.engine.collect(&self.call, case, Asking::One(source.trim()))?;
        self.snapshot(case)
    }

    /// Leaves a source that failed out of the answer.
    ///
    /// The answer says openly that the source is missing, and why. If data is released then, the outcome is
    /// [`PartlyReleased`](crate::model::Outcome::PartlyReleased). Retries do not ask the source any more; asking it
    /// [again](Self::prepare_source) takes it in. Needs the permission of the step.
    ///
    /// # Arguments
    ///
    /// - `source`: the name of the source, as [`SnapshotView::sources`] has it.
    /// - `reason`: why, in words for the person who asked.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if the source did not fail; the error names those that did.
    /// - `Blocked`: if it is not possible now; the error lists every reason.
    ///
    /// # Cost
    ///
    /// Reads the case by an index and writes one transaction of one event.
    ///
    /// A reason has up to 1,000 characters: `Invalid` with `too_long` beyond.
    pub fn leave_out_source(&self, case: CaseId, source: &str, reason: &str) -> Result<Changed, Error> {
        let (source, reason) = (source.to_owned(), reason.to_owned());
        Ok(self.engine.run(&self.call, &LeaveOutSource { case, source, reason })?.changed())
    }

    /// Returns rows of one table of the collected data, in clear.
    ///
    /// The cost depends on the rows that are shown, not on how much was collected. The rows are checked against the
    /// digests that were made when the data was collected. Needs [`DecideSteps`](Permission::DecideSteps) and
    /// [`ReadSensitive`](Permission::ReadSensitive).
    ///
    /// # Arguments
    ///
    /// - `source`: the name of the source that found the table.
    /// - `table`: the name of the table, unique within its source.
    /// - `offset`: how many rows to skip.
    /// - `limit`: the maximum number of rows, 1 to 500.
    ///
    /// # Errors
    ///
    /// - `Corrupt`: if the stored rows are not the ones that were collected.
    ///
    /// # Cost
    ///
    /// Reads the case, the list of the parts of the snapshot, and the parts in which the rows are. A part has up to
    /// 500 rows or about 64 KiB, so the rows cost what is shown; the list has about 100 bytes for each part.
    ///
    /// An answer has 1 to 500 rows: `Invalid` with `out_of_range` beyond.
    pub fn preview_data(
        &self,
        id: CaseId,
        source: &str,
        table: &str,
        offset: u64,
        limit: u32,
    ) -> Result<DataPreview, Error> {
        self.require(Permission::DecideSteps, "preview_data")?;
        let look = self.look(Permission::ReadSensitive, "preview_data")?;
        let limit = PageRequest::first().of(limit).limit()?;
        let (_, case) = look.case(LoadPlan::case(id), "read_case", id)?;
        let progress = case.progress.as_deref().filter(|_| !look.is_for_customer());
        let snapshot = progress.and_then(|progress| progress.snapshot.as_ref());
        let missing = || Error::from(Rejection::blocked("preview_data", Blocker::NoSnapshot));
        let snapshot = snapshot.ok_or_else(missing)?;
        let named = |one: &SnapshotTable| one.source == source && one.name == table;
        let place = snapshot.tables.iter().position(named);
        let unknown = || {
            let (field, rule) = not_there(&snapshot.tables, source, table, None);
            Rejection::field(field, rule)
        };
        let place = place.ok_or_else(unknown)?;
        let frozen = self.engine.open_snapshot(&case, snapshot);
        let rows = frozen.and_then(|frozen| frozen.page(place, offset, limit));
        let table = snapshot.tables.get(place);
        let columns = table.map(|table| table.columns.as_slice()).unwrap_or_default();
        Ok(DataPreview {
            columns: columns.iter().map(|column| column.name.clone()).collect(),
            rows: rows.map_err(|lost| lost.fault("preview_data"))?,
            of: table.map_or(0, |table| table.rows),
        })
    }

    /// Approves that no data is sent.
    ///
    /// That is an answer like any other, and is released in the same way. The letter says what is true: that nothing was
    /// found, that what was found is not given, that no source was asked, or that a source failed.
    ///
    /// # Arguments
    ///
    /// - `reason`: why no data is sent, in words for the person who asked; the letter and the record have it. It can be
    ///   left out only if the sources were asked, all of them answered, and none found a row.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if a reason is needed, and none is given.
    /// - `Blocked`: if it is not possible now; the error lists every reason.
    ///
    /// # Cost
    ///
    /// Reads the case by an index and writes one transaction of one or two events: the same at a thousand cases and
    /// at a million.
    pub fn approve_no_data(&self, case: CaseId, reason: Option<&str>) -> Result<Changed, Error> {
        let with = Approving::NoData { reason: reason.map(str::to_owned) };
        Ok(self.engine.run(&self.call, &ApproveStep { case, step: None, with })?.changed())
    }

    /// Approves the data of a snapshot.
    ///
    /// The approval covers exactly this data: if any of it changes, the approval lapses and the step is ready again. The
    /// columns that the workflow hides by default are hidden, unless a redaction says that one of them is shown.
    ///
    /// # Arguments
    ///
    /// - `snapshot`: the id of the snapshot that the actor looked at.
    /// - `redactions`: the columns, rows and single values that are hidden from the requester, each with a reason.
    ///
    /// # Errors
    ///
    /// - `Blocked`: if it is not possible now; the error lists every reason.
    ///
    /// # Cost
    ///
    /// Reads all of the snapshot, one part of up to 500 rows at a time, to make the digest of what will be sent; then
    /// writes one transaction of one or two events.
    ///
    /// There are up to 1,000 redactions: `Invalid` with `too_many` beyond. A reason has up to 1,000 characters: `Invalid` with
    /// `too_long` beyond.
    pub fn approve_data(
        &self,
        case: CaseId,
        snapshot: BlobId,
        redactions: Vec<NewRedaction>,
    ) -> Result<Changed, Error> {
        let with = Approving::Data { snapshot, redactions };
        Ok(self.engine.run(&self.call, &ApproveStep { case, step: None, with })?.changed())
    }

    /// Approves a step of the kind `Approval`, which is about no data.
    ///
    /// # Arguments
    ///
    /// - `step`: the id of the step.
    /// - `reason`: why it is done; recorded in the history.
    ///
    /// # Errors
    ///
    /// - `Blocked`: if it is not possible now; the error lists every reason.
    ///
    /// # Cost
    ///
    /// Reads the case by an index and writes one transaction of one or two events: the same at a thousand cases and
    /// at a million.
    ///
    /// A reason has up to 1,000 characters: `Invalid` with `too_long` beyond.
    pub fn approve_step(&self, case: CaseId, step: &str, reason: Option<&str>) -> Result<Changed, Error> {
        let with = Approving::Step { reason: reason.map(str::to_owned) };
        Ok(self.engine.run(&self.call, &ApproveStep { case, step: Some(step.to_owned()), with })?.changed())
    }

    /// Revokes an approval that the actor gave; an actor who may revoke approvals can revoke anybody's.
    ///
    /// The approvals of later steps end with it.
    ///
    /// # Arguments
    ///
    /// - `step`: the id of the step.
    /// - `reason`: why it is done; recorded in the history.
    ///
    /// # Errors
    ///
    /// - `Blocked`: if it is not possible now; the error lists every reason.
    ///
    /// # Cost
    ///
    /// Reads the case by an index and writes one transaction of one or two events: the same at a thousand cases and
    /// at a million.
    ///
    /// A reason has up to 1,000 characters: `Invalid` with `too_long` beyond.
    pub fn revoke(&self, case: CaseId, step: &str, reason: Option<&str>) -> Result<Changed, Error> {
        let command = RevokeApproval { case, step: step.to_owned(), reason: reason.map(str::to_owned) };
        Ok(self.engine.run(&self.call, &command)?.changed())
    }
}
