/** What the live loader gives of an entry. A whole Astro is in tests/astro-live.test.mjs. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { notionLiveLoader } from "../../src/astro/live.ts";
import { createClient, type Filter } from "../../src/index.ts";
import { json, problem, serve, text, type Reply } from "../server.ts";

const ID = "2712e341-754a-41ae-a9ce-4c0bb4b18c52";
const PAGE = {
  object: "page",
  id: ID,
  title: "Tides",
  path: "/blog/tides",
  data_source_id: ID,
  ancestors: [],
  created_time: "2026-11-02T08:00:00.000Z",
  last_edited_time: "2026-11-20T12:00:00.000Z",
  toc: [],
  blocks: [],
};

/** A Worker that has nothing but this page. */
const ANSWER: Reply = (response, request) => {
  (request.url?.endsWith(".html") ? text("<hr>", "text/html") : json(PAGE))(response, request);
};

/** Loads the entry of this name. */
async function entryOf(url: string, id: string, dataSourceId?: string, filter?: Filter) {
  const { loadEntry } = notionLiveLoader({ client: createClient({ url, retry: 0 }), dataSourceId, filter });
  return loadEntry({ filter: { id }, collection: "pages" } as Parameters<typeof loadEntry>[0]);
}

test("an entry is there by id and by path, with or without the slash before it", async (t) => {
  const { url, asked } = await serve(t, ANSWER);
  for (const name of [ID, "blog/tides", "/blog/tides"]) {
    const entry = await entryOf(url, name);
    assert.ok(entry && "rendered" in entry);
    assert.deepEqual([entry.id, entry.rendered?.html, entry.cacheHint?.tags], [ID, "<hr>", [`page-${ID}`]]);
  }
  assert.deepEqual(
    [...new Set(asked)].sort(),
    ["", ".html"].flatMap((end) => [`GET /v1/pages/${ID}${end}`, `GET /v1/pages/blog/tides${end}`]).sort(),
  );
});

test("nothing is there for the root of a site, for what the Worker has not, and for what is in another list", async (t) => {
  const here = await serve(t, ANSWER);
  for (const root of ["", "/", "/../x"]) assert.equal(await entryOf(here.url, root), undefined);
  assert.deepEqual(here.asked, []);
  assert.equal(await entryOf(here.url, ID, ID.replace("2", "3")), undefined);
  const none = await serve(t, problem(404, "no page has the path"));
  assert.equal(await entryOf(none.url, "/nowhere"), undefined);
});

test("a list is named by an id in any form", async (t) => {
  const { url } = await serve(t, ANSWER);
  for (const id of [ID.replaceAll("-", ""), ID.toUpperCase()]) assert.ok(await entryOf(url, ID, id), id);
  assert.throws(() => notionLiveLoader({ client: createClient({ url }), parentId: "blog" }), {
    name: "BadRequestError",
  });
});

test("an entry that the filter of the collection leaves out is not there", async (t) => {
  const filter: Filter = { property: "Status", status: { equals: "Published" } };
  const results: object[] = [];
  const { url, asked } = await serve(t, (response, request) => {
    if (!request.url?.startsWith("/v1/pages?")) return ANSWER(response, request);
    json({ results, next_cursor: null, total: results.length })(response, request);
  });
  assert.equal(await entryOf(url, ID, ID, filter), undefined);
  results.push(PAGE);
  assert.ok(await entryOf(url, ID, ID, filter));
  const query = new URLSearchParams(asked.at(-1)?.split("?")[1]);
  const created_time = { equals: PAGE.created_time };
  assert.deepEqual(JSON.parse(query.get("filter") ?? ""), {
    and: [filter, { timestamp: "created_time", created_time }],
  });
});

test("no more entries are asked for than are wanted", async (t) => {
  const three = json({ results: [PAGE, PAGE, PAGE], next_cursor: "3", total: 200 });
  const { url, asked } = await serve(t, (response, request) => {
    (request.url?.includes("limit=0") ? problem(400, "limit is not a number from 1 to 100") : three)(response, request);
  });
  const { loadCollection } = notionLiveLoader({ client: createClient({ url }) });
  const load = (limit: number) =>
    loadCollection({ filter: { limit }, collection: "pages" } as Parameters<typeof loadCollection>[0]);
  const counts = [];
  for (const limit of [3, 0]) {
    const loaded = await load(limit);
    assert.ok("entries" in loaded);
    counts.push(loaded.entries.length);
  }
  assert.deepEqual(counts, [3, 0]);
  assert.equal(asked[0], "GET /v1/pages?limit=3");
});

test("what went wrong is given to Astro as a value", async (t) => {
  const { url } = await serve(t, problem(503, "redis gives no answer"));
  const entry = await entryOf(url, ID);
  assert.ok(entry && "error" in entry);
  assert.equal(entry.error.name, "UnavailableError");
});
