//! Claims about the model that do not need a recording.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::visit::{Target, UrlRole, Visit, Walk};
use super::*;

fn read<T: DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).unwrap()
}

/// Reads, checks that the same JSON is written back, and gives what was read.
fn same<T: DeserializeOwned + Serialize>(json: &str) -> T {
    let typed: T = read(json);
    let back = serde_json::to_string(&typed).unwrap();
    assert_eq!(read::<Value>(&back), read::<Value>(json));
    typed
}

#[test]
fn an_unknown_block_type_is_kept_as_it_came() {
    let block: Block =
        same(r#"{"object":"block","type":"hologram","hologram":{"depth":1.0},"new":[null]}"#);
    let Content::Unknown(unknown) = &block.content else {
        panic!("{block:?}");
    };
    assert_eq!(block.type_name(), Some("hologram"));
    assert_eq!(unknown.payload.get(), Some(&json!({"depth": 1.0})));
    assert_eq!(block.extra["new"], json!([null]));
}

#[test]
fn what_is_no_text_is_no_json() {
    let read = |id: &[u8]| from_slice::<Block>(&[br#"{"id":""#, id, br#""}"#].concat());
    assert!(read("é".as_bytes()).is_ok());
    assert!(read(&[0xe9]).is_err());
}

#[test]
fn a_payload_before_its_type_is_read_the_same() {
    let ahead: Block = same(r#"{"to_do":{"checked":true},"object":"block","type":"to_do"}"#);
    let after: Block = same(r#"{"type":"to_do","to_do":{"checked":true},"object":"block"}"#);
    assert!(matches!(after.content, Content::Known(BlockType::ToDo(_))));
    assert_eq!(ahead, after);
}

#[test]
fn a_known_type_stays_known_whatever_its_payload() {
    for json in [
        r#"{"type":"divider"}"#,
        r#"{"type":"divider","divider":null}"#,
        r#"{"type":"divider","divider":"---"}"#,
    ] {
        let block: Block = same(json);
        assert!(matches!(
            block.content,
            Content::Known(BlockType::Divider(_))
        ));
    }
}

#[test]
fn a_type_that_is_no_text_is_kept() {
    for json in [r#"{"type":null,"id":"1"}"#, r#"{"type":7,"7":[]}"#] {
        let block: Block = same(json);
        assert_eq!(block.type_name(), None);
        assert!(!block.is_partial());
    }
}

#[test]
fn an_object_without_a_type_is_partial() {
    let user: User = same(r#"{"object":"user","id":"1"}"#);
    assert!(user.is_partial());
    assert!(!same::<User>(r#"{"id":"1","type":"person"}"#).is_partial());
    assert!(!same::<Page>(r#"{"object":"page","id":"1"}"#).is_partial());
}

#[test]
fn an_item_that_is_no_object_spoils_only_itself() {
    let value: PropertyValue = same(r#"{"type":"title","title":[null,{"plain_text":"a"},7]}"#);
    assert_eq!(value.rich_text().len(), 3);
    assert_eq!(plain_text(value.rich_text()), "a");
}

#[test]
fn text_that_was_never_read_is_its_content_with_and_without_a_type() {
    let value: PropertyValue = same(
        r#"{"type":"title","title":[{"text":{"content":"a"}},{"type":"text","text":{"content":"b"}}]}"#,
    );
    assert_eq!(plain_text(value.rich_text()), "ab");
}

#[test]
fn a_list_of_plain_values_with_a_stranger_is_kept_raw() {
    let source: Object<StatusGroup> = same(r#"{"option_ids":["a",7,null,"b"]}"#);
    assert_eq!(source.option_ids.other(), Some(&json!(["a", 7, null, "b"])));
    assert!(source.option_ids.as_slice().is_empty());
}

#[test]
fn absent_null_and_strange_are_told_apart() {
    let strange: Page = same(r#"{"icon":"star"}"#);
    assert_eq!(strange.icon.other(), Some(&json!("star")));
    assert!(same::<Page>(r#"{"icon":null}"#).icon.is_null());
    assert!(same::<Page>("{}").icon.is_absent());
}

#[test]
fn numbers_keep_their_form() {
    for number in ["1", "1.0", "-0.0", "18446744073709551615", "0.1", "1e300"] {
        let json = format!(r#"{{"type":"number","number":{number}}}"#);
        same::<PropertyValue>(&json);
    }
}

#[test]
fn of_a_key_sent_twice_the_later_counts() {
    for json in [
        r#"{"object":"block","id":"1","id":"2","type":"divider","divider":{}}"#,
        r#"{"object":"block","object":"page","type":"divider","type":"toggle","toggle":{}}"#,
        r#"{"type":"divider","divider":{},"divider":{"a":1}}"#,
    ] {
        same::<Block>(json);
        same::<Body>(json);
    }
}

#[test]
fn children_stand_beside_the_type() {
    let mut block: Block = read(r#"{"object":"block","type":"divider","divider":{}}"#);
    block.children = vec![block.clone()].into();
    let back: Value = serde_json::to_value(&block).unwrap();
    assert_eq!(back["children"][0]["type"], "divider");
    assert_eq!(same::<Block>(&back.to_string()), block);
}

#[test]
fn both_formats_of_time_are_instants() {
    let millis = |time: &str| Time::from(time.to_owned()).millis();
    assert_eq!(millis("1970-01-01T00:01:00.000Z"), Some(60_000));
    assert_eq!(millis("1970-01-01T00:00:02.556+00:00"), Some(2_556));
    assert_eq!(millis("2026-06-27"), None);
}

#[test]
fn a_page_has_the_title_of_its_title_property() {
    let page: Page = read(
        r#"{"properties":{
            "Done":{"type":"checkbox","checkbox":true},
            "Name":{"type":"title","title":[{"plain_text":"Hello, "},{"type":"text","text":{"content":"world"}}]}
        }}"#,
    );
    assert_eq!(page.title(), "Hello, world");
    assert_eq!(Page::default().title(), "");
}

#[test]
fn a_row_names_its_database_beside_its_data_source() {
    let row: Parent = same(r#"{"data_source_id":"s","database_id":"d","type":"data_source_id"}"#);
    assert_eq!(row.id().map(RawId::as_str), Some("s"));
    assert_eq!(row.database_id(), Some("d"));
    let old: Parent = same(r#"{"database_id":"d","type":"database_id"}"#);
    assert_eq!(old.database_id(), Some("d"));
    assert_eq!(
        same::<Parent>(r#"{"type":"workspace","workspace":true}"#).id(),
        None
    );
}

#[test]
fn what_old_versions_call_archived_is_in_the_trash() {
    assert!(read::<Page>(r#"{"archived":true}"#).is_in_trash());
    assert!(read::<Page>(r#"{"in_trash":true}"#).is_in_trash());
    assert!(!read::<Page>(r#"{"in_trash":false,"is_archived":true}"#).is_in_trash());
}

#[test]
fn a_list_ends_by_has_more_alone() {
    let next = |json| read::<List<Block>>(json).next().map(str::to_owned);
    assert_eq!(
        next(r#"{"results":[],"has_more":true,"next_cursor":"c"}"#).as_deref(),
        Some("c")
    );
    assert_eq!(
        next(r#"{"results":[],"has_more":false,"next_cursor":"c"}"#),
        None
    );
    let list: List<Page> = read(r#"{"request_status":{"type":"incomplete"}}"#);
    assert!(list.is_incomplete());
}

#[test]
fn a_body_is_told_apart_by_its_object_or_its_keys() {
    let name = |json| {
        format!("{:?}", read::<Body>(json))
            .split_once('(')
            .unwrap()
            .0
            .to_owned()
    };
    assert_eq!(name(r#"{"object":"page","id":"1"}"#), "Page");
    assert_eq!(name(r#"{"id":"1","object":"data_source"}"#), "DataSource");
    assert_eq!(name(r#"{"object":"group","id":"1"}"#), "User");
    assert_eq!(name(r#"{"object":"telegram","id":"1"}"#), "Unknown");
    assert_eq!(
        name(r#"{"verification_token":"secret_1"}"#),
        "VerificationRequest"
    );
    assert_eq!(name(r#"{"type":"page_id","page_id":"1"}"#), "Parent");
    assert_eq!(name(r#"{"type":"emoji","emoji":"!"}"#), "Icon");
    assert_eq!(name(r#"{"type":"file","file":{}}"#), "File");
    assert_eq!(
        name(r#"{"id":"a","type":"files","files":[]}"#),
        "PropertyValue"
    );
    assert_eq!(
        name(r#"{"id":"a","name":"A","type":"files","files":{}}"#),
        "PropertySchema"
    );
    assert_eq!(name("[]"), "Array");
    assert_eq!(name("7"), "Unknown");
}

#[test]
fn an_event_tells_what_changed() {
    let event: WebhookEvent = same(
        r#"{"type":"page.properties_updated","entity":{"id":"1","type":"page"},
            "data":{"updated_properties":["a%3A",{"id":"b","action":"created"},null]}}"#,
    );
    let changed = &event.data.get().unwrap().updated_properties;
    let [
        UpdatedProperty::Id(id),
        UpdatedProperty::Schema(_),
        UpdatedProperty::Unknown(_),
    ] = changed.as_slice()
    else {
        panic!("{changed:?}");
    };
    assert_eq!(id, "a%3A");
}

/// Nested as deep as serde_json reads, and once too deep.
fn deep(open: &str, close: &str, levels: usize) -> String {
    let depth = |levels| open.repeat(levels) + "null" + &close.repeat(levels);
    assert!(serde_json::from_str::<Value>(&depth(levels)).is_ok());
    assert!(serde_json::from_str::<Body>(&depth(100_000)).is_err());
    depth(levels)
}

#[test]
fn nesting_ends_in_an_error_and_not_in_a_crash() {
    for json in [
        deep("[", "]", 127),
        deep(r#"{"a":"#, "}", 127),
        deep(
            r#"{"object":"block","type":"toggle","toggle":{},"children":["#,
            "]}",
            63,
        ),
        deep(
            r#"{"children":["#,
            r#"],"toggle":{},"type":"toggle","object":"block"}"#,
            63,
        ),
        deep(
            r#"{"toggle":{"children":["#,
            r#"]},"type":"toggle","object":"block"}"#,
            42,
        ),
        deep(
            r#"{"bot":{"owner":{"user":"#,
            r#","type":"user"}},"type":"bot","object":"user"}"#,
            42,
        ),
        deep(
            r#"{"rollup":{"array":["#,
            r#"],"type":"array"},"type":"rollup","id":"a"}"#,
            42,
        ),
    ] {
        struct Nothing;
        impl Visit for Nothing {}
        let mut body: Body = same(&json);
        body.walk(&mut Nothing);
        assert_eq!(serde_json::to_value(&body).unwrap(), read::<Value>(&json));
    }
    assert!(serde_json::from_str::<Block>(&r#"{"children":["#.repeat(100_000)).is_err());
}

/// Writes down what a walk finds, in its order.
#[derive(Default)]
struct Diary(Vec<String>);

impl Visit for Diary {
    fn block(&mut self, block: &mut Block) {
        self.0.push(format!("block {}", block.id.as_str().unwrap()));
    }

    fn url(&mut self, url: &mut String, role: UrlRole) {
        self.0.push(format!("{role:?} {url}"));
    }

    fn target(&mut self, id: &mut RawId, target: Target) {
        self.0.push(format!("{target:?} {id}"));
    }

    fn hosted_file(&mut self, file: &mut HostedFile) {
        self.0.push(format!("file {}", file.url.as_str().unwrap()));
    }

    fn user(&mut self, user: &mut User) {
        self.0.push(format!("user {}", user.id.as_str().unwrap()));
    }
}

fn diary<T: DeserializeOwned + Walk>(json: &str) -> Vec<String> {
    let mut diary = Diary::default();
    read::<T>(json).walk(&mut diary);
    diary.0
}

#[test]
fn a_walk_shows_a_blocks_own_content_before_its_children() {
    let found = diary::<Block>(
        r#"{"id":"1","children":[{"id":"2","type":"image","image":{"type":"file","file":{"url":"b"}}}],
            "type":"image","image":{"type":"file","file":{"url":"a"}}}"#,
    );
    assert_eq!(found, ["block 1", "file a", "block 2", "file b"]);
}

#[test]
fn a_walk_finds_links_and_targets() {
    let found = diary::<Block>(
        r#"{"id":"1","type":"paragraph","paragraph":{"rich_text":[
            {"type":"mention","mention":{"type":"page","page":{"id":"p"}},"href":"https://n/p"},
            {"type":"mention","mention":{"type":"user","user":{"id":"u","avatar_url":"s"}}},
            {"type":"mention","mention":{"type":"link_mention","link_mention":{"href":"h","icon_url":"i"}}},
            {"type":"text","text":{"link":{"url":"https://x"}}}]}}"#,
    );
    let expected =
        "block 1,Link https://n/p,MentionedPage p,user u,Avatar s,Link h,Shown i,Link https://x";
    assert_eq!(found.join(","), expected);
}

#[test]
fn a_walk_recognises_what_is_kept_raw() {
    let found = diary::<Block>(
        r#"{"id":"1","type":"hologram","hologram":{"of":{"object":"user","id":"u"},"see":"https://x",
            "film":{"url":"a","expiry_time":"t"},"by":[{"type":"relation","relation":[{"id":"r"}],"id":"p"}]}}"#,
    );
    assert_eq!(
        found.join(","),
        "block 1,RelatedPage r,file a,user u,Raw https://x"
    );
}
