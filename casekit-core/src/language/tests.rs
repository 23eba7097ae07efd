//! Languages as files, and the two that ship.

use super::*;

fn table(entries: &str) -> String {
    format!("{{\"language\": \"pl\"{}{entries}}}", if entries.is_empty() { "" } else { ", " })
}

fn polish(entries: &str) -> Result<Arc<Language>, LanguageError> {
    Language::parse(&table(entries))
}

fn refused(entries: &str) -> String {
    polish(entries).unwrap_err().to_string()
}

#[test]
fn german_has_every_key_of_english_with_the_same_arguments() {
    // Reading a file against English refuses unknown keys and other arguments, so only missing keys are left to check.
    assert_eq!(
        table::read(include_str!("../../languages/en.json"), None).map(|one| one.tag),
        Ok("en".into())
    );
    let german = table::read(include_str!("../../languages/de.json"), Some(Language::english()));
    assert_eq!(german.map(|german| german.missing()), Ok(Vec::new()));
    assert!(Language::keys().len() > 500);
}

#[test]
fn a_count_chooses_its_plural_by_the_rules_of_the_language() {
    let polish = polish(
        r##""fact.package_built": "{size, plural, =0 {nic} one {# bajt} few {# bajty} many {# bajtów} other {# bajta}}""##,
    )
    .unwrap();
    let built = |size: u64| polish.render(&Message::new("fact.package_built").with("size", size));
    assert_eq!(
        [0, 1, 2, 5, 12, 22].map(built),
        ["nic", "1 bajt", "2 bajty", "5 bajtów", "12 bajtów", "22 bajty"]
    );
}

#[test]
fn a_code_chooses_too_and_choices_stand_in_one_another() {
    let said = Template::parse("{a, select, x {{n, plural, one {'{#}' # it's ''x''} other {#}}} other {-}}")
        .unwrap();
    let fill = |a: &str, n: u64| {
        let mut out = String::new();
        Language::english().fill(&mut out, &said, &Message::new("").with("a", a).with("n", n), None);
        out
    };
    assert_eq!((fill("x", 1), fill("x", 7), fill("y", 1)), ("{#} 1 it's 'x'".into(), "7".into(), "-".into()));
}

#[test]
fn arguments_are_words_lists_instants_and_messages() {
    let at: crate::model::Timestamp = "2026-04-01T08:30:59Z".parse().unwrap();
    let german = Language::shipped("de-AT").unwrap();
    let steps = Argument::List(vec![Argument::word("step", "release"), "Prüfung".into()]);
    let started = Message::new("fact.workflow_started").with("steps", steps);
    assert_eq!(german.render(&started), "hat den Ablauf begonnen: Versand, Prüfung");
    assert_eq!((german.minute(at), german.day(at)), ("01.04.2026 08:30".into(), "01.04.2026".into()));
    assert_eq!(Language::english().minute(at), "2026-04-01 08:30");
    let ended = Message::new("status.ended").with("outcome", Message::new("outcome.no_data"));
    assert_eq!(german.render(&ended), "keine Daten");
    assert_eq!(german.render(&Message::given("{as} it's #given")), "{as} it's #given");
}

