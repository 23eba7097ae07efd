//! A file of ours: the system's, with our functions before it.

use std::ffi::{c_int, c_void};
use std::{mem, ptr, slice};

use rusqlite::ffi::{self, sqlite3_file, sqlite3_int64};

use super::fault::{Trouble, strikes};
use super::record::{self, Event};

/// What precedes the system's file in the room that SQLite gives.
#[repr(C)]
pub(super) struct Shim {
    base: sqlite3_file,
    name: *mut String,
}

impl Shim {
    /// Nothing is open yet: then SQLite does not close it either.
    pub(super) unsafe fn begin(file: *mut sqlite3_file) {
        // SAFETY: the caller has room for a `Shim` at `file`.
        unsafe { ptr::write(file.cast::<Self>(), Self { base: mem::zeroed(), name: ptr::null_mut() }) };
    }

    /// The system has opened its file.
    pub(super) unsafe fn ready(
        file: *mut sqlite3_file,
        name: String,
        methods: *const ffi::sqlite3_io_methods,
    ) {
        // SAFETY: `begin` was called for `file`.
        unsafe {
            (*file.cast::<Self>()).name = Box::into_raw(Box::new(name));
            (*file).pMethods = methods;
        }
    }

    /// The system's file.
    pub(super) unsafe fn real(file: *mut sqlite3_file) -> *mut sqlite3_file {
        // SAFETY: the system's file follows ours in the same room.
        unsafe { file.cast::<Self>().add(1).cast() }
    }

    unsafe fn name(file: *mut sqlite3_file) -> String {
        // SAFETY: an open file has a name, until it is closed.
        unsafe { (*(*file.cast::<Self>()).name).clone() }
    }
}

/// A table of our functions.
pub(super) struct Methods(pub(super) ffi::sqlite3_io_methods);

/// The table for files of a version: SQLite calls no function that is younger than it.
pub(super) fn methods(version: c_int) -> Methods {
    Methods(ffi::sqlite3_io_methods {
        iVersion: version,
        xClose: Some(close),
        xRead: Some(read),
        xWrite: Some(write),
        xTruncate: Some(truncate),
        xSync: Some(sync),
        xFileSize: Some(size),
        xLock: Some(lock),
        xUnlock: Some(unlock),
        xCheckReservedLock: Some(is_reserved),
        xFileControl: Some(control),
        xSectorSize: Some(sector_size),
        xDeviceCharacteristics: Some(device),
        xShmMap: Some(map_shared),
        xShmLock: Some(lock_shared),
        xShmBarrier: Some(barrier),
        xShmUnmap: Some(unmap_shared),
        xFetch: Some(fetch),
        xUnfetch: Some(unfetch),
    })
}

/// Calls the system's function of that name.
macro_rules! system {
    ($file:expr, $method:ident $(, $argument:expr)*) => {{
        // SAFETY: the system's file is open while ours is, and the arguments are those that SQLite gave.
        unsafe {
            let real = Shim::real($file);
            match (*(*real).pMethods).$method {
                Some(method) => method(real $(, $argument)*),
                None => ffi::SQLITE_IOERR,
            }
        }
    }};
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    let code = system!(file, xClose);
    // SAFETY: `ready` leaked the name, and a file is closed once.
    unsafe {
        let shim = file.cast::<Shim>();
        drop(Box::from_raw(mem::replace(&mut (*shim).name, ptr::null_mut())));
    }
    code
}

unsafe extern "C" fn read(f: *mut sqlite3_file, to: *mut c_void, n: c_int, at: sqlite3_int64) -> c_int {
    if strikes(Trouble::ReadError) {
        return ffi::SQLITE_IOERR_READ;
    }
    if strikes(Trouble::ShortRead) {
        // SAFETY: SQLite gives room for `n` bytes, which a short read fills with zeros.
        unsafe { ptr::write_bytes(to.cast::<u8>(), 0, length(n)) };
        return ffi::SQLITE_IOERR_SHORT_READ;
    }
    system!(f, xRead, to, n, at)
}

unsafe extern "C" fn write(f: *mut sqlite3_file, from: *const c_void, n: c_int, at: sqlite3_int64) -> c_int {
    if strikes(Trouble::WriteError) {
        return ffi::SQLITE_IOERR_WRITE;
    }
    if strikes(Trouble::DiskFull) {
        return ffi::SQLITE_FULL;
    }
    if strikes(Trouble::HalfWrite) {
        let _ = system!(f, xWrite, from, n / 2, at);
        return ffi::SQLITE_FULL;
    }
    record::note(|| {
        // SAFETY: SQLite gives `n` bytes.
        let bytes = unsafe { slice::from_raw_parts(from.cast::<u8>(), length(n)) }.to_vec();
        // SAFETY: the file is open.
        Event::Write { file: unsafe { Shim::name(f) }, offset: place(at), bytes }
    });
    system!(f, xWrite, from, n, at)
}

