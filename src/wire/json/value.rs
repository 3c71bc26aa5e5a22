//! JSON that others have written, read where it stands, without recursion and without a tree. For the bindings of this
//! repository: exempt from semantic versioning.
//!
//! It is RFC 8259 to the letter, and of its freedoms takes one: half of a surrogate pair is no text, as in I-JSON (RFC 7493
//! section 2.1).
//!
//! A text is checked as a whole, once. From then on a value is a part of it, which cannot fail to be read, and nothing is
//! copied but the strings that are asked for. So no token is left behind in a tree, a deep text needs no deep stack, and all
//! of it is a fifth of the code of a parser that makes trees. The price: whoever looks for members reads the object from
//! its beginning, and what is deep inside is read again on each level.

#![cfg_attr(not(feature = "json"), expect(unreachable_pub, reason = "the feature makes this module public"))]

use alloc::{collections::BTreeMap, string::String};
use core::{fmt, iter, slice, str};

/// Why a text is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Flaw {
    /// It is not JSON.
    Broken,
    /// More brackets are open at once than the caller wants.
    TooDeep,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Broken => "is not JSON",
            Self::TooDeep => "is nested too deeply",
        })
    }
}

impl core::error::Error for Flaw {}

/// A value: all of a part of a text that has been checked, without the space around it. `Debug` shows nothing of it.
#[derive(Clone, Copy)]
pub struct Value<'a>(&'a str);

/// An object: what stands between its braces. `Debug` shows nothing of it.
#[derive(Clone, Copy)]
pub struct Object<'a>(&'a str);

/// A string: what stands between its quotation marks. `Debug` shows nothing of it.
#[derive(Clone, Copy)]
pub struct Text<'a>(&'a str);

macro_rules! opaque {
    ($($Type:ident)*) => {$(
        impl fmt::Debug for $Type<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($Type)).finish_non_exhaustive()
            }
        }
    )*};
}

opaque!(Value Object Text);

/// RFC 8259 section 2.
const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// [`is_space`], of a character.
fn is_space_character(character: char) -> bool {
    u8::try_from(character).is_ok_and(is_space)
}

/// Checks a text in which at most `deepest` brackets are open at once; more than 64 never are. The length is the caller's to
/// limit: the time is in proportion to it.
///
/// # Errors
///
/// The first [`Flaw`].
///
/// ```
/// use cognito_srp_core::json::{self, Flaw};
///
/// let object = json::parse(r#"{"name": "\u0061lice", "age": 1e2, "age": null}"#, 16)?.object().ok_or(Flaw::Broken)?;
/// assert_eq!(object.get("name").text().map(|name| name.read()), Some("alice".into()));
/// assert!(object.get("age").is_null(), "the last one counts");
/// assert!(object.get("shoe size").is_null());
/// assert_eq!(json::parse("[[]]", 1).unwrap_err(), Flaw::TooDeep);
/// # Ok::<_, Flaw>(())
/// ```
pub fn parse(text: &str, deepest: u32) -> Result<Value<'_>, Flaw> {
    let text = text.trim_matches(is_space_character);
    Checker(text.as_bytes().iter()).check(deepest.min(u64::BITS))?;
    Ok(Value(text))
}

impl<'a> Value<'a> {
    /// What is not there.
    pub const NULL: Self = Self("null");

    /// The value as it is written. A number is for the caller to parse, who knows which of them can be meant: `1e2` is one.
    #[must_use]
    pub const fn as_written(self) -> &'a str {
        self.0
    }

    /// Whether it is `null`.
    #[must_use]
    pub fn is_null(self) -> bool {
        self.0 == Self::NULL.0
    }

    /// `true` or `false`, if it is that.
    #[must_use]
    pub fn flag(self) -> Option<bool> {
        match self.0 {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    /// The string, if it is one.
    #[must_use]
    pub fn text(self) -> Option<Text<'a>> {
        self.between('"', '"').map(Text)
    }

    /// The items of the array, in their order, if it is one.
    #[must_use]
    pub fn list(self) -> Option<impl Iterator<Item = Self>> {
        self.between('[', ']').map(parts)
    }

    /// The object, if it is one.
    #[must_use]
    pub fn object(self) -> Option<Object<'a>> {
        self.between('{', '}').map(Object)
    }

    fn between(self, open: char, close: char) -> Option<&'a str> {
        self.0.strip_prefix(open)?.strip_suffix(close)
    }
}

