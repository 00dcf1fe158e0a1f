//! Tables: the rows of a table are its children.
//!
//! GitHub's tables have a heading and as many cells in it as any row; rows with fewer cells are as good.

use crate::notion::{Block, BlockType, RichText};
use crate::render::payload::cells;

use super::inline::{self, Place};
use super::run::joined;
use super::{Renderer, Step};

impl<'a> Renderer<'a> {
    /// A table; what lies in it and is no row comes behind it.
    pub(super) fn table(&mut self, known: &BlockType, block: &'a Block) -> Option<()> {
        let BlockType::Table(table) = known else {
            return None;
        };
        let has_heading = table.get()?.has_column_header.is_true();
        let children = block.children.as_slice();
        let rows: Vec<&[Vec<RichText>]> = children.iter().filter_map(cells).collect();
        self.rows(has_heading, &rows);
        for child in children.iter().rev() {
            self.steps.push(match cells(child) {
                Some(_) => Step::Blocks(child.children.as_slice()),
                None => Step::Blocks(std::slice::from_ref(child)),
            });
        }
        Some(())
    }

    /// A table of these rows, the first of which may be its heading.
    pub(super) fn rows(&mut self, has_heading: bool, rows: &[&[Vec<RichText>]]) {
        let width = rows
            .iter()
            .map(|cells| cells.len())
            .max()
            .unwrap_or_default();
        if width == 0 {
            return;
        }
        let (heading, rows) = match rows.split_first() {
            Some((heading, rows)) if has_heading => (*heading, rows),
            _ => (Default::default(), rows),
        };
        self.markdown.block();
        self.row(heading);
        self.markdown
            .push_str(&"  |".repeat(width.saturating_sub(heading.len())));
        self.markdown.next_line();
        self.markdown.push('|');
        self.markdown.push_str(&" --- |".repeat(width));
        for cells in rows {
            self.markdown.next_line();
            self.row(cells);
        }
    }

    fn row(&mut self, cells: &[Vec<RichText>]) {
        self.markdown.push('|');
        for cell in cells {
            let runs = joined(self.runs(cell), Place::Cell);
            self.markdown.push(' ');
            self.markdown.begin_text();
            inline::write(&runs, Place::Cell, &mut self.markdown);
            self.markdown.push_str(" |");
        }
    }
}
