//! Deliveries over time: how many were accepted in each step of time, what became of them, and how
//! long the attempts took that succeeded.
//!
//! The storage counts in parts, the newest deliveries first, so that no call takes long.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use super::attempt::Attempt;
use super::history::Status;
use crate::base::{
    Delay, Field, FieldErrors, SERIES_RANGE, SERIES_STEP_MAX, SERIES_STEP_MIN, SERIES_STEPS,
    SERIES_STEPS_MAX, Seq, Timestamp,
};

/// The steps that a range gets by default, in seconds: the shortest with which it has at most
/// [`SERIES_STEPS`].
const STEPS_SECS: [u64; 12] =
    [60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 14_400, 43_200, 86_400];

/// A range of time in steps of equal length. Each begins at a multiple of its length, counted from
/// the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesQuery {
    /// The begin of the first step.
    start: Timestamp,
    step: Delay,
    /// The number of steps.
    count: usize,
}

impl SeriesQuery {
    /// The steps of this length that contain the range from `from` up to, but not including, `to`.
    /// A `step` of 0 is treated as a millisecond.
    pub fn new(from: Timestamp, to: Timestamp, step: Delay) -> Self {
        let step = Delay::from_ms(step.as_ms().max(1));
        let rest = from.as_ms().checked_rem(step.as_ms()).unwrap_or_default();
        let start = from.minus(Delay::from_ms(rest));
        let count = to.since(start).as_ms().div_ceil(step.as_ms());
        Self { start, step, count: usize::try_from(count).unwrap_or(usize::MAX) }
    }

    /// Parses a query string, without its question mark. Of a repeated parameter, the last one
    /// counts. By default the range is the last day.
    pub fn parse(query: &str, now: Timestamp) -> Result<Self, FieldErrors> {
        let (mut from, mut to, mut step) = (None, None, None);
        let mut errors = FieldErrors::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "from" => from = errors.take(Field::From, Timestamp::parse_rfc3339(&value)),
                "to" => to = errors.take(Field::To, Timestamp::parse_rfc3339(&value)),
                "step" => step = errors.take(Field::Step, parse_step(&value)),
                _ => {}
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let to = to.unwrap_or(now);
        let from = from.unwrap_or(to.minus(SERIES_RANGE));
        if from >= to {
            return Err(FieldErrors::one(Field::From, "Expected a time before `to`."));
        }
        // Rounded down: the caller's clock may differ from the one that says when "now" is.
        let steps_of = |step: Delay| to.since(from).as_ms().checked_div(step.as_ms());
        let by_default = || {
            let mut steps = STEPS_SECS.into_iter().map(Delay::from_secs);
            steps.find(|step| steps_of(*step) <= Some(SERIES_STEPS)).unwrap_or(SERIES_STEP_MAX)
        };
        let step = step.unwrap_or_else(by_default);
        if steps_of(step) > Some(SERIES_STEPS_MAX) {
            let sentence = format!("Expected at most {SERIES_STEPS_MAX} steps between the times.");
            return Err(FieldErrors::one(Field::Step, sentence));
        }
        Ok(Self::new(from, to, step))
    }

    /// The begin of the first step.
    pub const fn start(&self) -> Timestamp {
        self.start
    }

    /// The end of the last step.
    pub fn end(&self) -> Timestamp {
        self.begin_of(self.count)
    }

    fn begin_of(&self, index: usize) -> Timestamp {
        let index = u64::try_from(index).unwrap_or(u64::MAX);
        self.start.plus(Delay::from_ms(self.step.as_ms().saturating_mul(index)))
    }

    /// The index of the step that contains a time, if one does.
    pub fn index_of(&self, at: Timestamp) -> Option<usize> {
        let after = at.as_ms().checked_sub(self.start.as_ms())?;
        let index = usize::try_from(after.checked_div(self.step.as_ms())?).ok()?;
        Some(index).filter(|&index| index < self.count)
    }
}

fn parse_step(text: &str) -> Result<Delay, String> {
    let step = text.parse().ok().map(Delay::from_secs);
    step.filter(|step| (SERIES_STEP_MIN..=SERIES_STEP_MAX).contains(step)).ok_or_else(|| {
        let secs = |delay: Delay| delay.as_ms().checked_div(1_000).unwrap_or_default();
        let (min, max) = (secs(SERIES_STEP_MIN), secs(SERIES_STEP_MAX));
        format!("Expected a whole number of seconds from {min} to {max}.")
    })
}

