//! What the Worker gets from its surroundings: configuration, time, chance.

use std::arch::wasm32;
use std::cell::OnceCell;
use std::rc::Rc;

use notion_edge_core::config::{Config, Problems};
use notion_edge_core::time::Timestamp;
use worker::{Date, Env, js_sys::Math};

use crate::files;

/// In bytes.
const WASM_PAGE: u64 = 64 * 1024;

thread_local! {
    // Bindings do not change while an isolate lives.
    static CONFIG: OnceCell<Result<Rc<Config>, Problems>> = const { OnceCell::new() };
}

/// The configuration, read at the first call.
///
/// # Errors
/// Everything that is wrong with it.
pub fn config(env: &Env) -> Result<Rc<Config>, Problems> {
    let lookup = |name: &str| match name {
        files::BINDING if files::bucket(env).is_some() => Some("bound".to_owned()),
        name => env.var(name).ok().map(|value| value.to_string()),
    };
    // An export from Node may have a place for files where the Worker has none.
    let lookup = |name: &str| {
        let elsewhere = (name == files::BINDING).then(|| "elsewhere".to_owned());
        lookup(name).or(elsewhere)
    };
    let read = || Config::read(lookup).map(Rc::new);
    CONFIG.with(|config| config.get_or_init(read).clone())
}

/// The present; in a Worker it stands still between two answers from outside.
pub fn now() -> Timestamp {
    Timestamp::from_millis(i64::try_from(Date::now().as_millis()).unwrap_or(i64::MAX))
}

/// The bytes of the isolate's memory that are the core's; they never become fewer.
pub fn memory() -> u64 {
    wasm32::memory_size::<0>() as u64 * WASM_PAGE
}

/// From 0 to 1, for the jitter of pauses.
pub fn random() -> f64 {
    Math::random()
}

/// A seed for the jitter of retries.
pub fn seed() -> u64 {
    random().to_bits()
}

/// A name that no other run has.
pub fn run_name(now: Timestamp) -> String {
    format!("{:x}-{:x}", now.millis(), seed())
}
