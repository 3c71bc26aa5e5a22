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
    // To open a pipe would wait for somebody to write into it.
    match fs::metadata(path) {
        Ok(metadata) => check_kind(path, &metadata)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unusable(path, "cannot be read", &error)),
    }
    let file = File::open(path).map_err(|error| unusable(path, "cannot be read", &error))?;
    let metadata = file.metadata().map_err(|error| unusable(path, "cannot be read", &error))?;
    check_kind(path, &metadata)?;
    if metadata.len() > MAX_FILE {
        return Err(foreign(path));
    }
    check_mode(path, &metadata)?;
    // A buffer that grew would leave what it held behind.
    let length = usize::try_from(metadata.len()).unwrap_or_default();
    let mut text = Zeroizing::new(String::with_capacity(length.saturating_add(1)));
    file.take(MAX_FILE).read_to_string(&mut text).map_err(|error| unusable(path, "cannot be read", &error))?;
    Ok(Some(text))
}

fn check_kind(path: &Path, metadata: &fs::Metadata) -> Result<(), Failure> {
    if metadata.is_file() { Ok(()) } else { Err(foreign(path)) }
}

fn foreign(path: &Path) -> Failure {
    Failure::new(Exit::File, format!("{} is no file of this program", path.display()))
        .help("give the path of a file that cognito-srp wrote, or of one that is not there yet")
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
    // A rename would put the file in the place of a device, a pipe or a link as well; of a folder it would not.
    if let Ok(metadata) = fs::symlink_metadata(path) {
        check_kind(path, &metadata)?;
    }
    let (temporary, file) = create_beside(path)?;
    drop(file);
    fs::remove_file(&temporary).map_err(|error| unusable(path, "cannot be written", &error))
}

/// Puts a file in place, with mode 0600: whoever reads it meanwhile finds the old one or the new one.
pub(crate) fn write(path: &Path, content: &[u8]) -> Result<(), Failure> {
    let (temporary, mut file) = create_beside(path)?;
    file.write_all(content).and_then(|()| file.sync_all()).map_err(|error| {
        drop(fs::remove_file(&temporary));
        unusable(path, "cannot be written", &error)
    })?;
    // What it holds may be there nowhere else, such as the password of a device that the service has confirmed.
    fs::rename(&temporary, path).map_err(|error| {
        unusable(path, "cannot be written", &error)
            .help(format!("what was to be there is whole in {}: put it where it belongs", temporary.display()))
    })
}

/// Removes a file that has done its work.
pub(crate) fn remove(path: &Path) -> Result<(), Failure> {
    fs::remove_file(path).map_err(|error| unusable(path, "cannot be removed", &error))
}

/// A new file in the same folder, so that a rename can put it in place.
fn create_beside(path: &Path) -> Result<(PathBuf, File), Failure> {
    let cannot = |error| unusable(path, "cannot be written", &error);
    let invalid = || cannot(io::ErrorKind::InvalidFilename.into());
    let mut name = path.file_name().ok_or_else(invalid)?.to_owned();
    // A path that goes on behind the name, as in `name/`, is a folder's.
    if !path.as_os_str().as_encoded_bytes().ends_with(name.as_encoded_bytes()) {
        return Err(invalid());
    }
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

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    #[test]
    fn what_cannot_be_put_in_place_is_kept_and_named() {
        let folder = tempfile::TempDir::new().unwrap();
        let place = folder.path().join("place");
        fs::create_dir(&place).unwrap();
        let failure = format!("{:?}", write(&place, b"a secret").unwrap_err());
        let mut kept =
            fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).filter(|path| *path != place);
        let file = kept.next().unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"a secret");
        assert!(failure.contains(file.to_str().unwrap()), "{failure}");
        assert!(!failure.contains("a secret"), "{failure}");
    }
}
