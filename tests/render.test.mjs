/**
 * The HTML of pages in a real browser, with the stylesheet that the SDK comes with: what a person sees, and what must not run.
 * Its pictures are left in a folder that is told.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";
import axe from "axe-core";
import { pageFor } from "./browser.mjs";
import { root } from "./harness.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").Request} Request */

const SITE = "https://site.example/";
const PICTURES = join(tmpdir(), "notion-edge-render");
const SCHEMES = /** @type {const} */ (["light", "dark"]);
const WIDTHS = { wide: 1280, narrow: 390 };
const COLORS = ["gray", "brown", "orange", "yellow", "green", "blue", "purple", "pink", "red"];
const FRAMES = ["https://www.youtube-nocookie.com/embed/", "https://player.vimeo.com/video/"];

const styles = ["blocks.css", "colors.css", "contents.css"].map((name) => ({
  name,
  text: read(`sdk-ts/styles/${name}`),
}));
/** As it is looked at in Rust, with a break of line between all tags. */
const allTypes = read("src/core/tests/render/page.html").replaceAll(">\n<", "><");

/** @type {(blocks: unknown) => string} */
let render;

before(async () => {
  const { initSync, renderBlocks } = await import(join(root, "pkg/notion_edge_bindings.js"));
  initSync({ module: readFileSync(join(root, "pkg/notion_edge_bindings_bg.wasm")) });
  render = (blocks) => renderBlocks(Buffer.from(JSON.stringify(blocks))).html;
});

test("a page of all types of blocks is accessible and fits, in light and dark", async (t) => {
  const { page, show } = await siteFor(t);
  t.diagnostic(`pictures are in ${PICTURES}`);
  for (const scheme of SCHEMES) {
    for (const [name, width] of Object.entries(WIDTHS)) {
      await look(page, scheme, width);
      await show(allTypes);
      assert.equal(await page.locator("html").evaluate((it) => it.scrollWidth), width, "it scrolls sideways");
      await page.screenshot({ path: join(PICTURES, `${scheme}-${name}.png`), fullPage: true });
      assert.deepEqual(await violations(page), [], `${scheme}, ${name}`);
    }
  }
});

test("numbers of long lists stand within the text, also on a phone", async (t) => {
  const { page, show } = await siteFor(t);
  const lists = [[9], [10], [100], [98, 3]].map(([length = 0, start]) => {
    const item = { rich_text: [], ...(start && { list_start_index: start }) };
    const first = { type: "numbered_list_item", numbered_list_item: item };
    const rest = { type: "numbered_list_item", numbered_list_item: { rich_text: [] } };
    return render([first, ...Array.from({ length: length - 1 }, () => rest)]);
  });
  await show(lists.join(""));
  const rooms = await page.locator(".ne-numbered").evaluateAll((all) =>
    all.map((it) => {
      const { document } = it.ownerDocument.defaultView;
      const number = it.appendChild(document.createElement("span"));
      number.textContent = `${it.start + it.children.length - 2}. `;
      number.style.whiteSpace = "pre";
      return parseFloat(document.defaultView.getComputedStyle(it).paddingInlineStart) - number.offsetWidth;
    }),
  );
  assert.equal(rooms.length, 4);
  for (const room of rooms) assert.ok(room >= 0, rooms.join());
});

test("a table of contents begins at its edge, whatever the level of its highest heading", async (t) => {
  const { page, show } = await siteFor(t);
  const heading = (/** @type {number} */ level) => ({
    type: `heading_${level}`,
    [`heading_${level}`]: { rich_text: [{ type: "text", plain_text: `${level}`, text: { content: `${level}` } }] },
  });
  for (const levels of [
    [1, 2, 3],
    [2, 3, 2],
    [3, 4],
    [4, 4],
  ]) {
    await show(render([{ type: "table_of_contents", table_of_contents: {} }, ...levels.map(heading)]));
    const steps = await page.locator(".ne-toc").evaluate((it) => {
      const left = it.getBoundingClientRect().left;
      return Array.from(it.querySelectorAll("a"), (link) =>
        Math.round((link.getBoundingClientRect().left - left) / 18),
      );
    });
    const highest = Math.min(...levels);
    assert.deepEqual(
      steps,
      levels.map((level) => level - highest),
    );
  }
});

