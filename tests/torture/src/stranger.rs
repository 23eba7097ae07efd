//! A second copy of SQLite in this process: the system's, beside the one that is linked in.
#![allow(unsafe_code)]

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::mem;
use std::path::Path;
use std::ptr;

use rusqlite::ffi;

use crate::Outcome;

/// What a stranger does in a visit: it opens the file, acts, and closes it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Act {
    /// Reads what is in the schema.
    Read,
    /// Writes a value that is there already.
    Write,
    /// Copies the file page by page.
    BackUp,
}

impl Act {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::Read, Self::Write, Self::BackUp];
}

type Text = *const c_char;
type File = *mut c_void;

type Version = unsafe extern "C" fn() -> Text;
type Open = unsafe extern "C" fn(Text, *mut File, c_int, Text) -> c_int;
type Close = unsafe extern "C" fn(File) -> c_int;
type Wait = unsafe extern "C" fn(File, c_int) -> c_int;
type Run = unsafe extern "C" fn(File, Text, *mut c_void, *mut c_void, *mut c_void) -> c_int;
type Begin = unsafe extern "C" fn(File, Text, File, Text) -> *mut c_void;
type Step = unsafe extern "C" fn(*mut c_void, c_int) -> c_int;
type Finish = unsafe extern "C" fn(*mut c_void) -> c_int;

/// The functions of the other copy.
#[derive(Clone, Copy)]
pub struct Stranger {
    version: Version,
    open: Open,
    close: Close,
    wait: Wait,
    run: Run,
    begin: Begin,
    step: Step,
    finish: Finish,
}

impl Stranger {
    /// Loads the system's library.
    ///
    /// # Errors
    /// There is none, or the system gives us the copy that is linked in.
    pub fn load() -> Outcome<Self> {
        // SAFETY: loading runs what the library does at its start, which is nothing of note.
        let library = unsafe {
            libc::dlopen(c"libsqlite3.so.0".as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL | libc::RTLD_DEEPBIND)
        };
        if library.is_null() {
            return Err("there is no second copy of SQLite: install libsqlite3-0".into());
        }
        let find = |name: &CStr| {
            // SAFETY: the library stays loaded, and the name ends with a zero.
            let found = unsafe { libc::dlsym(library, name.as_ptr()) };
            if found.is_null() { Err(format!("the system's SQLite has no {name:?}")) } else { Ok(found) }
        };
        let open = find(c"sqlite3_open_v2")?;
        if ptr::eq(open, ffi::sqlite3_open_v2 as *const c_void) {
            return Err("the system's SQLite is the one that is linked in".into());
        }
        // SAFETY: these are SQLite's functions of these names, which have had these types since 2009.
        unsafe {
            Ok(Self {
                version: mem::transmute::<*mut c_void, Version>(find(c"sqlite3_libversion")?),
                open: mem::transmute::<*mut c_void, Open>(open),
                close: mem::transmute::<*mut c_void, Close>(find(c"sqlite3_close")?),
                wait: mem::transmute::<*mut c_void, Wait>(find(c"sqlite3_busy_timeout")?),
                run: mem::transmute::<*mut c_void, Run>(find(c"sqlite3_exec")?),
                begin: mem::transmute::<*mut c_void, Begin>(find(c"sqlite3_backup_init")?),
                step: mem::transmute::<*mut c_void, Step>(find(c"sqlite3_backup_step")?),
                finish: mem::transmute::<*mut c_void, Finish>(find(c"sqlite3_backup_finish")?),
            })
        }
    }

    /// Its version.
    #[must_use]
    pub fn version(self) -> String {
        // SAFETY: it is a constant text of the library.
        unsafe { CStr::from_ptr((self.version)()) }.to_string_lossy().into_owned()
    }

    /// Opens a file, acts, and closes it. Says whether it came to that: others may be in the way.
    ///
    /// # Errors
    /// A path that C cannot have.
    pub fn visit(self, path: &Path, act: Act, copy: &Path) -> Outcome<bool> {
        let flags = match act {
            Act::Read => ffi::SQLITE_OPEN_READONLY,
            Act::Write | Act::BackUp => ffi::SQLITE_OPEN_READWRITE,
        };
        let (code, file) = self.opened(path, flags)?;
        let mut done = code == ffi::SQLITE_OK;
        if done {
            let sql = match act {
                Act::Read => Some(c"SELECT count(*) FROM sqlite_master"),
                Act::Write => Some(c"BEGIN IMMEDIATE; UPDATE file SET generation = generation; COMMIT"),
                Act::BackUp => None,
            };
            done = match sql {
                // SAFETY: the file is open, and the text ends with a zero.
                Some(sql) => {
                    (unsafe {
                        (self.run)(file, sql.as_ptr(), ptr::null_mut(), ptr::null_mut(), ptr::null_mut())
                    }) == ffi::SQLITE_OK
                }
                None => self.back_up(file, copy)?,
            };
        }
        // SAFETY: what was opened, even in vain, is closed once.
        unsafe { (self.close)(file) };
        Ok(done)
    }

    fn opened(self, path: &Path, flags: c_int) -> Outcome<(c_int, File)> {
        let path = CString::new(path.as_os_str().as_encoded_bytes())?;
        let mut file = ptr::null_mut();
        // SAFETY: the path ends with a zero, and the answer goes to a pointer that lives through the call.
        let code = unsafe { (self.open)(path.as_ptr(), &raw mut file, flags, ptr::null()) };
        // SAFETY: null is no file to it.
        unsafe { (self.wait)(file, 5_000) };
        Ok((code, file))
    }

    fn back_up(self, from: File, copy: &Path) -> Outcome<bool> {
        let (code, to) = self.opened(copy, ffi::SQLITE_OPEN_READWRITE | ffi::SQLITE_OPEN_CREATE)?;
        let mut done = false;
        if code == ffi::SQLITE_OK {
            // SAFETY: both files are open, and the names end with a zero; what began is finished once.
            unsafe {
                let backup = (self.begin)(to, c"main".as_ptr(), from, c"main".as_ptr());
                if !backup.is_null() {
                    while (self.step)(backup, 64) == ffi::SQLITE_OK {}
                    done = (self.finish)(backup) == ffi::SQLITE_OK;
                }
            }
        }
        // SAFETY: as above.
        unsafe { (self.close)(to) };
        Ok(done)
    }
}
