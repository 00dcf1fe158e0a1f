//! One HTTP request with a time limit; the body comes as bytes.

use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use worker::{
    AbortController, Delay, Fetch, Headers, Method, Request, RequestInit, js_sys::Uint8Array,
};

/// An answer, whatever its status.
pub struct Answer {
    pub status: u16,
    pub headers: Headers,
    pub body: Vec<u8>,
}

/// Sends a request and reads its answer whole.
///
/// # Errors
/// What went wrong on the way, or that it took longer than `timeout`; never the address, which may hold credentials.
pub async fn send(
    method: Method,
    url: &str,
    headers: &[(&str, &str)],
    body: Option<&[u8]>,
    timeout: Duration,
) -> Result<Answer, String> {
    let abort = AbortController::default();
    let signal = abort.signal();
    let work = pin!(async {
        let mut init = RequestInit::new();
        let fields = Headers::new();
        for (name, value) in headers {
            fields.set(name, value).map_err(|_| {
                format!("the header {name} has a character that no header may have")
            })?;
        }
        init.with_method(method)
            .with_headers(fields)
            .with_body(body.map(|bytes| Uint8Array::from(bytes).into()));
        let request = Request::new_with_init(url, &init)
            .map_err(|_| "the address is not valid".to_owned())?;
        let mut response = Fetch::Request(request)
            .send_with_signal(&signal)
            .await
            .map_err(|_| "no connection".to_owned())?;
        let body = response
            .bytes()
            .await
            .map_err(|_| "the answer was cut off".to_owned())?;
        Ok(Answer {
            status: response.status_code(),
            headers: response.headers().clone(),
            body,
        })
    });
    match select(work, pin!(Delay::from(timeout))).await {
        Either::Left((answer, _)) => answer,
        Either::Right(((), _)) => {
            abort.abort();
            Err(format!("no answer within {} s", timeout.as_secs_f32()))
        }
    }
}
