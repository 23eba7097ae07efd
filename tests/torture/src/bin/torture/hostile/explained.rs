//! What is altered unseen, and said to be: the lines of the reviewed tamper matrix.

const REVIEWED: &str = include_str!("../../../../../it/tamper/reviewed.txt");

/// Reasons of the matrix by which an altered file may be read otherwise; by any other, nothing that is read differs.
pub(super) const ORDER: &str = "no hash covers the position";
pub(super) const NO_EVENT: &str = "no event could name its request";

/// Whether the matrix says, for this reason, that nothing finds some change of the column.
pub(super) fn is_explained(column: &str, reason: &str) -> bool {
    let mut lines = REVIEWED.lines();
    let is_its = |line: &str| line.strip_prefix(column).is_some_and(|rest| rest.starts_with(' '));
    lines.any(is_its) && lines.take_while(|line| line.starts_with(' ')).any(|line| line.contains(reason))
}
