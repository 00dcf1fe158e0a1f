//! `GET /v1/tree`: what lies under what, for a site's navigation; from the summaries of all pages.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::document::{Lineage, Visibility};
use crate::id::Id;
use crate::keys::Keys;
use crate::redis::Value;
use crate::time::Timestamp;

use super::parameters::Parameters;
use super::whole::{Pages, Whole};
use super::{Audience, Problem, whole};

/// The most levels. Who reads an answer may have a limit to how deep JSON is, and there are two levels of it in each of these.
pub(super) const MOST_LEVELS: usize = 50;

/// What to do where there are too many pages.
const INSTEAD: &str =
    "go down such a site level by level, with /v1/pages?parent_id={id of a page or database}";

/// A tree of pages and databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tree {
    /// What it begins with; everything that lies under nothing where there is none.
    root: Option<Id>,
    levels: usize,
    has_rows: bool,
}

/// What is looked at of a summary.
#[derive(Deserialize)]
struct Node<'a> {
    object: &'a str,
    id: Id,
    #[serde(borrow)]
    title: &'a RawValue,
    #[serde(borrow, default)]
    path: Option<&'a RawValue>,
    #[serde(borrow, default)]
    icon: Option<&'a RawValue>,
    ancestors: Vec<Id>,
    /// All of them, where `ancestors` has only those that anyone may read.
    #[serde(default)]
    lineage: Option<Lineage>,
    /// The database that a page is a row of.
    #[serde(default)]
    database_id: Option<Id>,
    #[serde(default)]
    created_time: Option<&'a str>,
    #[serde(default)]
    visibility: Option<Visibility>,
}

/// Nodes, and by place those that lie directly under each.
struct Nodes<'a> {
    nodes: Vec<Node<'a>>,
    children: Vec<Vec<usize>>,
    roots: Vec<usize>,
}

impl Tree {
    /// Reads `root`, `depth` (50 levels at most and by default) and `rows`.
    ///
    /// # Errors
    /// 400, naming the parameter.
    pub fn parse(query: &[(String, String)]) -> Result<Self, Problem> {
        let parameters = Parameters::read(query, &["root", "depth", "rows"])?;
        Ok(Self {
            root: parameters.id("root")?,
            levels: parameters.number("depth", MOST_LEVELS, 1..=MOST_LEVELS)?,
            has_rows: parameters.flag("rows")?,
        })
    }

    /// Reads the summaries of all pages that an audience may read, and those of the databases that hold any or that is the root.
    pub fn read(self, keys: &Keys, audience: Audience, now: Timestamp) -> Whole {
        let root = self.root.map(|id| id.to_string()).unwrap_or_default();
        let pages = Pages::of(None, keys, audience);
        pages.for_tree(keys.summaries(), root).read(now)
    }

    /// The answer: `{results}`, nodes `{id, object, title, path, icon, has_children, children}`, the oldest first. A page under
    /// something that the audience may not read, or that is not stored, lies under what is above that. Rows of databases are not given
    /// unless they are asked for, or their database is the root: `has_children` says of a node whether there is anything under it,
    /// given or not.
    ///
    /// # Errors
    /// 404 for a root that is not stored, 422 where there are too many pages.
    pub fn body(self, audience: Audience, replies: &[Value]) -> Result<Vec<u8>, Problem> {
        let nodes = Nodes::of(whole::summaries(replies, INSTEAD)?, audience);
        let roots = match self.root {
            None => self.shown(&nodes, &nodes.roots, None),
            Some(root) => {
                let place = nodes.nodes.iter().position(|node| node.id == root);
                let problem =
                    || Problem::not_found(&format!("no page or database {root} has been exported"));
                vec![place.ok_or_else(problem)?]
            }
        };
        let mut body = r#"{"results":"#.to_owned();
        self.write(&nodes, &roots, 1, &mut body);
        body.push('}');
        Ok(body.into_bytes())
    }

    fn write(self, nodes: &Nodes<'_>, places: &[usize], level: usize, out: &mut String) {
        out.push('[');
        let mut is_first = true;
        let found = places
            .iter()
            .filter_map(|&place| Some((nodes.nodes.get(place)?, nodes.children.get(place)?)));
        for (node, children) in found {
            if !std::mem::take(&mut is_first) {
                out.push(',');
            }
            out.push_str(&format!(
                r#"{{"id":"{}","object":"{}","title":{},"path":{},"icon":{},"has_children":{},"children":"#,
                node.id,
                node.object,
                node.title,
                raw(node.path),
                raw(node.icon),
                !children.is_empty(),
            ));
            let below = match level < self.levels {
                true => self.shown(nodes, children, Some(node.id)),
                false => Vec::new(),
            };
            self.write(nodes, &below, level + 1, out);
            out.push('}');
        }
        out.push(']');
    }

