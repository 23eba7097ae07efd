//! An answer together with the definitions that name its types, stages and steps.

use std::sync::Arc;

use crate::model::Catalog;

/// An answer, and the definitions as of the same moment, whose names and labels are used to show it. They contain the
/// type and stage of every case in the answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Defined<T> {
    /// What was asked for.
    pub answer: T,
    /// Settings, case types and workflows.
    pub catalog: Arc<Catalog>,
}
