//! The way of something that goes out: how far it has come, and from when on the library goes on with it by itself.

use serde::{Deserialize, Serialize};

use super::{ActorId, Reference, ShortText, Timestamp, WebformTarget};

/// One sending. All attempts of a sending have its key, so that a receiver who honours it sees one effect.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Sending {
    /// Its key: 32 hexadecimal digits for the first sending of something, with `-2` and so on behind them for later ones.
    pub key: String,
    /// Which sending of the same thing it is, from 1.
    pub number: u32,
    /// Who asked for it.
    pub by: ActorId,
    /// When.
    pub requested_at: Timestamp,
    /// Why, of a later sending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<ShortText>,
    /// Where it was to go when it was asked for; `None` if the settings did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<WebformTarget>,
    /// How far it has come.
    pub state: DeliveryState,
}

/// How far a sending has come. Each state is durable before the next begins.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// What is to be sent has to be built first.
    Building,
    /// Building failed, and somebody has to see to it.
    NotBuilt {
        /// How often it was tried.
        attempt: u32,
    },
    /// The bytes are kept; every attempt sends exactly these.
    Built,
    /// Somebody sends it.
    Sending {
        /// Which attempt it is, from 1.
        attempt: u32,
        /// Until when nobody else begins another.
        lease_until: Timestamp,
    },
    /// Sending failed, and somebody has to see to it.
    NotSent {
        /// How often it was tried.
        attempt: u32,
    },
    /// It has arrived.
    Arrived {
        /// With which attempt.
        attempt: u32,
        /// When.
        at: Timestamp,
        /// What the receiver answered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        receipt: Option<Reference>,
    },
    /// It was given up, or what it would have sent is gone: nothing is sent any more.
    Stopped {
        /// How often it was tried.
        attempt: u32,
    },
}

impl DeliveryState {
    /// The word for it in hosts.
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
    /// The first sending of something, which has to be built.
    #[must_use]
    pub fn first(key: String, by: ActorId, requested_at: Timestamp, target: Option<WebformTarget>) -> Self {
        Self { key, number: 1, by, requested_at, reason: None, target, state: DeliveryState::Building }
    }

    /// The key of a later sending of what was sent with a key first.
    #[must_use]
    pub fn later_key(first: &str, number: u32) -> String {
        format!("{first}-{number}")
    }

    /// From when on the library goes on with it by itself; `None` if it is over, or waits for somebody.
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

    /// Whether it waits for somebody to see to what failed.
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

    /// Whether nothing more comes of it.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.due().is_none() && !self.has_failed()
    }

    /// When it arrived, if it did.
    #[must_use]
    pub fn arrived_at(&self) -> Option<Timestamp> {
        self.arrival().map(|(at, _)| at)
    }

    /// What the receiver answered.
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

    /// How often it was sent.
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

    /// Nothing more is sent, unless it has arrived.
    pub fn stop(&mut self) {
        if self.arrived_at().is_none() {
            self.state = DeliveryState::Stopped { attempt: self.attempts() };
        }
    }
}
