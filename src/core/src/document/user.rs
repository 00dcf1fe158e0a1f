//! Users as they are stored: Notion's own JSON, scrubbed.

use crate::id::Id;
use crate::notion::User;

use super::files::FileKeys;
use super::json;
use super::scrub::Scrubber;

/// The user as it is stored, without picture and e-mail address; nothing where it has no good id.
pub fn stored_user(mut user: User) -> Option<(Id, String)> {
    let id: Id = user.id.as_str()?.parse().ok()?;
    let mut scrubber = Scrubber::new(FileKeys::new(id));
    scrubber.account(&mut user);
    Some((id, json(&user)))
}
