//! The kernel for x86-64 without IFMA: 64-bit limbs, BMI2 and ADX.
//!
//! `mulx` multiplies without touching flags, `adcx` and `adox` add with carry through two different ones: the low halves of a
//! row of products run in one chain of carries and the high halves in another, and neither waits for the other. The compiler
//! does not write such code; this is the one place with assembly. R = 2^3072, and a product is computed in full before it is
//! reduced, in passes of 8 rows over blocks of 8 limbs, whose accumulator stays in registers.
//!
//! The last instruction of a row leaves both carries 0, by the bound below, but the CPU does not know that: without the `xor`
//! that begins a row, each would wait for the one before it, and a product takes almost half as long again.

#![expect(unsafe_code, reason = "assembly, behind a value that is the proof of the CPU features")]

use core::arch::asm;

use ctutils::Choice;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{
    WORDS, add_with_carry, group,
    montgomery::{self, Element, Montgomery},
};

cpufeatures::new!(adx, "adx");
cpufeatures::new!(bmi2_and_avx2, "bmi2", "avx2");

/// Limbs of a block, and rows of a pass.
const BLOCK: usize = 8;

/// A value of this type is the proof that the CPU has ADX and BMI2, and AVX2 for the tables; under `ci/taint`, that valgrind runs
/// all three.
///
/// Elements are integers below 2^3072, not below N: their product needs one conditional subtraction, decided by a carry and
/// not by a comparison (S. Gueron, "Efficient software implementations of modular exponentiation", 2011/239, section 3).
pub(super) struct Adx {
    /// Room for a product, wiped on drop.
    product: [u64; 2 * WORDS],
    /// Likewise.
    pass: Pass,
}

/// What the assembly keeps in memory.
#[repr(C)]
struct Pass {
    /// The factor of each row.
    rows: [u64; BLOCK],
    /// 0 or 1: the carry out of the last block, for the last block of the next pass.
    top: u64,
    /// Blocks to come.
    blocks: u64,
}

impl Adx {
    pub(super) fn detect() -> Option<Self> {
        // The assembly takes addresses from whole registers, of which x32's pointers would fill one half. valgrind runs ADX and
        // says that there is none.
        let whole_addresses = cfg!(target_pointer_width = "64");
        let found = whole_addresses && bmi2_and_avx2::get() && (adx::get() || cfg!(cognito_srp_taint));
        found.then_some(Self { product: [0; 2 * WORDS], pass: Pass { rows: [0; BLOCK], top: 0, blocks: 0 } })
    }

    /// a := product / R mod N, below 2^3072.
    ///
    /// Bound: T = (product + q * N) / R with product < R^2 and q < R, so that T < R + N: 48 limbs and one bit, the `top` of the
    /// last pass. Where it is set, subtracting N leaves less than product / R, hence less than R; and T - N = t + (R - N), a
    /// sum without a carry, where t is T without its top.
    fn reduce(&mut self, a: &mut [u64; WORDS]) {
        self.pass.top = 0;
        for at in (0..WORDS).step_by(BLOCK) {
            self.pass.reduce_rows(&mut self.product[at..], &group::N_PLUS_1);
        }
        let due = Choice::from_u64_lsb(self.pass.top).to_u64_mask();
        // The lower half is spent, and takes what is added: nothing but additions is to come between two carries, which otherwise
        // leave their flag for a register at every limb.
        let (due_n, t) = self.product.split_at_mut(WORDS);
        for (due_n, n) in due_n.iter_mut().zip(&group::COMPLEMENT) {
            *due_n = n & due;
        }
        let mut carry = false;
        let blocks = t.as_chunks::<BLOCK>().0.iter().zip(due_n.as_chunks::<BLOCK>().0);
        for (a, (t, n)) in a.as_chunks_mut::<BLOCK>().0.iter_mut().zip(blocks) {
            for ((a, &t), &n) in a.iter_mut().zip(t).zip(n) {
                (*a, carry) = add_with_carry(t, n, carry);
            }
        }
        debug_assert!(!carry, "T - top * N is below 2^3072");
    }
}

