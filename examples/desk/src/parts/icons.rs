//! One set of strokes, drawn for the desk.

use std::collections::HashMap;
use std::sync::LazyLock;

use maud::{Markup, html};

static STROKES: LazyLock<HashMap<String, String>> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../assets/icons.json")).unwrap_or_default());

pub(crate) fn icon(name: &str) -> Markup {
    let path = STROKES.get(name).or(STROKES.get("other"));
    html! { svg.icon viewBox="0 0 24 24" width="18" height="18" aria-hidden="true" { path d=[path] {} } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_of_a_screen_has_strokes() {
        let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
        let mut seen = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap();
                for name in text.split("(icon(\"").skip(1).filter_map(|piece| piece.split('"').next()) {
                    assert!(STROKES.contains_key(name), "{name} of {}", path.display());
                    seen += 1;
                }
            }
        }
        assert!(seen > 30, "{seen}");
    }
}
