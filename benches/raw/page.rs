//! Pages of 50 and totals. A page looks at its keys in an index, in order, and fetches only the rows that it shows; it has
//! one row more, to know whether there is a next page. `CROSS JOIN` keeps the order of the keys, so nothing is sorted twice.

use std::borrow::Cow;

use rusqlite::types::ToSql;

use super::{Id, Raw, kind_name, parts, place, stage_label};
use crate::timing::Outcome;
use crate::world::{KINDS, STAGES};

/// The columns of a row in a list, of `cases c` and `customers u`.
macro_rules! columns {
    () => {
        "c.number, c.id, c.place, c.title, u.name, c.holder, c.raised_at, c.updated_at, c.workflow, c.status, c.requester,
        c.resolved_at, c.closed_at, c.due_at, c.warn_at, c.fields, c.tags"
    };
}
pub(super) use columns;

/// A case in a list, with all that casekit shows there.
#[allow(dead_code, reason = "fetched as a screen would; few look here")]
pub(crate) struct Row<'a> {
    pub(crate) id: Id,
    pub(crate) number: String,
    pub(crate) case_type: &'static str,
    pub(crate) stage: &'static str,
    pub(crate) title: String,
    pub(crate) customer: Option<String>,
    pub(crate) holder: Option<&'a str>,
    pub(crate) raised_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) workflow: Option<&'static str>,
    pub(crate) status_code: Option<&'static str>,
    pub(crate) status: Cow<'static, str>,
    pub(crate) requester: Option<String>,
    pub(crate) resolved_at: Option<i64>,
    pub(crate) closed_at: Option<i64>,
    pub(crate) due_at: Option<i64>,
    pub(crate) warn_at: Option<i64>,
    pub(crate) fields: Option<String>,
    pub(crate) tags: Option<String>,
}

/// What a list is asked for, prepared once.
pub(crate) struct Question {
    sql: String,
    holder: Option<i64>,
    customer: Option<Id>,
}

impl Question {
    /// Every case, newest first.
    pub(crate) fn all() -> Self {
        let sql = concat!(
            "SELECT ",
            columns!(),
            " FROM cases c LEFT JOIN customers u ON u.key = c.customer
              WHERE c.number < ?1 ORDER BY c.number DESC LIMIT 51"
        );
        Self { sql: sql.to_owned(), holder: None, customer: None }
    }

    /// Every case, the last changed first.
    pub(crate) fn by_update() -> Self {
        let places = list(|_, _| true);
        let sql = format!(
            "SELECT {} FROM (SELECT number FROM cases INDEXED BY cases_by_update WHERE place IN ({places})
                AND updated_at < ?1 ORDER BY updated_at DESC, number DESC LIMIT 51) k
             CROSS JOIN cases c ON c.number = k.number LEFT JOIN customers u ON u.key = c.customer",
            columns!()
        );
        Self { sql, holder: None, customer: None }
    }

    /// Of these types and stages, newest first.
    pub(crate) fn of(wanted: impl Fn(usize, usize) -> bool) -> Self {
        Self::keys("cases_by_place", &format!("place IN ({})", list(wanted)), None, None)
    }

    /// In somebody's hands, of these types and stages.
    pub(crate) fn held(holder: i64, wanted: impl Fn(usize, usize) -> bool) -> Self {
        let condition = format!("holder = ?2 AND holder <> 0 AND place IN ({})", list(wanted));
        Self::keys("cases_by_holder", &condition, Some(holder), None)
    }

    /// Of a customer, of these types and stages.
    pub(crate) fn of_customer(id: Id, wanted: impl Fn(usize, usize) -> bool) -> Self {
        let condition = format!(
            "customer = (SELECT key FROM customers WHERE id = ?2) AND customer IS NOT NULL AND place IN ({})",
            list(wanted)
        );
        Self::keys("cases_by_customer", &condition, None, Some(id))
    }

    fn keys(index: &str, condition: &str, holder: Option<i64>, customer: Option<Id>) -> Self {
        let sql = format!(
            "SELECT {} FROM (SELECT number FROM cases INDEXED BY {index} WHERE {condition} AND number < ?1
                ORDER BY number DESC LIMIT 51) k
             CROSS JOIN cases c ON c.number = k.number LEFT JOIN customers u ON u.key = c.customer",
            columns!()
        );
        Self { sql, holder, customer }
    }
}

/// The keys of types and stages, as a list in SQL.
fn list(wanted: impl Fn(usize, usize) -> bool) -> String {
    let all = (0..KINDS.len()).flat_map(|kind| (0..STAGES.len()).map(move |stage| (kind, stage)));
    let keys = all.filter(|(kind, stage)| wanted(*kind, *stage));
    keys.map(|(kind, stage)| place(kind, stage).to_string()).collect::<Vec<_>>().join(", ")
}

/// What cases are counted by.
#[derive(Clone, Copy)]
pub(crate) enum By {
    Type,
    Stage,
    Category,
    Holder,
}

