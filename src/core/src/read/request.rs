//! What of an HTTP request counts.

use crate::percent::{decoded, encoded};

/// A request, as a shell took it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// `GET` …, as it was sent.
    pub method: String,
    /// The path, encoded.
    pub path: String,
    /// Names and values of the query, decoded, in order.
    pub query: Vec<(String, String)>,
    /// The header `Authorization`.
    pub authorization: Option<String>,
    /// The header `Accept`.
    pub accept: Option<String>,
    /// The header `If-None-Match`.
    pub if_none_match: Option<String>,
    /// The header `Last-Event-ID`.
    pub last_event_id: Option<String>,
    /// The header `Origin`.
    pub origin: Option<String>,
    /// Where the Worker was asked, as `https://content.example.com`.
    pub base: String,
    /// Where the site is, by `SITE_URL`, without a slash at its end.
    pub site: Option<String>,
}

impl Request {
    /// Reads a request as shells take it: method, URL, `Accept`, `If-None-Match`, `Last-Event-ID`, `Origin` and `Authorization`,
    /// a line each, empty where there is none. None of them has line breaks in it.
    pub fn parse(asked: &str) -> Self {
        let mut lines = asked.split('\n');
        let mut line = || lines.next().unwrap_or_default();
        let (method, url) = (line(), line());
        let host = url.find("://").map_or(0, |at| at + "://".len());
        let rest = |from: usize| url.get(from..).unwrap_or_default();
        let end = rest(host)
            .find(['/', '?', '#'])
            .map_or(url.len(), |at| host + at);
        let address = rest(end).split('#').next().unwrap_or_default();
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let mut header = || Some(line().to_owned()).filter(|value| !value.is_empty());
        Self {
            method: method.to_owned(),
            base: url.get(..end).unwrap_or_default().to_owned(),
            path: path.to_owned(),
            query: Self::pairs(query),
            accept: header(),
            if_none_match: header(),
            last_event_id: header(),
            origin: header(),
            authorization: header(),
            site: None,
        }
    }

    /// The pairs of a query, without its question mark, as forms encode them.
    pub fn pairs(query: &str) -> Vec<(String, String)> {
        let part = |text: &str| decoded(&text.replace('+', " "));
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        pairs
            .map(|(name, value)| (part(name), part(value)))
            .collect()
    }

    /// Where it was asked, path and query: a text of its own for each of them, whatever stands in names and values.
    /// Feeds name the host that they were asked at.
    pub fn address(&self) -> String {
        let mut address = format!("{}{}", self.base, self.path);
        for (name, value) in &self.query {
            address.extend(["\n", &encoded(name), "=", &encoded(value)]);
        }
        address
    }

    /// Which of these media types the reader would rather have, by its `Accept`: the first one where all are alike.
    pub fn prefers<'a>(&self, offered: &[&'a str]) -> Option<&'a str> {
        let accept = self.accept.as_deref().unwrap_or_default();
        let quality = |media_type: &str| {
            let group = media_type.split('/').next().unwrap_or_default();
            let places = [
                media_type.to_owned(),
                format!("{group}/*"),
                "*/*".to_owned(),
            ];
            let of = |wanted: &String| {
                let mut ranges = accept
                    .split(',')
                    .map(|range| range.split(';').map(str::trim));
                ranges.find_map(|mut parts| {
                    let is_meant = parts.next()?.eq_ignore_ascii_case(wanted);
                    is_meant.then(|| quality_of(parts))
                })
            };
            places.iter().find_map(of).unwrap_or(0)
        };
        let mut best = None;
        for media_type in offered {
            let quality = quality(media_type);
            if best.is_none_or(|(_, most)| quality > most) {
                best = Some((*media_type, quality));
            }
        }
        best.map(|(media_type, _)| media_type)
    }

    /// The tags that the reader has, without `W/` and quotes: tags are compared weakly. `*` is any, but none in quotes.
    pub fn known_tags(&self) -> impl Iterator<Item = &str> {
        let tags = self.if_none_match.as_deref().unwrap_or_default();
        let tags = tags.split(',').map(str::trim);
        tags.filter(|tag| !tag.ends_with("\"*\""))
            .map(|tag| tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"'))
    }
}

