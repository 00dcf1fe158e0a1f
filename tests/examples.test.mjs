/**
 * Both example sites over the real stack, read in a real browser as a visitor would.
 * What they have to show is taken from the Worker, not from their own code. Their pictures are left in a folder that is told.
 */
import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { buildSdk } from "../local/build.mjs";
import { exportAll } from "../local/cron.mjs";
import { anyPort } from "../local/ports.mjs";
import { checkAstro } from "./astro-site.mjs";
import { pageFor } from "./browser.mjs";
import { stackFor } from "./harness.mjs";
import { buildAstro, buildSvelteKit, checkTypes, copyOf, serveAstro, serveSvelteKit } from "./sites.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("node:test").TestContext} TestContext */
/** @typedef {{ name: string, url: string }} Site */
/** @typedef {{ id: string, type: string, children?: Block[] }} Block */
/** @typedef {{ id: string, title: string, path: string, blocks: Block[], links: { type: string, id?: string }[] }} Document */
/**
 * @typedef {object} Summary
 * @property {string} id
 * @property {string} title
 * @property {string} path
 * @property {string | null} data_source_id
 * @property {string} last_edited_time
 * @property {string[]} ancestors
 * @property {{ Status?: string, Published?: { start: string } | null, Tags?: string[] }} values
 */

const BLOG = "b1094c7e-5d2f-4a86-8e13-7f60c2d9a4b5";
const PICTURES = join(tmpdir(), "notion-edge-examples");
const PICTURE = /\.(svg|png|jpe?g)(\?|$)/;
/** How a block is found that has no class of its own type. @type {Record<string, string>} */
const SELECTORS = {
  bulleted_list_item: ".ne-list:not(:is(.ne-child-database, .ne-link-to-page) > *) > li",
  column_list: ".ne-columns",
  equation: '.ne-equation[data-display="block"]',
  heading_1: ".ne-heading-1",
  heading_2: ".ne-heading-2",
  heading_3: ".ne-heading-3",
  heading_4: ".ne-heading-4",
  meeting_notes: ".ne-meeting",
  numbered_list_item: ".ne-numbered > li",
  paragraph: ":is(.ne-paragraph, .ne-tab)",
  synced_block: ".ne-synced",
  tab: ".ne-tabs",
  table_of_contents: ".ne-toc",
  table_row: ".ne-table tr",
  to_do: ".ne-tasks > li",
  toggle: ".ne-toggle:not(:has(> summary > .ne-heading))",
};
const NARROW = { width: 360, height: 740 };
const WIDE = { width: 1200, height: 900 };

test("the example sites", async (t) => {
  const stack = await stackFor(t);
  await exportAll(stack.worker, () => {});
  const workspace = await read(stack.worker.url);
  /** What each site says on each page. @type {{ all: Map<string, string>, contents: Map<string, string> }[]} */
  const texts = [];
  t.diagnostic(`pictures of the sites are in ${PICTURES}`);

  const folders = { astro: copyOf(t, "astro"), svelteKit: copyOf(t, "sveltekit") };
  const sites = await startSites(t, folders, stack.worker.url);
  for (const site of Object.values(sites)) {
    const page = await pageFor(t);
    const complaints = await listen(page);
    /** @param {string} claim @param {() => Promise<void>} check */
    const claims = (claim, check) => t.test(`${site.name}: ${claim}`, check);
    await claims("the list shows what is published, newest first, and nothing else", () =>
      showsPosts(page, site, workspace),
    );
    await claims("one click leads to a post, another to a page that it mentions", () =>
      canBeWalked(page, site, workspace),
    );
    await claims("every page shows all of its blocks, also on a phone", async () => {
      texts.push(await showsBlocks(page, site, workspace));
    });
    await claims("it is dark where the reader wants it dark", () => followsScheme(page, site));
    await claims("the head of a page takes a line, or two on a phone, at any width", () => keepsHead(page, site));
    await claims("the keyboard skips to the content", () => skips(page, site));
    await claims("what stands in a database is listed below its title, as the Worker has it", () =>
      showsTree(page, site, stack.worker.url, workspace),
    );
    await claims("on paper it is black on white, without what leads elsewhere", () => prints(page, site, workspace));
    await claims("the browser has nothing to complain about", async () => assert.deepEqual(complaints, []));
    await claims("what is not found says so once, and where to go on", () => missesPages(page, site));
    await claims("what is not published is nowhere", () => keepsDrafts(page, site, workspace, texts.at(-1)?.all));
    await claims("a picture that is missing leaves its words", () => missesPictures(page, site, workspace));
    await photograph(page, site, workspace);
  }

  await t.test("the types of both sites are right", () => checkTypes(folders, stack.worker.url));
  await t.test("both sites say the same of a page", () => {
    const [astro, svelteKit] = texts;
    assert.ok(astro && astro.contents.size > 20);
    for (const [path, text] of astro.contents) assert.equal(svelteKit?.contents.get(path), text, path);
  });
  await t.test("Astro", (t) => checkAstro(t, { folder: folders.astro, url: sites.astro.url, stack, workspace }));
  await t.test("an id in the address leads to the page", async () => {
    const [first] = workspace.shown;
    const response = await fetch(`${sites.svelteKit.url}/${first?.id.replaceAll("-", "")}`, { redirect: "manual" });
    assert.equal(response.headers.get("location"), encodeURI(first?.path ?? ""));
  });
  await t.test("a site that cannot reach the Worker says so", async () => {
    const url = await serveSvelteKit(t, folders.svelteKit, `http://127.0.0.1:${await anyPort()}`);
    const page = await pageFor(t);
    assert.equal((await page.goto(url))?.status(), 503);
    assert.equal(await page.locator("h1").innerText(), "Something is wrong");
  });
});