    /// Those of the nodes under `above` that are asked for.
    fn shown(self, nodes: &Nodes<'_>, places: &[usize], above: Option<Id>) -> Vec<usize> {
        let is_whole = self.has_rows || above.is_some() && above == self.root;
        let is_row = |place: &usize| {
            let node = nodes.nodes.get(*place);
            node.is_some_and(|node| node.database_id.is_some())
        };
        let shown = places.iter().filter(|place| is_whole || !is_row(place));
        shown.copied().collect()
    }

    /// 422 where the store does not give so much.
    pub fn too_many() -> Problem {
        whole::too_many(None, INSTEAD)
    }
}

/// As it is stored.
fn raw(value: Option<&RawValue>) -> &str {
    value.map_or("null", RawValue::get)
}

impl<'a> Nodes<'a> {
    fn of(summaries: impl Iterator<Item = &'a str>, audience: Audience) -> Self {
        // What is no summary of this version, as the word that something outside of the scope leaves, is passed over.
        let nodes = summaries.filter_map(|summary| serde_json::from_str::<Node<'_>>(summary).ok());
        let may_be_read = |node: &Node<'_>| match (node.object, audience) {
            ("page", _) | ("database", Audience::All) => true,
            ("database", Audience::Public) => node.visibility == Some(Visibility::Public),
            _ => false,
        };
        let mut nodes: Vec<Node<'_>> = nodes.filter(may_be_read).collect();
        nodes.sort_by_cached_key(|node| {
            // A database does not say when it was made: it follows the pages beside it.
            let created = node.created_time.and_then(Timestamp::parse);
            (created.is_none(), created, node.id)
        });
        let places: HashMap<Id, usize> = nodes
            .iter()
            .enumerate()
            .map(|(place, node)| (node.id, place))
            .collect();
        let mut children = vec![Vec::new(); nodes.len()];
        let mut roots = Vec::new();
        for (place, node) in nodes.iter().enumerate() {
            let above = node.lineage.as_ref().map_or(&node.ancestors, |it| &it.all);
            let above = above.iter().rev();
            let parent = above.filter_map(|id| places.get(id)).next();
            match parent.and_then(|parent| children.get_mut(*parent)) {
                Some(children) => children.push(place),
                None => roots.push(place),
            }
        }
        Self {
            nodes,
            children,
            roots,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing)]
    use serde_json::{Value as Json, json};

    use super::Tree;
    use crate::read::{Audience, Request};
    use crate::redis::Value;

    fn id(number: usize) -> String {
        format!("2712e341-754a-41ae-a9ce-{number:012}")
    }

    fn parse(query: &str) -> Result<Tree, u16> {
        Tree::parse(&Request::pairs(query)).map_err(|it| it.answer().status)
    }

    fn page(number: usize, ancestors: &[usize], created: &str) -> String {
        let ancestors: Vec<String> = ancestors.iter().map(|it| id(*it)).collect();
        json!({ "object": "page", "id": id(number), "title": format!("\"{number}\""), "path": format!("/{number}"), "icon": null,
            "ancestors": ancestors, "created_time": created }).to_string()
    }

