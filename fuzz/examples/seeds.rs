//! Writes the seeds of every target: `cargo run --example seeds -- ../test-vectors FOLDER`, into `FOLDER/TARGET/NAME`.

use std::{env, fs, path::PathBuf};

fn main() {
    let [_, vectors, folder] = &env::args_os().collect::<Vec<_>>()[..] else {
        eprintln!("usage: seeds TEST_VECTORS FOLDER");
        std::process::exit(2);
    };
    let (vectors, folder) = (PathBuf::from(vectors), PathBuf::from(folder));
    for (target, seeds) in cognito_srp_fuzz::seeds::all(&vectors) {
        let folder = folder.join(target);
        fs::create_dir_all(&folder).expect("the folder can be made");
        for (name, input) in &seeds {
            fs::write(folder.join(name), input).expect("the folder can be written to");
        }
        println!("{target}: {} seeds, {} bytes", seeds.len(), seeds.values().map(Vec::len).sum::<usize>());
    }
}