impl Montgomery for Adx {
    type Element = [u64; WORDS];

    const R_BITS: usize = 64 * WORDS;

    fn split(words: &[u64; WORDS], element: &mut Self::Element) {
        *element = *words;
    }

    fn join(element: &Self::Element, words: &mut [u64; WORDS]) {
        *words = *element;
    }

    fn multiply(&mut self, a: &mut Self::Element, b: &Self::Element) {
        self.product = [0; 2 * WORDS];
        for (rows, at) in a.as_chunks().0.iter().zip((0..).step_by(BLOCK)) {
            self.pass.multiply_rows(&mut self.product[at..], rows, b);
        }
        self.reduce(a);
    }

    /// The products of different limbs once, then all doubled, then the squares of the limbs.
    fn square(&mut self, a: &mut Self::Element) {
        self.product = [0; 2 * WORDS];
        for at in (0..WORDS).step_by(BLOCK) {
            self.pass.square_rows(&mut self.product[2 * at..], &a[at..]);
        }
        self.double_and_add_squares(a);
        self.reduce(a);
    }

    fn select<E: Element>(&self, table: &[E], index: u8, entry: &mut E) {
        // SAFETY: `self` is the proof of the CPU feature.
        unsafe { select(table, index, entry) };
    }
}

/// [`montgomery::select`], 256 bits at a time.
#[target_feature(enable = "avx2")]
fn select<E: Element>(table: &[E], index: u8, entry: &mut E) {
    montgomery::select_in_registers(table, index, entry);
}

impl Drop for Adx {
    fn drop(&mut self) {
        self.product.zeroize();
        self.pass.rows.zeroize();
        self.pass.top.zeroize();
    }
}

impl ZeroizeOnDrop for Adx {}

// The registers of a pass:
//
//     r8 ... r15   the accumulator: 8 limbs, the lowest in another register from row to row
//     rdx          the factor of the row
//     rax, rbx     the low and the high half of a product
//     rsi, rdi     the block of y, and the block of the sum with the same offset
//     rcx          the Pass
//     rbp          a carry between blocks
//
// Bound on a block. On entry the accumulator holds at most 2^512 - 1, and with w = 2^(64 * r) its value and r rows of products
// are at most (2^512 - 1) + (w - 1) * (2^512 - 1) = w * (2^512 - 1): 8 + r limbs. So the limb that a row opens at the top takes
// both its carries and leaves none.

/// One product of a row: rdx * y\[c\], added to two neighbouring limbs of the accumulator.
macro_rules! column {
    ($y:literal, $low:literal, $high:literal) => {
        concat!("mulx rbx, rax, [rsi + ", $y, "]\n", "adcx ", $low, ", rax\n", "adox ", $high, ", rbx\n")
    };
}

/// The last product of a row, whose high half opens the limb above the accumulator, and the two carries that go there too.
macro_rules! last_column {
    ($low:literal, $top:literal) => {
        concat!(
            "mulx ",
            $top,
            ", rax, [rsi + 56]\n",
            "adcx ",
            $low,
            ", rax\n",
            "mov eax, 0\n", // and not `xor`: the carries must stay
            "adcx ",
            $top,
            ", rax\n",
            "adox ",
            $top,
            ", rax\n",
        )
    };
}

/// A row from its second product on.
macro_rules! columns_from_1 {
    ($a0:literal $a1:literal $a2:literal $a3:literal $a4:literal $a5:literal $a6:literal $a7:literal) => {
        concat!(
            column!("8", $a1, $a2),
            column!("16", $a2, $a3),
            column!("24", $a3, $a4),
            column!("32", $a4, $a5),
            column!("40", $a5, $a6),
            column!("48", $a6, $a7),
            last_column!($a7, $a0),
        )
    };
}

