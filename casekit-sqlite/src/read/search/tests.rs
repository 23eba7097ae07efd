//! Pages of a search are what the reference store finds, whatever their limits and whoever asks; and their cost does
//! not grow with the file.

use casekit_core::conformance::build::{Clerk, RawCase, actor, query};
use casekit_core::memory::MemoryStore;
use casekit_core::model::{ActorId, CaseTypeId, Visibility};
use casekit_core::store::Store;

use super::*;
use crate::read::counted::Steps;
use crate::{SqliteOptions, SqliteStore, schema};

/// The parts of an entry that do not differ between stores.
type Shown = (u64, Option<String>);

/// Cases of two types by three people. Every second case has notes that not everybody may see.
fn fill(store: &dyn Store) -> [CaseTypeId; 2] {
    let clerk = Clerk::new(store);
    let types = ["Support", "Bug report"].map(|name| clerk.case_type(name));
    for n in 0..60 {
        let title =
            format!("lamp {} {}", ["red", "green", "blue"][n % 3], if n % 2 == 0 { "even" } else { "odd" });
        let by = ["ada", "bea", "cy"][n % 3].to_owned();
        let case = clerk.raise(RawCase { by, ..RawCase::of(&types[usize::from(n % 7 == 0)], &title) });
        if n % 2 == 0 {
            clerk.note(case.id, &format!("lamp reference{n}"));
            clerk.add_note(case.id, None, "lamp within", Visibility::Internal);
        }
        if n % 5 == 0 {
            clerk.write_drafts(vec![clerk.takes(case.id, "dee")]);
        }
    }
    types.map(|case_type| case_type.id)
}

fn shown(store: &dyn Store, rows: &[SearchRow]) -> Vec<Shown> {
    let text = |row: &SearchRow| {
        let plan = casekit_core::store::LoadPlan { notes: vec![row.note?], ..Default::default() };
        store.load(&plan).unwrap().notes[0].text().map(ToString::to_string)
    };
    rows.iter().map(|row| (row.case.number.value, text(row))).collect()
}

fn asked(typed: &str, limit: u32) -> SearchQuery {
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
        limit,
    }
}

#[test]
fn pages_of_every_cost_are_what_the_reference_store_finds() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("cases"), &SqliteOptions::default()).unwrap();
    let memory = MemoryStore::new();
    let types = fill(&store);
    let same_types = fill(&memory);
    let connection = Connection::open(folder.path().join("cases")).unwrap();
    let own: [Option<ActorId>; 3] = [None, Some(actor("dee")), Some(actor("cy"))];
    for typed in ["lamp ", "lamp", "red lamp ", "lamp odd", "even odd ", "refere", "within lamp", "nothing"] {
        for (own, scope) in
            own.iter().zip([None, Some(0), Some(1)]).chain([(&own[1], None), (&own[0], Some(1))])
        {
            for (cases, notes, internal) in
                [(true, true, true), (true, true, false), (false, true, false), (true, false, true)]
            {
                let of = |types: &[CaseTypeId; 2]| scope.map(|scope: usize| vec![types[scope]]);
                let all = SearchQuery { own: own.clone(), cases, notes, internal, ..asked(typed, 1_000) };
                let whole = memory.search(&SearchQuery { types: of(&same_types), ..all.clone() }).unwrap();
                let whole = shown(&memory, &whole.answer.rows);
                for (limit, steps, looked_at) in
                    [(1_000, 50_000, 2_000), (3, 50_000, 2_000), (7, 1, 2_000), (4, 50_000, 1), (5, 300, 9)]
                {
                    let query = SearchQuery { types: of(&types), limit, ..all.clone() };
                    let pages = pages(&connection, &query, steps, looked_at);
                    assert_eq!(shown(&store, &pages), whole, "{typed} {steps} {looked_at}");
                }
            }
        }
    }
}

fn pages(connection: &Connection, query: &SearchQuery, steps: usize, looked_at: usize) -> Vec<SearchRow> {
    let (known, mut rows, mut after) = (Known::default(), Vec::new(), None);
    let kinds = kinds(query).unwrap();
    for _ in 0..10_000 {
        let index = (Index::Entries, kinds);
        let found = Found::begin(connection, index, &query.text, Direction::Descending, after).unwrap();
        let page = page_of(connection, &known, query, found.with_steps(steps), looked_at).unwrap();
        assert!(page.rows.len() <= query.limit as usize);
        rows.extend(page.rows);
        let Some(next) = page.next else { return rows };
        let After::Entry(entry) = next else { panic!("a place in a search is an entry") };
        after = Some(integer(entry));
    }
    panic!("the search has no end");
}

