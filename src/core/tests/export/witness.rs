//! All that someone without a preview token can learn by asking: every route, with every id, path, word and key that there is
//! anywhere, as status, headers and body.

use std::collections::{BTreeMap, BTreeSet};

use notion_edge_core::failure::Failure;
use notion_edge_core::read::{
    Answer, AtLeast, Cache, Looked, PageReading, Problem, Reader, Request, Route, Step,
};
use notion_edge_core::redis::Value;
use notion_edge_core::store::Operation;

use crate::world::World;

/// What was told, by what was asked.
pub type Told = BTreeMap<String, String>;

/// What can be asked about; who asks may have guessed all of it.
#[derive(Default)]
pub struct Guesses {
    /// Whether each property is asked for in each way.
    pub is_thorough: bool,
    pub ids: BTreeSet<String>,
    pub paths: BTreeSet<String>,
    pub words: BTreeSet<String>,
    pub files: BTreeSet<String>,
    pub properties: BTreeSet<String>,
    pub options: BTreeSet<String>,
}

/// The values of `Accept` that name a form of a page, or a stream.
const ACCEPTS: [&str; 3] = ["", "text/html", "text/markdown"];

impl Guesses {
    /// All that a store has, and had under keys that it keeps.
    pub fn add(&mut self, world: &mut World) {
        for kind in ["page", "database", "data_source", "user", "block"] {
            for key in world.stored_keys(&format!("notion:{kind}:*")) {
                self.ids.extend(key.rsplit(':').next().map(str::to_owned));
            }
        }
        for table in ["notion:slugs", "notion:redirects"] {
            let paths: BTreeMap<String, String> = redis::cmd("HGETALL")
                .arg(table)
                .query(&mut world.connection)
                .unwrap();
            self.ids.extend(paths.values().cloned());
            self.paths.extend(paths.into_keys());
        }
        for document in world.documents().into_values() {
            let title = document["title"].as_str().unwrap().to_owned();
            self.words.extend(title.split_whitespace().map(plain));
            let shown = document["files"].as_array().unwrap().iter();
            self.files
                .extend(shown.filter_map(|it| Some(it["key"].as_str()?.to_owned())));
            for (name, value) in document["values"].as_object().unwrap() {
                self.properties.insert(name.clone());
                self.options.extend(value.as_str().map(str::to_owned));
            }
        }
        self.words.remove("");
    }

