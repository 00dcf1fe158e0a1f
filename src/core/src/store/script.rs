//! The store's scripts, by the operation that each performs.

use crate::redis::{CALL, PART, Script};

const ENTRY: &str = include_str!("../scripts/store/entry.lua");
const NUMBER: &str = include_str!("../scripts/store/number.lua");
const RECORD: &str = include_str!("../scripts/store/record.lua");

/// All of them, by the names that other languages know them by.
pub const SCRIPTS: [(&str, Script); 10] = [
    ("kvIncrement", KV_INCREMENT),
    ("indexAdd", INDEX_ADD),
    ("indexDelete", INDEX_DELETE),
    ("indexIncrement", INDEX_INCREMENT),
    ("indexRead", INDEX_READ),
    ("indexUpdate", INDEX_UPDATE),
    ("resourceDelete", RESOURCE_DELETE),
    ("resourcePage", RESOURCE_PAGE),
    ("resourcePut", RESOURCE_PUT),
    ("streamRead", STREAM_READ),
];

pub(super) const KV_INCREMENT: Script =
    Script::new(&[NUMBER, include_str!("../scripts/store/kv_increment.lua")]);
pub(super) const INDEX_ADD: Script =
    Script::new(&[CALL, ENTRY, include_str!("../scripts/store/index_add.lua")]);
pub(super) const INDEX_DELETE: Script = Script::new(&[
    CALL,
    ENTRY,
    include_str!("../scripts/store/index_delete.lua"),
]);
pub(super) const INDEX_INCREMENT: Script = Script::new(&[
    CALL,
    ENTRY,
    NUMBER,
    include_str!("../scripts/store/index_increment.lua"),
]);
pub(super) const INDEX_READ: Script =
    Script::reading(&[CALL, PART, include_str!("../scripts/store/index_read.lua")]);
pub(super) const INDEX_UPDATE: Script = Script::new(&[
    CALL,
    ENTRY,
    include_str!("../scripts/store/index_update.lua"),
]);
pub(super) const RESOURCE_DELETE: Script = Script::new(&[
    CALL,
    RECORD,
    include_str!("../scripts/store/resource_delete.lua"),
]);
pub(super) const RESOURCE_PAGE: Script =
    Script::reading(&[include_str!("../scripts/store/resource_page.lua")]);
pub(super) const RESOURCE_PUT: Script = Script::new(&[
    CALL,
    RECORD,
    include_str!("../scripts/store/resource_put.lua"),
]);
pub(super) const STREAM_READ: Script =
    Script::reading(&[include_str!("../scripts/store/stream_read.lua")]);
