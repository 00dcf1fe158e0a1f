/** Several pages at once, and what is asked again: against a real server. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "../src/index.ts";
import { json, problem, type Reply, serve } from "./server.ts";

const idOf = (number: number) => `2712e341-754a-41ae-a9ce-${String(number).padStart(12, "0")}`;
const pageOf = (id: string) => ({ object: "page", id, title: id.slice(-3), blocks: [] });

/** Gives the pages that are asked for, where there are no more than `most`. */
function batches(most: number): Reply {
  return (response, request) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://worker");
    if (pathname !== "/v1/pages:batch") return json(pageOf(pathname.split("/").at(-1) ?? ""))(response, request);
    const ids = searchParams.get("ids")?.split(",") ?? [];
    if (ids.length > most) return problem(422, "these are 9 MB together")(response, request);
    json({ results: ids.map(pageOf), missing: [] })(response, request);
  };
}

test("fifty pages cost one request, and come in the order asked", async (t) => {
  const { url, asked } = await serve(t, batches(50));
  const ids = Array.from({ length: 120 }, (_, at) => idOf(at)).toReversed();
  const pages = await createClient({ url }).getPages([...ids, ids[0] ?? ""]);
  assert.deepEqual(
    pages.map(({ id }) => id),
    ids,
  );
  assert.equal(asked.length, 3);
  assert.deepEqual(await createClient({ url }).getPages([]), []);
  assert.equal(asked.length, 3);
});

test("pages that are too much for one answer come in several", async (t) => {
  for (const most of [0, 1, 3]) {
    const { url } = await serve(t, batches(most));
    const ids = Array.from({ length: 7 }, (_, at) => idOf(at));
    const pages = await createClient({ url }).getPages(ids);
    assert.deepEqual(
      pages.map(({ id }) => id),
      ids,
    );
  }
});

test("what is asked again is sent only where it has changed", async (t) => {
  let body = { object: "page", id: idOf(1), title: "Tides", blocks: [] as unknown[] };
  const asked: (string | undefined)[] = [];
  const { url } = await serve(t, (response, request) => {
    const etag = `W/"${body.title}"`;
    asked.push(request.headers["if-none-match"]);
    if (request.headers["if-none-match"] === etag) return void response.writeHead(304, { etag }).end();
    json(body, 200, { etag })(response, request);
  });
  const client = createClient({ url });
  const first = await client.getPage(idOf(1));
  assert.ok(first);
  first.title = "changed by whoever got it";
  assert.equal((await client.getPage(idOf(1)))?.title, "Tides");
  body = { ...body, title: "Storms" };
  assert.equal((await client.getPage(idOf(1)))?.title, "Storms");
  assert.deepEqual(asked, [undefined, 'W/"Tides"', 'W/"Tides"']);
  const without = createClient({ url, cache: 0 });
  for (let at = 0; at < 2; at += 1) await without.getPage(idOf(1));
  assert.deepEqual(asked.slice(3), [undefined, undefined]);
});

test("what was asked for last is remembered within the limit, and what does not fit takes no place", async (t) => {
  const asked: string[] = [];
  const { url } = await serve(t, (response, request) => {
    asked.push(request.headers["if-none-match"] ?? "anew");
    const text = request.url?.endsWith(idOf(9)) ? "x".repeat(2_000) : "";
    json({ ...pageOf(request.url ?? ""), text }, 200, { etag: 'W/"1"' })(response, request);
  });
  const client = createClient({ url, cache: 1_200 });
  const get = async (...numbers: number[]) => {
    for (const number of numbers) await client.getPage(idOf(number));
    return asked.splice(0);
  };
  const known = 'W/"1"';
  assert.deepEqual(await get(1, 2, 1, 2), ["anew", "anew", known, known]);
  assert.deepEqual(await get(1, 3, 1, 2), [known, "anew", known, "anew"], "the oldest of three goes");
  assert.deepEqual(await get(9, 9, 1), ["anew", "anew", known]);
});

test("addresses count as well, however little is found under each", async (t) => {
  const asked: string[] = [];
  const { url } = await serve(t, (response, request) => {
    asked.push(request.headers["if-none-match"] ?? "anew");
    json({ results: [], total: 0 }, 200, { etag: 'W/"1"' })(response, request);
  });
  const client = createClient({ url, cache: 4_000 });
  const words = (letter: string) => letter.repeat(1_500);
  for (const letter of ["a", "b", "a"]) await client.search(words(letter));
  assert.deepEqual(asked, ["anew", "anew", "anew"]);
});

test("the other routes are asked for by what they take", async (t) => {
  const { url, asked } = await serve(
    t,
    json({ results: [], total: 0, next: "5-0", missed: false, object: "database" }),
  );
  const client = createClient({ url });
  const id = idOf(1);
  assert.deepEqual(await client.getTree(), []);
  await client.getTree({ root: id.replaceAll("-", ""), depth: 2, rows: true });
  await client.search("high & low", { limit: 5 });
  await client.getDatabase(id);
  await client.getDataSource(id);
  await client.getUser(id);
  await client.getBlock(id);
  assert.deepEqual(await client.getComments(id), []);
  assert.equal((await client.getEvents({ after: 0, limit: 5 })).next, "5-0");
  await client.listPages({
    filter: { property: "Status", status: { equals: "Published" } },
    sorts: [{ property: "Published", direction: "descending" }],
    version: 7,
  });
  assert.deepEqual(
    asked.map((it) => decodeURIComponent(it.replaceAll("+", " "))),
    [
      "GET /v1/tree",
      `GET /v1/tree?root=${id}&depth=2&rows=true`,
      "GET /v1/search?q=high & low&limit=5",
      `GET /v1/databases/${id}`,
      `GET /v1/data-sources/${id}`,
      `GET /v1/users/${id}`,
      `GET /v1/blocks/${id}`,
      `GET /v1/comments?page=${id}`,
      "GET /v1/events?after=0&limit=5",
      'GET /v1/pages?filter={"property":"Status","status":{"equals":"Published"}}&sorts=[{"property":"Published","direction":"descending"}]&v=7',
    ],
  );
});
