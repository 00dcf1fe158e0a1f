/**
 * The SvelteKit example as a reader has it, in a real browser over the real stack: ways through it, search, tags, feeds, the theme,
 * drafts for those who know a secret, and edits that are seen without a build.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "parse5";
import { exportAll } from "../local/cron.mjs";
import { pageFor } from "./browser.mjs";
import { root, stackFor, until } from "./harness.mjs";
import { buildSvelteKit, copyOf, serveSvelteKit } from "./sites.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").Browser} Browser */
/** @typedef {import("node:test").TestContext} TestContext */
/** @typedef {import("../local/stack.mjs").Stack} Stack */
/** @typedef {{ id: string, title: string, path: string, values: Record<string, any> }} Summary */

const BLOG = "b1094c7e-5d2f-4a86-8e13-7f60c2d9a4b5";
const SECRET = "a long secret";
/** An edit is seen so long after the export's commit at most. */
const SEEN_MS = 10_000;
const AXE = readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8");

test("the site of the SvelteKit example", async (t) => {
  const stack = await stackFor(t, { vars: { PREVIEW_TOKENS: "preview" } });
  await exportAll(stack.worker, () => {});
  const folder = await build(t, stack);
  const url = await serve(t, folder, stack);
  const page = await pageFor(t);
  const browser = /** @type {Browser} */ (page.context().browser());
  /** @param {string} status */
  const posts = (status) => list(stack, { property: "Status", status: { equals: status } });
  const [published, drafts] = await Promise.all([posts("Published"), posts("Draft")]);
  const draft = drafts.find(({ title }) => title !== "");
  assert.ok(published.length > 2 && draft, "the demo has posts and drafts");

  await t.test("the documentation has its tree beside it, and leads on page by page", async () => {
    await page.goto(`${url}/documentation`);
    const section = page.getByRole("navigation", { name: "Documentation" });
    /** What is marked as the page that is read. */
    const marked = () => section.locator('[aria-current="page"]').allInnerTexts();
    const names = await section.getByRole("link").allInnerTexts();
    assert.ok(names.length > 5, names.join());
    const read = [];
    for (;;) {
      read.push((await marked()).join());
      const next = page.locator('a[rel="next"]');
      if ((await next.count()) === 0) break;
      await next.click();
    }
    assert.deepEqual(read, names);
  });

  await t.test("a post leads to its headings, to the posts beside it, and to those with the same tag", async () => {
    await page.goto(url);
    const titles = await page.locator("main h2").allInnerTexts();
    await page.getByRole("link", { name: titles[1] ?? "", exact: true }).click();
    assert.equal(await page.locator('a[rel="next"]').innerText(), `Next\n${titles[0]}`);
    assert.equal(await page.locator('a[rel="prev"]').innerText(), `Previous\n${titles[2]}`);
    const heading = page.getByRole("navigation", { name: "On this page" }).getByRole("link").first();
    const text = await heading.innerText();
    await heading.click();
    const target = page.locator(":target");
    assert.equal((await target.innerText()).trim(), text);
    const tag = page.getByRole("list", { name: "Tags" }).getByRole("link").first();
    const name = await tag.innerText();
    await tag.click();
    assert.deepEqual(
      (await page.locator("main h2").allInnerTexts()).toSorted(),
      titlesOf(published.filter(({ values }) => values.Tags.includes(name))),
    );
    assert.equal((await fetch(`${url}/tags/nothing`)).status, 404);
  });

  for (const javaScriptEnabled of [true, false]) {
    await t.test(
      `a search finds pages ${javaScriptEnabled ? "with" : "without"} script, and says how many`,
      async () => {
        const context = await browser.newContext({ javaScriptEnabled });
        const page = await context.newPage();
        await page.goto(url);
        await page.getByRole("link", { name: "Search" }).click();
        const field = page.getByRole("searchbox");
        await field.fill("tide");
        await field.press("Enter");
        const { results } = await get(stack, "/v1/search?q=tide&limit=50");
        const total = results.filter((/** @type {Summary} */ { values }) => !isHidden(values)).length;
        assert.ok(total > 1 && total < results.length, "the words are in what is shown, and in what is not");
        assert.equal(await page.getByRole("status").innerText(), `${total} pages found for “tide”.`);
        assert.equal(await page.locator("main h2").count(), total);
        await field.fill("<b>nowhere");
        await page.getByRole("button", { name: "Search" }).click();
        assert.equal(await page.getByRole("status").innerText(), "Nothing was found for “<b>nowhere”.");
        await context.close();
      },
    );
  }

  await t.test("the feed and the sitemap are well-formed and name what is published", async () => {
    const feed = await xml(page, `${url}/feed.xml`, /^application\/rss\+xml/);
    assert.deepEqual(feed.texts("item > title").toSorted(), titlesOf(published));
    const [first = ""] = feed.texts("item > link");
    assert.equal((await fetch(first)).status, 200);
    assert.ok(feed.texts("item > pubDate").every((date) => !Number.isNaN(Date.parse(date))));
    const sitemap = await xml(page, `${url}/sitemap.xml`, /^application\/xml/);
    const addresses = sitemap.texts("url > loc");
    for (const address of addresses) assert.equal((await fetch(address, { redirect: "manual" })).status, 200, address);
    const all = await list(stack);
    assert.deepEqual(
      addresses.toSorted(),
      [...all.filter(({ values }) => !isHidden(values)).map(({ path }) => url + encodeURI(path)), `${url}/`].toSorted(),
    );
    assert.match(await text(`${url}/robots.txt`), new RegExp(`^Sitemap: ${url}/sitemap.xml$`, "m"));
  });

  await t.test("a theme that is chosen is there from the first byte of every page, for this reader only", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false, colorScheme: "light" });
    const page = await context.newPage();
    await page.goto(`${url}/search?q=tide`);
    await page.getByRole("button", { name: "Dark" }).click();
    assert.equal(page.url(), `${url}/search?q=tide`);
    for (const path of ["/search?q=tide", "/"]) {
      const response = await page.goto(url + path);
      assert.match((await response?.text()) ?? "", /^<!doctype html>\s*<html [^>]*data-theme="dark"/);
      assert.match(await text(url + path), /data-theme="system"/);
    }
    await page.getByRole("button", { name: "As the system" }).click();
    assert.equal(await page.locator("html").getAttribute("data-theme"), "system");
    await context.close();
    const away = await fetch(`${url}/theme?theme=dark&from=//other.example/`, { redirect: "manual" });
    assert.equal(away.headers.get("location"), "/");
  });

  await t.test("a draft is in the preview, and for nobody else, nor once it has ended", async () => {
    const context = await browser.newContext();
    const author = await context.newPage();
    const places = ["/", "/pages", "/feed.xml", "/sitemap.xml", `/search?q=${encodeURIComponent(draft.title)}`];
    /** Where the draft is. @param {(path: string) => Promise<string>} look */
    const seen = async (look) => {
      const found = [];
      for (const path of places) {
        // The form repeats the question.
        const said = (await look(path)).replaceAll(`“${draft.title}”`, "").replaceAll(`value="${draft.title}"`, "");
        const told = said.replace(/<title>[^<]*<\/title>|<meta property="og:title"[^>]*>|name="from"[^>]*>/g, "");
        if (told.includes(draft.title) || told.includes(draft.path)) found.push(path);
      }
      return found;
    };
    const others = () => seen((path) => text(url + path));
    const own = () => seen(async (path) => (await author.request.get(url + path)).text());
    assert.deepEqual(await others(), []);
    assert.equal((await fetch(url + draft.path)).status, 404);

    await author.goto(`${url + draft.path}?preview=${encodeURIComponent(SECRET)}`);
    assert.equal(author.url(), url + draft.path);
    assert.ok((await author.locator("h1").innerText()).includes(draft.title));
    assert.equal(await author.locator('meta[name="robots"]').getAttribute("content"), "noindex");
    // A list has posts; the tree of all pages has no posts at all.
    assert.deepEqual(
      await own(),
      places.filter((path) => path !== "/pages"),
    );
    assert.deepEqual(await others(), []);
    assert.equal((await fetch(url + draft.path)).status, 404);
    assert.equal((await fetch(`${url + draft.path}?preview=wrong`)).status, 404);

    await author.goto(`${url}/`);
    await author.getByRole("complementary", { name: "Preview" }).getByRole("link").click();
    assert.equal(await author.getByRole("complementary", { name: "Preview" }).count(), 0);
    assert.deepEqual(await own(), []);
    assert.equal((await author.goto(url + draft.path))?.status(), 404);
    await context.close();
  });

  await t.test(
    "pages have no script, one heading of their own, and nothing that axe or a parser complains about",
    async () => {
      const paths = [
        "/",
        published[0]?.path,
        "/getting-started",
        "/every-block-there-is",
        "/search?q=tide",
        "/pages",
        "/nowhere",
        "/tags/tides",
      ];
      for (const path of paths) {
        const html = await text(`${url}${path}`);
        /** @type {string[]} */
        const mistakes = [];
        parse(html, { onParseError: ({ code }) => mistakes.push(code) });
        assert.deepEqual([path, mistakes], [path, []]);
        assert.doesNotMatch(html, /<script/);
        for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
          await page.emulateMedia({ colorScheme });
          await page.goto(`${url}${path}`);
          assert.equal(await page.locator("h1").count(), 1, path);
          assert.deepEqual(await complaints(page), [], `${path} ${colorScheme}`);
        }
      }
    },
  );

  await t.test("an edit is seen ten seconds after the export's commit, without a build", async () => {
    const [post] = published;
    assert.ok(post);
    await Promise.all([text(url), text(url + post.path)]);
    await change(stack, { type: "set_title", page: post.id, title: "A new title" });
    await exportAll(stack.worker, () => {});
    const committed = Date.now();
    for (const path of ["/", post.path, "/feed.xml"]) {
      await until(async () => ((await text(url + path)).includes("A new title") ? true : undefined), `${path} anew`);
    }
    assert.ok(Date.now() - committed < SEEN_MS, `${Date.now() - committed} ms`);
  });

  await t.test("an old path leads to the new one, but not to a draft", async () => {
    const [post] = published;
    assert.ok(post);
    for (const { id } of [post, draft]) {
      await change(stack, { type: "set_property", page: id, name: "Slug", value: `moved-${id.slice(0, 4)}` });
    }
    await exportAll(stack.worker, () => {});
    const old = await until(
      async () => {
        const answer = await fetch(url + post.path, { redirect: "manual" });
        return answer.status === 308 ? answer : undefined;
      },
      () => `a redirect of ${post.path}`,
    );
    assert.match(old.headers.get("location") ?? "", new RegExp(`/moved-${post.id.slice(0, 4)}$`));
    assert.equal((await fetch(url + draft.path, { redirect: "manual" })).status, 404);
  });
});

