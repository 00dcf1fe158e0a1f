//! Has the cache in front of the Worker forget what a run changed.

use std::cell::Cell;

use notion_edge::caches::Cache;
use notion_edge::{environment, redis};
use notion_edge_core::config::Config;
use notion_edge_core::purge::Purge;
use worker::console_error;

thread_local! {
    /// Whether all is purged that happened before this run: not where a run in this isolate died, or none was here yet.
    static IS_CLEAN: Cell<bool> = const { Cell::new(false) };
}

/// Whether this run is to purge whatever it does itself.
pub fn begin() -> bool {
    !IS_CLEAN.replace(false)
}

/// Purges what changed since the last time; what fails is tried again after the next run.
pub async fn call(config: &Config, cache: &Cache<'_>) {
    if !cache.exists() {
        return;
    }
    let now = environment::now();
    let deadline = now.plus(config.export.timeout);
    let purge = Purge::new(&config.keys, now);
    let due = match redis::run(config, purge.clone(), deadline).await {
        Ok(due) => due,
        Err(failure) => return console_error!("nothing is purged from the cache: {failure}"),
    };
    if let Some(purged) = &due.purged
        && let Err(problem) = cache.purge(purged).await
    {
        return console_error!("nothing is purged from the cache: {problem}");
    }
    if !due.last.is_empty() {
        let noted = redis::perform(config, &[purge.noted(&due.last)], config.export.timeout).await;
        if let Err(failure) = noted {
            return console_error!("what is purged is not noted: {failure}");
        }
    }
    IS_CLEAN.set(!due.is_early);
}

/// Notes that there was nothing to purge.
pub fn pass() {
    IS_CLEAN.set(true);
}
