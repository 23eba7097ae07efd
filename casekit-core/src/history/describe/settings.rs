//! Messages for the settings.

use super::{Said, change, text};
use crate::event::SettingsFact;
use crate::language::Message;

pub(super) fn describe(fact: &SettingsFact) -> Said {
    match fact {
        SettingsFact::SettingsChanged { settings } => {
            let prefix = change("number_prefix", None, text(Some(&settings.number_prefix)));
            let given = [
                change("organisation", None, text(settings.organisation.as_ref())),
                change("support_email", None, text(settings.support_email.as_ref())),
            ];
            let given = given.into_iter().filter(|change| change.to.is_some());
            (Message::new("fact.settings_changed"), std::iter::once(prefix).chain(given).collect())
        }
    }
}
