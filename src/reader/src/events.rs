//! Streams events as they happen, as server-sent events.

use std::rc::Rc;

use futures_util::stream;
use notion_edge_core::config::Config;
use notion_edge_core::read::{Audience, EVERY, Events, MOST, STREAM};
use notion_edge_core::store::Operation;
use worker::{Delay, Headers, Response, web_sys};

use notion_edge::redis;

/// Where a stream is.
struct Place {
    config: Rc<Config>,
    events: Events,
    asked: u32,
}

/// The stream of what happens after what `events` asks for; it ends after two minutes, or where Redis fails.
///
/// # Errors
/// Those of the platform.
pub fn serve(
    config: &Rc<Config>,
    events: &Events,
    audience: Audience,
) -> worker::Result<web_sys::Response> {
    let place = Place {
        config: Rc::clone(config),
        events: events.clone(),
        asked: 0,
    };
    let parts = stream::unfold(place, move |mut place| async move {
        if place.asked == MOST {
            return None;
        }
        if place.asked > 0 {
            Delay::from(EVERY).await;
        }
        let call = place.events.call(&place.config.keys, audience);
        let timeout = place.config.read.timeout;
        let replies = redis::perform(&place.config, &call.poll().commands, timeout).await;
        let replies: Vec<_> = replies.ok()?.into_iter().collect::<Result<_, _>>().ok()?;
        let (part, next) = place.events.part(&replies).ok()?;
        (place.events, place.asked) = (next, place.asked + 1);
        Some((Ok::<_, worker::Error>(part.into_bytes()), place))
    });
    let headers = Headers::new();
    headers.set("content-type", STREAM)?;
    headers.set("cache-control", "private, no-store")?;
    let response = Response::from_stream(parts)?.with_headers(headers);
    Ok(response.into())
}