#[test]
fn what_a_language_lacks_is_said_in_english_and_listed() {
    let polish = polish(r#""stage.open": "Otwarta""#).unwrap();
    assert_eq!((polish.word("stage.open"), polish.word("stage.closed")), ("Otwarta".into(), "Closed".into()));
    let missing = polish.missing();
    assert!(!missing.contains(&"stage.open".to_owned()) && missing.contains(&"stage.closed".to_owned()));
    assert_eq!(missing.len(), Language::keys().len() - 1);
    // An English sentence uses English plurals, whatever language it is shown in.
    let received = Message::new("fact.package_built").with("size", 2_u64);
    assert_eq!(polish.render(&received), "built the package of 2 bytes");
}

#[test]
fn what_no_language_knows_is_said_as_it_is() {
    assert_eq!(Language::english().word("denial.not_our_tenant"), "not our tenant");
    assert_eq!(Language::shipped("de").unwrap().word_of("failure", "crm_down"), "crm down");
}

#[test]
fn a_faulty_file_is_refused_by_line_or_key() {
    assert!(refused(r#""nope": "x""#).starts_with("the key `nope` is not known"));
    assert!(
        refused(r#""stage.open": "a", "stage.open": "b""#).starts_with("the key `stage.open` appears twice")
    );
    let unknown = refused(r#""blocker.held_by": "{by} {whom}""#);
    assert_eq!(unknown, "`blocker.held_by` has no argument `whom`: it has `by`");
    assert_eq!(refused(r#""blocker.held_by": "jest""#), "`blocker.held_by` must say its argument `by` too");
    let plural = refused(r##""fact.package_built": "{size, plural, two {#} other {#}}""##);
    assert_eq!(
        plural,
        "`fact.package_built`: the language has no plural `two`: it has `one`, `few`, `many`, `other`"
    );
    let other = refused(r##""fact.package_built": "{size, plural, one {#}}""##);
    assert_eq!(other, "`fact.package_built`, character 23: the branch `other` is missing");
    assert!(refused(r#""stage.open": "{"#.to_owned().as_str()).starts_with("line 1: "));
    for bad in ["{", "}", "{a", "{a,", "{a, date}", "{a, plural, x {} other {}}", "'{"] {
        let said = refused(&format!(r#""stage.open": "{bad}""#));
        assert!(said.starts_with("`stage.open`, character "), "{bad}: {said}");
    }
    assert_eq!(Language::parse("{}").unwrap_err(), LanguageError::NoTag);
    let tag = Language::parse(r#"{"language": "Polski!"}"#).unwrap_err().to_string();
    assert!(tag.starts_with("`Polski!` is not the tag of a language"), "{tag}");
    let number = Language::parse("{\n\"language\": \"pl\",\n\"stage.open\": 3}").unwrap_err().to_string();
    assert!(number.starts_with("line 3: invalid type: integer `3`, expected a string"), "{number}");
    assert!(Language::shipped("fr").is_err());
}

#[test]
fn deep_or_endless_templates_do_no_harm() {
    let deep = "{a, select, other {".repeat(100) + &"}}".repeat(100);
    let said = refused(&format!(r#""stage.open": "{deep}""#));
    assert!(said.ends_with("branches stand too deep in one another"), "{said}");
}

proptest::proptest! {
    #[test]
    fn any_text_is_a_template_or_a_named_fault(text in "[{}',a-c#=0-2 plurasecto]{0,40}") {
        if let Err(malformed) = Template::parse(&text) {
            proptest::prop_assert!(malformed.place <= text.chars().count() + 1);
        }
    }

    #[test]
    fn a_message_is_the_same_after_it_was_kept(by in ".*", n in proptest::num::i64::ANY) {
        let message = Message::new("blocker.held_by").with("by", by).with("n", n)
            .with("all", Argument::List(vec![Argument::word("stage", "open"), Message::given("x").into()]));
        let kept = serde_json::to_string(&message).unwrap();
        proptest::prop_assert_eq!(serde_json::from_str::<Message>(&kept).unwrap(), message);
    }
}

#[test]
fn a_screen_shows_no_backticks() {
    let english = Language::english();
    let long =
        crate::rejection::FieldError::new("title", crate::rejection::FieldRule::TooLong { limit: 200 });
    assert_eq!(long.to_string(), "`title` is longer than the limit of `200` characters: shorten it");
    let shown = english.on_screen(&long.message());
    assert_eq!(shown, "“title” is longer than the limit of 200 characters: shorten it");
    let odd = Message::new("blocker.closed").with("stage", "a`b");
    assert_eq!(english.on_screen(&odd), english.render(&odd));
}

#[test]
fn the_tag_says_from_which_side_a_language_is_read() {
    let from_right =
        |tag: &str| Language::parse(&format!("{{\"language\": \"{tag}\"}}")).unwrap().reads_right_to_left();
    assert_eq!(["ar", "AR-EG", "fa", "he-IL", "ks-Arab", "az-Arab-IR"].map(from_right), [true; 6]);
    assert_eq!(["en", "de", "ar-Latn", "pt-BR", "ks-Deva"].map(from_right), [false; 5]);
}