impl<'a> Object<'a> {
    /// Names and values, in their order.
    pub fn members(self) -> impl Iterator<Item = (Text<'a>, Value<'a>)> {
        let mut parts = parts(self.0);
        iter::from_fn(move || Some((parts.next()?.text()?, parts.next()?)))
    }

    /// Each name once, with its last value.
    #[must_use]
    pub fn last_of_each_name(self) -> BTreeMap<String, Value<'a>> {
        let mut members = BTreeMap::new();
        // One by one: `collect` would sort them first, which takes more code.
        for (name, value) in self.members() {
            members.insert(name.read(), value);
        }
        members
    }

    /// The last value of that name, or [`Value::NULL`].
    #[must_use]
    pub fn get(self, name: &str) -> Value<'a> {
        let mut member = (name, Value::NULL);
        self.find(slice::from_mut(&mut member));
        member.1
    }

    /// Several names, each with its last value or [`Value::NULL`], in one pass.
    #[must_use]
    pub fn get_each<'n, const NAMES: usize>(self, names: [&'n str; NAMES]) -> [(&'n str, Value<'a>); NAMES] {
        let mut members = names.map(|name| (name, Value::NULL));
        self.find(&mut members);
        members
    }

    fn find(self, wanted: &mut [(&str, Value<'a>)]) {
        for (name, value) in self.members() {
            for (wanted, last) in &mut *wanted {
                if name.is(wanted) {
                    *last = value;
                }
            }
        }
    }
}

impl<'a> Text<'a> {
    /// What the string says. It is allocated once: no escape is shorter than what it stands for.
    #[must_use]
    pub fn read(self) -> String {
        // Most texts are long and have no escapes.
        if !self.0.as_bytes().contains(&b'\\') {
            return self.0.into();
        }
        let mut text = String::with_capacity(self.0.len());
        self.characters().for_each(|character| text.push(character));
        text
    }

    /// Whether this is what the string says.
    #[must_use]
    pub fn is(self, text: &str) -> bool {
        self.characters().eq(text.chars())
    }

    fn characters(self) -> impl Iterator<Item = char> + use<'a> {
        let mut written = self.0.chars();
        iter::from_fn(move || match written.next()? {
            '\\' => Some(unescaped(&mut written)),
            character => Some(character),
        })
    }
}

/// What an escape stands for, of which the backslash has been taken.
fn unescaped(written: &mut str::Chars<'_>) -> char {
    let character = match written.next() {
        Some('b') => Some('\u{8}'),
        Some('f') => Some('\u{c}'),
        Some('n') => Some('\n'),
        Some('r') => Some('\r'),
        Some('t') => Some('\t'),
        Some('u') => match unit(written) {
            high if is_high(high) => {
                let low = written.nth(1).map_or(0, |_| unit(written)); // behind another \u
                char::from_u32(0x1_0000 + ((high & 0x3ff) << 10 | low & 0x3ff))
            }
            point => char::from_u32(point),
        },
        itself => itself,
    };
    character.unwrap_or(char::REPLACEMENT_CHARACTER) // there is none without: it was checked
}

/// The code unit of UTF-16 that four hex digits are.
fn unit(written: &mut str::Chars<'_>) -> u32 {
    written.take(4).fold(0, |unit, digit| unit << 4 | digit.to_digit(16).unwrap_or(0))
}

const fn is_high(unit: u32) -> bool {
    unit & 0xfc00 == 0xd800
}

const fn is_low(unit: u32) -> bool {
    unit & 0xfc00 == 0xdc00
}

