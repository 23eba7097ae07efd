//! What an actor may see in addition to a thing itself.

/// What an actor may see in addition to the thing that was asked for.
#[derive(Clone, Copy)]
pub(crate) struct Access {
    /// Whether the names and profiles of customers are shown.
    pub(crate) customers: bool,
    /// Whether sensitive values are shown in clear.
    pub(crate) sensitive: bool,
}
