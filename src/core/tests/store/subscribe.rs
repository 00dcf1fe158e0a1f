//! What is published, as a subscriber of the real gateway hears it.

use std::io::Read;
use std::time::Duration;

use notion_edge_core::keys::Keys;
use notion_edge_core::store::resource::{Heard, Resource, Subscription, Times};
use serde_json::value::RawValue;

use crate::rest::Rest;
use crate::servers::Server;
use crate::shell::run;

fn resource() -> Resource {
    Resource::new(&Keys::new("p", ":", None), "a,b", Vec::new()).unwrap()
}

/// Reads until it has heard something.
fn hear(subscription: &mut Subscription, stream: &mut impl Read) -> Vec<String> {
    let mut part = [0; 3];
    loop {
        let length = stream.read(&mut part).unwrap();
        let heard = subscription.apply(&part[..length]);
        if !heard.is_empty() || length == 0 {
            return heard.iter().map(told).collect();
        }
    }
}

fn told(heard: &Heard) -> String {
    match heard {
        Heard::Confirmed => "confirmed".to_owned(),
        Heard::Gap => "gap".to_owned(),
        Heard::Message(json) => json.get().to_owned(),
    }
}

#[test]
fn what_is_published_comes_in_order_and_once_is_once() {
    let server = Server::start();
    let mut shell = Rest::to(&server.address);
    let talk = resource();
    let mut always = talk.subscribe(Times::Always);
    let mut once = talk.subscribe(Times::Once);
    let mut streams = [&always, &once].map(|it| shell.stream(&it.poll().unwrap()));
    let [first, second] = &mut streams;
    assert_eq!(hear(&mut always, first), ["confirmed"]);
    assert_eq!(hear(&mut once, second), ["confirmed"]);
    let sent = [
        r#""with, a comma""#,
        r#"{"n":[12345678901234567890]}"#,
        "null",
    ];
    for message in sent {
        let message = RawValue::from_string(message.to_owned()).unwrap();
        assert_eq!(run(&mut shell, talk.publish(&message)), Ok(2));
    }
    let heard: Vec<String> = (0..3).flat_map(|_| hear(&mut always, first)).collect();
    assert_eq!(heard, sent);
    assert_eq!(hear(&mut once, second), sent[..1]);
    assert_eq!(once.poll(), None);
}

#[test]
fn a_stream_that_was_lost_is_told_and_one_that_hangs_up_is_not_opened_again_at_once() {
    let mut subscription = resource().subscribe(Times::Always);
    let mut hear = |part: &str| -> Vec<String> {
        subscription
            .apply(part.as_bytes())
            .iter()
            .map(told)
            .collect()
    };
    assert_eq!(hear(": ping\n\ndata: subscribe,x,1\r\n"), ["confirmed"]);
    assert_eq!(
        hear("data: message,p:store:channel:a,b,1\ndata: message,other,2\nda"),
        ["1"]
    );
    let pauses = [0, 0, 0, 400, 0]
        .map(|lasted| subscription.lost(Duration::from_millis(lasted)).as_millis());
    assert_eq!(pauses, [250, 500, 1000, 2000, 4000]);
    assert_eq!(subscription.lost(Duration::from_secs(9)).as_millis(), 250);
    let mut hear = |part: &str| -> Vec<String> {
        subscription
            .apply(part.as_bytes())
            .iter()
            .map(told)
            .collect()
    };
    assert_eq!(
        hear("data: subscribe,x,1\ndata: message,p:store:channel:a,b,no json\n"),
        ["gap"]
    );
}
