//! Customers and their profiles: create, change and read.

use super::field_filter::{FieldCondition, customer_ranges};
use super::look::Look;
use super::own_field_view::{FieldDefinitionView, definitions};
use super::page::filled;
use super::view_of::customer_view;
use super::{Changed, CreatedCustomer, CustomerSummary, CustomerView, Desk, Page, PageRequest, admission};
use crate::command::{CustomerEdit, NewCustomer};
use crate::commit::{Claim, ClaimKind};
use crate::decide::{CreateCustomer, UpdateCustomer};
use crate::error::Error;
use crate::model::{Catalog, Customer, CustomerId, Reference, ShortText};
use crate::rejection::Rejection;
use crate::search;
use crate::store::{After, CustomerQuery, CustomerRow, LoadPlan, Slice};
use crate::text::fold_name;

impl Desk {
    /// Enters a customer.
    ///
    /// Only the fields that are given are stored. Each next of kin and each bank account gets an id of its own. Needs
    /// [`EditCustomers`](crate::model::Permission::EditCustomers).
    ///
    /// # Arguments
    ///
    /// - `new`: the name, the other fields of the profile, and values of the organisation's own fields, which
    ///   [`customer_fields`](Self::customer_fields) lists.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if a field is not valid, or the external reference or a unique value is already in use; the error lists
    ///   every such field, the organisation's own as `fields.` and the id.
    ///
    /// # Cost
    ///
    /// Looks for the external reference, and what values name or must be the only ones to have, by an index, and writes one
    /// transaction of one event: the same at a thousand
    /// customers and at a million.
    ///
    /// A customer has up to 100 next of kin and 100 bank accounts: `Invalid` with `too_many` beyond. A name has 1 to
    /// 200 characters, an address up to 100,000, other fields up to 1,000: `Invalid` with `too_long` beyond.
    pub fn create_customer(&self, new: NewCustomer) -> Result<CreatedCustomer, Error> {
        Ok(self.engine.run(&self.call, &CreateCustomer(new))?.created_customer()?)
    }

