//! One webhook: its configuration, its record, and the views of it.
//!
//! This room decides which targets, headers and credentials are valid, how a change is applied,
//! what an owner sees, and what a record stores. It must not know deliveries or attempts
//! (`delivery`), nor when a record changes (`dispatch`). Begin with [`configuration`], then
//! [`record`].

pub mod address;
pub mod target;
pub mod headers;
pub mod basic_auth;
pub mod delivery_options;
pub mod configuration;
pub mod secrets;
pub mod view;
pub mod notice;
pub mod roster_entry;
pub mod backoff;
pub mod outbox;
pub mod record;

pub use self::basic_auth::{BasicAuth, BasicAuthError};
pub use self::configuration::{
    Activity, Configuration, DeactivateReason, NewWebhook, WebhookChange,
};
pub use self::delivery_options::{DeliveryOptions, DeliveryOptionsChange};
pub use self::headers::{AdditionalHeaders, HeadersChange, HeadersError};
pub use self::notice::SuspensionNotice;
pub use self::outbox::{Outbox, OutboxEvent};
pub use self::record::{Projection, ProjectionTarget, PublicRecord, Record, Stage, Webhook};
pub use self::roster_entry::{RosterChange, RosterEntry, RosterFilter, RoutingState};
pub use self::target::{TargetError, TargetPolicy, TargetUrl};
pub use self::view::{CreatedView, CreatedWebhook, Listing, SigningView, WebhookView};
