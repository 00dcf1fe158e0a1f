//! The walk through JSON that was kept as it came.
//!
//! An object that looks like one of Notion's is read as such, walked, and put back.

use serde_json::{Map, Value};

use super::object::part_of;
use super::{UrlRole, Visit, Walk};
use crate::notion::body::Body;
use crate::notion::file::HostedFile;
use crate::notion::object::Object;
use crate::notion::shape::to_value;

impl Walk for Value {
    fn walk(&mut self, to: &mut dyn Visit) {
        match self {
            Self::String(text) if is_url(text) => to.url(text, UrlRole::Raw),
            Self::String(text) => to.text(text),
            Self::Array(items) => items.walk(to),
            Self::Object(keys) => match recognise(keys, to) {
                Some(walked) => *self = walked,
                None => walk_extra(keys, to),
            },
            Self::Null | Self::Bool(_) | Self::Number(_) => {}
        }
    }
}

/// Walks the keys that an object was not known to have.
pub(super) fn walk_extra(extra: &mut Map<String, Value>, to: &mut dyn Visit) {
    to.extra(extra);
    for value in extra.values_mut() {
        value.walk(to);
    }
}

/// Walks an object of Notion's; none where it is something else.
fn recognise(keys: &Map<String, Value>, to: &mut dyn Visit) -> Option<Value> {
    if keys.contains_key("expiry_time") && keys.contains_key("url") {
        let json = serde_json::to_string(keys).ok()?;
        let mut file: Object<HostedFile> = serde_json::from_str(&json).ok()?;
        file.walk(to);
        return to_value(&file).ok();
    }
    let mut body = Body::from_keys(keys.clone()).ok()?;
    if matches!(body, Body::Unknown(_)) {
        return None;
    }
    part_of(&mut body)?.walk(to);
    to_value(&body).ok()
}

fn is_url(text: &str) -> bool {
    (text.starts_with("https://") || text.starts_with("http://"))
        && !text.contains(char::is_whitespace)
}