/// A whole row. The lowest limb is complete after its first product: it goes to memory, and its register opens the top.
macro_rules! product_row {
    ($row:literal, $a0:literal $($a:literal)*) => {
        concat!(
            "xor eax, eax\n", // both carries 0, and the row before it need not be over
            "mov rdx, [rcx + 8 * ", $row, "]\n",
            product_row!(@first $a0 $($a)*),
            "mov [rdi + 8 * ", $row, "], ", $a0, "\n",
            columns_from_1!($a0 $($a)*),
        )
    };
    (@first $a0:literal $a1:literal $($a:literal)*) => {
        column!("0", $a0, $a1)
    };
}

/// A row of a reduction: the lowest limb is the quotient digit, and disappears, because limb 0 of N + 1 is 0.
macro_rules! quotient_row {
    ($row:literal, $a0:literal $($a:literal)*) => {
        concat!(
            "xor eax, eax\n",
            "mov rdx, ", $a0, "\n",
            "mov [rcx + 8 * ", $row, "], rdx\n",
            columns_from_1!($a0 $($a)*),
        )
    };
}

/// Eight rows, each with the accumulator one limb higher.
macro_rules! rows {
    ($row:ident) => {
        concat!(
            $row!("0", "r8" "r9" "r10" "r11" "r12" "r13" "r14" "r15"),
            $row!("1", "r9" "r10" "r11" "r12" "r13" "r14" "r15" "r8"),
            $row!("2", "r10" "r11" "r12" "r13" "r14" "r15" "r8" "r9"),
            $row!("3", "r11" "r12" "r13" "r14" "r15" "r8" "r9" "r10"),
            $row!("4", "r12" "r13" "r14" "r15" "r8" "r9" "r10" "r11"),
            $row!("5", "r13" "r14" "r15" "r8" "r9" "r10" "r11" "r12"),
            $row!("6", "r14" "r15" "r8" "r9" "r10" "r11" "r12" "r13"),
            $row!("7", "r15" "r8" "r9" "r10" "r11" "r12" "r13" "r14"),
        )
    };
}

/// A row of a square within the block of its own factors: y\[row\] * y\[c\] for c > row. The lowest limb gets no product.
macro_rules! triangle_row {
    ($row:literal, $a0:literal, [$($columns:expr),*], $a7:literal) => {
        concat!(
            "xor eax, eax\n",
            "mov rdx, [rcx + 8 * ", $row, "]\n",
            "mov [rdi + 8 * ", $row, "], ", $a0, "\n",
            $($columns,)*
            last_column!($a7, $a0),
        )
    };
}

macro_rules! triangle {
    () => {
        concat!(
            triangle_row!(
                "0",
                "r8",
                [
                    column!("8", "r9", "r10"),
                    column!("16", "r10", "r11"),
                    column!("24", "r11", "r12"),
                    column!("32", "r12", "r13"),
                    column!("40", "r13", "r14"),
                    column!("48", "r14", "r15")
                ],
                "r15"
            ),
            triangle_row!(
                "1",
                "r9",
                [
                    column!("16", "r11", "r12"),
                    column!("24", "r12", "r13"),
                    column!("32", "r13", "r14"),
                    column!("40", "r14", "r15"),
                    column!("48", "r15", "r8")
                ],
                "r8"
            ),
            triangle_row!(
                "2",
                "r10",
                [
                    column!("24", "r13", "r14"),
                    column!("32", "r14", "r15"),
                    column!("40", "r15", "r8"),
                    column!("48", "r8", "r9")
                ],
                "r9"
            ),
            triangle_row!(
                "3",
                "r11",
                [column!("32", "r15", "r8"), column!("40", "r8", "r9"), column!("48", "r9", "r10")],
                "r10"
            ),
            triangle_row!("4", "r12", [column!("40", "r9", "r10"), column!("48", "r10", "r11")], "r11"),
            triangle_row!("5", "r13", [column!("48", "r11", "r12")], "r12"),
            triangle_row!("6", "r14", [], "r13"),
            "mov [rdi + 56], r15\n",
            "mov r15d, 0\n",
        )
    };
}

