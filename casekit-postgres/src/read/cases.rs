//! Lists of cases.

use casekit_core::model::{Catalog, FieldKey};
use casekit_core::store::{After, CaseFilter, CaseQuery, CaseRow, Direction, FieldOrder, Slice, Sort};
use tokio_postgres::Row;

use super::part::Part;
use super::{Moment, case_row, filter, one_more, slice};
use crate::connection::Connection;
use crate::error::Result;
use crate::field_key;
use crate::value::{flag, integer, micros, plain};

/// A page of cases under a filter, in order, after a place.
pub(crate) fn page(
    connection: &Connection,
    moment: Moment,
    catalog: &Catalog,
    query: &CaseQuery,
) -> Result<Slice<CaseRow>> {
    let order = Order::of(query);
    let Some(behind) = order.behind(query.after.as_ref()) else {
        // Nothing comes after a place of another list.
        return Ok(Slice { rows: Vec::new(), next: None });
    };
    if filter::text_of(&query.filter).is_some() {
        moment.is_searchable()?;
    }
    let is_pending = query.filter.work.as_ref().map_or_else(|| Part::of("false"), filter::is_pending);
    let mut part = Part::of("SELECT ");
    part.push(case_row::COLUMNS).push(", ").append(is_pending).push(", ").push(order.key());
    if order.is_read_by_place(&query.filter) {
        part.append(by_place(query, &order, &behind));
    } else {
        part.push(" FROM ").push(case_row::FROM).push(filter::source(&query.filter));
        part.push(order.source()).push(" WHERE true");
        part.append(order.within()).append(filter::conditions(&query.filter, catalog)).append(behind);
    }
    part.push(&order.sorted()).bind(" LIMIT ?", one_more(query.limit));
    let rows = part.rows(connection, |row| {
        let pending = flag(row, case_row::WIDTH)?;
        Ok((CaseRow { pending, ..case_row::read(row)? }, order.field_of(row)?))
    })?;
    let page = slice(rows, query.limit, |(row, field)| order.place_of(row, field.as_ref()));
    Ok(Slice { rows: page.rows.into_iter().map(|(row, _)| row).collect(), next: page.next })
}

/// The cases of some places, in the order of the list.
fn by_place(query: &CaseQuery, order: &Order<'_>, behind: &Part) -> Part {
    let mut part = Part::of(" FROM ");
    part.push(case_row::FROM).push(" WHERE c.number IN (");
    match order {
        Order::By(Sort::Number, _) => part.append(near_or_far(query, order, behind)),
        Order::By(..) | Order::Field(..) => part.append(first_of_each(query, order, behind)),
    };
    part.push(")");
    part
}

/// Of each place the first in the order of the list are read by an index, and the first among these are the page, whatever
/// else there is.
fn first_of_each(query: &CaseQuery, order: &Order<'_>, behind: &Part) -> Part {
    let mut part = Part::of("SELECT w.number FROM org.places p CROSS JOIN LATERAL (SELECT c.number, ");
    part.push(order.key()).push(" AS key FROM org.cases c WHERE c.place = p.key");
    part.append(order.within()).append(behind.clone()).push(&order.sorted());
    part.bind(" LIMIT ?", one_more(query.limit)).push(") w WHERE true");
    part.append(filter::of_place(&query.filter));
    part.push(&format!(" ORDER BY w.key {0}, w.number {0}", order.direction()));
    part.bind(" LIMIT ?", one_more(query.limit));
    part
}

/// By number, the next cases of all are looked at first: a common stage fills the page from among a few, while there may be
/// hundreds of places to read from. If it does not, the second half is carried out, which costs the same however rare the
/// stage is. The condition on a count is of no row, so the half that it excludes is not begun.
fn near_or_far(query: &CaseQuery, order: &Order<'_>, behind: &Part) -> Part {
    /// How many cases are looked at for each row of the page.
    const FOR_EACH: i64 = 10;
    let page = one_more(query.limit);
    let mut part = Part::of("WITH near AS MATERIALIZED (SELECT n.number FROM (SELECT c.number, c.place");
    part.push(" FROM org.cases c WHERE true").append(behind.clone()).push(&order.sorted());
    part.bind(" LIMIT ?", page * FOR_EACH).push(") n JOIN org.places p ON p.key = n.place WHERE true");
    part.append(filter::of_place(&query.filter));
    part.push(&format!(" ORDER BY n.number {}", order.direction())).bind(" LIMIT ?", page);
    part.bind(") SELECT number FROM near WHERE (SELECT count(*) FROM near) = ?", page);
    part.push(" UNION ALL SELECT number FROM (").append(first_of_each(query, order, behind));
    part.bind(") far WHERE (SELECT count(*) FROM near) < ?", page);
    part
}

/// The order of a list. Among equals the number decides.
enum Order<'a> {
    By(Sort, Direction),
    Field(&'a FieldOrder, Direction),
}

