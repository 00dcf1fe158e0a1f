//! The layout of a chapter: what each of its 64 pages is, and where it is kept.
//!
//! | place in the chapter | is |
//! |---|---|
//! | 0 | the chapter's first page: in the workspace for the first two chapters, else in an earlier chapter's first page |
//! | 1–3 | its child pages |
//! | 4, 5 | pages inside a toggle of page 1; 6 is in 4, 7 in 6 |
//! | 8 | a page in a column of page 2 |
//! | 9–15 | child pages of page 3 |
//! | 16–38 | rows of the chapter's plan, a database in page 0; 39 is a page inside row 38 |
//! | 40–47 | rows of the chapter's ledger, an inline database in a column of page 2, with two data sources in every third chapter |
//! | 48–63 | rows of the register, one database for all chapters, in the very first page |
//!
//! Slots number data sources: 0 is the register, then three per chapter: plan, ledger, the ledger's second source.
//! A database has the slot of its first data source.

/// Pages per chapter.
pub(crate) const CHAPTER: u64 = 64;
/// Chapters that are shared with the integration themselves.
const ROOTS: u64 = 2;
/// Chapters kept in one earlier chapter.
const FAN: u64 = 8;

/// Where a page is kept.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Home {
    Workspace,
    /// In the body of a page.
    Content(u64),
    /// In a data source.
    Row(u64),
}

pub(crate) fn home(index: u64) -> Home {
    let (chapter, place) = (index / CHAPTER, index % CHAPTER);
    let page = |place: u64| Home::Content(chapter * CHAPTER + place);
    match place {
        0 if chapter < ROOTS => Home::Workspace,
        0 => Home::Content((chapter - ROOTS) / FAN * CHAPTER),
        1..=3 => page(0),
        4 | 5 => page(1),
        6 => page(4),
        7 => page(6),
        8 => page(2),
        9..=15 => page(3),
        16..=38 => Home::Row(plan(chapter)),
        39 => page(38),
        40..=43 => Home::Row(ledger(chapter)),
        44..=47 if has_second_source(chapter) => Home::Row(ledger(chapter) + 1),
        44..=47 => Home::Row(ledger(chapter)),
        _ => Home::Row(REGISTER),
    }
}

/// Whether a page that is content of another is inside a block there.
pub(crate) fn is_inside_block(index: u64) -> bool {
    matches!(index % CHAPTER, 4 | 5 | 8 | 39)
}

/// The slot of the register.
pub(crate) const REGISTER: u64 = 0;

/// The slot of a chapter's plan.
pub(crate) fn plan(chapter: u64) -> u64 {
    1 + 3 * chapter
}

/// The slot of a chapter's ledger.
pub(crate) fn ledger(chapter: u64) -> u64 {
    2 + 3 * chapter
}

fn has_second_source(chapter: u64) -> bool {
    chapter.is_multiple_of(3)
}

/// The kinds of data source.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Source {
    Register,
    Plan,
    Ledger,
    SecondLedger,
}

/// The chapter of a slot, and its rank among the slots of the chapter.
pub(crate) fn chapter_of_slot(slot: u64) -> (u64, u64) {
    match slot {
        REGISTER => (0, 0),
        _ => ((slot - 1) / 3, 1 + (slot - 1) % 3),
    }
}

pub(crate) fn source(slot: u64) -> Source {
    match chapter_of_slot(slot).1 {
        0 => Source::Register,
        1 => Source::Plan,
        2 => Source::Ledger,
        _ => Source::SecondLedger,
    }
}

/// The slot of the database that a data source is in.
pub(crate) fn database_of(slot: u64) -> u64 {
    if source(slot) == Source::SecondLedger {
        slot - 1
    } else {
        slot
    }
}

/// The data sources of the database with this slot.
pub(crate) fn sources_of(slot: u64) -> Vec<u64> {
    if source(slot) == Source::Ledger && has_second_source(chapter_of_slot(slot).0) {
        vec![slot, slot + 1]
    } else {
        vec![slot]
    }
}

