//! Text in XML.

/// With what means something in XML escaped, and without characters that XML cannot have.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\t' | '\n' | '\r' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

/// An element with a text in it.
pub fn element(name: &str, text: &str) -> String {
    format!("<{name}>{}</{name}>", escaped(text))
}

#[cfg(test)]
mod tests {
    use super::element;

    #[test]
    fn nothing_in_a_text_is_read_as_xml() {
        let text = "a<b>&amp;\"'\u{0}\u{b}\u{ffff}\n";
        let expected = "<t>a&lt;b&gt;&amp;amp;&quot;&apos;\n</t>";
        assert_eq!(element("t", text), expected);
    }
}
