//! The tests on the host: one binary, a module a subject.

// Marked as tests, so that the lints know that their helpers are.
#[cfg(test)]
mod alert;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod formats;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod lite;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod repeats;
#[cfg(test)]
mod rooms;
#[cfg(test)]
mod signatures;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod strangers;
#[cfg(test)]
mod tidy;
#[cfg(test)]
mod vectors;
