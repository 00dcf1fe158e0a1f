//! Everything that notion-edge decides. No I/O, no clock, no randomness, no JavaScript.
//!
//! | module | what it decides |
//! |---|---|
//! | [`engine`] | what an export does next: `poll` gives effects, `apply` takes replies |
//! | [`document`] | the page document that is stored |
//! | [`render`] | what a reader sees of a page: its blocks as HTML, as Markdown |
//! | [`notion`] | the shapes of Notion's objects |
//! | [`api`] | the requests to Notion |
//! | [`redis`] | the commands to Redis and the scripts they run |
//! | [`keys`] | the name of every key |
//! | [`config`] | what the variables mean |
//! | [`read`] | what readers may ask, and what they get |
//! | [`store`] | key-value, index, stream and resource, for whoever uses the store beside the exporter |
//! | [`progress`] | when an export will be complete |
//! | [`scope`] | what of a workspace is copied |
//! | [`status`], [`report`] | what is told about the exports |
//! | [`failure`] | what can be done about a failed effect |
//! | [`hooks`] | which sites are told that content has changed |
//! | [`purge`] | what caches in front of the Worker are to forget |
//! | [`file`] | the bytes of files: copying them, what is known of a copy, how it is served |

pub mod api;
pub mod config;
pub mod document;
pub mod engine;
pub mod failure;
pub mod file;
mod hex;
pub mod hooks;
pub mod id;
pub mod keys;
pub mod member;
pub mod notion;
pub mod percent;
pub mod progress;
pub mod purge;
pub mod read;
pub mod redis;
pub mod render;
pub mod report;
pub mod scope;
pub mod status;
pub mod store;
pub mod time;
