//! Where C ends and Rust begins: pointers in, numbers out, and no panic beyond.
//!
//! What a caller of this library promises, which is all that can be promised in C and cannot be checked here:
//!
//! - a pointer that is not NULL is to as many bytes as the length beside it says, all of which can be read for as long as the
//!   call takes and are not written to meanwhile; a buffer can be written to;
//! - `result` and `length` are NULL or can be written to, aligned or not, and are nobody else's for as long as the call takes.

#![expect(unsafe_code, reason = "the caller's pointers")]

use std::{
    ffi::c_char,
    panic::{self, AssertUnwindSafe},
    ptr, slice,
    sync::Once,
};

use crate::{cancellation::Uncancelled, object::Object, registry, status::Status, trouble::Trouble};

/// Names an object of the library; 0 names none. A number is given out once, and never names another object.
pub type Handle = u64;

/// The longest text that is looked at: no request and no reply of the service can be as long.
const TEXT_LIMIT: usize = 1 << 20;

/// The most bytes that are looked at: those of a saved sign-in.
const BYTES_LIMIT: usize = 4 << 20;

const TOO_LONG: &str = "is too long";
const NOT_UTF_8: &str = "is not UTF-8";

/// A call that ends in an object, or in an error, which is an object too.
///
/// # Safety
///
/// The promise above about `result`.
pub(crate) unsafe fn call<T: Into<Object>>(
    result: *mut Handle,
    work: impl FnOnce() -> Result<Option<T>, Trouble>,
) -> Status {
    if result.is_null() {
        return Status::Argument;
    }
    let (status, handle) = guarded(|| match work() {
        Ok(object) => (Status::Ok, object.map_or(0, |object| registry::insert(object.into()))),
        Err(trouble) => (trouble.status, registry::insert(trouble.into())),
    })
    .unwrap_or((Status::Panic, 0));
    // SAFETY: it is not NULL, and the rest is the caller's promise. There are platforms whose C aligns it less than Rust does.
    unsafe { result.write_unaligned(handle) };
    status
}

/// Stops a panic, `None` where there was one, and keeps the thread from being cancelled.
///
/// What it leaves half-done is never seen: an object that a call was changing is behind a lock that is poisoned by it.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    // The usual words on standard error are not ours to write there, and could quote a value.
    static SILENT: Once = Once::new();
    let _uncancelled = Uncancelled::now();
    let silently = || {
        if !cfg!(test) {
            SILENT.call_once(|| panic::set_hook(Box::new(|_| {})));
        }
        work()
    };
    panic::catch_unwind(AssertUnwindSafe(silently)).ok()
}

/// A text of the caller's.
///
/// # Safety
///
/// The promise above.
pub(crate) unsafe fn text<'a>(name: &'static str, text: *const c_char, length: usize) -> Result<&'a str, Trouble> {
    let wrong = |problem, what| Trouble::argument(name, problem, what);
    // SAFETY: the caller's promise.
    let text = unsafe { slice(text.cast(), length, TEXT_LIMIT) }.map_err(|(problem, what)| wrong(problem, what))?;
    str::from_utf8(text).map_err(|_| wrong("NotUtf8", NOT_UTF_8))
}

/// A text of the service's, who is at fault where it is none.
///
/// # Safety
///
/// The promise above.
pub(crate) unsafe fn body<'a>(name: &'static str, body: *const c_char, length: usize) -> Result<&'a str, Trouble> {
    // SAFETY: the caller's promise.
    let body = unsafe { slice(body.cast(), length, TEXT_LIMIT) }.map_err(|(problem, what)| match problem {
        "TooLong" => Trouble::reply(problem, what),
        _ => Trouble::argument(name, problem, what),
    })?;
    str::from_utf8(body).map_err(|_| Trouble::reply("NotUtf8", NOT_UTF_8))
}

/// A text that may be absent, which NULL says.
///
/// # Safety
///
/// The promise above.
pub(crate) unsafe fn optional_text<'a>(
    name: &'static str,
    start: *const c_char,
    length: usize,
) -> Result<Option<&'a str>, Trouble> {
    if start.is_null() && length == 0 {
        return Ok(None);
    }
    // SAFETY: the caller's promise.
    unsafe { text(name, start, length) }.map(Some)
}

/// Bytes of the caller's, which what takes them measures.
///
/// # Safety
///
/// The promise above.
pub(crate) unsafe fn bytes<'a>(name: &'static str, start: *const u8, length: usize) -> Result<&'a [u8], Trouble> {
    // SAFETY: the caller's promise.
    unsafe { slice(start, length, BYTES_LIMIT) }.map_err(|(problem, what)| Trouble::argument(name, problem, what))
}

/// Bytes that may be absent, which NULL says.
///
/// # Safety
///
/// The promise above.
pub(crate) unsafe fn optional_bytes<'a>(
    name: &'static str,
    start: *const u8,
    length: usize,
) -> Result<Option<&'a [u8]>, Trouble> {
    if start.is_null() && length == 0 {
        return Ok(None);
    }
    // SAFETY: the caller's promise.
    unsafe { bytes(name, start, length) }.map(Some)
}

/// Refused by its length before it is touched; NULL is empty.
const unsafe fn slice<'a>(
    start: *const u8,
    length: usize,
    limit: usize,
) -> Result<&'a [u8], (&'static str, &'static str)> {
    if length > limit {
        return Err(("TooLong", TOO_LONG));
    }
    match (start.is_null(), length) {
        (true, 0) => Ok(&[]),
        (true, _) => Err(("Missing", "is NULL, with a length")),
        // SAFETY: not NULL, shorter than a slice can be, of bytes, and the rest is the caller's promise.
        (false, _) => Ok(unsafe { slice::from_raw_parts(start, length) }),
    }
}

/// Copies all of it or nothing, and says how long it is, but for a NULL that has a capacity. Where there is room, a NUL follows.
///
/// # Safety
///
/// The promise above about `buffer` and `length`, which is not NULL.
pub(crate) const unsafe fn copy_out(value: &[u8], buffer: *mut c_char, capacity: usize, length: *mut usize) -> Status {
    if buffer.is_null() && capacity > 0 {
        return Status::Argument;
    }
    // SAFETY: the caller's promise.
    unsafe { length.write_unaligned(value.len()) };
    if buffer.is_null() {
        return Status::Ok;
    }
    if capacity < value.len() {
        return Status::Capacity;
    }
    // SAFETY: there is room for it, and the buffer is the caller's and no part of our memory.
    unsafe { ptr::copy_nonoverlapping(value.as_ptr(), buffer.cast(), value.len()) };
    if capacity > value.len() {
        // SAFETY: there is room for one more.
        unsafe { buffer.add(value.len()).write(0) };
    }
    Status::Ok
}
