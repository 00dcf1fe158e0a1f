/**
 * What the Astro example has beyond its pages: ways from one to the next, tags, search, feed, sitemap, a switch of its colours,
 * and drafts in a preview only. What it has to show is taken from the Worker, and its files are read as they were built.
 */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import { parse } from "parse5";
import { pageFor } from "./browser.mjs";
import { until } from "./harness.mjs";
import { buildAstro, developAstro } from "./sites.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("../local/stack.mjs").Stack} Stack */
/** @typedef {{ id: string, title: string, path: string, last_edited_time: string, values: { Tags?: string[] } }} Row */
/** @typedef {{ shown: Row[], published: Row[], hidden: Row[] }} Workspace */
/** @typedef {{ page: Page, url: string, folder: string, worker: string, workspace: Workspace }} Visit */
/** @typedef {{ title: string, path: string | null, object: string, children: Node[] }} Node */

const SITE = "https://site.example";
const HOME = "6a3f9c1e-2b7d-4e58-9f04-1c8d5e2a7b90";
const POSTS_PER_PAGE = 10;
/** Which levels headings have is up to who writes in Notion. */
const UNRULED = { "heading-order": { enabled: false } };

/**
 * @param {import("node:test").TestContext} t
 * @param {{ folder: string, url: string, stack: Stack, workspace: Workspace }} over
 */
export async function checkAstro(t, { folder, url, stack, workspace }) {
  const page = await pageFor(t);
  const visit = { page, url, folder, worker: stack.worker.url, workspace };
  const claims = Object.entries({
    "posts lead to those before and after": leadsThroughPosts,
    "the documentation is walked from its first page to its last": leadsThroughDocumentation,
    "the table of contents leads to headings": leadsToHeadings,
    "each tag has its posts": showsTags,
    "the search finds by keyboard, says how many, and has an address": searches,
    "the feed has the posts": feeds,
    "the sitemap has what is shown": maps,
    "the reader's colours are remembered, and there before the page": switchesTheme,
    "every page is valid, and has one first heading, a description and its own address": isValid,
    "axe finds nothing": isAccessible,
  });
  for (const [claim, check] of claims) await t.test(claim, () => check(visit));
  await t.test("no file tells of a draft, also after a preview, which shows them", () => previews(visit));
  await t.test("while somebody works on it, what is edited is seen by reloading", (t) =>
    refreshes(t, folder, stack, workspace),
  );
  await t.test("a page that is called Index is no other's file", () => keepsIndex(folder, stack));
}

/** @param {Visit} visit */
async function leadsThroughPosts({ page, url, workspace: { published } }) {
  await page.goto(url + published[0]?.path);
  for (const { title } of published.slice(1)) {
    await page.getByRole("navigation", { name: "Posts before and after" }).locator("[rel=prev]").click();
    assert.ok((await page.locator("h1").innerText()).endsWith(title), title);
  }
  assert.equal(await page.locator("[rel=prev]").count(), 0);
  await page.locator("[rel=next]").click();
  assert.ok((await page.locator("h1").innerText()).endsWith(published.at(-2)?.title ?? "nothing"));
}

/** @param {Visit} visit */
async function leadsThroughDocumentation({ page, url, worker }) {
  const tree = /** @type {{ results: Node[] }} */ (await (await fetch(`${worker}/v1/tree`)).json());
  const first = tree.results.find(({ path }) => path === "/documentation");
  const paths = first ? inOrder(first).flatMap(({ object, path }) => (object === "page" ? path : [])) : [];
  assert.ok(paths.length > 5, "the demo has documentation");
  await page.goto(url);
  await page.getByRole("navigation", { name: "Site" }).getByRole("link", { name: "Documentation" }).click();
  const chapters = page.getByRole("navigation", { name: "Documentation" });
  for (const [at, path] of paths.entries()) {
    await page.waitForURL(url + path);
    const links = chapters.getByRole("link");
    assert.deepEqual(await links.evaluateAll((all) => all.map((it) => it.getAttribute("href"))), paths);
    const open = chapters.locator("[aria-current=page]");
    assert.deepEqual([await open.count(), await open.getAttribute("href")], [1, path]);
    assert.ok(await open.isVisible());
    if (at < paths.length - 1) await page.locator("[rel=next]").click();
  }
  assert.equal(await page.locator("[rel=next]").count(), 0);
}

