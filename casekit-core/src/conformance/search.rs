//! Search: newest first, and never more than the query's scope allows.

use super::build::{Clerk, RawCase, actor, paged, query};
use crate::model::{Case, CaseType, Visibility};
use crate::search::{case_terms, note_terms};
use crate::store::{After, SearchQuery, SearchRow, Store};
use crate::text::MOST_TERMS;

pub fn cases_and_notes_are_found_newest_first(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Support");
    let first = clerk.raise(RawCase::of(&case_type, "Lamp broken"));
    let second = clerk.raise(RawCase::of(&case_type, "Another lamp"));
    let note = clerk.note(first.id, "Which lamp?");
    clerk.raise(RawCase::of(&case_type, "No light"));
    let expected = [(first.id, Some(note.id)), (second.id, None), (first.id, None)];
    for limit in [1, 2, 3, 500] {
        let rows = paged(|after| {
            let slice = store.search(&SearchQuery { after, limit, ..ask("lamp") }).unwrap().answer;
            assert!(slice.rows.len() <= limit as usize);
            slice
        });
        let found: Vec<_> = rows.iter().map(|row| (row.case.id, row.note)).collect();
        assert_eq!(found, expected, "pages of {limit}");
        assert!(rows.is_sorted_by(|row, next| row.entry > next.entry));
        assert_eq!(rows[0].visibility, Some(Visibility::Customer));
        assert_eq!((rows[1].visibility, rows[1].case.title.as_str()), (None, "Another lamp"));
    }
    let last = search(store, "lamp").pop().unwrap().entry;
    assert_eq!(all(store, &SearchQuery { after: Some(After::Entry(last)), ..ask("lamp") }), []);
}

pub fn a_case_is_found_by_number_title_description_and_customer(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let customer = clerk.customer("Zoë Straßer");
    let new = RawCase {
        description: Some("It hums.\nAll night".to_owned()),
        customer: Some(customer.id),
        ..RawCase::of(&clerk.case_type("Support"), "Lamp broken")
    };
    let number = clerk.raise(new).number;
    let (full, bare) = (number.to_string(), number.value.to_string());
    for typed in [full.as_str(), bare.as_str(), "lamp", "hums night", "straßer", "zoe lamp hum", "STRASSER"]
    {
        assert_eq!(search(store, typed).len(), 1, "{typed}");
    }
    for typed in ["support", "ada", "lampe", "hums nights"] {
        assert_eq!(search(store, typed), [], "{typed}");
    }
}

pub fn the_last_word_need_only_be_begun(store: &dyn Store) {
    let clerk = Clerk::new(store);
    clerk.raise(RawCase::of(&clerk.case_type("Support"), "Refund of order 4711"));
    for (typed, found) in [
        ("ref", 1),
        ("refund ord", 1),
        ("order ref", 1),
        ("47", 1),
        ("refun", 1),
        ("refund orde", 1),
        ("4", 0),
        ("refund o", 0),
        ("ref order", 0),
        ("refund ord ", 0),
        ("refund order ", 1),
        ("efund", 0),
    ] {
        assert_eq!(search(store, typed).len(), found, "`{typed}`");
    }
}

pub fn scripts_without_spaces_are_found_inside_a_sentence(store: &dyn Store) {
    let clerk = Clerk::new(store);
    clerk.raise(RawCase::of(&clerk.case_type("Support"), "昨日の返金について"));
    for (typed, found) in [("返金", 1), ("返", 1), ("の返金に", 1), ("返済", 0), ("金返", 0)] {
        assert_eq!(search(store, typed).len(), found, "{typed}");
    }
}

pub fn accents_case_and_width_do_not_count(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case = clerk.raise(RawCase::of(&clerk.case_type("Support"), "Große Straße, ΟΔΌΣ, Ｗｉｄｅ"));
    clerk.note(case.id, "e\u{301}tat, naïve, \u{FB01}lm");
    for typed in ["strasse", "grosse", "οδος", "wide", "etat", "ÉTAT", "naive", "film"] {
        assert_eq!(search(store, typed).len(), 1, "{typed}");
    }
}

