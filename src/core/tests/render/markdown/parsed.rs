//! Markdown as a reader would see it.

use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, Options, parse_document};

/// A block.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    Paragraph(Vec<Piece>),
    Heading(u8, Vec<Piece>),
    Quote(Vec<Node>),
    /// With the number of the first item, where the list has numbers.
    List(Option<usize>, Vec<Vec<Node>>),
    Code(String, String),
    Math(String),
    Line,
    Table(Vec<Vec<Vec<Piece>>>),
}

/// Text that looks the same.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Piece {
    pub text: String,
    pub look: Look,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Look {
    pub bold: bool,
    pub italic: bool,
    pub struck: bool,
    pub kind: Kind,
    pub link: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Kind {
    #[default]
    Text,
    Code,
    Math,
    /// Where a picture begins; its address is the link.
    Picture,
}

/// What GitHub adds, but for task lists: the parser takes `\[ ]` for a task as well, which GitHub does not.
pub fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.footnotes = true;
    options.extension.math_dollars = true;
    options.extension.alerts = true;
    options
}

/// Parses Markdown, which must be without HTML.
pub fn parse(markdown: &str, options: &Options<'static>) -> Vec<Node> {
    let arena = Arena::new();
    nodes(parse_document(&arena, markdown, options), markdown)
}

fn nodes<'a>(around: &'a AstNode<'a>, markdown: &str) -> Vec<Node> {
    around.children().map(|it| node(it, markdown)).collect()
}

fn node<'a>(it: &'a AstNode<'a>, markdown: &str) -> Node {
    match &it.data().value {
        NodeValue::Paragraph => {
            let pieces = pieces(it, markdown);
            match pieces.as_slice() {
                [Piece { text, look }] if look.kind == Kind::Math && text.starts_with("\n") => {
                    Node::Math(squeezed(text))
                }
                _ => Node::Paragraph(joined(pieces)),
            }
        }
        NodeValue::Heading(heading) if !heading.setext => {
            Node::Heading(heading.level, joined(pieces(it, markdown)))
        }
        NodeValue::BlockQuote => Node::Quote(nodes(it, markdown)),
        NodeValue::List(list) => {
            let is_numbered = list.list_type == comrak::nodes::ListType::Ordered;
            let items = it.children().map(|item| nodes(item, markdown)).collect();
            Node::List(is_numbered.then_some(list.start), items)
        }
        NodeValue::CodeBlock(code) if code.fenced && code.closed => {
            let text = code.literal.strip_suffix('\n').unwrap();
            match code.info.as_str() {
                "math" => Node::Math(squeezed(text)),
                info => Node::Code(info.to_owned(), text.to_owned()),
            }
        }
        NodeValue::ThematicBreak => Node::Line,
        NodeValue::Table(_) => {
            let cells = |row: &'a AstNode<'a>| {
                let cells = row.children().map(|cell| joined(pieces(cell, markdown)));
                trimmed(cells.collect())
            };
            Node::Table(it.children().map(cells).collect())
        }
        other => panic!("{other:?}: {markdown}"),
    }
}

/// Without empty cells at the end, which a reader may add.
pub fn trimmed(mut cells: Vec<Vec<Piece>>) -> Vec<Vec<Piece>> {
    while cells.last().is_some_and(Vec::is_empty) {
        cells.pop();
    }
    cells
}

fn pieces<'a>(around: &'a AstNode<'a>, markdown: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    add(around, &Look::default(), &mut pieces, markdown);
    pieces
}

fn add<'a>(around: &'a AstNode<'a>, look: &Look, to: &mut Vec<Piece>, markdown: &str) {
    for child in around.children() {
        let mut look = look.clone();
        let mut text = String::new();
        match &child.data().value {
            NodeValue::Text(it) => text = it.to_string(),
            NodeValue::LineBreak => text = "\n".to_owned(),
            NodeValue::Code(it) => {
                look.kind = Kind::Code;
                text.clone_from(&it.literal);
            }
            NodeValue::Math(it) => {
                look.kind = Kind::Math;
                text.clone_from(&it.literal);
                assert_eq!(it.display_math, text.starts_with('\n'), "{markdown}");
            }
            NodeValue::Strong => look.bold = true,
            NodeValue::Emph => look.italic = true,
            NodeValue::Strikethrough => look.struck = true,
            NodeValue::Link(it) => {
                assert_eq!(look.link, None, "a link in a link: {markdown}");
                look.link = Some(it.url.clone());
            }
            NodeValue::Image(it) => to.push(Piece {
                text: String::new(),
                look: Look {
                    kind: Kind::Picture,
                    link: Some(it.url.clone()),
                    ..Look::default()
                },
            }),
            other => panic!("{other:?}: {markdown}"),
        }
        if !text.is_empty() {
            to.push(Piece {
                text,
                look: look.clone(),
            });
        }
        add(child, &look, to, markdown);
    }
}

/// Pieces in the one form in which they are compared: white space of text has no looks and no link,
/// and equations no white space, which TeX ignores.
pub fn joined(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut joined: Vec<Piece> = Vec::new();
    let mut push = |text: &str, look: Look| match joined.last_mut() {
        Some(last) if last.look == look && look.kind != Kind::Picture => last.text.push_str(text),
        _ => joined.push(Piece {
            text: text.to_owned(),
            look,
        }),
    };
    for Piece { text, look } in pieces {
        match look.kind {
            Kind::Text => text.chars().for_each(|c| {
                let look = if c.is_whitespace() {
                    Look::default()
                } else {
                    look.clone()
                };
                push(c.encode_utf8(&mut [0; 4]), look);
            }),
            Kind::Math if squeezed(&text).is_empty() => {}
            Kind::Math => push(&squeezed(&text), look),
            Kind::Code | Kind::Picture => push(&text, look),
        }
    }
    joined
}

pub fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

/// All text, as it is read.
pub fn text_of(nodes: &[Node]) -> String {
    let mut text = String::new();
    nodes.iter().for_each(|node| add_text(node, &mut text));
    text
}

fn add_text(node: &Node, to: &mut String) {
    let add = |pieces: &[Piece], to: &mut String| {
        pieces.iter().for_each(|piece| to.push_str(&piece.text));
    };
    match node {
        Node::Paragraph(pieces) | Node::Heading(_, pieces) => add(pieces, to),
        Node::Quote(nodes) => nodes.iter().for_each(|node| add_text(node, to)),
        Node::List(_, items) => items.iter().flatten().for_each(|node| add_text(node, to)),
        Node::Code(_, text) | Node::Math(text) => to.push_str(text),
        Node::Line => {}
        Node::Table(rows) => rows.iter().flatten().for_each(|cell| add(cell, to)),
    }
}
