/** How the cron trigger is fired for an export, against a Worker that only tells what the test says; in virtual time. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { exportAll } from "../local/cron.mjs";
import { StatusError } from "../local/worker.mjs";

/** @typedef {import("../local/worker.mjs").Status} Status */

const BEGINNING = Date.parse("2026-11-20T12:00:00Z");

test("runs follow one another until the export is complete", async () => {
  const { ended, runs } = exporting([{ pages: 10 }, { pages: 20 }, { pages: 30, state: "complete" }]);
  assert.equal((await ended).counts.pages, 30);
  assert.equal(runs(), 3);
});

test("no run is fired before the instant that the last one named", async () => {
  const not_before = new Date(BEGINNING + 600_000).toISOString();
  const { ended, now } = exporting([
    { pages: 10, not_before },
    { pages: 20, state: "complete" },
  ]);
  await ended;
  assert.ok(now() >= BEGINNING + 600_000);
});

test("a run that stopped ends the export with its problem", async () => {
  const { ended } = exporting([
    { last_run: { at: "2026-11-20T12:00:00.000Z", outcome: "stopped", problem: "the token was rejected" } },
  ]);
  await assert.rejects(ended, { name: "Problem", message: "the export did not complete: the token was rejected" });
});

test("what stopped an earlier start does not end this one", async () => {
  /** @type {Partial<Told>} */
  const before = {
    last_run: { at: "2026-11-20T12:00:00.000Z", outcome: "stopped", problem: "the token was rejected" },
  };
  const { ended } = exporting([before, { pages: 10, state: "complete" }], before);
  await ended;
});

test("five runs in a row that fail end the export with the last reason", async () => {
  const { ended, runs } = exporting([new StatusError(503, '{"detail": "the store does not answer"}')]);
  await assert.rejects(ended, { name: "Problem", message: /the store does not answer/ });
  assert.equal(runs(), 5);
});

test("a configuration that the Worker refuses ends the export at once", async () => {
  const refusal = new StatusError(500, '{"detail": "RATE_LIMIT is not a number"}');
  const { ended, runs } = exporting([refusal], refusal);
  await assert.rejects(ended, { name: "Problem", message: "RATE_LIMIT is not a number" });
  assert.equal(runs(), 0);
});

test("a killed run's lease is waited for, a standstill is not", async () => {
  const { ended, now } = exporting([{ pages: 10 }]);
  await assert.rejects(ended, { name: "Problem", message: /no run changed anything for 150 seconds/ });
  assert.ok(now() - BEGINNING > 60_000);
});

/** @typedef {{ pages: number, state: Status["state"], not_before: string | null, last_run: Status["last_run"] }} Told */

/**
 * An export whose Worker tells one thing after each run, the last of them for good.
 * @param {(Partial<Told> | StatusError)[]} told
 * @param {Partial<Told> | StatusError} [before] what it tells before the first run
 */
function exporting(told, before = {}) {
  let runs = 0;
  let now = BEGINNING;
  const worker = {
    url: "http://worker.example",
    async scheduled() {
      runs += 1;
    },
    async status() {
      const it = runs === 0 ? before : (told[Math.min(runs, told.length) - 1] ?? {});
      if (it instanceof StatusError) throw it;
      return status(it);
    },
  };
  const clock = {
    now: () => now,
    sleep: async (/** @type {number} */ ms) => {
      now += ms;
    },
  };
  return { ended: exportAll(worker, () => {}, clock), runs: () => runs, now: () => now };
}

/** @param {Partial<Told>} told @returns {Status} */
function status({ pages = 0, state = "exporting", not_before = null, last_run = null }) {
  const nothing = { blocks: 0, containers: 0, changed: 0, rebuilt: 0, unchanged: 0, requests: 0 };
  const counts = { ...nothing, pages, throttled: 0, failed: 0, redis_commands: 0, errors: 0 };
  const rest = { export: null, work: null, held: null, frontier: 0, errors: [], version: pages, worker: null };
  return { ...rest, state, counts, pages, not_before, last_run };
}
