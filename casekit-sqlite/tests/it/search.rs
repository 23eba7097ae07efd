//! What is found, and what no longer is.

use crate::support::*;
use casekit_core::conformance::build::{Clerk, RawCase};
use casekit_core::model::limits;
use casekit_core::model::{CaseId, CustomerId, NoteId, Visibility};
use casekit_core::search::{AnyOf, Query, case_terms, note_terms};
use casekit_core::store::{CustomerQuery, LoadPlan, SearchQuery, Store};
use casekit_core::text::terms;

#[test]
fn every_term_of_every_script_is_found_as_it_is() {
    let texts = [
        "Straße ZÜRICH œuvre ﬁne Ⅷ ½ ǅungla",
        "Οδός ΣΊΣΥΦΟΣ Ёлка ІЖИЦЯ",
        "مَرْحَبًا بالعالم שָׁלוֹם",
        "हिन्दी कार्यालय தமிழ் ภาษาไทย ລາວ မြန်မာ ខ្មែរ",
        "昨日の返金について ガス料金 한국어 ｶﾞｽ 𠮷野家",
        "C-000123 007 ١٢٣ १२३ x86_64 naïve-bayes",
        "𝔉𝔯𝔞𝔨𝔱𝔲𝔯 Ⓐ 🄰 ᏣᎳᎩ ꭰꭱ 𞤀𞤣",
    ];
    let world = World::new();
    let mut decoy = raise("decoy");
    decoy.description = Some("nothing of it".into());
    decoy.on(&world.store);
    for text in texts {
        let mut case = raise("title");
        case.description = Some(text.into());
        let case = case.on(&world.store);
        for term in terms(text) {
            let query = of_words(&[&term], &[]);
            let found = world.store.search(&SearchQuery { text: query, ..search_query("") }).unwrap().answer;
            assert!(found.rows.iter().any(|row| row.case.id == case.id), "{term}");
            let begun: String = term.chars().take(2).collect();
            let query = of_words(&[], &[&begun]);
            let found = world.store.search(&SearchQuery { text: query, ..search_query("") }).unwrap().answer;
            assert!(found.rows.iter().any(|row| row.case.id == case.id), "{term}, begun");
        }
    }
    world.store.check().unwrap();
}

/// A query of these words, the former whole and the latter begun.
fn of_words(whole: &[&str], begun: &[&str]) -> Query {
    let any = |whole: Option<&&str>, begun: Option<&&str>| AnyOf {
        whole: whole.map(ToString::to_string).into_iter().collect(),
        begun: begun.map(ToString::to_string).into_iter().collect(),
    };
    let whole = whole.iter().map(|word| any(Some(word), None));
    Query { words: whole.chain(begun.iter().map(|word| any(None, Some(word)))).collect() }
}

#[test]
fn nothing_that_is_typed_is_an_operator() {
    let world = World::new();
    raise("near and or not").on(&world.store);
    for text in
        ["near", "and or", "not near", "\"near\"", "near*", "near(and)", "terms:near", "^near", "-near"]
    {
        let hits = found(&world.store, text).len();
        assert_eq!(hits, usize::from(text != "terms:near"), "{text}");
    }
    let query = of_words(&["a\"b", "NEAR(", ""], &["* OR near"]);
    let found = world.store.search(&SearchQuery { text: query, ..search_query("") }).unwrap().answer;
    assert!(found.rows.is_empty());
}

#[test]
fn a_query_may_have_as_many_words_as_its_limit() {
    let world = World::new();
    let words: Vec<String> = (0..5_000).map(|n| format!("word{n}")).collect();
    let mut case = raise("title");
    case.description = Some(words.join(" "));
    case.on(&world.store);
    let most = words[words.len() - limits::QUERY_TERMS..].join(" ");
    assert_eq!(found(&world.store, &most).len(), 1);
    let with_another = format!("{} other", words[words.len() - limits::QUERY_TERMS + 1..].join(" "));
    assert_eq!(found(&world.store, &with_another).len(), 0);
}

#[test]
fn an_edit_is_found_by_its_new_words_only_and_keeps_its_place() {
    let world = World::new();
    let first = raise("apple").on(&world.store);
    raise("banana").on(&world.store);
    write(&world.store, retitle(&first, "banana split"));
    assert_eq!(found(&world.store, "apple"), vec![]);
    let titles = found(&world.store, "banana");
    assert_eq!(titles, vec![("banana".into(), None), ("banana split".into(), None)]);
}

