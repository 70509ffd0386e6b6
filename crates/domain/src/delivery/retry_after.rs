//! `Retry-After`: how long a receiver asks to be left alone (RFC 9110 section 10.2.3).
//!
//! By the RFC the value is a whole number of seconds or an HTTP date. Receivers send other
//! spellings too. One that can mean only one thing counts: a retry before the time that the
//! receiver asked for would harm it, and a wait that is a little too long harms nobody.

use chrono::{DateTime, NaiveDate};

use crate::base::{Delay, RETRY_AFTER_MS_MAX, Timestamp};

/// Parses the value of the header at `now`. A span is rounded up to whole seconds. The result is at
/// most one hour. An unreadable value counts as no header.
pub fn retry_after(value: &str, now: Timestamp) -> Option<Delay> {
    let value = unquoted(value.trim());
    let asked = longest(value).or_else(|| Some(date(value)?.since(now)))?;
    Some(asked.min(Delay::from_ms(RETRY_AFTER_MS_MAX)))
}

fn unquoted(value: &str) -> &str {
    let inner = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    inner.map_or(value, str::trim)
}

/// Returns the longest span of a list: the runtime joins headers of the same name by commas.
fn longest(value: &str) -> Option<Delay> {
    let spans: Option<Vec<Delay>> = value.split(',').map(|span| self::span(span.trim())).collect();
    spans?.into_iter().max()
}

/// The units of a span, in milliseconds. A number without one is of seconds.
const UNITS: [(&[&str], u64); 4] = [
    (&["ms", "msec", "millis", "milliseconds"], 1),
    (&["", "s", "sec", "secs", "second", "seconds"], 1_000),
    (&["m", "min", "mins", "minute", "minutes"], 60_000),
    (&["h", "hr", "hrs", "hour", "hours"], 3_600_000),
];

/// Parses a number that is not negative, perhaps with a fraction and a unit.
fn span(text: &str) -> Option<Delay> {
    let text = text.strip_prefix('+').unwrap_or(text);
    let (whole, rest) = split_digits(text);
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(rest) => split_digits(rest),
        None => ("", rest),
    };
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let unit = rest.trim_start().to_ascii_lowercase();
    let (_, unit) = UNITS.into_iter().find(|(names, _)| names.contains(&unit.as_str()))?;
    // A number too large for `u64` exceeds the maximum anyway.
    let whole = if whole.is_empty() { 0 } else { whole.parse().unwrap_or(u64::MAX) };
    let ms = unit.saturating_mul(whole).saturating_add(rounded_up(fraction, unit));
    Some(Delay::from_secs(ms.div_ceil(1_000)))
}

/// Returns `unit` times the decimal `fraction`, rounded up to a whole number.
fn rounded_up(fraction: &str, unit: u64) -> u64 {
    let (thousandths, rest) = fraction.split_at_checked(3).unwrap_or((fraction, ""));
    let more = rest.bytes().any(|digit| digit != b'0');
    let thousandths: u64 = format!("{thousandths:0<3}").parse().unwrap_or(0);
    thousandths.saturating_add(u64::from(more)).saturating_mul(unit).div_ceil(1_000)
}

