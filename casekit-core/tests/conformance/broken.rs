//! A handle to a memory store that breaks one promise.

use std::cell::RefCell;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use casekit_core::commit::{Claim, Commit, Committed, Expect, Refused, StoredEvent};
use casekit_core::event::{CaseFact, Fact, LedgerFact};
use casekit_core::memory::MemoryStore;
use casekit_core::model::{
    ActorId, BlobId, CaseId, CaseNumber, Catalog, CustomerId, DueTask, Failure, Lineage, Note, RequestId,
    StreamId, Timestamp,
};
use casekit_core::search::AnyOf;
use casekit_core::store::{
    After, BlobBytes, BlobRow, CaseCount, CaseFilter, CaseQuery, CaseRow, CheckPlace, Compacted, Copied,
    CountQuery, Cursor, CustomerQuery, CustomerRow, Defined, DurationCount, DurationQuery, EventQuery,
    Failing, FailureCount, Hints, History, HistoryQuery, LoadPlan, Loaded, Located, NoteOrder, NotePlace,
    NoteQuery, PeopleQuery, PersonRow, SearchQuery, SearchRow, Slice, Store, StoreError, StoreErrorKind,
    StoreHealth, StoredRequest, StreamRow, TellBackup, Within,
};
use chrono::TimeDelta;

/// What a store does wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fault {
    Nothing,
    LosesTheNoteInTheLastDraft,
    WritesWhatItRefuses,
    IgnoresRevisions,
    IgnoresClaims,
    ForgetsRequests,
    ReusesNumbers,
    ForgetsLineages,
    ForgetsTheFloor,
    ShowsInternalNotes,
    TakesOldNotesForTheNewest,
    BeginsNotesAgain,
    FindsInternalNotes,
    PagesByOffset,
    LosesARowWhereAPageIsCutShort,
    RepeatsARowWhereAPageIsCutShort,
    BreaksTiesAnyhow,
    ForgetsWhoseCasesAreOwn,
    CountsWithoutFilter,
    LeavesEmptyGroupsIn,
    FindsOldestFirst,
    TakesTheLastWordWhole,
    TakesOneSpelling,
    TakesThePrefixOfNumbersForAWord,
    LosesLongTerms,
    LosesTermsOfLongTexts,
    KeepsAnOldCatalog,
    DefinesListsByAnOldCatalog,
    DefinesListsByTheCatalogOfAnotherMoment,
    RoundsInstants,
    LosesSalts,
    LosesWhichRequestItWas,
    TellsOfAnEventBefore,
    SweepsKeptBlobs,
    KeepsDroppedBlobs,
    AppendsTwice,
    SweepsWithoutLimit,
    AnswersWhenSuspended,
    SortsCustomersByBytes,
    ForgetsAFieldOfCustomers,
    StopsABatchAtARefusal,
    HidesStandings,
    ShowsLateFailures,
    ListsWhatIsPendingForAnybody,
    CountsWhatIsPendingForAnybody,
    ForgetsWhenCasesWereClosed,
    CountsOwnCasesAsWork,
    DoesNotTellWhatIsPending,
    ForgetsCausesOfFailures,
    ListsAnyPriority,
    ListsHoweverCasesEnded,
    CountsAnyPriority,
    CountsHoweverCasesEnded,
    ListsAnyTag,
    ForgetsWhatWasMerged,
    CountsAnyTag,
    CountsBeyondTheEnd,
    CountsFailuresOfEverybody,
    ForgetsTheCustomerOfAScope,
    CountsFailuresInAnyOrder,
    RunsDueTasksTooEarly,
    TakesOneDueTaskForAnother,
    CountsEveryDueTask,
    LooksForTheNextDueTaskOfAnyKind,
    SleepsThroughRetries,
    ChecksForEver,
    MixesStreams,
    CopiesNoRequests,
    CopiesOverWhatIsThere,
    LeavesTombstonesOut,
    FoldsActorIds,
    ForgetsWhoseNamesAreShared,
    ListsPeopleByName,
    CountsAStageThatIsStillOn,
    CountsDurationsOfAnyTeam,
    TakesNoDurationOutAgain,
    ListsWhatIsNotStalled,
    ForgetsWhenCasesLastChanged,
}

/// The check of tags.
const TAGS: &str = "cases_are_listed_and_counted_by_the_tags_for_which_theirs_stand";

