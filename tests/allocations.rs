//! The exponentiation asks for no heap memory, whichever kernel computes it.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a test may panic, and says what it skips")]
#![expect(unsafe_code, reason = "an allocator that counts")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

use cognito_srp_core::{Kernel, hazmat};

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: every call is passed on to `System`, whose contract is the caller's.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller's contract is that of `System`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's contract is that of `System`.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations<T>(work: impl FnOnce() -> T) -> (usize, T) {
    let before = ALLOCATIONS.get();
    let result = work();
    (ALLOCATIONS.get() - before, result)
}

/// Of these functions the one allocation is the vector that they return.
#[test]
fn the_only_allocation_is_the_result() {
    for kernel in [Kernel::Portable, Kernel::Adx, Kernel::Ifma] {
        for length in [0, 32, 64, 65, 128, 384] {
            let exponent = vec![0xa5; length];
            let (variable_base, power) = allocations(|| hazmat::modpow_by(kernel, &[0x5a; 383], &exponent));
            let (fixed_base, power_of_g) = allocations(|| hazmat::power_of_g_by(kernel, &exponent));
            if power.is_none() {
                let required = std::env::var("COGNITO_SRP_REQUIRE").unwrap_or_default();
                assert!(!required.contains(&format!("{kernel:?}").to_lowercase()), "{kernel:?} is required");
                eprintln!("SKIPPED: this machine has no {kernel:?} kernel");
                break;
            }
            assert_eq!((variable_base, fixed_base), (1, 1), "{kernel:?}, {length} bytes of exponent");
            assert_eq!((power.unwrap().len(), power_of_g.unwrap().len()), (384, 384));
        }
    }
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| drop([vec![1_u8], vec![2]])).0, 2);
}
