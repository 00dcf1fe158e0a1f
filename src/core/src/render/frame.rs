//! Sites that may be shown in a frame, and the address at which each wants to be.
//!
//! The address of a frame is made anew of parts with few characters: nothing else of what an author wrote gets in.

use crate::percent::encoded;

use super::url::Url;

/// Something to be shown in a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Where it is.
    pub url: Url,
    /// Who shows it there, for people who cannot see it.
    pub site: &'static str,
}

impl Frame {
    /// The frame for an address; nothing where the site is not on the list.
    pub fn of(url: &Url) -> Option<Self> {
        let address = Address::parse(url.as_str())?;
        let (site, url) = address.frame()?;
        let url = Url::parse(&url)?;
        Some(Self { url, site })
    }
}

/// An address of the form `https://host/part/part?query`.
struct Address<'a> {
    whole: &'a str,
    host: String,
    parts: Vec<&'a str>,
    query: &'a str,
}

impl<'a> Address<'a> {
    fn parse(url: &'a str) -> Option<Self> {
        let rest = url
            .strip_prefix("https://")
            .or_else(|| url.strip_prefix("http://"))?;
        let whole = rest.split('#').next()?;
        let (path, query) = whole.split_once('?').unwrap_or((whole, ""));
        let (host, path) = path.split_once('/').unwrap_or((path, ""));
        let host = host.to_ascii_lowercase();
        Some(Self {
            whole,
            host: host.strip_prefix("www.").unwrap_or(&host).to_owned(),
            parts: path.split('/').filter(|part| !part.is_empty()).collect(),
            query,
        })
    }

    fn frame(&self) -> Option<(&'static str, String)> {
        let word = |text: &'a str| is_word(text).then_some(text);
        let number = |text: &'a str| is_number(text).then_some(text);
        match (self.host.as_str(), self.parts.as_slice()) {
            ("youtu.be", [id])
            | (
                "youtube.com" | "m.youtube.com" | "youtube-nocookie.com",
                ["embed" | "shorts" | "live", id],
            ) => self.youtube(id),
            ("youtube.com" | "m.youtube.com", ["watch"]) => self.youtube(self.value("v")?),
            ("vimeo.com", [id]) | ("player.vimeo.com", ["video", id]) => {
                let hash = self.value("h").and_then(word);
                let hash = hash.map(|hash| format!("?h={hash}")).unwrap_or_default();
                let id = number(id)?;
                Some((
                    "Vimeo",
                    format!("https://player.vimeo.com/video/{id}{hash}"),
                ))
            }
            ("vimeo.com", [id, hash]) => {
                let (id, hash) = (number(id)?, word(hash)?);
                let url = format!("https://player.vimeo.com/video/{id}?h={hash}");
                Some(("Vimeo", url))
            }
            (
                "figma.com",
                [
                    "file" | "design" | "proto" | "board" | "slides" | "deck" | "make",
                    ..,
                ],
            ) => {
                let page = encoded(&format!("https://www.{}", self.without_www()));
                let url = format!("https://www.figma.com/embed?embed_host=notion-edge&url={page}");
                Some(("Figma", url))
            }
            ("codepen.io", [user, "pen" | "embed", id]) => {
                let (user, id) = (word(user)?, word(id)?);
                Some(("CodePen", format!("https://codepen.io/{user}/embed/{id}")))
            }
            ("codesandbox.io", ["s" | "embed", id]) => {
                let url = format!("https://codesandbox.io/embed/{}", word(id)?);
                Some(("CodeSandbox", url))
            }
            ("loom.com", ["share" | "embed", id]) => {
                Some(("Loom", format!("https://www.loom.com/embed/{}", word(id)?)))
            }
            ("miro.com", ["app", "board" | "live-embed", id]) => {
                // Boards are called uXjVO12345=.
                let name = id.trim_end_matches('=');
                let id = encoded(word(name).map(|_| *id)?);
                Some(("Miro", format!("https://miro.com/app/live-embed/{id}/")))
            }
            ("open.spotify.com", parts) => {
                // People share links in their language: `/intl-de/track/…`.
                let parts = match parts {
                    [first, rest @ ..] if *first == "embed" || first.starts_with("intl-") => rest,
                    parts => parts,
                };
                let [kind, id] = parts else { return None };
                let (kind, id) = (word(kind)?, word(id)?);
                let url = format!("https://open.spotify.com/embed/{kind}/{id}");
                Some(("Spotify", url))
            }
            ("soundcloud.com", [_, _, ..]) => {
                let sound = encoded(&format!("https://{}", self.without_www()));
                let url = format!("https://w.soundcloud.com/player/?url={sound}");
                Some(("SoundCloud", url))
            }
            ("google.com", ["maps", "embed"]) => {
                let url = format!("https://www.google.com/maps/embed?pb={}", self.map()?);
                Some(("Google Maps", url))
            }
            _ => None,
        }
    }

