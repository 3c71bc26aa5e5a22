//! POSIX's cancellation of threads, which is kept away while a call is at work.
//!
//! Drawing random bytes is a point where a thread that was cancelled ends. glibc ends it by an exception that nothing may stop, and the
//! boundary stops all: the whole process would end. musl ends it without unwinding, and an object would stay in use for ever.

#![cfg_attr(target_os = "linux", expect(unsafe_code, reason = "a function of the C library"))]

/// As long as there is one, the thread is not cancelled; what was asked for meanwhile happens at the next point after the call.
pub(crate) struct Uncancelled {
    #[cfg(target_os = "linux")]
    before: std::ffi::c_int,
}

// Elsewhere it is documented: the numbers are others, and a call has no such point, or nobody has looked.
#[cfg(target_os = "linux")]
mod posix {
    use std::ffi::c_int;

    /// Of <pthread.h>, in glibc and musl.
    pub(super) const PTHREAD_CANCEL_DISABLE: c_int = 1;

    unsafe extern "C" {
        pub(super) fn pthread_setcancelstate(state: c_int, old_state: *mut c_int) -> c_int;
    }
}

impl Uncancelled {
    pub(crate) fn now() -> Self {
        #[cfg(target_os = "linux")]
        {
            let mut before = 0;
            // SAFETY: `before` can be written to, and the state is one of the two that there are: it cannot fail.
            unsafe { posix::pthread_setcancelstate(posix::PTHREAD_CANCEL_DISABLE, &raw mut before) };
            Self { before }
        }
        #[cfg(not(target_os = "linux"))]
        Self {}
    }
}

#[cfg(target_os = "linux")]
impl Drop for Uncancelled {
    fn drop(&mut self) {
        let mut ours = 0;
        // SAFETY: as above; `before` is what the same function said. It is no cancellation point itself.
        unsafe { posix::pthread_setcancelstate(self.before, &raw mut ours) };
    }
}
