//! Every fixed bound of the product, each with its reason.
//!
//! A bound that an operator may want to move is a variable of `wrangler.toml` instead; its default
//! stands here. Relations between bounds are checked when the crate is compiled.

use super::time::Delay;

/// Longest `target_url`, in characters (the vendor's OpenAPI: `maxLength: 1024`).
pub const TARGET_URL_CHARS_MAX: usize = 1_024;

/// Most additional headers of one webhook. The document says "as many as you want"; the platform
/// limits all request headers to 128 kB, and a receiver's server usually to about 100 fields.
pub const ADDITIONAL_HEADERS_MAX: usize = 64;

/// Most bytes of all additional header names and values together. Common servers refuse a request
/// whose headers exceed 16 kB.
pub const ADDITIONAL_HEADERS_BYTES_MAX: usize = 16 * 1_024;

/// Longest user name or password for basic authentication, in characters. Together they stay well
/// inside one header line of 8 kB once encoded.
pub const BASIC_AUTH_CHARS_MAX: usize = 1_024;

/// Deepest nesting of a JSON body. Many JSON parsers refuse or crash at 128 levels (the one used
/// here stops there), so an event that nests deeper could never be received.
pub const JSON_DEPTH_MAX: usize = 127;

/// Most events in one batch: with as many webhooks as an account may have, 50,000 deliveries.
pub const BATCH_EVENTS_MAX: usize = 100;

/// Most lines of an import: each asks up to five objects, and an invocation may call 1,000 times.
pub const IMPORT_LINES_MAX: usize = 100;

/// Most bytes of an import, as of a batch.
pub const IMPORT_BYTES_MAX: usize = 1_048_576;

/// Default page of a listing (the vendor's: 100).
pub const PAGE_SIZE: usize = 100;

/// Largest page of a listing (the vendor's: 1,000).
pub const PAGE_SIZE_MAX: usize = 1_000;

/// Most sends in flight by one Webhook object. The platform allows 6 connections waiting for
/// headers and silently queues a seventh while its timeout runs; the sixth is for KV.
pub const SENDS_IN_FLIGHT_MAX: usize = 5;

/// Most bytes of a receiver's answer that are read; the rest is cancelled.
pub const ANSWER_BYTES_MAX: usize = 4 * 1_024;

/// How often a last try whose outcome was never learnt is repeated before the webhook is switched
/// off, so that no webhook is switched off without evidence.
pub const LOST_LAST_TRIES_MAX: u32 = 3;

/// Longest delay that a receiver's `Retry-After` can ask for, in milliseconds: the longest delay of
/// the documented schedule.
pub const RETRY_AFTER_MS_MAX: u64 = 3_600_000;

/// Highest `max_per_second` of a webhook: beyond it one object's slots are the limit anyway.
pub const PER_SECOND_MAX: u32 = 1_000;

/// How often deliveries past their retention are purged: many by one alarm.
pub const PURGE_EVERY: Delay = Delay::from_secs(3_600);

/// Most first tries of one webhook that Workers make at a time. Each has connections of its own, so
/// this bounds what a receiver gets at once, not what a Worker can do.
pub const WORKER_LEASES_MAX: usize = 64;

/// Most webhooks of one publish whose first tries its Worker makes: a request has six connections,
/// and the calls to the objects need some of them.
pub const WORKER_SENDS_MAX: usize = 4;

/// A Worker that was given a first try and can begin only so long after it asked hands it back.
pub const WORKER_START_MAX: Delay = Delay::from_secs(5);

/// Most deliveries purged in one turn, so that no turn takes long.
pub const PURGE_AT_ONCE_MAX: usize = 500;

/// Most webhooks that one alarm of an account tells that it was disabled or enabled.
pub const NOTICES_AT_ONCE_MAX: usize = 20;

/// Most changes of an account that its audit log keeps; then the oldest go. About 2 MB.
pub const AUDIT_ENTRIES_MAX: u64 = 10_000;

/// How old `last_used` of an API key may be while the key is in use: each note is a write to KV.
pub const KEY_USE_GRAIN: Delay = Delay::from_secs(3_600);

/// How long the last use of an API key is remembered, in seconds: a year.
pub const KEY_USE_KEPT_SECS: u64 = 366 * 86_400;

/// How long an API key that was looked up is not looked up again, by one instance of the Worker.
pub const KEY_CACHE_KEPT: Delay = Delay::from_secs(60);

/// Most API keys of which one instance of the Worker remembers something, about 1 MB.
pub const KEYS_IN_MEMORY_MAX: usize = 10_000;

/// How long a portal link opens unless it is said otherwise: an hour, one visit.
pub const PORTAL_SPAN: Delay = Delay::from_secs(3_600);

/// The shortest that it may: what a browser needs to come and open it.
pub const PORTAL_SPAN_MIN: Delay = Delay::from_secs(10);

/// The longest that it may: a week, for a link that is sent by mail.
pub const PORTAL_SPAN_MAX: Delay = Delay::from_secs(604_800);

/// How long a portal link is still listed, and told that it has expired, after its end. Then it is
/// forgotten by itself, since one may be made for each visit.
pub const PORTAL_KEPT: Delay = Delay::from_secs(86_400);

/// Most operational events of one webhook that wait to be published. Few ever do; a receiver that
/// goes up and down while its account does not answer makes more, of which the newest matter.
pub const OUTBOX_MAX: usize = 16;

/// Fewest bytes of a signing secret that an owner gives (Standard Webhooks 1.0.0: "between 24 bytes
/// and 64 bytes").
pub const SIGNING_SECRET_BYTES_MIN: usize = 24;

/// Most bytes of a signing secret: see there.
pub const SIGNING_SECRET_BYTES_MAX: usize = 64;

/// Most signing keys of one webhook that are live at a time. Each adds a signature of 47 characters
/// or more to every POST, and receivers try them all.
pub const SIGNING_KEYS_MAX: usize = 5;

/// How long a rotated signing key goes on signing unless its owner says otherwise: a day, in which
/// a receiver is changed over without haste.
pub const ROTATION_GRACE: Delay = Delay::from_secs(86_400);

/// The longest that it may: a week.
pub const ROTATION_GRACE_MAX: Delay = Delay::from_secs(604_800);

/// How long deliveries wait whose secrets do not open before they are looked at again. An operator
/// who sets the missing key deploys, so a minute more goes unnoticed.
pub const MASTER_KEY_PATIENCE: Delay = Delay::from_secs(60);

const _: () = assert!(SENDS_IN_FLIGHT_MAX < 6, "one connection stays free for KV");
const _: () = assert!(PORTAL_SPAN_MIN.as_ms() <= PORTAL_SPAN.as_ms(), "the default is allowed");
const _: () = assert!(PORTAL_SPAN.as_ms() <= PORTAL_SPAN_MAX.as_ms(), "the default is allowed");
const _: () = assert!(PORTAL_KEPT.as_ms() >= 60_000, "KV keeps nothing for less than a minute");
const _: () = assert!(PAGE_SIZE <= PAGE_SIZE_MAX, "the default page is a legal page");
