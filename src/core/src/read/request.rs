//! What of an HTTP request counts.

use crate::percent::decoded;

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
    /// The pairs of a query, without its question mark, as forms encode them.
    pub fn pairs(query: &str) -> Vec<(String, String)> {
        let part = |text: &str| decoded(&text.replace('+', " "));
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        pairs
            .map(|(name, value)| (part(name), part(value)))
            .collect()
    }

    /// Path and query, one text for each of them.
    pub fn address(&self) -> String {
        let mut address = self.path.clone();
        for (name, value) in &self.query {
            address.extend(["\n", name, "\n", value]);
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

    /// The tags that the reader has, without `W/` and quotes: tags are compared weakly. `*` is any.
    pub fn known_tags(&self) -> impl Iterator<Item = &str> {
        let tags = self.if_none_match.as_deref().unwrap_or_default();
        tags.split(',').map(|tag| {
            let tag = tag.trim();
            tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"')
        })
    }
}

/// In thousandths.
fn quality_of<'a>(mut parameters: impl Iterator<Item = &'a str>) -> u32 {
    let quality = parameters.find_map(|it| it.strip_prefix("q=").or(it.strip_prefix("Q=")));
    let quality = quality.and_then(|quality| quality.parse::<f32>().ok());
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
    fn a_query_is_read_as_forms_are_written() {
        let pairs = Request::pairs("a=b+c%2B&d&&=e=f");
        let pairs: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        assert_eq!(pairs, [("a", "b c+"), ("d", ""), ("", "e=f")]);
    }

    #[test]
    fn tags_are_compared_weakly() {
        let request = Request {
            if_none_match: Some(r#""a", W/"b" ,*"#.to_owned()),
            ..Request::default()
        };
        assert_eq!(request.known_tags().collect::<Vec<_>>(), ["a", "b", "*"]);
    }
}
