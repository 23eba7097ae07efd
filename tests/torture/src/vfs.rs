//! Stands between SQLite and the system.
//!
//! [`register`] makes it the default of this process, since casekit names no VFS. Then [`arm`] makes the n-th operation
//! of a kind fail, and [`start_recording`] notes every write and sync, for [`replay`](crate::replay) to cut the power.
#![allow(unsafe_code)]

mod fault;
mod file;
mod record;

use std::ffi::{CStr, c_char, c_int};
use std::sync::{Once, OnceLock};
use std::{mem, ptr};

use rusqlite::ffi;

pub use fault::{Counted, Lasting, Trouble, arm, disarm};
pub use record::{Event, mark, start_recording, stop_recording};

use file::{Methods, Shim};

/// The VFS that does the work, and the tables of our functions for each version of its files.
struct System {
    vfs: *mut ffi::sqlite3_vfs,
    methods: [Methods; 3],
}

// SAFETY: SQLite keeps a registered VFS for the life of the process and lets every thread call it; tables are only read.
unsafe impl Send for System {}
// SAFETY: as above.
unsafe impl Sync for System {}

static SYSTEM: OnceLock<System> = OnceLock::new();

/// Makes this the VFS that every later open of this process goes through.
pub fn register() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: looking up the default VFS needs no more than an initialised SQLite.
        let vfs = unsafe {
            ffi::sqlite3_initialize();
            ffi::sqlite3_vfs_find(ptr::null())
        };
        SYSTEM.get_or_init(|| System { vfs, methods: [1, 2, 3].map(file::methods) });
        // SAFETY: the copy keeps what needs no file of ours (randomness, sleep, loading); those functions of the
        // system's VFS do not look at the VFS that they are given.
        let mut ours = unsafe { ptr::read(vfs) };
        ours.szOsFile += mem::size_of::<Shim>() as c_int;
        ours.pNext = ptr::null_mut();
        ours.zName = c"torture".as_ptr();
        ours.xOpen = Some(open);
        ours.xDelete = Some(delete);
        ours.xAccess = Some(access);
        // SAFETY: the leaked box lives as long as the process, as a registered VFS must.
        unsafe { ffi::sqlite3_vfs_register(Box::into_raw(Box::new(ours)), 1) };
    });
}

unsafe extern "C" fn open(
    _: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite gives room for `szOsFile` bytes: ours, then the system's.
    unsafe {
        Shim::begin(file);
        if fault::strikes(Trouble::OpenFails) {
            return ffi::SQLITE_CANTOPEN;
        }
        let Some(system) = SYSTEM.get() else { return ffi::SQLITE_CANTOPEN };
        let Some(open) = (*system.vfs).xOpen else { return ffi::SQLITE_CANTOPEN };
        let real = Shim::real(file);
        (*real).pMethods = ptr::null();
        let code = open(system.vfs, name, real, flags, out);
        if !(*real).pMethods.is_null() {
            let version = (*(*real).pMethods).iVersion.clamp(1, 3);
            let methods = system.methods.get(version as usize - 1);
            Shim::ready(file, text(name), methods.map_or(ptr::null(), |methods| &raw const methods.0));
        }
        code
    }
}

unsafe extern "C" fn delete(_: *mut ffi::sqlite3_vfs, name: *const c_char, sync_folder: c_int) -> c_int {
    if fault::strikes(Trouble::DeleteError) {
        return ffi::SQLITE_IOERR_DELETE;
    }
    record::note(|| Event::Delete { file: text(name), synced: sync_folder != 0 });
    // SAFETY: the arguments are those that SQLite gave.
    unsafe {
        match SYSTEM.get().and_then(|system| Some((system.vfs, (*system.vfs).xDelete?))) {
            Some((vfs, delete)) => delete(vfs, name, sync_folder),
            None => ffi::SQLITE_IOERR_DELETE,
        }
    }
}

unsafe extern "C" fn access(
    _: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    if fault::strikes(Trouble::AccessError) {
        return ffi::SQLITE_IOERR_ACCESS;
    }
    // SAFETY: the arguments are those that SQLite gave.
    unsafe {
        match SYSTEM.get().and_then(|system| Some((system.vfs, (*system.vfs).xAccess?))) {
            Some((vfs, access)) => access(vfs, name, flags, out),
            None => ffi::SQLITE_IOERR_ACCESS,
        }
    }
}

/// The name of a file as text; a temporary file has none.
fn text(name: *const c_char) -> String {
    if name.is_null() {
        return "temporary".into();
    }
    // SAFETY: SQLite's names end with a zero.
    unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned()
}
