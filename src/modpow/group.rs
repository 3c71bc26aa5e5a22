//! The group: one prime and what follows from it, each derived by the compiler from the text of RFC 3526.
//!
//! Everything here is public, and computed before the program runs but for the comparison with what came over the wire: these functions
//! may branch.

use super::{WORDS, add};

/// The 3072-bit MODP prime: RFC 3526 section 4 (group 15), 2^3072 - 2^3008 - 1 + 2^64 * (floor(2^2942 * pi) + 1690314).
///
/// Cognito pairs it with the generator 2 of RFC 3526; RFC 5054, which has the same prime, gives it 5.
pub(crate) const N: [u64; WORDS] = from_hex(
    b"\
      FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74\
      020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437\
      4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED\
      EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05\
      98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB\
      9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B\
      E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718\
      3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33\
      A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7\
      ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864\
      D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E2\
      08E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
    &mut 0,
);

/// 2^3072 - N, which is 2^3072 mod N.
pub(super) const COMPLEMENT: [u64; WORDS] = negate(&N);

/// N + 1. Its lowest word is 0, because N is -1 modulo 2^64: this is what makes the Montgomery factor 1.
pub(super) const N_PLUS_1: [u64; WORDS] = plus_one(&N);

const _: () =
    assert!(N[0] == u64::MAX, "N is -1 modulo 2^64: the quotient digit of a reduction is the low limb itself");
const _: () =
    assert!(N[WORDS - 1] == u64::MAX, "2^3072 - N is below 2^3008: one carry is all that a sum of two leaves");

/// 2^exponent mod N: a power of two below 2^64, moved up word by word.
///
/// R mod N and R^2 mod N of every kernel come from here.
pub(super) const fn power_of_two(exponent: usize) -> [u64; WORDS] {
    let mut t = [0; WORDS];
    t[0] = 1 << (exponent & 63);
    let mut i = 0;
    while i < exponent >> 6 {
        t = times_2_to_the_64(&t);
        i += 1;
    }
    if less_than(&t, &N) { t } else { add(&t, &COMPLEMENT).0 }
}

/// a < b.
pub(super) const fn less_than(a: &[u64; WORDS], b: &[u64; WORDS]) -> bool {
    let mut i = WORDS;
    while i > 0 {
        i -= 1;
        if a[i] != b[i] {
            return a[i] < b[i];
        }
    }
    false
}

/// t * 2^64, congruent modulo N and below 2^3072.
///
/// The word that leaves at the top stands for a multiple of 2^3072, which is congruent to 2^3072 - N; so is the carry. There is
/// one at most, and it brings no other: 2^3072 - N is below 2^3008, and so 2^64 times as much below 2^3072.
const fn times_2_to_the_64(t: &[u64; WORDS]) -> [u64; WORDS] {
    let leaving = t[WORDS - 1];
    let mut sum = [0; WORDS];
    let mut carry = 0;
    let mut i = 0;
    while i < WORDS {
        let low = if i == 0 { 0 } else { t[i - 1] };
        let wide = leaving as u128 * COMPLEMENT[i] as u128 + low as u128 + carry;
        sum[i] = wide as u64;
        carry = wide >> 64;
        i += 1;
    }
    assert!(carry <= 1 && COMPLEMENT[WORDS - 1] == 0);
    if carry == 0 { sum } else { add(&sum, &COMPLEMENT).0 }
}

/// a + 1 modulo 2^3072.
const fn plus_one(a: &[u64; WORDS]) -> [u64; WORDS] {
    let mut one = [0; WORDS];
    one[0] = 1;
    add(a, &one).0
}

/// 2^3072 - a, for a in 1..2^3072.
const fn negate(a: &[u64; WORDS]) -> [u64; WORDS] {
    let mut complement = [0; WORDS];
    let mut i = 0;
    while i < WORDS {
        complement[i] = !a[i];
        i += 1;
    }
    plus_one(&complement)
}

/// Reads one integer of 768 upper-case hex digits, most significant first, and moves `at` behind it; skips line ends.
pub(super) const fn from_hex(text: &[u8], at: &mut usize) -> [u64; WORDS] {
    let mut words = [0; WORDS];
    let mut digits = 0;
    while digits < WORDS * 16 {
        let digit = match text[*at] {
            c @ b'0'..=b'9' => Some(c - b'0'),
            c @ b'A'..=b'F' => Some(c - b'A' + 10),
            b'\r' | b'\n' => None,
            _ => unreachable!(), // evaluated by the compiler only
        };
        if let Some(digit) = digit {
            let word = WORDS - 1 - (digits >> 4);
            words[word] = words[word] << 4 | digit as u64;
            digits += 1;
        }
        *at += 1;
    }
    words
}
