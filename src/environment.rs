//! What the Worker gets from its surroundings: configuration, time, chance.

use std::arch::wasm32;
use std::cell::RefCell;
use std::rc::Rc;

use notion_edge_core::config::{Config, Problems};
use notion_edge_core::time::Timestamp;
use wasm_bindgen::JsValue;
use worker::Env;
use worker::js_sys::{Date, Math, Reflect};

/// What the bucket for copies of files is bound as.
const FILES: &str = "FILES";

/// What the limiter for requests without a token is bound as.
const RATE_LIMITER: &str = "RATE_LIMITER";

/// In bytes.
const WASM_PAGE: u64 = 64 * 1024;

thread_local! {
    static CONFIG: RefCell<Option<Result<Rc<Config>, Problems>>> = const { RefCell::new(None) };
}

/// The configuration, read at the first call, and the first after [`forget`].
///
/// # Errors
/// Everything that is wrong with it.
pub fn config(env: &Env) -> Result<Rc<Config>, Problems> {
    let lookup = |name: &str| match name {
        FILES if bucket(env).is_some() => Some("bound".to_owned()),
        name => env.var(name).ok().map(|value| value.to_string()),
    };
    // An export from Node may have a place for files where the Worker has none.
    let lookup = |name: &str| {
        let elsewhere = (name == FILES).then(|| "elsewhere".to_owned());
        lookup(name).or(elsewhere)
    };
    let read = || Config::read(lookup).map(Rc::new);
    CONFIG.with_borrow_mut(|config| config.get_or_insert_with(read).clone())
}

/// Has it read again: an isolate goes on with other bindings where only those are deployed, as with a secret that is replaced.
pub fn forget() {
    CONFIG.set(None);
}

/// What limits requests without a token; nothing where none is bound.
pub fn limiter(env: &Env) -> Option<JsValue> {
    let limiter = Reflect::get(env.as_ref(), &JsValue::from_str(RATE_LIMITER));
    limiter.ok().filter(JsValue::is_object)
}

/// The configuration, where it has been read and is right.
pub fn known() -> Option<Rc<Config>> {
    CONFIG.with_borrow(|config| config.as_ref()?.as_ref().ok().map(Rc::clone))
}

/// The bucket for copies of files; nothing where none is bound.
pub fn bucket(env: &Env) -> Option<JsValue> {
    env.bucket(FILES).ok()?;
    Reflect::get(env.as_ref(), &JsValue::from_str(FILES)).ok()
}

/// The present; in a Worker it stands still between two answers from outside.
pub fn now() -> Timestamp {
    Timestamp::from_millis(Date::now() as i64)
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
