//! What a Rust application expects of any library: globs that shadow nothing, closures where a function is enough, types
//! that show themselves in a log without telling on anybody, pages that iterate, one error to match on.

use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};

use casekit::*;

#[derive(Debug, Clone)]
struct App {
    kit: CaseKit,
    desk: Desk,
    listening: Arc<Subscription>,
}

#[test]
fn a_glob_import_shadows_nothing_of_the_language() {
    let mut one = String::from("one");
    assert_eq!(core::mem::take(&mut one), "one");
    let answer: Result<(), Box<dyn std::error::Error>> = Ok(());
    assert!(answer.is_ok());
}

#[test]
fn an_application_can_keep_a_kit_in_a_struct_with_debug() {
    let kit = CaseKit::in_memory().unwrap();
    let desk = kit.desk(Actor::new("amara", "Amara Okafor").with_role(Role::Agent));
    let app = App { listening: Arc::new(kit.observe(|_: &Cursor| {})), desk, kit };
    let shown = format!("{:?} {:?}", app.clone(), app.desk.live(Desk::my_pending_count));
    assert!(shown.contains("CaseKit { .. }") && shown.contains("amara"), "{shown}");
    assert!(!shown.contains("Okafor"), "names stay out of logs: {shown}");
    assert_eq!(format!("{:?}", OpenOptions::new()).split(' ').next(), Some("OpenOptions"));
    let error = CaseKit::open("/no/such/folder/cases.db").unwrap_err();
    assert!(!error.code().is_empty());
    drop(app.listening);
    app.kit.close().unwrap();
}

#[test]
fn functions_are_observers_sources_and_deliveries() {
    let delivered = Arc::new(Mutex::new(Vec::new()));
    let (told, news) = channel();
    let keys = Arc::clone(&delivered);
    let kit = OpenOptions::new()
        .source("crm", |question: &SourceQuestion| {
            let text = DataValue::Text(question.customer_reference.clone());
            let columns = vec![DataColumn { name: "reference".into(), kind: ColumnKind::Text }];
            Ok(vec![DataTable { name: "customers".into(), columns, rows: vec![vec![text]] }])
        })
        .delivery("mailbox", move |outgoing: &Outgoing| {
            keys.lock().unwrap().push(outgoing.key.clone());
            Ok(Delivered { receipt: Some("kept".into()) })
        })
        .open(":memory:")
        .unwrap();
    let told = Mutex::new(told);
    let _listening = kit.observe(move |cursor: &Cursor| told.lock().unwrap().send(*cursor).unwrap());
    let desk = kit.desk(Actor::new("mona", "").with_role(Role::Manager));
    desk.raise_case(NewCase::new("Support", "Cannot log in")).unwrap();
    assert!(news.recv_timeout(std::time::Duration::from_secs(10)).is_ok());
    assert!(delivered.lock().unwrap().is_empty());
}

#[test]
fn what_was_found_about_a_person_is_in_no_debug_text() {
    let value = DataValue::Text("DE89 3704 0044 0532 0130 00".into());
    let columns = vec![DataColumn { name: "iban".into(), kind: ColumnKind::Text }];
    let table = DataTable { name: "accounts".into(), columns, rows: vec![vec![value.clone()]] };
    let preview = DataPreview { columns: vec!["iban".into()], rows: vec![vec![value]], of: 1 };
    let target = WebformTarget::Http { url: "https://example.com/?token=DE89".into(), secret: None };
    for shown in [format!("{table:?}"), format!("{preview:?}"), format!("{target:?}")] {
        assert!(!shown.contains("DE89"), "{shown}");
    }
}

#[test]
fn a_report_that_cannot_be_written_is_the_same_error_as_any() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let kit = CaseKit::in_memory().unwrap();
    let desk = kit.desk(Actor::new("mona", "").with_role(Role::Manager));
    let cells = casekit::CsvForm::for_people();
    let error = reports::overview_csv(&desk, &CasesQuery::default(), cells, &mut Full).unwrap_err();
    assert!(matches!(&error, Error::Report { code: "csv", .. }), "{error:?}");
    assert_eq!((error.code(), error.fields().len()), ("csv", 0));
}

#[test]
fn pages_iterate_and_the_next_one_has_as_many_rows() {
    let kit = CaseKit::in_memory().unwrap();
    let desk = kit.desk(Actor::new("mona", "").with_role(Role::Manager));
    for n in 0..7 {
        desk.raise_case(NewCase::new("Support", format!("Case {n}"))).unwrap();
    }
    let (mut sizes, mut titles, mut next) = (Vec::new(), Vec::new(), Some(PageRequest::first().of(3)));
    while let Some(request) = next {
        let page = desk.cases(&CasesQuery::default(), request).unwrap();
        next = page.next_request();
        sizes.push((&page).into_iter().count());
        titles.extend(page.into_iter().map(|row| row.title));
    }
    assert_eq!((sizes, titles.len()), (vec![3, 3, 1], 7));
}
