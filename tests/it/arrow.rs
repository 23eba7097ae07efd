//! Lists as Apache Arrow: the rows of the list, in batches.

use arrow_array::cast::AsArray;
use arrow_array::types::TimestampMicrosecondType;
use arrow_array::{RecordBatch, RecordBatchReader};
use casekit::export::arrow::{CaseBatches, cases};
use casekit::{
    Actor, CaseKit, CaseSummary, CasesQuery, Desk, Error, NewCase, NewCustomer, PageRequest, Role,
};

fn desk(kit: &CaseKit) -> Desk {
    kit.desk(Actor::new("amara", "Amara Okafor").with_role(Role::Manager))
}

fn with_cases(count: usize) -> CaseKit {
    let kit = CaseKit::in_memory().unwrap();
    let desk = desk(&kit);
    let ada = desk.create_customer(NewCustomer::named("Ada Obi")).unwrap();
    for n in 0..count {
        let case = NewCase::new("Support", format!("Grüße {n}"));
        let case = desk.raise_case(if n % 2 == 0 { case.for_customer(ada.id) } else { case }).unwrap();
        if n % 3 == 0 {
            desk.take_case(case.id).unwrap();
        }
    }
    kit
}

fn texts(batches: &[RecordBatch], column: &str) -> Vec<Option<String>> {
    let of = |batch: &RecordBatch| -> Vec<Option<String>> {
        let column = batch.column_by_name(column).unwrap().as_string::<i32>();
        column.iter().map(|text| text.map(ToOwned::to_owned)).collect()
    };
    batches.iter().flat_map(of).collect()
}

#[test]
fn batches_have_the_rows_of_the_list_in_its_order() {
    let kit = with_cases(1_203);
    let desk = desk(&kit);
    let (mut rows, mut next) = (Vec::new(), Some(PageRequest::first().of(500)));
    while let Some(request) = next {
        let page = desk.cases(&CasesQuery::default(), request).unwrap();
        next = page.next_request();
        rows.extend(page.rows);
    }
    let batches: Vec<RecordBatch> = cases(desk, CasesQuery::default()).unwrap().map(Result::unwrap).collect();
    assert_eq!(batches.iter().map(RecordBatch::num_rows).collect::<Vec<_>>(), [500, 500, 203]);
    let wanted = |of: fn(&casekit::CaseSummary) -> Option<String>| rows.iter().map(of).collect::<Vec<_>>();
    assert_eq!(texts(&batches, "id"), wanted(|row| Some(row.id.to_string())));
    assert_eq!(texts(&batches, "number"), wanted(|row| Some(row.number.to_string())));
    assert_eq!(texts(&batches, "case_type"), wanted(|row| Some(row.case_type.to_string())));
    assert_eq!(texts(&batches, "stage"), wanted(|row| Some(row.stage.to_string())));
    assert_eq!(texts(&batches, "title"), wanted(|row| Some(row.title.to_string())));
    assert_eq!(texts(&batches, "customer"), wanted(|row| row.customer.as_deref().map(ToOwned::to_owned)));
    assert_eq!(texts(&batches, "holder"), wanted(|row| row.holder.as_deref().map(ToOwned::to_owned)));
    assert_eq!(texts(&batches, "workflow"), wanted(|row| row.workflow.as_deref().map(ToOwned::to_owned)));
    assert_eq!(texts(&batches, "status"), wanted(|row| Some(row.status.to_string())));
    let instants: Vec<i64> = batches
        .iter()
        .flat_map(|batch| {
            let column = batch.column_by_name("updated_at").unwrap();
            column.as_primitive::<TimestampMicrosecondType>().values().to_vec()
        })
        .collect();
    assert_eq!(instants, rows.iter().map(|row| row.updated_at.timestamp_micros()).collect::<Vec<_>>());
}

#[test]
fn a_limit_ends_within_a_page_or_before_the_first() {
    let kit = with_cases(60);
    let query = CasesQuery::default();
    let rows = |limit: u64| -> usize {
        let desk = desk(&kit);
        let batches = CaseBatches::new(limit, |request| desk.cases(&query, request)).unwrap();
        batches.map(|batch| batch.unwrap().num_rows()).sum()
    };
    assert_eq!((rows(0), rows(1), rows(59), rows(60), rows(u64::MAX)), (0, 1, 59, 60, 60));
}

#[test]
fn a_list_of_nothing_has_a_schema_and_no_batch() {
    let kit = with_cases(0);
    let mut batches = cases(desk(&kit), CasesQuery::default()).unwrap();
    let schema = batches.schema();
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    assert_eq!(names, casekit::CaseSummary::COLUMNS.iter().map(|column| column.name).collect::<Vec<_>>());
    assert!(batches.next().is_none());
}

#[test]
fn every_field_of_a_row_is_a_column_in_its_place() {
    let row =
        desk(&with_cases(1)).cases(&CasesQuery::default(), PageRequest::first()).unwrap().rows.remove(0);
    let (written, fields) = (serde_json::to_string(&row).unwrap(), serde_json::to_value(&row).unwrap());
    let place =
        |name: &str| written.find(&format!("\"{name}\":")).unwrap_or_else(|| panic!("`{name}` is no field"));
    let places: Vec<usize> = CaseSummary::COLUMNS.iter().map(|column| place(column.name)).collect();
    assert!(places.is_sorted(), "columns are not in the order of the fields: {places:?}");
    assert_eq!(
        places.len(),
        fields.as_object().unwrap().len(),
        "a field has no column: give it one in `CaseSummary::COLUMNS`"
    );
}

#[test]
fn a_wrong_question_is_said_when_it_is_asked_and_a_later_failure_when_it_is_read() {
    let kit = with_cases(1_001);
    let query = CasesQuery { stages: vec!["No such stage".into()], ..CasesQuery::default() };
    assert!(matches!(cases(desk(&kit), query), Err(Error::Rejected(_))));

    let mut batches = cases(desk(&kit), CasesQuery::default()).unwrap();
    assert_eq!(batches.next().unwrap().unwrap().num_rows(), 500);
    kit.close().unwrap();
    let error = batches.next().unwrap().unwrap_err();
    assert!(error.to_string().contains("closed"), "{error}");
    assert!(batches.next().is_none(), "it has ended");
}
