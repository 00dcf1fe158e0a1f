/** Answers that are spoilt on their way, in workerd over a real Redis: the copy is the workspace all the same. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { exportAll } from "../local/cron.mjs";
import { startSim } from "../local/parts.mjs";
import { folder, stackFor, storeOf } from "./harness.mjs";
import { GATEWAY, NOTION, spoiling } from "./hostile.mjs";
import { assertCopied } from "./oracle.mjs";

/** @typedef {import("node:test").TestContext} TestContext */

const SEED = Number(process.env.SEED ?? 13);

const isOver = () => true;
const isNotOver = () => false;

/** @param {TestContext} t */
async function simFor(t) {
  const logs = folder(t);
  const sim = await startSim({ rate: 0, pages: 40 }, { logs });
  t.after(() => sim.stop());
  return sim;
}

test("whatever becomes of Notion's answers on their way, the copy is whole", async (t) => {
  const sim = await simFor(t);
  const notion = await spoiling(t, sim.address, { ways: NOTION, times: 3, seed: SEED });
  const stack = await stackFor(t, { vars: { NOTION_BASE_URL: notion.address, RETRY_BACKOFF: "100ms" } });
  await exportAll(stack.worker, () => {});
  assert.equal(notion.spoilt, 3 * Object.keys(NOTION).length, "the export was over before all of it had happened");
  await assertCopied({ ...stack, sim }, storeOf(t, stack));
});

test("whatever becomes of the gateway's answers on their way, the copy is whole", async (t) => {
  const sim = await simFor(t);
  const first = await stackFor(t, { vars: { NOTION_BASE_URL: sim.address } });
  const gateway = await spoiling(t, first.gateway?.address ?? "", { ways: GATEWAY, times: 3, seed: SEED });
  const vars = { ...first.vars, UPSTASH_REDIS_REST_URL: gateway.address, RETRY_BACKOFF: "100ms" };
  const stack = await stackFor(t, { vars });
  // A run that Redis stops says so, and the next one goes on.
  let stops = 0;
  while (!(await exportAll(stack.worker, () => {}).then(isOver, isNotOver))) {
    stops += 1;
    assert.ok(stops < 20, "the export does not end");
  }
  assert.equal(gateway.spoilt, 3 * Object.keys(GATEWAY).length, "the export was over before all of it had happened");
  await assertCopied({ ...stack, sim }, storeOf(t, first));
});
