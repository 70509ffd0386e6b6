//! The metrics of an account, which a monitoring system collects, as `OpenMetrics` 1.0.
//!
//! The samples of a metric family follow its `# TYPE` line. An unknown value has no sample. A value
//! that can fall, because history is purged, is a gauge. Only a value that never falls is a
//! counter.

use core::fmt::{Display, Write};

use url::form_urlencoded;

use crate::base::{AccountId, Field, FieldErrors, Timestamp, WebhookId};
use crate::dispatch::Stats;
use crate::rpc::RoutingStatesView;
use crate::webhook::RoutingState;

/// The `Content-Type` of the text.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

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
    /// The webhook's routing state.
    pub routing_state: RoutingState,
    /// The webhook's statistics; `None` if its object did not answer.
    pub stats: Option<Stats>,
}

/// Writes the metrics of an account and its webhooks.
pub fn write_metrics(
    account: &AccountId,
    routing_states: &RoutingStatesView,
    webhooks: &[WebhookMetrics],
) -> String {
    let mut text = Text { account, text: String::new() };
    text.family("webhooks_account_disabled", GAUGE, "", "Whether the account is disabled.");
    text.sample("webhooks_account_disabled", None, None, u8::from(routing_states.disabled));
    text.family("webhooks_up", GAUGE, "", "Whether the webhook's object answered.");
    for WebhookMetrics { webhook, stats, .. } in webhooks {
        text.sample("webhooks_up", Some(webhook), None, u8::from(stats.is_some()));
    }
    let help = "Whether it takes events, or is switched off by the dispatcher or its owner.";
    text.family("webhooks_state", "stateset", "", help);
    for WebhookMetrics { webhook, routing_state, .. } in webhooks {
        for (name, state) in STATES {
            let label = Some(("webhooks_state", name));
            text.sample("webhooks_state", Some(webhook), label, u8::from(state == *routing_state));
        }
    }
    let answered = || webhooks.iter().filter_map(|it| Some((&it.webhook, it.stats.as_ref()?)));
    text.family("webhooks_deliveries", GAUGE, "", "How many kept deliveries stand where.");
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
    for metric in COUNTERS.iter().chain(&GAUGES) {
        let (kind, suffix) = if metric.is_counter { (COUNTER, "_total") } else { (GAUGE, "") };
        text.family(metric.name, kind, metric.unit, metric.help);
        for (webhook, stats) in answered() {
            if let Some(value) = (metric.value)(stats) {
                text.sample(&format!("{}{suffix}", metric.name), Some(webhook), None, value);
            }
        }
    }
    let help = "How long the latest tries took.";
    text.family("webhooks_try_duration_seconds", "summary", "seconds", help);
    for (webhook, stats) in answered() {
        for (quantile, ms) in [("0.5", stats.duration_ms_p50), ("0.99", stats.duration_ms_p99)] {
            let label = Some(("quantile", quantile));
            if let Some(ms) = ms {
                text.sample("webhooks_try_duration_seconds", Some(webhook), label, seconds(ms));
            }
        }
    }
    text.text.push_str("# EOF\n");
    text.text
}

const GAUGE: &str = "gauge";
const COUNTER: &str = "counter";

const STATES: [(&str, RoutingState); 3] = [
    ("active", RoutingState::Active),
    ("holding", RoutingState::Held),
    ("off", RoutingState::Disabled),
];

/// A metric of a webhook.
struct Metric {
    name: &'static str,
    is_counter: bool,
    unit: &'static str,
    help: &'static str,
    value: fn(&Stats) -> Option<String>,
}

const COUNTERS: [Metric; 3] = [
    Metric {
        name: "webhooks_held_dropped",
        is_counter: true,
        unit: "",
        help: "Held events that were dropped because there were more than HOLD_EVENTS.",
        value: |stats| Some(stats.dropped.to_string()),
    },
    Metric {
        name: "webhooks_refused",
        is_counter: true,
        unit: "",
        help: "Events that were refused because as much waited as may.",
        value: |stats| Some(stats.refused.to_string()),
    },
    Metric {
        name: "webhooks_filtered",
        is_counter: true,
        unit: "",
        help: "Events that the webhook's filter left out, at least.",
        value: |stats| Some(stats.filtered.to_string()),
    },
];