/// Each fault with a case that catches it.
pub(crate) const CAUGHT_BY: &[(Fault, &str)] = &[
    (Fault::ListsAnyTag, TAGS),
    (Fault::ForgetsWhatWasMerged, TAGS),
    (Fault::CountsAnyTag, TAGS),
    (Fault::CountsBeyondTheEnd, "a_count_up_to_a_number_ends_there"),
    (Fault::ForgetsTheCustomerOfAScope, "a_scope_leaves_the_same_cases_in_every_answer"),
    (Fault::FoldsActorIds, "people_are_found_by_their_exact_actor_ids_and_nobody_else"),
    (Fault::ForgetsWhoseNamesAreShared, "a_row_of_a_person_says_whether_another_has_the_very_same_name"),
    (Fault::CountsAStageThatIsStillOn, "durations_follow_every_change"),
    (Fault::TakesNoDurationOutAgain, "a_case_that_is_reopened_has_no_time_to_resolve"),
    (Fault::CountsDurationsOfAnyTeam, "durations_are_of_the_types_teams_and_months_that_are_asked_for"),
    (Fault::ListsWhatIsNotStalled, "cases_that_stand_for_long_are_listed_by_when_they_came_to_their_stage"),
    (Fault::ForgetsWhenCasesLastChanged, "each_filter_leaves_what_fits_it"),
    (Fault::ListsPeopleByName, "people_come_by_the_bytes_of_their_actor_ids"),
    (Fault::LosesTheNoteInTheLastDraft, "a_note_is_read_before_its_replies_and_those_before_the_next"),
    (Fault::WritesWhatItRefuses, "a_refused_commit_leaves_nothing"),
    (Fault::WritesWhatItRefuses, "one_refused_commit_does_not_touch_the_others_of_its_batch"),
    (Fault::IgnoresRevisions, "a_stream_that_is_only_read_is_expected_too"),
    (Fault::IgnoresRevisions, "of_commits_that_read_the_same_revision_one_is_written"),
    (Fault::IgnoresClaims, "a_name_that_somebody_has_is_claimed_however_it_is_written"),
    (Fault::ForgetsRequests, "a_request_that_was_carried_out_is_not_carried_out_again"),
    (Fault::ReusesNumbers, "a_number_is_greater_than_any_that_was_returned_before"),
    (Fault::ReusesNumbers, "numbers_of_one_batch_are_unique_and_greater_than_those_before"),
    (Fault::ReusesNumbers, "a_number_is_not_reused_after_a_refused_raise"),
    (Fault::ReusesNumbers, "every_commit_that_threads_were_promised_is_there"),
    (Fault::ForgetsLineages, "the_newest_place_is_of_the_line_of_the_ledger"),
    (Fault::ForgetsTheFloor, "numbers_go_on_from_the_floor_of_a_restored_file"),
    (Fault::ShowsInternalNotes, "internal_notes_are_shown_only_to_who_may_see_them"),
    (Fault::ShowsInternalNotes, "the_newest_notes_are_those_that_were_added_last"),
    (Fault::TakesOldNotesForTheNewest, "the_newest_notes_are_those_that_were_added_last"),
    (Fault::BeginsNotesAgain, "notes_are_paged_by_when_they_were_added_while_others_are_added"),
    (Fault::FindsInternalNotes, "notes_and_internal_notes_and_cases_are_left_out_when_not_asked_for"),
    (Fault::PagesByOffset, "a_new_case_neither_hides_nor_repeats_a_row_of_a_list_by_number"),
    (Fault::LosesARowWhereAPageIsCutShort, "pages_have_every_row_once"),
    (Fault::LosesARowWhereAPageIsCutShort, "a_page_has_at_most_its_limit_and_says_where_it_goes_on"),
    (Fault::LosesARowWhereAPageIsCutShort, "cases_and_notes_are_found_newest_first"),
    (Fault::LosesARowWhereAPageIsCutShort, "customers_come_by_folded_name_then_by_id"),
    (Fault::LosesARowWhereAPageIsCutShort, "a_note_is_read_before_its_replies_and_those_before_the_next"),
    (Fault::RepeatsARowWhereAPageIsCutShort, "pages_have_every_row_once"),
    (Fault::RepeatsARowWhereAPageIsCutShort, "a_page_has_at_most_its_limit_and_says_where_it_goes_on"),
    (Fault::RepeatsARowWhereAPageIsCutShort, "cases_and_notes_are_found_newest_first"),
    (Fault::RepeatsARowWhereAPageIsCutShort, "customers_come_by_folded_name_then_by_id"),
    (Fault::RepeatsARowWhereAPageIsCutShort, "a_note_is_read_before_its_replies_and_those_before_the_next"),
    (Fault::BreaksTiesAnyhow, "every_order_is_kept_both_ways"),
    (Fault::BreaksTiesAnyhow, "pages_have_every_row_once"),
    (Fault::ForgetsWhoseCasesAreOwn, "each_filter_leaves_what_fits_it"),
    (Fault::ForgetsWhoseCasesAreOwn, "only_cases_in_scope_are_found_and_their_notes"),
    (Fault::CountsWithoutFilter, "counts_are_what_listing_finds"),
    (Fault::LeavesEmptyGroupsIn, "a_group_without_a_case_is_left_out"),
    (Fault::TakesOneSpelling, "texts_are_found_as_people_type_in_every_script"),
    (Fault::TakesThePrefixOfNumbersForAWord, "the_prefix_of_case_numbers_is_no_word"),
    (Fault::FindsOldestFirst, "cases_and_notes_are_found_newest_first"),
    (Fault::TakesTheLastWordWhole, "the_last_word_need_only_be_begun"),
    (Fault::LosesLongTerms, "a_long_word_is_found_however_much_of_it_is_typed"),
    (Fault::LosesTermsOfLongTexts, "a_long_text_is_found_by_each_of_the_terms_that_it_gives"),
    (Fault::KeepsAnOldCatalog, "the_catalog_follows_every_definition"),
    (Fault::DefinesListsByAnOldCatalog, "every_list_comes_with_the_definitions_of_its_moment"),
    (Fault::DefinesListsByTheCatalogOfAnotherMoment, "rows_and_their_definitions_are_of_one_moment"),
    (Fault::RoundsInstants, "events_are_stored_as_they_were_sealed"),
    (Fault::LosesSalts, "events_are_stored_as_they_were_sealed"),
    (Fault::LosesWhichRequestItWas, "events_are_stored_as_they_were_sealed"),
    (Fault::LosesWhichRequestItWas, "the_chain_of_every_stream_verifies"),
    (Fault::TellsOfAnEventBefore, "a_history_has_the_events_of_its_stream_and_what_it_takes_to_show_them"),
    (Fault::SweepsKeptBlobs, "old_orphans_are_swept_and_kept_blobs_stay"),
    (Fault::KeepsDroppedBlobs, "a_dropped_blob_is_gone"),
    (Fault::AppendsTwice, "a_chunk_that_comes_again_is_done_already"),
    (Fault::AppendsTwice, "a_chunk_for_another_place_is_refused_and_changes_nothing"),
    (Fault::SweepsWithoutLimit, "orphans_are_swept_a_few_at_a_time"),
    (Fault::AnswersWhenSuspended, "a_suspended_store_refuses_every_call_and_keeps_everything"),
    (Fault::SortsCustomersByBytes, "customers_come_by_folded_name_then_by_id"),
    (Fault::ForgetsAFieldOfCustomers, "customers_are_listed_by_values_of_indexed_fields"),
    (Fault::HidesStandings, "a_row_shows_how_far_its_case_has_come"),
    (Fault::HidesStandings, "a_row_follows_every_event_of_a_workflow"),
    (Fault::ShowsLateFailures, "a_failure_that_comes_after_the_end_is_not_shown"),
    (Fault::ListsWhatIsPendingForAnybody, "what_is_pending_is_what_no_blocker_keeps_one_from"),
    (Fault::ListsWhatIsPendingForAnybody, "an_ended_workflow_is_neither_pending_nor_failing"),
    (Fault::CountsWhatIsPendingForAnybody, "what_is_pending_is_counted_as_it_is_listed"),
    (Fault::CountsWhatIsPendingForAnybody, "what_is_pending_follows_every_event"),
    (Fault::ForgetsWhenCasesWereClosed, "each_filter_leaves_what_fits_it"),
    (Fault::CountsOwnCasesAsWork, "work_is_what_is_pending_and_what_is_ones_own_and_not_closed"),
    (Fault::DoesNotTellWhatIsPending, "work_is_what_is_pending_and_what_is_ones_own_and_not_closed"),
    (Fault::ForgetsCausesOfFailures, "failing_cases_are_listed_by_code_and_setting"),
    (Fault::CountsFailuresOfEverybody, "failures_are_counted_by_cause_in_order"),
    (Fault::ListsAnyPriority, "each_filter_leaves_what_fits_it"),
    (Fault::ListsHoweverCasesEnded, "each_filter_leaves_what_fits_it"),
    (Fault::CountsAnyPriority, "counts_are_what_listing_finds"),
    (Fault::CountsHoweverCasesEnded, "counts_are_what_listing_finds"),
    (Fault::CountsFailuresInAnyOrder, "failures_are_counted_by_cause_in_order"),
    (Fault::RunsDueTasksTooEarly, "a_due_task_is_listed_once_its_instant_has_passed"),
    (Fault::RunsDueTasksTooEarly, "a_due_task_follows_its_case"),
    (Fault::TakesOneDueTaskForAnother, "a_due_task_is_listed_once_its_instant_has_passed"),
    (Fault::LooksForTheNextDueTaskOfAnyKind, "the_next_due_task_of_a_kind_is_the_earliest"),
    (Fault::SleepsThroughRetries, "what_is_tried_again_by_itself_is_due_from_its_instant"),
    (Fault::CountsEveryDueTask, "due_tasks_are_counted_up_to_a_bound"),
    (Fault::ChecksForEver, "a_check_in_parts_comes_to_an_end"),
    (Fault::MixesStreams, "events_of_all_streams_come_by_stream_and_revision"),
    (Fault::LeavesTombstonesOut, "notes_of_all_cases_come_by_case_in_reading_order"),
    (Fault::CopiesNoRequests, "what_was_copied_is_all_there_and_goes_on"),
    (Fault::CopiesOverWhatIsThere, "only_an_empty_store_takes_a_copy"),
    (Fault::StopsABatchAtARefusal, "one_refused_commit_does_not_touch_the_others_of_its_batch"),
];

