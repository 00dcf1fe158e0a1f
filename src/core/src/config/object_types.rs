//! `OBJECT_TYPES` and `BLOCK_KEYS`: what is copied beside pages and databases.

use super::parse::Variables;

/// The word for comments, which only Notion can bring once they are wanted.
pub const COMMENT: &str = "comment";

/// What is copied beside pages and databases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ObjectTypes {
    /// Each block under a key of its own, too.
    pub blocks: bool,
    /// The users of the workspace.
    pub users: bool,
    /// The open comments of each page.
    pub comments: bool,
}

impl ObjectTypes {
    /// Their words; none for pages and databases alone.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        let words = [
            (self.blocks, "block"),
            (self.comments, COMMENT),
            (self.users, "user"),
        ];
        let named = words.into_iter().filter(|(is_named, _)| *is_named);
        named.map(|(_, word)| word)
    }
}

/// Reads both variables. Rows are found through databases, so those come with the pages, named or not.
pub fn read<F: Fn(&str) -> Option<String>>(variables: &mut Variables<F>) -> ObjectTypes {
    let has_block_keys = variables.flag("BLOCK_KEYS", false);
    let mut types = ObjectTypes {
        blocks: has_block_keys,
        ..ObjectTypes::default()
    };
    let Some(text) = variables.text("OBJECT_TYPES") else {
        return types;
    };
    let mut has_pages = false;
    for word in text.split(['+', ',']).map(str::trim) {
        match word {
            "page" => has_pages = true,
            "database" | "data_source" => {}
            "block" => types.blocks = true,
            "user" => types.users = true,
            COMMENT => types.comments = true,
            _ => {
                has_pages = false;
                break;
            }
        }
    }
    if !has_pages {
        variables.problem(
            "OBJECT_TYPES",
            "is not a list with page in it, joined by + or commas, of: page, database, data_source, block, user, comment",
        );
    }
    if types.blocks && !has_block_keys && variables.text("BLOCK_KEYS").is_some() {
        variables.problem(
            "BLOCK_KEYS",
            "is false while OBJECT_TYPES names block: unset one of them",
        );
    }
    types
}
