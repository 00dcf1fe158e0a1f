/**
 * The cache in front of the Worker forgets what runs change, and what an admin says. workerd has no such cache outside of
 * Cloudflare, so the context has one here that notes what it is to forget; and a limiter that counts.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { configureBuilt, startConfigured } from "../bench/workerd.mjs";
import { folder, stackFor, storeOf } from "./harness.mjs";
import { truth } from "./oracle.mjs";

/** @typedef {import("node:test").TestContext} TestContext */
/** @typedef {import("../local/stack.mjs").Stack} Stack */

const ADMIN = { authorization: "Bearer admin" };
/** More runs than the export of the demo ever takes. */
const RUNS = 20;

const MAIN = `import worker from "./entry.js";
const purges = [];
const asked = new Map();
let refuses = false;
let bound;
const cache = {
  async purge(what) {
    if (refuses) return { success: false, errors: [{ code: 1, message: "too often" }] };
    purges.push(what);
    return { success: true };
  },
};
const RATE_LIMITER = {
  async limit({ key }) {
    asked.set(key, (asked.get(key) ?? 0) + 1);
    return { success: asked.get(key) <= 3 };
  },
};
export default {
  async fetch(request, given, context) {
    const env = bound ? { ...given, ...bound } : given;
    const { pathname } = new URL(request.url);
    if (pathname === "/test/purges") return Response.json(purges.splice(0));
    if (pathname === "/test/refuses") refuses = (await request.text()) === "yes";
    if (pathname === "/test/bind") bound = await request.json();
    const around = { waitUntil: (promise) => context.waitUntil(promise), cache: env.NO_CACHE ? undefined : cache };
    if (pathname === "/test/tick") await worker.scheduled({}, env, around);
    if (pathname.startsWith("/test/")) return new Response("ok");
    return worker.fetch(request, env.LIMITED ? { ...env, RATE_LIMITER } : env, around);
  },
};`;

test("what a run changes is purged with one call, also where the call before failed, and nothing else is", async (t) => {
  const stack = await stackFor(t);
  const store = storeOf(t, stack);
  const worker = await surrounded(t, stack, {});
  /** A run, as if the last purge had been long ago. @returns {Promise<any[]>} */
  const tick = async () => {
    await store.hset("notion:export:purged", "at", 0);
    await worker.get("/test/tick");
    return JSON.parse(await (await worker.get("/test/purges")).text());
  };
  const [first] = await tick();
  assert.deepEqual(first, { purgeEverything: true });
  for (let run = 0; run < RUNS && (await stack.worker.status()).state !== "complete"; run += 1) await tick();
  await tick();
  assert.deepEqual(await tick(), []);

  const [page] = await truth(stack);
  assert.ok(page);
  await change(stack, page.id);
  const [changed, ...more] = await tick();
  assert.deepEqual(more, []);
  assert.ok(changed.tags.includes("lists") && changed.tags.includes(`page-${page.id}`), JSON.stringify(changed));
  assert.deepEqual(await tick(), []);

  await change(stack, page.id);
  await worker.post("/test/refuses", "yes");
  assert.deepEqual(await tick(), []);
  await worker.post("/test/refuses", "no");
  const [late] = await tick();
  assert.ok(late.tags.includes(`page-${page.id}`));

  // Two within seconds are too many.
  await change(stack, page.id);
  await worker.get("/test/tick");
  assert.deepEqual(await (await worker.get("/test/purges")).json(), []);
  assert.equal((await tick()).length, 1);
});

test("an admin has the cache forget tags, or everything, and what the isolate remembers goes as well", async (t) => {
  const stack = await stackFor(t);
  await stack.worker.scheduled();
  const worker = await surrounded(t, stack, { ADMIN_TOKENS: "admin" });
  const purged = async (/** @type {string | undefined} */ body) => {
    const answer = await worker.post("/v1/purge", body, ADMIN);
    const { purged, cache, detail } = JSON.parse(await answer.text());
    return [answer.status, purged ?? detail, cache];
  };
  const list = await worker.get("/v1/pages?limit=3");
  assert.match(list.headers.get("cache-tag") ?? "", /^lists$/);
  const status = async () => (await worker.get("/v1/pages?limit=3")).headers.get("cache-status");
  assert.equal(await status(), "notion-edge; hit");
  assert.deepEqual(await purged(JSON.stringify({ tags: ["lists"] })), [200, ["lists"], true]);
  assert.equal(await status(), "notion-edge; fwd=miss");
  assert.deepEqual(await purged(undefined), [200, "everything", true]);
  assert.deepEqual(await (await worker.get("/test/purges")).json(), [{ tags: ["lists"] }, { purgeEverything: true }]);
  assert.deepEqual((await purged("[]")).slice(0, 1), [400]);
  assert.equal((await worker.post("/v1/purge", undefined)).status, 401);
  await worker.post("/test/refuses", "yes");
  assert.equal((await worker.post("/v1/purge", undefined, ADMIN)).status, 503);
  const without = await surrounded(t, stack, { ADMIN_TOKENS: "admin", NO_CACHE: "1" });
  const answer = await without.post("/v1/purge", undefined, ADMIN);
  assert.deepEqual(await answer.json(), { purged: "everything", cache: false });
});

