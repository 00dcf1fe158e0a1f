//! Calls deploy hooks after a run.

use std::time::Duration;

use notion_edge_core::config::Config;
use notion_edge_core::hooks::Hooks;
use worker::console_error;

use notion_edge::fetch::{self, Redirect};
use notion_edge::{environment, redis};

/// How long a hook may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// What it is told.
const MESSAGE: &[u8] = br#"{"source":"notion-edge"}"#;

/// Calls those that are due; one that does not answer is called again after the next run.
pub async fn call(config: &Config) {
    if config.hooks.is_empty() {
        return;
    }
    let hooks = Hooks::new(
        &config.hooks,
        config.export.publish_rule.is_some(),
        &config.keys,
    );
    let deadline = environment::now().plus(config.export.timeout);
    let due = match redis::run(config, hooks.clone(), deadline).await {
        Ok(due) => due,
        Err(failure) => return console_error!("no deploy hook is called: {failure}"),
    };
    let mut told = due.passed;
    for place in due.calls {
        let Some(hook) = config.hooks.get(place) else {
            continue;
        };
        let target = fetch::target(hook.expose(), &[], Redirect::Followed);
        // Its address is a secret.
        match fetch::receive(&target, None, Some(MESSAGE), PATIENCE).await {
            Ok(answer) if (200..300).contains(&answer.status) => told.push(place),
            Ok(answer) => {
                console_error!("deploy hook {}: it answered {}", place + 1, answer.status)
            }
            Err(problem) => console_error!("deploy hook {}: {problem}", place + 1),
        }
    }
    if let Some(command) = hooks.noted(&told, &due.last)
        && let Err(failure) = redis::perform(config, &[command], config.export.timeout).await
    {
        console_error!("what deploy hooks were told is not noted: {failure}");
    }
}