/// A handle to what is kept at a place; closing it leaves the place alone.
pub(crate) struct Broken {
    place: Arc<MemoryStore>,
    fault: Fault,
    closed: AtomicBool,
    old_catalog: Mutex<Option<Arc<Catalog>>>,
    measured: Mutex<Vec<DurationCount>>,
}

impl Broken {
    pub(crate) fn new(place: Arc<MemoryStore>, fault: Fault) -> Self {
        let (old_catalog, measured) = (Mutex::new(None), Mutex::default());
        Self { place, fault, closed: AtomicBool::new(false), old_catalog, measured }
    }

    fn has(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    fn open(&self) -> Result<&MemoryStore, StoreError> {
        if self.closed.load(Ordering::SeqCst) {
            return Err(StoreError::new(StoreErrorKind::Closed, "the handle was closed"));
        }
        Ok(&self.place)
    }

    fn break_it(&self, commit: &mut Commit) {
        let last_is_note =
            matches!(commit.drafts.last().map(|d| &d.fact), Some(Fact::Case(_, CaseFact::NoteAdded { .. })));
        if self.has(Fault::LosesTheNoteInTheLastDraft) && last_is_note {
            commit.drafts.pop();
            commit.salts.pop();
        }
        if self.has(Fault::IgnoresRevisions) {
            commit.expect.retain(|expect| !matches!(expect, Expect::Revision(..)));
        }
        if self.has(Fault::IgnoresClaims) {
            commit.expect.retain(|expect| !matches!(expect, Expect::Unclaimed(_)));
        }
        for draft in &mut commit.drafts {
            if let Fact::Ledger(LedgerFact::Restored { number_floor, .. }) = &mut draft.fact
                && self.has(Fault::ForgetsTheFloor)
            {
                *number_floor = None;
            }
        }
        if self.has(Fault::ForgetsRequests) {
            commit.request = None;
        }
        if self.has(Fault::SweepsKeptBlobs) {
            commit.keep_blobs.clear();
        }
        if self.has(Fault::KeepsDroppedBlobs) {
            commit.drop_blobs.clear();
        }
    }

    /// A page that is cut short in the middle, and goes on a row too far or too near.
    fn cut_short<T>(
        &self,
        limit: u32,
        page: impl Fn(u32) -> Result<Slice<T>, StoreError>,
    ) -> Result<Slice<T>, StoreError> {
        let half = limit / 2;
        let is_cut = half > 0 && page(half)?.next.is_some();
        if is_cut && self.has(Fault::LosesARowWhereAPageIsCutShort) {
            return Ok(Slice { rows: page(half)?.rows, next: page(half + 1)?.next });
        }
        if is_cut && self.has(Fault::RepeatsARowWhereAPageIsCutShort) {
            return Ok(Slice { rows: page(half + 1)?.rows, next: page(half)?.next });
        }
        page(limit)
    }

    fn number(&self, number: &mut CaseNumber) {
        if self.has(Fault::ReusesNumbers) {
            number.value = number.value.min(2);
        }
    }

    fn failure_of(&self, case: CaseId) -> Result<Option<Failure>, StoreError> {
        let mut loaded = self.open()?.load(&LoadPlan { cases: vec![case], ..LoadPlan::default() })?;
        Ok(loaded.cases.pop().and_then(|case| case.progress).and_then(|progress| progress.failure))
    }

    fn catalog_shown(&self, catalog: Arc<Catalog>) -> Arc<Catalog> {
        if self.has(Fault::KeepsAnOldCatalog) { self.old(catalog) } else { catalog }
    }

    fn old(&self, catalog: Arc<Catalog>) -> Arc<Catalog> {
        if catalog.case_types.is_empty() {
            return catalog;
        }
        Arc::clone(self.old_catalog.lock().unwrap().get_or_insert(catalog))
    }

    /// An answer that is made of others, with the definitions of the last of them, or with wrong ones.
    fn defined<T>(
        &self,
        make: impl FnOnce(&Last) -> Result<T, StoreError>,
    ) -> Result<Defined<T>, StoreError> {
        let another = self.has(Fault::DefinesListsByTheCatalogOfAnotherMoment);
        let before = another.then(|| self.catalog_before_a_write()).transpose()?;
        let last = Last::default();
        let answer = make(&last)?;
        let catalog = before.unwrap_or(last.0.into_inner());
        let is_old = self.has(Fault::DefinesListsByAnOldCatalog);
        Ok(Defined { answer, catalog: if is_old { self.old(catalog) } else { catalog } })
    }

    /// The catalog, behind which somebody writes, if anybody does.
    fn catalog_before_a_write(&self) -> Result<Arc<Catalog>, StoreError> {
        let (catalog, newest) = (self.open()?.catalog()?, self.open()?.newest()?);
        for _ in 0..10_000 {
            if self.open()?.newest()? != newest {
                break;
            }
            std::thread::yield_now();
        }
        Ok(catalog)
    }
}

/// The definitions of the answer that came last.
#[derive(Default)]
struct Last(RefCell<Arc<Catalog>>);

impl Last {
    fn of<T>(&self, Defined { answer, catalog }: Defined<T>) -> T {
        *self.0.borrow_mut() = catalog;
        answer
    }
}

impl Store for Broken {
    fn commit(&self, batch: Vec<Commit>) -> Result<Vec<Result<Committed, Refused>>, StoreError> {
        let store = self.open()?;
        let mut answers: Vec<Result<Committed, Refused>> = Vec::new();
        for mut commit in batch {
            if self.has(Fault::StopsABatchAtARefusal)
                && let Some(Err(refused)) = answers.last()
            {
                answers.push(Err(refused.clone()));
                continue;
            }
            self.break_it(&mut commit);
            let mut answer = store.commit(vec![commit.clone()])?.remove(0);
            if let Ok(committed) = &mut answer {
                committed.receipt.number.iter_mut().for_each(|number| self.number(number));
            }
            if let (Err(Refused::Stale(broken)), Fault::WritesWhatItRefuses) = (&answer, self.fault) {
                commit.expect.retain(|expect| expect != broken);
                store.commit(vec![commit])?.remove(0).ok();
            }
            answers.push(answer);
        }
        Ok(answers)
    }

