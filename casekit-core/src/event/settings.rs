//! What happens to the settings of a file.

use serde::{Deserialize, Serialize};

use super::Event;
use crate::model::Settings;
use crate::tagged::tagged;

/// What happened to the settings of a file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum SettingsFact {
    /// The file was set up, or an administrator changed its settings.
    SettingsChanged {
        /// All settings from now on. Their revision is that of the event.
        settings: Settings,
    },
}

tagged!("event": SettingsFact);

impl SettingsFact {
    /// The settings after this fact.
    pub(crate) fn apply(&self, event: &Event) -> Settings {
        match self {
            Self::SettingsChanged { settings } => Settings { revision: event.revision, ..settings.clone() },
        }
    }
}
