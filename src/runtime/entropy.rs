//! Random bytes from the runtime's cryptographic generator.

use super::internal_error::InternalError;

/// Returns `N` random bytes.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], InternalError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| InternalError::Runtime(error.to_string()))?;
    Ok(bytes)
}
