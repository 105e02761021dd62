//! Memory of one call. The sandbox is thrown away after it, so the first piece of memory is handed out from front to back
//! and not taken back, which costs next to nothing; what does not fit there comes from the ordinary allocator.
//!
//! Measured (`make bench`): of a batch's time a quarter went into handing out and taking back its strings one by one.

#![allow(unsafe_code, reason = "an allocator is made of raw pointers")]

use std::alloc::GlobalAlloc;
use std::alloc::Layout;
use std::alloc::System;
use std::cell::Cell;
use std::cell::UnsafeCell;

/// Some batches of 64 with all they make; pages that nobody touches are not there.
const BYTES: usize = 1024 * 1024;

/// The allocator.
pub(crate) struct Arena {
    memory: UnsafeCell<[u8; BYTES]>,
    used: Cell<usize>,
}

// A component has one thread.
unsafe impl Sync for Arena {}

impl Arena {
    /// An empty one.
    pub(crate) const fn new() -> Self {
        Self { memory: UnsafeCell::new([0; BYTES]), used: Cell::new(0) }
    }

    /// Where a block begins in the arena; `None`: it is not in there.
    fn place(&self, block: *mut u8) -> Option<usize> {
        (block as usize).checked_sub(self.memory.get() as usize).filter(|place| *place < BYTES)
    }

    /// Whether a block that begins there is the newest one.
    fn is_newest(&self, place: usize, size: usize) -> bool {
        place + size == self.used.get()
    }
}

unsafe impl GlobalAlloc for Arena {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let base = self.memory.get().cast::<u8>();
        let start = (base as usize + self.used.get()).next_multiple_of(layout.align()) - base as usize;
        match start.checked_add(layout.size()) {
            Some(end) if end <= BYTES => {
                self.used.set(end);
                // Within the arena, and behind everything that was handed out.
                unsafe { base.add(start) }
            }
            _ => unsafe { System.alloc(layout) },
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        match self.place(block) {
            Some(place) if self.is_newest(place, layout.size()) => self.used.set(place),
            Some(_) => {}
            None => unsafe { System.dealloc(block, layout) },
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let Some(place) = self.place(block) else { return unsafe { System.realloc(block, layout, size) } };
        if self.is_newest(place, layout.size()) && place.checked_add(size).is_some_and(|end| end <= BYTES) {
            self.used.set(place + size);
            return block;
        }
        // The caller says that `size` fits this alignment.
        let grown = unsafe { self.alloc(Layout::from_size_align_unchecked(size, layout.align())) };
        if !grown.is_null() {
            unsafe { block.copy_to_nonoverlapping(grown, layout.size().min(size)) };
        }
        grown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(size: usize, align: usize) -> Layout {
        Layout::from_size_align(size, align).unwrap()
    }

    #[test]
    fn blocks_are_aligned_apart_and_keep_what_is_written() {
        let arena = Box::new(Arena::new());
        let blocks: Vec<(*mut u8, Layout)> = (1..200)
            .map(|n| {
                let layout = layout(n, 1 << (n % 7));
                let block = unsafe { arena.alloc(layout) };
                unsafe { block.write_bytes(n as u8, n) };
                assert_eq!(block as usize % layout.align(), 0);
                (block, layout)
            })
            .collect();
        for (block, layout) in &blocks {
            let bytes = unsafe { std::slice::from_raw_parts(*block, layout.size()) };
            assert!(bytes.iter().all(|byte| usize::from(*byte) == layout.size()));
        }
    }

    #[test]
    fn the_newest_block_grows_where_it_is_and_is_given_back() {
        let arena = Box::new(Arena::new());
        let first = unsafe { arena.alloc(layout(8, 8)) };
        let second = unsafe { arena.alloc(layout(8, 8)) };
        assert_eq!(unsafe { arena.realloc(second, layout(8, 8), 800) }, second);
        unsafe { arena.dealloc(second, layout(800, 8)) };
        assert_eq!(unsafe { arena.alloc(layout(8, 8)) }, second);
        unsafe { first.write_bytes(7, 8) };
        let moved = unsafe { arena.realloc(first, layout(8, 8), 16) };
        assert_ne!(moved, first);
        assert_eq!(unsafe { std::slice::from_raw_parts(moved, 8) }, [7; 8]);
    }

    #[test]
    fn what_does_not_fit_comes_from_outside_and_goes_back_there() {
        let arena = Box::new(Arena::new());
        let large = layout(BYTES + 1, 16);
        let outside = unsafe { arena.alloc(large) };
        assert!(!outside.is_null() && arena.place(outside).is_none());
        unsafe { outside.write_bytes(1, BYTES + 1) };
        let grown = unsafe { arena.realloc(outside, large, BYTES + 100) };
        assert_eq!(unsafe { grown.add(BYTES).read() }, 1);
        unsafe { arena.dealloc(grown, layout(BYTES + 100, 16)) };
        let inside = unsafe { arena.alloc(layout(BYTES, 1)) };
        assert_eq!(arena.place(inside), Some(0));
        let out = unsafe { arena.realloc(inside, layout(BYTES, 1), BYTES + 1) };
        assert!(arena.place(out).is_none());
        unsafe { arena.dealloc(out, layout(BYTES + 1, 1)) };
    }
}
