//! A request body, and why it is refused as a whole.

use thiserror::Error;

use super::field_errors::FieldErrors;
use super::json::JsonError;

/// A request body. It may hold secrets, so it has no `Debug`.
pub enum Body {
    /// JSON, or nothing: an empty body is an empty object.
    Json(Vec<u8>),
    /// The pairs of a form, in their order.
    Form(Vec<(String, FormValue)>),
}

/// A value of a form.
pub enum FormValue {
    /// A text.
    Text(String),
    /// A file, which no field of a webhook is.
    File,
}

/// Why a body is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BodyError {
    /// It is not JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// Fields are wrong.
    #[error("fields are wrong")]
    Fields(FieldErrors),
}

impl From<FieldErrors> for BodyError {
    fn from(errors: FieldErrors) -> Self {
        Self::Fields(errors)
    }
}
