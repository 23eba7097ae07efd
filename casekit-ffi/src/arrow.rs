//! Lists of cases through the Arrow C stream interface, which dataframe libraries read without a copy.

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
    /// The address of an `ArrowArrayStream` of the cases under a filter, at most `limit` of them. A page is read
    /// whenever the reader asks for more. The address belongs in a Python capsule whose destructor is
    /// `casekit_stream_free`. Needs `read_cases`.
    ///
    /// # Cost
    ///
    /// Reads the first page of up to 500 cases; then one page whenever the reader asks for it. It holds one page.
    #[uniffi::method(default(query = None, limit = None))]
    pub fn cases_stream(&self, query: Option<CasesQuery>, limit: Option<u64>) -> Result<u64, CasekitError> {
        let query: casekit::CasesQuery = query.unwrap_or_default().into();
        self.stream(limit, move |desk, page| desk.cases(&query, page))
    }

    /// The address of a stream, as `cases_stream` gives it, of the cases that wait for the actor, oldest first. Needs
    /// `read_cases`.
    ///
    /// # Cost
    ///
    /// Reads the first page of up to 500 cases; then one page whenever the reader asks for it. It holds one page.
    pub fn my_pending_cases_stream(&self) -> Result<u64, CasekitError> {
        self.stream(None, casekit::Desk::my_pending_cases)
    }
}

impl Desk {
    fn stream<R>(&self, limit: Option<u64>, read: R) -> Result<u64, CasekitError>
    where
        R: Fn(&casekit::Desk, PageRequest) -> Result<casekit::Page<casekit::CaseSummary>, casekit::Error>
            + Send
            + 'static,
    {
        let desk = ManuallyDrop::new(Desk::new(self.desk.clone(), Arc::clone(&self.fonts), self.sharing));
        let home = Home { desk, process: std::process::id() };
        // Another library calls this while it reads the stream, so it needs a guard of its own: a panic must not reach
        // that library.
        let read = move |page| home.desk.guard(|| read(&home.desk.desk, page));
        let batches = CaseBatches::new(limit.unwrap_or(u64::MAX), read)?;
        let stream = Box::new(FFI_ArrowArrayStream::new(Box::new(batches)));
        Ok(Box::into_raw(stream) as u64)
    }
}

/// A desk that a stream's reader holds. A forked child does not drop it: closing the kit behind it would wait for
/// threads that exist only in the parent.
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

/// The address of Python's `PyCapsule_GetPointer`, which [`casekit_stream_capsules`] sets. The library is not linked
/// with Python, because the same library serves every host.
static POINTER_OF: AtomicUsize = AtomicUsize::new(0);

const NAME: &std::ffi::CStr = c"arrow_array_stream";

/// Sets the address of `PyCapsule_GetPointer`. Called once, before the first capsule is made.
#[unsafe(no_mangle)]
pub extern "C" fn casekit_stream_capsules(pointer_of: usize) {
    POINTER_OF.store(pointer_of, Ordering::Release);
}

/// Frees a stream together with its capsule. A reader has moved the stream out by then; one that nobody read is
/// released here.
///
/// # Safety
///
/// Only for Python, as the destructor of a capsule that is named `arrow_array_stream` and holds an address from
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
        // SAFETY: the pointer comes from `Box::into_raw`, and the destructor of a capsule runs only once.
        let stream = unsafe { Box::from_raw(stream) };
        // Dropping the stream also drops the desk and the application's callbacks behind it. A panic there must not
        // unwind into Python.
        let _ = guard(move || {
            drop(stream);
            Ok::<_, CasekitError>(())
        });
    }
}
