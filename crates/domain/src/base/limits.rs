//! Every fixed limit of the product, with its reason.
//!
//! A limit that an operator may want to change is a variable in `wrangler.toml` instead. Relations
//! between limits are checked at compile time.

use super::time::Delay;

/// Longest `target_url`, in characters (the vendor's OpenAPI: `maxLength: 1024`).
pub const TARGET_URL_CHARS_MAX: usize = 1_024;

/// Most additional headers of one webhook. The vendor's documentation allows "as many as you want",
/// but the platform limits all request headers to 128 kB, and a receiver's server usually to about
/// 100 fields.
pub const ADDITIONAL_HEADERS_MAX: usize = 64;

/// Most bytes of all additional header names and values together. Common servers refuse a request
/// whose headers exceed 16 kB.
pub const ADDITIONAL_HEADERS_BYTES_MAX: usize = 16 * 1_024;

/// Most bytes of a webhook's filter, without the spaces between its parts. Every publish that the
/// filter may concern brings it from the account to the Worker.
pub const FILTER_BYTES_MAX: usize = 4 * 1_024;

/// Deepest nesting of a filter: its objects and lists. Deeper ones are hard to read, and the Worker
/// walks each level for each event.
pub const FILTER_DEPTH_MAX: usize = 8;

/// Most values that a filter compares with. The Worker compares them with each event, for each
/// webhook that has a filter.
pub const FILTER_LEAVES_MAX: usize = 64;

/// From how many filtered out events on a Webhook object stores their count. It writes a row for
/// it, so one for a hundred events that cost none. An object that is evicted forgets fewer.
pub const FILTERED_SAVED_AT: u64 = 100;

/// Most webhooks whose filtered out events an isolate of the Worker counts, about 1 MB. Those of
/// further webhooks are not counted.
pub const FILTERED_COUNTS_MAX: usize = 10_000;

/// Longest user name or password for basic authentication, in characters. Encoded together, both
/// fit in one header line of 8 kB.
pub const BASIC_AUTH_CHARS_MAX: usize = 1_024;

/// Longest name of a webhook, in characters: a line of a list, with room for a customer's and a
/// purpose.
pub const WEBHOOK_NAME_CHARS_MAX: usize = 200;

/// Most entries in the list of event types of a webhook. The account compares each with the type of
/// each publish: with 500 webhooks, 50,000 comparisons take less than a millisecond.
pub const EVENT_PATTERNS_MAX: usize = 100;

/// Most entries of the metadata of a webhook. The list reads the records of all webhooks of an
/// account, so a record stays small: all metadata together has at most 9 thousand characters.
pub const METADATA_ENTRIES_MAX: usize = 16;

/// Longest key in the metadata of a webhook, in characters.
pub const METADATA_KEY_CHARS_MAX: usize = 40;

/// Longest value in the metadata of a webhook, in characters.
pub const METADATA_VALUE_CHARS_MAX: usize = 500;

/// Most characters of a `tracestate` that are passed on (W3C Trace Context, section 3.3.1.5: at
/// least 512). They are stored with each event.
pub const TRACESTATE_CHARS_MAX: usize = 512;

/// Most members of a `tracestate` (W3C Trace Context, section 3.3.1.1).
pub const TRACESTATE_MEMBERS_MAX: usize = 32;

/// Longest member of a `tracestate` that is not dropped first if the whole is too long (W3C Trace
/// Context, section 3.3.1.5).
pub const TRACESTATE_LONG_MEMBER_CHARS: usize = 128;

/// Deepest nesting of a JSON body. Many JSON parsers refuse or crash at 128 levels (the one used
/// here stops there), so receivers could not read a deeper event.
pub const JSON_DEPTH_MAX: usize = 127;

/// Most unknown fields or parameters that one answer names. One or two are mistakes; a body with
/// more is meant for something else.
pub const UNKNOWN_NAMES_MAX: usize = 20;

/// Most characters of an unknown name that an answer shows. No known name has as many.
pub const UNKNOWN_NAME_CHARS_MAX: usize = 50;

/// Most events in one batch. With the default of 500 webhooks an account, that is 50,000
/// deliveries.
pub const BATCH_EVENTS_MAX: usize = 100;

/// Most lines of an import. Each line makes up to five calls to objects, and one invocation may
/// make 1,000 calls.
pub const IMPORT_LINES_MAX: usize = 100;

/// Most bytes of an import: the default of `MAX_BATCH_BYTES`.
pub const IMPORT_BYTES_MAX: usize = 1_048_576;

