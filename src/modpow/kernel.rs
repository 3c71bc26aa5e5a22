//! Which kernel runs: the fastest that this machine has, unless whoever builds says otherwise.
//!
//! | flag of the compiler (`RUSTFLAGS`) | effect |
//! |---|---|
//! | `--cfg cognito_srp_kernel="portable"` (`"adx"`, `"ifma"`) | this kernel and no other |
//! | `--cfg cognito_srp_small` | in WebAssembly, and nowhere else: vectors of 128 bits, and powers of g without their table |
//! | `--cfg cognito_srp_kernel_override` | adds `override_kernel`, by which a benchmark chooses at run time |
//!
//! A kernel that was demanded and that the machine lacks panics at its first use. Where none is demanded nothing here can panic,
//! and no state is kept but what CPUID answered.

#[cfg(not(all(cognito_srp_small, target_arch = "wasm32")))]
use super::comb as powers;
#[cfg(not(any(target_pointer_width = "64", all(cognito_srp_small, target_arch = "wasm32"))))]
use super::portable::Portable32 as Baseline;
#[cfg(target_pointer_width = "64")]
use super::portable::Portable64 as Baseline;
#[cfg(all(cognito_srp_small, target_arch = "wasm32"))]
use super::shifts as powers;
#[cfg(all(cognito_srp_small, target_arch = "wasm32"))]
use super::simd128::Simd128 as Baseline;
use super::{Residue, ladder, montgomery::Montgomery};
#[cfg(target_arch = "x86_64")]
use super::{adx::Adx, ifma::Ifma};

/// A way to compute the exponentiations of this crate; all of them give the same results, in constant time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kernel {
    /// Plain Rust, on every machine.
    Portable,
    /// x86-64 with BMI2, ADX and AVX2: 64-bit products in two carry chains.
    Adx,
    /// x86-64 with AVX-512 IFMA: eight 52-bit products at once.
    Ifma,
    /// WebAssembly with 128-bit vectors, in a small build and in place of `Portable`: eight 14-bit products at once.
    Simd128,
}

/// The kernel that needs nothing of a machine that whoever builds does not know: one for each target.
const BASELINE: Kernel =
    if cfg!(all(cognito_srp_small, target_arch = "wasm32")) { Kernel::Simd128 } else { Kernel::Portable };

/// The kernel that runs on this machine: for logs and reports; nothing depends on it.
///
/// ```
/// println!("computing on the {:?} kernel", cognito_srp_core::kernel());
/// ```
#[must_use]
pub fn kernel() -> Kernel {
    match Chosen::now() {
        #[cfg(target_arch = "x86_64")]
        Chosen::Ifma(_) => Kernel::Ifma,
        #[cfg(target_arch = "x86_64")]
        Chosen::Adx(_) => Kernel::Adx,
        Chosen::Baseline(_) => BASELINE,
    }
}

/// Binds a chosen kernel to a name in an expression that is compiled once for each of them.
macro_rules! with_kernel {
    ($chosen:expr, $kernel:ident => $result:expr) => {
        match $chosen {
            #[cfg(target_arch = "x86_64")]
            Chosen::Ifma(mut $kernel) => $result,
            #[cfg(target_arch = "x86_64")]
            Chosen::Adx(mut $kernel) => $result,
            Chosen::Baseline(mut $kernel) => $result,
        }
    };
}

/// base^exponent mod N. Leaks: the length of the exponent in bytes.
pub(super) fn pow(base: &Residue, exponent: &[u8]) -> Residue {
    with_kernel!(Chosen::now(), kernel => ladder::pow(&mut kernel, base, exponent))
}

/// g^exponent mod N. Leaks: the length of the exponent in bytes.
pub(super) fn power_of_g(exponent: &[u8]) -> Residue {
    with_kernel!(Chosen::now(), kernel => powers::power_of_g(&mut kernel, exponent))
}

/// a * b mod N.
pub(super) fn multiply(a: &Residue, b: &Residue) -> Residue {
    with_kernel!(Chosen::now(), kernel => kernel.product(a, b))
}

/// [`pow`] by one kernel, where the machine has it.
#[cfg(feature = "hazmat")]
pub(super) fn pow_by(kernel: Kernel, base: &Residue, exponent: &[u8]) -> Option<Residue> {
    Some(with_kernel!(Chosen::of(kernel)?, kernel => ladder::pow(&mut kernel, base, exponent)))
}