fn split_digits(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// Parses a date: one of the three forms of RFC 9110 section 5.6.7, RFC 3339, or another that names
/// its parts ([`Parts`]).
fn date(value: &str) -> Option<Timestamp> {
    if let Ok(date) = httpdate::parse_http_date(value) {
        let since_epoch = date.duration_since(std::time::SystemTime::UNIX_EPOCH).ok()?;
        return Some(Timestamp::from_ms(u64::try_from(since_epoch.as_millis()).ok()?));
    }
    let ms = match DateTime::parse_from_rfc3339(value) {
        Ok(date) => date.timestamp_millis(),
        Err(_) => Parts::parse(value)?.ms()?,
    };
    Some(Timestamp::from_ms(u64::try_from(ms).unwrap_or(0)))
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The parts of a date with the name of its month, in any order that leaves no doubt, as browsers
/// read the dates of cookies (RFC 6265 section 5.1.1). Unlike there, a word that is no part makes
/// the whole text unreadable. Without a zone the time is in UTC.
#[derive(Default)]
struct Parts {
    year: Option<i32>,
    month: Option<u32>,
    day: Option<u32>,
    /// Hour, minute and second.
    time: Option<(u32, u32, u32)>,
    /// The offset of the zone, in minutes east of UTC.
    offset: Option<i64>,
}

impl Parts {
    fn parse(text: &str) -> Option<Self> {
        // JavaScript's `Date.toString` ends with the zone's name in parentheses.
        let text = text.split('(').next()?;
        let mut parts = Self::default();
        for word in text.split([' ', '\t', ',']).filter(|word| !word.is_empty()) {
            parts.take(word)?;
        }
        Some(parts)
    }

    fn take(&mut self, word: &str) -> Option<()> {
        if let Some(offset) = offset(word) {
            return set(&mut self.offset, offset);
        }
        if word.contains(':') {
            return set(&mut self.time, time(word)?);
        }
        if let [day, month, year] = word.split('-').collect::<Vec<_>>().as_slice() {
            self.take(day)?;
            self.take(month)?;
            return self.take(year);
        }
        if let Ok(number) = word.parse::<u32>() {
            return match word.len() {
                4 => set(&mut self.year, i32::try_from(number).ok()?),
                1 | 2 if self.day.is_none() => set(&mut self.day, number),
                2 => set(&mut self.year, full_year(number)?),
                _ => None,
            };
        }
        let name = word.get(..3)?.to_ascii_lowercase();
        if !word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return None;
        }
        match MONTHS.iter().position(|month| *month == name) {
            Some(index) => set(&mut self.month, u32::try_from(index).ok()?.saturating_add(1)),
            // The weekday says nothing that the date does not say.
            None => WEEKDAYS.contains(&name.as_str()).then_some(()),
        }
    }

    /// The time in milliseconds since the Unix epoch.
    fn ms(&self) -> Option<i64> {
        let date = NaiveDate::from_ymd_opt(self.year?, self.month?, self.day?)?;
        let (hour, minute, second) = self.time?;
        // The second 60 of a leap second.
        let local = date.and_hms_opt(hour, minute, second.min(59))?.and_utc().timestamp_millis();
        Some(local.saturating_sub(self.offset.unwrap_or(0).saturating_mul(60_000)))
    }
}

/// Sets a part. `None` if it was there already.
fn set<T>(part: &mut Option<T>, value: T) -> Option<()> {
    let is_free = part.is_none();
    *part = Some(value);
    is_free.then_some(())
}

/// Parses `UTC`, `GMT`, an offset such as `+0100` or `-05:00`, or both together.
fn offset(word: &str) -> Option<i64> {
    let upper = word.to_ascii_uppercase();
    let name = ["GMT", "UTC", "UT", "Z"].into_iter().find(|name| upper.starts_with(name));
    let rest = word.get(name.map_or(0, str::len)..)?;
    if rest.is_empty() {
        return name.map(|_| 0);
    }
    let (sign, digits) = match (rest.strip_prefix('+'), rest.strip_prefix('-')) {
        (Some(digits), _) => (1, digits),
        (None, Some(digits)) => (-1, digits),
        (None, None) => return None,
    };
    let digits = digits.replacen(':', "", 1);
    let (hours, minutes) = digits.split_at_checked(2)?;
    if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    Some(hours.saturating_mul(60).saturating_add(minutes).saturating_mul(sign))
}

/// Parses `hh:mm:ss` or `hh:mm`.
fn time(word: &str) -> Option<(u32, u32, u32)> {
    let is_number =
        |part: &str| matches!(part.len(), 1 | 2) && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = word.split(':').collect();
    if !parts.iter().all(|part| is_number(part)) {
        return None;
    }
    let numbers: Vec<u32> = parts.iter().filter_map(|part| part.parse().ok()).collect();
    match numbers.as_slice() {
        [hour, minute] => Some((*hour, *minute, 0)),
        [hour, minute, second] if *second <= 60 => Some((*hour, *minute, *second)),
        _ => None,
    }
}

/// Returns the year of two digits (RFC 6265 section 5.1.1).
fn full_year(two_digits: u32) -> Option<i32> {
    let century = if two_digits < 70 { 2_000 } else { 1_900 };
    i32::try_from(two_digits.saturating_add(century)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fri, 31 Dec 1999 23:58:59 GMT
    const NOW: Timestamp = Timestamp::from_ms(946_684_739_000);

    fn check(value: &str, expected: Option<u64>) {
        assert_eq!(retry_after(value, NOW), expected.map(Delay::from_secs), "{value:?}");
    }

    #[test]
    fn a_number_is_of_seconds_and_rounded_up() {
        for (value, secs) in [
            ("120", 120),
            (" 120\t", 120),
            ("0", 0),
            ("00120", 120),
            ("3600", 3_600),
            ("3601", 3_600),
            ("99999999999999999999999", 3_600),
            ("1.2", 2),
            ("1.0", 1),
            ("1.0000000001", 2),
            ("0.001", 1),
            (".5", 1),
            ("5.", 5),
            ("+5", 5),
            ("\"7\"", 7),
            ("\" 7 \"", 7),
        ] {
            check(value, Some(secs));
        }
    }

    #[test]
    fn a_unit_is_understood() {
        for (value, secs) in [
            ("120s", 120),
            ("120 s", 120),
            ("120 Seconds", 120),
            ("1.2 sec", 2),
            ("1500ms", 2),
            ("5 minutes", 300),
            ("1.5m", 90),
            ("0.0001 min", 1),
            ("1h", 3_600),
            ("2 hours", 3_600),
        ] {
            check(value, Some(secs));
        }
    }

    #[test]
    fn of_several_the_longest_counts() {
        check("5, 120", Some(120));
        check("120,5 s", Some(120));
        check("5, soon", None);
        check("5,", None);
    }

    #[test]
    fn a_date_has_any_of_the_three_forms_and_some_others() {
        for value in [
            "Fri, 31 Dec 1999 23:59:59 GMT",
            "Friday, 31-Dec-99 23:59:59 GMT",
            "Fri Dec 31 23:59:59 1999",
            " Fri, 31 Dec 1999 23:59:59 GMT ",
            "\"Fri, 31 Dec 1999 23:59:59 GMT\"",
            "fri, 31 dec 1999 23:59:59 gmt",
            "Fri, 31 Dec 1999 23:59:59 UTC",
            "Fri, 31 Dec 1999 23:59:59 +0000",
            "Fri, 31 Dec 1999 23:59:59",
            "Sat, 01 Jan 2000 00:59:59 +0100",
            "Sat, 1 Jan 2000 00:59:59 GMT+01:00",
            "Fri Dec 31 1999 18:59:59 GMT-0500 (Eastern Standard Time)",
            "31 Dec 1999 23:59:59 GMT",
            "31 December 1999, 23:59:59 Z",
            "Mon, 31 Dec 1999 23:59:59 GMT",
            "Fri, 31-Dec-1999 23:59:59 GMT",
            "Fri,  31 Dec 99 23:59:59 GMT",
            "Dec 31 1999 23:59:59",
            "1999-12-31T23:59:59Z",
            "1999-12-31T23:59:59.000Z",
            "2000-01-01T00:59:59+01:00",
        ] {
            check(value, Some(60));
        }
        check("Fri, 31 Dec 1999 23:00:00 GMT", Some(0));
        check("Thu, 01 Jan 1970 00:00:00 GMT", Some(0));
        check("Wed, 31 Dec 1969 00:00:00 +0000", Some(0));
        check("Fri, 31 Dec 2049 23:59:59 GMT", Some(3_600));
        check("Sat, 1 Jan 2000 00:01 UTC", Some(121));
        check("Fri, 31 Dec 1999 23:59:60 UTC", Some(60));
    }

    #[test]
    fn what_can_mean_several_things_counts_as_no_header() {
        for ignored in [
            "",
            " ",
            "-1",
            "-1.5",
            ".",
            "+",
            "1e3",
            "0x10",
            "1.2.3",
            "soon",
            "NaN",
            "Infinity",
            "true",
            "120 parsecs",
            "٣",
            "31/12/1999 23:59:59",
            "1999-12-31 23:59:59 PST",
            "Fri, 31 Dec 1999 11:59:59 PM",
            "Fri, 31 Dec 1999",
            "Fri, 31 Dec 23:59:59",
            "Fri, 31 Dec 1999 2000 23:59:59",
            "Fri, 32 Dec 1999 23:59:59 GMT",
            "Fri, 31 Foo 1999 23:59:59 GMT",
            "Fri, 31 Dec 1999 25:59:59 GMT",
            "Fri, 31 Dec 1999 23:59:59 +01",
            "23:59:59",
        ] {
            check(ignored, None);
        }
    }
}
