//! What another system has, as JSON.

use casekit::ImportItem;

use crate::pair::Pair;

/// A list of items; a second time whatever has a reference is refused.
pub(crate) fn imports(bytes: &[u8]) {
    let Ok(items) = serde_json::from_slice::<Vec<ImportItem>>(bytes) else { return };
    let pair = Pair::new();
    for _ in 0..2 {
        let _ = pair.both(|desk| desk.import(&items, |_| ()));
    }
    pair.is_sound();
}
