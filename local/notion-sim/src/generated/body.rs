//! The bodies of generated pages: from nothing to some sixty blocks, now and then far more, nested, linked and synced.
//! Decides what stands where on a page; whether a page exists and where it is kept is `layout`'s.

use crate::generated::layout::{self, CHAPTER, Home};
use crate::generated::{Generated, Place, words};
use crate::json::{Json, object};
use crate::model::{Content, DateRange, Field, File, Icon, RichText, Span, Style, plain};
use crate::random::mix;

/// A body in document order.
pub(crate) struct Body {
    pub(crate) items: Vec<Item>,
}

/// One entry of a body; its place among the items is its ordinal.
pub(crate) struct Item {
    /// The ordinal of the block it is in; `None` at the top level.
    pub(crate) parent: Option<u64>,
    pub(crate) what: What,
}

/// What an entry is.
#[derive(Clone, Debug)]
pub(crate) enum What {
    Block {
        kind: &'static str,
        fields: Vec<(String, Field)>,
    },
    Page(u64),
    Database(u64),
}

impl PartialEq for What {
    /// Pages and databases are the same by number; no two blocks are the same.
    fn eq(&self, other: &What) -> bool {
        match (self, other) {
            (What::Page(a), What::Page(b)) | (What::Database(a), What::Database(b)) => a == b,
            _ => false,
        }
    }
}

/// Writes the body of a page.
pub(crate) fn write(world: &Generated, page: u64) -> Body {
    let mut writer = Writer {
        world,
        page,
        chance: world.chance(page, b'w'),
        items: Vec::new(),
    };
    let (chapter, place) = (page / CHAPTER, page % CHAPTER);
    if place == 1 {
        writer.synced_original();
    }
    writer.prose(amount(world, page));
    match place {
        0 => writer.first_page(chapter),
        1 => writer.inside_toggle("Older notes", &[4, 5]),
        2 => writer.columns(chapter),
        3 => writer.pages(&[9, 10, 11, 12, 13, 14, 15]),
        4 => writer.pages(&[6]),
        6 => writer.pages(&[7]),
        38 => writer.inside_toggle("Attachments", &[39]),
        _ => {}
    }
    if place == 3 || place == 9 {
        writer.synced_copy(chapter);
    }
    Body {
        items: writer.items,
    }
}

/// How many pieces of prose a page has.
fn amount(world: &Generated, page: u64) -> u64 {
    let chance = world.chance(page, b'n');
    match layout::home(page) {
        _ if page % CHAPTER == 5 && (page / CHAPTER).is_multiple_of(16) => 180 + chance % 60,
        Home::Row(_) if chance.is_multiple_of(3) => 0,
        Home::Row(_) => chance % 8,
        _ => chance % 26,
    }
}

struct Writer<'a> {
    world: &'a Generated,
    page: u64,
    chance: u64,
    items: Vec<Item>,
}

