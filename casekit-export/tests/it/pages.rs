//! `index.html` as a browser reads it: what it shows, and that nothing in it can do anything.

use std::collections::BTreeSet;

use casekit_core::language::Language;
use casekit_core::model::{ColumnKind, DataValue, LetterBlockKind, RedactionTarget};
use casekit_core::release::{
    HiddenPart, LetterPart, PackageBuilder, PackageContent, PackageTable, ShownField,
};
use casekit_export::package::ZipPackage;

use crate::packages::{content, unpack};

const HOSTILE: &str =
    "</td></table><script>alert(1)</script><img src=x onerror=alert(2)>\"' &amp; javascript:alert(3)";

fn page(content: &PackageContent) -> String {
    let package = ZipPackage::bundled().build(content, 10 << 20).unwrap();
    String::from_utf8(unpack(&package)["index.html"].clone()).unwrap()
}

/// The tags of a page, each with its attributes, as `name key="value"`; what stands between tags is dropped.
fn tags(page: &str) -> Vec<String> {
    let (_, body) = page.split_once("</style>").unwrap();
    let parts = body.split('<').skip(1);
    parts.map(|part| part.split_once('>').unwrap().0.to_owned()).collect()
}

/// The values of an attribute, whatever its tags are.
fn values(page: &str, attribute: &str) -> Vec<String> {
    let begins = format!(" {attribute}=\"");
    let parts = page.split(begins.as_str()).skip(1);
    parts.map(|part| part.split('"').next().unwrap().to_owned()).collect()
}

/// Every text of the content that somebody else could have written is hostile.
fn hostile() -> PackageContent {
    let mut content = content();
    let hostile = || Some(HOSTILE.to_owned());
    content.organisation = hostile();
    content.support_email = hostile();
    content.requester = hostile();
    content.request_ref = hostile();
    content.reply_to = hostile();
    content.title = hostile();
    content.description = hostile();
    content.fields = vec![ShownField { label: HOSTILE.into(), value: HOSTILE.into() }];
    content.case_number = HOSTILE.into();
    content.credentials[0].kind = HOSTILE.into();
    content.notes[0].author = hostile();
    content.notes[0].text = hostile();
    content.letter =
        vec![LetterPart { kind: LetterBlockKind::Other, heading: HOSTILE.into(), text: HOSTILE.into() }];
    let text = || DataValue::Text(HOSTILE.into());
    content.tables = vec![PackageTable {
        source: HOSTILE.into(),
        name: HOSTILE.into(),
        columns: vec![(HOSTILE.into(), ColumnKind::Text), ("when".into(), ColumnKind::Text)],
        rows: vec![vec![text(), text()]],
        hidden: vec![HiddenPart { target: RedactionTarget::Column(HOSTILE.into()), reason: HOSTILE.into() }],
    }];
    content
}

#[test]
fn whatever_people_are_called_is_shown_as_text() {
    let plain = page(&content());
    let page = page(&hostile());
    let names = |page: &str| -> BTreeSet<String> {
        let name = |tag: String| tag.split(' ').next().unwrap().to_owned();
        tags(page).into_iter().map(name).collect()
    };
    let known = names(&plain);
    assert!(names(&page).is_subset(&known), "{:?}", names(&page).difference(&known).collect::<Vec<_>>());
    for tag in tags(&page) {
        let keys: Vec<&str> = tag.split('"').step_by(2).collect();
        assert!(!keys.concat().contains(" on"), "{tag}");
    }
    let shown = "&lt;/td&gt;&lt;/table&gt;&lt;script&gt;alert(1)&lt;/script&gt;";
    assert!(page.matches(shown).count() >= 17, "each is shown: {}", page.matches(shown).count());
    assert!(!page.contains("<script") && !page.contains("<img"));
}

