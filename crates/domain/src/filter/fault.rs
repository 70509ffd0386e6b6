//! What is wrong with a filter, and where.

use core::fmt;

use thiserror::Error;

use super::condition::Operator;
use crate::base::{FILTER_BYTES_MAX, FILTER_DEPTH_MAX, FILTER_LEAVES_MAX};
use crate::json::Kind;

/// Why a text is not a filter.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct FilterFault {
    /// The place in the filter: a JSON pointer (RFC 6901), empty for the filter as a whole.
    pub pointer: String,
    /// What is wrong there.
    pub kind: FilterFaultKind,
}

impl FilterFault {
    /// A fault whose place is the filter as a whole, until [`under`](Self::under) says otherwise.
    pub const fn new(kind: FilterFaultKind) -> Self {
        Self { pointer: String::new(), kind }
    }

    /// The same fault, in the member or element of this name.
    #[must_use]
    pub fn under(self, name: &str) -> Self {
        Self { pointer: pointer_to(name, &self.pointer), ..self }
    }
}

impl fmt::Display for FilterFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pointer.as_str() {
            "" => write!(f, "{}", self.kind),
            pointer => write!(f, "{pointer}: {}", self.kind),
        }
    }
}

/// The JSON pointer to `rest` in the member or element of this name.
pub(super) fn pointer_to(name: &str, rest: &str) -> String {
    format!("/{}{rest}", name.replace('~', "~0").replace('/', "~1"))
}

/// The ways in which a text is not a filter.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FilterFaultKind {
    /// The filter is not an object.
    #[error("Expected a dictionary of items but got type \"{0}\".")]
    NotAnObject(Kind),
    /// The filter has more than [`FILTER_BYTES_MAX`] bytes.
    #[error("Ensure this has no more than {} bytes, not counting spaces.", FILTER_BYTES_MAX)]
    TooLong,
    /// The filter has more than [`FILTER_DEPTH_MAX`] levels.
    #[error("Ensure this is nested no deeper than {} levels.", FILTER_DEPTH_MAX)]
    TooDeep,
    /// The filter has more than [`FILTER_LEAVES_MAX`] values.
    #[error("Ensure there are no more than {} values to compare with.", FILTER_LEAVES_MAX)]
    TooManyLeaves,
    /// A name is repeated in an object.
    #[error("This name is there twice.")]
    Repeated,
    /// A name that begins with `$` is no operator.
    #[error("There is no such operator. There are {}.", Operator::names())]
    UnknownOperator,
    /// A value is compared with the event as a whole.
    #[error("An event is an object: name the field that this is for.")]
    NoField,
    /// An object has no condition.
    #[error("A condition is required.")]
    NoCondition,
    /// The operator takes a list.
    #[error("Expected a list of items but got type \"{0}\".")]
    NotAList(Kind),
    /// The operator takes a list that is not empty.
    #[error("This list may not be empty.")]
    EmptyList,
    /// The operator takes a boolean.
    #[error("Must be a valid boolean.")]
    NotABoolean,
    /// The operator takes what has an order.
    #[error("A number or a string is required.")]
    NotOrdered,
    /// The operator takes strings.
    #[error("A string or a list of strings is required.")]
    NotAString,
    /// A string contains half of a surrogate pair.
    #[error("Surrogate characters are not allowed: U+{0:04X}.")]
    Surrogate(u16),
}

impl From<FilterFaultKind> for FilterFault {
    fn from(kind: FilterFaultKind) -> Self {
        Self::new(kind)
    }
}
