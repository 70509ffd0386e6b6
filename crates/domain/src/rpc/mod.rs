//! The calls from the Worker to the objects, and from object to object.
//!
//! This room defines the body and the answer of each call, for the caller and the object alike, and
//! the version of the calls. It must not send a call or carry it out: `src/runtime/` sends it, and
//! an object answers it (`calls.rs` in `src/webhook_object/` and `src/account_object/`). Begin with
//! [`call`], then [`publish_calls`].

pub mod call;
pub mod attempts;
pub mod publish_calls;
pub mod webhook_calls;
pub mod account_calls;

pub use self::account_calls::{
    AccountCall, Admit, AdmitAnswer, ClaimWebhook, DeleteAccount, Disable, FindAlert,
    FinishPublishes, FinishWebhook, FinishedPublish, HasWebhook, ListWebhooks, MaySend, Membership,
    PublishRequest, ReadAccount, ReadAudit, ReadRoutingStates, RecordAction, RecordIncomplete,
    ReportRosterChange, Reported, RoutingStatesView, RunMaintenance, SendPermission,
};
pub use self::attempts::{GrantedAttempt, LeasedAttempt, MakeAttempts};
pub use self::call::{Call, CallError};
pub use self::publish_calls::{Accept, AcceptAnswer, HandBack, Settle, SettleAnswer};
pub use self::webhook_calls::{
    ApplySuspension, Create, Delete, DeleteIf, Erase, FindDelivery, ListDeliveries, Read,
    ReadConfiguration, ReadRecovery, ReadSent, ReadSeries, ReadStats, Recover, Resend, ResendMany,
    RotateSecret, Routed, Skip, Update, UpdateIf, Wake, WebhookCall,
};