#[test]
fn a_note_is_found_until_it_is_retracted_and_only_by_who_may() {
    let world = World::new();
    let raised = raise("tap").on(&world.store);
    let (hidden, shown) = (NoteId(fresh()), NoteId(fresh()));
    write(&world.store, add_note(&raised, hidden, None, "plumber", Visibility::Internal));
    let now = case(&world.store, raised.id);
    write(&world.store, add_note(&now, shown, None, "plumber comes", Visibility::Customer));
    let ids = |query: &SearchQuery| {
        let rows = world.store.search(query).unwrap().answer.rows;
        rows.into_iter().map(|row| (row.note, row.visibility)).collect::<Vec<_>>()
    };
    let all = search_query("plumber");
    let internal = (Some(hidden), Some(Visibility::Internal));
    let customer = (Some(shown), Some(Visibility::Customer));
    assert_eq!(ids(&all), vec![customer, internal]);
    assert_eq!(ids(&SearchQuery { internal: false, ..all.clone() }), vec![customer]);
    assert_eq!(ids(&SearchQuery { notes: false, ..all.clone() }), vec![]);
    let (now, text) = (case(&world.store, raised.id), note(&world.store, shown));
    write(&world.store, edit_note(&now, &text, "electrician comes"));
    assert_eq!((ids(&all), ids(&search_query("electric"))), (vec![internal], vec![customer]));
    let (now, text) = (case(&world.store, raised.id), note(&world.store, shown));
    write(&world.store, retract_note(&now, &text));
    assert_eq!(ids(&search_query("electric")), vec![]);
    // Added and retracted within one transaction.
    let now = case(&world.store, raised.id);
    let brief = NoteId(fresh());
    let adding = add_note(&now, brief, None, "brief", Visibility::Internal);
    write(&world.store, adding);
    world.store.check().unwrap();
}

#[test]
fn a_renamed_customers_cases_are_found_by_the_new_name_only() {
    let world = World::new();
    let id = CustomerId(fresh());
    write(&world.store, create_customer(id, "Ada Obi", None));
    let mut linked = raise("tap");
    linked.customer = Some(id);
    let linked = linked.on(&world.store);
    let loose = raise("door").on(&world.store);
    assert_eq!(found(&world.store, "obi"), vec![("tap".into(), None)]);
    let known = customer(&world.store, id);
    // In one batch with a case that is linked before the new name is known.
    let results =
        world.store.commit(vec![link(&loose, Some(id)), rename_customer(&known, "Ada Eze")]).unwrap();
    assert!(results.iter().all(Result::is_ok));
    assert_eq!(found(&world.store, "obi"), vec![]);
    assert_eq!(found(&world.store, "eze").len(), 2);
    let row = &world.store.search(&search_query("eze")).unwrap().answer.rows[0];
    assert_eq!(row.case.customer_name, Some(name("Ada Eze")));
    write(&world.store, link(&case(&world.store, linked.id), None));
    assert_eq!(found(&world.store, "eze"), vec![("door".into(), None)]);
    let query = |text: &str| CustomerQuery {
        text: Some(Query::parse("text", text).unwrap()),
        fields: Vec::new(),
        after: None,
        limit: 5,
    };
    let names = |text: &str| world.store.customers(&query(text)).unwrap().rows.len();
    assert_eq!((names("obi"), names("eze ada"), names("ez"), names("e")), (0, 1, 1, 0));
    world.store.check().unwrap();
}

#[test]
fn pages_of_a_search_meet_without_gap_or_overlap() {
    let world = World::new();
    let batch = (0..57).map(|n| raise(&format!("common {n}")).commit()).collect();
    world.store.commit(batch).unwrap();
    let mut query = SearchQuery { limit: 10, ..search_query("common") };
    let mut numbers = Vec::new();
    loop {
        let page = world.store.search(&query).unwrap().answer;
        numbers.extend(page.rows.iter().map(|row| row.case.number.value));
        let Some(next) = page.next else { break };
        query.after = Some(next);
    }
    assert_eq!(numbers, (1..=57).rev().collect::<Vec<_>>());
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }

    fn text(&mut self) -> String {
        const WORDS: [&str; 12] = [
            "lamp",
            "lamps",
            "obi",
            "ada",
            "eze",
            "straße",
            "返金",
            "の返金に",
            "prestoquick",
            "prestoquality",
            "c",
            "1",
        ];
        (0..=self.below(4)).map(|_| WORDS[self.below(WORDS.len())]).collect::<Vec<_>>().join(" ")
    }
}

/// Words that names, titles, descriptions and notes share, changed by several commits of one transaction: `check` holds the
/// indexes and the table of words against what there is then.
#[test]
fn whatever_changes_together_the_search_has_the_words_that_there_are() {
    for seed in 0..6 {
        let (world, mut dice) = (World::new(), Dice(seed));
        let customers: Vec<CustomerId> = (0..3).map(|_| CustomerId(fresh())).collect();
        for id in &customers {
            write(&world.store, create_customer(*id, &dice.text(), None));
        }
        let cases: Vec<_> = (0..4).map(|_| raise(&dice.text()).on(&world.store).id).collect();
        let mut notes = Vec::new();
        for round in 0..40 {
            let mut batch = Vec::new();
            for id in &cases {
                let now = case(&world.store, *id);
                let commit = match dice.below(6) {
                    0 => retitle(&now, &dice.text()),
                    1 => link(&now, [None, Some(customers[dice.below(3)])][dice.below(2)]),
                    2 | 3 => {
                        let id = NoteId(fresh());
                        notes.push((id, now.id));
                        add_note(&now, id, None, &dice.text(), Visibility::Internal)
                    }
                    4 => match notes.iter().rposition(|(_, of)| *of == now.id && round % 2 == 0) {
                        Some(place) => retract_note(&now, &note(&world.store, notes.remove(place).0)),
                        None => continue,
                    },
                    _ => match notes.iter().find(|(_, of)| *of == now.id) {
                        Some((id, _)) => edit_note(&now, &note(&world.store, *id), &dice.text()),
                        None => continue,
                    },
                };
                // At the beginning, between, or at the end of the others.
                batch.insert(dice.below(batch.len() + 1), commit);
            }
            for id in customers.iter().filter(|_| round % 3 == 0) {
                let renamed = rename_customer(&customer(&world.store, *id), &dice.text());
                batch.insert(dice.below(batch.len() + 1), renamed);
            }
            let results = world.store.commit(batch).unwrap();
            notes.retain(|(id, _)| {
                !world
                    .store
                    .load(&LoadPlan { notes: vec![*id], ..LoadPlan::default() })
                    .unwrap()
                    .notes
                    .is_empty()
            });
            assert!(results.iter().all(Result::is_ok), "{results:?}");
            world.store.check().unwrap_or_else(|error| panic!("{seed} {round}: {error}"));
            every_beginning_finds(&world, &cases, &notes);
        }
    }
}

