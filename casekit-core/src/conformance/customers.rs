//! Customers, sorted and found by their folded names.

use super::build::{Clerk, paged, query};
use crate::model::CustomerId;
use crate::search::Query;
use crate::store::{After, CustomerQuery, CustomerRow, Store};
use crate::text::fold_name;

const NAMES: [&str; 8] =
    ["bea Ito", "Ada Obi", "ADA OBI", "Zoë Straßer", "Ａｄａ Other", "Émile", "返金 太郎", "ada"];

pub fn customers_come_by_folded_name_then_by_id(store: &dyn Store) {
    let ids = enter(&Clerk::new(store));
    let mut expected: Vec<(String, CustomerId)> =
        ids.iter().zip(NAMES).map(|(id, name)| (fold_name(name), *id)).collect();
    expected.sort();
    let expected: Vec<CustomerId> = expected.into_iter().map(|(_, id)| id).collect();
    for limit in [1, 3, 500] {
        let rows = list(store, None, limit);
        assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), expected, "pages of {limit}");
    }
}

pub fn a_page_of_customers_has_at_most_its_limit(store: &dyn Store) {
    enter(&Clerk::new(store));
    for limit in [3, 8] {
        assert_eq!(list(store, None, limit).len(), NAMES.len(), "pages of {limit}");
    }
    let page = |after, limit| {
        store.customers(&CustomerQuery { text: None, fields: Vec::new(), after, limit }).unwrap()
    };
    assert!(page(None, 3).next.is_some(), "there are more than three");
    let last = list(store, None, 8).pop().unwrap();
    let last = After::Name(fold_name(last.name.as_str()), last.id);
    assert_eq!(paged(|after| page(after.or_else(|| Some(last.clone())), 3)), []);
}

pub fn a_row_shows_the_name_as_given_and_the_reference(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let id = CustomerId(clerk.uuid());
    clerk.write_drafts(vec![clerk.creates_customer(id, "Zoë Straßer", Some("Crm/0815 ß"))]);
    let row = list(store, None, 10).remove(0);
    assert_eq!((row.id, row.name.as_str()), (id, "Zoë Straßer"));
    assert_eq!(row.external_reference.map(String::from), Some("Crm/0815 ß".to_owned()));
}

pub fn customers_are_found_by_the_words_of_their_names(store: &dyn Store) {
    enter(&Clerk::new(store));
    for (typed, found) in [
        ("ada", vec!["ada", "Ada Obi", "ADA OBI", "Ａｄａ Other"]),
        ("ada ot", vec!["Ａｄａ Other"]),
        ("ada o", vec![]),
        ("OBI ada ", vec!["Ada Obi", "ADA OBI"]),
        ("strasser", vec!["Zoë Straßer"]),
        ("zoe", vec!["Zoë Straßer"]),
        ("emile", vec!["Émile"]),
        ("太郎", vec!["返金 太郎"]),
        ("obi\" OR \"bea", vec![]),
        ("nobody", vec![]),
    ] {
        let mut names: Vec<String> =
            list(store, Some(typed), 2).into_iter().map(|row| row.name.into()).collect();
        let mut found: Vec<String> = found.into_iter().map(str::to_owned).collect();
        names.sort();
        found.sort();
        assert_eq!(names, found, "{typed}");
    }
    assert_eq!(list(store, Some("'\"*"), 500).len(), NAMES.len(), "no word is no condition");
}

pub fn a_customer_with_another_name_is_found_and_sorted_by_it(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let ids = enter(&clerk);
    clerk.write_drafts(vec![clerk.renames_customer(ids[1], "Aaron Quill")]);
    assert_eq!(list(store, None, 500)[0].id, ids[1]);
    assert_eq!(list(store, Some("quill"), 500).len(), 1);
    assert_eq!(list(store, Some("obi"), 500).len(), 1, "only the other Ada is called that now");
    store.check().unwrap();
}

pub fn customers_are_found_by_address_number_and_reference_as_they_are_now(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let ids = enter(&clerk);
    let [ada, bea] = [ids[1], ids[0]];
    let found = |typed: &str| {
        let text = Some(Query::of_customer("text", typed).unwrap());
        let rows = paged(|after| {
            store
                .customers(&CustomerQuery { text: text.clone(), fields: Vec::new(), after, limit: 2 })
                .unwrap()
        });
        rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    clerk.write_drafts(vec![
        clerk.reaches_customer(ada, Some("ada.obi@example.org"), Some("+49 (0)151 2345678")),
        clerk.reaches_customer(bea, Some("bea@example.org"), Some("030/5550-123")),
        clerk.refers_to_customer(bea, Some("CRM-0815")),
    ]);
    for typed in [
        "ada.obi@example.org",
        "ADA.OBI@exam",
        "0151 2345678",
        "0049 151 2345678",
        "+491512345678",
        "0151 234",
    ] {
        assert_eq!(found(typed), [ada], "{typed}");
    }
    for typed in ["bea@example.org", "+49 30 5550123", "030 5550", "crm-0815", "CRM-08"] {
        assert_eq!(found(typed), [bea], "{typed}");
    }
    for typed in ["+48 151 2345678", "0151 2345679", "cy@example.org"] {
        assert_eq!(found(typed), [], "{typed}");
    }
    clerk.write_drafts(vec![
        clerk.reaches_customer(ada, None, Some("0152 1111111")),
        clerk.refers_to_customer(bea, None),
    ]);
    for typed in ["ada.obi@example.org", "0151 2345678", "crm-0815"] {
        assert_eq!(found(typed), [], "{typed}, which is no longer theirs");
    }
    assert_eq!(found("+49 152 1111111"), [ada]);
    store.check().unwrap();
}

pub fn a_customer_is_looked_up_by_exact_reference(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let id = CustomerId(clerk.uuid());
    clerk.write_drafts(vec![clerk.creates_customer(id, "Ada", Some("Straße 9"))]);
    let look_up = |text: &str| store.customer_by_reference(text).unwrap();
    assert_eq!(look_up(" Straße 9"), Some(id));
    for other in ["STRASSE 9", "straße 9", "Strasse 9", "Straße９"] {
        assert_eq!(look_up(other), None, "{other}");
    }
    assert_eq!(look_up("Ada"), None);
    clerk.case_type("Not a reference");
    assert_eq!(look_up("Not a reference"), None);
    clerk.write_drafts(vec![clerk.refers_to_customer(id, Some("Weg 1"))]);
    assert_eq!((look_up("Straße 9"), look_up("Weg 1")), (None, Some(id)));
}

fn enter(clerk: &Clerk<'_>) -> Vec<CustomerId> {
    NAMES.iter().map(|name| clerk.customer(name).id).collect()
}

fn list(store: &dyn Store, text: Option<&str>, limit: u32) -> Vec<CustomerRow> {
    paged(|after| {
        let slice = store
            .customers(&CustomerQuery { text: text.map(query), fields: Vec::new(), after, limit })
            .unwrap();
        assert!(slice.rows.len() <= limit as usize);
        slice
    })
}