pub fn hostile_text_is_only_text(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case = clerk.raise(RawCase::of(&clerk.case_type("Support"), "Refund or near title"));
    clerk.note(case.id, "' OR 1=1 -- ; DROP TABLE cases");
    for typed in [
        "refund*",
        "\"refund",
        "refund\"",
        "(refund",
        "title:refund",
        "refund^2",
        "-refund",
        "refund'",
        "+refund",
        "{refund}",
        "re*fund",
        "NOT refund",
        "refund AND title",
        "refund NEAR title",
        "NEAR(refund title, 2)",
        "refund OR nothing",
        "refund%",
        "refund_",
        "refund\\",
        "' OR 1=1 --",
        "refund\u{202E}",
        "\"\"refund\"\"",
    ] {
        let found = search(store, typed);
        let words = query(typed);
        let expected = usize::from(words.matches(&case_terms(&case, None)))
            + usize::from(words.matches(&crate::text::terms("' OR 1=1 -- ; DROP TABLE cases")));
        assert_eq!(found.len(), expected, "{typed}");
    }
    assert_eq!(search(store, &"refund ".repeat(140)).len(), 1);
    let whole = &"x".repeat(1_000);
    assert_eq!(search(store, whole), []);
}

pub fn a_long_word_is_found_however_much_of_it_is_typed(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case = clerk.raise(RawCase::of(&clerk.case_type("Support"), "Words"));
    for letter in ["x", "э", "漢"] {
        let word = letter.repeat(900);
        clerk.note(case.id, &word);
        for typed in [10, 63, 64, 65, 900] {
            let begun: String = word.chars().take(typed).collect();
            assert_eq!(search(store, &begun).len(), 1, "{letter} {typed}");
        }
        assert_eq!(search(store, &format!("{word} ")).len(), 1, "{letter} typed whole");
    }
    store.check().unwrap();
}

pub fn a_long_text_is_found_by_each_of_the_terms_that_it_gives(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case = clerk.raise(RawCase::of(&clerk.case_type("Support"), "Words"));
    let words: Vec<String> = (0..20_400).map(|n| format!("{n:x}")).collect();
    let note = clerk.note(case.id, &words.join("\n")).id;
    for (place, found) in [(0, true), (5_000, true), (MOST_TERMS - 1, true), (MOST_TERMS, false)] {
        let rows = search(store, &format!("{} ", words[place]));
        assert_eq!(rows.iter().any(|row| row.note == Some(note)), found, "term {place}");
    }
    store.check().unwrap();
}

pub fn notes_and_internal_notes_and_cases_are_left_out_when_not_asked_for(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case = clerk.raise(RawCase::of(&clerk.case_type("Support"), "Lamp"));
    let shown = clerk.note(case.id, "The lamp").id;
    let internal = clerk.add_note(case.id, None, "That lamp again", Visibility::Internal);
    let found = |cases, notes, internal| {
        let rows = all(store, &SearchQuery { cases, notes, internal, ..ask("lamp") });
        rows.into_iter().map(|row| row.note).collect::<Vec<_>>()
    };
    assert_eq!(found(true, true, true), [Some(internal.id), Some(shown), None]);
    assert_eq!(found(true, true, false), [Some(shown), None]);
    assert_eq!(found(true, false, false), [None]);
    assert_eq!(found(true, false, true), [None]);
    assert_eq!(found(false, true, true), [Some(internal.id), Some(shown)]);
    assert_eq!(found(false, true, false), [Some(shown)]);
    assert_eq!(found(false, false, true), []);
    clerk.write_drafts(vec![clerk.shows_note(&internal, Visibility::Customer)]);
    assert_eq!(found(true, true, false), [Some(internal.id), Some(shown), None]);
    clerk.write_drafts(vec![clerk.shows_note(&clerk.note_now(shown), Visibility::Internal)]);
    assert_eq!(found(true, true, false), [Some(internal.id), None]);
}

