//! Setting up a new file, and changing its settings.

mod deadlines;
mod letter;

use serde::Serialize;
use uuid::Uuid;

use super::customer_parse::parse_email;
use super::field_definitions::{Defined, parse_fields};
use super::{Command, Context, Decision, not_changed_since};
use crate::command::SettingsEdit;
use crate::deadline::{shipped_calendars, shipped_policies};
use crate::event::{CaseTypeFact, Fact, LedgerFact, Personal, SettingsFact, WorkflowFact};
use crate::model::{
    CaseTypeId, CustomerFields, Lineage, LongText, Name, PROFILE_SOURCE, Permission, Priority, Settings,
    ShortText, SourceKind, SourceSetting, State, StreamId, WebformTarget, WorkflowId, is_prefix,
    is_source_name, limits, shipped_case_types, shipped_workflows,
};
use crate::rejection::{FieldError, FieldRule, Fields, Rejection};
use crate::store::LoadPlan;

/// Gives a new file its settings, the shipped workflows and the shipped case types, all in one commit.
///
/// Only the library itself sends this, when it opens a file that has no settings yet.
#[derive(Serialize)]
pub(crate) struct SetUp;

impl Command for SetUp {
    fn action(&self) -> &'static str {
        "set_up"
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::default())
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        let mut decision = Decision::default();
        if context.loaded.catalog.settings.is_some() {
            return Ok(decision);
        }
        // The first event of the file, so that every cursor from here on belongs to this lineage.
        decision.makes(StreamId::Ledger);
        let lineage = Lineage(Uuid::from_bytes(context.salt));
        decision.drafts.push(context.draft(Fact::Ledger(LedgerFact::Begun { lineage }), Personal::default()));
        decision.makes(StreamId::Settings);
        let (deadlines, calendars) = (shipped_policies(), shipped_calendars());
        let settings = Settings { deadlines, calendars, ..Settings::shipped() };
        let fact = SettingsFact::SettingsChanged { settings };
        decision.drafts.push(context.draft(Fact::Settings(fact), Personal::default()));

        let mut ids = (0..).map(|n| Uuid::from_u128(context.fresh.as_u128() ^ n));
        let mut next = || ids.next().unwrap_or_default();
        let mut data_request = None;
        for (name, version) in shipped_workflows() {
            let id = WorkflowId(next());
            data_request.get_or_insert(id);
            decision.makes(StreamId::Workflow(id));
            let fact = WorkflowFact::WorkflowCreated { name, version, deadlines: Vec::new() };
            decision.drafts.push(context.draft(Fact::Workflow(id, fact), Personal::default()));
        }
        for shipped in shipped_case_types(data_request.unwrap_or(WorkflowId(Uuid::nil()))) {
            let id = CaseTypeId(next());
            decision.makes(StreamId::CaseType(id));
            let fact = CaseTypeFact::CaseTypeCreated {
                name: shipped.name,
                description: Some(shipped.description),
                active: true,
                default_priority: Priority::Normal,
                labels: shipped.labels,
                version: shipped.version,
                deadlines: Vec::new(),
                timed_moves: Vec::new(),
            };
            decision.drafts.push(context.draft(Fact::CaseType(id, fact), Personal::default()));
        }
        Ok(decision)
    }
}

/// Changes the settings; only the fields that are given.
#[derive(Serialize)]
pub(crate) struct ChangeSettings(pub(crate) SettingsEdit);

impl Command for ChangeSettings {
    fn action(&self) -> &'static str {
        "change_settings"
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::default())
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::ChangeSettings, self.action())?;
        context.beyond_one_customer(self.action())?;
        let settings = context.loaded.catalog.settings.as_ref();
        let settings = settings.ok_or_else(|| Rejection::not_found("settings", ""))?;
        let edit = &self.0;
        not_changed_since(edit.seen, settings.revision)?;
        let mut fields = Fields::default();
        let mut next = settings.as_ref().clone();
        if let Some(prefix) = &edit.number_prefix {
            let prefix = prefix.trim();
            if is_prefix(prefix) {
                next.number_prefix = prefix.to_owned();
            } else {
                let form = "number_prefix".into();
                fields.add("number_prefix", FieldRule::Malformed { form });
            }
        }
        if let Some(text) = &edit.organisation {
            let organisation = fields.take(ShortText::parse_optional("organisation", Some(text)));
            next.organisation = organisation.flatten();
        }
        if let Some(text) = &edit.support_email {
            let named = |error: FieldError| FieldError::new("support_email", error.rule);
            next.support_email = fields.take(parse_email(Some(text)).map_err(named)).flatten();
        }
        if let Some(days) = edit.retention_days {
            if days > 3_650 {
                fields.add("retention_days", FieldRule::OutOfRange { least: 0, most: 3_650 });
            }
            next.retention_days = days;
        }
        next.name_staff = edit.name_staff.unwrap_or(next.name_staff);
        if edit.webform.is_some() && edit.without_webform {
            let why = "given_and_taken_away".into();
            fields.add("webform", FieldRule::DoesNotFit { why });
        }
        if edit.webform.is_some() || edit.without_webform {
            next.webform = edit.webform.clone();
        }
        if let Some(target) = &edit.webform {
            check_target(&mut fields, target);
        }
        if let Some(sources) = &edit.sources {
            check_sources(&mut fields, sources);
            next.sources = sources.clone();
        }
        if let Some(blocks) = &edit.letter {
            next.letter = letter::parse(&mut fields, blocks);
        }
        if let Some(calendars) = &edit.calendars {
            next.calendars = deadlines::parse_calendars(&mut fields, calendars, settings, context);
        }
        if let Some(policies) = &edit.deadlines {
            let new = edit.calendars.as_deref().unwrap_or_default();
            let by = (settings.as_ref(), next.calendars.as_slice(), new);
            next.deadlines = deadlines::parse_policies(&mut fields, policies, by, context);
        }
        if edit.calendars.is_some() || edit.deadlines.is_some() {
            deadlines::nothing_in_use_goes(&mut fields, &next, edit, context);
            deadlines::nothing_is_too_long(&mut fields, &next, edit);
        }
        if let Some(new) = &edit.customer_fields {
            let of_customers = Defined::Customers(settings);
            let parsed = parse_fields(&mut fields, new, of_customers, context.language).unwrap_or_default();
            if parsed != settings.fields_of_customers() {
                let version = settings.customer_fields_version().saturating_add(1);
                next.customer_fields.push(CustomerFields { version, fields: parsed });
            }
        }
        let next = fields.finish(Some(next))?;
        let mut decision = Decision::default();
        decision.builds_on(State::Settings(settings.as_ref().clone()));
        if next != **settings {
            let fact = SettingsFact::SettingsChanged { settings: next };
            decision.drafts.push(context.draft(Fact::Settings(fact), Personal::default()));
        }
        Ok(decision)
    }
}

