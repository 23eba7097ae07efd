//! The tables of ratios to hand-written SQL.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{Goals, figure, said, text};

/// A table for each size.
pub(crate) fn tables(versus: &Value, goals: &mut Goals) -> String {
    let lines = versus.as_array().map(Vec::as_slice).unwrap_or_default();
    let sizes: BTreeSet<u64> = lines.iter().map(|line| figure(line, "cases") as u64).collect();
    let mut page = String::from("## Beside an expert's SQL\n\n");
    for size in sizes {
        let size = size as f64;
        page += &format!("{} cases, medians of rounds in turn, in microseconds:\n\n", said(size));
        page += "| | | raw | casekit | ratio | least to most | goal | |\n|---|---|--:|--:|--:|--:|--:|---|\n";
        for line in lines.iter().filter(|line| figure(line, "cases") == size) {
            page += &row(line);
            let (ratio, goal) = (figure(line, "ratio_median"), figure(line, "target"));
            if goal.is_finite() {
                let op = format!("{}, {}", text(line, "op"), text(line, "mode"));
                let is = format!("{} at {}", said(ratio), said(size).replace(".00", ""));
                goals.add(&op, (ratio, goal), is, said(goal));
            }
        }
        page.push('\n');
    }
    page
}

fn row(line: &Value) -> String {
    let goal = figure(line, "target");
    let (ratio, least, most) =
        (figure(line, "ratio_median"), figure(line, "ratio_min"), figure(line, "ratio_max"));
    let met = match ratio.partial_cmp(&goal) {
        None => "",
        Some(std::cmp::Ordering::Greater) => "missed",
        Some(_) => "met",
    };
    let goal = if goal.is_finite() { said(goal) } else { String::new() };
    format!(
        "| {} | {} | {} | {} | {} | {} to {} | {goal} | {met} |\n",
        text(line, "op"),
        text(line, "mode"),
        said(figure(line, "raw_us")),
        said(figure(line, "casekit_us")),
        said(ratio),
        said(least),
        said(most),
    )
}
