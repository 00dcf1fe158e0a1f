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
  const response = await fetch(`${stack.sim?.address}/_sim/counters`);
  return /** @type {{ served: Record<string, number> }} */ (await response.json()).served["blocks.children"] ?? 0;
}