test("a list of more than ten posts comes in parts", async (t) => {
  const stack = await stackFor(t, { vars: { READ_MEMORY: "0" } });
  await exportAll(stack.worker, () => {});
  for (let number = 1; number <= 5; number += 1) {
    await change(stack, { type: "create_page", parent: BLOG, title: `More ${number}` });
  }
  await exportAll(stack.worker, () => {});
  const made = (await list(stack)).filter(({ title }) => title.startsWith("More "));
  assert.equal(made.length, 5);
  for (const { id } of made)
    await change(stack, { type: "set_property", page: id, name: "Status", value: "Published" });
  await exportAll(stack.worker, () => {});
  const url = await serve(t, await build(t, stack), stack);
  const page = await pageFor(t);
  await page.goto(url);
  const first = await page.locator("main h2").allInnerTexts();
  assert.equal(first.length, 10);
  await page.locator('a[rel="next"]').click();
  assert.equal(page.url(), `${url}/?page=2`);
  const second = await page.locator("main h2").allInnerTexts();
  assert.deepEqual(
    [...first, ...second].toSorted(),
    titlesOf(await list(stack, { property: "Status", status: { equals: "Published" } })),
  );
  await page.locator('a[rel="prev"]').click();
  assert.equal(page.url(), `${url}/`);
  for (const wrong of ["3", "0", "x", "-1", "1e1"])
    assert.equal((await fetch(`${url}/?page=${wrong}`)).status, 404, wrong);
});

