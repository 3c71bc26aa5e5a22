//! `TIMESTAMP` as the service reads it: leniently, to write it anew before it checks the signature.
//!
//! So a text that is not canonical is understood and still refused, unless the canonical one was
//! signed.

use cognito_srp_reference as srp;

/// Returns the canonical text of a `TIMESTAMP`, or `None` where it cannot be understood.
pub(crate) fn canonical(text: &str) -> Option<String> {
    let mut fields = text.split_whitespace();
    let mut next = || fields.next();
    let (weekday, month, day, time, zone, year) = (next()?, next()?, next()?, next()?, next()?, next()?);
    let complete = next().is_none();
    let known_words = position(&WEEKDAYS, weekday).is_some() && position(&ZONES, zone).is_some();
    if !(complete && known_words) {
        return None;
    }
    let month = position(&MONTHS, month)?;
    let days = days_from_civil(number(year, 4)?, month + 1, number(day, 2)?);
    Some(srp::timestamp(86_400 * days + seconds_of_day(time)?))
}

fn seconds_of_day(time: &str) -> Option<i64> {
    let mut fields = time.split(':').map(|field| number(field, 2));
    let mut next = || fields.next().flatten();
    let (hours, minutes, seconds) = (next()?, next()?, next()?);
    fields.next().is_none().then_some(3600 * hours + 60 * minutes + seconds)
}

fn number(digits: &str, at_most: usize) -> Option<i64> {
    let plain = digits.len() <= at_most && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

fn position(names: &[&str], name: &str) -> Option<i64> {
    let index = names.iter().position(|known| known.eq_ignore_ascii_case(name))?;
    i64::try_from(index).ok()
}

/// Returns the day number counted from 1 January 1970 (Howard Hinnant, "chrono-Compatible Low-Level
/// Date Algorithms", `days_from_civil`). A day past the end of its month runs into the next one, as
/// in Java's lenient calendar.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (month + 9).rem_euclid(12);
    let day_of_year = (153 * month_from_march + 2).div_euclid(5) + day - 1;
    let leap_days = year_of_era.div_euclid(4) - year_of_era.div_euclid(100);
    era * 146_097 + 365 * year_of_era + leap_days + day_of_year - 719_468
}

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const ZONES: [&str; 2] = ["UTC", "GMT"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_text_is_a_fixed_point() {
        // One day of each month of a leap year, a century, and the years around 2038.
        let midnights = (0..40_000).map(|day| day * 86_400 * 3 + 3_723);
        for unix_seconds in midnights {
            let text = srp::timestamp(unix_seconds);
            assert_eq!(canonical(&text), Some(text));
        }
    }

    #[test]
    fn every_spelling_of_an_instant_becomes_its_canonical_text() {
        for spelling in [
            "Sat Sep 05 09:07:05 UTC 2026",
            "Mon Sep 5 09:07:05 UTC 2026",
            "sat sep 5 9:7:5 gmt 2026",
            "  Sat   Aug 36 09:07:05 UTC 2026",
        ] {
            let text = canonical(spelling);
            assert_eq!(text.as_deref(), Some("Sat Sep 5 09:07:05 UTC 2026"), "{spelling}");
        }
    }

    #[test]
    fn what_is_no_date_is_not_understood() {
        for text in [
            "",
            "2026-09-05T09:07:05Z",
            "Sat Sep 5 09:07:05 2026",
            "Sat Sep 5 09:07 UTC 2026",
            "Sat Sep 5 09:07:05:00 UTC 2026",
            "Sat Sep 5 09:07:05 UTC 2026 again",
            "Sam Sep 5 09:07:05 UTC 2026",
            "Sat Brumaire 5 09:07:05 UTC 2026",
            "Sat Sep 5 -9:07:05 UTC 2026",
        ] {
            assert_eq!(canonical(text), None, "{text}");
        }
    }
}
