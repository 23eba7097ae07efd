//! The suite that every store must pass (feature `conformance`).
//!
//! One macro line makes a test of each check. For a store in memory, give it a way to make a fresh one. For a store in
//! a file, give it a way to make a new place and to open the store there, so that it can also be reopened, and opened
//! twice:
//!
//! ```
//! mod in_memory {
//!     use casekit_core::memory::MemoryStore;
//!
//!     casekit_core::conformance!(MemoryStore::new);
//! }
//! ```
//!
//! ```ignore
//! mod in_a_file {
//!     casekit_core::conformance!(
//!         place = || tempfile::tempdir().unwrap(),
//!         open = |folder| MyStore::open(folder.path().join("cases")).unwrap(),
//!     );
//! }
//! ```
//!
//! `when = a_server_is_here()` besides leaves the tests out where what they need is not there; whoever says so tells of it.
//!
//! A check that fails names the promise of [`Store`] that is broken; its code is the shortest way to reproduce that.
//! The suite demands what the contract says and no more: numbers and positions may have gaps.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "these are tests that ship as a library: they panic when a store fails, and their names are sentences"
)]

pub mod again;
mod backlog;
pub mod blobs;
#[doc(hidden)]
pub mod build;
pub mod commits;
pub mod copies;
pub mod counts;
pub mod customer_fields;
pub mod customers;
pub mod defined;
pub mod due_tasks;
pub mod durations;
pub mod exclusions;
pub mod expectations;
pub mod failures;
pub mod fields;
pub mod history;
pub mod lists;
pub mod load;
pub mod notes;
pub mod numbers;
mod office;
pub mod pending;
pub mod people;
pub mod phases;
pub mod progress;
pub mod repair;
pub mod requests;
pub mod scopes;
pub mod search;
pub mod tags;
pub mod threads;
pub mod typing;

use crate::store::Store;

/// One check of the suite, as data, for running it without the macro.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// Its subject: the module that it is in.
    pub theme: &'static str,
    /// The promise that it checks, as a sentence.
    pub name: &'static str,
    /// Panics unless the store keeps the promise. The store must be fresh.
    pub run: fn(&dyn Store),
}

/// Every check that needs only a fresh store.
pub const CASES: &[Check] = crate::conformance_cases!(conformance_list,);

/// Makes a test of every check; see [the module](mod@crate::conformance).
#[macro_export]
macro_rules! conformance {
    (place = $place:expr, open = $open:expr $(,)?) => {
        $crate::conformance!(place = $place, open = $open, when = true);
    };
    (place = $place:expr, open = $open:expr, when = $when:expr $(,)?) => {
        $crate::conformance_cases!(conformance_tests, $place, $open, $when);
        $crate::conformance_cases_again!(conformance_tests_again, $place, $open, $when);
    };
    ($fresh:expr $(,)?) => {
        $crate::conformance_cases!(conformance_tests, || (), |_: &()| $fresh(), true);
    };
}

