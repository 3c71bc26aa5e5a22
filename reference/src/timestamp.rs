//! `TIMESTAMP`: a Unix time as Java's `EEE MMM d HH:mm:ss z yyyy` writes it in English and in UTC.

/// Formats a Unix time; the day of the month has no leading zero.
///
/// ```
/// assert_eq!(cognito_srp_reference::timestamp(1_793_696_825), "Tue Nov 3 09:07:05 UTC 2026");
/// ```
#[must_use]
pub fn timestamp(unix_seconds: i64) -> String {
    let days = unix_seconds.div_euclid(SECONDS_PER_DAY);
    let second = unix_seconds.rem_euclid(SECONDS_PER_DAY);
    let (year, month, day) = civil_from_days(days);
    // 1 January 1970 was a Thursday.
    let weekday = pick(&WEEKDAYS, (days + 4).rem_euclid(7));
    let month = pick(&MONTHS, month - 1);
    let (hour, minute, second) = (second.div_euclid(3600), second.div_euclid(60).rem_euclid(60), second.rem_euclid(60));
    format!("{weekday} {month} {day} {hour:02}:{minute:02}:{second:02} UTC {year:04}")
}

/// Returns year, month and day of a day number counted from 1 January 1970 (Howard Hinnant,
/// "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`). Years are counted from 1
/// March, so that a leap day comes last.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    const DAYS_PER_ERA: i64 = 146_097; // 400 Gregorian years
    let days = days + 719_468; // since 1 March of the year 0
    let era = days.div_euclid(DAYS_PER_ERA);
    let day_of_era = days.rem_euclid(DAYS_PER_ERA);
    let leap_days = day_of_era.div_euclid(1_460) - day_of_era.div_euclid(36_524) + day_of_era.div_euclid(146_096);
    let year_of_era = (day_of_era - leap_days).div_euclid(365);
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era.div_euclid(4) - year_of_era.div_euclid(100));
    // March..July and August..December both have the lengths 31, 30, 31, 30, 31: 153 days in five
    // months.
    let month_from_march = (5 * day_of_year + 2).div_euclid(153);
    let day = day_of_year - (153 * month_from_march + 2).div_euclid(5) + 1;
    let month = (month_from_march + 2).rem_euclid(12) + 1;
    let year = 400 * era + year_of_era + i64::from(month <= 2);
    (year, month, day)
}

fn pick<'a>(names: &[&'a str], index: i64) -> &'a str {
    usize::try_from(index).ok().and_then(|index| names.get(index)).copied().unwrap_or_default()
}

const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const SECONDS_PER_DAY: i64 = 86_400;
