//! The webhook's filter. The publisher judges events by the roster's entry, as the Worker does, and
//! sometimes by an earlier one, as if the events had been on their way while the owner changed the
//! filter. The object must not store what its own filter leaves out, and must not refuse the rest.

use domain::base::EventId;
use domain::dispatch::Judged;
use domain::event::Payload;
use domain::filter::{Filter, FilterText};
use domain::json::LazyValue;
use domain::webhook::{RosterFilter, Stage, WebhookChange};

use super::world::World;
use crate::support::rng::Rng;

/// The filters that the owner sets. The events have an `n` of 0 to 3.
const FILTERS: [&str; 4] =
    ["{}", r#"{"n":{"$in":[0,1]}}"#, r#"{"n":{"$gte":2}}"#, r#"{"$not":{"n":{"$exist":true}}}"#];

/// The owner, as far as filters are concerned, and what the publisher knows of them.
#[derive(Debug, Default)]
pub(super) struct Filters {
    /// A random generator of its own, so that its draws do not change the numbers of the others.
    /// `None`: no webhook of this run has a filter.
    owner: Option<Rng>,
    /// The filter of an earlier roster entry.
    earlier: Option<RosterFilter>,
    /// The events that the publisher left out and has not told the object.
    untold: u64,
    /// The events that were left out, by the publisher or the object.
    pub(super) left_out: u64,
}

impl Filters {
    /// One run in five has filters.
    pub(super) fn from_seed(seed: u64, faulty: bool) -> Self {
        let has_filters = faulty && seed % 5 == 4;
        Self { owner: has_filters.then(|| Rng::new(seed.rotate_left(16))), ..Self::default() }
    }
}

/// The payload of an event: its `n` follows from its id.
pub(super) fn payload(id: &EventId) -> Payload {
    let n = id.as_str().bytes().map(u32::from).sum::<u32>() % 4;
    Payload::from_stored(format!(r#"{{"id":"{id}","n":{n}}}"#).into_bytes())
}

fn matches(filter: Option<&FilterText>, id: &EventId) -> bool {
    let payload = payload(id);
    let event = LazyValue::new(payload.as_text());
    filter.is_none_or(|filter| Filter::from_stored(filter).matches(&event))
}

impl World {
    /// Sets another filter now and then.
    pub(super) fn step_filters(&mut self) {
        let Some(mut rng) = self.filters.owner.take() else { return };
        if rng.percent(8) {
            let filter = rng.pick(&FILTERS);
            self.set_filter(filter);
        }
        if rng.percent(30) {
            self.filters.earlier = self.roster.filter(&Self::id());
        }
        self.filters.owner = Some(rng);
    }

    pub(super) fn set_filter(&mut self, json: &str) {
        let filter = FilterText::parse(json).unwrap();
        let change = WebhookChange { filter: Some(filter), ..WebhookChange::default() };
        self.transact(|tx| tx.update(&change));
    }

    /// The filter that is in force.
    pub(super) fn filter(&self) -> Option<FilterText> {
        match self.record()?.stage {
            Stage::Creating { webhook, .. } | Stage::Live(webhook) => webhook.configuration.filter,
            Stage::Deleting => None,
        }
    }

    /// Whether the filter in force leaves an event out.
    pub(super) fn is_left_out(&self, id: &EventId) -> bool {
        !matches(self.filter().as_ref(), id)
    }

    /// Judges events as the Worker does. Returns those that are offered, and what the object is
    /// told.
    pub(super) fn judge(&mut self, ids: &[EventId]) -> (Vec<EventId>, Option<Judged>) {
        let current = self.roster.filter(&Self::id());
        let is_late = self.filters.owner.as_mut().is_some_and(|rng| rng.percent(25));
        let known = if is_late { self.filters.earlier.clone().or(current) } else { current };
        let Some(RosterFilter { version, filter }) = known else { return (ids.to_vec(), None) };
        let offered: Vec<_> = ids.iter().filter(|id| matches(Some(&filter), id)).cloned().collect();
        let left_out = u64::try_from(ids.len() - offered.len()).unwrap();
        self.filters.left_out += left_out;
        let filtered = self.filters.untold + left_out;
        self.filters.untold = if offered.is_empty() { filtered } else { 0 };
        (offered, Some(Judged { version, filtered }))
    }

    /// The number of filtered out events in the statistics.
    pub(super) fn filtered(&mut self) -> u64 {
        let untold = std::mem::take(&mut self.filters.untold);
        let stats = self.transact(|tx| {
            tx.count_filtered(untold)?;
            tx.stats()
        });
        stats.flatten().map_or(0, |stats| stats.filtered)
    }
}
