//! What the exporter knows of one object, as the scripts keep it in a field of a hash.

use crate::id::Id;
use crate::member::Member;

/// The record of an object. Only scripts write it; what each part means is said in `record.lua`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The number of the export that saw it last; 0 where none did.
    pub seen: u64,
    /// How often it was taken without an end.
    pub takes: u32,
    /// The same of its rebuilds.
    pub rebuilds: u32,
    /// A letter for each mark.
    pub marks: String,
    /// The page whose blocks hold it.
    pub owner: Option<Id>,
    /// What it lies in, as a listing showed that.
    pub above: Option<Member>,
    /// Since when Notion does not know it any more, in ms.
    pub missing: Option<i64>,
    /// What the store holds of it.
    pub version: String,
}

impl Record {
    /// Whether it has that mark.
    pub fn has(&self, mark: char) -> bool {
        self.marks.contains(mark)
    }

    /// Whether it went with what it lies under, which was in the trash.
    pub fn is_under_trash(&self) -> bool {
        self.has('t')
    }

    /// Reads a record; nothing where something else stands there.
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('|').collect();
        // What it lies in is not told by a store of an earlier version.
        let [
            seen,
            takes,
            rebuilds,
            marks,
            owner,
            above @ ..,
            missing,
            version,
        ] = parts.as_slice()
        else {
            return None;
        };
        Some(Self {
            seen: seen.parse().unwrap_or_default(),
            takes: takes.parse().ok()?,
            rebuilds: rebuilds.parse().ok()?,
            marks: (*marks).to_owned(),
            owner: owner.parse().ok(),
            above: above.first().and_then(|above| above.parse().ok()),
            missing: missing.parse().ok(),
            version: (*version).to_owned(),
        })
    }
}
