//! What a reader should see of a random page: the table at the head of the module, told a second time.

use serde_json::{Value, json};

use super::parsed::{Kind, Look, Node, Piece, joined, squeezed, trimmed};
use crate::properties::kept;

/// What is to be seen of a page.
pub fn expected(page: &[Value]) -> Vec<Node> {
    let mut reader = Reader::default();
    reader.find_headings(page);
    let mut nodes = Vec::new();
    reader.blocks(page, &mut nodes);
    nodes
}

#[derive(Default)]
struct Reader {
    headings: Vec<String>,
    has_toc: bool,
}

fn kind(block: &Value) -> &str {
    block["type"].as_str().unwrap()
}

fn payload(block: &Value) -> &Value {
    &block[kind(block)]
}

fn list<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of[name].as_array().map_or(&[], Vec::as_slice)
}

fn note(text: &str) -> Vec<Piece> {
    let look = Look {
        italic: true,
        ..Look::default()
    };
    vec![Piece {
        text: text.to_owned(),
        look,
    }]
}

fn linked(text: &str, link: Option<&str>) -> Vec<Piece> {
    let link = link.map(str::to_owned);
    vec![Piece {
        text: text.to_owned(),
        look: Look {
            link,
            ..Look::default()
        },
    }]
}

/// Where a link leads, of those that random pages have.
fn target(url: &Value) -> Option<&str> {
    match url.as_str()? {
        "/22222222222242228222222222222222" => Some("/team"),
        "/44444444444444448444444444444444" | "javascript:alert(1)" => None,
        url => Some(url),
    }
}

fn is_inline(tex: &str) -> bool {
    !tex.contains(['$', '`']) && !tex.trim().ends_with('\\')
}

/// What is to be seen of a text.
fn pieces(items: &[Value], is_cell: bool) -> Vec<Piece> {
    let mut runs: Vec<Piece> = Vec::new();
    for item in items {
        let looks = &item["annotations"];
        let is_tex = item["type"] == "equation";
        let link = target(&item["href"]).filter(|_| item["type"] != "mention");
        let look = Look {
            bold: looks["bold"] == true,
            italic: looks["italic"] == true,
            struck: looks["strikethrough"] == true,
            kind: match (is_tex, looks["code"] == true) {
                (true, _) => Kind::Math,
                (false, true) => Kind::Code,
                (false, false) => Kind::Text,
            },
            link: link.map(str::to_owned),
        };
        let text = kept(item["plain_text"].as_str().unwrap());
        match runs.last_mut() {
            _ if text.is_empty() => {}
            Some(last) if last.look == look && is_tex => last.text.push_str(&format!(" {text}")),
            Some(last) if last.look == look => last.text.push_str(&text),
            _ => runs.push(Piece { text, look }),
        }
    }
    let mut pieces = Vec::new();
    for mut run in runs {
        run.look.kind = match run.look.kind {
            Kind::Math if is_cell && (run.text.contains('|') || !is_inline(&run.text)) => {
                Kind::Text
            }
            Kind::Math if !is_inline(&run.text) => Kind::Code,
            kind => kind,
        };
        let ends_cell = is_cell && run.text.contains("\\|");
        let ends_label = run.look.link.is_some() && run.text.contains("]:");
        if run.look.kind == Kind::Code && (ends_cell || ends_label) {
            run.look.kind = Kind::Text;
        }
        if run.look.kind != Kind::Code {
            pieces.push(run);
            continue;
        }
        for (index, line) in run.text.split('\n').enumerate() {
            if index > 0 {
                pieces.extend(linked("\n", None));
            }
            if !line.is_empty() {
                pieces.push(Piece {
                    text: line.to_owned(),
                    look: run.look.clone(),
                });
            }
        }
    }
    joined(pieces)
}

fn paragraph(pieces: Vec<Piece>, to: &mut Vec<Node>) {
    let pieces = joined(pieces);
    if !pieces.is_empty() {
        to.push(Node::Paragraph(pieces));
    }
}