unsafe extern "C" fn truncate(f: *mut sqlite3_file, size: sqlite3_int64) -> c_int {
    if strikes(Trouble::TruncateError) {
        return ffi::SQLITE_IOERR_TRUNCATE;
    }
    // SAFETY: the file is open.
    record::note(|| Event::Truncate { file: unsafe { Shim::name(f) }, size: place(size) });
    system!(f, xTruncate, size)
}

unsafe extern "C" fn sync(f: *mut sqlite3_file, flags: c_int) -> c_int {
    if strikes(Trouble::SyncError) {
        return ffi::SQLITE_IOERR_FSYNC;
    }
    if record::is_recording() {
        // SAFETY: the file is open.
        record::note(|| Event::Sync { file: unsafe { Shim::name(f) } });
        return ffi::SQLITE_OK;
    }
    system!(f, xSync, flags)
}

unsafe extern "C" fn size(f: *mut sqlite3_file, out: *mut sqlite3_int64) -> c_int {
    if strikes(Trouble::SizeError) {
        return ffi::SQLITE_IOERR_FSTAT;
    }
    system!(f, xFileSize, out)
}

unsafe extern "C" fn lock(f: *mut sqlite3_file, level: c_int) -> c_int {
    if strikes(Trouble::LockError) {
        return ffi::SQLITE_IOERR_LOCK;
    }
    system!(f, xLock, level)
}

unsafe extern "C" fn unlock(f: *mut sqlite3_file, level: c_int) -> c_int {
    system!(f, xUnlock, level)
}

unsafe extern "C" fn is_reserved(f: *mut sqlite3_file, out: *mut c_int) -> c_int {
    system!(f, xCheckReservedLock, out)
}

unsafe extern "C" fn control(f: *mut sqlite3_file, operation: c_int, argument: *mut c_void) -> c_int {
    system!(f, xFileControl, operation, argument)
}

unsafe extern "C" fn sector_size(f: *mut sqlite3_file) -> c_int {
    system!(f, xSectorSize)
}

unsafe extern "C" fn device(f: *mut sqlite3_file) -> c_int {
    // Cheap flash promises nothing about the neighbours of what it writes.
    system!(f, xDeviceCharacteristics) & !(ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE as c_int)
}

unsafe extern "C" fn map_shared(
    f: *mut sqlite3_file,
    region: c_int,
    size: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    if strikes(Trouble::SharedMemoryFails) {
        return ffi::SQLITE_IOERR_SHMMAP;
    }
    system!(f, xShmMap, region, size, extend, out)
}

unsafe extern "C" fn lock_shared(f: *mut sqlite3_file, at: c_int, n: c_int, flags: c_int) -> c_int {
    if flags & (ffi::SQLITE_SHM_LOCK as c_int) != 0 && strikes(Trouble::LockError) {
        return ffi::SQLITE_IOERR_SHMLOCK;
    }
    system!(f, xShmLock, at, n, flags)
}

unsafe extern "C" fn barrier(f: *mut sqlite3_file) {
    // SAFETY: the system's file is open while ours is.
    unsafe {
        let real = Shim::real(f);
        if let Some(barrier) = (*(*real).pMethods).xShmBarrier {
            barrier(real);
        }
    }
}

unsafe extern "C" fn unmap_shared(f: *mut sqlite3_file, delete: c_int) -> c_int {
    system!(f, xShmUnmap, delete)
}

/// No memory mapping: every read is an operation that can fail.
unsafe extern "C" fn fetch(_: *mut sqlite3_file, _: sqlite3_int64, _: c_int, out: *mut *mut c_void) -> c_int {
    // SAFETY: SQLite gives a place for the answer.
    unsafe { *out = ptr::null_mut() };
    ffi::SQLITE_OK
}

unsafe extern "C" fn unfetch(_: *mut sqlite3_file, _: sqlite3_int64, _: *mut c_void) -> c_int {
    ffi::SQLITE_OK
}

fn length(n: c_int) -> usize {
    usize::try_from(n).unwrap_or_default()
}

fn place(at: sqlite3_int64) -> usize {
    usize::try_from(at).unwrap_or_default()
}
