//! The files of a folder, and what every one of them has around its vectors.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsStr,
    fs, io,
    path::Path,
};

use cognito_srp_core::hazmat;
use serde_json::{Map, Value};

use super::vector::{Checked, Failure, Vector, hex_bytes};

/// HKDF's info text, which AWS's clients have as a literal.
const INFO: &str = "Caldera Derived Key";

/// The vector files of one folder.
pub(super) struct Folder {
    pub(super) files: Vec<File>,
}

/// A file that cannot be read as vectors, and why.
type Misfit = (String, String);

impl Folder {
    pub(super) fn read(path: &Path) -> io::Result<(Self, Vec<Misfit>)> {
        let mut names = Vec::new();
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            // A folder in the folder has a format of its own.
            if !entry.file_type()?.is_dir() && !accompanies_vectors(&name) {
                names.push(name);
            }
        }
        names.sort();

        let (mut files, mut misfits) = (Vec::new(), Vec::new());
        for name in names {
            match File::read(path, &name) {
                Ok(file) => files.push(file),
                Err(why) => misfits.push((name, why)),
            }
        }
        if files.is_empty() {
            misfits.push((path.display().to_string(), "no vector files".into()));
        }
        Ok((Self { files }, misfits))
    }

    /// A vector of any file, by its id.
    pub(super) fn find(&self, id: &str) -> Option<&Map<String, Value>> {
        let mut vectors = self.files.iter().flat_map(File::vectors).filter_map(Value::as_object);
        vectors.find(|fields| fields.get("id").and_then(Value::as_str) == Some(id))
    }
}

/// Files beside the vectors: the description, the schema, the scripts, and what editors and interpreters leave behind.
fn accompanies_vectors(name: &str) -> bool {
    const SUFFIXES: [&str; 2] = [".schema.json", ".py"];
    name.starts_with("README") || name.starts_with(['.', '_']) || SUFFIXES.iter().any(|suffix| name.ends_with(suffix))
}

/// One file of vectors.
pub(super) struct File {
    pub(super) name: String,
    envelope: Map<String, Value>,
    vectors: Vec<Value>,
}

impl File {
    fn read(folder: &Path, name: &str) -> Result<Self, String> {
        if Path::new(name).extension() != Some(OsStr::new("json")) {
            return Err("is no JSON file".into());
        }
        let text = fs::read(folder.join(name)).map_err(|error| error.to_string())?;
        let value = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
        let Value::Object(mut envelope) = value else { return Err("is not an object".into()) };
        match envelope.remove("vectors") {
            Some(Value::Array(vectors)) if !vectors.is_empty() => Ok(Self { name: name.into(), envelope, vectors }),
            _ => Err("has no vectors".into()),
        }
    }

    pub(super) fn stem(&self) -> &str {
        self.name.trim_end_matches(".json")
    }

    pub(super) fn vectors(&self) -> &[Value] {
        &self.vectors
    }

    /// The id of a vector, or its place where it has none.
    pub(super) fn id(&self, i: usize) -> String {
        let id = self.vectors[i].get("id").and_then(Value::as_str);
        id.map_or_else(|| format!("vector {i}"), String::from)
    }

    /// What is wrong around the vectors.
    pub(super) fn envelope_failures(&self) -> Vec<Failure> {
        let envelope = Vector::new(&self.envelope);
        let result = self.check_envelope(&envelope);
        envelope.failures(result)
    }

    fn check_envelope(&self, envelope: &Vector<'_>) -> Checked {
        envelope.set_aside(&["part", "encoding", "fields", "notes"]);
        envelope.require("description", envelope.optional_text("description")?.is_some(), "is missing");
        if envelope.has("count") {
            envelope.equal("count", &envelope.number("count")?.to_string(), &self.vectors.len().to_string());
        }
        if envelope.has("class_counts") {
            envelope.check_within("class_counts", |counts| self.check_class_counts(counts))?;
        }
        if envelope.has("constants") {
            envelope.check_within("constants", check_constants)?;
        }
        let ids: BTreeSet<_> = self.vectors.iter().map(|vector| vector.get("id").and_then(Value::as_str)).collect();
        let distinct = ids.len() == self.vectors.len() && !ids.contains(&None);
        envelope.require("vectors", distinct, "do not each have an id of their own");
        Ok(())
    }

    fn check_class_counts(&self, counts: &Vector<'_>) -> Checked {
        let mut counted: BTreeMap<&str, i64> = BTreeMap::new();
        let classes = self.vectors.iter().filter_map(|vector| vector.get("classes")?.as_array()).flatten();
        for class in classes.filter_map(Value::as_str) {
            *counted.entry(class).or_default() += 1;
        }
        for (class, count) in counted {
            counts.equal(class, &counts.number(class)?.to_string(), &count.to_string());
        }
        Ok(())
    }
}

/// The group and the protocol's constants: the one group and the one hash that this library has.
pub(super) fn check_constants(constants: &Vector<'_>) -> Checked {
    constants.equal("n", constants.text("n")?, &hazmat::hex(&hazmat::n()));
    constants.compare("g", "2");
    constants.compare("k", &hazmat::hex(&hazmat::k()));
    constants.compare("info", INFO);
    constants.compare("info_hex", &hex_bytes(INFO.as_bytes()));
    constants.compare("hash", "sha256");
    Ok(())
}
