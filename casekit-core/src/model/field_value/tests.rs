use super::*;
use crate::model::{FieldChoice, LocalText};

fn text(text: &str) -> LocalText {
    LocalText { text: ShortText::parse("label", text).unwrap(), in_language: Default::default() }
}

fn field(kind: FieldKind, places: u32) -> FieldDefinition {
    let choice = |code: &str, retired| FieldChoice {
        code: FieldId::parse("code", code).unwrap(),
        label: text(&code.to_uppercase()),
        retired,
    };
    let choices = match kind.has_choices() {
        true => vec![choice("phone", false), choice("web", false), choice("fax", true)],
        false => Vec::new(),
    };
    FieldDefinition {
        id: FieldId::parse("id", "one").unwrap(),
        kind,
        places,
        label: text("One"),
        help: None,
        required: false,
        required_at: Vec::new(),
        shown_when: None,
        for_customer: false,
        sensitive: false,
        unique: false,
        material: false,
        in_rows: false,
        indexed: false,
        choices,
    }
}

fn read(kind: FieldKind, given: impl Into<GivenValue>) -> Result<Option<FieldValue>, FieldRule> {
    let places = if kind == FieldKind::Decimal { 2 } else { 0 };
    FieldValue::parse("one", &field(kind, places), &given.into(), None).map_err(|error| error.rule)
}

fn malformed(form: &str) -> Result<Option<FieldValue>, FieldRule> {
    Err(FieldRule::Malformed { form: form.into() })
}

#[test]
fn a_text_is_read_by_the_kind_and_written_in_the_same_form() {
    let id = "0192f0c5-0000-7000-8000-000000000001";
    for (kind, given, written) in [
        (FieldKind::Text, " Order 4711 ", "Order 4711"),
        (FieldKind::LongText, "one\r\ntwo", "one\ntwo"),
        (FieldKind::Number, "-12", "-12"),
        (FieldKind::Decimal, "12.5", "12.50"),
        (FieldKind::Decimal, "-0.05", "-0.05"),
        (FieldKind::Decimal, "7.000", "7.00"),
        (FieldKind::Money, "12.50 EUR", "12.50 EUR"),
        (FieldKind::Money, "jpy 1200", "1200 JPY"),
        (FieldKind::Money, "-3 KWD", "-3.000 KWD"),
        (FieldKind::Date, "2024-02-29", "2024-02-29"),
        (FieldKind::Instant, "2026-11-27T09:30:00+01:00", "2026-11-27T08:30:00Z"),
        (FieldKind::YesNo, "YES", "yes"),
        (FieldKind::Choice, "Phone", "phone"),
        (FieldKind::Choices, "WEB; phone; web", "phone; web"),
        (FieldKind::Email, "ada@example.org", "ada@example.org"),
        (FieldKind::Phone, "+44 20 7946 0000", "+44 20 7946 0000"),
        (FieldKind::Url, "HTTPS://example.org/a?b", "HTTPS://example.org/a?b"),
        (FieldKind::Person, "u-17", "u-17"),
        (FieldKind::Customer, id, id),
        (FieldKind::Case, id, id),
    ] {
        let value = read(kind, given).unwrap().unwrap();
        assert_eq!((value.kind(), value.text().as_str()), (kind, written));
        assert_eq!(read(kind, value.given()), Ok(Some(value.clone())), "{kind} can be given back");
        assert_eq!(read(kind, value.text()), Ok(Some(value.clone())), "{kind} as text too");
        let kept = serde_json::to_string(&value).unwrap();
        assert_eq!(serde_json::from_str::<FieldValue>(&kept).unwrap(), value);
    }
}

