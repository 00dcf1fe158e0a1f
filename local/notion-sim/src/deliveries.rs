//! The webhook that someone has subscribed: the handshake, and events in the order of the changes, signed, each until it is taken.

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use http::header::{CONTENT_TYPE, HOST};
use http::{Request, Uri};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use notion_sim::Json;
use serde::Deserialize;
use sha2::Sha256;
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// How often Notion tries to deliver an event.
const ATTEMPTS: u32 = 8;
/// How long it waits before the second attempt here, and twice as long before each further one.
const PAUSE: Duration = Duration::from_secs(1);
/// How long an attempt may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What someone asks for who wants to be told.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Subscription {
    /// Where events go, as `http://127.0.0.1:8787/v1/webhook`.
    url: String,
    /// What they are signed with; it is sent there first.
    token: String,
}

/// Where events are left to be delivered.
pub(crate) type Outbox = UnboundedSender<Json>;

impl Subscription {
    /// Sends the token, and from then on what is put into the outbox.
    pub(crate) fn begin(self) -> Result<Outbox, String> {
        let uri: Uri = self.url.parse().map_err(|error| format!("url: {error}"))?;
        if uri.scheme_str() != Some("http") || uri.authority().is_none() {
            return Err("url: it is not like http://127.0.0.1:8787/v1/webhook".to_string());
        }
        let (outbox, inbox) = unbounded_channel();
        tokio::spawn(deliver(uri, self.token, inbox));
        Ok(outbox)
    }
}

async fn deliver(uri: Uri, token: String, mut inbox: UnboundedReceiver<Json>) {
    let handshake = serde_json::json!({ "verification_token": token }).to_string();
    send(&uri, handshake, None).await;
    while let Some(event) = inbox.recv().await {
        let mut pause = PAUSE;
        for attempt in 1..=ATTEMPTS {
            let body = with_attempt(&event, attempt).to_string();
            let signature = signature(&token, body.as_bytes());
            if send(&uri, body, Some(&signature)).await {
                break;
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
    }
}

fn with_attempt(event: &Json, attempt: u32) -> Json {
    let entries = event.entries().iter().map(|(name, value)| {
        let value = match name.as_str() {
            "attempt_number" => Json::from(u64::from(attempt)),
            _ => value.clone(),
        };
        (name.clone(), value)
    });
    Json::Object(entries.collect())
}

/// Whether it was taken.
async fn send(uri: &Uri, body: String, signature: Option<&str>) -> bool {
    let sent = tokio::time::timeout(PATIENCE, try_to_send(uri, body, signature));
    sent.await.ok().flatten().unwrap_or(false)
}

async fn try_to_send(uri: &Uri, body: String, signature: Option<&str>) -> Option<bool> {
    let authority = uri.authority()?;
    let address = (authority.host(), authority.port_u16().unwrap_or(80));
    let stream = TcpStream::connect(address).await.ok()?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
    let connection = tokio::spawn(connection);
    let mut request = Request::post(uri.path())
        .header(HOST, authority.as_str())
        .header(CONTENT_TYPE, "application/json");
    if let Some(signature) = signature {
        request = request.header("x-notion-signature", signature);
    }
    let request = request.body(Full::new(Bytes::from(body))).ok()?;
    let response = sender.send_request(request).await.ok()?;
    connection.abort();
    Some(response.status().is_success())
}

fn signature(token: &str, body: &[u8]) -> String {
    let digest = Hmac::<Sha256>::new_from_slice(token.as_bytes())
        .map(|mac| mac.chain_update(body).finalize().into_bytes());
    let digits = digest
        .into_iter()
        .flatten()
        .map(|byte| format!("{byte:02x}"));
    format!("sha256={}", digits.collect::<String>())
}
