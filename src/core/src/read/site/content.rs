//! What a page holds as HTML, fit to stand elsewhere: on a site its addresses may begin with a slash, in a feed they may not.

/// Where what HTML leads to is.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The site, without a slash at its end.
    pub site: &'a str,
    /// Where files are served, without a slash at its end.
    pub files: &'a str,
    /// The page itself.
    pub page: &'a str,
}

/// The HTML with whole addresses. It is what the exporter wrote, where no text has a `<` that is none of a tag.
pub fn absolute(html: &str, place: Place<'_>) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 8);
    for (number, part) in html.split('<').enumerate() {
        if number > 0 {
            out.push('<');
        }
        let (tag, text) = part.split_at(part.find('>').unwrap_or(0));
        let mut name = "";
        for (number, part) in tag.split("=\"").enumerate() {
            if number > 0 {
                out.push_str("=\"");
                out.push_str(match part {
                    _ if part.starts_with("/v1/files/") => place.files,
                    _ if part.starts_with("//") => "",
                    _ if part.starts_with('/') => place.site,
                    // Other values may begin with that sign as well.
                    _ if part.starts_with('#') && name.ends_with("href") => place.page,
                    _ => "",
                });
            }
            out.push_str(part);
            name = part;
        }
        out.push_str(text);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Place, absolute};

    #[test]
    fn addresses_in_tags_are_whole_and_texts_are_left_alone() {
        let place = Place {
            site: "https://x.example",
            files: "https://content.example",
            page: "https://x.example/post",
        };
        for (html, expected) in [
            (
                "<a href=\"/blog\">/blog</a>",
                "<a href=\"https://x.example/blog\">/blog</a>",
            ),
            (
                "<img alt=\"\" src=\"/v1/files/k\">",
                "<img alt=\"\" src=\"https://content.example/v1/files/k\">",
            ),
            (
                "<a href=\"#h-1\" class=\"#1 x\">x</a>",
                "<a href=\"https://x.example/post#h-1\" class=\"#1 x\">x</a>",
            ),
            (
                "<p>href=\"/a\" &lt;a href=\"/b\"&gt;</p>",
                "<p>href=\"/a\" &lt;a href=\"/b\"&gt;</p>",
            ),
            (
                "<a href=\"https://y.example/\">=\"/</a>",
                "<a href=\"https://y.example/\">=\"/</a>",
            ),
            (
                "<a href=\"//y.example/\">y</a>",
                "<a href=\"//y.example/\">y</a>",
            ),
            ("", ""),
            ("text", "text"),
        ] {
            assert_eq!(absolute(html, place), expected);
        }
    }
}