    fn can_lose_answers(&self) -> bool {
        self.place.can_lose_answers()
    }

    fn hints(&self) -> Option<Arc<Hints>> {
        self.place.hints()
    }

    fn load(&self, plan: &LoadPlan) -> Result<Loaded, StoreError> {
        let mut loaded = self.open()?.load(plan)?;
        loaded.catalog = self.catalog_shown(loaded.catalog);
        loaded.cases.iter_mut().for_each(|case| self.number(&mut case.number));
        Ok(loaded)
    }

    fn catalog(&self) -> Result<Arc<Catalog>, StoreError> {
        Ok(self.catalog_shown(self.open()?.catalog()?))
    }

    fn cases(&self, query: &CaseQuery) -> Result<Defined<Slice<CaseRow>>, StoreError> {
        let mut query = query.clone();
        if self.has(Fault::ForgetsWhoseCasesAreOwn) {
            query.filter.own = None;
        }
        if self.has(Fault::ListsWhatIsNotStalled) {
            query.filter.stalled = None;
        }
        if self.has(Fault::ForgetsWhenCasesLastChanged) {
            query.filter.updated_before = None;
        }
        if self.has(Fault::ListsWhatIsPendingForAnybody) {
            query.filter.pending = None;
        }
        if self.has(Fault::ForgetsWhenCasesWereClosed) {
            (query.filter.closed_from, query.filter.closed_before) = (None, None);
        }
        if self.has(Fault::ListsAnyPriority) {
            query.filter.priorities = None;
        }
        if self.has(Fault::ListsAnyTag) {
            query.filter.tags.clear();
        }
        if self.has(Fault::ListsHoweverCasesEnded) {
            query.filter.resolutions = None;
        }
        if let Some(failing) =
            query.filter.failing.as_mut().filter(|_| self.has(Fault::ForgetsCausesOfFailures))
        {
            *failing = Failing::default();
        }
        if let Some((due_task, before)) = &mut query.filter.due_task {
            if self.has(Fault::RunsDueTasksTooEarly) {
                *before += TimeDelta::microseconds(1);
            }
            if self.has(Fault::TakesOneDueTaskForAnother) {
                *due_task = DueTask::Deliver;
            }
        }
        if self.has(Fault::PagesByOffset) {
            let Some(After::Number(seen)) = query.after.take().or(Some(After::Number(0))) else {
                return self.open()?.cases(&query);
            };
            let all = self.open()?.cases(&CaseQuery { limit: 10_000, ..query.clone() })?;
            let (all, catalog) = (all.answer.rows, all.catalog);
            let rows: Vec<CaseRow> =
                all.iter().skip(seen as usize).take(query.limit as usize).cloned().collect();
            let read = seen + rows.len() as u64;
            let next = (read < all.len() as u64).then_some(After::Number(read));
            return Ok(Defined { answer: Slice { rows, next }, catalog });
        }
        let mut defined = self.defined(|last| {
            let page = |limit| Ok(last.of(self.open()?.cases(&CaseQuery { limit, ..query.clone() })?));
            self.cut_short(query.limit, page)
        })?;
        let slice = &mut defined.answer;
        if self.has(Fault::ForgetsWhatWasMerged) {
            slice.rows.retain(|row| query.filter.tags.iter().all(|tag| row.tags.contains(tag)));
        }
        for row in &mut slice.rows {
            if self.has(Fault::HidesStandings) {
                row.status = None;
            }
            if self.has(Fault::DoesNotTellWhatIsPending) {
                row.pending = false;
            }
            if self.has(Fault::ShowsLateFailures) {
                row.failure = self.failure_of(row.id)?.map(Box::new);
            }
        }
        if self.has(Fault::BreaksTiesAnyhow) {
            let (places, rows) = (slice.rows.len(), &mut slice.rows);
            for place in 1..places {
                if rows[place - 1].raised_at == rows[place].raised_at {
                    rows.swap(place - 1, place);
                }
            }
            if let Some(After::Instant(_, number)) = &mut slice.next {
                *number = 0;
            }
        }
        Ok(defined)
    }