/** @param {Node} node @returns {Node[]} */
function inOrder(node) {
  return [node, ...node.children.flatMap(inOrder)];
}

/** @param {Visit} visit */
async function leadsToHeadings({ page, url, workspace: { shown } }) {
  let seen = 0;
  for (const { path } of shown) {
    await page.goto(url + path);
    for (const link of await page.getByRole("navigation", { name: "On this page" }).getByRole("link").all()) {
      const heading = page.locator(`[id="${(await link.getAttribute("href"))?.slice(1)}"]`);
      assert.equal(await heading.innerText(), await link.innerText(), path);
      seen += 1;
    }
  }
  assert.ok(seen > 5, `${seen} links`);
}

/** @param {Visit} visit */
async function showsTags({ page, url, workspace: { published } }) {
  const names = [...new Set(published.flatMap(({ values }) => values.Tags ?? []))].sort();
  await page.goto(`${url}/tags`);
  const links = page.locator("main .tags a");
  const having = (/** @type {string} */ name) => published.filter(({ values }) => values.Tags?.includes(name));
  assert.deepEqual(
    await links.allInnerTexts(),
    names.map((name) => `${name} ${having(name).length}`),
  );
  for (const [at, name] of names.entries()) {
    await page.goto(`${url}/tags`);
    await links.nth(at).click();
    assert.equal(await page.locator("h1").innerText(), `Posts on ${name}`);
    const titles = having(name).map(({ title }) => title);
    assert.deepEqual(await page.locator("main article h2").allInnerTexts(), titles);
  }
  await page.goto(url + published[0]?.path);
  await page.locator(".tags a").first().click();
  assert.match(new URL(page.url()).pathname, /^\/tags\//);
}

/** @param {Visit} visit */
async function searches({ page, url, workspace: { shown } }) {
  const told = page.getByRole("status");
  const found = page.locator("#found a");
  await page.goto(`${url}/search`);
  await page.getByRole("searchbox").focus();
  await page.keyboard.type("SKERRY b");
  await told.filter({ hasText: /^\d+ pages? found$/ }).waitFor();
  const wanted = shown.filter(({ title }) => title.includes("Skerry Bay")).map(({ path }) => path);
  const paths = await found.evaluateAll((all) => all.map((it) => it.getAttribute("href")));
  assert.ok(wanted.length > 1 && wanted.every((path) => paths.slice(0, wanted.length).includes(path)), `${paths}`);
  assert.equal(await told.innerText(), `${paths.length} pages found`);
  await page.keyboard.press("Enter");
  assert.equal(page.url(), `${url}/search?q=SKERRY+b`);
  await page.reload();
  await told.filter({ hasText: `${paths.length} pages found` }).waitFor();
  await page.getByRole("searchbox").focus();
  // The button, then the first page that was found.
  for (const key of ["Tab", "Tab", "Enter"]) await page.keyboard.press(key);
  await page.waitForURL(url + paths[0]);

  await page.goto(`${url}/search?q=inés`);
  await told.filter({ hasText: /^[1-9]\d* pages? found$/ }).waitFor();
  await page.getByRole("searchbox").fill("nothing like it");
  await told.filter({ hasText: /^Nothing was found for / }).waitFor();
  assert.equal(await found.count(), 0);
}

/** @param {Visit} visit */
async function feeds({ page, url, workspace: { published } }) {
  await page.goto(url);
  const address = await page.locator('link[type="application/rss+xml"]').getAttribute("href");
  const items = await elements(page, `${url}${address}`, "item");
  assert.deepEqual(
    items.map(({ title, link }) => [title, link]),
    published.map(({ title, path }) => [title, encodeURI(SITE + path)]),
  );
  for (const { pubDate, guid, description } of items) {
    assert.ok(!Number.isNaN(Date.parse(pubDate ?? "")) && guid && description);
  }
}

/** @param {Visit} visit */
async function maps({ page, url, workspace: { shown } }) {
  const robots = await (await fetch(`${url}/robots.txt`)).text();
  assert.match(robots, /^User-agent: \*\nAllow: \/$/m);
  const address = /^Sitemap: (.+)$/m.exec(robots)?.[1]?.replace(SITE, url) ?? "";
  const entries = await elements(page, address, "url");
  assert.ok(entries.every(({ loc }) => loc?.startsWith(`${SITE}/`)));
  const days = new Map(entries.map(({ loc, lastmod }) => [decodeURI(new URL(loc ?? "").pathname), lastmod]));
  for (const { path, last_edited_time } of shown) assert.equal(days.get(path), last_edited_time.slice(0, 10), path);
  const paths = [...days.keys()];
  const lists = paths.filter((path) => path === "/" || /^\/pages?(\/|$)/.test(path) || /^\/tags(\/|$)/.test(path));
  const wanted = [...lists, ...shown.map(({ path }) => path)];
  assert.deepEqual(paths.sort(), wanted.sort());
  assert.ok(lists.length > 4, `${lists}`);
  for (const path of paths) assert.equal((await fetch(url + path, { redirect: "manual" })).status, 200, path);
}

/** What the elements of that name hold, by a real reader of XML. @param {Page} page @param {string} address @param {string} name */
async function elements(page, address, name) {
  const text = await (await fetch(address)).text();
  /** @type {Record<string, string>[]} */
  const all = await page.evaluate(
    `(() => {
      const xml = new DOMParser().parseFromString(${JSON.stringify(text)}, "text/xml");
      const error = xml.querySelector("parsererror");
      if (error) throw new Error(error.textContent);
      const text = (it) => Object.fromEntries(Array.from(it.children, (child) => [child.localName, child.textContent]));
      return Array.from(xml.getElementsByTagName("${name}"), text);
    })()`,
  );
  assert.notEqual(all.length, 0, `${address} has ${name}`);
  return all;
}

/** @param {Visit} visit */
async function switchesTheme({ page, url }) {
  await page.emulateMedia({ colorScheme: "light" });
  const button = page.getByRole("button", { name: "Dark colours" });
  const ground = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
  // The theme that holds as the body begins, before which nothing is painted.
  await page.addInitScript(`
    new MutationObserver((_, observer) => {
      if (!document.body) return;
      observer.disconnect();
      window.themeAtFirst = document.documentElement.dataset.theme ?? "system";
    }).observe(document, { childList: true, subtree: true });`);
  await page.goto(url);
  const light = await ground();
  assert.equal(await button.getAttribute("aria-pressed"), "false");
  await button.focus();
  await page.keyboard.press("Enter");
  const dark = await ground();
  assert.notEqual(dark, light);
  assert.equal(await button.getAttribute("aria-pressed"), "true");
  await page.goto(`${url}/tags`);
  assert.deepEqual([await ground(), await page.evaluate("themeAtFirst")], [dark, "dark"]);
  await button.click();
  await page.reload();
  assert.deepEqual([await ground(), await page.evaluate("themeAtFirst")], [light, "system"]);
  assert.equal(await page.evaluate("localStorage.length"), 0);
}

/** @param {Visit} visit */
async function isValid({ url, workspace: { shown } }) {
  for (const path of ["/", "/pages", "/search", "/tags", "/nowhere", ...shown.map((it) => it.path)]) {
    const html = await (await fetch(url + path)).text();
    /** @type {string[]} */
    const errors = [];
    parse(html, { onParseError: ({ code, startLine, startCol }) => errors.push(`${code} ${startLine}:${startCol}`) });
    assert.deepEqual(errors, [], path);
    const number = (/** @type {RegExp} */ pattern) => html.match(new RegExp(pattern, "g"))?.length ?? 0;
    for (const pattern of [/<h1[ >]/, /<main[ >]/, /<title>/, /<meta name="description" content="[^"]+"/]) {
      assert.equal(number(pattern), 1, `${pattern} on ${path}`);
    }
    const canonical = /<link rel="canonical" href="([^"]+)"/.exec(html)?.[1];
    assert.equal(canonical, path === "/nowhere" ? undefined : encodeURI(SITE + path));
    for (const [tag] of html.matchAll(/(?<=class="cover"[^>]*>\s*)<img [^>]*>/g))
      assert.match(tag, / width="\d+" height="\d+"/);
  }
}