test("over a Worker with a publish rule the site shows what is public, and the preview its drafts", async (t) => {
  const vars = { ACCESS: "rule", PUBLISH_RULE: "Status=Published", PREVIEW_TOKENS: "preview", READ_TOKENS: "read" };
  const stack = await stackFor(t, { vars });
  await exportAll(stack.worker, () => {});
  const url = await serve(t, await build(t, stack), stack, { NOTION_EDGE_TOKEN: "read" });
  const page = await pageFor(t);
  await page.goto(url);
  const titles = await page.locator("main h2").allInnerTexts();
  assert.ok(titles.length > 2);
  await page.getByRole("link", { name: titles[0] ?? "", exact: true }).click();
  assert.ok((await page.locator("h1").innerText()).includes(titles[0] ?? " "));
  assert.equal((await fetch(`${url}/borrowed-batteries`)).status, 404);
  await page.goto(`${url}/borrowed-batteries?preview=${encodeURIComponent(SECRET)}`);
  assert.ok((await page.locator("h1").innerText()).includes("Borrowed batteries"));
});

/** The site, built in a folder of its own. @param {TestContext} t @param {Stack} stack */
async function build(t, stack) {
  const folder = copyOf(t, "sveltekit");
  await buildSvelteKit(folder, stack.worker.url);
  return folder;
}

