//! Errors that end the handling of a request, and their responses.

use domain::auth::CredentialsError;
use domain::base::{Delay, FieldErrors};
use domain::event::EventError;
use domain::http::Problem;
use domain::http::batch::BatchError;
use domain::http::negotiate::{ContentCodingError, ContentTypeError};
use domain::http::paging::InvalidPage;
use domain::http::route::RouteError;
use domain::json::JsonError;
use domain::request::BodyError;

use crate::runtime::internal_error::InternalError;
use crate::runtime::log::{self, Level};

/// The `Retry-After` of a 503 response.
pub(crate) const RETRY_AFTER: Delay = Delay::from_secs(2);

/// An error that ends the handling of a request.
#[derive(Debug)]
pub(crate) enum HandlerError {
    /// An error response for the caller.
    Problem(Problem),
    /// An internal error. The caller gets a fixed sentence.
    Internal(InternalError),
}

impl HandlerError {
    /// Returns the response for the caller. Logs an internal error, with the id of the request if
    /// it concerns only one.
    pub(crate) fn into_problem(self, request_id: Option<&str>) -> Problem {
        match self {
            Self::Problem(problem) => problem,
            Self::Internal(error) => {
                let error = error.to_string();
                let mut fields = vec![("error", error.as_str())];
                fields.extend(request_id.map(|id| ("request_id", id)));
                log::line(Level::Error, "request_failed", &fields);
                unavailable()
            }
        }
    }
}

/// The 503 response when an object or KV did not answer.
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
    ContentCodingError,
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