/// A class of durations. The longest duration of a class is √2 times its shortest one, so its
/// middle differs from each by less than a fifth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DurationClass(u8);

impl DurationClass {
    /// Longer durations count like this one: 2^20 ms, 17 minutes. No attempt takes as long.
    const MS_MAX: u64 = 1 << 20;

    /// The class of a duration. Class 0 is less than a millisecond, class 1 begins at 1 ms.
    pub fn of(duration: Delay) -> Self {
        let ms = duration.as_ms().min(Self::MS_MAX);
        let Some(power) = ms.checked_ilog2() else { return Self(0) };
        let power = power.saturating_mul(2);
        // Whether it is at least √2 times the power of two.
        let is_upper = ms.saturating_mul(ms) >= 2_u64.saturating_pow(power.saturating_add(1));
        let class = power.saturating_add(1).saturating_add(u32::from(is_upper));
        Self(u8::try_from(class).unwrap_or(u8::MAX))
    }

    /// The geometric middle of the class, in milliseconds.
    pub fn as_ms(self) -> u64 {
        let Some(class) = self.0.checked_sub(1) else { return 0 };
        // It is 2^(class / 2 + 1/4). Eight more binary digits are for rounding.
        let power = u32::from(class).saturating_mul(2).saturating_add(1 + 4 * 8);
        let scaled = 2_u128.saturating_pow(power).isqrt().isqrt();
        u64::try_from(scaled.saturating_add(128) / 256).unwrap_or(u64::MAX)
    }
}

/// What became of the deliveries that were accepted in one step.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepCounts {
    /// Delivered by the first attempt.
    pub delivered: u64,
    /// Delivered after retries.
    pub retried: u64,
    /// Waiting for an attempt, or in flight.
    pub open: u64,
    /// Undelivered.
    pub failed: u64,
    /// Held.
    pub held: u64,
    /// How many of the successful attempts of what is delivered took how long.
    pub durations: BTreeMap<DurationClass, u64>,
}

impl StepCounts {
    /// Adds a delivery. The attempts matter only if it is delivered.
    pub fn count(&mut self, status: Status, attempts: &[Attempt]) {
        let is_direct = attempts.first().is_none_or(|first| first.result.is_success());
        let count = match status {
            Status::Delivered if is_direct => &mut self.delivered,
            Status::Delivered => &mut self.retried,
            Status::Waiting | Status::InFlight => &mut self.open,
            Status::Undelivered => &mut self.failed,
            Status::Held => &mut self.held,
        };
        *count = count.saturating_add(1);
        let successes = attempts.iter().filter(|attempt| attempt.result.is_success());
        for attempt in successes.filter(|_| status == Status::Delivered) {
            self.add_duration(DurationClass::of(attempt.took), 1);
        }
    }

    /// Adds attempts of this class.
    pub fn add_duration(&mut self, class: DurationClass, count: u64) {
        if count > 0 {
            let sum = self.durations.entry(class).or_default();
            *sum = sum.saturating_add(count);
        }
    }

    /// Adds the counts of `other`.
    pub fn add(&mut self, other: &Self) {
        for (sum, count) in [
            (&mut self.delivered, other.delivered),
            (&mut self.retried, other.retried),
            (&mut self.open, other.open),
            (&mut self.failed, other.failed),
            (&mut self.held, other.held),
        ] {
            *sum = sum.saturating_add(count);
        }
        for (&class, &count) in &other.durations {
            self.add_duration(class, count);
        }
    }

    /// The duration that `percent` % of the attempts did not exceed, off by less than a fifth.
    fn percentile_ms(&self, percent: u64) -> Option<u64> {
        let sum = |sum: u64, count: &u64| sum.saturating_add(*count);
        let all = self.durations.values().fold(0, sum);
        let rank = all.saturating_mul(percent).div_ceil(100);
        let mut passed = 0_u64;
        let found = self.durations.iter().find(|&(_, count)| {
            passed = sum(passed, count);
            passed >= rank
        });
        found.map(|(class, _)| class.as_ms())
    }
}

/// The counts of steps, by their index. Steps without deliveries may be absent.
pub type CountedSteps = BTreeMap<usize, StepCounts>;