test("a bound limiter counts each request without a token, also for what is remembered", async (t) => {
  const stack = await stackFor(t);
  await stack.worker.scheduled();
  const worker = await surrounded(t, stack, { ADMIN_TOKENS: "admin", LIMITED: "1" });
  const statuses = [];
  for (const address of ["/v1/pages", "/v1/pages", "/v1/pages", "/v1/pages", "/openapi.json", "/healthz"])
    statuses.push((await worker.get(address)).status);
  assert.deepEqual(statuses, [200, 200, 200, 429, 429, 200]);
  // A browser shows no token yet when it asks whether it may.
  assert.equal((await worker.ask("OPTIONS", "/v1/pages", { origin: "https://a.example" })).status, 204);
  const refused = await worker.get("/v1/pages");
  assert.deepEqual([refused.headers.get("retry-after"), JSON.parse(await refused.text()).status], ["10", 429]);
  assert.equal((await worker.get("/v1/pages", ADMIN)).status, 200);
  assert.equal((await worker.get("/v1/pages", { authorization: "Bearer wrong" })).status, 429);
  assert.equal((await worker.get("/v1/pages", { "cf-connecting-ip": "192.0.2.7" })).status, 200);
  const from = async (/** @type {number} */ last) =>
    (await worker.get("/v1/pages", { "cf-connecting-ip": `2001:db8::${last}` })).status;
  assert.deepEqual([await from(1), await from(2), await from(3), await from(4)], [200, 200, 200, 429]);
});

test("an isolate that goes on with other bindings asks for the new tokens, also for what it remembers", async (t) => {
  const stack = await stackFor(t);
  await stack.worker.scheduled();
  const worker = await surrounded(t, stack, { ACCESS: "private", READ_TOKENS: "former" });
  const status = async (/** @type {string} */ token) =>
    (await worker.get("/v1/pages", { authorization: `Bearer ${token}` })).status;
  assert.deepEqual([await status("former"), await status("former"), await status("former")], [200, 200, 200]);
  assert.equal(await status("latter"), 401);
  await worker.post("/test/bind", JSON.stringify({ READ_TOKENS: "latter" }));
  assert.deepEqual([await status("former"), await status("latter"), await status("latter")], [401, 200, 200]);
  assert.equal(await status("former"), 401);
});

test("a list that is to have a version is none from before it", async (t) => {
  const stack = await stackFor(t);
  const store = storeOf(t, stack);
  await stack.worker.scheduled();
  const version = Number(await store.get("notion:version"));
  const status = async (/** @type {string} */ address) => (await fetch(`${stack.worker.url}${address}`)).status;
  assert.equal(await status(`/v1/pages?v=${version}`), 200);
  assert.equal(await status(`/v1/tree?v=${version + 1}`), 503);
  await store.incr("notion:version");
  assert.equal(await status(`/v1/tree?v=${version + 1}`), 200);
  assert.equal(await status("/v1/pages?v=x"), 400);
  assert.equal(await status(`/v1/events?v=${version}`), 400);
});

/** The Worker over the stores of a stack, with what its context has at Cloudflare. @param {TestContext} t @param {Stack} stack @param {Record<string, string>} vars */
async function surrounded(t, stack, vars) {
  const name = `surrounded-${Object.keys(vars).length}`;
  const options = { folder: folder(t), name, main: MAIN, vars: { ...stack.vars, ...vars } };
  const running = await startConfigured(configureBuilt(options));
  t.after(() => running.stop());
  return {
    get: (/** @type {string} */ path, /** @type {Record<string, string>} */ headers = {}) =>
      fetch(`${running.found}${path}`, { headers }),
    ask: (/** @type {string} */ method, /** @type {string} */ path, /** @type {Record<string, string>} */ headers) =>
      fetch(`${running.found}${path}`, { method, headers }),
    post: (
      /** @type {string} */ path,
      /** @type {string | undefined} */ body,
      /** @type {Record<string, string>} */ headers = {},
    ) => fetch(`${running.found}${path}`, { method: "POST", headers, body }),
  };
}

/** @param {Stack} stack @param {string} parent */
async function change(stack, parent) {
  const body = JSON.stringify({ type: "append_paragraph", parent, text: "News" });
  const changed = await fetch(`${stack.sim?.address}/_sim/changes`, { method: "POST", body });
  assert.equal(changed.status, 200);
}
