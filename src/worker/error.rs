//! What ends a request early, and how it is answered.

use domain::auth::CredentialsError;
use domain::base::{Delay, FieldErrors};
use domain::event::EventError;
use domain::http::Problem;
use domain::http::batch::BatchError;
use domain::http::negotiate::ContentTypeError;
use domain::http::paging::InvalidPage;
use domain::http::route::RouteError;
use domain::json::JsonError;
use domain::request::BodyError;

use crate::runtime::internal_error::InternalError;
use crate::runtime::log::{self, Level};

/// How long a caller that was answered 503 should wait before it asks again.
pub(crate) const RETRY_AFTER: Delay = Delay::from_secs(2);

/// Ends the handling of a request: an error of the caller, or an internal one.
#[derive(Debug)]
pub(crate) enum HandlerError {
    /// The answer for the caller.
    Problem(Problem),
    /// An internal error; the caller gets a fixed sentence.
    Internal(InternalError),
}

impl HandlerError {
    /// The answer for the caller. An internal error is logged.
    pub(crate) fn into_problem(self) -> Problem {
        match self {
            Self::Problem(problem) => problem,
            Self::Internal(error) => {
                log::line(Level::Error, "request_failed", &[("fault", &error.to_string())]);
                unavailable()
            }
        }
    }
}

/// An object or KV did not answer.
pub(crate) fn unavailable() -> Problem {
    Problem::unavailable("Service temporarily unavailable, try again later.", RETRY_AFTER)
}

impl From<InternalError> for HandlerError {
    fn from(error: InternalError) -> Self {
        Self::Internal(error)
    }
}

impl From<Problem> for HandlerError {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

macro_rules! problem_from {
    ($($error:ty),* $(,)?) => {
        $(impl From<$error> for HandlerError {
            fn from(error: $error) -> Self {
                Self::Problem(error.into())
            }
        })*
    };
}

problem_from!(
    BatchError,
    BodyError,
    ContentTypeError,
    CredentialsError,
    EventError,
    FieldErrors,
    InvalidPage,
    JsonError,
    RouteError,
);

macro_rules! internal_from {
    ($($error:ty),* $(,)?) => {
        $(impl From<$error> for HandlerError {
            fn from(error: $error) -> Self {
                Self::Internal(InternalError::from(error))
            }
        })*
    };
}

internal_from!(worker::Error, serde_json::Error);
