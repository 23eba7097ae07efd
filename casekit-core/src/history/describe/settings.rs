//! Messages for the settings: what changed, from what to what.
//!
//! Secrets are named and never shown: the settings know only their names. An address is shown without what may be a
//! token in it.

use super::{Change, Said, change, text};
use crate::event::SettingsFact;
use crate::language::{Argument, Message};
use crate::model::{
    CsvEncoding, CsvLineBreaks, CsvSeparator, CustomerFields, LetterBlock, OutcomeKind, Settings, SourceKind,
    SourceSetting, WebformTarget,
};

pub(super) fn describe(fact: &SettingsFact, before: Option<&Settings>) -> Said {
    match fact {
        SettingsFact::SettingsChanged { settings } => {
            (Message::new("fact.settings_changed"), changes(before, settings))
        }
    }
}

/// Every setting that differs, in the order of the settings; for the first settings of a file, every one that is given.
fn changes(before: Option<&Settings>, after: &Settings) -> Vec<Change> {
    let mut found = Vec::new();
    let mut compare = |field, from: Option<Argument>, to: Option<Argument>| {
        if from != to {
            found.push(change(field, from, to));
        }
    };
    let prefix = |one: &Settings| Argument::from(one.number_prefix.as_str());
    compare("number_prefix", before.map(prefix), Some(prefix(after)));
    let was = before.and_then(|before| before.organisation.as_ref());
    compare("organisation", text(was), text(after.organisation.as_ref()));
    let was = before.and_then(|before| before.support_email.as_ref());
    compare("support_email", text(was), text(after.support_email.as_ref()));
    let was = before.and_then(|before| before.webform.as_ref());
    let now = after.webform.as_ref();
    if was != now {
        let (from, to) = (was.map(WebformTarget::shown), now.map(WebformTarget::shown));
        if from != to || secret(was) == secret(now) {
            found.push(change("webform", from.map(Argument::from), to.map(Argument::from)));
        }
        if secret(was) != secret(now) {
            found.push(change("secret", secret(was).map(Argument::from), secret(now).map(Argument::from)));
        }
    }
    let known = before.map(|before| before.sources.as_slice()).unwrap_or_default();
    sources(&mut found, known, &after.sources);
    let days = |one: &Settings| Argument::from(u64::from(one.retention_days));
    let (from, to) = (before.map(days), Some(days(after)));
    if from != to {
        found.push(change("retention_days", from, to));
    }
    let named = |one: &Settings| Argument::Word(if one.name_staff { "value.yes" } else { "value.no" }.into());
    if before.is_some_and(|one| one.name_staff) != after.name_staff {
        found.push(change("name_staff", before.map(named), Some(named(after))));
    }
    letter(&mut found, before.map(|one| one.letter.as_slice()).unwrap_or_default(), &after.letter);
    let policies =
        |one: &Settings| versions(one.deadlines.iter().map(|one| (one.code.as_str(), one.version)));
    let calendars =
        |one: &Settings| versions(one.calendars.iter().map(|one| (one.code.as_str(), one.version)));
    for (field, of) in [
        ("deadlines", &policies as &dyn Fn(&Settings) -> Argument),
        ("calendars", &calendars as &dyn Fn(&Settings) -> Argument),
    ] {
        let (from, to) = (before.map(of), of(after));
        let is_none = |said: &Argument| *said == Argument::from("");
        if from.as_ref() != Some(&to) && !(from.is_none() && is_none(&to)) {
            found.push(change(field, from, Some(to)));
        }
    }
    let own = |one: &Settings| one.customer_fields.last().map(own_fields);
    let (from, to) = (before.and_then(own), own(after));
    if from != to {
        found.push(change("customer_fields", from, to));
    }
    found
}

/// The fields of customers by their ids, with their version.
fn own_fields(version: &CustomerFields) -> Argument {
    let ids: Vec<&str> = version.fields.iter().map(|field| field.id.as_str()).collect();
    Argument::from(format!("{}: {}", version.version, ids.join(", ")).trim_end().to_owned())
}

/// Deadlines or calendars, each with its version.
fn versions<'a>(all: impl Iterator<Item = (&'a str, u32)>) -> Argument {
    Argument::from(all.map(|(code, version)| format!("{code} {version}")).collect::<Vec<_>>().join(", "))
}

