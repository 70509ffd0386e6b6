//! What a typed call is: a name, a body, an answer, and a version.
//!
//! A call goes to the path `/{CALLS_VERSION}/{NAME}` of an object. Worker and objects of different
//! releases may talk to each other for minutes: an unknown version is refused, never guessed at.

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
    fn encode(&self) -> Result<Vec<u8>, CallError>;

    /// The call with that body.
    fn decode(body: &[u8]) -> Result<Self, CallError>;

    /// Its path.
    fn path() -> String {
        format!("/{CALLS_VERSION}/{}", Self::NAME)
    }
}

/// The value of JSON that came with a call. It is read as text, as all stored JSON is: each type
/// then has one reader in the module, not one for text and one for bytes.
pub fn from_json<T: DeserializeOwned>(json: &[u8]) -> Result<T, CallError> {
    let text =
        core::str::from_utf8(json).map_err(|error| CallError::Malformed(error.to_string()))?;
    Ok(serde_json::from_str(text)?)
}

/// The name of the call that goes to `path`, if it is one of this version.
pub(super) fn call_name(path: &str) -> Option<&str> {
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
            pub fn parse(path: &str, body: &[u8]) -> Result<Self, CallError> {
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

            fn encode(&self) -> Result<Vec<u8>, CallError> {
                Ok(serde_json::to_vec(self)?)
            }

            fn decode(body: &[u8]) -> Result<Self, CallError> {
                call::from_json(body)
            }
        }
    };
}

pub(super) use {calls, json_call};