fn text(block: &Value) -> Vec<Piece> {
    pieces(list(payload(block), "rich_text"), false)
}

fn family(block: &Value) -> Option<&str> {
    let kind = kind(block);
    [
        "bulleted_list_item",
        "numbered_list_item",
        "to_do",
        "toggle",
    ]
    .into_iter()
    .find(|it| *it == kind)
}

impl Reader {
    fn find_headings(&mut self, blocks: &[Value]) {
        for block in blocks {
            if kind(block).starts_with("heading") {
                let items = list(payload(block), "rich_text").iter();
                let text: String = items.map(|it| it["plain_text"].as_str().unwrap()).collect();
                self.headings
                    .push(kept(&text).replace('\n', " ").trim().to_owned());
            }
            self.find_headings(list(block, "children"));
        }
    }

    fn children(&mut self, block: &Value, to: &mut Vec<Node>) {
        self.blocks(list(block, "children"), to);
    }

    fn blocks(&mut self, blocks: &[Value], to: &mut Vec<Node>) {
        let mut before = None;
        for block in blocks {
            let family = family(block);
            let start = payload(block)["list_start_index"].as_u64();
            if let Some(family) = family {
                let mut item = Vec::new();
                let sign = match (family, &payload(block)["checked"]) {
                    ("to_do", Value::Bool(true)) => "[x] ",
                    ("to_do", _) => "[ ] ",
                    _ => "",
                };
                let mut text = text(block);
                if family == "to_do" && text.is_empty() {
                    text = linked(" ", None);
                }
                paragraph([linked(sign, None), text].concat(), &mut item);
                self.children(block, &mut item);
                match to.last_mut() {
                    Some(Node::List(_, items)) if before == Some(family) && start.is_none() => {
                        items.push(item);
                    }
                    _ => {
                        let is_numbered = family == "numbered_list_item";
                        let start = usize::try_from(start.unwrap_or(1)).unwrap();
                        to.push(Node::List(is_numbered.then_some(start), vec![item]));
                    }
                }
            } else {
                self.block(block, to);
            }
            before = family;
        }
    }

    fn block(&mut self, block: &Value, to: &mut Vec<Node>) {
        let it = payload(block);
        let caption = pieces(list(it, "caption"), false);
        match kind(block) {
            "quote" | "callout" => {
                let mut inside = Vec::new();
                paragraph(text(block), &mut inside);
                self.children(block, &mut inside);
                return to.push(Node::Quote(inside));
            }
            "table" => return self.table(block, to),
            "tab" => return self.tabs(block, to),
            "paragraph" | "template" => paragraph(text(block), to),
            "column_list" | "column" | "synced_block" => {}
            "code" => {
                let items = list(it, "rich_text").iter();
                let code: String = items.map(|it| it["plain_text"].as_str().unwrap()).collect();
                to.push(Node::Code(String::new(), kept(&code)));
                paragraph(caption, to);
            }
            "equation" => {
                let tex = squeezed(&kept(it["expression"].as_str().unwrap()));
                if !tex.is_empty() {
                    to.push(Node::Math(tex));
                }
            }
            "divider" => to.push(Node::Line),
            "breadcrumb" => {
                let path = [
                    linked("Home", Some("/home")),
                    linked(" / This <page>", None),
                ];
                paragraph(path.concat(), to);
            }
            "table_of_contents" => self.table_of_contents(to),
            "table_row" => table(&[json!({"cells": []}), it.clone()], to),
            "child_page" => paragraph(linked("Team", Some("/team")), to),
            "image" => match it["external"]["url"].as_str() {
                Some(url) if !url.starts_with("javascript") => {
                    let mut pieces = linked("", Some(url));
                    pieces[0].look.kind = Kind::Picture;
                    let mut described = list(it, "caption").to_vec();
                    described.iter_mut().for_each(|it| it["href"] = Value::Null);
                    pieces.extend(self::pieces(&described, false));
                    if joined(caption.clone())
                        .iter()
                        .any(|it| it.look.link.is_some())
                    {
                        pieces.extend([linked("\n", None), caption].concat());
                    }
                    to.push(Node::Paragraph(joined(pieces)));
                }
                url => below(linked(url.unwrap_or_default(), None), caption, to),
            },
            "embed" | "bookmark" => {
                let target = target(&it["url"]);
                let shown = match target {
                    Some("/team") => "Team",
                    target => target.or(it["url"].as_str()).unwrap_or_default(),
                };
                below(linked(shown, target), caption, to);
            }
            heading if heading.starts_with("heading") && is_blank(list(it, "rich_text")) => {}
            heading if heading.starts_with("heading") => {
                let level = heading.as_bytes()[8] - b'0' + 1;
                to.push(Node::Heading(level, text(block)));
            }
            "unsupported" => paragraph(note("Unsupported block"), to),
            kind => paragraph(note(&format!("Unsupported block: {kind}")), to),
        }
        self.children(block, to);
    }

