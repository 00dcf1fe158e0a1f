//! How one operation is written: what it takes, who may ask for it, every answer that it gives.

use serde_json::{Map, Value, json};

/// Who may ask.
#[derive(Clone, Copy)]
pub enum Who {
    /// Anyone; it tells nothing of the copy.
    Anyone,
    /// Readers, as `ACCESS` says.
    Reader,
    /// Readers, but where `ACCESS` is `rule` only those with a preview token.
    Previewer,
    /// Who has an admin token.
    Admin,
    /// Notion, by its signature.
    Notion,
}

/// An operation.
pub struct Operation {
    value: Map<String, Value>,
    answers: Map<String, Value>,
}

/// A reference to a component.
pub fn component(of: &str, name: &str) -> Value {
    json!({ "$ref": format!("#/components/{of}/{name}") })
}

/// The body of JSON with that schema.
pub fn json_body(schema: Value) -> Value {
    json!({ "application/json": { "schema": schema } })
}

impl Operation {
    /// One that may fail as any may: by its configuration, where requests without a token are limited, and unless anyone may ask it, by its token or the store.
    pub fn new(id: &str, summary: &str, who: Who) -> Self {
        let security = match who {
            Who::Anyone => json!([]),
            Who::Reader => json!([{}, { "readToken": [] }, { "previewToken": [] }]),
            Who::Previewer => json!([{}, { "previewToken": [] }, { "readToken": [] }]),
            Who::Admin => json!([{ "adminToken": [] }]),
            Who::Notion => json!([{}, { "signature": [] }]),
        };
        let mut value = Map::new();
        value.insert("operationId".to_owned(), id.into());
        value.insert("summary".to_owned(), summary.into());
        value.insert("security".to_owned(), security);
        let operation = Self {
            value,
            answers: Map::new(),
        };
        match who {
            Who::Anyone => operation.fails(&[(429, "TooOften"), (500, "Failed")]),
            _ => operation.fails(&[
                (401, "Unauthorized"),
                (429, "TooOften"),
                (500, "Failed"),
                (503, "Away"),
            ]),
        }
    }

    /// More about it than fits its summary, in CommonMark.
    pub fn described(mut self, description: &str) -> Self {
        let description = description.into();
        self.value.insert("description".to_owned(), description);
        self
    }

    /// The JSON that it takes as body, which may be missing.
    pub fn takes(mut self, schema: Value) -> Self {
        let body = json!({ "required": false, "content": json_body(schema) });
        self.value.insert("requestBody".to_owned(), body);
        self
    }

    /// An answer with that content and those headers, beside `Cache-Control`, which all have.
    pub fn gives(
        mut self,
        status: u16,
        description: &str,
        headers: &[&str],
        content: Value,
    ) -> Self {
        let names = ["Cache-Control"].iter().chain(headers);
        let headers: Map<String, Value> = names
            .map(|name| ((*name).to_owned(), component("headers", name)))
            .collect();
        let mut answer = json!({ "description": description, "headers": headers });
        if let Some(answer) = answer.as_object_mut().filter(|_| !content.is_null()) {
            answer.insert("content".to_owned(), content);
        }
        self.answers.insert(status.to_string(), answer);
        self
    }

    /// The JSON that a cache may keep, with its tag; and that the reader has it.
    pub fn keeps(self, description: &str, schema: Value) -> Self {
        let headers = ["ETag", "Cache-Status", "Cache-Tag", "Vary"];
        self.gives(200, description, &headers, json_body(schema))
            .fails(&[(304, "NotModified")])
    }

    /// Answers that are the same wherever they are given, by the names of their components.
    pub fn fails(mut self, answers: &[(u16, &str)]) -> Self {
        let answers = answers
            .iter()
            .map(|(status, name)| (status.to_string(), component("responses", name)));
        self.answers.extend(answers);
        self
    }

    /// The operation, and what HEAD has in its place.
    pub fn written(mut self) -> [Value; 2] {
        let head = self.answers.keys();
        let head = head.map(|status| (status.clone(), component("responses", "Head")));
        let head: Map<String, Value> = head.collect();
        self.value
            .insert("responses".to_owned(), self.answers.into());
        let text = |name: &str| self.value.get(name).and_then(Value::as_str);
        let of_head = json!({
            "operationId": text("operationId").map(|id| format!("{id}Head")),
            "summary": "The status and the headers of the same with GET",
            "security": self.value.get("security"),
            "responses": head,
        });
        [self.value.into(), of_head]
    }
}
