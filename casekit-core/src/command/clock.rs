//! Commands about the deadlines of a case.

use serde::{Deserialize, Serialize};

use crate::model::Timestamp;

/// A pause of the deadlines of a case.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NewPause {
    /// The code of the reason, which one of the case's deadlines must know: `clarification`, for example.
    pub reason: String,
    /// Since when: now or in the past, but not before the case was received; `None` for now.
    pub since: Option<Timestamp>,
    /// A remark, up to 1,000 characters; blank counts as none.
    pub remark: Option<String>,
}

impl NewPause {
    /// A pause from now on.
    #[must_use]
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), ..Self::default() }
    }

    /// The same pause, since an instant of the past.
    #[must_use]
    pub fn since(mut self, at: Timestamp) -> Self {
        self.since = Some(at);
        self
    }

    /// The same pause, with a remark.
    #[must_use]
    pub fn remark(mut self, remark: impl Into<String>) -> Self {
        self.remark = Some(remark.into());
        self
    }
}

/// The end of pauses of a case's deadlines.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NewResumption {
    /// The code of the reason whose pause ends; `None` for every pause that lasts.
    pub reason: Option<String>,
    /// When it ended: now or in the past, but not before it began; `None` for now.
    pub at: Option<Timestamp>,
    /// A remark, up to 1,000 characters; blank counts as none.
    pub remark: Option<String>,
}

impl NewResumption {
    /// The end of every pause, now.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same, of the pause with this reason alone.
    #[must_use]
    pub fn of(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// The same, at an instant of the past.
    #[must_use]
    pub fn at(mut self, at: Timestamp) -> Self {
        self.at = Some(at);
        self
    }

    /// The same, with a remark.
    #[must_use]
    pub fn remark(mut self, remark: impl Into<String>) -> Self {
        self.remark = Some(remark.into());
        self
    }
}

/// An extension of a deadline.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NewExtension {
    /// Why it takes longer, 1 to 1,000 characters.
    pub reason: String,
    /// The code of the deadline; `None` if the case has one alone that can be extended.
    pub deadline: Option<String>,
    /// When the person was told: now or in the past, within the first period; `None` for now.
    pub told_at: Option<Timestamp>,
}

impl NewExtension {
    /// An extension of which the person is told now.
    #[must_use]
    pub fn because(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), ..Self::default() }
    }

    /// The same, of this deadline.
    #[must_use]
    pub fn of(mut self, deadline: impl Into<String>) -> Self {
        self.deadline = Some(deadline.into());
        self
    }

    /// The same, of which the person was told at an instant of the past.
    #[must_use]
    pub fn told_at(mut self, at: Timestamp) -> Self {
        self.told_at = Some(at);
        self
    }
}
