//! Python's dictionaries to JSON text and back.
//!
//! Not by Python's own module `json`: its text would be one more copy of each secret that cannot be wiped.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use cognito_srp_core::json::{self, Value};
use cognito_srp_operations::Kind;
use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple},
};
use zeroize::Zeroizing;

use crate::{error, text::text_of};

/// No operation reads a text that is longer than this, in bytes: what would be longer is not written to its end.
const LIMIT: usize = 1 << 20;

/// No operation reads a text that is nested as deep as this. An object that holds itself comes to an end here.
/// Not more than that, for each level takes stack.
const DEPTH: usize = 32;

/// As deep as the text of an operation can be.
const DEEPEST: u32 = 16;

/// A number that JSON has and nobody takes, in place of those that it has not: serde_json would write them as `null`, which is as good
/// as nothing.
const NO_NUMBER: &[u8] = b"1e999";

/// What boto3 says of the transport, which is no part of what the service said and holds what JSON has not.
const TRANSPORT: &str = "ResponseMetadata";

/// The JSON of a dictionary of the caller's: `name` says which, where it cannot be written. A member that is None is left out.
pub(crate) fn written(name: &'static str, dictionary: &Bound<'_, PyDict>) -> PyResult<Zeroizing<String>> {
    Writer::of(Kind::Argument, name).write(dictionary, None)
}

/// The same of options, where the member says which. Their names are this package's.
pub(crate) fn options(dictionary: &Bound<'_, PyDict>) -> PyResult<Zeroizing<String>> {
    let options = Writer::of(Kind::Argument, "options");
    Writer { named_by_member: true, ..options }.write(dictionary, None)
}

/// The same of what boto3 has read from the service, whose fault it is where that is no text or no number that it could mean.
pub(crate) fn received(name: &'static str, dictionary: &Bound<'_, PyDict>) -> PyResult<Zeroizing<String>> {
    Writer::of(Kind::Reply, name).write(dictionary, Some(TRANSPORT))
}

struct Writer {
    fault: Kind,
    /// What is at fault where it cannot be written.
    name: Cow<'static, str>,
    /// Whether that is the member at hand.
    named_by_member: bool,
    text: Text,
}

impl Writer {
    fn of(fault: Kind, name: &'static str) -> Self {
        let text = Text(Zeroizing::new(Vec::with_capacity(4096)));
        Self { fault, name: name.into(), named_by_member: false, text }
    }

    fn write(mut self, dictionary: &Bound<'_, PyDict>, without: Option<&str>) -> PyResult<Zeroizing<String>> {
        self.dictionary(dictionary, without, 0)?;
        String::from_utf8(std::mem::take(&mut *self.text.0))
            .map(Zeroizing::new)
            .map_err(|_| PyTypeError::new_err("this cannot be: JSON is UTF-8"))
    }

    fn value(&mut self, value: &Bound<'_, PyAny>, depth: usize) -> PyResult<()> {
        if let Ok(string) = value.cast::<PyString>() {
            return self.string(string);
        }
        if depth >= DEPTH {
            return self.bytes(b"null");
        }
        if let Ok(dictionary) = value.cast::<PyDict>() {
            return self.dictionary(dictionary, None, depth);
        }
        if let Ok(list) = value.cast::<PyList>() {
            return self.array(list.iter(), depth);
        }
        if let Ok(tuple) = value.cast::<PyTuple>() {
            return self.array(tuple.iter(), depth);
        }
        self.scalar(value)
    }

    fn dictionary(&mut self, dictionary: &Bound<'_, PyDict>, without: Option<&str>, depth: usize) -> PyResult<()> {
        let mut before: &[u8] = b"{";
        // Another thread could change it meanwhile, which PyO3 would end with a panic.
        for (key, value) in dictionary.copy()? {
            let Ok(key) = key.cast::<PyString>() else { return Err(self.wrong_type("a key", &key)) };
            if self.text.is_full() || value.is_none() || without.is_some_and(|name| key == name) {
                continue;
            }
            self.bytes(before)?;
            self.string(key)?;
            if self.named_by_member && depth == 0 {
                self.name = text_of(self.fault, &self.name, key)?.to_owned().into();
            }
            self.bytes(b":")?;
            self.value(&value, depth + 1)?;
            before = b",";
        }
        self.bytes(if before == b"{" { b"{}" } else { b"}" })
    }