impl<'a> Order<'a> {
    fn of(query: &'a CaseQuery) -> Self {
        match &query.by_field {
            Some(field) => Self::Field(field, query.direction),
            None => Self::By(query.sort, query.direction),
        }
    }

    fn direction(&self) -> &'static str {
        match self {
            Self::By(_, Direction::Ascending) | Self::Field(_, Direction::Ascending) => "ASC",
            Self::By(_, Direction::Descending) | Self::Field(_, Direction::Descending) => "DESC",
        }
    }

    /// What is sorted by.
    fn key(&self) -> &'static str {
        match self {
            Self::By(Sort::Number, _) => "c.number",
            Self::By(Sort::Raised, _) => "c.raised_at",
            Self::By(Sort::Updated, _) => "c.updated_at",
            Self::By(Sort::Due, _) => "c.due_at",
            Self::By(Sort::StageSince, _) => "c.stage_since",
            Self::Field(..) => "o.value",
        }
    }

    fn sorted(&self) -> String {
        let (key, direction) = (self.key(), self.direction());
        match self {
            Self::By(Sort::Number, _) => format!(" ORDER BY c.number {direction}"),
            Self::By(..) | Self::Field(..) => format!(" ORDER BY {key} {direction}, c.number {direction}"),
        }
    }

    /// What is joined to cases so that they can be sorted.
    fn source(&self) -> &'static str {
        match self {
            Self::By(..) => "",
            Self::Field(..) => " JOIN org.case_fields o ON o.number = c.number",
        }
    }

    /// Which cases the list has at all.
    fn within(&self) -> Part {
        match self {
            Self::By(Sort::Due, _) => Part::of(" AND c.due_at IS NOT NULL"),
            Self::By(Sort::StageSince, _) => Part::of(" AND c.resolved_at IS NULL AND c.closed_at IS NULL"),
            Self::By(Sort::Number | Sort::Raised | Sort::Updated, _) => Part::default(),
            Self::Field(field, _) => {
                let mut part = Part::default();
                part.bind(" AND o.case_type = ?", field.case_type.0)
                    .bind(" AND o.field = ?", field.field.as_str());
                part
            }
        }
    }

    /// The condition that a case comes after a place; `None` for a place of another list.
    fn behind(&self, after: Option<&After>) -> Option<Part> {
        let (beyond, mut part) = (if self.direction() == "ASC" { ">" } else { "<" }, Part::default());
        let number = match (self, after) {
            (_, None) => return Some(part),
            (Self::By(Sort::Number, _), Some(After::Number(number))) => {
                part.bind(&format!(" AND c.number {beyond} ?"), *number);
                return Some(part);
            }
            (
                Self::By(Sort::Raised | Sort::Updated | Sort::Due | Sort::StageSince, _),
                Some(After::Instant(at, number)),
            ) => {
                part.bind(&format!(" AND ({}, c.number) {beyond} (?, ", self.key()), micros(*at));
                number
            }
            (Self::Field(..), Some(After::Field(key, number))) => {
                part.bind(&format!(" AND (o.value, o.number) {beyond} (?, "), field_key::stored(key));
                number
            }
            (Self::By(..) | Self::Field(..), Some(_)) => return None,
        };
        part.bind("?)", integer(*number));
        Some(part)
    }

    /// Whether the list has the cases of some places and nothing else is demanded of them, so that an index has them in order.
    fn is_read_by_place(&self, filter: &CaseFilter) -> bool {
        let CaseFilter { types, stages, categories, teams, priorities, resolutions, .. } = filter.clone();
        let of_place =
            CaseFilter { types, stages, categories, teams, priorities, resolutions, ..CaseFilter::default() };
        let is_of_place = *filter == of_place;
        match self {
            // Without any condition the primary key has them.
            Self::By(Sort::Number, _) => is_of_place && *filter != CaseFilter::default(),
            Self::By(Sort::Raised | Sort::Updated | Sort::StageSince, _) => is_of_place,
            Self::By(Sort::Due, _) | Self::Field(..) => false,
        }
    }

    /// The key of the field that a row is sorted by.
    fn field_of(&self, row: &Row) -> Result<Option<FieldKey>> {
        match self {
            Self::By(..) => Ok(None),
            Self::Field(..) => field_key::read(plain(row, case_row::WIDTH + 1)?).map(Some),
        }
    }

    fn place_of(&self, row: &CaseRow, field: Option<&FieldKey>) -> After {
        let number = row.number.value;
        let instant = match (self, field) {
            (Self::Field(..), Some(key)) => return After::Field(key.clone(), number),
            (Self::By(Sort::Number, _) | Self::Field(..), _) => return After::Number(number),
            (Self::By(Sort::Raised, _), _) => row.raised_at,
            (Self::By(Sort::Updated, _), _) => row.updated_at,
            // A list in this order has only cases with one.
            (Self::By(Sort::Due, _), _) => row.due_at.unwrap_or_default(),
            (Self::By(Sort::StageSince, _), _) => row.stage_since,
        };
        After::Instant(instant, number)
    }
}
