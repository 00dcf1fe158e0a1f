/**
 * An exporter as one writes it by hand today, on @notionhq/client and ioredis: it stores all pages with all their blocks,
 * long properties and index entries, once. It takes one object after the other in each of its lanes, as the Worker does.
 * There is no lease, no going on after a crash, no paths or plain values, and files keep their signed addresses.
 */
import {
  APIErrorCode,
  Client,
  LogLevel,
  collectPaginatedAPI,
  isNotionClientError,
  iteratePaginatedAPI,
} from "@notionhq/client";
import { Redis } from "ioredis";
import pLimit from "p-limit";

/** @typedef {{ synced_from: null | { block_id: string } }} Synced */
/** @typedef {{ id: string, type: string, has_children: boolean, synced_block?: Synced, children?: Block[] }} Block */
/** @typedef {Record<string, any> & { id: string, type: string }} Property */
/** @typedef {Record<string, any> & { id: string, object: string }} Thing */
/** @typedef {Thing & { properties: Record<string, Property>, last_edited_time: string, created_time: string }} Page */

/** A page object holds as many references of a property at most; the rest has to be asked for. */
const MOST_REFERENCES = 25;

const { notion: baseUrl, redis: url, concurrency } = JSON.parse(process.argv[2] ?? "");
/** What Notion was asked, for the measurement of the sim alone. @type {{ url: string, method?: string, body?: string }[]} */
const asked = [];
const notion = new Client({ auth: "ntn_demo", baseUrl, logLevel: LogLevel.ERROR, fetch: notingFetch });
const redis = new Redis(url);
const limit = pLimit(concurrency);
/** @type {Set<string>} */
const seen = new Set();
/** @type {Promise<unknown>[]} */
const jobs = [];

await redis.ping();
const begun = { at: performance.now(), cpu: process.cpuUsage() };
for await (const found of iteratePaginatedAPI(notion.search, { page_size: 100 })) {
  const thing = /** @type {Thing} */ (found);
  if (thing.object === "page") once(thing.id, () => exportPage(/** @type {Page} */ (thing)));
  else once(thing.id, () => exportDataSource(thing.id));
}
// More come while these are awaited, and the loop sees them too.
for (const job of jobs) await job;
const seconds = (performance.now() - begun.at) / 1000;
const { user, system } = process.cpuUsage(begun.cpu);
redis.disconnect();
const memory = 1024 * process.resourceUsage().maxRSS;
console.log(JSON.stringify({ seconds, cpu: (user + system) / 1e6, memory, asked }));

/** @param {string} id @param {() => Promise<void>} perform */
function once(id, perform) {
  if (seen.has(id)) return;
  seen.add(id);
  jobs.push(limit(perform));
}

/** @param {Page} page */
async function exportPage(page) {
  if (page.in_trash) return;
  for (const property of Object.values(page.properties)) await complete(page.id, property);
  const blocks = await blocksUnder(page.id, [], true);
  const [edited, created] = [page.last_edited_time, page.created_time].map((time) => Date.parse(time));
  const title = Object.values(page.properties).find(({ type }) => type === "title")?.title;
  const summary = { title: plain(title), parent: page.parent, last_edited_time: page.last_edited_time };
  const parent = page.parent.data_source_id ?? page.parent.page_id ?? page.parent.block_id ?? "workspace";
  await redis
    .multi()
    .set(`notion:page:${page.id}`, JSON.stringify({ ...page, blocks }))
    .hset("notion:index:summaries", page.id, JSON.stringify(summary))
    .zadd("notion:index:pages", edited ?? 0, page.id)
    .zadd(`notion:index:children:${parent}`, created ?? 0, page.id)
    .exec();
}

/** @param {string} id */
async function exportDatabase(id) {
  const database = await unlessHidden(notion.databases.retrieve({ database_id: id }));
  if (database === undefined || !("data_sources" in database) || database.in_trash) return;
  await redis.set(`notion:database:${id}`, JSON.stringify(database));
  for (const source of database.data_sources) once(source.id, () => exportDataSource(source.id));
}

