//! The store over a real Redis: the cases that every language passes, and what only many clients at once can show.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod concurrency;
mod conformance;
mod operations;
mod properties;
mod records;
mod rest;
mod servers;
mod shell;
mod subscribe;
mod tcp;
mod transports;
