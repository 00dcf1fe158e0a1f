/**
 * What can go wrong around an export, as the tests of faults have it, short or long: workerd killed, Redis or Notion away,
 * runs that overlap. Afterwards the copy must be the workspace; see `assertCopied`.
 */
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { exportAll } from "../local/cron.mjs";
import { endLease, stackFor, storeOf, until } from "./harness.mjs";
import { assertCopied, requests } from "./oracle.mjs";

/** @typedef {import("node:test").TestContext} TestContext */

const nothing = () => {};

/**
 * Kills workerd so often within one export, at instants that `SEED` decides: they are counted in requests to Notion, because
 * how far a run comes in a second is up to the machine. What is under way at three of them is suspected to be their cause.
 * @param {TestContext} t @param {{ kills: number, pages: number }} options
 */
export async function killedAgainAndAgain(t, { kills, pages }) {
  const seed = Number(process.env.SEED ?? randomInt(1_000_000));
  t.diagnostic(`SEED=${seed} repeats these instants`);
  const random = randomFrom(seed);
  const stack = await stackFor(t, { sim: { pages } });
  const store = storeOf(t, stack);
  for (let kill = 0; kill < kills; kill += 1) {
    const instant = (await requests(stack)) + 20 + Math.floor(40 * random());
    const run = stack.worker.scheduled().then(nothing, nothing);
    await until(async () => ((await requests(stack)) >= instant ? true : undefined), `request ${instant}`, 5);
    const restart = await stack.crash("worker");
    await run;
    await endLease(store);
    await restart();
  }
  const { state, counts } = await stack.worker.status();
  assert.equal(state, "exporting", "the export was over before the last kill: it needs more pages");
  t.diagnostic(`${counts.pages} pages were exported when workerd was killed last`);
  const { errors } = await exportAll(stack.worker, nothing);
  if (errors.length > 0) {
    t.diagnostic(`under way at three kills, and put aside: ${errors.map(({ id }) => id).join(", ")}`);
    // It rests for an hour, which changes nothing but how long this takes.
    for (const { object, id } of errors)
      await store.zadd("notion:export:frontier", "XX", Date.now(), `${object}:${id}`);
    await stack.worker.scheduled();
  }
  await assertCopied(stack, store);
}

/**
 * Has a part away in the middle of an export.
 * @param {TestContext} t @param {{ name: "redis" | "gateway" | "sim", ms: number, pages: number }} options
 */
export async function without(t, { name, ms, pages }) {
  const stack = await stackFor(t, { sim: { pages } });
  const run = stack.worker.scheduled();
  const { state } = await until(async () => {
    const status = await stack.worker.status();
    return status.counts.pages >= 10 ? status : undefined;
  }, "a part of the export");
  assert.equal(state, "exporting", "the export was over before the outage: it needs more pages");
  const restart = await stack.crash(name);
  await sleep(ms);
  await restart();
  await run;
  await exportAll(stack.worker, nothing);
  await assertCopied(stack, storeOf(t, stack));
}

/** Fires the cron trigger again and again, twice at a time, while runs are so short that the lease changes hands often. @param {TestContext} t */
export async function overlapping(t, { pages = 60 } = {}) {
  const stack = await stackFor(t, { sim: { pages }, vars: { RUN_SUBREQUESTS: "60" } });
  // Whoever fires it last may begin the next export, so the runs of this one are counted on the way.
  let runs = 0;
  const drive = async () => {
    for (;;) {
      const { state, export: current } = await stack.worker.status();
      runs = Math.max(runs, current?.runs ?? 0);
      if (state === "complete") return;
      await stack.worker.scheduled();
    }
  };
  await Promise.all([drive(), drive()]);
  assert.ok(runs > 1, "one run did it all: it needs more pages");
  await assertCopied(stack, storeOf(t, stack));
}

/** Numbers from 0 to 1, the same for the same seed. @param {number} seed */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
