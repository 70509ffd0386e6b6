//! The metrics of an account, which a monitoring system collects, as `OpenMetrics` 1.0 or in the
//! text format 0.0.4 of Prometheus, which everything else reads.
//!
//! The samples of a metric family follow its `# TYPE` line. An unknown value has no sample. A value
//! that can fall, because history is purged, is a gauge. A counter never falls, except to 0 when
//! nothing is stored any more, which `rate()` recognizes.

use core::fmt::{Display, Write};

use url::form_urlencoded;

use crate::base::{AccountId, Field, FieldErrors, Timestamp, WebhookId};
use crate::dispatch::Stats;
use crate::http::MetricsFormat;
use crate::webhook::WebhookState;

/// Parses the account in a query string. If the parameter is repeated, the last one counts.
pub fn account_of(query: &str) -> Result<AccountId, FieldErrors> {
    let asked = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "account");
    let asked = asked.last().map(|(_, value)| value);
    let account = asked.ok_or("This field is required.".to_owned()).and_then(|account| {
        account.parse().map_err(|error: crate::base::IdError| format!("Invalid name: {error}."))
    });
    account.map_err(|sentence| FieldErrors::one(Field::Account, sentence))
}

/// The values of one webhook.
#[derive(Debug, Clone, PartialEq)]
pub struct WebhookMetrics {
    /// The webhook's id.
    pub webhook: WebhookId,
    /// The webhook's statistics; `None` if its object did not answer.
    pub stats: Option<Stats>,
}

/// Writes the metrics of an account and its webhooks.
pub fn write_metrics(
    format: MetricsFormat,
    account: &AccountId,
    is_disabled: bool,
    webhooks: &[WebhookMetrics],
) -> String {
    let mut text = Text { format, account, written: String::new() };
    let help = "Whether the account is disabled.";
    text.family("webhooks_account_disabled", Kind::Gauge, "", help);
    text.sample("webhooks_account_disabled", None, None, u8::from(is_disabled));
    text.family("webhooks_up", Kind::Gauge, "", "Whether the webhook's object answered.");
    for WebhookMetrics { webhook, stats } in webhooks {
        text.sample("webhooks_up", Some(webhook), None, u8::from(stats.is_some()));
    }
    let answered = || webhooks.iter().filter_map(|it| Some((&it.webhook, it.stats.as_ref()?)));
    let help = "The state of the webhook, as its owner sees it.";
    text.family("webhooks_state", Kind::StateSet, "", help);
    for (webhook, stats) in answered() {
        for (name, state) in WebhookState::ALL.into_iter().filter(|_| stats.state.is_some()) {
            let label = Some(("webhooks_state", name));
            let is_in = stats.state == Some(state);
            text.sample("webhooks_state", Some(webhook), label, u8::from(is_in));
        }
    }
    let help = "Stored deliveries by their status.";
    text.family("webhooks_deliveries", Kind::Gauge, "", help);
    for (webhook, Stats { counts, .. }) in answered() {
        for (status, count) in [
            ("waiting", counts.waiting),
            ("in_flight", counts.in_flight),
            ("delivered", counts.delivered),
            ("undelivered", counts.undelivered),
            ("held", counts.held),
        ] {
            text.sample("webhooks_deliveries", Some(webhook), Some(("status", status)), count);
        }
    }
    for metric in METRICS {
        text.family(metric.name, metric.kind, metric.unit, metric.help);
        for (webhook, stats) in answered() {
            if let Some(value) = (metric.value)(stats) {
                let name = Text::sample_name(metric.name, metric.kind);
                text.sample(&name, Some(webhook), None, value);
            }
        }
    }
    let help = "Attempts that failed and counted against the webhook, by the class of the failure.";
    text.family("webhooks_failed_tries", Kind::Counter, "", help);
    for (webhook, stats) in answered() {
        let name = Text::sample_name("webhooks_failed_tries", Kind::Counter);
        for (fault, count) in &stats.failed_tries_total {
            text.sample(&name, Some(webhook), Some(("fault", fault.as_str())), count);
        }
    }
    let help = "The duration of the latest attempts.";
    text.family("webhooks_try_duration_seconds", Kind::Summary, "seconds", help);
    for (webhook, stats) in answered() {
        for (quantile, ms) in [("0.5", stats.duration_ms_p50), ("0.99", stats.duration_ms_p99)] {
            let label = Some(("quantile", quantile));
            if let Some(ms) = ms {
                text.sample("webhooks_try_duration_seconds", Some(webhook), label, seconds(ms));
            }
        }
    }
    text.end()
}

