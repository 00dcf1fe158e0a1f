//! The sim as its clients meet it: requests in, responses out, in virtual time.
//! One module per promise; what only a running server can show is tested from `tests/` at the top.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod changes;
mod client;
mod filters;
mod generated;
mod limits;
mod recordings;
mod shapes;
mod strictness;
mod walk;