/// The values of an array, or names and values of an object in turn.
fn parts(mut rest: &str) -> impl Iterator<Item = Value<'_>> {
    rest = rest.trim_start_matches(is_space_character);
    iter::from_fn(move || {
        let (part, behind) = rest.split_at_checked(length(rest.as_bytes())).filter(|(part, _)| !part.is_empty())?;
        // One comma or colon, and space. No value begins with either.
        rest = behind.trim_start_matches(|behind| is_space_character(behind) || matches!(behind, ',' | ':'));
        Some(Value(part))
    })
}

/// Bytes of the value with which a text begins that has been checked.
fn length(text: &[u8]) -> usize {
    let mut open = 0_u32;
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => skip_string(&mut bytes),
            b'{' | b'[' => open += 1,
            b'}' | b']' => open = open.saturating_sub(1),
            b',' | b':' if open == 0 => return text.len() - bytes.len() - 1,
            space if open == 0 && is_space(*space) => return text.len() - bytes.len() - 1,
            _ => continue,
        }
        if open == 0 {
            return text.len() - bytes.len();
        }
    }
    text.len()
}

/// Takes the rest of a string, behind its first quotation mark.
fn skip_string(bytes: &mut slice::Iter<'_, u8>) {
    skip_plain(bytes);
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return,
            b'\\' => drop(bytes.next()), // what it escapes, which may be a quotation mark
            _ => {}
        }
    }
}

/// Takes what is plain at the beginning of a string, by chunks: all bytes of one are compared at once, in a vector.
fn skip_plain(bytes: &mut slice::Iter<'_, u8>) {
    let special = |byte: u8| u8::from(byte < 0x20) | u8::from(byte == b'"') | u8::from(byte == b'\\');
    let (chunks, _) = bytes.as_slice().as_chunks::<32>();
    for _ in chunks.iter().take_while(|chunk| chunk.iter().fold(0, |found, &byte| found | special(byte)) == 0) {
        bytes.nth(31);
    }
}

/// A value that has none inside, or what others are inside of.
#[derive(PartialEq, Eq)]
enum Beginning {
    Scalar,
    Bracket,
    Brace,
}

/// What of a text has not been checked.
struct Checker<'a>(slice::Iter<'a, u8>);

