//! Leaks on purpose: what the check has to catch.

#![expect(clippy::unnecessary_wraps, reason = "all leaks have one type, and one of them says what is wrong")]

use std::hint::black_box;

use crate::memcheck;

/// A leak by its name.
pub type Leak = (&'static str, fn(&mut [u8]) -> Result<(), String>);

/// What can be planted.
pub const LEAKS: [Leak; 3] = [("branch", branch), ("index", index), ("message", message)];

/// A comparison that ends with the first difference.
fn branch(secret: &mut [u8]) -> Result<(), String> {
    memcheck::hide(secret);
    let guess = black_box([0x2a; 32]);
    let equal = secret.iter().zip(&guess).take_while(|(a, b)| a == b).count();
    black_box(equal);
    Ok(())
}

/// A look-up of a secret's digit in a table.
fn index(secret: &mut [u8]) -> Result<(), String> {
    memcheck::hide(secret);
    let table = black_box(*b"0123456789abcdef");
    let digits: Vec<u8> = secret.iter().map(|&byte| table[usize::from(byte & 15)]).collect();
    black_box(digits);
    Ok(())
}

/// A message that a secret is in, with neither a branch nor an address that depends on it.
fn message(secret: &mut [u8]) -> Result<(), String> {
    memcheck::hide(secret);
    let message: Vec<u8> = secret.iter().map(|&byte| byte & 15 | 0x40).collect();
    if memcheck::is_secret(&message) { Err("a message depends on a secret".into()) } else { Ok(()) }
}