/// A file with so many cases, each with a note. One in a hundred is ada's.
fn file(cases: u32) -> (Connection, Steps) {
    let mut connection = Connection::open_in_memory().unwrap();
    schema::migrate(&connection, 0, schema::newest()).unwrap();
    let made = format!(
        "INSERT INTO people (key, id) VALUES (1, 'ada'), (2, 'bea');
        INSERT INTO places VALUES (1, zeroblob(16), 'open', 0, zeroblob(16), 1, '', 1),
            (2, CAST('0123456789abcdef' AS BLOB), 'open', 0, zeroblob(16), 1, '', 2);
        CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {cases}) SELECT i FROM n;
        INSERT INTO cases (number, id, revision, hash, prefix, place, type_version, holder, raised_by, raised_at,
            stage_since, updated_at, reopened, notes, entry, title, ready, for_anyone)
            SELECT i, CAST(printf('%016d', i) AS BLOB), 1, zeroblob(32), 'C', CASE WHEN i % 1000 = 0 THEN 2 ELSE 1 END, 1,
                CASE WHEN i % 100 = 0 THEN 1 ELSE 2 END, 2, i, i, i, 0, 1, i * 2, 'Title', 0, 0 FROM n;
        INSERT INTO notes (entry, id, number, path, visibility, author, added_at, edits, text)
            SELECT i * 2 + 1, CAST(printf('%016d', i) AS BLOB), i, x'00000001', i % 2, 2, i, 0, 'x' FROM n;
        INSERT INTO events (position, stream, revision, at, actor, facts, hash)
            SELECT i * 2, i * 4, 1, i, 2, x'', zeroblob(32) FROM n UNION ALL
            SELECT i * 2 + 1, i * 4, 2, i, 2, x'', zeroblob(32) FROM n;
        INSERT INTO search (rowid, terms) SELECT i * 2 * 2, 'lamp title a' || (i % 7) FROM n;
        INSERT INTO search (rowid, terms) SELECT (i * 2 + 1) * 2 + 1, 'lamp note' || (i % 7) FROM n;
        INSERT INTO words SELECT 'note' || i FROM n WHERE i < 7 UNION SELECT 'lamp' UNION SELECT 'title' UNION SELECT 'note0';
        DROP TABLE n;"
    );
    connection.execute_batch(&made).unwrap();
    let steps = Steps::count(&mut connection);
    (connection, steps)
}

#[test]
fn a_page_takes_as_many_steps_however_many_entries_there_are() {
    let (small, big) = (file(1_000), file(100_000));
    let rare = Some(vec![CaseTypeId(uuid::Uuid::from_bytes(*b"0123456789abcdef"))]);
    let own = Some(actor("ada"));
    let asked = |typed| asked(typed, 50);
    for (what, query) in [
        ("a common word", asked("lamp ")),
        ("two words", asked("lamp note3 ")),
        ("typed", asked("lamp not")),
        ("typed further", asked("title")),
        ("notes that customers see", SearchQuery { internal: false, cases: false, ..asked("lamp ") }),
        ("cases only", SearchQuery { notes: false, ..asked("lamp ") }),
        ("one in a hundred", SearchQuery { own: own.clone(), ..asked("lamp ") }),
        ("one in a thousand", SearchQuery { types: rare.clone(), ..asked("lamp ") }),
        ("one in a thousand, typed", SearchQuery { types: rare, own, ..asked("lamp no") }),
    ] {
        let known = Known::default();
        let few = small.1.of(|| page(&small.0, &known, &query).unwrap());
        let many = big.1.of(|| page(&big.0, &known, &query).unwrap());
        let rows = page(&big.0, &known, &query).unwrap().rows.len();
        println!("{what}: {few} became {many} for {rows} rows");
        // The small file has fewer entries than a page may look at.
        assert!(many <= few * 3 + 4_000, "{what}: {few} became {many}");
    }
}
