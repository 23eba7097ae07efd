//! Text that people type.

use std::sync::OnceLock;

use casekit::{CaseView, Desk, Error, NewCase, NewNote, PageRequest, SearchHit};

use crate::pair::Pair;

/// Text up to the first zero byte is in the file, the rest is searched for.
pub(crate) fn search(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (kept, sought) = text.split_once('\0').unwrap_or((&text, &text));
    let pair = Pair::new();
    let Ok(case) = pair.both(|desk| desk.raise_case(NewCase::new("Support", "One").described(kept))) else {
        return;
    };
    pair.both(|desk| desk.raise_case(NewCase::new("Support", "Another"))).unwrap();
    let _ = pair.both(|desk| desk.add_note(case.id, NewNote::internal(kept)));
    for sought in [sought, kept] {
        let _ = pair.both(|desk| all_pages(desk, sought));
    }
    pair.is_sound();
}

/// What is found, read a hit at a time: where a page goes on is each store's own.
fn all_pages(desk: &Desk, sought: &str) -> Result<Vec<SearchHit>, Error> {
    let (mut hits, mut next) = (Vec::new(), Some(PageRequest::first()));
    while let Some(request) = next {
        let page = desk.search(sought, request.of(1))?;
        next = page.next_request();
        hits.extend(page.rows);
    }
    Ok(hits)
}

/// A file in which three cases are.
fn three() -> &'static (Pair, [CaseView; 3]) {
    static THREE: OnceLock<(Pair, [CaseView; 3])> = OnceLock::new();
    THREE.get_or_init(|| {
        let pair = Pair::new();
        let cases = ["One", "Two", "Three"].map(|title| {
            let raised = pair.both(|desk| desk.raise_case(NewCase::new("Support", title))).unwrap();
            pair.both(|desk| desk.case(raised.id)).unwrap()
        });
        (pair, cases)
    })
}

/// What somebody types to look a case up: it is one of them, or refused in words without long digits.
pub(crate) fn numbers(bytes: &[u8]) {
    let typed = String::from_utf8_lossy(bytes);
    let (pair, cases) = three();
    match pair.both(|desk| desk.find_case(&typed)) {
        Ok(found) => {
            assert!(cases.contains(&found), "{typed:?} finds a case that there is");
            for text in [found.number.clone(), found.id.to_string()] {
                assert_eq!(pair.both(|desk| desk.find_case(&text)).unwrap(), found);
            }
        }
        Err(Error::Rejected(rejection)) => {
            let said = rejection.to_string();
            let longest = said.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or_default();
            // The longest group of an id has twelve characters.
            let is_in_groups =
                typed.split(|c: char| !c.is_alphanumeric()).all(|part| part.chars().count() <= 12);
            assert!(longest < 10 || is_in_groups, "what may be an account number is not repeated: {said}");
        }
        Err(fault) => panic!("{fault}"),
    }
    let _ = pair.both(|desk| desk.find_by_reference(&typed));
}
