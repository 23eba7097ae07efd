//! The system calls of the library's SQLite that are replaced.
//!
//! `fcntl` does the work; `open`, `close`, `mmap` and `munmap` only tell it, and [`forked`], which descriptors are those
//! of a `-shm` file and what is mapped of them.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::fs::File;
use std::mem;
use std::os::fd::AsRawFd;
use std::sync::OnceLock;

use rusqlite::ffi;

use super::faults;
use super::forked::{self, carriers, mapped};
use crate::shm_locks::ShmLocks;

type Open = unsafe extern "C" fn(*const c_char, c_int, c_int) -> c_int;
type Close = unsafe extern "C" fn(c_int) -> c_int;
type Map = unsafe extern "C" fn(*mut c_void, usize, c_int, c_int, c_int, libc::off_t) -> *mut c_void;
type Unmap = unsafe extern "C" fn(*mut c_void, usize) -> c_int;
/// As SQLite declares it.
type Fcntl = unsafe extern "C" fn(c_int, c_int, ...) -> c_int;
/// As Rust can define it.
type OwnFcntl = unsafe extern "C" fn(c_int, c_int, *mut c_void) -> c_int;
/// Any function, as SQLite keeps it.
type Any = unsafe extern "C" fn();

/// What was there before: the system's, unless the host put something of its own there.
struct Before {
    open: Open,
    close: Close,
    map: Map,
    unmap: Unmap,
    fcntl: Fcntl,
}

/// The bytes that SQLite locks in a `-shm` file, from that of the writer to the deadman switch.
const BYTES: (i64, i64) = (120, 128);

static BEFORE: OnceLock<Before> = OnceLock::new();

pub(crate) fn install() -> ShmLocks {
    static INSTALLED: OnceLock<ShmLocks> = OnceLock::new();
    *INSTALLED.get_or_init(|| {
        if faults::is_off("shm") || !are_known() {
            return ShmLocks::Process;
        }
        forked::watch();
        replace().map_or(ShmLocks::Process, |()| ShmLocks::Description)
    })
}

/// Whether the system has locks by description: Linux has since 3.15, some sandboxes that imitate it have not.
fn are_known() -> bool {
    // The one file that every process may open. Asking locks nothing.
    let Ok(any) = File::open("/dev/null") else { return false };
    let mut asked = super::described(libc::F_RDLCK, BYTES.0, 1);
    // SAFETY: the descriptor is open, and the command writes to a `flock` that lives through the call.
    unsafe { libc::fcntl(any.as_raw_fd(), super::F_OFD_GETLK, &raw mut asked) == 0 }
}

fn replace() -> Option<()> {
    // By its name: the default may be one of the host's. All of SQLite's own for Unix share their system calls.
    // SAFETY: the name ends with a zero. SQLite starts itself here, and what it registered stays for good.
    let vfs = unsafe { ffi::sqlite3_vfs_find(c"unix".as_ptr()) };
    // SAFETY: SQLite's answer is null or valid, and nobody changes the structure after it was registered.
    let (get, set) = unsafe { vfs.as_ref() }.map(|vfs| (vfs.xGetSystemCall, vfs.xSetSystemCall))?;
    let (get, set) = (get?, set?);
    // SAFETY: the function belongs to this VFS, and the names end with a zero.
    let any = |name: &CStr| unsafe { get(vfs, name.as_ptr()) };
    // SAFETY: SQLite's type for any system call stands for what it declares and calls with these types.
    let before = unsafe {
        Before {
            open: mem::transmute::<Any, Open>(any(c"open")?),
            close: mem::transmute::<Any, Close>(any(c"close")?),
            map: mem::transmute::<Any, Map>(any(c"mmap")?),
            unmap: mem::transmute::<Any, Unmap>(any(c"munmap")?),
            fcntl: mem::transmute::<Any, Fcntl>(any(c"fcntl")?),
        }
    };
    BEFORE.set(before).ok()?;
    // SAFETY: pointers to functions. SQLite calls `fcntl` as one with variable arguments, which Rust cannot define; on
    // these two processors Linux passes the third argument of either kind in the same register, as 64 bits.
    let own = unsafe {
        [
            (c"close", mem::transmute::<Close, Any>(close)),
            (c"munmap", mem::transmute::<Unmap, Any>(unmap)),
            (c"mmap", mem::transmute::<Map, Any>(map)),
            (c"fcntl", mem::transmute::<OwnFcntl, Any>(fcntl)),
            // Last: what it tells the others about, they then hear the end of.
            (c"open", mem::transmute::<Open, Any>(open)),
        ]
    };
    // SAFETY: as for `get`. SQLite stores each in one aligned word, which other threads may read meanwhile.
    let all =
        own.into_iter().all(|(name, call)| unsafe { set(vfs, name.as_ptr(), Some(call)) } == ffi::SQLITE_OK);
    all.then_some(())
}

