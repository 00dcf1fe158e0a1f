/**
 * Lighthouse on the example sites as a phone with a slow line sees them, which is Lighthouse's own default: 95 or more in every
 * category, the median of five. One more site is one more entry of `SITES`.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import lighthouse from "lighthouse";
import { exportAll } from "../../local/cron.mjs";
import { debuggingPortFor } from "../browser.mjs";
import { stackFor } from "../harness.mjs";
import { buildAstro, buildSvelteKit, copyOf, serveAstro, serveSvelteKit } from "../sites.mjs";

/** @typedef {import("node:test").TestContext} TestContext */

const ROUNDS = 5;
const LEAST = 95;
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const PATHS = {
  "the home page": "/",
  "a post": "/a-gauge-you-can-repair",
  "a page of the documentation": "/the-first-reading",
};

const SITES = /** @type {const} */ ([
  { name: "Astro", example: "astro", build: buildAstro, serve: serveAstro },
  { name: "SvelteKit", example: "sveltekit", build: buildSvelteKit, serve: serveSvelteKit },
]);

test("Lighthouse gives the example sites 95 or more in every category", async (t) => {
  const stack = await stackFor(t);
  await exportAll(stack.worker, () => {});
  const port = await debuggingPortFor(t);
  for (const { name, example, build, serve } of SITES) {
    const folder = copyOf(t, example);
    await build(folder, stack.worker.url);
    const url = await serve(t, folder, stack.worker.url);
    for (const [what, path] of Object.entries(PATHS)) {
      await t.test(`${name}: ${what}`, async (t) => {
        /** @type {Awaited<ReturnType<typeof measure>>[]} */
        const rounds = [];
        for (let round = 0; round < ROUNDS; round += 1) rounds.push(await measure(url + path, port));
        const medians = CATEGORIES.map((category) => median(rounds.map(({ scores }) => scores[category] ?? 0)));
        t.diagnostic(CATEGORIES.map((category, at) => `${category} ${medians[at]}`).join(", "));
        assert.ok(Math.min(...medians) >= LEAST, `${medians}: ${rounds[0]?.failed.join(", ")}`);
      });
    }
  }
});

/** @param {string} url @param {number} port of the browser */
async function measure(url, port) {
  const result = await lighthouse(url, { port, onlyCategories: CATEGORIES, logLevel: "silent" });
  assert.ok(result && result.lhr.runtimeError === undefined, `${url}: ${result?.lhr.runtimeError?.message}`);
  const { categories, audits } = result.lhr;
  /** @type {Record<string, number>} */
  const scores = Object.fromEntries(
    Object.values(categories).map(({ id, score }) => [id, Math.round((score ?? 0) * 100)]),
  );
  const failed = Object.values(audits).filter(({ score }) => score !== null && score < 0.9);
  return { scores, failed: failed.map(({ id, score }) => `${id} ${score}`) };
}

/** @param {number[]} numbers */
function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