/// Passes every check by name to another macro.
#[doc(hidden)]
#[macro_export]
macro_rules! conformance_cases {
    ($then:ident, $($given:tt)*) => {
        $crate::$then! {
            ($($given)*)
            commits {
                an_empty_store_shows_nothing
                a_commit_that_is_written_is_all_there
                a_receipt_names_the_streams_in_the_order_in_which_they_were_touched
                a_refused_commit_leaves_nothing
                an_unsound_commit_leaves_nothing
                one_refused_commit_does_not_touch_the_others_of_its_batch
                each_commit_of_a_batch_sees_those_before_it
            }
            expectations {
                a_stream_must_have_the_revision_that_was_read
                a_stream_that_is_only_read_is_expected_too
                a_revision_is_neither_older_nor_newer_than_expected
                a_stream_without_an_event_is_absent_and_has_revision_0
                a_stream_is_there_from_its_first_event
                the_expectation_that_broke_is_named
                a_name_that_somebody_has_is_claimed_however_it_is_written
                a_name_that_is_given_up_is_free_and_the_new_one_is_not
                a_reference_is_free_once_its_customer_has_another_or_none
                the_reference_of_an_import_is_claimed_for_good
                the_reference_of_a_request_that_arrived_is_claimed_for_good
                requests_that_share_a_reference_are_found_by_it
                two_swap_their_references_in_one_commit
                nobody_gets_a_name_that_another_has_even_unexpected
            }
            requests {
                a_request_that_was_carried_out_is_not_carried_out_again
                a_repeated_request_is_told_so_although_its_first_time_made_it_stale
                a_request_id_belongs_to_its_actor
                a_request_comes_back_as_it_was_given
                a_commit_without_drafts_claims_its_request_and_says_where_things_stand
                a_refused_commit_does_not_claim_its_request
                a_request_is_carried_out_once_within_a_batch
            }
            numbers {
                a_number_is_greater_than_any_that_was_returned_before
                numbers_of_one_batch_are_unique_and_greater_than_those_before
                a_number_is_not_reused_after_a_refused_raise
                numbers_go_on_from_the_floor_of_a_restored_file
                a_case_keeps_its_number_and_its_prefix
                positions_increase_and_are_not_reused_after_a_refused_commit
                the_newest_place_is_of_the_line_of_the_ledger
                a_line_begins_where_another_server_took_over
            }
            history {
                events_are_stored_as_they_were_sealed
                an_event_without_a_personal_part_has_no_salt
                the_chain_of_every_stream_verifies
                every_state_is_the_fold_of_its_events
                no_event_is_earlier_than_the_newest_of_its_stream
                events_come_oldest_first_after_a_position
                events_of_a_stream_come_in_the_order_of_its_revisions
                events_of_all_streams_come_by_stream_and_revision
                a_history_has_the_events_of_its_stream_and_what_it_takes_to_show_them
                streams_come_in_the_order_of_their_ids
                notes_of_all_cases_come_by_case_in_reading_order
                nothing_shown_changes_when_more_is_written
            }
            load {
                what_is_wanted_is_loaded_and_nothing_else
                everything_wanted_comes_at_once
                a_case_that_is_wanted_in_many_ways_comes_once
                cases_are_loaded_by_several_numbers
                the_customers_of_the_cases_come_along_when_asked_for
                what_does_not_exist_is_simply_not_there
                text_that_no_record_can_have_is_asked_for_and_found_nowhere
                a_note_is_loaded_whoever_may_see_it_and_though_it_was_retracted
                the_catalog_follows_every_definition
            }
            lists {
                every_order_is_kept_both_ways
                pages_have_every_row_once
                a_page_has_at_most_its_limit_and_says_where_it_goes_on
                a_row_shows_its_case_and_the_name_of_its_customer
                a_request_is_shown_and_found_by_who_asked_and_its_reference
                an_edited_case_is_the_newest_by_update_and_stays_by_number
                a_new_case_neither_hides_nor_repeats_a_row_of_a_list_by_number
                each_filter_leaves_what_fits_it
                filters_that_are_given_together_must_all_hold
                a_text_that_says_nothing_is_no_condition
            }
            counts {
                counts_are_what_listing_finds
                a_count_up_to_a_number_ends_there
                every_way_to_count_covers_every_case_once
                a_group_without_a_case_is_left_out
                counts_follow_every_change
            }
            durations {
                durations_follow_every_change
                a_case_that_is_reopened_has_no_time_to_resolve
                durations_are_of_the_types_teams_and_months_that_are_asked_for
                cases_that_stand_for_long_are_listed_by_when_they_came_to_their_stage
            }
            defined {
                every_list_comes_with_the_definitions_of_its_moment
                rows_and_their_definitions_are_of_one_moment
            }
            progress {
                a_row_shows_how_far_its_case_has_come
                a_case_that_is_found_shows_how_far_it_has_come
                a_row_follows_every_event_of_a_workflow
                a_failure_that_comes_after_the_end_is_not_shown
            }
            pending {
                what_is_pending_is_what_no_blocker_keeps_one_from
                nothing_is_pending_for_a_permission_that_no_step_asks_for
                what_is_pending_is_narrowed_by_other_filters
                what_is_pending_is_counted_as_it_is_listed
                what_is_pending_follows_every_event
                work_is_what_is_pending_and_what_is_ones_own_and_not_closed
                an_ended_workflow_is_neither_pending_nor_failing
            }
            exclusions {
                the_second_pair_of_eyes_is_shown_what_it_may_release
                a_quorum_is_pending_for_who_has_not_approved_whoever_holds_the_case
                a_step_that_excludes_the_raiser_is_not_pending_for_them
                two_steps_that_wait_for_one_permission_exclude_each_their_own
                an_exclusion_ends_with_the_workflow
            }
            fields {
                values_of_every_kind_come_back_and_go
                a_case_is_found_by_values_that_are_not_sensitive
                a_unique_value_is_claimed_until_it_changes
                cases_are_listed_and_counted_by_values_of_indexed_fields
                cases_are_listed_in_the_order_of_an_indexed_field
                a_field_and_a_tag_are_demanded_together_with_everything_else
                a_value_goes_with_its_case_to_another_type
                rows_show_the_values_that_are_to_be_in_rows
            }
            tags {
                cases_are_listed_and_counted_by_the_tags_for_which_theirs_stand
                a_commit_gives_a_case_the_tags_that_it_makes
            }
            failures {
                failing_cases_are_listed_by_code_and_setting
                failures_are_counted_by_cause_in_order
                failures_are_counted_anew_when_one_is_fixed_or_another_comes
            }
            scopes {
                a_scope_leaves_the_same_cases_in_every_answer
            }
            due_tasks {
                a_due_task_is_listed_once_its_instant_has_passed
                a_due_task_follows_its_case
                due_tasks_are_counted_up_to_a_bound
                the_next_due_task_of_a_kind_is_the_earliest
                what_is_tried_again_by_itself_is_due_from_its_instant
                a_collection_that_is_tried_again_is_due_from_its_instant
                an_ended_workflow_has_nothing_to_deliver
                destroyed_data_is_gone_with_its_blobs_and_its_due_task
            }
            customer_fields {
                values_of_customers_come_back_and_go
                a_customer_is_found_by_values_that_are_not_sensitive
                customers_are_listed_by_values_of_indexed_fields
                a_unique_value_of_a_customer_is_claimed_until_it_changes
            }
            customers {
                customers_come_by_folded_name_then_by_id
                a_page_of_customers_has_at_most_its_limit
                a_row_shows_the_name_as_given_and_the_reference
                customers_are_found_by_the_words_of_their_names
                customers_are_found_by_address_number_and_reference_as_they_are_now
                a_customer_with_another_name_is_found_and_sorted_by_it
                a_customer_is_looked_up_by_exact_reference
            }
            people {
                people_come_by_the_bytes_of_their_actor_ids
                a_row_of_a_person_says_whether_another_has_the_very_same_name
                people_are_found_by_their_exact_actor_ids_and_nobody_else
                nobody_is_entered_twice
                a_name_of_a_person_follows_their_newest_event
                people_are_copied_with_their_entries
            }
            notes {
                a_note_is_read_before_its_replies_and_those_before_the_next
                many_notes_are_read_in_the_order_of_their_places
                a_deep_thread_is_read_in_order
                internal_notes_are_shown_only_to_who_may_see_them
                an_edited_note_keeps_its_place_and_a_retracted_one_its_tombstone
                a_long_note_comes_back_as_it_was_given
                a_page_of_notes_says_where_it_goes_on
                the_newest_notes_are_those_that_were_added_last
                notes_are_paged_by_when_they_were_added_while_others_are_added
            }
            search {
                cases_and_notes_are_found_newest_first
                a_case_is_found_by_number_title_description_and_customer
                the_last_word_need_only_be_begun
                scripts_without_spaces_are_found_inside_a_sentence
                accents_case_and_width_do_not_count
                hostile_text_is_only_text
                a_long_word_is_found_however_much_of_it_is_typed
                a_long_text_is_found_by_each_of_the_terms_that_it_gives
                notes_and_internal_notes_and_cases_are_left_out_when_not_asked_for
                only_cases_in_scope_are_found_and_their_notes
                an_edit_is_found_by_its_new_text_in_its_old_place
                a_word_that_goes_takes_none_along_that_begins_alike
                a_retracted_note_is_not_found
                cases_are_found_by_the_name_that_their_customer_has_now
                whatever_is_typed_finds_what_the_rules_say
            }
            typing {
                texts_are_found_as_people_type_in_every_script
                the_prefix_of_case_numbers_is_no_word
            }
            blobs {
                a_blob_is_made_of_chunks_and_read_at_offsets
                a_chunk_that_comes_again_is_done_already
                a_chunk_for_another_place_is_refused_and_changes_nothing
                a_blob_that_was_never_written_is_not_there_and_an_empty_one_is
                old_orphans_are_swept_and_kept_blobs_stay
                orphans_are_swept_a_few_at_a_time
                a_blob_that_is_not_there_is_not_kept
                a_dropped_blob_is_gone
            }
            copies {
                what_was_copied_is_all_there_and_goes_on
                a_copy_that_was_cancelled_is_continued
                a_copy_of_what_was_written_to_meanwhile_is_never_complete
                a_copy_that_is_complete_is_compared_again
                a_copy_is_of_no_use_until_it_is_complete
                only_an_empty_store_takes_a_copy
                a_part_that_comes_again_changes_nothing
                lists_for_a_copy_have_everything_once
            }
            repair {
                repairing_a_sound_store_finds_nothing_and_changes_nothing
                a_check_in_parts_comes_to_an_end
            }
            phases {
                a_suspended_store_refuses_every_call_and_keeps_everything
                a_store_that_is_not_suspended_stays_open_when_resumed
                a_store_can_be_suspended_again_and_again
                a_closed_store_refuses_every_call_for_good
                a_suspended_store_can_be_closed
            }
            threads {
                of_commits_that_read_the_same_revision_one_is_written
                of_commits_that_want_the_same_name_one_is_written
                of_commits_for_the_same_request_one_is_written
                every_commit_that_threads_were_promised_is_there
                nothing_appears_behind_a_position_that_was_shown
            }
        }
    };
}

