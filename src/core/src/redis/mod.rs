//! Redis as the core sees it: a command value out, a parsed reply in.
//!
//! No I/O: a shell sends commands by whatever transport it has.

mod command;
mod dialect;
mod resp;
pub mod rest;
mod script;
mod value;

pub use command::Command;
pub use dialect::Dialect;
pub use resp::Head;
pub(crate) use script::{CALL, PART};
pub use script::{Script, ScriptCall};
pub use value::Value;
