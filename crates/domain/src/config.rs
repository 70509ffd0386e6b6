//! The operator's variables and secrets, as they are read and checked.
//!
//! Every variable has a default, which `docs/CONFIGURATION.md` lists. An invalid value is an error
//! that names the variable. Secrets have no default: a request that requires an unset secret is
//! refused.

use core::str::FromStr;
use std::rc::Rc;

use thiserror::Error;

use crate::base::{Delay, Secret, TIMEOUT_MAX};
use crate::crypto::{KeyRingError, MASTER_KEYS, MasterKeys};
use crate::delivery::{Jitter, Rules, Schedule};
use crate::event::EventTypes;
use crate::http::{PortalLook, portal_page};
use crate::request::UnknownFields;
use crate::webhook::TargetPolicy;

/// The error for a variable with an invalid value.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("variable {variable}: {problem}")]
pub struct ConfigError {
    /// The name of the variable.
    pub variable: &'static str,
    /// What is wrong with the value. It never contains a secret.
    pub problem: String,
}

/// The variables and secrets of a deployment.
#[derive(Debug, Clone)]
pub struct Config {
    /// `API_KEY`: the built-in key of account `default`.
    pub api_key: Option<Secret>,
    /// `ADMIN_KEY`: the operator's key, for `/v1/admin/*` and `/metrics`.
    pub admin_key: Option<Secret>,
    /// `EVENT_TYPES`: the event types in force while the catalogue has none. The default is the
    /// documented types.
    pub event_types: Rc<EventTypes>,
    /// `MAX_EVENT_BYTES`: the maximum size of an event, in bytes.
    pub event_bytes_max: usize,
    /// `MAX_BATCH_BYTES`: the maximum size of a batch, in bytes.
    pub batch_bytes_max: usize,
    /// `MAX_BODY_BYTES`: the maximum size of any other request body, in bytes.
    pub body_bytes_max: usize,
    /// `MAX_WEBHOOKS`: the maximum number of webhooks of one account.
    pub webhooks_max: usize,
    /// `UNKNOWN_FIELDS`: what happens to fields and parameters that a request does not have.
    pub unknown_fields: UnknownFields,
    /// `PUBLISH_PER_MINUTE`: the maximum number of events that one account can publish in a
    /// minute; 0 means no limit.
    pub publish_per_minute: u64,
    /// `IDEMPOTENCY_HOURS`: how long idempotency records are kept.
    pub idempotency: Delay,
    /// `ERASE_LINGER_MS`: how long an account stays closed after its data was deleted.
    pub erase_linger: Delay,
    /// `JURISDICTION`: the jurisdiction in which the objects run and store; `None` if there is no
    /// restriction.
    pub jurisdiction: Option<&'static str>,
    /// `PORTAL_*`: the look of a portal, and who may embed it.
    pub portal: PortalLook,
    /// The rules of deliveries.
    pub rules: Rules,
}

/// The upper bound of `MAX_EVENT_BYTES`, since a row of the object's storage holds at most 2 MB.
const EVENT_BYTES_CEILING: u64 = 1_024 * 1_024;

/// The upper bound of a request body, in bytes. Bodies are read into memory, and an isolate has
/// 128 MB for all its requests.
const BODY_BYTES_CEILING: u64 = 8 * 1_024 * 1_024;

/// The upper bound of `MAX_BACKLOG_BYTES` and `HISTORY_BYTES`. An object stores at most 10 GB, and
/// what these do not limit needs a part of it.
const OBJECT_BYTES_CEILING: u64 = 8 * 1_024 * 1_024 * 1_024;

/// The lower bound of `HISTORY_BYTES`. What an object always keeps has some hundred kilobytes.
const HISTORY_BYTES_FLOOR: u64 = 1_024 * 1_024;

/// An hour, in milliseconds.
const HOUR_MS: u64 = 3_600_000;

/// The default of `IDEMPOTENCY_HOURS`. Clients repeat a request within minutes, and the jobs of a
/// backend within a day.
const IDEMPOTENCY_HOURS_DEFAULT: u64 = 24;

/// The upper bound of `IDEMPOTENCY_HOURS`: a week. A key is looked up in a place for every six
/// hours.
const IDEMPOTENCY_HOURS_CEILING: u64 = 168;