/// Default page size of a list (the vendor's: 100).
pub const PAGE_SIZE: usize = 100;

/// Most deliveries that one page of the history looks at. A filter that matches few of them then
/// holds up no publish: 4,000 take about 20 ms of the object.
pub const LISTED_AT_ONCE_MAX: usize = 4_000;

/// Shortest step of a series. Shorter ones would show single deliveries, as the list does.
pub const SERIES_STEP_MIN: Delay = Delay::from_secs(60);

/// Longest step of a series: a day. Longer ones would be few within any retention.
pub const SERIES_STEP_MAX: Delay = Delay::from_secs(86_400);

/// Most whole steps of a series, as many as a chart can show. There may be two more, which the
/// range begins and ends within.
pub const SERIES_STEPS_MAX: u64 = 300;

/// Most whole steps of a series by default, for a chart of usual width.
pub const SERIES_STEPS: u64 = 60;

/// The range of a series by default: a day.
pub const SERIES_RANGE: Delay = Delay::from_secs(86_400);

/// Most calls to a Webhook object for one series. Together they may take two seconds of the object,
/// between other calls. They count 100,000 deliveries that are retried or held, and some millions
/// of others.
pub const SERIES_CALLS_MAX: usize = 100;

/// Largest page size of a list (the vendor's: 1,000).
pub const PAGE_SIZE_MAX: usize = 1_000;

/// Most attempts that one invocation makes at a time. The platform allows 6 connections that wait
/// for headers and silently queues a seventh while its timeout runs. The sixth is for a call.
pub const COURIER_ATTEMPTS_MAX: usize = 5;

/// Most couriers that one publish or one alarm starts. The platform allows 32 invocations for one
/// request, and the request itself is one (Workers, limits).
pub const COURIERS_MAX: usize = 31;

/// How long a courier asks for further attempts. The platform ends an invocation 30 seconds after
/// its answer; the last attempts take up to [`COURIER_LIFETIME`] less this.
pub const COURIER_ASKS_FOR: Delay = Delay::from_secs(15);

/// How long an invocation may run after its answer (Workers, limits: 30 seconds), less 2 seconds
/// for the last report.
pub const COURIER_LIFETIME: Delay = Delay::from_secs(28);

/// Shortest `timeout_ms` of a webhook. A shorter one would fail for a connection alone, around the
/// world and with TLS.
pub const TIMEOUT_MIN: Delay = Delay::from_secs(1);

/// Most deliveries that one step of a recovery looks at to find one with a wanted attempt: about
/// 10 ms. The next step goes on from there.
pub const RECOVERY_LOOKED_AT_MAX: usize = 100;

/// Most deliveries of one call to resend many. Each is a row.
pub const RESENT_AT_ONCE_MAX: usize = 100;

/// Deliveries of a page of an export, which is one call of the object.
pub const EXPORT_PAGE: usize = 1_000;

/// Most pages of an export. An invocation may make 1,000 calls (Workers, limits: subrequests).
pub const EXPORT_PAGES_MAX: usize = 900;

/// Longest `timeout_ms` of a webhook, and longest `DELIVERY_TIMEOUT_MS`: an attempt takes at most
/// as long as the courier that makes it.
pub const TIMEOUT_MAX: Delay = COURIER_LIFETIME;

/// Most retries that a webhook may ask for, unless the deployment's `RETRY_LIMIT` is higher. Each
/// attempt is stored with up to a kilobyte of its answer, and a row holds 2 MB.
pub const RETRIES_MAX: u32 = 100;

/// Longest delay between two attempts that a webhook may ask for: a week, as long as deliveries are
/// kept by default.
pub const RETRY_DELAY_MAX: Delay = Delay::from_secs(7 * 86_400);

/// How long an object makes attempts itself after it could not start a courier.
pub const COURIER_RETRY_DELAY: Delay = Delay::from_secs(60);

/// Most bytes that are read of a receiver's answer. The rest is cancelled.
pub const ANSWER_BYTES_MAX: usize = 4 * 1_024;

/// Most listeners of an account: those of a team. Each costs a connection, and an alarm a minute.
pub const LISTENERS_MAX: usize = 10;

/// How long the webhook of a listener stays without a connection: long enough for a client or a
/// release to start again.
pub const LISTENER_GRACE: Delay = Delay::from_secs(60);

/// How often the object of a listener looks whether its client is still connected.
pub const LISTENER_CHECK: Delay = Delay::from_secs(60);

/// How long a listener's client may be silent until its connection counts as broken: it pings every
/// 20 seconds, so two pings and a half are missing.
pub const LISTENER_SILENT_MAX: Delay = Delay::from_secs(50);