/// The page whose body holds the database of a slot.
pub(crate) fn host_of(slot: u64) -> u64 {
    let first = chapter_of_slot(slot).0 * CHAPTER;
    match source(slot) {
        Source::Register | Source::Plan => first,
        Source::Ledger | Source::SecondLedger => first + 2,
    }
}

pub(crate) fn is_inline(slot: u64) -> bool {
    source(slot) == Source::Ledger
}

pub(crate) fn database_exists(slot: u64, pages: u64) -> bool {
    source(slot) != Source::SecondLedger && host_of(slot) < pages
}

pub(crate) fn data_source_exists(slot: u64, pages: u64) -> bool {
    let second = source(slot) != Source::SecondLedger || has_second_source(chapter_of_slot(slot).0);
    second && host_of(slot) < pages
}

/// One more than the greatest slot that may exist.
pub(crate) fn slot_limit(pages: u64) -> u64 {
    1 + 3 * pages.div_ceil(CHAPTER)
}

/// The first row's place in its chapter, and how many rows a chapter has.
fn places(slot: u64) -> (u64, u64) {
    match source(slot) {
        Source::Register => (48, 16),
        Source::Plan => (16, 23),
        Source::Ledger if has_second_source(chapter_of_slot(slot).0) => (40, 4),
        Source::Ledger => (40, 8),
        Source::SecondLedger => (44, 4),
    }
}

pub(crate) fn row_count(slot: u64, pages: u64) -> u64 {
    let (first, count) = places(slot);
    let in_chapter = |chapter: u64| pages.saturating_sub(chapter * CHAPTER + first).min(count);
    match source(slot) {
        Source::Register => {
            let full = pages / CHAPTER;
            full * count + in_chapter(full)
        }
        _ => in_chapter(chapter_of_slot(slot).0),
    }
}

/// The page that is the `nth` row, oldest first.
pub(crate) fn row(slot: u64, nth: u64) -> u64 {
    let (first, count) = places(slot);
    match source(slot) {
        Source::Register => nth / count * CHAPTER + first + nth % count,
        _ => chapter_of_slot(slot).0 * CHAPTER + first + nth,
    }
}

/// A row's number within its data source, from 1.
pub(crate) fn number_in_source(index: u64) -> u64 {
    match home(index) {
        Home::Row(slot) => {
            let (first, count) = places(slot);
            let nth = index % CHAPTER - first;
            1 + nth
                + if source(slot) == Source::Register {
                    index / CHAPTER * count
                } else {
                    0
                }
        }
        _ => 0,
    }
}

/// The first pages of the chapters that are kept in this one.
pub(crate) fn chapters_inside(chapter: u64, pages: u64) -> impl Iterator<Item = u64> {
    (0..FAN)
        .map(move |nth| (ROOTS + chapter * FAN + nth) * CHAPTER)
        .filter(move |first| *first < pages)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_in_exactly_one_place() {
        for pages in [0, 1, 17, 64, 65, 200, 1_000] {
            let mut rows = 0;
            for slot in (0..slot_limit(pages)).filter(|slot| data_source_exists(*slot, pages)) {
                for nth in 0..row_count(slot, pages) {
                    assert_eq!(home(row(slot, nth)), Home::Row(slot));
                    assert_eq!(number_in_source(row(slot, nth)), nth + 1);
                    assert!(row(slot, nth) < pages);
                    rows += 1;
                }
            }
            let others = (0..pages)
                .filter(|index| !matches!(home(*index), Home::Row(_)))
                .count() as u64;
            assert_eq!(rows + others, pages);
        }
    }

    #[test]
    fn every_way_up_ends_in_the_workspace() {
        for index in 0..5_000 {
            let mut at = index;
            for step in 0.. {
                assert!(step < 40, "{index}");
                at = match home(at) {
                    Home::Workspace => break,
                    Home::Content(parent) => parent,
                    Home::Row(slot) => host_of(slot),
                };
                assert!(at < index);
            }
        }
    }
}
