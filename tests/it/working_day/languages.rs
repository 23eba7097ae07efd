//! Both working days, and what people expect of them, are told in every language.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Where a language's package tells its stories, and the one or two that go through both days from end to end.
struct Teller {
    folder: &'static str,
    days: &'static [(&'static str, &'static str)],
    working_day: &'static str,
    /// What only this language has to tell.
    own: &'static [&'static str],
}

const PYTHON: Teller = Teller {
    folder: "python/tests",
    days: &[("test_first_day.py", "the first working day"), ("test_second_day.py", "the second working day")],
    working_day: "test_working_day.py",
    own: &["a name that python knows to be wrong says what there is"],
};

const KOTLIN: Teller = Teller {
    folder: "kotlin/src/test/kotlin/casekit",
    days: &[("DaysTest.kt", "both working days leave a file, two reports, a case on paper and a package")],
    working_day: "WorkingDayTest.kt",
    own: &[],
};

const SWIFT: Teller = Teller {
    folder: "swift/Tests/CasekitTests",
    days: &[
        ("FirstDayTests.swift", "a day with customer cases"),
        ("SecondDayTests.swift", "a day with data requests"),
    ],
    working_day: "WorkingDayTests.swift",
    own: &[],
};

impl Teller {
    /// The stories of a file, as sentences.
    fn stories(&self, file: &str) -> BTreeSet<String> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("casekit-ffi").join(self.folder).join(file);
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let lines = text.lines().map(str::trim_start);
        lines.filter_map(|line| python(line).or_else(|| kotlin(line)).or_else(|| swift(line))).collect()
    }
}

fn python(line: &str) -> Option<String> {
    Some(line.strip_prefix("def test_")?.split_once('(')?.0.replace('_', " "))
}

fn kotlin(line: &str) -> Option<String> {
    Some(line.strip_prefix("fun `")?.split_once('`')?.0.to_owned())
}

fn swift(line: &str) -> Option<String> {
    let name = line.strip_prefix("func test")?.split_once('(')?.0;
    let mut sentence = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !sentence.is_empty() {
            sentence.push(' ');
        }
        sentence.extend(letter.to_lowercase());
    }
    Some(sentence)
}

#[test]
fn both_days_are_told_from_end_to_end_in_every_language() {
    for teller in [PYTHON, KOTLIN, SWIFT] {
        for (file, story) in teller.days {
            let stories = teller.stories(file);
            assert!(stories.contains(*story), "{file} does not tell that {story}: {stories:?}");
        }
    }
}

#[test]
fn what_people_expect_is_told_alike_in_every_language() {
    let told = |teller: Teller| {
        let mut stories = teller.stories(teller.working_day);
        for own in teller.own {
            assert!(stories.remove(*own), "{} does not tell that {own}", teller.working_day);
        }
        stories
    };
    let (python, kotlin, swift) = (told(PYTHON), told(KOTLIN), told(SWIFT));
    assert!(python.len() >= 4, "it reads them: {python:?}");
    assert_eq!((&kotlin, &swift), (&python, &python));
}

#[test]
fn a_name_is_the_same_sentence_in_every_language() {
    let said = Some("errors name the choices".to_owned());
    assert_eq!(python("def test_errors_name_the_choices(agent: Desk) -> None:"), said);
    assert_eq!(kotlin("fun `errors name the choices`() = inMemory { kit ->"), said);
    assert_eq!(swift("func testErrorsNameTheChoices() throws {"), said);
    assert_eq!(
        python("def _choices() -> None:").or(kotlin("fun choices() {")).or(swift("func choices() {")),
        None
    );
}