/// In thousandths.
fn quality_of<'a>(mut parameters: impl Iterator<Item = &'a str>) -> u32 {
    let quality = parameters.find_map(|it| it.strip_prefix("q=").or(it.strip_prefix("Q=")));
    let quality = quality.and_then(|quality| quality.parse::<f64>().ok());
    (quality.unwrap_or(1.0).clamp(0.0, 1.0) * 1_000.0) as u32
}

#[cfg(test)]
mod tests {
    use super::Request;

    const OFFERED: [&str; 3] = ["application/json", "text/html", "text/markdown"];

    #[test]
    fn the_type_that_is_wanted_most_is_given() {
        for (accept, expected) in [
            (None, OFFERED[0]),
            (Some(""), OFFERED[0]),
            (Some("*/*"), OFFERED[0]),
            (Some("image/png"), OFFERED[0]),
            (Some("text/markdown"), OFFERED[2]),
            (Some("text/*"), OFFERED[1]),
            (
                Some("TEXT/HTML;level=1;q=0.5, application/json;q=0.4"),
                OFFERED[1],
            ),
            (Some("text/html;q=0, */*;q=0.1"), OFFERED[0]),
            (
                Some("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
                OFFERED[1],
            ),
            (Some("text/html;q=x"), OFFERED[1]),
        ] {
            let request = Request {
                accept: accept.map(str::to_owned),
                ..Request::default()
            };
            assert_eq!(request.prefers(&OFFERED), Some(expected), "{accept:?}");
        }
    }

    #[test]
    fn a_request_is_read_as_shells_take_it() {
        let asked = "GET\nhttps://a.example:8443/v1/pages/x.md?fields=a%2Cb&v=3\ntext/html\n\n7-0\n\nBearer x";
        let request = Request::parse(asked);
        let text = |it: &str| Some(it.to_owned());
        let expected = Request {
            method: "GET".to_owned(),
            base: "https://a.example:8443".to_owned(),
            path: "/v1/pages/x.md".to_owned(),
            query: Request::pairs("fields=a,b&v=3"),
            accept: text("text/html"),
            last_event_id: text("7-0"),
            authorization: text("Bearer x"),
            ..Request::default()
        };
        assert_eq!(request, expected);
        for (url, expected) in [
            ("https://a.example", ("https://a.example", "", 0)),
            ("https://a.example?a=b", ("https://a.example", "", 1)),
            ("https://a.example/#x?y", ("https://a.example", "/", 0)),
            ("https://a.example/x?a=b#c", ("https://a.example", "/x", 1)),
            ("/x", ("", "/x", 0)),
            ("", ("", "", 0)),
        ] {
            let request = Request::parse(&format!("GET\n{url}"));
            let seen = (
                request.base.as_str(),
                request.path.as_str(),
                request.query.len(),
            );
            assert_eq!(seen, expected, "{url}");
            assert_eq!(request.authorization, None);
        }
    }

    #[test]
    fn a_query_is_read_as_forms_are_written() {
        let pairs = Request::pairs("a=b+c%2B&d&&=e=f");
        let pairs: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        assert_eq!(pairs, [("a", "b c+"), ("d", ""), ("", "e=f")]);
    }

    #[test]
    fn no_two_requests_have_the_same_address() {
        let address = |base: &str, query: &str| {
            let request = Request {
                base: base.to_owned(),
                path: "/v1/search".to_owned(),
                query: Request::pairs(query),
                ..Request::default()
            };
            request.address()
        };
        let (one, other) = ("https://a.example", "https://b.example");
        let addresses = [
            address(one, "q=a&limit=5"),
            address(one, "q=a%0Alimit%0A5"),
            address(one, "q=a%0Alimit=5"),
            address(one, "q=a%3Dlimit%3D5"),
            address(one, "q=a%26limit=5"),
            address(one, "q%3Da=&limit=5"),
            address(other, "q=a&limit=5"),
        ];
        let distinct: std::collections::HashSet<_> = addresses.iter().collect();
        assert_eq!(distinct.len(), addresses.len(), "{addresses:?}");
    }

    #[test]
    fn tags_are_compared_weakly() {
        let request = Request {
            if_none_match: Some(r#""a", W/"b" ,"*", *"#.to_owned()),
            ..Request::default()
        };
        assert_eq!(request.known_tags().collect::<Vec<_>>(), ["a", "b", "*"]);
    }
}