/** Builds both sites side by side and serves them until the test ends. @param {TestContext} t @param {{ astro: string, svelteKit: string }} folders @param {string} worker */
async function startSites(t, folders, worker) {
  await buildSdk();
  await Promise.all([buildAstro(folders.astro, worker), buildSvelteKit(folders.svelteKit, worker)]);
  const serving = [serveAstro(t, folders.astro), serveSvelteKit(t, folders.svelteKit, worker)];
  const [astro = "", svelteKit = ""] = await Promise.all(serving);
  return { astro: { name: "Astro", url: astro }, svelteKit: { name: "SvelteKit", url: svelteKit } };
}

/** Everything that the Worker has, told apart by whether a site may show it. @param {string} worker */
async function read(worker) {
  /** @param {string} path @returns {Promise<any>} */
  const get = async (path) => (await fetch(`${worker}/v1/pages${path}`)).json();
  /** @type {Summary[]} */
  const pages = [];
  for (let cursor = ""; cursor !== null;) {
    const part = await get(`?limit=100${cursor}`);
    pages.push(...part.results);
    cursor = part.next_cursor && `&cursor=${part.next_cursor}`;
  }
  const posts = pages.filter((page) => page.data_source_id === BLOG);
  const drafts = new Set(posts.filter((post) => post.values.Status !== "Published").map(({ id }) => id));
  const isHidden = (/** @type {Summary} */ page) => [page.id, ...page.ancestors].some((id) => drafts.has(id));
  const shown = pages.filter((page) => !isHidden(page));
  /** @type {Document[]} */
  const documents = await Promise.all(shown.map(({ id }) => get(`/${id}`)));
  const day = (/** @type {Summary} */ post) => post.values.Published?.start ?? "";
  const published = posts.filter((post) => !isHidden(post)).sort((a, b) => day(b).localeCompare(day(a)));
  assert.ok(published.length > 1 && drafts.size > 0, "the demo has posts and drafts");
  return { shown, hidden: pages.filter(isHidden), published, documents };
}

/** @typedef {Awaited<ReturnType<typeof read>>} Workspace */

/** Notes what the browser complains about; other hosts are not reached. @param {Page} page */
async function listen(page) {
  /** @type {string[]} */
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    const { url } = message.location();
    // The Worker does not serve files yet.
    const isExpected = url.includes("/v1/files/");
    if (["error", "warning"].includes(message.type()) && !isExpected) complaints.push(`${message.text()} ${url}`);
  });
  const elsewhere = {
    contentType: "image/svg+xml",
    body: '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
  };
  await page.route(
    ({ hostname }) => hostname !== "127.0.0.1",
    (route) => route.fulfill(elsewhere),
  );
  return complaints;
}

/** @param {Page} page @param {Site} site @param {Workspace} workspace */
async function showsPosts(page, site, { published }) {
  await page.goto(site.url);
  assert.deepEqual(
    await page.locator("main article h2").allInnerTexts(),
    published.map(({ title }) => title),
  );
}

/** @param {Page} page @param {Site} site @param {Workspace} workspace */
async function canBeWalked(page, site, { published, documents, shown }) {
  const mentions = (/** @type {Document | undefined} */ it) =>
    shown.find(({ id }) => it?.links.some((link) => link.type === "page" && link.id === id));
  const document = documents.find((it) => published.some(({ id }) => id === it.id) && mentions(it));
  const target = mentions(document);
  assert.ok(document && target, "a post mentions a page");
  await page.goto(site.url);
  await page.getByRole("link", { name: document.title, exact: true }).click();
  assert.equal((await page.locator("h1").innerText()).trim(), document.title);
  await page.locator(".ne-content").getByRole("link", { name: target.title, exact: true }).first().click();
  assert.ok((await page.locator("h1").innerText()).includes(target.title));
  await page.getByRole("link", { name: "Blog" }).click();
  assert.equal(new URL(page.url()).pathname, "/");
}