    fn count_cases(&self, query: &CountQuery) -> Result<Defined<Vec<CaseCount>>, StoreError> {
        let mut query = query.clone();
        if self.has(Fault::CountsWithoutFilter) {
            (query.filter.categories, query.filter.holder) = (None, None);
        }
        if self.has(Fault::CountsAnyPriority) {
            query.filter.priorities = None;
        }
        if self.has(Fault::CountsAnyTag) {
            query.filter.tags.clear();
        }
        if self.has(Fault::CountsHoweverCasesEnded) {
            query.filter.resolutions = None;
        }
        if self.has(Fault::CountsWhatIsPendingForAnybody) {
            query.filter.pending = None;
        }
        if self.has(Fault::CountsOwnCasesAsWork)
            && let Some(work) = query.filter.work.take()
        {
            query.filter.own = Some(work.by);
        }
        let mut defined = self.defined(|last| Ok(last.of(self.open()?.count_cases(&query)?)))?;
        if self.has(Fault::LeavesEmptyGroupsIn) {
            let mut empty = defined.answer.clone();
            empty.iter_mut().for_each(|group| group.count = 0);
            defined.answer.extend(empty);
        }
        Ok(defined)
    }

    fn durations(&self, query: &DurationQuery) -> Result<Defined<Vec<DurationCount>>, StoreError> {
        let mut query = query.clone();
        if self.has(Fault::CountsDurationsOfAnyTeam) {
            query.teams = None;
        }
        let mut defined = self.defined(|last| Ok(last.of(self.open()?.durations(&query)?)))?;
        let answer = &mut defined.answer;
        if self.has(Fault::CountsAStageThatIsStillOn) {
            answer.iter_mut().filter(|one| one.stage.is_some()).for_each(|one| one.count += 1);
        }
        if self.has(Fault::TakesNoDurationOutAgain) {
            let mut seen = self.measured.lock().unwrap();
            seen.extend(answer.iter().cloned());
            answer.clone_from(&seen);
        }
        Ok(defined)
    }

