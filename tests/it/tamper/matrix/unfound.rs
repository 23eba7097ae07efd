//! Why some tamperings are found by nothing.

/// The reason, for a line and a kind of change; `None` if it should have been found.
pub(super) fn reason(line: &str, how: &str) -> Option<&'static str> {
    let fits =
        |(of, hows, _): &&(&str, &[&str], &str)| *of == line && (hows.is_empty() || hows.contains(&how));
    REASONS.iter().find(fits).map(|(.., why)| *why)
}

const ORPHAN: &str = "bytes that no commit refers to: nothing reads them, and the sweep destroys them";
const SWEEP: &str =
    "says only when the sweep may destroy an orphan, or whether its last chunk may come again";
const SPARE: &str = "no state refers to it, so nothing shows it; a key is given out once and stays";
const NO_FIGURES: &str = "a group that has no figures left, or two with the same: no figure is another one";
const CACHE: &str = "a counter, compared with itself alone: a kept catalog is read again when it changed";
const WORK_DUE: &str = "says that work is due, which is done again or comes with the next destroyed bytes";
const ORDER: &str = "no hash covers the position: within a stream the order is checked, among streams it is not between two heads";
const NO_EVENT: &str = "the command changed nothing, so no event could name its request: a repeat is refused, or decided once more";
const UNREAD: &str = "FTS5 reads no page that its segments do not name, and writes over it: one that they name is missed at once";
const VERSION: &str = "FTS5 reads the one version as the other";
const SAME: &str = "nothing was altered: this is the scale by which the other lines are read";
const NO_HEAD: &str = "no head was kept after it: possible for whoever can write the file";

/// For each line the kinds of change, all of them if none is named, and why nothing finds them.
const REASONS: &[(&str, &[&str], &str)] = &[
    ("blobs.id", &[], ORPHAN),
    ("blobs.last_start", &[], SWEEP),
    ("blobs.appended_at", &[], SWEEP),
    ("blobs, whole rows", &["removed"], ORPHAN),
    ("blob_chunks.bytes", &[], ORPHAN),
    ("causes.key", &[], SPARE),
    ("causes.code", &[], SPARE),
    ("causes.setting", &[], SPARE),
    ("causes, whole rows", &[], SPARE),
    ("events.position", &[], ORDER),
    ("events, whole rows", &["swapped"], ORDER),
    ("file.generation", &[], CACHE),
    ("file.search_part", &[], WORK_DUE),
    ("file.wipe_pending", &[], WORK_DUE),
    ("file.words_gone", &[], WORK_DUE),
    ("people, whole rows", &["doubled"], SPARE),
    ("people.id", &[], SPARE),
    ("people.key", &[], SPARE),
    ("places.key", &[], SPARE),
    ("places.stage", &[], SPARE),
    ("places.category", &[], SPARE),
    ("places.priority", &[], SPARE),
    ("places.resolution", &[], SPARE),
    ("places, whole rows", &[], SPARE),
    ("field_keys, whole rows", &["doubled"], SPARE),
    ("duration_groups.key", &[], NO_FIGURES),
    ("duration_groups.measure", &[], NO_FIGURES),
    ("duration_groups.case_type", &[], NO_FIGURES),
    ("duration_groups.team", &[], NO_FIGURES),
    ("duration_groups.stage", &[], NO_FIGURES),
    ("duration_groups, whole rows", &[], NO_FIGURES),
    ("requests.actor", &[], NO_EVENT),
    ("requests.id", &[], NO_EVENT),
    ("requests.at", &[], NO_EVENT),
    ("requests.salt", &[], NO_EVENT),
    ("requests.fingerprint", &[], NO_EVENT),
    ("requests.receipt", &[], NO_EVENT),
    ("requests, whole rows", &[], NO_EVENT),
    ("customer_search_config.v", &["other"], VERSION),
    ("search_data.id", &[], UNREAD),
    ("search_data, whole rows", &[], UNREAD),
    ("customer_search_data.id", &[], UNREAD),
    ("customer_search_data, whole rows", &[], UNREAD),
    ("history as it was", &[], SAME),
    ("the tail after the heads", &[], NO_HEAD),
];
