//! worker

pub(crate) mod error;
pub(crate) mod body;
pub(crate) mod response;
pub(crate) mod auth;
pub(crate) mod publish;
pub(crate) mod api;
pub(crate) mod maintenance;
