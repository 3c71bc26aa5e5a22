//! cognito-srp-core for JavaScript: the operations as `lib` calls them.
//!
//! Text, bytes and seconds cross the boundary, and errors as the class of `lib/error.js`. That file's neighbours do all that
//! JavaScript alone can do: they check types, read and write JSON, and know whether an object is still alive.
//!
//! Whatever passes through the memory of the module is wiped when it is given back: see [`allocator`].
//!
//! Without the feature `sign-in` it is the [`arithmetic`] alone, for clients that have all else, in less than a third of the bytes.

#![no_std]

extern crate alloc;

mod allocator;
pub mod arithmetic;
mod failure;
#[cfg(feature = "sign-in")]
pub mod login;
#[cfg(feature = "sign-in")]
pub mod sign_in;

use alloc::string::String;

use cognito_srp_operations as operations;
use wasm_bindgen::prelude::wasm_bindgen;

use self::failure::CognitoSrpError;

type Result<T> = core::result::Result<T, CognitoSrpError>;

/// The kernel that computes.
#[wasm_bindgen]
pub fn kernel() -> String {
    operations::kernel()
}

/// The version of this package.
#[wasm_bindgen]
pub fn version() -> String {
    operations::VERSION.into()
}

/// What leaves for JavaScript, which cannot wipe what it is given; the copy here is wiped as it is freed.
fn given<T: Default + zeroize::Zeroize>(mut secret: zeroize::Zeroizing<T>) -> T {
    core::mem::take(&mut *secret)
}

/// A panic is a bug of ours. It ends the module at once, and `lib/module.js` says so; a message would weigh more than all of SRP.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
