//! Memory that is wiped when it is given back: every text that crosses the boundary passes through it, and the copies that
//! growing vectors leave behind too.
//!
//! Blocks are powers of two. Those that were given back wait in one list per size, so that both ways take the same short time
//! whatever has been allocated before. Nothing is joined again: a module needs at most twice what its largest moments need.

#![expect(unsafe_code, reason = "an allocator hands out raw memory")]
#![expect(clippy::cast_ptr_alignment, reason = "every block lies at a multiple of 16")]

use core::{
    alloc::{GlobalAlloc, Layout},
    arch::wasm32,
    cell::UnsafeCell,
    ptr,
    sync::atomic::{Ordering, compiler_fence},
};

#[cfg(target_feature = "atomics")]
compile_error!("the lists are for one thread");

#[global_allocator]
static WIPING: Wiping = Wiping(UnsafeCell::new(Lists { free: [ptr::null_mut(); SIZES], next: 0, end: 0 }));

/// What the platform calls a page.
const PAGE: usize = 1 << 16;

/// Blocks have 2^4 to 2^30 bytes. More than 2^30 are never given out.
const SMALLEST: u32 = 4;
const LARGEST: u32 = 30;
const SIZES: usize = (LARGEST - SMALLEST + 1) as usize;

struct Wiping(UnsafeCell<Lists>);

struct Lists {
    /// The first free block of each size. A free block begins with the address of the next one; the rest of it is zero.
    free: [*mut u8; SIZES],
    /// Memory that was never given out.
    next: usize,
    end: usize,
}

// SAFETY: there is one thread: the module is not built for others.
unsafe impl Sync for Wiping {}

// SAFETY: a block is in a list or given out, never both, and blocks do not overlap: each was cut from memory that was given
// out to nobody. Its size is at least the layout's, and its address a multiple of 16, which is all that is accepted.
unsafe impl GlobalAlloc for Wiping {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let Some(exponent) = exponent(layout) else { return ptr::null_mut() };
        // SAFETY: nothing in here calls out, so nobody else holds the lists.
        let lists = unsafe { &mut *self.0.get() };
        let first = &mut lists.free[(exponent - SMALLEST) as usize];
        let block = *first;
        if block.is_null() {
            return lists.cut(1 << exponent);
        }
        // SAFETY: a free block begins with the next one's address.
        *first = unsafe { block.cast::<*mut u8>().read() };
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let Some(exponent) = exponent(layout) else { return };
        // SAFETY: the block has this size, and is nobody's any more.
        unsafe { ptr::write_bytes(block, 0, 1 << exponent) };
        compiler_fence(Ordering::SeqCst);
        // SAFETY: as in `alloc`.
        let lists = unsafe { &mut *self.0.get() };
        let first = &mut lists.free[(exponent - SMALLEST) as usize];
        // SAFETY: the block has room for an address, and is aligned for it.
        unsafe { block.cast::<*mut u8>().write(*first) };
        *first = block;
    }
}

impl Lists {
    /// A new block; null where the platform has no more memory.
    fn cut(&mut self, size: usize) -> *mut u8 {
        if self.end - self.next < size {
            let pages = size.div_ceil(PAGE);
            let before = wasm32::memory_grow(0, pages);
            if before == usize::MAX {
                return ptr::null_mut();
            }
            // What was left over is given up, unless the new pages follow it.
            let start = before * PAGE;
            if start != self.end {
                self.next = start;
            }
            // The last page of the address space ends beyond it: one byte less is a size that nobody asks for.
            self.end = start.saturating_add(pages * PAGE);
        }
        let block = self.next;
        self.next += size;
        ptr::without_provenance_mut(block)
    }
}

/// The size of a block as a power of two; none where nobody gets such a block.
fn exponent(layout: Layout) -> Option<u32> {
    let exponent = layout.size().max(1 << SMALLEST).next_power_of_two().trailing_zeros();
    (exponent <= LARGEST && layout.align() <= 1 << SMALLEST).then_some(exponent)
}
