//! Which of all that is known decides whether readers get a page. It decides nothing about words; that is `told`.

use crate::id::Id;
use crate::read::setup::{AccessKind, Setup};

use super::known::{Known, Member, Meta};
use super::told::WhyReason;

/// What the store notes as the version of what has expired.
const EXPIRED: &str = "!";

/// What it notes as the version of what was asked for and is not stored.
const NOTHING_STORED: &str = "?";

/// What the exporter says of an object that it tried in vain.
const PUT_ASIDE: &str = "put aside";

/// A page whose text is missing was taken away by Redis, whatever its record says.
pub fn of(known: &Known, id: Id, path: Option<&str>, setup: Option<&Setup>) -> WhyReason {
    let Some((object, member)) = known.object() else {
        let is_named = setup.is_some_and(|it| it.scope.names(id) == Some(false));
        return match known.gone {
            _ if is_named => WhyReason::Excluded,
            Some(_) => WhyReason::Removed,
            None => WhyReason::Unknown,
        };
    };
    if object != "page" && member.is_there {
        let is_ruled = setup.is_some_and(|it| it.access == AccessKind::Rule);
        // No rule says which of these are public.
        return if is_ruled {
            WhyReason::Draft
        } else {
            WhyReason::Served
        };
    }
    match &known.meta {
        Some(_) if !member.is_there || member.version() == Some(EXPIRED) => WhyReason::Expired,
        Some(meta) => of_stored(known, meta, path, setup),
        None => of_missing(known, member, id, setup),
    }
}

fn of_stored(known: &Known, meta: &Meta, path: Option<&str>, setup: Option<&Setup>) -> WhyReason {
    let is_ruled = setup.is_some_and(|it| it.access == AccessKind::Rule);
    let page = &known.page;
    // Without its mark it is looked for a second time.
    let is_held = known.state.held.is_some() && known.leaving.is_some() && page.has_mark('s');
    match meta.visibility.as_deref() {
        Some("draft") if is_ruled => WhyReason::Draft,
        Some("scheduled") if is_ruled => WhyReason::Scheduled,
        // What was not built again since there is a rule is not public.
        None if is_ruled => WhyReason::Draft,
        _ if is_held => WhyReason::Held,
        _ if path.is_some_and(|path| path != meta.path) => WhyReason::Moved,
        _ if known.holder.is_some() => WhyReason::SlugTaken,
        _ => WhyReason::Served,
    }
}

fn of_missing(known: &Known, member: &Member, id: Id, setup: Option<&Setup>) -> WhyReason {
    let is_named = setup.is_some_and(|it| it.scope.names(id) == Some(false));
    match &member.error {
        _ if member.has_word("in_trash") || member.has_mark('t') => WhyReason::Trashed,
        _ if member.has_word("out_of_scope") || is_named => WhyReason::Excluded,
        Some(error) if error.starts_with(PUT_ASIDE) => WhyReason::PutAside,
        Some(_) => WhyReason::Error,
        None if known.gone.is_some() => WhyReason::Removed,
        None if member.due.is_some() => WhyReason::Waiting,
        None if member.version() == Some(NOTHING_STORED) => WhyReason::Gone,
        None => WhyReason::Unknown,
    }
}
