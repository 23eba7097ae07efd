//! Modules side by side need each other in no circle, so that each can be read and changed without the other.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// Runs `scripts/rooms`, over the whole project unless folders are given.
fn rooms(folders: &[&Path]) -> Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/rooms");
    Command::new("python3").arg(script).args(folders).output().expect("`scripts/rooms` needs python3")
}

/// What it says of a crate of these files, and whether it found no circle.
fn of_crate(files: &[(&str, &str)]) -> (String, bool) {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join("src").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let output = rooms(&[folder.path()]);
    (String::from_utf8(output.stdout).unwrap(), output.status.success())
}

#[test]
fn no_modules_side_by_side_need_each_other_in_a_circle() {
    let output = rooms(&[]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let modules = said.lines().last().and_then(|line| line.split(' ').nth(1)).unwrap();
    assert!(modules.parse::<u32>().unwrap() > 500, "it reads the whole project: {said}");
}

#[test]
fn a_circle_is_named_with_what_ties_it_also_through_a_re_export() {
    let (said, is_clean) = of_crate(&[
        ("lib.rs", "mod desk;\nmod engine;\nmod model;\npub use desk::Desk;\n"),
        ("desk.rs", "use crate::engine::Engine;\npub struct Desk(Engine);\n"),
        ("engine.rs", "use crate::{Desk, model::Case as C};\npub struct Engine(C, Desk);\n"),
        ("model.rs", "mod case;\npub use case::*;\n"),
        ("model/case.rs", "pub struct Case;\n"),
    ]);
    assert!(!is_clean, "{said}");
    assert!(said.contains("src: desk, engine\n"), "{said}");
    assert!(said.contains("engine needs desk\n"), "{said}");
    assert!(said.ends_with("rooms: 5 modules, 1 circles\n"), "{said}");
}

#[test]
fn a_front_its_tests_and_comments_make_no_circle() {
    let (said, is_clean) = of_crate(&[
        ("lib.rs", "pub mod desk;\nmod engine;\n"),
        (
            "desk.rs",
            "mod lists;\npub use lists::List;\nuse crate::engine::Engine;\npub struct Desk(Engine);\n",
        ),
        ("desk/lists.rs", "use super::Desk;\npub struct List(Desk);\n"),
        (
            "engine.rs",
            "// use crate::desk::Desk;\npub struct Engine;\n#[cfg(test)]\nmod tests {\n    use crate::desk::Desk;\n}\n",
        ),
    ]);
    assert!(is_clean, "{said}");
    assert!(said.ends_with("rooms: 4 modules, no circle\n"), "{said}");
}

#[test]
fn modules_of_python_make_circles_too_but_not_by_types_alone() {
    let package = |live: &str| {
        let desk = "from .pages import Page\n\n\nclass Desk: ...\n";
        of_crate(&[("__init__.py", ""), ("desk.py", desk), ("pages.py", live)])
    };
    let (said, is_clean) = package("def live():\n    from .desk import Desk\n    return Desk\n");
    assert!(!is_clean && said.contains("src: desk, pages\n"), "{said}");
    let (said, is_clean) = package("if TYPE_CHECKING:\n    from .desk import Desk\n\n\nclass Page: ...\n");
    assert!(is_clean, "{said}");
}
