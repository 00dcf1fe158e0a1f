//! What is accepted, what is refused, and that all problems come at once.

use std::time::Duration;

use super::{Access, Config, FilePlace};
use crate::document::Layout;

const COMPLETE: [(&str, &str); 3] = [
    ("NOTION_TOKEN", "ntn_x"),
    ("UPSTASH_REDIS_REST_URL", "http://127.0.0.1:8079/"),
    ("UPSTASH_REDIS_REST_TOKEN", "t"),
];

fn read(extra: &[(&str, &str)]) -> Result<Config, super::Problems> {
    let all: Vec<(&str, &str)> = COMPLETE.iter().chain(extra).copied().collect();
    Config::read(|name| {
        all.iter()
            .rev()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| (*value).to_owned())
    })
}

#[test]
fn defaults_are_the_documented_ones() {
    let config = read(&[]).expect("a complete configuration");
    assert_eq!(config.notion.url, "https://api.notion.com");
    assert_eq!(config.redis.url, "http://127.0.0.1:8079");
    assert_eq!(config.export, super::Settings::default());
    assert!(matches!(config.access, Access::Private(tokens) if tokens.is_empty()));
}

#[test]
fn redis_is_where_the_first_pair_of_variables_says() {
    let read = |named: &[(&str, &str)]| {
        let named: Vec<_> = named.iter().chain([&("NOTION_TOKEN", "n")]).collect();
        Config::read(|name| {
            let found = named.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    };
    let kv = [("KV_REST_API_URL", "https://b"), ("KV_REST_API_TOKEN", "t")];
    let url = |config: Config| config.redis.url;
    assert_eq!(read(&kv).map(url), Ok("https://b".to_owned()));
    let both = [kv[0], kv[1], COMPLETE[1], COMPLETE[2]];
    assert_eq!(read(&both).map(url), Ok("http://127.0.0.1:8079".to_owned()));
    for (named, missing) in [
        (vec![kv[0]], "KV_REST_API_TOKEN is missing"),
        (
            vec![kv[0], kv[1], COMPLETE[1]],
            "UPSTASH_REDIS_REST_TOKEN is missing",
        ),
        (vec![], "UPSTASH_REDIS_REST_URL is missing"),
    ] {
        let problems = read(&named).map(url).expect_err(missing).to_string();
        assert!(problems.contains(missing), "{problems}");
    }
}

#[test]
fn units_are_understood() {
    let config = read(&[
        ("RATE_LIMIT", "3/s"),
        ("TIMEOUT", "1500ms"),
        ("RUN_SECONDS", "20"),
        ("RECONCILE_INTERVAL", "7d"),
    ]);
    let export = config.expect("valid settings").export;
    assert_eq!(export.rate_limit, 180);
    assert_eq!(export.timeout, Duration::from_millis(1_500));
    assert_eq!(export.run_time, Duration::from_secs(20));
    assert_eq!(export.reconcile_interval, Duration::from_secs(7 * 86_400));
}

#[test]
fn workers_are_a_number_or_numbers_by_kind() {
    let workers = |text| {
        let export = read(&[("WORKERS", text)]).expect("valid settings").export;
        let kinds = export.by_kind;
        (export.workers, kinds.pages, kinds.databases, kinds.blocks)
    };
    const ANY: usize = usize::MAX;
    assert_eq!(workers("3"), (3, ANY, ANY, ANY));
    assert_eq!(workers("pages=5,blocks=15"), (5, 5, 4, 15));
    assert_eq!(workers("databases=1, pages = 9"), (6, 9, 1, ANY));
    for wrong in ["7", "pages=0", "pages", "users=3", "pages=2,4", "pages=x"] {
        assert!(
            problems(&[("WORKERS", wrong)]).contains("WORKERS"),
            "{wrong}"
        );
    }
}

#[test]
fn no_request_may_take_as_long_as_a_lease() {
    assert!(read(&[("TIMEOUT", "45s")]).is_ok());
    let problems = read(&[("TIMEOUT", "46s")]).expect_err("too long");
    assert!(problems.to_string().contains("TIMEOUT is longer than 45s"));
}

#[test]
fn every_problem_is_told_at_once_and_no_value() {
    let problems = Config::read(|name| match name {
        "NOTION_BASE_URL" => Some("ftp://secret-host".to_owned()),
        "RATE_LIMIT" => Some("fast".to_owned()),
        "ACCESS" => Some("everyone".to_owned()),
        _ => None,
    });
    let text = problems.expect_err("it is not complete").to_string();
    for name in [
        "NOTION_TOKEN",
        "NOTION_BASE_URL",
        "UPSTASH_REDIS_REST_URL",
        "UPSTASH_REDIS_REST_TOKEN",
        "RATE_LIMIT",
        "ACCESS",
    ] {
        assert!(text.contains(name), "{text}");
    }
    assert!(!text.contains("secret-host"), "{text}");
}

#[test]
fn the_free_plan_has_a_smaller_budget() {
    let budget =
        |extra: &[(&str, &str)]| read(extra).expect("valid settings").export.run_subrequests;
    let after_a_run = 5;
    assert!(budget(&[("PLAN", "free")]) + after_a_run <= 50);
    assert_eq!(budget(&[("PLAN", "free"), ("RUN_SUBREQUESTS", "40")]), 40);
}

/// The problems that `extra` brings, as one text.
fn problems(extra: &[(&str, &str)]) -> String {
    read(extra).expect_err("it should be refused").to_string()
}

#[test]
fn public_needs_the_word_what_is_meant() {
    let access = |extra: &[(&str, &str)]| read(extra).map(|config| config.access);
    let id = "2712e341754a41aea9ce4c0bb4b18c52";
    assert!(problems(&[("ACCESS", "public")]).contains("needs ROOTS"));
    for roots in ["all", id] {
        assert!(matches!(
            access(&[("ACCESS", "public"), ("ROOTS", roots)]),
            Ok(Access::Public)
        ));
    }
    assert!(matches!(
        access(&[("ROOTS", "all")]),
        Ok(Access::Private(_))
    ));
}

#[test]
fn a_rule_is_asked_for_and_given_or_neither() {
    let rule = [("ACCESS", "rule"), ("PUBLISH_RULE", "Status=Published")];
    let config = read(&[rule.as_slice(), &[("PREVIEW_TOKENS", "p")]].concat()).expect("a rule");
    assert!(matches!(config.access, Access::Rule { .. }));
    let text = config
        .export
        .publish_rule
        .map(|rule| rule.text().to_owned());
    assert_eq!(text.as_deref(), Some("Status=Published"));
    assert!(problems(&[("ACCESS", "rule")]).contains("PUBLISH_RULE is not set"));
    assert!(problems(&[("PUBLISH_RULE", "Published")]).contains("ACCESS is not rule"));
    let broken = problems(&[("ACCESS", "rule"), ("PUBLISH_RULE", "Status=")]);
    assert!(broken.contains("PUBLISH_RULE wants nothing"), "{broken}");
    // Where there are no drafts, who may read them may read.
    let config = read(&[("PREVIEW_TOKENS", "p")]).expect("a private copy");
    assert!(config.access.check(Some("Bearer p")).is_ok());
}

#[test]
fn the_scope_is_what_roots_and_exclude_name() {
    let (one, other) = (
        "2712e341754a41aea9ce4c0bb4b18c52",
        "38c9ce7b-60a4-8136-8cb8-d1a177ad0a4f",
    );
    let scope = |extra: &[(&str, &str)]| read(extra).expect("a scope").export.scope;
    assert!(scope(&[("ROOTS", "all")]).is_everything());
    let both = format!(
        "{one}, https://www.notion.so/acme/Title-{}?v=1",
        other.replace('-', "")
    );
    let ids = |texts: &[&str]| -> Vec<crate::id::Id> {
        let ids = texts.iter().map(|text| text.parse().expect("a valid id"));
        ids.collect()
    };
    assert_eq!(scope(&[("ROOTS", &both)]).roots, Some(ids(&[one, other])));
    let excluded = scope(&[("EXCLUDE", one)]);
    assert_eq!((excluded.roots, excluded.exclude), (None, ids(&[one])));
}

#[test]
fn what_would_narrow_a_copy_is_honoured_or_refused_and_never_passed_over() {
    let id = "2712e341754a41aea9ce4c0bb4b18c52";
    for (name, value) in [
        ("ROOTS", "all,2712e341754a41aea9ce4c0bb4b18c52"),
        ("ROOTS", "Title-2712e341754a41aea9ce4c0bb4b18c52"),
        ("EXCLUDE", "Drafts"),
        ("OBJECT_TYPES", "page+view"),
        ("OBJECT_TYPES", "database+block"),
        ("OBJECT_TYPES", "pages+page"),
        ("OBJECT_TYPES", "page+"),
        ("PUBLISH_RULE", "Status=Live"),
        ("TTL", "two days"),
        ("TTL", "99999999d"),
    ] {
        let text = problems(&[("ACCESS", "public"), (name, value)]);
        assert!(text.contains(name), "{text}");
        assert!(!text.contains(value), "{text}");
    }
    let text = problems(&[("ROOTS", id), ("EXCLUDE", id)]);
    assert!(text.contains("EXCLUDE"), "{text}");
}

#[test]
fn object_types_are_joined_words_and_block_keys_is_one_of_them() {
    let types = |extra: &[(&str, &str)]| read(extra).expect("types").export.object_types;
    let plain = super::ObjectTypes::default();
    for text in [
        "page",
        "page+database",
        "data_source, page",
        "database,page",
    ] {
        assert_eq!(types(&[("OBJECT_TYPES", text)]), plain, "{text}");
    }
    let more = types(&[("OBJECT_TYPES", "page,user+comment")]);
    assert!(more.users && more.comments && !more.blocks);
    let with_blocks = types(&[("OBJECT_TYPES", "page+block")]);
    assert!(with_blocks.blocks);
    assert_eq!(types(&[("BLOCK_KEYS", "true")]), with_blocks);
    assert_eq!(types(&[("BLOCK_KEYS", "false")]), plain);
    let text = problems(&[("BLOCK_KEYS", "false"), ("OBJECT_TYPES", "page+block")]);
    assert!(text.contains("BLOCK_KEYS"), "{text}");
    let text = problems(&[("OBJECT_TYPES", "block")]);
    assert!(
        text.contains("page, database, data_source, block, user, comment"),
        "{text}"
    );
}

#[test]
fn a_rate_at_which_no_page_is_ever_read_is_refused() {
    assert!(problems(&[("RATE_LIMIT", "1")]).contains("of 2/min at least"));
    let rate = |text| read(&[("RATE_LIMIT", text)]).map(|it| it.export.rate_limit);
    assert_eq!((rate("2").ok(), rate("1/s").ok()), (Some(2), Some(60)));
}

#[test]
fn a_pattern_of_paths_is_no_word_of_how_things_are_stored() {
    let form = |text| {
        let config = read(&[("PATH_PATTERN", text)]).expect("valid settings");
        config.export.form("")
    };
    assert_eq!(super::copied_files(&form("/{slug}+files")), None);
    assert_ne!(form("/{slug}+files"), form("/{slug}"));
}

#[test]
fn a_documented_variable_is_honoured_or_refused() {
    let documented = "TTL PRETTY_JSON INCLUDE_META INCLUDE_BLOCKS BLOCK_KEYS OBJECT_TYPES ROOTS EXCLUDE \
        RATE_LIMIT WORKERS BATCH_SIZE TIMEOUT READ_TIMEOUT READ_MEMORY MAX_RETRIES RETRY_BACKOFF CONTINUE_ON_ERROR MAX_ERRORS \
        PLAN RUN_SUBREQUESTS RUN_SECONDS CHECKPOINT_INTERVAL RECONCILE_INTERVAL \
        ACCESS PUBLISH_RULE CORS_ORIGINS SITE_URL PATH_PATTERN DEPLOY_HOOKS";
    let names: Vec<&str> = documented.split_whitespace().collect();
    // No variable means anything by this value, so one that is passed over is one that is not told.
    let all: Vec<(&str, &str)> = names.iter().map(|name| (*name, "?")).collect();
    let text = problems(&all);
    for name in names {
        assert!(text.contains(&format!("{name} ")), "{name}: {text}");
        assert!(problems(&[(name, "?")]).contains(name), "{name}");
    }
}

#[test]
fn what_is_stored_is_as_the_variables_say() {
    let export = |extra: &[(&str, &str)]| read(extra).expect("valid settings").export;
    let defaults = [
        ("PRETTY_JSON", "false"),
        ("INCLUDE_BLOCKS", "true"),
        ("INCLUDE_META", "true"),
        ("BATCH_SIZE", "50"),
        ("CHECKPOINT_INTERVAL", "1"),
    ];
    assert_eq!(export(&defaults), export(&[]));
    assert_eq!(
        export(&[("CHECKPOINT_INTERVAL", "every commit")]),
        export(&[])
    );
    let pretty = export(&[("PRETTY_JSON", "true")]);
    assert_eq!(pretty.layout, Layout::Indented);
    assert_ne!(pretty.form(""), export(&[]).form(""));
    assert_eq!(pretty.builder(), export(&[]).builder());
    let bare = export(&[("INCLUDE_BLOCKS", "false")]);
    assert!(!bare.includes_blocks);
    assert_ne!(bare.builder(), export(&[]).builder());
    assert_eq!(export(&[("BATCH_SIZE", "7")]).batch_size, 7);
}

#[test]
fn what_would_lose_progress_is_refused_with_the_reason() {
    for (name, value, reason) in [
        ("INCLUDE_META", "false", "no commit knows the path"),
        ("CHECKPOINT_INTERVAL", "10", "would lose what it did"),
        ("BATCH_SIZE", "0", "is not a whole number from 1 to 500"),
    ] {
        let text = problems(&[(name, value)]);
        assert!(text.contains(&format!("{name} is")), "{text}");
        assert!(text.contains(reason), "{text}");
    }
}

#[test]
fn what_is_stored_expires_only_where_that_is_asked_for_and_not_before_it_is_seen_again() {
    let ttl = |extra: &[(&str, &str)]| read(extra).expect("valid settings").export.ttl;
    for none in ["", "0", "none"] {
        assert_eq!(ttl(&[("TTL", none)]), None, "{none}");
    }
    let hours = |hours: u64| Some(Duration::from_secs(hours * 3_600));
    for (text, expected) in [("172800", 48), ("48h", 48), ("7d", 168)] {
        assert_eq!(ttl(&[("TTL", text)]), hours(expected), "{text}");
    }
    let shorter = ("RECONCILE_INTERVAL", "90min");
    assert_eq!(ttl(&[("TTL", "3h"), shorter]), hours(3));
    for (set, told) in [
        (
            vec![("TTL", "24h")],
            "TTL is 1d, less than twice RECONCILE_INTERVAL, which is 1d",
        ),
        (
            vec![("TTL", "10000"), shorter],
            "TTL is 10000s, less than twice RECONCILE_INTERVAL, which is 90min",
        ),
    ] {
        let text = problems(&set);
        assert!(text.contains(told), "{text}");
    }
    let text = problems(&[("TTL", "1500ms")]);
    assert!(text.contains("set it to 2d or longer"), "{text}");
    let form = |extra: &[(&str, &str)]| read(extra).expect("valid settings").export.form("");
    let forms = [form(&[]), form(&[("TTL", "48h")]), form(&[("TTL", "49h")])];
    assert!(forms[0] != forms[1] && forms[1] != forms[2], "{forms:?}");
}

#[test]
fn a_place_for_files_and_their_address_are_part_of_the_form() {
    let export = |extra: &[(&str, &str)]| read(extra).expect("valid settings").export;
    let here = export(&[
        ("FILES", "bound"),
        ("FILES_URL", "https://content.example.com/"),
    ]);
    assert_eq!(here.files, FilePlace::Here);
    let form = "files+files_url=https://content.example.com";
    assert_eq!(here.form(""), form);
    let elsewhere = export(&[("FILES", "elsewhere")]);
    assert_eq!(elsewhere.form(""), "");
    assert_eq!(elsewhere.form("files"), "files");
    let named = export(&[("FILES", "bound"), ("FILES_NAME", "second")]);
    assert_eq!(named.form("files"), "files=second");
    assert_eq!(elsewhere.form("ttl=1+files=second"), "files=second");
    assert_eq!(elsewhere.form("files_url=https://x"), "");
    let text = problems(&[
        ("FILES", "my-bucket"),
        ("FILES_NAME", "a+b"),
        ("FILES_URL", "https://x/?a=b"),
    ]);
    for told in [
        "FILES is a text",
        "FILES_NAME has other characters",
        "FILES_URL is not the beginning",
    ] {
        assert!(text.contains(told), "{text}");
    }
}
