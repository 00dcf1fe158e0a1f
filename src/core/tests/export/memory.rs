//! How many bytes the engine holds: the allocator of these tests marks each allocation with who made it.
//!
//! The engine's are those made while it works, until they are dropped. What it is handed counts as well, because the driver
//! copies replies while [`counted`]. What grows counts twice for a moment, in its old place and in its new one.
//! Each thread counts for itself: other tests run beside, and an engine stays on its thread.

#![allow(
    unsafe_code,
    reason = "an allocator is handed out as raw memory; nothing else here needs it"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static IS_COUNTING: Cell<bool> = const { Cell::new(false) };
    static LIVE: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

/// Does some of the engine's work.
pub fn counted<T>(work: impl FnOnce() -> T) -> T {
    IS_COUNTING.set(true);
    let result = work();
    IS_COUNTING.set(false);
    result
}

/// The most bytes of the engine's that there were at once on this thread, since the last time it was asked.
pub fn take_peak() -> isize {
    PEAK.replace(LIVE.get())
}

fn count(bytes: isize) {
    LIVE.set(LIVE.get() + bytes);
    PEAK.set(PEAK.get().max(LIVE.get()));
}

#[global_allocator]
static ALLOCATOR: Marking = Marking;

/// The system's allocator, with the mark in front of what is handed out.
struct Marking;

/// Room for the mark: a multiple of the alignment, and of the 16 bytes to which the system aligns anyway.
fn room(layout: Layout) -> usize {
    layout.align().max(16)
}

/// With the room for the mark; nothing where that is more than can be.
fn marked(layout: Layout) -> Option<Layout> {
    let size = layout.size().checked_add(room(layout))?;
    Layout::from_size_align(size, room(layout)).ok()
}

// SAFETY: what is handed out lies `room` bytes into an allocation of the system that is that much larger and at least as
// aligned, and `room` is a multiple of the alignment asked for. `room` follows from the layout, which is the same when it
// is given back. The mark lies before it, where nobody else writes. Growing and zeroing are the trait's own, made of these two.
// The cells are constants without a destructor: using them allocates nothing, and they are there to the thread's end.
unsafe impl GlobalAlloc for Marking {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let Some(whole) = marked(layout) else {
            return std::ptr::null_mut();
        };
        unsafe {
            let start = System.alloc(whole);
            if start.is_null() {
                return start;
            }
            let is_engines = IS_COUNTING.get();
            start.write(u8::from(is_engines));
            if is_engines {
                count(layout.size() as isize);
            }
            start.add(room(layout))
        }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        unsafe {
            let start = place.sub(room(layout));
            if start.read() == 1 {
                count(-(layout.size() as isize));
            }
            // The same as when it was allocated, where it could be.
            let whole =
                Layout::from_size_align_unchecked(layout.size() + room(layout), room(layout));
            System.dealloc(start, whole);
        }
    }
}

#[test]
fn what_is_made_while_counting_counts_until_it_is_dropped() {
    let others = vec![1_u8; 1_000];
    let mut ours = counted(|| vec![0_u8; 5_000]);
    assert!(ours.iter().all(|byte| *byte == 0));
    drop(others);
    assert_eq!(take_peak(), 5_000);
    ours.fill(7);
    counted(|| ours.reserve_exact(1_000));
    assert_eq!(take_peak(), 11_000);
    assert!(ours.len() == 5_000 && ours.iter().all(|byte| *byte == 7));
    drop(ours);
    assert_eq!([take_peak(), take_peak()], [6_000, 0]);
}

#[test]
fn what_is_aligned_stays_so() {
    #[repr(align(4096))]
    struct Aligned([u8; 4096]);
    let made: Vec<Box<Aligned>> =
        counted(|| (0..3).map(|n| Box::new(Aligned([n; 4096]))).collect());
    for (n, it) in (0..).zip(&made) {
        assert_eq!(std::ptr::from_ref(it.as_ref()).addr() % 4096, 0);
        assert!(it.0.iter().all(|byte| *byte == n));
    }
    assert_eq!(take_peak(), 3 * 4096 + 3 * 8);
}