    fn table(&mut self, block: &Value, to: &mut Vec<Node>) {
        let children = list(block, "children");
        let is_row = |child: &&Value| kind(child) == "table_row";
        let rows: Vec<Value> = children
            .iter()
            .filter(is_row)
            .map(|it| payload(it).clone())
            .collect();
        table(&rows, to);
        for child in children {
            match is_row(&child) {
                true => self.children(child, to),
                false => self.blocks(std::slice::from_ref(child), to),
            }
        }
    }

    fn tabs(&mut self, block: &Value, to: &mut Vec<Node>) {
        let mut is_open = false;
        for tab in list(block, "children") {
            if kind(tab) != "paragraph" {
                self.blocks(std::slice::from_ref(tab), to);
                is_open = false;
                continue;
            }
            let mut item = Vec::new();
            paragraph(text(tab), &mut item);
            self.children(tab, &mut item);
            match to.last_mut() {
                Some(Node::List(_, items)) if is_open => items.push(item),
                _ => to.push(Node::List(None, vec![item])),
            }
            is_open = true;
        }
    }

    fn table_of_contents(&mut self, to: &mut Vec<Node>) {
        if std::mem::replace(&mut self.has_toc, true) {
            return paragraph(note("Table of contents"), to);
        }
        let texts = self.headings.iter().filter(|text| !text.is_empty());
        let item = |text: &String| vec![Node::Paragraph(joined(linked(text, Some("#"))))];
        let items: Vec<Vec<Node>> = texts.map(item).collect();
        if !items.is_empty() {
            to.push(Node::List(None, items));
        }
    }
}

/// Whether nothing stands there but white space.
fn is_blank(text: &[Value]) -> bool {
    let is_text = |item: &Value| item["type"] != "mention" && item["type"] != "equation";
    let is_space = |item: &Value| {
        item["plain_text"]
            .as_str()
            .is_some_and(|it| it.trim().is_empty())
    };
    text.iter().all(|item| is_text(item) && is_space(item))
}

/// A caption on the line below an address.
fn below(address: Vec<Piece>, caption: Vec<Piece>, to: &mut Vec<Node>) {
    let has_both = !address[0].text.is_empty() && !caption.is_empty();
    let between = linked(if has_both { "\n" } else { "" }, None);
    let pieces = [address, between, caption].concat();
    paragraph(
        pieces
            .into_iter()
            .filter(|it| !it.text.is_empty())
            .collect(),
        to,
    );
}

fn table(rows: &[Value], to: &mut Vec<Node>) {
    let cells = |row: &Value| {
        let cells = list(row, "cells").iter();
        cells
            .map(|cell| pieces(cell.as_array().unwrap(), true))
            .collect()
    };
    if rows.iter().any(|row| !list(row, "cells").is_empty()) {
        to.push(Node::Table(
            rows.iter().map(|row| trimmed(cells(row))).collect(),
        ));
    }
}
