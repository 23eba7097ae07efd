//! Places in lists that nobody gave, or that another list gave.

use casekit::{CasesQuery, Cursor, Direction, Moment, PageRequest, Rejection, Sort, StreamId};

use crate::build::{Office, all_pages, nothing, on_every_store, rejection};

on_every_store!(
    a_made_up_place_is_refused,
    a_place_of_another_list_is_refused,
    a_place_far_out_is_only_empty,
    what_few_cases_fit_is_found_page_by_page,
    interactions_of_nobody_are_not_found_however_many_cases_there_are
);

type Ask<'a> = Box<dyn Fn(PageRequest) -> Result<Option<String>, casekit::Error> + 'a>;

/// Every list, each with two pages of at least one row.
fn lists(office: &Office) -> Vec<(&'static str, Ask<'static>)> {
    let case = office.case("One word").id;
    let note = office.agent().add_note(case, "One word").unwrap().id;
    office.agent().reply(note, "Two words").unwrap();
    office.case("Two words");
    let ada = office.customer("Ada").id;
    office.customer("Bo");
    for title in ["Of Ada", "Of Ada too"] {
        office.agent().raise_case(casekit::NewCase::new("Support", title).for_customer(ada)).unwrap();
    }
    let desk = || office.administrator();
    let sorted = |sort| CasesQuery { sort, direction: Direction::Ascending, ..CasesQuery::default() };
    let (a, b, c, d, e, f, g, h) = (desk(), desk(), desk(), desk(), desk(), desk(), desk(), desk());
    let (i, then) = (desk(), Moment::Revision(3));
    vec![
        ("cases", Box::new(move |page| a.cases(&sorted(Sort::Number), page).map(|page| page.next))),
        (
            "cases by raising",
            Box::new(move |page| b.cases(&sorted(Sort::Raised), page).map(|page| page.next)),
        ),
        (
            "cases by change",
            Box::new(move |page| h.cases(&sorted(Sort::Updated), page).map(|page| page.next)),
        ),
        ("interactions", Box::new(move |page| g.interactions(ada, page).map(|page| page.next))),
        ("customers", Box::new(move |page| c.customers(None, page).map(|page| page.next))),
        ("search", Box::new(move |page| d.search("one", page).map(|page| page.next))),
        ("thread", Box::new(move |page| e.thread(case, page).map(|page| page.next))),
        ("thread then", Box::new(move |page| i.thread_at(case, then, page).map(|page| page.next))),
        ("history", Box::new(move |page| f.history(StreamId::Case(case), page).map(|page| page.next))),
    ]
}

fn is_refused(refused: Rejection) {
    assert_eq!(
        refused.to_string(),
        "`after` is not of the form that a page of this same list gave as `next`"
    );
}

fn a_made_up_place_is_refused(office: &Office) {
    for (name, ask) in lists(office) {
        let token =
            ask(PageRequest::first().of(1)).unwrap().unwrap_or_else(|| panic!("{name} has two pages"));
        ask(PageRequest::after(&token)).unwrap();
        let made_up = [
            String::new(),
            "x".into(),
            "n".into(),
            "n.".into(),
            "n.-1".into(),
            "n.1e3".into(),
            "n.99999999999999999999".into(),
            "i.1".into(),
            "i.x.1".into(),
            "i.9223372036854775807.1".into(),
            "m..".into(),
            "m.x.Ada".into(),
            "p.".into(),
            "p.1--2".into(),
            "p.4294967296".into(),
            "e.".into(),
            "e.1.5".into(),
            format!(" {token}"),
            format!("{token}\u{0}x").replace("m.", "m."),
            "'; DROP TABLE cases; --".into(),
            "n.".repeat(100_000),
        ];
        let list = token.split('.').next().unwrap();
        let under_its_name = made_up.iter().map(|one| format!("{list}.{one}"));
        let under_its_name: Vec<String> = under_its_name.collect();
        let all = made_up.iter().chain(&under_its_name);
        for token in all.filter(|one| !(name == "customers" && one.ends_with("\u{0}x"))) {
            match ask(PageRequest::after(token.as_str())) {
                Err(error) => is_refused(error.rejection().unwrap().clone()),
                Ok(_) => panic!("{name} took {token:?}"),
            }
        }
    }
}

