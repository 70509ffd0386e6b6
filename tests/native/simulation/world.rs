//! The world of one run: a webhook, the state of its object, and everything that the object
//! communicates with.

use std::collections::BTreeMap;

use domain::account::Roster;
use domain::base::{Delay, EventId, Timestamp, Version, WebhookId};
use domain::crypto::MasterKeys;
use domain::delivery::{Backlog, Delivery, Jitter, Rules, Schedule};
use domain::dispatch::Store as _;
use domain::webhook::{Activity, DeliveryOptions, Record, Stage, TargetPolicy, WebhookView};

use super::account::Account;
use super::background::Task;
use super::couriers::Couriers;
use super::expectations::Expectation;
use super::filters::Filters;
use super::listeners::Client;
use super::operational_events::OperationalEvents;
use super::options::Options;
use super::receiver::{RECEIVERS, Receiver};
use super::secrets::BOTH_KEYS;
use crate::support::dual_store::ObjectStorage;
use crate::support::model_store::ModelStore;
use crate::support::rng::Rng;

/// The start of every run.
const START: Timestamp = Timestamp::from_ms(1_700_000_000_000);

#[derive(Debug)]
pub(super) struct World {
    pub(super) rng: Rng,
    pub(super) now: Timestamp,
    /// Whether faults are injected.
    pub(super) faulty: bool,
    pub(super) rules: Rules,
    /// The object's committed storage.
    pub(super) model: ModelStore,
    /// The same storage in SQLite. Only some runs have it, because it is slow.
    pub(super) sqlite: Option<ObjectStorage>,
    /// The generator of SQLite's faults.
    pub(super) sqlite_rng: Rng,
    pub(super) alarm: Option<Timestamp>,
    /// Number of failed alarms in a row.
    pub(super) alarm_failures: u32,
    /// Effects that the running instance of the object is carrying out.
    pub(super) tasks: Vec<Task>,
    /// The backlog that the running instance has counted.
    pub(super) backlog: Option<Backlog>,
    /// The filtered out events that the running instance has counted and not stored.
    pub(super) unsaved_filtered: u64,
    pub(super) roster: Roster,
    /// Number of webhooks that the account may have: 1, or 0 in a few runs.
    pub(super) roster_max: usize,
    /// The record in KV.
    pub(super) kv: Option<(Version, WebhookView)>,
    pub(super) account: Account,
    pub(super) couriers: Couriers,
    pub(super) operational: OperationalEvents,
    /// The options that the owner changes.
    pub(super) options: Options,
    pub(super) filters: Filters,
    /// The client, if the webhook is a listener.
    pub(super) client: Client,
    /// How the receiver answers now.
    pub(super) receiver: Receiver,
    /// Whether it also answers with wishes and challenges.
    pub(super) wishes: bool,
    /// The delivery options of the webhook.
    pub(super) delivery_options: DeliveryOptions,
    /// The expectations, by event.
    pub(super) expectations: BTreeMap<EventId, Expectation>,
    /// Times of the leases in the last second.
    pub(super) leased_at: Vec<Timestamp>,
    /// Whether the webhook was deleted.
    pub(super) deleted: bool,
    /// Number of POSTs, over all events.
    pub(super) posts: u32,
    /// Number of events refused because the backlog or the object was full.
    pub(super) refused: u64,
}

impl World {
    /// Returns a world without a webhook. `seed` determines the whole run.
    pub(super) fn new(seed: u64, faulty: bool) -> Self {
        let mut rng = Rng::new(seed);
        let retries = rng.pick(&[0, 1, 3, 8, 60]);
        let delivery_options = DeliveryOptions {
            max_per_second: if rng.percent(15) { Some(rng.pick(&[1, 3])) } else { None },
            ordered: rng.percent(15),
            retry_4xx: rng.percent(15),
            max_in_flight: rng.pick(&[64, 64, 5, 2, 1]),
            ..DeliveryOptions::default()
        };
        let jitter = Jitter::new(if faulty && seed % 4 == 3 { 500 } else { 0 });
        let schedule = Schedule { retries, jitter, ..Schedule::DOCUMENTED };
        let rules = Rules {
            schedule,
            timeout: Delay::from_secs(10),
            lease_margin: Delay::from_secs(5),
            targets: TargetPolicy { allow_private: false, require_https: false, own_hosts: vec![] },
            user_agent: "skilljar".to_owned(),
            held_max: 5,
            backlog_max: if faulty && seed % 9 == 4 { 3 } else { 1_000 },
            backlog_bytes_max: 1_000_000,
            history_bytes: if faulty && seed % 7 == 3 { 400 } else { 1_000_000 },
            discards_payloads: faulty && seed % 5 == 2,
            recover_pause: Delay::from_ms(20),
            retention: Delay::from_secs(168 * 3_600),
            master_keys: MasterKeys::parse(BOTH_KEYS).unwrap(),
        };
        Self {
            roster_max: usize::from(!(faulty && rng.percent(5))),
            delivery_options: if faulty { delivery_options } else { DeliveryOptions::default() },
            leased_at: Vec::new(),
            client: Client::default(),
            receiver: rng.pick(&RECEIVERS),
            wishes: seed % 13 == 6,
            rng,
            now: START,
            rules,
            model: ModelStore::default(),
            sqlite: None,
            sqlite_rng: Rng::new(!seed),
            alarm: None,
            alarm_failures: 0,
            tasks: Vec::new(),
            roster: Roster::default(),
            kv: None,
            expectations: BTreeMap::new(),
            account: if faulty { Account::from_seed(seed) } else { Account::default() },
            couriers: Couriers::from_seed(seed),
            operational: OperationalEvents::from_seed(seed),
            options: Options::from_seed(seed, faulty),
            filters: Filters::from_seed(seed, faulty),
            backlog: None,
            unsaved_filtered: 0,
            faulty,
            deleted: false,
            posts: 0,
            refused: 0,
        }
    }

    pub(super) fn with_schedule(mut self, schedule: Schedule) -> Self {
        self.rules.schedule = schedule;
        self
    }

    pub(super) fn with_delivery_options(mut self, delivery_options: DeliveryOptions) -> Self {
        self.delivery_options = delivery_options;
        self
    }

    pub(super) fn with_backlog_max(mut self, max: u64) -> Self {
        self.rules.backlog_max = max;
        self
    }

    pub(super) fn with_history_bytes(mut self, bytes: u64) -> Self {
        self.rules.history_bytes = bytes;
        self
    }

    /// Returns the size of the object: that of the events, and 50 bytes for each delivery.
    pub(super) fn size(&self) -> u64 {
        let size = |delivery: &Delivery| delivery.bytes + 50;
        self.model.deliveries.values().map(|(delivery, _)| size(delivery)).sum()
    }

    /// Keeps the object's storage in SQLite too.
    pub(super) fn with_sqlite(mut self) -> Self {
        self.sqlite = Some(ObjectStorage::new());
        self
    }

    /// The id of the webhook.
    pub(super) fn id() -> WebhookId {
        "w1".parse().unwrap()
    }

    pub(super) fn record(&self) -> Option<Record> {
        self.model.record().expect("no fault is injected outside transactions")
    }

    /// The version of the webhook's record.
    pub(super) fn version(&self) -> Option<Version> {
        self.record().map(|record| record.version)
    }

    /// Whether the webhook is active; `None` if it is not live.
    pub(super) fn activity(&self) -> Option<Activity> {
        match self.record()?.stage {
            Stage::Live(webhook) => Some(webhook.activity),
            Stage::Creating { .. } | Stage::Deleting => None,
        }
    }
}
