//! `ROOTS` and `EXCLUDE`: what is copied.

use crate::id::Id;
use crate::notion::id_at_end;
use crate::scope::Scope;

use super::parse::Variables;

/// The value of `ROOTS` that means everything the connection sees.
const ALL_ROOTS: &str = "all";

/// Each object is compared with all of them.
const MOST_IDS: usize = 200;

/// Reads the scope.
pub fn read<F: Fn(&str) -> Option<String>>(variables: &mut Variables<F>) -> Scope {
    let is_all = variables.text("ROOTS").is_none_or(|text| text == ALL_ROOTS);
    let roots = (!is_all).then(|| ids(variables, "ROOTS"));
    let exclude = ids(variables, "EXCLUDE");
    let scope = Scope { roots, exclude };
    let mut roots = scope.roots.iter().flatten();
    if roots.any(|id| scope.exclude.contains(id)) {
        variables.problem("EXCLUDE", "names an object that ROOTS names as well");
    }
    scope
}

fn ids<F: Fn(&str) -> Option<String>>(variables: &mut Variables<F>, name: &str) -> Vec<Id> {
    let texts = variables.list(name);
    let ids: Option<Vec<Id>> = texts.iter().map(|text| id_of(text)).collect();
    match ids {
        Some(ids) if ids.len() <= MOST_IDS => return ids,
        Some(_) => variables.problem(name, &format!("names more than {MOST_IDS} objects")),
        None => variables.problem(
            name,
            "is not a list of ids or addresses of pages, databases and data sources, separated by commas",
        ),
    }
    Vec::new()
}

/// The id itself, or the one at the end of an address: `https://www.notion.so/acme/Title-2712e341754a41aea9ce4c0bb4b18c52?v=…`.
fn id_of(text: &str) -> Option<Id> {
    if let Ok(id) = text.parse() {
        return Some(id);
    }
    let (_, address) = text.split_once("://")?;
    id_at_end(address.split(['?', '#']).next()?)
}

#[cfg(test)]
mod tests {
    use super::id_of;

    #[test]
    fn an_id_is_found_at_the_end_of_an_address() {
        let id = "2712e341-754a-41ae-a9ce-4c0bb4b18c52";
        let bare = id.replace('-', "");
        for text in [
            id.to_owned(),
            bare.clone(),
            format!("https://www.notion.so/acme/A-title-{bare}?pvs=4"),
            format!("https://www.notion.so/{bare}#block"),
            format!("https://acme.notion.site/A-{id}/"),
        ] {
            let found = id_of(&text).map(|id| id.to_string());
            assert_eq!(found.as_deref(), Some(id), "{text}");
        }
        for text in ["", "x", "https://www.notion.so/acme", "https://", "Title-x"] {
            assert_eq!(id_of(text), None, "{text}");
        }
        assert_eq!(id_of(&format!("Title-{bare}")), None, "no address, no id");
    }
}