    fn next_due(&self, due_task: DueTask) -> Result<Option<Timestamp>, StoreError> {
        let due_task =
            if self.has(Fault::LooksForTheNextDueTaskOfAnyKind) { DueTask::Deliver } else { due_task };
        Ok(self.open()?.next_due(due_task)?.filter(|_| !self.has(Fault::SleepsThroughRetries)))
    }

    fn count_up_to(&self, filter: &CaseFilter, at_most: u32) -> Result<Defined<u64>, StoreError> {
        let at_most = if self.has(Fault::CountsBeyondTheEnd) { u32::MAX } else { at_most };
        self.defined(|last| Ok(last.of(self.open()?.count_up_to(filter, at_most)?)))
    }

    fn count_due_tasks(&self, due_task: DueTask, before: Timestamp, at_most: u32) -> Result<u64, StoreError> {
        let at_most = if self.has(Fault::CountsEveryDueTask) { u32::MAX } else { at_most };
        self.open()?.count_due_tasks(due_task, before, at_most)
    }

    fn count_failures(&self, within: &Within) -> Result<Defined<Vec<FailureCount>>, StoreError> {
        let own = within.own.clone().filter(|_| !self.has(Fault::CountsFailuresOfEverybody));
        let within = Within { own, ..within.clone() };
        let mut defined = self.defined(|last| Ok(last.of(self.open()?.count_failures(&within)?)))?;
        if self.has(Fault::CountsFailuresInAnyOrder) {
            defined.answer.reverse();
        }
        Ok(defined)
    }

