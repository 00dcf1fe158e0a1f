//! One request to Notion.

use std::time::Duration;

use notion_edge_core::api::{Method, NOTION_VERSION, Request};
use notion_edge_core::config::Config;
use notion_edge_core::failure::Failure;

use crate::fetch;

/// Performs `request`: the body of a 200, or why there is none.
pub async fn perform(config: &Config, request: &Request) -> Result<Vec<u8>, Failure> {
    let url = format!("{}{}", config.notion.url, request.path);
    let authorization = format!("Bearer {}", config.notion.token.expose());
    let headers = [
        ("authorization", authorization.as_str()),
        ("notion-version", NOTION_VERSION),
        ("content-type", "application/json"),
    ];
    let method = match request.method {
        Method::Get => worker::Method::Get,
        Method::Post => worker::Method::Post,
    };
    let body = request
        .body
        .as_ref()
        .map(|body| body.to_string().into_bytes());
    let headers = if body.is_some() {
        &headers[..]
    } else {
        &headers[..2]
    };
    let answer = fetch::send(
        method,
        &url,
        headers,
        body.as_deref(),
        Duration::from_millis(request.timeout_ms),
    )
    .await
    .map_err(|problem| Failure::Transient(format!("notion at NOTION_BASE_URL: {problem}")))?;
    if answer.status == 200 {
        return Ok(answer.body);
    }
    let retry_after = answer.headers.get("retry-after").ok().flatten();
    Err(Failure::of_notion(
        answer.status,
        retry_after.as_deref(),
        &answer.body,
    ))
}
