//! What Notion refuses, in its own words.
//! The sentences are those of the real API where one is known.

use http::{Method, Request};
use notion_sim::{BLOG_DATA_SOURCE_ID, HOME_PAGE_ID, Options, Workspace};

use crate::client::{Client, ids, text};

fn validation(message: &str) -> (u16, String, String) {
    (400, "validation_error".to_string(), message.to_string())
}

/// The answer to a request that is built by hand, as status and message.
fn raw(method: Method, path: &str, headers: &[(&str, &str)]) -> (u16, String, String) {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Client::demo()
        .send(&request.body(Vec::new()).unwrap())
        .error()
}

#[test]
fn an_address_that_is_not_notions_is_refused_before_anything_else() {
    let url = (
        400,
        "invalid_request_url".to_string(),
        "Invalid request URL.".to_string(),
    );
    for (method, path) in [
        (Method::GET, "/v1/nowhere"),
        (Method::GET, "/v2/users"),
        (Method::GET, "/v1/search"),
        (Method::GET, "/v1/users/me//"),
        (
            Method::PUT,
            "/v1/pages/11111111-1111-4111-8111-111111111111",
        ),
        (
            Method::POST,
            "/v1/databases/11111111-1111-4111-8111-111111111111/query",
        ),
    ] {
        assert_eq!(raw(method, path, &[]), url, "{path}");
    }
}

#[test]
fn a_token_is_needed_and_says_which_way_it_is_wrong() {
    let form = "Authorization header must use the format \"Bearer <token>\".";
    for header in ["", "nope", "Basic YTpi", "Bearer", "Bearer ntn_a b"] {
        let refused = raw(Method::GET, "/v1/users/me", &[("authorization", header)]);
        assert_eq!(
            refused,
            (401, "unauthorized".to_string(), form.to_string()),
            "{header}"
        );
    }
    let refused = raw(
        Method::GET,
        "/v1/users/me",
        &[("authorization", "bearer  nope")],
    );
    assert_eq!(refused.2, "API token is invalid.");
    let mut client = Client::new(
        Workspace::demo(),
        Options {
            token: Some("ntn_one".to_string()),
            ..Options::default()
        },
    );
    assert_eq!(client.get("users/me").status, 401);
}

#[test]
fn a_version_is_needed_and_has_to_be_one_that_exists() {
    let ask = |version: Option<&str>, path: &str| {
        let headers = [
            Some(("authorization", "Bearer ntn_test")),
            version.map(|version| ("notion-version", version)),
        ];
        raw(
            Method::GET,
            path,
            &headers.into_iter().flatten().collect::<Vec<_>>(),
        )
    };
    let (status, code, message) = ask(None, "/v1/users/me");
    assert_eq!((status, code.as_str()), (400, "missing_version"));
    assert_eq!(
        message,
        "Notion-Version header failed validation: Notion-Version header should be defined, instead was `undefined`."
    );
    let (_, code, message) = ask(Some("2024-01-01"), "/v1/users/me");
    assert_eq!(code, "missing_version");
    assert!(
        message.ends_with("or `\"2026-03-11\"`, instead was `\"2024-01-01\"`."),
        "{message}"
    );
    assert_eq!(
        ask(Some("2022-06-28"), "/v1/users/me").1,
        "validation_error"
    );
    let source = format!("/v1/data_sources/{BLOG_DATA_SOURCE_ID}");
    assert_eq!(ask(Some("2022-06-28"), &source).1, "invalid_request_url");
}

#[test]
fn an_id_has_to_be_a_uuid_with_or_without_hyphens() {
    let mut client = Client::demo();
    for (path, name) in [
        ("pages/{}", "page_id"),
        ("blocks/{}", "block_id"),
        ("blocks/{}/children", "block_id"),
        ("databases/{}", "database_id"),
        ("data_sources/{}", "data_source_id"),
        ("users/{}", "user_id"),
    ] {
        for id in ["AAA", "12345678-1234-1234-1234-123456789abc"] {
            let expected = format!(
                "path failed validation: path.{name} should be a valid uuid, instead was `\"{id}\"`."
            );
            assert_eq!(
                client.get(&path.replace("{}", id)).error(),
                validation(&expected)
            );
        }
    }
    let simple = HOME_PAGE_ID.replace('-', "");
    assert_eq!(
        client.get(&format!("pages/{simple}")).text(&["id"]),
        HOME_PAGE_ID
    );
}

