/**
 * Blocks as HTML and Markdown: the core, native and as WebAssembly in Node, beside notion-to-md and a renderer of HTML.
 *
 * All begin with the same pages of one generated workspace, their blocks fetched already, as the JSON of each page in a text.
 * The core makes HTML and Markdown of a page in one go, each of the others one of the two; all take turns.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import notionRehype from "@astro-notion/notion-rehype";
import { Client, isFullBlock, iteratePaginatedAPI } from "@notionhq/client";
import { NotionToMarkdown } from "notion-to-md";
import rehypeStringify from "rehype-stringify";
import { unified } from "unified";
import { buildPackage } from "../local/build.mjs";
import { run } from "../local/launch.mjs";
import { deployed } from "./contestants.mjs";
import { median, start, table } from "./measure.mjs";

/** @typedef {Record<string, any> & { id: string, type: string, has_children: boolean, children?: Block[] }} Block */
/** The JSON of a page's blocks as each contestant takes it. @typedef {{ nested: string, lists: Map<string, string>, inside: string }} Texts */
/** @typedef {(page: Texts) => Promise<number> | number} Render the length of what it made */

const root = fileURLToPath(new URL("..", import.meta.url));

/** @type {import("./run.mjs").Measure} */
export async function measure({ quick, say }) {
  const [count, rounds] = quick ? [100, 3] : [1000, 5];
  await buildPackage();
  await run("the sim could not be built", "cargo", ["build", "--quiet", "--profile", "server", "--bin", "notion-sim"]);
  await run("the core could not be built", "cargo", ["build", "--quiet", "--release", "--example", "render"]);
  const pages = await fetchPages(count);
  const folder = mkdtempSync(join(tmpdir(), "notion-edge-bench-"));
  try {
    const file = join(folder, "pages.jsonl");
    writeFileSync(file, pages.map(({ nested }) => nested).join("\n"));
    const own = await wasm();
    /** @type {Record<string, Render>} */
    const inNode = { "core, WebAssembly": own, "notion-to-md": toMarkdown, "notion-rehype": toHtml };
    /** @type {Record<string, number[]>} */
    const seen = { "core, native": [], ...Object.fromEntries(Object.keys(inNode).map((name) => [name, []])) };
    for (let round = 0; round <= rounds; round += 1) {
      for (const [name, render] of Object.entries(inNode)) {
        const perSecond = await pagesPerSecond(render, pages);
        // The first round warms up.
        if (round > 0) seen[name]?.push(perSecond);
      }
      const native = execFileSync(join(root, "target/release/examples/render"), [file], { encoding: "utf8" });
      if (round > 0) seen["core, native"]?.push(Number(native));
    }
    say(describe(seen));
    return { pages: count, rounds, seen };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param {Record<string, number[]>} seen */
function describe(seen) {
  const of = (/** @type {string} */ name) => median(seen[name] ?? []);
  const rows = Object.keys(seen).map((name) => [
    name,
    of(name).toFixed(0),
    (of(name) / of("notion-to-md")).toFixed(1),
    (of(name) / of("notion-rehype")).toFixed(1),
  ]);
  return table([["pages per second", "", "of notion-to-md", "of notion-rehype"], ...rows]);
}

/** @param {Render} render @param {Texts[]} pages */
async function pagesPerSecond(render, pages) {
  const begun = performance.now();
  let length = 0;
  for (const page of pages) length += await render(page);
  if (length === 0) throw new Error("nothing was rendered");
  return (pages.length * 1000) / (performance.now() - begun);
}

/** @returns {Promise<Render>} */
async function wasm() {
  const { initSync, renderBlocks } = await import(join(root, "pkg/notion_edge_bindings.js"));
  initSync({ module: readFileSync(join(root, "pkg/notion_edge_bindings_bg.wasm")) });
  const encoder = new TextEncoder();
  return ({ nested }) => {
    const rendered = renderBlocks(encoder.encode(nested));
    const { html, markdown } = rendered;
    rendered.free();
    return html.length + markdown.length;
  };
}

/** It asks for the blocks inside of others by itself, and gets what was fetched. @type {Render} */
async function toMarkdown({ lists }) {
  const list = (/** @type {{ block_id: string }} */ { block_id }) => ({
    results: JSON.parse(lists.get(block_id) ?? "[]"),
    has_more: false,
    next_cursor: null,
  });
  const notionClient = /** @type {any} */ ({ blocks: { children: { list } } });
  const markdown = new NotionToMarkdown({ notionClient });
  const blocks = await markdown.blocksToMarkdown(JSON.parse(lists.get("") ?? "[]"));
  return markdown.toMarkdownString(blocks).parent?.length ?? 0;
}

const processor = unified()
  .use(/** @type {any} */ (notionRehype))
  .use(rehypeStringify);

/** It takes the blocks inside of one from its payload. @type {Render} */
async function toHtml({ inside }) {
  return String(await processor.process(inside)).length;
}

/** @param {number} count @returns {Promise<Texts[]>} */
async function fetchPages(count) {
  const args = ["--port", "0", "--pages", String(count), "--seed", "1", "--rate", "0"];
  const sim = await start(deployed("notion-sim"), args, { ready: /listening on (\S+)/ });
  try {
    const notion = new Client({ auth: "ntn_demo", baseUrl: sim.found });
    const pages = [];
    for await (const { object, id } of iteratePaginatedAPI(notion.search, { page_size: 100 })) {
      if (object !== "page" || pages.length === count) continue;
      /** @type {Map<string, string>} */
      const lists = new Map();
      const blocks = await fetchBlocks(notion, id, lists);
      lists.set("", lists.get(id) ?? "[]");
      const nested = JSON.stringify(blocks);
      for (const block of flat(blocks)) {
        block[block.type].children = block.children;
        delete block.children;
      }
      pages.push({ nested, lists, inside: JSON.stringify(blocks) });
    }
    return pages;
  } finally {
    await sim.stop();
  }
}

/** @param {Client} notion @param {string} id @param {Map<string, string>} lists @returns {Promise<Block[]>} */
async function fetchBlocks(notion, id, lists) {
  /** @type {Block[]} */
  const blocks = [];
  for await (const block of iteratePaginatedAPI(notion.blocks.children.list, { block_id: id })) {
    if (isFullBlock(block)) blocks.push(/** @type {Block} */ (/** @type {unknown} */ (block)));
  }
  lists.set(id, JSON.stringify(blocks));
  for (const block of blocks) {
    const original = block.synced_block?.synced_from?.block_id;
    const isPage = block.type === "child_page" || block.type === "child_database";
    if (block.has_children && !isPage) block.children = await fetchBlocks(notion, original ?? block.id, lists);
  }
  return blocks;
}

/** @param {Block[]} blocks @returns {Block[]} */
function flat(blocks) {
  return blocks.flatMap((block) => [block, ...flat(block.children ?? [])]);
}
