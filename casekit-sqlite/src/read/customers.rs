//! Lists of customers, and customers by their reference.

use casekit_core::commit::{Claim, ClaimKind};
use casekit_core::model::{CustomerId, FieldId, FieldOwner, StreamId};
use casekit_core::search::{Contact, customer_terms};
use casekit_core::store::{After, CustomerQuery, CustomerRow, Direction, FieldRange, Slice};
use casekit_core::{search::Query, text::fold_name};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::filter::in_range;
use super::found::{Index, Kinds, walk};
use super::part::{Part, key_list};
use super::{one_more, slice};
use crate::error::{Result, fault};
use crate::value::{id, optional_json, optional_text, stream, text};

/// The most found customers that are fetched and sorted. If more are found, customers are read in order instead and
/// each is tested.
const SORTED: usize = 1_000;

/// The most customers that are read in order for a page: some ten milliseconds.
const LOOKED_AT: u32 = 4_000;

/// How many of these are read first. The number looked at doubles with each further part.
const FIRST: u32 = 250;

/// A page of customers by folded name, then id. It is short if many customers are found who are far apart in this
/// order; the next page continues from there.
pub(crate) fn page(connection: &Connection, query: &CustomerQuery) -> Result<Slice<CustomerRow>> {
    let after = match &query.after {
        None => None,
        Some(After::Name(folded, id)) => Some((folded.as_str(), *id)),
        // Nothing comes after a place of another list.
        Some(After::Number(_) | After::Instant(..) | After::Field(..) | After::Path(_) | After::Entry(_)) => {
            return Ok(Slice { rows: Vec::new(), next: None });
        }
    };
    // A text without terms is no condition.
    let text = query.text.as_ref().filter(|text| !text.is_empty());
    if text.is_none() && query.fields.is_empty() {
        let rows = in_order(connection, None, &Part::of("true"), after, one_more(query.limit))?;
        return Ok(slice(rows, query.limit, place_of));
    }
    super::at_one_moment(connection, |moment| {
        if text.is_some() {
            moment.is_searchable()?;
        }
        let conditions = Conditions { text, fields: keyed(connection, &query.fields)? };
        found(connection, &conditions, after, query.limit, (SORTED, LOOKED_AT))
    })
}

/// What the customers of a list have in common.
struct Conditions<'a> {
    text: Option<&'a Query>,
    /// The conditions on fields, with the keys that these have in this file; no key for a field by which nobody is found.
    fields: Vec<(Option<i64>, &'a FieldRange)>,
}

fn keyed<'a>(
    moment: &Connection,
    fields: &'a [(FieldId, FieldRange)],
) -> Result<Vec<(Option<i64>, &'a FieldRange)>> {
    let one = |(field, range): &'a (FieldId, FieldRange)| {
        Ok((crate::fields::key(moment, FieldOwner::Customers, field)?, range))
    };
    fields.iter().map(one).collect()
}

impl Conditions<'_> {
    fn has_text(&self, row: &CustomerRow) -> bool {
        self.text.is_none_or(|text| text.matches(&customer_terms(contact(row))))
    }

    /// The keys of those who have the text; `None` if they are more than are sorted.
    fn with_text(&self, moment: &Connection, sorted: usize) -> Result<Option<Vec<i64>>> {
        let Some(text) = self.text else { return Ok(None) };
        let found = walk(moment, (Index::Names, Kinds::All), text, Direction::Ascending, None, sorted)?;
        Ok(found.end.is_none().then_some(found.rowids))
    }

    /// The keys of those who meet one of the conditions on fields; `None` if they are more than are sorted, of each.
    fn with_value(&self, moment: &Connection, sorted: usize) -> Result<Option<Vec<i64>>> {
        for (field, range) in &self.fields {
            let Some(field) = field else { return Ok(Some(Vec::new())) };
            let mut part = Part::of("SELECT customer FROM customer_fields WHERE ");
            part.bind("field = ?", [Value::from(*field)]).append(in_range("value", range));
            let limit = i64::try_from(sorted).unwrap_or(i64::MAX).saturating_add(1);
            part.bind(" LIMIT ?", [Value::from(limit)]);
            let keys: Vec<i64> = part.rows(moment, |row| row.get(0).map_err(fault))?;
            if keys.len() <= sorted {
                return Ok(Some(keys));
            }
        }
        Ok(None)
    }

    /// That a customer meets every condition on fields, looked for by the key of the customer.
    fn has_values(&self) -> Part {
        let mut part = Part::of("true");
        for (field, range) in &self.fields {
            let field = field.map_or(Value::Null, Value::from);
            part.push(" AND EXISTS (SELECT 1 FROM customer_fields f INDEXED BY customer_fields_by_customer ");
            part.bind("WHERE f.customer = customers.key AND f.field = ?", [field]);
            part.append(in_range("f.value", range)).push(")");
        }
        part
    }
}