/// Adds the block at rdi to the accumulator, behind a carry that stands in the flag.
macro_rules! add_block {
    () => {
        "
        adc r8, [rdi]
        adc r9, [rdi + 8]
        adc r10, [rdi + 16]
        adc r11, [rdi + 24]
        adc r12, [rdi + 32]
        adc r13, [rdi + 40]
        adc r14, [rdi + 48]
        adc r15, [rdi + 56]
        mov ebp, 0
        adc ebp, 0
        "
    };
}

/// A pass: eight rows over all blocks of y, added to the sum. `$first` are the rows over the first block.
///
/// Between two blocks, the accumulator is the upper half of what the last one gave, at most 2^512 - 1; the next block of the
/// sum joins it, and the carry of that waits for the block after it, so that the bound on a block holds. It cannot be lost:
/// upper half, block and carry are at most 2 * (2^512 - 1) + 1 together.
macro_rules! pass {
    ($first:expr, $pass:expr, $sum:expr, $y:expr) => {
        asm!(
            "push rbx",
            "push rbp",
            "xor ebp, ebp",
            "mov r8, [rdi]",
            "mov r9, [rdi + 8]",
            "mov r10, [rdi + 16]",
            "mov r11, [rdi + 24]",
            "mov r12, [rdi + 32]",
            "mov r13, [rdi + 40]",
            "mov r14, [rdi + 48]",
            "mov r15, [rdi + 56]",
            $first,
            "2:",
            "add rsi, 64",
            "add rdi, 64",
            "sub qword ptr [rcx + 72], 1",
            "jz 3f",
            "neg rbp", // the carry goes to its flag
            add_block!(),
            rows!(product_row),
            "jmp 2b",
            "3:",
            // The upper half of a product that fits takes the carry and leaves none.
            "add r8, rbp",
            "adc r9, 0",
            "adc r10, 0",
            "adc r11, 0",
            "adc r12, 0",
            "adc r13, 0",
            "adc r14, 0",
            "adc r15, 0",
            "mov rbp, [rcx + 64]",
            "neg rbp",
            add_block!(),
            "mov [rcx + 64], rbp",
            "mov [rdi], r8",
            "mov [rdi + 8], r9",
            "mov [rdi + 16], r10",
            "mov [rdi + 24], r11",
            "mov [rdi + 32], r12",
            "mov [rdi + 40], r13",
            "mov [rdi + 48], r14",
            "mov [rdi + 56], r15",
            "pop rbp",
            "pop rbx",
            in("rcx") $pass,
            inout("rdi") $sum => _,
            inout("rsi") $y => _,
            out("rax") _,
            out("rdx") _,
            out("r8") _,
            out("r9") _,
            out("r10") _,
            out("r11") _,
            out("r12") _,
            out("r13") _,
            out("r14") _,
            out("r15") _,
        )
    };
}

impl Pass {
    /// sum += rows * y, where the sum is so far 0 above the limbs of y.
    #[inline(never)] // 2 kB of code, which the compiler would copy into every turn of a loop
    fn multiply_rows(&mut self, sum: &mut [u64], rows: &[u64; BLOCK], y: &[u64; WORDS]) {
        self.begin(sum, y);
        (self.rows, self.top) = (*rows, 0);
        // SAFETY: ADX and BMI2 are there, because only the methods of `Adx` make a pass. By `begin`, the assembly reads the
        // blocks of `y`, and reads and writes as many blocks of `sum` and one more.
        unsafe { pass!(rows!(product_row), self, sum.as_mut_ptr(), y.as_ptr()) };
        debug_assert!(self.top == 0, "8 rows of 48 limbs, and 48 limbs that were there, are 56");
    }

