/** The loader in a real Astro: what a build has, and what the next one asks for. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { buildSdk } from "../local/build.mjs";
import { exportAll } from "../local/cron.mjs";
import { build, project } from "./astro-project.mjs";
import { stackFor, storeOf, until } from "./harness.mjs";

/** @typedef {import("node:test").TestContext} TestContext */
/** @typedef {{ id: string, path: string, title: string, data_source_id: string | null }} Summary */

const BLOG = "b1094c7e-5d2f-4a86-8e13-7f60c2d9a4b5";

const FILES = {
  "package.json": '{ "private": true, "type": "module" }',
  "astro.config.mjs": `
    import { notionImages } from "notion-edge/astro";
    export default { integrations: [notionImages({ url: process.env.NOTION_EDGE_URL })] };`,
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
          fields: ["title", "values"],
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
  "src/pages/pictures.astro": `---
    import { Image } from "astro:assets";
    import { getCollection } from "astro:content";
    import { createClient } from "notion-edge";
    import { imageOf } from "notion-edge/astro";
    const client = createClient({ url: process.env.NOTION_EDGE_URL });
    const files = (await getCollection("pages")).flatMap(({ data }) => data.files);
    const pictures = files.filter(({ kind }) => kind === "image").map((file) => imageOf(client, file)).filter(Boolean);
    ---
    {pictures.map((picture) => <Image {...picture} alt="A picture" />)}`,
  "src/pages/posts.json.ts": `
    import { getCollection } from "astro:content";
    export const GET = async () => Response.json((await getCollection("blog")).map(({ data }) => data.title).sort());`,
};

test("a build has every page, and the next one asks only for what has changed", async (t) => {
  await buildSdk();
  const stack = await stackFor(t, { vars: { ADMIN_TOKENS: "secret" } });
  await exportAll(stack.worker, () => {});
  const counter = await countingProxy(t, stack.worker.url);
  const folder = project(t, FILES);

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

  const pictures = Array.from(
    read(folder, "pictures/index.html").matchAll(/<img [^>]*src="([^"]+)"/g),
    ([, src]) => src,
  );
  assert.ok(
    pictures.length > 1 && pictures.every((src) => src?.startsWith("/_astro/") && src.endsWith(".webp")),
    `${pictures}`,
  );

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

  // A store that is restored has had nothing happen since the last build.
  const other = pages.find(({ title }) => title === published[1]);
  const restore = await backup(t, stack);
  await change(stack, { type: "append_paragraph", parent: other?.id, text: "Behind the backup" });
  await stack.worker.scheduled();
  await build(folder, counter.url);
  const isBehind = () => read(folder, `${other?.path}/index.html`).includes("Behind the backup");
  assert.ok(isBehind());
  await restore();
  // What the Worker has read a moment ago it gives for some seconds more.
  for (const form of ["", ".html"]) {
    const address = `${stack.worker.url}/v1/pages/${other?.id}${form}`;
    await until(async () => !(await (await fetch(address)).text()).includes("Behind the backup") || undefined, address);
  }
  await build(folder, counter.url);
  assert.ok(!isBehind());
});

/** Copies everything in the Redis of a stack; what this returns puts it back in place of all that is there. @param {TestContext} t @param {import("../local/stack.mjs").Stack} stack */
async function backup(t, stack) {
  const store = storeOf(t, stack);
  const keys = await store.keys("*");
  const values = await Promise.all(keys.map((key) => store.dumpBuffer(key)));
  return async () => {
    await store.flushall();
    await Promise.all(keys.map((key, at) => store.restore(key, 0, values[at] ?? "")));
  };
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
