/** The live loader in a site that Astro renders in Node, by its own adapter, as a reader has it in a real browser. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { buildSdk } from "../local/build.mjs";
import { exportAll } from "../local/cron.mjs";
import { launch } from "../local/launch.mjs";
import { anyPort } from "../local/ports.mjs";
import { build, project } from "./astro-project.mjs";
import { pageFor } from "./browser.mjs";
import { stackFor, until } from "./harness.mjs";

/** @typedef {import("node:test").TestContext} TestContext */
/** @typedef {import("../local/stack.mjs").Stack} Stack */

const BLOG = "b1094c7e-5d2f-4a86-8e13-7f60c2d9a4b5";
/** An edit is seen so long after the export's commit at most: an isolate of the Worker remembers what it read for five seconds. */
const SEEN_MS = 10_000;

const FILES = {
  "package.json": '{ "private": true, "type": "module" }',
  "astro.config.mjs": `
    import node from "@astrojs/node";
    export default { output: "server", adapter: node({ mode: "standalone" }) };`,
  "src/live.config.ts": `
    import { defineLiveCollection } from "astro:content";
    import { createClient } from "notion-edge";
    import { notionLiveLoader } from "notion-edge/astro";
    const client = createClient({ url: process.env.NOTION_EDGE_URL });
    export const collections = {
      pages: defineLiveCollection({ loader: notionLiveLoader({ client }) }),
      blog: defineLiveCollection({ loader: notionLiveLoader({ client, dataSourceId: "${BLOG}" }) }),
    };`,
  "src/pages/index.astro": `---
    import { getLiveCollection } from "astro:content";
    const filter = { property: "Status", status: { equals: "Published" } };
    const sorts = [{ property: "Published", direction: "descending" }];
    const { entries, error, cacheHint } = await getLiveCollection("blog", { filter, sorts, limit: 3 });
    if (error) return new Response(error.message, { status: 503 });
    Astro.response.headers.set("x-tags", cacheHint.tags.join());
    ---
    <html lang="en">
      <head><title>Posts</title></head>
      <body><ul>{entries.map(({ data }) => <li><a href={data.path}>{data.title}</a></li>)}</ul></body>
    </html>`,
  "src/pages/[...id].astro": `---
    import { getLiveEntry, render } from "astro:content";
    const { entry, error, cacheHint } = await getLiveEntry("pages", { id: Astro.params.id });
    if (error) return new Response(error.message, { status: error.name === "LiveEntryNotFoundError" ? 404 : 503 });
    const { Content, headings } = await render(entry);
    Astro.response.headers.set("x-tags", cacheHint.tags.join());
    ---
    <html lang="en">
      <head><title>{entry.data.title}</title></head>
      <body>
        <h1>{entry.data.title}</h1>
        <nav>{headings.map(({ slug, text }) => <a href={"#" + slug}>{text}</a>)}</nav>
        <main><Content /></main>
      </body>
    </html>`,
};

test("a site with the live loader shows what was edited, without a build", async (t) => {
  await buildSdk();
  const stack = await stackFor(t, { vars: { ADMIN_TOKENS: "secret" } });
  await exportAll(stack.worker, () => {});
  const folder = project(t, FILES);
  // Nothing is read before somebody asks.
  await build(folder, "http://127.0.0.1:9");
  const url = await serve(t, folder, stack.worker.url);
  const page = await pageFor(t);
  /** @type {string[]} */
  const complaints = [];
  page.on("pageerror", ({ message }) => complaints.push(message));

  await t.test("a list leads to a page, and its headings are where links lead", async () => {
    const answer = await page.goto(url);
    assert.match((await answer?.allHeaders())?.["x-tags"] ?? "", /(^|,)lists(,|$)/);
    const links = page.getByRole("listitem").getByRole("link");
    assert.equal(await links.count(), 3);
    const title = await links.first().innerText();
    await links.first().click();
    assert.equal(await page.locator("h1").innerText(), title);
    const heading = page.getByRole("navigation").getByRole("link").first();
    const text = await heading.innerText();
    await heading.click();
    assert.equal((await page.locator(":target").innerText()).trim(), text);
  });

  await t.test("an edit and a new title are seen ten seconds after the export's commit", async () => {
    const [post] = await posts(stack);
    assert.ok(post);
    await page.goto(url + post.path);
    await change(stack, { type: "append_paragraph", parent: post.id, text: "News from the sea" });
    await change(stack, { type: "set_title", page: post.id, title: "A new title" });
    await stack.worker.scheduled();
    const committed = Date.now();
    await until(async () => {
      await page.reload();
      const isSeen = (await page.locator("main").innerText()).includes("News from the sea");
      return isSeen && (await page.locator("h1").innerText()) === "A new title" ? true : undefined;
    }, "the edit");
    await until(async () => {
      await page.goto(url);
      return (await page.getByRole("link", { name: "A new title" }).count()) === 1 ? true : undefined;
    }, "the new title in the list");
    assert.ok(Date.now() - committed < SEEN_MS, `${Date.now() - committed} ms`);
  });

  await t.test("what is not there is not found, and a page that goes is gone", async () => {
    assert.equal((await page.goto(`${url}/nowhere`))?.status(), 404);
    const post = (await posts(stack))[1];
    assert.ok(post);
    assert.equal((await page.goto(url + post.path))?.status(), 200);
    await change(stack, { type: "trash", id: post.id });
    const order = {
      method: "POST",
      headers: { authorization: "Bearer secret" },
      body: JSON.stringify({ job: "page", id: post.id }),
    };
    assert.equal((await fetch(`${stack.worker.url}/v1/exports`, order)).status, 202);
    const seen = async () => ((await page.goto(url + post.path))?.status() === 404 ? true : undefined);
    await until(seen, "the end of the page");
  });

  await t.test("where the Worker cannot be reached the site says so", async (t) => {
    const lonely = await serve(t, folder, "http://127.0.0.1:9");
    const answer = await page.goto(lonely);
    assert.equal(answer?.status(), 503);
    assert.match((await answer?.text()) ?? "", /is the Worker running/);
  });
  assert.deepEqual(complaints, []);
});

/** The built site in Node. @param {TestContext} t @param {string} folder @param {string} worker */
async function serve(t, folder, worker) {
  const port = await anyPort();
  const env = { ...process.env, HOST: "127.0.0.1", PORT: `${port}`, NOTION_EDGE_URL: worker };
  const serving = await launch(process.execPath, ["dist/server/entry.mjs"], { cwd: folder, env });
  t.after(() => serving.stop());
  const url = `http://127.0.0.1:${port}`;
  await until(
    () => fetch(url).catch(() => undefined),
    () => `${url}:\n${serving.output()}`,
  );
  return url;
}

/** What is published, the newest first. @param {Stack} stack @returns {Promise<{ id: string, path: string }[]>} */
async function posts(stack) {
  const query = new URLSearchParams({
    data_source_id: BLOG,
    filter: JSON.stringify({ property: "Status", status: { equals: "Published" } }),
    sorts: JSON.stringify([{ property: "Published", direction: "descending" }]),
  });
  const answer = await fetch(`${stack.worker.url}/v1/pages?${query}`);
  return /** @type {{ results: { id: string, path: string }[] }} */ (await answer.json()).results;
}

/** Has the sim's workspace changed. @param {Stack} stack @param {object} change */
async function change(stack, change) {
  const answer = await fetch(`${stack.sim?.address}/_sim/changes`, { method: "POST", body: JSON.stringify(change) });
  assert.equal(answer.status, 200, await answer.text());
}