    fn customers(&self, query: &CustomerQuery) -> Result<Slice<CustomerRow>, StoreError> {
        let mut query = query.clone();
        if self.has(Fault::ForgetsAFieldOfCustomers) {
            query.fields.truncate(1);
        }
        let page = |limit| self.open()?.customers(&CustomerQuery { limit, ..query.clone() });
        let mut slice = self.cut_short(query.limit, page)?;
        if self.has(Fault::SortsCustomersByBytes) {
            slice.rows.sort_by(|row, other| row.name.cmp(&other.name));
        }
        Ok(slice)
    }

    fn customer_by_reference(&self, folded: &str) -> Result<Option<CustomerId>, StoreError> {
        self.open()?.customer_by_reference(folded)
    }

    fn people(&self, query: &PeopleQuery) -> Result<Vec<PersonRow>, StoreError> {
        let mut query = query.clone();
        if let PeopleQuery::Those(ids) = &mut query
            && self.has(Fault::FoldsActorIds)
        {
            let folded = ids.iter().map(|id| ActorId::parse("id", &id.as_str().to_lowercase()).unwrap());
            *ids = folded.collect();
        }
        let mut rows = self.open()?.people(&query)?;
        if self.has(Fault::ForgetsWhoseNamesAreShared) {
            rows.iter_mut().for_each(|row| row.shared = false);
        }
        if self.has(Fault::ListsPeopleByName) {
            rows.sort_by(|row, other| row.name.cmp(&other.name));
        }
        Ok(rows)
    }

    fn notes(&self, query: &NoteQuery) -> Result<Slice<Note>, StoreError> {
        let internal = query.internal || self.has(Fault::ShowsInternalNotes);
        if let NoteOrder::Added { after, .. } = &query.order {
            if self.has(Fault::TakesOldNotesForTheNewest) {
                let first = NoteQuery::thread(query.case, internal, None, query.limit);
                return Ok(Slice { next: None, ..self.open()?.notes(&first)? });
            }
            if after.is_some() && self.has(Fault::BeginsNotesAgain) {
                let newest = NoteQuery::newest(query.case, internal, query.limit);
                return Ok(Slice { next: None, ..self.open()?.notes(&newest)? });
            }
        }
        let page = |limit| self.open()?.notes(&NoteQuery { internal, limit, ..query.clone() });
        self.cut_short(query.limit, page)
    }

    fn all_notes(&self, after: Option<&NotePlace>, limit: u32) -> Result<Vec<Note>, StoreError> {
        let mut notes = self.open()?.all_notes(after, limit)?;
        if self.has(Fault::LeavesTombstonesOut) {
            notes.retain(|note| note.text().is_some());
        }
        Ok(notes)
    }

    fn search(&self, query: &SearchQuery) -> Result<Defined<Slice<SearchRow>>, StoreError> {
        let mut query = query.clone();
        query.internal |= self.has(Fault::FindsInternalNotes);
        if self.has(Fault::ForgetsWhoseCasesAreOwn) {
            query.own = None;
        }
        if self.has(Fault::ForgetsTheCustomerOfAScope) {
            query.customer = None;
        }
        if self.has(Fault::TakesTheLastWordWhole) {
            query.text.words.iter_mut().for_each(|any| any.whole.append(&mut any.begun));
        }
        if self.has(Fault::TakesOneSpelling) {
            for any in &mut query.text.words {
                any.whole.truncate(1);
                any.begun.truncate(1 - any.whole.len());
            }
        }
        if self.has(Fault::TakesThePrefixOfNumbersForAWord) {
            query.text.words.retain(|any| any.terms().all(|term| term != "c"));
        }
        let mut defined = self.defined(|last| {
            let page = |limit| Ok(last.of(self.open()?.search(&SearchQuery { limit, ..query.clone() })?));
            self.cut_short(query.limit, page)
        })?;
        let slice = &mut defined.answer;
        let terms = || query.text.words.iter().flat_map(AnyOf::terms);
        if self.has(Fault::LosesLongTerms) && terms().any(|term| term.len() > 63) {
            slice.rows.clear();
        }
        if self.has(Fault::LosesTermsOfLongTexts) && terms().any(|term| term.len() == 4) {
            slice.rows.clear();
        }
        if self.has(Fault::FindsOldestFirst) {
            slice.rows.reverse();
        }
        Ok(defined)
    }

