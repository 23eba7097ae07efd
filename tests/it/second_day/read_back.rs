//! The package of an answer as it can be read back, and retries page by page.

use casekit::reports::Report;
use casekit::{Blocker, Fault, OutgoingKind, PageRequest, Permission, ReleaseReport, Role, StreamId};

use super::host::{Answer, Bureau};

fn bureaus() -> [Bureau; 3] {
    [Bureau::in_memory(), Bureau::in_short_pages(), Bureau::on_file()]
}

#[test]
fn the_package_that_the_person_got_can_be_read_back_and_the_ledger_knows() {
    for bureau in bureaus() {
        let petra = bureau.desk("petra", Role::Manager);
        let case = bureau.identified("WEB-1").id;
        let not_yet = petra.released_package(case).unwrap_err();
        assert_eq!(not_yet.rejection().unwrap().blockers(), [Blocker::NotDelivered]);
        assert_eq!(petra.summary(case).unwrap().package_blockers, [Blocker::NotDelivered]);
        let petra_holds = bureau.petra();
        petra_holds.approve_no_data(case, Some("not about you")).unwrap();
        let lost = Fault::transient("webform_unavailable", "try again");
        bureau.webform.will([Answer::Fails(lost)]);
        petra_holds.release(case).unwrap();
        assert_eq!(
            petra.released_package(case).unwrap_err().code(),
            "blocked",
            "it was built, and has not arrived"
        );
        petra_holds.retry(case).unwrap();

        let ledger = || petra.history(StreamId::Ledger, PageRequest::first()).unwrap().rows.len();
        let before = ledger();
        let package = petra.released_package(case).unwrap();
        let sent = bureau.webform.sent();
        let OutgoingKind::Package { sha256, bytes, .. } = &sent[0].kind else { panic!("a package is sent") };
        assert_eq!((&package.bytes, &package.sha256), (bytes, sha256));
        assert_eq!(package.file_name, "package-C-000001.zip");
        assert_eq!(ledger(), before + 2, "that it began and that it ended");
        assert_eq!(petra.summary(case).unwrap().package_blockers, []);
        let file = Report::Package { case }.download(&petra).unwrap();
        assert_eq!((file.name.as_str(), file.media_type), ("package-C-000001.zip", "application/zip"));
        assert_eq!(file.bytes, package.bytes);

        // An approver sees what is sensitive, and exports nothing.
        let approver = bureau.petra();
        let refused = approver.released_package(case).unwrap_err();
        assert_eq!(refused.code(), "forbidden");
        let missing = |permission| Blocker::PermissionMissing { permission };
        assert_eq!(approver.summary(case).unwrap().package_blockers, [missing(Permission::Export)]);
        let agent = bureau.desk("amara", Role::Agent).summary(case).unwrap().package_blockers;
        assert_eq!(agent, [missing(Permission::ReadSensitive), missing(Permission::Export)]);
        assert_eq!(ledger(), before + 4, "a refusal leaves nothing");
    }
}

#[test]
fn cases_are_retried_a_page_at_a_time_and_none_twice() {
    for bureau in bureaus() {
        let petra = bureau.petra();
        let lost = || Answer::Fails(Fault::transient("webform_unavailable", "try again"));
        let cases: Vec<_> = (1..=3)
            .map(|n| {
                let case = bureau.identified(&format!("WEB-{n}"));
                petra.approve_no_data(case.id, Some("not about you")).unwrap();
                bureau.webform.will([lost()]);
                petra.release(case.id).unwrap();
                case.number
            })
            .collect();
        assert_eq!(petra.failure_overview().unwrap().count, 3);
        bureau.webform.will([Answer::Takes, lost(), Answer::Takes]);
        let (mut next, mut seen) = (Some(PageRequest::first().of(1)), Vec::new());
        while let Some(page) = next {
            let done = petra.retry_page("webform_unavailable", None, page).unwrap();
            assert!(done.rows.len() <= 1);
            next = done.next_request();
            seen.extend(done.rows);
        }
        let numbers: Vec<_> = seen.iter().map(|one| one.number.clone()).collect();
        assert_eq!(numbers, cases);
        let arrived = |one: &casekit::Retried| matches!(one.report, Some(ReleaseReport::Delivered { .. }));
        assert_eq!(seen.iter().map(arrived).collect::<Vec<_>>(), [true, false, true]);
        assert_eq!(petra.failure_overview().unwrap().count, 1, "the one that failed again waits");
        let auditor = bureau.desk("ines", Role::Auditor);
        let refused = auditor.retry_page("webform_unavailable", None, PageRequest::first()).unwrap_err();
        assert_eq!(refused.code(), "forbidden");
    }
}
