//! Exports: what the ledger says of them, and the files that they make.

use std::fs;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use casekit::export::pdf::Fonts;
use casekit::reports::{
    ExportFile, ReportProgress, case_pdf, case_pdf_to_with, case_pdf_with, overview_csv, overview_csv_to,
    overview_csv_to_with, overview_csv_with, overview_pdf, overview_pdf_to_with, overview_pdf_with,
    overview_xlsx, overview_xlsx_to, overview_xlsx_to_with,
};
use casekit::{
    Actor, CaseKit, CasesQuery, Desk, NewCase, NewNote, OpenOptions, PageRequest, Role, Sharing, StreamId,
};

/// A kit on a file with a few cases, and the folder for exports.
struct Scene {
    folder: tempfile::TempDir,
    kit: CaseKit,
}

impl Scene {
    fn new(sharing: Sharing) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let kit = OpenOptions::new().sharing(sharing).open(folder.path().join("cases.db")).unwrap();
        let scene = Self { folder, kit };
        (0..3).for_each(|n| {
            drop(scene.desk().raise_case(NewCase::new("Support", format!("Case {n}"))).unwrap())
        });
        scene
    }

    fn desk(&self) -> Desk {
        self.kit.desk(Actor::new("root", "Root").with_role(Role::Administrator))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn export(&self, to: &Path) -> Result<u64, casekit::Error> {
        overview_csv_to(
            &self.desk(),
            &CasesQuery::default(),
            casekit::CsvForm::for_programs(),
            ExportFile::at(to),
        )
    }

    /// The codes of the ledger's entries after the first.
    fn ledger(&self) -> Vec<String> {
        let page = self.desk().history(StreamId::Ledger, PageRequest::first()).unwrap();
        page.rows.into_iter().skip(1).map(|entry| entry.code).collect()
    }

    fn names(&self) -> Vec<String> {
        let names = fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let names = names.map(|name| name.into_string().unwrap());
        let mut names: Vec<String> = names.filter(|name| !name.starts_with("cases.db")).collect();
        names.sort();
        names
    }
}

/// Does something before the first byte, and may fail then.
struct Eager<F>(Option<F>);

impl<F: FnOnce() -> io::Result<()>> Write for Eager<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(()), |eager| eager())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_ledger_has_an_export_before_its_first_byte_and_then_how_it_ended() {
    let scene = Scene::new(Sharing::Owner);
    let looks = || {
        assert_eq!(scene.ledger(), ["export_begun"]);
        Ok(())
    };
    let rows = overview_csv(
        &scene.desk(),
        &CasesQuery::default(),
        casekit::CsvForm::for_programs(),
        &mut Eager(Some(looks)),
    )
    .unwrap();
    assert_eq!((rows, scene.ledger()), (3, vec!["export_begun".into(), "exported".into()]));
    let (desk, fonts) = (scene.desk(), Fonts::bundled());
    let begins = || {
        assert_eq!(scene.ledger().last().unwrap(), "export_begun");
        Ok(())
    };
    overview_pdf(&desk, &CasesQuery::default(), &fonts, &mut Eager(Some(begins))).unwrap();
    let case = desk.find_case("1").unwrap().id;
    case_pdf(&desk, case, &fonts, &mut Eager(Some(begins))).unwrap();
    let pairs = scene.ledger();
    assert!(pairs.chunks(2).all(|pair| pair == ["export_begun", "exported"]), "{pairs:?}");
    let fails = || Err(io::Error::other("no room"));
    overview_csv(
        &scene.desk(),
        &CasesQuery::default(),
        casekit::CsvForm::for_programs(),
        &mut Eager(Some(fails)),
    )
    .unwrap_err();
    assert_eq!(scene.ledger()[pairs.len()..], ["export_begun", "export_failed"]);
}

#[test]
fn an_export_under_a_request_id_that_was_used_for_it_is_recorded_again() {
    let scene = Scene::new(Sharing::Owner);
    for _ in 0..2 {
        let desk = scene.desk().request("once");
        overview_csv(&desk, &CasesQuery::default(), casekit::CsvForm::for_programs(), &mut Vec::new())
            .unwrap();
    }
    assert_eq!(scene.ledger(), ["export_begun", "exported", "export_begun", "exported"]);
}

