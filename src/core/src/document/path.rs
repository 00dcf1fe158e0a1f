//! The path of a page on the site, by a pattern: `PATH_PATTERN`.

use std::fmt;

/// What may stand in braces.
const PLACEHOLDERS: [(&str, Part); 3] = [
    ("slug", Part::Slug),
    ("lang", Part::Lang),
    ("parents", Part::Parents),
];

/// How paths are made: `/{slug}` unless something else is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPattern {
    text: String,
    segments: Vec<Vec<Part>>,
}

/// A part of one segment.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Literal(String),
    /// The page's slug.
    Slug,
    /// Its language; a segment that is nothing else is left out where there is none.
    Lang,
    /// The slugs of what it lies under, a segment each.
    Parents,
}

impl Default for PathPattern {
    fn default() -> Self {
        Self {
            text: "/{slug}".to_owned(),
            segments: vec![vec![Part::Slug]],
        }
    }
}

impl fmt::Display for PathPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PathPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is wrong with it, to go on after its name.
    pub fn parse(text: &str) -> Result<Self, String> {
        let inner = text
            .strip_prefix('/')
            .ok_or("does not begin with a slash, as in /blog/{slug}")?;
        let segments = inner
            .split('/')
            .map(segment)
            .collect::<Result<Vec<_>, _>>()?;
        let count = |part: &Part| segments.iter().flatten().filter(|it| *it == part).count();
        if count(&Part::Slug) != 1 {
            return Err(
                "needs {slug}, once: without it pages have no path of their own".to_owned(),
            );
        }
        let is_alone = |parts: &Vec<Part>| parts.len() == 1 || !parts.contains(&Part::Parents);
        if !segments.iter().all(is_alone) {
            return Err(
                "has {parents} beside something else; it stands between slashes".to_owned(),
            );
        }
        let text = text.to_owned();
        Ok(Self { text, segments })
    }

    /// Whether paths show what a page lies under.
    pub fn has_parents(&self) -> bool {
        self.segments
            .iter()
            .flatten()
            .any(|it| *it == Part::Parents)
    }

    /// The path of a page; `parents` are the slugs of what it lies under, from the root down.
    pub fn path(&self, slug: &str, lang: Option<&str>, parents: &[String]) -> String {
        let mut path = String::new();
        for parts in &self.segments {
            if parts.as_slice() == [Part::Parents] {
                for parent in parents {
                    path.push('/');
                    path.push_str(parent);
                }
                continue;
            }
            let words = parts.iter().map(|part| match part {
                Part::Literal(text) => text.as_str(),
                Part::Slug => slug,
                Part::Lang => lang.unwrap_or_default(),
                Part::Parents => "",
            });
            let segment: String = words.collect();
            if !segment.is_empty() {
                path.push('/');
                path.push_str(&segment);
            }
        }
        path
    }
}

fn segment(text: &str) -> Result<Vec<Part>, String> {
    let is_plain = |c: char| c.is_alphanumeric() || "-_.~!$&'()*+,;=:@".contains(c);
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (literal, behind) = match rest.split_once('{') {
            Some((literal, behind)) => (literal, Some(behind)),
            None => (rest, None),
        };
        if let Some(odd) = literal.chars().find(|c| !is_plain(*c)) {
            return Err(format!("has {odd:?}, which does not belong into a path"));
        }
        if !literal.is_empty() {
            parts.push(Part::Literal(literal.to_owned()));
        }
        let Some(behind) = behind else { break };
        let (name, behind) = behind
            .split_once('}')
            .ok_or("has a brace that is not closed")?;
        let part = PLACEHOLDERS.iter().find(|(known, _)| *known == name);
        let (_, part) = part.ok_or_else(|| {
            format!("has {{{name}}}; there are {{slug}}, {{lang}} and {{parents}}")
        })?;
        parts.push(part.clone());
        rest = behind;
    }
    match text {
        "" => Err("has two slashes beside each other, or one at the end".to_owned()),
        "." | ".." => Err(format!("has the segment {text}, which browsers take away")),
        _ => Ok(parts),
    }
}

#[cfg(test)]
mod tests {
    use super::PathPattern;

    #[test]
    fn a_path_has_what_is_known_of_the_page() {
        let parents = ["docs".to_owned(), "guide".to_owned()];
        for (pattern, lang, expected) in [
            ("/{slug}", Some("de"), "/start"),
            ("/blog/{slug}.html", None, "/blog/start.html"),
            (
                "/{lang}/{parents}/{slug}",
                Some("de"),
                "/de/docs/guide/start",
            ),
            ("/{lang}/{parents}/{slug}", None, "/docs/guide/start"),
            ("/x-{lang}/{slug}", None, "/x-/start"),
        ] {
            let path = PathPattern::parse(pattern).map(|it| it.path("start", lang, &parents));
            assert_eq!(path.as_deref(), Ok(expected), "{pattern}");
        }
        let short = PathPattern::parse("/{parents}/{slug}").map(|it| it.path("start", None, &[]));
        assert_eq!(short.as_deref(), Ok("/start"));
    }

    #[test]
    fn a_pattern_that_makes_no_good_paths_is_refused() {
        for (pattern, problem) in [
            ("blog/{slug}", "does not begin with a slash"),
            ("/blog", "needs {slug}"),
            ("/{slug}/{slug}", "needs {slug}"),
            ("/{slug}/", "one at the end"),
            ("//{slug}", "two slashes"),
            ("/../{slug}", "the segment .."),
            ("/{name}/{slug}", "has {name}"),
            ("/{slug", "not closed"),
            ("/a b/{slug}", "has ' '"),
            ("/{slug}?x", "has '?'"),
            ("/x{parents}/{slug}", "beside something else"),
        ] {
            let refused = PathPattern::parse(pattern).map_or_else(|it| it, |it| it.to_string());
            assert!(refused.contains(problem), "{pattern}: {refused}");
        }
    }
}
