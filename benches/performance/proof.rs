//! The table of what it takes to prove a whole file.

use serde_json::Value;

use crate::{figure, list, said, text};

pub(crate) fn table(proof: &Value) -> String {
    let mut page = String::from("## Proving a whole file\n\n");
    page += "`verify` beside an expert who reads the same rows and computes every hash again, `check` beside one who has SQLite check \
             the pages too; neither folds what the events say. Each in a process of its own, with the file in the system's memory; \
             the memory is the most at once beyond that of an open file.\n\n";
    page += "| cases | | ms | ratio | KiB |\n|--:|---|--:|--:|--:|\n";
    for size in list(proof, "sizes") {
        for line in list(size, "lines") {
            page += &format!(
                "| {} | {} | {} | {} | {} |\n",
                said(figure(size, "cases")),
                text(line, "op"),
                said(figure(line, "us") / 1e3),
                said(figure(line, "ratio")),
                said(figure(line, "kib"))
            );
        }
    }
    page.push('\n');
    page
}