/// `open` for SQLite. None of these functions may panic.
///
/// A file that was open before is not seen here, and keeps its kind of locks: what it locked as a process, only the
/// process can unlock.
///
/// # Safety
/// As for `open`.
unsafe extern "C" fn open(path: *const c_char, flags: c_int, mode: c_int) -> c_int {
    let Some(before) = BEFORE.get() else { return -1 };
    // SAFETY: what SQLite asked for, unchanged.
    let descriptor = unsafe { (before.open)(path, flags, mode) };
    // SAFETY: what was opened has a name, which ends with a zero.
    if descriptor >= 0 && unsafe { CStr::from_ptr(path) }.to_bytes().ends_with(b"-shm") {
        carriers::add(descriptor);
    }
    descriptor
}

/// `close` for SQLite.
///
/// # Safety
/// As for `close`.
unsafe extern "C" fn close(descriptor: c_int) -> c_int {
    carriers::remove(descriptor);
    // SAFETY: what SQLite asked for, unchanged.
    BEFORE.get().map_or(-1, |before| unsafe { (before.close)(descriptor) })
}

/// `mmap` for SQLite.
///
/// # Safety
/// As for `mmap`.
unsafe extern "C" fn map(
    wanted: *mut c_void,
    length: usize,
    protection: c_int,
    flags: c_int,
    descriptor: c_int,
    offset: libc::off_t,
) -> *mut c_void {
    let Some(before) = BEFORE.get() else { return libc::MAP_FAILED };
    // SAFETY: what SQLite asked for, unchanged.
    let at = unsafe { (before.map)(wanted, length, protection, flags, descriptor, offset) };
    if at != libc::MAP_FAILED && carriers::contain(descriptor) {
        mapped::add(at, length);
    }
    at
}

/// `munmap` for SQLite.
///
/// # Safety
/// As for `munmap`.
unsafe extern "C" fn unmap(at: *mut c_void, length: usize) -> c_int {
    mapped::remove(at);
    // SAFETY: what SQLite asked for, unchanged.
    BEFORE.get().map_or(-1, |before| unsafe { (before.unmap)(at, length) })
}

/// `fcntl` for SQLite.
///
/// # Safety
/// As for `fcntl`: where the command is about a lock, `argument` points to a `flock`.
unsafe extern "C" fn fcntl(descriptor: c_int, command: c_int, argument: *mut c_void) -> c_int {
    let Some(before) = BEFORE.get() else { return -1 };
    let by_description = match command {
        libc::F_SETLK => super::F_OFD_SETLK,
        libc::F_SETLKW => super::F_OFD_SETLKW,
        libc::F_GETLK => super::F_OFD_GETLK,
        // SAFETY: what SQLite asked for, unchanged.
        _ => return unsafe { (before.fcntl)(descriptor, command, argument) },
    };
    // SAFETY: these three commands come with a `flock` of SQLite's own, which nobody else sees meanwhile.
    let asked = unsafe { argument.cast::<libc::flock>().as_mut() };
    let Some(asked) = asked.filter(|asked| is_shm(asked) && carriers::contain(descriptor)) else {
        // SAFETY: what SQLite asked for, unchanged.
        return unsafe { (before.fcntl)(descriptor, command, argument) };
    };
    // SQLite leaves the process's number as it finds it, and here it must be zero.
    let mut lock = super::described(asked.l_type.into(), asked.l_start, asked.l_len);
    // SAFETY: the command reads and writes a `flock` that lives through the call.
    let answer = unsafe { (before.fcntl)(descriptor, by_description, &raw mut lock) };
    if command == libc::F_GETLK && answer == 0 {
        *asked = lock;
    }
    answer
}

/// Whether these are bytes of a `-shm` file. On a database, which may be named like one, SQLite locks bytes from
/// 0x40000000 on, or unlocks all from 0 on (a length of 0); it locks no other file.
fn is_shm(asked: &libc::flock) -> bool {
    asked.l_whence == libc::SEEK_SET as libc::c_short
        && asked.l_start >= BYTES.0
        && asked.l_len >= 1
        && asked.l_len <= BYTES.1 + 1 - asked.l_start
}