fn found(
    moment: &Connection,
    conditions: &Conditions<'_>,
    after: Option<(&str, CustomerId)>,
    limit: u32,
    (sorted, looked_at): (usize, u32),
) -> Result<Slice<CustomerRow>> {
    let has_values = conditions.has_values();
    if let Some(keys) = conditions.with_text(moment, sorted)? {
        let rows = in_order(moment, Some(&keys), &has_values, after, one_more(limit))?;
        return Ok(slice(rows, limit, place_of));
    }
    if let Some(keys) = conditions.with_value(moment, sorted)? {
        let mut rows = in_order(moment, Some(&keys), &has_values, after, i64::MAX)?;
        rows.retain(|row| conditions.has_text(row));
        return Ok(slice(rows, limit, place_of));
    }
    let (mut rows, mut looked) = (Vec::new(), 0);
    let mut last = after.map(|(folded, id)| (folded.to_owned(), id));
    while looked < looked_at {
        let part = looked.max(FIRST).min(looked_at - looked);
        let after = last.as_ref().map(|(folded, id)| (folded.as_str(), *id));
        let some = walked(moment, &has_values, after, part.into())?;
        let is_end = some.len() < part as usize;
        last = some.last().map(|(row, _)| (fold_name(row.name.as_str()), row.id)).or(last);
        looked += part;
        let fits = some.into_iter().filter(|(row, has_values)| *has_values && conditions.has_text(row));
        rows.extend(fits.map(|(row, _)| row));
        if is_end || rows.len() > limit as usize {
            return Ok(slice(rows, limit, place_of));
        }
    }
    Ok(Slice { rows, next: last.map(|(folded, id)| After::Name(folded, id)) })
}

fn contact(row: &CustomerRow) -> Contact<'_> {
    let CustomerRow { id: _, name, external_reference, email, phone, fields } = row;
    let (email, phone, reference) = (email.as_ref(), phone.as_ref(), external_reference.as_ref());
    Contact { name, email, phone, reference, fields }
}

fn place_of(row: &CustomerRow) -> After {
    After::Name(fold_name(row.name.as_str()), row.id)
}

/// Customers in order, after a place, who meet a condition; only those with these keys, if keys are given.
fn in_order(
    connection: &Connection,
    keys: Option<&[i64]>,
    condition: &Part,
    after: Option<(&str, CustomerId)>,
    limit: i64,
) -> Result<Vec<CustomerRow>> {
    let mut part = Part::of("SELECT ");
    part.push(COLUMNS).push(" FROM customers WHERE ").append(condition.clone());
    if let Some(keys) = keys {
        part.bind(" AND key IN (SELECT value FROM json_each(?))", [key_list(keys.iter().copied())]);
    }
    // The `+` keeps SQLite from searching the whole order for the few keys that are given.
    let columns = if keys.is_some() { "+folded, +id" } else { "folded, id" };
    part.append(behind(columns, after)).push(&format!(" ORDER BY {columns}"));
    part.bind(" LIMIT ?", [Value::Integer(limit)]);
    part.rows(connection, customer)
}

/// All customers in order, after a place, and whether each meets a condition.
fn walked(
    connection: &Connection,
    condition: &Part,
    after: Option<(&str, CustomerId)>,
    limit: i64,
) -> Result<Vec<(CustomerRow, bool)>> {
    let mut part = Part::of("SELECT ");
    part.push(COLUMNS).push(", ").append(condition.clone()).push(" FROM customers WHERE true");
    part.append(behind("folded, id", after)).bind(" ORDER BY folded, id LIMIT ?", [Value::Integer(limit)]);
    part.rows(connection, |row| Ok((customer(row)?, row.get(6).map_err(fault)?)))
}

/// The columns of a row of a list.
const COLUMNS: &str = "id, name, reference, email, phone, found_by";

fn customer(row: &Row<'_>) -> Result<CustomerRow> {
    Ok(CustomerRow {
        id: id(row, 0)?,
        name: text(row, 1)?,
        external_reference: optional_text(row, 2)?,
        email: optional_text(row, 3)?,
        phone: optional_text(row, 4)?,
        fields: optional_json(row, 5)?.unwrap_or_default(),
    })
}

fn behind(columns: &str, after: Option<(&str, CustomerId)>) -> Part {
    let mut part = Part::default();
    if let Some((folded, id)) = after {
        let values = [Value::Text(folded.to_owned()), Value::Blob(id.0.as_bytes().to_vec())];
        part.bind(&format!(" AND ({columns}) > (?, ?)"), values);
    }
    part
}

