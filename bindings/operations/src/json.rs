//! JSON that may hold secrets, written into memory that is allocated once and wiped.

use alloc::string::String;
use core::fmt::Write as _;

use cognito_srp_core::Parameters;
use zeroize::Zeroizing;

/// The text of a JSON object. `members` is called twice: to measure the text, and to write it.
pub(crate) fn object(members: &dyn Fn(&mut Object<'_>)) -> Zeroizing<String> {
    let mut length = Out::Length(0);
    braces(&mut length, members);
    let Out::Length(length) = length else { return Zeroizing::default() };
    // A string that grew would leave what it held behind.
    let mut out = Out::Text(Zeroizing::new(String::with_capacity(length)));
    braces(&mut out, members);
    let Out::Text(text) = out else { return Zeroizing::default() };
    debug_assert_eq!(text.len(), length, "what was measured is what is written");
    text
}

/// Where a text goes: nowhere at first.
enum Out {
    Length(usize),
    Text(Zeroizing<String>),
}

impl Out {
    fn raw(&mut self, text: &str) {
        match self {
            Self::Length(length) => *length += text.len(),
            Self::Text(written) => written.push_str(text),
        }
    }

    fn string(&mut self, text: &str) {
        self.raw("\"");
        // Most texts are plain and long, and a fold without a branch is what the compiler makes vectors of.
        if text.bytes().fold(false, |found, byte| found | is_escaped(byte)) {
            self.escaped(text);
        } else {
            self.raw(text);
        }
        self.raw("\"");
    }

    fn escaped(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = rest.bytes().position(is_escaped) {
            self.raw(&rest[..at]);
            let digits = b"0123456789abcdef";
            let escaped = usize::from(rest.as_bytes()[at]);
            for byte in [b'\\', b'u', b'0', b'0', digits[escaped >> 4], digits[escaped & 15]] {
                self.raw(char::from(byte).encode_utf8(&mut [0; 4]));
            }
            rest = &rest[at + 1..];
        }
        self.raw(rest);
    }
}

/// RFC 8259 section 7: the quotation mark, the backslash and the control characters; nothing else need be.
const fn is_escaped(byte: u8) -> bool {
    matches!(byte, b'"' | b'\\' | 0..=0x1f)
}

fn braces(out: &mut Out, members: &dyn Fn(&mut Object<'_>)) {
    out.raw("{");
    members(&mut Object { out, empty: true });
    out.raw("}");
}

/// A JSON object that is being written.
pub(crate) struct Object<'a> {
    out: &'a mut Out,
    empty: bool,
}

impl Object<'_> {
    fn name(&mut self, name: &str) {
        if !self.empty {
            self.out.raw(",");
        }
        self.empty = false;
        self.out.string(name);
        self.out.raw(":");
    }

    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.name(name);
        self.out.string(value);
    }

    pub(crate) fn some(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }

    pub(crate) fn flag(&mut self, name: &str, value: bool) {
        self.name(name);
        self.out.raw(if value { "true" } else { "false" });
    }

    pub(crate) fn number(&mut self, name: &str, value: i32) {
        let mut digits = String::new();
        let written = write!(digits, "{value}");
        debug_assert!(written.is_ok(), "a String takes all text");
        self.name(name);
        self.out.raw(&digits);
    }

    pub(crate) fn list<'v>(&mut self, name: &str, values: impl Iterator<Item = &'v str>) {
        self.name(name);
        self.out.raw("[");
        for (at, value) in values.enumerate() {
            if at > 0 {
                self.out.raw(",");
            }
            self.out.string(value);
        }
        self.out.raw("]");
    }

    pub(crate) fn map(&mut self, name: &str, parameters: &Parameters) {
        self.object(name, &|object| parameters.iter().for_each(|(name, value)| object.text(name, value)));
    }

    pub(crate) fn object(&mut self, name: &str, members: &dyn Fn(&mut Object<'_>)) {
        self.name(name);
        braces(self.out, members);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn what_is_written_is_what_is_read() {
        for value in
            ["", "plain", "\"\\/\u{8}\u{c}\n\r\t\0\u{1f}\u{7f}", "Grüße, 東京 \u{1f40e}", "\\u0041", "\u{2028}"]
        {
            let text = object(&|object| {
                object.text(value, value);
                object.some("none", None);
                object.flag("flag", true);
                object.number("number", i32::MIN);
                object.list("list", [value, "x"].into_iter());
                object.map("map", &[(value, value)].into_iter().collect());
                object.object("object", &|_| ());
            });
            let mut expected = json!({
                "flag": true, "number": i32::MIN, "list": [value, "x"], "map": { value: value }, "object": {},
            });
            expected[value] = value.into();
            assert_eq!(serde_json::from_str::<Value>(&text).ok(), Some(expected), "{}", *text);
        }
    }
}
