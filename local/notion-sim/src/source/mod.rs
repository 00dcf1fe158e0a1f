//! Reading workspace content that people write: bodies, inline markup, schemas and values.
//!
//! Decides the notation only; which files make up the demo is `demo`'s business.

pub(crate) mod body;
pub(crate) mod fields;
pub(crate) mod markup;
pub(crate) mod names;
pub(crate) mod schema;
pub(crate) mod values;
