//! Files that hold secrets: only their owner may read them, and they are there whole or not at all.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use rand::{TryRng as _, rngs::SysRng};
use zeroize::Zeroizing;

use crate::exit::{Exit, Failure};

/// Far more than a state or a device takes.
const MAX_FILE: u64 = 8 << 20;

/// The content of a file, if there is such a file.
///
/// A file that others can read is refused: what is in it may be known, and whoever can write it can say who signs in.
pub(crate) fn read(path: &Path) -> Result<Option<Zeroizing<String>>, Failure> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unusable(path, "cannot be read", &error)),
    };
    let metadata = file.metadata().map_err(|error| unusable(path, "cannot be read", &error))?;
    if !metadata.is_file() || metadata.len() > MAX_FILE {
        return Err(Failure::new(Exit::File, format!("{} is no file of this program", path.display()))
            .help("give the path of a file that cognito-srp wrote, or of one that is not there yet"));
    }
    check_mode(path, &metadata)?;
    // A buffer that grew would leave what it held behind.
    let length = usize::try_from(metadata.len()).unwrap_or_default();
    let mut text = Zeroizing::new(String::with_capacity(length.saturating_add(1)));
    file.take(MAX_FILE).read_to_string(&mut text).map_err(|error| unusable(path, "cannot be read", &error))?;
    Ok(Some(text))
}

#[cfg(unix)]
fn check_mode(path: &Path, metadata: &fs::Metadata) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt as _;

    let others = metadata.permissions().mode() & 0o077;
    if others == 0 {
        return Ok(());
    }
    let path = path.display();
    Err(Failure::new(Exit::File, format!("{path} can be read or written by others"))
        .help(format!("if nobody has: chmod 600 {path}; otherwise delete it and begin anew")))
}

#[cfg(not(unix))]
fn check_mode(_: &Path, _: &fs::Metadata) -> Result<(), Failure> {
    Ok(())
}

/// Finds out, before there is anything to lose, whether a file can be written at this path.
pub(crate) fn check_writable(path: &Path) -> Result<(), Failure> {
    // Nothing can be put in the place of a folder.
    if path.is_dir() {
        return Err(unusable(path, "cannot be written", &io::ErrorKind::IsADirectory.into()));
    }
    let (temporary, file) = create_beside(path)?;
    drop(file);
    fs::remove_file(&temporary).map_err(|error| unusable(path, "cannot be written", &error))
}

/// Puts a file in place, with mode 0600: whoever reads it meanwhile finds the old one or the new one.
pub(crate) fn write(path: &Path, content: &[u8]) -> Result<(), Failure> {
    let (temporary, mut file) = create_beside(path)?;
    let written = file.write_all(content).and_then(|()| file.sync_all()).and_then(|()| fs::rename(&temporary, path));
    written.map_err(|error| {
        drop(fs::remove_file(&temporary));
        unusable(path, "cannot be written", &error)
    })
}

/// Removes a file that has done its work.
pub(crate) fn remove(path: &Path) -> Result<(), Failure> {
    fs::remove_file(path).map_err(|error| unusable(path, "cannot be removed", &error))
}

/// A new file in the same folder, so that a rename can put it in place.
fn create_beside(path: &Path) -> Result<(PathBuf, File), Failure> {
    let cannot = |error| unusable(path, "cannot be written", &error);
    let mut name = path.file_name().ok_or_else(|| cannot(io::ErrorKind::InvalidFilename.into()))?.to_owned();
    let random = SysRng.try_next_u64().map_err(|error| cannot(io::Error::other(error)))?;
    name.push(format!(".{random:016x}.tmp"));
    let temporary = path.with_file_name(name);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&temporary).map_err(cannot)?;
    Ok((temporary, file))
}

fn unusable(path: &Path, how: &str, error: &io::Error) -> Failure {
    Failure::new(Exit::File, format!("{} {how}: {error}", path.display()))
        .help("check the path, and who may read and write there")
}