    /// sum += y\[0..8\] * y, only the products of a limb of the block with a later limb, where the sum is so far 0 above the
    /// limbs of y.
    #[inline(never)] // likewise
    fn square_rows(&mut self, sum: &mut [u64], y: &[u64]) {
        self.begin(sum, y);
        self.rows.copy_from_slice(&y[..BLOCK]);
        self.top = 0;
        // SAFETY: as in `multiply_rows`.
        unsafe { pass!(triangle!(), self, sum.as_mut_ptr(), y.as_ptr()) };
        debug_assert!(self.top == 0, "a square of so many limbs has twice as many");
    }

    /// sum += q * N, where q are the eight digits that clear the lowest block of the sum; that block is left as it was.
    ///
    /// N = -1 modulo 2^64, and q * N = q * (N + 1) - q: the digit is the limb that it clears.
    #[inline(never)] // likewise
    fn reduce_rows(&mut self, sum: &mut [u64], n_plus_1: &[u64; WORDS]) {
        self.begin(sum, n_plus_1);
        // SAFETY: as in `multiply_rows`. The rows are written before they are read.
        unsafe { pass!(rows!(quotient_row), self, sum.as_mut_ptr(), n_plus_1.as_ptr()) };
    }

    fn begin(&mut self, sum: &[u64], y: &[u64]) {
        assert!(
            y.len() >= BLOCK && y.len().is_multiple_of(BLOCK) && sum.len() >= y.len() + BLOCK,
            "blocks of y, and one more"
        );
        self.blocks = (y.len() >> 3) as u64;
    }
}

/// The two limbs of the product at the place of a limb of a: doubled, and its square added.
macro_rules! twice_and_square {
    ($limb:literal) => {
        concat!(
            "mov rdx, [rsi + 8 * ",
            $limb,
            "]\n",
            "mulx rdx, rax, rdx\n",
            "mov r8, [rdi + 16 * ",
            $limb,
            "]\n",
            "adox r8, r8\n",
            "adcx r8, rax\n",
            "mov [rdi + 16 * ",
            $limb,
            "], r8\n",
            "mov r9, [rdi + 16 * ",
            $limb,
            " + 8]\n",
            "adox r9, r9\n",
            "adcx r9, rdx\n",
            "mov [rdi + 16 * ",
            $limb,
            " + 8], r9\n",
        )
    };
}

impl Adx {
    /// product := 2 * product + the square of each limb of `a`, at its place.
    ///
    /// Doubling carries through one flag and adding through the other, over all limbs: what counts the blocks leaves both alone.
    #[inline(never)] // `ci/machine-code` looks for it, and for `square`, which then is not inlined either
    fn double_and_add_squares(&mut self, a: &[u64; WORDS]) {
        let carries: u64;
        // SAFETY: ADX and BMI2 are there, because `self` is the proof. Of `a` as many blocks are read as it has, and for each of
        // them two of the product are read and written.
        unsafe {
            asm!(
                "xor eax, eax", // both carries 0
                "2:",
                twice_and_square!("0"),
                twice_and_square!("1"),
                twice_and_square!("2"),
                twice_and_square!("3"),
                twice_and_square!("4"),
                twice_and_square!("5"),
                twice_and_square!("6"),
                twice_and_square!("7"),
                "lea rsi, [rsi + 64]",
                "lea rdi, [rdi + 128]",
                "lea rcx, [rcx - 1]",
                "jrcxz 3f",
                "jmp 2b",
                "3:",
                "mov eax, 0",
                "mov edx, 0",
                "adcx rax, rdx",
                "adox rax, rdx",
                inout("rcx") (WORDS >> 3) as u64 => _,
                inout("rsi") a.as_ptr() => _,
                inout("rdi") self.product.as_mut_ptr() => _,
                out("rax") carries,
                out("rdx") _,
                out("r8") _,
                out("r9") _,
                options(nostack),
            );
        }
        debug_assert!(carries == 0, "a square of 48 limbs has 96");
    }
}