/// Adds counts.
pub fn add_steps(sum: &mut CountedSteps, steps: &CountedSteps) {
    for (&index, counts) in steps {
        sum.entry(index).or_default().add(counts);
    }
}

/// A part of a series: the deliveries down to a position in the order of acceptance.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesPart {
    /// The counts.
    pub steps: CountedSteps,
    /// Deliveries with a lower `seq` than this one are still to be counted. `None` if there is none
    /// in the range.
    pub below: Option<Seq>,
}

/// A series in the API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeriesView {
    /// The length of a step, in seconds.
    step: u64,
    /// Whether every delivery of the range is counted. Otherwise the oldest are not.
    complete: bool,
    series: Vec<PointView>,
}

/// One step of a series in the API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct PointView {
    /// The begin of the step (RFC 3339).
    at: String,
    delivered: u64,
    retried: u64,
    open: u64,
    failed: u64,
    held: u64,
    p50_ms: Option<u64>,
    p95_ms: Option<u64>,
}

impl SeriesView {
    /// Makes the view of what was counted for `query`. `complete` is whether all was.
    pub fn new(query: &SeriesQuery, steps: &CountedSteps, complete: bool) -> Self {
        let none = StepCounts::default();
        let point = |index: usize| {
            let counts = steps.get(&index).unwrap_or(&none);
            PointView {
                at: query.begin_of(index).rfc3339(),
                delivered: counts.delivered,
                retried: counts.retried,
                open: counts.open,
                failed: counts.failed,
                held: counts.held,
                p50_ms: counts.percentile_ms(50),
                p95_ms: counts.percentile_ms(95),
            }
        };
        let step = query.step.as_ms().checked_div(1_000).unwrap_or_default();
        Self { step, complete, series: (0..query.count).map(point).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_ms(1_772_368_496_789); // 2026-03-01T12:34:56.789Z

    fn parsed(query: &str) -> (u64, usize, String) {
        let query = SeriesQuery::parse(query, NOW).unwrap();
        (query.step.as_ms() / 1_000, query.count, query.start.rfc3339())
    }

    #[test]
    fn steps_are_multiples_and_cover_the_range() {
        for (query, step, count, start) in [
            ("", 1_800, 49, "2026-02-28T12:30:00.000+00:00"),
            ("step=3600", 3_600, 25, "2026-02-28T12:00:00.000+00:00"),
            ("step=86400", 86_400, 2, "2026-02-28T00:00:00.000+00:00"),
            ("from=2026-03-01T11:34:56Z", 60, 61, "2026-03-01T11:34:00.000+00:00"),
            ("from=2026-03-01T12:00:00Z", 60, 35, "2026-03-01T12:00:00.000+00:00"),
            ("to=2026-02-02T00:00:00Z", 1_800, 48, "2026-02-01T00:00:00.000+00:00"),
            (
                "from=2026-02-01T00:00:00Z&to=2026-02-08T00:00:00Z",
                10_800,
                56,
                "2026-02-01T00:00:00.000+00:00",
            ),
            (
                "from=2026-02-01T01:00:00+01:00&to=2026-02-01T05:00:00Z&step=60",
                60,
                300,
                "2026-02-01T00:00:00.000+00:00",
            ),
            (
                "from=2026-02-01T00:00:30Z&to=2026-02-01T05:00:30Z&step=60",
                60,
                301,
                "2026-02-01T00:00:00.000+00:00",
            ),
            (
                "from=2025-05-05T00:00:00Z&to=2026-03-01T00:00:00Z",
                86_400,
                300,
                "2025-05-05T00:00:00.000+00:00",
            ),
            // Of a repeated parameter, the last one counts.
            ("step=60&step=7200", 7_200, 13, "2026-02-28T12:00:00.000+00:00"),
        ] {
            assert_eq!(parsed(query), (step, count, start.to_owned()), "{query}");
        }
    }

    #[test]
    fn every_range_has_at_most_a_few_more_steps_than_by_default() {
        for hours in 1..=60 * 24 {
            let from = NOW.minus(Delay::from_secs(3_600 * hours)).rfc3339();
            let query = format!("from={}", from.replace('+', "%2B"));
            let (step, count, _) = parsed(&query);
            assert!((20..=62).contains(&count), "{hours} h are {count} steps of {step} s");
        }
    }

    #[test]
    fn bad_ranges_are_refused_with_the_field() {
        for (query, field) in [
            ("from=yesterday", Field::From),
            ("from=", Field::From),
            ("to=5", Field::To),
            ("from=2026-03-01T12:34:57Z", Field::From),
            ("from=2026-03-01T00:00:00Z&to=2026-03-01T00:00:00Z", Field::From),
            ("from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z", Field::From),
            ("step=59", Field::Step),
            ("step=86401", Field::Step),
            ("step=0", Field::Step),
            ("step=-60", Field::Step),
            ("step=60.5", Field::Step),
            ("step=1h", Field::Step),
            ("step=", Field::Step),
            ("step=18446744073709551615", Field::Step),
            ("step=60", Field::Step),
            ("from=2026-02-01T00:00:00Z&to=2026-02-01T05:01:00Z&step=60", Field::Step),
            ("from=1970-01-01T00:00:00Z", Field::Step),
        ] {
            let errors = SeriesQuery::parse(query, NOW).unwrap_err();
            let fields: Vec<Field> = errors.iter().map(|(field, _)| field).collect();
            assert_eq!(fields, [field], "{query}");
        }
        let both = SeriesQuery::parse("from=x&to=y&step=z", NOW).unwrap_err();
        assert_eq!(both.iter().count(), 3);
    }

    #[test]
    fn a_time_is_in_the_step_that_begins_before_it() {
        let query = SeriesQuery::new(
            Timestamp::from_ms(120_000),
            Timestamp::from_ms(240_000),
            Delay::from_secs(60),
        );
        let index = |ms| query.index_of(Timestamp::from_ms(ms));
        assert_eq!([index(119_999), index(120_000), index(179_999)], [None, Some(0), Some(0)]);
        assert_eq!([index(180_000), index(239_999), index(240_000)], [Some(1), Some(1), None]);
        assert_eq!(query.end(), Timestamp::from_ms(240_000));
    }

    #[test]
    fn the_middle_of_a_class_is_less_than_a_fifth_off() {
        for ms in (0..5_000).chain((5_000..DurationClass::MS_MAX).step_by(997)) {
            let middle = DurationClass::of(Delay::from_ms(ms)).as_ms();
            // Half a millisecond is for rounding.
            let off = middle.abs_diff(ms).saturating_sub(1) * 100;
            assert!(off <= ms * 19, "{ms} ms became {middle} ms");
        }
        let exact: Vec<u64> =
            (0..4).map(|ms| DurationClass::of(Delay::from_ms(ms)).as_ms()).collect();
        assert_eq!(exact, [0, 1, 2, 3]);
        let longest = DurationClass::of(Delay::from_ms(u64::MAX));
        assert_eq!(longest, DurationClass::of(Delay::from_ms(DurationClass::MS_MAX)));
    }

    #[test]
    fn classes_rise_with_durations() {
        let classes: Vec<_> =
            (0..100_000).map(|ms| DurationClass::of(Delay::from_ms(ms))).collect();
        assert!(classes.is_sorted());
    }

    #[test]
    fn percentiles_are_those_of_the_classes() {
        let class = |ms| DurationClass::of(Delay::from_ms(ms));
        let mut counts = StepCounts::default();
        assert_eq!(counts.percentile_ms(50), None);
        counts.add_duration(class(10), 94);
        counts.add_duration(class(1_000), 6);
        assert_eq!(counts.percentile_ms(50), Some(class(10).as_ms()));
        assert_eq!(counts.percentile_ms(95), Some(class(1_000).as_ms()));
        assert_eq!(counts.percentile_ms(94), Some(class(10).as_ms()));
    }

    #[test]
    fn a_step_without_deliveries_has_zeros() {
        let query = SeriesQuery::parse("from=2026-03-01T12:33:30Z", NOW).unwrap();
        let steps = CountedSteps::from([(1, StepCounts { held: 2, ..StepCounts::default() })]);
        let view = serde_json::to_value(SeriesView::new(&query, &steps, true)).unwrap();
        let point = |at: &str, held: u64| {
            serde_json::json!({
                "at": at, "delivered": 0, "retried": 0, "open": 0, "failed": 0, "held": held,
                "p50_ms": null, "p95_ms": null,
            })
        };
        let series =
            [point("2026-03-01T12:33:00.000+00:00", 0), point("2026-03-01T12:34:00.000+00:00", 2)];
        assert_eq!(view, serde_json::json!({"step": 60, "complete": true, "series": series}));
    }
}