    fn youtube(&self, id: &str) -> Option<(&'static str, String)> {
        let seconds = self.value("t").or_else(|| self.value("start"));
        let start = seconds
            .and_then(seconds_in)
            .map(|seconds| format!("?start={seconds}"))
            .unwrap_or_default();
        let id = is_word(id).then_some(id)?;
        let url = format!("https://www.youtube-nocookie.com/embed/{id}{start}");
        Some(("YouTube", url))
    }

    /// What a map shows: `!1m18!1m12!...`.
    fn map(&self) -> Option<&'a str> {
        let of_map = |c: char| c.is_ascii_alphanumeric() || "!.-_%".contains(c);
        self.value("pb").filter(|map| map.chars().all(of_map))
    }

    fn value(&self, name: &str) -> Option<&'a str> {
        let pairs = self
            .query
            .split('&')
            .filter_map(|pair| pair.split_once('='));
        pairs
            .into_iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }

    fn without_www(&self) -> &'a str {
        self.whole.strip_prefix("www.").unwrap_or(self.whole)
    }
}

/// `90`, `90s` or `1m30s` in seconds.
fn seconds_in(text: &str) -> Option<u32> {
    let (mut seconds, mut rest) = (0_u32, text);
    for (unit, length) in [('h', 3_600), ('m', 60), ('s', 1)] {
        if let Some((number, behind)) = rest.split_once(unit) {
            seconds = seconds.checked_add(number.parse::<u32>().ok()?.checked_mul(length)?)?;
            rest = behind;
        }
    }
    match rest {
        "" => Some(seconds),
        rest => seconds.checked_add(rest.parse().ok()?),
    }
}

/// An id that is a number: elsewhere on such a site stand other pages.
fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// An id or a name: nothing in it means anything in an address.
fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::Frame;
    use crate::render::url::Url;

    fn frame(url: &str) -> Option<String> {
        let frame = Frame::of(&Url::parse(url)?)?;
        Some(frame.url.as_str().to_owned())
    }

    #[test]
    fn sites_on_the_list_are_shown_where_they_want_to_be() {
        for (url, expected) in [
            (
                "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=42s",
                "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?start=42",
            ),
            (
                "https://youtu.be/dQw4w9WgXcQ",
                "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
            ),
            (
                "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=1h2m3s",
                "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?start=3723",
            ),
            (
                "https://vimeo.com/123/abc",
                "https://player.vimeo.com/video/123?h=abc",
            ),
            (
                "https://www.figma.com/design/k/Name?node-id=1-2",
                "https://www.figma.com/embed?embed_host=notion-edge&url=https%3A%2F%2Fwww.figma.com%2Fdesign%2Fk%2FName%3Fnode-id%3D1-2",
            ),
            (
                "https://codepen.io/a/pen/b?editors=1",
                "https://codepen.io/a/embed/b",
            ),
            (
                "https://codesandbox.io/s/new-1",
                "https://codesandbox.io/embed/new-1",
            ),
            (
                "https://www.loom.com/share/0a1b",
                "https://www.loom.com/embed/0a1b",
            ),
            (
                "https://miro.com/app/board/uXjV=/",
                "https://miro.com/app/live-embed/uXjV%3D/",
            ),
            (
                "https://open.spotify.com/track/1a?si=2",
                "https://open.spotify.com/embed/track/1a",
            ),
            (
                "https://open.spotify.com/intl-de/album/1a",
                "https://open.spotify.com/embed/album/1a",
            ),
            (
                "https://soundcloud.com/a/b",
                "https://w.soundcloud.com/player/?url=https%3A%2F%2Fsoundcloud.com%2Fa%2Fb",
            ),
            (
                "https://www.google.com/maps/embed?pb=!1m18!2d13.4",
                "https://www.google.com/maps/embed?pb=!1m18!2d13.4",
            ),
        ] {
            assert_eq!(frame(url).as_deref(), Some(expected));
        }
    }

    #[test]
    fn no_other_site_is_and_none_in_disguise() {
        for url in [
            "https://example.com/watch?v=dQw4w9WgXcQ",
            "https://youtube.com.evil.example/embed/x",
            "https://www.youtube.com@evil.example/embed/x",
            "https://evil.example\\@www.youtube.com/embed/x",
            "https://evil.example#@www.youtube.com/embed/x",
            "https://www.youtube.com/embed/..%2f..%2fx",
            "https://www.youtube.com/watch?v=\"onload=x",
            "https://www.youtube.com/redirect?q=https://evil.example",
            "https://www.youtube.com:8443/embed/x",
            "https://www.google.com/maps/embed?pb=x&y=<script>\"",
            "https://www.google.com/url?q=x",
            "https://vimeo.com/about",
            "https://vimeo.com/ondemand/tides",
            "mailto:youtube.com/embed/x",
            "/embed/x",
        ] {
            let frame = frame(url);
            assert!(
                frame.is_none()
                    || frame.as_deref() == Some("https://www.google.com/maps/embed?pb=x"),
                "{url}: {frame:?}"
            );
        }
    }
}
