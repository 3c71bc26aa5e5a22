//! The header is what cbindgen makes of the source. `HEADER=write cargo test --test header` writes it.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::{env, fs, path::Path};

/// In the order in which a reader wants them.
const SOURCES: [&str; 7] = ["boundary", "status", "sign_in", "result", "login", "device", "arithmetic"];

/// cbindgen makes no macro of a constant that is not a literal.
fn version() -> String {
    const DOCUMENTATION: &str = "The version of this header; cognito_srp_version says that of the library which runs.";
    format!("\n/**\n * {DOCUMENTATION}\n */\n#define COGNITO_SRP_VERSION \"{}\"", env!("CARGO_PKG_VERSION"))
}

#[test]
fn the_header_is_made_of_the_source() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut config = cbindgen::Config::from_file(folder.join("cbindgen.toml")).unwrap();
    config.after_includes = Some(version());
    let mut builder = cbindgen::Builder::new().with_config(config);
    for source in SOURCES {
        builder = builder.with_src(folder.join("src").join(source).with_extension("rs"));
    }
    let mut header = Vec::new();
    builder.generate().unwrap().write(&mut header);
    let header = String::from_utf8(header).unwrap();

    let path = folder.join("include/cognito_srp.h");
    if env::var("HEADER").as_deref() == Ok("write") {
        fs::write(&path, &header).unwrap();
    }
    let checked_in = fs::read_to_string(&path).unwrap_or_default();
    assert!(header == checked_in, "HEADER=write cargo test --test header, and look at what has changed");
}