pub fn only_cases_in_scope_are_found_and_their_notes(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let [support, bugs] = ["Support", "Bug report"].map(|name| clerk.case_type(name));
    let raise = |case_type: &CaseType, by: &str| -> Case {
        let case = clerk.raise(RawCase { by: by.to_owned(), ..RawCase::of(case_type, "Lamp") });
        clerk.note(case.id, "The lamp");
        case
    };
    let (mine, held, other) = (raise(&support, "ada"), raise(&bugs, "bea"), raise(&bugs, "bea"));
    clerk.write_drafts(vec![clerk.takes(held.id, "ada")]);
    let found = |types: Option<Vec<_>>, own: Option<&str>| {
        let rows = all(store, &SearchQuery { types, own: own.map(actor), ..ask("lamp") });
        rows.into_iter().map(|row| (row.case.id, row.note.is_some())).collect::<Vec<_>>()
    };
    let both = |case: &Case| [(case.id, true), (case.id, false)];
    assert_eq!(found(None, None), [both(&other), both(&held), both(&mine)].concat());
    assert_eq!(found(Some(vec![bugs.id]), None), [both(&other), both(&held)].concat());
    assert_eq!(found(None, Some("ada")), [both(&held), both(&mine)].concat());
    assert_eq!(found(Some(vec![support.id]), Some("ada")), both(&mine));
    assert_eq!(found(Some(Vec::new()), None), []);
    assert_eq!(found(None, Some("nobody")), []);
    clerk.write_drafts(vec![clerk.returns(held.id, "ada")]);
    assert_eq!(found(None, Some("ada")), both(&mine));
}

pub fn an_edit_is_found_by_its_new_text_in_its_old_place(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Support");
    let case = clerk.raise(RawCase::of(&case_type, "Lamp"));
    let note = clerk.note(case.id, "Candle");
    let entries = (search(store, "lamp")[0].entry, search(store, "candle")[0].entry);
    clerk.raise(RawCase::of(&case_type, "Newer"));
    clerk.write_drafts(vec![clerk.retitles(case.id, "Lantern"), clerk.describes(case.id, "Brass")]);
    clerk.write_drafts(vec![clerk.edits_note(&note, "Torch")]);
    assert_eq!((search(store, "lamp").len(), search(store, "candle").len()), (0, 0));
    assert_eq!((search(store, "lantern brass")[0].entry, search(store, "torch")[0].entry), entries);
    store.check().unwrap();
}

pub fn a_word_that_goes_takes_none_along_that_begins_alike(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case = clerk.raise(RawCase::of(&clerk.case_type("Support"), "Cannot log in"));
    clerk.write_drafts(vec![clerk.describes(case.id, "Login again, lost")]);
    let note = clerk.note(case.id, "Refunds of a refund");
    clerk.write_drafts(vec![clerk.describes(case.id, "Inn"), clerk.edits_note(&note, "A refund")]);
    for (typed, found) in [
        ("lo", 1),
        ("log", 1),
        ("log ", 1),
        ("logi", 0),
        ("lost", 0),
        ("in", 1),
        ("re", 1),
        ("ref", 1),
        ("refu", 1),
        ("refund", 1),
        ("refunds", 0),
        ("refund ", 1),
    ] {
        assert_eq!(search(store, typed).len(), found, "`{typed}`");
    }
    store.check().unwrap();
}

pub fn a_retracted_note_is_not_found(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Support");
    let case = clerk.raise(RawCase::of(&case_type, "Lamp"));
    let note = clerk.note(case.id, "Candle");
    let entry = search(store, "candle")[0].entry;
    clerk.write_drafts(vec![clerk.retracts_note(&note)]);
    assert_eq!(search(store, "candle"), []);
    clerk.note(case.id, "Candle again");
    assert!(search(store, "candle")[0].entry > entry, "an entry is never reused");
    store.check().unwrap();
}

pub fn cases_are_found_by_the_name_that_their_customer_has_now(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Support");
    let [ada, bea] = ["Ada Obi", "Bea Ito"].map(|name| clerk.customer(name));
    let raise =
        |customer| clerk.raise(RawCase { customer: Some(customer), ..RawCase::of(&case_type, "Lamp") });
    let (first, second, other) = (raise(ada.id), raise(ada.id), raise(bea.id));
    clerk.write_drafts(vec![clerk.renames_customer(ada.id, "Ada Quill")]);
    let found = |typed| search(store, typed).into_iter().map(|row| row.case.id).collect::<Vec<_>>();
    assert_eq!(found("obi"), []);
    assert_eq!(found("quill"), [second.id, first.id]);
    assert_eq!(search(store, "quill")[0].case.customer_name, Some(super::build::name("Ada Quill")));
    clerk.write_drafts(vec![clerk.links(&clerk.case_now(other.id), Some(ada.id))]);
    assert_eq!((found("quill"), found("ito")), (vec![other.id, second.id, first.id], vec![]));
    clerk.write_drafts(vec![clerk.links(&clerk.case_now(first.id), None)]);
    assert_eq!(found("quill"), [other.id, second.id]);
    store.check().unwrap();
}