/// [`power_of_g`] by one kernel, where the machine has it.
#[cfg(feature = "hazmat")]
pub(super) fn power_of_g_by(kernel: Kernel, exponent: &[u8]) -> Option<Residue> {
    Some(with_kernel!(Chosen::of(kernel)?, kernel => powers::power_of_g(&mut kernel, exponent)))
}

/// A kernel, as the proof that it runs here.
#[cfg_attr(
    target_arch = "x86_64",
    expect(clippy::large_enum_variant, reason = "one at a time, for one operation, on the stack")
)]
enum Chosen {
    #[cfg(target_arch = "x86_64")]
    Ifma(Ifma),
    #[cfg(target_arch = "x86_64")]
    Adx(Adx),
    Baseline(Baseline),
}

impl Chosen {
    #[cfg(target_arch = "x86_64")]
    fn ifma() -> Option<Self> {
        Ifma::detect().map(Self::Ifma)
    }

    #[cfg(target_arch = "x86_64")]
    fn adx() -> Option<Self> {
        Adx::detect().map(Self::Adx)
    }

    #[cfg(not(target_arch = "x86_64"))]
    const fn ifma() -> Option<Self> {
        None
    }

    #[cfg(not(target_arch = "x86_64"))]
    const fn adx() -> Option<Self> {
        None
    }

    fn baseline() -> Self {
        Self::Baseline(Baseline::new())
    }

    #[cfg(any(
        feature = "hazmat",
        cognito_srp_kernel = "portable",
        cognito_srp_kernel = "adx",
        cognito_srp_kernel = "ifma",
        cognito_srp_kernel_override
    ))]
    fn of(kernel: Kernel) -> Option<Self> {
        match kernel {
            Kernel::Adx => Self::adx(),
            Kernel::Ifma => Self::ifma(),
            Kernel::Portable | Kernel::Simd128 => (kernel == BASELINE).then(Self::baseline),
        }
    }

    fn fastest() -> Self {
        Self::ifma().or_else(Self::adx).unwrap_or_else(Self::baseline)
    }

    #[cfg(not(any(
        cognito_srp_kernel = "portable",
        cognito_srp_kernel = "adx",
        cognito_srp_kernel = "ifma",
        cognito_srp_kernel_override
    )))]
    fn now() -> Self {
        Self::fastest()
    }

    #[cfg(any(
        cognito_srp_kernel = "portable",
        cognito_srp_kernel = "adx",
        cognito_srp_kernel = "ifma",
        cognito_srp_kernel_override
    ))]
    #[expect(
        clippy::panic,
        reason = "never in a build without flags; silence would let another kernel pass for this one"
    )]
    fn now() -> Self {
        let Some(kernel) = demand::kernel() else {
            return Self::fastest();
        };
        Self::of(kernel).unwrap_or_else(|| panic!("the {kernel:?} kernel was demanded, and this machine cannot run it"))
    }
}

#[cfg(cognito_srp_kernel_override)]
pub use self::demand::override_kernel;

#[cfg(cognito_srp_kernel_override)]
mod demand {
    use core::sync::atomic::{AtomicU8, Ordering};

    use super::Kernel;

    const KERNELS: [Kernel; 4] = [Kernel::Portable, Kernel::Adx, Kernel::Ifma, Kernel::Simd128];

    /// A place in `KERNELS`, or one behind it for the fastest.
    static DEMANDED: AtomicU8 = AtomicU8::new(u8::MAX);

    /// From now on this kernel computes, in all threads; `None` is the fastest one again. Panics later where it cannot run.
    pub fn override_kernel(kernel: Option<Kernel>) {
        DEMANDED.store(kernel.map_or(u8::MAX, |kernel| kernel as u8), Ordering::Relaxed);
    }

    pub(super) fn kernel() -> Option<Kernel> {
        KERNELS.get(usize::from(DEMANDED.load(Ordering::Relaxed))).copied()
    }
}

#[cfg(all(
    not(cognito_srp_kernel_override),
    any(cognito_srp_kernel = "portable", cognito_srp_kernel = "adx", cognito_srp_kernel = "ifma")
))]
mod demand {
    use super::Kernel;

    pub(super) const fn kernel() -> Option<Kernel> {
        Some(if cfg!(cognito_srp_kernel = "portable") {
            Kernel::Portable
        } else if cfg!(cognito_srp_kernel = "adx") {
            Kernel::Adx
        } else {
            Kernel::Ifma
        })
    }
}