fn a_place_of_another_list_is_refused(office: &Office) {
    let lists = lists(office);
    let tokens: Vec<String> =
        lists.iter().map(|(_, ask)| ask(PageRequest::first().of(1)).unwrap().unwrap()).collect();
    for (name, ask) in &lists {
        for ((other, _), token) in lists.iter().zip(&tokens) {
            let answer = ask(PageRequest::after(token));
            assert_eq!(answer.is_ok(), name == other, "{name} and a place of {other}");
        }
    }
    for token in &tokens {
        assert!(Cursor::parse("cursor", token).is_err(), "{token}");
    }
}

fn a_place_far_out_is_only_empty(office: &Office) {
    for (name, ask) in lists(office) {
        let token = ask(PageRequest::first().of(1)).unwrap().unwrap();
        let mut parts = token.split('.');
        let (list, kind) = (parts.next().unwrap(), parts.next().unwrap());
        let far = match kind {
            "n" | "e" => format!("{list}.{kind}.{}", u64::MAX),
            "i" => format!("{list}.{kind}.4102444800000000.{}", u64::MAX),
            "h" => format!("{list}.{kind}.{}.", u64::MAX),
            "p" => format!("{list}.{kind}.{}", [u32::MAX.to_string().as_str(); 5_000].join("-")),
            _ => continue,
        };
        match ask(PageRequest::after(far)) {
            Ok(_) => {}
            Err(error) => {
                is_refused(error.rejection().unwrap_or_else(|| panic!("{name}: {error:?}")).clone())
            }
        }
    }
}

/// A filter that one case fits, behind many that do not: where pages are cut short, the first says nothing and goes on.
fn what_few_cases_fit_is_found_page_by_page(office: &Office) {
    let customer = office.customer("Ada").id;
    let new = casekit::NewCase::new("Enquiries", "The only one").for_customer(customer);
    let only = office.agent().raise_case(new).unwrap();
    for place in 0..30 {
        office.case(&format!("Another {place}"));
    }
    let desk = office.manager();
    let filters = [
        CasesQuery { case_types: vec!["Enquiries".into()], ..CasesQuery::default() },
        CasesQuery { text: Some("only".into()), ..CasesQuery::default() },
        CasesQuery { customer: Some(customer), sort: Sort::Updated, ..CasesQuery::default() },
    ];
    for filter in filters {
        for size in [1, 50, 500] {
            let found = all_pages(size, |page| desk.cases(&filter, page));
            assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), [only.id], "{filter:?} {size}");
        }
    }
    assert_eq!(all_pages(50, |page| desk.interactions(customer, page)).len(), 1);
    assert_eq!(all_pages(50, |page| desk.search("only", page)).len(), 1);
    desk.take_case(only.id).unwrap();
    assert_eq!(all_pages(50, |page| desk.my_held_cases(page)).len(), 1);
    assert_eq!(all_pages(50, |page| desk.my_pending_cases(page)), []);
    let first = desk.cases(&CasesQuery::default(), PageRequest::first().of(20)).unwrap();
    assert_eq!(first.rows.len(), 20, "a desk goes on by itself until a page is full");
}

fn interactions_of_nobody_are_not_found_however_many_cases_there_are(office: &Office) {
    for place in 0..30 {
        office.case(&format!("Case {place}"));
    }
    let refused = office.manager().interactions(nothing(), PageRequest::first());
    assert_eq!(rejection(refused).code(), "not_found");
    let quiet = office.customer("Quiet").id;
    assert_eq!(all_pages(50, |page| office.manager().interactions(quiet, page)), []);
}