/// Checks the form only. Whether the target works is for `check_settings` to find out.
fn check_target(fields: &mut Fields, target: &WebformTarget) {
    let checked = match target {
        WebformTarget::Directory { path } => ShortText::parse("webform.path", path),
        WebformTarget::Http { url, secret } => {
            fields.take(ShortText::parse_optional("webform.secret", secret.as_deref()));
            ShortText::parse("webform.url", url)
        }
        WebformTarget::Host { name } => ShortText::parse("webform.name", name),
    };
    fields.take(checked);
}

fn check_sources(fields: &mut Fields, sources: &[SourceSetting]) {
    if sources.len() > limits::PARTS {
        fields.add("sources", FieldRule::TooMany { limit: limits::PARTS as u64 });
        return;
    }
    for (place, source) in sources.iter().enumerate() {
        let at = |field: &str| format!("sources[{place}].{field}");
        if !is_source_name(&source.name) {
            let form = "source_name".into();
            fields.add(at("name"), FieldRule::Malformed { form });
        }
        let before = sources.iter().take(place);
        if source.name == PROFILE_SOURCE || before.clone().any(|other| other.name == source.name) {
            fields.add(at("name"), FieldRule::AlreadyInUse);
        }
        match &source.kind {
            SourceKind::Sqlite { path, queries } => {
                fields.take(ShortText::parse(&at("path"), path));
                if queries.is_empty() {
                    fields.add(at("queries"), FieldRule::Required);
                }
                if queries.len() > limits::PARTS {
                    fields.add(at("queries"), FieldRule::TooMany { limit: limits::PARTS as u64 });
                }
                for (place, query) in queries.iter().take(limits::PARTS).enumerate() {
                    fields.take(Name::parse(&at(&format!("queries[{place}].table")), &query.table));
                    fields.take(LongText::parse(&at(&format!("queries[{place}].sql")), &query.sql));
                }
            }
            SourceKind::Csv { path, key_column, encoding: _, separator: _, line_breaks: _ } => {
                fields.take(ShortText::parse(&at("path"), path));
                fields.take(Name::parse(&at("key_column"), key_column));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::testing::{Given, actor, agent};
    use crate::model::{Catalog, Role};

    #[test]
    fn a_new_file_gets_settings_two_workflows_and_seven_case_types() {
        let mut given = Given::new().by(agent());
        given.catalog = Catalog::default();
        let codes: Vec<&str> =
            given.when(&SetUp).unwrap().drafts.iter().map(|draft| draft.fact.code()).collect();
        assert_eq!(codes[..4], ["begun", "settings_changed", "workflow_created", "workflow_created"]);
        assert_eq!(codes[4..], ["case_type_created"; 7]);
    }

    #[test]
    fn a_file_is_set_up_once() {
        assert_eq!(Given::new().by(agent()).when(&SetUp), Ok(Decision::default()));
    }

    #[test]
    fn settings_are_checked_all_at_once() {
        let given = Given::new().by(actor("ivo", Role::ItAdministrator));
        let edit = SettingsEdit {
            number_prefix: Some("C D".into()),
            support_email: Some("nowhere".into()),
            ..SettingsEdit::default()
        };
        let rejection = given.when(&ChangeSettings(edit)).unwrap_err();
        let fields: Vec<&str> = rejection.fields().iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["number_prefix", "support_email"]);
    }

    #[test]
    fn only_an_administrator_changes_settings() {
        let edit = SettingsEdit { number_prefix: Some("CASE".into()), ..SettingsEdit::default() };
        let refused = Given::new().by(agent()).when(&ChangeSettings(edit.clone()));
        assert_eq!(refused.unwrap_err().code(), "forbidden");
        let decision =
            Given::new().by(actor("ivo", Role::ItAdministrator)).when(&ChangeSettings(edit)).unwrap();
        let Fact::Settings(SettingsFact::SettingsChanged { settings }) = &decision.drafts[0].fact else {
            panic!()
        };
        assert_eq!(settings.number_prefix, "CASE");
    }
}
