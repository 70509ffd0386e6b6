//! The tests on the host: one binary, a module a subject.

mod simulation;
mod tidy;
mod vectors;