/** Opens every page, and returns what each of them says, and what of that its blocks are. @param {Page} page @param {Site} site @param {Workspace} workspace */
async function showsBlocks(page, site, { documents }) {
  const [all, contents] = [new Map(), new Map()];
  const said = async (/** @type {string} */ selector) =>
    (await page.locator(selector).textContent())?.replaceAll(/\s+/g, "");
  for (const { path, blocks } of documents) {
    await page.setViewportSize(WIDE);
    await page.goto(site.url + path);
    for (const [type, number] of count(blocks)) {
      const selector = SELECTORS[type] ?? `.ne-${type.replaceAll("_", "-")}`;
      assert.equal(await page.locator(`.ne-content ${selector}`).count(), number, `${type} on ${path}`);
    }
    await page.setViewportSize(NARROW);
    const width = await page.locator("html").evaluate((it) => it.scrollWidth);
    assert.equal(width, NARROW.width, `${path} scrolls sideways`);
    all.set(path, await said("body"));
    contents.set(path, await said(".ne-content"));
  }
  await page.setViewportSize(WIDE);
  return { all, contents };
}

/** How many blocks of each type there are. @param {Block[]} blocks @returns {Map<string, number>} */
function count(blocks, counts = new Map()) {
  for (const { type, children = [] } of blocks) {
    counts.set(type, (counts.get(type) ?? 0) + 1);
    count(children, counts);
  }
  return counts;
}

/** @param {Page} page @param {Site} site @param {Workspace} workspace @param {Map<string, string>} [texts] */
async function keepsDrafts(page, site, { hidden }, texts = new Map()) {
  for (const path of ["/", "/pages"]) {
    await page.goto(site.url + path);
    texts = new Map(texts).set(path, (await page.locator("body").innerText()).replaceAll(/\s+/g, ""));
  }
  for (const { title, path } of hidden) {
    assert.equal((await fetch(site.url + path)).status, 404, path);
    const words = title.replaceAll(/\s+/g, "");
    for (const [place, text] of texts) assert.ok(words === "" || !text.includes(words), `${title} stands on ${place}`);
  }
  const response = await page.goto(`${site.url}/nowhere`);
  assert.equal(response?.status(), 404);
  assert.equal(await page.locator("h1").innerText(), "Not found");
}

/** @param {Page} page @param {Site} site @param {string} worker @param {Workspace} workspace */
async function showsTree(page, site, worker, { shown }) {
  /** @typedef {{ object: string, title: string, path: string | null, id: string, children: Node[] }} Node */
  const answer = await fetch(`${worker}/v1/tree?rows=true`);
  const { results } = /** @type {{ results: Node[] }} */ (await answer.json());
  const paths = new Set(shown.filter((it) => it.data_source_id !== BLOG).map((it) => it.path));
  /** @param {Node[]} nodes @returns {string[]} */
  const names = (nodes) =>
    nodes.flatMap(({ object, title, path, children }) => {
      const below = names(children);
      const isShown = object === "database" ? below.length > 0 : paths.has(path ?? "");
      return isShown ? [title || "Untitled", ...below] : [];
    });
  await page.goto(`${site.url}/pages`);
  const listed = await page.locator("main .tree :is(a, .database)").allInnerTexts();
  assert.deepEqual(
    listed.map((it) => it.trim()),
    names(results),
  );
  assert.ok((await page.locator(".tree .database").count()) > 1, "the demo has databases beside the blog");
}

/** @param {Page} page @param {Site} site */
async function missesPages(page, site) {
  await page.goto(`${site.url}/nowhere`);
  assert.match(await page.locator("main").innerText(), /^Not found\s+There is no such page[^.]*\. To the \w+/);
  assert.equal(await page.locator('main a[href="/search"]').count(), 1);
  await page.goto(`${site.url}/search?q=zzzz`);
  await page.getByText("Nothing was found for “zzzz”.").waitFor();
}

