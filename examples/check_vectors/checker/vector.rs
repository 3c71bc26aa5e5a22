//! One JSON object of a vector file, read by field, and what was found wrong with it.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
    fmt,
};

use num_bigint::BigUint;
use serde_json::{Map, Value};

/// Fields that say where a vector comes from or what it is about, and are no value to compute.
///
/// Those at the end hold what *other* clients computed where they differ from AWS's.
const ANNOTATIONS: &[&str] = &[
    "id",
    "classes",
    "detail",
    "note",
    "source",
    "also_in",
    "agreed_by",
    "produced_by",
    "recomputed",
    "defect",
    "reason",
    "observed",
    "disagreements",
    "alternative_byte_preserving_salt",
    "legacy_twos_complement",
    "a_reduced_mod_N",
];

/// A field like `published_m1_b64` is what a source printed where it is not the right value; `_note` says why.
fn is_annotation(field: &str) -> bool {
    ANNOTATIONS.contains(&field) || field.starts_with("published_") || field.ends_with("_note")
}

/// A field with something wrong.
#[derive(Debug)]
pub(super) struct Failure {
    field: String,
    text: String,
}

impl Failure {
    pub(super) fn new(field: impl Into<String>, text: impl Into<String>) -> Self {
        Self { field: field.into(), text: text.into() }
    }

    fn within(self, parent: &str) -> Self {
        Self { field: format!("{parent}.{}", self.field), ..self }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.text)
    }
}

pub(super) type Checked<T = ()> = Result<T, Failure>;

/// A vector, or an object within one: it remembers which fields were read, so that none goes unchecked in silence.
pub(super) struct Vector<'a> {
    fields: &'a Map<String, Value>,
    read: RefCell<BTreeSet<&'a str>>,
    compared: Cell<usize>,
    failures: RefCell<Vec<Failure>>,
}

impl<'a> Vector<'a> {
    pub(super) fn new(fields: &'a Map<String, Value>) -> Self {
        Self { fields, read: RefCell::default(), compared: Cell::new(0), failures: RefCell::default() }
    }

    /// Whether the field is there and not null. Does not count as reading it.
    pub(super) fn has(&self, field: &str) -> bool {
        self.fields.get(field).is_some_and(|value| !value.is_null())
    }

    /// Whether the field is there, be it null.
    pub(super) fn mentions(&self, field: &str) -> bool {
        self.fields.contains_key(field)
    }

