/** A workspace that takes longer than a run, at the rate that Notion allows: a quarter of an hour in real time. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { exportAll } from "../../local/cron.mjs";
import { stackFor } from "../harness.mjs";
import { assertServed, truth } from "../oracle.mjs";

test("a thousand pages take several runs at Notion's rate, and none is missing", async (t) => {
  const rate = 180;
  const stack = await stackFor(t, { sim: { pages: 1000, rate }, vars: { RATE_LIMIT: String(rate) } });
  const status = await exportAll(stack.worker, () => {});
  assert.ok((status.export?.runs ?? 0) > 1);
  assert.equal(status.counts.errors, 0);
  const pages = await truth(stack);
  assert.ok(pages.length > 1000);
  assert.equal(status.pages, pages.length);
  await assertServed(stack, pages);
});
