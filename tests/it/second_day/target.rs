//! A release keeps its target: where answers go is not changed behind the back of who released.

use casekit::casekit_core::event::{CaseFact, Event};
use casekit::casekit_core::rejection::{Blocker, FieldRule};
use casekit::casekit_core::store::HistoryQuery;
use casekit::{
    Action, CaseId, Fault, PageRequest, ReleaseReport, Responsible, Role, SettingsEdit, SourceKind,
    SourceSetting, StreamId, WebformTarget,
};

use super::host::{Answer, Bureau};
use super::{in_every_bureau, why_not};
use crate::build::{all_pages, rejection};

in_every_bureau!(
    another_host_is_a_failure_until_somebody_who_may_release_agrees,
    the_place_that_was_released_to_needs_nothing_once_it_is_set_again,
    a_place_that_changes_before_the_first_attempt_is_not_sent_to,
    another_path_or_secret_needs_nothing,
    a_place_that_changed_once_more_is_not_agreed_to,
    a_repeated_sending_keeps_its_own_target,
    an_answer_without_a_place_is_bound_to_the_first_it_is_sent_to,
    the_history_of_the_settings_tells_what_changed_on_every_page,
);

fn web(url: &str) -> WebformTarget {
    WebformTarget::Http { url: url.into(), secret: Some("webform-key".into()) }
}

fn answers_go_to(bureau: &Bureau, target: WebformTarget) {
    bureau.desk("ivo", Role::ItAdministrator).change_settings(SettingsEdit::new().webform(target)).unwrap();
}

/// An answer that was released to `https://forms.example.org` and did not arrive, as its server was busy.
fn released(bureau: &Bureau, reference: &str) -> CaseId {
    answers_go_to(bureau, web("https://forms.example.org/answers"));
    let case = bureau.identified(reference).id;
    bureau.petra().approve_no_data(case, Some("it is about somebody else")).unwrap();
    let fault = Fault::transient("webform_unavailable", "the webform does not answer: try again later");
    bureau.webform.will([Answer::Fails(fault)]);
    assert!(matches!(bureau.petra().release(case).unwrap(), ReleaseReport::Failed { .. }));
    case
}

#[track_caller]
fn fails_for_the_target(report: ReleaseReport) -> String {
    let ReleaseReport::Failed { failure } = report else { panic!("{report:?}") };
    let who = (failure.code.as_str(), failure.responsible, failure.setting.as_deref());
    assert_eq!(who, ("target_changed", Responsible::CaseWorker, Some("webform")));
    failure.hint
}

fn another_host_is_a_failure_until_somebody_who_may_release_agrees(bureau: &Bureau) {
    let case = released(bureau, "WEB-1");
    answers_go_to(bureau, web("https://evil.example/answers?token=abc"));
    let ivo = bureau.desk("ivo", Role::ItAdministrator);
    let hint = fails_for_the_target(ivo.retry(case).unwrap());
    assert!(
        hint.contains("`https://forms.example.org`") && hint.contains("`https://evil.example`"),
        "{hint}"
    );
    fails_for_the_target(bureau.petra().retry(case).unwrap());
    assert_eq!((bureau.webform.sent().len(), *bureau.webform.brought.lock().unwrap()), (0, 1));

    let petra = bureau.petra();
    let release = petra.summary(case).unwrap().release.unwrap();
    assert_eq!(release.sendings[0].place.as_deref(), Some("https://forms.example.org"));
    let now = release.place_now.unwrap();
    assert_eq!(now, "https://evil.example");
    assert_eq!(rejection(ivo.confirm_target(case, &now)).code(), "forbidden");
    let paul = bureau.desk("paul", Role::Approver);
    assert_eq!(rejection(paul.confirm_target(case, &now)).blockers(), [Blocker::held_by("petra")]);
    assert_eq!(why_not(bureau, case, Action::ConfirmTarget), []);
    assert!(matches!(petra.confirm_target(case, &now).unwrap(), ReleaseReport::Delivered { .. }));
    assert_eq!(bureau.webform.sent().len(), 1);
    let history = bureau.desk("audra", Role::Auditor).history(StreamId::Case(case), PageRequest::first());
    let told: Vec<String> = history.unwrap().rows.into_iter().map(|entry| entry.text).collect();
    assert!(told.iter().any(|text| text == "set where the answer goes: `https://evil.example`"), "{told:?}");
}

fn the_place_that_was_released_to_needs_nothing_once_it_is_set_again(bureau: &Bureau) {
    let case = released(bureau, "WEB-1");
    assert_eq!(why_not(bureau, case, Action::ConfirmTarget), [Blocker::NothingToConfirm]);
    answers_go_to(bureau, web("https://evil.example/answers"));
    fails_for_the_target(bureau.petra().retry(case).unwrap());
    answers_go_to(bureau, web("https://forms.example.org/answers"));
    assert!(matches!(bureau.petra().retry(case).unwrap(), ReleaseReport::Delivered { .. }));
}

fn a_place_that_changes_before_the_first_attempt_is_not_sent_to(bureau: &Bureau) {
    answers_go_to(bureau, web("https://forms.example.org"));
    let case = bureau.identified("WEB-1").id;
    bureau.petra().approve_no_data(case, Some("it is about somebody else")).unwrap();
    let ivo = bureau.desk("ivo", Role::ItAdministrator);
    bureau.press.meanwhile.happens(move || {
        ivo.change_settings(SettingsEdit::new().webform(web("https://evil.example"))).unwrap();
    });
    fails_for_the_target(bureau.petra().release(case).unwrap());
    assert_eq!(bureau.webform.sent(), [], "what was released to is kept from the release on");
}

