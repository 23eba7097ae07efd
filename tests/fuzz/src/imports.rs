//! What another system has, as JSON.

use std::ops::ControlFlow;

use casekit::{ExistingItems, ImportItem, ImportOptions};

use crate::pair::Pair;

/// A list of items: tried, imported, and then again for whatever is there already.
pub(crate) fn imports(bytes: &[u8]) {
    let Ok(items) = serde_json::from_slice::<Vec<ImportItem>>(bytes) else { return };
    let pair = Pair::new();
    for existing in [ExistingItems::Refuse, ExistingItems::Skip, ExistingItems::Update] {
        let options = ImportOptions::new().existing(existing);
        for options in [options.dry_run(), options] {
            let whole =
                |desk: &casekit::Desk| desk.import_with(&items, &options, &mut |_| ControlFlow::Continue(()));
            let _ = pair.both(whole);
        }
    }
    pair.is_sound();
}
