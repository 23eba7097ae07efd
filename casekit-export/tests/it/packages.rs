//! Packages as who receives them opens them.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::sync::Arc;

use casekit_core::language::Language;
use casekit_core::model::{
    ColumnKind, CsvForm, CsvSeparator, DataValue, FailureClass, LetterBlockKind, NoDataFinding, Outcome,
    RedactionTarget, Responsible, SourceFile,
};
use casekit_core::release::{
    CustomerNote, Decided, GivenCredential, HiddenPart, LetterPart, PackageBuilder, PackageContent,
    PackageTable, ShownField,
};
use casekit_export::package::ZipPackage;
use casekit_export::pdf::PaperSize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const MIB: u64 = 1024 * 1024;

fn hidden(target: RedactionTarget, reason: &str) -> HiddenPart {
    HiddenPart { target, reason: reason.into() }
}

pub(crate) fn content() -> PackageContent {
    let text = |text: &str| DataValue::Text(text.into());
    let decided = |step: &str, what: &str, at: &str| Decided {
        step: step.into(),
        role: "approver".into(),
        by: None,
        at: at.parse().unwrap(),
        what: what.into(),
    };
    PackageContent {
        language: Arc::clone(Language::english()),
        key: "0123456789abcdef0123456789abcdef".into(),
        case_number: "C-000123".into(),
        organisation: Some("Example Energy".into()),
        support_email: Some("privacy@example.org".into()),
        requester: Some("Łukasz Żółć".into()),
        request_ref: Some("web-77".into()),
        reply_to: Some("l.zolc@example.org".into()),
        credentials: vec![GivenCredential { kind: "date of birth".into(), checked: true }],
        title: Some("Data request".into()),
        description: Some("Please send me everything.".into()),
        fields: vec![ShownField { label: "Contract".into(), value: "4711".into() }],
        notes: vec![note()],
        letter: vec![LetterPart {
            kind: LetterBlockKind::Complaint,
            heading: "Complaint".into(),
            text: "You can complain to the authority.\n\nIt is in Bonn.".into(),
        }],
        received_at: "2026-03-28T09:12:00Z".parse().unwrap(),
        released_at: "2026-04-02T16:40:00Z".parse().unwrap(),
        workflow: "Data request".into(),
        workflow_version: 1,
        decisions: vec![
            decided("Identification", "approved", "2026-03-29T10:02:00Z"),
            decided("Data approval", "approved", "2026-04-02T16:30:00Z"),
            decided("Release", "released", "2026-04-02T16:40:00Z"),
        ],
        outcome: Outcome::DataReleased,
        no_data: None,
        no_data_reason: None,
        denial_reason: None,
        content_digest: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
        tables: vec![
            PackageTable {
                source: "profile".into(),
                name: "customer".into(),
                columns: vec![("name".into(), ColumnKind::Text), ("active".into(), ColumnKind::Boolean)],
                rows: vec![vec![text("Łukasz Żółć"), DataValue::Boolean(true)]],
                hidden: vec![],
            },
            PackageTable {
                source: "crm".into(),
                name: "orders".into(),
                columns: vec![("item".into(), ColumnKind::Text), ("euro".into(), ColumnKind::Real)],
                rows: vec![
                    vec![text("=cmd|' /C calc'!A0"), DataValue::Real(-12.5)],
                    vec![DataValue::Null, DataValue::Null],
                ],
                hidden: vec![
                    hidden(RedactionTarget::Column("clerk".into()), "it is about somebody else"),
                    hidden(RedactionTarget::Row(2), "it is another's order"),
                    hidden(RedactionTarget::Cell { row: 3, column: "item".into() }, "it names a neighbour"),
                ],
            },
        ],
        left_out: vec![],
    }
}

/// A note, as core writes one down: it may get more fields.
fn note() -> CustomerNote {
    let text = "We have your request.";
    let added_at = "2026-03-29T10:05:00Z";
    let note = json!({"depth": 0, "author": "Staff", "added_at": added_at, "edited": false, "text": text});
    serde_json::from_value(note).unwrap()
}

fn without_data(outcome: Outcome) -> PackageContent {
    PackageContent { outcome, tables: vec![], ..content() }
}

fn build(content: &PackageContent) -> Vec<u8> {
    ZipPackage::bundled().build(content, 10 * MIB).unwrap()
}

