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
