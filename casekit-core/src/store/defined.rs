//! An answer with what its words come from.

use std::sync::Arc;

use crate::model::Catalog;

/// An answer, and the definitions of the same moment, by whose names and labels it is shown: a case that it has stands in a
/// stage of a type that they know.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Defined<T> {
    /// The answer.
    pub answer: T,
    /// Settings, case types and workflows.
    pub catalog: Arc<Catalog>,
}
