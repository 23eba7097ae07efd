//! The descriptors that carry locks by description: one bit for each possible number, so that a child can read them
//! without a lock.

use std::ffi::c_int;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

/// The words of a page: bits for 2^20 descriptors, as many as Linux allows a process by default.
const WORDS: usize = 1 << 14;

/// 128 KiB, of which only touched parts take memory.
type Page = [AtomicU64; WORDS];

/// Pages for all 2^31 numbers. Each is allocated when its first number is added, and never freed.
static PAGES: [AtomicPtr<Page>; 1 << 11] = [const { AtomicPtr::new(std::ptr::null_mut()) }; 1 << 11];

/// The page, the word and the bit of a descriptor; `None` for a negative number.
fn place(descriptor: c_int) -> Option<(&'static AtomicPtr<Page>, usize, u64)> {
    let number = usize::try_from(descriptor).ok()?;
    let word = number / 64;
    PAGES.get(word / WORDS).map(|page| (page, word % WORDS, 1 << (number % 64)))
}

fn word(descriptor: c_int) -> Option<(&'static AtomicU64, u64)> {
    let (page, word, bit) = place(descriptor)?;
    // SAFETY: a page was allocated by `add`, and is never freed.
    let page = unsafe { page.load(Ordering::Acquire).as_ref() }?;
    page.get(word).map(|word| (word, bit))
}

/// Records that a descriptor carries locks. If there is no memory to record it, it counts as one that does not.
pub(in super::super) fn add(descriptor: c_int) {
    let Some((page, word, bit)) = place(descriptor) else { return };
    // SAFETY: zero is a valid value of every word, and only this writes the pointer.
    let page = unsafe { super::allocated(page) };
    if let Some(word) = page.and_then(|page| page.get(word)) {
        word.fetch_or(bit, Ordering::AcqRel);
    }
}

/// Records that a descriptor carries locks no more. Called before it is closed: another file can get its number
/// immediately.
pub(in super::super) fn remove(descriptor: c_int) {
    if let Some((word, bit)) = word(descriptor) {
        word.fetch_and(!bit, Ordering::AcqRel);
    }
}

/// Whether a descriptor carries locks.
pub(in super::super) fn contain(descriptor: c_int) -> bool {
    word(descriptor).is_some_and(|(word, bit)| word.load(Ordering::Acquire) & bit != 0)
}

/// Hands over every recorded descriptor once, and forgets it. Does not allocate, so that a forked child can call it.
pub(super) fn take(mut each: impl FnMut(c_int)) {
    for (number, page) in (0_i32..).zip(&PAGES) {
        // SAFETY: as in `word`.
        let Some(page) = (unsafe { page.load(Ordering::Acquire).as_ref() }) else { continue };
        for (word, bits) in (0_i32..).zip(page) {
            // Read first, since writing to each word would make the child copy the whole page.
            if bits.load(Ordering::Acquire) == 0 {
                continue;
            }
            let mut bits = bits.swap(0, Ordering::AcqRel);
            while bits != 0 {
                each((number << 20) | (word << 6) | bits.trailing_zeros().cast_signed());
                bits &= bits - 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_there_can_be_is_counted_and_handed_over_once() {
        let numbers = [5, 63, 64, 65_535, 65_536, 1_048_575, 1_048_576, c_int::MAX];
        numbers.into_iter().for_each(add);
        remove(64);
        assert!(contain(c_int::MAX) && contain(65_536) && !contain(64) && !contain(6) && !contain(-1));
        let mut taken = Vec::new();
        take(|descriptor| taken.push(descriptor));
        assert_eq!(taken, [5, 63, 65_535, 65_536, 1_048_575, 1_048_576, c_int::MAX]);
        assert!(numbers.into_iter().all(|number| !contain(number)));
    }
}
