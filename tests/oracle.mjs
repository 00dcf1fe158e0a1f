/** What the simulated Notion knows to be true, and whether the Worker serves it. */
import assert from "node:assert/strict";

/** @typedef {import("../local/stack.mjs").Stack} Stack */
/** @typedef {{ object: string, id: string, title: string, blocks: string[] }} Truth */
/** @typedef {{ id: string, children?: Block[] }} Block */
/** @typedef {{ title: string, blocks: Block[] }} Document */

/** Every page as it must be served. @param {Pick<Stack, "sim"> | { sim: { address: string } }} stack */
export async function truth(stack) {
  const response = await fetch(`${stack.sim?.address}/_sim/oracle`);
  const lines = (await response.text()).trim().split("\n");
  return lines.map((line) => /** @type {Truth} */ (JSON.parse(line))).filter(({ object }) => object === "page");
}

/**
 * That the copy is the workspace: every page is served, nothing else is listed or stored, each was created once, and nothing
 * is reported.
 * @param {Stack} stack @param {import("ioredis").Redis} store
 */
export async function assertCopied(stack, store) {
  const pages = await truth(stack);
  await assertServed(stack, pages);
  const ids = pages.map(({ id }) => id).toSorted();
  assert.deepEqual((await listed(stack)).toSorted(), ids);
  assert.deepEqual((await store.keys("notion:page:*")).map((key) => key.slice("notion:page:".length)).toSorted(), ids);
  assert.deepEqual((await created(store)).toSorted(), ids);
  assert.deepEqual((await stack.worker.status()).errors, []);
}

/** The ids of all pages in the lists. @param {Stack} stack */
async function listed(stack) {
  /** @type {string[]} */
  const ids = [];
  let cursor = "";
  for (;;) {
    const response = await fetch(`${stack.worker.url}/v1/pages?limit=100${cursor}`);
    const { results, next_cursor } = /** @type {{ results: { id: string }[], next_cursor: string | null }} */ (
      await response.json()
    );
    ids.push(...results.map(({ id }) => id));
    if (next_cursor === null) return ids;
    cursor = `&cursor=${encodeURIComponent(next_cursor)}`;
  }
}

/** The ids of the pages that events tell to be new. @param {import("ioredis").Redis} store */
async function created(store) {
  const events = await store.xrange("notion:events", "-", "+");
  const told = events.map(([, fields]) => Object.fromEntries(pairs(fields)));
  return told.filter(({ type }) => type === "page.created").map(({ data }) => JSON.parse(data ?? "").id);
}

/** @param {string[]} list @returns {[string, string][]} */
function pairs(list) {
  return list.flatMap((name, place) => (place % 2 === 0 ? [[name, list[place + 1] ?? ""]] : []));
}

/** Fetches each page by its id and compares title and blocks. @param {Stack} stack @param {Truth[]} pages */
export async function assertServed(stack, pages) {
  for (const page of pages) {
    const response = await fetch(`${stack.worker.url}/v1/pages/${page.id}`);
    assert.equal(response.status, 200, `${page.title} (${page.id})`);
    const served = /** @type {Document} */ (await response.json());
    assert.equal(served.title, page.title);
    assert.deepEqual(preorder(served.blocks), page.blocks, page.title);
  }
}

/** The ids of all blocks, parents first. @param {Block[]} blocks @returns {string[]} */
export function preorder(blocks) {
  return blocks.flatMap((block) => [block.id, ...preorder(block.children ?? [])]);
}

/** How often the children of a block or page were asked for. @param {Stack} stack */
export async function listings(stack) {
  return (await counters(stack)).served["blocks.children"] ?? 0;
}

/** How often Notion was asked for anything. @param {Stack} stack */
export async function requests(stack) {
  return (await counters(stack)).total;
}

/** @param {Stack} stack @returns {Promise<{ total: number, served: Record<string, number> }>} */
async function counters(stack) {
  const response = await fetch(`${stack.sim?.address}/_sim/counters`);
  return /** @type {any} */ (await response.json());
}
