//! The routes of the Worker for whoever has the store at hand: the same answers, without HTTP and without tokens.

use notion_edge_core::config::Config;
use notion_edge_core::percent::decoded;
use notion_edge_core::read::{Answer, Asked, AtLeast, Audience, Problem, Request, Route};
use notion_edge_core::redis::rest;
use notion_edge_core::store::Operation;
use wasm_bindgen::prelude::{JsError, wasm_bindgen};

use crate::{config, instant, words};

/// A question on its way.
#[wasm_bindgen]
pub struct Question {
    route: Option<Route>,
    asked: Option<AtLeast<Asked>>,
    config: Config,
    answer: Option<Answer>,
}

#[wasm_bindgen]
impl Question {
    /// `method` and `path`, with its query, as to the Worker; `body` is that of a POST, or empty.
    #[wasm_bindgen(constructor)]
    pub fn new(
        variables: &[u8],
        method: &str,
        path: &str,
        body: &[u8],
        now_ms: f64,
    ) -> Result<Question, JsError> {
        let config = config(variables)?;
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let query: Vec<(String, String)> = pairs
            .map(|(name, value)| (name.to_owned(), decoded(value)))
            .collect();
        let request = Request {
            method: method.to_owned(),
            path: path.to_owned(),
            query,
            ..Request::default()
        };
        let asked = Route::versioned(&request).and_then(|(route, version)| {
            let route = route.with_body(body)?.for_admin(&config, instant(now_ms));
            let asked = route.call(&config.keys, Audience::All, instant(now_ms));
            let asked = asked.ok_or_else(|| Problem::not_found("the Worker answers this"))?;
            Ok((
                route,
                AtLeast::new(asked, version, &config.keys, Audience::All),
            ))
        });
        let (route, asked, answer) = match asked {
            Ok((route, asked)) => (Some(route), Some(asked), None),
            Err(problem) => (None, None, Some(problem.answer())),
        };
        Ok(Self {
            route,
            asked,
            config,
            answer,
        })
    }

    /// The commands for Redis, as JSON: `[[word, ...], ...]`; none where there is nothing to ask.
    pub fn poll(&self) -> Result<Vec<u8>, JsError> {
        let commands = self.asked.as_ref().map(|asked| asked.poll().commands);
        let commands = commands.unwrap_or_default();
        let commands = commands
            .into_iter()
            .map(|command| words(command, self.config.dialect));
        Ok(serde_json::to_vec(&commands.collect::<Vec<_>>())?)
    }

    /// Takes the answer of Redis over HTTP to `count` commands; gives the body of the route's answer once there is one.
    pub fn apply(&mut self, count: usize, status: u16, body: &[u8]) -> Option<Vec<u8>> {
        if let (Some(route), Some(asked)) = (&self.route, &mut self.asked) {
            let answer = match asked.apply(rest::replies(count, status, body)) {
                Ok(found) => found?.and_then(|found| route.answer(Audience::All, Ok(found))),
                Err(error) => route.answer(Audience::All, Err(error)),
            };
            self.answer = Some(answer.unwrap_or_else(|problem| problem.answer()));
            self.asked = None;
        }
        self.answer.as_ref().map(|answer| answer.body.clone())
    }

    /// The headers of the route's answer as JSON, names in lower case: `[[name, value], ...]`.
    pub fn headers(&self) -> Result<Vec<u8>, JsError> {
        let headers = self.answer.as_ref().map(|answer| &answer.headers);
        Ok(serde_json::to_vec(&headers)?)
    }

    /// The status of the route's answer; 0 before there is one.
    pub fn status(&self) -> u16 {
        self.answer.as_ref().map_or(0, |answer| answer.status)
    }
}
