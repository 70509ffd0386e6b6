//! rpc

pub mod call;
pub mod publish_calls;
pub mod webhook_calls;
pub mod account_calls;

pub use self::account_calls::{
    AccountCall, Admit, ClaimWebhook, DeleteAccount, Disable, FindAlert, Finish, FinishWebhook,
    MaySend, Note, ReadAccount, ReadAudit, Remember, Sending, Standings, StandingsView, Tend,
};
pub use self::call::{Call, CallError};
pub use self::publish_calls::{Accept, AcceptAnswer, GrantedTry, HandBack, Settle, SettleAll};
pub use self::webhook_calls::{
    Configure, Create, Delete, Erase, FindDelivery, Heed, History, Holds, Members, Numbers,
    Progress, Read, Recover, Report, Reported, Resend, RotateSecret, Routed, Skip, Touch, Update,
    WebhookCall,
};
