//! Filters, as SQL with its values.

use std::fmt::Write as _;

use casekit_core::model::{CaseTypeId, Errand, StageCategory, StageId, Timestamp};
use casekit_core::store::{Failing, HolderFilter, Pending};
use rusqlite::types::Value;

use crate::value::{category_code, micros};

/// A part of a statement, with the values of its `?`.
#[derive(Default)]
pub(super) struct Part {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

impl Part {
    /// Appends SQL that has no value.
    pub(super) fn push(&mut self, sql: &str) -> &mut Self {
        self.sql.push_str(sql);
        self
    }

    /// Appends SQL with its values.
    pub(super) fn bind(&mut self, sql: &str, values: impl IntoIterator<Item = Value>) -> &mut Self {
        self.sql.push_str(sql);
        self.values.extend(values);
        self
    }

    /// Appends another part.
    pub(super) fn append(&mut self, part: Self) -> &mut Self {
        self.sql.push_str(&part.sql);
        self.values.extend(part.values);
        self
    }
}

/// The conditions that cases and the groups of `case_counts` share: their columns have the same names.
#[derive(Clone, Copy, Default)]
pub(super) struct Groups<'a> {
    pub(super) types: Option<&'a [CaseTypeId]>,
    pub(super) stage: Option<&'a StageId>,
    pub(super) category: Option<StageCategory>,
    pub(super) holder: Option<&'a HolderFilter>,
}

impl Groups<'_> {
    /// Whether there is no condition.
    pub(super) fn is_empty(&self) -> bool {
        self.types.is_none() && self.stage.is_none() && self.category.is_none() && self.holder.is_none()
    }

    /// The conditions, each after ` AND `. `prefix` is put before each column.
    pub(super) fn conditions(&self, prefix: &str) -> Part {
        let mut part = Part::default();
        if let Some(types) = self.types {
            // Ids as JSON text: one statement is kept for lists of every length.
            let condition = format!(" AND {prefix}case_type IN (SELECT unhex(value) FROM json_each(?))");
            part.bind(&condition, [Value::Text(hex_list(types))]);
        }
        if let Some(stage) = self.stage {
            part.bind(&format!(" AND {prefix}stage = ?"), [Value::Text(stage.as_str().to_owned())]);
        }
        if let Some(category) = self.category {
            let code = Value::Integer(category_code(category).into());
            part.bind(&format!(" AND {prefix}category = ?"), [code]);
        }
        if let Some(holder) = self.holder {
            let holder = match holder {
                HolderFilter::Untaken => String::new(),
                HolderFilter::By(actor) => actor.as_str().to_owned(),
            };
            part.bind(&format!(" AND {prefix}holder = ?"), [Value::Text(holder)]);
        }
        part
    }
}

/// That a case, or a group of them, is pending: the actor's or untaken, and ready for a permission of theirs.
pub(super) fn pending_conditions(pending: &Pending, prefix: &str) -> Part {
    let mut part = Part::default();
    let by = Value::Text(pending.by.as_str().to_owned());
    part.bind(&format!(" AND {prefix}holder IN ('', ?)"), [by]);
    part.bind(&format!(" AND ({prefix}ready_bits & ?) <> 0"), [Value::from(pending.bits)]);
    part
}

/// That a case has such a failure.
pub(super) fn failing_conditions(failing: &Failing, prefix: &str) -> Part {
    let mut part = Part::default();
    part.push(&format!(" AND {prefix}failure_code IS NOT NULL"));
    if let Some(code) = &failing.code {
        part.bind(&format!(" AND {prefix}failure_code = ?"), [Value::Text(code.clone())]);
    }
    if let Some(setting) = &failing.setting {
        part.bind(&format!(" AND {prefix}failure_setting = ?"), [Value::Text(setting.clone())]);
    }
    part
}

/// That a case has an errand that is due.
pub(super) fn errand_conditions(errand: Errand, before: Timestamp, prefix: &str) -> Part {
    let mut part = Part::default();
    let values = [Value::from(errand.code()), Value::Integer(micros(before))];
    part.bind(&format!(" AND {prefix}errand = ? AND {prefix}errand_at < ?"), values);
    part
}

fn hex_list(ids: &[CaseTypeId]) -> String {
    let mut list = String::with_capacity(2 + ids.len() * 35);
    list.push('[');
    for id in ids {
        if list.len() > 1 {
            list.push(',');
        }
        // Writing to a string cannot fail.
        let _written = write!(list, "\"{}\"", id.0.simple());
    }
    list.push(']');
    list
}
