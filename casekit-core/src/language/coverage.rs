//! Every code has a template in every language that ships. The enums themselves list the codes.

use serde::de::DeserializeOwned;

use super::*;
use crate::model::{Permission, Priority, Role, StageCategory, Timestamp};
use crate::rejection::{Blocker, FieldError, FieldRule, Rejection};

fn languages() -> [Arc<Language>; 2] {
    Language::SHIPPED.map(|tag| Language::shipped(tag).unwrap())
}

/// The codes of every variant. serde lists them in its error for an unknown one.
fn variants<T: DeserializeOwned>(unknown: &str) -> Vec<String> {
    let Err(error) = serde_json::from_str::<T>(unknown) else { panic!("{unknown} is a variant") };
    let said = error.to_string();
    let listed = said.split("expected").nth(1).unwrap_or_default();
    let codes: Vec<String> = listed.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    assert!(!codes.is_empty(), "{said}");
    codes
}

const PLAIN: &str = "\"?\"";

fn has_label<T: DeserializeOwned>(group: &str, unknown: &str) {
    for code in variants::<T>(unknown) {
        for language in languages() {
            let key = format!("{group}.{code}");
            assert!(language.labels.contains_key(&key), "{} has no `{key}`", language.tag);
        }
    }
}

/// Asserts that every language has a template for the message, and that it names exactly the message's arguments.
fn is_said(message: &Message) {
    let given: Vec<&str> = message.args.iter().map(|(name, _)| name).collect();
    for language in languages() {
        let template = language.labels.get(message.code.as_ref());
        let template = template.unwrap_or_else(|| panic!("{} has no `{}`", language.tag, message.code));
        assert_eq!(template.arguments().into_iter().collect::<Vec<_>>(), given, "{}", message.code);
        message.args.iter().for_each(|(_, value)| is_known(value));
    }
}

fn is_known(argument: &Argument) {
    match argument {
        Argument::Word(key) => {
            languages()
                .iter()
                .for_each(|language| assert!(language.labels.contains_key(key.as_ref()), "{key}"));
        }
        Argument::Message(message) if message.code != Message::GIVEN => is_said(message),
        Argument::List(all) => all.iter().for_each(is_known),
        Argument::Text(_) | Argument::Number(_) | Argument::Instant(_) | Argument::Message(_) => {}
    }
}

#[test]
fn every_permission_role_category_and_priority_has_label() {
    for permission in Permission::ALL {
        is_known(&Argument::word("permission", permission.code()));
    }
    for role in Role::ALL {
        is_known(&Argument::word("role", role.code()));
        is_known(&Argument::Word(format!("role.{}.may", role.code()).into()));
    }
    StageCategory::ALL.iter().for_each(|category| is_known(&Argument::word("category", category.code())));
    Priority::ALL.iter().for_each(|priority| is_known(&priority.argument()));
}

#[test]
fn every_code_that_a_screen_shows_has_label() {
    use crate::model::{
        CustomerField, EmploymentStatus, FailureClass, Gender, MaritalStatus, Outcome, Responsible, StepKind,
        StepState, Visibility,
    };
    has_label::<StepState>("step_state", PLAIN);
    has_label::<StepKind>("step_kind", PLAIN);
    has_label::<FailureClass>("failure_class", PLAIN);
    has_label::<Responsible>("responsible", PLAIN);
    has_label::<Visibility>("visibility", PLAIN);
    has_label::<crate::model::Measure>("measure", PLAIN);
    has_label::<Outcome>("outcome", PLAIN);
    has_label::<CustomerField>("field", PLAIN);
    has_label::<crate::desk::Action>("action", PLAIN);
    has_label::<crate::desk::Damage>("damage", PLAIN);
    for (group, codes) in [
        ("gender", variants::<Gender>(PLAIN)),
        ("marital_status", variants::<MaritalStatus>(PLAIN)),
        ("employment_status", variants::<EmploymentStatus>(PLAIN)),
    ] {
        // `other` comes with the text that the customer gave, so languages have none for it.
        codes.iter().filter(|code| *code != "other").for_each(|code| is_known(&Argument::word(group, code)));
    }
}