/// Long prefixes, scripts without spaces, more words with one prefix than a store can look up one by one, and texts
/// that changed: the results are always what the text rules say about the current texts.
pub fn whatever_is_typed_finds_what_the_rules_say(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Support");
    let customer = clerk.customer("Presto Quick");
    let many: Vec<String> = (0..140).map(|n| format!("reference{n:03}")).collect();
    let texts = [
        "prestoquick lamp",
        "prestoquality",
        "presto 返金について",
        "ガス料金 lamp",
        "ภาษาไทย prestig",
        "Straße prestissimo",
        "a b c",
        "昨日の返金",
        "prest reference",
        "C-000007 7",
        "e\u{301}tat ﬁlm",
        "lamp lamps lampshade",
    ];
    let mut case_ids = Vec::new();
    let mut notes = Vec::new();
    for (n, text) in texts.iter().enumerate() {
        let customer = (n % 3 == 0).then_some(customer.id);
        let case = clerk.raise(RawCase { customer, ..RawCase::of(&case_type, text) });
        let words = many.iter().skip(n * 12).take(12).cloned().collect::<Vec<_>>().join(" ");
        notes.push(clerk.note(case.id, &format!("{text} {words}")).id);
        case_ids.push(case.id);
    }
    clerk.write_drafts(vec![
        clerk.retitles(case_ids[0], "prestoqueue"),
        clerk.describes(case_ids[1], "prestoqueue 返"),
    ]);
    clerk.write_drafts(vec![clerk.edits_note(&clerk.note_now(notes[2]), "prestoqueue reference000")]);
    clerk.write_drafts(vec![clerk.retracts_note(&clerk.note_now(notes[3]))]);
    clerk.write_drafts(vec![clerk.renames_customer(customer.id, "Presto Queue")]);
    let words = texts.iter().flat_map(|text| text.split(' ')).chain([
        "prestoqueue",
        "queue",
        "quick",
        "reference139",
        "nothing",
    ]);
    let customer = clerk.customer_now(customer.id);
    let mut entries = Vec::new();
    for (id, note) in case_ids.iter().zip(&notes) {
        let case = clerk.case_now(*id);
        let name = case.customer.map(|_| &customer.profile.name);
        entries.push((*id, None, Some(case_terms(&case, name))));
        entries.push((*id, Some(*note), note_terms(&clerk.note_now(*note))));
    }
    for word in words {
        let letters: Vec<char> = word.chars().collect();
        for length in 1..=letters.len() {
            let begun: String = letters[..length].iter().collect();
            for typed in
                [begun.clone(), format!("{begun} "), format!("lamp {begun}"), format!("{begun} lamp")]
            {
                let query = query(&typed);
                let fits = |terms: &Option<Vec<String>>| {
                    !query.is_empty() && terms.as_ref().is_some_and(|terms| query.matches(terms))
                };
                let expected = entries.iter().rev().filter(|(_, _, terms)| fits(terms));
                let expected: Vec<_> = expected.map(|(case, note, _)| (*case, *note)).collect();
                let found: Vec<_> = search(store, &typed).iter().map(|row| (row.case.id, row.note)).collect();
                assert_eq!(found, expected, "`{typed}`");
            }
        }
    }
    store.check().unwrap();
}

/// A query for these words by an actor who may see everything.
pub(super) fn ask(typed: &str) -> SearchQuery {
    SearchQuery {
        text: query(typed),
        types: None,
        teams: None,
        customer: None,
        own: None,
        notes: true,
        internal: true,
        cases: true,
        after: None,
        limit: 500,
    }
}

pub(super) fn search(store: &dyn Store, typed: &str) -> Vec<SearchRow> {
    all(store, &ask(typed))
}

/// All results of a query, read in pages.
pub(super) fn all(store: &dyn Store, query: &SearchQuery) -> Vec<SearchRow> {
    paged(|after| {
        store.search(&SearchQuery { after: after.or(query.after.clone()), ..query.clone() }).unwrap().answer
    })
}