impl Checker<'_> {
    /// Checks one value and that nothing follows, with a bit for each bracket that is open instead of a call.
    fn check(&mut self, deepest: u32) -> Result<(), Flaw> {
        let (mut open, mut braces) = (0, 0_u64);
        loop {
            let beginning = self.begin_value().ok_or(Flaw::Broken)?;
            if beginning != Beginning::Scalar {
                let is_brace = beginning == Beginning::Brace;
                if open == deepest {
                    return Err(Flaw::TooDeep);
                }
                open += 1;
                braces = braces << 1 | u64::from(is_brace);
                if !self.skip_space_and(if is_brace { b'}' } else { b']' }) {
                    self.begin_item(is_brace).ok_or(Flaw::Broken)?;
                    continue;
                }
                open -= 1;
                braces >>= 1;
            }
            // Behind a value.
            while open > 0 && self.skip_space_and(if braces & 1 == 1 { b'}' } else { b']' }) {
                open -= 1;
                braces >>= 1;
            }
            if open == 0 {
                return if self.0.as_slice().is_empty() { Ok(()) } else { Err(Flaw::Broken) };
            }
            if !self.skip_space_and(b',') {
                return Err(Flaw::Broken);
            }
            self.begin_item(braces & 1 == 1).ok_or(Flaw::Broken)?;
        }
    }

    /// Takes space, and that byte if it is the next one.
    fn skip_space_and(&mut self, byte: u8) -> bool {
        while self.skip(is_space) {}
        self.skip(|next| next == byte)
    }

    /// Takes the next byte if it is one of those.
    fn skip(&mut self, is_right: impl Fn(u8) -> bool) -> bool {
        let found = self.0.as_slice().first().is_some_and(|byte| is_right(*byte));
        if found {
            self.0.next();
        }
        found
    }

    /// What stands before a value: in an object, a name and a colon.
    fn begin_item(&mut self, in_object: bool) -> Option<()> {
        if in_object && !(self.skip_space_and(b'"') && self.string().is_some() && self.skip_space_and(b':')) {
            return None;
        }
        Some(())
    }

    /// A value, or what opens it, behind space.
    fn begin_value(&mut self) -> Option<Beginning> {
        if self.skip_space_and(b'{') {
            return Some(Beginning::Brace);
        }
        match self.0.next()? {
            b'[' => return Some(Beginning::Bracket),
            b'"' => self.string()?,
            b't' => self.literal(b"rue")?,
            b'f' => self.literal(b"alse")?,
            b'n' => self.literal(b"ull")?,
            b'-' => {
                let first = *self.0.next()?;
                self.number(first)?;
            }
            first => self.number(*first)?,
        }
        Some(Beginning::Scalar)
    }

    fn literal(&mut self, rest: &[u8]) -> Option<()> {
        rest.iter().all(|byte| self.0.next() == Some(byte)).then_some(())
    }

    /// RFC 8259 section 6, behind the sign and the first digit.
    fn number(&mut self, first: u8) -> Option<()> {
        match first {
            b'0' => {}
            b'1'..=b'9' => self.digits(),
            _ => return None,
        }
        if self.skip(|byte| byte == b'.') {
            self.some_digits()?;
        }
        if self.skip(|byte| matches!(byte, b'e' | b'E')) {
            self.skip(|byte| matches!(byte, b'+' | b'-'));
            self.some_digits()?;
        }
        Some(())
    }

    fn some_digits(&mut self) -> Option<()> {
        self.skip(|byte| byte.is_ascii_digit()).then(|| self.digits())
    }

    fn digits(&mut self) {
        while self.skip(|byte| byte.is_ascii_digit()) {}
    }

    /// RFC 8259 section 7, behind the quotation mark. Half of a surrogate pair is no text.
    fn string(&mut self) -> Option<()> {
        skip_plain(&mut self.0);
        loop {
            match self.0.next()? {
                b'"' => return Some(()),
                b'\\' => self.escape()?,
                0..=0x1f => return None,
                _ => {}
            }
        }
    }

    fn escape(&mut self) -> Option<()> {
        match self.0.next()? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(()),
            b'u' => {
                let unit = self.unit()?;
                if is_high(unit) {
                    self.literal(b"\\u")?;
                    return is_low(self.unit()?).then_some(());
                }
                (!is_low(unit)).then_some(())
            }
            _ => None,
        }
    }

    fn unit(&mut self) -> Option<u32> {
        let mut unit = 0;
        for _ in 0..4 {
            unit = unit << 4 | char::from(*self.0.next()?).to_digit(16)?;
        }
        Some(unit)
    }
}

#[cfg(test)]
mod tests {
    use alloc::{vec, vec::Vec};

    use super::*;

    #[test]
    fn what_is_json_is_read_and_nothing_else() {
        for text in [
            "null",
            " true\t",
            "\r\nfalse",
            "0",
            "-0",
            "10",
            "-1.5",
            "0.0e0",
            "1E+9",
            "1e400",
            "{}",
            "[]",
            " [ ] ",
            "{ }",
            r#""""#,
            r#"{"":0}"#,
            r#"{ "a" : [ 1 , {"b":null} ] , "c" : "" }"#,
            r#""\"\\\/\b\f\n\r\t\u00e9""#,
            r#""\ud83d\udc0e""#,
            "\"\u{7f}\u{1f40e}\"",
            "[[[]],[]]",
        ] {
            assert!(parse(text, 3).is_ok(), "{text}");
        }
        for text in [
            "",
            " ",
            "nul",
            "nulll",
            "True",
            "+1",
            "01",
            "-",
            "-a",
            ".5",
            "1.",
            "1.e1",
            "1e",
            "1e+",
            "0x1",
            "1 1",
            "[",
            "]",
            "{",
            "}",
            "[}",
            "{]",
            "[1",
            "[1,",
            "[1,]",
            "[,1]",
            "[1 1]",
            "[1:1]",
            "{1:1}",
            "{a:1}",
            r#"{"a"}"#,
            r#"{"a":}"#,
            r#"{"a":1,}"#,
            r#"{,"a":1}"#,
            r#"{"a" 1}"#,
            r#"{"a":1 "b":1}"#,
            r#"{"a":1]"#,
            r"[1}",
            r#"""#,
            r#""\""#,
            r#""\x""#,
            r#""\u12""#,
            r#""\u12g4""#,
            r#""\ud83d""#,
            r#""\ud83d\n""#,
            r#""\ud83d\u0041""#,
            r#""\udc0e""#,
            "\"\n\"",
            "\"\0\"",
            "'a'",
            "\u{feff}1",
            "\u{a0}1",
            "1\u{c}",
            "NaN",
            "// 1",
            "[]]",
            "[1]2",
        ] {
            assert_eq!(parse(text, 3).map(|_| ()), Err(Flaw::Broken), "{text}");
        }
    }