/// Passes every check that opens the same place more than once to another macro.
#[doc(hidden)]
#[macro_export]
macro_rules! conformance_cases_again {
    ($then:ident, $($given:tt)*) => {
        $crate::$then! {
            ($($given)*)
            everything_is_there_when_it_is_opened_again
            two_that_are_open_at_once_see_each_other
            an_expectation_that_another_broke_is_noticed
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! conformance_tests {
    (($place:expr, $open:expr, $when:expr) $($theme:ident { $($case:ident)* })*) => {$(
        mod $theme {
            #[allow(unused_imports)]
            use super::*;
            $(
                #[test]
                fn $case() {
                    $crate::conformance::run($when, $place, $open, $crate::conformance::$theme::$case);
                }
            )*
        }
    )*};
}

#[doc(hidden)]
#[macro_export]
macro_rules! conformance_tests_again {
    (($place:expr, $open:expr, $when:expr) $($case:ident)*) => {
        mod again {
            #[allow(unused_imports)]
            use super::*;
            $(
                #[test]
                fn $case() {
                    $crate::conformance::run_again($when, $place, $open, $crate::conformance::again::$case);
                }
            )*
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! conformance_list {
    (() $($theme:ident { $($case:ident)* })*) => {
        &[$($(
            $crate::conformance::Check {
                theme: stringify!($theme),
                name: stringify!($case),
                run: $crate::conformance::$theme::$case,
            },
        )*)*]
    };
}

/// Runs a check on a fresh store at a new place, unless it is left out.
#[doc(hidden)]
pub fn run<P, S: Store>(when: bool, place: impl FnOnce() -> P, open: impl Fn(&P) -> S, case: fn(&dyn Store)) {
    if when {
        let place = place();
        case(&open(&place));
    }
}

/// Runs a check that opens the store at a new place more than once, unless it is left out.
#[doc(hidden)]
pub fn run_again<P, S: Store + 'static>(
    when: bool,
    place: impl FnOnce() -> P,
    open: impl Fn(&P) -> S,
    case: fn(again::Open<'_>),
) {
    if when {
        let place = place();
        case(&|| Box::new(open(&place)));
    }
}
