//! This library's kernels, and how to choose one: nothing else here knows how that is done.

use std::sync::OnceLock;

use cognito_srp_core as core;

/// One kernel of this library.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kernel {
    /// AVX-512 IFMA.
    Ifma,
    /// BMI2, ADX and AVX2.
    Adx,
    /// Plain Rust.
    Portable,
}

impl Kernel {
    const ALL: [Self; 3] = [Self::Ifma, Self::Adx, Self::Portable];

    /// The name in a table.
    #[must_use]
    pub fn label(self) -> String {
        let name = match self {
            Self::Ifma => "ifma",
            Self::Adx => "adx",
            Self::Portable => "portable",
        };
        format!("cognito-srp-core, {name}")
    }

    /// Lets everything that follows run on this kernel, in all threads.
    pub fn force(self) {
        #[cfg(cognito_srp_kernel_override)]
        core::override_kernel(Some(self.of_core()));
    }

    const fn of_core(self) -> core::Kernel {
        match self {
            Self::Ifma => core::Kernel::Ifma,
            Self::Adx => core::Kernel::Adx,
            Self::Portable => core::Kernel::Portable,
        }
    }

    /// Whether it can be chosen, where `fastest` is what the library chooses by itself.
    fn is_available(self, fastest: core::Kernel) -> bool {
        self.of_core() == fastest || CAN_CHOOSE && self.is_slower_here(fastest)
    }

    fn is_slower_here(self, fastest: core::Kernel) -> bool {
        match self {
            Self::Ifma => false, // where it runs, it is the fastest
            Self::Adx => fastest == core::Kernel::Ifma && has_adx(),
            Self::Portable => true,
        }
    }
}

/// Those that this machine can run, the fastest first.
pub fn available() -> impl Iterator<Item = Kernel> {
    // Asked before anything is forced, for the answer depends on that.
    static FASTEST: OnceLock<core::Kernel> = OnceLock::new();
    let fastest = *FASTEST.get_or_init(core::kernel);
    Kernel::ALL.into_iter().filter(move |kernel| kernel.is_available(fastest))
}

/// In words, those that it cannot.
#[must_use]
pub fn missing() -> Vec<String> {
    let why = if CAN_CHOOSE {
        "this machine cannot run that kernel"
    } else {
        "this program was built without `--cfg cognito_srp_kernel_override`: RUSTFLAGS replaces .cargo/config.toml"
    };
    let missing = Kernel::ALL.into_iter().filter(|kernel| available().all(|other| other != *kernel));
    missing.map(|kernel| format!("{}: {why}", kernel.label())).collect()
}

const CAN_CHOOSE: bool = cfg!(cognito_srp_kernel_override);

#[cfg(target_arch = "x86_64")]
fn has_adx() -> bool {
    is_x86_feature_detected!("adx") && is_x86_feature_detected!("bmi2") && is_x86_feature_detected!("avx2")
}

#[cfg(not(target_arch = "x86_64"))]
const fn has_adx() -> bool {
    false
}
