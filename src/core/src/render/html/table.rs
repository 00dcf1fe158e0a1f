//! Tables: the rows of a table are its children.

use crate::notion::{Block, RichText, Table};
use crate::render::payload::cells;

use super::{Renderer, Step};

/// Where a row is in its table.
#[derive(Clone, Copy)]
struct Place {
    is_header: bool,
    has_row_header: bool,
}

impl<'a> Renderer<'a> {
    /// A table; what lies in it and is no row comes behind it.
    pub(super) fn table(&mut self, table: &Table, block: &'a Block) {
        let has_row_header = table.has_row_header.is_true();
        let mut rows = block
            .children
            .as_slice()
            .iter()
            .filter_map(cells)
            .peekable();
        self.start_table();
        if table.has_column_header.is_true()
            && let Some(cells) = rows.next()
        {
            self.html.start("thead");
            self.row(
                cells,
                Place {
                    is_header: true,
                    has_row_header,
                },
            );
            self.html.end();
        }
        if rows.peek().is_some() {
            self.html.start("tbody");
            for cells in rows {
                self.row(
                    cells,
                    Place {
                        is_header: false,
                        has_row_header,
                    },
                );
            }
            self.html.end();
        }
        self.end_table();
        for child in block.children.as_slice().iter().rev() {
            self.steps.push(match cells(child) {
                Some(_) => Step::Blocks(child.children.as_slice()),
                None => Step::Blocks(std::slice::from_ref(child)),
            });
        }
    }

    /// A row outside of a table is a table of one row.
    pub(super) fn lone_row(&mut self, cells: &[Vec<RichText>]) {
        self.start_table();
        self.html.start("tbody");
        self.row(
            cells,
            Place {
                is_header: false,
                has_row_header: false,
            },
        );
        self.html.end();
        self.end_table();
    }

    /// It can scroll, so people must be able to reach it by keyboard, and hear what they have reached.
    fn start_table(&mut self) {
        let scrolled = self.html.start("div").class("ne-table", None);
        let named = scrolled.fixed("tabindex", "0").fixed("role", "group");
        drop(named.fixed("aria-label", "Table"));
        self.html.start("table");
    }

    fn end_table(&mut self) {
        self.html.end();
        self.html.end();
    }

    fn row(&mut self, cells: &[Vec<RichText>], place: Place) {
        self.html.start("tr");
        for (column, cell) in cells.iter().enumerate() {
            let scope = match (place.is_header, place.has_row_header && column == 0) {
                // An empty heading has nothing to say.
                _ if cell.is_empty() => None,
                (true, _) => Some("col"),
                (false, true) => Some("row"),
                (false, false) => None,
            };
            match scope {
                Some(scope) => drop(self.html.start("th").fixed("scope", scope)),
                None => drop(self.html.start("td")),
            }
            self.rich_text(cell);
            self.html.end();
        }
        self.html.end();
    }
}
