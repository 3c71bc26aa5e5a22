//! The architecture, as a test: a room names only rooms of lower rank, `unsafe` stands nowhere but in kernel files, and nothing
//! runs or is compiled but Rust.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test may panic")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

/// The rooms and their ranks, as the first table of DESIGN.md has them; one that stands beside the ranks has none.
static ROOMS: LazyLock<BTreeMap<String, Option<usize>>> =
    LazyLock::new(|| rooms_of(&fs::read_to_string(root().join("DESIGN.md")).unwrap()));

/// The files that may say `unsafe`: kernels.
const UNSAFE: &[&str] = &["modpow/adx.rs", "modpow/ifma.rs", "modpow/simd128.rs"];

fn rooms_of(design: &str) -> BTreeMap<String, Option<usize>> {
    let table = design.lines().skip_while(|line| !line.starts_with("| rank | room |")).skip(2);
    let rows = table.take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let mut cells = row.split('|').skip(1).map(str::trim);
        let (rank, room) = (cells.next().unwrap(), cells.next().unwrap());
        let rank = (!rank.is_empty()).then(|| rank.parse().unwrap());
        (room.trim_matches('`').to_owned(), rank)
    })
    .collect()
}

fn rank(room: &str) -> Option<usize> {
    ROOMS.get(room).copied().flatten()
}

fn source_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(source_files(&path));
        } else {
            files.push(path);
        }
    }
    files
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn source() -> PathBuf {
    root().join("src")
}

/// Code only: comments may mention whom they like.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// The rooms that the code of a file names, and `*` where it imports everything. `super` is `crate` in one that is a room itself,
/// which is one directly in `src`; in the module of its tests, which comes last, it is the room.
fn rooms_named(file: &Path, code: &str) -> Vec<String> {
    let mut rooms = named_behind("crate::", code);
    if file.iter().count() == 1 {
        rooms.extend(named_behind("super::", code.split("mod tests {").next().unwrap_or_default()));
    }
    rooms
}

/// Whether a path goes up twice: `super::super`, or a group of imports behind `super` that does so.
fn climbs(code: &str) -> bool {
    named_behind("super::", code).iter().any(|name| name == "super")
}

/// Whether the whole crate, or the room above, gets another name, behind which nobody would see what is named.
fn renames_the_whole(code: &str) -> bool {
    let words: Vec<_> = words(code).collect();
    let contains = |some: &[&str]| words.windows(some.len()).any(|window| window == some);
    contains(&["crate", "as"]) || contains(&["super", "as"]) || contains(&["extern", "crate", "self"])
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// What a text names behind such a beginning of a path, alone or in a group of imports.
fn named_behind(beginning: &str, code: &str) -> Vec<String> {
    let flat: String = code.split_whitespace().collect();
    let mut names = Vec::new();
    for (at, _) in flat.match_indices(beginning) {
        let rest = &flat[at + beginning.len()..];
        let Some(group) = rest.strip_prefix('{') else {
            names.extend(first_name(rest));
            continue;
        };
        let mut depth = 0;
        let mut start = 0;
        for (i, character) in group.char_indices() {
            match character {
                '{' => depth += 1,
                '}' if depth == 0 => {
                    names.extend(first_name(&group[start..i]));
                    break;
                }
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    names.extend(first_name(&group[start..i]));
                    start = i + 1;
                }
                _ => {}
            }
        }
    }
    names
}

fn first_name(path: &str) -> Option<String> {
    if path.starts_with('*') {
        return Some("*".into());
    }
    let name: String = path.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!name.is_empty()).then_some(name)
}

#[test]
fn a_room_names_only_rooms_of_lower_rank() {
    let mut edges = 0;
    for path in source_files(&source()) {
        let relative = path.strip_prefix(source()).unwrap();
        let room = relative.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs").to_owned();
        if room == "lib" || ROOMS.get(&room) == Some(&None) {
            continue; // they stand beside the ranks and see all of them
        }
        let own = rank(&room).unwrap_or_else(|| panic!("{room} is not in the table of DESIGN.md"));
        for named in rooms_named(relative, &code(&path)) {
            if named == room {
                continue;
            }
            let other = rank(&named).unwrap_or_else(|| panic!("{}: {named} is no room", relative.display()));
            assert!(other < own, "{}: {room} (rank {own}) names {named} (rank {other})", relative.display());
            edges += 1;
        }
    }
    assert!(edges > 10, "the test has stopped reading the imports: {edges}");
}