/// The upper bound of other delays and counts. Larger values are of no use, and sums of smaller
/// ones do not overflow.
const NUMBER_MAX: u64 = 1 << 40;

/// The jurisdictions that Durable Objects support.
const JURISDICTIONS: [&str; 4] = ["eu", "us", "fedramp", "fedramp-high"];

impl Config {
    /// Reads the configuration. `lookup` returns the value of a variable or secret.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let source = Source { lookup };
        let rules = source.rules()?;
        Ok(Self {
            api_key: source.secret("API_KEY")?,
            admin_key: source.secret("ADMIN_KEY")?,
            event_types: Rc::new(source.event_types()?),
            event_bytes_max: source.size("MAX_EVENT_BYTES", 262_144, EVENT_BYTES_CEILING)?,
            batch_bytes_max: source.size("MAX_BATCH_BYTES", 1_048_576, BODY_BYTES_CEILING)?,
            body_bytes_max: source.size("MAX_BODY_BYTES", 65_536, BODY_BYTES_CEILING)?,
            webhooks_max: source.size("MAX_WEBHOOKS", 500, NUMBER_MAX)?,
            unknown_fields: source.unknown_fields()?,
            publish_per_minute: source.number("PUBLISH_PER_MINUTE", 0, 0..=1_000_000_000)?,
            idempotency: source.idempotency(rules.retention)?,
            erase_linger: Delay::from_ms(source.number(
                "ERASE_LINGER_MS",
                120_000,
                0..=NUMBER_MAX,
            )?),
            jurisdiction: source.jurisdiction()?,
            portal: source.portal()?,
            rules,
        })
    }
}

/// The source of the variables and secrets.
struct Source<F> {
    lookup: F,
}

impl<F: Fn(&str) -> Option<String>> Source<F> {
    fn rules(&self) -> Result<Rules, ConfigError> {
        let schedule = Schedule {
            base: Delay::from_ms(self.number("RETRY_BASE_MS", 2_000, 1..=NUMBER_MAX)?),
            max: Delay::from_ms(self.number("RETRY_MAX_MS", 3_600_000, 1..=NUMBER_MAX)?),
            retries: self.number("RETRY_LIMIT", 60, 0..=10_000)?,
            jitter: self.jitter()?,
        };
        let hours: u64 = self.number("RETENTION_HOURS", 168, 2..=24 * 366)?;
        let retention = Delay::from_secs(hours.saturating_mul(3_600));
        if schedule.longest() > retention {
            return Err(ConfigError {
                variable: "RETENTION_HOURS",
                problem: "shorter than the whole retry schedule".to_owned(),
            });
        }
        Ok(Rules {
            schedule,
            timeout: Delay::from_ms(self.number(
                "DELIVERY_TIMEOUT_MS",
                10_000,
                1..=TIMEOUT_MAX.as_ms(),
            )?),
            lease_margin: Delay::from_ms(self.number("LEASE_MARGIN_MS", 5_000, 1..=NUMBER_MAX)?),
            targets: TargetPolicy {
                allow_private: self.flag("ALLOW_PRIVATE_TARGETS")?,
                require_https: self.flag("REQUIRE_HTTPS")?,
                own_hosts: self.own_hosts()?,
            },
            user_agent: self.user_agent()?,
            held_max: self.number("HOLD_EVENTS", 10_000, 0..=1_000_000)?,
            backlog_max: self.number("MAX_BACKLOG", 100_000, 1..=10_000_000)?,
            backlog_bytes_max: self.number(
                "MAX_BACKLOG_BYTES",
                1_073_741_824,
                1..=OBJECT_BYTES_CEILING,
            )?,
            recover_pause: Delay::between(self.number("RECOVER_PER_SECOND", 50, 1..=1_000)?),
            retention,
            history_bytes: self.number(
                "HISTORY_BYTES",
                6_442_450_944,
                HISTORY_BYTES_FLOOR..=OBJECT_BYTES_CEILING,
            )?,
            discards_payloads: self.discards_payloads()?,
            master_keys: self.master_keys()?,
        })
    }

    fn jitter(&self) -> Result<Jitter, ConfigError> {
        let Some(text) = self.get("RETRY_JITTER") else { return Ok(Jitter::default()) };
        let jitter = thousandths(text.trim()).filter(|part| *part <= Jitter::THOUSANDTHS_MAX);
        jitter.map(Jitter::new).ok_or_else(|| ConfigError {
            variable: "RETRY_JITTER",
            problem: "not a number from 0 to 0.5, with at most three decimal places".to_owned(),
        })
    }

