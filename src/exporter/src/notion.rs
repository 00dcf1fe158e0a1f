//! One request to Notion.

use std::time::Duration;

use notion_edge_core::api::{Method, NOTION_VERSION, Request};
use notion_edge_core::config::Config;
use notion_edge_core::failure::Failure;

use notion_edge::fetch::{self, Sent};

/// Performs `request`: the body of a 200, or why there is none.
pub async fn perform(config: &Config, request: &Request) -> Result<Vec<u8>, Failure> {
    let url = format!("{}{}", config.notion.url, request.path);
    let authorization = format!("Bearer {}", config.notion.token.expose());
    let body = request
        .body
        .as_ref()
        .map(|body| body.to_string().into_bytes());
    let sent = Sent {
        method: match request.method {
            Method::Get => "GET",
            Method::Post => "POST",
        },
        url: &url,
        authorization: &authorization,
        extra: Some(("notion-version", NOTION_VERSION)),
        body: body.as_deref(),
    };
    let answer = fetch::receive(sent, Duration::from_millis(request.timeout_ms))
        .await
        .map_err(|problem| Failure::Transient(format!("notion at NOTION_BASE_URL: {problem}")))?;
    let body = answer.body.to_vec();
    if answer.status == 200 {
        return Ok(body);
    }
    Err(Failure::of_notion(
        answer.status,
        answer.retry_after.as_deref(),
        &body,
    ))
}
