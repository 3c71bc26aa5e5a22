//! Powers of g = 2 from two constants: what `comb` does from 48 KiB, for programs of which that would be the greater part.
//!
//! The exponent is cut into up to three *parts* of 70 digits, or 350 bits. A digit of the lowest part shifts the result by so many bits,
//! which is as cheap as an addition. Those of the others choose among the powers of 2^(2^350) and of 2^(2^700), as a ladder's do
//! among the powers of its base. The squarings between the digits of one part serve the other parts too: 1024 bits take 345 squarings and 135
//! products with the powers, which themselves take 62.

use zeroize::Zeroizing;

use super::{
    Residue, WORDS, group,
    ladder::{self, TABLE, WINDOW},
    montgomery::{Element, Montgomery},
};

/// A kernel whose elements have room for 32 bits above N: those with R = 2^3136.
pub(super) trait Shift: Montgomery {
    /// element := element * 2^bits, for fewer than 32 bits.
    ///
    /// The result is not reduced: from an element below 2N it is below 2^32 * N, and can be squared or decoded, no more. The
    /// square is below 2^64 * N^2 < R * N, and so reduced to less than 2N; and 2^32 * N is below R, which decoding needs.
    fn shift(element: &mut Self::Element, bits: u8);
}

const _: () = assert!(1 << WINDOW <= 32, "a digit is a number of bits to shift by");

/// Digits of a part: three parts hold the 1024 bits that some clients draw for `a`, and two the 512 that others do.
pub(super) const PART: usize = 70;

const _: () = assert!(3 * PART * WINDOW >= 1024 && 2 * PART * WINDOW >= 512);

/// What the lowest bit of each part above the lowest stands for: 2^(2^350) and 2^(2^700) mod N. A test derives them.
pub(super) static HIGHER_PARTS: [[u64; WORDS]; 2] = [
    group::from_hex(
        b"\
          D52F482D22353FFE7704C87ED26CE662D5358E0E3FA268FFD47CC57958B51322\
          A7D08692078B327ABB0A12B22E829928E6C97ADF57927BBAB19EFAAF5F78BA48\
          EEBC1F642C009ACC4EBCA765C40379D381F6CA9111D771CE480DE93FE9A22F79\
          AEE43F23CE9AA859A2192AF82B0F0E406C438D3841BB20D2F2AFAF931A81735A\
          CB33D1782249F115AB192CB35F95C743D59A79B3F947400D37742118C7695EFF\
          C6043E865E4C0EB636D10D361E23E08D5EBFBB9A51D9237965108EC2B16AD20E\
          9E689ED64D5F03E99B55F0681EEFCEFEB93DFC40AD548D99FE52942067419416\
          DCE5B440BC6FAE55443C4B99300FBCC32E3D62BAA21C7BB9AEB417B167997EF3\
          04079DBED2B51B217CFBB5EDB8F4B3941D13CB02AB28E59C375E93BD24303FD0\
          3E8A4912FF4E4A97A79EB8071D992A7707C9FEDCC5E586ADA94FEFDFF9D0D8F0\
          0F88C2F1579990ED38148DB9D27B21AE802868010C8C36DF44E5B1B3CE860F78\
          74477BD2E09F2FE45EF435862BB18E6BDB81BFCC2A676BD12E4FF737686C1632",
        &mut 0,
    ),
    group::from_hex(
        b"\
          4EC31144CF9AD6E188C6ACDD96A13846C8453CC52DF88BCEF8230835B12B64A2\
          15D12D25598B47E6CACB051FB90D5DB22953AFA10B0AA206EEB4A2EA05087FE3\
          0A9C4777CD86D6C831FD7325955ECB1A2F097429A712867D80DFAA4C614C5904\
          7A0AD1516D38CA5494169A06197589DE3D2AA0876565ACDDBF1E068F9E49D087\
          41F9340A3E46243B27269428AF6EA0676E7A6C88ED1C1064B34AE366868ED95A\
          5CF41038F374C7BE13932A280E36004A138E20BAC09921BC5769560945D69362\
          FF064D798797C3C18CEAB6DF7C7291FC8F417DCFBC86456D7F0A14A9B7F87D69\
          98212938B93255E6803E9358FE3E8786967049B2DE71CF2B993C442B3C82A685\
          CF9EA7E9499272157A0C9A98A2A7F23A275B6F2446FB95AD066EDF17D179F735\
          99A5AA97B6A150E81BC4010F69CF74AC6BDCB2533C5902539AB36A1266E760B8\
          9BF7D5188FFFF3207E352D2141EFE43B161583A288586AE9F8505957B9822B08\
          0E1A908E6607AE36AEBEB78A2DC476AB1D17F7C22CFFA0F86DE5A75742BDE832",
        &mut 0,
    ),
];

/// 2^exponent mod N, the exponent in big-endian bytes; an empty exponent is 0.
///
/// Leaks: the length of the exponent in bytes, and not its bits.
pub(super) fn power_of_g<K: Shift>(kernel: &mut K, exponent: &[u8]) -> Residue {
    let higher_parts = ladder::digits_of(exponent).div_ceil(PART).saturating_sub(1);
    match HIGHER_PARTS.get(..higher_parts) {
        Some(bases) => power_by_parts(kernel, bases, exponent),
        None => ladder::pow(kernel, &Residue::g(), exponent),
    }
}

/// The same for an exponent that has no digits above the lowest part and those of `bases`.
#[inline(never)] // so that the tables are not on the stack below the ladder
fn power_by_parts<K: Shift>(kernel: &mut K, bases: &[[u64; WORDS]], exponent: &[u8]) -> Residue {
    let digits = ladder::digits_of(exponent);
    // Nothing of these is secret but which entry is taken.
    let mut tables = [[K::Element::ZERO; TABLE]; HIGHER_PARTS.len()];
    for (table, base) in tables.iter_mut().zip(bases) {
        ladder::set_to_powers(kernel, &Residue(*base), table);
    }
    let mut result = Zeroizing::new(K::Element::ZERO);
    let mut power = Zeroizing::new(K::Element::ZERO);
    K::set_to_one(&mut result);
    for lowest in (0..PART.min(digits)).rev() {
        for (table, position) in tables.iter().zip((lowest + PART..digits).step_by(PART)) {
            kernel.select(table, ladder::digit(exponent, position), &mut power);
            kernel.multiply(&mut result, &power);
        }
        K::shift(&mut result, ladder::digit(exponent, lowest));
        if lowest > 0 {
            for _ in 0..WINDOW {
                kernel.square(&mut result);
            }
        }
    }
    kernel.decode(&result)
}