#[test]
fn every_refusal_has_label_with_all_that_it_says() {
    let (text, permission) = (|| "x".to_owned(), Permission::Export);
    let rejections = [
        Rejection::Forbidden { action: "take_case".into(), permission },
        Rejection::NotAllowedHere { action: "take_case".into() },
        Rejection::Invalid { fields: vec![FieldError::new("next_of_kin[0].name", FieldRule::Required)] },
        Rejection::Blocked { action: "take_case".into(), blockers: vec![Blocker::NotTaken, Blocker::Denied] },
        Rejection::already_taken(text()),
        Rejection::not_found("case type", "x"),
        Rejection::Conflict { seen: 1, now: 2 },
        Rejection::RequestIdReused,
        Rejection::CursorNotOfThisStore,
        Rejection::Contended { attempts: 16 },
    ];
    assert_eq!(
        rejections.each_ref().map(Rejection::code).to_vec(),
        variants::<Rejection>("{\"code\":\"?\"}")
    );
    rejections.iter().for_each(|rejection| is_said(&rejection.message()));
    is_said(&Rejection::not_found("settings", "").message());
    let instead = Some("case type".into());
    let choices = Box::default();
    is_said(&Rejection::NotFound { what: "case".into(), id: text(), instead, choices }.message());

    let blockers = [
        Blocker::MoveNotAllowed { from: text(), to: text() },
        Blocker::ReasonNeeded { stage: text() },
        Blocker::ResolutionNeeded { stage: text(), resolutions: vec![text()] },
        Blocker::NotTaken,
        Blocker::held_by(text()),
        Blocker::HeldByYou,
        Blocker::Closed { stage: text() },
        Blocker::StageDoesNotFit { case_type: text(), stage: text() },
        Blocker::FieldsNeeded { fields: vec![text()], stage: text() },
        Blocker::FieldsDoNotFit { case_type: text(), fields: vec![text()] },
        Blocker::Retracted,
        Blocker::not_the_author(text()),
        Blocker::ThreadTooDeep { limit: 1 },
        Blocker::PermissionMissing { permission },
        Blocker::NoWorkflow,
        Blocker::NoSuchStep,
        Blocker::WorkflowEnded { outcome: text() },
        Blocker::WorkflowLive,
        Blocker::StepLocked { step: text(), requires: vec![text()] },
        Blocker::StepDone { step: text() },
        Blocker::NotApproved { step: text() },
        Blocker::Denied,
        Blocker::CannotBeDenied { step: text() },
        Blocker::RaisedByYou { step: text() },
        Blocker::DidAnotherStep { step: text(), other: text() },
        Blocker::ApprovedByYou { step: text() },
        Blocker::not_the_giver(text()),
        Blocker::NoSnapshot,
        Blocker::SnapshotReplaced,
        Blocker::SourcesFailed { sources: vec![text()] },
        Blocker::NothingToLeaveOut,
        Blocker::ContentChanged { steps: vec![text()] },
        Blocker::ReleaseUnderWay,
        Blocker::ReleaseFailed,
        Blocker::DeliveryUnderWay,
        Blocker::NotDelivered,
        Blocker::PackageDestroyed,
        Blocker::NothingToConfirm,
        Blocker::NoRequest,
        Blocker::Correspondence,
        Blocker::NotSent,
        Blocker::NothingToRetry,
        Blocker::NothingToReopen,
        Blocker::AlreadyPaused { reason: "clarification".into() },
        Blocker::NothingToPause,
        Blocker::NothingPaused,
        Blocker::NothingToExtend,
        Blocker::DeadlineNotStarted { deadline: "GDPR".into() },
        Blocker::ExtendedAlready { deadline: "GDPR".into() },
        Blocker::DeadlineMet { deadline: "GDPR".into() },
        Blocker::NoticeOver { deadline: "GDPR".into(), day: "2026-10-21".into() },
        Blocker::NotAllowedHere,
        Blocker::LimitReached { limit: 1 },
    ];
    assert_eq!(blockers.each_ref().map(Blocker::code).to_vec(), variants::<Blocker>("{\"code\":\"?\"}"));
    blockers.iter().for_each(|blocker| is_said(&blocker.message()));

    let rules = [
        FieldRule::Required,
        FieldRule::TooLong { limit: 1 },
        FieldRule::TooMany { limit: 1 },
        FieldRule::TooManyWords { limit: 1 },
        FieldRule::ControlCharacter,
        FieldRule::NotAnId,
        FieldRule::NumberNotId,
        FieldRule::OutOfRange { least: 0, most: 1 },
        FieldRule::InstantOutOfRange { first: Timestamp::UNIX_EPOCH, last: Timestamp::UNIX_EPOCH },
        FieldRule::unknown_id(),
        FieldRule::Ambiguous { choices: vec![text(), text()] },
        FieldRule::Inactive,
        FieldRule::AlreadyInUse,
        FieldRule::Reserved,
        FieldRule::Duplicate,
        FieldRule::Malformed { form: "email".into() },
        FieldRule::Misread { group: 1 },
        FieldRule::Missing { why: "no_release".into() },
        FieldRule::InUse { what: "eu_gdpr".into() },
        FieldRule::DoesNotFit { why: "circle".into() },
    ];
    assert_eq!(rules.each_ref().map(FieldRule::code).to_vec(), variants::<FieldRule>("{\"rule\":\"?\"}"));
    rules.iter().for_each(|rule| is_said(&rule.message()));
    for (given, names) in [("Suport", 1), ("Refund", 1), ("Refund", 12)] {
        let all = || (0..names).map(|_| "Support");
        is_said(&FieldRule::unknown(given, all()).message());
        is_said(&Rejection::none_called("case type", given, all()).message());
    }
}

