//! Answers: bodies, statuses and headers, and the errors in Notion's words.
//! Decides how a refusal looks, not when there is one.

use http::header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use http::{Response, StatusCode};

use crate::api::route::Endpoint;
use crate::demo;
use crate::id::Uuid;
use crate::json::{Json, object};
use crate::workspace::INTEGRATION_NAME;

/// What goes back, before it has an id.
pub(crate) struct Answer {
    pub(crate) status: u16,
    body: Body,
    retry_after_s: Option<u64>,
}

enum Body {
    /// With the request's id as its last key.
    Api(Json),
    /// The one list that does not carry the request's id.
    Bare(Json),
    /// From the edge, which knows nothing of Notion.
    Html(String),
}

/// Why a request is not answered with what it asks for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    code: &'static str,
    message: String,
    additional_data: Option<Json>,
    retry_after_s: Option<u64>,
}

impl Refusal {
    pub(crate) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Refusal {
        Refusal {
            status,
            code,
            message: message.into(),
            additional_data: None,
            retry_after_s: None,
        }
    }

    pub(crate) fn invalid_url() -> Refusal {
        Refusal::new(400, "invalid_request_url", "Invalid request URL.")
    }

    pub(crate) fn validation(message: impl Into<String>) -> Refusal {
        Refusal::new(400, "validation_error", message)
    }

    pub(crate) fn invalid_cursor(cursor: &str) -> Refusal {
        Refusal::validation(format!("The start_cursor provided is invalid: {cursor}"))
    }

    pub(crate) fn unauthorized(message: &str) -> Refusal {
        Refusal::new(401, "unauthorized", message)
    }

    pub(crate) fn restricted() -> Refusal {
        Refusal::new(
            403,
            "restricted_resource",
            "Insufficient permissions for this endpoint.",
        )
    }

    /// Missing, deleted or not shared: nobody can tell.
    pub(crate) fn not_found(kind: &str, id: impl std::fmt::Display) -> Refusal {
        let advice = match kind {
            "user" => {
                "Make sure your integration has capabilities to read user information. \
                 With those capabilities, only members and guests in the integration's workspace are visible."
                    .to_string()
            }
            _ => format!("Make sure the relevant pages and databases are shared with your integration \"{INTEGRATION_NAME}\"."),
        };
        let refusal = Refusal::new(
            404,
            "object_not_found",
            format!("Could not find {kind} with ID: {id}. {advice}"),
        );
        refusal.with_data(object! { "integration_id" => demo::BOT_ID })
    }

    pub(crate) fn rate_limited(reason: &str, retry_after_s: u64) -> Refusal {
        let data =
            object! { "rate_limit_reason" => reason, "retry_after" => retry_after_s.to_string() };
        let refusal = Refusal::new(
            429,
            "rate_limited",
            "You have been rate limited. Please try again in a few minutes.",
        );
        Refusal {
            retry_after_s: Some(retry_after_s),
            ..refusal.with_data(data)
        }
    }

    pub(crate) fn overloaded(retry_after_s: u64) -> Refusal {
        let refusal = Refusal::new(
            529,
            "service_overload",
            "Notion is temporarily overloaded. Please try again later.",
        );
        Refusal {
            retry_after_s: Some(retry_after_s),
            ..refusal
        }
    }

    pub(crate) fn with_data(self, data: Json) -> Refusal {
        Refusal {
            additional_data: Some(data),
            ..self
        }
    }

    /// An answer of the edge in front of Notion.
    pub(crate) fn bad_gateway() -> Refusal {
        Refusal::new(502, "", "Bad gateway")
    }
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Answer {
        let body = if refusal.code.is_empty() {
            let (status, what) = (refusal.status, refusal.message);
            Body::Html(format!(
                "<!DOCTYPE html>\n<html lang=\"en-US\"><head><title>notion.com | {status}: {what}</title></head>\
                 <body><h1>{what} <span>Error code {status}</span></h1><p>The web server reported a {what} error.</p></body></html>\n"
            ))
        } else {
            let mut body = object! {
                "object" => "error",
                "status" => u64::from(refusal.status),
                "code" => refusal.code,
                "message" => refusal.message,
            };
            if let Some(data) = refusal.additional_data {
                body.push("additional_data", data);
            }
            Body::Api(body)
        };
        Answer {
            status: refusal.status,
            body,
            retry_after_s: refusal.retry_after_s,
        }
    }
}

impl Answer {
    pub(crate) fn ok(body: Json, endpoint: &Endpoint) -> Answer {
        let body = if matches!(endpoint, Endpoint::Templates { .. }) {
            Body::Bare(body)
        } else {
            Body::Api(body)
        };
        Answer {
            status: 200,
            body,
            retry_after_s: None,
        }
    }

    pub(crate) fn into_response(self, request_id: Uuid) -> Response<Vec<u8>> {
        let (content_type, bytes, comes_from_notion) = match self.body {
            Body::Api(mut json) => {
                json.push("request_id", request_id);
                (
                    "application/json; charset=utf-8",
                    json.to_string().into_bytes(),
                    true,
                )
            }
            Body::Bare(json) => (
                "application/json; charset=utf-8",
                json.to_string().into_bytes(),
                true,
            ),
            Body::Html(html) => ("text/html; charset=UTF-8", html.into_bytes(), false),
        };
        let mut response = Response::new(bytes);
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        let mut set = |name: &'static str, value: String| {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        };
        set("server", "cloudflare".to_string());
        set("cf-cache-status", "DYNAMIC".to_string());
        set(
            "cf-ray",
            format!("{:016x}-AMS", request_id.as_u128() as u64),
        );
        set("vary", "Accept-Encoding".to_string());
        set("x-content-type-options", "nosniff".to_string());
        set(
            "referrer-policy",
            "strict-origin-when-cross-origin".to_string(),
        );
        if comes_from_notion {
            set("x-notion-request-id", request_id.to_string());
        }
        if let Some(seconds) = self.retry_after_s {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
