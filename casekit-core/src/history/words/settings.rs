//! Sentences for the settings.

use super::{Said, change};
use crate::event::SettingsFact;

pub(super) fn words(fact: &SettingsFact) -> Said {
    match fact {
        SettingsFact::SettingsChanged { settings } => {
            let prefix = change("number_prefix", None, Some(settings.number_prefix.clone()));
            let organisation = settings.organisation.as_ref().map(ToString::to_string);
            let support = settings.support_email.as_ref().map(ToString::to_string);
            let given = [change("organisation", None, organisation), change("support_email", None, support)];
            let given = given.into_iter().filter(|change| change.to.is_some());
            ("changed the settings".into(), std::iter::once(prefix).chain(given).collect())
        }
    }
}
