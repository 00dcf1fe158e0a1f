//! Addresses of Notion's own pages, as far as they name an object.
//!
//! Their form is not promised: ids are all that is read of them.

use crate::id::Id;

/// How such an address begins: on the web, and where the app is to open it.
const SCHEMES: [&str; 3] = ["https", "http", "notion"];

/// Hosts at which Notion shows what is in a workspace.
const HOSTS: [&str; 5] = [
    "www.notion.so",
    "notion.so",
    "app.notion.com",
    "www.notion.com",
    "notion.com",
];

/// Behind the name of a workspace, the host of what it has published.
const SITE: &str = ".notion.site";

/// What of a workspace an address names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    /// A page or a database.
    pub object: Id,
    /// The block inside of it.
    pub block: Option<Id>,
    /// The database beside whose rows the page is shown.
    pub beside: Option<Id>,
}

impl Address {
    /// Reads an address; nothing where it leads elsewhere.
    ///
    /// Notion writes `/{id}#{block}` where it knows the target, and people paste `https://www.notion.so/Title-{id}`,
    /// or, with a row open beside the others, `https://www.notion.so/{database}?v={view}&p={row}`.
    pub fn parse(url: &str) -> Option<Self> {
        let path = path_in_notion(url.trim())?;
        let (path, fragment) = path.split_once('#').unwrap_or((path, ""));
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let named = id_at_end(path)?;
        let mut parameters = query.split('&');
        let row = parameters.find_map(|it| it.strip_prefix("p=")?.parse().ok());
        Some(Self {
            object: row.unwrap_or(named),
            block: fragment.parse().ok(),
            beside: row.map(|_| named),
        })
    }

    /// Everything that it names, but blocks.
    pub fn objects(self) -> impl Iterator<Item = Id> {
        [Some(self.object), self.beside].into_iter().flatten()
    }
}

fn path_in_notion(url: &str) -> Option<&str> {
    if let Some(path) = url.strip_prefix('/') {
        return Some(path);
    }
    let (scheme, rest) = url.split_once("://")?;
    let (host, path) = rest.split_once('/')?;
    let host = host.to_ascii_lowercase();
    let is_notion = SCHEMES.iter().any(|it| scheme.eq_ignore_ascii_case(it))
        && (HOSTS.contains(&host.as_str()) || host.ends_with(SITE));
    is_notion.then_some(path)
}

/// The id that ends a path: `Title-2712e341754a41aea9ce4c0bb4b18c52`.
pub fn id_at_end(path: &str) -> Option<Id> {
    let name = path.trim_end_matches('/').rsplit('/').next()?;
    [36, 32].into_iter().find_map(|length| {
        let start = name.len().checked_sub(length)?;
        name.get(start..)?.parse().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::Address;

    const PAGE: &str = "2712e341-754a-41ae-a9ce-4c0bb4b18c52";
    const OTHER: &str = "38c9ce7b-60a4-8136-8cb8-d1a177ad0a4f";

    /// The ids of object, block and database.
    fn named(url: &str) -> Option<[Option<String>; 3]> {
        let Address {
            object,
            block,
            beside,
        } = Address::parse(url)?;
        Some([Some(object), block, beside].map(|id| id.map(|id| id.to_string())))
    }

    #[test]
    fn addresses_name_objects_and_blocks() {
        let (page, other) = (PAGE.replace('-', ""), OTHER.replace('-', ""));
        for (url, expected) in [
            (format!("/{page}"), [Some(PAGE), None, None]),
            (
                format!("/{page}?pvs=25#{other}"),
                [Some(PAGE), Some(OTHER), None],
            ),
            (
                format!("https://www.notion.so/team/A-page-{page}?v=1"),
                [Some(PAGE), None, None],
            ),
            (
                format!("https://www.notion.so/native/A-page-{page}#{other}"),
                [Some(PAGE), Some(OTHER), None],
            ),
            (
                format!("https://app.notion.com/p/{PAGE}"),
                [Some(PAGE), None, None],
            ),
            (
                format!("https://acme.notion.site/A-page-{page}"),
                [Some(PAGE), None, None],
            ),
            (
                format!(" HTTP://Notion.so/{page} "),
                [Some(PAGE), None, None],
            ),
            (
                format!("notion://www.notion.so/A-page-{page}"),
                [Some(PAGE), None, None],
            ),
            (
                format!("https://www.notion.so/acme/{other}?v=1&p={page}&pm=s"),
                [Some(PAGE), None, Some(OTHER)],
            ),
        ] {
            let expected = expected.map(|id| id.map(str::to_owned));
            assert_eq!(named(&url), Some(expected), "{url}");
        }
    }

    #[test]
    fn other_addresses_name_nothing() {
        let page = PAGE.replace('-', "");
        for url in [
            format!("https://notion.so.evil.example/{page}"),
            format!("https://www.notion.so@evil.example/{page}"),
            format!("ftp://www.notion.so/{page}"),
            "https://www.notion.so/product".to_owned(),
            "/über-uns".to_owned(),
            "/".to_owned(),
        ] {
            assert_eq!(named(&url), None, "{url}");
        }
    }
}