#[test]
fn an_export_that_was_broken_off_shows_as_such() {
    let scene = Scene::new(Sharing::Owner);
    scene.desk().begin_export("overview", "pdf").unwrap();
    let page = scene.desk().history(StreamId::Ledger, PageRequest::first()).unwrap();
    assert_eq!(
        page.rows.last().unwrap().text,
        "began to export the overview as pdf; unless a later entry says how this one ended, it was broken off"
    );
}

#[test]
fn an_export_holds_no_read_while_it_writes() {
    let scene = Scene::new(Sharing::Owner);
    let looks = || {
        assert_eq!(scene.kit.health().unwrap().oldest_read, None);
        scene.kit.purge_expired().map_err(io::Error::other)?;
        Ok(())
    };
    let (desk, fonts) = (scene.desk(), Fonts::bundled());
    overview_csv(&desk, &CasesQuery::default(), casekit::CsvForm::for_programs(), &mut Eager(Some(looks)))
        .unwrap();
    overview_pdf(&desk, &CasesQuery::default(), &fonts, &mut Eager(Some(looks))).unwrap();
    let case = desk.find_case("1").unwrap().id;
    case_pdf(&desk, case, &fonts, &mut Eager(Some(looks))).unwrap();
}

#[test]
fn a_file_that_cannot_be_written_leaves_nothing_and_the_ledger_says_so() {
    let scene = Scene::new(Sharing::Owner);
    for nowhere in ["none/overview.csv", "folder"] {
        fs::create_dir_all(scene.path("folder")).unwrap();
        let refused = scene.export(&scene.path(nowhere)).unwrap_err();
        assert_eq!(refused.code(), "file", "{refused}");
    }
    assert_eq!(scene.names(), ["folder"]);
    assert_eq!(scene.ledger(), ["export_begun", "export_failed", "export_begun", "export_failed"]);
}

#[test]
fn what_a_killed_export_left_is_removed_by_the_next_one_to_the_same_path() {
    let scene = Scene::new(Sharing::Owner);
    for left in [".overview.csv.0011.part", ".overview.csv.txt", ".other.csv.0011.part"] {
        fs::write(scene.path(left), "half").unwrap();
    }
    scene.export(&scene.path("overview.csv")).unwrap();
    assert_eq!(scene.names(), [".other.csv.0011.part", ".overview.csv.txt", "overview.csv"]);
}

#[cfg(unix)]
#[test]
fn no_link_is_followed_and_what_it_points_at_is_left_alone() {
    let scene = Scene::new(Sharing::Owner);
    let victim = scene.path("victim");
    fs::write(&victim, "precious").unwrap();
    let path = scene.path("overview.csv");
    // As earlier versions named what was not whole yet.
    let guessed = format!("overview.csv.{}.part", std::process::id());
    for link in [path.clone(), scene.path(&guessed)] {
        std::os::unix::fs::symlink(&victim, link).unwrap();
    }
    scene.export(&path).unwrap();
    assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
    assert!(fs::symlink_metadata(&path).unwrap().is_file());
}

#[cfg(unix)]
#[test]
fn what_is_created_is_for_its_owner_alone_unless_the_host_says_otherwise() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    // What the `umask` of this process takes away.
    let probe = tempfile::tempdir().unwrap();
    fs::write(probe.path().join("probe"), "").unwrap();
    let masked = 0o666 & !mode(&probe.path().join("probe"));
    for (sharing, expected) in
        [(Sharing::Owner, 0o600), (Sharing::Group, 0o660 & !masked), (Sharing::Umask, 0o666 & !masked)]
    {
        let scene = Scene::new(sharing);
        let path = scene.path("overview.csv");
        let file = ExportFile::at(&path).shared_with(sharing);
        overview_csv_to(&scene.desk(), &CasesQuery::default(), casekit::CsvForm::for_programs(), file)
            .unwrap();
        scene.kit.backup_to(scene.path("backup.db")).unwrap();
        for name in ["cases.db", "cases.db-wal", "cases.db-shm", "overview.csv", "backup.db"] {
            assert_eq!(mode(&scene.path(name)), expected, "{name}, {sharing:?}");
        }
    }
}