#[test]
fn what_has_another_form_is_refused_with_the_form_that_it_must_have() {
    for (kind, given, form) in [
        (FieldKind::Number, "1.5", "number"),
        (FieldKind::Number, "9223372036854775808", "number"),
        (FieldKind::Decimal, "1,5", "decimal"),
        (FieldKind::Decimal, "1.234", "decimal"),
        (FieldKind::Decimal, ".5", "decimal"),
        (FieldKind::Decimal, "1.", "decimal"),
        (FieldKind::Decimal, "92233720368547758.08", "decimal"),
        (FieldKind::Money, "12.50", "money"),
        (FieldKind::Money, "12.505 EUR", "money"),
        (FieldKind::Money, "0.5 JPY", "money"),
        (FieldKind::Money, "12 ABC", "money"),
        (FieldKind::Date, "2026-02-29", "date"),
        (FieldKind::Date, "27.11.2026", "date"),
        (FieldKind::Date, "0000-01-01", "date"),
        (FieldKind::Instant, "2026-11-27", "instant"),
        (FieldKind::Email, "ada", "email"),
        (FieldKind::Url, "example.org", "url"),
        (FieldKind::Url, "http:///a", "url"),
        (FieldKind::Url, "javascript:alert(1)", "url"),
    ] {
        assert_eq!(read(kind, given), malformed(form), "{kind}: {given}");
    }
    assert_eq!(read(FieldKind::Text, 7), malformed("plain_text"));
    assert_eq!(read(FieldKind::Number, true), malformed("number"));
    assert_eq!(read(FieldKind::YesNo, "perhaps"), Err(FieldRule::unknown("perhaps", ["yes", "no"])));
    assert_eq!(read(FieldKind::Choice, "mail"), Err(FieldRule::unknown("mail", ["phone", "web"])));
    assert_eq!(read(FieldKind::Person, "casekit"), Err(FieldRule::Reserved));
    assert_eq!(read(FieldKind::Case, "C-000001"), Err(FieldRule::NumberNotId));
}

#[test]
fn nothing_and_blank_empty_a_field() {
    for kind in FieldKind::ALL {
        assert_eq!(read(kind, GivenValue::Nothing), Ok(None));
        assert_eq!(read(kind, "  "), Ok(None));
    }
    assert_eq!(read(FieldKind::Choices, GivenValue::Choices(Vec::new())), Ok(None));
}

#[test]
fn a_retired_choice_stays_where_it_is_and_is_not_chosen_anew() {
    let fax = FieldValue::Choice(FieldId::parse("code", "fax").unwrap());
    let (choice, given) = (field(FieldKind::Choice, 0), GivenValue::from("fax"));
    let anew = FieldValue::parse("one", &choice, &given, None);
    assert_eq!(anew, Err(FieldError::new("one", FieldRule::Inactive)));
    assert_eq!(FieldValue::parse("one", &choice, &given, Some(&fax)), Ok(Some(fax.clone())));
    assert!(fax.fits(&choice) && !fax.fits(&field(FieldKind::Text, 0)));
}

#[test]
fn a_decimal_number_gets_the_places_of_its_field_or_is_refused() {
    let given = |unscaled, places| GivenValue::Decimal { unscaled, places };
    let value = |unscaled| Ok(Some(FieldValue::Decimal { unscaled, places: 2 }));
    assert_eq!(read(FieldKind::Decimal, given(125, 1)), value(1250));
    assert_eq!(read(FieldKind::Decimal, given(12500, 3)), value(1250));
    assert_eq!(read(FieldKind::Decimal, given(12501, 3)), malformed("decimal"));
    assert_eq!(read(FieldKind::Decimal, given(i64::MAX, 0)), malformed("decimal"));
    assert_eq!(read(FieldKind::Decimal, given(1, u32::MAX)), malformed("decimal"));
    assert_eq!(read(FieldKind::Decimal, 3), value(300));
    let least = FieldValue::Decimal { unscaled: i64::MIN, places: 2 };
    assert_eq!(least.text(), "-92233720368547758.08");
    assert_eq!(read(FieldKind::Decimal, least.text()), Ok(Some(least)));
}

#[test]
fn a_language_says_numbers_days_and_choices_in_its_own_way() {
    let german = Language::shipped("de").unwrap();
    let said = |kind, given: &str, language: &Language| {
        read(kind, given).unwrap().unwrap().said(Some(&field(kind, 2)), language)
    };
    assert_eq!(said(FieldKind::Money, "12.5 EUR", &german), "12,50 EUR");
    assert_eq!(said(FieldKind::Date, "2026-11-27", &german), "27.11.2026");
    assert_eq!(said(FieldKind::YesNo, "yes", &german), "ja");
    assert_eq!(said(FieldKind::Choices, "phone; web", Language::english()), "PHONE, WEB");
}

#[test]
fn a_sensitive_value_is_neither_searched_nor_shown_by_debug() {
    let value = FieldValue::Text(ShortText::parse("one", "4711").unwrap());
    let sensitive = CaseField::of(&FieldDefinition { sensitive: true, ..field(FieldKind::Text, 0) }, value);
    assert_eq!((format!("{sensitive:?}").as_str(), sensitive.searched()), ("CaseField(…)", None));
    let open = CaseField { sensitive: false, ..sensitive };
    assert_eq!(open.searched().as_deref(), Some("4711"));
}
