//! Ids cross as UUIDs: one that `uniffi.toml` does not name would be a plain text in a language, and compile there.

use std::fs;
use std::path::Path;

#[test]
fn every_id_is_a_uuid_in_every_language() -> Result<(), Box<dyn std::error::Error>> {
    let ffi = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let (ids, settings) = (
        fs::read_to_string(ffi.join("src/types/model/id.rs"))?,
        fs::read_to_string(ffi.join("uniffi.toml"))?,
    );
    let (_, listed) = ids.split_once("ids! {").ok_or("the ids are listed elsewhere")?;
    let (listed, _) = listed.split_once('}').ok_or("the list of ids has no end")?;
    let mut missing = Vec::new();
    for id in listed.split(',').map(str::trim) {
        for language in ["python", "kotlin", "swift"] {
            let section = format!("[bindings.{language}.custom_types.{id}]");
            missing.extend((!settings.contains(&section)).then_some(section));
        }
    }
    assert!(missing.is_empty(), "uniffi.toml lacks {missing:?}");
    Ok(())
}
