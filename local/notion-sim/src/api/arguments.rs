//! The query string and body of a request, and what Notion says when they are wrong.
//! What an argument means is the endpoint's business; here it is only of the right type.

use http::Request;

use crate::api::answer::Refusal;
use crate::api::route::Endpoint;
use crate::id::Uuid;
use crate::json::Json;

/// What came with a request. Where Notion reads both, a GET's arguments are its query and a POST's its body.
pub(crate) struct Arguments {
    query: Vec<(String, String)>,
    body: Json,
    section: &'static str,
}

impl Arguments {
    pub(crate) fn of(
        request: &Request<Vec<u8>>,
        endpoint: &Endpoint,
    ) -> Result<Arguments, Refusal> {
        let is_post = request.method() == http::Method::POST;
        let (query_keys, body_keys) = endpoint.takes();
        let query = parse_query(request.uri().query().unwrap_or_default());
        if *endpoint == Endpoint::Restricted {
            return Ok(Arguments {
                query,
                body: Json::Null,
                section: "body",
            });
        }
        if let Some((key, value)) = query
            .iter()
            .find(|(key, _)| !query_keys.contains(&key.as_str()))
        {
            return Err(failed(
                "query",
                key,
                "not present",
                &Json::from(value.as_str()),
            ));
        }
        let body = if is_post {
            parse_body(request.body())?
        } else {
            Json::Object(Vec::new())
        };
        if let Some((key, value)) = body
            .entries()
            .iter()
            .find(|(key, _)| !body_keys.contains(&key.as_str()))
        {
            return Err(failed("body", key, "not present", value));
        }
        Ok(Arguments {
            query,
            body,
            section: if is_post { "body" } else { "query" },
        })
    }

    /// The first value of a query parameter.
    pub(crate) fn query(&self, key: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.as_str())
    }

    /// Every value of a query parameter, with or without brackets after its name; `None` if it is not there.
    pub(crate) fn query_list(&self, key: &str) -> Option<Vec<String>> {
        let is_key = |name: &str| name.strip_suffix("[]").unwrap_or(name) == key;
        let values: Vec<String> = self
            .query
            .iter()
            .filter(|(name, _)| is_key(name))
            .map(|(_, value)| value.clone())
            .collect();
        (!values.is_empty()).then_some(values)
    }

    /// A member of the body.
    pub(crate) fn body(&self, key: &str) -> Option<&Json> {
        self.body.get(key)
    }

    /// An id in the query.
    pub(crate) fn query_id(&self, key: &str) -> Result<Option<Uuid>, Refusal> {
        let Some(text) = self.query(key) else {
            return Ok(None);
        };
        text.parse()
            .map(Some)
            .map_err(|_| failed("query", key, "a valid uuid", &Json::from(text)))
    }

    /// How many results are asked for, from `least` to 100. Nothing and 0 are 100.
    pub(crate) fn page_size(&self, least: u64) -> Result<usize, Refusal> {
        let given = match self.section {
            "body" => self.body("page_size").cloned(),
            _ => self
                .query("page_size")
                .map(|text| Json::parse(text).unwrap_or_else(|_| Json::from(text))),
        };
        let Some(given) = given else { return Ok(100) };
        let wrong = |should: &str| {
            failed(
                self.section,
                "page_size",
                &format!("{should} or `undefined`"),
                &given,
            )
        };
        let size = given.as_f64().ok_or_else(|| wrong("a number"))?;
        if size.fract() != 0.0 {
            return Err(wrong("an integer"));
        }
        if size > 100.0 {
            return Err(wrong("≤ `100`"));
        }
        if size < least as f64 {
            return Err(wrong(&format!("≥ `{least}`")));
        }
        Ok(if size == 0.0 { 100 } else { size as usize })
    }

    /// Where to go on; null is the beginning.
    pub(crate) fn start_cursor(&self) -> Result<Option<&str>, Refusal> {
        match self.section {
            "body" => match self.body("start_cursor") {
                None | Some(Json::Null) => Ok(None),
                Some(Json::String(cursor)) => Ok(Some(cursor)),
                Some(other) => Err(failed(
                    "body",
                    "start_cursor",
                    "a string, `null`, or `undefined`",
                    other,
                )),
            },
            _ => Ok(self.query("start_cursor")),
        }
    }
}

/// Notion's sentence for an argument that is not what it should be.
pub(crate) fn failed(section: &str, path: &str, should: &str, instead: &Json) -> Refusal {
    Refusal::validation(format!(
        "{section} failed validation: {section}.{path} should be {should}, instead was `{instead}`."
    ))
}

/// The same for one that is not there.
pub(crate) fn undefined(section: &str, path: &str) -> Refusal {
    Refusal::validation(format!(
        "{section} failed validation: {section}.{path} should be defined, instead was `undefined`."
    ))
}

/// The id in a path.
pub(crate) fn path_id(name: &str, text: &str) -> Result<Uuid, Refusal> {
    text.parse()
        .map_err(|_| failed("path", name, "a valid uuid", &Json::from(text)))
}

fn parse_body(bytes: &[u8]) -> Result<Json, Refusal> {
    if bytes.is_empty() {
        return Ok(Json::Object(Vec::new()));
    }
    let body: Json = serde_json::from_slice(bytes)
        .map_err(|_| Refusal::new(400, "invalid_json", "Error parsing JSON body."))?;
    match body {
        Json::Object(_) => Ok(body),
        other => Err(Refusal::validation(format!(
            "body failed validation: body should be an object, instead was `{other}`."
        ))),
    }
}

fn parse_query(query: &str) -> Vec<(String, String)> {
    let decode = |text: &str| {
        percent_encoding::percent_decode_str(&text.replace('+', " "))
            .decode_utf8_lossy()
            .into_owned()
    };
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(key, value)| (decode(key), decode(value)))
        .collect()
}
