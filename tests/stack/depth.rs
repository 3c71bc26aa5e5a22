//! How far down a call reaches: the stack is painted, the call made, and what is left of the paint is looked at.
//!
//! That memory below the frame that runs can be written and read is no promise of Rust's but how a thread's stack is laid
//! out: all of it is mapped, and it grows downwards.

#![expect(unsafe_code, reason = "a look at dead stack")]

use std::{hint::black_box, ptr, thread};

/// Bytes of stack that are painted, below the frame that has it done.
const PAINTED: usize = 512 * 1024;

/// Bytes right below that frame which are left to the painter, and to whoever looks: nothing shallower is measured.
const OWN: usize = 1024;

const PAINT: u8 = 0xd5;

/// What a call did to the stack, in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Depth {
    /// From the caller's frame to the lowest byte that was written.
    pub(crate) deepest: usize,
    /// The longest run of zeros: what was wiped, if that came last.
    pub(crate) zeros: usize,
    /// How many bytes below that run are neither as they were nor zero.
    pub(crate) below_zeros: usize,
}

impl Depth {
    /// Makes the call in a thread of its own.
    pub(crate) fn of(work: fn()) -> Self {
        let thread = thread::Builder::new().stack_size(2 * PAINTED);
        thread.spawn(move || Self::here(work)).unwrap().join().unwrap()
    }

    #[inline(never)]
    fn here(work: fn()) -> Self {
        let frame = 0_u8;
        let top = ptr::from_ref(black_box(&frame)).expose_provenance() - OWN;
        paint(top);
        black_box(work)();
        look(top)
    }
}

#[inline(never)]
fn paint(top: usize) {
    for address in top - PAINTED..top {
        // SAFETY: the thread's stack is twice that large, and nothing that is alive lies below this frame.
        unsafe { ptr::with_exposed_provenance_mut::<u8>(address).write_volatile(PAINT) };
    }
}

#[inline(never)]
fn look(top: usize) -> Depth {
    let (mut deepest, mut zeros, mut below_zeros) = (0, 0, 0);
    let (mut run, mut left) = (0, 0);
    for address in top - PAINTED..top {
        // SAFETY: as above; these bytes were painted.
        let byte = unsafe { ptr::with_exposed_provenance::<u8>(address).read_volatile() };
        if byte != PAINT && deepest == 0 {
            deepest = top - address + OWN;
        }
        run = if byte == 0 { run + 1 } else { 0 };
        left += usize::from(byte != 0 && byte != PAINT);
        if run > zeros {
            (zeros, below_zeros) = (run, left);
        }
    }
    Depth { deepest, zeros, below_zeros }
}