const GAUGES: [Metric; 5] = [
    Metric {
        name: "webhooks_last_success_timestamp_seconds",
        is_counter: false,
        unit: "seconds",
        help: "When the receiver last took an event.",
        value: |stats| unix_seconds(stats.last_success_at.as_deref()),
    },
    Metric {
        name: "webhooks_last_failure_timestamp_seconds",
        is_counter: false,
        unit: "seconds",
        help: "When it last did not.",
        value: |stats| unix_seconds(stats.last_failure_at.as_deref()),
    },
    Metric {
        name: "webhooks_next_try_timestamp_seconds",
        is_counter: false,
        unit: "seconds",
        help: "When the next try is due.",
        value: |stats| unix_seconds(stats.next_try_at.as_deref()),
    },
    Metric {
        name: "webhooks_latest_tries",
        is_counter: false,
        unit: "",
        help: "Over how many tries the success ratio and the durations are.",
        value: |stats| Some(stats.tries.to_string()),
    },
    Metric {
        name: "webhooks_success_ratio",
        is_counter: false,
        unit: "ratio",
        help: "The part of the latest tries that succeeded.",
        value: |stats| stats.success_rate.map(|rate| rate.to_string()),
    },
];

/// The text while it is written.
struct Text<'a> {
    account: &'a AccountId,
    text: String,
}

impl Text<'_> {
    /// Begins a family: writes its type, its unit and its help text.
    fn family(&mut self, name: &str, kind: &str, unit: &str, help: &str) {
        self.line(format_args!("# TYPE {name} {kind}"));
        if !unit.is_empty() {
            self.line(format_args!("# UNIT {name} {unit}"));
        }
        self.line(format_args!("# HELP {name} {}", escaped(help)));
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
        let _ = writeln!(self.text, "{line}");
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
    use crate::delivery::Counts;

    fn stats() -> Stats {
        Stats {
            counts: Counts { waiting: 1, in_flight: 2, delivered: 3, undelivered: 4, held: 5 },
            dropped: 6,
            refused: 7,
            filtered: 9,
            window: 64,
            last_success_at: Some("2026-11-24T10:00:00.250+00:00".to_owned()),
            last_failure_at: None,
            next_try_at: None,
            tries: 8,
            success_rate: Some(0.875),
            duration_ms_p50: Some(12),
            duration_ms_p99: Some(1_234),
        }
    }

    fn measured(webhook: &str, stats: Option<Stats>) -> WebhookMetrics {
        WebhookMetrics {
            webhook: webhook.parse().unwrap(),
            routing_state: RoutingState::Held,
            stats,
        }
    }

    fn written(webhooks: &[WebhookMetrics]) -> String {
        let routing_states =
            RoutingStatesView { disabled: false, webhooks: Vec::new(), removed: Vec::new() };
        write_metrics(&"acme".parse().unwrap(), &routing_states, webhooks)
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
            "webhooks_state{account=\"acme\",webhook=\"w2\",webhooks_state=\"active\"} 0",
            "webhooks_state{account=\"acme\",webhook=\"w2\",webhooks_state=\"holding\"} 1",
            "webhooks_deliveries{account=\"acme\",webhook=\"w1\",status=\"waiting\"} 1",
            "webhooks_deliveries{account=\"acme\",webhook=\"w1\",status=\"in_flight\"} 2",
            "webhooks_deliveries{account=\"acme\",webhook=\"w1\",status=\"delivered\"} 3",
            "webhooks_deliveries{account=\"acme\",webhook=\"w1\",status=\"undelivered\"} 4",
            "webhooks_deliveries{account=\"acme\",webhook=\"w1\",status=\"held\"} 5",
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
        assert!(!text.contains("webhooks_refused_total{account=\"acme\",webhook=\"w2\"}"));
        assert!(text.ends_with("\n# EOF\n"));
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
        for query in ["", "accounts=a", "account=", "account=A", "account=a%22"] {
            assert!(account_of(query).is_err(), "{query}");
        }
    }
}