    fn row(number: usize, database: usize, ancestors: &[usize]) -> String {
        let of = format!(r#"{{"database_id":"{}","#, id(database));
        page(number, ancestors, "2026-06-01T00:00:00.000Z").replacen('{', &of, 1)
    }

    fn database(number: usize, ancestors: &[usize]) -> String {
        let ancestors: Vec<String> = ancestors.iter().map(|it| id(*it)).collect();
        json!({ "object": "database", "id": id(number), "title": "D", "ancestors": ancestors })
            .to_string()
    }

    /// The tree as numbers: `1(2 3(…))`, a star behind what has children.
    fn shape(nodes: &Json) -> String {
        let node = |node: &Json| {
            let id = node["id"].as_str().unwrap_or_default().chars().last();
            let star = if node["has_children"] == true {
                "*"
            } else {
                ""
            };
            let below = shape(&node["children"]);
            let below = if below.is_empty() {
                below
            } else {
                format!("({below})")
            };
            format!("{}{star}{below}", id.unwrap_or_default())
        };
        let nodes = nodes.as_array().into_iter().flatten().map(node);
        nodes.collect::<Vec<_>>().join(" ")
    }

    fn tree(query: &str, summaries: &[String]) -> Result<String, u16> {
        let texts = summaries.iter().cloned().map(Value::Text).collect();
        let reply = vec![
            Value::Text("all".to_owned()),
            Value::Integer(1),
            Value::Array(Vec::new()),
            Value::Array(texts),
        ];
        let body = parse(query)?.body(Audience::All, &[Value::Array(reply)]);
        let body = body.map_err(|it| it.answer().status)?;
        let body: Json = serde_json::from_slice(&body).expect("JSON");
        Ok(shape(&body["results"]))
    }

    fn site() -> [String; 8] {
        let day = |day: u32| format!("2026-06-{day:02}T00:00:00.000Z");
        [
            page(2, &[1], &day(9)),
            page(1, &[], &day(3)),
            page(3, &[1], &day(8)),
            database(4, &[1]),
            row(5, 4, &[1, 4]),
            page(6, &[1, 4, 5], &day(1)),
            page(7, &[9, 1, 8], &day(7)),
            "out of scope".to_owned(),
        ]
    }

    #[test]
    fn what_lies_under_what_is_shown_in_the_order_in_which_it_was_made() {
        let shown = |query: &str| tree(query, &site());
        assert_eq!(shown(""), Ok("1*(7 3 2 4*)".to_owned()));
        assert_eq!(shown("rows=true"), Ok("1*(7 3 2 4*(5*(6)))".to_owned()));
        assert_eq!(shown("depth=1"), Ok("1*".to_owned()));
        assert_eq!(
            shown("depth=3&rows=true"),
            Ok("1*(7 3 2 4*(5*))".to_owned())
        );
    }

    #[test]
    fn a_root_shows_what_is_below_it_and_a_database_its_rows() {
        let shown = |number: usize| tree(&format!("root={}", id(number)), &site());
        assert_eq!(shown(3), Ok("3".to_owned()));
        assert_eq!(shown(4), Ok("4*(5*(6))".to_owned()));
        assert_eq!(shown(5), Ok("5*(6)".to_owned()));
        assert_eq!(shown(9), Err(404));
    }

    #[test]
    fn anyone_sees_no_database_that_is_not_public_and_its_rows_only_when_asked_for() {
        let public = |database: &str| {
            database.replace(
                '}',
                r#","visibility":"public","lineage":{"all":[],"public":[]}}"#,
            )
        };
        let shown = |query: &str, database: String| {
            let summaries = [
                page(1, &[], ""),
                database,
                row(3, 2, &[2]),
                page(4, &[2, 3], ""),
            ];
            let texts = summaries.into_iter().map(Value::Text).collect();
            let reply = Value::Array(vec![
                Value::Text("all".to_owned()),
                Value::Integer(1),
                Value::Array(Vec::new()),
                Value::Array(texts),
            ]);
            let body = parse(query)?.body(Audience::Public, &[reply]);
            let body = body.map_err(|it| it.answer().status)?;
            let body: Json = serde_json::from_slice(&body).expect("JSON");
            Ok(shape(&body["results"]))
        };
        let hidden = database(2, &[1]);
        assert_eq!(shown("", hidden.clone()), Ok("1".to_owned()));
        assert_eq!(shown("rows=true", hidden.clone()), Ok("3*(4) 1".to_owned()));
        let root = format!("root={}", id(2));
        assert_eq!(shown(&root, hidden.clone()), Err(404));
        assert_eq!(shown("", public(&hidden)), Ok("1 2*".to_owned()));
        assert_eq!(shown(&root, public(&hidden)), Ok("2*(3*(4))".to_owned()));
    }

    #[test]
    fn a_node_has_what_a_link_needs_as_it_is_stored() {
        let texts = vec![
            Value::Text(page(1, &[], "")),
            Value::Text(database(2, &[1])),
        ];
        let reply = vec![
            Value::Text("all".to_owned()),
            Value::Integer(1),
            Value::Array(Vec::new()),
            Value::Array(texts),
        ];
        let body = parse("").map(|it| it.body(Audience::All, &[Value::Array(reply)]));
        let body: Json =
            serde_json::from_slice(&body.expect("a tree").expect("a body")).expect("JSON");
        let below = json!({ "id": id(2), "object": "database", "title": "D", "path": null, "icon": null, "has_children": false, "children": [] });
        let expected = json!({ "id": id(1), "object": "page", "title": "\"1\"", "path": "/1", "icon": null, "has_children": true, "children": [below] });
        assert_eq!(body, json!({ "results": [expected] }));
    }

    #[test]
    fn what_lies_in_a_circle_or_ever_deeper_ends() {
        let circle = [page(1, &[2], ""), page(2, &[1], "")];
        assert_eq!(tree("", &circle), Ok(String::new()));
        let deep = tree(&format!("root={}", id(1)), &circle);
        assert!(deep.is_ok_and(|it| it.matches('(').count() == 49));
        let chain: Vec<String> = (0..10_000).map(|it| page(it + 1, &[it], "")).collect();
        let deep = tree("", &chain).expect("a tree");
        assert_eq!(deep.matches('(').count(), 49);
    }

    #[test]
    fn bad_parameters_are_refused() {
        for query in ["root=x", "depth=0", "depth=51", "rows=1", "limit=1"] {
            assert_eq!(parse(query), Err(400), "{query}");
        }
        let refused = vec![Value::Text("bytes".to_owned()), Value::Integer(9_000)];
        let body = parse("").map(|it| it.body(Audience::All, &[Value::Array(refused)]));
        let body = body.expect("a tree").map_err(|it| it.answer().status);
        assert_eq!(body, Err(422));
    }
}
