//! The demo workspace: the site of a small company, one content file per page.
//!
//! The files are under `demo/`, and `demo/README.md` says how to edit them; a new file has to be named here.
//! `loader` makes a workspace of them.

mod loader;
mod people;
mod tables;

use std::sync::LazyLock;

use crate::id::Uuid;
use crate::json::Json;
use crate::workspace::Held;

/// The id of the demo's home page.
pub const HOME_PAGE_ID: &str = "6a3f9c1e-2b7d-4e58-9f04-1c8d5e2a7b90";
/// The id of the demo's Blog data source.
pub const BLOG_DATA_SOURCE_ID: &str = "b1094c7e-5d2f-4a86-8e13-7f60c2d9a4b5";
/// The id of the integration's own user.
pub(crate) const BOT_ID: &str = "e4b8d1f6-0a93-4c7d-8b52-6f1e9c3a5d70";

macro_rules! files {
    ($folder:literal, $extension:literal: $($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../demo/", $folder, "/", $name, $extension)))),*]
    };
}

const PEOPLE: &str = include_str!("../../demo/people.json");

const DATABASES: &[(&str, &str)] = files!("databases", ".json": "blog", "latest-posts", "library", "open-orders", "team", "visitors");

const PAGES: &[(&str, &str)] = files!(
    "pages", ".page":
    "home", "visiting", "old-shop", "salaries", "kitchen-sink", "documentation", "getting-started", "installing", "choosing-a-site",
    "first-reading", "software", "api", "tokens", "export-formats", "month-of-tides",
);

const POSTS: &[(&str, &str)] = files!(
    "blog", ".page":
    "a-gauge-you-can-repair", "why-the-table-was-wrong", "three-winters-in-skerry-bay", "reading-the-sea-at-night", "open-firmware",
    "the-float-and-the-pressure-cell", "how-we-ship-to-islands", "a-year-of-surges", "what-a-datum-is", "borrowed-batteries", "next-gauge",
);

/// The demo, read from its files once.
pub(crate) fn held() -> &'static Held {
    static HELD: LazyLock<Held> = LazyLock::new(|| {
        loader::read(PEOPLE, DATABASES, &[PAGES, POSTS].concat())
            .expect("the tests read every file of the demo")
    });
    &HELD
}

/// The people who edit pages, for worlds which have no content files.
pub(crate) fn editors() -> Vec<Uuid> {
    let people = Json::parse(PEOPLE).expect("the tests read every file of the demo");
    let users = people.get("users").map(Json::entries).unwrap_or_default();
    let persons = users
        .iter()
        .filter(|(_, user)| user.get("email").is_some() && user.get("guest").is_none());
    persons
        .filter_map(|(_, user)| user.get("id")?.as_str()?.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_demo_can_be_read() {
        assert_eq!(
            loader::read(PEOPLE, DATABASES, &[PAGES, POSTS].concat()).err(),
            None
        );
    }
}