/// One change for each text for answers that came, went or says something else, and one if only their order differs.
fn letter(found: &mut Vec<Change>, before: &[LetterBlock], after: &[LetterBlock]) {
    let said = |block: &LetterBlock| {
        let outcome = block.outcome.map_or("any", OutcomeKind::code);
        let heading = block.heading.as_deref().unwrap_or("-");
        format!("{} ({outcome}, {}): {heading}: {}", block.kind.code(), block.language, block.text)
    };
    let gone = || before.iter().filter(|one| !after.contains(one));
    let came = || after.iter().filter(|one| !before.contains(one));
    let is_place = |one: &LetterBlock, other: &LetterBlock| {
        (one.kind, one.outcome, &one.language) == (other.kind, other.outcome, &other.language)
    };
    for block in gone() {
        let now = came().find(|one| is_place(one, block)).map(said);
        found.push(change("letter", Some(said(block).into()), now.map(Argument::from)));
    }
    for block in came().filter(|one| !gone().any(|other| is_place(one, other))) {
        found.push(change("letter", None, Some(said(block).into())));
    }
    if before != after && gone().next().is_none() && came().next().is_none() {
        let order = |all: &[LetterBlock]| {
            Argument::from(all.iter().map(|one| one.kind.code()).collect::<Vec<_>>().join(", "))
        };
        found.push(change("letter", Some(order(before)), Some(order(after))));
    }
}

fn secret(target: Option<&WebformTarget>) -> Option<&str> {
    match target {
        Some(WebformTarget::Http { secret, .. }) => secret.as_deref(),
        Some(WebformTarget::Directory { .. } | WebformTarget::Host { .. }) | None => None,
    }
}

/// One change for each source that came, went or is elsewhere, and one for each query.
fn sources(found: &mut Vec<Change>, before: &[SourceSetting], after: &[SourceSetting]) {
    let named = |all: &[SourceSetting], name: &str| all.iter().find(|one| one.name == name).cloned();
    let gone = before.iter().filter(|one| named(after, &one.name).is_none());
    for name in after.iter().chain(gone).map(|one| one.name.as_str()) {
        let (was, now) = (named(before, name), named(after, name));
        let place = |one: &Option<SourceSetting>| one.as_ref().map(|one| Argument::from(place(one)));
        if place(&was) != place(&now) {
            found.push(change("sources", place(&was), place(&now)));
        }
        let (was, now) = (queries(was.as_ref()), queries(now.as_ref()));
        let sql = |all: &[(String, String)], table: &str| {
            let query = all.iter().find(|(one, _)| one == table);
            query.map(|(table, sql)| Argument::from(format!("{name}.{table}: {sql}")))
        };
        let gone = was.iter().filter(|(table, _)| now.iter().all(|(other, _)| other != table));
        for (table, _) in now.iter().chain(gone) {
            let (from, to) = (sql(&was, table), sql(&now, table));
            if from != to {
                found.push(change("queries", from, to));
            }
        }
    }
    // The order is all that differs: sources are asked in it.
    let order = |all: &[SourceSetting]| {
        Argument::from(all.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join(", "))
    };
    let is_moved = before.len() == after.len() && before.iter().all(|one| named(after, &one.name).is_some());
    if is_moved && order(before) != order(after) {
        found.push(change("sources", Some(order(before)), Some(order(after))));
    }
}

fn place(source: &SourceSetting) -> String {
    let name = &source.name;
    match &source.kind {
        SourceKind::Sqlite { path, queries: _ } => format!("{name}: sqlite {path}"),
        SourceKind::Csv { path, key_column, encoding, separator, line_breaks } => {
            let mut how = vec![key_column.as_str()];
            how.extend((*encoding != CsvEncoding::default()).then(|| encoding.code()));
            how.extend(separator.map(CsvSeparator::code));
            how.extend((*line_breaks != CsvLineBreaks::default()).then(|| line_breaks.code()));
            format!("{name}: csv {path} ({})", how.join(", "))
        }
    }
}

