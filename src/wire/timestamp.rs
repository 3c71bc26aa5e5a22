//! TIMESTAMP: the clock, as the service reads and re-writes it.

use alloc::{format, string::String};

use chrono::{DateTime, Datelike, Utc};

/// `EEE MMM d HH:mm:ss UTC yyyy` in English, the day not padded: `Tue Nov 3 09:07:05 UTC 2026`.
///
/// Fractions of a second are cut off. The service signs the text again in this form, so any other is refused. `None`
/// where four digits do not hold the year.
pub(crate) fn format(now: DateTime<Utc>) -> Option<String> {
    (0..=9999).contains(&now.year()).then(|| format!("{}", now.format("%a %b %-d %H:%M:%S UTC %Y")))
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;

    use super::*;

    #[test]
    fn four_digits_hold_the_years_0_to_9999() {
        let year = |year| Utc.with_ymd_and_hms(year, 1, 2, 3, 4, 5).single().and_then(format);
        assert_eq!(year(0).as_deref(), Some("Sun Jan 2 03:04:05 UTC 0000"));
        assert_eq!(year(987).as_deref(), Some("Tue Jan 2 03:04:05 UTC 0987"));
        assert_eq!(year(9999).as_deref(), Some("Sat Jan 2 03:04:05 UTC 9999"));
        assert_eq!(year(10_000), None);
        assert_eq!(year(-1), None);
    }
}