    /// Reads how long idempotency records are kept. A repeat may offer an event again to a webhook
    /// that has stored it, and the webhook must still know the event then, also if the repeat was
    /// admitted in the last moment. So a record ends an hour or more before its events are purged.
    fn idempotency(&self, retention: Delay) -> Result<Delay, ConfigError> {
        let longest = retention.as_ms().saturating_div(HOUR_MS).saturating_sub(1);
        let hours = IDEMPOTENCY_HOURS_DEFAULT.min(longest);
        let hours: u64 = self.number("IDEMPOTENCY_HOURS", hours, 1..=IDEMPOTENCY_HOURS_CEILING)?;
        if hours > longest {
            return Err(ConfigError {
                variable: "IDEMPOTENCY_HOURS",
                problem: "not shorter than RETENTION_HOURS".to_owned(),
            });
        }
        Ok(Delay::from_ms(hours.saturating_mul(HOUR_MS)))
    }

    fn master_keys(&self) -> Result<MasterKeys, ConfigError> {
        let text = self.get(MASTER_KEYS).unwrap_or_default();
        let refused =
            |error: KeyRingError| ConfigError { variable: MASTER_KEYS, problem: error.to_string() };
        MasterKeys::parse(&text).map_err(refused)
    }

    fn get(&self, variable: &str) -> Option<String> {
        (self.lookup)(variable).filter(|value| !value.trim().is_empty())
    }

    fn number<N: FromStr + TryFrom<u64> + PartialOrd>(
        &self,
        variable: &'static str,
        default: N,
        range: core::ops::RangeInclusive<u64>,
    ) -> Result<N, ConfigError> {
        let Some(text) = self.get(variable) else { return Ok(default) };
        let number = text.trim().parse::<u64>().ok().filter(|number| range.contains(number));
        number.and_then(|number| N::try_from(number).ok()).ok_or_else(|| ConfigError {
            variable,
            problem: format!("not a whole number from {} to {}", range.start(), range.end()),
        })
    }

    fn size(
        &self,
        variable: &'static str,
        default: usize,
        ceiling: u64,
    ) -> Result<usize, ConfigError> {
        self.number(variable, default, 1..=ceiling)
    }

