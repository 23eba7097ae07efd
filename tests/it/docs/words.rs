//! The words that were given up for those of the field.

use std::process::Command;

use super::tree::root;

#[test]
fn no_word_that_was_given_up_is_found() {
    let answer = Command::new("bash").arg("scripts/words").current_dir(root()).output().unwrap();
    let said = String::from_utf8_lossy(&answer.stdout);
    assert!(answer.status.success(), "{said}{}", String::from_utf8_lossy(&answer.stderr));
    assert!(said.contains("is found"), "{said}");
}