/// How many there are of what.
#[allow(dead_code, reason = "fetched as a screen would; few look here")]
pub(crate) struct Count<'a> {
    pub(crate) case_type: Option<&'static str>,
    pub(crate) stage: Option<&'static str>,
    pub(crate) category: Option<i64>,
    pub(crate) holder: Option<&'a str>,
    pub(crate) n: i64,
}

impl Raw {
    /// A page below a number, or an instant.
    pub(crate) fn page(&self, question: &Question, below: i64) -> Outcome<Vec<Row<'_>>> {
        match (&question.holder, &question.customer) {
            (Some(holder), _) => self.rows(&question.sql, &[&below, holder]),
            (None, Some(customer)) => self.rows(&question.sql, &[&below, customer]),
            (None, None) => self.rows(&question.sql, &[&below]),
        }
    }

    /// What waits for who may do something and holds nothing, oldest first.
    pub(crate) fn pending(&self, permission: i64, above: i64) -> Outcome<Vec<Row<'_>>> {
        const SQL: &str = concat!(
            "SELECT ",
            columns!(),
            " FROM (SELECT number FROM cases INDEXED BY cases_pending WHERE holder IN (0, 9999) AND ready = ?2
                AND ready <> 0 AND number > ?1 ORDER BY number LIMIT 51) k
              CROSS JOIN cases c ON c.number = k.number LEFT JOIN customers u ON u.key = c.customer"
        );
        self.rows(SQL, &[&above, &permission])
    }

    pub(crate) fn pending_count(&self, permission: i64) -> Outcome<i64> {
        const SQL: &str =
            "SELECT coalesce(sum(n), 0) FROM totals WHERE kind = 4 AND a IN (0, 9999) AND b = ?1";
        Ok(self.connection.prepare_cached(SQL)?.query_row([permission], |row| row.get(0))?)
    }

    /// How many cases there are of what.
    pub(crate) fn counts(&self, by: By) -> Outcome<Vec<Count<'_>>> {
        const PLACES: &str = "SELECT a, n FROM totals WHERE kind = 1 AND n > 0";
        const HOLDERS: &str = "SELECT a, sum(n) FROM totals WHERE kind = 2 GROUP BY a HAVING sum(n) > 0";
        let sql = match by {
            By::Type | By::Stage | By::Category => PLACES,
            By::Holder => HOLDERS,
        };
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(())?;
        let mut counts: Vec<Count<'_>> = Vec::new();
        while let Some(row) = rows.next()? {
            let (key, n): (i64, i64) = (row.get(0)?, row.get(1)?);
            let nothing = Count { case_type: None, stage: None, category: None, holder: None, n };
            let (kind, stage) = parts(key);
            let category = STAGES.get(stage).map(|(.., category)| *category);
            let case_type = Some(kind_name(kind));
            let one = match by {
                By::Holder => Count { holder: self.who(key), ..nothing },
                By::Stage => Count { case_type, stage: Some(stage_label(stage)), category, ..nothing },
                By::Type => Count { case_type, ..nothing },
                By::Category => Count { category, ..nothing },
            };
            let same = |known: &&mut Count<'_>| match by {
                By::Type => known.case_type == one.case_type,
                By::Category => known.category == one.category,
                By::Stage | By::Holder => false,
            };
            match counts.iter_mut().find(same) {
                Some(known) => known.n += n,
                None => counts.push(one),
            }
        }
        Ok(counts)
    }

    fn rows(&self, sql: &str, values: &[&dyn ToSql]) -> Outcome<Vec<Row<'_>>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(values, |row| self.row(row))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub(super) fn row(&self, row: &rusqlite::Row<'_>) -> rusqlite::Result<Row<'_>> {
        let number: i64 = row.get(0)?;
        let (kind, stage) = parts(row.get(2)?);
        let (workflow, status): (Option<i64>, i64) = (row.get(8)?, row.get(9)?);
        let (stage, status_code) = (stage_label(stage), workflow.map(|_| status_code(status)));
        Ok(Row {
            id: row.get(1)?,
            number: format!("C-{number:06}"),
            case_type: kind_name(kind),
            stage,
            title: row.get(3)?,
            customer: row.get(4)?,
            holder: self.who(row.get(5)?),
            raised_at: row.get(6)?,
            updated_at: row.get(7)?,
            workflow: workflow.map(|_| kind_name(kind)),
            status_code,
            status: status_code.map_or(stage.into(), |code| format!("{stage}: {code}").into()),
            requester: row.get(10)?,
            resolved_at: row.get(11)?,
            closed_at: row.get(12)?,
            due_at: row.get(13)?,
            warn_at: row.get(14)?,
            fields: row.get(15)?,
            tags: row.get(16)?,
        })
    }

    /// The id of a person; nobody's key is 0.
    pub(super) fn who(&self, key: i64) -> Option<&str> {
        self.people.get(usize::try_from(key).ok()?.checked_sub(1)?).map(String::as_str)
    }
}

fn status_code(status: i64) -> &'static str {
    match status {
        1 => "ready",
        2 => "being_delivered",
        _ => "ended",
    }
}
