//! Injected faults: what a healthy client has to live with.
//!
//! Drawn from the seed and the number of the request, so that a run can be repeated; a fault is never work that was done.

use crate::api::answer::Refusal;
use crate::api::options::Options;
use crate::api::route::Endpoint;
use crate::json::{Json, object};
use crate::random::{happens, mix};

/// The fault of a request, if it has one.
pub(crate) fn draw(options: &Options, number: u64, endpoint: &Endpoint) -> Option<Refusal> {
    let chance = mix(options.seed ^ 0x6661_756c, number);
    if !happens(chance, options.faults) {
        return None;
    }
    let seconds = 1 + mix(chance, 1) % 3;
    Some(match mix(chance, 2) % 9 {
        0 => Refusal::rate_limited("public_api_request_rate_limit", seconds),
        1 => Refusal::rate_limited("public_api_space_request_rate_limit", seconds),
        2 => Refusal::overloaded(seconds),
        3 => Refusal::new(500, "internal_server_error", "Unexpected error occurred."),
        4 => Refusal::bad_gateway(),
        5 => unavailable(endpoint),
        6 => Refusal::new(
            503,
            "database_connection_unavailable",
            "Database is unavailable. Please try again later.",
        ),
        7 => Refusal::new(
            504,
            "gateway_timeout",
            "The request timed out. Please try again later.",
        ),
        _ => Refusal::new(
            409,
            "conflict_error",
            "Conflict occurred while saving. Please try again.",
        ),
    })
}

fn unavailable(endpoint: &Endpoint) -> Refusal {
    if !matches!(endpoint, Endpoint::Query { .. }) {
        return Refusal::new(
            503,
            "service_unavailable",
            "Notion is unavailable. Please try again later.",
        );
    }
    let guidance = [
        "Use exponential backoff with jitter",
        "Reduce page_size",
        "Narrow query filters/sorts",
    ];
    let message = "Public API data source query is temporarily unavailable due to backend datastore timeouts. \
                   Retry with exponential backoff; if retries continue to fail, reduce page_size or narrow filters/sorts.";
    Refusal::new(503, "service_unavailable", message).with_data(object! {
        "endpoint_name" => "public_queryDataSource",
        "notion_error_name" => "PgPoolWaitConnectionTimeout",
        "retry_guidance" => Json::Array(guidance.iter().map(|advice| Json::from(*advice)).collect()),
    })
}