test("the default background is none: a callout has its border, and text no room around it", async (t) => {
  const { page, show } = await siteFor(t);
  const color = "default_background";
  const text = { type: "text", plain_text: "plain", text: { content: "plain" }, annotations: { color } };
  await show(render([{ type: "callout", callout: { color, rich_text: [text] } }]));
  const style = (/** @type {import("playwright-core").Locator} */ of, /** @type {string} */ name) =>
    of.evaluate((it, name) => it.ownerDocument.defaultView.getComputedStyle(it)[name], name);
  assert.equal(await style(page.locator(".ne-callout"), "borderTopColor"), "rgb(220, 218, 211)");
  assert.equal(await style(page.getByText("plain"), "paddingLeft"), "0px");
});

test("spaces stay as they were typed", async (t) => {
  const { page, show } = await siteFor(t);
  const said = (/** @type {string} */ type, /** @type {string} */ text) => ({
    type,
    [type]: { rich_text: [{ type: "text", plain_text: text, text: { content: text } }] },
  });
  const types = ["paragraph", "heading_1", "bulleted_list_item", "to_do", "quote", "callout", "toggle"];
  await show(render(types.flatMap((type) => [said(type, "verse"), said(type, "        verse")])));
  const lefts = await page.locator(".ne-content").evaluate((content) => {
    const { document, NodeFilter } = content.ownerDocument.defaultView;
    const texts = document.createTreeWalker(content, NodeFilter.SHOW_TEXT);
    const lefts = [];
    while (texts.nextNode()) {
      const range = document.createRange();
      range.setStart(texts.currentNode, texts.currentNode.data.indexOf("v"));
      range.setEnd(texts.currentNode, texts.currentNode.data.length);
      lefts.push(range.getBoundingClientRect().left);
    }
    return lefts;
  });
  assert.equal(lefts.length, 2 * types.length);
  for (const [index, type] of types.entries()) {
    const [plain = 0, indented = 0] = lefts.slice(2 * index);
    assert.ok(indented > plain + 16, `${type}: ${lefts.join()}`);
  }
});

test("code reads from left to right on a page that does not", async (t) => {
  const { page, show } = await siteFor(t);
  const text = [{ type: "text", plain_text: "f(x);", text: { content: "f(x);" } }];
  await show(render([{ type: "code", code: { rich_text: text, caption: [], language: "c" } }]));
  await page.evaluate(`document.documentElement.dir = "rtl"`);
  const [first = 0, last = 0] = await page.locator("code").evaluate((code) =>
    [0, 4].map((at) => {
      const range = code.ownerDocument.createRange();
      range.setStart(code.firstChild, at);
      range.setEnd(code.firstChild, at + 1);
      return range.getBoundingClientRect().left;
    }),
  );
  assert.ok(first < last, `${first} ${last}`);
});

test("a block whose author named no address leaves nothing to see", async (t) => {
  const { page, show } = await siteFor(t);
  const file = { type: "external", external: { url: "" }, caption: [] };
  await show(
    render([
      { type: "bookmark", bookmark: { url: "", caption: [] } },
      { type: "file", file },
      { type: "image", image: file },
      { type: "embed", embed: { url: "", caption: [] } },
    ]),
  );
  assert.equal(await page.locator(".ne-content").evaluate((it) => it.offsetHeight), 0);
});

test("a link to a block of the page leads to it, also where it is folded away", async (t) => {
  const { page, show } = await siteFor(t);
  const target = `<div class="ne-target" id="a"><p class="ne-paragraph">the note</p></div>`;
  await show(`<p><a href="#a">1</a></p><details class="ne-toggle"><summary>Notes</summary>${target}</details>`);
  assert.equal(await page.getByText("the note").isVisible(), false);
  await page.getByText("1", { exact: true }).click();
  await page.getByText("the note").waitFor({ state: "visible" });
});

test("the words of a small picture stand below it", async (t) => {
  const { page, show } = await siteFor(t);
  await page.route("**/small.svg", (route) =>
    route.fulfill({
      contentType: "image/svg+xml",
      body: '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="60"/>',
    }),
  );
  const caption = [{ type: "text", plain_text: "A float", text: { content: "A float" } }];
  await show(render([{ type: "image", image: { type: "external", external: { url: `${SITE}small.svg` }, caption } }]));
  const middles = await page.locator(".ne-image").evaluate((it) => {
    const picture = it.querySelector("img");
    const range = it.ownerDocument.createRange();
    range.selectNodeContents(it.querySelector("figcaption"));
    return [picture, range].map((shown) => {
      const { left, right } = shown.getBoundingClientRect();
      return Math.round((left + right) / 2);
    });
  });
  assert.ok(Math.abs((middles[0] ?? 0) - (middles[1] ?? NaN)) <= 1, middles.join());
});

