//! A typed call: its name, its body, its answer, and its version.
//!
//! A call goes to the path `/{CALLS_VERSION}/{NAME}` of an object. For some minutes after a
//! deployment, Worker and objects of different releases call each other, so a call of an unknown
//! version is refused.
//!
//! Bodies and answers are text, which the runtime passes on with less overhead than bytes.

use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

/// The version of the calls. A release that changes a body or an answer must use the next version,
/// and must still answer the previous version while the previous release may run beside it.
pub const CALLS_VERSION: &str = "1";

/// Why a call cannot be answered.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CallError {
    /// No call of this version has this path: the caller is of another release.
    #[error("unknown call {path:?}")]
    Unknown {
        /// The path that was called.
        path: String,
    },
    /// The body cannot be decoded; the text says why.
    #[error("malformed call: {0}")]
    Malformed(String),
}

impl From<serde_json::Error> for CallError {
    fn from(error: serde_json::Error) -> Self {
        Self::Malformed(error.to_string())
    }
}

/// A call to an object.
pub trait Call: Sized {
    /// The answer.
    type Answer: Serialize + DeserializeOwned;

    /// The name of the call: the last part of its path.
    const NAME: &'static str;

    /// Encodes the body.
    fn encode(&self) -> Result<String, CallError>;

    /// Decodes a body.
    fn decode(body: &str) -> Result<Self, CallError>;

    /// The path of the call.
    fn path() -> String {
        format!("/{CALLS_VERSION}/{}", Self::NAME)
    }
}

/// The name of the call that goes to `path`, if the path has this version.
pub(crate) fn call_name(path: &str) -> Option<&str> {
    path.strip_prefix('/')?.strip_prefix(CALLS_VERSION)?.strip_prefix('/')
}

/// Defines an enum of the calls that one kind of Durable Object answers.
macro_rules! calls {
    ($(#[$doc:meta])* $calls:ident { $($(#[$call_doc:meta])* $call:ident,)* }) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $calls {
            $($(#[$call_doc])* $call($call),)*
        }

        impl $calls {
            /// Parses the call that came to `path` with `body`.
            pub fn parse(path: &str, body: &str) -> Result<Self, CallError> {
                match call_name(path) {
                    $(Some($call::NAME) => $call::decode(body).map(Self::$call),)*
                    _ => Err(CallError::Unknown { path: path.to_owned() }),
                }
            }
        }
    };
}

/// Implements [`Call`] for a type whose body is JSON.
macro_rules! json_call {
    ($call:ident, $name:literal, $answer:ty) => {
        impl Call for $call {
            type Answer = $answer;
            const NAME: &'static str = $name;

            fn encode(&self) -> Result<String, CallError> {
                Ok(serde_json::to_string(self)?)
            }

            fn decode(body: &str) -> Result<Self, CallError> {
                Ok(serde_json::from_str(body)?)
            }
        }
    };
}

pub(crate) use calls;
pub(crate) use json_call;