/** @param {Visit} visit */
async function isAccessible({ page, url, workspace: { published } }) {
  const paths = [
    "/",
    published.at(-1)?.path,
    "/documentation",
    "/the-first-reading",
    "/every-block-there-is",
    "/search?q=tide",
    "/tags",
    "/nowhere",
  ];
  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    await page.emulateMedia({ colorScheme });
    for (const [width, path] of [1280, 390].flatMap((width) =>
      paths.map((path) => /** @type {const} */ ([width, path])),
    )) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(url + path);
      await page.evaluate(axe.source);
      /** @type {import("axe-core").AxeResults} */
      const { violations } = await page.evaluate(`axe.run({ rules: ${JSON.stringify(UNRULED)} })`);
      const told = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
      assert.deepEqual(told, [], `${path} ${colorScheme} ${width}`);
    }
  }
}

/** @param {string} folder @param {Stack} stack */
async function keepsIndex(folder, stack) {
  await change(stack, { type: "create_page", parent: HOME, title: "Index" });
  await stack.worker.scheduled();
  assert.equal((await fetch(`${stack.worker.url}/v1/pages/index`)).status, 200);
  await buildAstro(folder, stack.worker.url);
  const built = (/** @type {string} */ name) => readFileSync(join(folder, "dist", name), "utf8");
  assert.match(built("index.html"), /<article/);
  assert.doesNotMatch(built("little-auk-instruments.html") + built("sitemap.xml") + built("pages.html"), /\/index["<]/);
}

/** @param {Stack} stack @param {object} change */
async function change(stack, change) {
  const answer = await fetch(`${stack.sim?.address}/_sim/changes`, { method: "POST", body: JSON.stringify(change) });
  assert.ok(answer.ok, await answer.text());
}

/** @param {Visit} visit */
async function previews({ folder, worker, workspace: { hidden, published } }) {
  const dist = join(folder, "dist");
  hasNone(dist, hidden);
  await buildAstro(folder, worker, { PREVIEW: "true" });
  for (const { path } of hidden) {
    const html = readFileSync(join(dist, `${path}.html`), "utf8");
    assert.match(html, /<meta name="robots" content="noindex">/);
    assert.match(html, /role="note">Preview/);
  }
  assert.match(readFileSync(join(dist, "index.html"), "utf8"), /class="draft">Draft</);
  assert.match(readFileSync(join(dist, "robots.txt"), "utf8"), /^Disallow: \/$/m);
  // With its drafts the blog is longer than a page of its list.
  const listed = ["index.html", "page/2.html"].map((name) => readFileSync(join(dist, name), "utf8"));
  const numbers = listed.map((html) => html.match(/<article/g)?.length);
  assert.deepEqual(numbers, [POSTS_PER_PAGE, published.length + hidden.length - POSTS_PER_PAGE]);
  assert.ok(listed[0]?.includes('<a rel="next" href="/page/2">') && listed[1]?.includes('<a rel="prev" href="/">'));
  await buildAstro(folder, worker);
  assert.ok(!existsSync(join(dist, "page")));
  hasNone(dist, hidden);
}

/** @param {import("node:test").TestContext} t @param {string} folder @param {Stack} stack @param {Workspace} workspace */
async function refreshes(t, folder, stack, { published }) {
  const [post] = published;
  const url = await developAstro(t, folder, stack.worker.url);
  const says = async () => (await (await fetch(url + post?.path)).text()).includes("The sea was late again");
  assert.equal(await says(), false);
  await change(stack, { type: "append_paragraph", parent: post?.id, text: "The sea was late again" });
  await stack.worker.scheduled();
  await until(async () => (await says()) || undefined, "the edit");
}

/** That no file of the build has the title or the path of a draft. @param {string} dist @param {Row[]} hidden */
function hasNone(dist, hidden) {
  const files = readdirSync(dist, { recursive: true, withFileTypes: true }).filter((it) => it.isFile());
  assert.ok(files.length > 20 && hidden.length > 0);
  for (const { name, parentPath } of files) {
    const text = readFileSync(join(parentPath, name), "utf8");
    for (const { title, path } of hidden) {
      assert.ok(!text.includes(`${path}"`) && !text.includes(`${path}<`), `${path} stands in ${name}`);
      assert.ok(title === "" || !text.includes(title), `${title} stands in ${name}`);
    }
  }
}
