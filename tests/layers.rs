//! The architecture, as a test: a room names only rooms of lower rank, and `unsafe` stands nowhere but in kernel files.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test may panic")]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The rooms by rank, as DESIGN.md draws them.
const RANKS: [&[&str]; 5] = [
    &["declassify", "error", "hash", "modpow", "refusal"],
    &["srp", "wire"],
    &["claim", "pool"],
    &["challenge", "device", "user"],
    &["sign_in"],
];

/// The files that may say `unsafe`: kernels.
const UNSAFE: &[&str] = &["modpow/adx.rs", "modpow/ifma.rs", "modpow/simd128.rs"];

fn rank(room: &str) -> Option<usize> {
    RANKS.iter().position(|rooms| rooms.contains(&room))
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

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
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
        if room == "lib" || room == "hazmat" {
            continue; // they stand beside the ranks and see all of them
        }
        let own = rank(&room).unwrap_or_else(|| panic!("{room} has no rank: see DESIGN.md"));
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
fn unsafe_stands_in_kernel_files_only() {
    for path in source_files(&source()) {
        let relative = path.strip_prefix(source()).unwrap().to_str().unwrap();
        let says_unsafe = code(&path).split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "unsafe");
        assert!(!says_unsafe || UNSAFE.contains(&relative), "{relative} says unsafe");
    }
}

/// The lines that say `unsafe` without a reason: a comment right above, which begins with `// SAFETY: ` and goes on.
fn without_a_reason(text: &str) -> Vec<usize> {
    let lines: Vec<_> = text.lines().map(str::trim).collect();
    let says_unsafe = |line: &str| {
        let code = line.split("//").next().unwrap_or_default();
        code.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "unsafe")
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
