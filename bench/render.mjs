/**
 * Blocks as HTML and Markdown: the core, native and as WebAssembly in Node, beside notion-to-md and a renderer of HTML.
 *
 * All begin with the same pages of one generated workspace, their blocks fetched already, as the JSON of each page in a text.
 * The core makes HTML and Markdown of a page in one go, each of the others one of the two; all take turns. What reading the JSON
 * takes is a part of it, because a Worker does that too; rendering alone is told beside it, where it can be measured alone.
 * Each page is read, rendered and dropped before the next one, as where they come one by one.
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
/**
 * Reads what it renders, then renders it; the length of what it made.
 * @typedef {{ read: (page: Texts) => any, render: (read: any) => Promise<number> | number }} Renderer
 */
/** Pages per second. @typedef {{ whole: number[], alone: number[] }} Seen */

const root = fileURLToPath(new URL("..", import.meta.url));

/** @type {import("./run.mjs").Measure} */
export async function measure({ quick, say }) {
  const [count, rounds] = quick ? [100, 3] : [1000, 5];
  await buildPackage();
  await run("the sim could not be built", "cargo", ["build", "--quiet", "--profile", "server", "--bin", "notion-sim"]);
  await run("the core could not be built", "cargo", ["build", "--quiet", "--profile", "server", "--example", "render"]);
  const pages = await fetchPages(count);
  const folder = mkdtempSync(join(tmpdir(), "notion-edge-bench-"));
  try {
    const file = join(folder, "pages.jsonl");
    writeFileSync(file, pages.map(({ nested }) => nested).join("\n"));
    /** @type {Record<string, Renderer>} */
    const inNode = { "core, WebAssembly": await wasm(), "notion-to-md": toMarkdown, "notion-rehype": toHtml };
    const names = ["core, native", ...Object.keys(inNode)];
    /** @type {Record<string, Seen>} */
    const seen = Object.fromEntries(names.map((name) => [name, { whole: [], alone: [] }]));
    for (let round = 0; round <= rounds; round += 1) {
      for (const name of names) {
        const [whole, alone] = inNode[name] === undefined ? native(file) : await perSecond(inNode[name], pages);
        // The first round warms up.
        if (round === 0) continue;
        seen[name]?.whole.push(whole);
        // Its blocks cross into WebAssembly as bytes and are read there.
        if (name !== "core, WebAssembly") seen[name]?.alone.push(alone);
      }
    }
    say(describe(seen));
    return { pages: count, rounds, seen };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param {Record<string, Seen>} seen */
function describe(seen) {
  const rows = Object.entries(seen).flatMap(([name, { whole, alone }]) => {
    const of = (/** @type {"whole" | "alone"} */ part, /** @type {number[]} */ own) => [
      part === "whole" ? `${name}` : `${name}, rendering alone`,
      median(own).toFixed(0),
      ...["notion-to-md", "notion-rehype"].map((other) => (median(own) / median(seen[other]?.[part] ?? [])).toFixed(1)),
    ];
    return alone.length === 0 ? [of("whole", whole)] : [of("whole", whole), of("alone", alone)];
  });
  return table([["pages per second", "", "of notion-to-md", "of notion-rehype"], ...rows]);
}

/** @param {string} file @returns {[number, number]} */
function native(file) {
  return JSON.parse(execFileSync(join(root, "target/server/examples/render"), [file], { encoding: "utf8" }));
}

/** @param {Renderer} renderer @param {Texts[]} pages @returns {Promise<[number, number]>} */
async function perSecond({ read, render }, pages) {
  let [reading, rendering, length] = [0, 0, 0];
  for (const page of pages) {
    const begun = performance.now();
    const one = read(page);
    const between = performance.now();
    length += await render(one);
    reading += between - begun;
    rendering += performance.now() - between;
  }
  if (length === 0) throw new Error("nothing was rendered");
  const of = (/** @type {number} */ ms) => (pages.length * 1000) / ms;
  return [of(reading + rendering), of(rendering)];
}

/** @returns {Promise<Renderer>} */
async function wasm() {
  const { initSync, renderBlocks } = await import(join(root, "pkg/notion_edge_bindings.js"));
  initSync({ module: readFileSync(join(root, "pkg/notion_edge_bindings_bg.wasm")) });
  const encoder = new TextEncoder();
  return {
    read: ({ nested }) => encoder.encode(nested),
    render: (bytes) => {
      const rendered = renderBlocks(bytes);
      const { html, markdown } = rendered;
      rendered.free();
      return html.length + markdown.length;
    },
  };
}

/** It asks for the blocks inside of others by itself, and gets what was fetched. @type {Renderer} */
const toMarkdown = {
  read: ({ lists }) => new Map([...lists].map(([id, blocks]) => [id, JSON.parse(blocks)])),
  render: async (lists) => {
    const list = (/** @type {{ block_id: string }} */ { block_id }) => ({
      results: lists.get(block_id) ?? [],
      has_more: false,
      next_cursor: null,
    });
    const notionClient = /** @type {any} */ ({ blocks: { children: { list } } });
    const markdown = new NotionToMarkdown({ notionClient });
    return markdown.toMarkdownString(await markdown.pageToMarkdown("")).parent?.length ?? 0;
  },
};

const processor = unified()
  .use(/** @type {any} */ (notionRehype))
  .use(rehypeStringify);

/** It takes the blocks inside of one from its payload. @type {Renderer} */
const toHtml = {
  read: ({ inside }) => ({ data: JSON.parse(inside) }),
  render: async (file) => String(await processor.process(file)).length,
};

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
      lists.delete(id);
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
