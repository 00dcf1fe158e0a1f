/**
 * The official client, unchanged, walks everything in the sim that an integration can see.
 *
 * What it finds is compared with the sim's oracle, which reads the workspace itself and not the API.
 * The sim is the debug build, or what NOTION_SIM_BIN names.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import {
  APIErrorCode,
  APIResponseError,
  Client,
  collectPaginatedAPI,
  isFullBlock,
  isFullDatabase,
  isFullDataSource,
  isFullPage,
  iteratePaginatedAPI,
  LogLevel,
} from "@notionhq/client";

const binary =
  process.env.NOTION_SIM_BIN ?? join(fileURLToPath(new URL("..", import.meta.url)), "target/debug/notion-sim");

/** @typedef {{ object: string, id: string, title: string, parent: { kind: string, id: string | null } }} Truth */
/** @typedef {Truth & { last_edited_time: string, blocks: string[] }} PageTruth */
/** @typedef {Truth & { data_sources: string[], is_linked: boolean }} DatabaseTruth */
/** @typedef {Truth & { database: string, rows: string[] }} DataSourceTruth */

/** @type {import("node:child_process").ChildProcess[]} */
const processes = [];
/** @type {string} */
let address;
/** @type {Client} */
let notion;

before(async () => {
  address = await startSim("--rate", "0", "--pages", "150", "--seed", "7", "--page-size-limit", "60");
  notion = client(address);
});

after(async () => {
  for (const child of processes) {
    child.kill();
    await once(child, "exit");
  }
});

/** Starts a sim on a free port and resolves with its address. @param {string[]} args */
async function startSim(...args) {
  const child = spawn(binary, ["--port", "0", ...args], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child, "spawn");
  processes.push(child);
  for await (const line of createInterface({ input: child.stdout })) {
    child.stdout.resume();
    return line.replace("notion-sim listening on ", "");
  }
  throw new Error("the sim ended before it listened");
}

/** @param {string} baseUrl @param {ConstructorParameters<typeof Client>[0]} [options] */
function client(baseUrl, options) {
  return new Client({ auth: "ntn_test", baseUrl, retry: false, logLevel: LogLevel.ERROR, ...options });
}

/** The whole truth, by kind of object. */
async function oracle() {
  const lines = await (await fetch(`${address}/_sim/oracle`)).text();
  const truths = lines
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const of = (/** @type {string} */ kind) => truths.filter((truth) => truth.object === kind);
  return {
    pages: /** @type {PageTruth[]} */ (of("page")),
    databases: /** @type {DatabaseTruth[]} */ (of("database")),
    dataSources: /** @type {DataSourceTruth[]} */ (of("data_source")),
  };
}

/** The ids of everything in a page or block, in document order. @param {string} id @returns {Promise<string[]>} */
async function blocksIn(id) {
  const found = [];
  for await (const block of iteratePaginatedAPI(notion.blocks.children.list, { block_id: id })) {
    assert.ok(isFullBlock(block));
    found.push(block.id);
    const isContent = block.type !== "child_page" && block.type !== "child_database";
    if (block.has_children && isContent) found.push(...(await blocksIn(block.id)));
  }
  return found;
}

/** @param {{ plain_text: string }[]} items */
const plain = (items) => items.map((item) => item.plain_text).join("");

/** @param {import("@notionhq/client").PageObjectResponse} page */
function titleOf(page) {
  const title = Object.values(page.properties).find((property) => property.type === "title");
  return title?.type === "title" ? plain(title.title) : undefined;
}

/** @param {Iterable<string>} ids */
const sorted = (ids) => [...ids].sort();

test("search finds every page and data source once", async () => {
  const truth = await oracle();
  const found = await collectPaginatedAPI(notion.search, { page_size: 100 });
  assert.deepEqual(
    sorted(found.map(({ id }) => id)),
    sorted([...truth.pages, ...truth.dataSources].map(({ id }) => id)),
  );
  const times = found.map((item) => ("last_edited_time" in item ? item.last_edited_time : ""));
  assert.deepEqual(times, times.toSorted().reverse());
});

test("every page has the title, the parent, the time and the blocks that the oracle tells", async () => {
  for (const truth of (await oracle()).pages) {
    const page = await notion.pages.retrieve({ page_id: truth.id });
    assert.ok(isFullPage(page));
    assert.equal(titleOf(page), truth.title);
    assert.equal(page.parent.type, truth.parent.kind);
    assert.equal(Object(page.parent)[page.parent.type], truth.parent.id ?? true);
    assert.equal(page.last_edited_time, truth.last_edited_time);
    assert.equal(page.in_trash, false);
    assert.deepEqual(await blocksIn(truth.id), truth.blocks);
  }
});