/// The type of a metric family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Gauge,
    /// A value that never falls. Its samples have the suffix `_total`.
    Counter,
    Summary,
    /// A sample of 0 or 1 for each state. Prometheus has no such type and reads it as a gauge.
    StateSet,
}

/// A metric of a webhook.
struct Metric {
    name: &'static str,
    kind: Kind,
    unit: &'static str,
    help: &'static str,
    value: fn(&Stats) -> Option<String>,
}

const METRICS: [Metric; 10] = [
    Metric {
        name: "webhooks_accepted",
        kind: Kind::Counter,
        unit: "",
        help: "Events that the webhook has accepted.",
        value: |stats| Some(stats.accepted_total.to_string()),
    },
    Metric {
        name: "webhooks_delivered",
        kind: Kind::Counter,
        unit: "",
        help: "Events that were delivered.",
        value: |stats| Some(stats.delivered_total.to_string()),
    },
    Metric {
        name: "webhooks_held_dropped",
        kind: Kind::Counter,
        unit: "",
        help: "Held events that were dropped because there were more than HOLD_EVENTS.",
        value: |stats| Some(stats.dropped.to_string()),
    },
    Metric {
        name: "webhooks_refused",
        kind: Kind::Counter,
        unit: "",
        help: "Events that were refused because the backlog was full.",
        value: |stats| Some(stats.refused.to_string()),
    },
    Metric {
        name: "webhooks_filtered",
        kind: Kind::Counter,
        unit: "",
        help: "Events that the webhook's filter left out, at least.",
        value: |stats| Some(stats.filtered.to_string()),
    },
    Metric {
        name: "webhooks_last_success_timestamp_seconds",
        kind: Kind::Gauge,
        unit: "seconds",
        help: "When the receiver last accepted an event.",
        value: |stats| unix_seconds(stats.last_success_at.as_deref()),
    },
    Metric {
        name: "webhooks_last_failure_timestamp_seconds",
        kind: Kind::Gauge,
        unit: "seconds",
        help: "When an attempt last failed.",
        value: |stats| unix_seconds(stats.last_failure_at.as_deref()),
    },
    Metric {
        name: "webhooks_next_try_timestamp_seconds",
        kind: Kind::Gauge,
        unit: "seconds",
        help: "When the next attempt is due.",
        value: |stats| unix_seconds(stats.next_try_at.as_deref()),
    },
    Metric {
        name: "webhooks_latest_tries",
        kind: Kind::Gauge,
        unit: "",
        help: "The number of attempts that the success ratio and the durations cover.",
        value: |stats| Some(stats.tries.to_string()),
    },
    Metric {
        name: "webhooks_success_ratio",
        kind: Kind::Gauge,
        unit: "ratio",
        help: "The share of the latest attempts that succeeded.",
        value: |stats| stats.success_rate.map(|rate| rate.to_string()),
    },
];

/// The text while it is written.
struct Text<'a> {
    format: MetricsFormat,
    account: &'a AccountId,
    written: String,
}

impl Text<'_> {
    /// Begins a family: writes its type, its unit and its help text. In the text format a counter
    /// is named as its samples are, and there are neither units nor sets of states.
    fn family(&mut self, name: &str, kind: Kind, unit: &str, help: &str) {
        let (name, kind) = match (self.format, kind) {
            (MetricsFormat::Text, Kind::Counter) => (Self::sample_name(name, kind), "counter"),
            (_, Kind::Counter) => (name.to_owned(), "counter"),
            (_, Kind::Summary) => (name.to_owned(), "summary"),
            (MetricsFormat::OpenMetrics, Kind::StateSet) => (name.to_owned(), "stateset"),
            (_, Kind::Gauge | Kind::StateSet) => (name.to_owned(), "gauge"),
        };
        let help = match self.format {
            MetricsFormat::OpenMetrics => escaped(help),
            MetricsFormat::Text => help.replace('\\', "\\\\").replace('\n', "\\n"),
        };
        self.line(format_args!("# TYPE {name} {kind}"));
        if !unit.is_empty() && self.format == MetricsFormat::OpenMetrics {
            self.line(format_args!("# UNIT {name} {unit}"));
        }
        self.line(format_args!("# HELP {name} {help}"));
    }

    /// The name of the samples of a family.
    fn sample_name(name: &str, kind: Kind) -> String {
        let suffix = if kind == Kind::Counter { "_total" } else { "" };
        format!("{name}{suffix}")
    }

    fn sample(
        &mut self,
        name: &str,
        webhook: Option<&WebhookId>,
        label: Option<(&str, &str)>,
        value: impl Display,
    ) {
        let webhook = webhook.map(|webhook| ("webhook", webhook.as_str()));
        let further = webhook.into_iter().chain(label);
        let labels = core::iter::once(("account", self.account.as_str())).chain(further);
        let labels: Vec<_> =
            labels.map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        self.line(format_args!("{name}{{{}}} {value}", labels.join(",")));
    }

    fn line(&mut self, line: core::fmt::Arguments<'_>) {
        // Writing to a `String` cannot fail.
        let _ = writeln!(self.written, "{line}");
    }

    fn end(mut self) -> String {
        if self.format == MetricsFormat::OpenMetrics {
            self.written.push_str("# EOF\n");
        }
        self.written
    }
}

