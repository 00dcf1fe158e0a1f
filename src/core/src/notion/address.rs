//! Addresses of Notion's own pages, as far as they name an object.
//!
//! Their form is not promised: the id at the end is all that is read of them.

use crate::id::Id;

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

/// The object of a workspace that an address names, and the block inside of it.
///
/// Notion writes `/{id}#{block}` where it knows the target, and people paste `https://www.notion.so/Title-{id}`.
pub fn object_at(url: &str) -> Option<(Id, Option<Id>)> {
    let path = url.strip_prefix('/').or_else(|| {
        let (host, path) = url.strip_prefix("https://")?.split_once('/')?;
        let is_notion = HOSTS.contains(&host) || host.ends_with(SITE);
        is_notion.then_some(path)
    })?;
    let (path, fragment) = path.split_once('#').unwrap_or((path, ""));
    let path = path.split('?').next().unwrap_or_default();
    Some((id_at_end(path)?, fragment.parse().ok()))
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
    use super::object_at;

    #[test]
    fn addresses_name_objects_and_blocks() {
        let id = "2712e341-754a-41ae-a9ce-4c0bb4b18c52"
            .parse()
            .expect("a valid id");
        let block = "38c9ce7b-60a4-8136-8cb8-d1a177ad0a4f".parse().ok();
        for (url, expected) in [
            ("/2712e341754a41aea9ce4c0bb4b18c52", Some((id, None))),
            (
                "/2712e341754a41aea9ce4c0bb4b18c52?pvs=25#38c9ce7b60a481368cb8d1a177ad0a4f",
                Some((id, block)),
            ),
            (
                "https://www.notion.so/team/A-page-2712e341754a41aea9ce4c0bb4b18c52?v=1",
                Some((id, None)),
            ),
            (
                "https://app.notion.com/p/2712e341-754a-41ae-a9ce-4c0bb4b18c52",
                Some((id, None)),
            ),
            (
                "https://acme.notion.site/A-page-2712e341754a41aea9ce4c0bb4b18c52",
                Some((id, None)),
            ),
            (
                "https://notion.so.evil.example/2712e341754a41aea9ce4c0bb4b18c52",
                None,
            ),
            ("/über-uns", None),
            ("/", None),
        ] {
            assert_eq!(object_at(url), expected, "{url}");
        }
    }
}