/** @param {string} id */
async function exportDataSource(id) {
  const source = /** @type {Thing} */ (await notion.dataSources.retrieve({ data_source_id: id }));
  if (source.in_trash) return;
  await redis.set(`notion:data_source:${id}`, JSON.stringify(source));
  const { database_id: database } = source.parent;
  if (database) once(database, () => exportDatabase(database));
  for await (const row of iteratePaginatedAPI(notion.dataSources.query, { data_source_id: id, page_size: 100 })) {
    const thing = /** @type {Thing} */ (row);
    if (thing.object === "page") once(thing.id, () => exportPage(/** @type {Page} */ (thing)));
    else once(thing.id, () => exportDataSource(thing.id));
  }
}

/**
 * The blocks below one, nested. Only pages and databases that the page's own blocks hold are new objects;
 * what a synced copy shows lies under the page of the original.
 * @param {string} id @param {string[]} originals those around it, which may hold themselves @param {boolean} isOwn
 * @returns {Promise<Block[]>}
 */
async function blocksUnder(id, originals, isOwn) {
  const found = await collectPaginatedAPI(notion.blocks.children.list, { block_id: id, page_size: 100 });
  const blocks = /** @type {Block[]} */ (found);
  for (const block of blocks) {
    const original = block.synced_block?.synced_from?.block_id;
    if (block.type === "child_page") {
      if (isOwn) once(block.id, () => exportChild(block.id));
    } else if (block.type === "child_database") {
      if (isOwn) once(block.id, () => exportDatabase(block.id));
    } else if (original !== undefined) {
      const isCycle = originals.includes(original);
      const around = [...originals, original];
      block.children = isCycle ? [] : ((await unlessHidden(blocksUnder(original, around, false))) ?? []);
    } else if (block.has_children) {
      block.children = await blocksUnder(block.id, [...originals, block.id], isOwn);
    }
  }
  return blocks;
}

/** A page that search does not show. @param {string} id */
async function exportChild(id) {
  const page = await unlessHidden(notion.pages.retrieve({ page_id: id }));
  if (page !== undefined) await exportPage(/** @type {Page} */ (page));
}

/** Asks for all of a property that the page object may show in part. @param {string} page @param {Property} property */
async function complete(page, property) {
  const { type } = property;
  const shown = property[type];
  const isText = type === "title" || type === "rich_text";
  const references = isText ? shown.filter((/** @type {Property} */ it) => it.type === "mention") : shown;
  const isCut = isText || type === "people" ? references.length >= MOST_REFERENCES : property.has_more === true;
  if (!isCut) return;
  const args = { page_id: page, property_id: property.id, page_size: 100 };
  const list = /** @type {(args: object) => Promise<any>} */ (notion.pages.properties.retrieve);
  property[type] = (await collectPaginatedAPI(list, args)).map((item) => item[type]);
  property.has_more = false;
}

/**
 * The answer, or nothing where the connection does not see the object, or it is a linked database, which no one can read.
 * @template T @param {Promise<T>} answer @returns {Promise<T | undefined>}
 */
async function unlessHidden(answer) {
  try {
    return await answer;
  } catch (error) {
    const hidden = [APIErrorCode.ObjectNotFound, APIErrorCode.ValidationError];
    if (isNotionClientError(error) && hidden.some((code) => code === error.code)) return undefined;
    throw error;
  }
}

/** @param {{ plain_text: string }[]} [text] */
function plain(text = []) {
  return text.map((part) => part.plain_text).join("");
}

/** @param {string} url @param {{ method?: string, body?: any }} [init] */
function notingFetch(url, init) {
  asked.push({ url, method: init?.method, body: init?.body });
  return /** @type {Promise<any>} */ (fetch(url, /** @type {RequestInit} */ (init)));
}
