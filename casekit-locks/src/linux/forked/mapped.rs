//! The ranges that are mapped of `-shm` files: their addresses and lengths.
//!
//! SQLite maps 32 KiB of a `-shm` file at a time, the index of 4,096 pages of log.

use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

use super::Address;

/// Places for 255 ranges, and the next piece once these are taken. Pieces are never freed, so that a child can follow
/// them without a lock.
struct Piece {
    places: [Place; 255],
    next: AtomicPtr<Piece>,
}

struct Place {
    at: AtomicPtr<std::ffi::c_void>,
    length: AtomicUsize,
}

static FIRST: Piece = Piece {
    places: [const { Place { at: AtomicPtr::new(ptr::null_mut()), length: AtomicUsize::new(0) } }; 255],
    next: AtomicPtr::new(ptr::null_mut()),
};

/// Records a mapped range. If there is no memory to record it, children keep it.
pub(in super::super) fn add(at: Address, length: usize) {
    let mut piece = Some(&FIRST);
    while let Some(Piece { places, next }) = piece {
        for place in places {
            if place.at.compare_exchange(ptr::null_mut(), at, Ordering::AcqRel, Ordering::Relaxed).is_ok() {
                place.length.store(length, Ordering::Release);
                return;
            }
        }
        // SAFETY: zero is a valid value of everything in a piece, and only this writes the pointer.
        piece = unsafe { super::allocated(next) };
    }
}

/// Removes the range at an address. Called before it is unmapped: something else can be mapped there immediately.
pub(in super::super) fn remove(at: Address) {
    for place in places().filter(|place| place.at.load(Ordering::Acquire) == at) {
        place.length.store(0, Ordering::Release);
        place.at.store(ptr::null_mut(), Ordering::Release);
    }
}

/// Hands over every recorded range. Does not allocate, so that a forked child can call it.
pub(super) fn each(mut each: impl FnMut(Address, usize)) {
    for place in places() {
        let (at, length) = (place.at.load(Ordering::Acquire), place.length.load(Ordering::Acquire));
        if !at.is_null() && length > 0 {
            each(at, length);
        }
    }
}

fn places() -> impl Iterator<Item = &'static Place> {
    std::iter::successors(Some(&FIRST), |piece| {
        // SAFETY: a piece was allocated by `add`, and is never freed.
        unsafe { piece.next.load(Ordering::Acquire).as_ref() }
    })
    .flat_map(|piece| &piece.places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_for_more_than_one_piece_and_freed_places_are_used_again() {
        let address = |number: usize| ptr::without_provenance_mut(number << 15);
        let count = || {
            let mut count = 0;
            each(|_, length| count += length);
            count
        };
        for number in 1..=1_000 {
            add(address(number), 1);
        }
        assert_eq!((count(), places().count()), (1_000, 1_020));
        for number in 1..=1_000 {
            remove(address(number));
            add(address(number + 1_000), 1);
        }
        assert_eq!((count(), places().count()), (1_000, 1_020));
        for number in 1_001..=2_000 {
            remove(address(number));
        }
        assert_eq!(count(), 0);
    }
}
