//! Ways in which cases of a type can end, as they are created and edited with the type.

use serde::{Deserialize, Serialize};

use crate::model::ResolvedBy;

/// A way in which cases of a type can end.
///
/// ```
/// use casekit_core::command::NewResolution;
/// use casekit_core::model::ResolvedBy;
///
/// let withdrawn = NewResolution::new("withdrawn", "Withdrawn by the guest").by(ResolvedBy::Person);
/// let refused = NewResolution::new("refused", "Refused").by(ResolvedBy::Staff).needing_reason();
/// assert_eq!((withdrawn.needs_reason, refused.needs_reason), (false, true));
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NewResolution {
    /// The code: 1 to 200 lower-case letters, digits and `_`, different from the codes of the others. It is never reused for
    /// another meaning.
    pub code: String,
    /// The label that staff see: 1 to 1,000 characters.
    pub label: String,
    /// The label that the customer sees, up to 1,000 characters; `None` to show the one for staff.
    pub customer_label: Option<String>,
    /// Whose decision it is; `None` for anybody's.
    pub by: Option<ResolvedBy>,
    /// Whether a case ends so only with a reason.
    pub needs_reason: bool,
}

impl NewResolution {
    /// A resolution that anybody can choose and that needs no reason.
    #[must_use]
    pub fn new(code: impl Into<String>, label: impl Into<String>) -> Self {
        let (code, label) = (code.into(), label.into());
        Self { code, label, customer_label: None, by: None, needs_reason: false }
    }

    /// The same resolution, with another label for the customer.
    #[must_use]
    pub fn shown_as(mut self, customer_label: impl Into<String>) -> Self {
        self.customer_label = Some(customer_label.into());
        self
    }

    /// The same resolution, as a decision of the person or of staff.
    #[must_use]
    pub fn by(mut self, by: ResolvedBy) -> Self {
        self.by = Some(by);
        self
    }

    /// The same resolution, which needs a reason.
    #[must_use]
    pub fn needing_reason(mut self) -> Self {
        self.needs_reason = true;
        self
    }
}
