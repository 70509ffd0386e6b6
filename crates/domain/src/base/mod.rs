//! The small types that every room uses: times, ids, numbers, secrets, limits.
//!
//! This room decides what an id looks like, how a secret is kept out of logs, and how large
//! anything may be. It must not know what a webhook or a delivery is made of, and it imports no
//! other room. Begin with [`limits`], the fixed limits of the product, and [`id`].

pub mod time;
pub mod limits;
pub mod id;
pub mod number;
pub mod secret;
pub mod ttl_cache;
pub mod batcher;
pub mod versioned;
pub mod field_errors;
pub mod cursor;

pub use self::batcher::{Batch, BatchLimits, Batcher, Role, Ticket};
pub use self::cursor::Cursor;
pub use self::field_errors::{Field, FieldErrors};
pub use self::id::{AccountId, EventId, IdError, KeyId, WebhookId};
pub use self::limits::{
    ACCOUNTS_PAGE_MAX, ADDITIONAL_HEADERS_BYTES_MAX, ADDITIONAL_HEADERS_MAX, ANSWER_BYTES_MAX,
    ATTEMPT_START_MAX, AUDIT_ENTRIES_MAX, BASIC_AUTH_CHARS_MAX, BATCH_EVENTS_MAX, CACHED_KEYS_MAX,
    COURIER_ASKS_FOR, COURIER_ATTEMPTS_MAX, COURIER_LIFETIME, COURIER_RETRY_DELAY, COURIERS_MAX,
    DELETED_ACCOUNT_KEPT_SECS, EVENT_NOTE_INTERVAL, EVENT_PATTERNS_MAX, EVENT_TYPES_KEPT,
    EVENT_TYPES_MAX, EVENT_TYPES_SETTLE, EXPORT_PAGE, EXPORT_PAGES_MAX, FILTER_BYTES_MAX,
    FILTER_DEPTH_MAX, FILTER_LEAVES_MAX, FILTERED_COUNTS_MAX, FILTERED_SAVED_AT, IMPORT_BYTES_MAX,
    IMPORT_LINES_MAX, IN_FLIGHT, IN_FLIGHT_MAX, JSON_DEPTH_MAX, KEPT_PLAN_WEBHOOKS_MAX,
    KEY_CACHE_KEPT, KEY_USE_INTERVAL, KEY_USE_KEPT_SECS, LISTED_AT_ONCE_MAX,
    LOST_LAST_ATTEMPTS_MAX, MASTER_KEY_RETRY_DELAY, METADATA_ENTRIES_MAX, METADATA_KEY_CHARS_MAX,
    METADATA_VALUE_CHARS_MAX, NOTICES_AT_ONCE_MAX, OBJECT_BYTES_MAX, OPEN_PUBLISH_TIMEOUT,
    OPEN_PUBLISHES_MAX, OUTBOX_MAX, PAGE_SIZE, PAGE_SIZE_MAX, PER_SECOND_MAX, PORTAL_KEPT,
    PORTAL_LIFETIME, PORTAL_LIFETIME_MAX, PORTAL_LIFETIME_MIN, PUBLISH_ATTEMPTS_MAX,
    PURGE_AT_ONCE_MAX, PURGE_EVERY, RECOVERY_LOOKED_AT_MAX, RESENT_AT_ONCE_MAX, RETRIES_MAX,
    RETRY_AFTER_MS_MAX, RETRY_DELAY_MAX, ROTATION_GRACE, ROTATION_GRACE_MAX, SERIES_CALLS_MAX,
    SERIES_RANGE, SERIES_STEP_MAX, SERIES_STEP_MIN, SERIES_STEPS, SERIES_STEPS_MAX,
    SIGNING_KEYS_MAX, SIGNING_SECRET_BYTES_MAX, SIGNING_SECRET_BYTES_MIN, TARGET_URL_CHARS_MAX,
    TIMEOUT_MAX, TIMEOUT_MIN, TRACESTATE_CHARS_MAX, TRACESTATE_LONG_MEMBER_CHARS,
    TRACESTATE_MEMBERS_MAX, TRIM_PAUSE, TYPE_DESCRIPTION_CHARS_MAX, UNKNOWN_NAME_CHARS_MAX,
    UNKNOWN_NAMES_MAX, WEBHOOK_NAME_CHARS_MAX,
};
pub use self::number::{Epoch, LeaseToken, Seq, Version};
pub use self::secret::{MASK, Secret, SecretChange};
pub use self::time::{Delay, Timestamp};
pub use self::ttl_cache::TtlCache;
pub use self::versioned::StoredError;