#[test]
fn a_page_runs_nothing_loads_nothing_and_links_only_to_files_of_the_package() {
    for content in [content(), hostile()] {
        let package = ZipPackage::bundled().build(&content, 10 << 20).unwrap();
        let files = unpack(&package);
        let page = String::from_utf8(files["index.html"].clone()).unwrap();
        let links = values(&page, "href");
        assert!(links.len() >= 6 && links.iter().all(|link| files.contains_key(link)), "{links:?}");
        assert_eq!(
            values(&page, "src").len() + values(&page, "style").len() + values(&page, "action").len(),
            0
        );
        let policy = values(&page, "content").into_iter().find(|value| value.contains("default-src"));
        assert!(
            policy.unwrap().starts_with("default-src &#39;none&#39;") || page.contains("default-src 'none'")
        );
        assert!(page.find("Content-Security-Policy").unwrap() < page.find("<title>").unwrap());
    }
}

#[test]
fn a_page_needs_no_spreadsheet() {
    let page = page(&content());
    for words in [
        "Answer to your request C-000123",
        "Your data is in this package",
        "You can complain to the authority.",
        "<p class=\"text\" dir=\"auto\">It is in Bonn.</p>",
        "date of birth (found to be right)",
        "Please send me everything.",
        "We have your request.",
        "it names a neighbour",
        "Łukasz Żółć",
        "-12.5",
        "privacy@example.org",
    ] {
        assert!(page.contains(words), "{words:?} is missing in {page}");
    }
    assert!(page.starts_with("<!DOCTYPE html><html lang=\"en\" dir=\"ltr\">"));
}

#[test]
fn a_long_table_shows_its_first_rows_and_says_where_the_others_are() {
    let mut content = content();
    let row = |n: i64| vec![DataValue::Text(format!("item-{n}-")), DataValue::Real(n as f64)];
    content.tables[1].rows = (1..=201).map(row).collect();
    content.tables[1].rows[0][0] = DataValue::Text("ü".repeat(2_001));
    let long = page(&content);
    assert!(long.contains("item-200-") && !long.contains("item-201-"));
    assert!(long.contains("Only the first 200 of 201 rows are shown here. The files have all of them."));
    assert!(long.contains(&format!("{}…", "ü".repeat(2_000))) && !long.contains(&"ü".repeat(2_001)));
    assert!(long.contains("Long values are cut short here."));
    content.tables[1].rows.pop();
    content.tables[1].rows[0][0] = DataValue::Text("ü".repeat(2_000));
    let whole = page(&content);
    assert!(whole.contains("item-200-") && !whole.contains("Only the first") && !whole.contains("cut short"));
}

#[test]
fn many_wide_tables_do_not_make_a_page_that_no_browser_opens() {
    let mut content = content();
    let columns: Vec<_> = (0..100).map(|n| (format!("c{n}"), ColumnKind::Integer)).collect();
    let wide = |n: usize| PackageTable {
        source: "crm".into(),
        name: format!("t{n}"),
        columns: columns.clone(),
        rows: vec![vec![DataValue::Integer(7); 100]; 300],
        hidden: vec![],
    };
    content.tables = (0..10).map(wide).collect();
    let page = page(&content);
    assert_eq!(page.matches("<td class=\"number\">").count(), 100_000);
    assert_eq!(page.matches("Only the first 200 of 300 rows").count(), 5);
    assert_eq!(page.matches("None of the 300 rows are shown here").count(), 5);
}

#[test]
fn a_page_is_mirrored_and_in_words_of_its_language() {
    let arabic = Language::parse(include_str!("../../../examples/papers/ar.json")).unwrap();
    let page = page(&PackageContent { language: arabic, ..content() });
    assert!(page.starts_with("<!DOCTYPE html><html lang=\"ar\" dir=\"rtl\">"));
    for words in ["الرد على طلبكم", "طلبكم", "بياناتكم", "ملفات هذه الحزمة"]
    {
        assert!(page.contains(words), "{words:?} is missing");
    }
    let german = page_in("de");
    assert!(
        german.contains("lang=\"de\" dir=\"ltr\"")
            && german.contains("Ihre Daten")
            && german.contains("-12,5")
    );
}

fn page_in(tag: &str) -> String {
    page(&PackageContent { language: Language::shipped(tag).unwrap(), ..content() })
}
