#!/usr/bin/env python3
"""Leaks in a copy of the core: what somebody could write without thinking of it, and ci/taint and ci/machine-code have to catch.

    ci/leaks.py list                 the name of each leak, the kernels that have it, and the file that it is in
    ci/leaks.py plant NAME FOLDER    copies the core, and ci, to FOLDER, with that leak in it
"""

import pathlib
import shutil
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]

# Name, kernels, file, what stands there, what would leak.
LEAKS = [
    (
        "a table entry by its index",
        "portable adx",
        "src/modpow/montgomery.rs",
        "    *entry = E::ZERO;\n",
        "    *entry = E::ZERO;\n    entry.or_masked(&table[usize::from(index)], u64::MAX);\n    let table = &table[..0];\n",
    ),
    (
        "only the wanted table entry is read",
        "portable adx",
        "src/modpow/montgomery.rs",
        "        entry.or_masked(candidate, ctutils::Choice::from_u8_eq(i, index).to_u64_mask());\n",
        "        if i == index {\n            entry.or_masked(candidate, u64::MAX);\n        }\n",
    ),
    (
        "no product for a digit of 0",
        "portable adx",
        "src/modpow/ladder.rs",
        "        kernel.select(&table[..], digit, &mut power);\n",
        "        if digit == 0 {\n            continue;\n        }\n        kernel.select(&table[..], digit, &mut power);\n",
    ),
    (
        "an exponent without the zeros in front",
        "portable adx",
        "src/modpow.rs",
        "        kernel::pow(self, exponent)\n",
        "        kernel::pow(self, &exponent[exponent.iter().take_while(|&&byte| byte == 0).count()..])\n",
    ),
    (
        "no search for an entry of 0, in the comb",
        "portable adx",
        "src/modpow/comb.rs",
        "            kernel.select(entries, digit(&exponent, block, step), &mut entry);\n",
        "            match digit(&exponent, block, step) {\n                0 => *entry = entries[0],\n"
        "                digit => kernel.select(entries, digit, &mut entry),\n            }\n",
    ),
    (
        "N is subtracted where it is due",
        "portable adx",
        "src/modpow.rs",
        "        let differing = words.iter().zip(&group::N).fold(0, |bits, (a, n)| bits | (a ^ n));\n",
        "        let differing = u64::from(words != &group::N);\n",
    ),
    (
        "no product of 0, where the kernel is chosen",
        "ifma",
        "src/modpow/kernel.rs",
        "    with_kernel!(Chosen::now(), kernel => kernel.product(a, b))\n",
        "    let chosen = Chosen::now();\n    #[cfg(target_arch = \"x86_64\")]\n"
        "    if matches!(chosen, Chosen::Ifma(_)) && a.is_zero_public() {\n        return a.clone();\n    }\n"
        "    with_kernel!(chosen, kernel => kernel.product(a, b))\n",
    ),
    (
        "a final subtraction where there was a carry",
        "adx",
        "src/modpow/adx.rs",
        "        let due = Choice::from_u64_lsb(self.pass.top).to_u64_mask();\n",
        "        if self.pass.top == 0 {\n            a.copy_from_slice(&self.product[WORDS..]);\n            return;\n        }\n"
        "        let due = Choice::from_u64_lsb(self.pass.top).to_u64_mask();\n",
    ),
    (
        "no row of products for a limb of 0",
        "portable",
        "src/modpow/portable.rs",
        "            add_product(&mut columns[i * ROWS..], rows, b);\n",
        "            if L::product(rows[0], rows[0]) != L::EMPTY {\n"
        "                add_product(&mut columns[i * ROWS..], rows, b);\n            }\n",
    ),
    (
        "a password without the white space behind it",
        "portable",
        "src/user.rs",
        "identity, password.as_bytes(), now",
        "identity, password.trim_end().as_bytes(), now",
    ),
    (
        "a device's password by a table of letters",
        "portable",
        "src/device/enrollment.rs",
        "DevicePassword(base64::encode_secret(&*password))",
        "DevicePassword(Zeroizing::new(password.iter().map(|&byte| char::from(\n"
        '            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[usize::from(byte & 63)],\n'
        "        )).collect()))",
    ),
]


def plant(name, folder):
    [(file, before, after)] = [(leak[2], leak[3], leak[4]) for leak in LEAKS if leak[0] == name]
    for part in ["docs", "src", "ci"]:
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("target"))
    (folder / "benches").mkdir()
    for source in [ROOT / "Cargo.toml", ROOT / "README.md", *ROOT.glob("benches/*.rs")]:  # Cargo.toml names these
        shutil.copy2(source, folder / source.relative_to(ROOT))
    path = folder / file
    text = path.read_text()
    if text.count(before) != 1:
        sys.exit(f"{file} has changed: the leak “{name}” has to be planted elsewhere")
    path.write_text(text.replace(before, after))


def main(arguments):
    match arguments:
        case ["list"]:
            for name, kernels, file, _, _ in LEAKS:
                print(name, kernels, file, sep="\t")
        case ["plant", name, folder]:
            plant(name, pathlib.Path(folder))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
