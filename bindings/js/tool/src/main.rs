//! `cognito-srp-js-tool IN.wasm OUT_FOLDER NAME`: the JavaScript that calls the wasm, and the wasm as that calls it.

use std::{env, process::ExitCode};

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [input, folder, name] = &*arguments else {
        eprintln!("usage: cognito-srp-js-tool IN.wasm OUT_FOLDER NAME");
        return ExitCode::from(2);
    };
    match write(input, folder, name) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cognito-srp-js-tool: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Where the wasm lies is for `lib` to say: its loaders know, and bundlers follow them.
fn write(input: &str, folder: &str, name: &str) -> Result<(), Box<dyn std::error::Error>> {
    Bindgen::new()
        .input_path(input)
        .out_name(name)
        .web(true)?
        .omit_default_module_path(true)
        .typescript(false)
        .remove_name_section(env::var_os("KEEP_NAMES").is_none())
        .remove_producers_section(true)
        .generate(folder)?;
    Ok(())
}