/// A kit in memory with so many cases.
fn kit_of(cases: usize) -> (CaseKit, Desk) {
    let kit = CaseKit::in_memory().unwrap();
    let desk = kit.desk(Actor::new("root", "Root").with_role(Role::Administrator));
    (0..cases).for_each(|n| drop(desk.raise_case(NewCase::new("Support", format!("Case {n}"))).unwrap()));
    (kit, desk)
}

/// Follows a report, and ends it when it has been told so often.
struct Follower {
    told: Vec<(u64, u64)>,
    ends_at: usize,
}

impl Follower {
    fn ending_at(ends_at: usize) -> Self {
        Self { told: Vec::new(), ends_at }
    }

    fn to_the_end() -> Self {
        Self::ending_at(usize::MAX)
    }

    fn told(&mut self, so_far: ReportProgress) -> ControlFlow<()> {
        self.told.push((so_far.rows, so_far.of));
        if self.told.len() < self.ends_at { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }
}

#[test]
fn an_overview_tells_how_far_it_has_come() {
    let (_kit, desk) = kit_of(1_001);
    let (all, fonts) = (CasesQuery::default(), Fonts::bundled());
    let steps = [(0, 1_001), (500, 1_001), (1_000, 1_001), (1_001, 1_001)];

    let mut follower = Follower::to_the_end();
    let rows = overview_csv_with(&desk, &all, casekit::CsvForm::for_programs(), &mut Vec::new(), |so_far| {
        follower.told(so_far)
    });
    assert_eq!((rows.unwrap(), follower.told.as_slice()), (1_001, steps.as_slice()));

    let (mut follower, mut told, mut untold) = (Follower::to_the_end(), Vec::new(), Vec::new());
    overview_pdf_with(&desk, &all, &fonts, &mut told, |so_far| follower.told(so_far)).unwrap();
    overview_pdf(&desk, &all, &fonts, &mut untold).unwrap();
    // Between its rows it tells of the pages that are made, and at the end of their feet.
    let mut seen = follower.told.clone();
    seen.dedup();
    assert_eq!(seen, steps);
    assert!(follower.told.len() > steps.len(), "{:?}", follower.told);
    assert!(told.len() > 10_000 && told.len().abs_diff(untold.len()) < 100, "told or not, it is as long");

    let some = CasesQuery { text: Some("1001".into()), ..CasesQuery::default() };
    let mut follower = Follower::to_the_end();
    overview_csv_with(&desk, &some, casekit::CsvForm::for_programs(), &mut Vec::new(), |so_far| {
        follower.told(so_far)
    })
    .unwrap();
    assert_eq!(follower.told, [(0, 1), (1, 1)], "of the cases under the filter");
}

#[test]
fn the_paper_of_a_case_tells_how_far_it_has_come() {
    let (_kit, desk) = kit_of(1);
    let case = desk.find_case("1").unwrap().id;
    for n in 0..600 {
        desk.add_note(case, NewNote::internal(format!("Note {n}"))).unwrap();
    }
    let (fonts, mut follower) = (Fonts::bundled(), Follower::to_the_end());
    case_pdf_with(&desk, case, &fonts, &mut Vec::new(), |so_far| follower.told(so_far)).unwrap();
    let mut seen = follower.told.clone();
    seen.dedup();
    // 600 notes, and 601 entries of the history.
    assert_eq!(seen, [(0, 1_201), (500, 1_201), (600, 1_201), (1_100, 1_201), (1_201, 1_201)]);
    assert!(follower.told.len() > seen.len(), "while the pages are made too: {:?}", follower.told);
}

/// Makes a report, to be ended when it has told so often.
type Made<'a> = &'a dyn Fn(&mut Follower) -> Result<(), casekit::Error>;

#[test]
fn a_report_that_is_cancelled_leaves_no_file_and_what_was_there_is_there_still() {
    let scene = Scene::new(Sharing::Owner);
    let (desk, all, fonts) = (scene.desk(), CasesQuery::default(), Fonts::bundled());
    let case = desk.find_case("1").unwrap().id;
    let path = scene.path("report");
    let file = ExportFile::at(&path);
    let made: [Made<'_>; 3] = [
        &|f| {
            overview_csv_to_with(&desk, &all, casekit::CsvForm::for_programs(), file, |so_far| f.told(so_far))
                .map(drop)
        },
        &|f| overview_pdf_to_with(&desk, &all, &fonts, file, |so_far| f.told(so_far)).map(drop),
        &|f| case_pdf_to_with(&desk, case, &fonts, file, |so_far| f.told(so_far)).map(drop),
    ];
    for make in made {
        let mut whole = Follower::to_the_end();
        make(&mut whole).unwrap();
        fs::remove_file(&path).unwrap();
        let times = whole.told.len();
        assert!(times >= 2, "at the beginning and at the end: {times}");
        // Wherever it is ended, the last time included.
        for before in [None, Some("yesterday's")] {
            before.into_iter().for_each(|text| fs::write(&path, text).unwrap());
            for ends_at in 1..=times {
                let error = make(&mut Follower::ending_at(ends_at)).unwrap_err();
                assert_eq!(error.code(), "cancelled", "{error}");
                assert_eq!(scene.ledger()[scene.ledger().len() - 2..], ["export_begun", "export_failed"]);
                assert_eq!(fs::read_to_string(&path).ok().as_deref(), before);
                assert_eq!(scene.names(), before.map(|_| "report").into_iter().collect::<Vec<_>>());
            }
        }
        fs::remove_file(&path).unwrap();
    }
}

#[test]
fn a_paper_that_is_cancelled_has_written_nothing() {
    let (_kit, desk) = kit_of(3);
    let (all, fonts, case) = (CasesQuery::default(), Fonts::bundled(), desk.find_case("1").unwrap().id);
    let ends = |_: ReportProgress| ControlFlow::Break(());
    let mut out = Vec::new();
    let overview = overview_pdf_with(&desk, &all, &fonts, &mut out, ends).unwrap_err();
    let paper = case_pdf_with(&desk, case, &fonts, &mut out, ends).unwrap_err();
    assert_eq!((overview.code(), paper.code(), out.len()), ("cancelled", "cancelled", 0));
}

#[test]
fn a_store_that_fails_while_a_report_is_made_is_no_fault_of_the_report() {
    let (kit, desk) = kit_of(501);
    let closes = |so_far: ReportProgress| {
        if so_far.rows > 0 {
            kit.close().unwrap();
        }
        ControlFlow::Continue(())
    };
    let (all, fonts) = (CasesQuery::default(), Fonts::bundled());
    let error = overview_pdf_with(&desk, &all, &fonts, &mut Vec::new(), closes).unwrap_err();
    assert_eq!(error.code(), "closed", "{error}");
}

#[test]
fn the_overview_is_a_workbook_in_bytes_and_in_a_file_and_the_same_every_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("overview.xlsx");
    let kit = CaseKit::in_memory().unwrap();
    let desk = kit.desk(Actor::new("mona", "Mona Reyes").with_role(Role::Manager));
    desk.raise_case(NewCase::new("Support", "=1+1")).unwrap();
    let query = CasesQuery::default();
    let bytes = || {
        let mut out = Vec::new();
        assert_eq!(overview_xlsx(&desk, &query, &mut out).unwrap(), 1);
        out
    };
    let file = || {
        assert_eq!(overview_xlsx_to(&desk, &query, ExportFile::at(&path)).unwrap(), 1);
        fs::read(&path).unwrap()
    };
    assert_eq!((bytes(), file()), (bytes(), file()));
    for workbook in [bytes(), file()] {
        let mut zip = zip::ZipArchive::new(io::Cursor::new(workbook)).unwrap();
        let mut sheet = String::new();
        io::Read::read_to_string(&mut zip.by_name("xl/worksheets/sheet1.xml").unwrap(), &mut sheet).unwrap();
        assert!(!sheet.contains("<f>") && sheet.contains("<autoFilter ref=\"A1:N2\"/>"), "{sheet}");
    }
    let follower = |_| ControlFlow::Break(());
    let ended = overview_xlsx_to_with(&desk, &query, ExportFile::at(&path), follower).unwrap_err();
    assert_eq!(ended.code(), "cancelled");
    let names: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["overview.xlsx"], "nothing else is left");
    let refused = kit.desk(Actor::new("amara", "").with_role(Role::Agent));
    let refused = overview_xlsx(&refused, &query, &mut Vec::new()).unwrap_err();
    assert_eq!(refused.code(), "forbidden");
}
