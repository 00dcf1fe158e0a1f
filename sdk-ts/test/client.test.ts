/** What the client asks for and what it makes of the answers, against a real server. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, isPageId } from "../src/index.ts";
import { json, problem, serve, text } from "./server.ts";

const ID = "2712e341-754a-41ae-a9ce-4c0bb4b18c52";
const PAGE = { object: "page", id: ID, title: "Tides", blocks: [] };
const STATUS = { state: "complete", pages: 3 };

const list = (ids: string[], next_cursor: string | null = null) =>
  json({ results: ids.map((id) => ({ object: "page", id })), next_cursor, total: 5 });

test("a page comes as it is stored", async (t) => {
  const { url, asked } = await serve(t, json(PAGE));
  assert.deepEqual(await createClient({ url }).getPage(ID), PAGE);
  assert.deepEqual(asked, [`GET /v1/pages/${ID}`]);
});

test("a page's HTML and its Markdown come as they are stored, also where there is nothing in it", async (t) => {
  const { url, asked, headers } = await serve(t, text("<p>ä</p>", "text/html"), text("ä", "text/markdown"));
  const client = createClient({ url });
  assert.equal(await client.getHtml(ID.replaceAll("-", "")), "<p>ä</p>");
  assert.equal(headers().accept, "text/html");
  assert.equal(await client.getMarkdown(ID), "ä");
  assert.equal(headers().accept, "text/markdown");
  assert.deepEqual(asked, [`GET /v1/pages/${ID}.html`, `GET /v1/pages/${ID}.md`]);
  const { url: empty } = await serve(t, text("", "text/html"));
  assert.equal(await createClient({ url: empty }).getHtml(ID), "");
});

test("what is neither is told", async (t) => {
  const { url } = await serve(t, text("<!doctype html>", "text/html"), json(PAGE));
  const client = createClient({ url });
  await assert.rejects(
    client.getMarkdown(ID),
    /^UnexpectedAnswerError: .* with text\/html.* instead of text\/markdown/,
  );
  await assert.rejects(client.getHtml(ID), /^UnexpectedAnswerError: the answer to GET .*\.html is not text\/html/);
  await assert.rejects(client.getHtml("about"), { name: "BadRequestError" });
});

test("an id in any form asks for the same address", async (t) => {
  const { url, asked } = await serve(t, json(PAGE));
  const client = createClient({ url });
  for (const id of [ID, ID.replaceAll("-", ""), ID.toUpperCase()]) await client.getPage(id);
  assert.equal(new Set(asked).size, 1);
});

test("a page that is not there is null, and one that is gone too", async (t) => {
  for (const status of [404, 410]) {
    const { url } = await serve(t, problem(status, "no page has been exported"));
    const client = createClient({ url });
    assert.deepEqual(
      [await client.getPage(ID), await client.getHtml(ID), await client.getMarkdown(ID)],
      [null, null, null],
    );
  }
});

test("a page is asked for by its path as well, in either way of writing it", async (t) => {
  const { url, asked } = await serve(t, json(PAGE));
  const client = createClient({ url });
  for (const path of ["/blog/über uns", "/blog/%C3%BCber%20uns/"]) await client.getPage(path);
  assert.deepEqual(asked, Array(2).fill("GET /v1/pages/blog/%C3%BCber%20uns"));
});

test("half a letter in a path is asked for as what it is on the wire", async (t) => {
  const { url, asked } = await serve(t, problem(404, "no page has the path"));
  assert.equal(await createClient({ url }).getPage("/moon\ud83c"), null);
  assert.deepEqual(asked, ["GET /v1/pages/moon%EF%BF%BD"]);
});

test("what names no page is told before anything is asked", async (t) => {
  const { url, asked } = await serve(t, json(PAGE));
  const client = createClient({ url });
  for (const nothing of ["about", "", "/", "/../status", "/%2e%2E/status", "/%2e", "//"]) {
    await assert.rejects(client.getPage(nothing), {
      name: "BadRequestError",
      message: `page is ${JSON.stringify(nothing)}, which is neither an id nor a path: pass 32 hexadecimal digits, or a path such as "/blog/tides"`,
    });
  }
  // @ts-expect-error as JavaScript gives it, from a parameter of a route that is not there
  await assert.rejects(client.getPage(undefined), /^BadRequestError: page is undefined, which is neither/);
  await assert.rejects(client.listPages({ dataSourceId: "Blog" }), /^BadRequestError: dataSourceId is "Blog"/);
  assert.deepEqual(asked, []);
  assert.ok(isPageId(ID) && isPageId(ID.replaceAll("-", "")) && !isPageId("about") && !isPageId(`${ID}0`));
});

test("some fields of a page can be asked for", async (t) => {
  const { url, asked } = await serve(t, json({ title: "Tides", toc: [] }));
  const page = await createClient({ url }).getPage(ID, { fields: ["title", "toc"] });
  assert.equal(page?.title, "Tides");
  assert.deepEqual(asked, [`GET /v1/pages/${ID}?fields=title%2Ctoc`]);
});

test("what narrows a list and is empty or misspelt does not make it a list of everything", async (t) => {
  const { url, asked } = await serve(t, list([ID], null));
  const client = createClient({ url });
  await assert.rejects(
    client.listPages({ dataSourceId: "" }),
    /^BadRequestError: dataSourceId is "", which is not an id/,
  );
  await assert.rejects(client.getTree({ root: "" }), /^BadRequestError: root is ""/);
  // @ts-expect-error as JavaScript may give it
  await assert.rejects(client.listPages({ datasourceId: ID }), /^BadRequestError: a list has no option "datasourceId"/);
  // @ts-expect-error the same
  await assert.rejects(client.iteratePages({ where: {} }).next(), /^BadRequestError: a list has no option "where"/);
  assert.deepEqual(asked, []);
});

test("a list is asked for by its filter, its limit and its cursor", async (t) => {
  const { url, asked } = await serve(t, list([ID], "20"));
  const client = createClient({ url });
  const part = await client.listPages({ dataSourceId: ID.replaceAll("-", ""), limit: 20, cursor: "a b" });
  assert.equal(part.results[0]?.id, ID);
  assert.deepEqual([part.next_cursor, part.total], ["20", 5]);
  await client.listPages({ parentId: ID, cursor: null });
  await client.listPages();
  assert.deepEqual(asked, [
    `GET /v1/pages?data_source_id=${ID}&limit=20&cursor=a+b`,
    `GET /v1/pages?parent_id=${ID}`,
    "GET /v1/pages",
  ]);
});

test("iterating follows the cursors to the end", async (t) => {
  const { url, asked } = await serve(t, list(["a", "b"], "2"), list(["c", "d"], "4"), list(["e"]));
  const pages = await Array.fromAsync(createClient({ url }).iteratePages({ parentId: ID }));
  assert.deepEqual(
    pages.map((page) => page.id),
    ["a", "b", "c", "d", "e"],
  );
  const query = `/v1/pages?parent_id=${ID}&limit=100`;
  assert.deepEqual(asked, [`GET ${query}`, `GET ${query}&cursor=2`, `GET ${query}&cursor=4`]);
});

test("a page that moves down the list while it is iterated comes once", async (t) => {
  const { url } = await serve(t, list(["a", "b"], "2"), list(["b", "c"]));
  const pages = await Array.fromAsync(createClient({ url }).iteratePages());
  assert.deepEqual(
    pages.map((page) => page.id),
    ["a", "b", "c"],
  );
});

test("iterating asks for no more than is taken", async (t) => {
  const { url, asked } = await serve(t, list(["a", "b"], "2"));
  for await (const page of createClient({ url }).iteratePages()) if (page.id === "b") break;
  assert.equal(asked.length, 1);
});

test("a cursor that stands still ends in an error, not in a loop", async (t) => {
  const { url, asked } = await serve(t, list(["a"], "1"));
  await assert.rejects(Array.fromAsync(createClient({ url }).iteratePages()), { name: "UnexpectedAnswerError" });
  assert.equal(asked.length, 2);
});

test("the status comes as it is told", async (t) => {
  const { url, asked } = await serve(t, json(STATUS));
  assert.deepEqual(await createClient({ url }).getStatus(), STATUS);
  assert.deepEqual(asked, ["GET /v1/status"]);
});

test("the Worker's address may have a path and a slash at its end", async (t) => {
  const { url, asked } = await serve(t, json(STATUS));
  for (const path of ["", "/", "/notion", "/notion/"]) await createClient({ url: new URL(url + path) }).getStatus();
  assert.deepEqual(asked, ["GET /v1/status", "GET /v1/status", "GET /notion/v1/status", "GET /notion/v1/status"]);
});

test("the token goes along, an empty one does not", async (t) => {
  const { url, headers } = await serve(t, json(STATUS));
  await createClient({ url, token: "secret\n" }).getStatus();
  assert.equal(headers().authorization, "Bearer secret");
  for (const token of [undefined, "", " "]) {
    await createClient({ url, token }).getStatus();
    assert.equal(headers().authorization, undefined);
  }
});

test("another fetch can be used", async () => {
  const asked: string[] = [];
  const client = createClient({
    url: "https://notion.example.com",
    fetch: async (url) => {
      asked.push(url);
      return Response.json(STATUS);
    },
  });
  await client.getStatus();
  assert.deepEqual(asked, ["https://notion.example.com/v1/status"]);
});

test("the address of a file is below the Worker's, that of an external one stays", () => {
  const client = createClient({ url: "https://notion.example.com/api/" });
  assert.equal(client.fileUrl("/v1/files/1-a.png"), "https://notion.example.com/api/v1/files/1-a.png");
  assert.equal(client.fileUrl("https://example.com/a.png"), "https://example.com/a.png");
});
