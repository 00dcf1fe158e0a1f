//! The body of a content file: one block per line, children indented by two spaces.
//!
//! The common types look like Markdown; every other block is a line of JSON whose first key is its type.
//! `demo/README.md` lists the forms.

use crate::id::Uuid;
use crate::json::{Json, object};
use crate::model::Field;
use crate::source::fields;
use crate::source::markup;
use crate::source::names::Names;

/// A line of a body, with the lines below it.
pub(crate) struct Node {
    pub(crate) what: What,
    pub(crate) children: Vec<Node>,
}

/// What a line stands for.
pub(crate) enum What {
    Block {
        kind: String,
        fields: Vec<(String, Field)>,
        id: Option<Uuid>,
    },
    Page(Uuid),
    Database(Uuid),
}

/// Reads a body; `page` keys the ids of stored files.
pub(crate) fn parse(text: &str, page: Uuid, names: &Names) -> Result<Vec<Node>, String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut reader = Reader {
        lines: &lines,
        at: 0,
        page,
        names,
    };
    let nodes = reader
        .level(0)
        .map_err(|error| format!("line {} of the body: {error}", reader.at + 1))?;
    match lines.get(reader.at) {
        Some(line) => Err(format!(
            "line {} of the body: `{}` is indented where nothing is open",
            reader.at + 1,
            line.trim()
        )),
        None => Ok(nodes),
    }
}

struct Reader<'a> {
    lines: &'a [&'a str],
    at: usize,
    page: Uuid,
    names: &'a Names,
}

impl<'a> Reader<'a> {
    fn level(&mut self, indent: usize) -> Result<Vec<Node>, String> {
        let mut nodes = Vec::new();
        while let Some(line) = self.peek(indent) {
            let mut node = self.node(line, indent)?;
            node.children.extend(self.level(indent + 2)?);
            mark_toggleable(&mut node);
            nodes.push(node);
        }
        Ok(nodes)
    }

    /// The next line that is not blank, if it is at `indent`; blank lines before the end are passed over.
    fn peek(&mut self, indent: usize) -> Option<&'a str> {
        while self
            .lines
            .get(self.at)
            .is_some_and(|line| line.trim().is_empty())
        {
            self.at += 1;
        }
        let line = self.lines.get(self.at)?;
        let depth = line.len() - line.trim_start().len();
        (depth == indent).then(|| line.trim())
    }

    fn node(&mut self, line: &'a str, indent: usize) -> Result<Node, String> {
        if let Some(fence) = line.strip_prefix("```") {
            return self.code(fence, indent);
        }
        if line.starts_with('|') {
            return self.table(indent);
        }
        let node = self.line(line)?;
        self.at += 1;
        Ok(node)
    }

    fn line(&self, line: &str) -> Result<Node, String> {
        if line.starts_with("{\"") {
            return self.json(&Json::parse(line).map_err(|error| error.to_string())?);
        }
        if let Some(name) = line.strip_prefix("@page ") {
            return Ok(leaf(What::Page(self.names.page(name)?)));
        }
        if let Some(name) = line.strip_prefix("@database ") {
            return Ok(leaf(What::Database(self.names.database(name)?)));
        }
        if line == "---" {
            return self.block("divider", Json::Null, &[]);
        }
        if let Some(expression) = line.strip_prefix("$$ ") {
            return self.block("equation", Json::from(expression), &[]);
        }
        let (line, attributes) = split_attributes(line);
        let (kind, text) = MARKS
            .iter()
            .find_map(|(mark, kind)| Some((*kind, line.strip_prefix(mark)?)))
            .unwrap_or(("paragraph", line));
        let mut attributes = attributes.entries().to_vec();
        if line.starts_with("[x] ") {
            attributes.push(("checked".to_string(), Json::Bool(true)));
        }
        self.block(kind, Json::from(text), &attributes)
    }

    fn json(&self, json: &Json) -> Result<Node, String> {
        let (first, rest) = json.entries().split_first().ok_or("a block needs a type")?;
        self.block(&first.0, first.1.clone(), rest)
    }

    fn block(&self, kind: &str, main: Json, attributes: &[(String, Json)]) -> Result<Node, String> {
        let id = attributes
            .iter()
            .find(|(key, _)| key == "id")
            .and_then(|(_, id)| id.as_str());
        let id = id
            .map(|id| id.parse().map_err(|_| format!("`{id}` is not a uuid")))
            .transpose()?;
        let fields = fields::build(kind, main, attributes, self.page, self.names)?;
        Ok(leaf(What::Block {
            kind: kind.to_string(),
            fields,
            id,
        }))
    }

    /// A fence names the language, and after a space the caption.
    fn code(&mut self, fence: &str, indent: usize) -> Result<Node, String> {
        let (language, caption) = fence.split_once(' ').unwrap_or((fence, ""));
        let mut text = Vec::new();
        loop {
            self.at += 1;
            let line = self.lines.get(self.at).ok_or("the code has no end")?;
            let line = line.get(indent..).unwrap_or_default();
            if line == "```" {
                break;
            }
            text.push(line);
        }
        self.at += 1;
        let attributes = [("language", language), ("caption", caption)]
            .map(|(key, value)| (key.to_string(), Json::from(value)));
        self.block("code", Json::from(text.join("\n")), &attributes)
    }

    /// A second line of dashes makes the first a header; `=` in its first cell makes the first column one.
    fn table(&mut self, indent: usize) -> Result<Node, String> {
        let mut rows = Vec::new();
        let (mut header, mut row_header, mut width) = (false, false, 0);
        while let Some(line) = self.peek(indent).filter(|line| line.starts_with('|')) {
            self.at += 1;
            if line.starts_with("|-") || line.starts_with("|=") {
                (header, row_header) = (true, line.starts_with("|="));
                continue;
            }
            let cells = line
                .trim_matches('|')
                .split('|')
                .map(|cell| markup::parse(cell.trim(), self.names));
            let cells = cells.collect::<Result<Vec<_>, _>>()?;
            width = width.max(cells.len());
            let fields = vec![("cells".to_string(), Field::Cells(cells))];
            rows.push(leaf(What::Block {
                kind: "table_row".to_string(),
                fields,
                id: None,
            }));
        }
        let shape = object! { "table_width" => width as u64, "has_column_header" => header, "has_row_header" => row_header };
        let mut node = self.block("table", Json::Null, shape.entries())?;
        node.children = rows;
        Ok(node)
    }
}