    /// A field of any type; null counts as absent.
    pub(super) fn value(&self, field: &str) -> Option<&'a Value> {
        let (name, value) = self.fields.get_key_value(field)?;
        self.read.borrow_mut().insert(name);
        Some(value).filter(|value| !value.is_null())
    }

    pub(super) fn text(&self, field: &str) -> Checked<&'a str> {
        self.optional_text(field)?.ok_or_else(|| Failure::new(field, "is missing"))
    }

    pub(super) fn optional_text(&self, field: &str) -> Checked<Option<&'a str>> {
        self.typed(field, "a string", Value::as_str)
    }

    pub(super) fn number(&self, field: &str) -> Checked<i64> {
        self.optional_number(field)?.ok_or_else(|| Failure::new(field, "is missing"))
    }

    pub(super) fn optional_number(&self, field: &str) -> Checked<Option<i64>> {
        self.typed(field, "an integer", Value::as_i64)
    }

    /// The edge classes that a vector is for.
    pub(super) fn classes(&self) -> Vec<&'a str> {
        let classes = self.value("classes").and_then(Value::as_array);
        classes.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    pub(super) fn optional_object(&self, field: &str) -> Checked<Option<&'a Map<String, Value>>> {
        self.typed(field, "an object", Value::as_object)
    }

    pub(super) fn object(&self, field: &str) -> Checked<&'a Map<String, Value>> {
        self.optional_object(field)?.ok_or_else(|| Failure::new(field, "is missing"))
    }

    /// An integer as the format writes it: the fewest lower-case hex digits.
    pub(super) fn integer(&self, field: &str) -> Checked<BigUint> {
        self.optional_integer(field)?.ok_or_else(|| Failure::new(field, "is missing"))
    }

    pub(super) fn optional_integer(&self, field: &str) -> Checked<Option<BigUint>> {
        let Some(text) = self.optional_text(field)? else { return Ok(None) };
        parse_hex(text)
            .filter(|integer| format!("{integer:x}") == text)
            .map(Some)
            .ok_or_else(|| Failure::new(field, "is not an integer in the fewest lower-case hex digits"))
    }

    /// Bytes as the format writes them: an even number of lower-case hex digits.
    pub(super) fn optional_bytes(&self, field: &str) -> Checked<Option<Vec<u8>>> {
        let Some(text) = self.optional_text(field)? else { return Ok(None) };
        parse_bytes(text).map(Some).ok_or_else(|| Failure::new(field, "is not bytes in lower-case hex digits"))
    }

    fn typed<T>(&self, field: &str, what: &str, read: impl FnOnce(&'a Value) -> Option<T>) -> Checked<Option<T>> {
        match self.value(field) {
            None => Ok(None),
            Some(value) => read(value).map(Some).ok_or_else(|| Failure::new(field, format!("is not {what}"))),
        }
    }

    /// Holds a computed value against a field, if the vector has that field.
    pub(super) fn compare(&self, field: &str, got: &str) {
        match self.optional_text(field) {
            Ok(Some(expected)) => self.equal(field, expected, got),
            Ok(None) => {}
            Err(failure) => self.fail(failure),
        }
    }

    /// Holds a computed value against one from elsewhere.
    pub(super) fn equal(&self, what: &str, expected: &str, got: &str) {
        self.compared.set(self.compared.get() + 1);
        if expected != got {
            let at = expected.chars().zip(got.chars()).take_while(|(expected, got)| expected == got).count();
            let text = format!("expected {}, got {}", excerpt(expected, at), excerpt(got, at));
            self.fail(Failure::new(what, text));
        }
    }

    /// Counts a check that has no value to show.
    pub(super) fn require(&self, what: &str, holds: bool, otherwise: &str) {
        self.compared.set(self.compared.get() + 1);
        if !holds {
            self.fail(Failure::new(what, otherwise));
        }
    }

    /// Leaves fields out on purpose.
    pub(super) fn set_aside(&self, fields: &[&str]) {
        for field in fields {
            self.value(field);
        }
    }

    pub(super) fn fail(&self, failure: Failure) {
        self.failures.borrow_mut().push(failure);
    }

    /// Checks an object within this one, and takes over what is wrong with it.
    pub(super) fn check_within(&self, field: &str, check: impl FnOnce(&Vector<'_>) -> Checked) -> Checked {
        self.check_part(field, self.object(field)?, check);
        Ok(())
    }

    /// Checks an object that was made of this one, and takes over what is wrong with it.
    pub(super) fn check_part(
        &self,
        name: &str,
        fields: &Map<String, Value>,
        check: impl FnOnce(&Vector<'_>) -> Checked,
    ) {
        let part = Vector::new(fields);
        let result = check(&part);
        self.compared.set(self.compared.get() + part.compared.get());
        let failures = part.failures(result);
        self.failures.borrow_mut().extend(failures.into_iter().map(|failure| failure.within(name)));
    }

    /// A copy of all fields, which with that count as read.
    pub(super) fn take_fields(&self) -> Map<String, Value> {
        self.read.borrow_mut().extend(self.fields.keys().map(String::as_str));
        self.fields.clone()
    }

    /// All that is wrong, in the end: also what nobody read, and a vector that shows nothing.
    pub(super) fn failures(self, result: Checked) -> Vec<Failure> {
        let mut failures = self.failures.take();
        if let Err(failure) = result {
            // What comes after it was not read, which says nothing.
            failures.push(failure);
            return failures;
        }
        failures.extend(self.unread());
        if self.compared.get() == 0 {
            failures.push(Failure::new("vector", "has nothing to check"));
        }
        failures
    }

    /// A failure for each field that nobody read, and that is no annotation.
    pub(super) fn unread(&self) -> Vec<Failure> {
        let read = self.read.borrow();
        let unread = self.fields.keys().filter(|field| !read.contains(field.as_str()) && !is_annotation(field));
        unread.map(|field| Failure::new(field, "is not a field that is understood here")).collect()
    }
}

/// Hex digits of either case, as the wire has them; `None` where there is anything else, or nothing.
pub(super) fn parse_hex(text: &str) -> Option<BigUint> {
    // num-bigint would also take a sign and `_`.
    text.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| BigUint::parse_bytes(text.as_bytes(), 16)).flatten()
}

fn parse_bytes(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let nibble = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    rest.is_empty().then(|| pairs.iter().map(|&[high, low]| Some(nibble(high)? << 4 | nibble(low)?)).collect())?
}

/// Bytes as the format writes them.
pub(super) fn hex_bytes(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// A value, or the part of a long one that begins a little before `at`.
fn excerpt(text: &str, at: usize) -> String {
    const WIDTH: usize = 64;
    let length = text.chars().count();
    if length <= WIDTH {
        return format!("{text:?}");
    }
    let from = at.saturating_sub(8);
    let part: String = text.chars().skip(from).take(WIDTH >> 1).collect();
    format!("{part:?} (from {from} of {length})")
}