/// Escapes the value of a label, or a help text.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// The seconds from 1970 to a time.
fn unix_seconds(rfc3339: Option<&str>) -> Option<String> {
    Some(seconds(Timestamp::parse_rfc3339(rfc3339?).ok()?.as_ms()))
}

fn seconds(ms: u64) -> String {
    format!("{}.{:03}", ms / 1_000, ms % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::{Counts, Fault};

    fn stats() -> Stats {
        Stats {
            state: Some(WebhookState::Failing),
            counts: Counts { waiting: 1, in_flight: 2, delivered: 3, undelivered: 4, held: 5 },
            dropped: 6,
            refused: 7,
            filtered: 9,
            accepted_total: 20,
            delivered_total: 9,
            failed_tries_total: [(Fault::Dns, 2), (Fault::HttpStatus, 3)].into(),
            window: 64,
            schedule: String::new(),
            last_success_at: Some("2026-11-24T10:00:00.250+00:00".to_owned()),
            last_failure_at: None,
            next_try_at: None,
            waits_for: None,
            bodies_since: None,
            history_since: None,
            tries: 8,
            success_rate: Some(0.875),
            duration_ms_p50: Some(12),
            duration_ms_p99: Some(1_234),
        }
    }

    fn measured(webhook: &str, stats: Option<Stats>) -> WebhookMetrics {
        WebhookMetrics { webhook: webhook.parse().unwrap(), stats }
    }

    fn written_as(format: MetricsFormat, webhooks: &[WebhookMetrics]) -> String {
        write_metrics(format, &"acme".parse().unwrap(), false, webhooks)
    }

    fn written(webhooks: &[WebhookMetrics]) -> String {
        written_as(MetricsFormat::OpenMetrics, webhooks)
    }

    #[test]
    fn every_number_has_its_line() {
        let text = written(&[measured("w1", Some(stats())), measured("w2", None)]);
        for line in [
            "# TYPE webhooks_account_disabled gauge",
            "webhooks_account_disabled{account=\"acme\"} 0",
            "webhooks_up{account=\"acme\",webhook=\"w1\"} 1",
            "webhooks_up{account=\"acme\",webhook=\"w2\"} 0",
            "# TYPE webhooks_state stateset",
            "webhooks_state{account=\"acme\",webhook=\"w1\",webhooks_state=\"healthy\"} 0",
            "webhooks_state{account=\"acme\",webhook=\"w1\",webhooks_state=\"failing\"} 1",
            "webhooks_deliveries{account=\"acme\",webhook=\"w1\",status=\"waiting\"} 1",
            "webhooks_deliveries{account=\"acme\",webhook=\"w1\",status=\"in_flight\"} 2",
            "webhooks_deliveries{account=\"acme\",webhook=\"w1\",status=\"delivered\"} 3",
            "webhooks_deliveries{account=\"acme\",webhook=\"w1\",status=\"undelivered\"} 4",
            "webhooks_deliveries{account=\"acme\",webhook=\"w1\",status=\"held\"} 5",
            "# TYPE webhooks_accepted counter",
            "webhooks_accepted_total{account=\"acme\",webhook=\"w1\"} 20",
            "webhooks_delivered_total{account=\"acme\",webhook=\"w1\"} 9",
            "# TYPE webhooks_failed_tries counter",
            "webhooks_failed_tries_total{account=\"acme\",webhook=\"w1\",fault=\"dns\"} 2",
            "webhooks_failed_tries_total{account=\"acme\",webhook=\"w1\",fault=\"http_status\"} 3",
            "# TYPE webhooks_held_dropped counter",
            "webhooks_held_dropped_total{account=\"acme\",webhook=\"w1\"} 6",
            "webhooks_refused_total{account=\"acme\",webhook=\"w1\"} 7",
            "webhooks_filtered_total{account=\"acme\",webhook=\"w1\"} 9",
            "# UNIT webhooks_last_success_timestamp_seconds seconds",
            "webhooks_last_success_timestamp_seconds\
             {account=\"acme\",webhook=\"w1\"} 1795514400.250",
            "webhooks_latest_tries{account=\"acme\",webhook=\"w1\"} 8",
            "webhooks_success_ratio{account=\"acme\",webhook=\"w1\"} 0.875",
            "webhooks_try_duration_seconds\
             {account=\"acme\",webhook=\"w1\",quantile=\"0.5\"} 0.012",
            "webhooks_try_duration_seconds\
             {account=\"acme\",webhook=\"w1\",quantile=\"0.99\"} 1.234",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
        assert!(!text.contains("webhooks_last_failure_timestamp_seconds{"));
        for name in ["webhooks_refused_total", "webhooks_state", "webhooks_failed_tries_total"] {
            assert!(!text.contains(&format!("{name}{{account=\"acme\",webhook=\"w2\"")), "{name}");
        }
        assert!(text.ends_with("\n# EOF\n"));
    }

    /// The rules of `promtool check metrics` (Prometheus, `util/testutil/promlint`) that concern
    /// these metrics.
    #[test]
    fn the_text_format_has_no_fault_that_promtool_finds() {
        let text = written_as(MetricsFormat::Text, &[measured("w1", Some(stats()))]);
        let (mut types, mut helps) = (Vec::new(), Vec::new());
        for line in text.lines() {
            assert!(!line.starts_with("# UNIT") && !line.starts_with("# EOF"), "{line}");
            if let Some(rest) = line.strip_prefix("# TYPE ") {
                types.push(rest.split_once(' ').unwrap());
            } else if let Some(rest) = line.strip_prefix("# HELP ") {
                helps.push(rest.split_once(' ').unwrap());
            } else {
                let (name, _) = line.split_once('{').unwrap();
                assert_eq!(types.last().unwrap().0, name, "{line} stands under its type");
            }
        }
        assert!(types.contains(&("webhooks_state", "gauge")), "{types:?}");
        assert!(types.contains(&("webhooks_failed_tries_total", "counter")), "{types:?}");
        assert_eq!(types.len(), helps.len());
        for ((name, kind), (of, help)) in types.iter().zip(&helps) {
            assert_eq!(name, of);
            assert!(!help.is_empty(), "{name} has a help text");
            assert!(["gauge", "counter", "summary"].contains(kind), "{kind}");
            assert_eq!(name.ends_with("_total"), *kind == "counter", "{name}");
            for suffix in ["_bucket", "_count", "_sum", "_info"] {
                assert!(!name.ends_with(suffix), "{name}");
            }
            for part in name.split('_') {
                let abbreviated = [
                    "s", "ms", "us", "ns", "sec", "b", "kb", "mb", "gb", "tb", "pb", "m", "h", "d",
                ];
                let other_units = ["milliseconds", "minutes", "hours", "days", "percent", "bits"];
                let kinds = ["gauge", "counter", "summary", "histogram", "untyped"];
                let bad = [&abbreviated[..], &other_units, &kinds].concat();
                assert!(!bad.contains(&part), "{name}: {part}");
            }
            assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{name}");
        }
    }

    #[test]
    fn both_formats_have_the_same_samples() {
        let webhooks = [measured("w1", Some(stats())), measured("w2", None)];
        let samples = |format| -> Vec<String> {
            let text = written_as(format, &webhooks);
            text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
        };
        assert_eq!(samples(MetricsFormat::Text), samples(MetricsFormat::OpenMetrics));
        assert!(samples(MetricsFormat::Text).len() > 20);
    }

    #[test]
    fn a_family_stands_together_after_its_type() {
        let text = written(&[measured("w1", Some(stats())), measured("w2", Some(stats()))]);
        let mut families = Vec::new();
        for line in text.lines().filter(|line| *line != "# EOF") {
            if let Some(rest) = line.strip_prefix("# TYPE ") {
                families.push(rest.split(' ').next().unwrap().to_owned());
                continue;
            }
            let family = families.last().unwrap();
            let name = line.trim_start_matches("# UNIT ").trim_start_matches("# HELP ");
            assert!(name.starts_with(family.as_str()), "{line} under {family}");
        }
        let count = families.len();
        families.sort();
        families.dedup();
        assert_eq!(families.len(), count, "no family stands in two places");
    }

    #[test]
    fn what_would_break_a_line_is_escaped() {
        assert_eq!(escaped("a\\b\"c\nd"), r#"a\\b\"c\nd"#);
        assert_eq!(escaped("plain"), "plain");
    }

    #[test]
    fn the_account_is_named_in_the_query() {
        assert_eq!(account_of("x=1&account=acme").unwrap().as_str(), "acme");
        assert_eq!(account_of("account=a&account=b").unwrap().as_str(), "b");
        for query in ["", "accounts=a", "account=", "account=.a", "account=a%22"] {
            assert!(account_of(query).is_err(), "{query}");
        }
    }
}
