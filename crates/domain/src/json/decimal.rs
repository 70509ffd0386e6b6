//! Numbers of JSON, compared exactly: as decimals, so that no digit is lost.
//!
//! A double has 53 bits: read as doubles, 9223372036854775807 and 9223372036854775808 are equal,
//! and 1e400 is not a number at all.

use core::cmp::Ordering;
use core::iter;

/// The largest exponent that is told apart from larger ones, and the smallest likewise. No event
/// can be long enough to write such a number without an exponent.
const EXPONENT_MAX: i64 = 1_000_000_000_000_000_000;

/// A JSON number, as it is written.
#[derive(Debug, Clone, Copy)]
pub struct Decimal<'a> {
    is_negative: bool,
    /// The digits before the point.
    whole: &'a str,
    /// The digits after it.
    fraction: &'a str,
    exponent: i64,
}

impl<'a> Decimal<'a> {
    /// Reads a JSON number. The result for a text that is none is arbitrary.
    pub fn new(json: &'a str) -> Self {
        let (is_negative, json) = match json.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, json),
        };
        let (digits, exponent) = json.split_once(['e', 'E']).unwrap_or((json, ""));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        Self { is_negative, whole, fraction, exponent: read_exponent(exponent) }
    }

    /// The digits from the first one that is not 0.
    fn digits(&self) -> impl Iterator<Item = u8> + 'a {
        self.whole.bytes().chain(self.fraction.bytes()).skip_while(|digit| *digit == b'0')
    }

    /// The first `length` digits, from the first one that is not 0.
    fn padded(&self, length: usize) -> impl Iterator<Item = u8> + 'a {
        self.digits().chain(iter::repeat(b'0')).take(length)
    }

    /// The power of ten just above the number, so that it is 0.d₁d₂d₃… times that power; `None` for
    /// zero.
    fn magnitude(&self) -> Option<i64> {
        let mut all = self.whole.bytes().chain(self.fraction.bytes());
        let zeros = length(all.position(|digit| digit != b'0')?);
        Some(length(self.whole.len()).saturating_sub(zeros).saturating_add(self.exponent))
    }

    /// Compares two numbers without their signs.
    fn compare_absolute(&self, other: &Self) -> Ordering {
        let by_magnitude = self.magnitude().cmp(&other.magnitude());
        by_magnitude.then_with(|| {
            let lengths = [self, other].map(|number| number.digits().count());
            let length = lengths.into_iter().max().unwrap_or_default();
            self.padded(length).cmp(other.padded(length))
        })
    }
}

impl Ord for Decimal<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        // Zero has no sign.
        let is_negative = |number: &Self| number.is_negative && number.magnitude().is_some();
        match (is_negative(self), is_negative(other)) {
            (false, false) => self.compare_absolute(other),
            (true, true) => other.compare_absolute(self),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Decimal<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Decimal<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal<'_> {}

fn read_exponent(text: &str) -> i64 {
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let add = |sum: i64, digit: u8| {
        let digit = i64::from(digit.saturating_sub(b'0'));
        sum.saturating_mul(10).saturating_add(digit).min(EXPONENT_MAX)
    };
    let absolute = digits.bytes().fold(0, add);
    if is_negative { absolute.saturating_neg() } else { absolute }
}

fn length(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_to_the_last_digit() {
        // In ascending order. The numbers of a line are equal.
        let ascending: &[&[&str]] = &[
            &["-1e99999999999999999999999", "-1e1000000000000000000"],
            &["-1e400"],
            &["-9223372036854775808.00000000000000000001"],
            &["-9223372036854775808", "-9.223372036854775808e18"],
            &["-9223372036854775807"],
            &["-1.5", "-15e-1", "-0.15E+1"],
            &["-1"],
            &["-1e-400"],
            &["0", "-0", "0.0", "0e5", "-0.000E-99", "0e99999999999999999999"],
            &["1e-99999999999999999999"],
            &["1e-400"],
            &["0.09999999999999999999999999999"],
            &["0.1", "1e-1", "0.10000", "10E-2", "0.01e1"],
            &["0.1000000000000000055511151231257827"],
            &["1", "1.0", "1e0", "10e-1", "0.00001e5"],
            &["9007199254740993"],
            &["9007199254740993.5"],
            &["9223372036854775807"],
            &["9223372036854775808"],
            &["18446744073709551615"],
            &["18446744073709551616", "1.8446744073709551616e19"],
            &["1e308"],
            &["1e400", "10e399", "0.1e401"],
            &["1.0000000000000000000000000001e400"],
        ];
        for (row, numbers) in ascending.iter().enumerate() {
            for (other_row, others) in ascending.iter().enumerate() {
                for (one, other) in
                    numbers.iter().flat_map(|one| others.iter().map(move |other| (one, other)))
                {
                    let compared = Decimal::new(one).cmp(&Decimal::new(other));
                    assert_eq!(compared, row.cmp(&other_row), "{one} and {other}");
                }
            }
        }
    }
}
