//! The descriptors that carry locks by description: a bit for each number there can be.

use std::ffi::c_int;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

/// 2^20 descriptors: as many as Linux lets a process have unless it is told otherwise.
const WORDS: usize = 1 << 14;

/// 128 KiB, of which only what is touched takes memory.
type Page = [AtomicU64; WORDS];

/// Pages for all 2^31 numbers. They are allocated when their first number comes, and stay.
static PAGES: [AtomicPtr<Page>; 1 << 11] = [const { AtomicPtr::new(std::ptr::null_mut()) }; 1 << 11];

/// Where the bit of a number is: page, word, bit.
fn place(descriptor: c_int) -> Option<(&'static AtomicPtr<Page>, usize, u64)> {
    let number = usize::try_from(descriptor).ok()?;
    let word = number / 64;
    PAGES.get(word / WORDS).map(|page| (page, word % WORDS, 1 << (number % 64)))
}

fn word(descriptor: c_int) -> Option<(&'static AtomicU64, u64)> {
    let (page, word, bit) = place(descriptor)?;
    // SAFETY: a page that is there was allocated by `add`, and stays.
    let page = unsafe { page.load(Ordering::Acquire).as_ref() }?;
    page.get(word).map(|word| (word, bit))
}

/// Says that a descriptor carries locks. One that cannot be counted, for want of memory, never does.
pub(in super::super) fn add(descriptor: c_int) {
    let Some((page, word, bit)) = place(descriptor) else { return };
    // SAFETY: zero is a value of every word, and only this writes the pointer.
    let page = unsafe { super::allocated(page) };
    if let Some(word) = page.and_then(|page| page.get(word)) {
        word.fetch_or(bit, Ordering::AcqRel);
    }
}

/// Says that it does no more. Called before it is closed: its number may be another file's at once.
pub(in super::super) fn remove(descriptor: c_int) {
    if let Some((word, bit)) = word(descriptor) {
        word.fetch_and(!bit, Ordering::AcqRel);
    }
}

/// Whether it does.
pub(in super::super) fn contain(descriptor: c_int) -> bool {
    word(descriptor).is_some_and(|(word, bit)| word.load(Ordering::Acquire) & bit != 0)
}

/// Hands over each one, and forgets them all. Allocates nothing.
pub(super) fn take(mut each: impl FnMut(c_int)) {
    for (number, page) in (0_i32..).zip(&PAGES) {
        // SAFETY: as above.
        let Some(page) = (unsafe { page.load(Ordering::Acquire).as_ref() }) else { continue };
        for (word, bits) in (0_i32..).zip(page) {
            // Reading first: a write would give every word of the page memory of its own.
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
