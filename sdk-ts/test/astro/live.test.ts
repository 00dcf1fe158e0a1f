/** What the live loader gives of an entry. A whole Astro is in tests/astro-live.test.mjs. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { notionLiveLoader } from "../../src/astro/live.ts";
import { createClient } from "../../src/index.ts";
import { json, problem, serve, text, type Reply } from "../server.ts";

const ID = "2712e341-754a-41ae-a9ce-4c0bb4b18c52";
const PAGE = {
  object: "page",
  id: ID,
  title: "Tides",
  path: "/blog/tides",
  data_source_id: ID,
  ancestors: [],
  last_edited_time: "2026-11-20T12:00:00.000Z",
  toc: [],
  blocks: [],
};

/** A Worker that has nothing but this page. */
const ANSWER: Reply = (response, request) => {
  (request.url?.endsWith(".html") ? text("<hr>", "text/html") : json(PAGE))(response, request);
};

/** Loads the entry of this name. */
async function entryOf(url: string, id: string, dataSourceId?: string) {
  const { loadEntry } = notionLiveLoader({ client: createClient({ url, retry: 0 }), dataSourceId });
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

test("what went wrong is given to Astro as a value", async (t) => {
  const { url } = await serve(t, problem(503, "redis gives no answer"));
  const entry = await entryOf(url, ID);
  assert.ok(entry && "error" in entry);
  assert.equal(entry.error.name, "UnavailableError");
});
