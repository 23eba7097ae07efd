//! CSV files as sources: what checking the settings finds, and how the settings fix it.

use std::fs;

use casekit::{
    Actor, CaseKit, CsvEncoding, CsvLineBreaks, CsvSeparator, OpenOptions, Reach, Role, SettingsEdit,
    SourceKind, SourceSetting,
};

struct Shop {
    folder: tempfile::TempDir,
    kit: CaseKit,
}

impl Shop {
    fn with(bytes: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("orders.csv"), bytes).unwrap();
        let kit =
            OpenOptions::new().allow_folder(folder.path()).open(folder.path().join("cases.db")).unwrap();
        Self { folder, kit }
    }

    /// What checking the settings says of the source, with these settings.
    fn checked(
        &self,
        encoding: CsvEncoding,
        separator: Option<CsvSeparator>,
        line_breaks: CsvLineBreaks,
    ) -> Option<(String, String)> {
        let path = self.folder.path().join("orders.csv").display().to_string();
        let kind = SourceKind::Csv { path, key_column: "customer".into(), encoding, separator, line_breaks };
        let sources = Some(vec![SourceSetting { name: "shop".into(), kind }]);
        let ivo = self.kit.desk(Actor::new("ivo", "").with_role(Role::ItAdministrator));
        ivo.change_settings(SettingsEdit { sources, ..SettingsEdit::default() }).unwrap();
        let found = ivo.check_settings(Reach::Here).unwrap();
        let source = found.into_iter().find(|finding| finding.setting == "sources.shop").unwrap();
        source.problem.map(|problem| (problem, source.fix.unwrap_or_default()))
    }
}

#[test]
fn an_encoding_and_a_separator_that_do_not_fit_are_found_and_fixed() {
    use CsvLineBreaks::Doubted;
    let file: Vec<u8> = "customer|note\r\n7|Zo\u{eb}\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let shop = Shop::with(&[vec![0xFF, 0xFE], file].concat());
    let (code, hint) = shop.checked(CsvEncoding::Utf8, None, Doubted).unwrap();
    assert!(code == "source_query_invalid" && hint.contains("`utf16`"), "{hint}");
    let (code, hint) = shop.checked(CsvEncoding::Utf16, None, Doubted).unwrap();
    assert!(code == "source_query_invalid" && hint.contains("separator"), "{hint}");
    assert_eq!(shop.checked(CsvEncoding::Utf16, Some(CsvSeparator::Bar), Doubted), None);

    let shop = Shop::with(b"customer,note\n7,Zo\xeb\n");
    let (code, hint) = shop.checked(CsvEncoding::Utf8, None, Doubted).unwrap();
    assert!(code == "source_malformed" && hint.contains("line `2`") && hint.contains("`utf8`"), "{hint}");
    assert_eq!(shop.checked(CsvEncoding::Windows1252, None, Doubted), None);
}

#[test]
fn a_quote_that_the_row_of_somebody_else_closes_is_found_before_anybody_is_asked_about() {
    let shop = Shop::with(b"customer,note\n7,\"wants a call\n8,SECRET 5\"\n9,x\n");
    let (code, hint) = shop.checked(CsvEncoding::Utf8, None, CsvLineBreaks::Doubted).unwrap();
    assert_eq!(code, "source_malformed");
    assert!(hint.contains("line `2`") && hint.contains("`trusted`") && !hint.contains("SECRET"), "{hint}");
    assert_eq!(shop.checked(CsvEncoding::Utf8, None, CsvLineBreaks::Trusted), None);
}
