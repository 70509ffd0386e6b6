//! Chance, from the runtime's cryptographic generator.

use super::fault::Fault;

/// Random bytes.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], Fault> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Fault::Runtime(error.to_string()))?;
    Ok(bytes)
}
