/** Arguments, exit codes and output of the commands, against a Worker that answers as each test tells it. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { html, json, problem, serve, text } from "../server.ts";
import { folderFor, ran } from "./world.ts";

const ID = "6a3f9c1e-2b7d-4e58-9f04-1c8d5e2a7b90";
const PAGE = {
  object: "page",
  id: ID,
  title: "Tides",
  path: "/blog/tides",
  blocks: [],
  values: { "Due.by": 7, Status: "Live" },
};
const COUNTS = { pages: 3, blocks: 9, containers: 1, changed: 2, rebuilt: 0, unchanged: 0, requests: 5, errors: 0 };
const STATUS = {
  state: "complete",
  export: { number: 4, job: "all", id: null, started_at: "2026-01-01T00:00:00Z", completed_at: "2026-01-01T00:01:00Z" },
  counts: COUNTS,
  work: null,
  frontier: 0,
  pages: 3,
  not_before: null,
  last_run: { at: "2026-01-01T00:01:00Z", outcome: "complete", problem: null },
  held: null,
  errors: [],
  version: 12,
};
const REDIS = { UPSTASH_REDIS_REST_URL: "https://redis.example", UPSTASH_REDIS_REST_TOKEN: "hush" };
const now = () => Date.parse("2026-01-01T00:01:30Z");

test("wrong use exits with 2, says what is wrong on the standard error, and prints nothing else", async () => {
  for (const [args, wanted] of [
    [["nope"], /unknown command 'nope'/],
    [["statu"], /Did you mean status\?/],
    [["status", "--nope"], /unknown option '--nope'/],
    [["get"], /missing required argument 'page'/],
    [["get", "x"], /"x" is no id, no path/],
    [["get", "/"], /"\/" names no page: the page for it is named by its id/],
    [["get", "/../status"], /names no page/],
    [["why", "/%2e%2e/status"], /names no page/],
    [["list", "--data-source", ""], /name the data source by its id/],
    [["types", "--data-source", "Blog"], /name the data source by its id/],
    [["list", "--parent", "https://site.example/blog"], /name the parent by its id/],
    [["get", "https://www.notion.so/Home"], /names no page/],
    [["get", "/a", "--html", "--markdown"], /cannot be used with/],
    [["export", "everything"], /Allowed choices are all, changes, page, database/],
    [["export", "page"], /name the page: notion-edge export page ID/],
    [["export", "page", "nope"], /name the page by its id or its address in Notion: "nope" is neither/],
    [["export", "database", "/blog"], /name the database by its id or its address in Notion/],
    [["help", "nope"], /unknown command 'nope'/],
    [["why", ""], /"" is no id, no path/],
    [["why", ID.slice(1)], /is no id, no path/],
    [["export", "all", ID], /all takes no id/],
    [["list", "--limit", "x"], /argument 'x' is invalid: it is no number of pages/],
    [["status", "--url", "here"], /not an http or https address/],
    [["purge", "--url", "here"], /--url is no address/],
    [["confirm", "x"], /^✗ 'x' is invalid for argument 'export': it is the number of an export/],
  ] as const) {
    const { code, out, err } = await ran([...args]);
    assert.deepEqual([code, out], [2, ""], args.join(" "));
    assert.match(err, wanted);
    assert.match(err, /^✗ [^\n]+\n(\(Did you mean [^\n]*\n)?$/, "one line");
  }
});

test("--help and --version exit with 0 on the standard output, and tell every exit code", async () => {
  const { code, out, err } = await ran(["--help"]);
  assert.deepEqual([code, err], [0, ""]);
  for (const known of [0, 1, 2, 3, 4, 130]) assert.match(out, new RegExp(`^  ${known} +\\w`, "m"));
  assert.match((await ran(["--version"])).out, /^\d+\.\d+\.\d+\n$/);
});

test("no line of any help is wider than 80 columns", async () => {
  const commands = (await ran(["--help"])).out.match(/^  [a-z]+(?= .*(<|\[|  ))/gm) ?? [];
  assert.ok(commands.length >= 10);
  for (const command of commands.map((name) => name.trim())) {
    const { out } = await ran([command, "--help"]);
    for (const line of out.split("\n")) assert.ok(line.length <= 80, `${command}: ${line}`);
  }
});

test("a page is printed whole, as HTML, as Markdown, or a field of it by names with dots", async (t) => {
  const { url, asked } = await serve(t, (response, request) => {
    if (request.url?.endsWith(".html")) return text("<p>Tides</p>\n", "text/html")(response, request);
    if (request.url?.endsWith(".md")) return text("Tides\n", "text/markdown")(response, request);
    json(PAGE)(response, request);
  });
  const get = async (...args: string[]) => (await ran(["get", ...args, "--url", url])).out;
  assert.deepEqual(JSON.parse(await get(ID)), PAGE);
  assert.equal(await get("/blog/tides", "--html"), "<p>Tides</p>\n");
  assert.equal(await get("/blog/tides", "--markdown"), "Tides\n");
  assert.equal(await get(ID, "--field", "values.Status"), "Live\n");
  assert.equal(await get(ID, "--field", "values.Status", "--json"), '"Live"\n');
  assert.equal(await get(ID, "--field", "values.Due.by"), "7\n");
  await get(`https://www.notion.so/Tides-${ID.replaceAll("-", "")}?pvs=4`);
  await get(`https://www.notion.so/db?v=1&p=${ID.replaceAll("-", "")}`);
  await get("https://site.example/blog/tides/");
  const below = ["get", "https://site.example/docs/blog/tides", "--url", url];
  await ran(below, { variables: { SITE_URL: "https://site.example/docs" } });
  const [first, html] = asked;
  assert.deepEqual([first, html], [`GET /v1/pages/${ID}`, "GET /v1/pages/blog/tides.html"]);
  const path = "GET /v1/pages/blog/tides";
  assert.deepEqual(asked.slice(-4), [`GET /v1/pages/${ID}`, `GET /v1/pages/${ID}`, path, path]);
  const { code, err } = await ran(["get", ID, "--field", "values.Nope", "--url", url]);
  assert.equal(code, 1);
  assert.match(err, /the page has no values\.Nope/);
});

test("the exit code says whose fault it is: nothing there 1, no answer 3, no right token 4", async (t) => {
  const missing = await serve(t, problem(404, "no page has the path"));
  const away = await serve(t, problem(503, "redis gives no answer", { "retry-after": "60" }));
  const refusing = await serve(t, problem(401, "send one of READ_TOKENS as Authorization: Bearer"));
  const other = await serve(t, html(200));
  const code = async (args: string[], url: string) => (await ran([...args, "--url", url])).code;
  assert.equal(await code(["get", "/x"], missing.url), 1);
  assert.equal(await code(["confirm", "7"], missing.url), 1);
  assert.equal(await code(["status"], away.url), 3);
  assert.equal(await code(["purge"], away.url), 3);
  assert.equal(await code(["status"], await deadAddress()), 3);
  assert.equal(await code(["purge"], await deadAddress()), 3);
  assert.equal(await code(["tail", "--after", "0"], await deadAddress()), 3);
  assert.equal(await code(["status"], refusing.url), 4);
  assert.equal(await code(["purge"], refusing.url), 4);
  assert.equal(await code(["status"], other.url), 2);
  assert.equal(await code(["purge"], other.url), 2);
});

test("what is wrong with the address or a token says where a person puts another", async (t) => {
  const admins = problem(401, "send one of ADMIN_TOKENS as Authorization: Bearer");
  const readers = problem(401, "send one of READ_TOKENS as Authorization: Bearer");
  const lost = problem(404, "no such address; there are /v1/pages, /v1/tree");
  const other = json({ object: "error" }, 400);
  for (const [args, reply, wanted] of [
    [["purge"], admins, /^✗ POST [^ ]+ answered 401: it wants one of its ADMIN_TOKENS\n {2}pass one as --token/],
    [["why", "/a"], admins, /^✗ [^\n]*told to ADMIN_TOKENS only\n {2}pass one as --token, or set .*ADMIN_TOKENS/],
    [["why", "/a", "--token", "x"], admins, /it wants one of its ADMIN_TOKENS\n/],
    [["status"], readers, /it wants one of its READ_TOKENS\n.*--token, or set NOTION_EDGE_TOKEN or READ_TOKENS/],
    [["status"], lost, /answered 404: no such address \(is that the Worker's address, without \/v1\?\)\n$/],
    [["status"], other, /answered 400 without a reason: is that the Worker's address\?\n$/],
  ] as const) {
    const { url } = await serve(t, reply);
    const { out, err } = await ran([...args, "--url", url]);
    assert.equal(out, "");
    assert.match(err, wanted);
  }
  const { err } = await ran(["status", "--url", await deadAddress()]);
  assert.match(
    err,
    /failed with ECONNREFUSED: is the Worker running, and is that its address\?\n {2}pass .* --url, or/,
  );
});

test("each variable that is missing has a line, and init is named", async () => {
  const { code, err } = await ran(["export"]);
  assert.equal(code, 2);
  assert.match(err, /^✗ bad configuration:\n(  [A-Z_]+ is missing: .*\n){3}  `npx notion-edge init` .*\n$/);
  const { err: one } = await ran(["export"], { variables: { ...REDIS, NOTION_TOKEN: "ntn_x", TTL: "soon" } });
  assert.match(one, /^✗ bad configuration:\n  TTL [^\n]*\n$/);
});

test("the doctor says a step that brings several checks once, and fits the terminal", async (t) => {
  const { url } = await serve(t, json({ status: "ok" }));
  const piped = await ran(["doctor", "--url", url]);
  assert.equal(piped.out.match(/→ give one of ADMIN_TOKENS .* or run it in/g)?.length, 1);
  assert.match(piped.err, /^\nno problem; \d+ in order, \d+ not looked at\n$/);
  const shown = await ran(["doctor", "--url", url], { isTerminal: true, variables: { NO_COLOR: "1" } });
  const lines = shown.out.split("\n");
  for (const line of lines) assert.ok(line.length <= 80, line);
  const words = (text: string) => text.split(/\s+/).join(" ");
  assert.equal(words(shown.out), words(piped.out));
  const told = (await ran(["doctor", "--url", url, "--json"])).err;
  assert.equal(told, "");
});

test("with --json a problem is JSON on the standard error, with its exit code", async (t) => {
  const { url } = await serve(t, problem(401, "send one of ADMIN_TOKENS"));
  const { code, out, err } = await ran(["purge", "--json", "--url", url, "--token", "hush"]);
  assert.deepEqual([code, out], [4, ""]);
  const { error } = JSON.parse(err) as { error: { code: number; message: string } };
  assert.equal(error.code, 4);
  assert.match(error.message, /it wants one of its ADMIN_TOKENS\n.*--token.* ADMIN_TOKENS/);
  assert.doesNotMatch(err, /hush/);
});

test("no token is printed, whatever the Worker answers", async (t) => {
  for (const reply of [problem(401, "no"), problem(503, "no"), problem(400, "no"), html(500)]) {
    const { url } = await serve(t, reply);
    for (const command of [["status"], ["purge"], ["sync", ID], ["tail"], ["list"]]) {
      const { out, err } = await ran([...command, "--url", url, "--token", "hush-hush"]);
      assert.doesNotMatch(out + err, /hush/, command.join(" "));
    }
  }
});

test("a password in an address is neither sent nor printed", async () => {
  const url = "http://me:s3cret@127.0.0.1:1";
  for (const command of [
    ["status"],
    ["purge"],
    ["sync", ID],
    ["tail"],
    ["why", "/a"],
    ["doctor"],
    ["webhook"],
    ["types"],
  ]) {
    for (const variables of [{}, { NOTION_EDGE_URL: url }, { NOTION_EDGE_URL: url, ADMIN_TOKENS: "hush-hush" }]) {
      const named = "NOTION_EDGE_URL" in variables ? [] : ["--url", url];
      const { code, out, err } = await ran([...command, ...named], { variables });
      assert.doesNotMatch(out + err, /s3cret/, command.join(" "));
      assert.equal(code, 2, command.join(" "));
      assert.match(err, /the Worker's address holds a user or a password/);
    }
  }
});

test("tokens of the environment are tried in turn, a token that is named is the only one", async (t) => {
  const shown: (string | undefined)[] = [];
  const { url } = await serve(t, (response, request) => {
    shown.push(request.headers.authorization);
    const isAdmin = request.headers.authorization === "Bearer admin";
    (isAdmin ? json({ purged: "everything", cache: true }) : problem(401, "no"))(response, request);
  });
  const variables = { NOTION_EDGE_URL: url, NOTION_EDGE_TOKEN: "reader", ADMIN_TOKENS: "admin, other" };
  const purged = await ran(["purge"], { variables });
  assert.deepEqual([purged.code, purged.out], [0, "✓ purged everything\n"]);
  assert.deepEqual(shown.splice(0), ["Bearer reader", "Bearer admin"]);
  assert.equal((await ran(["purge", "--token", "mine"], { variables })).code, 4);
  assert.deepEqual(shown, ["Bearer mine"]);
});

test("the status is for people, or JSON, and exits with 1 where something is wrong", async (t) => {
  const said = async (status: object, ...args: string[]) => {
    const { url } = await serve(t, json(status));
    return ran(["status", "--url", url, ...args], { now });
  };
  assert.match((await said({ ...STATUS, pages: 0 })).out, /is anything shared with the connection.*notion-edge doctor/);
  const good = await said(STATUS);
  assert.equal(good.code, 0);
  assert.equal(
    good.out,
    [
      "state     complete",
      "pages     3, version 12",
      "export    4, all, completed 30 s ago",
      "did       3 pages read, 2 changed, 5 requests to Notion",
      "last run  complete 30 s ago",
      "",
    ].join("\n"),
  );
  assert.deepEqual(JSON.parse((await said(STATUS, "--json")).out), STATUS);
  const held = await said({ ...STATUS, held: { export: 4, pages: 9, of: 20 } });
  assert.equal(held.code, 1);
  assert.match(held.out, /9 of 20 pages would go.*\n.*`npx notion-edge confirm 4 --url http/);
  const error = { at: "2026-01-01T00:00:00Z", object: "page", id: ID, message: "no answer in time" };
  const failing = await said({ ...STATUS, errors: [error] });
  assert.equal(failing.code, 1);
  assert.match(failing.out, new RegExp(`page ${ID}\\n +no answer in time`));
  assert.equal((await said({ ...STATUS, state: "failed" })).code, 1);
  const reader = await said({ state: "complete" });
  assert.deepEqual([reader.code, reader.out.split("\n").length], [0, 3]);
});

test("--watch goes on until the export is over", async (t) => {
  const kind = { done: 1, waiting: 3, mean_seconds: 1 };
  const none = { done: 0, waiting: 0, mean_seconds: null };
  const eta = { from: "2026-01-01T00:01:30Z", seconds: 65, low: 1, high: 9 };
  const work = { pages: kind, databases: none, data_sources: none, rebuilds: none, eta };
  const { url } = await serve(t, json({ ...STATUS, state: "exporting", work }), json(STATUS));
  const { code, out, err } = await ran(["status", "--watch", "--url", url], { now, isTerminal: true });
  assert.equal(code, 0);
  assert.match(out, /complete/);
  assert.match(err, /█████░{15} 25 % {2}3 pages, 3 waiting, 1 min 5 s left/);
  assert.match(err, /\r\x1b\[K$/, "the bar is gone in the end");
});

test("colours are for terminals only, and NO_COLOR takes them", async (t) => {
  const { url } = await serve(t, json(STATUS));
  const status = async (isTerminal: boolean, variables = {}) =>
    (await ran(["status", "--url", url], { isTerminal, variables, now })).out;
  assert.match(await status(true), /\x1b\[32mcomplete\x1b\[39m/);
  assert.match(await status(false, { FORCE_COLOR: "1" }), /\x1b\[32mcomplete/);
  assert.doesNotMatch(await status(false), /\x1b/);
  assert.doesNotMatch(await status(true, { NO_COLOR: "1" }), /\x1b/);
  assert.doesNotMatch(await status(true, { TERM: "dumb" }), /\x1b/);
});

test("a list is a line for each page, of as many as are wanted", async (t) => {
  const one = (path: string) => ({ ...PAGE, path, last_edited_time: "2026-01-02T00:00:00Z" });
  const pages = [one("/a"), { ...one("/b"), id: ID.replace("6a", "6b"), title: "" }];
  const { url } = await serve(t, json({ results: pages, next_cursor: null, total: 2 }));
  const { out } = await ran(["list", "--url", url]);
  assert.equal(out, `2026-01-02  ${"/a".padEnd(36)}  Tides\n2026-01-02  ${"/b".padEnd(36)}  Untitled\n`);
  const lines = (await ran(["list", "--url", url, "--limit", "1", "--json"])).out.trim().split("\n");
  assert.deepEqual(
    lines.map((line) => (JSON.parse(line) as { path: string }).path),
    ["/a"],
  );
});

for (const isEmpty of [true, false]) {
  const answer = isEmpty ? "an empty list" : "a list that is not there";
  test(`${answer} says whether it is of a data source, and a database's address lists its rows`, async (t) => {
    const [database, source, other] = ["11", "22", "33"].map((it) => ID.replace("6a", it)) as [string, string, string];
    const page = { ...PAGE, last_edited_time: "2026-01-02T00:00:00Z" };
    let sources = [{ id: source }];
    const { url } = await serve(t, (response, request) => {
      const { pathname, searchParams } = new URL(request.url ?? "", "http://worker");
      const named = searchParams.get("data_source_id");
      const results = named === source ? [page] : [];
      const isKnown = named === null || [source, other].includes(named);
      if (pathname === "/v1/pages" && (isEmpty || isKnown))
        return json({ results, next_cursor: null, total: results.length })(response, request);
      if (pathname === `/v1/databases/${database}`) return json({ data_sources: sources })(response, request);
      if (pathname === `/v1/data-sources/${other}`) return json({ id: other })(response, request);
      problem(404, "nothing has been exported")(response, request);
    });
    const list = (...args: string[]) => ran(["list", "--url", url, ...args]);
    const shown = `https://www.notion.so/Blog-${database.replaceAll("-", "")}?v=1`;
    assert.match((await list("--data-source", shown)).out, /^2026-01-02 {2}\/blog\/tides +Tides\n$/);
    assert.deepEqual(await list("--data-source", other), { code: 0, out: "", err: "no pages\n" });
    for (const [option, what] of [
      ["--data-source", "data source"],
      ["--parent", "page or database"],
    ] as const) {
      const { code, err } = await list(option, ID);
      assert.deepEqual([code, err], [1, `✗ there is no ${what} ${ID} for readers: is that its id?\n`]);
    }
    assert.deepEqual(await list("--parent", database), { code: 0, out: "", err: "no pages\n" });
    sources = [{ id: source }, { id: other }];
    const { code, err } = await list("--data-source", database);
    assert.deepEqual([code, err.includes(source), err.includes(other)], [1, true, true]);
  });
}

test("what is a database and no page is said to be one", async (t) => {
  const { url } = await serve(t, (response, request) => {
    if (request.url === `/v1/databases/${ID}`) return json({ data_sources: [] })(response, request);
    problem(404, "nothing has been exported")(response, request);
  });
  const { code, err } = await ran(["get", ID, "--url", url]);
  assert.equal(code, 1);
  assert.equal(
    err,
    `✗ ${ID} is a database, not a page: \`npx notion-edge list --data-source ${ID}\` lists its pages\n`,
  );
});

test("types of a data source that is not there are not written without it", async (t) => {
  const database = ID.replace("6a", "6b");
  const parent = { type: "database_id", database_id: database };
  const { url } = await serve(t, (response, request) => {
    const list = { results: [], next_cursor: null, total: 0 };
    if (request.url?.startsWith("/v1/pages")) return json(list)(response, request);
    if (request.url === `/v1/databases/${database}`) return json({ data_sources: [{ id: ID }] })(response, request);
    if (request.url === `/v1/data-sources/${ID}`)
      return json({ id: ID, title: [], parent, properties: {} })(response, request);
    problem(404, "nothing has been exported")(response, request);
  });
  const folder = folderFor(t);
  const types = (...names: string[]) =>
    ran(["types", "--url", url, "-o", "types.ts", ...names.flatMap((it) => ["--data-source", it])], { folder });
  const { code, err } = await types(database, ID.replace("6a", "6c"));
  assert.equal(code, 1);
  assert.match(err, /^✗ there is no data source 6c[^ ]+ for readers: is that its id\?\n$/);
  assert.ok(!existsSync(join(folder, "types.ts")));
  assert.equal((await types(`https://www.notion.so/Blog-${database.replaceAll("-", "")}`)).code, 0);
});

test("types are current although git has made their line ends those of Windows", async (t) => {
  const source = { object: "data_source", id: ID, title: [{ plain_text: "Blog" }], properties: {} };
  const { url } = await serve(t, (response, request) => {
    const list = { results: [], next_cursor: null, total: 0 };
    json(request.url?.startsWith("/v1/pages") ? list : { ...source, data_sources: [{ id: ID }] })(response, request);
  });
  const folder = folderFor(t);
  const types = (...args: string[]) =>
    ran(["types", "--url", url, "--data-source", ID, "-o", "types.ts", ...args], { folder });
  assert.equal((await types("--check")).code, 1);
  await types();
  const file = join(folder, "types.ts");
  writeFileSync(file, readFileSync(file, "utf8").replaceAll("\n", "\r\n"));
  assert.deepEqual([(await types("--check")).code, (await types()).out], [0, "✓ types.ts is current\n"]);
  writeFileSync(file, "other");
  assert.equal((await types("--check")).code, 1);
});

test("a file that cannot be written is said without a stack", async (t) => {
  const source = { object: "data_source", id: ID, title: [{ plain_text: "Blog" }], properties: {} };
  const { url } = await serve(t, (response, request) => {
    const list = { results: [], next_cursor: null, total: 0 };
    if (request.url?.startsWith("/v1/pages")) return json(list)(response, request);
    json({ ...source, data_sources: [{ id: ID }] })(response, request);
  });
  const { code, err } = await ran(["types", "--url", url, "--data-source", ID, "-o", "/dev/null/types.ts"]);
  assert.equal(code, 1);
  assert.match(err, /^✗ [^\n]*\/dev\/null[^\n]*\n$/);
});

/** An address at which nobody listens: it was somebody's, and is free. */
async function deadAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}
