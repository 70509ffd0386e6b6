//! Request bodies and list filters: what a caller sent, and what it means.
//!
//! This room decides which fields a request has, which values are valid, and what the error text of
//! an invalid field is. It must not know routes and statuses (`http`) or look at what is stored.
//! The Worker reads the body and parses forms. Begin with [`webhook`], then [`field`].

pub mod body;
pub(crate) mod nearest;
pub mod known_fields;
pub mod field;
pub mod rules;
pub mod labels;
pub mod event_types;
pub mod schedule;
pub mod filter;
pub mod signing;
pub mod webhook;
pub mod listen;
pub mod webhook_filter;
pub mod api_key;
pub mod rotation;
pub mod recover;
pub mod portal;
pub mod event_type;

pub use self::api_key::{KEY_NAME_CHARS_MAX, MintRequest};
pub use self::body::{Body, BodyError, FormValue};
pub use self::event_type::define;
pub use self::filter::{FilterTest, FilterVerdict};
pub use self::known_fields::{KnownFields, UnknownFields, check_parameters};
pub use self::listen::ListenRequest;
pub use self::portal::{PortalLink, PortalRequest};
pub use self::recover::RecoverRequest;
pub use self::rotation::Rotation;
pub use self::rules::WebhookRules;
pub use self::signing::{SigningChoice, SigningClaim};
pub use self::webhook::WebhookRequest;
pub use self::webhook_filter::WebhookFilter;
