//! The calls from the Worker to the objects, and from object to object.
//!
//! This room decides what travels in a call and in its answer, as both ends see them, and which
//! versions of the calls exist. It must not send a call or carry it out: `src/runtime/` sends it,
//! and an object answers it (`calls.rs` in `src/webhook_object/` and `src/account_object/`). Begin
//! with [`call`], then [`publish_calls`].

pub mod call;
pub mod publish_calls;
pub mod webhook_calls;
pub mod account_calls;

pub use self::account_calls::{
    AccountCall, Admit, ClaimWebhook, DeleteAccount, Disable, FindAlert, Finish, FinishWebhook,
    MaySend, ReadAccount, ReadAudit, ReadRoutingStates, RecordAction, Remember, RoutingStatesView,
    RunMaintenance, Sending,
};
pub use self::call::{Call, CallError};
pub use self::publish_calls::{Accept, AcceptAnswer, GrantedTry, HandBack, Settle};
pub use self::webhook_calls::{
    ApplySuspension, Configure, Create, Delete, Erase, FindDelivery, HasWebhook, History,
    ListWebhooks, Progress, Read, ReadStats, Recover, ReportRosterChange, Reported, Resend,
    RotateSecret, Routed, Skip, Update, Wake, WebhookCall,
};
