//! What memcheck knows of memory: which bits are defined. A secret is memory whose bits it was told are not.

use std::{ffi::c_void, hint::black_box};

use crabgrind::{
    memcheck::{self, MemState},
    valgrind,
};

/// Whether this process runs under memcheck: whether bits that were made undefined are.
pub fn is_running() -> bool {
    let (probe, mut undefined) = (black_box([0_u8; 1]), [0; 1]);
    let start: *const c_void = probe.as_ptr().cast();
    memcheck::mark_memory(start, 1, MemState::Undefined).is_ok()
        && memcheck::vbits(start, &mut undefined).is_ok()
        && undefined == [0xff]
}

/// How many branches and addresses have depended on something undefined so far, each time counted.
pub fn errors() -> usize {
    valgrind::count_errors()
}

/// Makes a secret of bytes.
pub fn hide(bytes: &mut [u8]) {
    let start: *mut u8 = black_box(bytes.as_mut_ptr());
    memcheck::mark_memory(start.cast::<c_void>(), bytes.len(), MemState::Undefined).expect("we run under memcheck");
    black_box(bytes);
}

/// Makes a secret of a text.
pub fn hidden(text: &str) -> String {
    let mut bytes = black_box(text.as_bytes().to_vec());
    // Checked first: afterwards it would be a branch on a secret.
    let is_text = str::from_utf8(&bytes).is_ok();
    assert!(is_text);
    hide(&mut bytes);
    // SAFETY: checked above, and hiding changes no bit.
    unsafe { String::from_utf8_unchecked(bytes) }
}

/// Makes known the bits of `mask` in each byte.
pub fn reveal(start: *const u8, length: usize, mask: u8) {
    let mut undefined = undefined_bits(start, length);
    for bits in &mut undefined {
        *bits &= !mask;
    }
    memcheck::set_vbits(start.cast(), &undefined).expect("the caller owns the memory");
}

/// Which bits are undefined, byte by byte.
pub fn undefined_bits(start: *const u8, length: usize) -> Vec<u8> {
    let mut undefined = vec![0; length];
    memcheck::vbits(start.cast(), &mut undefined).expect("the caller owns the memory");
    undefined
}

/// Whether anything of this depends on a secret.
pub fn is_secret(bytes: &[u8]) -> bool {
    undefined_bits(bytes.as_ptr(), bytes.len()).iter().any(|&bits| bits != 0)
}