    #[test]
    fn long_strings_are_read_like_short_ones() {
        let with = |place: usize, part: &str| [&"a".repeat(place), part, &"a".repeat(100 - place)].concat();
        for place in 0..=100 {
            for part in ["\0", "\u{1f}", "\"", "\\", "\\x", "\\ud83d"] {
                assert!(parse(&["\"", &with(place, part), "\""].concat(), 0).is_err(), "{part:?} at {place}");
            }
            for (part, said) in [(" ", " "), ("\u{7f}é", "\u{7f}é"), ("\\\"", "\""), ("\\n", "\n"), ("\\\\", "\\")] {
                let text = ["{\"a\":\"", &with(place, part), "\",\"b\":1}"].concat();
                let object = parse(&text, 1).ok().and_then(Value::object).unwrap_or(Object(""));
                assert_eq!(object.get("a").text().map(Text::read), Some(with(place, said)), "{part:?} at {place}");
                assert_eq!(object.get("b").as_written(), "1", "{part:?} at {place}");
            }
        }
        for count in 3..100 {
            assert!(parse(&["\"", &"\u{1f}".repeat(count), "\""].concat(), 0).is_err(), "{count} control characters");
            assert!(parse(&"\"".repeat(count), 0).is_err(), "{count} quotation marks");
            assert_eq!(
                parse(&["\"", &"\\".repeat(count), "\""].concat(), 0).is_ok(),
                count.is_multiple_of(2),
                "{count}"
            );
        }
    }

    #[test]
    fn brackets_that_are_open_count_and_those_in_strings_do_not() {
        for (text, depth) in
            [(r#"{"a":[{}]}"#, 3), (r#"{"[[[[\"[[[":"]]\\","b":[]}"#, 2), ("[[],[[]],[]]", 3), ("1", 0)]
        {
            assert!(parse(text, depth).is_ok(), "{text}");
            if depth > 0 {
                assert_eq!(parse(text, depth - 1).map(|_| ()), Err(Flaw::TooDeep), "{text}");
            }
        }
        let deep = |depth| "[".repeat(depth) + &"]".repeat(depth);
        assert!(parse(&deep(64), 64).is_ok() && parse(&deep(65), 1000).is_err());
    }

    #[test]
    fn values_are_what_stands_there() {
        let text =
            r#" { "a" : [ 1 , "x,]" , { "b" : -2e1 } , [ ] , true ] , "\u0061" : "\ud83d\udc0e\"" , "c" : { } } "#;
        let object = parse(text, 3).ok().and_then(Value::object).unwrap_or(Object(""));
        let members: Vec<_> = object.members().map(|(name, value)| (name.read(), value.as_written())).collect();
        let list = r#"[ 1 , "x,]" , { "b" : -2e1 } , [ ] , true ]"#;
        assert_eq!(members, [("a".into(), list), ("a".into(), r#""\ud83d\udc0e\"""#), ("c".into(), "{ }")]);
        assert_eq!(object.get("a").text().map(Text::read), Some("\u{1f40e}\"".into()));
        let items: Vec<_> = Value(list).list().map(|items| items.map(Value::as_written).collect()).unwrap_or_default();
        assert_eq!(items, vec!["1", r#""x,]""#, r#"{ "b" : -2e1 }"#, "[ ]", "true"]);
        assert_eq!(Value("[ ]").list().map(Iterator::count), Some(0));
        assert_eq!(Value("{ }").object().map(|object| object.members().count()), Some(0));
    }
}