test("the stylesheet has no class that the HTML has not", () => {
  const styled = new Set(
    styles.flatMap(({ text }) => Array.from(text.matchAll(/\.(ne-[\w-]+)/g), ([, name]) => name ?? "")),
  );
  const colors = COLORS.flatMap((color) => [`ne-${color}`, `ne-${color}-background`]);
  const written = new Set([...allTypes.matchAll(/class="([^"]+)"/g)].flatMap(([, names]) => names?.split(" ") ?? []));
  for (const name of ["ne-content", "ne-lightgray", ...colors]) assert.ok(styled.delete(name), name);
  assert.deepEqual(
    [...styled].filter((name) => !written.has(name)),
    [],
  );
});

test("every colour can be read on every background, links and quiet text too", async (t) => {
  const { page, show } = await siteFor(t);
  const text = (/** @type {string} */ content, color = "default", url = "") => ({
    type: "text",
    text: { content, link: url === "" ? null : { url } },
    plain_text: content,
    href: url === "" ? null : url,
    annotations: { bold: false, italic: false, strikethrough: false, underline: false, code: false, color },
  });
  const mention = { type: "mention", mention: { type: "user", user: { object: "user", id: "" } }, plain_text: "@Ada" };
  const blocks = ["default", ...COLORS.map((color) => `${color}_background`)].map((color) => ({
    type: "callout",
    callout: {
      color,
      rich_text: [text("plain "), text("link ", "default", SITE), ...COLORS.map((it) => text(`${it} `, it)), mention],
    },
    children: [
      { type: "to_do", to_do: { rich_text: [text("done")], checked: true } },
      ...COLORS.map((it) => ({ type: "paragraph", paragraph: { color: it, rich_text: [text("a line")] } })),
    ],
  }));
  await show(render(blocks));
  for (const scheme of SCHEMES) {
    await look(page, scheme, WIDTHS.wide);
    assert.deepEqual(await violations(page), [], scheme);
    await page.screenshot({ path: join(PICTURES, `${scheme}-colors.png`), fullPage: true });
  }
});

test("a site can force light or dark", async (t) => {
  const { page, show } = await siteFor(t);
  await show(
    `<div style="color-scheme: dark">${render([{ type: "quote", quote: { color: "red", rich_text: [] } }])}</div>`,
  );
  await look(page, "light", WIDTHS.wide);
  const color = await page
    .locator(".ne-quote")
    .evaluate((it) => it.ownerDocument.defaultView?.getComputedStyle(it).color);
  assert.equal(color, "rgb(240, 139, 128)");
});

test("nothing that is written in Notion runs, loads or leads where it should not", async (t) => {
  const { page, show, asked, complaints } = await siteFor(t);
  /** @type {unknown} */
  const blocks = JSON.parse(read("src/core/tests/render/page.json"));
  /** @type {string[]} */
  const payloads = JSON.parse(read("src/core/tests/render/payloads.json"));
  await show(
    `<a href="javascript:alert(pwned=1)">x</a><img src="/x" onerror="fetch('//evil.example')"><a href="/y">y</a>`,
  );
  await useEverything(page);
  assert.deepEqual(complaints.splice(0), ["a dialog: 1"], "the browser runs what it is given");
  assert.equal(await page.evaluate("pwned"), 1);
  assert.deepEqual(
    asked.map((request) => request.url()),
    [`${SITE}x`, "https://evil.example/", `${SITE}y`],
  );
  assert.ok(payloads.length > 50);
  for (const payload of payloads) {
    asked.length = 0;
    await show([false, true].map((andTypes) => render(poisoned(blocks, payload, andTypes))).join(""));
    const links = await useEverything(page);
    const [pwned, at] = [await page.evaluate("typeof pwned"), page.url().split("#")[0]];
    // What a click has begun is over with the page.
    await page.goto("about:blank");
    const strange = asked.filter((request) => !isExpected(request, payload, links)).map((request) => request.url());
    const told = { strange, complaints, pwned, at };
    assert.deepEqual(told, { strange: [], complaints: [], pwned: "undefined", at: SITE }, payload);
  }
});

/**
 * Pictures and films are asked for at addresses that an author wrote, frames at sites on the list, pages by a click on a link.
 * @param {Request} request @param {string} payload @param {string[]} links
 */
function isExpected(request, payload, links) {
  const url = request.url();
  if (request.isNavigationRequest() && request.frame().parentFrame() === null) return links.includes(url);
  if (request.resourceType() === "document") return FRAMES.some((frame) => url.startsWith(frame));
  if (!["image", "media"].includes(request.resourceType()) || !/^https?:/.test(payload)) return false;
  // Browsers send no name that stands before the host.
  return url === Object.assign(new URL(payload), { username: "" }).href;
}

/** Points at everything, presses every summary, follows every link; gives where the links lead. @param {Page} page */
async function useEverything(page) {
  const links = await page.evaluate(`(async () => {
    for (const it of document.querySelectorAll("main *")) {
      for (const type of ["pointerover", "mouseover", "mouseenter"]) it.dispatchEvent(new MouseEvent(type, { bubbles: true }));
      if (it.matches("summary, label, video, audio, [tabindex]")) it.focus(), it.click();
    }
    const links = new Map(Array.from(document.links, (it) => [it.href, it]));
    for (const it of links.values()) {
      it.click();
      // The next one would come before what this one has begun.
      await new Promise((resolve) => setTimeout(resolve));
    }
    return [...links.keys()];
  })()`);
  return /** @type {string[]} */ (links);
}

/**
 * Puts the payload into every text of the page but its types; with `andTypes` into those of blocks as well.
 * The twin of the function in src/core/tests/render/security.rs.
 * @param {unknown} value @param {string} payload @param {boolean} andTypes @returns {unknown}
 */
function poisoned(value, payload, andTypes) {
  if (typeof value === "string") return payload;
  if (Array.isArray(value)) return value.map((item) => poisoned(item, payload, andTypes));
  if (typeof value !== "object" || value === null) return value;
  const { type } = /** @type {{ type?: unknown }} */ (value);
  const entries = Object.entries(value).map(([key, inner]) => {
    const isKept = !andTypes && (key === "type" || key === "object");
    return [andTypes && key === type ? payload : key, isKept ? inner : poisoned(inner, payload, andTypes)];
  });
  return Object.fromEntries(entries);
}

/**
 * A site of one page, which shows what it is told to; the browser reaches nothing else.
 * @param {import("node:test").TestContext} t
 */
async function siteFor(t) {
  const page = await pageFor(t);
  /** @type {Request[]} */
  const asked = [];
  /** @type {string[]} */
  const complaints = [];
  let html = "";
  page.on("dialog", (dialog) => {
    complaints.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("popup", (popup) => complaints.push(`a window: ${popup.url()}`));
  await page.route("**", (route) => {
    const request = route.request();
    const style = styles.find(({ name }) => request.url() === SITE + name);
    if (style !== undefined) return route.fulfill({ contentType: "text/css; charset=utf-8", body: style.text });
    if (request.url() === SITE) return route.fulfill({ contentType: "text/html; charset=utf-8", body: html });
    asked.push(request);
    // Without content the browser stays where it is, and has nothing to complain about.
    return route.fulfill({ status: 204 });
  });
  return {
    page,
    asked,
    complaints,
    show: (/** @type {string} */ body) => {
      html = `<!doctype html>
        <html lang="en">
          <head>
            <meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>A page</title>
            <style>:root { color-scheme: light dark } body { background: Canvas; color: CanvasText; font-family: sans-serif; margin: 1.5rem }</style>
            <style>main { max-width: 46rem; margin: auto }</style>
            <link rel="stylesheet" href="/blocks.css">
          </head>
          <body><main><h1>A page</h1><article class="ne-content">${body}</article></main></body>
        </html>`;
      return page.goto(SITE);
    },
  };
}

/** @param {Page} page @param {"light" | "dark"} colorScheme @param {number} width */
async function look(page, colorScheme, width) {
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize({ width, height: 900 });
}

/** What axe finds, a line for each, also in what was folded. @param {Page} page @returns {Promise<string[]>} */
async function violations(page) {
  await page.evaluate(
    `for (const it of document.querySelectorAll("details")) it.removeAttribute("name"), (it.open = true)`,
  );
  await page.evaluate(axe.source);
  /** @type {import("axe-core").AxeResults} */
  const { violations } = await page.evaluate("axe.run()");
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
}

/** @param {string} path */
function read(path) {
  return readFileSync(join(root, path), "utf8");
}
