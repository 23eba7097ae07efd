//! What is kept beside customers and people so that they can be found.

use std::collections::BTreeMap;

use casekit_core::model::{Customer, Person};
use casekit_core::search::{Contact, customer_terms};
use casekit_core::store::CustomerRow;
use casekit_core::text::fold_name;
use tokio_postgres::Row;
use uuid::Uuid;

use super::{Checked, Wrong};
use crate::derived::joined;
use crate::error::{Result, unreadable};
use crate::field_key;
use crate::read::customers;
use crate::value::{id, optional_text, plain};

/// Checks what lists and the search have of customers.
pub(super) fn customers(moment: &Checked<'_>, wrong: &mut Wrong, those: &[Customer]) -> Result<()> {
    let sql = format!(
        "SELECT {}, tsvector_to_array(k.terms),
            (SELECT coalesce(array_agg(f.field || ' ' || f.value), '{{}}') FROM org.customer_fields f WHERE f.customer = k.id)
        FROM org.customers k WHERE k.id = ANY($1)",
        customers::COLUMNS
    );
    let rows = rows(moment, &sql, those.iter().map(|customer| customer.id.0))?;
    for customer in those {
        let agrees = match rows.get(&customer.id.0) {
            None => false,
            Some(row) => {
                customers::customer(row)? == CustomerRow::of(customer)
                    && plain(row, 6)? == fold_name(customer.profile.name.as_str())
                    && has_terms(texts(row, 7)?, &customer_terms(Contact::of(customer)))
                    && same(texts(row, 8)?, keys(customer))
            }
        };
        wrong.unless(agrees, "columns of customers");
    }
    Ok(())
}

/// The rows of those with these ids, whose first column is the id.
fn rows(moment: &Checked<'_>, sql: &str, ids: impl Iterator<Item = Uuid>) -> Result<BTreeMap<Uuid, Row>> {
    let ids: Vec<Uuid> = ids.collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let found = moment.connection.query(sql, [ids.into()])?;
    found.into_iter().map(|row| Ok((id(&row, 0)?, row))).collect()
}

fn keys(customer: &Customer) -> Vec<String> {
    let keys = customer.fields.iter().flat_map(|(field, kept)| {
        kept.keys().into_iter().map(move |key| format!("{field} {}", field_key::stored(&key)))
    });
    keys.collect()
}

/// Checks what the directory has of people.
pub(super) fn people(moment: &Checked<'_>, wrong: &mut Wrong, those: &[Person]) -> Result<()> {
    const SQL: &str = "SELECT q.id, q.actor, q.name FROM org.people q WHERE q.id = ANY($1)";
    let rows = rows(moment, SQL, those.iter().map(|person| person.id.0))?;
    for person in those {
        let agrees = match rows.get(&person.id.0) {
            None => false,
            Some(row) => plain(row, 1)? == person.actor.as_str() && optional_text(row, 2)? == person.name,
        };
        wrong.unless(agrees, "columns of people");
    }
    Ok(())
}

fn texts(row: &Row, column: usize) -> Result<Vec<String>> {
    optional_texts(row, column)?.ok_or_else(unreadable)
}

/// An array of texts.
pub(super) fn optional_texts(row: &Row, column: usize) -> Result<Option<Vec<String>>> {
    row.try_get(column).map_err(|_| unreadable())
}

/// Whether the terms of an entry are those that core made, as far as an entry keeps them.
pub(super) fn has_terms(kept: Vec<String>, made: &[String]) -> bool {
    same(kept, joined(made).split(' ').filter(|term| !term.is_empty()).map(str::to_owned).collect())
}

/// Whether two lists have the same, in whatever order and however often.
fn same(mut kept: Vec<String>, mut made: Vec<String>) -> bool {
    kept.sort_unstable();
    made.sort_unstable();
    made.dedup();
    kept == made
}
