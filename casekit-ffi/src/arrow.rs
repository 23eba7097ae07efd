//! Lists of cases by the Arrow C stream interface, by which dataframes take tables from each other without a copy.

use std::ffi::{c_char, c_void};
use std::mem::ManuallyDrop;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use casekit::PageRequest;
use casekit::export::arrow::CaseBatches;

use crate::desk::Desk;
use crate::error::CasekitError;
use crate::guard::guard;
use crate::types::CasesQuery;

#[uniffi::export]
impl Desk {
    /// The address of an `ArrowArrayStream` of the cases under a filter, at most `limit` of them, read as the stream is. It
    /// is for a Python capsule whose destructor is `casekit_stream_free`. Needs `read_cases`.
    #[uniffi::method(default(query = None, limit = None))]
    pub fn cases_stream(&self, query: Option<CasesQuery>, limit: Option<u64>) -> Result<u64, CasekitError> {
        let query: casekit::CasesQuery = query.unwrap_or_default().into();
        self.stream(limit, move |desk, page| desk.cases(&query, page))
    }

    /// The same of the cases that wait for the actor, oldest first. Needs `read_cases`.
    pub fn my_cases_stream(&self) -> Result<u64, CasekitError> {
        self.stream(None, casekit::Desk::my_cases)
    }
}

impl Desk {
    fn stream<R>(&self, limit: Option<u64>, read: R) -> Result<u64, CasekitError>
    where
        R: Fn(&casekit::Desk, PageRequest) -> Result<casekit::Page<casekit::CaseSummary>, casekit::Error>
            + Send
            + 'static,
    {
        let desk = ManuallyDrop::new(Desk::new(self.desk.clone(), Arc::clone(&self.fonts)));
        let home = Home { desk, process: std::process::id() };
        // Whoever reads it is another library: panics end here as they do in every call, and errors are told.
        let read = move |page| home.desk.guard(|| read(&home.desk.desk, page));
        let batches = CaseBatches::new(limit.unwrap_or(u64::MAX), read)?;
        let stream = Box::new(FFI_ArrowArrayStream::new(Box::new(batches)));
        Ok(Box::into_raw(stream) as u64)
    }
}

/// A desk that a reader holds. A forked child does not let it go: the kit behind it waits for threads that are not there.
struct Home {
    desk: ManuallyDrop<Desk>,
    process: u32,
}

impl Drop for Home {
    fn drop(&mut self) {
        if self.process == std::process::id() {
            // SAFETY: nothing uses it after this.
            unsafe { ManuallyDrop::drop(&mut self.desk) }
        }
    }
}

/// Where Python keeps what a capsule holds: `PyCapsule_GetPointer`, an address that [`casekit_stream_capsules`] is told. The
/// library is not linked with Python, because it is the same for every host.
static POINTER_OF: AtomicUsize = AtomicUsize::new(0);

const NAME: &std::ffi::CStr = c"arrow_array_stream";

/// Says where `PyCapsule_GetPointer` is, once, before the first capsule is made.
#[unsafe(no_mangle)]
pub extern "C" fn casekit_stream_capsules(pointer_of: usize) {
    POINTER_OF.store(pointer_of, Ordering::Release);
}

/// Frees a stream with its capsule. A reader has moved it out by then; one that nobody read is released here.
///
/// # Safety
///
/// For Python alone, as the destructor of a capsule named `arrow_array_stream` that holds an address of
/// [`Desk::cases_stream`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn casekit_stream_free(capsule: *mut c_void) {
    type PointerOf = unsafe extern "C" fn(*mut c_void, *const c_char) -> *mut c_void;
    let address = POINTER_OF.load(Ordering::Acquire);
    if address == 0 {
        return;
    }
    // SAFETY: the address is that of `PyCapsule_GetPointer`, which has this signature in every Python 3, and the capsule is
    // one, as Python calls its destructor.
    let stream = unsafe {
        let pointer_of = std::mem::transmute::<usize, PointerOf>(address);
        pointer_of(capsule, NAME.as_ptr()).cast::<FFI_ArrowArrayStream>()
    };
    if !stream.is_null() {
        // SAFETY: made by `Box::into_raw`, and a capsule's destructor runs once.
        let stream = unsafe { Box::from_raw(stream) };
        // What goes with it (the desk, and what an application gave to it) must not unwind into Python.
        let _ = guard(move || {
            drop(stream);
            Ok::<_, CasekitError>(())
        });
    }
}