#[test]
fn each_room_of_the_table_is_there() {
    for room in ROOMS.keys() {
        assert!(source().join(room).with_extension("rs").is_file(), "DESIGN.md has a room {room}, and src has not");
    }
    let beside: Vec<_> = ROOMS.iter().filter(|(_, rank)| rank.is_none()).map(|(room, _)| room).collect();
    assert_eq!(beside, ["hazmat"], "only what is no part of the interface may see all rooms");
}

#[test]
fn the_first_table_of_the_design_is_read() {
    let design = "text\n\n| rank | room | what |\n|---|---|---|\n| 0 | `error` | a |\n| 3 | `user` | b |\n| | `hazmat` | c |\n\n\
        | rank | room | what |\n|---|---|---|\n| 5 | `bindings/c` | d |\n";
    let rooms = [("error", Some(0)), ("hazmat", None), ("user", Some(3))];
    assert_eq!(rooms_of(design), rooms.map(|(room, rank)| (room.into(), rank)).into());
}

#[test]
fn an_import_of_a_higher_room_is_seen() {
    let code = "use crate::{error::{Error, Problem}, user::UserLogin};\ncrate::pool::f()";
    for file in ["pool.rs", "sign_in/saved.rs"] {
        assert_eq!(rooms_named(Path::new(file), code), ["error", "user", "pool"]);
    }
}

#[test]
fn an_import_of_a_higher_room_without_its_crate_is_seen() {
    let code =
        "use super::{error::{Error, Problem}, sign_in::SignIn};\nsuper::user::f()\nmod tests {\nuse super::*;\n}";
    assert_eq!(rooms_named(Path::new("pool.rs"), code), ["error", "sign_in", "user"]);
    assert_eq!(rooms_named(Path::new("sign_in/saved.rs"), code), [""; 0], "these are in the room");
}

/// Everything would be rooms of any rank.
#[test]
fn an_import_of_everything_is_seen() {
    for code in ["use crate::*;", "use crate::{\n    error::Error,\n    *,\n};"] {
        for file in ["wire.rs", "wire/hex.rs"] {
            assert!(rooms_named(Path::new(file), code).contains(&"*".into()), "{code}");
        }
    }
    assert_eq!(rooms_named(Path::new("wire.rs"), "use super::*;"), ["*"]);
    assert_eq!(rooms_named(Path::new("wire/hex.rs"), "use super::*;"), [""; 0], "it stays in the room");
    assert_eq!(rank("*"), None, "which is refused");
}

/// Such a path could leave the room without naming `crate`.
#[test]
fn no_path_climbs_out_of_a_room() {
    for path in source_files(&source()) {
        assert!(!climbs(&code(&path)), "{}", path.display());
    }
}

#[test]
fn a_path_that_climbs_is_seen() {
    for code in ["super::super::user::f()", "use super::{\n    pending::Pending,\n    super::user::UserLogin,\n};"] {
        assert!(climbs(code), "{code}");
    }
    assert!(!climbs("use super::{pending::Pending, step::Step};\nf(super::g(), super::h())"));
}

#[test]
fn no_file_gives_the_whole_another_name() {
    for path in source_files(&source()) {
        assert!(!renames_the_whole(&code(&path)), "{}", path.display());
    }
}

#[test]
fn another_name_of_the_whole_is_seen() {
    for code in [
        "use crate as all;\nall::sign_in::f()",
        "use {crate\n    as all};",
        "pub(crate) use super as up;",
        "extern crate self as all;",
    ] {
        assert!(renames_the_whole(code), "{code}");
    }
    for code in ["use crate::{self as all};", "use super::{self as up};"] {
        assert!(rooms_named(Path::new("wire.rs"), code).iter().any(|name| rank(name).is_none()), "{code}");
    }
    assert!(!renames_the_whole(
        "extern crate alloc;\nuse crate::error::Error as E;\npub(crate) const A: u8 = super::B as u8;"
    ));
}

