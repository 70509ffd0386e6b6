//! What a typed call is: a name, a body, an answer, and a version.
//!
//! A call goes to the path `/{CALLS_VERSION}/{NAME}` of an object. Worker and objects of different
//! releases may talk to each other for minutes: an unknown version is refused, never guessed at.
//!
//! Calls and answers are texts, which the runtime passes on with less ado than bytes.

use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

/// The version of the calls. A release that changes a body or an answer takes the next, and answers
/// the one before as long as it may still be called with it.
pub const CALLS_VERSION: &str = "1";

/// Why a call cannot be answered.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CallError {
    /// It comes from another release.
    #[error("unknown call {path:?}")]
    Unknown {
        /// The path that was called.
        path: String,
    },
    /// Its body cannot be read.
    #[error("malformed call: {0}")]
    Malformed(String),
}

impl From<serde_json::Error> for CallError {
    fn from(error: serde_json::Error) -> Self {
        Self::Malformed(error.to_string())
    }
}

/// One call: its name, and what answers it.
pub trait Call: Sized {
    /// The answer.
    type Answer: Serialize + DeserializeOwned;

    /// The last part of its path.
    const NAME: &'static str;

    /// Its body.
    fn encode(&self) -> Result<String, CallError>;

    /// The call with that body.
    fn decode(body: &str) -> Result<Self, CallError>;

    /// Its path.
    fn path() -> String {
        format!("/{CALLS_VERSION}/{}", Self::NAME)
    }
}

/// The name of the call that goes to `path`, if it is one of this version.
pub(crate) fn call_name(path: &str) -> Option<&str> {
    path.strip_prefix('/')?.strip_prefix(CALLS_VERSION)?.strip_prefix('/')
}

/// The calls that a Durable Object answers.
macro_rules! calls {
    ($(#[$doc:meta])* $calls:ident { $($(#[$call_doc:meta])* $call:ident,)* }) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $calls {
            $($(#[$call_doc])* $call($call),)*
        }

        impl $calls {
            /// The call that came to `path` with `body`.
            pub fn parse(path: &str, body: &str) -> Result<Self, CallError> {
                match call_name(path) {
                    $(Some($call::NAME) => $call::decode(body).map(Self::$call),)*
                    _ => Err(CallError::Unknown { path: path.to_owned() }),
                }
            }
        }
    };
}

/// Makes a type a call whose body is JSON.
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