    fn array<'py>(&mut self, items: impl Iterator<Item = Bound<'py, PyAny>>, depth: usize) -> PyResult<()> {
        let mut before: &[u8] = b"[";
        for item in items {
            if self.text.is_full() {
                break;
            }
            self.bytes(before)?;
            self.value(&item, depth + 1)?;
            before = b",";
        }
        self.bytes(if before == b"[" { b"[]" } else { b"]" })
    }

    fn string(&mut self, string: &Bound<'_, PyString>) -> PyResult<()> {
        let string = text_of(self.fault, &self.name, string)?;
        if string.len() > LIMIT {
            self.text.fill();
            return Ok(());
        }
        self.json(string)
    }

    fn scalar(&mut self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        if value.is_none() {
            self.bytes(b"null")
        } else if let Ok(flag) = value.cast::<PyBool>() {
            self.json(flag.is_true())
        } else if let Ok(number) = value.cast::<PyInt>() {
            let out_of_range =
                |_| error::new(value.py(), self.fault, &self.name, "OutOfRange", "has a number of over 64 bits");
            self.json(number.extract::<i64>().map_err(out_of_range)?)
        } else if let Ok(number) = value.cast::<PyFloat>() {
            let number = number.value();
            if number.is_finite() { self.json(number) } else { self.bytes(NO_NUMBER) }
        } else {
            Err(self.wrong_type("a value", value))
        }
    }

    fn json(&mut self, value: impl serde::Serialize) -> PyResult<()> {
        serde_json::to_writer(&mut self.text, &value).map_err(|error| PyTypeError::new_err(error.to_string()))
    }

    fn bytes(&mut self, bytes: &[u8]) -> PyResult<()> {
        Ok(self.text.write_all(bytes)?)
    }

    fn wrong_type(&self, what: &str, value: &Bound<'_, PyAny>) -> PyErr {
        let class = value.get_type().qualname();
        match class {
            Ok(class) => {
                PyTypeError::new_err(format!("{}: {what} is of the type {class}, which JSON has not", self.name))
            }
            Err(error) => error,
        }
    }
}

/// Text that leaves nothing behind when it grows, and stops growing soon after [`LIMIT`].
struct Text(Zeroizing<Vec<u8>>);

impl Text {
    fn is_full(&self) -> bool {
        self.0.len() > LIMIT
    }

    /// Makes the text one that is refused for its length.
    fn fill(&mut self) {
        self.make_room(LIMIT + 1);
        self.0.resize(LIMIT + 1, b' ');
    }

    fn make_room(&mut self, length: usize) {
        if self.0.capacity() < length {
            let mut larger = Zeroizing::new(Vec::with_capacity(length.max(2 * self.0.capacity())));
            larger.extend_from_slice(&self.0);
            self.0 = larger;
        }
    }
}

impl Write for Text {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_full() {
            self.make_room(self.0.len() + bytes.len());
            self.0.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The Python object that a JSON text of an operation says.
pub(crate) fn read<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
    object(py, json::parse(text, DEEPEST).map_err(|_| unreadable(py))?)
}

fn unreadable(py: Python<'_>) -> PyErr {
    error::new(py, Kind::Machine, "the result", "NotJson", "cannot be made an object of Python's")
}

/// It calls itself once for each level, of which there are [`DEEPEST`].
fn object<'py>(py: Python<'py>, value: Value<'_>) -> PyResult<Bound<'py, PyAny>> {
    if let Some(string) = value.text() {
        return Ok(PyString::new(py, &Zeroizing::new(string.read())).into_any());
    }
    if let Some(members) = value.object() {
        let dictionary = PyDict::new(py);
        for (name, value) in members.members() {
            dictionary.set_item(name.read(), object(py, value)?)?;
        }
        return Ok(dictionary.into_any());
    }
    if let Some(items) = value.list() {
        let list = PyList::empty(py);
        for item in items {
            list.append(object(py, item)?)?;
        }
        return Ok(list.into_any());
    }
    if let Some(flag) = value.flag() {
        return Ok(PyBool::new(py, flag).to_owned().into_any());
    }
    if value.is_null() {
        return Ok(py.None().into_bound(py));
    }
    // No operation writes any other number.
    let number: i64 = value.as_written().parse().map_err(|_| unreadable(py))?;
    Ok(PyInt::new(py, number).into_any())
}