    fn flag(&self, variable: &'static str) -> Result<bool, ConfigError> {
        match self.get(variable).as_deref().map(str::trim) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(ConfigError { variable, problem: "neither true nor false".to_owned() }),
        }
    }

    fn jurisdiction(&self) -> Result<Option<&'static str>, ConfigError> {
        let Some(text) = self.get("JURISDICTION") else { return Ok(None) };
        let known = JURISDICTIONS.into_iter().find(|known| *known == text.trim());
        known.map(Some).ok_or_else(|| ConfigError {
            variable: "JURISDICTION",
            problem: format!("not one of {}", JURISDICTIONS.join(", ")),
        })
    }

    fn portal(&self) -> Result<PortalLook, ConfigError> {
        let origins = self.read("PORTAL_ORIGINS", portal_page::origins)?;
        Ok(PortalLook {
            origins: origins.unwrap_or_default(),
            name: self.read("PORTAL_NAME", portal_page::name)?,
            logo: self.read("PORTAL_LOGO", portal_page::logo)?,
            color: self.read("PORTAL_COLOR", portal_page::color)?,
        })
    }

    /// Reads a variable by a function that says what is wrong with its text.
    fn read<T>(
        &self,
        variable: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Option<T>, ConfigError> {
        let found = self.get(variable).map(|text| parse(&text));
        found.transpose().map_err(|problem| ConfigError { variable, problem })
    }

    fn discards_payloads(&self) -> Result<bool, ConfigError> {
        match self.get("PAYLOADS").as_deref().map(str::trim) {
            None | Some("keep") => Ok(false),
            Some("discard") => Ok(true),
            Some(_) => {
                let problem = "neither keep nor discard".to_owned();
                Err(ConfigError { variable: "PAYLOADS", problem })
            }
        }
    }

    fn unknown_fields(&self) -> Result<UnknownFields, ConfigError> {
        match self.get("UNKNOWN_FIELDS").as_deref().map(str::trim) {
            None | Some("refuse") => Ok(UnknownFields::Refuse),
            Some("ignore") => Ok(UnknownFields::Ignore),
            Some(_) => {
                let problem = "neither refuse nor ignore".to_owned();
                Err(ConfigError { variable: "UNKNOWN_FIELDS", problem })
            }
        }
    }

    fn own_hosts(&self) -> Result<Vec<String>, ConfigError> {
        let text = self.get("OWN_HOSTS").unwrap_or_default();
        let hosts = text.split([',', ' ']).filter(|host| !host.is_empty());
        let hosts: Vec<String> = hosts.map(str::to_ascii_lowercase).collect();
        match hosts.iter().find(|host| !TargetPolicy::is_own_host_text(host)) {
            None => Ok(hosts),
            Some(bad) => Err(ConfigError {
                variable: "OWN_HOSTS",
                problem: format!("{bad:?} is neither `host` nor `host:port`"),
            }),
        }
    }

    fn secret(&self, variable: &'static str) -> Result<Option<Secret>, ConfigError> {
        let Some(text) = self.get(variable) else { return Ok(None) };
        if text.len() < SECRET_BYTES_MIN {
            let problem = format!("shorter than {SECRET_BYTES_MIN} characters: it can be guessed");
            return Err(ConfigError { variable, problem });
        }
        Ok(Some(Secret::new(text)))
    }

    fn event_types(&self) -> Result<EventTypes, ConfigError> {
        match self.get("EVENT_TYPES") {
            None => Ok(EventTypes::documented()),
            Some(list) => EventTypes::from_list(&list).map_err(|error| ConfigError {
                variable: "EVENT_TYPES",
                problem: error.to_string(),
            }),
        }
    }

    fn user_agent(&self) -> Result<String, ConfigError> {
        let text = self.get("USER_AGENT").unwrap_or_else(|| "skilljar".to_owned());
        let text = text.trim();
        if text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
            Ok(text.to_owned())
        } else {
            let problem = "has characters that a header cannot carry".to_owned();
            Err(ConfigError { variable: "USER_AGENT", problem })
        }
    }
}

/// Parses a decimal number below 1 as thousandths.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, places) = text.split_once('.').unwrap_or((text, ""));
    let is_number = places.len() <= 3 && places.bytes().all(|digit| digit.is_ascii_digit());
    match whole {
        "0" if is_number => format!("{places:0<3}").parse().ok(),
        _ => None,
    }
}