/// Most characters of a frame from a listener. An answer needs a few headers and
/// [`ANSWER_BYTES_MAX`] of its body, which JSON may write six times as long.
pub const LISTENER_FRAME_CHARS_MAX: usize = 128 * 1_024;

/// Most headers in the answer of a listener: as many as a receiver's server usually sends or takes.
pub const LISTENER_HEADERS_MAX: usize = 100;

/// Most bytes of a delivery on its way to a listener, which is one frame: as many as a message of a
/// WebSocket may have (Durable Objects, limits: 32 MiB). No event comes near it, although JSON may
/// write a byte as six.
pub const LISTENER_ORDER_BYTES_MAX: usize = 32 * 1_024 * 1_024;

/// How many times a last attempt is repeated if its outcome is lost, before the webhook is
/// deactivated. A lost outcome says nothing about the receiver.
pub const LOST_LAST_ATTEMPTS_MAX: u32 = 3;

/// Longest delay that a receiver's `Retry-After` can ask for, in milliseconds: the longest delay of
/// the documented retry schedule.
pub const RETRY_AFTER_MS_MAX: u64 = 3_600_000;

/// Highest `max_per_second` of a webhook. Beyond it, `max_in_flight` is the limit anyway.
pub const PER_SECOND_MAX: u32 = 1_000;

/// Default `max_in_flight` of a webhook. An ordinary server handles that many requests at a time
/// and has room for others (Apache's prefork server handles 256 by default). To a receiver that
/// takes 100 ms, 64 attempts in flight are 640 a second.
pub const IN_FLIGHT: u16 = 64;

/// Highest `max_in_flight` of a webhook. To a receiver that takes 100 ms, 256 attempts in flight
/// are 2,560 a second, about as many as one object can settle. Each holds its event in memory: with
/// the default of `MAX_EVENT_BYTES`, 256 events of that length take 64 MB, half of an isolate's.
pub const IN_FLIGHT_MAX: u16 = 256;

/// Size of a Webhook object, in bytes, from which it accepts no event. The platform's end is 10 GB
/// (Durable Objects, limits); the rest is for outcomes and for what an owner changes.
pub const OBJECT_BYTES_MAX: u64 = 9_000_000_000;

/// Shortest time between two steps that drop something of a Webhook object that is too large. Each
/// drops about 1 MB, so ten a second are more than one object can accept.
pub const TRIM_PAUSE: Delay = Delay::from_ms(100);

/// Interval between purges of deliveries past their retention, so that one alarm purges many.
pub const PURGE_EVERY: Delay = Delay::from_secs(3_600);

/// Most attempts that the invocation of a publish makes at a time. It needs some of its 6
/// connections for the calls to the objects; couriers make the other attempts.
pub const PUBLISH_ATTEMPTS_MAX: usize = 4;

/// Longest time from a Worker's call to the start of a granted attempt. A Worker that would start
/// later hands the attempt back.
pub const ATTEMPT_START_MAX: Delay = Delay::from_secs(5);

/// Most deliveries or idempotency records that one transaction purges, so that none takes long.
pub const PURGE_AT_ONCE_MAX: usize = 500;

/// How long the outcome of a publish with a key is waited for. Nearly all come within two seconds.
/// Then the publish is given up: a repeat does its work again.
pub const OPEN_PUBLISH_TIMEOUT: Delay = Delay::from_secs(60);

/// Most publishes with a key that an Account object has under way, about 2 MB of its memory. Beyond
/// that, the oldest are given up before [`OPEN_PUBLISH_TIMEOUT`].
pub const OPEN_PUBLISHES_MAX: usize = 10_000;

/// Most webhooks in the record of a complete publish, about 500 bytes. A longer plan is replaced by
/// the outcome, for one more row: little beside the rows of that many deliveries.
pub const KEPT_PLAN_WEBHOOKS_MAX: usize = 16;

/// Most webhooks that one alarm of an Account object notifies of a suspension or its end.
pub const NOTICES_AT_ONCE_MAX: usize = 20;

/// Most entries of an account's audit log, about 2 MB. The oldest are deleted first.
pub const AUDIT_ENTRIES_MAX: u64 = 10_000;

/// How far the stored `last_used` of an API key may lag behind. Each update is a write to KV.
pub const KEY_USE_INTERVAL: Delay = Delay::from_secs(3_600);

/// How long the last use of an API key is stored, in seconds: a year.
pub const KEY_USE_KEPT_SECS: u64 = 366 * 86_400;