/// The queries of a source: the table and the statement of each.
fn queries(source: Option<&SourceSetting>) -> Vec<(String, String)> {
    match source.map(|source| &source.kind) {
        Some(SourceKind::Sqlite { queries, .. }) => {
            queries.iter().map(|query| (query.table.clone(), query.sql.clone())).collect()
        }
        Some(SourceKind::Csv { .. }) | None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deadline::{shipped_calendars, shipped_policies};
    use crate::model::SourceQuery;

    fn crm(path: &str, sql: &str) -> SourceSetting {
        let queries = vec![SourceQuery { table: "orders".into(), sql: sql.into() }];
        SourceSetting { name: "crm".into(), kind: SourceKind::Sqlite { path: path.into(), queries } }
    }

    fn letters(key_column: &str) -> SourceSetting {
        let kind = SourceKind::csv("/srv/letters.csv", key_column);
        SourceSetting { name: "letters".into(), kind }
    }

    fn web(url: &str, secret: Option<&str>) -> Option<WebformTarget> {
        Some(WebformTarget::Http { url: url.into(), secret: secret.map(str::to_owned) })
    }

    /// The changes as `field: from > to`.
    fn told(before: Option<&Settings>, after: &Settings) -> Vec<String> {
        let said = |one: Option<Argument>| match one {
            Some(Argument::Text(text)) => text,
            Some(Argument::Number(number)) => number.to_string(),
            Some(_) => "?".into(),
            None => "-".into(),
        };
        let line = |one: Change| format!("{}: {} > {}", one.field, said(one.from), said(one.to));
        changes(before, after).into_iter().map(line).collect()
    }

    #[test]
    fn every_setting_says_from_what_to_what_it_changed() {
        let shipped = Settings::shipped();
        let first = Settings {
            webform: web("https://forms.example.org/in?token=abc", Some("webform-key")),
            sources: vec![crm("/srv/crm.db", "SELECT 1"), letters("id")],
            retention_days: 10,
            ..shipped.clone()
        };
        assert_eq!(
            told(Some(&shipped), &first),
            [
                "webform: - > https://forms.example.org/in?…",
                "secret: - > webform-key",
                "sources: - > crm: sqlite /srv/crm.db",
                "queries: - > crm.orders: SELECT 1",
                "sources: - > letters: csv /srv/letters.csv (id)",
                "retention_days: 30 > 10",
            ]
        );
        let second = Settings {
            number_prefix: "D".into(),
            webform: web("https://evil.example/x", Some("webform-key")),
            sources: vec![crm("/tmp/crm.db", "SELECT 2"), letters("name")],
            ..first.clone()
        };
        assert_eq!(
            told(Some(&first), &second),
            [
                "number_prefix: C > D",
                "webform: https://forms.example.org/in?… > https://evil.example/x",
                "sources: crm: sqlite /srv/crm.db > crm: sqlite /tmp/crm.db",
                "queries: crm.orders: SELECT 1 > crm.orders: SELECT 2",
                "sources: letters: csv /srv/letters.csv (id) > letters: csv /srv/letters.csv (name)",
            ]
        );
        let third = Settings { sources: vec![letters("name")], webform: None, ..second.clone() };
        assert_eq!(
            told(Some(&second), &third),
            [
                "webform: https://evil.example/x > -",
                "secret: webform-key > -",
                "sources: crm: sqlite /tmp/crm.db > -",
                "queries: crm.orders: SELECT 2 > -",
            ]
        );
        assert_eq!(told(Some(&third), &third), [""; 0]);
    }

    #[test]
    fn a_text_for_answers_says_what_it_was_and_what_it_is() {
        use crate::model::LetterBlockKind::{Remedy, Rights};
        let shipped = Settings::shipped();
        let (rights, remedy) =
            (LetterBlock::new(Rights, "en", "Ask."), LetterBlock::new(Remedy, "en", "Sue."));
        let with = |letter: &[&LetterBlock]| Settings {
            letter: letter.iter().map(|one| (*one).clone()).collect(),
            ..shipped.clone()
        };
        let first = with(&[&rights]);
        assert_eq!(told(Some(&shipped), &first), ["letter: - > rights (any, en): -: Ask."]);
        let other = rights.clone().headed("Yours");
        let changed = with(&[&other, &remedy]);
        assert_eq!(
            told(Some(&first), &changed),
            [
                "letter: rights (any, en): -: Ask. > rights (any, en): Yours: Ask.",
                "letter: - > remedy (any, en): -: Sue.",
            ]
        );
        let moved = with(&[&remedy, &other]);
        assert_eq!(told(Some(&changed), &moved), ["letter: rights, remedy > remedy, rights"]);
        assert_eq!(told(Some(&first), &shipped), ["letter: rights (any, en): -: Ask. > -"]);
    }

    #[test]
    fn a_token_and_an_order_that_changed_are_told_without_the_token() {
        let one = Settings {
            webform: web("https://a.example/in?token=1", None),
            sources: vec![crm("/a", "SELECT 1"), letters("id")],
            ..Settings::shipped()
        };
        let other = Settings {
            webform: web("https://a.example/in?token=2", None),
            sources: vec![letters("id"), crm("/a", "SELECT 1")],
            ..one.clone()
        };
        assert_eq!(
            told(Some(&one), &other),
            [
                "webform: https://a.example/in?… > https://a.example/in?…",
                "sources: crm, letters > letters, crm",
            ]
        );
        assert_eq!(told(None, &Settings::shipped()), ["number_prefix: - > C", "retention_days: - > 30"]);
        let (deadlines, calendars) = (shipped_policies(), shipped_calendars());
        let of_a_new_file = told(None, &Settings { deadlines, calendars, ..Settings::shipped() });
        assert!(of_a_new_file[2].starts_with("deadlines: - > eu_gdpr 1, uk_gdpr 1, "), "{of_a_new_file:?}");
        assert!(of_a_new_file[3].starts_with("calendars: - > eu 1, "), "{of_a_new_file:?}");
    }
}
