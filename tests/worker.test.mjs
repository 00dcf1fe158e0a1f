/** The Worker in workerd, over a real Redis and the simulated Notion, compared with what the sim knows to be true. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { exportAll } from "../local/cron.mjs";
import { stackFor, until } from "./harness.mjs";

/** @typedef {import("../local/stack.mjs").Stack} Stack */
/** @typedef {{ object: string, id: string, title: string, blocks: string[] }} Truth */
/** @typedef {{ id: string, children?: Block[] }} Block */
/** @typedef {{ id: string, title: string, blocks: Block[] }} Document */

const nothing = () => {};

test("a complete export serves every page of the workspace, with every block", async (t) => {
  const stack = await stackFor(t);
  const status = await exportAll(stack.worker, nothing);
  const pages = await truth(stack);
  assert.equal(status.counts.pages, pages.length);
  assert.equal(status.counts.errors, 0);
  await assertServed(stack, pages);
});

test("an id is accepted without its hyphens, and an unknown one is not found", async (t) => {
  const stack = await stackFor(t);
  await exportAll(stack.worker, nothing);
  const [page] = await truth(stack);
  assert.ok(page);
  const bare = await fetch(`${stack.worker.url}/v1/pages/${page.id.replaceAll("-", "")}`);
  assert.equal(/** @type {Document} */ (await bare.json()).id, page.id);
  const unknown = await fetch(`${stack.worker.url}/v1/pages/00000000-0000-4000-8000-000000000000`);
  assert.equal(unknown.status, 404);
});

test("SIGKILL of workerd in the middle of an export loses nothing and repeats at most one page", async (t) => {
  const sim = { pages: 300 };
  const undisturbed = await stackFor(t, { sim });
  await exportAll(undisturbed.worker, nothing);

  const stack = await stackFor(t, { sim });
  const run = stack.worker.scheduled().then(
    () => assert.fail("the run ended before it could be killed"),
    () => {},
  );
  const { pages: before } = await until(async () => {
    const { counts } = await stack.worker.status();
    return counts.pages >= 100 ? counts : undefined;
  }, "a part of the export");
  await stack.crashWorker();
  await run;
  assert.ok(before < 300);

  const status = await exportAll(stack.worker, nothing);
  const pages = await truth(stack);
  assert.equal(status.pages, pages.length);
  await assertServed(stack, pages);
  const most = Math.max(...pages.map(({ blocks }) => blocks.length)) + 1;
  const repeated = (await listings(stack)) - (await listings(undisturbed));
  assert.ok(repeated <= most, `${repeated} listings of children were repeated, a page has at most ${most}`);
});

/** Every page as it must be served. @param {Stack} stack */
async function truth(stack) {
  const response = await fetch(`${stack.sim?.address}/_sim/oracle`);
  const lines = (await response.text()).trim().split("\n");
  return lines.map((line) => /** @type {Truth} */ (JSON.parse(line))).filter(({ object }) => object === "page");
}

/** @param {Stack} stack @param {Truth[]} pages */
async function assertServed(stack, pages) {
  for (const page of pages) {
    const response = await fetch(`${stack.worker.url}/v1/pages/${page.id}`);
    assert.equal(response.status, 200, `${page.title} (${page.id})`);
    const served = /** @type {Document} */ (await response.json());
    assert.equal(served.title, page.title);
    assert.deepEqual(preorder(served.blocks), page.blocks, page.title);
  }
}

/** @param {Block[]} blocks @returns {string[]} */
function preorder(blocks) {
  return blocks.flatMap((block) => [block.id, ...preorder(block.children ?? [])]);
}

/** How often the children of a block or page were asked for. @param {Stack} stack */
async function listings(stack) {
  const response = await fetch(`${stack.sim?.address}/_sim/counters`);
  return /** @type {{ served: Record<string, number> }} */ (await response.json()).served["blocks.children"] ?? 0;
}