/** @param {Page} page @param {Site} site @param {Workspace} workspace */
async function prints(page, site, { documents }) {
  await page.goto(site.url + documents.find(({ path }) => path.endsWith("installing-a-float-gauge"))?.path);
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  const style = (/** @type {string} */ name) =>
    page.locator("body").evaluate((it, name) => it.ownerDocument.defaultView.getComputedStyle(it)[name], name);
  assert.equal(await style("backgroundColor"), "rgb(255, 255, 255)");
  assert.equal(await style("color"), "rgb(29, 37, 39)");
  const seen = [];
  for (const it of await page.locator("nav, footer.site, .theme").all()) if (await it.isVisible()) seen.push(it);
  const names = await Promise.all(seen.map((it) => it.getAttribute("aria-label")));
  assert.deepEqual(names, ["Pages above"], "no other navigation is printed");
  await page.emulateMedia({ media: "screen", colorScheme: "light" });
}

/** @param {Page} page @param {Site} site */
async function followsScheme(page, site) {
  await page.goto(site.url);
  const body = page.locator("body");
  /** From 0 for black to 765 for white. @param {string} property */
  const lightness = async (property) => {
    const colour = await body.evaluate((it, name) => it.ownerDocument.defaultView.getComputedStyle(it)[name], property);
    return [...colour.matchAll(/\d+/g)].slice(0, 3).reduce((sum, [number]) => sum + Number(number), 0);
  };
  const look = async () => ({ page: await lightness("backgroundColor"), text: await lightness("color") });
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await look();
  await page.emulateMedia({ colorScheme: "light" });
  const light = await look();
  assert.ok(dark.page < 150 && dark.text > 550, JSON.stringify(dark));
  assert.ok(light.page > 650 && light.text < 200, JSON.stringify(light));
}

/** @param {Page} page @param {Site} site */
async function keepsHead(page, site) {
  await page.goto(site.url);
  const top = async (/** @type {string} */ selector) => (await page.locator(selector).boundingBox())?.y ?? NaN;
  for (const width of [375, 500, 640, 700, 760, 820, 900, 1200]) {
    await page.setViewportSize({ ...WIDE, width });
    const apart = Math.abs((await top("header.site .name")) - (await top("header.site .theme")));
    assert.ok(apart < 20, `the switch is ${apart} px below the name at ${width} px`);
    const links = await page.locator("header.site nav a").evaluateAll((all) => all.map((it) => it.offsetTop));
    assert.equal(new Set(links).size, 1, `the links stand in several lines at ${width} px`);
  }
  await page.setViewportSize(WIDE);
}

/** @param {Page} page @param {Site} site */
async function skips(page, site) {
  await page.goto(site.url);
  await page.keyboard.press("Tab");
  const focused = page.locator(":focus");
  assert.equal(await focused.innerText(), "Skip to the content");
  assert.ok(((await focused.boundingBox())?.y ?? -1) >= 0, "the link is seen once it has the focus");
  await page.keyboard.press("Enter");
  assert.equal(await focused.getAttribute("id"), "content");
}

/** @param {Page} page @param {Site} site @param {Workspace} workspace */
async function missesPictures(page, site, { documents }) {
  const document = documents.find(({ blocks }) => count(blocks).has("image"));
  const pictures = page.locator(".ne-image img");
  await page.route(PICTURE, (route) => route.fulfill({ status: 404 }));
  await page.goto(site.url + document?.path);
  assert.notEqual(await pictures.count(), 0);
  for (const picture of await pictures.all()) {
    await picture.scrollIntoViewIfNeeded();
    await picture.evaluate((it) => it.decode().catch(() => {}));
    const { height, alt, cover } = await picture.evaluate((it) => ({
      height: it.clientHeight,
      alt: it.alt,
      cover: it.ownerDocument.defaultView.getComputedStyle(it, "::after").position,
    }));
    assert.notEqual(alt, "");
    assert.ok(height > 100 && cover === "absolute", `${alt} is ${height} px high`);
  }
  await page.unroute(PICTURE);
}

/** @param {Page} page @param {Site} site @param {Workspace} workspace */
async function photograph(page, site, { documents, published }) {
  const blocks = (/** @type {Document} */ it) => count(it.blocks).size;
  const richest = documents.toSorted((a, b) => blocks(b) - blocks(a))[0];
  const places = { list: "/", post: published.at(-1)?.path, blocks: richest?.path, tree: "/pages" };
  const looks = { light: WIDE, dark: WIDE, phone: NARROW };
  for (const [look, size] of Object.entries(looks)) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme: look === "dark" ? "dark" : "light" });
    for (const [place, path] of Object.entries(places)) {
      await page.goto(site.url + path);
      // Pictures are loaded as they come into sight.
      for (const picture of await page.locator("img").all()) await picture.scrollIntoViewIfNeeded();
      await page.evaluate("scrollTo(0, 0)");
      await page.screenshot({ path: join(PICTURES, `${site.name}-${place}-${look}.png`), fullPage: true });
    }
  }
}
