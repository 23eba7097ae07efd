//! The schema of the manifest: it takes every manifest that is written, and nothing else.

use casekit_core::model::{ColumnKind, LetterBlockKind, NoDataFinding, Outcome};
use casekit_core::release::{LeftOutSource, PackageBuilder, PackageContent};
use casekit_export::package::ZipPackage;
use serde_json::{Value, json};

use crate::packages::{content, unpack};

const SCHEMA: &str = include_str!("../../../docs/package-manifest.schema.json");

fn schema() -> Value {
    serde_json::from_str(SCHEMA).unwrap()
}

fn validator() -> jsonschema::Validator {
    let schema = schema();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
}

fn manifest(content: &PackageContent) -> Value {
    let package = ZipPackage::bundled().build(content, 10 << 20).unwrap();
    serde_json::from_slice(&unpack(&package)["manifest.json"]).unwrap()
}

/// A manifest of every outcome that is answered.
fn manifests() -> Vec<Value> {
    let outcomes = [
        Outcome::DataReleased,
        Outcome::PartlyReleased,
        Outcome::NoData,
        Outcome::Denied { code: "no_match".into() },
        Outcome::Approved,
    ];
    let of = |outcome: Outcome| match outcome {
        Outcome::DataReleased => content(),
        Outcome::PartlyReleased => {
            let left_out =
                vec![LeftOutSource { source: "crm".into(), reason: "It is being replaced".into() }];
            PackageContent { outcome, left_out, ..content() }
        }
        Outcome::NoData => PackageContent {
            outcome,
            no_data: Some(NoDataFinding::NotGiven),
            no_data_reason: Some("It is about somebody else".into()),
            tables: vec![],
            ..content()
        },
        Outcome::Denied { .. } => PackageContent {
            outcome,
            denial_reason: Some("We know nobody of this name".into()),
            title: None,
            description: None,
            fields: vec![],
            notes: vec![],
            reply_to: None,
            request_ref: None,
            requester: None,
            organisation: None,
            support_email: None,
            tables: vec![],
            ..content()
        },
        _ => PackageContent { outcome, tables: vec![], ..content() },
    };
    outcomes.into_iter().map(|outcome| manifest(&of(outcome))).collect()
}

#[test]
fn the_schema_takes_the_manifest_of_every_outcome() {
    let validator = validator();
    for manifest in manifests() {
        let errors: Vec<String> = validator.iter_errors(&manifest).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", manifest["outcome"]["code"]);
    }
}

/// Every object in a manifest, by its pointer.
fn objects(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            found.push(at.to_owned());
            fields.iter().for_each(|(key, value)| objects(value, &format!("{at}/{key}"), found));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(n, value)| objects(value, &format!("{at}/{n}"), found));
        }
        _ => {}
    }
}

#[test]
fn the_schema_refuses_a_manifest_with_a_field_too_few_or_too_many() {
    let validator = validator();
    let whole = manifest(&content());
    let mut places = Vec::new();
    objects(&whole, "", &mut places);
    let mut tried = 0;
    for place in places {
        let fields: Vec<String> =
            whole.pointer(&place).unwrap().as_object().unwrap().keys().cloned().collect();
        for field in fields {
            let mut less = whole.clone();
            less.pointer_mut(&place).unwrap().as_object_mut().unwrap().remove(&field);
            assert!(!validator.is_valid(&less), "`{field}` may be missing in `{place}`");
            tried += 1;
        }
        let mut more = whole.clone();
        let object = more.pointer_mut(&place).unwrap().as_object_mut().unwrap();
        object.insert("unknown".into(), json!(1));
        assert!(!validator.is_valid(&more), "`{place}` may have a field that nobody knows");
    }
    assert!(tried > 60, "{tried}");
}

#[test]
fn the_schema_refuses_what_does_not_go_together() {
    let validator = validator();
    let with = |pointer: &str, value: Value| {
        let mut manifest = manifest(&content());
        *manifest.pointer_mut(pointer).unwrap() = value;
        validator.is_valid(&manifest)
    };
    assert!(with("/requester", Value::Null));
    for (pointer, value) in [
        ("/outcome/code", json!("denied")),
        ("/outcome/code", json!("withdrawn")),
        ("/outcome/no_data", json!("found_none")),
        ("/key", json!("0123")),
        ("/released_at", json!("2026-04-02 16:40")),
        ("/files/0/path", json!("../etc/passwd")),
        ("/files/0/size", json!(-1)),
        ("/tables/1/hidden/1/row", json!(0)),
        ("/tables/0/columns/0/kind", json!("number")),
        ("/schema_version", json!(2)),
    ] {
        assert!(!with(pointer, value.clone()), "{pointer} may be {value}");
    }
}

/// What code calls kinds, the schema calls the same, so that a new kind is not forgotten.
#[test]
fn the_schema_lists_every_kind_of_column_and_of_text() {
    let schema = schema();
    let listed = |pointer: &str| schema.pointer(pointer).unwrap().as_array().unwrap().clone();
    let columns = listed("/$defs/table/properties/columns/items/properties/kind/enum");
    let kinds: Vec<Value> = ColumnKind::ALL.iter().map(|kind| json!(kind.code())).collect();
    assert!(kinds.iter().all(|kind| columns.contains(kind)) && kinds.len() == columns.len(), "{columns:?}");
    let texts = listed("/properties/letter/items/properties/kind/enum");
    let kinds: Vec<Value> = LetterBlockKind::ALL.iter().map(|kind| json!(kind.code())).collect();
    assert!(kinds.iter().all(|kind| texts.contains(kind)) && kinds.len() == texts.len(), "{texts:?}");
}
