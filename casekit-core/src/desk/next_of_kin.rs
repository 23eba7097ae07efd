//! The people to call in an emergency: add, change and remove.

use super::{AddedNextOfKin, Changed, Desk};
use crate::command::{NewNextOfKin, NextOfKinEdit};
use crate::decide::{AddNextOfKin, EditNextOfKin, RemoveNextOfKin};
use crate::error::Error;
use crate::model::{CustomerId, NextOfKinId};

impl Desk {
    /// Adds a next of kin to a customer, behind those that are there.
    ///
    /// Needs [`EditCustomers`](crate::model::Permission::EditCustomers).
    ///
    /// # Arguments
    ///
    /// - `new`: the person to call in an emergency.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such customer.
    /// - `Invalid`: if a field is not valid; the error lists every such field.
    ///
    /// # Cost
    ///
    /// Reads the customer by an index, with the whole profile, and writes one transaction of one event: the same at a
    /// thousand customers and at a million.
    ///
    /// A customer has up to 100 next of kin: `Invalid` with `too_many` beyond. A name has 1 to 200 characters, an address
    /// up to 100,000, other fields up to 1,000: `Invalid` with `too_long` beyond.
    pub fn add_next_of_kin(&self, customer: CustomerId, new: NewNextOfKin) -> Result<AddedNextOfKin, Error> {
        Ok(self.engine.run(&self.call, &AddNextOfKin { customer, new })?.added_next_of_kin()?)
    }

    /// Changes a next of kin of a customer.
    ///
    /// The event records what was known and what is known now. Needs
    /// [`EditCustomers`](crate::model::Permission::EditCustomers).
    ///
    /// # Arguments
    ///
    /// - `person`: the id of the entry, as [`customer`](Self::customer) shows it.
    /// - `edit`: the changes; a field that is not given stays as it is.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such customer, or they have no such next of kin.
    /// - `Invalid`: if a field is not valid; the error lists every such field.
    /// - `Conflict`: if the edit names a revision of the customer that is no longer the current one.
    ///
    /// # Cost
    ///
    /// Reads the customer by an index, with the whole profile, and writes one transaction of one event: the same at a
    /// thousand customers and at a million.
    ///
    /// A name has 1 to 200 characters, an address up to 100,000, other fields up to 1,000: `Invalid` with `too_long` beyond.
    pub fn edit_next_of_kin(
        &self,
        customer: CustomerId,
        person: NextOfKinId,
        edit: NextOfKinEdit,
    ) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &EditNextOfKin { customer, person, edit })?.changed())
    }

    /// Removes a next of kin of a customer. What was known stays in the history.
    ///
    /// Needs [`EditCustomers`](crate::model::Permission::EditCustomers).
    ///
    /// # Arguments
    ///
    /// - `person`: the id of the entry, as [`customer`](Self::customer) shows it.
    /// - `seen`: the revision of the customer that the caller saw; `None` skips the check.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such customer, or they have no such next of kin.
    /// - `Conflict`: if the customer has another revision by now than was seen.
    ///
    /// # Cost
    ///
    /// Reads the customer by an index, with the whole profile, and writes one transaction of one event: the same at a
    /// thousand customers and at a million.
    pub fn remove_next_of_kin(
        &self,
        customer: CustomerId,
        person: NextOfKinId,
        seen: Option<u64>,
    ) -> Result<Changed, Error> {
        Ok(self.engine.run(&self.call, &RemoveNextOfKin { customer, person, seen })?.changed())
    }
}
