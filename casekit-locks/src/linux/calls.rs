//! The system calls of the library's SQLite that are replaced.
//!
//! `fcntl` does the work. `open`, `close`, `mmap` and `munmap` only tell it, and [`forked`], which descriptors belong
//! to `-shm` files and what is mapped of them.

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
/// `fcntl` as SQLite declares it.
type Fcntl = unsafe extern "C" fn(c_int, c_int, ...) -> c_int;
/// `fcntl` as Rust can define it, without variable arguments.
type OwnFcntl = unsafe extern "C" fn(c_int, c_int, *mut c_void) -> c_int;
/// Any system call, as SQLite stores it.
type Any = unsafe extern "C" fn();

/// The calls that were there before: the system's, unless the host installed others. They are called through these.
struct Before {
    open: Open,
    close: Close,
    map: Map,
    unmap: Unmap,
    fcntl: Fcntl,
}

/// The first and the last byte that SQLite locks in a `-shm` file: the writer's lock and the deadman switch.
const BYTES: (i64, i64) = (120, 128);

/// Set before any call is replaced, since the replacements need it from their first use.
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

/// Whether the system has locks by description. Linux has had them since 3.15; some sandboxes that imitate Linux have
/// not.
fn are_known() -> bool {
    // A file that every process can open. Asking about a lock takes none.
    let Ok(any) = File::open("/dev/null") else { return false };
    let mut asked = super::described(libc::F_RDLCK, BYTES.0, 1);
    // SAFETY: the descriptor is open, and the command writes to a `flock` that outlives the call.
    unsafe { libc::fcntl(any.as_raw_fd(), super::F_OFD_GETLK, &raw mut asked) == 0 }
}

fn replace() -> Option<()> {
    // By name, since the default VFS may be the host's. SQLite's VFSs for Unix all share their system calls.
    // SAFETY: the name ends with a zero. SQLite initialises itself here, and never frees a VFS of its own.
    let vfs = unsafe { ffi::sqlite3_vfs_find(c"unix".as_ptr()) };
    // SAFETY: SQLite's answer is null or valid, and nobody changes the structure once it is registered.
    let (get, set) = unsafe { vfs.as_ref() }.map(|vfs| (vfs.xGetSystemCall, vfs.xSetSystemCall))?;
    let (get, set) = (get?, set?);
    // SAFETY: the function belongs to this VFS, and the names end with a zero.
    let any = |name: &CStr| unsafe { get(vfs, name.as_ptr()) };
    // SAFETY: SQLite stores every call under one type, and declares and calls these five with the types given here.
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
    // SAFETY: these are pointers to functions. SQLite calls `fcntl` with variable arguments, which Rust cannot define;
    // on these two processors Linux passes the third argument in the same register either way, as 64 bits.
    let own = unsafe {
        [
            (c"close", mem::transmute::<Close, Any>(close)),
            (c"munmap", mem::transmute::<Unmap, Any>(unmap)),
            (c"mmap", mem::transmute::<Map, Any>(map)),
            (c"fcntl", mem::transmute::<OwnFcntl, Any>(fcntl)),
            // `open` comes last: once it records a descriptor, the others must be in place to hear when that is mapped,
            // unmapped or closed.
            (c"open", mem::transmute::<Open, Any>(open)),
        ]
    };
    // SAFETY: as for `get`. SQLite stores each pointer in one aligned word, so other threads can read it at the same
    // time.
    let all =
        own.into_iter().all(|(name, call)| unsafe { set(vfs, name.as_ptr(), Some(call)) } == ffi::SQLITE_OK);
    all.then_some(())
}

/// `open` for SQLite. None of these functions may panic: they are called from C.
///
/// A file that was opened earlier is not recorded, and keeps its kind of locks: what was locked by process can only be
/// unlocked by process.
///
/// # Safety
/// As for `open`.
unsafe extern "C" fn open(path: *const c_char, flags: c_int, mode: c_int) -> c_int {
    let Some(before) = BEFORE.get() else { return -1 };
    // SAFETY: what SQLite asked for, unchanged.
    let descriptor = unsafe { (before.open)(path, flags, mode) };
    // SAFETY: opening succeeded, so the path is a string that ends with a zero.
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
    // SAFETY: these three commands come with a `flock` of SQLite's own, which no other thread uses during the call.
    let asked = unsafe { argument.cast::<libc::flock>().as_mut() };
    let Some(asked) = asked.filter(|asked| is_shm(asked) && carriers::contain(descriptor)) else {
        // SAFETY: what SQLite asked for, unchanged.
        return unsafe { (before.fcntl)(descriptor, command, argument) };
    };
    // A copy, since SQLite does not set the process id in its `flock`, and for these commands it must be zero.
    let mut lock = super::described(asked.l_type.into(), asked.l_start, asked.l_len);
    // SAFETY: the command reads and writes a `flock` that outlives the call.
    let answer = unsafe { (before.fcntl)(descriptor, by_description, &raw mut lock) };
    if command == libc::F_GETLK && answer == 0 {
        *asked = lock;
    }
    answer
}

/// Whether these are lock bytes of a `-shm` file. In a database, whose name could end in `-shm` too, SQLite locks bytes
/// from 0x40000000 on, or unlocks everything from 0 on (a length of 0). It locks no other files.
fn is_shm(asked: &libc::flock) -> bool {
    asked.l_whence == libc::SEEK_SET as libc::c_short
        && asked.l_start >= BYTES.0
        && asked.l_len >= 1
        && asked.l_len <= BYTES.1 + 1 - asked.l_start
}