/// The customer with an external reference.
pub(crate) fn by_reference(connection: &Connection, reference: &str) -> Result<Option<CustomerId>> {
    const SQL: &str = "SELECT s.kind, s.id FROM claims l CROSS JOIN streams s ON s.key = l.stream
        WHERE l.kind = ?1 AND l.value = ?2 AND l.number = 1";
    let mut statement = connection.prepare_cached(SQL).map_err(fault)?;
    let claim = Claim::new(ClaimKind::CustomerReference, reference);
    let found =
        statement.query_row(params![claim.kind.code(), claim.value], |row| Ok(stream(row, 0, 1))).optional();
    Ok(found.map_err(fault)?.transpose()?.and_then(StreamId::customer))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::counted::Steps;
    use crate::schema;

    /// A file with so many customers: every tenth is called Ada, one Zoe, the others Ben, and all have the second name
    /// Somebody.
    fn file(customers: i64) -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        schema::migrate(&connection, 0, schema::newest()).unwrap();
        for key in 1..=customers {
            let first = if key % 10 == 0 {
                "Ada"
            } else if key == 77 {
                "Zoe"
            } else {
                "Ben"
            };
            // So that the order of names is not that of keys.
            let name = format!("{first} Somebody {}", (key * 7_919) % customers);
            let (id, folded) = (uuid::Uuid::from_u128(key as u128), fold_name(&name));
            let row = params![key, id.as_bytes(), name, folded];
            let sql = "INSERT INTO customers (key, id, revision, hash, name, folded, body)
                VALUES (?1, ?2, 1, zeroblob(32), ?3, ?4, '{}')";
            connection.prepare_cached(sql).and_then(|mut put| put.execute(row)).unwrap();
            let terms = casekit_core::text::terms(&name);
            let sql = "INSERT INTO customer_search (rowid, terms) VALUES (?1, ?2)";
            connection
                .prepare_cached(sql)
                .and_then(|mut put| put.execute(params![key, terms.join(" ")]))
                .unwrap();
            for term in terms {
                let sql = "INSERT OR IGNORE INTO words VALUES (?1)";
                connection.prepare_cached(sql).and_then(|mut put| put.execute([term])).unwrap();
            }
        }
        connection
    }

    fn all(connection: &Connection, typed: &str, limits: (u32, usize, u32)) -> Vec<String> {
        let (limit, sorted, looked_at) = limits;
        let (query, mut names, mut after) = (Query::parse("text", typed).unwrap(), Vec::new(), None);
        for _ in 0..10_000 {
            let place = after.as_ref().map(|(folded, id): &(String, CustomerId)| (folded.as_str(), *id));
            let conditions = Conditions { text: Some(&query), fields: Vec::new() };
            let page = super::found(connection, &conditions, place, limit, (sorted, looked_at)).unwrap();
            assert!(page.rows.len() <= limit as usize);
            names.extend(page.rows.into_iter().map(|row| row.name.as_str().to_owned()));
            match page.next {
                Some(After::Name(folded, id)) => after = Some((folded, id)),
                None => return names,
                other => panic!("{other:?}"),
            }
        }
        panic!("the list has no end");
    }

    #[test]
    fn pages_of_every_cost_are_all_who_are_found_in_the_order_of_their_names() {
        let file = file(600);
        for (typed, found) in [("ada ", 60), ("zo", 1), ("somebody", 600), ("12 someb", 1), ("ben nobody", 0)]
        {
            let whole = all(&file, typed, (1_000, 1_000, 1_000));
            assert_eq!(whole.len(), found, "{typed}");
            assert!(whole.is_sorted_by_key(|name| fold_name(name)), "{typed}");
            // A few are fetched and sorted; if there are many, customers are read in order, some at a time.
            for limits in
                [(7, 1_000, 1_000), (7, 5, 1_000), (7, 5, 30), (50, 5, 1), (1, 5, 300), (7, 60, 100)]
            {
                assert_eq!(all(&file, typed, limits), whole, "{typed} {limits:?}");
            }
        }
    }

    #[test]
    fn a_page_takes_as_many_steps_however_many_customers_there_are() {
        let (mut small, mut big) = (file(2_000), file(50_000));
        let (few, many) = (Steps::count(&mut small), Steps::count(&mut big));
        for typed in ["ada ", "zo", "zoe ", "some", "somebo", "ada 77", "nobody"] {
            let query = CustomerQuery {
                text: Some(Query::parse("text", typed).unwrap()),
                fields: Vec::new(),
                after: None,
                limit: 50,
            };
            let (few, many) = (few.of(|| page(&small, &query)), many.of(|| page(&big, &query)));
            println!("{typed}: {few} became {many}");
            // In the large file customers are read in order, up to a page; in the small one they are fetched and
            // sorted.
            assert!(many <= few * 5 + 20 * i64::from(LOOKED_AT), "{typed}: {few} became {many}");
        }
    }
}