    /// The requests, as address and `Accept`.
    fn requests(&self) -> Vec<(String, &'static str)> {
        let mut asked: Vec<(String, &str)> = Vec::new();
        let mut ask = |address: String| asked.push((address, ""));
        let pages: Vec<String> = self.ids.iter().map(|id| format!("/{id}")).collect();
        let places = || pages.iter().chain(&self.paths);
        for place in places() {
            for end in [".json", ".html", ".md", "?fields=title,values", "?v=1"] {
                ask(format!("/v1/pages{place}{end}"));
            }
            ask(format!("/v1/why{place}"));
        }
        for id in &self.ids {
            for address in [
                "/v1/databases/",
                "/v1/data-sources/",
                "/v1/users/",
                "/v1/blocks/",
                "/v1/comments?page=",
                "/v1/tree?root=",
                "/v1/tree?rows=true&depth=1&root=",
                "/v1/pages?limit=100&data_source_id=",
                "/v1/pages?limit=100&parent_id=",
                "/v1/pages?limit=1&parent_id=",
                r#"/v1/pages?sorts=[{"timestamp":"created_time","direction":"ascending"}]&data_source_id="#,
                "/feed.json?data_source_id=",
            ] {
                ask(format!("{address}{id}"));
            }
        }
        let ids: Vec<&str> = self.ids.iter().map(String::as_str).collect();
        for part in ids.chunks(50) {
            let part = part.join(",");
            ask(format!("/v1/pages:batch?ids={part}"));
            ask(format!("/v1/pages:batch?fields=title,values&ids={part}"));
        }
        for name in self.properties.iter().filter(|_| self.is_thorough) {
            for is_empty in ["is_empty", "is_not_empty"] {
                for kind in [
                    "select",
                    "status",
                    "multi_select",
                    "date",
                    "relation",
                    "rich_text",
                    "people",
                ] {
                    let filter =
                        format!(r#"{{"property":"{name}","{kind}":{{"{is_empty}":true}}}}"#);
                    ask(format!("/v1/pages?limit=100&filter={filter}"));
                }
            }
            let sorts = format!(r#"[{{"property":"{name}","direction":"ascending"}}]"#);
            ask(format!("/v1/pages?limit=100&sorts={sorts}"));
            ask(format!("/v1/pages?limit=3&sorts={sorts}"));
            ask(format!("/feed.json?date={name}"));
        }
        for option in &self.options {
            let filter = format!(
                r#"{{"property":"Status","status":{{"equals":{}}}}}"#,
                json(option)
            );
            ask(format!("/v1/pages?filter={filter}"));
            let filter = format!(
                r#"{{"property":"Category","select":{{"equals":{}}}}}"#,
                json(option)
            );
            ask(format!("/v1/pages?filter={filter}"));
        }
        for word in &self.words {
            let prefix: String = word.chars().take(3).collect();
            ask(format!("/v1/search?limit=50&q={word}"));
            ask(format!("/v1/search?q={prefix}"));
        }
        for key in &self.files {
            ask(format!("/v1/files/{key}"));
        }
        for list in ["limit=100", "limit=1", "limit=3", "limit=20"] {
            ask(format!("/v1/pages?{list}"));
        }
        for tree in ["", "?rows=true", "?depth=1", "?depth=2&rows=true"] {
            ask(format!("/v1/tree{tree}"));
        }
        for version in (0..60).filter(|_| self.is_thorough) {
            ask(format!("/v1/pages?limit=1&v={version}"));
        }
        for feed in ["/feed.xml", "/atom.xml", "/feed.json"] {
            for query in [
                "",
                "?content=full",
                "?limit=2",
                "?content=full&limit=100",
                "?date=Published",
            ] {
                ask(format!("{feed}{query}"));
            }
        }
        for address in [
            "/sitemap.xml",
            "/v1/status",
            "/v1/exports",
            "/v1/exports/1",
            "/v1/webhook",
            "/metrics",
            "/healthz",
            "/openapi.json",
            "/v1/events",
            "/v1/events?limit=1",
            "/v1/events?after=0&limit=1",
            "/v1/events?after=0&limit=7",
            "/v1/events?after=0&limit=1000",
            "/v1/events?after=1000",
        ] {
            ask(address.to_owned());
        }
        for place in places() {
            for accept in ACCEPTS {
                asked.push((format!("/v1/pages{place}"), accept));
            }
        }
        asked.push(("/v1/events".to_owned(), "text/event-stream"));
        asked.push(("/v1/events?after=0".to_owned(), "text/event-stream"));
        asked
    }
}

impl World {
    /// Everything that is told to who shows that.
    pub fn all_that_is_told(&mut self, guesses: &Guesses, authorization: Option<&str>) -> Told {
        let mut told = Told::new();
        for (address, accept) in guesses.requests() {
            self.walk(&address, accept, authorization, &mut told);
        }
        told
    }

    /// Asks, with the tag that comes with it once more, and goes on where the answer says that there is more.
    fn walk(&mut self, address: &str, accept: &str, authorization: Option<&str>, told: &mut Told) {
        let mut next = address.to_owned();
        for part in 0..200 {
            let mut request = request_for(&next);
            request.accept = Some(accept.to_owned()).filter(|it| !it.is_empty());
            request.authorization = authorization.map(str::to_owned);
            let answer = self.answered(&request);
            let name = format!("{accept} {address} part {part}");
            told.insert(name.clone(), written(&answer));
            for (header, value) in answer.headers.iter().filter(|(name, _)| *name == "etag") {
                request.if_none_match = Some(value.clone());
                let again = self.answered(&request);
                told.insert(format!("{name} with its {header}"), written(&again));
            }
            let Ok(body) = serde_json::from_slice::<serde_json::Value>(&answer.body) else {
                return;
            };
            let more = match (&body["next_cursor"], &body["next"]) {
                (serde_json::Value::String(cursor), _) => format!("cursor={cursor}"),
                (_, serde_json::Value::String(after)) => format!("after={after}"),
                _ => return,
            };
            let (path, query) = address.split_once('?').unwrap_or((address, ""));
            let rest = query.split('&').filter(|it| !it.starts_with("after="));
            let query: Vec<&str> = rest
                .filter(|it| !it.is_empty())
                .chain([more.as_str()])
                .collect();
            let following = format!("{path}?{}", query.join("&"));
            if following == next {
                return;
            }
            next = following;
        }
        panic!("{address} has no end");
    }

    /// What an isolate that remembers nothing answers, with whatever token it is asked.
    pub fn answered(&mut self, request: &Request) -> Answer {
        self.checked(request)
            .unwrap_or_else(|problem| problem.answer())
    }

    fn checked(&mut self, request: &Request) -> Result<Answer, Problem> {
        let config = self.config();
        let (route, version) = Route::versioned(request)?;
        let audience = route.check(&config, request.authorization.as_deref())?;
        let cache = config.access.cache(audience);
        let mut reader: Reader<String> = Reader::new(0);
        if let Some(answer) = route.fixed(request) {
            return Ok(answer);
        }
        if let Route::Page(ask) = &route {
            let mut reading = PageReading::new(ask.clone(), audience, request);
            return self.page(&mut reading, ask, cache, &mut reader);
        }
        if let Route::Events(events) = &route
            && events.is_stream()
        {
            let replies = self.replies(&events.call(&Self::keys(), audience)).unwrap();
            let (part, next) = events.part(&replies)?;
            let replies = self.replies(&next.call(&Self::keys(), audience)).unwrap();
            let (more, _) = next.part(&replies)?;
            return Ok(Answer::json(format!("{part}{more}").into_bytes()));
        }
        let Some(call) = route.call(&Self::keys(), audience, self.now) else {
            return Err(Problem::bad_request("needs the platform".to_owned()));
        };
        let mut call = AtLeast::new(call, version, &Self::keys(), audience);
        let found = loop {
            let replies = self.replies(&call);
            if let Some(found) = call.apply(replies).unwrap() {
                break found?;
            }
        };
        let answer = route.answer(audience, Ok(found));
        if !route.is_remembered() {
            return answer;
        }
        let address = request.address();
        let kept = reader.answered(&address, cache, self.now, answer)?;
        Ok(kept.tagged(request))
    }

    fn replies(&mut self, operation: &impl Operation) -> Result<Vec<Value>, Failure> {
        let commands = operation.poll().commands;
        commands.iter().map(|it| self.run(it)).collect()
    }

    fn page(
        &mut self,
        reading: &mut PageReading,
        ask: &notion_edge_core::read::PageAsk,
        cache: Cache,
        reader: &mut Reader<String>,
    ) -> Result<Answer, Problem> {
        let keys = Self::keys();
        loop {
            let now = self.now;
            let done = match reading.poll(&keys, cache, now, reader) {
                Step::Done(served) => Some(served),
                Step::Resolve(commands) => {
                    let replies = commands.iter().map(|it| self.run(it)).collect();
                    reading.resolved(cache, now, replies, reader)
                }
                Step::Look(command) => {
                    let looked = self
                        .run(&command)
                        .map(|reply| Looked::of(reply.items().to_vec()));
                    reading.looked(cache, now, looked, reader)
                }
            };
            if let Some(served) = done {
                let served = served?;
                let text = served.text.unwrap_or_default().into_bytes();
                let body = ask.cut(&text).unwrap_or(Ok(text))?;
                return Ok(Answer {
                    body,
                    ..served.answer
                });
            }
        }
    }
}

/// A request as the shell would hand it on.
pub fn request_for(address: &str) -> Request {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let pairs = query.split('&').filter(|it| !it.is_empty());
    let pairs = pairs.map(|it| it.split_once('=').unwrap_or((it, "")));
    Request {
        method: "GET".to_owned(),
        path: path.to_owned(),
        query: pairs
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        base: "https://content.example".to_owned(),
        site: Some("https://site.example".to_owned()),
        ..Request::default()
    }
}

fn written(answer: &Answer) -> String {
    let mut headers = answer.headers.clone();
    headers.sort();
    let headers: Vec<String> = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    let body = String::from_utf8_lossy(&answer.body);
    format!("{}\n{}\n\n{body}", answer.status, headers.join("\n"))
}

fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Without what ends a word in an address.
fn plain(word: &str) -> String {
    word.chars().filter(|it| it.is_alphanumeric()).collect()
}
