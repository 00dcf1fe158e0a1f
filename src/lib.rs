//! The Worker: what Cloudflare calls, and the effects that the core asks for. Thin; everything is decided in the core.
//!
//! It is two halves, each a wasm of its own, so that an isolate which only serves loads only what serving needs; `entry.js` calls them.
//! Here is what both share.
//!
//! | where | what it does |
//! |---|---|
//! | `reader/` | answers readers and admins |
//! | `exporter/` | advances the export by one run, and tells caches and sites what changed |
//! | `environment` | reads the configuration, once |
//! | `caches` | the cache in front of it |
//! | `fetch` | one HTTP request |
//! | `redis` | commands, over that |

pub mod caches;
pub mod environment;
pub mod fetch;
pub mod redis;