    fn events(&self, query: &EventQuery) -> Result<Vec<StoredEvent>, StoreError> {
        let mut events = match query {
            EventQuery::Streams { after, limit } if self.has(Fault::MixesStreams) => {
                let after = after.map_or(0, |(_, revision)| revision);
                self.open()?.events(&EventQuery::All { after, limit: *limit })?
            }
            EventQuery::Streams { .. } | EventQuery::Stream { .. } | EventQuery::All { .. } => {
                self.open()?.events(query)?
            }
        };
        for event in &mut events {
            if self.has(Fault::RoundsInstants) {
                event.header.at = Timestamp::from_timestamp(event.header.at.timestamp(), 0).unwrap();
            }
            if self.has(Fault::LosesSalts) {
                event.salt = None;
            }
            if self.has(Fault::LosesWhichRequestItWas) {
                event.request = None;
            }
        }
        Ok(events)
    }

    fn history(&self, query: &HistoryQuery) -> Result<Defined<History>, StoreError> {
        let mut history = self.open()?.history(query)?;
        if self.has(Fault::TellsOfAnEventBefore) && query.after > 0 {
            let query = HistoryQuery { after: query.after - 1, ..*query };
            history.answer = self.open()?.history(&query)?.answer;
        }
        Ok(history)
    }

    fn newest(&self) -> Result<Cursor, StoreError> {
        let newest = self.open()?.newest()?;
        let lineage = if self.has(Fault::ForgetsLineages) { Lineage::NONE } else { newest.lineage };
        Ok(Cursor { lineage, ..newest })
    }

    fn streams(&self, after: Option<StreamId>, limit: u32) -> Result<Vec<StreamRow>, StoreError> {
        self.open()?.streams(after, limit)
    }

    fn blob_bytes(&self) -> &dyn BlobBytes {
        self
    }

    fn claims(&self, after: Option<&Claim>, limit: u32) -> Result<Vec<Located>, StoreError> {
        self.open()?.claims(after, limit)
    }

    fn requests(
        &self,
        after: Option<&(ActorId, RequestId)>,
        limit: u32,
    ) -> Result<Vec<StoredRequest>, StoreError> {
        self.open()?.requests(after, limit)
    }

    fn blobs(&self, after: Option<BlobId>, limit: u32) -> Result<Vec<BlobRow>, StoreError> {
        self.open()?.blobs(after, limit)
    }

    fn restore(&self, part: Copied) -> Result<(), StoreError> {
        match part {
            Copied::Requests(_) if self.has(Fault::CopiesNoRequests) => Ok(()),
            Copied::Begin if self.has(Fault::CopiesOverWhatIsThere) => self.open()?.restore(part).or(Ok(())),
            part => self.open()?.restore(part),
        }
    }

    fn check_part(&self, after: Option<&CheckPlace>, limit: u32) -> Result<Option<CheckPlace>, StoreError> {
        let next = self.open()?.check_part(after, limit)?;
        Ok(if self.has(Fault::ChecksForEver) { Some(CheckPlace::new("again")) } else { next })
    }

    fn health(&self) -> Result<StoreHealth, StoreError> {
        self.open()?.health()
    }

    fn compact(&self, bytes: u64) -> Result<Compacted, StoreError> {
        self.open()?.compact(bytes)
    }

    fn repair_derived(&self) -> Result<u64, StoreError> {
        self.open()?.repair_derived()
    }

    fn backup_to(&self, path: &Path, tell: TellBackup<'_>) -> Result<(), StoreError> {
        self.open()?.backup_to(path, tell)
    }

    fn suspend(&self, wait: Duration) -> Result<(), StoreError> {
        if self.has(Fault::AnswersWhenSuspended) { Ok(()) } else { self.open()?.suspend(wait) }
    }

    fn resume(&self) -> Result<(), StoreError> {
        self.open()?.resume()
    }

    fn close(&self) -> Result<(), StoreError> {
        self.closed.store(true, Ordering::SeqCst);
        Ok(())
    }
}

impl BlobBytes for Broken {
    fn append(&self, id: BlobId, offset: u64, at: Timestamp, bytes: &[u8]) -> Result<(), StoreError> {
        let blobs = self.open()?.blob_bytes();
        if !self.has(Fault::AppendsTwice) {
            return blobs.append(id, offset, at, bytes);
        }
        let size = blobs.read(id, 0, u32::MAX)?.map_or(0, |bytes| bytes.len() as u64);
        blobs.append(id, size, at, bytes)
    }

    fn read(&self, id: BlobId, offset: u64, limit: u32) -> Result<Option<Vec<u8>>, StoreError> {
        self.open()?.blob_bytes().read(id, offset, limit)
    }

    fn sweep(&self, before: Timestamp, limit: u32) -> Result<Vec<BlobId>, StoreError> {
        let limit = if self.has(Fault::SweepsWithoutLimit) { u32::MAX } else { limit };
        self.open()?.blob_bytes().sweep(before, limit)
    }

    fn wipe(&self) -> Result<bool, StoreError> {
        self.open()?.blob_bytes().wipe()
    }
}
