//! Sendings: how far each has come, and when the library continues it by itself.

use serde::{Deserialize, Serialize};

use super::{ActorId, Reference, ShortText, Timestamp, WebformTarget};

/// One sending of a package. Every attempt uses the same key, so that a receiver who compares keys acts on the package
/// only once.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Sending {
    /// The key: 32 hexadecimal digits for the first sending of a package; later ones add `-2`, `-3` and so on.
    pub key: String,
    /// The number of this sending of the package, from 1.
    pub number: u32,
    /// The id of the actor who asked for it.
    pub by: ActorId,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// Why it is sent again; `None` for the first sending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<ShortText>,
    /// Where it is sent, as the settings were when it was asked for; `None` if they had no webform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<WebformTarget>,
    /// How far the sending has come.
    pub state: DeliveryState,
}

/// How far a sending has come. Each state is durable before the next one begins.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// The package has to be built before it can be sent.
    Building,
    /// Building failed, and somebody has to act.
    NotBuilt {
        /// How many attempts to build it were made.
        attempt: u32,
    },
    /// The bytes of the package are kept, and every attempt sends exactly these.
    Built,
    /// An attempt to send it is running.
    Sending {
        /// The number of the attempt, from 1.
        attempt: u32,
        /// Until when nobody else begins another attempt.
        lease_until: Timestamp,
    },
    /// Sending failed, and somebody has to act.
    NotSent {
        /// How many attempts to send it were made.
        attempt: u32,
    },
    /// The package has arrived at the receiver.
    Arrived {
        /// The number of the attempt that arrived, from 1.
        attempt: u32,
        /// When it arrived.
        at: Timestamp,
        /// What the receiver answered as proof; `None` if it gave none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        receipt: Option<Reference>,
    },
    /// It was given up, or its package was destroyed. Nothing more is sent.
    Stopped {
        /// How many attempts to send it were made.
        attempt: u32,
    },
}

impl DeliveryState {
    /// The stable word for it in hosts, such as `not_built`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Building => "building",
            Self::NotBuilt { .. } => "not_built",
            Self::Built => "built",
            Self::Sending { .. } => "sending",
            Self::NotSent { .. } => "not_sent",
            Self::Arrived { .. } => "arrived",
            Self::Stopped { .. } => "stopped",
        }
    }
}

impl Sending {
    /// The first sending of a package, which has to be built first.
    #[must_use]
    pub fn first(key: String, by: ActorId, requested_at: Timestamp, target: Option<WebformTarget>) -> Self {
        Self { key, number: 1, by, requested_at, reason: None, target, state: DeliveryState::Building }
    }

    /// The key of a later sending, from the key of the first.
    #[must_use]
    pub fn later_key(first: &str, number: u32) -> String {
        format!("{first}-{number}")
    }

    /// From when the library continues it by itself; `None` if it is over or somebody has to act first.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        match self.state {
            DeliveryState::Building | DeliveryState::Built => Some(self.requested_at),
            DeliveryState::Sending { lease_until, .. } => Some(lease_until),
            DeliveryState::NotBuilt { .. }
            | DeliveryState::NotSent { .. }
            | DeliveryState::Arrived { .. }
            | DeliveryState::Stopped { .. } => None,
        }
    }

    /// Whether it failed and somebody has to act.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        match self.state {
            DeliveryState::NotBuilt { .. } | DeliveryState::NotSent { .. } => true,
            DeliveryState::Building
            | DeliveryState::Built
            | DeliveryState::Sending { .. }
            | DeliveryState::Arrived { .. }
            | DeliveryState::Stopped { .. } => false,
        }
    }

    /// Whether it has arrived or was stopped, so that nothing more happens to it.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.due().is_none() && !self.has_failed()
    }

    /// When it arrived; `None` if it has not.
    #[must_use]
    pub fn arrived_at(&self) -> Option<Timestamp> {
        self.arrival().map(|(at, _)| at)
    }

    /// What the receiver answered as proof; `None` if it has not arrived, or no proof was given.
    #[must_use]
    pub fn receipt(&self) -> Option<&Reference> {
        self.arrival().and_then(|(_, receipt)| receipt)
    }

    fn arrival(&self) -> Option<(Timestamp, Option<&Reference>)> {
        match &self.state {
            DeliveryState::Arrived { at, receipt, .. } => Some((*at, receipt.as_ref())),
            DeliveryState::Building
            | DeliveryState::NotBuilt { .. }
            | DeliveryState::Built
            | DeliveryState::Sending { .. }
            | DeliveryState::NotSent { .. }
            | DeliveryState::Stopped { .. } => None,
        }
    }

    /// How many attempts to send it have begun.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        match self.state {
            DeliveryState::Building | DeliveryState::NotBuilt { .. } | DeliveryState::Built => 0,
            DeliveryState::Sending { attempt, .. }
            | DeliveryState::NotSent { attempt }
            | DeliveryState::Arrived { attempt, .. }
            | DeliveryState::Stopped { attempt } => attempt,
        }
    }

    /// Stops it, unless it has arrived.
    pub fn stop(&mut self) {
        if self.arrived_at().is_none() {
            self.state = DeliveryState::Stopped { attempt: self.attempts() };
        }
    }
}