#[test]
fn unsafe_stands_in_kernel_files_only() {
    for path in source_files(&source()) {
        let relative = path.strip_prefix(source()).unwrap().to_str().unwrap();
        let says_unsafe = words(&code(&path)).any(|word| word == "unsafe");
        assert!(!says_unsafe || UNSAFE.contains(&relative), "{relative} says unsafe");
    }
}

/// The lines that say `unsafe` without a reason: a comment right above, which begins with `// SAFETY: ` and goes on.
fn without_a_reason(text: &str) -> Vec<usize> {
    let lines: Vec<_> = text.lines().map(str::trim).collect();
    let says_unsafe = |line: &str| {
        let code = line.split("//").next().unwrap_or_default();
        words(code).any(|word| word == "unsafe")
    };
    let has_a_reason = |i: usize| {
        let comment = lines[..i].iter().rev().take_while(|line| line.starts_with("//"));
        comment.filter_map(|line| line.strip_prefix("// SAFETY: ")).any(|reason| reason.len() > 10)
    };
    (0..lines.len()).filter(|&i| says_unsafe(lines[i]) && !has_a_reason(i)).collect()
}

#[test]
fn each_unsafe_has_its_reason() {
    let mut blocks = 0;
    for path in UNSAFE {
        let text = fs::read_to_string(source().join(path)).unwrap();
        assert_eq!(without_a_reason(&text), [0; 0], "{path}, lines counted from 0");
        assert!(text.contains("#![expect(unsafe_code, reason = "), "{path} does not say why it is one of these");
        blocks += text.matches("// SAFETY: ").count();
    }
    assert!(blocks > 5, "the test has stopped reading the kernels: {blocks}");
}

#[test]
fn an_unsafe_without_a_reason_is_seen() {
    let reason = "// SAFETY: the pointer is valid.\n// And aligned.\nunsafe { a() };\n";
    assert_eq!(without_a_reason(reason), [0; 0]);
    assert_eq!(without_a_reason("// SAFETY: as above\nlet x = 1;\nunsafe { a() };"), [2]);
    assert_eq!(without_a_reason("// SAFETY: \nlet x = unsafe { a() };\nunsafe_code();"), [1]);
    assert_eq!(without_a_reason(&format!("{reason}unsafe fn f() {{}} // SAFETY: too late")), [3]);
}

/// The lines of a manifest that have something run while the package is built.
fn of_a_build_script(manifest: &str) -> Vec<&str> {
    let is_one = |line: &&str| {
        let code = line.split('#').next().unwrap_or_default();
        let (key, _) = code.split_once('=').unwrap_or((code, ""));
        let names: Vec<_> = key.split(['[', ']', '.', '"', '\'']).map(str::trim).collect();
        names.iter().any(|name| ["build", "build-dependencies", "links", "proc-macro"].contains(name))
    };
    manifest.lines().filter(is_one).collect()
}

/// What the dependencies run while they are built is a list in deny.toml.
#[test]
fn the_package_has_no_build_script() {
    assert!(!root().join("build.rs").exists(), "cargo would run it");
    assert_eq!(of_a_build_script(&fs::read_to_string(root().join("Cargo.toml")).unwrap()), [""; 0]);
}

#[test]
fn a_build_script_is_seen() {
    for line in [
        "build = \"ci/made.rs\"",
        "package.build = true",
        "[build-dependencies]",
        "[target.'cfg(windows)'.build-dependencies]",
        "build-dependencies.cc = \"1\"",
        "links = \"crypto\"",
    ] {
        assert_eq!(of_a_build_script(&format!("[package]\n{line}\n")), [line]);
    }
    assert_eq!(of_a_build_script("features = [\"build\"] # build = 1\n[dependencies]\nbuilder = \"1\""), [""; 0]);
}

/// C, or an object file, would need no build script where it is linked by its name; but it would have to be here.
#[test]
fn the_source_is_rust_and_two_tables() {
    for path in source_files(&source()) {
        let is_table = path.ends_with("modpow/comb.hex") || path.ends_with("modpow/shifts.hex");
        assert!(is_table || path.extension().is_some_and(|extension| extension == "rs"), "{}", path.display());
    }
}
