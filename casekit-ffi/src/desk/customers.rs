//! Customers and their profiles.

use casekit::{Changed, CreatedCustomer, CustomerEdit, CustomerId, CustomerView, NewCustomer, PageRequest};

use super::Desk;
use crate::error::CasekitError;
use crate::types::CustomerPage;

#[uniffi::export]
impl Desk {
    /// Enters a customer; only what is given is stored. Needs `edit_customers`.
    pub fn create_customer(&self, new: NewCustomer) -> Result<CreatedCustomer, CasekitError> {
        self.guard(|| self.desk.create_customer(new))
    }

    /// Updates a customer's profile; the event says which fields changed.
    /// Needs `edit_customers`.
    pub fn update_customer(&self, customer: CustomerId, edit: CustomerEdit) -> Result<Changed, CasekitError> {
        self.guard(|| self.desk.update_customer(customer, edit))
    }

    /// One customer, whole. Account numbers are in clear only for who may read sensitive values.
    /// Needs `read_customers`.
    pub fn customer(&self, id: CustomerId) -> Result<CustomerView, CasekitError> {
        self.guard(|| self.desk.customer(id))
    }

    /// The customer with an external reference, compared as names are.
    pub fn find_customer(&self, external_reference: String) -> Result<CustomerView, CasekitError> {
        self.guard(|| self.desk.find_customer(&external_reference))
    }

    /// Customers by name; with a text, those in whose name it is found.
    /// Needs `read_customers`.
    #[uniffi::method(default(text = None, page = None))]
    pub fn customers(
        &self,
        text: Option<String>,
        page: Option<PageRequest>,
    ) -> Result<CustomerPage, CasekitError> {
        self.guard(|| self.desk.customers(text.as_deref(), super::page(page)).map(Into::into))
    }
}