pub(crate) fn unpack(package: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(package)).unwrap();
    let mut files = BTreeMap::new();
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        files.insert(file.name().unwrap().into_owned(), bytes);
    }
    files
}

fn manifest(files: &BTreeMap<String, Vec<u8>>) -> Value {
    serde_json::from_slice(&files["manifest.json"]).unwrap()
}

fn summary(files: &BTreeMap<String, Vec<u8>>) -> Option<String> {
    let printed = crate::tools::Printed::new(&files["summary.pdf"]);
    printed.check();
    Some(printed.text()?.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[test]
fn a_package_holds_a_manifest_a_summary_and_two_files_for_each_table() {
    let files = unpack(&build(&content()));
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let expected = [
        "data/1-profile/customer.csv",
        "data/1-profile/customer.json",
        "data/2-crm/orders.csv",
        "data/2-crm/orders.json",
        "index.html",
        "manifest.json",
        "summary.pdf",
    ];
    assert_eq!(names, expected);
    let text = |name: &str| String::from_utf8(files[name].clone()).unwrap();
    assert_eq!(text("data/2-crm/orders.csv"), "item,euro\r\n'=cmd|' /C calc'!A0,-12.5\r\n,\r\n");
    assert_eq!(
        text("data/2-crm/orders.json"),
        "[\n{\"item\":\"=cmd|' /C calc'!A0\",\"euro\":-12.5},\n{\"item\":null,\"euro\":null}\n]\n"
    );
    assert_eq!(text("data/1-profile/customer.json"), "[\n{\"name\":\"Łukasz Żółć\",\"active\":true}\n]\n");
}

#[test]
fn a_table_that_is_wholly_withheld_keeps_its_place_and_has_no_file() {
    let mut content = content();
    let withheld = &mut content.tables[0];
    withheld.columns.clear();
    withheld.rows = vec![vec![]; 7];
    let hide = |column: &str| hidden(RedactionTarget::Column(column.into()), "it is about the witness");
    withheld.hidden = vec![hide("name"), hide("active")];
    let files = unpack(&build(&content));
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let tables = ["data/2-crm/orders.csv", "data/2-crm/orders.json"];
    assert_eq!(names, [&tables[..], &["index.html", "manifest.json", "summary.pdf"]].concat());
    let manifest = manifest(&files);
    let said = |field: &str| {
        manifest["tables"].as_array().unwrap().iter().map(|table| table[field].clone()).collect::<Vec<_>>()
    };
    assert_eq!(said("withheld"), [true, false]);
    assert_eq!(said("rows"), [7, 2]);
    assert_eq!(said("csv"), [Value::Null, json!("data/2-crm/orders.csv")]);
    assert_eq!(said("json"), [Value::Null, json!("data/2-crm/orders.json")]);
    assert_eq!(manifest["tables"][0]["hidden"].as_array().unwrap().len(), 2);
    let listed: Vec<&Value> =
        manifest["files"].as_array().unwrap().iter().map(|file| &file["path"]).collect();
    assert_eq!(listed, [&tables[..], &["summary.pdf", "index.html"]].concat());
    let Some(text) = summary(&files) else { return };
    assert!(text.contains("customer profile 7 none: every column is left out"), "{text}");
}

#[test]
fn the_tables_are_the_kind_of_csv_that_the_organisation_wants() {
    let form = CsvForm::for_programs().separated_by(CsvSeparator::Semicolon).with_byte_order_mark();
    let files = unpack(&ZipPackage::bundled().with_csv(form).build(&content(), 10 * MIB).unwrap());
    let orders = String::from_utf8(files["data/2-crm/orders.csv"].clone()).unwrap();
    assert_eq!(orders, "\u{feff}item;euro\r\n=cmd|' /C calc'!A0;-12.5\r\n;\r\n");
    let said = json!({"readers": "programs", "separator": "semicolon", "byte_order_mark": true});
    assert_eq!(manifest(&files)["csv"], said);
}

/// The example in the documentation is what is built, but for what depends on fonts and wording: the sizes and hashes of the
/// letter and the page.
#[test]
fn the_manifest_is_as_documented() {
    let files = unpack(&build(&content()));
    let mut built = manifest(&files);
    let page = include_str!("../../../docs/package-manifest.md");
    let example = page.split("```json\n").nth(1).unwrap().split("```").next().unwrap();
    let mut documented: Value = serde_json::from_str(example).unwrap();
    for manifest in [&mut built, &mut documented] {
        let listed = manifest["files"].as_array_mut().unwrap();
        for path in ["summary.pdf", "index.html"] {
            let file = listed.iter_mut().find(|file| file["path"] == path).unwrap();
            file["size"] = json!(0);
            file["sha256"] = json!("");
        }
    }
    assert_eq!(built, documented, "built:\n{}", String::from_utf8_lossy(&files["manifest.json"]));
    let fields = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    for field in fields(&built) {
        assert!(page.contains(&format!("| `{field}` |")), "`{field}` is not described");
    }
}

#[test]
fn the_manifest_names_every_other_file_with_its_size_and_digest() {
    let files = unpack(&build(&content()));
    let listed = manifest(&files)["files"].as_array().unwrap().clone();
    assert_eq!(listed.len(), files.len() - 1);
    for file in listed {
        let bytes = &files[file["path"].as_str().unwrap()];
        let digest: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!((&file["size"], &file["sha256"]), (&json!(bytes.len()), &json!(digest)), "{file}");
    }
}

#[test]
fn the_summary_says_in_words_what_the_package_holds() {
    let Some(text) = summary(&unpack(&build(&content()))) else { return };
    for words in [
        "Example Energy",
        "C-000123",
        "web-77",
        "Łukasz Żółć",
        "Your data is in this package",
        "customer profile 1",
        "orders crm 2",
        "clerk it is about somebody else",
        "Complaint You can complain to the authority. It is in Bonn.",
        "privacy@example.org",
    ] {
        assert!(text.contains(words), "{words:?} is missing in {text}");
    }
    assert!(!text.contains("anna"), "who decided is for the manifest");
}

#[test]
fn an_answer_without_data_says_what_it_rests_on() {
    let found_none = "We looked for data about you, and found none.";
    for (finding, sentence) in [
        (NoDataFinding::FoundNone, found_none),
        (NoDataFinding::NotGiven, "We found data about you, and do not send it to you."),
        (NoDataFinding::NotAsked, "We have not looked for data about you."),
        (NoDataFinding::SourceFailed, "So we cannot say what there is."),
    ] {
        let reason = finding.needs_reason().then(|| "It is about somebody else".to_owned());
        let content = PackageContent {
            no_data: Some(finding),
            no_data_reason: reason.clone(),
            ..without_data(Outcome::NoData)
        };
        let files = unpack(&build(&content));
        assert_eq!(files.keys().collect::<Vec<_>>(), ["index.html", "manifest.json", "summary.pdf"]);
        let manifest = manifest(&files);
        let outcome = json!({
            "code": "no_data", "denial_code": null, "denial_reason": null,
            "no_data": finding.code(), "no_data_reason": reason,
        });
        assert_eq!((&manifest["outcome"], &manifest["tables"]), (&outcome, &json!([])));
        let Some(text) = summary(&files) else { return };
        assert!(text.contains(sentence), "{finding:?}: {text}");
        assert_eq!(text.contains(found_none), finding == NoDataFinding::FoundNone, "{finding:?}: {text}");
        assert_eq!(text.contains("It is about somebody else"), finding.needs_reason(), "{finding:?}: {text}");
    }
}

#[test]
fn a_denial_says_why() {
    let denied = Outcome::Denied { code: "not_identified".into() };
    let reason = Some("The signature does not match".to_owned());
    let files = unpack(&build(&PackageContent { denial_reason: reason, ..without_data(denied) }));
    assert_eq!(
        manifest(&files)["outcome"],
        json!({
            "code": "denied", "denial_code": "not_identified", "denial_reason": "The signature does not match",
            "no_data": null, "no_data_reason": null,
        })
    );
    let Some(text) = summary(&files) else { return };
    for words in ["We could not grant", "The signature does not match", "not identified (not_identified)"] {
        assert!(text.contains(words), "{words:?} is missing in {text}");
    }
}

/// The content has no hidden values, so this looks at what could bring them back: nothing of one build reaches another.
#[test]
fn what_is_hidden_stands_in_no_file() {
    const PLANTED: &str = "DE89370400440532013000";
    let mut open = content();
    open.tables[1].columns.push(("clerk".into(), ColumnKind::Text));
    for row in &mut open.tables[1].rows {
        row.push(DataValue::Text(PLANTED.into()));
    }
    open.tables[1].hidden.clear();
    let builder = ZipPackage::bundled();
    let holds = |package: &[u8]| {
        let files = unpack(package);
        let bytes = files.values().map(Vec::as_slice).chain([package]);
        let raw = bytes
            .into_iter()
            .any(|bytes| bytes.windows(PLANTED.len()).any(|window| window == PLANTED.as_bytes()));
        raw || summary(&files).is_some_and(|text| text.contains(PLANTED))
    };
    assert!(holds(&builder.build(&open, MIB).unwrap()), "the search finds what is there");
    let package = builder.build(&content(), MIB).unwrap();
    assert!(!holds(&package));
    let manifest = manifest(&unpack(&package));
    assert_eq!(
        manifest["tables"][1]["hidden"],
        json!([
            {"what": "column", "row": null, "column": "clerk", "reason": "it is about somebody else"},
            {"what": "row", "row": 2, "column": null, "reason": "it is another's order"},
            {"what": "cell", "row": 3, "column": "item", "reason": "it names a neighbour"},
        ])
    );
    assert_eq!(manifest["tables"][1]["columns"].as_array().unwrap().len(), 2);
}

#[test]
fn a_package_is_the_same_on_every_build() {
    assert_eq!(build(&content()), build(&content()));
}

#[test]
fn a_package_keeps_to_its_limit() {
    let package = build(&content());
    let builder = ZipPackage::bundled();
    let size = package.len() as u64;
    assert_eq!(builder.build(&content(), size), Ok(package));
    for limit in [0, 1, 1000, size - 1] {
        let fault = builder.build(&content(), limit).unwrap_err();
        assert_eq!(fault.code, "package_too_large");
        assert_eq!((fault.class, fault.responsible), (FailureClass::Data, Responsible::CaseWorker));
    }
}

#[test]
fn a_large_table_is_packed() {
    let mut content = content();
    let row = |n: i64| vec![DataValue::Text(format!("item {n} of many")), DataValue::Real(n as f64)];
    content.tables[1].rows = (0..100_000).map(row).collect();
    let files = unpack(&build(&content));
    let rows: Vec<Value> = serde_json::from_slice(&files["data/2-crm/orders.json"]).unwrap();
    assert_eq!(rows.len(), 100_000);
    assert_eq!(files["data/2-crm/orders.csv"].iter().filter(|byte| **byte == b'\n').count(), 100_001);
}

#[test]
fn what_people_read_is_in_the_language_of_the_kit_and_the_manifest_in_none() {
    let german = Language::shipped("de").unwrap();
    let speaking = |content: PackageContent| PackageContent { language: german.clone(), ..content };
    let files = unpack(&build(&speaking(content())));
    let english = unpack(&build(&content()));
    let (mut told, mut meant) = (manifest(&files), manifest(&english));
    assert_eq!((&told["language"], &meant["language"]), (&json!("de"), &json!("en")));
    // What the letter says differs, and so its size and digest.
    for field in ["files", "language"] {
        told[field] = Value::Null;
        meant[field] = Value::Null;
    }
    assert_eq!(told, meant);
    assert_eq!(files["data/2-crm/orders.json"], english["data/2-crm/orders.json"]);
    let orders = std::str::from_utf8(&files["data/2-crm/orders.csv"]).unwrap();
    assert!(orders.contains("\"-12,5\""), "people's numbers are German: {orders}");
    let Some(summary) = summary(&files) else { return };
    for expected in [
        "Antwort auf Ihren Antrag C-000123",
        "Beantwortet am 02.04.2026 16:40 UTC",
        "Eingegangen am 28.03.2026",
        "Ihre Daten liegen diesem Paket bei",
        "Dateien (.csv und .json)",
        "item in Zeile 3",
        "An wen Sie sich wenden können",
        "Seite 1 von 1",
    ] {
        assert!(summary.contains(expected), "`{expected}` is not in {summary}");
    }
}

#[test]
fn the_letter_is_in_the_zone_and_of_the_size_of_the_organisation() {
    let two_hours = chrono::FixedOffset::east_opt(7_200).unwrap();
    let builder = ZipPackage::bundled().in_zone(two_hours.into()).of_size(PaperSize::Letter);
    let content = PackageContent { received_at: "2026-03-27T23:30:00Z".parse().unwrap(), ..content() };
    let files = unpack(&builder.build(&content, 10 * MIB).unwrap());
    assert_eq!(manifest(&files)["received_at"], "2026-03-27T23:30:00Z");
    let page = String::from_utf8(files["index.html"].clone()).unwrap();
    for words in ["2026-03-28", "18:40 +02:00", "time zone +02:00"] {
        assert!(page.contains(words), "{words:?} is missing in {page}");
    }
    let paper = lopdf::Document::load_mem(&files["summary.pdf"]).unwrap();
    let first = paper.get_dictionary(paper.get_pages()[&1]).unwrap();
    let edges = first.get(b"MediaBox").unwrap().as_array().unwrap();
    let edges: Vec<f32> = edges.iter().map(|edge| edge.as_float().unwrap().round()).collect();
    assert_eq!(edges, [0.0, 0.0, 612.0, 792.0]);
    let Some(text) = summary(&files) else { return };
    assert!(text.contains("Answered on 2026-04-02 18:40 +02:00"), "{text}");
    assert!(text.contains("Received on 2026-03-28"), "{text}");
}

#[test]
fn what_a_source_found_as_files_is_in_the_package_as_files() {
    let mut content = content();
    let file = |name: &str, bytes: &[u8]| SourceFile::new(name, "application/pdf", bytes).cell();
    let columns = vec![("sent".into(), ColumnKind::Date), ("letter".into(), ColumnKind::File)];
    let rows = vec![
        vec![DataValue::Text("2026-01-31".into()), file("../Vertrag <b>.PDF", b"%PDF-1")],
        vec![DataValue::Null, DataValue::Null],
        vec![DataValue::Null, file("Vertrag.pdf", b"")],
    ];
    content.tables[1] = PackageTable { columns, rows, ..content.tables[1].clone() };
    let refused = ZipPackage::bundled().build(&content, MIB).unwrap_err();
    assert_eq!(refused.code, "package_invalid", "a name with a path in it");
    content.tables[1].rows[0][1] = file("Vertrag <b>.PDF", b"%PDF-1");
    let files = unpack(&build(&content));
    assert_eq!(
        (&files["files/1-vertrag-b.pdf"][..], &files["files/2-vertrag.pdf"][..]),
        (&b"%PDF-1"[..], &b""[..])
    );
    let text = |path: &str| String::from_utf8(files[path].clone()).unwrap();
    assert_eq!(
        text("data/2-crm/orders.csv"),
        "sent,letter\r\n2026-01-31,files/1-vertrag-b.pdf\r\n,\r\n,files/2-vertrag.pdf\r\n"
    );
    assert!(text("data/2-crm/orders.json").contains("\"letter\":\"files/2-vertrag.pdf\""));
    let listed = manifest(&files)["files"].as_array().unwrap().clone();
    let named: Vec<&Value> = listed.iter().filter(|file| !file["name"].is_null()).collect();
    assert_eq!(named.len(), 2);
    assert_eq!(
        (&named[0]["path"], &named[0]["name"], &named[0]["media_type"], &named[0]["size"]),
        (&json!("files/1-vertrag-b.pdf"), &json!("Vertrag <b>.PDF"), &json!("application/pdf"), &json!(6))
    );
    assert!(
        text("index.html").contains("<a href=\"files/1-vertrag-b.pdf\"><bdi>Vertrag &lt;b&gt;.PDF</bdi></a>")
    );
    let Some(summary) = summary(&files) else { return };
    assert!(summary.contains("2 files that we found are in the folder files."), "{summary}");
}

#[test]
fn every_outcome_has_an_answer_in_every_language() {
    let outcomes = [
        Outcome::DataReleased,
        Outcome::NoData,
        Outcome::Denied { code: "no_match".into() },
        Outcome::Approved,
        Outcome::Withdrawn,
    ];
    let keys = Language::keys();
    for outcome in outcomes {
        for key in [format!("letter.outcome.{}", outcome.code()), format!("letter.{}", outcome.code())] {
            assert!(keys.contains(&key), "no language has `{key}`");
        }
    }
}
