//! The vectors of `test-vectors/`, by the very code of the example `check_vectors`, and that code by planted faults.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

#[path = "../examples/check_vectors/checker/mod.rs"]
mod checker;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use cognito_srp_core::{AuthFlow, ChallengeName};
use serde_json::{Value, json};

use crate::checker::{Report, check_folder};

#[test]
fn every_vector_passes() {
    let report = check_folder(&vectors());
    assert_eq!(report.failed(), 0, "{report}");
    assert!(report.succeeded());
    // None has vanished.
    let readme = text_of("README.md");
    assert!(readme.contains(&format!("In every step of {} vectors", report.passed())), "{report}");
    let generated: usize = GENERATED.iter().map(|name| read(name)["vectors"].as_array().map_or(0, Vec::len)).sum();
    assert!(readme.contains(&format!("in the {generated} that no client can give")), "{generated}");
}

/// The kinds are those of the first table in `test-vectors/README.md`.
#[test]
fn every_kind_has_its_vectors() {
    let report = check_folder(&vectors()).to_string();
    let described = text_of("test-vectors/README.md");
    let rows = described.lines().skip_while(|line| !line.starts_with("| kind |")).skip(2);
    let kinds: Vec<_> = rows
        .take_while(|line| line.starts_with('|'))
        .flat_map(|row| row.split('|').nth(1).unwrap_or_default().split(','))
        .map(str::trim)
        .collect();
    assert!(kinds.len() > 10, "the test has stopped reading the table: {kinds:?}");
    for kind in kinds {
        assert!(report.lines().any(|line| line.starts_with(kind)), "no file of the kind {kind} in\n{report}");
    }
}

#[test]
fn messages_cover_every_flow_and_every_challenge() {
    let messages = read("messages.json");
    let vectors = messages["vectors"].as_array().expect("vectors");
    let named = |field: &str| -> BTreeSet<_> {
        vectors.iter().filter_map(|vector| vector["parameters"].get(field)?.as_str()).collect()
    };
    assert_eq!(named("AuthFlow"), AuthFlow::ALL.iter().map(|flow| flow.as_str()).collect());
    assert_eq!(named("ChallengeName"), ChallengeName::ALL.iter().map(|challenge| challenge.as_str()).collect());
}

#[test]
fn the_untouched_selection_passes() {
    // What the tests below change one thing of.
    let report =
        Planted::new("untouched").with("user_srp.json", &user_srp()).with("negative.json", &negative()).check();
    assert!(report.succeeded(), "{report}");
    assert_eq!((report.passed(), report.failed()), (2, 0));
}

#[test]
fn each_wrong_field_of_a_handshake_is_named() {
    for field in EXPECTED_FIELDS {
        let mut file = user_srp();
        let value = file["vectors"][0][field].as_str().expect("text").to_string();
        file["vectors"][0][field] = changed(&value).into();
        let report = Planted::new("field").with("user_srp.json", &file).check();
        assert!(report.failed() == 1 && !report.succeeded(), "{field}: {report}");
        assert!(report.to_string().contains(&format!("    {field}: ")), "{field}: {report}");
    }
}

#[test]
fn a_field_that_nobody_reads_is_reported() {
    let mut file = user_srp();
    file["vectors"][0]["surprise"] = "1".into();
    fails_with("is not a field that is understood", &Planted::new("unread").with("user_srp.json", &file));
}

#[test]
fn a_vector_that_shows_nothing_is_reported() {
    let file = json!({"description": "nothing", "vectors": [{"id": "nothing", "note": "nothing"}]});
    fails_with("has nothing to check", &Planted::new("nothing").with("hkdf_key.json", &file));
}

#[test]
fn an_accepted_negative_is_reported() {
    let mut file = negative();
    file["vectors"][0]["srp_b"] = "2".into();
    fails_with("was answered, where it has to be refused", &Planted::new("accepted").with("negative.json", &file));
}

#[test]
fn a_refusal_for_another_reason_is_reported() {
    let mut file = negative();
    file["vectors"][0]["salt"] = "".into();
    file["vectors"][0]["srp_b"] = "2".into();
    fails_with("parameter at fault", &Planted::new("reason").with("negative.json", &file));
}

#[test]
fn a_verdict_that_is_not_understood_is_reported() {
    let mut file = negative();
    file["vectors"][0]["expected"] = "may_accept".into();
    fails_with("is no verdict", &Planted::new("verdict").with("negative.json", &file));
}

#[test]
fn an_accepted_b_above_n_is_reported() {
    let mut file = user_srp();
    file["vectors"][0]["classes"] = json!(["B_ge_N"]);
    file.as_object_mut().expect("an object").remove("class_counts");
    fails_with("say B_ge_N", &Planted::new("b_ge_n").with("user_srp.json", &file));
}

