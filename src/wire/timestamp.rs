//! TIMESTAMP: the clock, as the service reads and re-writes it.

use alloc::{format, string::String};

use chrono::{DateTime, Datelike, Timelike, Utc};

/// `EEE MMM d HH:mm:ss UTC yyyy` in English, the day not padded: `Tue Nov 3 09:07:05 UTC 2026`.
///
/// Fractions of a second are cut off, and a leap second is the one before it: the service reads the text, writes it again
/// and signs that. `None` outside the years 1583 to 9999: the service's calendar (Java's) is Julian before, and four digits
/// hold none after.
pub(crate) fn format(now: DateTime<Utc>) -> Option<String> {
    let now = DateTime::from_timestamp(now.timestamp(), 0).filter(|now| (1583..=9999).contains(&now.year()))?;
    let weekday = WEEKDAYS[now.weekday().num_days_from_monday() as usize];
    let (month, day) = (MONTHS[now.month0() as usize], now.day());
    let (hour, minute, second) = (now.hour(), now.minute(), now.second());
    Some(format!("{weekday} {month} {day} {hour:02}:{minute:02}:{second:02} UTC {}", now.year()))
}

// Written out: a formatter would bring its interpreter along, and some have a locale.
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<String> {
        format(text.parse().ok()?)
    }

    #[test]
    fn the_years_are_those_of_the_services_calendar_and_of_four_digits() {
        assert_eq!(at("1583-01-01T00:00:00Z").as_deref(), Some("Sat Jan 1 00:00:00 UTC 1583"));
        assert_eq!(at("9999-12-31T23:59:59Z").as_deref(), Some("Fri Dec 31 23:59:59 UTC 9999"));
        for text in ["1582-12-31T23:59:59Z", "0000-01-01T00:00:00Z", "-0001-01-01T00:00:00Z", "+10000-01-01T00:00:00Z"]
        {
            assert!(text.parse::<DateTime<Utc>>().is_ok(), "{text}");
            assert_eq!(at(text), None, "{text}");
        }
    }

    /// Read back, `23:59:60` would be the next day.
    #[test]
    fn a_leap_second_is_the_second_before_it() {
        assert_eq!(at("2016-12-31T23:59:60Z").as_deref(), Some("Sat Dec 31 23:59:59 UTC 2016"));
        assert_eq!(at("2016-12-31T23:59:60.999Z").as_deref(), Some("Sat Dec 31 23:59:59 UTC 2016"));
    }
}