#[test]
fn what_is_not_there_and_what_is_not_shared_are_the_same() {
    let mut client = Client::demo();
    let kitchen = client.query("search", "\"query\":\"every block\"");
    let blocks = client.list(&format!("blocks/{}/children", text(&kitchen[0], &["id"])));
    let mention = blocks
        .iter()
        .find(|block| text(block, &["paragraph"]).contains("A page that is not shared"))
        .unwrap();
    let spans = mention
        .get("paragraph")
        .unwrap()
        .get("rich_text")
        .unwrap()
        .items();
    let private = spans
        .iter()
        .find(|span| text(span, &["plain_text"]) == "Untitled")
        .unwrap();
    let private = text(private, &["mention", "page", "id"]);
    for id in [private.as_str(), "11111111-1111-4111-8111-111111111111"] {
        let answer = client.get(&format!("pages/{id}"));
        let expected = format!(
            "Could not find page with ID: {id}. Make sure the relevant pages and databases are shared with your integration \"Little Auk website\"."
        );
        assert_eq!(
            answer.error(),
            (404, "object_not_found".to_string(), expected)
        );
        assert_eq!(
            answer.text(&["additional_data", "integration_id"]),
            client.get("users/me").text(&["id"])
        );
        assert_eq!(client.get(&format!("blocks/{id}/children")).status, 404);
    }
    let missing = client
        .get("data_sources/11111111-1111-4111-8111-111111111111")
        .error()
        .2;
    assert!(
        missing.starts_with("Could not find database with ID: "),
        "{missing}"
    );
}

#[test]
fn a_page_is_no_database_and_the_other_way_round() {
    let mut client = Client::demo();
    let database = client
        .get(&format!("data_sources/{BLOG_DATA_SOURCE_ID}"))
        .text(&["parent", "database_id"]);
    assert_eq!(client.get(&format!("pages/{database}")).status, 400);
    assert_eq!(client.get(&format!("databases/{HOME_PAGE_ID}")).status, 400);
    assert_eq!(
        client.get(&format!("blocks/{database}")).text(&["type"]),
        "child_database"
    );
    assert_eq!(
        client
            .get(&format!("blocks/{HOME_PAGE_ID}"))
            .text(&["type"]),
        "child_page"
    );
}

#[test]
fn a_page_size_is_a_whole_number_up_to_100() {
    let mut client = Client::demo();
    let query = |size: &str, should: &str| {
        validation(&format!(
            "query failed validation: query.page_size should be {should} or `undefined`, instead was `{size}`."
        ))
    };
    for (size, should) in [
        ("101", "≤ `100`"),
        ("1.5", "an integer"),
        ("-1", "≥ `0`"),
        ("\"ten\"", "a number"),
    ] {
        let written = size.replace('"', "");
        assert_eq!(
            client.get(&format!("users?page_size={written}")).error(),
            query(size, should)
        );
        let body = client
            .post("search", &format!("{{\"page_size\":{size}}}"))
            .error();
        assert_eq!(body.2, query(size, should).2.replace("query", "body"));
    }
    assert_eq!(client.get("users?page_size=0").status, 200);
    assert_eq!(
        client
            .get(&format!("comments?block_id={HOME_PAGE_ID}&page_size=0"))
            .status,
        400
    );
}

