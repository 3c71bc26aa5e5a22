//! Reads a folder of vector files, runs every vector, and counts.
//!
//! One module per family of files; [`kinds`](KINDS) says which file belongs to which.

mod accumulated;
mod exchange;
mod folder;
mod negative;
mod requests;
mod single;
mod steps;
mod vector;

use std::{
    fmt, iter,
    panic::resume_unwind,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use self::{
    folder::{File, Folder},
    vector::{Checked, Failure, Vector},
};

/// How to check one vector; the folder is there for vectors that refer to others.
type Check = fn(&Vector<'_>, &Folder) -> Checked;

/// What a file holds, by what its name begins with: `user_srp.json` and `user_srp_512.json` are both `user_srp`.
const KINDS: &[(&str, Check)] = &[
    ("a_ge_N", exchange::check_unreduced_a),
    ("accumulated", accumulated::check),
    ("confirm_device", steps::check_confirm_device),
    ("constants", single::check_constants),
    ("device_srp", exchange::check_device),
    ("hkdf_key", steps::check),
    ("messages", requests::check_message),
    ("modexp", single::check_modexp),
    ("negative", negative::check),
    ("pad_hex", single::check_enc),
    ("published", exchange::check_published),
    ("request_shapes", requests::check_shape),
    ("secret_hash", single::check_secret_hash),
    ("timestamps", single::check_timestamp),
    ("user_srp", exchange::check_user),
];

fn check_for(file: &File) -> Option<Check> {
    let of_kind = |kind| file.stem().strip_prefix(kind).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'));
    KINDS.iter().find_map(|&(kind, check)| of_kind(kind).then_some(check))
}

/// Runs every vector of every file in a folder.
pub(crate) fn check_folder(path: &Path) -> Report {
    let (folder, misfits) = match Folder::read(path) {
        Ok(read) => read,
        Err(error) => {
            return Report { files: vec![FileReport::misfit(&path.display().to_string(), error.to_string())] };
        }
    };
    let known = folder.files.iter().map(|file| match check_for(file) {
        Some(check) => check_file(file, check, &folder),
        None => FileReport::misfit(&file.name, "no kind of vector file has a name like this".into()),
    });
    let misfits = misfits.iter().map(|(name, why)| FileReport::misfit(name, why.clone()));
    Report { files: known.chain(misfits).collect() }
}

fn check_file(file: &File, check: Check, folder: &Folder) -> FileReport {
    let start = Instant::now();
    let outcomes = in_parallel(file.vectors().len(), |i| check_vector(file, i, check, folder));
    let mut report = FileReport::new(&file.name);
    report.failures.extend(file.envelope_failures().into_iter().map(|failure| failure.to_string()));
    for (i, failures) in outcomes.iter().enumerate() {
        match failures.as_slice() {
            [] => report.passed += 1,
            failures => report.failures.push(describe(&file.id(i), failures)),
        }
    }
    report.took = start.elapsed();
    report
}

fn check_vector(file: &File, i: usize, check: Check, folder: &Folder) -> Vec<Failure> {
    let Some(fields) = file.vectors()[i].as_object() else {
        return vec![Failure::new("vector", "is not an object")];
    };
    let vector = Vector::new(fields);
    let result = check(&vector, folder);
    vector.failures(result)
}

/// One line for the vector, and one for each of its fields that differs.
fn describe(id: &str, failures: &[Failure]) -> String {
    iter::once(id.to_string())
        .chain(failures.iter().map(|failure| format!("    {failure}")))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The results for 0..count, in order, from as many threads as the machine has.
fn in_parallel<T: Send>(count: usize, compute: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let compute = &compute;
    let mut results: Vec<(usize, T)> = thread::scope(|scope| {
        let share = |thread| move || (thread..count).step_by(threads).map(|i| (i, compute(i))).collect::<Vec<_>>();
        let handles: Vec<_> = (0..threads).map(|thread| scope.spawn(share(thread))).collect();
        handles.into_iter().flat_map(|handle| handle.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    });
    results.sort_by_key(|&(i, _)| i);
    results.into_iter().map(|(_, result)| result).collect()
}

/// What came of a folder. Displayed, it ends with `N passed, N failed`.
pub(crate) struct Report {
    files: Vec<FileReport>,
}

impl Report {
    pub(crate) fn passed(&self) -> usize {
        self.files.iter().map(|file| file.passed).sum()
    }

    /// Vectors that failed, and files that did.
    pub(crate) fn failed(&self) -> usize {
        self.files.iter().map(|file| file.failures.len()).sum()
    }

    /// Nothing failed, and something passed.
    pub(crate) fn succeeded(&self) -> bool {
        self.failed() == 0 && self.passed() > 0
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for file in &self.files {
            write!(f, "{file}")?;
        }
        write!(f, "{} passed, {} failed", self.passed(), self.failed())
    }
}

struct FileReport {
    name: String,
    passed: usize,
    failures: Vec<String>,
    took: Duration,
}

impl FileReport {
    fn new(name: &str) -> Self {
        Self { name: name.into(), passed: 0, failures: Vec::new(), took: Duration::ZERO }
    }

    /// A file that is not understood at all.
    fn misfit(name: &str, why: String) -> Self {
        Self { failures: vec![why], ..Self::new(name) }
    }
}

impl fmt::Display for FileReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, passed, failures, took } = self;
        writeln!(f, "{name:<26} {passed:>4} passed, {:>2} failed  {:.2} s", failures.len(), took.as_secs_f64())?;
        failures.iter().try_for_each(|failure| writeln!(f, "  FAILED {name} {failure}"))
    }
}