    /// Changes the profile of a customer.
    ///
    /// The event records which fields changed. Next of kin and bank accounts are changed one by one: with
    /// [`edit_next_of_kin`](Self::edit_next_of_kin), [`edit_bank_account`](Self::edit_bank_account) and what adds and
    /// removes them. Needs [`EditCustomers`](crate::model::Permission::EditCustomers).
    ///
    /// # Arguments
    ///
    /// - `edit`: the changes; a field that is not given stays as it is. Values of the organisation's own fields are checked by
    ///   the newest version of these fields.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if a field is not valid; the error lists every such field, the organisation's own as `fields.` and the id.
    /// - `Conflict`: if the edit names a revision that is no longer the current one.
    ///
    /// # Cost
    ///
    /// Reads the customer by an index and writes one transaction of one event, or two if both the profile and own fields
    /// change. A new name costs more: every case of
    /// the customer is indexed again in the same transaction, while others wait to write; it grows with the number of
    /// those cases and with their texts.
    ///
    /// A name has 1 to 200 characters, an address up to 100,000, other fields up to 1,000: `Invalid` with `too_long`
    /// beyond.
    pub fn update_customer(&self, customer: CustomerId, edit: CustomerEdit) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &UpdateCustomer { customer, edit })?.changed())
    }

    /// Returns a customer with the whole profile.
    ///
    /// Account numbers are in clear only if the actor may read sensitive values. Needs
    /// [`ReadCustomers`](crate::model::Permission::ReadCustomers).
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such customer.
    ///
    /// # Cost
    ///
    /// Reads the customer by an index: the same at a thousand customers and at a million.
    pub fn customer(&self, id: CustomerId) -> Result<CustomerView, Error> {
        let look = self.enter(&admission::CUSTOMERS, "read_customer")?;
        let mut loaded = self.engine.store.load(&LoadPlan::customer(id))?;
        let found = loaded.customers.pop().filter(|customer| look.sees_customer(customer.id));
        let customer = found.ok_or_else(|| self.not_found("customer", id))?;
        self.view_of_customer(&look, customer, &loaded.catalog)
    }

    /// The organisation's own fields of customers, in their newest version: what a form asks for.
    ///
    /// The settings define them. Needs [`ReadCustomers`](crate::model::Permission::ReadCustomers).
    ///
    /// # Cost
    ///
    /// Reads no customers: the settings are in memory.
    pub fn customer_fields(&self) -> Result<Vec<FieldDefinitionView>, Error> {
        let look = self.enter(&admission::CUSTOMERS, "read_customer")?;
        let catalog = look.catalog()?;
        let fields = catalog.settings.as_ref().map_or(&[][..], |settings| settings.fields_of_customers());
        Ok(definitions(fields, look.looking(&catalog)))
    }

    /// Finds the customer with an external reference.
    ///
    /// Needs [`ReadCustomers`](crate::model::Permission::ReadCustomers).
    ///
    /// # Arguments
    ///
    /// - `external_reference`: the reference as it was given; only outer white space does not matter.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if no customer has that reference.
    ///
    /// # Cost
    ///
    /// Reads the customer by an index: the same at a thousand customers and at a million.
    pub fn find_customer(&self, external_reference: &str) -> Result<CustomerView, Error> {
        let look = self.enter(&admission::CUSTOMERS, "read_customer")?;
        let claims = vec![Claim::new(ClaimKind::CustomerReference, external_reference)];
        let plan = LoadPlan { claims, claimed_customers: true, ..LoadPlan::default() };
        let mut loaded = self.engine.store.load(&plan)?;
        let found = loaded.customers.pop().filter(|customer| look.sees_customer(customer.id));
        let customer = found.ok_or_else(|| Rejection::not_found("customer", ""))?;
        self.view_of_customer(&look, customer, &loaded.catalog)
    }

    fn view_of_customer(
        &self,
        look: &Look<'_>,
        customer: Customer,
        catalog: &Catalog,
    ) -> Result<CustomerView, Error> {
        let mut view = customer_view(customer, look.looking(catalog));
        look.name(view.fields.as_mut_slice())?;
        self.name_fields(look, &mut view.fields)?;
        Ok(view)
    }

    /// Lists customers, in the order of their names.
    ///
    /// A text finds them by name, e-mail address, reference or telephone number. Of a number the digits are compared, with
    /// or without the prefix of its country: `+49 151 23456`, `0049 151 23456` and `0151/23456` find the same people. Values of
    /// the organisation's own fields that are not sensitive find them too. Needs
    /// [`ReadCustomers`](crate::model::Permission::ReadCustomers).
    ///
    /// # Arguments
    ///
    /// - `text`: a name, an e-mail address, a telephone number or a reference, as far as it was typed; `None` for every
    ///   customer.
    ///
    /// # Cost
    ///
    /// Without a text, reads one page by an index, at any depth. With one, reads up to 50,000 entries of the index of
    /// words and, if it finds more than 1,000 customers, tests up to 4,000 in order; it does so eight times at most,
    /// and the page then ends short, with a `next`.
    ///
    /// A page has 1 to 500 rows, 50 unless given: `Invalid` with `out_of_range` beyond.
    pub fn customers(&self, text: Option<&str>, page: PageRequest) -> Result<Page<CustomerSummary>, Error> {
        self.customers_by_fields(&[], text, page)
    }

    /// Lists customers by values of the organisation's own fields, in the order of their names.
    ///
    /// Needs [`ReadCustomers`](crate::model::Permission::ReadCustomers).
    ///
    /// # Arguments
    ///
    /// - `fields`: conditions on indexed fields of customers, all of which they meet, up to 100.
    /// - `text`: a text that finds them too, as [`customers`](Self::customers) takes it; `None` for everybody who meets the
    ///   conditions.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if there is no such indexed field, or a value is not one of it; the error lists every such condition.
    ///
    /// # Cost
    ///
    /// Where at most 1,000 customers meet one of the conditions, these are fetched by an index and sorted. Otherwise customers
    /// are read in order and each is tested, up to 4,000; it does so eight times at most, and the page then ends short,
    /// with a `next`. With a text, this is what [`customers`](Self::customers) reads besides.
    ///
    /// A page has 1 to 500 rows, 50 unless given: `Invalid` with `out_of_range` beyond.
    pub fn customers_by_fields(
        &self,
        fields: &[FieldCondition],
        text: Option<&str>,
        page: PageRequest,
    ) -> Result<Page<CustomerSummary>, Error> {
        let look = self.enter(&admission::CUSTOMERS, "list_customers")?;
        let after = page.place("customers")?;
        let fields = match fields {
            [] => Vec::new(),
            fields => customer_ranges(fields, look.is_for_customer(), &*look.catalog()?)?,
        };
        let given = text.filter(|text| !text.trim().is_empty());
        let limit = page.limit()?;
        let text = given.map(|typed| search::Query::of_customer("text", typed)).transpose()?;
        let text = text.map(|text| look.caller.looks_for(text));
        let mut query = CustomerQuery { text, fields, after: None, limit };
        if query.text.as_ref().is_some_and(search::Query::is_empty) {
            return Ok(Page::empty());
        }
        let slice = match look.caller.scope.customer {
            Some(one) => self.only_customer(one, &query, after.as_ref())?,
            None => filled(after, limit, |after, limit| {
                (query.after, query.limit) = (after, limit);
                self.engine.store.customers(&query)
            })?,
        };
        let summary = |row: CustomerRow| CustomerSummary {
            id: row.id,
            name: row.name.into(),
            external_reference: row.external_reference.map(Reference::into),
            email: row.email.map(ShortText::into),
            phone: row.phone.map(ShortText::into),
        };
        Ok(Page::new("customers", limit, slice.rows.into_iter().map(summary).collect(), slice.next))
    }

    /// The list of customers in which there is one at most.
    fn only_customer(
        &self,
        id: CustomerId,
        query: &CustomerQuery,
        after: Option<&After>,
    ) -> Result<Slice<CustomerRow>, Error> {
        let found = self.engine.store.load(&LoadPlan::customer(id))?.customers.pop();
        let fits = |customer: &Customer| {
            let place = (fold_name(customer.profile.name.as_str()), id);
            let is_behind = match after {
                Some(After::Name(name, id)) => place > (name.clone(), *id),
                Some(
                    After::Number(_)
                    | After::Instant(..)
                    | After::Field(..)
                    | After::Path(_)
                    | After::Entry(_),
                ) => false,
                None => true,
            };
            let terms = search::customer_terms(search::Contact::of(customer));
            is_behind
                && query.text.as_ref().is_none_or(|text| text.matches(&terms))
                && query.fields.iter().all(|(field, range)| range.has_one_of(customer.fields.get(field)))
        };
        let rows = found.iter().filter(|customer| fits(customer)).map(CustomerRow::of).collect();
        Ok(Slice { rows, next: None })
    }
}
