//! Has the cache in front of the Worker forget what changed.

use notion_edge::caches::Cache;
use notion_edge::{environment, redis};
use notion_edge_core::config::{Access, Config};
use notion_edge_core::purge::Purge;
use worker::{Delay, console_error};

/// Purges what changed since the last time, by whichever run; what fails is tried again after the next one.
pub async fn call(config: &Config, cache: &Cache<'_>) {
    // Of what needs a token a cache keeps nothing.
    if !cache.exists() || matches!(config.access, Access::Private(_)) {
        return;
    }
    let now = environment::now();
    let deadline = now.plus(config.export.timeout);
    let purge = Purge::new(&config.keys, config.export.publish_rule.is_some(), now);
    let due = match redis::run(config, purge.clone(), deadline).await {
        Ok(due) => due,
        Err(failure) => return console_error!("nothing is purged from the cache: {failure}"),
    };
    if !due.wait.is_zero() {
        Delay::from(due.wait).await;
    }
    if let Some(purged) = &due.purged
        && let Err(problem) = cache.purge(purged).await
    {
        return console_error!("nothing is purged from the cache: {problem}");
    }
    if let Some(command) = purge.noted(&due)
        && let Err(failure) = redis::perform(config, &[command], config.export.timeout).await
    {
        console_error!("what is purged is not noted: {failure}");
    }
}