const MARKS: [(&str, &str); 10] = [
    ("#### ", "heading_4"),
    ("### ", "heading_3"),
    ("## ", "heading_2"),
    ("# ", "heading_1"),
    ("- ", "bulleted_list_item"),
    ("1. ", "numbered_list_item"),
    ("[ ] ", "to_do"),
    ("[x] ", "to_do"),
    ("> ", "quote"),
    ("+ ", "toggle"),
];

fn leaf(what: What) -> Node {
    Node {
        what,
        children: Vec::new(),
    }
}

/// A heading with children is a toggle heading.
fn mark_toggleable(node: &mut Node) {
    if let What::Block { fields, .. } = &mut node.what
        && !node.children.is_empty()
    {
        for (name, field) in fields {
            if name == "is_toggleable" {
                *field = Field::Json(Json::Bool(true));
            }
        }
    }
}

/// Takes the JSON object at the end of a line off it.
fn split_attributes(line: &str) -> (&str, Json) {
    let found = line.rfind(" {\"").and_then(|at| line.split_at_checked(at));
    if let Some((text, attributes)) = found
        && let Ok(attributes) = Json::parse(attributes)
    {
        return (text, attributes);
    }
    (line, Json::Object(Vec::new()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// The types of a body's blocks, each with what is inside it.
    fn outline(nodes: &[Node]) -> String {
        let each = nodes.iter().map(|node| match &node.what {
            What::Block { kind, .. } => format!("{kind}({})", outline(&node.children)),
            What::Page(_) => "page".to_string(),
            What::Database(_) => "database".to_string(),
        });
        each.collect::<Vec<_>>().join(" ")
    }

    fn read(text: &str) -> Result<String, String> {
        let page = Uuid::from_bits(1);
        parse(text, page, &Names::default()).map(|nodes| outline(&nodes))
    }

    #[test]
    fn what_is_indented_is_inside() {
        let text =
            "# A\n\n- b\n  - c\n    d\n  > e\n\n```js\nx\n\n  y\n```\n| f |\n|-----|\n| g |\n---";
        let expected = "heading_1() bulleted_list_item(bulleted_list_item(paragraph()) quote()) code() table(table_row() table_row()) divider()";
        assert_eq!(read(text).unwrap(), expected);
        assert_eq!(
            read("{\"column_list\": null}\n  {\"column\": null}").unwrap(),
            "column_list(column())"
        );
    }

    #[test]
    fn a_line_that_belongs_nowhere_is_an_error() {
        let nowhere = "line 2 of the body: `b` is indented where nothing is open";
        assert_eq!(read("a\n   b").unwrap_err(), nowhere);
        assert_eq!(
            read("- a\n{\"nonsense\": 1}").unwrap_err(),
            "line 2 of the body: `nonsense` is no block type"
        );
        assert_eq!(
            read("@page nowhere").unwrap_err(),
            "line 1 of the body: no page is called `nowhere`"
        );
    }
}
