//! HTML as a browser would see it.

use std::collections::{BTreeMap, HashSet};

use html5ever::tendril::TendrilSink;
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

/// The elements in order, and the text.
#[derive(Default)]
pub struct Parsed {
    pub elements: Vec<Element>,
    /// Without what the renderer adds: icons, tables of contents, breadcrumbs, addresses, titles of pages.
    pub text: String,
}

pub struct Element {
    pub name: String,
    pub attributes: BTreeMap<String, String>,
}

/// Classes of elements whose text is not an author's rich text.
const ADDED: [&str; 5] = ["ne-icon", "ne-toc", "ne-breadcrumb", "ne-url", "ne-page"];

impl Parsed {
    /// Parses what stands in a page's body; it must be without any error, of nesting or otherwise, and without
    /// two elements of one id.
    pub fn of(html: &str) -> Self {
        let opts = ParseOpts {
            tree_builder: TreeBuilderOpts {
                exact_errors: true,
                ..TreeBuilderOpts::default()
            },
            ..ParseOpts::default()
        };
        let page =
            format!("<!doctype html><html><head><title>x</title></head><body>{html}</body></html>");
        let dom = parse_document(RcDom::default(), opts).one(page);
        let errors = dom.errors.borrow();
        assert!(errors.is_empty(), "{errors:?}: {html}");
        let mut parsed = Self::default();
        parsed.add(&dom.document, true);
        let mut ids = HashSet::new();
        for id in parsed
            .elements
            .iter()
            .filter_map(|element| element.attributes.get("id"))
        {
            assert!(ids.insert(id), "two elements have the id {id}: {html}");
        }
        parsed
    }

    fn add(&mut self, node: &Handle, is_text: bool) {
        let mut is_text = is_text;
        match &node.data {
            NodeData::Text { contents } if is_text => self.text.push_str(&contents.borrow()),
            NodeData::Comment { contents } => panic!("a comment: {contents}"),
            NodeData::Element { name, attrs, .. } => {
                let name = name.local.to_string();
                if name == "br" && is_text {
                    self.text.push('\n');
                }
                let attributes = attrs.borrow();
                let pairs = attributes
                    .iter()
                    .map(|it| (it.name.local.to_string(), it.value.to_string()));
                let attributes: BTreeMap<_, _> = pairs.collect();
                let class = attributes.get("class").cloned().unwrap_or_default();
                is_text &= name != "title" && !class.split(' ').any(|it| ADDED.contains(&it));
                if !["html", "head", "title", "body"].contains(&name.as_str()) {
                    self.elements.push(Element { name, attributes });
                }
            }
            _ => {}
        }
        for child in node.children.borrow().iter() {
            self.add(child, is_text);
        }
    }
}