#[test]
fn a_cursor_has_to_come_from_the_same_list() {
    let mut client = Client::demo();
    let foreign = "11111111-1111-4111-8111-111111111111";
    let invalid =
        |cursor: &str| validation(&format!("The start_cursor provided is invalid: {cursor}"));
    let children = format!("blocks/{HOME_PAGE_ID}/children");
    let uuid = "query failed validation: query.start_cursor should be a valid uuid or `undefined`, instead was `\"bogus\"`.";
    assert_eq!(
        client
            .get(&format!("{children}?start_cursor=bogus"))
            .error(),
        validation(uuid)
    );
    assert_eq!(
        client
            .get(&format!("{children}?start_cursor={foreign}"))
            .error(),
        invalid(foreign)
    );
    assert_eq!(
        client.get("users?start_cursor=bogus").error(),
        invalid("bogus")
    );
    assert_eq!(
        client.post("search", r#"{"start_cursor":"bogus"}"#).error(),
        invalid("bogus")
    );
    let cursor = client
        .post("search", r#"{"page_size":1}"#)
        .text(&["next_cursor"]);
    let query = format!("data_sources/{BLOG_DATA_SOURCE_ID}/query");
    let body = format!("{{\"start_cursor\":\"{cursor}\"}}");
    assert_eq!(client.post(&query, &body).error(), invalid(&cursor));
    assert_eq!(client.post("search", &body).status, 200);
    assert_eq!(
        client.post("search", r#"{"start_cursor":null}"#).status,
        200
    );
    let in_query = client.post("search?start_cursor=x", "{}").error();
    assert_eq!(
        in_query,
        validation(
            "query failed validation: query.start_cursor should be not present, instead was `\"x\"`."
        )
    );
}

#[test]
fn a_body_has_to_be_a_json_object_of_known_members() {
    let mut client = Client::demo();
    assert_eq!(
        client.post("search", "{nope").error(),
        (
            400,
            "invalid_json".to_string(),
            "Error parsing JSON body.".to_string()
        )
    );
    for (body, message) in [
        (
            r#"{"limit":5}"#,
            "body failed validation: body.limit should be not present, instead was `5`.",
        ),
        (
            r#"{"query":5}"#,
            "body failed validation: body.query should be a string or `undefined`, instead was `5`.",
        ),
        (
            r#"{"filter":["page"]}"#,
            "body failed validation: body.filter should be an object or `undefined`, instead was `[\"page\"]`.",
        ),
        (
            r#"{"filter":{"property":"object","value":"database"}}"#,
            "body failed validation: body.filter.value should be `\"page\"` or `\"data_source\"`, instead was `\"database\"`.",
        ),
        (
            r#"{"sort":{"timestamp":"created_time","direction":"ascending"}}"#,
            "body.sort.timestamp should be \"last_edited_time\" when sorting by timestamp.",
        ),
        (
            r#"{"sort":{"timestamp":"last_edited_time","direction":"up"}}"#,
            "body failed validation: body.sort.direction should be `\"ascending\"`, `\"descending\"`, or `undefined`, instead was `\"up\"`.",
        ),
    ] {
        assert_eq!(client.post("search", body).error(), validation(message));
    }
}

#[test]
fn comments_need_a_block_that_can_be_seen() {
    let mut client = Client::demo();
    let message =
        |query: &str, client: &mut Client| client.get(&format!("comments{query}")).error().2;
    assert_eq!(
        message("", &mut client),
        "query failed validation: query.block_id should be defined, instead was `undefined`."
    );
    assert_eq!(
        message("?block_id=x", &mut client),
        "query failed validation: query.block_id should be a valid uuid, instead was `\"x\"`."
    );
    let open = client.list(&format!("comments?block_id={HOME_PAGE_ID}"));
    assert_eq!(open.len(), 1);
    assert_eq!(text(&open[0], &["display_name", "type"]), "integration");
}

#[test]
fn writing_is_not_for_this_integration() {
    let mut client = Client::demo();
    for (method, path) in [
        (Method::POST, "pages"),
        (
            Method::PATCH,
            "blocks/11111111-1111-4111-8111-111111111111/children",
        ),
        (
            Method::DELETE,
            "blocks/11111111-1111-4111-8111-111111111111",
        ),
        (Method::POST, "comments"),
    ] {
        let request = client.request(method, path).body(b"{}".to_vec()).unwrap();
        assert_eq!(
            client.send(&request).error().1,
            "restricted_resource",
            "{path}"
        );
    }
}

#[test]
fn every_answer_carries_its_id_last_and_in_a_header() {
    let mut client = Client::demo();
    for path in ["users", "users/me", "nowhere", "pages/AAA"] {
        let answer = client.get(path);
        let (last, id) = answer.body.entries().last().cloned().unwrap();
        assert_eq!(last, "request_id");
        assert_eq!(id.as_str(), answer.header("x-notion-request-id"));
        assert_eq!(
            answer.header("content-type"),
            Some("application/json; charset=utf-8")
        );
    }
    for object in client.list("users") {
        assert!(object.get("request_id").is_none());
    }
    let templates = client.get(&format!("data_sources/{BLOG_DATA_SOURCE_ID}/templates"));
    assert!(
        templates.body.get("request_id").is_none(),
        "the one list that has none"
    );
}

#[test]
fn a_trailing_slash_is_dropped_once_and_head_has_no_body() {
    let mut client = Client::demo();
    assert_eq!(client.get("users/me/").status, 200);
    let request = client
        .request(Method::HEAD, "users/me")
        .body(Vec::new())
        .unwrap();
    let answer = client.send(&request);
    assert_eq!((answer.status, answer.response.body().len()), (200, 0));
}

#[test]
fn only_the_wanted_properties_are_shown() {
    let mut client = Client::demo();
    let rows = client.query(&format!("data_sources/{BLOG_DATA_SOURCE_ID}/query"), "");
    let row = &ids(&rows)[0];
    let all = client.get(&format!("pages/{row}"));
    let slug = text(all.body.get("properties").unwrap(), &["Slug", "id"]);
    let escaped = slug.replace('%', "%25");
    let some = client.get(&format!(
        "pages/{row}?filter_properties=title&filter_properties={escaped}"
    ));
    let names: Vec<&str> = some
        .body
        .get("properties")
        .unwrap()
        .entries()
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(names, ["Slug", "Name"]);
}
