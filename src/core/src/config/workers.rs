//! `WORKERS`: how many objects Notion is asked for at the same time.

use super::parse::Variables;

/// How much of each kind of work is done at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByKind {
    /// Pages that are asked for.
    pub pages: usize,
    /// Databases and data sources that are asked for.
    pub databases: usize,
    /// Listings of blocks in flight.
    pub blocks: usize,
}

impl Default for ByKind {
    fn default() -> Self {
        Self {
            pages: usize::MAX,
            databases: usize::MAX,
            blocks: usize::MAX,
        }
    }
}

/// Objects that Notion is asked for at the same time; there are as many connections.
const MOST_WORKERS: u32 = 6;

/// `WORKERS`: a number for all kinds together, or numbers by kind.
pub fn read<F: Fn(&str) -> Option<String>>(
    variables: &mut Variables<F>,
    default: usize,
) -> (usize, ByKind) {
    let is_by_kind = variables
        .text("WORKERS")
        .is_some_and(|text| text.contains('='));
    if !is_by_kind {
        let most = variables.count("WORKERS", 4, 1..=MOST_WORKERS);
        return (most as usize, ByKind::default());
    }
    let mut by_kind = ByKind {
        pages: default,
        databases: default,
        blocks: usize::MAX,
    };
    for item in variables.list("WORKERS") {
        let (kind, number) = item.split_once('=').unwrap_or((&item, ""));
        let kind = match kind.trim() {
            "pages" => &mut by_kind.pages,
            "databases" => &mut by_kind.databases,
            "blocks" => &mut by_kind.blocks,
            _ => {
                variables.problem(
                    "WORKERS",
                    "names a kind that is none of pages, databases, blocks",
                );
                continue;
            }
        };
        match number.trim().parse() {
            Ok(number @ 1..=100) => *kind = number,
            _ => variables.problem("WORKERS", "is not like 4 or pages=4,databases=2,blocks=5"),
        }
    }
    let most = by_kind.pages.max(by_kind.databases);
    (most.min(MOST_WORKERS as usize), by_kind)
}
