//! Leaks on purpose, one each.

use std::hint::black_box;

type Leak = fn(secret: &[u8; 32], table: &[u8; 256]) -> u64;

/// Keeps all of them in the program, and as they are: who calls them does not know whom.
pub fn run() {
    let leaks: [Leak; 7] = black_box([
        branch_on_a_secret,
        end_at_the_first_difference,
        address_from_a_secret,
        copy_from_an_address_from_a_secret,
        division_of_a_secret,
        secret_as_an_argument,
        words_on_the_stack,
    ]);
    for leak in leaks {
        black_box(leak(&[7; 32], &[8; 256]));
    }
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        let leak: unsafe fn(&[u8; 32], &[u8; 256]) -> u64 = black_box(gather_at_secrets);
        // SAFETY: the feature was found above.
        black_box(unsafe { leak(&[7; 32], &[8; 256]) });
        let leak: unsafe fn(&[u8; 32], &[u8; 256]) -> u64 = black_box(vector_on_the_stack);
        // SAFETY: likewise.
        black_box(unsafe { leak(&[7; 32], &[8; 256]) });
    }
    #[cfg(target_arch = "x86_64")]
    {
        let leak: Leak = black_box(jump_by_a_counter);
        black_box(leak(&[7; 32], &[8; 256]));
    }
}

/// A loop is more than a conditional move can do.
fn branch_on_a_secret(secret: &[u8; 32], _: &[u8; 256]) -> u64 {
    let mut sum = 0;
    for &byte in secret {
        if byte & 1 == 1 {
            sum = black_box(sum + 1);
        }
    }
    sum
}

fn end_at_the_first_difference(secret: &[u8; 32], table: &[u8; 256]) -> u64 {
    secret.iter().zip(table).map(|(a, b)| u64::from(a == b)).take_while(|&equal| equal == 1).sum()
}

fn address_from_a_secret(secret: &[u8; 32], table: &[u8; 256]) -> u64 {
    table[usize::from(secret[5])].into()
}

/// As many bytes as the compiler does not know, so that it calls `memcpy`.
fn copy_from_an_address_from_a_secret(secret: &[u8; 32], table: &[u8; 256]) -> u64 {
    let mut entry = [0; 64];
    let length = black_box(entry.len());
    // SAFETY: from one of the first 128 bytes of 256, at most 64 are read.
    unsafe {
        let from = table.as_ptr().add(usize::from(secret[5] & 127));
        std::ptr::copy_nonoverlapping(from, entry.as_mut_ptr(), length);
    }
    entry.iter().map(|&byte| u64::from(byte)).sum()
}

fn division_of_a_secret(secret: &[u8; 32], table: &[u8; 256]) -> u64 {
    u64::from(secret[5]) / u64::from(table[5] | 1)
}

/// A look-up, in somebody else's name.
fn secret_as_an_argument(secret: &[u8; 32], table: &[u8; 256]) -> u64 {
    look_up(usize::from(secret[5]), table)
}

#[inline(never)]
fn look_up(index: usize, table: &[u8; 256]) -> u64 {
    black_box(table[index]).into()
}

/// Eight entries of a table at once.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn gather_at_secrets(secret: &[u8; 32], table: &[u8; 256]) -> u64 {
    use std::arch::x86_64::{
        _mm256_and_si256, _mm256_extract_epi64, _mm256_i32gather_epi32, _mm256_loadu_si256, _mm256_set1_epi32,
    };
    // SAFETY: 32 bytes of the secret are read, and four of the table from one of the first 128 on.
    let entries = unsafe {
        let indices = _mm256_and_si256(_mm256_loadu_si256(secret.as_ptr().cast()), _mm256_set1_epi32(127));
        _mm256_i32gather_epi32::<1>(table.as_ptr().cast(), indices)
    };
    _mm256_extract_epi64::<0>(entries).cast_unsigned()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn vector_on_the_stack(secret: &[u8; 32], _: &[u8; 256]) -> u64 {
    use std::arch::x86_64::{_mm256_extract_epi64, _mm256_loadu_si256};
    // SAFETY: the secret has as many bytes as are read.
    let left = black_box(unsafe { _mm256_loadu_si256(secret.as_ptr().cast()) });
    _mm256_extract_epi64::<0>(left).cast_unsigned()
}

/// More words than fit into the 128 bytes below the stack's end, which a function may use without making room.
fn words_on_the_stack(secret: &[u8; 32], _: &[u8; 256]) -> u64 {
    black_box([u64::from(secret[0]); 32])[31]
}

#[cfg(target_arch = "x86_64")]
fn jump_by_a_counter(secret: &[u8; 32], _: &[u8; 256]) -> u64 {
    let mut is_zero = 1_u64;
    // SAFETY: it jumps or does not, and writes one register.
    unsafe {
        std::arch::asm!(
            "jrcxz 2f",
            "mov {is_zero:e}, 0",
            "2:",
            in("rcx") u64::from(secret[0]),
            is_zero = inout(reg) is_zero,
            options(nomem, nostack, preserves_flags),
        );
    }
    is_zero
}