fn another_path_or_secret_needs_nothing(bureau: &Bureau) {
    let case = released(bureau, "WEB-1");
    let secret = Some("new-key".into());
    let url = "https://Forms.example.org:443/elsewhere".into();
    answers_go_to(bureau, WebformTarget::Http { url, secret });
    assert!(matches!(bureau.petra().retry(case).unwrap(), ReleaseReport::Delivered { .. }));
}

fn a_place_that_changed_once_more_is_not_agreed_to(bureau: &Bureau) {
    let case = released(bureau, "WEB-1");
    answers_go_to(bureau, web("https://new.example"));
    fails_for_the_target(bureau.petra().retry(case).unwrap());
    answers_go_to(bureau, web("https://evil.example"));
    let refused = rejection(bureau.petra().confirm_target(case, "https://new.example"));
    let [field] = refused.fields() else { panic!("{refused:?}") };
    let rule = FieldRule::DoesNotFit { why: "another_place".into() };
    assert_eq!((field.field.as_str(), &field.rule), ("place", &rule));
    assert_eq!(bureau.webform.sent(), []);
}

fn a_repeated_sending_keeps_its_own_target(bureau: &Bureau) {
    let case = released(bureau, "WEB-1");
    bureau.petra().retry(case).unwrap();
    // Asked for after the change: this is the place that it was asked for.
    answers_go_to(bureau, web("https://new.example"));
    let busy = Fault::transient("webform_unavailable", "try again later");
    bureau.webform.will([Answer::Fails(busy)]);
    assert!(matches!(bureau.petra().send_again(case, "lost").unwrap(), ReleaseReport::Failed { .. }));
    let query = HistoryQuery { stream: StreamId::Case(case), after: 0, limit: 500 };
    let events = bureau.engine.store().history(&query).unwrap().answer.events;
    let asked_for = |event: &Event| match event.fact.of_case() {
        Some(CaseFact::SendingRequested { target, .. }) => Some(target.as_ref().map(WebformTarget::place)),
        _ => None,
    };
    let asked_for: Vec<_> = events.iter().filter_map(asked_for).collect();
    assert_eq!(asked_for, [Some("https://new.example".into())], "before the first attempt");
    answers_go_to(bureau, web("https://evil.example"));
    fails_for_the_target(bureau.petra().retry(case).unwrap());
    let confirmed = bureau.petra().confirm_target(case, "https://evil.example").unwrap();
    assert!(matches!(confirmed, ReleaseReport::Delivered { .. }));
    let places = bureau.petra().summary(case).unwrap().release.unwrap().sendings;
    let places: Vec<_> = places.into_iter().map(|sending| sending.place.unwrap()).collect();
    assert_eq!(places, ["https://forms.example.org", "https://evil.example"]);
}

fn an_answer_without_a_place_is_bound_to_the_first_it_is_sent_to(bureau: &Bureau) {
    let ivo = bureau.desk("ivo", Role::ItAdministrator);
    ivo.change_settings(SettingsEdit::new().without_webform()).unwrap();
    let case = bureau.identified("WEB-1").id;
    bureau.petra().approve_no_data(case, Some("it is about somebody else")).unwrap();
    let ReleaseReport::Failed { failure } = bureau.petra().release(case).unwrap() else { panic!() };
    assert_eq!(failure.code, "webform_not_set");
    answers_go_to(bureau, web("https://forms.example.org"));
    let busy = Fault::transient("webform_unavailable", "try again later");
    bureau.webform.will([Answer::Fails(busy)]);
    assert!(matches!(ivo.retry(case).unwrap(), ReleaseReport::Failed { .. }));
    answers_go_to(bureau, web("https://evil.example"));
    fails_for_the_target(ivo.retry(case).unwrap());
}

fn the_history_of_the_settings_tells_what_changed_on_every_page(bureau: &Bureau) {
    let ivo = bureau.desk("ivo", Role::ItAdministrator);
    answers_go_to(bureau, web("https://forms.example.org/answers"));
    let kind = SourceKind::csv("/srv/letters.csv", "id");
    let sources = vec![SourceSetting { name: "letters".into(), kind }];
    ivo.change_settings(SettingsEdit::new().sources(sources)).unwrap();
    ivo.change_settings(SettingsEdit::new().retention_days(3_650)).unwrap();
    answers_go_to(bureau, web("https://evil.example/x"));
    let audra = bureau.desk("audra", Role::Auditor);
    for size in [1, 2, 50] {
        let entries = all_pages(size, |page| audra.history(StreamId::Settings, page));
        let told = entries.iter().skip(2).flat_map(|entry| &entry.changes).map(|change| {
            let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".into());
            format!("{}: {} > {}", change.label, text(&change.from), text(&change.to))
        });
        assert_eq!(
            told.collect::<Vec<_>>(),
            [
                "webform: webform > https://forms.example.org/answers",
                "secret: - > webform-key",
                "sources: - > letters: csv /srv/letters.csv (id)",
                "days of retention: 30 > 3650",
                "webform: https://forms.example.org/answers > https://evil.example/x",
            ]
        );
    }
}
