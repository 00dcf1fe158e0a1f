//! What each audience gets where `ACCESS` is `rule`, and whether anything of it tells of what is not public.

use std::collections::{BTreeMap, BTreeSet};

use notion_edge_core::read::Audience;
use serde_json::Value;

use crate::world::World;

/// What an address of a page may end with, for each of its forms.
pub const EXTENSIONS: [&str; 3] = ["", ".html", ".md"];

impl World {
    /// Status and body of what that audience gets.
    pub fn get(&mut self, audience: Audience, path: &str) -> (u16, String) {
        self.audience = audience;
        let answer = self.read(path, &[]);
        self.audience = Audience::All;
        let answer = answer.unwrap_or_else(|problem| problem.answer());
        (answer.status, String::from_utf8(answer.body).unwrap())
    }

    /// All summaries that an audience gets in a list.
    pub fn listed(&mut self, audience: Audience, query: &[(&str, &str)]) -> Vec<Value> {
        self.audience = audience;
        let query: Vec<_> = [("limit", "100")].iter().chain(query).copied().collect();
        let listed = self.list(&query);
        self.audience = Audience::All;
        let results = listed["results"].as_array().unwrap().clone();
        assert_eq!(listed["total"], results.len(), "{query:?}");
        results
    }

    /// The pages that are public, by what is known of all: those whose own `Status` says so, and what lies in those.
    pub fn expected_public(&mut self) -> BTreeSet<String> {
        let documents = self.documents();
        let parents: BTreeMap<&String, Option<String>> = documents
            .iter()
            .map(|(id, document)| {
                (
                    id,
                    document["parent"]["page_id"].as_str().map(str::to_owned),
                )
            })
            .collect();
        let is_public = |id: &String| {
            let mut id = id.clone();
            loop {
                let Some(document) = documents.get(&id) else {
                    return false;
                };
                if let Some(status) = document["values"].get("Status") {
                    return status == "Published";
                }
                match parents[&id].clone() {
                    Some(parent) => id = parent,
                    None => return false,
                }
            }
        };
        documents
            .keys()
            .filter(|id| is_public(id))
            .cloned()
            .collect()
    }

    /// The pages that anyone was ever told of.
    pub fn announced(&mut self) -> BTreeSet<String> {
        self.audience = Audience::Public;
        let answer = self.read("/v1/events", &[("after", "0"), ("limit", "1000")]);
        self.audience = Audience::All;
        let told: Value = serde_json::from_slice(&answer.unwrap().body).unwrap();
        let events = told["results"].as_array().unwrap().iter();
        let ids = events.map(|it| it["data"]["id"].as_str().unwrap().to_owned());
        ids.collect()
    }

    /// What anyone gets holds every public page, and no id, path or title of another one.
    pub fn assert_nothing_leaks(&mut self, context: &str) {
        let public = self.expected_public();
        let withdrawn = self.announced();
        let documents = self.documents();
        let mut told = String::new();
        let mut sources = BTreeSet::new();
        for (id, document) in &documents {
            let path = document["path"].as_str().unwrap();
            sources.extend(document["data_source_id"].as_str().map(str::to_owned));
            for address in [format!("/v1/pages/{id}"), format!("/v1/pages{path}")] {
                for extension in EXTENSIONS {
                    let address = format!("{address}{extension}");
                    let (status, body) = self.get(Audience::Public, &address);
                    let is_public = public.contains(id);
                    let expected = match (is_public, withdrawn.contains(id)) {
                        (true, _) => 200,
                        (false, true) => 410,
                        (false, false) => 404,
                    };
                    // The path may be one that nobody was told of.
                    let is_like_any = status == 404 && expected == 410 && address.contains(path);
                    assert!(
                        is_like_any || status == expected,
                        "{context}: {address} is {status}"
                    );
                    assert_eq!(
                        self.get(Audience::All, &address).0,
                        200,
                        "{context}: {address}"
                    );
                    if is_public {
                        told.push_str(&body);
                    }
                }
            }
        }
        let mut lists = vec![Vec::new()];
        lists.extend(
            sources
                .iter()
                .map(|id| vec![("data_source_id", id.as_str())]),
        );
        lists.extend(documents.keys().map(|id| vec![("parent_id", id.as_str())]));
        for query in lists {
            let all = self.listed(Audience::All, &query);
            let some = self.listed(Audience::Public, &query);
            let ids = |list: &[Value]| -> BTreeSet<String> {
                list.iter()
                    .map(|it| it["id"].as_str().unwrap().to_owned())
                    .collect()
            };
            let expected: BTreeSet<String> = ids(&all).intersection(&public).cloned().collect();
            assert_eq!(ids(&some), expected, "{context}: {query:?}");
            told.push_str(&serde_json::to_string(&some).unwrap());
        }
        for (id, document) in &documents {
            if public.contains(id) {
                continue;
            }
            let path = format!("\"{}\"", document["path"].as_str().unwrap());
            for trace in [id.clone(), id.replace('-', ""), path] {
                let place = told.find(&trace);
                let around =
                    place.map(|at| &told[at.saturating_sub(300)..(at + 100).min(told.len())]);
                assert!(
                    place.is_none(),
                    "{context}: {trace} of {} in {around:?}",
                    document["title"]
                );
            }
        }
    }
}
