/** The loaders in a real Astro: what a build has, and what the next one asks for. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { buildSdk } from "../local/build.mjs";
import { exportAll } from "../local/cron.mjs";
import { launch } from "../local/launch.mjs";
import { root, stackFor, until } from "./harness.mjs";

/** @typedef {import("node:test").TestContext} TestContext */
/** @typedef {{ id: string, path: string, title: string, data_source_id: string | null }} Summary */

const BLOG = "b1094c7e-5d2f-4a86-8e13-7f60c2d9a4b5";

const FILES = {
  "package.json": '{ "private": true, "type": "module" }',
  "astro.config.mjs": "export default {};",
  "src/content.config.ts": `
    import { defineCollection } from "astro:content";
    import { createClient } from "notion-edge";
    import { notionLoader } from "notion-edge/astro";
    const client = createClient({ url: process.env.NOTION_EDGE_URL });
    export const collections = {
      pages: defineCollection({ loader: notionLoader({ client }) }),
      blog: defineCollection({
        loader: notionLoader({
          client,
          dataSourceId: "${BLOG}",
          filter: { property: "Status", status: { equals: "Published" } },
        }),
      }),
    };`,
  "src/pages/[...id].astro": `---
    import { getCollection, render } from "astro:content";
    export async function getStaticPaths() {
      const pages = await getCollection("pages");
      return pages.map((page) => ({ params: { id: page.id }, props: { page } }));
    }
    const { page } = Astro.props;
    const { Content, headings } = await render(page);
    ---
    <h1>{page.data.title}</h1>
    <nav>{headings.map(({ slug, text }) => <a href={"#" + slug}>{text}</a>)}</nav>
    <main><Content /></main>`,
  "src/pages/posts.json.ts": `
    import { getCollection } from "astro:content";
    export const GET = async () => Response.json((await getCollection("blog")).map(({ data }) => data.title).sort());`,
};

test("a build has every page, and the next one asks only for what has changed", async (t) => {
  await buildSdk();
  const stack = await stackFor(t, { vars: { ADMIN_TOKENS: "secret" } });
  await exportAll(stack.worker, () => {});
  const counter = await countingProxy(t, stack.worker.url);
  const folder = project(t);

  await build(folder, counter.url);
  const pages = await pagesOf(stack.worker.url);
  for (const { path, title } of pages) assert.ok(read(folder, `${path}/index.html`).includes(escaped(title)), path);
  const published = JSON.parse(read(folder, "posts.json"));
  assert.ok(published.length > 5 && published.length < pages.filter((it) => it.data_source_id === BLOG).length);
  const home = pages.find(({ title }) => title === "Little Auk Instruments");
  const html = read(folder, `${home?.path}/index.html`);
  for (const [, slug] of html.matchAll(/<a href="#([^"]+)">/g)) assert.ok(html.includes(`id="${slug}"`), slug);
  assert.ok(html.includes(`<nav><a href="#h-`), "headings are told");
  assert.ok(!/(src|href)="\/v1\/files/.test(html), "files have the Worker's address");

  counter.asked.length = 0;
  await build(folder, counter.url);
  assert.deepEqual(
    counter.asked.map((path) => path.split("?")[0]).sort(),
    [`/v1/data-sources/${BLOG}`, "/v1/events", "/v1/events"],
    "nothing has changed: each collection asks once, and one for its types",
  );

  const leaf = pages.find(({ title }) => title === published[0]);
  await change(stack, { type: "append_paragraph", parent: leaf?.id, text: "News of the datum" });
  await stack.worker.scheduled();
  counter.asked.length = 0;
  await build(folder, counter.url);
  assert.ok(read(folder, `${leaf?.path}/index.html`).includes("News of the datum"));
  const documents = counter.asked.filter((path) => path.startsWith("/v1/pages:batch"));
  assert.deepEqual(
    documents.map((path) => new URL(path, "http://worker").searchParams.get("ids")),
    [leaf?.id, leaf?.id],
    "one page is read anew, for each of the collections that have it",
  );

  await change(stack, { type: "trash", id: leaf?.id });
  const order = {
    method: "POST",
    headers: { authorization: "Bearer secret" },
    body: JSON.stringify({ job: "page", id: leaf?.id }),
  };
  assert.equal((await fetch(`${stack.worker.url}/v1/exports`, order)).status, 202);
  await until(async () => ((await fetch(`${stack.worker.url}/v1/pages/${leaf?.id}`)).ok ? undefined : true), "its end");
  await build(folder, counter.url);
  assert.throws(() => read(folder, `${leaf?.path}/index.html`), { code: "ENOENT" });
});

/** A project, gone with the test; inside of the checkout, where its packages are found. @param {TestContext} t */
function project(t) {
  const folder = mkdtempSync(join(root, "tests", ".astro-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text.replace(/^ {4}/gm, "").trimStart());
  }
  return folder;
}

/** @param {string} folder @param {string} url */
async function build(folder, url) {
  const env = { ...process.env, NOTION_EDGE_URL: url, ASTRO_TELEMETRY_DISABLED: "1" };
  const building = await launch(process.execPath, [join(root, "node_modules/astro/bin/astro.mjs"), "build"], {
    cwd: folder,
    env,
  });
  const outcome = await building.ended;
  assert.match(building.output(), /Complete!/, `${outcome}`);
}

/** @param {string} folder @param {string} path */
function read(folder, path) {
  return readFileSync(join(folder, "dist", path), "utf8");
}

/** Passes everything on to the Worker, and notes what was asked. @param {TestContext} t @param {string} worker */
async function countingProxy(t, worker) {
  /** @type {string[]} */
  const asked = [];
  const server = createServer((incoming, outgoing) => {
    asked.push(incoming.url ?? "");
    const { method, headers } = incoming;
    const passed = request(new URL(incoming.url ?? "", worker), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on("error", () => outgoing.destroy());
    incoming.pipe(passed);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${port}`, asked };
}

/** @param {string} url @returns {Promise<Summary[]>} */
async function pagesOf(url) {
  const answer = await fetch(`${url}/v1/pages?limit=100`);
  return /** @type {{ results: Summary[] }} */ (await answer.json()).results;
}

/** @param {import("../local/stack.mjs").Stack} stack @param {object} change */
async function change(stack, change) {
  const answer = await fetch(`${stack.sim?.address}/_sim/changes`, { method: "POST", body: JSON.stringify(change) });
  assert.ok(answer.ok, await answer.text());
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;").replaceAll("'", "&#39;");
}
