//! A client of a few lines, with a clock of its own.
//! It follows cursors and reads JSON; it retries nothing.

use http::{Method, Request, Response};
use notion_sim::{Json, Options, Sim, Workspace};

/// 2026-11-20T12:00:00Z, after everything in the workspaces.
pub const NOON: i64 = 1_795_176_000_000;

pub struct Client {
    pub sim: Sim,
    pub now_ms: i64,
    pub version: &'static str,
}

/// A response, read.
pub struct Answer {
    pub status: u16,
    pub body: Json,
    pub response: Response<Vec<u8>>,
}

impl Client {
    pub fn new(workspace: Workspace, options: Options) -> Client {
        Client {
            sim: Sim::new(workspace, options),
            now_ms: NOON,
            version: "2026-03-11",
        }
    }

    pub fn demo() -> Client {
        Client::new(Workspace::demo(), Options::default())
    }

    pub fn get(&mut self, path: &str) -> Answer {
        let request = self.request(Method::GET, path).body(Vec::new()).unwrap();
        self.send(&request)
    }

    pub fn post(&mut self, path: &str, body: &str) -> Answer {
        let request = self
            .request(Method::POST, path)
            .body(body.as_bytes().to_vec())
            .unwrap();
        self.send(&request)
    }

    pub fn request(&self, method: Method, path: &str) -> http::request::Builder {
        Request::builder()
            .method(method)
            .uri(format!("/v1/{path}"))
            .header("authorization", "Bearer ntn_test")
            .header("notion-version", self.version)
    }

    pub fn send(&mut self, request: &Request<Vec<u8>>) -> Answer {
        let response = self.sim.handle(request, self.now_ms);
        let text = String::from_utf8(response.body().clone()).unwrap();
        let body = Json::parse(&text).unwrap_or(Json::String(text));
        Answer {
            status: response.status().as_u16(),
            body,
            response,
        }
    }

    /// All results of a GET that lists, page by page.
    pub fn list(&mut self, path: &str) -> Vec<Json> {
        let mark = if path.contains('?') { '&' } else { '?' };
        self.all(|client, cursor| match cursor {
            None => client.get(path),
            Some(cursor) => client.get(&format!("{path}{mark}start_cursor={cursor}")),
        })
    }

    /// All results of a POST that lists; `body` without its braces.
    pub fn query(&mut self, path: &str, body: &str) -> Vec<Json> {
        self.all(|client, cursor| {
            let cursor = cursor.map(|cursor| format!("\"start_cursor\":\"{cursor}\""));
            let members: Vec<String> = [
                Some(body.to_string()).filter(|body| !body.is_empty()),
                cursor,
            ]
            .into_iter()
            .flatten()
            .collect();
            client.post(path, &format!("{{{}}}", members.join(",")))
        })
    }

    fn all(&mut self, mut ask: impl FnMut(&mut Client, Option<&str>) -> Answer) -> Vec<Json> {
        let mut found = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let page = ask(self, cursor.as_deref());
            assert_eq!(page.status, 200, "{}", page.body);
            found.extend(page.body.get("results").unwrap().items().iter().cloned());
            cursor = page
                .body
                .get("next_cursor")
                .unwrap()
                .as_str()
                .map(str::to_string);
            assert_eq!(
                page.body.get("has_more").unwrap().as_bool(),
                Some(cursor.is_some())
            );
            if cursor.is_none() {
                return found;
            }
        }
    }
}

impl Answer {
    /// The member at a path of keys, as a string.
    pub fn text(&self, path: &[&str]) -> String {
        text(&self.body, path)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    /// Status, code and message of an error.
    pub fn error(&self) -> (u16, String, String) {
        (self.status, self.text(&["code"]), self.text(&["message"]))
    }
}

/// The string at a path of keys; anything else as JSON.
pub fn text(json: &Json, path: &[&str]) -> String {
    let found = path.iter().try_fold(json, |at, key| at.get(key));
    match found {
        Some(Json::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => format!("no {path:?} in {json}"),
    }
}

/// The ids of objects.
pub fn ids(objects: &[Json]) -> Vec<String> {
    objects.iter().map(|object| text(object, &["id"])).collect()
}
