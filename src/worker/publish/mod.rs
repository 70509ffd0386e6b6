//! The publish path: from parsed events to stored deliveries and the outcomes of first attempts.
//!
//! The room asks the Account object for the webhooks that match, offers the events to their Webhook
//! objects, makes the first attempts that these grant, and reports the outcomes. Concurrent
//! publishes of one account are batched, and so are reports to one object. It must not read the
//! HTTP request, and it must not decide which webhooks get an event or what an outcome means:
//! `domain::publish` and the objects do. Begin with `fanout`, then `batcher`.

pub(crate) mod filtered_counts;
pub(crate) mod fanout;
pub(crate) mod finish_batcher;
pub(crate) mod batcher;