test("every block can be fetched by itself and looks as in its list", async () => {
  for (const { id, title } of (await oracle()).pages.filter(({ title }) => title === "Every block there is")) {
    const types = new Set();
    for await (const block of iteratePaginatedAPI(notion.blocks.children.list, { block_id: id })) {
      assert.ok(isFullBlock(block));
      types.add(block.type);
      const { request_id, ...alone } = Object(await notion.blocks.retrieve({ block_id: block.id }));
      assert.deepEqual(withoutSignatures(alone), withoutSignatures(block), `${block.type} in ${title}`);
      assert.match(request_id, /^[0-9a-f-]{36}$/);
    }
    assert.ok(types.size > 25, [...types].join(" "));
  }
});

/** @param {unknown} value */
function withoutSignatures(value) {
  return JSON.parse(
    JSON.stringify(value).replace(/\?X-Amz[^"]*|"expiry_time":"[^"]*"/g, (found) =>
      found[0] === "?" ? "" : '"expiry_time":""',
    ),
  );
}

test("every data source gives its rows, whole", async () => {
  for (const truth of (await oracle()).dataSources) {
    const source = await notion.dataSources.retrieve({ data_source_id: truth.id });
    assert.ok(isFullDataSource(source));
    assert.equal(plain(source.title), truth.title);
    const sorts = [{ timestamp: /** @type {const} */ ("created_time"), direction: /** @type {const} */ ("ascending") }];
    const rows = await collectPaginatedAPI(notion.dataSources.query, { data_source_id: truth.id, sorts });
    assert.deepEqual(
      rows.map(({ id }) => id),
      truth.rows,
    );
    for (const row of rows) {
      assert.ok(isFullPage(row));
      assert.deepEqual(Object.keys(row.properties), Object.keys(source.properties));
      for (const [name, property] of Object.entries(row.properties)) {
        assert.equal(property.type, source.properties[name]?.type);
        assert.equal(property.id, source.properties[name]?.id);
      }
    }
  }
});

test("every property of a row can be fetched by its id, in full", async () => {
  let cut = 0;
  for (const { rows } of (await oracle()).dataSources) {
    for (const id of rows.slice(0, 12)) {
      const page = await notion.pages.retrieve({ page_id: id });
      assert.ok(isFullPage(page));
      for (const [name, property] of Object.entries(page.properties)) {
        const alone = { page_id: id, property_id: property.id, page_size: 10 };
        const first = await notion.pages.properties.retrieve(alone);
        if (first.object === "property_item") {
          assert.deepEqual(
            withoutSignatures(Object(first)[property.type]),
            withoutSignatures(Object(property)[property.type]),
            name,
          );
          continue;
        }
        // @ts-expect-error the client's types do not know that this endpoint lists
        const all = await collectPaginatedAPI(notion.pages.properties.retrieve, alone);
        if (property.type === "relation") {
          assert.equal(property.relation.length, Math.min(25, all.length));
          assert.equal(Object(property).has_more, all.length > 25);
          cut += Number(all.length > 25);
        }
        if (property.type === "people") assert.equal(property.people.length, all.length);
      }
    }
  }
  assert.ok(cut > 1, "there are relations of more than 25");
});

test("a database says what it holds, and a linked view says something odd", async () => {
  const odd = [];
  for (const truth of (await oracle()).databases) {
    const database = await notion.databases.retrieve({ database_id: truth.id }).catch((error) => error);
    if (truth.is_linked) {
      odd.push(database instanceof APIResponseError ? database.code : database.data_sources.length);
      continue;
    }
    assert.ok(isFullDatabase(database));
    assert.deepEqual(
      database.data_sources.map(({ id }) => id),
      truth.data_sources,
    );
    const [view] = await collectPaginatedAPI(notion.views.list, { database_id: truth.id });
    const found = await notion.views.retrieve({ view_id: view?.id ?? "" });
    assert.equal(Object(found).data_source_id, truth.data_sources[0]);
  }
  assert.deepEqual(sorted(odd.map(String)), ["0", "object_not_found", "validation_error"]);
});

test("users, comments, emojis, uploads and templates are listed", async () => {
  const users = await collectPaginatedAPI(notion.users.list, { page_size: 2 });
  assert.equal(users.filter(({ type }) => type === "person").length, 4);
  const me = await notion.users.me({});
  assert.deepEqual(await notion.users.retrieve({ user_id: me.id }).then(({ name }) => name), me.name);
  const { pages, dataSources } = await oracle();
  const discussed = pages.find(({ title }) => title === "Why the table was wrong")?.id ?? "";
  const comments = await collectPaginatedAPI(notion.comments.list, { block_id: discussed, page_size: 1 });
  assert.equal(comments.length, 2);
  assert.equal((await collectPaginatedAPI(notion.customEmojis.list, {})).length, 2);
  assert.equal((await collectPaginatedAPI(notion.fileUploads.list, { page_size: 1 })).length, 2);
  const blog = dataSources.find(({ title }) => title === "Blog")?.id ?? "";
  const templates = await notion.dataSources.listTemplates({ data_source_id: blog, page_size: 1 });
  assert.equal(templates.has_more, true);
});

test("a filter and a sort are obeyed", async () => {
  const blog = (await oracle()).dataSources.find(({ title }) => title === "Blog")?.id ?? "";
  const { results } = await notion.dataSources.query({
    data_source_id: blog,
    filter: {
      and: [
        { property: "Status", status: { equals: "Published" } },
        { or: [{ property: "Words", number: { greater_than: 1000 } }] },
      ],
    },
    sorts: [{ property: "Words", direction: "descending" }],
  });
  const words = results.map((row) =>
    isFullPage(row) && row.properties.Words?.type === "number" ? row.properties.Words.number : 0,
  );
  assert.deepEqual(words, [1340, 1180, 1015]);
});

test("both versions of the API have their own keys", async () => {
  const { pages } = await oracle();
  const page = { page_id: pages[0]?.id ?? "" };
  const old = await client(address, { notionVersion: "2025-09-03" }).pages.retrieve(page);
  const current = await client(address, { notionVersion: "2026-03-11" }).pages.retrieve(page);
  assert.equal(Object(old).archived, false);
  assert.equal("archived" in current, false);
});

test("errors reach the client as what they are", async () => {
  const missing = "11111111-1111-4111-8111-111111111111";
  const code = (/** @type {Promise<unknown>} */ call) =>
    call.then(
      () => undefined,
      (error) => error.code,
    );
  assert.equal(await code(notion.pages.retrieve({ page_id: missing })), APIErrorCode.ObjectNotFound);
  assert.equal(await code(notion.pages.retrieve({ page_id: "nonsense" })), APIErrorCode.ValidationError);
  assert.equal(await code(client(address, { auth: "wrong" }).users.me({})), APIErrorCode.Unauthorized);
  assert.equal(await code(notion.blocks.delete({ block_id: missing })), APIErrorCode.RestrictedResource);
});

test("the budget of a minute ends with 429, a reason and the seconds to wait", async () => {
  const hurried = await startSim("--rate", "1");
  const headers = { authorization: "Bearer ntn_test", "notion-version": "2026-03-11" };
  const ask = () => fetch(`${hurried}/v1/users/me`, { headers });
  // Three requests cannot be in three minutes.
  const answers = [await ask(), await ask(), await ask()];
  const refused = answers.find(({ status }) => status === 429);
  const body = Object(await refused?.json());
  assert.equal(body.additional_data.rate_limit_reason, "public_api_request_rate_limit");
  assert.equal(body.additional_data.retry_after, refused?.headers.get("retry-after"));
  assert.match(body.additional_data.retry_after, /^[1-6]?\d$/);
});

test("a change is seen by the next request", async () => {
  const { pages } = await oracle();
  const page = pages.find(({ title }) => title === "Tokens")?.id ?? "";
  const change = { type: "set_title", page, title: "Keys" };
  const response = await fetch(`${address}/_sim/changes`, { method: "POST", body: JSON.stringify(change) });
  assert.equal(response.status, 200);
  const changed = await notion.pages.retrieve({ page_id: page });
  assert.ok(isFullPage(changed));
  assert.equal(titleOf(changed), "Keys");
  const [newest] = (await notion.search({ page_size: 1 })).results;
  assert.equal(newest?.id, page);
});

test("a port in use is one sentence and exit code 1", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = Object(taken.address());
  const child = spawn(binary, ["--port", String(port)], { stdio: ["ignore", "ignore", "pipe"] });
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
  taken.close();
  assert.equal(code, 1);
  assert.equal(said, `notion-sim: port ${port} on 127.0.0.1 is in use by another program\n`);
});

test("SIGTERM ends it at once, even with a connection open", async () => {
  const leaving = await startSim();
  await fetch(`${leaving}/_sim/counters`);
  const child = processes.pop();
  child?.kill("SIGTERM");
  const [code] = await once(child ?? process, "exit");
  assert.equal(code, 0);
});
