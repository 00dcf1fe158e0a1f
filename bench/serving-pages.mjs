/**
 * What serving.mjs asks for: pages of exact sizes, and a list of them, in the keys that an export writes.
 *
 * The Worker exports the demo workspace of the sim. For each size a row of it is then copied until there are enough, with blocks
 * and text repeated as often as the size needs: names, escapes and letters are those of real documents.
 */
import { createHash, randomUUID } from "node:crypto";
import { workerAt } from "../local/worker.mjs";
import { deployed } from "./contestants.mjs";
import { start } from "./measure.mjs";
import { startWorkerd } from "./workerd.mjs";

/** @typedef {import("ioredis").Redis} Redis */
/** @typedef {Record<string, any> & { id: string, blocks: Block[], text: string }} Document */
/** @typedef {Record<string, any> & { id: string, children?: Block[] }} Block */
/** A page as it is stored. @typedef {{ id: string, text: string }} Page */
/** A row to copy. @typedef {Page & { source: string, inBlocks: number }} Base `inBlocks` is how many bytes of it are blocks */

/** In bytes. */
export const SIZES = { "2 kB": 2_000, "20 kB": 20_000, "200 kB": 200_000 };
/** As many rows as a list has, newest first. */
export const LISTED = 20;
/** Of each size, so that they are not always the same bytes. */
const COPIES = 16;
/** What the names of a copy have more than those of its base, at most. */
const NAME_BYTES = 100;
/** More runs than the export of the demo ever takes. */
const RUNS = 20;

/** @typedef {{ pages: Map<number, Page[]>, source: string, summaries: string[] }} Stored the pages by their size, and the list */

/**
 * Fills the store.
 * @param {{ folder: string, vars: Record<string, string>, client: Redis }} options `vars` as the Worker needs them for its Redis
 * @returns {Promise<Stored>}
 */
export async function fill({ folder, vars, client }) {
  await exportDemo(folder, vars);
  const rows = await readRows(client);
  /** @type {Stored} */
  const stored = { pages: new Map(), source: "", summaries: [] };
  let score = Date.now();
  for (const size of Object.values(SIZES)) {
    const base = rows.findLast(({ text }) => Buffer.byteLength(text) <= size - NAME_BYTES);
    if (base === undefined) throw new Error(`the demo has no row of less than ${size} bytes`);
    const copies = Array.from({ length: COPIES }, (_, place) => copy(base, size, `${size}-${place}`));
    for (const page of copies) {
      const summary = await write(client, { base, page, score: (score += 1) });
      if (base.source !== stored.source) stored.summaries = [];
      stored.source = base.source;
      stored.summaries.unshift(summary);
    }
    stored.pages.set(size, copies);
  }
  if (stored.summaries.length < LISTED) throw new Error(`there are fewer than ${LISTED} rows to list`);
  return { ...stored, summaries: stored.summaries.slice(0, LISTED) };
}

/** @param {string} folder @param {Record<string, string>} vars */
async function exportDemo(folder, vars) {
  const sim = await start(deployed("notion-sim"), ["--port", "0", "--rate", "0"], { ready: /listening on (\S+)/ });
  const running = await startWorkerd({ folder, vars: { ...vars, NOTION_BASE_URL: sim.found, RATE_LIMIT: "100000" } });
  try {
    const worker = workerAt(running.found);
    for (let runs = 0; (await worker.status()).state !== "complete"; runs += 1) {
      if (runs === RUNS) throw new Error(`the Worker did not complete its export in ${RUNS} runs`);
      await worker.scheduled();
    }
  } finally {
    await running.stop();
    await sim.stop();
  }
}

/** All rows, those with the most in their blocks last. @param {Redis} client @returns {Promise<Base[]>} */
async function readRows(client) {
  const summaries = Object.values(await client.hgetall("notion:index:summaries")).map((text) => JSON.parse(text));
  const rows = summaries.filter(({ object, data_source_id: source }) => object === "page" && source !== null);
  const read = rows.map(async ({ id, data_source_id: source }) => {
    const text = (await client.get(`notion:page:${id}`)) ?? "{}";
    return { id, source, text, inBlocks: JSON.stringify(JSON.parse(text).blocks).length };
  });
  return (await Promise.all(read)).toSorted((a, b) => a.inBlocks - b.inBlocks || a.text.length - b.text.length);
}

/** Another page of exactly that size. @param {Page} base @param {number} size in bytes @param {string} name of its own @returns {Page} */
function copy(base, size, name) {
  const document = /** @type {Document} */ (JSON.parse(base.text));
  const { blocks, text } = document;
  Object.assign(document, named(document, name));
  const bytes = (/** @type {unknown} */ it) => Buffer.byteLength(JSON.stringify(it));
  for (let times = Math.floor((size - bytes(document)) / bytes([blocks, text])); times > 0; times -= 1) {
    document.blocks = [...document.blocks, ...blocks.map(renewed)];
    document.text += text;
  }
  // Less than the text once more: first of its own words, then what makes it exact.
  let room = size - bytes(document);
  for (const word of text.split(" ")) {
    const more = bytes(` ${word}`) - 2;
    if (more > room) break;
    document.text += ` ${word}`;
    room -= more;
  }
  document.text += ".".repeat(room);
  if (bytes(document) !== size) throw new Error(`a copy of ${base.id} has not ${size} bytes`);
  return { id: document.id, text: JSON.stringify(document) };
}

/** What tells a copy from its base. @param {Document} base @param {string} name */
function named({ title, slug, path }, name) {
  return { id: randomUUID(), title: `${title} ${name}`, slug: `${slug}-${name}`, path: `${path}-${name}` };
}

/** The same block with an id of its own. @param {Block} block @returns {Block} */
function renewed(block) {
  const id = randomUUID();
  return block.children === undefined ? { ...block, id } : { ...block, id, children: block.children.map(renewed) };
}

/**
 * Writes what a commit writes for readers; the page's summary.
 * @param {Redis} client @param {{ base: Base, page: Page, score: number }} options
 */
async function write(client, { base, page, score }) {
  const { title, slug, path } = JSON.parse(page.text);
  const hash = createHash("sha256").update(page.text).digest("hex");
  const meta = await client.hgetall(`notion:meta:${base.id}`);
  const of = /** @type {string} */ (await client.hget("notion:index:summaries", `page:${base.id}`));
  const summary = JSON.stringify({ ...JSON.parse(of), id: page.id, title, slug, path });
  await client
    .multi()
    .set(`notion:page:${page.id}`, page.text)
    .hset(`notion:meta:${page.id}`, { ...meta, hash, path, size: Buffer.byteLength(page.text) })
    .hset("notion:index:summaries", `page:${page.id}`, summary)
    .zadd(`notion:index:rows:${base.source}`, score, `page:${page.id}`)
    .exec();
  return summary;
}
