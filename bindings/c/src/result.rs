//! What can be done with any object: look what it is, read it, free it.

#![expect(unsafe_code, reason = "the caller's pointers, and names that C can link to")]

use std::{
    ffi::{CString, c_char},
    sync::LazyLock,
};

use crate::{
    boundary::{Handle, copy_out, guarded},
    registry,
    status::{Field, Kind, Status},
};

/// What a step is: `COGNITO_SRP_KIND_NONE` where the handle names none.
#[unsafe(no_mangle)]
pub extern "C" fn cognito_srp_step_kind(step: Handle) -> Kind {
    guarded(|| registry::get(step).map_or(Kind::None, |object| object.kind())).unwrap_or(Kind::None)
}

/// Copies one of `enum cognito_srp_field` out of a result.
///
/// `*length` is how long it is, in bytes; it is set with the statuses OK and CAPACITY, and with no other. With NULL and 0 for the buffer and its capacity
/// nothing is copied. A buffer that is larger than the text gets a NUL behind it; `*length` does not count that. What the service said may have others inside,
/// and any control characters: it is as it came.
///
/// Several threads may read one object at once.
///
/// @return OK; CAPACITY; HANDLE, also where such an object has no such field; ARGUMENT for an unknown field, NULL with a
/// capacity, or no `length`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_srp_read(
    object: Handle,
    field: i32,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> Status {
    let Some(field) = Field::from_number(field).filter(|_| !length.is_null()) else { return Status::Argument };
    guarded(|| match registry::get(object).as_ref().map(|object| object.field(field)) {
        // SAFETY: `length` is not NULL, and the rest is the caller's promise.
        Ok(Some(value)) => unsafe { copy_out(value, buffer, capacity, length) },
        _ => Status::Handle,
    })
    .unwrap_or(Status::Panic)
}

/// Frees an object of any kind, and wipes what is secret in it; where another thread is using it, when that call ends.
///
/// 0 is freed like NULL: nothing happens.
///
/// @return OK; HANDLE where the handle names no object, such as one that was freed.
#[unsafe(no_mangle)]
pub extern "C" fn cognito_srp_free(object: Handle) -> Status {
    if object == 0 {
        return Status::Ok;
    }
    let freed = || registry::remove(object).map_or(Status::Handle, |_| Status::Ok);
    guarded(freed).unwrap_or(Status::Panic)
}

/// The version of the library, such as `0.1.0`. The text ends with a NUL and is there for ever.
#[unsafe(no_mangle)]
pub extern "C" fn cognito_srp_version() -> *const c_char {
    static VERSION: LazyLock<CString> = LazyLock::new(|| terminated(cognito_srp_operations::VERSION.into()));
    VERSION.as_ptr()
}

/// What computes on this machine: `Ifma`, `Adx` or `Portable`. The text ends with a NUL and is there for ever.
#[unsafe(no_mangle)]
pub extern "C" fn cognito_srp_kernel() -> *const c_char {
    static KERNEL: LazyLock<CString> = LazyLock::new(|| terminated(cognito_srp_operations::kernel()));
    KERNEL.as_ptr()
}

fn terminated(text: String) -> CString {
    CString::new(text).unwrap_or_default()
}