impl Writer<'_> {
    fn next(&mut self) -> u64 {
        self.chance = mix(self.chance, self.items.len() as u64);
        self.chance
    }

    fn add(
        &mut self,
        parent: Option<u64>,
        kind: &'static str,
        fields: Vec<(&str, Field)>,
    ) -> Option<u64> {
        let fields = fields
            .into_iter()
            .map(|(name, field)| (name.to_string(), field))
            .collect();
        self.put(parent, What::Block { kind, fields })
    }

    fn put(&mut self, parent: Option<u64>, what: What) -> Option<u64> {
        self.items.push(Item { parent, what });
        Some(self.items.len() as u64 - 1)
    }

    fn prose(&mut self, pieces: u64) {
        for _ in 0..pieces {
            let chance = self.next();
            self.piece(chance);
        }
    }

    fn piece(&mut self, chance: u64) {
        let sentence = |salt| plain(&words::sentence(mix(chance, salt)));
        match chance % 16 {
            0 | 1 => self.heading(chance),
            2 => {
                let mut parent = None;
                for depth in 0..=(chance / 16 % 3) {
                    parent = self.text(parent, "bulleted_list_item", sentence(depth), None);
                }
            }
            3 => {
                let checked = Field::Json((chance / 16).is_multiple_of(2).into());
                self.text(None, "to_do", sentence(1), Some(("checked", checked)));
            }
            4 => {
                let toggle = self.text(None, "toggle", sentence(1), None);
                for nth in 0..=(chance / 16 % 3) {
                    self.paragraph(toggle, mix(chance, nth));
                }
            }
            5 => self.table(chance),
            6 => self.code(chance),
            7 => {
                let icon = Icon::Emoji(words::emoji(chance / 16).to_string());
                let icon = ("icon", Field::Icon(Some(icon)));
                let callout = self.text(None, "callout", sentence(1), Some(icon));
                self.paragraph(callout, chance);
            }
            8 => {
                let file = File::External(format!("asset:photo-{}.svg", chance % 40));
                let caption = ("caption", Field::Text(sentence(1)));
                self.add(None, "image", vec![caption, ("file", Field::File(file))]);
            }
            9 => {
                self.add(None, "divider", Vec::new());
            }
            10 => self.mentions(chance),
            11 => self.link_to_page(chance),
            12 => {
                self.text(None, "numbered_list_item", sentence(1), None);
            }
            _ => self.paragraph(None, chance),
        }
    }

    /// A block of rich text and a colour, with one field between them in some types.
    fn text(
        &mut self,
        parent: Option<u64>,
        kind: &'static str,
        text: RichText,
        between: Option<(&str, Field)>,
    ) -> Option<u64> {
        let mut fields = vec![("rich_text", Field::Text(text))];
        fields.extend(between);
        fields.push(("color", Field::Json("default".into())));
        self.add(parent, kind, fields)
    }

    fn paragraph(&mut self, parent: Option<u64>, chance: u64) {
        self.rich_paragraph(parent, plain(&words::paragraph(chance)));
    }

    fn rich_paragraph(&mut self, parent: Option<u64>, text: RichText) {
        self.text(parent, "paragraph", text, Some(("icon", Field::Icon(None))));
    }

    fn heading(&mut self, chance: u64) {
        const LEVELS: [&str; 4] = ["heading_1", "heading_2", "heading_3", "heading_4"];
        let level = LEVELS.get(chance as usize / 16 % 4).copied();
        let toggleable = ("is_toggleable", Field::Json(false.into()));
        let title = plain(words::title(chance / 64));
        self.text(None, level.unwrap_or("heading_2"), title, Some(toggleable));
    }

    fn code(&mut self, chance: u64) {
        let code = format!("level = read({})\nprint(level - datum)", chance % 90);
        let fields = vec![
            ("caption", Field::Text(Vec::new())),
            ("rich_text", Field::Text(plain(&code))),
            ("language", Field::Json("python".into())),
        ];
        self.add(None, "code", fields);
    }

    fn link_to_page(&mut self, chance: u64) {
        let target = self.world.id(Place::Page(self.other_page(chance)));
        let fields = vec![
            ("type", Field::Json("page_id".into())),
            ("page_id", Field::Json(target.into())),
        ];
        self.add(None, "link_to_page", fields);
    }

    fn mentions(&mut self, chance: u64) {
        let target = self.world.id(Place::Page(self.other_page(chance)));
        let day = format!("2025-{:02}-{:02}", 1 + chance % 12, 1 + chance % 28);
        let bold = Style {
            bold: true,
            ..Style::default()
        };
        let spans = vec![
            Span::text("See "),
            Span::of(Content::Page(target)),
            Span::text(", due "),
            Span::of(Content::Date(DateRange {
                start: day,
                end: None,
                time_zone: None,
            })),
            Span {
                style: bold,
                ..Span::text(". ")
            },
            Span::text(words::sentence(chance)),
        ];
        self.rich_paragraph(None, spans);
    }

    fn table(&mut self, chance: u64) {
        let shape = object! { "table_width" => 3u64, "has_column_header" => true, "has_row_header" => false };
        let fields = shape
            .entries()
            .iter()
            .map(|(name, value)| (name.as_str(), Field::Json(value.clone())))
            .collect();
        let table = self.add(None, "table", fields);
        for row in 0..=(2 + chance / 16 % 4) {
            let cell = |column: u64| match row {
                0 => plain(words::title(column)),
                _ => plain(&format!("{}", mix(chance, row * 3 + column) % 1_000)),
            };
            self.add(
                table,
                "table_row",
                vec![("cells", Field::Cells((0..3).map(cell).collect()))],
            );
        }
    }

    fn first_page(&mut self, chapter: u64) {
        let world = self.world;
        self.pages(&[1, 2, 3]);
        if chapter == 0 {
            self.put(None, What::Database(layout::REGISTER));
        }
        self.put(None, What::Database(layout::plan(chapter)));
        for first in layout::chapters_inside(chapter, world.pages) {
            self.put(None, What::Page(first));
        }
    }

    /// Child pages at the top level, by their place in the chapter.
    fn pages(&mut self, places: &[u64]) {
        self.pages_in(None, places);
    }

    fn pages_in(&mut self, parent: Option<u64>, places: &[u64]) {
        let first = self.page / CHAPTER * CHAPTER;
        for place in places {
            if first + place < self.world.pages {
                self.put(parent, What::Page(first + place));
            }
        }
    }

    fn inside_toggle(&mut self, title: &str, places: &[u64]) {
        let toggle = self.text(None, "toggle", plain(title), None);
        self.paragraph(toggle, self.chance);
        self.pages_in(toggle, places);
    }

    fn columns(&mut self, chapter: u64) {
        let list = self.add(None, "column_list", Vec::new());
        let left = self.add(
            list,
            "column",
            vec![("width_ratio", Field::Json(Json::from(0.625)))],
        );
        self.paragraph(left, self.chance);
        self.put(left, What::Database(layout::ledger(chapter)));
        let right = self.add(
            list,
            "column",
            vec![("width_ratio", Field::Json(Json::from(0.375)))],
        );
        self.pages_in(right, &[8]);
        self.paragraph(right, mix(self.chance, 1));
    }

    /// The first block of page 1, so that its ordinal is known.
    fn synced_original(&mut self) {
        let block = self.add(
            None,
            "synced_block",
            vec![("synced_from", Field::Json(Json::Null))],
        );
        self.paragraph(block, mix(self.chance, 2));
        self.paragraph(block, mix(self.chance, 3));
    }

    fn synced_copy(&mut self, chapter: u64) {
        let original = self.world.id(Place::Block {
            page: chapter * CHAPTER + 1,
            ordinal: 0,
        });
        let from = object! { "type" => "block_id", "block_id" => original };
        self.add(
            None,
            "synced_block",
            vec![("synced_from", Field::Json(from))],
        );
    }

    fn other_page(&self, chance: u64) -> u64 {
        (chance / 16) % self.world.pages.max(1)
    }
}
