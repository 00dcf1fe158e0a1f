//! What of a workspace is copied: the objects that `ROOTS` and `EXCLUDE` leave in.
//!
//! On the way up from an object the nearest that is named decides. Where none is, all of a workspace is in scope
//! or nothing of it.

use sha2::{Digest, Sha256};

use crate::hex::hex;
use crate::id::Id;

/// What is copied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Pages, databases and data sources that are copied with what lies below them; nothing means everything there is.
    pub roots: Option<Vec<Id>>,
    /// Those that are left out with what lies below them.
    pub exclude: Vec<Id>,
}

impl Scope {
    /// Whether nothing is left out, so that nobody has to ask.
    pub fn is_everything(&self) -> bool {
        self.roots.is_none() && self.exclude.is_empty()
    }

    /// What the object of that id says about itself and what lies below it, if it is named.
    pub fn names(&self, id: Id) -> Option<bool> {
        if self.exclude.contains(&id) {
            return Some(false);
        }
        let is_root = |roots: &Vec<Id>| roots.contains(&id);
        self.roots.as_ref().is_some_and(is_root).then_some(true)
    }

    /// What counts for what lies below nothing that is named.
    pub fn names_the_rest(&self) -> bool {
        self.roots.is_none()
    }

    /// The word that an object leaves in its summary when it is found to be in this scope, or outside.
    pub fn word(&self, is_in: bool) -> String {
        let field = if is_in { "in_scope" } else { "out_of_scope" };
        format!(r#"{{"{field}":"{}"}}"#, self.fingerprint())
    }

    /// Tells scopes apart; empty for everything.
    pub fn fingerprint(&self) -> String {
        if self.is_everything() {
            return String::new();
        }
        let sorted = |ids: &[Id]| {
            let mut ids = ids.to_vec();
            ids.sort();
            ids.dedup();
            ids
        };
        let roots = self.roots.as_ref().map(|roots| sorted(roots));
        let text = format!("{roots:?} {:?}", sorted(&self.exclude));
        hex(Sha256::digest(text).into_iter().take(8))
    }
}

#[cfg(test)]
mod tests {
    use super::Scope;
    use crate::id::Id;

    #[test]
    fn a_fingerprint_tells_scopes_apart_and_not_the_order_in_which_they_are_written() {
        let id = |last: u8| -> Id {
            format!("38c9ce7b-60a4-8136-8cb8-{last:012x}")
                .parse()
                .expect("a valid id")
        };
        let of = |roots: Option<&[u8]>, exclude: &[u8]| {
            let ids = |all: &[u8]| all.iter().map(|last| id(*last)).collect();
            Scope {
                roots: roots.map(ids),
                exclude: ids(exclude),
            }
            .fingerprint()
        };
        assert_eq!(of(None, &[]), "");
        assert_eq!(of(Some(&[1, 2]), &[3]), of(Some(&[2, 1, 1]), &[3, 3]));
        let all = [
            of(None, &[]),
            of(None, &[1]),
            of(Some(&[1]), &[]),
            of(Some(&[1, 2]), &[]),
            of(Some(&[1]), &[2]),
            of(Some(&[]), &[]),
        ];
        for (place, one) in all.iter().enumerate() {
            assert!(
                !all.iter().skip(place + 1).any(|other| other == one),
                "{all:?}"
            );
        }
    }
}