/// The minimum length of a key. A random key of this many characters has at least 64 bits.
const SECRET_BYTES_MIN: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhook::DeliveryOptions;

    #[test]
    fn a_jurisdiction_is_one_that_the_platform_knows() {
        let read = |value: &str| {
            let value = value.to_owned();
            Config::read(move |name| (name == "JURISDICTION").then(|| value.clone()))
        };
        assert_eq!(read("").unwrap().jurisdiction, None);
        for known in JURISDICTIONS {
            assert_eq!(read(known).unwrap().jurisdiction, Some(known));
        }
        for unknown in ["EU", "de", "eu,us"] {
            let error = read(unknown).unwrap_err().to_string();
            let expected = "variable JURISDICTION: not one of eu, us, fedramp, fedramp-high";
            assert_eq!(error, expected, "{unknown}");
        }
    }

    fn read(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::read(|name| {
            let found = variables.iter().find(|(variable, _)| *variable == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn without_variables_the_documented_numbers_are_in_force() {
        let config = read(&[]).unwrap();
        assert_eq!(config.rules.schedule, Schedule::DOCUMENTED);
        assert_eq!(config.rules.timeout, Delay::from_secs(10));
        assert_eq!(config.rules.lease_of(&DeliveryOptions::default()), Delay::from_secs(20));
        assert_eq!(config.rules.user_agent, "skilljar");
        assert_eq!(config.event_types.iter().count(), 10);
        assert!(!config.rules.targets.allow_private && !config.rules.targets.require_https);
        assert_eq!(config.api_key, None);
        assert_eq!(config.admin_key, None);
        assert!(config.rules.master_keys.is_empty());
    }

    #[test]
    fn a_value_that_cannot_be_used_names_its_variable() {
        for (variable, value) in [
            ("RETRY_BASE_MS", "0"),
            ("RETRY_BASE_MS", "2s"),
            ("RETRY_LIMIT", "-1"),
            ("RETRY_LIMIT", "10001"),
            ("RETRY_JITTER", "0.501"),
            ("RETRY_JITTER", "1"),
            ("RETRY_JITTER", "-0.1"),
            ("RETRY_JITTER", "0.1234"),
            ("RETRY_JITTER", "10%"),
            ("DELIVERY_TIMEOUT_MS", "28001"),
            ("MAX_EVENT_BYTES", "2000000"),
            ("ALLOW_PRIVATE_TARGETS", "yes"),
            ("EVENT_TYPES", "lower"),
            ("EVENT_TYPES", "A WEBHOOK_FAILING"),
            ("PAYLOADS", "drop"),
            ("UNKNOWN_FIELDS", "true"),
            ("MAX_BACKLOG", "0"),
            ("MAX_BACKLOG_BYTES", "10 GB"),
            ("HISTORY_BYTES", "1048575"),
            ("HISTORY_BYTES", "8589934593"),
            ("OWN_HOSTS", "https://hooks.example.com/"),
            ("USER_AGENT", "a\nb"),
            ("PORTAL_ORIGINS", "https://example.com/"),
            ("PORTAL_NAME", "a\nb"),
            ("PORTAL_LOGO", "logo.svg"),
            ("PORTAL_COLOR", "blue"),
            ("API_KEY", "short"),
            ("MASTER_KEYS", "no-colon"),
            ("MASTER_KEYS", "k1:AAEC"),
        ] {
            let error = read(&[(variable, value)]).unwrap_err();
            assert_eq!(error.variable, variable, "{value:?}");
        }
        let error = read(&[("RETENTION_HOURS", "50")]).unwrap_err();
        assert_eq!(error.variable, "RETENTION_HOURS");
        assert!(read(&[("RETENTION_HOURS", "51")]).is_ok());
        let longer = |hours| read(&[("RETENTION_HOURS", hours), ("RETRY_JITTER", "0.5")]);
        assert!(longer("75").is_err() && longer("76").is_ok());
        for (text, part) in [("0", 0), ("0.", 0), ("0.5", 500), (" 0.25 ", 250), ("0.001", 1)] {
            let schedule = read(&[("RETRY_JITTER", text)]).unwrap().rules.schedule;
            assert_eq!(schedule.jitter, Jitter::new(part), "{text}");
        }
    }

    #[test]
    fn an_object_is_full_half_beyond_its_history_and_before_its_end() {
        for (history, full) in [
            ("1048576", 1_572_864),
            ("4000000001", 6_000_000_001),
            ("", 9_000_000_000),
            ("8589934592", 9_000_000_000),
        ] {
            let rules = read(&[("HISTORY_BYTES", history)]).unwrap().rules;
            assert_eq!(rules.object_bytes_max(), full, "{history:?}");
        }
    }

    #[test]
    fn idempotency_records_end_before_the_events_that_they_are_about() {
        let hours = |retention: &str, idempotency: &str| {
            let short = [("RETRY_LIMIT", "0"), ("RETENTION_HOURS", retention)];
            read(&[short[0], short[1], ("IDEMPOTENCY_HOURS", idempotency)])
                .map(|config| config.idempotency.as_ms() / HOUR_MS)
        };
        for (retention, idempotency, kept) in [
            ("", "", 24),
            ("25", "", 24),
            ("24", "", 23),
            ("2", "", 1),
            ("", "1", 1),
            ("168", "167", 167),
            ("8784", "168", 168),
        ] {
            assert_eq!(hours(retention, idempotency).unwrap(), kept, "{retention} {idempotency}");
        }
        for (retention, idempotency) in
            [("168", "168"), ("24", "24"), ("8784", "169"), ("", "0"), ("", "1.5")]
        {
            let error = hours(retention, idempotency).unwrap_err();
            assert_eq!(error.variable, "IDEMPOTENCY_HOURS", "{retention} {idempotency}");
        }
        let config = read(&[]).unwrap();
        assert!(config.idempotency < config.rules.retention);
    }

    #[test]
    fn a_blank_variable_is_as_if_unset() {
        let config = read(&[("RETRY_LIMIT", ""), ("API_KEY", " "), ("OWN_HOSTS", "")]).unwrap();
        assert_eq!(config.rules.schedule.retries, 60);
        assert_eq!(config.api_key, None);
        assert!(config.rules.targets.own_hosts.is_empty());
    }
}
