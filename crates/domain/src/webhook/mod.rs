//! One webhook: its configuration, its record, and the views of it.
//!
//! This room decides which targets, headers and credentials are valid, how a change is applied,
//! what an owner sees, and what a record stores. It must not know deliveries or attempts
//! (`delivery`), nor when a record changes (`dispatch`). Begin with [`configuration`], then
//! [`record`].

pub mod address;
pub(crate) mod percent_encoding;
pub mod target;
pub mod headers;
pub mod basic_auth;
pub mod delivery_options;
pub mod labels;
pub mod configuration;
pub mod state;
pub mod secrets;
pub mod entity_tag;
pub mod view;
pub mod record_label;
pub mod notice;
pub mod roster_entry;
pub mod backoff;
pub mod outbox;
pub mod record;

pub use self::basic_auth::{BasicAuth, BasicAuthError};
pub use self::configuration::{
    Activity, Configuration, DeactivateReason, NewWebhook, WebhookChange,
};
pub use self::delivery_options::{DeliveryOptions, DeliveryOptionsChange, RetryOptions};
pub use self::entity_tag::{EntityTag, IfMatch, IfMatchError};
pub use self::headers::{AdditionalHeaders, HeadersChange, HeadersError};
pub use self::labels::{LabelError, Labels, Metadata};
pub use self::notice::SuspensionNotice;
pub use self::outbox::{Outbox, OutboxEvent};
pub use self::record::{
    ListedState, Projection, ProjectionTarget, PublicRecord, Record, Stage, Webhook,
};
pub use self::record_label::RecordLabel;
pub use self::roster_entry::{
    RosterChange, RosterEntry, RosterFilter, RosterOptions, RoutingState,
};
pub use self::state::WebhookState;
pub use self::target::{TargetError, TargetPolicy, TargetUrl};
pub use self::view::{
    CreatedView, CreatedWebhook, Listing, SigningView, WebhookAnswer, WebhookView,
};