#[test]
fn wrong_counts_are_reported() {
    let mut file = user_srp();
    file["count"] = 2.into();
    fails_with("count: expected", &Planted::new("count").with("user_srp.json", &file));

    let mut file = user_srp();
    file["class_counts"] = json!({});
    fails_with("class_counts.", &Planted::new("class_counts").with("user_srp.json", &file));
}

#[test]
fn another_group_is_reported() {
    let mut file = user_srp();
    file["constants"]["g"] = "5".into();
    fails_with("constants.g: expected", &Planted::new("group").with("user_srp.json", &file));

    let mut file = json!({"description": "", "vectors": [read("modexp_n3072.json")["vectors"][0].clone()]});
    file["vectors"][0]["modulus"] = "17".into();
    fails_with("modulus: expected", &Planted::new("modulus").with("modexp_n3072.json", &file));
}

#[test]
fn files_that_are_not_understood_are_reported() {
    let text = |name, text: &str| {
        let planted = Planted::new(name).with("user_srp.json", &user_srp());
        fs::write(planted.0.join(name), text).expect("a file");
        planted
    };
    fails_with("no kind of vector file", &text("surprise.json", &user_srp().to_string()));
    fails_with("is no JSON file", &text("surprise.txt", ""));
    fails_with("EOF while parsing", &text("pad_hex.json", "{"));
    fails_with("is not an object", &text("timestamps.json", "[]"));
    fails_with("has no vectors", &text("constants.json", r#"{"description": "", "vectors": []}"#));

    for accompanying in ["README.md", "other.schema.json"] {
        assert!(text(accompanying, "").check().succeeded(), "{accompanying}");
    }
}

#[test]
fn a_folder_without_vectors_is_reported() {
    fails_with("no vector files", &Planted::new("empty"));
    assert!(!check_folder(Path::new("test-vectors/none/such")).succeeded());
}

// Folders with planted faults

const EXPECTED_FIELDS: [&str; 20] = [
    "A",
    "B",
    "S",
    "flow",
    "hkdf_ikm",
    "hkdf_key",
    "hkdf_prk",
    "hkdf_salt",
    "identity_hash",
    "pool_name",
    "salt_padded",
    "secret_hash_initiate",
    "secret_hash_respond",
    "signature_b64",
    "srp_a",
    "timestamp",
    "u",
    "v",
    "x",
    "b",
];

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("test-vectors")
}

/// Those that a program computes.
const GENERATED: [&str; 5] =
    ["accumulated.json", "device_srp_512.json", "messages.json", "negative_sizes.json", "user_srp_512.json"];

fn text_of(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect("a text")
}

fn read(name: &str) -> Value {
    serde_json::from_slice(&fs::read(vectors().join(name)).expect("a vector file")).expect("JSON")
}

/// The first vector of a file, in an envelope that is right about it.
fn first_of(name: &str) -> Value {
    let mut file = read(name);
    let vector = file["vectors"][0].clone();
    let classes = vector["classes"].as_array().expect("classes");
    file["class_counts"] = classes.iter().map(|class| (class.as_str().expect("text"), 1)).collect::<Value>();
    file["count"] = 1.into();
    file["vectors"] = json!([vector]);
    file
}

/// A vector with SECRET_HASH.
fn user_srp() -> Value {
    first_of("user_srp.json")
}

/// A vector with SRP_B = 0.
fn negative() -> Value {
    first_of("negative.json")
}

/// The value with its last digit, letter or padding's neighbour changed: still of the same form.
fn changed(value: &str) -> String {
    let end = value.trim_end_matches('=').len();
    let (front, last) = value.split_at(end - 1);
    let (last, padding) = last.split_at(1);
    format!("{front}{}{padding}", if last == "4" { "8" } else { "4" })
}

/// A folder of a test's own.
struct Planted(PathBuf);

impl Planted {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("check_vectors").join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).expect("an old folder");
        }
        fs::create_dir_all(&folder).expect("a folder");
        Self(folder)
    }

    fn with(self, name: &str, content: &Value) -> Self {
        fs::write(self.0.join(name), content.to_string()).expect("a file");
        self
    }

    fn check(&self) -> Report {
        check_folder(&self.0)
    }
}

fn fails_with(text: &str, planted: &Planted) {
    let report = planted.check();
    assert!(!report.succeeded() && report.failed() > 0, "{report}");
    assert!(report.to_string().contains(text), "{text:?} is not in:\n{report}");
}