/// Each beginning of 2 to 4 characters finds the entries in which a word begins so.
fn every_beginning_finds(world: &World, cases: &[CaseId], notes: &[(NoteId, CaseId)]) {
    let mut entries: Vec<Vec<String>> = Vec::new();
    for id in cases {
        let case = case(&world.store, *id);
        let name =
            case.customer.map(|customer| crate::support::customer(&world.store, customer).profile.name);
        entries.push(case_terms(&case, name.as_ref()));
    }
    entries.extend(notes.iter().filter_map(|(id, _)| note_terms(&note(&world.store, *id))));
    for begun in
        ["la", "lam", "lamp", "ob", "obi", "ad", "ez", "st", "stra", "返金", "の返", "pr", "pres", "c-"]
    {
        let query = Query::parse("text", begun).unwrap();
        let expected = entries.iter().filter(|terms| query.matches(terms)).count();
        let asked = SearchQuery { text: query, limit: 500, ..search_query("") };
        assert_eq!(world.store.search(&asked).unwrap().answer.rows.len(), expected, "{begun}");
    }
}

/// A refused commit between others leaves nothing, and what the writer believed to know of it is forgotten.
#[test]
fn words_of_a_refused_commit_are_not_taken_for_known() {
    let world = World::new();
    let kept = raise("kept").on(&world.store);
    // The second of these finds another revision than it was decided on.
    let both = vec![retitle(&kept, "first lampshade"), retitle(&kept, "second lampshade")];
    let results = world.store.commit(both).unwrap();
    assert!(results[0].is_ok() && results[1].is_err());
    let second = world.second();
    write(&second, retitle(&case(&second, kept.id), "nothing of it"));
    raise("another lampshade").on(&world.store);
    assert_eq!(found(&world.store, "lampsha").len(), 1);
    world.store.check().unwrap();
}

#[test]
fn two_who_write_in_turn_know_which_words_there_are() {
    let world = World::new();
    let other = world.second();
    for round in 0..5 {
        let (one, two) = if round % 2 == 0 { (&world.store, &other) } else { (&other, &world.store) };
        let raised = raise("prestoquality").on(one);
        write(two, retitle(&case(two, raised.id), &format!("else {round}")));
        assert_eq!(found(one, "prestoq").len(), 0);
        one.check().unwrap();
    }
    raise("prestoquality").on(&world.store);
    assert_eq!(found(&other, "prestoq").len(), 1);
    other.suspend(std::time::Duration::ZERO).unwrap();
    other.resume().unwrap();
    raise("prestoquality").on(&other);
    assert_eq!(found(&world.store, "prestoq").len(), 2);
    world.store.check().unwrap();
}

/// In whatever order the commit says it, and whether the case is linked to the customer, leaves them, or gets a word of
/// their old name for its title.
#[test]
fn a_commit_that_changes_a_case_and_the_name_of_its_customer_leaves_the_words_that_there_are() {
    let world = World::new();
    let clerk = Clerk::new(&world.store);
    let case_type = clerk.case_type("Support");
    let ada = clerk.customer("Ada Obi");
    let raise = |customer| clerk.raise(RawCase { customer, ..RawCase::of(&case_type, "lamp eze") });
    for (before, after) in [(Some(ada.id), Some(ada.id)), (None, Some(ada.id)), (Some(ada.id), None)] {
        for case_first in [true, false] {
            let raised = raise(before);
            let old = clerk.customer_now(ada.id).profile.name;
            let new = if old.as_str() == "Ada Obi" { "Ada Eze" } else { "Ada Obi" };
            let renamed = clerk.renames_customer(ada.id, new);
            let mut drafts = vec![clerk.retitles(raised.id, "lamp obi")];
            if before != after {
                drafts.push(clerk.links(&raised, after));
            }
            drafts.insert(if case_first { drafts.len() } else { 0 }, renamed);
            clerk.write_drafts(drafts);
            world.store.check().unwrap_or_else(|error| panic!("{before:?} {after:?} {case_first}: {error}"));
        }
    }
}