/** @param {TestContext} t @param {string} cwd @param {Stack} stack @param {Record<string, string>} [more] */
function serve(t, cwd, stack, more = {}) {
  const own = { PREVIEW_TOKEN: "preview", PREVIEW_SECRET: SECRET };
  return serveSvelteKit(t, cwd, stack.worker.url, { ...own, ...more });
}

/** @param {Stack} stack @param {string} path @returns {Promise<any>} */
async function get(stack, path) {
  const answer = await fetch(stack.worker.url + path);
  assert.equal(answer.status, 200, path);
  return answer.json();
}

/** Up to a hundred pages; those of the blog that meet a filter. @param {Stack} stack @param {object} [filter] @returns {Promise<Summary[]>} */
async function list(stack, filter) {
  const query = filter && `&data_source_id=${BLOG}&filter=${encodeURIComponent(JSON.stringify(filter))}`;
  return (await get(stack, `/v1/pages?limit=100${query ?? ""}`)).results;
}

/** @param {Summary[]} pages */
function titlesOf(pages) {
  return pages.map(({ title }) => title).toSorted();
}

/** Whether only the preview shows a page with these values. @param {Record<string, any>} values */
function isHidden(values) {
  return "Status" in values && values.Status !== "Published";
}

/** @param {string} address */
async function text(address) {
  return (await fetch(address)).text();
}

/** What a browser reads as XML. @param {Page} page @param {string} address @param {RegExp} type */
async function xml(page, address, type) {
  const answer = await fetch(address);
  assert.match(answer.headers.get("content-type") ?? "", type);
  const body = await answer.text();
  /** @param {string} selector @returns {Promise<string[]>} */
  const read = (selector) =>
    page.evaluate(
      ([body, selector]) => {
        const { DOMParser } = /** @type {any} */ (globalThis);
        const parsed = new DOMParser().parseFromString(body, "application/xml");
        if (parsed.querySelector("parsererror")) throw new Error(parsed.documentElement.textContent);
        return [...parsed.querySelectorAll(selector)].map(({ textContent }) => textContent);
      },
      [body, selector],
    );
  const selectors = ["item > title", "item > link", "item > pubDate", "url > loc"];
  const found = new Map(await Promise.all(selectors.map(async (it) => /** @type {const} */ ([it, await read(it)]))));
  return { texts: (/** @type {string} */ selector) => found.get(selector) ?? [] };
}

/** What axe finds wrong. @param {Page} page @returns {Promise<string[]>} */
async function complaints(page) {
  await page.evaluate(AXE);
  // Authors choose the levels of their headings.
  const options = { rules: { "heading-order": { enabled: false } } };
  const { violations } = await page.evaluate((options) => /** @type {any} */ (globalThis).axe.run(options), options);
  return violations.flatMap((/** @type {any} */ { id, nodes }) =>
    nodes.map((/** @type {any} */ { html }) => `${id}: ${html.slice(0, 200)}`),
  );
}

/** @param {Stack} stack @param {object} change */
async function change(stack, change) {
  const answer = await fetch(`${stack.sim?.address}/_sim/changes`, { method: "POST", body: JSON.stringify(change) });
  assert.equal(answer.status, 200, await answer.text());
}
