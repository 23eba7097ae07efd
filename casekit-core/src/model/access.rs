//! What an actor may see of what belongs to a thing.

/// What an actor may see beside the thing itself.
#[derive(Clone, Copy)]
pub(crate) struct Access {
    /// Names and profiles of customers.
    pub(crate) customers: bool,
    /// Sensitive values in clear.
    pub(crate) sensitive: bool,
}