#[test]
fn every_fault_of_a_store_has_label() {
    for kind in crate::store::StoreErrorKind::ALL {
        is_known(&Argument::word("store", kind.code()));
    }
}

/// The groups whose ids are written in the code itself and come from no enum.
const SAID: [&str; 11] =
    ["hint", "query", "fact", "status", "paper", "csv", "lapse", "why", "form", "value", "broken"];

#[test]
fn what_code_says_is_in_the_files_and_all_that_is_in_them_is_said() {
    let mut said = std::collections::BTreeSet::new();
    let root = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let rooms = ["src", "casekit-core/src", "casekit-sqlite/src", "casekit-export/src", "casekit-ffi/src"];
    // What a host's package refuses itself, it says by a code of these.
    let hosts = ["casekit-ffi/kotlin/src/main", "casekit-ffi/swift/Sources"];
    let mut folders: Vec<_> = rooms.iter().chain(&hosts).map(|room| root.join(room)).collect();
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap_or_default();
            for text in source.split('"') {
                let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '.';
                let group = text.split_once('.').filter(|(_, id)| !id.is_empty() && id.chars().all(plain));
                if group.is_some_and(|(group, _)| SAID.contains(&group)) {
                    let file = path.display();
                    assert!(ENGLISH.labels.contains_key(text), "{file} says `{text}`, which no language has");
                }
                // Some texts are named by their id alone, and their group is added elsewhere.
                said.insert(text.to_owned());
            }
        }
    }
    let is_unsaid = |key: &&str| {
        let of_these = key.split_once('.').filter(|(group, _)| SAID.contains(group));
        of_these.is_some_and(|(_, id)| !said.contains(*key) && !said.contains(id))
    };
    let unsaid: Vec<&str> = ENGLISH.labels.keys().map(String::as_str).filter(is_unsaid).collect();
    assert!(unsaid.is_empty(), "nothing says {unsaid:?}");
}