/// How far the stored time of an account's latest event may lag behind. Each update is a write to
/// KV.
pub const EVENT_NOTE_INTERVAL: Delay = Delay::from_secs(3_600);

/// How long an account whose data was deleted is remembered, in seconds: a day, in which the
/// operator can see that the deletion is complete.
pub const DELETED_ACCOUNT_KEPT_SECS: u64 = 86_400;

/// Most accounts on a page of the operator's list. Each costs a call to KV, and an invocation may
/// make 1,000.
pub const ACCOUNTS_PAGE_MAX: usize = 100;

/// Longest description of an event type, in characters: some sentences.
pub const TYPE_DESCRIPTION_CHARS_MAX: usize = 1_000;

/// Most event types of a catalogue. KV lists so many names in one call, and a list of them all is
/// read by every dashboard.
pub const EVENT_TYPES_MAX: usize = 200;

/// How long an isolate of the Worker caches which event types there are before it asks KV again.
pub const EVENT_TYPES_KEPT: Delay = Delay::from_secs(60);

/// How long after a change of the catalogue its list is read again and again: KV may list an older
/// state for a minute.
pub const EVENT_TYPES_SETTLE: Delay = Delay::from_secs(300);

/// How long an isolate of the Worker caches an API key before it reads KV again.
pub const KEY_CACHE_KEPT: Delay = Delay::from_secs(60);

/// Most API keys in one in-memory cache of an isolate of the Worker, about 1 MB.
pub const CACHED_KEYS_MAX: usize = 10_000;

/// Default lifetime of a portal link: an hour, enough for one visit.
pub const PORTAL_LIFETIME: Delay = Delay::from_secs(3_600);

/// Shortest lifetime of a portal link: the time that a browser needs to open it.
pub const PORTAL_LIFETIME_MIN: Delay = Delay::from_secs(10);

/// Longest lifetime of a portal link: a week, for a link sent by mail.
pub const PORTAL_LIFETIME_MAX: Delay = Delay::from_secs(604_800);

/// How long an expired portal link is still listed and still answered with "expired". After that it
/// is deleted automatically, since a link may be made for each visit.
pub const PORTAL_KEPT: Delay = Delay::from_secs(86_400);

/// Most operational events of one webhook that wait to be published. Usually none waits. Many wait
/// only if the receiver fails and recovers repeatedly while the account does not answer. The newest
/// events are kept.
pub const OUTBOX_MAX: usize = 16;

/// Fewest bytes of a signing secret that an owner supplies (Standard Webhooks 1.0.0: "between 24
/// bytes and 64 bytes").
pub const SIGNING_SECRET_BYTES_MIN: usize = 24;

/// Most bytes of a signing secret that an owner supplies (Standard Webhooks 1.0.0).
pub const SIGNING_SECRET_BYTES_MAX: usize = 64;

/// Most live signing keys of one webhook. Each adds a signature of 47 characters or more to every
/// POST, and receivers try them all.
pub const SIGNING_KEYS_MAX: usize = 5;

/// How long a rotated signing key keeps signing unless its owner chooses otherwise: a day, in which
/// the receiver can be switched to the new key.
pub const ROTATION_GRACE: Delay = Delay::from_secs(86_400);

/// Longest time that a rotated signing key can keep signing: a week.
pub const ROTATION_GRACE_MAX: Delay = Delay::from_secs(604_800);

/// Delay before deliveries whose secrets do not open are tried again. Setting the missing master
/// key takes a deployment, so one more minute does not matter.
pub const MASTER_KEY_RETRY_DELAY: Delay = Delay::from_secs(60);

const _: () = assert!(TIMEOUT_MIN.as_ms() <= TIMEOUT_MAX.as_ms(), "some timeout is allowed");
const _: () = assert!(COURIER_ATTEMPTS_MAX < 6, "one connection stays free for a call");
const _: () =
    assert!(PORTAL_LIFETIME_MIN.as_ms() <= PORTAL_LIFETIME.as_ms(), "the default is allowed");
const _: () =
    assert!(PORTAL_LIFETIME.as_ms() <= PORTAL_LIFETIME_MAX.as_ms(), "the default is allowed");
const _: () = assert!(PORTAL_KEPT.as_ms() >= 60_000, "KV keeps nothing for less than a minute");
const _: () = assert!(PAGE_SIZE <= PAGE_SIZE_MAX, "the default page is a legal page");
const _: () = assert!(IN_FLIGHT >= 1 && IN_FLIGHT <= IN_FLIGHT_MAX, "the default is allowed");
